"""Take over queues that exist, and give them back. Every step may be repeated at any time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol

from lambdas.domain.adoption import (
    NEVER_SEEN,
    Adoption,
    Caller,
    Wanted,
    changes,
    given_back,
    left,
    refusals,
    taken,
    taking,
)
from lambdas.domain.whisper import Whisper

LOOKS = 3
"""How often a queue is read again until it tells what was set."""


class QueueUnknown(Exception):
    """The instance has no such queue."""


class AdoptionRefused(Exception):
    """Nothing was changed, for something would be lost or would not work. ``args[0]`` says what."""


class ValuesRefused(Exception):
    """Connect does not take such values of a queue; ``args[0]`` says what it said."""


class NotSet(Exception):
    """Connect took the values and tells others; ``args[0]`` names them."""


class LiveQueues(Protocol):
    """The queues of one instance. May raise any error of the way to Connect."""

    def caller(self, queue: str) -> Caller:
        """Raise QueueUnknown where there is no such queue."""

    def made_by(self, queue: str) -> str:
        """The environment whose stack made the queue; "" for one that was there before."""

    def set_caller(self, queue: str, caller: Caller) -> None:
        """Raise ValuesRefused where Connect knows no such number or flow, or does not take it."""

    def whisper(self, flow: str) -> Whisper | None:
        """What a flow does; None where there is no such flow."""

    def holds(self, number: str) -> bool:
        """Whether the number may be shown by this instance."""


class Adoptions(Protocol):
    """What is kept of queues that were taken over, by queue."""

    def all(self) -> Mapping[str, Adoption]: ...

    def keep(self, queue: str, adoption: Adoption) -> None: ...

    def forget(self, queue: str) -> None: ...

    def request(self) -> str:
        """What was asked for when all of it was done last; "" for nothing yet."""

    def keep_request(self, request: str) -> None:
        """Remember what was done; "" forgets."""


class Outcome(StrEnum):
    """What became of a queue."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    GIVEN_BACK = "given_back"
    GONE = "gone"
    LEFT_ALONE = "left_alone"


