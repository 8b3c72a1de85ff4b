"""Every state and zone in which a destination may be, from its number and what the flow knows."""

from typing import NamedTuple

import pytest

from lambdas.domain.hours import CallingHours, Location
from lambdas.domain.phone import parse
from lambdas.domain.places import Places
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge, whereabouts
from tests.unit.hours.samples import POOL, allowed, local


class Case(NamedTuple):
    why: str
    number: str
    knows: Knowledge
    states: set[str]
    zones: set[str]
    and_more: bool = False


NEW_YORK, CHICAGO, DENVER = "America/New_York", "America/Chicago", "America/Denver"
PACIFIC = "America/Los_Angeles"
CASES = [
    Case("an area code of one zone", "+12065550100", NOTHING_KNOWN, {"WA"}, {PACIFIC}),
    Case("an area code on both sides of a zone's border, whatever the exchange says",
         "+18505550100", NOTHING_KNOWN, {"FL"}, {CHICAGO, NEW_YORK}),
    Case("the whole state is told", "+13055550100", Knowledge(state="Florida"), {"FL"},
         {CHICAGO, NEW_YORK}),
    Case("a town of the area is told, so the rest of the state is out", "+13055550100",
         Knowledge(postal_code="33101"), {"FL"}, {NEW_YORK}),
    Case("the customer moved, or ported the number: both count", "+13055550100",
         Knowledge(postal_code="90001"), {"FL", "CA"}, {NEW_YORK, PACIFIC}),
    Case("moved to a state of two zones, no town told", "+12065550100",
         Knowledge(state="TX"), {"WA", "TX"}, {PACIFIC, CHICAGO, DENVER}),
    Case("moved within the state, over the zone's border", "+19155550100",
         Knowledge(postal_code="75201"), {"TX"}, {DENVER, CHICAGO}),
    Case("only a position is told, far from the number: it may be in any state",
         "+12065550100", Knowledge(position=(25.77, -80.19)), set(), {PACIFIC, NEW_YORK},
         and_more=True),
    Case("a position in the number's own town", "+12065550100",
         Knowledge(position=(47.6, -122.3)), {"WA"}, {PACIFIC}),
    Case("what nobody understands tells nothing", "+12065550100",
         Knowledge(state="Atlantis"), {"WA"}, {PACIFIC}),
    Case("toll-free: anywhere in the country", "+18005550100", NOTHING_KNOWN, set(),
         {NEW_YORK, CHICAGO, DENVER, PACIFIC, "Pacific/Honolulu", "America/Adak"}, and_more=True),
    Case("toll-free, and the state is told", "+18005550100", Knowledge(state="HI"), {"HI"},
         {"Pacific/Honolulu"}),
    Case("Puerto Rico shares the calling code and nothing else", "+17875550100", NOTHING_KNOWN,
         set(), {"America/Puerto_Rico"}),
    Case("a British mobile is in Britain", "+447400123456", NOTHING_KNOWN, set(),
         {"Europe/London"}),
    Case("an Australian mobile may be on either coast", "+61412345678", NOTHING_KNOWN, set(),
         {"Australia/Sydney", "Australia/Perth", "Australia/Lord_Howe"}, and_more=True),
    Case("an Australian mobile of a customer in Perth", "+61412345678",
         Knowledge(state="WA"), {"WA"}, {"Australia/Perth", "Australia/Eucla"}),
    Case("Lisbon, a number without area code", "+351211234567", NOTHING_KNOWN, set(),
         {"Europe/Lisbon"}),
    Case("a Portuguese mobile may be on the Azores", "+351912345678", NOTHING_KNOWN, set(),
         {"Europe/Lisbon", "Atlantic/Azores", "Atlantic/Madeira"}),
    Case("France", "+33199000000", NOTHING_KNOWN, set(), {"Europe/Paris"}),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.why)
def test_states_and_zones(hours: CallingHours, places: Places, case: Case) -> None:
    found = _where(hours, places, case.number, case.knows)

    assert set(found.states) == case.states
    assert case.zones <= set(found.zones)
    assert case.and_more or set(found.zones) == case.zones
    assert found.zones == tuple(dict.fromkeys(found.zones))


def test_a_us_number_of_a_customer_in_canada_keeps_the_law_of_both(
    hours: CallingHours, places: Places
) -> None:
    for knows in (Knowledge(city="Toronto", state="ON"), Knowledge(postal_code="M5V 2T6"),
                  Knowledge(city="Toronto, Ontario")):  # fmt: skip
        found = _where(hours, places, "+12125550100", knows)
        assert (found.region, found.states) == ("US", ("NY",))
        (canada,) = found.also
        assert (canada.region, canada.states) == ("CA", ("ON",))
        assert "America/Toronto" in found.all_zones
        # Saturday: New York until 21:00, Canada until 18:00, also in the west of Ontario.
        assert allowed(hours, found, local("America/New_York", "2026-01-17 17:59"))
        assert not allowed(hours, found, local("America/New_York", "2026-01-17 18:00"))
        assert not allowed(hours, found, local("America/New_York", "2026-01-17 10:59"))
        assert allowed(hours, found, local("America/New_York", "2026-01-17 11:00"))


