"""`check-contacts --live`: ask a carrier about the numbers that can be dialled, once it was agreed
what that may cost."""

import argparse
import csv
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from lambdas.connect.live_services import CLIENTS, CONFIG, asking
from lambdas.domain import live_validation
from lambdas.domain.live_validation import (
    MICRO,
    WHY_WORDS,
    Estimate,
    Finding,
    Service,
    Terms,
    estimate,
    terms_from_json,
)
from lambdas.domain.phone import E164
from lambdas.files.report import neutralise
from lambdas.store.live_findings import DynamoBudget, DynamoFindings
from lambdas.store.secret import CustomerKey
from lambdas.usecases.validate_live import KEPT_DAYS, LiveValidation, Pace
from local import aws
from local.errors import LocalError
from local.toolchain import Say

FILE: Final = "validated.csv"
COLUMNS: Final = ("row", "e164", "status", "line", "carrier", "country", "on", "kept", "message")
USUAL_LIMIT: Final = 5.0
_DATA = Path(live_validation.__file__).parent / "data" / "live_validation.json"
_EVERY: Final = 100


class CleanRow(NamedTuple):
    """A row that can be dialled."""

    row: str
    number: E164


def add_options(parser: argparse.ArgumentParser) -> None:
    """--live and what belongs to it. Nothing of it is on unless it is asked for."""
    parser.add_argument(
        "--live",
        type=Service,
        choices=list(Service),
        help="ask AWS End User Messaging about each number that can be dialled, which costs money:"
        " carrier (CarrierLookup) or validate (PhoneNumberValidate); in the account of the"
        " config, see --profile",
    )
    parser.add_argument(
        "--spend-limit",
        type=_money,
        default=USUAL_LIMIT,
        metavar="USD",
        help="with --live: the most that is spent in a UTC day, by everybody together (default: 5)",
    )
    parser.add_argument("--yes", action="store_true", help="with --live: agree to the cost")


def terms(service: Service) -> Terms:
    """Price and pace of a service."""
    return terms_from_json(json.loads(_DATA.read_text("utf-8")))[service]


def agreed(told: Estimate, yes: bool, ask: Callable[[str], str] = input) -> bool:
    """Say what it costs; then whether somebody agreed, by --yes or on the terminal."""
    print(told.words, file=sys.stderr)
    if yes:
        return True
    if not sys.stdin.isatty():
        print("Nobody was asked, for nobody agreed: add --yes.", file=sys.stderr)
        return False
    with suppress(EOFError):
        return ask("Ask about them? [y/N] ").strip().casefold() in ("y", "yes")
    return False


def run(
    folder: Path,
    options: argparse.Namespace,
    say: Say,
    validation: Callable[[argparse.Namespace], LiveValidation] | None = None,
) -> dict[str, int] | None:
    """Ask about the rows of the folder's clean.csv and write validated.csv beside it.

    Returns how many rows came to what, or None where nobody agreed to the cost. Each row of
    clean.csv is in validated.csv, whatever fails.
    """
    clean = folder / "clean.csv"
    limit = round(options.spend_limit * MICRO)
    different = len({row.number for row in clean_rows(clean)})
    told = estimate(different, terms(options.live), limit)
    if not different or not agreed(told, options.yes):
        return None if different else {}
    live = (validation or in_aws)(options)
    return validate(clean, folder / FILE, live, say)


def validate(clean: Path, out: Path, live: LiveValidation, say: Say) -> dict[str, int]:
    """One line for each row of `clean`, in its order."""
    counts: Counter[str] = Counter()
    known: dict[E164, Finding] = {}
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        rows = list(clean_rows(clean))
        numbers = dict.fromkeys(row.number for row in rows)
        for done, (number, found) in enumerate(live.check(numbers), start=1):
            known[number] = found
            if done % _EVERY == 0:
                say(f"{done:,} of {len(numbers):,} numbers")
        for row in rows:
            found = known[row.number]
            counts[found.status] += 1
            writer.writerow([neutralise(cell) for cell in _cells(row, found)])
    return dict(counts)


def clean_rows(path: Path) -> Iterator[CleanRow]:
    """The rows of a clean list, by our own columns behind the list's."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        first = file.readline()
        file.seek(0)
        rows = csv.reader(file, delimiter=";" if "e164;" in first else ",")
        header = next(rows, [])
        row_at, number_at = (_column(header, name) for name in ("row", "e164"))
        for cells in rows:
            yield CleanRow(cells[row_at], E164(cells[number_at]))


def in_aws(options: argparse.Namespace) -> LiveValidation:
    """The service, what was answered before and the day's spending, in the config's account.

    Raises LocalError where the deployment or its tables cannot be found.
    """
    config = aws.config_at(options.config)
    session: Any = aws.account_of(config, options.profile, options.region).session
    customers, secret = aws.customers_table(session, config)
    usage = aws.usage_table(session, config)
    database = session.client("dynamodb")
    price, per_second = terms(options.live)
    key = CustomerKey(lambda: session.client("secretsmanager"), secret)
    return LiveValidation(
        asking(options.live, session.client(CLIENTS[options.live], config=CONFIG)),
        DynamoFindings(database, customers, key, options.live, KEPT_DAYS),
        DynamoBudget(database, usage, round(options.spend_limit * MICRO)),
        price,
        Pace(per_second, time.monotonic, time.sleep),
        lambda: datetime.now(UTC),
    )


def _column(header: list[str], name: str) -> int:
    """A column of ours; the list may have one of that name itself, which comes first."""
    ours = f"checked {name}" if f"checked {name}" in header else name
    places = [index for index, heading in enumerate(header) if heading == ours]
    if not places:
        raise LocalError(f"The clean list has no column {name!r}.")
    return places[-1]


def _cells(row: CleanRow, found: Finding) -> tuple[str, ...]:
    return (
        row.row,
        row.number,
        found.status,
        found.line,
        found.carrier,
        found.country,
        found.on.isoformat() if found.on else "",
        "yes" if found.kept else "",
        WHY_WORDS[found.why] if found.why else "",
    )


def _money(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not 0 <= value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount; write it like 5 or 2.50")
    return value
