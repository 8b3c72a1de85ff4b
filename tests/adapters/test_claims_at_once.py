"""Many picks at once from several processes: the evidence of `claims`, in small."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.store.customers import customer_key
from local import stage
from local.crowd import Crowd
from local.evidence import claims, claims_limits
from local.evidence.claims_judging import Asked, Judged, Terms, judge
from local.evidence.claims_limits import Load
from local.toolchain import silent

SMALL = Load(2_000, 20, 200, 9, Crowd(processes=2, threads=4, within_s=240))
STORM = claims.Storm(120, 100, 20, a_second=40, threads=2, within_s=120)
TO = E164("+12067550100")
FIRST, SECOND = stage.numbers_of(20)[:2]
TERMS = Terms(caps=(1, 2, 3), days=2, attempts=2, rung=(2, 24), numbers=[FIRST, SECOND])


def test_limits_hold_nothing_repeats_and_nothing_is_lost(
    dynamodb_local: str, tmp_path: Path
) -> None:
    numbers = stage.numbers_of(SMALL.numbers)
    set_up = stage.staged(dynamodb_local, tmp_path, SMALL.settings(), numbers)
    asked, judged = claims_limits.run(SMALL, set_up, tmp_path, silent)
    assert len(asked) == SMALL.picks
    assert faults(judged) == []
    assert set(judged.at_caps) == {"minutes", "hours", "days"}  # each of them was in the way


def test_a_storm_of_retries_is_one_claim_and_one_reply_a_contact(
    dynamodb_local: str, tmp_path: Path
) -> None:
    numbers = stage.numbers_of(STORM.numbers)
    set_up = stage.staged(dynamodb_local, tmp_path, stage.settings_of(claims.CAPS), numbers)
    told, left = claims.run(STORM, set_up, tmp_path, silent)
    for finding in claims.findings(STORM, told, left):
        assert finding.holds, finding.how


def faults(judged: Judged) -> list[str]:
    return [
        *judged.caps_passed,
        *judged.rung_too_often,
        *judged.repeats,
        *judged.unused,
        *judged.lost,
    ]


def pick(order: int, number: str = FIRST, reason: str = "local_number", hours: float = 0) -> Asked:
    at = stage.BEGINS + timedelta(hours=hours, milliseconds=order)
    action = "dial" if number else "default"
    millisecond = round(at.timestamp() * 1000)
    return Asked(f"c{order}", TO, millisecond, action, number, "city", reason)


def claim(one: Asked, attempt: int) -> Claim:
    action = Action(one.action)
    return Claim(one.contact, one.caller_id, one.moment, action, one.tier, one.reason, attempt)


def judged(*picks: Asked) -> Judged:
    """As if these picks, in turn, were all that ever happened."""
    usage: Counter[tuple[str, str, str]] = Counter()
    for one in picks:
        if one.caller_id:
            at = one.moment
            for bucket in ("day", f"h{at:%H}", f"m{at:%H%M}"):
                usage[one.caller_id, f"{at:%Y-%m-%d}", bucket] += 1
    made = tuple(claim(one, attempt) for attempt, one in enumerate(picks, start=1))
    ledgers = {customer_key(stage.SECRET, TO): Ledger(len(made), made)}
    return judge(picks, stage.Left(usage, ledgers), TERMS)


def test_the_judge_finds_nothing_where_all_is_well() -> None:
    assert faults(judged(pick(1), pick(2, SECOND, hours=25), pick(3, hours=80))) == [
        f"{FIRST} again to customer {customer_key(stage.SECRET, TO)[:8]} at "
        f"{pick(3, hours=80).moment}"
    ]
    assert faults(judged(pick(1), pick(2, SECOND, hours=25))) == []


@pytest.mark.parametrize(
    ("picks", "kind", "why"),
    [
        ((pick(1), pick(2)), "caps_passed", "two calls in a minute"),
        ((pick(1), pick(2, hours=1)), "repeats", "an hour later is too soon"),
        ((pick(1), pick(2, SECOND), pick(3, SECOND)), "rung_too_often", "three rings in a day"),
        ((pick(1), pick(2, "", "pool_exhausted", 1)), "unused", "the second number was free"),
    ],
)
def test_the_judge_finds_each_fault(picks: tuple[Asked, ...], kind: str, why: str) -> None:
    assert getattr(judged(*picks), kind), why


def test_the_judge_finds_what_was_lost() -> None:
    one, two = pick(1), pick(2, SECOND, hours=25)
    key = customer_key(stage.SECRET, TO)
    whole = Ledger(2, (claim(one, 1), claim(two, 2)))
    usage = Counter({(FIRST, "2026-11-20", bucket): 1 for bucket in ("day", "h00", "m0000")})
    usage += Counter({(SECOND, "2026-11-21", bucket): 1 for bucket in ("day", "h01", "m0100")})
    first_only = Counter({key: count for key, count in usage.items() if key[0] == FIRST})
    for why, ledger, counted in (
        ("a claim is missing", Ledger(1, whole.claims[:1]), usage),
        ("a claim is there twice", Ledger(3, (*whole.claims, claim(two, 3))), usage),
        ("another number than was answered", replace(whole, claims=(claim(one, 1),) * 2), usage),
        ("a call was not counted", whole, first_only),
        ("a call was counted twice", whole, usage + first_only),
    ):  # fmt: skip
        assert judge([one, two], stage.Left(counted, {key: ledger}), TERMS).lost, why
    assert judge([one, two], stage.Left(usage, {key: whole}), TERMS).lost == []
