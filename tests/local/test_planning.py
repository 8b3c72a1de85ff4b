"""A plan of a living instance: what it reads, what it says, and how the command ends."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest

from lambdas.connect.pace import Pace
from lambdas.connect.queues import ONE_TRY
from local.__main__ import main
from local.adoption_stage import PROMPT, RECORDING, whisper
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.planning.judging import Plan, QueuePlan, Step, asked, plan
from local.planning.reading import Reader
from stacks.config import Config, parse
from stacks.config.listed import Listed

TEXT = """
environment: example
instance: {arn: "INSTANCE"}
queues:
  sales:
    existing: {id: SALES}
    name: Outbound sales
    caller_id_name: Example Sales
    recording: {agent: true, customer: true}
    pool: all
    purpose: service
    EXTRA
  service:
    name: Service
    caller_id_name: Example Care
    default_number: {arn: "NUMBER"}
    pool: all
    purpose: service
pools:
  all: {country: US}
"""
FLOW = "LocalPresence-example-Calling sales"


@dataclass
class Scene:
    """An instance with a queue of its own, and the config that takes it over."""

    instance: ConnectInstance
    time: VirtualTime
    address: str
    sales: str
    number: str
    extra: str = ""
    more: str = ""

    def text(self) -> str:
        numbers = self.instance.numbers
        arn = numbers.arn_of(numbers.held[self.number])
        extra = self.extra or "mode: observe"
        text = TEXT.replace("INSTANCE", self.instance.arn).replace("SALES", self.sales)
        return text.replace("NUMBER", arn).replace("EXTRA", extra) + self.more

    def config(self) -> Config:
        return parse(self.text())

    def plan(self, config: Config | None = None) -> Plan:
        client = boto3.Session("local", "local", region_name="us-east-1").client(
            "connect", endpoint_url=self.address, config=ONE_TRY
        )
        pace = Pace(monotonic=self.time.monotonic, sleep=self.time.sleep)
        config = config or self.config()
        reader = Reader(client, self.instance.arn, pace)
        return plan(config, reader.read(asked(config), lambda _words: None))

    def queue(self, key: str = "sales") -> QueuePlan:
        return next(queue for queue in self.plan().queues if queue.key == key)

    def live(self, name: str, value: str) -> None:
        self.instance.queues[self.sales].caller[name] = value


@pytest.fixture
def scene() -> Iterator[Scene]:
    time = VirtualTime()
    instance = ConnectInstance(buckets=Buckets(time.monotonic))
    number = instance.numbers.add("+12065550100")
    sales = instance.add_queue(
        "Outbound sales",
        OutboundCallerIdName="Sales dept",
        OutboundCallerIdNumberId=number,
        OutboundFlowId=instance.add_flow("Old whisper", whisper(RECORDING)),
    )
    with serving(instance) as address:
        yield Scene(instance, time, address, sales, number)


def _told(queue: QueuePlan) -> dict[str, tuple[str, str]]:
    return {one.name: (one.live, one.wanted) for one in queue.fields if one.changes}


def test_a_queue_to_be_taken_over_is_told_with_live_and_wanted_values(scene: Scene) -> None:
    queue = scene.queue()

    assert queue.step is Step.TAKE_OVER
    assert not queue.refused
    assert _told(queue) == {
        "caller ID name": ("Sales dept", "Example Sales"),
        "whisper flow": ("Old whisper", FLOW),
        "flow logging": ("", "Enabled"),
    }
    assert ("number", "+12065550100") in [(one.name, one.wanted) for one in queue.fields]


def test_a_plan_asks_only_for_reading_and_never_faster_than_connect_allows(scene: Scene) -> None:
    scene.instance.page_size = 2
    for number in range(7):
        scene.instance.add_queue(f"Other {number}")
        scene.instance.add_flow(f"Whisper {number}", whisper())

    scene.plan()

    assert all(one.startswith(("List", "Describe")) for one in scene.instance.asked)
    assert scene.instance.asked.count("ListQueues") == 4
    assert scene.instance.buckets.refused == 0
    assert scene.time.monotonic() == pytest.approx((len(scene.instance.asked) - 1) / 2)


def test_a_number_that_was_released_is_refused_before_a_deployment_is(scene: Scene) -> None:
    scene.live("OutboundCallerIdNumberId", "aaaaaaaa-0000-0000-0000-000000000000")

    assert "is not one of this instance any more" in scene.queue().refused[0]


def test_a_queue_that_runs_our_flow_needs_nothing(scene: Scene) -> None:
    scene.live("OutboundFlowId", scene.instance.add_flow(FLOW, whisper(RECORDING)))
    scene.live("OutboundCallerIdName", "Example Sales")

    queue = scene.queue()

    assert queue.step is Step.NOTHING
    assert not _told(queue)


def test_a_change_of_the_config_shows_on_a_queue_that_runs_our_flow(scene: Scene) -> None:
    scene.live("OutboundFlowId", scene.instance.add_flow(FLOW, whisper(RECORDING)))

    queue = scene.queue()

    assert queue.step is Step.CHANGE
    assert _told(queue) == {"caller ID name": ("Sales dept", "Example Sales")}


def test_blocks_that_ours_lacks_are_refused_by_name(scene: Scene) -> None:
    tag = {"Type": "TagContact", "Parameters": {"Tags": {"team": "sales"}}}
    rich = scene.instance.add_flow("Rich", whisper(RECORDING, tag, PROMPT))
    scene.live("OutboundFlowId", rich)

    queue = scene.queue()

    assert queue.step is Step.REFUSE
    assert "MessageParticipant, TagContact" in queue.refused[0]


def test_a_voice_that_the_config_does_not_keep_is_refused_with_the_line_that_does(
    scene: Scene,
) -> None:
    speak = {
        "Type": "UpdateContactTextToSpeechVoice",
        "Parameters": {"TextToSpeechVoice": "Joanna", "TextToSpeechEngine": "neural"},
        "Errors": ["NoMatchingError"],
    }
    scene.live("OutboundFlowId", scene.instance.add_flow("Loud", whisper(RECORDING, speak)))

    refused = scene.queue()
    line = refused.refused[0].rpartition("queues.sales: ")[2]
    scene.extra = line
    kept = scene.queue()

    assert line == "voice: {name: Joanna, engine: neural}"
    assert kept.step is Step.TAKE_OVER
    assert not kept.refused


def test_a_missing_number_is_refused(scene: Scene) -> None:
    scene.instance.queues[scene.sales].caller.pop("OutboundCallerIdNumberId")

    assert "queues.sales.default_number" in scene.queue().refused[0]


def test_a_number_of_another_instance_is_refused(scene: Scene) -> None:
    held = scene.instance.numbers.held[scene.number]
    held.target = scene.instance.arn.replace("1111", "9999")

    assert "is not one of this instance" in scene.queue("service").refused[0]


def test_a_number_of_a_distribution_group_is_one_of_the_instance(scene: Scene) -> None:
    group = "arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/abc"
    scene.instance.groups.append(group)
    scene.instance.numbers.held[scene.number].target = group

    assert not scene.queue("service").refused


def test_a_queue_that_is_not_there_is_refused(scene: Scene) -> None:
    del scene.instance.queues[scene.sales]

    assert "no queue" in scene.queue().refused[0]


def test_a_name_that_is_taken_is_refused_with_the_line_that_takes_it_over(scene: Scene) -> None:
    made = scene.instance.add_queue("Service", OutboundCallerIdNumberId=scene.number)

    queue = scene.queue("service")

    assert queue.step is Step.REFUSE
    assert f"queues.service.existing: {{id: {made}}}" in queue.refused[0]


def test_a_queue_that_this_environment_made_is_no_strangers(scene: Scene) -> None:
    made = scene.instance.add_queue("Service", OutboundCallerIdNumberId=scene.number)
    scene.instance.queues[made].tags["local-presence"] = "example"

    assert scene.queue("service").step is Step.CHANGE


def test_a_queue_of_another_environment_is_not_taken_over(scene: Scene) -> None:
    scene.instance.queues[scene.sales].tags["local-presence"] = "production"

    assert "made by the stack of the environment production" in scene.queue().refused[0]


def test_a_new_queue_is_told_as_one_to_make(scene: Scene) -> None:
    queue = scene.queue("service")

    assert queue.step is Step.MAKE
    assert _told(queue)["number"] == ("", "+12065550100")


def test_queues_that_leave_are_told(scene: Scene) -> None:
    scene.instance.add_flow("LocalPresence-example-Calling winter", whisper())

    assert scene.plan().leaving == ("winter",)


LIST = """
queue_lists:
  - {file: agents.csv, stacks: 12, template: {pool: all, purpose: service}}
