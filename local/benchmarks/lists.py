"""How fast a contact list is checked, beside the same reader with parse and validity only."""

import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers

from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from local import list_checking
from local.benchmarks import Comparison, benchmark, ratio_at_least
from local.coverage import ground as grounds
from local.large_list import write_large_list
from local.list_checking import Asked
from local.toolchain import ROOT, Say

ROWS = 200_000
SMALL = 100
LEAST = 0.7
SEED = 11
AT = datetime(2026, 3, 2, 16, 0, tzinfo=UTC)
CONFIG = ROOT / "config" / "example.yaml"


@benchmark("lists/csv", "lists/xlsx")
def lists(say: Say) -> list[Comparison]:
    """Rows a second of processor time: from the file to the files of results, all of them."""
    ground = grounds.ground_of(CONFIG, None)
    found = []
    for ending in ("csv", "xlsx"):
        with tempfile.TemporaryDirectory() as name:
            path = Path(name) / f"list.{ending}"
            say(f"writing {ROWS} rows of {ending}")
            write_large_list(path, ROWS, SEED, ground.places)
            say("reading with parse and is_valid only")
            other = bare(path, ground.countries)
            # Imports and data files are no matter of rows: the other has done without most.
            small = Path(name) / f"small.{ending}"
            write_large_list(small, SMALL, SEED, ground.places)
            checked(small)
            say("the check")
            ours = checked(path)
        found.append(ratio_at_least(ours, other, "rows/s", LEAST))
    return found


def checked(path: Path) -> float:
    """Rows a second of the whole check, its results written beside the list."""
    asked = Asked(path, path.with_name("results"), CONFIG, at=AT)
    started = time.process_time()
    summary = list_checking.check(asked).summary
    rate = summary.rows / (time.process_time() - started)
    if not summary.clean:
        raise RuntimeError("the check found no row clean")
    return rate


def bare(path: Path, names: Mapping[str, str]) -> float:
    """Rows a second of the same reader, with parse and is_valid and nothing else."""
    rows = valid = 0
    started = time.process_time()
    for row in open_table(path, path.name, limits=CONTACTS, every_number=True).rows:
        rows += 1
        country = str(row.get("country") or "")
        region = names.get(country.casefold(), country) or None
        try:
            number = phonenumbers.parse(str(row.get("number")), region)
        except phonenumbers.NumberParseException:
            continue
        valid += phonenumbers.is_valid_number(number)
    rate = rows / (time.process_time() - started)
    if not valid:
        raise RuntimeError("no row holds a number")
    return rate
