"""Where a customer is taken to be, by what is known."""

from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.names import fold
from lambdas.domain.phone import parse
from lambdas.domain.places import Place
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge, whereabouts

SEATTLE = (47.6056, -122.3333)
TACOMA = (47.2528, -122.4444)
PORTLAND = (45.5228, -122.6778)
NEW_YORK = (40.7139, -74.0056)
MIDDLE_OF_425 = (47.8, -122.0)
NEAR_SEATTLE = (47.61, -122.2)

SEATTLE_NUMBER = "+12065550123"
MIDDLE_NUMBER = "+14255550123"
STATE_NUMBER = "+15095550123"
TOLL_FREE = "+18005550123"
MOBILE_GB = "+447700900123"


BY_NUMBER = {
    "+1206": Place("Seattle", "WA", "Seattle, WA", SEATTLE),
    "+1425": Place("Bellevue/Everett", "WA", "", MIDDLE_OF_425, centre=True),
    "+1509": Place("Washington State", "WA", "", (47.4, -120.3), True, names_town=False),
    "+1212": Place("New York", "NY", "", NEW_YORK),
    "+1800": Place("Nowhere", "XX", "", NEW_YORK),
}
TOWNS = {
    ("US", "seattle"): [Place("Seattle", "WA", "", SEATTLE)],
    ("US", "none"): [Place("None", "WA", "", NEAR_SEATTLE)],
    ("US", "tacoma"): [Place("Tacoma", "WA", "", TACOMA)],
    ("US", "portland"): [
        Place("Portland", "OR", "", PORTLAND),
        Place("Portland", "ME", "", (43.6615, -70.2553)),
    ],
    ("US", "new york"): [Place("New York", "NY", "", NEW_YORK)],
}
POSTAL = {
    ("US", "98101"): Place("Seattle", "WA", "", (47.6111, -122.3278)),
    ("US", "97201"): Place("Portland", "OR", "", (45.5, -122.69)),
    ("US", "972"): Place("", "OR", "", None, names_town=False),
}
STATES = {"WA": "WA", "WASHINGTON": "WA", "OR": "OR", "OREGON": "OR", "ME": "ME", "NY": "NY"}


class Map:
    """A place finder with a handful of places; what it was asked is not its concern."""

    def find(self, e164: str) -> Place | None:
        return BY_NUMBER.get(e164[:5])

    def time_zones(self, e164: str) -> tuple[str, ...]:
        return ()

    def zones_of_numbers(self, region: str, beginning: str) -> tuple[str, ...]:
        return ()

    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]:
        return ()

    def town(self, region: str, name: str, state: str = "") -> Place | None:
        found = TOWNS.get((region, fold(name)), [])
        fitting = [place for place in found if place.state == state]
        return next(iter([*fitting, *found]), None)

    def postal(self, region: str, code: str) -> Place | None:
        return POSTAL.get((region, code))

    def state(self, region: str, text: str) -> str:
        states = {"US": STATES, "CA": {"BC": "BC", "ONTARIO": "ON"}}
        return states.get(region, {}).get(text.upper(), "")

    def area_codes(self, area_code: str) -> tuple[str, ...]:
        return ("1206", "1564") if area_code in ("1206", "1564") else (area_code,)


class Found(NamedTuple):
    """What a case expects; the other fields are of no concern to it."""

    source: str
    state: str
    cities: set[str]
    position: tuple[float, float] | None
    centre: bool = False


WASHINGTON = Found("state", "WA", {"seattle"}, SEATTLE)
HERE = Found("number", "WA", {"seattle"}, SEATTLE)