class Done(NamedTuple):
    """What became of a queue, and the fields that were changed."""

    queue: str
    outcome: Outcome
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Adopter:
    """Keeps a record before each change, so that a retry after any crash ends right."""

    queues: LiveQueues
    adoptions: Adoptions

    def adopt(self, wanted: Sequence[Wanted], request: str = "") -> list[Done]:
        """Bring every queue to what is wanted, and give back those no longer wanted.

        All are judged before any is changed. Raises AdoptionRefused, ValuesRefused or NotSet.

        `request` stands for all that is asked. CloudFormation asks for what was done last only to
        roll a failed update back, and is stuck if that fails too. Then queues that would be refused
        are left alone: what came between is somebody else's, and the update did not touch them.
        """
        known = self.adoptions.all()
        rolled_back = bool(request) and request == self.adoptions.request()
        live, refused = self._judged(wanted, known)
        if refused and not rolled_back:
            raise AdoptionRefused(" ".join(words for found in refused.values() for words in found))
        done = [
            Done(one.queue, Outcome.LEFT_ALONE)
            if one.queue in refused
            else self._take(one, known.get(one.queue), live[one.queue])
            for one in wanted
        ]
        done += self.let_go(left(known, wanted), known)
        self.adoptions.keep_request(request)
        return done

    def let_go(
        self, queues: Iterable[str] | None = None, known: Mapping[str, Adoption] | None = None
    ) -> list[Done]:
        """Give queues back, all without `queues`: each value that is still ours becomes the former
        one; what somebody else set meanwhile stays. Raises NotSet."""
        kept = self.adoptions.all() if known is None else known
        done = [
            self._give_back(queue, kept[queue]) for queue in (kept if queues is None else queues)
        ]
        if queues is None:
            self.adoptions.keep_request("")
        return done

    def _judged(
        self, wanted: Sequence[Wanted], known: Mapping[str, Adoption]
    ) -> tuple[dict[str, Caller], dict[str, list[str]]]:
        """The queues as they are, and by queue why it is not taken."""
        live: dict[str, Caller] = {}
        refused: dict[str, list[str]] = {}
        for one in wanted:
            try:
                live[one.queue] = self.queues.caller(one.queue)
            except QueueUnknown:
                refused[one.queue] = [f"{one.key}: the instance has no queue {one.queue}."]
                continue
            found = self._refusals(one, live[one.queue], known.get(one.queue, NEVER_SEEN))
            if found:
                refused[one.queue] = [f"{one.key}: {words}" for words in found]
        return live, refused

    def _refusals(self, one: Wanted, live: Caller, known: Adoption) -> list[str]:
        foreign = live.flow not in {"", one.flow} and not known.is_ours("flow", live.flow)
        try:
            whisper = self.queues.whisper(live.flow) if foreign else None
        except ValueError:
            return [f"Its whisper flow {live.flow} cannot be read, so nobody knows what it does."]
        found = list(refusals(one, live, whisper))
        if made_by := self.queues.made_by(one.queue):
            found.append(
                f"It was made by the stack of the environment {made_by}, which deletes it when it "
                "leaves that config; only a queue that was there before is taken over."
            )
        if one.number not in {"", live.number} and not self.queues.holds(one.number):
            found.append(
                f"The number {one.number} of queues.{one.key}.default_number is not one of this "
                "instance; give one that it holds."
            )
        if not one.number and live.number:
            found += self._number_gone(one, known, live)
        return found

    def _number_gone(self, one: Wanted, known: Adoption, live: Caller) -> Iterator[str]:
        """Connect takes no values with a number that was released meanwhile."""
        wanted = one.caller(self._own_number(known, live))
        if changes(live, wanted) and not self.queues.holds(wanted.number):
            yield (
                f"The queue's number {wanted.number} is not one of this instance any more. Give "
                f"queues.{one.key}.default_number."
            )

    def _take(self, one: Wanted, known: Adoption | None, live: Caller) -> Done:
        wanted = one.caller(self._own_number(known or NEVER_SEEN, live))
        differing = changes(live, wanted)
        if known is not None and not differing and known == taken(known, wanted):
            return Done(one.queue, Outcome.UNCHANGED)
        intent = taking(known or NEVER_SEEN, live, wanted)
        self.adoptions.keep(one.queue, intent)
        if differing:
            self._set(one.queue, wanted)
        self.adoptions.keep(one.queue, taken(intent, wanted))
        return Done(
            one.queue, Outcome.CHANGED if differing else Outcome.UNCHANGED, tuple(differing)
        )

    def _give_back(self, queue: str, known: Adoption) -> Done:
        try:
            live = self.queues.caller(queue)
        except QueueUnknown:
            self.adoptions.forget(queue)
            return Done(queue, Outcome.GONE)
        wanted = self._possible(given_back(known, live), live)
        differing = changes(live, wanted)
        if differing:
            self._set_what_is_taken(queue, wanted)
        self.adoptions.forget(queue)
        return Done(queue, Outcome.GIVEN_BACK, tuple(differing))

    def _set_what_is_taken(self, queue: str, wanted: Caller) -> None:
        """All of it; without number, or flow, where Connect does not take them any more. A queue
        must not keep our flow, which goes with the stack. Raises ValuesRefused."""
        less = (
            wanted,
            wanted._replace(number=""),
            wanted._replace(flow=""),
            wanted._replace(number="", flow=""),
        )
        for values in dict.fromkeys(less):
            try:
                return self._set(queue, values)
            except ValuesRefused as problem:
                refused = problem
        raise refused

    def _own_number(self, known: Adoption, live: Caller) -> str:
        """A number that the config gave once, and no more, goes for the one before it."""
        own = given_back(known, live).number
        return own if own and (own == live.number or self.queues.holds(own)) else live.number

    def _possible(self, wanted: Caller, live: Caller) -> Caller:
        """The former values without what is gone meanwhile: a queue keeps its present number
        rather than none, and goes without a whisper rather than with one that is no more."""
        if wanted.number not in {"", live.number} and not self.queues.holds(wanted.number):
            wanted = wanted._replace(number=live.number)
        if wanted.flow not in {"", live.flow} and not self._exists(wanted.flow):
            wanted = wanted._replace(flow="")
        return wanted

    def _exists(self, flow: str) -> bool:
        try:
            return self.queues.whisper(flow) is not None
        except ValueError:
            return True

    def _set(self, queue: str, wanted: Caller) -> None:
        self.queues.set_caller(queue, wanted)
        for _ in range(LOOKS):
            found = changes(self.queues.caller(queue), wanted)
            if not found:
                return
        told = ", ".join(
            f"{field} {now!r} instead of {then!r}" for field, (now, then) in found.items()
        )
        raise NotSet(f"Amazon Connect took the values of queue {queue} and tells {told}.")
