"""Judging what a crowd of picks left behind: limits, repeats, and that nothing was lost.

Nothing of the picker's own code decides here but the reading of a ledger's lines. A customer's
claims are judged in the order of the ledger, which is the order in which they were committed,
whatever the clocks of the callers said.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.settings import Action
from lambdas.store.customers import customer_key
from local.stage import SECRET, Left

NOT_CLAIMED = ("store_unavailable", "out_of_time", "attempts_reached")
"""Reasons of answers that stand for no claim."""
_HOUR = timedelta(hours=1)


class Asked(NamedTuple):
    """One pick and its answer. `at` is the caller's clock in milliseconds, and different for each
    contact; `answered` says that the customer then answered, which was recorded."""

    contact: str
    to: str
    at: int
    action: str
    caller_id: str
    tier: str
    reason: str
    answered: bool = False

    @property
    def claimed(self) -> bool:
        return self.reason not in NOT_CLAIMED

    @property
    def moment(self) -> datetime:
        return datetime.fromtimestamp(self.at / 1000, UTC)


@dataclass(frozen=True)
class Terms:
    """What was to hold: caps a minute, an hour and a day; days and attempts without a repeat; how
    often a customer may be rung within how many hours; the pool's numbers."""

    caps: Sequence[int]
    days: int
    attempts: int
    rung: Sequence[int] | None
    numbers: Sequence[str]

    @classmethod
    def read(cls, plan: Mapping[str, Any]) -> "Terms":
        return cls(*(plan[name] for name in ("caps", "days", "attempts", "rung", "numbers")))


@dataclass(frozen=True)
class Judged:
    """Faults by kind, each in words; none where all is well. `busy` says how often limits bit."""

    caps_passed: list[str]
    rung_too_often: list[str]
    repeats: list[str]
    unused: list[str]
    lost: list[str]
    kept_answered: int
    at_caps: Mapping[str, int]


def judge(asked: Iterable[Asked], left: Left, terms: Terms) -> Judged:
    """Hold answers, ledgers and usage against the terms and against each other."""
    answers = list(asked)
    by_customer: dict[str, dict[int, Asked]] = defaultdict(dict)
    for one in answers:
        by_customer[customer_key(SECRET, one.to)][one.at] = one  # type: ignore[arg-type]
    repeats, kept = _repeats(by_customer, left.ledgers, terms)
    return Judged(
        caps_passed=[*_caps_passed(left.usage, terms), *_caps_passed(_dialled(answers), terms)],
        rung_too_often=list(_rung_too_often(left.ledgers, terms)),
        repeats=repeats,
        unused=list(_unused(by_customer, left, terms)),
        lost=[*_lost_in_ledgers(by_customer, left.ledgers), *_lost_in_usage(answers, left.usage)],
        kept_answered=kept,
        at_caps=_at_caps(left.usage, terms),
    )


Usage = Counter[tuple[str, str, str]]


def _buckets(at: datetime) -> tuple[str, str, str]:
    return (f"m{at:%H%M}", f"h{at:%H}", "day")


def _dialled(answers: Iterable[Asked]) -> Usage:
    """The usage that the answers amount to."""
    counted: Usage = Counter()
    for one in answers:
        if one.action == Action.DIAL:
            for bucket in _buckets(one.moment):
                counted[one.caller_id, f"{one.moment:%Y-%m-%d}", bucket] += 1
    return counted


def _cap_of(bucket: str, terms: Terms) -> int:
    return terms.caps["mhd".index(bucket[0])]


def _caps_passed(usage: Usage, terms: Terms) -> Iterator[str]:
    for (number, day, bucket), calls in usage.items():
        if calls > _cap_of(bucket, terms):
            yield f"{number} made {calls} calls in {day} {bucket}"


def _at_caps(usage: Usage, terms: Terms) -> Counter[str]:
    words = {"m": "minutes", "h": "hours", "d": "days"}
    return Counter(
        words[bucket[0]]
        for (_, _, bucket), calls in usage.items()
        if calls >= _cap_of(bucket, terms)
    )


def _rung_too_often(ledgers: Mapping[str, Ledger], terms: Terms) -> Iterator[str]:
    if terms.rung is None:
        return
    most, hours = terms.rung
    for key, ledger in ledgers.items():
        for place, claim in enumerate(ledger.claims):
            since = claim.at - hours * _HOUR
            rung = sum(
                earlier.at > since and earlier.action != Action.BLOCK
                for earlier in ledger.claims[:place]
            )
            if rung >= most:
                yield f"customer {key[:8]} was rung {rung + 1} times within {hours} hours"


