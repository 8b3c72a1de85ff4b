"""`smoke --call`, `--contact`, `--try-flows`, `--may-change`: what a living instance tells that no
documentation does. Each is asked for by name, said in words, and agreed to."""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ConnectQueues
from lambdas.domain.adoption import Caller
from lambdas.domain.phone import E164, NotAPhoneNumber, is_emergency, masked, parse
from local import aws
from local.errors import LocalError
from local.smoke.account import Deployed
from local.smoke.questions import NEVER_LEARNED, Answer, Learned, learned
from local.smoke.traces import completed
from local.smoke.trials import Trials
from local.smoke.watching import Call, Patience, Watch
from local.toolchain import Say

if TYPE_CHECKING:
    from mypy_boto3_connect import ConnectClient

USUAL_MINUTES = 10


@dataclass(frozen=True)
class Report:
    """What was learned, and how: to be kept."""

    at: datetime
    instance: str
    queue: str
    call: Call | None
    answers: tuple[Answer, ...]

    def as_json(self) -> dict[str, Any]:
        """With the customer's number masked."""
        told: dict[str, Any] = {
            "at": self.at.isoformat(),
            "instance": self.instance,
            "queue": self.queue,
            "call": None,
            "learned": [
                {**asdict(one.question), "learned": one.learned.value, "seen": one.seen,
                 "next": one.next}
                for one in self.answers
            ],
        }  # fmt: skip
        if self.call is not None:
            told["call"] = {
                "contact": self.call.contact_id,
                "began": self.call.began.isoformat(),
                "to": masked(self.call.customer),
                "answered": self.call.answered,
                "ended": self.call.ended,
                "disconnect": self.call.disconnect,
                "decisions": [asdict(one) for one in self.call.decisions],
                "unread": list(self.call.unread),
            }
        return told


def add_options(parser: argparse.ArgumentParser) -> None:
    """What else may be done. Nothing of it is on unless it is asked for."""
    ask = parser.add_mutually_exclusive_group()
    ask.add_argument(
        "--call",
        metavar="NUMBER",
        help="watch one call that you dial to a number of your own, and tell what it shows of"
        " Amazon Connect; changes nothing",
    )
    ask.add_argument(
        "--contact", metavar="ID", help="the same of a call that was made already, by its id"
    )
    parser.add_argument("--queue", metavar="KEY", help="the queue of the call (default: the first)")
    parser.add_argument(
        "--minutes",
        type=_minutes,
        default=USUAL_MINUTES,
        metavar="N",
        help=f"with --call: how long to wait for it, and for its end (default: {USUAL_MINUTES})",
    )
    parser.add_argument(
        "--try-flows",
        action="store_true",
        help="sandboxes only: make four flows and delete them, to see what Connect accepts",
    )
    parser.add_argument(
        "--may-change",
        metavar="KEY",
        help="sandboxes only: set this queue's caller ID in part, look, and set it back",
    )
    parser.add_argument("--yes", action="store_true", help="do not ask before any of these")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="keep what was learned as JSON")


def is_asked(options: argparse.Namespace) -> bool:
    """Whether anything beyond looking is to be done."""
    return bool(options.call or options.contact or options.try_flows or options.may_change)


def checked(options: argparse.Namespace, deployed: Deployed) -> None:
    """Raises LocalError for what does not fit together, before anything is asked or looked at."""
    config = deployed.config
    if config.instance.arn is None or not config.modules.calling:
        raise LocalError("The config names no instance with queues to call from.")
    for key in (options.queue, options.may_change):
        if key is not None and key not in config.queues:
            raise LocalError(f"The config has no queue {key!r}: {', '.join(config.queues)}.")
    if (options.try_flows or options.may_change) and not config.sandbox:
        raise LocalError(
            "--try-flows and --may-change are for sandboxes: the config must say sandbox: true."
        )
    if options.call:
        _own_number(options.call)


def agreed(words: Sequence[str], yes: bool, ask: Callable[[str], str] = input) -> bool:
    """Say what will be done; then whether somebody agreed, by --yes or on the terminal."""
    for line in words:
        print(line, file=sys.stderr)
    if yes:
        return True
    if not sys.stdin.isatty():
        print("Nothing of it was done, for nobody agreed: add --yes.", file=sys.stderr)
        return False
    with suppress(EOFError):
        return ask("Go on? [y/N] ").strip().casefold() in ("y", "yes")
    return False


def plan_in_words(options: argparse.Namespace, deployed: Deployed) -> list[str]:
    """What will be done, for somebody to agree to."""
    config, key = deployed.config, _queue_of(options, deployed)
    words: list[str] = []
    if options.call:
        words += [
            f"One call to {masked(_own_number(options.call))}, which you say is your own phone:",
            "  1. Sign in to the agent workspace as an agent whose routing profile has the queue "
            f"{config.queues[key].name!r} as its default outbound queue.",
            f"  2. Set yourself available and dial the number, within {options.minutes} minutes.",
            "  3. Answer, or let it ring: both tell something. End the call and the work after it.",
            "This watches by SearchContacts and DescribeContact, and then reads attributes, the "
            "picker's log and the contact record. It changes nothing and dials nothing itself: "
            "Connect runs the whisper only for calls that agents dial.",
        ]
    if options.contact:
        words.append(f"Reads the contact {options.contact}: attributes, log, record.")
    if options.try_flows:
        words.append(f"Makes four flows on {config.instance.arn} and deletes each again.")
    if options.may_change:
        words.append(
            f"Sets the caller ID of the queue {options.may_change} in part, and back a second "
            "later. A call of it in between may fail."
        )
    return words


