"""The voice of a flow, set by a block before all others where the config names one."""

import json
from typing import NamedTuple

IDENTIFIER = "set-voice"


class Voice(NamedTuple):
    """A voice of Amazon Polly: Joanna; with an engine and a style where they are given."""

    name: str
    engine: str | None = None
    style: str | None = None


def speaking(content: str, voice: Voice | None) -> str:
    """The flow with its first block setting the voice; as it is without one.

    A voice that Connect does not know changes nothing: the flow goes on.
    """
    if voice is None:
        return content
    flow = json.loads(content)
    first = flow["StartAction"]
    flow["StartAction"] = IDENTIFIER
    flow["Actions"].insert(0, _block(voice, first))
    positions = flow.get("Metadata", {}).get("ActionMetadata")
    if positions is not None:
        positions[IDENTIFIER] = {"position": {"x": 40, "y": 260}}
    return json.dumps(flow, ensure_ascii=False, separators=(",", ":"))


def _block(voice: Voice, first: str) -> dict[str, object]:
    given = {
        "TextToSpeechVoice": voice.name,
        "TextToSpeechEngine": voice.engine,
        "TextToSpeechStyle": voice.style,
    }
    return {
        "Identifier": IDENTIFIER,
        "Type": "UpdateContactTextToSpeechVoice",
        "Parameters": {name: value for name, value in given.items() if value},
        "Transitions": {
            "NextAction": first,
            "Errors": [{"NextAction": first, "ErrorType": "NoMatchingError"}],
            "Conditions": [],
        },
    }
