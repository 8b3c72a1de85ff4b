"""What an outbound whisper flow does besides dialling, as far as it can be read from its content.

Blocks that only steer (compare, loop, end) do nothing that could be missed. Four settings are ours
to set, by the config; everything else that a flow does is named.
"""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

_STEERING = frozenset({"Compare", "Loop", "EndFlowExecution", "CompleteOutboundCall"})


class WhisperSetting(StrEnum):
    """A setting of the whisper, by its key in the config."""

    RECORDING = "recording"
    ANALYTICS = "analytics"
    LOGGING = "flow_logging"
    VOICE = "voice"

    def as_config(self, value: str) -> str:
        """The line of the config that keeps a value of this setting."""
        if self is WhisperSetting.LOGGING:
            return f"flow_logging: {str(value == 'Enabled').lower()}"
        if self is WhisperSetting.ANALYTICS:
            return f"analytics: {{enabled: {str(value != 'off').lower()}" + (
                "}" if value == "off" else f", language: {value}}}"
            )
        if self is WhisperSetting.VOICE:
            keys = ("name", "engine", "style")
            return f"voice: {{{', '.join(map(': '.join, zip(keys, value.split(), strict=False)))}}}"
        voices = ("Agent", "Customer")
        parts = (f"{voice.lower()}: {str(voice in value).lower()}" for voice in voices)
        return f"recording: {{{', '.join(parts)}}}"


def named_setting(setting: WhisperSetting) -> str:
    """The setting in words."""
    return _NAMES[setting]


_NAMES = {
    WhisperSetting.RECORDING: "recording",
    WhisperSetting.ANALYTICS: "analytics",
    WhisperSetting.LOGGING: "flow logging",
    WhisperSetting.VOICE: "the voice",
}


class Whisper(NamedTuple):
    """What a flow does, in words that compare; and its settings, where it sets them."""

    does: frozenset[str]
    settings: Mapping[WhisperSetting, str]


def whisper_of(content: str) -> Whisper:
    """Read a flow's content. Raises ValueError for what is no flow."""
    flow = json.loads(content)
    if not isinstance(flow, dict) or not isinstance(flow.get("Actions"), list):
        raise ValueError("a flow is an object with a list of Actions")  # noqa: TRY004
    does: set[str] = set()
    settings: dict[WhisperSetting, set[str]] = {}
    for action in flow["Actions"]:
        kind, parameters = str(action.get("Type")), action.get("Parameters") or {}
        if kind in _SETTINGS:
            setting, read = _SETTINGS[kind]
            settings.setdefault(setting, set()).add(read(parameters))
            if kind == _RECORDING:
                settings.setdefault(WhisperSetting.ANALYTICS, set()).add(_analytics(parameters))
                does.update(_beyond_ours(parameters))
        elif kind not in _STEERING:
            does.update(_deeds(kind, parameters))
    return Whisper(
        frozenset(does) | {f"{named_setting(each)} in several ways" for each in _many(settings)},
        {each: values.pop() for each, values in settings.items() if len(values) == 1},
    )


def _many(settings: Mapping[WhisperSetting, set[str]]) -> Iterator[WhisperSetting]:
    yield from (each for each, values in settings.items() if len(values) > 1)


def _deeds(kind: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    """A block's type; with what it names, where ours has such blocks for other things."""
    if kind == "InvokeLambdaFunction":
        function = str(parameters.get("LambdaFunctionARN", "")).rpartition(":function:")[2]
        yield f"{kind} {function}"
    elif kind == "UpdateContactAttributes":
        yield from (f"{kind} {name}" for name in parameters.get("Attributes") or {})
    else:
        yield kind


_RECORDING = "UpdateContactRecordingBehavior"
_PARTS = ("Recording", "Analytics")


def _recording(parameters: Mapping[str, Any]) -> str:
    recorded = _part(parameters, "RecordingBehavior").get("RecordedParticipants") or []
    return " and ".join(sorted(map(str, recorded))) or "nobody"


def _analytics(parameters: Mapping[str, Any]) -> str:
    behavior = _part(parameters, "AnalyticsBehavior")
    enabled = str(behavior.get("Enabled", "False")) == "True"
    return str(behavior.get("AnalyticsLanguage", "")) if enabled else "off"


def _beyond_ours(parameters: Mapping[str, Any]) -> Iterator[str]:
    """What the block can and our config cannot say."""
    recording, behavior = (_part(parameters, f"{part}Behavior") for part in _PARTS)
    modes = _part(_part(behavior, "ChannelConfiguration"), "Voice").get("AnalyticsModes") or []
    found = {
        "screen recording": recording.get("ScreenRecordedParticipants"),
        "IVR recording": recording.get("IVRRecordingBehavior") == "Enabled",
    }
    if _analytics(parameters) != "off":
        found |= {
            "analytics in real time": "RealTime" in modes,
            "redaction": behavior.get("AnalyticsRedactionBehavior") == "Enabled",
            "contact summaries": behavior.get("SummaryConfiguration"),
            "settings of sentiment": behavior.get("SentimentConfiguration"),
        }
    yield from (f"{_RECORDING} with {name}" for name, there in found.items() if there)


def _logging(parameters: Mapping[str, Any]) -> str:
    return str(parameters.get("FlowLoggingBehavior", ""))


def _voice(parameters: Mapping[str, Any]) -> str:
    keys = ("TextToSpeechVoice", "TextToSpeechEngine", "TextToSpeechStyle")
    return " ".join(str(parameters[key]) for key in keys if parameters.get(key))


def _part(parameters: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = parameters.get(key)
    return value if isinstance(value, Mapping) else {}


_SETTINGS = {
    _RECORDING: (WhisperSetting.RECORDING, _recording),
    "UpdateFlowLoggingBehavior": (WhisperSetting.LOGGING, _logging),
    "UpdateContactTextToSpeechVoice": (WhisperSetting.VOICE, _voice),
}
