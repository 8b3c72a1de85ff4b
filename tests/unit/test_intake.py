import json
from dataclasses import replace

import pytest

from lambdas.domain.intake import Direction, Entry, Outcome, country_code, understand
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import NotAPhoneNumber
from lambdas.domain.rules import Rules
from tests.unit.builders import RULES_FILE, intake

SEATTLE, TACOMA, PORTLAND = (47.6061, -122.3328), (47.25, -122.4444), (45.5228, -122.6778)


def rules_from(origin: str) -> Rules:
    return Rules.from_json(json.loads(RULES_FILE.read_text("utf-8")), origin)


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


WHERE = [
    ("", "", "Town 206", "WA", SEATTLE, "", "the prefix tells"),
    ("Town 253", "", "Town 253", "WA", TACOMA, "", "a town by its name"),
    ("TOWN-253", "wa", "Town 253", "WA", TACOMA, "", "written another way: the gazetteer's name"),
    ("Town 503", "", "Town 503", "OR", PORTLAND, "", "a town of another state"),
    ("", "Washington", "Town 206", "WA", SEATTLE, "", "a state by its name"),
    ("", "Oregon", "", "OR", None, "", "another state: neither town nor position is the prefix's"),
    ("N/A", "", "Town 206", "WA", SEATTLE, "", "what a CRM has for nothing is no town"),
    ("Nowhere", "OR", "Nowhere", "OR", None, "so it has no distance", "of another state"),
    ("Nowhere", "", "Nowhere", "WA", SEATTLE, "go by the number's own area", "an unknown town"),
    ("Town 503", "WA", "Town 503", "WA", SEATTLE, "'Town 503' is not known there",
     "a town that is not in the state"),
    ("", "Atlantis", "Town 206", "WA", SEATTLE, "'Atlantis' is not known there, so WA is used",
     "an unknown state"),
]  # fmt: skip


@pytest.mark.parametrize(("city", "state", "place", "code", "position", "note", "reason"), WHERE)
def test_what_the_row_says_of_the_place_wins_where_it_is_understood(
    city: str,
    state: str,
    place: str,
    code: str,
    position: tuple[float, float] | None,
    note: str,
    reason: str,
) -> None:
    wanted, (result,) = intake().read([Entry(2, "+12065550100", city=city, state=state)])
    (member,) = wanted.values()
    assert (member.place, member.state, member.position) == (place, code, position), reason
    assert member.area_code == "1206"
    assert note in result.message, reason
    assert ("not known there" in result.message) is bool(note), reason


def test_a_number_with_the_digits_of_another_state_is_told_of() -> None:
    _, (other, own) = intake().read(
        [Entry(2, "+12065550100", state="OR"), Entry(3, "+12065550101", state="WA")]
    )
    assert "Its digits are of WA, not OR: without a City it has no distance." in other.message
    assert "digits are of" not in own.message


def test_a_toll_free_number_is_where_the_row_says_and_else_nowhere() -> None:
    wanted, (_, unknown, _) = intake().read(
        [
            Entry(2, "+18005550100", city="Town 212"),
            Entry(3, "+18005550101", city="Nowhere"),
            Entry(4, "+18005550102"),
        ]
    )
    told, lost, silent = wanted.values()
    assert (told.place, told.position) == ("Town 212", (40.7139, -74.0056))
    assert (lost.place, lost.position) == ("Nowhere", None)
    assert (silent.place, silent.position) == ("", None)
    assert "it has no distance" in unknown.message


@pytest.mark.parametrize(
    ("said", "proof", "ownership", "reason"),
    [
        ("", "", Ownership.CONNECT, "nothing said"),
        ("Claimed", "", Ownership.CONNECT, "claimed in the instance"),
        ("Ported-in", "", Ownership.PORTED, "ported to it"),
        ("porté", "", Ownership.PORTED, "in French"),
        ("3rd party", "LOA 2026-17", Ownership.APPROVED, "a third party's, with proof"),
        ("BYOC", "case 4711", Ownership.APPROVED, "an own carrier's, with proof"),
        ("connect", "order 12", Ownership.CONNECT, "a proof changes nothing for our own"),
    ],
)
def test_ownership_is_read_and_a_proof_approves(
    said: str, proof: str, ownership: Ownership, reason: str
) -> None:
    wanted, _ = intake().read([Entry(2, "+12065550100", ownership=said, proof=proof)])
    (member,) = wanted.values()
    assert (member.ownership, member.proof) == (ownership, proof), reason


