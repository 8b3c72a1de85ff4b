"""A smoke test of a deployment: moto's account, the fake instance, and the real picker."""

import json
from typing import Any

import pytest

from lambdas.pick_caller_id.handler import handler
from local import aws
from local.__main__ import main
from local.commands import smoke_command
from local.connect_instance.model import Asked, Refused
from local.machine import ACCOUNT
from local.smoke.account import REPLY
from local.smoke.findings import State
from local.smoke.instance import differences
from tests.local.smoke_scene import HOME, Scene, head_of_pool


def test_a_whole_deployment_is_found_whole_and_nothing_is_changed(scene: Scene) -> None:
    found = scene.look()

    assert [one for one in found if one.state is not State.OK] == []
    seen = {one.check: one.seen for one in found}
    assert seen["directory of all"] == "40 numbers, published 5 h ago"
    assert seen["mode of sales"] == "observe, as the config begins"
    assert seen["flow of sales"] == "as the config renders it"
    assert seen["picker's alias"] == "live leads to version 1"
    assert "number +12065550100" in seen["queue sales"]
    assert len([check for check in seen if check.startswith("the instance lists")]) == 3
    assert all(one.startswith(("List", "Describe")) for one in scene.instance.asked)
    assert scene.instance.buckets.refused == 0


def test_the_dry_run_is_no_call_for_the_real_picker(scene: Scene) -> None:
    assert "12.5 ms" in scene.found("picker, dry run").seen

    assert len(scene.invoked) == 2
    assert set(handler(scene.invoked[0], None)) == REPLY
    assert handler(scene.invoked[0], None)["reason"] == "not_a_voice_contact"


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ({"reply": {"action": "default"}}, "lacks arm"),
        ({"reply": dict.fromkeys(REPLY, "x") | {"place": None}}, "cannot read"),
        ({"reply": dict.fromkeys(REPLY, "") | {"reason": "queue_not_configured"}},
         "another config is deployed"),
        ({"reply": dict.fromkeys(REPLY, "") | {"action": "dial", "reason": ""}}, "decided dial"),
        ({"error": "ImportModuleError"}, "it failed: ImportModuleError"),
        ({"milliseconds": 950.0}, "950.0 ms"),
    ],
)  # fmt: skip
def test_a_picker_that_replies_otherwise_is_told(
    scene: Scene, spoil: dict[str, Any], words: str
) -> None:
    for name, value in spoil.items():
        setattr(scene, name, value)

    found = scene.found("picker, dry run")

    assert found.state is State.WRONG
    assert words in found.seen


def test_a_flow_that_somebody_changed_is_told_by_its_blocks(scene: Scene) -> None:
    flow = scene.instance.flows[scene.flow]
    content = json.loads(flow.content)
    asking = next(one for one in content["Actions"] if one["Type"] == "InvokeLambdaFunction")
    asking["Parameters"]["InvocationTimeLimitSeconds"] = "8"
    flow.content = json.dumps(content)

    found = scene.found("flow of sales")

    assert found.state is State.WRONG
    assert asking["Identifier"] in found.seen


def test_where_blocks_are_drawn_and_their_order_are_no_difference(scene: Scene) -> None:
    content = json.loads(scene.instance.flows[scene.flow].content)
    moved = {**content, "Metadata": {"x": 1}, "Actions": content["Actions"][::-1]}

    assert differences(json.dumps(moved), json.dumps(content)) == []
    assert differences("not a flow", json.dumps(content)) == ["its content, which cannot be read"]


def test_a_flow_that_is_gone_and_one_never_published_are_told(scene: Scene) -> None:
    scene.instance.flows[scene.flow].published = False
    assert "never published" in scene.found("flow of sales").seen

    del scene.instance.flows[scene.flow]
    assert "is not there" in scene.found("flow of sales").seen


def test_a_queue_with_another_number_is_told(scene: Scene) -> None:
    other = scene.instance.numbers.add("+12065550111")
    scene.instance.queues[scene.queue].caller["OutboundCallerIdNumberId"] = other

    found = scene.found("queue sales")

    assert found.state is State.WRONG
    assert found.seen == "number is +12065550111 instead of +12065550100"


