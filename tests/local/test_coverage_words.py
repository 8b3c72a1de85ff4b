"""States, rows and tiers in words."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from lambdas.domain.settings import Action, Tier
from local.coverage.state_names import state_name
from local.coverage.words import country_words, state_words, unplaced_words, unseen_words
from tests.local.coverage_samples import POOL, QUEUE
from tools.places.states import state_names


@pytest.mark.parametrize(
    ("code", "home", "words", "reason"),
    [
        ("US-CA", "US", "California", "the country of most contacts goes without saying"),
        ("US-CA", "", "California, United States", "no country has most of them"),
        ("CA-ON", "US", "Ontario, Canada", "another country"),
        ("GB-ENG", "GB", "England", "a code of three letters"),
        ("US", "US", "United States", "the state is not known"),
        ("US-WA", "US", "Washington", "as people say, not as numbers are described"),
        ("ES-MD", "US", "Comunidad de Madrid, Spain", "the region, not one of its provinces"),
        ("MX-JAL", "MX", "Jalisco", "descriptions have abbreviations, too"),
        ("US-GA", "US", "Georgia", "the state"),
        ("GE", "US", "Georgia (country)", "the country that is called like a state"),
        ("GE", "GB", "Georgia", "nothing to mistake it for"),
        ("ZA-GP", "US", "GP, South Africa", "no table has the country"),
    ],
)
def test_states_have_their_names(code: str, home: str, words: str, reason: str) -> None:
    assert state_words(code, home) == words, reason


def test_every_state_that_a_place_may_have_has_a_name_and_no_abbreviation() -> None:
    named = {
        (region, code): state_name(region, code)
        for region, codes in state_names().items()
        for code in codes
    }
    assert [at for at, name in named.items() if name.isupper() or name.isdigit()] == []
    assert country_words("US") == "United States"


@pytest.mark.parametrize(
    ("count", "rows", "words"),
    [
        (1, [7], "Of 1 contact neither town nor area is known: row 7 of c.csv."),
        (2, [7, 9], "Of 2 contacts neither town nor area is known: rows 7 and 9 of c.csv."),
        (3, [2, 7, 9], "Of 3 contacts neither town nor area is known: rows 2, 7 and 9 of c.csv."),
        (40, [2, 7], "Of 40 contacts neither town nor area is known: rows 2, 7 and 38 more of"),
    ],
)
def test_rows_without_a_place_are_told_by_number(
    count: int, rows: Sequence[int], words: str
) -> None:
    assert unplaced_words(count, rows, "c.csv").startswith(words)


def test_what_nobody_sees_reads_as_a_list() -> None:
    blocking = replace(QUEUE, on_exhausted=Action.BLOCK)
    assert unseen_words(Tier.TOLL_FREE, POOL, QUEUE) == "a toll-free number"
    assert unseen_words(Tier.DEFAULT, POOL, blocking) == "a blocked call"
