"""A sample list of contacts as a CRM would export it: made anew from a seed."""

import csv
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from lambdas.domain.phone import E164, NotAPhoneNumber, Phone, parse_e164
from lambdas.domain.places import Place, PlaceFinder

SEED = 20261122
HEADER = ("Phone number", "First name", "Country", "City", "State", "Postal code")
KNOWN_SHARE = 0.4
MOVED_SHARE = 0.1
POSTAL_SHARE = 0.2
BAD_EVERY = 400

_USA = (
    *("206", "253", "425", "509", "503", "415", "408", "559", "213", "619", "702", "602", "505"),
    *("303", "801", "512", "713", "817", "405", "816", "612", "312", "217", "414", "313", "614"),
    *("412", "215", "212", "716", "518", "617", "203", "301", "804", "919", "704", "404", "305"),
    *("407", "813", "615", "901", "504", "205", "208", "406", "701", "907", "808"),
)
_ELSEWHERE = (
    *("+1416", "+1613", "+1514", "+1604", "+1403"),
    *("+44113", "+44121", "+44131", "+44161", "+441865", "+442079"),
    *("+4930", "+4989", "+4940", "+49221", "+49176", "+331", "+334", "+3491", "+3493", "+612"),
)
_US_SHARE = 0.8
_LENGTHS = {"+1": 12, "+44": 13, "+49": 12, "+33": 12, "+34": 12, "+61": 12}


def write_sample_contacts(
    path: Path, count: int, places: PlaceFinder, seed: int = SEED
) -> Sequence[E164]:
    """Write a CSV file and return the contacts that are in it, in order.

    Some have a town, a few of them not the one that their number names; some live somewhere else
    by postal code. Every four hundredth row holds what is no number.
    """
    rng = random.Random(seed)
    made: list[E164] = []
    towns: list[tuple[Phone, Place]] = []
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(HEADER)
        for phone in _phones(rng, count):
            if len(made) % BAD_EVERY == BAD_EVERY - 1:
                rows.writerow(("ask at the front desk", "Kim", "", "", "", ""))
            rows.writerow((phone.e164, "Kim", phone.region, *_known(phone, places, towns, rng)))
            made.append(phone.e164)
    return made


def _phones(rng: random.Random, count: int) -> Iterator[Phone]:
    seen: set[str] = set()
    while len(seen) < count:
        area = f"+1{rng.choice(_USA)}" if rng.random() < _US_SHARE else rng.choice(_ELSEWHERE)
        code = next(code for code in _LENGTHS if area.startswith(code))
        left = _LENGTHS[code] - len(area)
        text = f"{area}{rng.randint(2, 9)}{rng.randrange(10 ** (left - 1)):0{left - 1}d}"
        try:
            phone = parse_e164(text)
        except NotAPhoneNumber:
            continue
        if phone.valid and text not in seen:
            seen.add(text)
            yield phone


def _known(
    phone: Phone, places: PlaceFinder, towns: list[tuple[Phone, Place]], rng: random.Random
) -> tuple[str, str, str]:
    code = f"{rng.randrange(1000, 99951):05d}"
    if phone.region == "US" and rng.random() < POSTAL_SHARE and places.postal("US", code):
        return "", "", code
    place = places.find(phone.e164) if phone.placed else None
    if place and place.names_town:
        towns.append((phone, place))
    if rng.random() > KNOWN_SHARE or not towns:
        return "", "", ""
    if place is None or rng.random() < MOVED_SHARE:
        other, moved_to = rng.choice(towns)
        place = moved_to if other.region == phone.region else place
    if place is None or not place.names_town:
        return "", "", ""
    return place.name.partition("/")[0], place.state, ""
