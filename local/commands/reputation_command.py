"""`reputation`: each number's state and history, how it is answered, what is done about it."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.domain.lifecycle import (
    Mode,
    PoolReputation,
    State,
    Terms,
    level,
    most_resting,
    sentence_of,
)
from lambdas.domain.outcomes import Tally, tally
from lambdas.domain.phone import E164
from lambdas.domain.settings import Settings
from lambdas.store.judges_mode import read_judges_mode, set_judges_mode
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.reputations import DynamoReputations
from lambdas.store.rests import DynamoRests
from lambdas.usecases.number_states import NumberState, number_states
from lambdas.wiring.terms import terms
from local import aws
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.commands.resting import our_number
from local.errors import LocalError
from local.importing import counted

DAYS = 14
SHOWN = 50
READERS = 8


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "number",
        metavar="NUMBER",
        nargs="?",
        help="tell the history of one number of ours: what was done, when, by whom and why",
    )
    parser.add_argument("--pool", metavar="NAME", help="one pool (default: all)")
    parser.add_argument(
        "--mode",
        type=Mode,
        choices=list(Mode),
        help="set what the judge does from its next look on: observe records, enforce rests",
    )
    deployment.add_options(parser)


@dataclass(frozen=True)
class _Number:
    stands: NumberState
    calls: Tally
    would: str


@dataclass(frozen=True)
class _Pool:
    kept: PoolReputation
    terms: Terms
    numbers: Sequence[_Number]

    @property
    def in_use(self) -> int:
        return sum(one.stands.state is not State.RETIRED for one in self.numbers)

    @property
    def resting(self) -> int:
        return sum(one.stands.state is State.RESTING for one in self.numbers)

    @property
    def most(self) -> int:
        return most_resting(self.in_use, self.terms.most_resting_percent)


def run(options: argparse.Namespace) -> int:
    """Show each number or the history of one, or set the mode."""
    try:
        config = aws.config_at(options.config)
        settings = Settings.from_json(config.settings())
        _known(options.pool, settings)
        told = config.reputation.told
        with deployment.opened(options) as deployed:
            if options.number is not None:
                _tell_history(options, DynamoRests(deployed.client, deployed.table))
                return 0
            before = read_judges_mode(deployed.client, deployed.table) or Mode(told["mode"])
            if options.mode is not None:
                set_judges_mode(deployed.client, deployed.table, options.mode)
                deployed.changed()
                _tell_mode(options, before, deployed)
                return 0
            pools = {
                name: _look(name, terms(told, pool), len(pool.limits.warm_up), deployed)
                for name, pool in settings.pools.items()
                if options.pool in (None, name)
            }
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        print(json.dumps(_as_json(before, pools), ensure_ascii=False))
    else:
        _show(common.output(), before, pools)
    return 0


def _known(pool: str | None, settings: Settings) -> None:
    if pool is not None and pool not in settings.pools:
        known = ", ".join(settings.pools)
        raise LocalError(f"The config has no pool {pool!r}. Its pools: {known}.")


def _tell_history(options: argparse.Namespace, rests: DynamoRests) -> None:
    number = our_number(options.number)
    changes = rests.changes(number)
    if options.json:
        print(json.dumps({"number": number, "history": changes}, ensure_ascii=False))
        return
    if not changes:
        print(f"Nothing is recorded of {number}: nobody rested, labelled or withheld it.")
        return
    table = Table("When (UTC)", "What", "Until", "By", "Why, and on what evidence")
    for change in changes:
        when, until = (change.get(name, "")[:16].replace("T", " ") for name in ("at", "until"))
        why = "\n".join(filter(None, (change["reason"], change.get("evidence", ""))))
        table.add_row(*map(Text, (when, change["status"], until, change["by"], why)))
    common.output().print(table)


def _tell_mode(options: argparse.Namespace, before: Mode, deployed: Deployment) -> None:
    if options.json:
        print(json.dumps({"mode": options.mode, "before": before}))
    else:
        print(f"The judge's mode: {options.mode} (was {before}); in force at its next look.")
    if not deployed.in_aws and options.state is None:
        print("Nothing keeps this: name a folder with --state DIR.", file=sys.stderr)


def _look(pool: str, asked: Terms, weeks: int, deployed: Deployment) -> _Pool:
    store = DynamoReputations(deployed.client, deployed.table)
    states = list(number_states(pool, store, asked, weeks, deployed.now))
    called = [one.number for one in states if one.reputation.first_call is not None]
    calls = _calls(called, DynamoOutcomes(deployed.client, deployed.usage()), deployed.now)
    numbers = [
        _Number(one, calls.get(one.number, Tally()), _would(one, asked, deployed.now))
        for one in states
    ]
    numbers.sort(key=_urgency)
    return _Pool(store.pool(pool), asked, numbers)


def _calls(
    numbers: Sequence[E164], outcomes: DynamoOutcomes, now: datetime
) -> Mapping[E164, Tally]:
    def of(number: E164) -> Tally:
        hours = outcomes.hours(number, now - timedelta(days=DAYS), now)
        return sum((tally(hour.cells.items()) for hour in hours), Tally())

    with ThreadPoolExecutor(READERS) as readers:
        return dict(zip(numbers, readers.map(of, numbers), strict=True))


def _would(one: NumberState, asked: Terms, now: datetime) -> str:
    """What the judge would do with a number that passes the limit, if there is room."""
    reputation = one.reputation
    in_use = one.state not in (State.RESTING, State.RETIRED)
    if not in_use or reputation.labels or reputation.doubt.value < asked.limit:
        return ""
    until = sentence_of(reputation, asked, now).until
    return f"rest until {until:%Y-%m-%d}" if until else "retire it"


def _urgency(one: _Number) -> tuple[int, float, str]:
    order = (State.RESTING, State.RETIRED)
    place = 0 if one.would else 1 + (one.stands.state not in order)
    return place, -one.stands.reputation.doubt.value, one.stands.number


def _as_json(mode: Mode, pools: Mapping[str, _Pool]) -> dict[str, Any]:
    return {
        "mode": mode,
        "pools": {
            name: {
                "numbers_in_use": pool.in_use,
                "resting": pool.resting,
                "most_resting": pool.most,
                "judged_until": _iso(pool.kept.judged_until),
                "looked_at": _iso(pool.kept.looked_at),
                "waiting": list(pool.kept.waiting),
                "limit_level": round(level(pool.terms.limit), 3),
                "numbers": [_number_json(one) for one in pool.numbers],
            }
            for name, pool in pools.items()
        },
    }


def _number_json(one: _Number) -> dict[str, Any]:
    stands, reputation = one.stands, one.stands.reputation
    return {
        "number": stands.number,
        "state": stands.state,
        "since": _iso(stands.since),
        "until": _iso(stands.until),
        "on_probation": stands.on_probation,
        "reason": stands.reason,
        "by": stands.by,
        "made_14_days": one.calls.made,
        "answered_14_days": one.calls.answered,
        "doubt_level": round(reputation.doubt.level, 3),
        "strikes": reputation.strikes,
        "labels": [label.words for label in reputation.labels],
        "would": one.would,
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""


def _show(console: Console, mode: Mode, pools: Mapping[str, _Pool]) -> None:
    for name, pool in pools.items():
        judged = pool.kept.judged_until
        until = f"judged until {judged:%Y-%m-%d %H:%M} UTC" if judged else "not judged yet"
        console.print(
            f"{name}: {counted(pool.in_use, 'number')}, {pool.resting} resting (at most"
            f" {pool.most}), {until}, mode {mode}"
        )
        if pool.numbers:
            console.print(_table(pool))
        if len(pool.numbers) > SHOWN:
            more = counted(len(pool.numbers) - SHOWN, "more number")
            console.print(f"… and {more} (--json has all)")


def _table(pool: _Pool) -> Table:
    limit = level(pool.terms.limit)
    table = Table("Number", "State", "Since", "Answered", "Doubt", "What there is to say")
    for one in pool.numbers[:SHOWN]:
        stands = one.stands
        since = f"{stands.since:%Y-%m-%d}" if stands.since else ""
        calls = f"{one.calls.answered} of {one.calls.made}" if one.calls.made else ""
        doubt = f"{stands.reputation.doubt.level:.1f} of {limit:.1f}"
        table.add_row(*map(Text, (stands.number, stands.state, since, calls, doubt, _words(one))))
    table.caption = f"Answered: of the calls of {DAYS} days. Doubt: at the limit a number rests."
    return table


def _words(one: _Number) -> str:
    stands = one.stands
    until = ""
    if stands.state is State.RESTING and stands.until:
        until = f"Until {stands.until:%Y-%m-%d}: "
    would = f"The judge would {one.would}. " if one.would else ""
    return f"{would}{until}{stands.reason}"
