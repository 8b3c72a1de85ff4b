"""The papers of our numbers: what was registered where, how far it has come, what is due next.

A paper is one thing about one number with one party: its name in a CNAM database, its entry in a
caller registry, a case with a labelling vendor, the attestation on a route, the brand, the owner, a
test call on a network. The newest of a number, kind and party counts.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple, Protocol

from lambdas.domain.cells import Direction
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164
from lambdas.domain.rows import Member
from lambdas.domain.settings import ALL_ALIKE, AttestationShares, PoolSettings
from lambdas.domain.withholding import Withheld


class PaperKind(StrEnum):
    """What a paper is about. `test_call` is the last test call on a network and what it showed."""

    CNAM = "cnam"
    CALLER_REGISTRY = "caller_registry"
    LABELLING = "labelling"
    ATTESTATION = "attestation"
    BRAND = "brand"
    LOGO = "logo"
    CALL_REASON = "call_reason"
    OWNER = "owner"
    PROOF = "proof"
    TEST_CALL = "test_call"


class PaperState(StrEnum):
    """How far a paper has come. Only DONE papers count, and those until the day they are due."""

    PLANNED = "planned"
    FILED = "filed"
    ANSWERED = "answered"
    DONE = "done"
    REFUSED = "refused"
    LAPSED = "lapsed"


class Requirement(StrEnum):
    """What a pool may ask of its numbers before any call shows them."""

    CNAM = "cnam"
    CALLER_REGISTRY = "caller_registry"
    ATTESTATION_A = "attestation_a"
    BRANDING = "branding"
    PROOF = "proof"


CNAM_REGIONS = frozenset({"US", "PR", "VI"})
"""Where caller names can be enrolled: the United States, Puerto Rico, the US Virgin Islands."""

SIGNED_REGIONS = CNAM_REGIONS | {"CA", "FR"}
"""Where calls are signed by STIR/SHAKEN, so that an attestation means something."""

WHOLE = 100
"""Percent of the calls that a number would make without anything held against it."""

LONGEST_CNAM = 15
VALUED = frozenset(
    {PaperKind.BRAND, PaperKind.LOGO, PaperKind.CALL_REASON, PaperKind.OWNER, PaperKind.PROOF}
)
"""Papers that are their value: one of a number, of no party."""

WITH_A_PARTY = frozenset(
    {PaperKind.CALLER_REGISTRY, PaperKind.LABELLING, PaperKind.ATTESTATION, PaperKind.TEST_CALL}
)
SOON = timedelta(days=30)
"""How long ahead a due date is told."""

CLEAN = "clean"
"""What a test call showed that carried no label."""


class Paper(NamedTuple):
    """One paper. `party` is the registry, the vendor, the route or the network, "" for none;
    `value` the name, the letter, the brand, or what the test call showed. `since` is the day of the
    state, `due` the day by which the next step, or a renewal, is to be made."""

    number: E164
    kind: PaperKind
    party: str = ""
    state: PaperState = PaperState.DONE
    value: str = ""
    since: date | None = None
    due: date | None = None
    cost: str = ""
    next_step: str = ""
    reference: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same paper: the newest of them counts."""
        return (self.number, self.kind.value, self.party.casefold())

    def holds(self, today: date) -> bool:
        """Whether it is done, and has not run out."""
        return self.as_of(today) is PaperState.DONE

    def as_of(self, today: date) -> PaperState:
        """Its state; LAPSED for one that was done and has run out."""
        ran_out = self.due is not None and self.due < today
        return PaperState.LAPSED if self.state is PaperState.DONE and ran_out else self.state


class Trouble(StrEnum):
    """What the registry finds wanting."""

    OVERDUE = "overdue"
    MISSING = "missing"
    LABELLED = "labelled"
    UNDER_A = "under_a"
    TEST_DUE = "test_due"
    DUE_SOON = "due_soon"


