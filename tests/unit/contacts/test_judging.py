"""What becomes of a row: every reason, the best number, what is suggested, and when to call."""

from datetime import UTC, date, datetime

import pytest

from lambdas.domain.contact_rows import CLEAN, REJECTED, is_invalid
from lambdas.domain.contacts import ContactRow, Damaged, Standing
from lambdas.domain.screening import Imported, Register, Screening
from lambdas.domain.suppression import Reason
from tests.unit.contacts.rows import (
    AT,
    LONDON,
    NEW_YORK,
    SEATTLE,
    Known,
    check,
    row,
    suppressed,
)

UNDERSTOOD = [
    ("+12065550123", "", SEATTLE),
    ("+1 (206) 555-0123", "", SEATTLE),
    ("206.555.0123", "US", SEATTLE),
    ("1-206-555-0123", "USA", SEATTLE),
    ("12065550123", "", SEATTLE),
    ("0012065550123", "", SEATTLE),
    ("00 44 20 7946 0123", "", LONDON),
    ("020 7946 0123", "United Kingdom", LONDON),
    ("+44 (0)20 7946 0123", "", LONDON),
    ("+44 20 7946 0123", "Atlantis", LONDON),
    ("011 44 20 7946 0123", "US", LONDON),
    ("０２０ ７９４６ ０１２３", "GB", LONDON),
    ("'+12065550123", "", SEATTLE),
]


@pytest.mark.parametrize(("text", "country", "e164"), UNDERSTOOD)
def test_a_number_is_understood_as_people_write_it(text: str, country: str, e164: str) -> None:
    (found,), _ = check([row(2, text, country=country)])

    assert (found.outcome, found.reason, found.e164) == (CLEAN, "", e164)
    assert (found.row, found.input) == (2, text)


REASONS = [
    ("", "", "empty", True),
    ("   ", "", "empty", True),
    ("n/a", "", "not_a_number", True),
    ("call the office", "US", "not_a_number", True),
    ("=1+1", "", "not_a_number", True),
    ("@SUM(A1:A9)", "", "not_a_number", True),
    ("206 555 0123", "", "no_country", True),
    ("206 555 0123", "Atlantis", "unknown_country", True),
    ("+999 555 0123", "", "unknown_calling_code", True),
    ("206 555", "US", "too_short", True),
    ("+1 206 555 0123 456", "", "too_long", True),
    ("(206) 055-0123", "US", "not_valid", True),
    ("020 7946 0123 x 12", "GB", "extension", True),
    ("911", "US", "emergency", True),
    ("112", "DE", "emergency", True),
    ("+1911", "", "emergency", True),
    ("22000", "US", "short_number", True),
    ("+1 900 234 5678", "", "premium", True),
    ("206 555 0100 / 206 555 0101 / 9", "", "no_country", True),
]


@pytest.mark.parametrize(("text", "country", "reason", "invalid"), REASONS)
def test_a_row_is_rejected_with_the_reason(
    text: str, country: str, reason: str, invalid: bool
) -> None:
    (found,), summary = check([row(2, text, country=country)])

    assert (found.outcome, found.reason) == (REJECTED, reason)
    assert found.e164 == found.earliest == found.tier == ""
    assert len(found.message.split()) > 4, "words for a person"
    assert is_invalid(reason) is invalid
    assert (summary.clean, summary.rejected, summary.by_reason) == (0, 1, {reason: 1})


def test_what_excel_did_to_a_cell_is_told() -> None:
    damaged = Damaged("1.20656E+10", "digits_lost", "Excel has shortened the number.")

    (found,), _ = check([ContactRow(7, (damaged,))])

    assert (found.reason, found.message) == ("digits_lost", "Excel has shortened the number.")
    assert found.input == "1.20656E+10"


def test_a_row_that_was_cut_off_is_refused_whatever_its_number() -> None:
    (found,), summary = check([row(2, SEATTLE, problem="Cell C2 holds 10,000,000 characters.")])

    assert (found.reason, found.message) == (
        "too_much_text",
        "Cell C2 holds 10,000,000 characters.",
    )
    assert summary.rows == summary.rejected == 1