CASES = [
    (SEATTLE_NUMBER, {}, HERE, "the number's own town"),
    (
        MIDDLE_NUMBER,
        {},
        Found("number", "WA", {"bellevue", "everett"}, MIDDLE_OF_425, True),
        "two towns share the digits, and the middle of the area is no town's place",
    ),
    (
        STATE_NUMBER,
        {},
        Found("number", "WA", set(), (47.4, -120.3), True),
        "a state's name is no city's",
    ),
    (TOLL_FREE, {}, Found("", "", set(), None), "a toll-free number's digits name no place"),
    (MOBILE_GB, {}, Found("", "", set(), None), "a mobile of a country whose mobiles name none"),
    (
        SEATTLE_NUMBER,
        {"postal_code": "97201"},
        Found("postal_code", "OR", {"portland"}, (45.5, -122.69)),
        "a ported number: the postal code wins in all",
    ),
    (
        SEATTLE_NUMBER,
        {"postal_code": "972"},
        Found("postal_code", "OR", set(), None),
        "a postal code that tells the state alone: the number's town is of another one",
    ),
    (
        SEATTLE_NUMBER,
        {"postal_code": "98101"},
        Found("postal_code", "WA", {"seattle"}, (47.6111, -122.3278)),
        "a postal code that agrees is the finer position",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "portland"},
        Found("city", "OR", {"portland"}, PORTLAND),
        "a customer who moved: the city, its state and its place",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Portland", "state": "ME"},
        Found("city", "ME", {"portland"}, (43.6615, -70.2553)),
        "the state says which of two towns",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Tacoma"},
        Found("city", "WA", {"tacoma"}, TACOMA),
        "next door, and still another city",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Somewhere Unheard Of"},
        Found("city", "WA", {"somewhere unheard of"}, None),
        "a city that no gazetteer has may be in the pool; where it is nobody knows",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Somewhere", "state": "OR"},
        Found("city", "OR", {"somewhere"}, None),
        "nor does the number of another state say where",
    ),
    (SEATTLE_NUMBER, {"state": "WA"}, WASHINGTON, "a state that agrees keeps the number's town"),
    (SEATTLE_NUMBER, {"state": "Washington"}, WASHINGTON, "by its name"),
    (
        SEATTLE_NUMBER,
        {"state": "Oregon"},
        Found("state", "OR", set(), None),
        "another state than the number's: the number's town is not believed",
    ),
    (
        TOLL_FREE,
        {"state": "Oregon"},
        Found("state", "OR", set(), None),
        "what the flow knows helps where the number knows nothing",
    ),
    (
        SEATTLE_NUMBER,
        {"position": PORTLAND},
        Found("position", "", set(), PORTLAND),
        "far from the number's town: it is not believed, and no state is known",
    ),
    (
        SEATTLE_NUMBER,
        {"position": NEAR_SEATTLE},
        Found("position", "WA", {"seattle"}, NEAR_SEATTLE),
        "near the number's town, which therefore stands",
    ),
    (
        MIDDLE_NUMBER,
        {"position": TACOMA},
        Found("position", "WA", {"bellevue", "everett"}, TACOMA),
        "a centre of an area contradicts less than a town: 70 km off is within it",
    ),
    (
        STATE_NUMBER,
        {"position": NEW_YORK},
        Found("position", "", set(), NEW_YORK),
        "across the country from the number's state",
    ),
    (
        SEATTLE_NUMBER,
        {"position": PORTLAND, "postal_code": "98101", "city": "New York", "state": "ME"},
        Found("position", "ME", set(), PORTLAND),
        "the position wins, and neither postal code nor city is there",
    ),
    (
        SEATTLE_NUMBER,
        {"postal_code": "97201", "city": "Tacoma"},
        Found("postal_code", "OR", {"portland"}, (45.5, -122.69)),
        "the postal code before a city that is not there",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Portland", "state": "nonsense"},
        Found("city", "OR", {"portland"}, PORTLAND),
        "a state that is none is passed over",
    ),
    (SEATTLE_NUMBER, {"state": "nonsense"}, HERE, "nothing understood: the number"),
    (SEATTLE_NUMBER, {"postal_code": "nonsense"}, HERE, "likewise"),
    (SEATTLE_NUMBER, {"city": "   "}, HERE, "white space is no city"),
    (SEATTLE_NUMBER, {"city": "N/A", "state": "-"}, HERE, "what a CRM has for nothing is no city"),
    (SEATTLE_NUMBER, {"city": "unknown"}, HERE, "likewise"),
    (
        SEATTLE_NUMBER,
        {"city": "Portland", "state": "Ontario", "postal_code": "K1A 0B6"},
        HERE,
        "a town across the border is not the one of that name here",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "Portland", "state": "BC", "position": TACOMA},
        Found("position", "", set(), TACOMA),
        "the position that is told stands",
    ),
    (
        SEATTLE_NUMBER,
        {"postal_code": "97201", "city": "---"},
        Found("postal_code", "OR", {"portland"}, (45.5, -122.69)),
        "no city is told, so the postal code's counts",
    ),
    (
        SEATTLE_NUMBER,
        {"city": "None"},
        Found("city", "WA", {"none"}, NEAR_SEATTLE),
        "a word for nothing that is a town's name, too",
    ),
]


