"""An outbound queue with its name, its number and its whisper: Connect needs all three."""

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from constructs import Construct

from stacks.config import DefaultNumber, Queue
from stacks.constructs.whisper_flow import Callees, WhisperFlow


class ConnectQueue(Construct):
    """A queue of the instance; `key` is our name for it, kept as metadata of the template."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        queue: Queue,
        instance_arn: str,
        hours_arn: str,
        callees: Callees,
    ) -> None:
        super().__init__(scope, construct_id)
        whisper = WhisperFlow(
            self, "Whisper", key=key, queue=queue, instance_arn=instance_arn, callees=callees
        )
        resource = connect.CfnQueue(
            self,
            "Queue",
            instance_arn=instance_arn,
            name=queue.name,
            description=queue.description,
            hours_of_operation_arn=hours_arn,
            outbound_caller_config=connect.CfnQueue.OutboundCallerConfigProperty(
                outbound_caller_id_name=queue.caller_id_name,
                outbound_caller_id_number_arn=number_arn(self, queue.default_number, instance_arn),
                outbound_flow_arn=whisper.arn,
            ),
        )
        resource.add_metadata("LocalPresence", {"queue": key})


def number_arn(scope: Construct, number: DefaultNumber | None, instance_arn: str) -> str:
    """The ARN of a queue's number, claimed in `scope` where the config asks for one.

    Empty where the queue keeps its own.
    """
    if number is None:
        return ""
    if number.arn is not None:
        return number.arn
    claim = number.claim
    assert claim is not None  # noqa: S101 - the config holds exactly one of the two
    claimed = connect.CfnPhoneNumber(
        scope,
        "Number",
        target_arn=instance_arn,
        country_code=claim.country,
        type=claim.type,
        prefix=claim.prefix,
    )
    # Connect limits claims and releases within 180 days: a number once held is kept.
    claimed.apply_removal_policy(cdk.RemovalPolicy.RETAIN, apply_to_update_replace_policy=True)
    return claimed.attr_phone_number_arn