class Gap(NamedTuple):
    """Something to do for a number. Sorted, the most urgent comes first."""

    rank: int
    due: str
    number: E164
    pool: str
    trouble: Trouble
    kind: str
    party: str
    words: str


_RANK = {trouble: rank for rank, trouble in enumerate(Trouble)}
URGENT = frozenset({Trouble.OVERDUE, Trouble.MISSING, Trouble.LABELLED})
"""Gaps that raise an alarm."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What a pool asks of its numbers. `networks` are those that are tried by test calls, each
    `test_days` days; none for no test calls."""

    pool: str
    requires: tuple[Requirement, ...] = ()
    networks: tuple[str, ...] = ()
    test_days: int = 30
    attestation: AttestationShares = ALL_ALIKE

    @classmethod
    def of(cls, pool: PoolSettings) -> "Terms":
        """What a pool of the settings asks."""
        requires = tuple(Requirement(one) for one in pool.requires)
        return cls(pool.name, requires, pool.test_networks, pool.test_days, pool.attestation)

    @property
    def decide_use(self) -> bool:
        """Whether papers decide which numbers are shown, and how often."""
        return bool(self.requires) or min(self.attestation) < WHOLE


def lacking(
    member: Member, papers: Iterable[Paper], requires: Iterable[Requirement], today: date
) -> frozenset[Withheld]:
    """What keeps a number out of use: papers that its pool asks for and that it does not have.

    A requirement that means nothing where the number is (CNAM outside the United States) is met.
    """
    held: dict[PaperKind, list[Paper]] = {}
    for paper in papers:
        held.setdefault(paper.kind, []).append(paper)
    return frozenset(_WITHHELD[one] for one in requires if not _is_met(one, member, held, today))


_WITHHELD = {
    Requirement.CNAM: Withheld.LACKS_CNAM,
    Requirement.CALLER_REGISTRY: Withheld.LACKS_CALLER_REGISTRY,
    Requirement.ATTESTATION_A: Withheld.LACKS_ATTESTATION_A,
    Requirement.BRANDING: Withheld.LACKS_BRANDING,
    Requirement.PROOF: Withheld.LACKS_PROOF,
}
PAPERS_WITHHOLD = frozenset(_WITHHELD.values())
"""The reasons that the registry sets and takes away; all others are others' business."""


def _is_met(
    requirement: Requirement,
    member: Member,
    held: Mapping[PaperKind, Sequence[Paper]],
    today: date,
) -> bool:
    def done(kind: PaperKind) -> list[Paper]:
        return [paper for paper in held.get(kind, ()) if paper.holds(today)]

    match requirement:
        case Requirement.CNAM:
            return member.region not in CNAM_REGIONS or bool(done(PaperKind.CNAM))
        case Requirement.CALLER_REGISTRY:
            return member.region not in CNAM_REGIONS or bool(done(PaperKind.CALLER_REGISTRY))
        case Requirement.ATTESTATION_A:
            signed = done(PaperKind.ATTESTATION)
            whole = bool(signed) and all(paper.value == "A" for paper in signed)
            return member.region not in SIGNED_REGIONS or whole
        case Requirement.BRANDING:
            return bool(done(PaperKind.BRAND)) and bool(done(PaperKind.CALL_REASON))
        case Requirement.PROOF:
            ours = member.ownership in (Ownership.CONNECT, Ownership.PORTED)
            return ours or bool(member.proof) or bool(done(PaperKind.PROOF))


def attested(member: Member, papers: Iterable[Paper], today: date) -> str:
    """The letter that calls of a number are signed with: the worst of its routes, "" where nobody
    knows. Where calls are not signed at all it is A: there nothing is missing."""
    if member.region not in SIGNED_REGIONS:
        return "A"
    routes = (
        paper.value
        for paper in papers
        if paper.kind is PaperKind.ATTESTATION and paper.holds(today)
    )
    return max(routes, default="")


