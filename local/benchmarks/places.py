"""What looking a place up costs, beside libphonenumber's geocoder."""

import random
import tempfile
import time
from pathlib import Path
from statistics import median

import phonenumbers
from phonenumbers import geocoder

from lambdas.domain.places import Places
from local.benchmarks import Comparison, at_most, benchmark
from local.toolchain import Say
from tools.places.build import build

NUMBERS = 5_000
ROUNDS = 25
SEED = 7
FIND_BUDGET_US = 2.0
LOAD_BUDGET_MS = 15.0


@benchmark("places/lookup", "places/load")
def lookup(say: Say) -> list[Comparison]:
    """find() beside description_for_number() on the same numbers, and the loading of the file."""
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
    ]
