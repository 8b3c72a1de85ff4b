"""Pools and destinations spread over real towns: what measurements of choosing are made on."""

import json
import random
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from typing import NamedTuple

import phonenumbers

from lambdas.domain.directory import Listing
from lambdas.domain.phone import E164, NotAPhoneNumber, Phone, parse_e164
from lambdas.domain.places import Place, Places
from lambdas.domain.rules import Rules
from local.toolchain import BUILD, ROOT
from tools.places.build import build

TOWNS_BY_COUNTRY = {
    **{"US": 11_000, "CA": 1_500, "GB": 600, "DE": 1_500, "FR": 1_500, "AU": 1_500},
    **{"BR": 1_500, "IN": 500, "JP": 400},
}
RULES = ROOT / "lambdas" / "domain" / "data" / "caller_id_rules.json"
LINES = 10_000
LINE_DIGITS = 4
SINCE = 20_000


class Exchange(NamedTuple):
    """Ten thousand numbers that begin alike, and the town that they are in."""

    sample: Phone
    place: Place

    def number(self, line: int) -> E164:
        return E164(f"{self.sample.e164[:-LINE_DIGITS]}{line:0{LINE_DIGITS}d}")

    def phone(self, line: int) -> Phone:
        return self.sample._replace(e164=self.number(line))


@cache
def places() -> Places:
    """The place index, as the build makes it."""
    file = BUILD / "places.bin"
    build(file)
    return Places.load(file.read_bytes())


@cache
def rules() -> Rules:
    """The caller-ID rules, for calls that leave from the United States."""
    return Rules.from_json(json.loads(RULES.read_text("utf-8")), "US")


@cache
def exchanges(seed: int = 7) -> Sequence[Exchange]:
    """Exchanges of thousands of towns, most of them in the United States, in a seeded order."""
    from phonenumbers.geodata import GEOCODE_DATA  # large, and only here

    found = places()
    rng = random.Random(seed)
    prefixes = sorted(GEOCODE_DATA)
    rng.shuffle(prefixes)
    wanted = dict(TOWNS_BY_COUNTRY)
    chosen: dict[str, Exchange] = {}
    for prefix in prefixes:
        exchange = _exchange(f"+{prefix}", found, rng, {each for each in wanted if wanted[each]})
        if exchange:
            wanted[exchange.sample.region] -= 1
            chosen[exchange.number(0)] = exchange
    found_ones = list(chosen.values())
    rng.shuffle(found_ones)  # some countries' were complete before others'
    return found_ones


def _exchange(
    prefix: str, found: Places, rng: random.Random, wanted: Collection[str]
) -> Exchange | None:
    """An exchange of one of the `wanted` regions with this prefix; None where it makes none."""
    place = found.find(prefix)
    if place is None or not place.names_town or place.position is None:
        return None
    for region in phonenumbers.region_codes_for_country_code(_calling_code(prefix)):
        if region not in wanted:
            continue
        example = phonenumbers.example_number(region)
        if example is None:
            continue
        digits = len(phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164))
        filled = prefix + "".join(rng.choices("0123456789", k=max(0, digits - len(prefix))))
        try:
            phone = parse_e164(filled)
        except NotAPhoneNumber:
            continue
        fits = phone.valid and phone.placed and phone.region in wanted
        if fits and len(filled) - len(prefix) >= LINE_DIGITS:
            return Exchange(phone, place)
    return None


def _calling_code(prefix: str) -> int:
    codes = (int(prefix[1 : 1 + length]) for length in (1, 2, 3) if len(prefix) > length)
    return next((code for code in codes if code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE), 0)


def pool_of(size: int, among: Sequence[Exchange], seed: int = 11) -> Iterator[Listing]:
    """`size` distinct numbers of those exchanges: a town has as many as it has exchanges."""
    for index in random.Random(seed).sample(range(len(among) * LINES), size):
        sample, place = among[index // LINES]
        yield Listing(
            e164=among[index // LINES].number(index % LINES),
            region=sample.region,
            state=place.state,
            area_code=sample.area_code,
            place=place.name,
            kind=sample.kind,
            position=place.position,
            activated_on=SINCE,
        )
