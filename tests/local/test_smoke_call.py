"""What a call to one's own telephone tells: the fake instance runs the deployed whisper for it."""

import contextlib
import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.connect.queues import ONE_TRY
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Tier
from lambdas.pick_caller_id.handler import handler
from lambdas.usecases.picking import Contact as Asked
from lambdas.usecases.picking import Decision
from lambdas.wiring import picking
from local import aws
from local.__main__ import main
from local.clock import Clock
from local.commands import smoke_call, smoke_command
from local.connect_instance.contacts import Contact
from local.connect_instance.model import Refused
from local.errors import LocalError
from local.flow_runner import Queue
from local.flow_runner.catalogue import FlowType
from local.machine import ACCOUNT
from local.smoke.account import Deployed
from local.smoke.questions import Answer, Learned
from local.smoke.watching import Patience
from tests.local.smoke_scene import NOW, Scene

MINE, OTHERS = "+12065550123", "+12065550177"
PICKED, OWN = "+12065550145", "+12065550100"
BEGAN = NOW - timedelta(minutes=8)
"""Virtual time begins in the past, so that what moto writes down now comes after it."""


class Decides:
    """A picker that decides as it is told; the handler around it is the real one."""

    def __init__(self, action: Action, reason: str, number: str, arm: str = "") -> None:
        self.told = (action, reason, E164(number), arm)

    def pick(self, contact: Asked, now: datetime, remaining: Callable[[], float]) -> Decision:
        del now, remaining
        action, reason, number, arm = self.told
        return Decision(contact.contact_id, action, reason, number, Tier.AREA_CODE, arm=arm)


SHOWS = Decides(Action.DIAL, "local_number", PICKED)


class Ticking(Clock):
    """A clock that the virtual time moves."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        super().__init__()
        self._seconds = seconds

    def now(self) -> datetime:
        return BEGAN + timedelta(seconds=self._seconds())


@dataclass
class Engineer:
    """Dials when `after` seconds have passed; meanwhile others dial, too."""

    scene: Scene
    monkeypatch: pytest.MonkeyPatch
    after: float = 12.0
    answers: bool = True
    number: str = MINE
    decides: Any = SHOWS
    stream: str = ""
    made: list[Contact] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scene.instance.contacts.clock = Ticking(self.scene.time.monotonic)
        self.logs = self.scene.client("logs")
        self.group = self._deployed().log_group()
        self.logs.create_log_group(logGroupName=self.group)
        self.logs.create_log_stream(logGroupName=self.group, logStreamName="one")

    def _deployed(self) -> Deployed:
        return Deployed(self.scene.heard(), self.scene.config)

    def patience(self, seconds: float) -> Patience:
        return Patience(
            seconds, self.scene.time.monotonic, self._sleep, self.scene.instance.contacts.clock.now
        )

    def _sleep(self, seconds: float) -> None:
        self.scene.time.sleep(seconds)
        if not self.made and self.scene.time.monotonic() >= self.after:
            self.dials(OTHERS, log=False)
            self.dials(self.number)

    def dials(self, number: str, *, log: bool = True) -> Contact:
        """The queue's whisper runs as it is on the instance now."""
        queue = self.scene.instance.queues[self.scene.queue]
        content = self.scene.instance.flows[queue.caller["OutboundFlowId"]].content
        named = Queue("Sales", self.scene.instance.arn_of("queue", queue.id), OWN)
        contact = self.scene.instance.contacts.dialled(
            content, named, number, lambda arn, event, left: self._invoked(arn, event, log, left),
            answered=self.answers,
        )  # fmt: skip
        self.made.append(contact)
        if self.stream and log:
            self._record(contact)
        return contact

    def _invoked(self, arn: str, event: dict[str, Any], log: bool, left: float) -> Any:
        del left
        if "StopContact" in arn:
            return {"stopped": "false", "reason": "throttled"}
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed), self.monkeypatch.context() as patched:
            patched.setattr(picking, "picker", lambda: self.decides)
            reply = handler(event, None)
        if log:
            moment = int(self.scene.instance.contacts.clock.now().timestamp() * 1000)
            lines = [
                {"timestamp": moment, "message": line} for line in printed.getvalue().split("\n")
            ]
            self.logs.put_log_events(
                logGroupName=self.group, logStreamName="one",
                logEvents=[line for line in lines if line["message"]],
            )  # fmt: skip
        return reply

    def streams_records(self) -> None:
        """The instance writes its records to a Kinesis stream."""
        client = self.scene.client("kinesis")
        client.create_stream(StreamName="records", ShardCount=2)
        told = client.describe_stream(StreamName="records")["StreamDescription"]
        self.stream = told["StreamARN"]
        self.scene.instance.around.storage["CONTACT_TRACE_RECORDS"] = [
            {
                "AssociationId": "one",
                "StorageType": "KINESIS_STREAM",
                "KinesisStreamConfig": {"StreamArn": self.stream},
            }
        ]

    def _record(self, contact: Contact) -> None:
        told = json.loads(Path("tests/events/contact_record_outbound.json").read_text("utf-8"))
        told |= {
            "ContactId": contact.id,
            "Attributes": contact.attributes,
            "SystemEndpoint": {"Address": contact.system, "Type": "TELEPHONE_NUMBER"},
            "ConnectedToSystemTimestamp": contact.answered and contact.answered.isoformat(),
            "DisconnectReason": contact.reason,
        }
        connected = contact.agent_connected
        told["Agent"]["ConnectedToAgentTimestamp"] = connected and connected.isoformat()
        self.scene.client("kinesis").put_record(
            StreamName="records", Data=json.dumps(told).encode(), PartitionKey=contact.id
        )

    def learns(self, *arguments: str, minutes: float = 5) -> smoke_call.Report:
        """What the command would learn, without its checks of the deployment."""
        deployed = self._deployed()
        options = _options("--config", str(self.scene.file), *arguments)
        smoke_call.checked(options, deployed)
        client = self.scene.session.client(
            "connect", endpoint_url=self.scene.address, config=ONE_TRY
        )
        return smoke_call.learn(
            options,
            deployed,
            client,
            self.scene.pace,
            self.patience(minutes * 60),
            lambda _words: None,
        )


