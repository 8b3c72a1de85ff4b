"""`suppress`: keep a person from being called; show what stands, or lift it."""

import argparse
import json
from typing import Any

from lambdas.domain.suppression import Suppression
from lambdas.domain.suppression_words import CHANNELS, REASONS
from lambdas.usecases.suppress import (
    PURPOSES,
    Audit,
    Known,
    Request,
    lift,
    number_of,
    suppress,
)
from lambdas.wiring.suppressing import pause_after_refusal
from local.commands import common, deployment
from local.commands.deployment import Deployment
from local.errors import LocalError

Json = dict[str, Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    parser.add_argument(
        "number", metavar="NUMBER", help="the customer's number, such as +12065550142"
    )
    parser.add_argument(
        "--reason", default="", metavar="R", help=f"{', '.join(REASONS)}; or in other words"
    )
    act = parser.add_mutually_exclusive_group()
    act.add_argument(
        "--lift",
        action="store_true",
        help="let the person be called again: all that stands, or what --reason, --brand and"
        " --purpose say; needs --why",
    )
    act.add_argument(
        "--show", action="store_true", help="what stands, and who suppressed or lifted when and why"
    )
    parser.add_argument("--why", default="", metavar="TEXT", help="with --lift: why; kept for good")
    parser.add_argument("--brand", default="", metavar="B", help="for one brand (default: for all)")
    parser.add_argument(
        "--purpose", default="", metavar="P", help=f"for one of {', '.join(PURPOSES)}"
    )
    parser.add_argument(
        "--until",
        default="",
        metavar="ISO",
        help="a day or a time at which it ends; a day begins last at UTC-12",
    )
    parser.add_argument(
        "--channel", default="", metavar="C", help=f"what is preferred: {', '.join(CHANNELS)}"
    )
    parser.add_argument(
        "--new-number", default="", metavar="NUMBER", help="the right one, kept encrypted"
    )
    parser.add_argument("--note", default="", metavar="TEXT", help="kept in the audit")
    parser.add_argument(
        "--by", metavar="NAME", help="who wants it (default: your user, or your identity in AWS)"
    )
    parser.add_argument(
        "--country", metavar="XX", help="country of a number in national form, such as GB"
    )
    deployment.add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Suppress, lift or show; 1 where nothing could be done, with what is wrong."""
    if not options.aws and options.state is None:
        why = "Say where: --state DIR of a local cloud, or --aws."
        return common.failed(why, as_json=options.json)
    if not (options.reason.strip() or options.new_number or options.lift or options.show):
        why = f"Say why: --reason with one of {', '.join(REASONS)}; or --show, or --lift."
        return common.failed(why, as_json=options.json)
    try:
        number_of(options.number, options.country)
        with deployment.opened(options) as deployed:
            told = _done(options, deployed)
    except (LocalError, ValueError) as error:
        return common.failed(str(error), as_json=options.json)
    print(json.dumps(told, ensure_ascii=False) if options.json else _sentences(told))
    return 0


def _done(options: argparse.Namespace, deployed: Deployment) -> Json:
    if options.show:
        return _standing(options, deployed)
    done = _lifted(options, deployed) if options.lift else _suppressed(options, deployed)
    if done["changed"]:
        deployed.changed()
    return done


def _suppressed(options: argparse.Namespace, deployed: Deployment) -> Json:
    brands = {queue.brand: None for queue in deployed.queues.values() if queue.brand}
    done = suppress(
        _request(options, deployed),
        deployed.suppressions(),
        deployed.now,
        Known(tuple(brands), pause_after_refusal()),
    )
    if not done.accepted:
        raise LocalError(done.message)
    stands = done.suppression
    return {
        "number": done.number,
        "changed": done.changed,
        "reason": done.reason,
        "message": done.message,
        "until": stands.until.isoformat() if stands and stands.until else "",
        "brand": stands.brand if stands else "",
        "purpose": stands.purpose if stands else "",
    }


def _lifted(options: argparse.Namespace, deployed: Deployment) -> Json:
    request = _request(options, deployed)
    done = lift(request, options.why, deployed.suppressions(), deployed.now)
    if not done.accepted:
        raise LocalError(f"{done.message} Write --why." if not options.why else done.message)
    return {
        "number": done.number,
        "changed": done.lifted > 0,
        "lifted": done.lifted,
        "message": done.message,
    }


def _standing(options: argparse.Namespace, deployed: Deployment) -> Json:
    number = number_of(options.number, options.country).e164
    store = deployed.suppressions()
    correction = store.corrections(number)
    return {
        "number": number,
        "changed": False,
        "standing": [_as_json(one, deployed) for one in store.standing(number)],
        "new_number": correction.number if correction else "",
        "audit": [_line_of(audit) for audit in store.history(number)],
    }


def _request(options: argparse.Namespace, deployed: Deployment) -> Request:
    return Request(
        options.number,
        options.reason,
        options.country,
        options.brand,
        options.purpose,
        options.until,
        options.by or deployed.who,
        "command_line",
        options.note,
        options.channel,
        options.new_number,
    )


def _as_json(one: Suppression, deployed: Deployment) -> Json:
    ended = one.until is not None and one.until <= deployed.now
    return {**json.loads(one.written()), "words": one.words, "ended": ended}


def _line_of(audit: Audit) -> Json:
    about = audit.suppression
    return {
        "act": str(audit.act),
        "at": audit.at.isoformat(),
        "by": audit.by,
        "why": audit.why,
        "reason": str(about.reason) if about else "",
        "brand": about.brand if about else "",
        "purpose": about.purpose if about else "",
        "through": about.through if about else "",
    }


def _sentences(told: Json) -> str:
    if "standing" not in told:
        return f"{told['number']}: {told['message']}"
    lines = [f"{told['number']}: {_stands(one)}" for one in told["standing"]]
    lines = lines or [f"{told['number']}: nothing stands."]
    if told["new_number"]:
        lines.append(f"The right number: {told['new_number']}")
    lines += [_history(audit) for audit in told["audit"]]
    return "\n".join(lines)


def _stands(one: Json) -> str:
    scope = [f"brand {one['brand']}"] if one.get("brand") else []
    scope += [str(one["purpose"])] if one.get("purpose") else []
    return " ".join(
        filter(
            None,
            (
                one["reason"],
                f"({', '.join(scope)})" if scope else "",
                f"since {one['since'][:10]}.",
                one["words"],
                "It has ended." if one["ended"] else "",
            ),
        )
    )


def _history(audit: Json) -> str:
    who = audit["by"] or "nobody named"
    way = f" by way of {audit['through'].replace('_', ' ')}" if audit["through"] else ""
    why = f": {audit['why']}" if audit["why"] else ""
    what = f" {audit['reason']}" if audit["reason"] else ""
    return f"  {audit['at'][:19]}  {audit['act']}{what} by {who}{way}{why}"
