"""Queues of a living instance: taken over, deployed again, changed by others, and let go."""

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.connect.pace import PER_SECOND
from lambdas.wiring import adopting
from local.adoption_rounds import History
from local.adoption_stage import (
    MOMENTS,
    PROMPT,
    RECORDING,
    Crash,
    Deployment,
    Dying,
    deployed,
    wanted,
    whisper,
)
from tests.conftest import MakeTables

WRITES = "UpdateQueueOutboundCallerConfig"


@pytest.fixture
def deploy(dynamodb_local: str, make_tables: MakeTables) -> Iterator[Deployment]:
    with deployed(dynamodb_local, make_tables().number_pool) as deployment:
        yield deployment


@pytest.fixture
def old(deploy: Deployment) -> dict[str, str]:
    """What the queue had before we came."""
    return {
        "OutboundCallerIdName": "Sales dept",
        "OutboundCallerIdNumberId": deploy.instance.numbers.add("+12065550100"),
        "OutboundFlowId": deploy.instance.add_flow("Old whisper", whisper(RECORDING)),
    }


@pytest.fixture
def ours(deploy: Deployment) -> str:
    return deploy.instance.add_flow("LocalPresence-example-Calling sales", whisper(RECORDING))


@pytest.fixture
def queue(deploy: Deployment, old: dict[str, str]) -> str:
    return deploy.instance.add_queue("Outbound sales", **old)


def _caller(deploy: Deployment, queue: str) -> dict[str, str]:
    return dict(deploy.instance.queues[queue].caller)


def _writes(deploy: Deployment) -> int:
    return deploy.instance.asked.count(WRITES)