@pytest.mark.parametrize(("number", "known", "expected", "why"), CASES)
def test_a_customer_is_where_the_best_of_what_is_known_says(
    number: str, known: dict[str, Any], expected: Found, why: str
) -> None:
    where = whereabouts(parse(number), Knowledge(**known), Map())
    found = Found(where.source, where.state, set(where.cities), where.position, where.centre)
    assert found == expected, why


def test_overlays_of_a_city_count_as_one_area() -> None:
    where = whereabouts(parse(SEATTLE_NUMBER), NOTHING_KNOWN, Map())
    assert where.area_codes == ("1206", "1564")


@pytest.mark.parametrize(
    ("known", "codes", "why"),
    [
        ({"city": "New York"}, (), "who moved away is no longer of the number's area"),
        ({"state": "ME"}, (), "nor who lives in another state"),
        ({"state": "WA"}, ("1206", "1564"), "still in the state"),
        ({"city": "Nowhere"}, ("1206", "1564"), "a town that nobody knows says nothing against it"),
    ],
)
def test_the_area_code_counts_unless_the_customer_is_elsewhere(
    known: dict[str, Any], codes: tuple[str, ...], why: str
) -> None:
    where = whereabouts(parse(SEATTLE_NUMBER), Knowledge(**known), Map())
    assert where.area_codes == codes, why


@pytest.mark.parametrize(
    ("city", "state", "cities", "why"),
    [
        ("Portland, OR", "OR", {"portland"}, "city and state in one field"),
        ("Portland, Oregon", "OR", {"portland"}, "a state's name"),
        ("New York, NY", "NY", {"new york"}, "a code"),
        ("Springfield, Nowhere", "", {"springfield nowhere"}, "no state: as it was told"),
        ("Toronto, Ontario", "WA", {"seattle"}, "of the neighbour: passed over"),
    ],
)
def test_a_city_that_is_told_with_its_state(
    city: str, state: str, cities: set[str], why: str
) -> None:
    where = whereabouts(parse(SEATTLE_NUMBER), Knowledge(city=city), Map())
    assert set(where.cities) == cities, why
    assert not state or where.state == state, why


knowledge = st.builds(
    Knowledge,
    st.sampled_from(["", "98101", "97201", "972", "x"]),
    st.sampled_from(["", "Seattle", "Portland", "New York", "Nowhere"]),
    st.sampled_from(["", "WA", "Oregon", "ME", "nonsense"]),
    st.sampled_from([None, SEATTLE, PORTLAND, NEW_YORK]),
)
numbers = st.sampled_from([SEATTLE_NUMBER, MIDDLE_NUMBER, STATE_NUMBER, TOLL_FREE, MOBILE_GB])


@given(numbers, knowledge)
def test_a_position_that_is_told_is_the_customers_own(number: str, known: Knowledge) -> None:
    where = whereabouts(parse(number), known, Map())
    if known.position:
        assert (where.position, where.source, where.centre) == (known.position, "position", False)


@given(numbers, knowledge)
def test_a_state_that_is_understood_is_the_customers_own(number: str, known: Knowledge) -> None:
    phone = parse(number)
    where = whereabouts(phone, known, Map())
    told = Map().state(phone.region, known.state)
    if told and not known.postal_code:
        assert where.state == told


@given(numbers, knowledge)
def test_the_source_is_the_first_of_the_order_that_is_understood(
    number: str, known: Knowledge
) -> None:
    phone = parse(number)
    understood = {
        "position": bool(known.position),
        "postal_code": Map().postal(phone.region, known.postal_code) is not None,
        "city": bool(known.city),
        "state": bool(Map().state(phone.region, known.state)),
        "number": bool(phone.area_code),
    }
    best = next((source for source, is_known in understood.items() if is_known), "")
    assert whereabouts(phone, known, Map()).source == best