@pytest.mark.parametrize(
    ("ownership", "words", "reason"),
    [
        ("third party", "proof of ownership", "without a proof it may not be shown"),
        ("approved", "proof of ownership", "approved is a word, no proof"),
        ("Bob", "column for ownership is not understood", "a name is no ownership"),
    ],
)
def test_a_number_that_is_not_ours_is_refused(ownership: str, words: str, reason: str) -> None:
    _, (result,) = intake().read([Entry(2, "+12065550100", ownership=ownership)])
    assert result.outcome is Outcome.REJECTED, reason
    assert words in result.message, reason


@pytest.mark.parametrize(
    "proof", ["no", "Yes", "-", "…", "N/A", "#N/A", "0", "none", "Pending", "to follow", "なし"]
)
def test_what_refers_to_nothing_is_no_proof(proof: str) -> None:
    wanted, (result,) = intake().read(
        [Entry(2, "+12065550100", ownership="third party", proof=proof)]
    )
    assert not wanted
    assert result.outcome is Outcome.REJECTED
    assert "Proof column" in result.message


@pytest.mark.parametrize(
    ("number", "said", "golden", "reason"),
    [
        ("+18005554444", "", True, "told from the digits"),
        ("+18005550193", "", False, "told from the digits"),
        ("+18005550193", "Yes", True, "the row says it: a vanity number"),
        ("+18005554444", "nein", False, "the row says it is none"),
        ("+18005554444", "perhaps", True, "no answer: told from the digits"),
        ("+12065550100", "yes", False, "only toll-free numbers are golden"),
    ],
)
def test_golden_numbers_are_said_or_told_from_their_digits(
    number: str, said: str, golden: bool, reason: str
) -> None:
    wanted, _ = intake().read([Entry(2, number, golden=said)])
    assert next(iter(wanted.values())).golden is golden, reason


def test_a_number_that_rules_discourage_is_taken_with_a_warning() -> None:
    wanted, (landline, toll_free) = intake().read(
        [Entry(2, "+442079460123"), Entry(3, "+448081570123")]
    )
    assert len(wanted) == 2
    assert "Warning:" in landline.message
    assert "counsel" in landline.message
    assert [rule.id for rule in landline.warned] == ["gb_local_presence"]
    assert "Warning" not in toll_free.message


def test_a_number_from_abroad_is_taken_with_a_warning() -> None:
    _, (result,) = replace(intake(), rules=rules_from("DE")).read([Entry(2, "+448081570123")])
    assert result.outcome is Outcome.ADDED
    assert [rule.id for rule in result.warned] == ["gb_from_abroad"]


@pytest.mark.parametrize(
    ("purposes", "words", "reason"),
    [
        ({"marketing", "service"}, "(ES) it is not shown on marketing calls", "one of two"),
        ({"service"}, "Warning: In Spain", "discouraged for service"),
        (set(), "", "a pool that no queue shows"),
    ],
)
def test_what_the_pools_queues_are_for_decides_which_rules_warn(
    purposes: set[str], words: str, reason: str
) -> None:
    judge = replace(intake(), purposes=frozenset(purposes))
    _, (result,) = judge.read([Entry(2, "+34612345678")])
    assert result.outcome is Outcome.ADDED, reason
    assert words in result.message, reason
    assert bool(result.warned) is bool(words), reason


def test_no_rule_speaks_of_a_number_that_only_takes_calls() -> None:
    wanted, (result,) = intake().read([Entry(2, "+80012345678", direction="inbound")])
    assert wanted
    assert "never shown" in result.message
    assert not result.warned


def test_a_row_with_a_novel_in_it_is_refused() -> None:
    _, results = intake().read(
        [Entry(2, "+12065550100", label="x" * 301), Entry(3, "+12065550101", proof="x" * 301)]
    )
    assert [result.outcome for result in results] == [Outcome.REJECTED] * 2


def test_direction_is_read_and_a_strange_one_refused() -> None:
    wanted, results = intake().read(
        [Entry(2, "+12065550100", direction="Inbound"), Entry(3, "+12065550101", direction="up")]
    )
    assert next(iter(wanted.values())).direction is Direction.INBOUND
    assert "never shown" in results[0].message
    assert "direction" in results[1].message
    assert "'up'" in results[1].message


@pytest.mark.parametrize("field", ["country", "direction", "ownership"])
def test_a_long_cell_that_is_not_understood_is_quoted_in_part(field: str) -> None:
    entry = Entry(2, "+12065550123", **{field: "x" * 10_000})
    (result,) = intake().read([entry])[1]
    assert result.outcome is Outcome.REJECTED
    assert len(result.message) < 400
