"""The inventory: numbers that the instance holds, against the numbers of our pools and queues."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164
from lambdas.domain.rows import Member
from lambdas.domain.withholding import Withheld

_SEPARATOR = "\t"


class Holding(NamedTuple):
    """A number as Amazon Connect lists it.

    `target` is the ARN of the instance, or of the traffic distribution group, that holds it;
    `kind` is Connect's word, such as DID or TOLL_FREE.
    """

    number: E164
    arn: str
    target: str
    kind: str = ""
    country: str = ""

    def written(self) -> str:
        """As one line."""
        return _SEPARATOR.join(self)

    @classmethod
    def read(cls, line: str) -> "Holding":
        """What `written` wrote. Raises ValueError for anything else."""
        number, arn, target, kind, country = line.split(_SEPARATOR)
        return cls(E164(number), arn, target, kind, country)


class State(StrEnum):
    """What the inventory finds of a number."""

    HELD = "held"
    NOT_HELD = "not_held"
    OTHER_INSTANCE = "other_instance"
    NOT_LISTED = "not_listed"
    IN_NO_POOL = "in_no_pool"
    QUEUE_NUMBER = "queue_number"
    QUEUE_NUMBER_NOT_HELD = "queue_number_not_held"


WORDS = {
    State.HELD: "In the pool, and the instance holds it.",
    State.NOT_HELD: "In the pool, but the instance does not hold it: no call shows it until it is"
    " claimed again. If it was given up for good, take it out of the pool by an upload.",
    State.OTHER_INSTANCE: "In the pool, but another instance of this account holds it: no call"
    " shows it until it is moved here.",
    State.NOT_LISTED: "In the pool as a number that Connect does not list: it is shown on the word"
    " of the upload (ported, or a third party's that AWS approved).",
    State.IN_NO_POOL: "The instance holds it, and no pool and no queue uses it: it costs money and"
    " is never shown. Upload it to a pool, or release it.",
    State.QUEUE_NUMBER: "The number of a queue, and the instance holds it.",
    State.QUEUE_NUMBER_NOT_HELD: "The number of a queue, but the instance does not hold it: every"
    " call of the queue that finds no local number fails. Give the queue another one.",
}

LOST = frozenset({State.NOT_HELD, State.OTHER_INSTANCE})
"""Numbers of a pool that no call may show."""

DRIFT = LOST | {State.QUEUE_NUMBER_NOT_HELD, State.IN_NO_POOL}
"""What somebody has to look after."""

URGENT = LOST | {State.QUEUE_NUMBER_NOT_HELD}
"""What takes numbers away from calls."""


class Found(NamedTuple):
    """A line of the inventory. `number` is "" for a queue's number of which only the ARN is known;
    `queue` and `pool` are "" where none uses it."""

    number: E164 | str
    state: State
    pool: str = ""
    queue: str = ""
    ownership: str = ""
    kind: str = ""
    country: str = ""
    target: str = ""
    arn: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """What Amazon Connect listed: `here` is held by the targets that our calls may use, `elsewhere`
    by other instances of the account. `earlier` are numbers that were here by the last listing."""

    here: Mapping[E164, Holding]
    elsewhere: Mapping[E164, Holding]
    earlier: frozenset[E164] = frozenset()

    @classmethod
    def of(
        cls, holdings: Iterable[Holding], targets: Sequence[str], earlier: Iterable[Holding] = ()
    ) -> "Listing":
        """`targets` are the ARNs of our instance and of its traffic distribution groups."""
        ours = frozenset(targets)
        here: dict[E164, Holding] = {}
        elsewhere: dict[E164, Holding] = {}
        for holding in holdings:
            (here if holding.target in ours else elsewhere)[holding.number] = holding
        known = frozenset(holding.number for holding in earlier if holding.target in ours)
        return cls(here, elsewhere, known)


class Mark(NamedTuple):
    """A number of a pool that is to be withheld, or no longer."""

    number: E164
    pool: str
    withhold: bool


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What was found of each number, and what is to change."""

    found: Sequence[Found]
    marks: Sequence[Mark]

    @property
    def counts(self) -> dict[str, int]:
        """Each state with its count, those of none as well."""
        counted = Counter(found.state for found in self.found)
        return {state.value: counted[state] for state in State}

    @property
    def drift(self) -> Sequence[Found]:
        return [found for found in self.found if found.state in DRIFT]

    @property
    def urgent(self) -> Sequence[Found]:
        return [found for found in self.found if found.state in URGENT]


