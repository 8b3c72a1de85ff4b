"""A voice is set before anything else, and only where one is given."""

import json

import pytest

from flows.rendering import OUTBOUND_WHISPER, render
from flows.voice import Voice, speaking
from lambdas.domain.whisper import WhisperSetting, whisper_of
from local.flow_runner.validator import problems
from tests.flows.samples import holes

CONTENT = render(OUTBOUND_WHISPER, holes())


@pytest.mark.parametrize(
    ("voice", "read"),
    [
        (Voice("Joanna"), "Joanna"),
        (Voice("Amy", "neural"), "Amy neural"),
        (Voice("Matthew", "neural", "Newscaster"), "Matthew neural Newscaster"),
    ],
)
def test_the_voice_that_is_set_is_the_one_that_is_read_back(voice: Voice, read: str) -> None:
    content = speaking(CONTENT, voice)

    assert not problems(content)
    assert whisper_of(content).settings[WhisperSetting.VOICE] == read
    assert json.loads(content)["StartAction"] == "set-voice"


def test_without_a_voice_the_flow_is_as_it_was() -> None:
    assert speaking(CONTENT, None) == CONTENT
    assert WhisperSetting.VOICE not in whisper_of(CONTENT).settings
