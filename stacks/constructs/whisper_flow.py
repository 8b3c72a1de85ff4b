"""The outbound whisper of one queue: it asks for the number and dials with it."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from constructs import Construct

from lambdas.domain.whisper import whisper_of
from stacks.config import Queue
from stacks.constructs.connect_invocation import ConnectInvocation
from stacks.whisper_content import whisper_content


@dataclass(frozen=True)
class Callees:
    """The functions that the flow invokes."""

    picker: ConnectInvocation
    stopper: ConnectInvocation


class WhisperFlow(Construct):
    """flows/outbound_whisper.json with the settings of a queue in its holes."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        queue: Queue,
        instance_arn: str,
        callees: Callees,
    ) -> None:
        super().__init__(scope, construct_id)
        content = whisper_content(key, queue, callees.picker.arn, callees.stopper.arn)
        flow = connect.CfnContactFlow(
            self,
            "Flow",
            instance_arn=instance_arn,
            name=f"{cdk.Stack.of(self).stack_name} {key}",
            description=f"Chooses the caller ID of {queue.name}"[:500],
            type="OUTBOUND_WHISPER",
            state="ACTIVE",
            content=content,
        )
        flow.node.add_dependency(callees.picker, callees.stopper)
        self.arn = flow.attr_contact_flow_arn
        self.whisper = whisper_of(content)
