"""Contacts, numbers and grounds for the tests of coverage."""

import json
from dataclasses import replace

from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.geometry import Position
from lambdas.domain.names import cities
from lambdas.domain.phone import Phone, parse
from lambdas.domain.places import Place
from lambdas.domain.rules import Rules
from lambdas.domain.settings import Settings, Tier
from lambdas.domain.whereabouts import Whereabouts
from local.commands.common import DEFAULT_CONFIG
from local.coverage.ground import RULES, Ground
from local.coverage.offers import kind_in
from local.coverage.tally import Alike, Sort
from stacks.config import load

SETTINGS = Settings.from_json(load(DEFAULT_CONFIG).settings())
BY_PLACE = (Tier.CITY, Tier.NEAREST, Tier.AREA_CODE, Tier.STATE, Tier.COUNTRY, Tier.TOLL_FREE)
POOL = replace(SETTINGS.pools["service"], tiers=BY_PLACE, radius_km=80.0)
QUEUE = SETTINGS.queues["outbound-service"]
REAL_RULES = Rules.from_json(json.loads(RULES.read_text("utf-8")), "US")
NO_RULES = Rules()


class NoPlaces:
    """A finder that knows nothing: sorts in these tests bring their whereabouts with them."""

    def find(self, e164: str) -> Place | None:
        return None

    def time_zones(self, e164: str) -> tuple[str, ...]:
        return ()

    def zones_of_numbers(self, region: str, beginning: str) -> tuple[str, ...]:
        return ()

    def zones_of_state(self, region: str, state: str) -> tuple[str, ...]:
        return ()

    def town(self, region: str, name: str, state: str = "") -> Place | None:
        return None

    def postal(self, region: str, code: str) -> Place | None:
        return None

    def state(self, region: str, text: str) -> str:
        return ""

    def area_codes(self, area_code: str) -> tuple[str, ...]:
        return (area_code,)


def sort(number: str, place: str, state: str, position: Position | None, count: int = 1) -> Sort:
    """Contacts of one sort; their place is what their number says."""
    phone = parse(number)
    codes = (phone.area_code,) if phone.area_code else ()
    where = Whereabouts(state, place, cities(place), position, False, codes, "number")
    found = Sort(Alike(phone.region, phone.kind, where), phone, count)
    found.area_codes[phone.area_code] += count
    return found


def number_in(place: str, state: str, position: Position | None, number: str) -> Listing:
    """A number of ours in a place."""
    phone = parse(number)
    return Listing(
        phone.e164, phone.region, state, phone.area_code, place, kind_in(phone.region), position
    )


def directory(listings: list[Listing], rules: Rules = NO_RULES) -> Directory:
    """What pickers would load."""
    return unpack(pack(listings).values(), prefixes=rules.prefixes)


def ground(places: object, rules: Rules = REAL_RULES) -> Ground:
    """The service queue's ground with another place finder."""
    return Ground(places, rules, {"united states": "US", "germany": "DE", "gb": "GB"}, QUEUE, POOL)  # type: ignore[arg-type]


def phone(number: str) -> Phone:
    """A parsed number."""
    return parse(number)