def learn(
    options: argparse.Namespace,
    deployed: Deployed,
    client: "ConnectClient",
    pace: Pace,
    patience: Patience,
    say: Say,
) -> Report:
    """Do what was asked and agreed to. Raises LocalError; what AWS refuses is told as that."""
    instance, key = str(deployed.config.instance.arn), _queue_of(options, deployed)
    began = patience.now()
    with aws.told():
        call = _call(options, deployed, Watch(client, instance, pace, patience), say)
        answers: list[Answer] = []
        if call is not None:
            own = _own_caller(deployed, client, pace, key)
            answers += learned(call, key, _number(client, pace, own.number))
        answers += _tried(options, deployed, Trials(client, instance, pace, deployed.picker), say)
    return Report(began, instance, key, call, tuple(answers))


def _call(options: argparse.Namespace, deployed: Deployed, watch: Watch, say: Say) -> Call | None:
    contact = options.contact or ""
    if options.call:
        contact = watch.dialled(_own_number(options.call), watch.patience.now(), say)
    if not contact:
        return None
    call = watch.over(contact, say)
    stream = watch.record_stream()
    return completed(call, deployed.session, deployed.log_group(), stream, watch.patience, say)


def _tried(
    options: argparse.Namespace, deployed: Deployed, trials: Trials, say: Say
) -> Iterator[Answer]:
    if options.try_flows:
        say("Trying flows")
        yield from trials.flows()
    if options.may_change:
        say(f"Setting {options.may_change} in part")
        yield from trials.partial_update(
            queue_id(deployed, trials.client, trials.pace, options.may_change)
        )


def queue_id(deployed: Deployed, client: "ConnectClient", pace: Pace, key: str) -> str:
    """Connect's id of a queue of the config. Raises LocalError for one that is not there."""
    queue = deployed.config.queues[key]
    if queue.existing is not None:
        return queue.existing.queue_id
    instance = str(deployed.config.instance.arn).rpartition("/")[2]
    token = ""
    while True:
        more: Any = {"NextToken": token} if token else {}
        answer = pace.ask(
            lambda more=more: client.list_queues(  # type: ignore[misc]
                InstanceId=instance, QueueTypes=["STANDARD"], **more
            )
        )
        for one in answer["QueueSummaryList"]:
            if one["Name"] == queue.name:
                return str(one["Id"])
        token = answer.get("NextToken", "")
        if not token:
            raise LocalError(f"The instance has no queue {queue.name!r}.")


def _own_caller(deployed: Deployed, client: "ConnectClient", pace: Pace, key: str) -> Caller:
    queues = ConnectQueues(client, str(deployed.config.instance.arn), pace)
    return queues.caller(queue_id(deployed, client, pace, key))


def _number(client: "ConnectClient", pace: Pace, number: str) -> str:
    """A number in E.164 by its id; "" where there is none."""
    if not number:
        return ""
    answer = pace.ask(lambda: client.describe_phone_number(PhoneNumberId=number))
    return str(answer["ClaimedPhoneNumberSummary"].get("PhoneNumber", ""))


def _queue_of(options: argparse.Namespace, deployed: Deployed) -> str:
    return options.queue or next(iter(deployed.config.queues))


def _own_number(text: str) -> E164:
    if is_emergency(text):
        raise LocalError("--call needs a number of your own, and no emergency number.")
    try:
        phone = parse(text)
    except NotAPhoneNumber as error:
        raise LocalError("--call needs a number in E.164, like +12065550123.") from error
    if not phone.valid:
        raise LocalError("--call needs a number of your own that can be called.")
    return phone.e164


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 60:
        raise argparse.ArgumentTypeError(f"{text!r}: write 1 to 60 minutes")
    return int(text)


_STYLES = {Learned.AS_ASSUMED: "green", Learned.OTHERWISE: "bold yellow", Learned.OPEN: "dim"}


def show(console: Console, report: Report) -> None:
    """What was learned, in a table; what stays open after it."""
    if report.call is not None:
        call = report.call
        how = "answered" if call.answered else "not answered"
        console.print(Text(f"Call {call.contact_id} to {masked(call.customer)}: {how}."))
        for words in call.unread:
            console.print(Text(f"Not read: {words}."))
    table = Table("", "asked", "seen", "what to do", box=box.SIMPLE_HEAD)
    for one in report.answers:
        if one.question in NEVER_LEARNED:
            continue
        state = Text(one.learned.value, style=_STYLES[one.learned])
        table.add_row(state, Text(one.question.asks), Text(one.seen), Text(one.next))
    console.print(table)
    stays = ", ".join(one.question.key for one in report.answers if one.learned is Learned.OPEN)
    if stays:
        console.print(Text(f"Stays open: {stays}. See docs/open-questions.md."))


def kept(report: Report, path: Path) -> None:
    """Write the report. Raises LocalError."""
    try:
        path.write_text(json.dumps(report.as_json(), ensure_ascii=False, indent=1) + "\n", "utf-8")
    except OSError as error:
        raise LocalError(f"{path} cannot be written: {error.strerror}.") from error