def _repeats(
    by_customer: Mapping[str, Mapping[int, Asked]], ledgers: Mapping[str, Ledger], terms: Terms
) -> tuple[list[str], int]:
    """Numbers shown again too early, but for those that the customer had answered."""
    found: list[str] = []
    kept = 0
    for key, ledger in ledgers.items():
        asked = by_customer.get(key, {})
        answered = {one.caller_id for one in asked.values() if one.answered}
        for place, claim in enumerate(ledger.claims):
            if not claim.number or claim.number not in _barred(ledger.claims[:place], claim, terms):
                continue
            answer = asked.get(_millisecond(claim))
            if answer and answer.tier == "answered_before" and claim.number in answered:
                kept += 1
            else:
                found.append(f"{claim.number} again to customer {key[:8]} at {claim.at}")
    return found, kept


def _barred(before: Sequence[Claim], claim: Claim, terms: Terms) -> set[str]:
    """Numbers that the terms kept from the customer when `claim` was made after those `before`."""
    since = claim.at - timedelta(days=terms.days)
    return {
        str(earlier.number)
        for distance, earlier in enumerate(reversed(before))
        if earlier.number and (earlier.at > since or distance < terms.attempts)
    }


def _unused(
    by_customer: Mapping[str, Mapping[int, Asked]], left: Left, terms: Terms
) -> Iterator[str]:
    """Picks that were told "pool exhausted" though a number was free for certain.

    Counts only grow: a number whose buckets of that moment stand below their caps at the end was
    free then. One that is not barred for the customer by the terms should have been shown.
    """
    for key, ledger in left.ledgers.items():
        for place, claim in enumerate(ledger.claims):
            answer = by_customer.get(key, {}).get(_millisecond(claim))
            if answer is None or answer.reason != "pool_exhausted":
                continue
            barred = _barred(ledger.claims[:place], claim, terms)
            free = [
                number
                for number in terms.numbers
                if number not in barred and _free_for_certain(number, claim.at, left.usage, terms)
            ]
            if free:
                yield f"{len(free)} numbers were free for {answer.contact}, as {free[0]}"


def _free_for_certain(number: str, at: datetime, usage: Usage, terms: Terms) -> bool:
    day = f"{at:%Y-%m-%d}"
    return all(
        usage[number, day, bucket] < cap
        for bucket, cap in zip(_buckets(at), terms.caps, strict=True)
    )


def _lost_in_ledgers(
    by_customer: Mapping[str, Mapping[int, Asked]], ledgers: Mapping[str, Ledger]
) -> Iterator[str]:
    """Claims without their answer, answers without their claim, and gaps."""
    for key in by_customer.keys() | ledgers.keys():
        asked, ledger = by_customer.get(key, {}), ledgers.get(key, Ledger())
        answers = {at: one for at, one in asked.items() if one.claimed}
        claims = {_millisecond(claim): claim for claim in ledger.claims}
        numbered = [claim.attempt for claim in ledger.claims]
        recorded = sum(one.answered for one in asked.values())
        if numbered != list(range(1, len(answers) + 1)):
            yield f"customer {key[:8]}: {len(answers)} answers, attempts {numbered}"
        if ledger.version != len(answers) + recorded:
            yield f"customer {key[:8]}: version {ledger.version}, {len(answers)} + {recorded}"
        for at in answers.keys() ^ claims.keys():
            yield f"customer {key[:8]}: answer or claim alone at {at}"
        for at in answers.keys() & claims.keys():
            told, kept = answers[at], claims[at]
            if (told.caller_id, told.action) != (kept.number, kept.action.value):
                yield f"{told.contact}: answered {told.caller_id}, claimed {kept.number}"


def _lost_in_usage(answers: Iterable[Asked], usage: Usage) -> Iterator[str]:
    counted = _dialled(answers)
    for bucket in counted.keys() | usage.keys():
        if counted[bucket] != usage[bucket]:
            yield f"{bucket}: {usage[bucket]} counted, {counted[bucket]} dialled"


def _millisecond(claim: Claim) -> int:
    return round(claim.at.timestamp() * 1000)
