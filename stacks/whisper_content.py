"""The content of a queue's whisper flow, from its config. Without the CDK: a plan asks for it."""

from flows.rendering import OUTBOUND_WHISPER, render
from flows.voice import Voice, speaking
from stacks.config import OnFailure, Queue


def whisper_content(key: str, queue: Queue, picker_arn: str, stopper_arn: str) -> str:
    """flows/outbound_whisper.json with the settings of a queue in its holes."""
    voices = (("Agent", queue.recording.agent), ("Customer", queue.recording.customer))
    holes: dict[str, str | list[str]] = {
        "PICKER_ARN": picker_arn,
        "STOPPER_ARN": stopper_arn,
        "QUEUE": key,
        "LOGGING": "Enabled" if queue.flow_logging else "Disabled",
        "RECORDED_PARTICIPANTS": [name for name, recorded in voices if recorded],
        "ANALYTICS_ENABLED": str(queue.analytics.enabled),
        "ANALYTICS_LANGUAGE": queue.analytics.language,
        "CHANNELS_BLOCKED_ON_ERROR": "VOICE" if queue.when_failing is OnFailure.BLOCK else "NONE",
    }
    voice = queue.voice
    return speaking(
        render(OUTBOUND_WHISPER, holes),
        Voice(voice.name, voice.engine, voice.style) if voice else None,
    )