def test_facts_of_a_clean_row() -> None:
    (found,), summary = check([row(2, SEATTLE, source="web", campaign="spring")])

    assert (found.kind, found.region, found.place, found.state) == (
        *("fixed_or_mobile", "US"),
        *("Town 206", "WA"),
    )
    assert found.time_zones == "America/Los_Angeles"
    assert found.earliest == "2026-03-02T12:00-08:00"
    assert (found.source, found.campaign) == ("web", "spring")
    assert summary.by_region == {"US": 1}
    assert summary.by_kind == {"fixed_or_mobile": 1}
    assert summary.by_hour == {"2026-03-02T20:00Z": 1}


def test_the_earliest_lawful_time_is_the_next_one_where_calls_are_not_allowed_now() -> None:
    night = datetime(2026, 3, 3, 8, 0, tzinfo=UTC)  # midnight in Seattle

    (found,), summary = check([row(2, SEATTLE)], now=night, purpose="marketing")

    opens = datetime.fromisoformat(found.earliest)
    assert opens > night
    assert opens.date() == date(2026, 3, 3)
    assert opens.hour >= 8
    assert found.outcome == CLEAN, "a person asleep is no bad row"
    assert list(summary.by_hour) == [f"{opens.astimezone(UTC):%Y-%m-%dT%H:00Z}"]


def test_the_row_knows_better_than_the_digits_where_the_customer_is() -> None:
    (found,), _ = check([row(2, NEW_YORK, state="WA")])

    assert found.state == "WA"
    assert set(found.time_zones.split()) >= {"America/Los_Angeles"}


BEST = [
    (("nonsense", SEATTLE), SEATTLE, "", "the first valid one"),
    (("+18005550123", SEATTLE), SEATTLE, "+18005550123", "a person's before a toll-free one"),
    ((NEW_YORK, SEATTLE), NEW_YORK, SEATTLE, "the order of the columns"),
    (("", SEATTLE, SEATTLE), SEATTLE, "", "the same twice is one"),
    (("+1 900 234 5678", SEATTLE), SEATTLE, "", "a premium number is none"),
    (("206 555 0123; 212 555 0123",), SEATTLE, NEW_YORK, "two in one cell"),
    (("206-555-0123/212-555-0123",), SEATTLE, NEW_YORK, "two in one cell, plain signs only"),
]


@pytest.mark.parametrize(("numbers", "best", "others", "why"), BEST)
def test_the_best_number_of_a_row(
    numbers: tuple[str, ...], best: str, others: str, why: str
) -> None:
    (found,), _ = check([row(2, *numbers, country="US")])

    assert (found.e164, found.other_numbers) == (best, others), why


SUPPRESSED = [
    ((SEATTLE,), {SEATTLE: Reason.OPT_OUT}, "suppressed_opt_out", SEATTLE),
    ((SEATTLE, NEW_YORK), {NEW_YORK: Reason.DECEASED}, "suppressed_deceased", NEW_YORK),
    ((SEATTLE, NEW_YORK), {SEATTLE: Reason.WRONG_NUMBER}, "", NEW_YORK),
    ((SEATTLE, NEW_YORK), {NEW_YORK: Reason.REASSIGNED}, "", SEATTLE),
    ((SEATTLE,), {SEATTLE: Reason.WRONG_NUMBER}, "suppressed_wrong_number", SEATTLE),
    (
        (SEATTLE, NEW_YORK),
        {SEATTLE: Reason.WRONG_NUMBER, NEW_YORK: Reason.LITIGATOR},
        "suppressed_litigator",
        NEW_YORK,
    ),
]


@pytest.mark.parametrize(("numbers", "reasons", "reason", "e164"), SUPPRESSED)
def test_a_person_who_must_not_be_called(
    numbers: tuple[str, ...], reasons: dict[str, Reason], reason: str, e164: str
) -> None:
    known = Known({number: suppressed(why) for number, why in reasons.items()})

    (found,), summary = check([row(2, *numbers)], known)

    assert (found.reason, found.e164) == (reason, e164)
    assert not is_invalid(reason)
    assert summary.invalid == 0