"""


def _with_agents(scene: Scene, folder: Path) -> Plan:
    rows = ["key,name,caller_id_name,existing_id", f"ann,Ann,Ann at Example,{scene.sales}"]
    (folder / "agents.csv").write_text("\n".join(rows), "utf-8")
    text = scene.text()
    begin, end = text.index("  sales:"), text.index("  service:")
    return scene.plan(parse(text[:begin] + text[end:] + LIST, folder=folder))


def test_a_queue_of_a_list_runs_the_flow_of_its_own_stack(scene: Scene, tmp_path: Path) -> None:
    part = Listed("agents", 12, ()).part_of("ann")
    flow = f"LocalPresence-example-{part} ann"
    scene.live("OutboundFlowId", scene.instance.add_flow(flow, whisper()))
    scene.live("OutboundCallerIdName", "Ann at Example")

    found = _with_agents(scene, tmp_path)

    ann = next(one for one in found.queues if one.key == "ann")
    assert (ann.step, ann.refused) == (Step.NOTHING, ())
    assert not found.leaving
    assert not found.notes


@pytest.mark.parametrize("part", ["Calling", "Queues-agents", "Queues-agents-1of9", "Queues-old"])
def test_a_queue_that_would_move_to_another_stack_is_refused(
    scene: Scene, tmp_path: Path, part: str
) -> None:
    """Amazon Connect would be asked to make it while it is there, or to delete it."""
    flow = f"LocalPresence-example-{part} ann"
    scene.live("OutboundFlowId", scene.instance.add_flow(flow, whisper(RECORDING)))

    found = _with_agents(scene, tmp_path)

    ann = next(one for one in found.queues if one.key == "ann")
    assert ann.step is Step.REFUSE
    assert f"It is in the stack LocalPresence-example-{part}" in " ".join(ann.refused)
    left = f"delete-stack --stack-name LocalPresence-example-{part}"
    assert any(left in note for note in found.notes) == (part != "Calling")


def test_an_instance_that_streams_its_contact_records_keeps_its_stream(scene: Scene) -> None:
    stream = "arn:aws:kinesis:us-east-1:111122223333:stream/records"
    scene.instance.around.storage["CONTACT_TRACE_RECORDS"] = [
        {
            "AssociationId": "a",
            "StorageType": "KINESIS_STREAM",
            "KinesisStreamConfig": {"StreamArn": stream},
        }
    ]
    kept = scene.plan()
    scene.more = "contact_records: {create: true}\n"
    refused = scene.plan()

    assert kept.notes == (f"Contact records go to {stream}, as before.",)
    assert not kept.refused
    assert f"writes its contact records to {stream} already" in refused.refused[0]


@pytest.fixture
def command(scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `plan` against the scene: exit code and what was printed."""

    def run(*options: str) -> tuple[int, str]:
        scene.instance.buckets.monotonic = iter(range(10_000)).__next__
        path = tmp_path / "mine.yaml"
        path.write_text(scene.text(), encoding="utf-8")
        code = main(["plan", "--config", str(path), "--endpoint", scene.address, *options])
        return code, capsys.readouterr().out

    return run


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    from local.commands import plan_command

    time = VirtualTime()
    monkeypatch.setattr(
        plan_command, "Pace", lambda: Pace(monotonic=time.monotonic, sleep=time.sleep)
    )


def test_the_command_ends_well_where_nothing_is_refused(command: Any) -> None:
    code, printed = command()

    assert code == 0
    assert "take over" in printed
    assert "Old whisper" in printed
    assert "Nothing is refused" in printed


def test_the_command_ends_with_three_where_something_is_refused(command: Any, scene: Scene) -> None:
    scene.live("OutboundFlowId", scene.instance.add_flow("Rich", whisper(RECORDING, PROMPT)))

    code, printed = command("--json")
    told = json.loads(printed)

    assert code == 3
    assert told["refusals"] == 1
    assert told["queues"][0]["step"] == "refuse"
    assert "MessageParticipant" in told["queues"][0]["refused"][0]
    assert told["queues"][1]["step"] == "make"