def test_a_function_that_the_instance_does_not_list_is_told(scene: Scene) -> None:
    listed = scene.instance.around.functions
    listed.remove(next(arn for arn in listed if arn.endswith(":live")))

    assert scene.found("the instance lists the picker").state is State.WRONG
    assert scene.found("the instance lists the stopper").state is State.OK


def test_a_right_of_another_instance_is_none(scene: Scene) -> None:
    client = scene.client("lambda")
    name = next(one["FunctionName"] for one in client.list_functions()["Functions"]
                if "StopContact" in one["FunctionName"])  # fmt: skip
    client.remove_permission(FunctionName=name, StatementId="connect")
    assert scene.found("right to invoke the stopper").seen == "given to no instance"

    other = HOME.replace("1111", "9999")
    client.add_permission(
        FunctionName=name, StatementId="connect", Action="lambda:InvokeFunction",
        Principal="connect.amazonaws.com", SourceArn=other,
    )  # fmt: skip
    found = scene.found("right to invoke the stopper")
    assert (found.state, found.seen) == (State.WRONG, f"given to {other}")


def test_an_alias_that_leads_to_no_version_is_told(scene: Scene) -> None:
    client = scene.client("lambda")
    name = next(one["FunctionName"] for one in client.list_functions()["Functions"]
                if "PickCallerId" in one["FunctionName"])  # fmt: skip
    client.update_alias(FunctionName=name, Name="live", FunctionVersion="$LATEST")

    assert scene.found("picker's alias").state is State.WRONG


@pytest.mark.parametrize(
    ("count", "sequence", "published", "words"),
    [(0, 2, 2, "0 numbers"), (40, 2, 1, "older than the last upload"), (0, 0, 0, "ever uploaded")],
)
def test_a_directory_that_helps_no_call_is_told(
    scene: Scene, count: int, sequence: int, published: int, words: str
) -> None:
    head_of_pool(scene.session, count, sequence=sequence, published=published)

    found = scene.found("directory of all")

    assert found.state is State.WRONG
    assert words in found.seen


def test_alarms_that_ring_or_have_no_data_are_told(scene: Scene) -> None:
    client = scene.client("cloudwatch")

    client.set_alarm_state(AlarmName="exhausted", StateValue="ALARM", StateReason="x")
    found = scene.found("alarm exhausted")
    assert found.state is State.WRONG
    assert "Every number was at its limit." in found.fix

    client.delete_alarms(AlarmNames=["exhausted"])
    assert scene.found("alarm exhausted").seen == "it is not there"


def test_a_deployment_that_is_not_there_is_told_and_hinders_no_other_check(scene: Scene) -> None:
    scene.client("cloudformation").delete_stack(StackName="LocalPresence-example-Calling")

    found = {one.check: one for one in scene.look()}

    assert found["stack Calling"].state is State.WRONG
    assert found["stack NumberPool"].state is State.OK
    assert found["directory of all"].state is State.OK
    assert found["queue sales"].state is State.OK


def test_what_credentials_may_not_see_is_unknown(scene: Scene) -> None:
    def refuse(asked: Asked) -> None:
        if asked.name == "ListLambdaFunctions":
            raise Refused("AccessDeniedException", "no")

    scene.instance.before = refuse

    found = scene.found("functions of the instance")

    assert found.state is State.UNKNOWN
    assert "AccessDeniedException" in found.seen


def test_the_command_tells_each_check_and_ends_with_3_where_one_is_wrong(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    account = aws.Account(scene.heard(), f"arn:aws:iam::{ACCOUNT}:user/ada")
    monkeypatch.setattr(aws, "account_of", lambda *_: account)
    monkeypatch.setattr(smoke_command, "Pace", lambda: scene.pace)
    arguments = ["smoke", "--config", str(scene.file), "--endpoint", scene.address]
    scene.client("cloudwatch").set_alarm_state(
        AlarmName="exhausted", StateValue="ALARM", StateReason="x"
    )

    code = main([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)

    assert code == 3
    assert told["wrong"] >= 1
    states = {one["check"]: one["state"] for one in told["findings"]}
    assert states["alarm exhausted"] == "wrong"
    assert states["queue sales"] == "ok"

    assert main(arguments) == 3
    assert "alarm exhausted" in capsys.readouterr().out
