import pytest

from lambdas.domain.intake import Direction, Entry, Outcome, country_code, understand
from lambdas.domain.phone import NotAPhoneNumber
from tests.unit.builders import intake

UNDERSTOOD = [
    ("+1 206 555 0123", None, "+12065550123", "international, with spaces"),
    ("(206) 555-0123", "US", "+12065550123", "US national form"),
    ("020 7946 0123", "GB", "+442079460123", "UK national form"),
    ("+44 (0)20 7946 0123", None, "+442079460123", "the British trunk zero"),
    ("+44 (0)20 7946 0123", "US", "+442079460123", "the plus wins over the country"),
    ("00 44 20 7946 0123", "GB", "+442079460123", "00 for plus"),
    ("00442079460123", None, "+442079460123", "00 without a country"),
    ("0044 20 7946 0123", "US", "+442079460123", "00 where 011 is dialled"),
    ("12065550123", None, "+12065550123", "Excel took the plus away"),
    ("12065550123", "DE", "+12065550123", "Excel took it away beside a foreign country"),
    ("442079460123", None, "+442079460123", "Excel took the plus away"),
    ("'+12065550123", None, "+12065550123", "Excel's mark for text"),
    ("+12065550123", None, "+12065550123", "full-width plus and digits"),
    ("+1\u00a0206\u00a0555\u00a00123", None, "+12065550123", "non-breaking spaces"),
]


@pytest.mark.parametrize(("text", "country", "e164", "reason"), UNDERSTOOD)
def test_what_people_write_becomes_e164(
    text: str, country: str | None, e164: str, reason: str
) -> None:
    assert understand(text, country)[0].e164 == e164, reason


@pytest.mark.parametrize(
    ("text", "country", "code", "reason"),
    [
        ("2065550123", None, "no_country", "ten digits could be any country's"),
        ("020 7946 0123", None, "no_country", "national form of nobody"),
        ("+1 555 123 4567", None, "not_valid", "no area code 555"),
        ("07700 900123", "US", "too_long", "a UK form read as US"),
        ("n/a", None, "not_a_number", "a word"),
        ("+12065550123 ext 7", None, "extension", "with an extension"),
        ("+1206555012", None, "too_short", "a digit is missing"),
        ("+120655501234", None, "too_long", "a digit too many"),
    ],
)
def test_what_cannot_be_understood_is_refused(
    text: str, country: str | None, code: str, reason: str
) -> None:
    with pytest.raises(NotAPhoneNumber) as caught:
        understand(text, country)
    assert caught.value.code == code, reason


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("US", "US"),
        ("us", "US"),
        (" Germany ", "DE"),
        ("UK", "GB"),
        ("United Kingdom", "GB"),
        ("Atlantis", None),
        ("ZZ", None),
    ],
)
def test_countries_are_understood_by_code_and_name(said: str, code: str | None) -> None:
    names = {"germany": "DE", "united kingdom": "GB", "united states": "US"}
    assert country_code(said, names) == code


def test_every_row_has_a_result_and_duplicates_name_the_first_row() -> None:
    wanted, results = intake().read(
        [
            Entry(2, "+12065550100"),
            Entry(3, "(206) 555-0100", country="US"),
            Entry(4, "oops"),
            Entry(5, ""),
            Entry(6, "+12065550101", problem="The reader found something."),
        ]
    )
    assert list(wanted) == ["+12065550100"]
    assert [result.row for result in results] == [2, 3, 4, 5, 6]
    assert [result.outcome for result in results] == [
        Outcome.ADDED,
        Outcome.DUPLICATE,
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.REJECTED,
    ]
    assert "row 2" in results[1].message
    assert results[4].message == "The reader found something."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("+448702345678", "0870"),
        ("+449098790123", "UK 09"),
        ("+447012345678", "personal"),
        ("+19002345678", "Premium-rate"),
    ],
)
def test_numbers_that_may_never_be_shown_are_refused_with_their_rule(
    number: str, words: str
) -> None:
    _, (result,) = intake().read([Entry(2, number)])
    assert result.outcome is Outcome.REJECTED
    assert words in result.message


def test_what_the_row_says_of_the_place_wins_over_the_prefix() -> None:
    wanted, _ = intake().read([Entry(2, "+12065550100", city="Tacoma", state="wa")])
    (member,) = wanted.values()
    assert (member.place, member.state, member.area_code) == ("Tacoma", "WA", "1206")


def test_a_state_by_name_is_not_used_and_said_so() -> None:
    wanted, (result,) = intake().read([Entry(2, "+12065550100", state="Washington")])
    assert next(iter(wanted.values())).state == "WA"
    assert "'Washington' is not a code" in result.message


def test_direction_is_read_and_a_strange_one_refused() -> None:
    wanted, results = intake().read(
        [Entry(2, "+12065550100", direction="Inbound"), Entry(3, "+12065550101", direction="up")]
    )
    assert next(iter(wanted.values())).direction is Direction.INBOUND
    assert "never shown" in results[0].message
    assert "direction" in results[1].message
    assert "'up'" in results[1].message
