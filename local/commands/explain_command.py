"""`explain`: which number a customer would see, which others could be, and why the rest fell."""

import argparse
import json
import shlex
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.domain.choosing import looks_alike
from lambdas.domain.explaining import (
    Explanation,
    PassedOver,
    rule_reason,
)
from lambdas.domain.reasons import (
    IN_NO_TIER,
    KNOWN_BY,
    LOOKS_ALIKE,
    distance_words,
    reason_words,
    tier_words,
)
from lambdas.domain.registry import WHOLE
from lambdas.domain.row_words import KIND_WORDS
from lambdas.domain.rules import Rule
from lambdas.domain.settings import Action, Tier
from lambdas.domain.whereabouts import Knowledge
from local.commands import common
from local.commands.attributes import attribute, knowledge_of
from local.coverage.words import country_words, shown, whole
from local.errors import LocalError
from local.explaining import Explained, Request, explained
from local.importing import counted

FEW = 10


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument("--pool", type=Path, metavar="FILE", help="CSV or XLSX file of our numbers")
    parser.add_argument("--to", required=True, metavar="NUMBER", help="the customer's number")
    parser.add_argument(
        "--queue", metavar="KEY", help="the queue to dial from (default: the config's first)"
    )
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        type=attribute,
        metavar="K=V",
        help="what the flow knows of the customer: postal_code, city, state, latitude, longitude;"
        " may be given several times",
    )
    parser.add_argument(
        "--shown",
        action="append",
        default=[],
        metavar="NUMBER",
        help="a number that this customer was shown lately; may be given several times",
    )
    parser.add_argument(
        "--answered", metavar="NUMBER", help="the number of ours that this customer answered last"
    )
    parser.add_argument(
        "--contact-id",
        default="",
        metavar="ID",
        help="the call: equally local numbers come in an order that differs from call to call",
    )
    parser.add_argument(
        "--limit",
        type=common.positive,
        metavar="N",
        help=f"how many numbers to list (default: {FEW}; with --json all)",
    )
    parser.add_argument("--at", type=common.moment, metavar="ISO8601", help="as if it were then")
    common.add_country(parser)
    common.add_config(parser)
    parser.add_argument(
        "--state",
        type=Path,
        metavar="DIR",
        help="count what this folder remembers of earlier dials; without --pool take its numbers,"
        " too. It is not changed",
    )
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the explanation; 1 where there is nothing to explain."""
    try:
        knowledge = knowledge_of(dict(options.attribute))
        with common.progress(Console(stderr=True)) as say:
            found = explained(_request(options, knowledge), say)
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        record = found.explanation.record(whole=True, most=options.limit)
        print(json.dumps(record, ensure_ascii=False))
    else:
        _show(common.output(), found.explanation, options.limit or FEW)
    if found.rows and found.taken < len(found.rows):
        _tell_of_rows(found, options)
    return 0


def _request(options: argparse.Namespace, knowledge: Knowledge) -> Request:
    return Request(
        to=options.to,
        config=options.config,
        pool=common.numbers_file(options.pool) if options.pool else None,
        state=options.state,
        queue=options.queue,
        country=options.country,
        knowledge=knowledge,
        shown=options.shown,
        answered=options.answered,
        contact_id=options.contact_id,
        at=options.at,
    )


def _show(console: Console, found: Explanation, most: int) -> None:
    console.print(Text(found.summary(), style="bold"), soft_wrap=True)
    best = found.chosen
    if best and best.discouraged:
        rule = best.discouraged
        _say(console, f"Discouraged by {rule_reason(rule)}: {rule.words} {_source(rule)}")
    console.print()
    _show_customer(console, found)
    console.print()
    console.print(_tiers(found))
    if found.candidates:
        console.print(_candidates(found, most))
    _show_fallen(console, found, most)


def _show_customer(console: Console, found: Explanation) -> None:
    wanted = found.question.wanted
    to, where = wanted.destination, wanted.whereabouts
    _say(console, f"Customer   {to.e164}: {KIND_WORDS[to.kind]}, {country_words(to.region)}")
    place = ", ".join(filter(None, (shown(where.place), where.state))) or "nowhere in particular"
    _say(console, f"Place      {place}, by {KNOWN_BY[where.source]}")
    if where.position:
        latitude, longitude = where.position
        middle = " (the middle of an area, not a town)" if where.centre else ""
        _say(console, f"Position   {latitude:.4f}, {longitude:.4f}{middle}")
    if found.question.time_zones:
        _say(console, f"Time zone  {', '.join(found.question.time_zones)}")
    _show_hours(console, found)
    if where.area_codes:
        codes = ", ".join(f"+{code}" for code in where.area_codes)
        one_city = " (they serve one city and count as one)" if len(where.area_codes) > 1 else ""
        _say(console, f"Area code  {codes}{one_city}")


def _show_hours(console: Console, found: Explanation) -> None:
    verdict, rules = found.question.hours, found.question.hour_rules
    said = verdict.words if not verdict.allowed else "a call is lawful now"
    looked_at = ", ".join(rule.id for rule in rules) or "none holds for this purpose and place"
    _say(console, f"Hours      {said} (rules looked at: {looked_at})")
    for rule, reason in verdict.lifted:
        _say(console, f"           {rule} is lifted in the config: {reason}")


def _tiers(found: Explanation) -> Table:
    pool, best = found.question.pool, found.chosen
    table = _table(f"Tiers of the pool {pool.name}, in its order; a number counts in its best one")
    for name in ("Tier", "What is shown", "Numbers", "May be shown"):
        table.add_column(name, justify="left" if name in ("Tier", "What is shown") else "right")
    for count in found.tiers:
        table.add_row(
            count.tier.value,
            tier_words(count.tier, pool),
            whole(count.numbers),
            whole(count.offered),
            style="bold" if best and best.tier is count.tier else "",
        )
    table.add_row(Tier.DEFAULT.value, _otherwise(found), "", "")
    return table


def _otherwise(found: Explanation) -> str:
    action = found.question.queue.on_exhausted
    if action is Action.BLOCK:
        return "none: the call is blocked"
    return tier_words(Tier.DEFAULT, found.question.pool)


def _candidates(found: Explanation, most: int) -> Table:
    centre = found.question.wanted.whereabouts.centre
    table = _table("Numbers that may be shown, in the order of this call")
    for name in ("#", "Number", "Tier", "Distance", "Where it is from", "Kind", ""):
        table.add_column(name, justify="right" if name in ("#", "Distance") else "left")
    for rank, candidate in enumerate(islice(found.candidates, most), start=1):
        group, rule = candidate.group, candidate.discouraged
        notes = [f"discouraged: {rule_reason(rule)}"] if rule else []
        if looks_alike(candidate.number, found.question.wanted.destination):
            notes.append(LOOKS_ALIKE)
        if found.share(candidate) < WHOLE:
            notes.append(f"attestation below A: first in {found.share(candidate)} % of its turns")
        away = distance_words(candidate.distance_km, centre=False).removesuffix(" away")
        table.add_row(
            str(rank),
            candidate.number,
            candidate.tier.value,
            f"{'≈ ' * centre}{away}" if away else "",
            Text(", ".join(filter(None, (shown(group.place), group.state, group.region)))),
            KIND_WORDS[group.kind],
            "; ".join(notes),
            style="bold" if rank == 1 else "",
        )
    more = len(found.candidates) - most
    if more > 0:
        table.caption = f"… and {whole(more)} more"
        table.caption_justify = "left"
    return table


def _show_fallen(console: Console, found: Explanation, most: int) -> None:
    if not found.fallen:
        return
    console.print(Text("Passed over", style="italic"))
    by_reason: dict[str, list[PassedOver]] = {}
    for fallen in found.fallen:
        by_reason.setdefault(fallen.reason, []).append(fallen)
    for reason, those in sorted(by_reason.items(), key=lambda entry: entry[0] == IN_NO_TIER):
        rule = found.rules.get(reason)
        _say(console, Text(f"  {reason}: {counted(len(those), 'number')}", style="bold"))
        _say(console, f"    {rule.words if rule else reason_words(reason)}")
        if rule:
            _say(console, Text(f"    {_source(rule)}", style="dim"))
        _say(console, f"    {_listed(those, most)}")


def _listed(those: Sequence[PassedOver], most: int) -> str:
    """The numbers, those of other countries under their country."""
    by_region: dict[str, list[str]] = {}
    for fallen in those:
        by_region.setdefault(fallen.region, []).append(fallen.number)
    parts = [
        f"{country_words(region)}: {_some(numbers, most)}" for region, numbers in by_region.items()
    ]
    return "; ".join(parts)


def _some(numbers: Sequence[str], most: int) -> str:
    more = f" and {whole(len(numbers) - most)} more" if len(numbers) > most else ""
    return f"{', '.join(numbers[:most])}{more}"


def _source(rule: Rule) -> str:
    verified = "verified" if rule.verified else "not verified"
    why = f" Overridden in the config: {rule.overridden}" if rule.overridden else ""
    return f"Source: {rule.source}; reviewed {rule.reviewed}, {verified}.{why}"


def _tell_of_rows(found: Explained, options: argparse.Namespace) -> None:
    command: Iterable[str] = ["python", "-m", "local", "import", str(options.pool)]
    if options.country:
        command = [*command, "--country", options.country]
    if options.config != common.DEFAULT_CONFIG:
        command = [*command, "--config", str(options.config)]
    rows = counted(len(found.rows), "row")
    told = f"{found.taken} of {rows} taken; `{shlex.join(command)}` shows why the others were not"
    _say(Console(stderr=True), told)


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)


def _say(console: Console, words: str | Text) -> None:
    console.print(words if isinstance(words, Text) else Text(words), soft_wrap=True)
