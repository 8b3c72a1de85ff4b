"""What the custom resource is told of the queues that it takes over. Without the CDK."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lambdas.domain.whisper import Whisper
from stacks.config import Queue

_ASKED = "InvokeLambdaFunction"


def queue_properties(
    key: str, queue: Queue, whisper: Whisper, *, number_arn: str, flow_arn: str
) -> dict[str, Any]:
    """One queue: what it gets, and which settings of its whisper the config states."""
    assert queue.existing is not None  # noqa: S101 - the caller looked
    settings = {setting.value: value for setting, value in whisper.settings.items()}
    return {
        "Key": key,
        "Name": queue.name,
        "Queue": queue.existing.queue_id,
        "CallerIdName": queue.caller_id_name,
        "Number": number_arn,
        "Flow": flow_arn,
        "WhisperSettings": settings,
        "Said": sorted(queue.model_fields_set & {*settings, "voice"}),
    }


def properties(
    environment: str,
    instance_arn: str,
    whispers: Iterable[Whisper],
    queues: Sequence[Mapping[str, Any]],
    scope: str = "",
) -> dict[str, Any]:
    """The whole request of one stack (`scope`; "" for the first). The functions that our flows ask
    are ours: no flow there asks them."""
    does = {deed for whisper in whispers for deed in whisper.does if not deed.startswith(_ASKED)}
    return ({"Scope": scope} if scope else {}) | {
        "Environment": environment,
        "InstanceArn": instance_arn,
        "WhisperDoes": sorted(does),
        "Queues": list(queues),
    }