@dataclass(frozen=True, slots=True)
class Pooled:
    """A pool as it stands: its numbers, and those of them that are withheld as not held."""

    name: str
    members: Sequence[Member]
    marked: frozenset[E164]


def is_believable(listing: Listing) -> bool:
    """Whether a listing can be true. Amazon Connect makes no outbound queue without a number of
    the instance, so an instance with queues holds one at least; an empty answer is a fault of the
    configuration or of the API, and nothing may follow from it."""
    return bool(listing.here)


def reconcile(
    listing: Listing, pools: Iterable[Pooled], queue_numbers: Mapping[str, str]
) -> Reconciled:
    """Compare. `queue_numbers` are the ARNs of the queues' own numbers, by the queue's key."""
    found: list[Found] = []
    marks: list[Mark] = []
    used: set[E164] = set()
    for pool in pools:
        for member in pool.members:
            used.add(member.e164)
            line = _of_member(member, pool, listing)
            found.append(line)
            lost = line.state in LOST
            if lost != (member.e164 in pool.marked):
                marks.append(Mark(member.e164, pool.name, lost))
        marks += _left(pool, listing)
    found += _of_queues(listing, queue_numbers)
    used |= {E164(line.number) for line in found if line.queue}
    found += [
        _found(holding, State.IN_NO_POOL)
        for number, holding in listing.here.items()
        if number not in used
    ]
    return Reconciled(sorted(found), marks)


def _of_member(member: Member, pool: Pooled, listing: Listing) -> Found:
    state = _state(member, member.e164 in pool.marked, listing)
    holding = listing.here.get(member.e164) or listing.elsewhere.get(member.e164)
    told = Found(member.e164, state, pool.name, ownership=member.ownership.value)
    if holding is None:
        return told
    return told._replace(
        kind=holding.kind, country=holding.country, target=holding.target, arn=holding.arn
    )


def _state(member: Member, marked: bool, listing: Listing) -> State:
    number = member.e164
    if number in listing.here:
        return State.HELD
    if member.ownership in (Ownership.APPROVED, Ownership.THIRD_PARTY):
        return State.NOT_LISTED
    if number in listing.elsewhere:
        return State.OTHER_INSTANCE
    # A ported number is listed once it has arrived; one that was listed and is gone was released.
    awaited = member.ownership is Ownership.PORTED and not marked
    if awaited and number not in listing.earlier:
        return State.NOT_LISTED
    return State.NOT_HELD


def _left(pool: Pooled, listing: Listing) -> Iterator[Mark]:
    """Numbers that left the pool while they were withheld, and that the instance holds again."""
    members = {member.e164 for member in pool.members}
    for number in sorted(pool.marked - members):
        if number in listing.here:
            yield Mark(number, pool.name, False)


def _of_queues(listing: Listing, queue_numbers: Mapping[str, str]) -> Iterator[Found]:
    by_arn = {_identity(holding.arn): holding for holding in listing.here.values()}
    elsewhere = {_identity(holding.arn): holding for holding in listing.elsewhere.values()}
    for queue, arn in queue_numbers.items():
        holding = by_arn.get(_identity(arn))
        if holding:
            yield _found(holding, State.QUEUE_NUMBER, queue)
        elif other := elsewhere.get(_identity(arn)):
            yield _found(other, State.QUEUE_NUMBER_NOT_HELD, queue)
        else:
            yield Found("", State.QUEUE_NUMBER_NOT_HELD, queue=queue, arn=arn)


def _found(holding: Holding, state: State, queue: str = "") -> Found:
    return Found(
        holding.number,
        state,
        queue=queue,
        kind=holding.kind,
        country=holding.country,
        target=holding.target,
        arn=holding.arn,
    )


def _identity(arn: str) -> str:
    """What ARNs of a number share: those with the instance in them and those without."""
    return arn.rsplit("/", 1)[-1]


def not_held(reasons: frozenset[Withheld]) -> bool:
    """Whether a number is withheld by the inventory."""
    return Withheld.NOT_HELD in reasons