def test_a_queue_gets_name_and_whisper_and_keeps_its_number(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    answer = deploy("Create", [wanted(queue, ours)])

    assert answer["Status"] == "SUCCESS", answer
    assert _caller(deploy, queue) == {
        "OutboundCallerIdName": "Example Sales",
        "OutboundCallerIdNumberId": old["OutboundCallerIdNumberId"],
        "OutboundFlowId": ours,
    }
    assert _writes(deploy) == 1


def test_arns_of_the_template_become_the_ids_that_connect_tells(
    deploy: Deployment, queue: str, ours: str
) -> None:
    numbers = deploy.instance.numbers
    number = numbers.add("+12065550101")
    arn = deploy.instance.arn_of

    answer = deploy(
        "Create",
        [
            wanted(
                arn("queue", queue), arn("contact-flow", ours),
                Number=numbers.arn_of(numbers.held[number]),
            )
        ],
    )  # fmt: skip

    assert answer["Status"] == "SUCCESS", answer
    assert _caller(deploy, queue)["OutboundCallerIdNumberId"] == number
    assert deploy("Update", [wanted(queue, ours, Number=number)])["Status"] == "SUCCESS"
    assert _writes(deploy) == 1


def test_two_deployments_in_a_row_change_nothing_and_keep_the_physical_id(
    deploy: Deployment, queue: str, ours: str
) -> None:
    first = deploy("Create", [wanted(queue, ours)])
    before = len(deploy.instance.asked)

    second = deploy("Update", [wanted(queue, ours)])

    assert second["Status"] == "SUCCESS"
    assert second["PhysicalResourceId"] == first["PhysicalResourceId"]
    assert deploy.instance.asked[before:] == ["DescribeQueue"]


def test_a_queue_that_is_let_go_has_exactly_what_it_had(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    number = deploy.instance.numbers.add("+12065550101")
    deploy("Create", [wanted(queue, ours, Number=number)])
    deploy("Update", [wanted(queue, ours, Number=number, CallerIdName="Example")])

    assert deploy("Delete")["Status"] == "SUCCESS"

    assert _caller(deploy, queue) == old
    assert adopting.adopter(deploy.instance.arn, "", lambda: 900).adoptions.all() == {}


def test_a_stack_of_a_list_knows_of_no_other_stacks_queues(
    deploy: Deployment, queue: str, ours: str
) -> None:
    other = deploy.instance.add_queue(
        "Other",
        OutboundCallerIdName="Others",
        OutboundCallerIdNumberId=deploy.instance.numbers.add("+12065550101"),
        OutboundFlowId=deploy.instance.add_flow("Others' whisper", whisper(RECORDING)),
    )
    had = dict(_caller(deploy, other))
    first = deploy("Create", [wanted(queue, ours)])
    taken = dict(_caller(deploy, queue))

    second = deploy.of_list("Create", [wanted(other, ours)])
    assert second["Status"] == "SUCCESS", second
    assert second["PhysicalResourceId"] == f"{first['PhysicalResourceId']}/Queues-agents"
    assert _caller(deploy, queue) == taken
    assert _caller(deploy, other)["OutboundFlowId"] == ours

    assert deploy("Delete")["Status"] == "SUCCESS"
    assert _caller(deploy, other)["OutboundFlowId"] == ours
    assert deploy.of_list("Update", [])["Status"] == "SUCCESS"
    assert _caller(deploy, other) == had


def test_a_number_that_leaves_the_config_goes_for_the_one_that_the_queue_had(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    number = deploy.instance.numbers.add("+12065550101")
    deploy("Create", [wanted(queue, ours, Number=number)])

    assert deploy("Update", [wanted(queue, ours)])["Status"] == "SUCCESS"

    own = old["OutboundCallerIdNumberId"]
    assert _caller(deploy, queue)["OutboundCallerIdNumberId"] == own


def test_a_queue_is_never_left_without_a_number_while_it_is_ours(
    deploy: Deployment, ours: str
) -> None:
    bare = deploy.instance.add_queue("Bare")
    number = deploy.instance.numbers.add("+12065550101")
    deploy("Create", [wanted(bare, ours, Number=number)])

    deploy("Update", [wanted(bare, ours)])

    assert _caller(deploy, bare)["OutboundCallerIdNumberId"] == number


def test_a_queue_that_had_no_whisper_and_no_name_has_none_again(
    deploy: Deployment, ours: str
) -> None:
    number = deploy.instance.numbers.add("+12065550102")
    plain = deploy.instance.add_queue("Plain", OutboundCallerIdNumberId=number)
    deploy("Create", [wanted(plain, ours)])

    deploy("Delete")

    assert _caller(deploy, plain) == {"OutboundCallerIdNumberId": number}


def test_a_queue_without_a_number_is_refused_unless_the_config_gives_one(
    deploy: Deployment, ours: str
) -> None:
    bare = deploy.instance.add_queue("Bare")
    number = deploy.instance.numbers.add("+12065550102")

    refused = deploy("Create", [wanted(bare, ours)])
    taken = deploy("Create", [wanted(bare, ours, Number=number)])
    deploy("Delete")

    assert refused["Status"] == "FAILED"
    assert "queues.sales.default_number" in refused["Reason"]
    assert taken["Status"] == "SUCCESS"
    assert _caller(deploy, bare) == {}


def test_a_queue_that_leaves_the_config_is_given_back_and_the_others_stay(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    other = deploy.instance.add_queue("Other", **old)
    both = [wanted(queue, ours), wanted(other, ours, Key="other")]
    deploy("Create", both)

    answer = deploy("Update", both[1:])

    assert answer["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == old
    assert _caller(deploy, other)["OutboundFlowId"] == ours


@pytest.mark.parametrize(
    "field", ["OutboundCallerIdName", "OutboundCallerIdNumberId", "OutboundFlowId"]
)
def test_what_somebody_else_changed_stays_theirs_and_the_rest_is_given_back(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str], field: str
) -> None:
    deploy("Create", [wanted(queue, ours, Number=deploy.instance.numbers.add("+12065550103"))])
    theirs = {
        "OutboundCallerIdName": "Winter sale",
        "OutboundCallerIdNumberId": deploy.instance.numbers.add("+12065550104"),
        "OutboundFlowId": deploy.instance.add_flow("Theirs", whisper(RECORDING)),
    }
    deploy.instance.queues[queue].caller[field] = theirs[field]

    deploy("Delete")

    assert _caller(deploy, queue) == {**old, field: theirs[field]}


def test_a_deployment_after_somebody_elses_change_gives_back_theirs_not_the_older_one(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    deploy("Create", [wanted(queue, ours)])
    theirs = deploy.instance.add_flow("Theirs", whisper(RECORDING))
    deploy.instance.queues[queue].caller["OutboundFlowId"] = theirs

    deploy("Update", [wanted(queue, ours)])
    assert _caller(deploy, queue)["OutboundFlowId"] == ours
    deploy("Delete")

    assert _caller(deploy, queue) == {**old, "OutboundFlowId": theirs}


def test_a_whisper_with_blocks_that_ours_lacks_is_refused_by_name_and_nothing_is_changed(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    crm = {
        "Type": "InvokeLambdaFunction",
        "Parameters": {
            "LambdaFunctionARN": "arn:aws:lambda:us-east-1:111122223333:function:crm-lookup",
            "InvocationTimeLimitSeconds": "3",
        },
        "Errors": ["NoMatchingError"],
    }
    rich = deploy.instance.add_flow("Rich", whisper(RECORDING, crm, PROMPT))
    other = deploy.instance.add_queue("Rich", **{**old, "OutboundFlowId": rich})

    answer = deploy("Create", [wanted(queue, ours), wanted(other, ours, Key="rich")])

    assert answer["Status"] == "FAILED"
    assert "rich: Its whisper flow does what ours does not" in answer["Reason"]
    assert "InvokeLambdaFunction crm-lookup, MessageParticipant" in answer["Reason"]
    assert _writes(deploy) == 0
    assert _caller(deploy, queue) == old


def test_recording_that_the_config_does_not_mention_is_not_lost(
    deploy: Deployment, queue: str, ours: str
) -> None:
    silent = {**wanted(queue, ours)["WhisperSettings"], "recording": "nobody"}

    unsaid = deploy("Create", [wanted(queue, ours, WhisperSettings=silent)])
    said = deploy("Create", [wanted(queue, ours, WhisperSettings=silent, Said=["recording"])])

    assert unsaid["Status"] == "FAILED"
    assert "recording: {agent: true, customer: true}" in unsaid["Reason"]
    assert said["Status"] == "SUCCESS"


def test_a_queue_that_a_stack_made_is_refused_for_the_stack_would_delete_it(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    deploy.instance.queues[queue].tags["local-presence"] = "example"

    answer = deploy("Create", [wanted(queue, ours)])

    assert answer["Status"] == "FAILED"
    assert "made by the stack of the environment example" in answer["Reason"]
    assert _caller(deploy, queue) == old


def test_a_number_of_another_instance_is_refused(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    other = deploy.instance.arn.replace("1111", "9999")
    foreign = deploy.instance.numbers.add("+12065550105", other)

    answer = deploy("Create", [wanted(queue, ours, Number=foreign)])

    assert answer["Status"] == "FAILED"
    assert "is not one of this instance" in answer["Reason"]
    assert _caller(deploy, queue) == old


def test_a_number_of_the_instances_distribution_group_is_taken(
    deploy: Deployment, queue: str, ours: str
) -> None:
    group = "arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/abc"
    deploy.instance.groups.append(group)
    number = deploy.instance.numbers.add("+12065550105", group)

    answer = deploy("Create", [wanted(queue, ours, Number=number)])

    assert answer["Status"] == "SUCCESS", answer


def test_a_queue_that_is_not_there_is_refused_and_one_that_went_is_forgotten(
    deploy: Deployment, queue: str, ours: str
) -> None:
    refused = deploy("Create", [wanted("no-such-queue", ours)])
    deploy("Create", [wanted(queue, ours)])
    del deploy.instance.queues[queue]
    gone = deploy("Delete")

    assert "the instance has no queue no-such-queue" in refused["Reason"]
    assert gone["Status"] == "SUCCESS"


def test_a_former_whisper_that_is_gone_is_not_given_back(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    number = deploy.instance.numbers.add("+12065550106")
    deploy("Create", [wanted(queue, ours, Number=number)])
    del deploy.instance.flows[old["OutboundFlowId"]]
    del deploy.instance.numbers.held[old["OutboundCallerIdNumberId"]]

    answer = deploy("Delete")

    assert answer["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == {
        "OutboundCallerIdName": "Sales dept",
        "OutboundCallerIdNumberId": number,
    }


def test_a_failed_update_is_undone_by_the_rollback(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    deploy("Create", [wanted(queue, ours)])
    after_first = _caller(deploy, queue)
    bad = deploy.instance.add_queue("Bad", **old)
    new = [wanted(queue, ours, CallerIdName="New name"), wanted(bad, "no-such-flow", Key="bad")]

    failed = deploy("Update", new)
    rolled_back = deploy("Update", [wanted(queue, ours)])

    assert failed["Status"] == "FAILED"
    assert rolled_back["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == after_first
    assert _caller(deploy, bad) == old
    assert deploy("Delete")["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == old


def _rich(deploy: Deployment) -> str:
    return deploy.instance.add_flow("Rich", whisper(RECORDING, PROMPT))


def test_a_rollback_after_somebody_elses_change_leaves_theirs_and_does_not_fail(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    """A rollback that fails leaves a stack that takes no further update."""
    other = deploy.instance.add_queue("Other", **old)
    first = [wanted(queue, ours), wanted(other, ours, Key="other")]
    deploy("Create", first)
    theirs = {**_caller(deploy, queue), "OutboundFlowId": _rich(deploy)}
    deploy.instance.queues[queue].caller = dict(theirs)

    failed = deploy("Update", [wanted(queue, ours, CallerIdName="New"), first[1]])
    rolled_back = deploy("Update", first)

    assert failed["Status"] == "FAILED"
    assert "MessageParticipant" in failed["Reason"]
    assert rolled_back["Status"] == "SUCCESS", rolled_back["Reason"]
    assert _caller(deploy, queue) == theirs
    assert _caller(deploy, other)["OutboundFlowId"] == ours
    assert deploy("Update", [wanted(queue, ours, CallerIdName="New")])["Status"] == "FAILED"
    assert deploy("Delete")["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == {**old, "OutboundFlowId": theirs["OutboundFlowId"]}


def test_a_queue_that_was_deleted_stops_an_update_and_not_its_rollback(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    other = deploy.instance.add_queue("Other", **old)
    first = [wanted(queue, ours), wanted(other, ours, Key="other")]
    deploy("Create", first)
    del deploy.instance.queues[queue]

    failed = deploy("Update", [first[0], wanted(other, ours, Key="other", CallerIdName="New")])
    rolled_back = deploy("Update", first)
    without = deploy("Update", first[1:])

    assert failed["Status"] == "FAILED"
    assert rolled_back["Status"] == "SUCCESS"
    assert without["Status"] == "SUCCESS"
    assert deploy("Delete")["Status"] == "SUCCESS"
    assert _caller(deploy, other) == old


def test_what_was_let_go_is_forgotten_and_the_next_create_is_judged(
    deploy: Deployment, queue: str, ours: str
) -> None:
    deploy("Create", [wanted(queue, ours)])
    deploy("Delete")
    deploy.instance.queues[queue].caller["OutboundFlowId"] = _rich(deploy)

    assert deploy("Create", [wanted(queue, ours)])["Status"] == "FAILED"


def test_a_number_that_was_released_is_refused_before_anything_is_changed(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    other = deploy.instance.add_queue(
        "Other", OutboundCallerIdNumberId=deploy.instance.numbers.add("+12065550107")
    )
    del deploy.instance.numbers.held[old["OutboundCallerIdNumberId"]]

    refused = deploy("Create", [wanted(other, ours, Key="other"), wanted(queue, ours)])

    assert refused["Status"] == "FAILED"
    assert "not one of this instance any more" in refused["Reason"]
    assert _writes(deploy) == 0
    assert deploy("Delete")["Status"] == "SUCCESS", "CloudFormation deletes what it could not make"


def test_a_queue_whose_numbers_are_all_released_is_given_back_without_one(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    deploy("Create", [wanted(queue, ours)])
    deploy.instance.numbers.held.clear()

    assert deploy("Delete")["Status"] == "SUCCESS"

    assert _caller(deploy, queue) == {
        "OutboundCallerIdName": "Sales dept",
        "OutboundFlowId": old["OutboundFlowId"],
    }


def test_a_former_whisper_that_connect_takes_no_more_is_left_out(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    deploy("Create", [wanted(queue, ours)])
    deploy.instance.flows[old["OutboundFlowId"]].kind = "CUSTOMER_WHISPER"

    assert deploy("Delete")["Status"] == "SUCCESS"

    assert _caller(deploy, queue) == {
        "OutboundCallerIdName": "Sales dept",
        "OutboundCallerIdNumberId": old["OutboundCallerIdNumberId"],
    }


def test_a_queue_that_another_environment_took_over_is_refused_and_stays_with_it(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    """The other's whisper asks the other's picker, which ours does not."""
    asking = {
        "Type": "InvokeLambdaFunction",
        "Parameters": {
            "LambdaFunctionARN": "arn:aws:lambda:us-east-1:111122223333:function:Theirs:live",
            "InvocationTimeLimitSeconds": "2",
        },
        "Errors": ["NoMatchingError"],
    }
    theirs = {**old, "OutboundFlowId": deploy.instance.add_flow("Theirs", whisper(asking))}
    deploy.instance.queues[queue].caller = dict(theirs)

    refused = deploy("Create", [wanted(queue, ours)])

    assert refused["Status"] == "FAILED"
    assert "Theirs" in refused["Reason"]
    assert deploy("Delete")["Status"] == "SUCCESS"
    assert _caller(deploy, queue) == theirs


def test_another_instance_in_the_config_gives_the_old_ones_queues_back(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    """Another physical id: CloudFormation then deletes the old one, with its old properties."""
    created = deploy("Create", [wanted(queue, ours)])
    properties = {"Environment": "example", "WhisperDoes": [], "Queues": []}
    other = deploy.instance.arn.replace("11111111-", "99999999-")

    updated = deploy.send("Update", {**properties, "InstanceArn": other})
    deploy("Delete")

    assert updated["PhysicalResourceId"] != created["PhysicalResourceId"]
    assert _caller(deploy, queue) == old


def test_sixty_queues_stay_within_connects_rate(deploy: Deployment, ours: str) -> None:
    number = deploy.instance.numbers.add("+12065550100")
    queues = [
        deploy.instance.add_queue(f"Queue {n}", OutboundCallerIdNumberId=number) for n in range(60)
    ]

    answer = deploy("Create", [wanted(queue, ours, Key=f"q{n}") for n, queue in enumerate(queues)])

    assert answer["Status"] == "SUCCESS", answer
    assert deploy.instance.buckets.refused == 0
    assert deploy.time.monotonic() == pytest.approx(len(deploy.instance.asked) / PER_SECOND, abs=1)
    assert deploy.time.monotonic() < 15 * 60


def test_others_who_use_up_the_rate_are_waited_for(
    deploy: Deployment, queue: str, ours: str
) -> None:
    for operation in ("DescribeQueue", WRITES):
        while deploy.instance.buckets.take(operation):
            pass
    refused = deploy.instance.buckets.refused

    answer = deploy("Create", [wanted(queue, ours)])

    assert answer["Status"] == "SUCCESS", answer
    assert deploy.instance.buckets.refused > refused


def test_an_endless_throttling_ends_in_an_answer_before_the_function_does(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str]
) -> None:
    def busy(operation: str) -> bool:
        return False

    deploy.instance.buckets.take = busy  # type: ignore[method-assign]

    answer = deploy("Create", [wanted(queue, ours)])

    assert answer["Status"] == "FAILED"
    assert "ThrottlingException" in answer["Reason"]
    assert _caller(deploy, queue) == old


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("kind", ["Create", "Update", "Delete"])
def test_a_crash_between_any_two_calls_is_made_good_by_a_retry_and_by_a_rollback(
    deploy: Deployment, queue: str, ours: str, old: dict[str, str], kind: str, moment: str
) -> None:
    """Each step is one more call in; after the last no crash is left to happen."""
    new_flow = deploy.instance.add_flow("Ours, made anew", whisper(RECORDING))
    first = [wanted(queue, ours)]
    second = [wanted(queue, new_flow, CallerIdName="Example")]
    for retried in (True, False):
        for call in range(1, 40):
            deploy.instance.queues[queue].caller = dict(old)
            if kind != "Create":
                assert deploy("Create", first)["Status"] == "SUCCESS"
            request = {"Create": first, "Update": second, "Delete": []}[kind]
            try:
                with Dying(call, moment).watching():
                    deploy(kind, request)
                crashed = False
            except Crash:
                crashed = True
            if retried:
                assert deploy(kind, request)["Status"] == "SUCCESS"
            if kind == "Update" and not retried:
                assert deploy("Update", first)["Status"] == "SUCCESS"
                assert _caller(deploy, queue)["OutboundFlowId"] == ours
            elif kind != "Delete" and retried:
                flow = ours if kind == "Create" else new_flow
                assert _caller(deploy, queue)["OutboundFlowId"] == flow
            assert deploy("Delete")["Status"] == "SUCCESS"
            assert _caller(deploy, queue) == old, (kind, moment, call, retried)
            if not crashed:
                break
        else:
            raise AssertionError("the function never came to its end")
        assert call > 3


def test_what_connect_clears_without_saying_so_is_noticed(
    deploy: Deployment, queue: str, ours: str
) -> None:
    original = deploy.instance.answer

    def forgetful(asked: Any) -> dict[str, Any]:
        answer = original(asked)
        if asked.name == WRITES:
            deploy.instance.queues[queue].caller.pop("OutboundFlowId")
        return answer

    deploy.instance.answer = forgetful  # type: ignore[method-assign]

    answer = deploy("Create", [wanted(queue, ours)])

    assert answer["Status"] == "FAILED"
    assert "tells flow '' instead of" in answer["Reason"]


def test_the_fake_refuses_what_the_model_does_not_allow(deploy: Deployment, queue: str) -> None:
    client = adopting.connect()
    too_long = "x" * 256

    with pytest.raises(ClientError, match=r"InvalidParameterException.*over 255"):
        client.update_queue_outbound_caller_config(
            InstanceId=deploy.instance.id,
            QueueId=queue,
            OutboundCallerConfig={"OutboundCallerIdName": too_long},
        )


@pytest.mark.parametrize("seed", range(1000, 1004))
def test_any_history_ends_with_the_last_values_that_were_not_ours(
    deploy: Deployment, seed: int
) -> None:
    played = History(deploy, seed).play(steps=8)

    assert not played.wrong
    assert played.deployed
