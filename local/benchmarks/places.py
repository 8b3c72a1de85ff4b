"""What looking a place up costs, beside libphonenumber's geocoder."""

import random
import tempfile
import time
from pathlib import Path
from statistics import median

import phonenumbers
from phonenumbers import geocoder, geodata

from lambdas.domain.places import Places
from local.benchmarks import Comparison, at_most, benchmark, ratio_at_most
from local.toolchain import Say
from tools.places.build import build
from tools.places.towns import cities

NUMBERS = 5_000
ROUNDS = 25
SEED = 7
FIND_BUDGET_US = 2.0
LOAD_BUDGET_MS = 15.0
TOWN_BUDGET_US = 50.0
GAZETTEER_BUDGET_MS = 50.0
GAZETTEER_ROUNDS = 5
SIZE_RATIO = 1.0


@benchmark("places/lookup", "places/load", "places/town", "places/gazetteer", "places/size")
def lookup(say: Say) -> list[Comparison]:
    """find() beside description_for_number() on the same numbers, the loading of the file and of
    its gazetteer, town(), and the file's size beside the geocoder's data."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "places.bin"
        say("building the places file")
        build(file)
        data = file.read_bytes()
    rng = random.Random(SEED)
    written = [f"+1{rng.randrange(201, 990)}{rng.randrange(2_000_000, 9_999_999)}"
               for _ in range(NUMBERS)]  # fmt: skip
    numbers = [phonenumbers.parse(text, None) for text in written]
    places = Places.load(data)
    ours, theirs, loads = [], [], []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for text in written:
            places.find(text)
        ours.append(time.perf_counter() - started)
        started = time.perf_counter()
        for number in numbers:
            geocoder.description_for_number(number, "en")
        theirs.append(time.perf_counter() - started)
        started = time.perf_counter()
        Places.load(data)
        loads.append(time.perf_counter() - started)
    find = median(ours) / NUMBERS * 1e6
    other = median(theirs) / NUMBERS * 1e6
    budget = f"<= {FIND_BUDGET_US:g} us"
    return [
        Comparison(find, other, "us", budget, find <= FIND_BUDGET_US),
        at_most(median(loads) * 1000, "ms", LOAD_BUDGET_MS),
        *_gazetteer(data),
        ratio_at_most(len(data) / 1e6, _geocoder_bytes() / 1e6, "MB", SIZE_RATIO),
    ]


def _gazetteer(data: bytes) -> list[Comparison]:
    """town() with its names met before, and its first call, which reads the gazetteer."""
    names = [(city.region, city.name, city.state) for city in cities()[:NUMBERS]]
    firsts, calls = [], []
    for _ in range(GAZETTEER_ROUNDS):
        places = Places.load(data)
        started = time.perf_counter()
        places.town("US", "Seattle")
        firsts.append(time.perf_counter() - started)
        started = time.perf_counter()
        for region, name, state in names:
            places.town(region, name, state)
        calls.append(time.perf_counter() - started)
    return [
        at_most(median(calls) / NUMBERS * 1e6, "us", TOWN_BUDGET_US),
        at_most(median(firsts) * 1000, "ms", GAZETTEER_BUDGET_MS),
    ]


def _geocoder_bytes() -> int:
    """The geocoder's descriptions as they lie on disk, without compiled copies."""
    return sum(file.stat().st_size for file in Path(geodata.__file__).parent.rglob("*.py"))