def _options(*arguments: str) -> Any:
    import argparse

    parser = argparse.ArgumentParser()
    smoke_command.add_options(parser)
    return parser.parse_args(arguments)


@pytest.fixture
def engineer(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> Engineer:
    return Engineer(scene, monkeypatch)


def by_key(report: smoke_call.Report) -> dict[str, Answer]:
    return {one.question.key: one for one in report.answers}


def states(report: smoke_call.Report) -> dict[str, str]:
    return {key: one.learned.value for key, one in by_key(report).items()}


def test_an_answered_call_tells_what_can_be_told_of_it(engineer: Engineer) -> None:
    engineer.streams_records()

    report = engineer.learns("--call", MINE)

    assert report.call is not None
    assert report.call.contact_id == engineer.made[1].id, "not the other's call"
    assert report.call.unread == ()
    assert states(report) == {
        "whisper-runs": "as assumed",
        "system-endpoint": "as assumed",
        "picker-in-time": "as assumed",
        "plus-in-values": "as assumed",
        "empty-values": "as assumed",
        "attributes-in-record": "as assumed",
        "agent-before-answer": "open",
        "reason-of-unanswered": "open",
        "stop-before-ringing": "open",
        "calls-per-second": "open",
        "api-source-number": "open",
        "callback-number": "open",
    }
    asked = engineer.scene.instance.asked
    assert all(one.startswith(("Search", "Describe", "Get", "List")) for one in asked), asked
    assert engineer.scene.instance.buckets.refused == 0


def test_a_call_that_rings_out_tells_the_rest(engineer: Engineer) -> None:
    engineer.answers = False
    engineer.streams_records()

    found = by_key(engineer.learns("--call", MINE))

    assert found["agent-before-answer"].seen == "the contact has one, the record has one"
    assert found["reason-of-unanswered"].learned is Learned.AS_ASSUMED
    assert found["reason-of-unanswered"].seen == "TELECOM_UNANSWERED"


def test_an_instance_that_is_otherwise_is_told(engineer: Engineer) -> None:
    contacts = engineer.scene.instance.contacts
    contacts.tells_what_was_shown, contacts.keeps_empty, contacts.agent_first = True, False, False
    engineer.answers = False
    engineer.streams_records()

    found = by_key(engineer.learns("--call", MINE))

    assert found["system-endpoint"].learned is Learned.OTHERWISE
    assert found["system-endpoint"].seen == (
        "the contact tells the number that was shown, the record tells the number that was shown"
    )
    assert found["empty-values"].learned is Learned.OTHERWISE
    assert found["agent-before-answer"].seen == "the contact has none, the record has none"


def test_a_contact_and_a_record_that_differ_are_not_as_assumed(engineer: Engineer) -> None:
    engineer.streams_records()
    engineer.dials(MINE)
    engineer.made[0].system = PICKED
    found = by_key(engineer.learns("--contact", engineer.made[0].id))

    assert found["system-endpoint"].learned is Learned.OTHERWISE
    assert "the record tells the queue's own number" in found["system-endpoint"].seen


def test_a_word_that_nobody_knows_and_attributes_that_a_record_lacks(engineer: Engineer) -> None:
    engineer.answers = False
    contact = engineer.dials(MINE)
    contact.reason = "TELECOM_OF_TOMORROW"
    engineer.streams_records()
    kept, contact.attributes = contact.attributes, {"disposition": "none"}
    engineer._record(contact)
    contact.attributes = kept

    found = by_key(engineer.learns("--contact", contact.id))

    assert found["reason-of-unanswered"].learned is Learned.OTHERWISE
    assert found["attributes-in-record"].learned is Learned.OTHERWISE
    assert "local_presence_caller_id" in found["attributes-in-record"].seen


@pytest.mark.parametrize(
    ("decides", "key", "state"),
    [
        (Decides(Action.DEFAULT, "observed_would_show_city", ""), "system-endpoint", "open"),
        (Decides(Action.DEFAULT, "observed_would_show_city", ""), "plus-in-values", "open"),
        (Decides(Action.DIAL, "local_number", PICKED, "local"), "empty-values", "open"),
        (Decides(Action.BLOCK, "suppressed_opt_out", ""), "stop-before-ringing", "otherwise"),
        (Decides(Action.DIAL, "local_number", ""), "picker-in-time", "otherwise"),
    ],
)
def test_what_the_picker_decides_says_what_can_be_learned(
    engineer: Engineer, decides: Decides, key: str, state: str
) -> None:
    engineer.decides = decides
    contact = engineer.dials(MINE)

    assert states(engineer.learns("--contact", contact.id))[key] == state


def test_a_call_that_never_met_our_whisper_is_told(engineer: Engineer) -> None:
    contact = engineer.dials(MINE, log=False)
    contact.attributes.clear()

    found = by_key(engineer.learns("--contact", contact.id))

    assert found["whisper-runs"].learned is Learned.OTHERWISE
    assert "from the queue sales" in found["whisper-runs"].next


def test_what_cannot_be_read_is_told_and_leaves_the_rest(engineer: Engineer) -> None:
    engineer.dials(MINE)
    engineer.logs.delete_log_group(logGroupName=engineer.group)

    report = engineer.learns("--contact", engineer.made[0].id)

    assert report.call is not None
    assert report.call.unread == (
        "the picker's log: FilterLogEvents was refused: ResourceNotFoundException",
        "the contact record: the instance writes records to no Kinesis stream",
    )
    assert by_key(report)["system-endpoint"].learned is Learned.AS_ASSUMED
    assert by_key(report)["picker-in-time"].learned is Learned.OPEN


def test_a_call_that_never_comes_ends_the_wait(engineer: Engineer) -> None:
    engineer.number = OTHERS

    with pytest.raises(LocalError, match="within 5 minutes"):
        engineer.learns("--call", MINE)

    assert engineer.scene.time.monotonic() < 6 * 60
    with pytest.raises(LocalError, match="no contact"):
        engineer.learns("--contact", "none-of-them")


def test_an_instance_with_very_many_calls_is_not_searched_through(
    engineer: Engineer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.smoke.watching.LOOKED_AT", 3)
    for _ in range(5):
        engineer.dials(OTHERS, log=False)

    with pytest.raises(LocalError, match="--contact"):
        engineer.learns("--call", MINE)


def test_trials_leave_an_instance_as_it_was(engineer: Engineer) -> None:
    _sandbox(engineer)
    before = json.dumps(engineer.scene.instance.queues[engineer.scene.queue].caller)
    flows = set(engineer.scene.instance.flows)

    report = engineer.learns("--try-flows", "--may-change", "sales")

    assert states(report) == {
        "errors-of-the-dial": "as assumed",
        "shares-in-whispers": "as assumed",
        "usual-time-limit": "as assumed",
        "drafts-are-checked": "as assumed",
        "partial-update": "as assumed",
    }
    assert "it cleared number and flow" in by_key(report)["partial-update"].seen
    assert set(engineer.scene.instance.flows) == flows
    assert json.dumps(engineer.scene.instance.queues[engineer.scene.queue].caller) == before
    assert engineer.scene.instance.buckets.refused == 0


def test_trials_on_an_instance_that_is_otherwise(engineer: Engineer) -> None:
    _sandbox(engineer)
    instance = engineer.scene.instance
    instance.clears_what_is_left_out = False
    flows = set(instance.flows)

    def easy(content: str, kind: FlowType) -> None:
        del kind
        if "NoSuchBlock" in content:
            raise Refused("InvalidContactFlowException", "no", problems=[{"message": "no such"}])

    instance.check_content, instance.checks_drafts = easy, True
    report = engineer.learns("--try-flows", "--may-change", "sales")

    assert set(states(report).values()) == {"otherwise"}
    assert by_key(report)["usual-time-limit"].seen.endswith("reads without a limit")
    assert by_key(report)["drafts-are-checked"].seen == "it was refused: no such"
    assert set(instance.flows) == flows


def test_a_trial_that_breaks_off_sets_the_queue_back(engineer: Engineer) -> None:
    _sandbox(engineer)
    instance = engineer.scene.instance
    before = dict(instance.queues[engineer.scene.queue].caller)
    updates = 0

    def fail(asked: Any) -> None:
        nonlocal updates
        updates += asked.name == "UpdateQueueOutboundCallerConfig"
        if asked.name == "DescribeQueue" and updates == 1:
            raise Refused("AccessDeniedException", "no")

    instance.before = fail
    with pytest.raises(LocalError, match="AccessDenied"):
        engineer.learns("--may-change", "sales")

    assert instance.queues[engineer.scene.queue].caller == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--try-flows",), "sandbox: true"),
        (("--may-change", "sales"), "sandbox: true"),
        (("--call", MINE, "--queue", "nobody"), "no queue 'nobody'"),
        (("--call", "911"), "of your own"),
        (("--call", "5550123"), "E.164"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_asked(
    engineer: Engineer, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(LocalError, match=words):
        engineer.learns(*arguments)

    assert engineer.scene.instance.asked == []


def test_the_command_says_what_it_will_do_and_does_nothing_unless_agreed(
    engineer: Engineer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    scene = engineer.scene
    account = aws.Account(scene.heard(), f"arn:aws:iam::{ACCOUNT}:user/ada")
    monkeypatch.setattr(aws, "account_of", lambda *_: account)
    monkeypatch.setattr(smoke_command, "Patience", engineer.patience)
    monkeypatch.setattr(smoke_command, "Pace", lambda: scene.pace)
    kept = tmp_path / "learned.json"
    arguments = ["smoke", "--config", str(scene.file), "--endpoint", scene.address, "--json",
                 "--call", MINE, "--keep", str(kept)]  # fmt: skip

    assert main(arguments) == 0, "nobody agreed, and all is well"
    told = capsys.readouterr()
    assert json.loads(told.out)["call"] is None
    assert "add --yes" in told.err
    assert "'Sales'" in told.err, "the steps name the queue"
    assert not engineer.made

    assert main([*arguments, "--yes"]) == 0
    told = capsys.readouterr()
    report = json.loads(told.out)["call"]
    assert report == json.loads(kept.read_text("utf-8"))
    assert report["call"]["to"] == "+1206*******"
    assert MINE not in told.out + told.err + kept.read_text("utf-8")

    assert main([*arguments[:5], "--contact", engineer.made[1].id, "--yes"]) == 0
    told = capsys.readouterr()
    assert "as assumed" in told.out
    assert MINE not in told.out + told.err


def _sandbox(engineer: Engineer) -> None:
    text = engineer.scene.file.read_text("utf-8")
    engineer.scene.file.write_text(f"{text}\nsandbox: true\n", "utf-8")
    engineer.scene.config = aws.config_at(engineer.scene.file)
