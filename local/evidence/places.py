"""The place index against libphonenumber's own answers, and how many towns have a position."""

import random
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberFormat, PhoneNumberType, geocoder, timezone

from lambdas.domain.phone import parse
from lambdas.domain.places import Places
from local.evidence import Finding, evidence
from local.evidence.known_towns import MOST_KM, errors_km, known_towns
from local.toolchain import Say
from tools.places.build import build
from tools.places.coverage import BARS, measured

NUMBERS = 200_000
SEED = 20261121
SAME_DESCRIPTION = 99.9
SHOWN = 5


@evidence("places/description", "places/time_zones", "places/region")
def against_libphonenumber(say: Say) -> list[Finding]:
    """Description, time zones and region of random valid numbers of all regions."""
    places = _built(say)
    say(f"{NUMBERS:,} random valid numbers of {len(phonenumbers.SUPPORTED_REGIONS)} regions")
    different: dict[str, list[str]] = {"description": [], "time zones": [], "region": []}
    regions = Counter[str]()
    for number in random_valid_numbers(NUMBERS):
        written = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        region = phonenumbers.region_code_for_number(number) or ""
        regions[region] += 1
        for what, ours, theirs in (
            ("description", _described(places, number, written),
             geocoder.description_for_number(number, "en")),
            ("time zones", places.time_zones(written), timezone.time_zones_for_number(number)),
            ("region", parse(written).region, region),
        ):  # fmt: skip
            if ours != theirs:
                different[what].append(f"{written[:8]}…: {ours}, not {theirs}")
    how = f"{NUMBERS} valid numbers of {len(regions)} regions, seed {SEED}"
    return [
        _same(different["description"], SAME_DESCRIPTION, how),
        _same(different["time zones"], 100, how),
        _same(different["region"], 100, how),
    ]


@evidence("places/known_towns")
def where_others_have_them(say: Say) -> list[Finding]:
    """How far the towns of known prefixes are from where other sources have them."""
    errors = errors_km(_built(say))
    pairs = known_towns()
    near = errors[int(0.95 * len(pairs))] if len(errors) > 0.95 * len(pairs) else float("inf")
    regions = len({pair.region for pair in pairs})
    return [
        Finding(
            round(near, 1),
            f"<= {MOST_KM:g} km at p95",
            near <= MOST_KM,
            f"{len(pairs)} pairs of prefix and town in {regions} countries, positions by town: "
            f"{len(errors)}; p50 {errors[len(errors) // 2]:.1f} km, largest {errors[-1]:.1f} km",
        )
    ]


def _built(say: Say) -> Places:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "places.bin"
        say("building the places file")
        build(file)
        return Places.load(file.read_bytes())


@evidence(*(f"places/towns_{region.lower()}" for region in BARS))
def towns(say: Say) -> list[Finding]:
    """The share of town-naming prefixes that have their town's position, by country."""
    say("locating every prefix")
    found = {each.region: each for each in measured()}
    return [
        Finding(
            found[region].share,
            f">= {bar} %",
            found[region].share >= bar,
            f"{found[region].by_town} of {found[region].town_naming} town-naming prefixes by town; "
            f"{found[region].by_centre} of all prefixes by the centre of their area",
        )
        for region, bar in BARS.items()
    ]


def random_valid_numbers(count: int) -> Iterator[PhoneNumber]:
    """Valid numbers of every region and kind, from the seed: example numbers with new digits."""
    rng = random.Random(SEED)
    examples = [
        example
        for region in sorted(phonenumbers.SUPPORTED_REGIONS)
        for kind in sorted(PhoneNumberType.values())
        if (example := phonenumbers.example_number_for_type(region, kind)) is not None
    ]
    made = 0
    while made < count:
        example = examples[rng.randrange(len(examples))]
        national = phonenumbers.national_significant_number(example)
        kept = rng.randrange(len(national) - 1)
        tail = "".join(rng.choices("0123456789", k=len(national) - kept))
        number = phonenumbers.parse(f"+{example.country_code}{national[:kept]}{tail}", None)
        if phonenumbers.is_valid_number(number):
            made += 1
            yield number


def _described(places: Places, number: PhoneNumber, written: str) -> str:
    """As the geocoder has it: the country's name where no place is named."""
    place = places.find(written) if phonenumbers.is_number_geographical(number) else None
    return place.description if place else geocoder.country_name_for_number(number, "en")


def _same(different: list[str], least: float, how: str) -> Finding:
    share = 100 * (NUMBERS - len(different)) / NUMBERS
    told = "; ".join([how, *different[:SHOWN]])
    return Finding(share, f">= {least:g} %" if least < 100 else "100 %", share >= least, told)
