"""What `rest` and `activate` share."""

import argparse
import json
import shlex
from collections.abc import Callable

from lambdas.domain.phone import E164, NotAPhoneNumber, parse
from lambdas.domain.withholding import WORDS
from lambdas.store.rests import DynamoRests
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.rest_number import Done, InvalidRest, NotInAPool, Status
from local import state as states
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.errors import LocalError

Change = Callable[[E164, str, Deployment, DynamoRests], Done]


def add_options(parser: argparse.ArgumentParser) -> None:
    """NUMBER, --reason, --by, and where."""
    parser.add_argument("number", metavar="NUMBER", help="a number of ours, such as +12065550123")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; kept for good")
    parser.add_argument(
        "--by", metavar="NAME", help="who wants it (default: your user, or your identity in AWS)"
    )
    deployment.add_options(parser)


def run(options: argparse.Namespace, change: Change) -> int:
    """Make one change and tell of it; 2 when the folder of --state holds nothing."""
    state = options.state
    if not options.aws and state is None:
        why = "Say where: --state DIR of a local cloud, or --aws."
        return common.failed(why, as_json=options.json)
    if state is not None and not (state / states.FILE).exists():
        why = (
            f"{state} holds no state yet; import first:"
            f" python -m local import FILE --state {shlex.quote(str(state))}"
        )
        return common.failed(why, as_json=options.json, code=2)
    try:
        number = our_number(options.number)
        with deployment.opened(options) as deployed:
            rests = DynamoRests(deployed.client, deployed.table)
            done = _changed(number, options.by or deployed.who, deployed, rests, change)
            if done.change:
                deployed.changed()
            held = DynamoWithholding(deployed.client, deployed.table).withheld(done.before.pool)
            withheld = sorted(held.get(number, ()))
    except LocalError as error:
        return common.failed(str(error), as_json=options.json)
    if options.json:
        told = {reason.value: WORDS[reason] for reason in withheld}
        print(json.dumps({**as_json(done), "withheld": told}, ensure_ascii=False))
        return 0
    print(sentence(done))
    for reason in withheld:
        print(f"No call shows it all the same: it is withheld ({reason.value}). {WORDS[reason]}")
    return 0


def _changed(
    number: E164, by: str, deployed: Deployment, rests: DynamoRests, change: Change
) -> Done:
    try:
        return change(number, by, deployed, rests)
    except NotInAPool as error:
        raise LocalError(f"{error} Numbers come into a pool by an upload.") from error
    except InvalidRest as error:
        raise LocalError(str(error)) from error


def our_number(text: str) -> E164:
    try:
        return parse(text).e164
    except NotAPhoneNumber as error:
        raise LocalError(
            f"{text!r} is no number in international form; write it like +12065550123."
        ) from error


def as_json(done: Done) -> dict[str, object]:
    """What stands now, and whether this command changed it."""
    now = done.change or done.before
    return {
        "number": now.number,
        "pool": now.pool,
        "status": now.status.value,
        "until": now.until.isoformat() if now.until and now.status is Status.RESTING else "",
        "reason": now.reason,
        "by": now.by,
        "changed": done.change is not None,
        "before": done.before.status.value,
    }


def sentence(done: Done) -> str:
    """One line for a person."""
    now = done.change or done.before
    already = "" if done.change else " already"
    if now.status is Status.ACTIVE:
        return f"{now.number} of the pool {now.pool} is active{already}."
    until = f"{now.until:%Y-%m-%d %H:%M} UTC"
    return f"{now.number} of the pool {now.pool} rests until {until}{already}: {now.reason}."