def test_suppressions_hold_for_their_brand_purpose_and_time() -> None:
    known = Known(
        {
            SEATTLE: suppressed(Reason.OPT_OUT, brand="Acme"),
            NEW_YORK: suppressed(Reason.OPT_OUT, purpose="marketing"),
            LONDON: suppressed(Reason.TEMPORARY, until=AT),
        }
    )
    rows = [row(2, SEATTLE), row(3, NEW_YORK), row(4, LONDON)]

    assert [one.outcome for one in check(rows, known, brand="Other")[0]] == [CLEAN] * 3
    assert [one.reason for one in check(rows, known, brand="Acme", purpose="marketing")[0]] == [
        *("suppressed_opt_out", "suppressed_opt_out", "")
    ]


def test_a_number_on_a_register_is_passed_over() -> None:
    register = Register(
        "us", "US", frozenset({"marketing"}), 31, "It is on the register.", "", "", verified=True
    )
    ground = {
        "purpose": "marketing",
        "screening": Screening([register]),
        "imported": {"us": Imported(date(2026, 3, 1), date(2026, 3, 1))},
    }
    known = Known({SEATTLE: Standing(listed={"us": date(2026, 3, 1)})})

    results, summary = check([row(2, SEATTLE), row(3, SEATTLE, NEW_YORK)], known, **ground)

    assert [(one.reason, one.e164) for one in results] == [
        ("on_do_not_call_register", SEATTLE),
        ("", NEW_YORK),
    ]
    assert summary.invalid == 0


def test_what_customers_told_since_is_in_the_row() -> None:
    known = Known({SEATTLE: Standing(corrected=NEW_YORK)})

    (found,), _ = check([row(2, SEATTLE)], known)

    assert found.corrected_number == NEW_YORK


def test_people_are_looked_up_together() -> None:
    known = Known({})

    check([row(number, f"+1206555{number:04d}") for number in range(100, 200)], known)

    assert [len(numbers) for numbers in known.asked] == [100]


SUGGESTED = [
    # One swap of neighbours makes one number of Washington, and none of Oregon.
    ({"text": "(206) 055-5123", "country": "US", "state": "WA"}, "+12065055123"),
    ({"text": "(206) 055-5123", "country": "US", "state": "OR"}, ""),
    ({"text": "206 555 0123"}, SEATTLE),
    ({"text": "206 555 0123", "country": "GB"}, SEATTLE),
    ({"text": "(206) 555-0123 x 7", "country": "US"}, SEATTLE),
    ({"text": "nonsense", "country": "US"}, ""),
]


@pytest.mark.parametrize(("told", "suggestion"), SUGGESTED)
def test_what_may_be_meant_is_suggested_and_not_called(
    told: dict[str, str], suggestion: str
) -> None:
    text = told.pop("text")

    (found,), summary = check([row(2, text, **told)], usual="US")

    assert (found.outcome, found.suggestion) == (REJECTED, suggestion)
    assert summary.suggestions == bool(suggestion)


FROM_ABROAD = [
    ({"text": "(206) 555-0123"}, SEATTLE),
    ({"text": "206-555-0123"}, SEATTLE),
    ({"text": "2065550123", "state": "WA"}, SEATTLE),
    ({"text": "2065550123", "state": "OR"}, ""),
    # Digits alone are a number in many countries; so is a premium-rate number nobody's.
    ({"text": "2065550123"}, ""),
    ({"text": "(900) 234-5678"}, ""),
]


@pytest.mark.parametrize(("told", "suggestion"), FROM_ABROAD)
@pytest.mark.parametrize("usual", ["", "GB"])
def test_a_number_from_abroad_is_known_by_its_state_or_by_how_it_is_written(
    told: dict[str, str], suggestion: str, usual: str
) -> None:
    (found,), _ = check(
        [ContactRow(2, (told["text"],), state=told.get("state", ""))], country="GB", usual=usual
    )

    assert (found.outcome, found.suggestion) == (REJECTED, suggestion)


def test_the_tier_is_asked_for_once_for_numbers_alike() -> None:
    asked: list[str] = []

    def tier_of(phone: object, where: object) -> str:
        asked.append("once")
        return "city"

    rows = [row(number, f"+1206555{number:04d}") for number in range(100, 150)]
    results, summary = check(rows, tier_of=tier_of)

    assert {one.tier for one in results} == {"city"}
    assert summary.by_tier == {"city": 50}
    assert len(asked) == 1
