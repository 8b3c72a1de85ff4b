import json

import pytest

from flows.rendering import OUTBOUND_WHISPER, HoleError, holes_of, render
from local.flow_runner import problems
from tests.flows.samples import holes, whisper


def test_the_template_has_exactly_the_holes_of_its_contract() -> None:
    assert holes_of(OUTBOUND_WHISPER) == frozenset(holes())


def test_the_template_itself_is_json_that_a_designer_can_import() -> None:
    flow = json.loads(OUTBOUND_WHISPER.read_text(encoding="utf-8"))
    placed = set(flow["Metadata"]["ActionMetadata"])
    assert placed == {action["Identifier"] for action in flow["Actions"]}
    positions = [tuple(m["position"].values()) for m in flow["Metadata"]["ActionMetadata"].values()]
    assert len(set(positions)) == len(positions), "blocks lie on top of each other"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"LOGGING": "Disabled"},
        {"RECORDED_PARTICIPANTS": [], "ANALYTICS_ENABLED": "False"},
        {"RECORDED_PARTICIPANTS": ["Agent"], "ANALYTICS_ENABLED": "False"},
        {"CHANNELS_BLOCKED_ON_ERROR": "VOICE"},
        {"QUEUE": 'sales "north"\n'},
    ],
)
def test_every_rendering_is_content_that_connect_takes(
    changed: dict[str, str | list[str]],
) -> None:
    assert problems(whisper(**changed)) == []


def test_tokens_of_the_cdk_pass_through() -> None:
    content = render(OUTBOUND_WHISPER, holes(PICKER_ARN="${Token[TOKEN.42]}"))
    assert '"LambdaFunctionARN":"${Token[TOKEN.42]}"' in content


def test_analytics_that_is_off_leaves_no_trace_in_the_flow() -> None:
    content = render(OUTBOUND_WHISPER, holes(ANALYTICS_ENABLED="False"))
    assert "AnalyticsBehavior" not in content


@pytest.mark.parametrize(
    ("template", "given", "message"),
    [
        ('{"a":"%A%"}', {}, "nothing given for %A%"),
        ('{"a":"%A%"}', {"A": "1", "B": "2"}, "no hole named %B%"),
        ('{"a":"%A%"}', {"A": "see %B%"}, "a hole of its own: %B%"),
        ('{"a":"%A%"}', {"A": ["x"]}, "takes a text here"),
        ('{"a":["%A%","y"]}', {"A": ["x"]}, "takes a text here"),
    ],
)
def test_what_does_not_fit_is_refused(
    template: str, given: dict[str, str | list[str]], message: str
) -> None:
    with pytest.raises(HoleError, match=message):
        render(template, given)


def test_analytics_without_recording_both_is_refused() -> None:
    with pytest.raises(HoleError, match="both Agent and Customer"):
        whisper(RECORDED_PARTICIPANTS=["Agent"])


def test_a_template_without_actions_renders_too() -> None:
    assert render('{"a":["%A%"],"b":"x%A_2%y","n":1}', {"A": ["1", "2"], "A_2": "z"}) == (
        '{"a":["1","2"],"b":"xzy","n":1}'
    )
