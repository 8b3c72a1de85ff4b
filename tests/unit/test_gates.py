"""What keeps a call from being made at all: wishes, registers, hours, attempts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from lambdas.domain.hours import CallingHours, HoursVerdict, LawfulAttempts, Location
from lambdas.domain.ledger import Ledger
from lambdas.domain.screening import Imported, Register, Screening
from lambdas.domain.settings import Action, Attempts, PoolSettings, QueueSettings
from lambdas.domain.suppression import Reason, Suppression, barring
from lambdas.usecases.pick_caller_id import COMMITS_AT_MOST, Picker
from lambdas.usecases.picking import Contact
from tests.unit.builders import NOON, NanpStates, customer, directory, nanp, pool, queue, rules
from tests.unit.fakes import FixedDirectories, MemoryClaims, out_of_reach

SEATTLE = customer(199)
OPT_OUT = Suppression(Reason.OPT_OUT, NOON - timedelta(days=1))
MONDAY = NOON + timedelta(days=3)
REGISTER = Register(
    "us_national", "US", frozenset({"service"}), 31, "Screened.", "source", "2026-11-22", True
)


class Closed(CallingHours):
    """Hours that are never open."""

    def judge(
        self, location: Location, purpose: str, pool: PoolSettings, now: datetime
    ) -> HoursVerdict:
        return HoursVerdict(False, "us_wa_hours", "It is night in Seattle.", MONDAY)


class Twice(CallingHours):
    """A law that lets a person be rung twice a day."""

    def attempts(
        self, location: Location, purpose: str, pool: PoolSettings | None = None
    ) -> tuple[LawfulAttempts, ...]:
        return (LawfulAttempts("us_wa_attempts", Attempts(2, 24)),)


def picker(
    claims: MemoryClaims | None = None,
    hours: CallingHours | None = None,
    screening: Screening | None = None,
    imported: Mapping[str, Imported] | None = None,
) -> Picker:
    return Picker(
        claims=claims if claims is not None else MemoryClaims(),
        directories=FixedDirectories(directory(*nanp("206", 3))),
        places=NanpStates(),
        rules=rules(),
        pools=lambda _name: pool(),
        modes=lambda asked: asked.mode,
        hours=hours or CallingHours(),
        screening=screening or Screening(),
        registers=lambda: imported or {},
    )


def contact(
    setting: QueueSettings | None = None, name: str = "contact-1", to: str = SEATTLE
) -> Contact:
    return Contact(name, "VOICE", to, "TELEPHONE_NUMBER", setting or queue())


def plenty() -> float:
    return 0.8


def suppressed(*found: Suppression) -> MemoryClaims:
    return MemoryClaims(suppressions={SEATTLE: found})


def test_a_suppressed_customer_is_not_called_and_the_agent_is_told_why() -> None:
    claims = suppressed(OPT_OUT)
    decision = picker(claims).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")
    assert decision.message == "This customer asked not to be called."
    assert claims.commits == 0


@pytest.mark.parametrize(
    ("mode", "action", "reason"),
    [
        ("on", Action.BLOCK, "suppressed_opt_out"),
        ("percent 1", Action.BLOCK, "suppressed_opt_out"),
        ("observe", Action.DEFAULT, "observed_suppressed_opt_out"),
        ("off", Action.DEFAULT, "queue_is_off"),
    ],
)
def test_a_queue_blocks_once_it_decides_on_any_of_its_calls(
    mode: str, action: Action, reason: str
) -> None:
    decision = picker(suppressed(OPT_OUT)).pick(contact(queue(mode=mode)), NOON, plenty)
    assert (decision.action, decision.reason) == (action, reason)


HOLDS = [
    ({}, "", "service", True, "for all brands and purposes"),
    ({"brand": "blue"}, "blue", "service", True, "this brand"),
    ({"brand": "blue"}, "red", "service", False, "another brand"),
    ({"brand": "blue"}, "", "service", True, "a queue without a brand may be any"),
    ({"purpose": "marketing"}, "", "service", False, "another purpose"),
    ({"purpose": "service"}, "", "service", True, "this purpose"),
    ({"until": NOON}, "", "service", False, "ended at this moment"),
    ({"until": NOON + timedelta(seconds=1)}, "", "service", True, "ends in a second"),
]


@pytest.mark.parametrize(("told", "brand", "purpose", "holds", "why"), HOLDS)
def test_a_suppression_holds_where_and_as_long_as_it_says(
    told: dict[str, object], brand: str, purpose: str, holds: bool, why: str
) -> None:
    one = OPT_OUT._replace(**told)  # type: ignore[arg-type]
    assert (barring([one], brand, purpose, NOON) is one) is holds, why


def test_the_gravest_of_several_suppressions_is_told() -> None:
    ends = Suppression(Reason.DO_NOT_CALL, NOON, until=NOON + timedelta(days=1))
    assert barring([ends, OPT_OUT], "", "", NOON) is OPT_OUT


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        "no JSON",
        '{"reason":"from a later version","since":"2026-11-20T12:00:00+00:00"}',
        '{"reason":"opt_out","since":"some day"}',
        "[]",
        '{"reason":["opt_out"],"since":"2026-11-20T12:00:00+00:00"}',
    ],
)
def test_a_suppression_that_is_not_understood_bars_every_call(written: str) -> None:
    read = Suppression.read(written)
    assert read.reason is Reason.UNKNOWN
    assert read.holds("any", "any", NOON)


def test_a_suppression_reads_as_it_was_written() -> None:
    one = Suppression(
        Reason.PREFERS_OTHER_CHANNEL, NOON, NOON + timedelta(days=9), "blue", "marketing",
        "ada", "agent", "said so, “please”", "email",
    )  # fmt: skip
    assert Suppression.read(one.written()) == one
    assert Suppression.read(OPT_OUT.written()) == OPT_OUT


def test_a_suppression_that_slips_in_before_the_commit_blocks_the_call() -> None:
    claims = MemoryClaims()

    def slip_in() -> None:
        claims.before_commit = lambda: None
        claims.suppress(SEATTLE, OPT_OUT)

    claims.before_commit = slip_in
    decision = picker(claims).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")
    assert claims.reads == 2
    assert not claims.usage


def test_a_suppression_ahead_of_the_last_commit_of_all_blocks_the_call() -> None:
    claims = MemoryClaims()

    def move() -> None:
        ledger = claims.ledgers.get(SEATTLE, Ledger())
        claims.ledgers[SEATTLE] = replace(ledger, version=ledger.version + 1)
        if claims.commits == COMMITS_AT_MOST - 1:
            claims.suppress(SEATTLE, OPT_OUT)

    claims.before_commit = move
    decision = picker(claims).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")
    assert claims.commits == COMMITS_AT_MOST


def test_a_call_outside_the_hours_is_blocked_and_told_when_they_begin() -> None:
    decision = picker(hours=Closed()).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "outside_calling_hours")
    assert (decision.rule, decision.opens_at) == ("us_wa_hours", MONDAY)
    assert decision.message == "It is night in Seattle."


@pytest.mark.parametrize("mode", ["on", "percent 1"])
def test_hours_bar_a_call_also_where_the_store_is_out_of_reach(mode: str) -> None:
    claims = MemoryClaims(before_read=out_of_reach)
    decision = picker(claims, hours=Closed()).pick(contact(queue(mode=mode)), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "outside_calling_hours")


def test_emergency_numbers_pass_every_gate() -> None:
    decision = picker(suppressed(OPT_OUT), Closed()).pick(contact(to="+1911"), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.DEFAULT, "emergency_number")


@pytest.mark.parametrize("mode", ["on", "percent 0", "percent 100"])
def test_where_screening_is_a_must_a_store_out_of_reach_blocks(mode: str) -> None:
    setting = replace(queue(mode=mode), must_screen=True)
    claims = MemoryClaims(before_read=out_of_reach)
    decision = picker(claims).pick(contact(setting), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "store_unavailable")


@pytest.mark.parametrize("to", ["+15550001111", "+1206", "anonymous"])
@pytest.mark.parametrize("mode", ["on", "percent 0", "percent 100"])
def test_where_screening_is_a_must_a_number_that_nobody_understands_is_not_called(
    mode: str, to: str
) -> None:
    setting = replace(queue(mode=mode), must_screen=True)
    assert picker().pick(contact(setting, to=to), NOON, plenty).action is Action.BLOCK


@pytest.mark.parametrize("before", ["+1 ", "tel:+1", "+1 (0) ", "+1-"])
def test_a_number_in_another_way_of_writing_is_the_same_customer(before: str) -> None:
    to = f"{before}{SEATTLE[2:5]} {SEATTLE[5:8]}-{SEATTLE[8:]}"
    decision = picker(suppressed(OPT_OUT)).pick(contact(to=to), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")


@pytest.mark.parametrize("to", ["sip:agent7@example.com", "client:12", "+1 206 555 0199 x911"])
def test_an_address_with_few_digits_is_no_emergency(to: str) -> None:
    setting = replace(queue(), must_screen=True)
    asked = replace(contact(setting, to=to), address_type="SIP")
    assert picker().pick(asked, NOON, plenty).action is Action.BLOCK


def test_a_queue_that_observes_blocks_nothing_whatever_fails() -> None:
    setting = replace(queue(mode="observe", on_error=Action.BLOCK), must_screen=True)
    claims = MemoryClaims(before_read=out_of_reach)
    assert picker(claims, Closed()).pick(contact(setting), NOON, plenty).action is Action.DEFAULT


def test_law_limits_attempts_whatever_the_queue_allows() -> None:
    claims = MemoryClaims()
    picked = [
        picker(claims, Twice()).pick(contact(name=f"contact-{index}"), NOON, plenty)
        for index in range(3)
    ]
    assert [one.action for one in picked] == [Action.DIAL, Action.DIAL, Action.BLOCK]
    assert (picked[-1].reason, picked[-1].rule) == ("attempts_reached", "us_wa_attempts")


TODAY = NOON.date()
FRESH = Imported(TODAY - timedelta(days=31), TODAY - timedelta(days=31))
STALE = Imported(TODAY - timedelta(days=32), TODAY - timedelta(days=32))
SCREENED = [
    ({}, None, [], "", "never imported, nor declared"),
    ({}, None, ["us_national"], "do_not_call_register_too_old", "declared and never imported"),
    ({}, FRESH, [], "", "31 days old, and not listed"),
    ({}, STALE, [], "do_not_call_register_too_old", "32 days old"),
    ({"us_national": FRESH.dated}, FRESH, [], "on_do_not_call_register", "listed by that file"),
    ({"us_national": TODAY}, FRESH, [], "on_do_not_call_register", "by one being brought in"),
    ({"us_national": STALE.dated}, FRESH, [], "", "listed by an older file alone"),
    ({"us_national": TODAY}, None, [], "on_do_not_call_register", "the first file comes in"),
    ({"gb_tps": TODAY}, FRESH, [], "", "another country's register"),
]


@pytest.mark.parametrize(("listed", "imported", "declared", "reason", "why"), SCREENED)
def test_calls_are_screened_against_registers_of_the_age_that_law_allows(
    listed: dict[str, date],
    imported: Imported | None,
    declared: list[str],
    reason: str,
    why: str,
) -> None:
    claims = MemoryClaims(listed={SEATTLE: listed})
    known = {"us_national": imported} if imported else {}
    decided = picker(claims, screening=Screening([REGISTER], declared), imported=known).pick(
        contact(), NOON, plenty
    )
    assert (decided.reason if decided.action is Action.BLOCK else "") == reason, why


def test_the_persons_own_wish_is_told_before_law() -> None:
    decision = picker(suppressed(OPT_OUT), Closed()).pick(contact(), NOON, plenty)
    assert decision.reason == "suppressed_opt_out"
