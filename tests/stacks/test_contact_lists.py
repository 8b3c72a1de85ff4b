"""Contact lists: what feeds the checker, what the state machine says, and who may do what."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.stacks.synthesis import Synthesised

READ_ITEMS = "arn:aws:states:::s3:getObject"


def _definition(app: Synthesised) -> Any:
    machine = app.one("AWS::StepFunctions::StateMachine", "ContactListsMap")["Properties"]
    return json.loads(app.named(machine["DefinitionString"]))


def test_lists_reach_the_checker_one_by_one(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "ContactListsQueueRule")["Properties"]
    feed = shipped.one("AWS::Lambda::EventSourceMapping", "ContactListsQueueFeed")["Properties"]

    assert rule["EventPattern"]["detail"]["object"]["key"] == [{"prefix": "lists/"}]
    assert shipped.named(feed["FunctionName"]) == "ContactListsCheckContactsFunction"
    assert feed["BatchSize"] == 1


@pytest.mark.parametrize(
    ("function", "module", "megabytes", "storage"),
    [
        ("CheckContacts", "handler", 3008, 4096),
        ("SplitContacts", "splitter", 1792, 10240),
        ("CheckChunk", "chunk", 1792, None),
        ("GatherContacts", "gatherer", 1792, 10240),
        ("RecheckContacts", "rechecker", 512, None),
    ],
)
def test_each_step_runs_the_same_code_with_its_own_handler(
    shipped: Synthesised, function: str, module: str, megabytes: int, storage: int | None
) -> None:
    properties = shipped.one("AWS::Lambda::Function", f"ContactLists{function}")["Properties"]
    first = shipped.one("AWS::Lambda::Function", "ContactListsCheckContacts")["Properties"]

    assert properties["Handler"] == f"lambdas.check_contacts.{module}.handler"
    assert properties["Code"] == first["Code"]
    assert properties["Timeout"] == 900
    assert properties["MemorySize"] == megabytes
    assert properties.get("EphemeralStorage", {}).get("Size") == storage


def test_the_state_machine_maps_over_the_list_of_chunks(shipped: Synthesised) -> None:
    states = _definition(shipped)["States"]
    each = states["CheckEach"]

    assert each["ItemReader"]["Resource"] == READ_ITEMS
    assert each["ItemReader"]["ReaderConfig"] == {"InputType": "JSON"}
    assert each["ItemReader"]["Parameters"] == {"Bucket": "UploadsBucket", "Key.$": "$.chunks"}
    assert each["ItemProcessor"]["ProcessorConfig"]["Mode"] == "DISTRIBUTED"
    assert each["MaxConcurrency"] == 20
    assert each["ResultPath"] is None
    invoked = [
        states["Split"]["Parameters"]["FunctionName"],
        each["ItemProcessor"]["States"]["Check"]["Parameters"]["FunctionName"],
        states["Gather"]["Parameters"]["FunctionName"],
    ]
    assert invoked == [
        f"ContactLists{name}Function.Arn"
        for name in ("SplitContacts", "CheckChunk", "GatherContacts")
    ]


def test_what_fails_is_tried_again_and_never_caught(shipped: Synthesised) -> None:
    """A caught error could not be redriven where it happened."""
    text = json.dumps(_definition(shipped))

    assert '"Catch"' not in text
    assert text.count('"Retry"') == 3
    assert "ToleratedFailure" not in text


def test_the_machines_log_holds_steps_and_no_data(shipped: Synthesised) -> None:
    machine = shipped.one("AWS::StepFunctions::StateMachine", "ContactListsMap")["Properties"]

    assert machine["LoggingConfiguration"]["Level"] == "ALL"
    assert machine["LoggingConfiguration"]["IncludeExecutionData"] is False
    assert machine["TracingConfiguration"] == {"Enabled": True}


def test_the_machine_may_do_what_its_states_do_and_run_its_own_map(shipped: Synthesised) -> None:
    found: dict[str, set[str]] = {}
    for name in ("ContactListsMapGrants", "ContactListsMapRunMap"):
        policy = shipped.one("AWS::IAM::Policy", name)["Properties"]["PolicyDocument"]
        for statement in policy["Statement"]:
            actions, resources = statement["Action"], statement["Resource"]
            for resource in resources if isinstance(resources, list) else [resources]:
                allowed = found.setdefault(shipped.named(resource), set())
                allowed.update([actions] if isinstance(actions, str) else actions)

    logs_and_traces = found.pop("*")
    assert {action.split(":")[0] for action in logs_and_traces} == {"logs", "xray"}
    children = next(name for name in found if ":execution:" in name)
    assert children.endswith(":execution:ContactListsMapMachine.Name/*")
    assert found == {
        "ContactListsSplitContactsFunction.Arn": {"lambda:InvokeFunction"},
        "ContactListsCheckChunkFunction.Arn": {"lambda:InvokeFunction"},
        "ContactListsGatherContactsFunction.Arn": {"lambda:InvokeFunction"},
        "UploadsBucket.Arn/checks/*/chunks.json": {"s3:GetObject"},
        "Key.Arn": {"kms:Decrypt", "kms:DescribeKey"},
        "ContactListsMapMachine.Arn": {"states:StartExecution"},
        children: {
            "states:DescribeExecution", "states:StopExecution", "states:RedriveExecution",
        },
    }  # fmt: skip


def test_lists_that_are_due_again_are_looked_for_every_day(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "ContactListsDueAgain")["Properties"]
    retries = shipped.one("AWS::Lambda::EventInvokeConfig", "ContactListsDueAgain")["Properties"]

    assert rule["ScheduleExpression"] == "rate(1 day)"
    (target,) = rule["Targets"]
    assert shipped.named(target["Arn"]) == "ContactListsRecheckContactsFunction.Arn"
    assert shipped.named(target["DeadLetterConfig"]["Arn"]) == "ContactListsQueueFailures.Arn"
    assert retries["MaximumRetryAttempts"] == 2


def test_without_the_module_there_is_nothing_of_it(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("without_modules")

    assert not app.of_type("AWS::StepFunctions::StateMachine")
    assert not [name for name in app.of_type("AWS::Lambda::Function") if "ContactLists" in name]
