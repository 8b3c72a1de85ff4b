"""The outbound whisper of one queue: it asks for the number and dials with it."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from constructs import Construct

from flows.rendering import OUTBOUND_WHISPER, render
from flows.voice import Voice, speaking
from lambdas.domain.whisper import whisper_of
from stacks.config import OnFailure, Queue
from stacks.constructs.connect_invocation import ConnectInvocation


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
        content = speaking(render(OUTBOUND_WHISPER, _holes(key, queue, callees)), _voice(queue))
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


def _voice(queue: Queue) -> Voice | None:
    voice = queue.voice
    return Voice(voice.name, voice.engine, voice.style) if voice else None


def _holes(key: str, queue: Queue, callees: Callees) -> dict[str, str | list[str]]:
    voices = (("Agent", queue.recording.agent), ("Customer", queue.recording.customer))
    return {
        "PICKER_ARN": callees.picker.arn,
        "STOPPER_ARN": callees.stopper.arn,
        "QUEUE": key,
        "LOGGING": "Enabled" if queue.flow_logging else "Disabled",
        "RECORDED_PARTICIPANTS": [name for name, recorded in voices if recorded],
        "ANALYTICS_ENABLED": str(queue.analytics.enabled),
        "ANALYTICS_LANGUAGE": queue.analytics.language,
        "CHANNELS_BLOCKED_ON_ERROR": "VOICE" if queue.when_failing is OnFailure.BLOCK else "NONE",
    }
