"""`coverage`: which customers get a local number, and which numbers to buy."""

import argparse
import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from local.commands import common
from local.coverage import report as reports
from local.coverage.ground import ground_of
from local.coverage.reading import FEW, Rows
from local.coverage.report import Files, Report
from local.coverage.words import (
    area_words,
    no_suggestions,
    percent,
    place_words,
    state_words,
    tier_words,
    unplaced_words,
    whole,
)
from local.errors import LocalError
from local.importing import counted
from local.toolchain import Say

BAR = 30
TOP_STATES = 12
TOP_SUGGESTIONS = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--pool", type=Path, required=True, metavar="FILE", help="CSV or XLSX file of our numbers"
    )
    parser.add_argument(
        "--contacts",
        type=Path,
        required=True,
        metavar="FILE",
        help="CSV or XLSX file of customers: number; country, city, state, postal code if known",
    )
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a page for managers, too")
    parser.add_argument(
        "--queue", metavar="KEY", help="the queue to dial from (default: the config's first)"
    )
    common.add_country(parser)
    parser.add_argument(
        "--contacts-country",
        metavar="XX",
        help="country of the customers' national numbers (default: the pool's in the config)",
    )
    common.add_config(parser)
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the report; 1 when a file cannot be used at all."""
    try:
        with _progress() as say:
            found = _report(options, say)
            if options.html:
                _write_page(options.html, found, say)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(found.as_json(), ensure_ascii=False))
    else:
        _show(common.output(), found)
    return 0


@contextmanager
def _progress() -> Iterator[Say]:
    with common.progress(Console(stderr=True)) as say:
        yield say


def _report(options: argparse.Namespace, say: Say) -> Report:
    files = Files(
        common.numbers_file(options.pool),
        common.numbers_file(options.contacts),
        options.country,
        options.contacts_country,
    )
    ground = ground_of(options.config, options.queue)
    return reports.report(files, ground, say=say)


def _write_page(path: Path, found: Report, say: Say) -> None:
    from local.coverage.page import page  # Vega's engine takes a second to load

    html = page(found, say)
    try:
        path.write_text(html, "utf-8")
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}.") from error
    say(f"Wrote {path}")


def _show(console: Console, found: Report) -> None:
    total = found.total
    console.print(
        Text.assemble(
            (f"{whole(total.local)} of {counted(total.contacts, 'contact')}", "bold"),
            f" ({percent(total.share)}) get a local number: one of their own town, or from within"
            f" {found.pool.radius_km:g} km.",
        ),
        soft_wrap=True,
    )
    if found.distances_km:
        median, p95 = found.distances_km
        console.print(
            f"Numbers from the neighbourhood are {median:.0f} km away in the median;"
            f" 95 % are within {p95:.0f} km."
        )
    if found.without_place:
        console.print(
            Text(unplaced_words(found.without_place, found.unplaced_rows, found.contact_rows.name)),
            soft_wrap=True,
        )
    console.print()
    console.print(_tiers(found))
    console.print(_states(found))
    _show_suggestions(console, found)
    for rows, what in ((found.pool_rows, "pool"), (found.contact_rows, "contacts")):
        _show_rows(console, rows, what)


def _tiers(found: Report) -> Table:
    table = Table("What they see", "Contacts", "Share", "", title="By tier", box=box.SIMPLE_HEAD)
    for tier, count in found.by_tier.items():
        share = count / found.total.contacts
        words = tier_words(tier, found.pool, found.queue)
        table.add_row(words, whole(count), percent(share), _bar(share))
    return _numbers_right(table, 1, 2)


def _states(found: Report) -> Table:
    title = "By state, or country where the state is not known"
    table = Table("State", "Contacts", "Local", "", title=title, box=box.SIMPLE_HEAD)
    for state, share in islice(found.by_state.items(), TOP_STATES):
        table.add_row(
            state_words(state, found.home),
            whole(share.contacts),
            percent(share.share),
            _bar(share.share),
        )
    more = list(found.by_state.values())[TOP_STATES:]
    if more:
        contacts, local = (sum(part) for part in zip(*more, strict=True))
        share_of_rest = local / contacts
        table.add_row(
            f"{len(more)} more", whole(contacts), percent(share_of_rest), _bar(share_of_rest)
        )
    return _numbers_right(table, 1, 2)


def _show_suggestions(console: Console, found: Report) -> None:
    if not found.suggestions:
        console.print(no_suggestions(found.goes_by_place))
        return
    title = "Numbers worth having, each after those above it"
    table = Table(title=title, box=box.SIMPLE_HEAD)
    for name in ("", "Place", "Ask for", "More contacts", "Local then"):
        table.add_column(name)
    rows = zip(found.suggestions, found.cumulative_shares, strict=True)
    for number, (one, share) in enumerate(islice(rows, TOP_SUGGESTIONS), start=1):
        offer = one.offer
        table.add_row(
            str(number),
            Text(place_words(offer, found.home)),
            area_words(offer.area_code, offer.region),
            f"+{whole(one.gain)}",
            percent(share),
        )
    console.print(_numbers_right(table, 0, 3, 4))


def _show_rows(console: Console, rows: Rows, what: str) -> None:
    for note in rows.notes:
        console.print(Text(f"{rows.name}: {note}"), soft_wrap=True)
    if not rows.unusable:
        return
    left_out = counted(len(rows.unusable), "row")
    console.print(
        Text(f"{rows.name} ({what}): {left_out} of {whole(rows.count)} left out", style="yellow")
    )
    for row in rows.unusable[:FEW]:
        console.print(Text(f"  row {row.row}: {shown_sentence(row.why)}"), soft_wrap=True)
    if len(rows.unusable) > FEW:
        console.print(f"  … and {whole(len(rows.unusable) - FEW)} more")


def shown_sentence(words: str) -> str:
    """What the intake says of a row, on one line."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _bar(share: float) -> Text:
    filled = max(round(share * BAR), 1 if share else 0)
    return Text("█" * filled + "░" * (BAR - filled), style="blue")


def _numbers_right(table: Table, *columns: int) -> Table:
    for column in columns:
        table.columns[column].justify = "right"
    return table
