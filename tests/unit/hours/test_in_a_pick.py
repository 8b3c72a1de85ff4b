"""Calling hours as a pick meets them: blocked, observed, lifted, counted, and never in the way of
an emergency."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lambdas.domain.hours import CallingHours
from lambdas.domain.settings import Action, PoolHours, PoolSettings
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact, Decision
from tests.unit.builders import NanpStates, customer, directory, nanp, queue, rules
from tests.unit.fakes import FixedDirectories, MemoryClaims, out_of_reach
from tests.unit.hours.samples import POOL, local, pool_with

PACIFIC = "America/Los_Angeles"
NOON, NIGHT = local(PACIFIC, "2026-11-18 12:00"), local(PACIFIC, "2026-11-18 20:00")
SEATTLE, PORTLAND = customer(1), customer(1, "503")


def picked(
    hours: CallingHours,
    now: datetime,
    to: str = SEATTLE,
    mode: str = "on",
    purpose: str = "marketing",
    of: PoolSettings = POOL,
    claims: MemoryClaims | None = None,
    contact_id: str = "c-1",
) -> Decision:
    picker = Picker(
        claims=claims if claims is not None else MemoryClaims(),
        directories=FixedDirectories(directory(*nanp("206", 9), *nanp("503", 9))),
        places=NanpStates(),
        rules=rules(),
        pools=lambda _name: of,
        modes=lambda asked: asked.mode,
        hours=hours,
    )
    asked = replace(queue(mode=mode), purpose=purpose)
    contact = Contact(contact_id, "VOICE", to, "TELEPHONE_NUMBER", asked)
    return picker.pick(contact, now, lambda: 1.0)


@pytest.mark.parametrize(
    ("now", "mode", "purpose", "action", "reason"),
    [
        (NOON, "on", "marketing", Action.DIAL, "local_number"),
        (NIGHT, "on", "marketing", Action.BLOCK, "outside_calling_hours"),
        (NIGHT, "percent 0", "marketing", Action.BLOCK, "outside_calling_hours"),
        (NIGHT, "observe", "marketing", Action.DEFAULT, "observed_outside_calling_hours"),
        (NIGHT, "off", "marketing", Action.DEFAULT, "queue_is_off"),
        (NIGHT, "on", "service", Action.DIAL, "local_number"),
        (NIGHT, "on", "requested", Action.DIAL, "local_number"),
        (NIGHT, "on", "collections", Action.DIAL, "local_number"),
        (NIGHT + timedelta(hours=1), "on", "collections", Action.BLOCK, "outside_calling_hours"),
    ],
)
def test_a_pick_keeps_the_hours_of_its_purpose(
    hours: CallingHours, now: datetime, mode: str, purpose: str, action: Action, reason: str
) -> None:
    decision = picked(hours, now, mode=mode, purpose=purpose)

    assert (decision.action, decision.reason) == (action, reason)


def test_a_blocked_pick_names_the_rule_and_the_next_moment_and_claims_nothing(
    hours: CallingHours,
) -> None:
    claims = MemoryClaims()
    decision = picked(hours, NIGHT, claims=claims)

    assert decision.rule == "us_wa"
    assert decision.opens_at == datetime(2026, 11, 19, 16, 0, tzinfo=UTC)
    assert decision.message.startswith("It is 20:00 on Wednesday in Washington")
    assert claims.commits == 0


def test_hours_bar_a_call_though_no_store_answers(hours: CallingHours) -> None:
    decision = picked(hours, NIGHT, claims=MemoryClaims(before_read=out_of_reach))

    assert (decision.action, decision.reason) == (Action.BLOCK, "outside_calling_hours")


@pytest.mark.parametrize("number", ["911", "+1911", "112", "+44999"])
def test_an_emergency_is_never_gated(hours: CallingHours, number: str) -> None:
    closed = pool_with(PoolHours((), (), (), holidays=False))
    decision = picked(hours, NIGHT, to=number, of=closed)

    assert (decision.action, decision.reason) == (Action.DEFAULT, "emergency_number")


def test_a_dial_that_only_a_lifted_rule_allows_carries_the_reason(hours: CallingHours) -> None:
    own = pool_with(PoolHours(lifted=(("us_wa", "Counsel agreed on 2026-11-20, LEGAL-14"),)))

    assert picked(hours, NIGHT, of=own).lifted == (
        ("us_wa", "Counsel agreed on 2026-11-20, LEGAL-14"),
    )
    assert picked(hours, NIGHT, of=own).action is Action.DIAL
    assert picked(hours, NOON, of=own).lifted == ()


def test_the_law_of_oregon_stops_the_fourth_call_in_a_day(hours: CallingHours) -> None:
    claims = MemoryClaims()
    times = [NOON + timedelta(hours=number) for number in range(4)]
    calls = [
        picked(hours, now, to=PORTLAND, claims=claims, contact_id=f"c-{number}")
        for number, now in enumerate(times)
    ]

    assert [call.action for call in calls] == [Action.DIAL] * 3 + [Action.BLOCK]
    assert (calls[3].reason, calls[3].rule) == ("attempts_reached", "us_or_attempts")
    next_day = picked(hours, NOON + timedelta(hours=25), PORTLAND, claims=claims, contact_id="c-9")
    assert next_day.action is Action.DIAL
    service = picked(hours, times[3], PORTLAND, purpose="service", claims=claims, contact_id="c-10")
    assert service.action is Action.DIAL, "the law is about sales calls"
