"""`dial`: which number a customer would see, and why."""

import argparse
import json
import re
import shlex
from collections.abc import Collection
from pathlib import Path

from rich.console import Console
from rich.text import Text

from lambdas.domain.phone import E164
from lambdas.domain.reasons import distance_words, reason_words
from local import state as states
from local.cloud import LocalCloud
from local.commands import common
from local.commands.attributes import attribute
from local.dialling import Call, Dial, dial
from local.errors import LocalError
from local.flow_runner.errors import FlowError, InvalidFlowError
from local.importing import ImportResult, counted, import_file
from local.remembered import Remembered

AS_CONNECT_WRITES = re.compile(r"\+[1-9][0-9]{3,14}")


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--pool", type=Path, metavar="FILE", help="CSV or XLSX file of our numbers, imported first"
    )
    parser.add_argument("--to", required=True, metavar="NUMBER", help="the customer's number")
    parser.add_argument(
        "--times", type=common.positive, default=1, metavar="N", help="dial N times (default 1)"
    )
    parser.add_argument(
        "--at", type=common.moment, metavar="ISO8601", help="as if it were then (default: now)"
    )
    parser.add_argument(
        "--queue", metavar="KEY", help="the queue to dial from (default: the config's first)"
    )
    parser.add_argument(
        "--attribute",
        action="append",
        default=[],
        type=attribute,
        metavar="K=V",
        help="a contact attribute, such as state=WA; may be given several times",
    )
    parser.add_argument(
        "--answered",
        action="store_true",
        help="note after each dial that the customer answered; the same number is shown again",
    )
    common.add_country(parser)
    common.add_config(parser)
    common.add_state(parser)
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Dial and print one line per dial; 2 when the folder of --state holds nothing to dial from."""
    state = options.state
    if options.pool is None and state is not None and not (state / states.FILE).exists():
        why = (
            f"{state} holds no state yet; import first:"
            f" python -m local import FILE --state {shlex.quote(str(state))}"
        )
        return common.failed(why, as_json=options.json, code=2)
    try:
        _dial(options)
    except (LocalError, FlowError, InvalidFlowError) as error:
        return common.failed(str(error), as_json=options.json)
    return 0


def _dial(options: argparse.Namespace) -> None:
    if options.pool is None and options.state is None:
        raise LocalError("Say which numbers we have: --pool FILE, or --state DIR that holds some.")
    if options.pool is not None:
        _check_pool(options.pool, options.config)
    console = Console(stderr=True)
    with (
        common.progress(console) as say,
        LocalCloud.start(options.config, options.state, say) as cloud,
    ):
        if options.at:
            cloud.clock.set(options.at)
            cloud.an_hour_passes()
        queue = cloud.queue(options.queue)
        if options.pool is not None:
            say(f"Importing {options.pool.name} into the pool {cloud.pool_of(queue)}")
            result = import_file(cloud, options.pool, cloud.pool_of(queue), options.country)
            if result.error:
                raise LocalError(result.error)
            if not all(row.accepted for row in result.results):
                _hint(console, _refusals(result, options, cloud))
        if options.to and not AS_CONNECT_WRITES.fullmatch(options.to):
            _hint(
                console,
                f"{options.to!r} is not how Connect gives numbers; write it like +442079460123",
            )
        call = Call(options.to, queue.key, dict(options.attribute))
        for _ in range(options.times):
            done = dial(cloud, call)
            print(json.dumps(done.as_json(), ensure_ascii=False) if options.json else _line(done))
            if options.answered:
                _answered(cloud, done)


def _check_pool(pool: Path, config: Path) -> None:
    if not pool.exists() and str(pool) in _pools(config):
        raise LocalError(
            f"--pool takes a file of numbers here, and {pool} is the name of a pool."
            " The queue says which pool is dialled from (--queue KEY)."
        )
    common.numbers_file(pool)


def _pools(config: Path) -> Collection[str]:
    from stacks.config import ConfigError, load

    try:
        return load(config).pools
    except ConfigError:  # told in full when the app is synthesised
        return ()


def _refusals(result: ImportResult, options: argparse.Namespace, cloud: LocalCloud) -> str:
    rows = counted(len(result.results), "row")
    command = ["python", "-m", "local", "import", str(options.pool)]
    pool = cloud.pool_of(cloud.queue(options.queue))
    if pool != cloud.first_pool():
        command += ["--pool", pool]
    if options.country:
        command += ["--country", options.country]
    if options.config != common.DEFAULT_CONFIG:
        command += ["--config", str(options.config)]
    return (
        f"{result.accepted} of {rows} taken; `{shlex.join(command)}` shows why the others were not"
    )


def _hint(console: Console, words: str) -> None:
    console.print(Text(words), soft_wrap=True)


def _answered(cloud: LocalCloud, done: Dial) -> None:
    """Only a number of a pool can be shown again; the queue's own is shown in any case."""
    if done.caller_id:
        customer, number = E164(done.call.to or ""), E164(done.caller_id)
        Remembered.of(cloud).answered(customer, number, cloud.clock.now())


def _line(done: Dial) -> str:
    told = done.as_json()
    place = ", ".join(filter(None, (told["place"], told["state"], told["region"])))
    where = "; ".join(filter(None, (place, ", ".join(told["time_zones"]))))
    words = done.text("message") or reason_words(done.reason)
    why = f"{words.removesuffix('.')}; {done.reason}"
    away = distance_words(told["distance_km"], centre=False)
    tier = done.tier.replace("_", " ")
    seen = {
        "dial": f"shows {done.shown} ({', '.join(filter(None, (tier, away)))})",
        "default": f"shows the queue's own number ({why})",
        "block": f"is blocked ({why})",
    }.get(done.action, "is not a call")
    fallen = ", ".join(f"{name} {count}" for name, count in told["rejected"].items())
    customer = done.call.to or "(a withheld number)"
    return f"{customer}{f' ({where})' if where else ''} {seen}" + (
        f"; passed over: {fallen}" if fallen else ""
    )
