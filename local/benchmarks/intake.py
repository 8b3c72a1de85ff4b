"""How fast an upload is read and judged, beside the same reader with parse and validity only."""

import json
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers

from lambdas.domain.intake import Intake
from lambdas.domain.places import Places
from lambdas.domain.rules import Rules
from lambdas.files.reading import open_table
from lambdas.import_numbers.entries import entries
from local.benchmarks import Comparison, benchmark, ratio_at_least
from local.large_pool import write_large_pool
from local.toolchain import BUILD, Say
from tools.countries.build import build as build_countries
from tools.places.build import build as build_places

ROWS = 60_000
RULES = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "caller_id_rules.json"


@benchmark("path/intake_csv", "path/intake_xlsx")
def intake(say: Say) -> list[Comparison]:
    """Rows a second of processor time: reading, understanding, classifying and placing."""
    build_places(BUILD / "places.bin")
    build_countries(BUILD / "countries.json")
    places = Places.load((BUILD / "places.bin").read_bytes())
    names = json.loads((BUILD / "countries.json").read_text("utf-8"))
    rules = Rules.from_json(json.loads(RULES.read_text("utf-8")))
    found = []
    for ending in ("csv", "xlsx"):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"pool.{ending}"
            say(f"writing {ROWS} rows of {ending}")
            write_large_pool(path, ROWS, 11)
            say("reading with parse and is_valid only")
            other = max(_bare(path, names) for _ in range(2))
            say("the intake")
            judge = Intake(places, rules, names, None, datetime.now(UTC).date())
            ours = max(_judged(path, judge) for _ in range(2))
        found.append(ratio_at_least(ours, other, "rows/s", 0.7))
    return found


def _judged(path: Path, judge: Intake) -> float:
    started = time.process_time()
    wanted, results = judge.read(entries(open_table(path, path.name)))
    rate = len(results) / (time.process_time() - started)
    if not wanted:
        raise RuntimeError("the intake took nothing")
    return rate


def _bare(path: Path, names: Mapping[str, str]) -> float:
    rows = 0
    started = time.process_time()
    for row in open_table(path, path.name).rows:
        country = str(row.get("country") or "")
        region = names.get(country.casefold(), country) or None
        try:
            number = phonenumbers.parse(str(row.get("number")), region)
        except phonenumbers.NumberParseException:
            continue
        finally:
            rows += 1
        phonenumbers.is_valid_number(number)
    return rows / (time.process_time() - started)