def shares(
    members: Iterable[Member], papers: Mapping[E164, Sequence[Paper]], terms: Terms, today: date
) -> dict[E164, int]:
    """How often numbers are shown by their papers, in percent of the others: 0 for one that lacks
    what its pool asks for. Those that nothing is held against are left out."""
    found: dict[E164, int] = {}
    if not terms.decide_use:
        return found
    by_letter = {"B": terms.attestation.b, "C": terms.attestation.c, "": terms.attestation.unknown}
    for member in members:
        if member.direction is Direction.INBOUND:
            continue
        its = papers.get(member.e164, ())
        share = by_letter.get(attested(member, its, today), WHOLE)
        if lacking(member, its, terms.requires, today):
            share = 0
        if share < WHOLE:
            found[member.e164] = share
    return found


def gaps(
    members: Iterable[Member], papers: Mapping[E164, Sequence[Paper]], terms: Terms, today: date
) -> list[Gap]:
    """All that is to be done for a pool's numbers, the most urgent first."""
    return sorted(
        gap
        for member in members
        for gap in _gaps(member, papers.get(member.e164, ()), terms, today)
    )


class _MakesGap(Protocol):
    def __call__(
        self, trouble: Trouble, kind: str, words: str, paper: Paper | None = None
    ) -> Gap: ...


def _gaps(member: Member, papers: Sequence[Paper], terms: Terms, today: date) -> Iterator[Gap]:
    def gap(trouble: Trouble, kind: str, words: str, paper: Paper | None = None) -> Gap:
        due = paper.due.isoformat() if paper and paper.due else ""
        party = paper.party if paper else ""
        return Gap(_RANK[trouble], due, member.e164, terms.pool, trouble, kind, party, words)

    for paper in papers:
        yield from _of_paper(paper, today, gap)
    if member.direction is Direction.INBOUND:
        return
    for reason in sorted(lacking(member, papers, terms.requires, today)):
        kind = reason.removeprefix("lacks_")
        yield gap(Trouble.MISSING, kind, f"The pool asks for {kind}: the number is out of use.")
    for network in due_test_calls(papers, terms, today):
        words = f"A test call on {network} is due."
        yield gap(Trouble.TEST_DUE, PaperKind.TEST_CALL.value, words)._replace(party=network)


def _of_paper(paper: Paper, today: date, gap: _MakesGap) -> Iterator[Gap]:
    kind = paper.kind.value
    if paper.kind is PaperKind.TEST_CALL:
        if paper.value.casefold() != CLEAN:
            words = f"A test call of {paper.since} on {paper.party} showed: {paper.value}"
            yield gap(Trouble.LABELLED, kind, words, paper)
        return
    step = paper.next_step or ("Renew it." if paper.state is PaperState.DONE else "Follow it up.")
    open_ = paper.state in (PaperState.PLANNED, PaperState.FILED, PaperState.ANSWERED)
    if paper.due and paper.due < today and (open_ or paper.state is PaperState.DONE):
        yield gap(Trouble.OVERDUE, kind, f"Since {paper.due}: {step}", paper)
    elif paper.due and paper.due <= today + SOON and (open_ or paper.state is PaperState.DONE):
        yield gap(Trouble.DUE_SOON, kind, f"By {paper.due}: {step}", paper)
    if paper.kind is PaperKind.ATTESTATION and paper.value != "A" and paper.holds(today):
        words = f"Calls by {paper.party} are signed {paper.value} only."
        yield gap(Trouble.UNDER_A, kind, words, paper)


def due_test_calls(papers: Iterable[Paper], terms: Terms, today: date) -> list[str]:
    """The networks on which the number was not tried lately. Nothing is dialled by itself."""
    last = {
        paper.party.casefold(): paper.since
        for paper in papers
        if paper.kind is PaperKind.TEST_CALL and paper.since
    }
    oldest = today - timedelta(days=terms.test_days)
    return [
        network for network in terms.networks if last.get(network.casefold(), date.min) <= oldest
    ]