@pytest.mark.parametrize(
    ("number", "knows"),
    [
        ("+17875550100", Knowledge(state="FL")),
        ("+17875550100", Knowledge(postal_code="32801")),
        ("+17875550100", Knowledge(city="Orlando, FL")),
        ("+14075550100", Knowledge(state="PR")),
        ("+14075550100", Knowledge(state="Puerto Rico")),
        ("+14075550100", Knowledge(postal_code="00901")),
    ],
)
def test_a_customer_between_a_territory_and_a_state_has_the_law_of_both(
    hours: CallingHours, places: Places, number: str, knows: Knowledge
) -> None:
    found = _where(hours, places, number, knows)
    assert {found.region, *(each.region for each in found.also)} == {"US", "PR"}
    assert {"America/Puerto_Rico", NEW_YORK} <= set(found.all_zones)
    assert "us_fl_attempts" in [each.rule for each in hours.attempts(found, "marketing")]
    clock = "America/Puerto_Rico"  # in winter an hour ahead of New York
    assert allowed(hours, found, local(clock, "2026-11-18 20:59"))
    assert not allowed(hours, found, local(clock, "2026-11-18 21:00"))
    assert not allowed(hours, found, local(NEW_YORK, "2026-11-18 07:59"))


def test_a_territory_that_is_told_again_adds_nothing(hours: CallingHours, places: Places) -> None:
    alone = Location("PR", (), ("America/Puerto_Rico",))
    for knows in (Knowledge(state="PR"), Knowledge(postal_code="00901")):
        assert _where(hours, places, "+17875550100", knows) == alone
        assert _where(hours, places, "+18005550100", knows) == alone


def test_all_places_must_allow_a_call(hours: CallingHours, places: Places) -> None:
    moved = _where(hours, places, "+13055550100", Knowledge(postal_code="90001"))

    assert not allowed(hours, moved, local(NEW_YORK, "2026-11-18 10:59")), "California sleeps"
    assert allowed(hours, moved, local(NEW_YORK, "2026-11-18 11:00"))
    assert allowed(hours, moved, local(NEW_YORK, "2026-11-18 19:59"))
    assert not allowed(hours, moved, local(NEW_YORK, "2026-11-18 20:00")), "Florida's evening"


def test_attempts_of_all_places_count(hours: CallingHours, places: Places) -> None:
    moved = _where(hours, places, "+12065550100", Knowledge(state="FL"))

    assert [each.rule for each in hours.attempts(moved, "marketing")] == ["us_fl_attempts"]


def test_a_number_of_no_country_is_under_no_law_of_one(hours: CallingHours, places: Places) -> None:
    satellite = _where(hours, places, "+881612345678", NOTHING_KNOWN)

    assert satellite == Location("001", (), ())
    assert allowed(hours, satellite, local("UTC", "2026-11-22 03:00"))


def test_a_place_whose_time_nobody_knows_is_not_called(hours: CallingHours) -> None:
    nowhere = Location("US", ("WA",), ())
    verdict = hours.judge(nowhere, "marketing", POOL, local("UTC", "2026-11-18 20:00"))

    assert not verdict.allowed
    assert verdict.opens_at is None
    assert verdict.words.startswith("Nobody knows what time it is")


def _where(hours: CallingHours, places: Places, number: str, knows: Knowledge) -> Location:
    phone = parse(number)
    return hours.location(phone, knows, whereabouts(phone, knows, places), places)


US_ZONES = {
    "AK": "Adak Anchorage Juneau Metlakatla Nome Sitka Yakutat",
    "AL": "Chicago New_York Kentucky/Louisville",
    "AZ": "Denver Phoenix",
    "FL": "Chicago New_York",
    "ID": "Boise Los_Angeles",
    "IN": "Chicago Indiana/Indianapolis Indiana/Knox Indiana/Marengo Indiana/Petersburg"
    " Indiana/Tell_City Indiana/Vevay Indiana/Vincennes Indiana/Winamac Kentucky/Louisville"
    " New_York",
    "KS": "Chicago Denver",
    "KY": "Chicago Kentucky/Louisville Kentucky/Monticello New_York",
    "MI": "Detroit Menominee",
    "ND": "Chicago Denver North_Dakota/Beulah North_Dakota/Center North_Dakota/New_Salem",
    "NE": "Chicago Denver",
    "NV": "Denver Los_Angeles",
    "OR": "Boise Los_Angeles",
    "SD": "Chicago Denver",
    "TN": "Chicago New_York",
    "TX": "Chicago Denver",
    **dict.fromkeys(("CT", "DC", "DE", "GA", "MA", "MD", "ME", "NC", "NH"), "New_York"),
    **dict.fromkeys(("NJ", "NY", "OH", "PA", "RI", "SC", "VA", "VT", "WV"), "New_York"),
    **dict.fromkeys(("AR", "IA", "IL", "LA", "MN", "MO", "MS", "OK", "WI"), "Chicago"),
    **dict.fromkeys(("CO", "MT", "NM", "UT", "WY"), "Denver"),
    **dict.fromkeys(("CA", "WA"), "Los_Angeles"),
}
"""Checked by hand. Phenix City in Alabama keeps Georgia's time, West Wendover in Nevada Utah's."""


@pytest.mark.parametrize("state", sorted(US_ZONES))
def test_the_zones_of_each_state(places: Places, state: str) -> None:
    zones = places.zones_of_state("US", state)

    assert set(zones) == {f"America/{name}" for name in US_ZONES[state].split()}


def test_hawaii_is_the_state_that_is_left() -> None:
    assert len(US_ZONES) == 50
    assert "HI" not in US_ZONES


def test_every_zone_that_places_tell_is_in_the_database(places: Places) -> None:
    from zoneinfo import ZoneInfo

    import phonenumbers

    for region in phonenumbers.SUPPORTED_REGIONS:
        for zone in places.zones_of_state(region, ""):
            assert ZoneInfo(zone)
        if region not in ("AC", "TA", "XK"):
            assert places.zones_of_state(region, ""), region
