"""The towns of a simulation: where our numbers are, and where the customers live.

Finding thousands of real exchanges takes some ten seconds, so they are kept in the build folder.
"""

import hashlib
import json
from collections.abc import Collection, Sequence
from pathlib import Path

import phonenumbers

from lambdas.domain.phone import parse_e164
from lambdas.domain.places import PlaceFinder
from local import spread_pool
from local.spread_pool import Exchange
from local.toolchain import BUILD, Say


def towns(regions: Collection[str], places: PlaceFinder, say: Say) -> Sequence[Exchange]:
    """Exchanges of thousands of towns, in an order that is always the same; of those regions (ISO
    3166 alpha-2), or of all that are known where `regions` is empty."""
    found = []
    for region, samples in _samples(say).items():
        if regions and region not in regions:
            continue
        for sample in samples:
            place = places.find(sample)
            if place:
                found.append(Exchange(parse_e164(sample), place))
    return found


def _samples(say: Say) -> dict[str, list[str]]:
    source = Path(spread_pool.__file__).read_bytes() + phonenumbers.__version__.encode()
    kept = BUILD / "simulation" / f"exchanges-{hashlib.sha256(source).hexdigest()[:12]}.json"
    if not kept.exists():
        say("Looking for thousands of towns, once")
        samples: dict[str, list[str]] = {}
        for exchange in spread_pool.exchanges():
            samples.setdefault(exchange.sample.region, []).append(exchange.sample.e164)
        kept.parent.mkdir(parents=True, exist_ok=True)
        partial = kept.with_suffix(".partial")
        partial.write_text(json.dumps(samples))
        partial.replace(kept)
    found: dict[str, list[str]] = json.loads(kept.read_text())
    return found
