"""`dial`: which number a customer would see, and why."""

import argparse
import json
from pathlib import Path

from rich.console import Console

from local.cloud import LocalCloud
from local.commands import common
from local.dialling import Call, Dial, dial
from local.errors import LocalError
from local.importing import import_file


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "--pool", type=Path, metavar="FILE", help="CSV or XLSX file of our numbers, imported first"
    )
    parser.add_argument("--to", required=True, metavar="NUMBER", help="the customer's number")
    parser.add_argument(
        "--times", type=_positive, default=1, metavar="N", help="dial N times (default 1)"
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
        type=_attribute,
        metavar="K=V",
        help="a contact attribute, such as state=WA; may be given several times",
    )
    common.add_country(parser)
    common.add_config(parser)
    common.add_state(parser)
    common.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Dial and print one line per dial."""
    if options.pool is None and options.state is None:
        raise LocalError("Say which numbers we have: --pool FILE, or --state DIR that holds some.")
    if options.pool is not None:
        common.existing_file(options.pool)
    console = Console(stderr=True)
    with (
        common.progress(console, quiet=options.json) as say,
        LocalCloud.start(options.config, options.state, say) as cloud,
    ):
        if options.at:
            cloud.clock.set(options.at)
        queue = cloud.queue(options.queue)
        if options.pool is not None:
            say(f"Importing {options.pool.name} into the pool {cloud.pool_of(queue)}")
            result = import_file(cloud, options.pool, cloud.pool_of(queue), options.country)
            if result.error:
                raise LocalError(result.error)
        call = Call(options.to, queue.key, dict(options.attribute))
        for _ in range(options.times):
            done = dial(cloud, call)
            print(json.dumps(done.as_json(), ensure_ascii=False) if options.json else _line(done))
    return 0


def _line(done: Dial) -> str:
    where = ", ".join(part for part in (done.text("place"), done.text("region")) if part)
    seen = {
        "dial": f"shows {done.shown} ({done.tier.replace('_', ' ')})",
        "default": f"shows the queue's own number ({done.reason})",
        "block": f"is blocked ({done.reason})",
    }.get(done.action, "is not a call")
    fallen = ", ".join(f"{name} {count}" for name, count in done.as_json()["rejected"].items())
    customer = done.call.to or "(a withheld number)"
    return f"{customer}{f' ({where})' if where else ''} {seen}" + (
        f"; passed over: {fallen}" if fallen else ""
    )


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of times; write 1 or more")
    return int(text)


def _attribute(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise argparse.ArgumentTypeError(f"{text!r} is no attribute; write it like state=WA")
    return name, value
