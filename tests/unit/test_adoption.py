"""What a queue is given back, what is refused, and what a whisper flow does."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rendering import OUTBOUND_WHISPER
from lambdas.domain.adoption import (
    FIELDS,
    NEVER_SEEN,
    Caller,
    Wanted,
    changes,
    given_back,
    left,
    refusals,
    setting_changes,
    taken,
    taking,
)
from lambdas.domain.whisper import Whisper, WhisperSetting, whisper_of
from local.adoption_stage import PROMPT, RECORDING, whisper

BEFORE = Caller("Sales dept", "n-old", "f-old")
OURS = Caller("Example", "n-ours", "f-ours")
NOTHING: dict[WhisperSetting, str] = {}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("deploy"), st.sampled_from([OURS, OURS._replace(name="Ours 2")])),
        st.tuples(
            st.sampled_from(FIELDS), st.sampled_from(["theirs-1", "theirs-2"])
        ),
    ),
    max_size=8,
)  # fmt: skip


def _wanted(**more: Any) -> Wanted:
    return Wanted(
        **{
            "key": "sales", "queue": "q", "name": "Example", "number": "", "flow": "f-ours",
            "whisper": Whisper(frozenset(), NOTHING), **more,
        }
    )  # fmt: skip


def test_a_queue_keeps_its_number_unless_one_is_wanted() -> None:
    assert _wanted().caller(BEFORE.number) == Caller("Example", "n-old", "f-ours")
    assert _wanted(number="n-ours").caller(BEFORE.number) == OURS


def test_first_seen_values_are_given_back_after_any_number_of_deployments() -> None:
    known = taken(taking(NEVER_SEEN, BEFORE, OURS), OURS)
    again = taken(taking(known, OURS, OURS), OURS)

    assert again == known
    assert given_back(again, OURS) == BEFORE


@pytest.mark.parametrize("field", FIELDS)
def test_a_value_of_somebody_else_stays(field: str) -> None:
    known = taken(taking(NEVER_SEEN, BEFORE, OURS), OURS)
    theirs = OURS._replace(**{field: "theirs"})

    assert given_back(known, theirs) == BEFORE._replace(**{field: "theirs"})


def test_between_record_and_change_both_values_are_known_as_ours() -> None:
    known = taken(taking(NEVER_SEEN, BEFORE, OURS), OURS)
    newer = OURS._replace(flow="f-new")
    intent = taking(known, OURS, newer)

    assert given_back(intent, OURS) == BEFORE, "not yet changed"
    assert given_back(intent, newer) == BEFORE, "changed already"


def test_a_flow_of_ours_without_a_record_is_not_what_was_there_before() -> None:
    """The table is new and the queue is not: our flow will be gone with the stack."""
    known = taking(NEVER_SEEN, OURS, OURS)

    assert known.before.flow == ""


@given(STEPS)
def test_whatever_happens_a_queue_gets_the_last_value_that_was_not_ours(
    steps: list[tuple[str, Any]],
) -> None:
    live, foreign, known = BEFORE, BEFORE, taken(taking(NEVER_SEEN, BEFORE, OURS), OURS)
    live = OURS
    for step, value in steps:
        if step == "deploy":
            known = taken(taking(known, live, value), value)
            live = value
        else:
            live = live._replace(**{step: value})
            foreign = foreign._replace(**{step: value})

    assert given_back(known, live) == foreign


def test_what_differs_is_told_with_both_values() -> None:
    assert changes(BEFORE, OURS._replace(number="n-old")) == {
        "name": ("Sales dept", "Example"),
        "flow": ("f-old", "f-ours"),
    }


def test_queues_no_longer_wanted_are_let_go() -> None:
    assert left(["a", "q", "b"], [_wanted()]) == ["a", "b"]


TAG = {"Type": "TagContact", "Parameters": {"Tags": {"team": "sales"}}}
MARK = {
    "Type": "UpdateContactAttributes",
    "Parameters": {"Attributes": {"crm": "$.External.id"}, "TargetContact": "Current"},
    "Errors": ["NoMatchingError"],
}
ASK = {
    "Type": "InvokeLambdaFunction",
    "Parameters": {
        "LambdaFunctionARN": "arn:aws:lambda:us-east-1:111122223333:function:crm:live",
        "InvocationTimeLimitSeconds": "3",
    },
    "Errors": ["NoMatchingError"],
}
LOUD = {"Type": "UpdateFlowLoggingBehavior", "Parameters": {"FlowLoggingBehavior": "Enabled"}}
SPEAK = {
    "Type": "UpdateContactTextToSpeechVoice",
    "Parameters": {"TextToSpeechVoice": "Joanna", "TextToSpeechEngine": "neural"},
    "Errors": ["NoMatchingError"],
}
ANALYSED = {
    "Type": "UpdateContactRecordingBehavior",
    "Parameters": {
        "RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]},
        "AnalyticsBehavior": {
            "Enabled": "True", "AnalyticsLanguage": "en-GB",
            "AnalyticsRedactionBehavior": "Enabled",
            "ChannelConfiguration": {"Voice": {"AnalyticsModes": ["RealTime"]}},
        },
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("blocks", "does", "reason"),
    [
        ([], set(), "it only dials"),
        ([LOUD, RECORDING, SPEAK], set(), "settings are ours to set"),
        ([PROMPT], {"MessageParticipant"}, "customers hear it"),
        ([TAG, PROMPT], {"MessageParticipant", "TagContact"}, "each is named"),
        ([MARK], {"UpdateContactAttributes crm"}, "ours sets other attributes"),
        ([ASK], {"InvokeLambdaFunction crm:live"}, "ours asks other functions"),
        ([RECORDING, LOUD, ANALYSED], {
            "analytics in several ways",
            "UpdateContactRecordingBehavior with analytics in real time",
            "UpdateContactRecordingBehavior with redaction",
        }, "what our config cannot say"),
    ],
)  # fmt: skip
def test_what_a_whisper_does_is_named(
    blocks: list[dict[str, Any]], does: set[str], reason: str
) -> None:
    assert whisper_of(whisper(*blocks)).does == does, reason


def test_the_settings_of_a_whisper_are_read() -> None:
    assert whisper_of(whisper(LOUD, SPEAK, RECORDING)).settings == {
        WhisperSetting.LOGGING: "Enabled",
        WhisperSetting.VOICE: "Joanna neural",
        WhisperSetting.RECORDING: "Agent and Customer",
        WhisperSetting.ANALYTICS: "off",
    }


@pytest.mark.parametrize("content", ["[]", "{}", '{"Actions": {}}', "nothing", ""])
def test_what_is_no_flow_is_a_value_error(content: str) -> None:
    with pytest.raises(ValueError):
        whisper_of(content)


@pytest.mark.parametrize(
    ("setting", "value", "line"),
    [
        (WhisperSetting.RECORDING, "Agent", "recording: {agent: true, customer: false}"),
        (WhisperSetting.RECORDING, "nobody", "recording: {agent: false, customer: false}"),
        (WhisperSetting.ANALYTICS, "en-GB", "analytics: {enabled: true, language: en-GB}"),
        (WhisperSetting.ANALYTICS, "off", "analytics: {enabled: false}"),
        (WhisperSetting.LOGGING, "Disabled", "flow_logging: false"),
        (WhisperSetting.VOICE, "Joanna", "voice: {name: Joanna}"),
        (WhisperSetting.VOICE, "Amy neural", "voice: {name: Amy, engine: neural}"),
    ],
)
def test_a_setting_that_would_be_lost_is_refused_with_the_line_that_keeps_it(
    setting: WhisperSetting, value: str, line: str
) -> None:
    ours = {
        WhisperSetting.RECORDING: "Customer", WhisperSetting.ANALYTICS: "fr-FR",
        WhisperSetting.LOGGING: "Enabled", WhisperSetting.VOICE: "Brian",
    }  # fmt: skip
    now = Whisper(frozenset(), {setting: value})
    wanted = _wanted(whisper=Whisper(frozenset(), ours))

    (told,) = refusals(wanted, BEFORE, now)

    assert told.endswith(f"Write under queues.sales: {line}")
    assert not list(refusals(wanted._replace(said=frozenset({setting})), BEFORE, now))


def test_a_setting_that_is_off_here_and_absent_there_is_no_loss() -> None:
    now = Whisper(
        frozenset(), {WhisperSetting.ANALYTICS: "off", WhisperSetting.RECORDING: "nobody"}
    )

    assert not list(refusals(_wanted(), BEFORE, now))


def test_settings_that_the_config_changes_are_told() -> None:
    now = Whisper(frozenset(), {WhisperSetting.RECORDING: "Agent"})
    ours = {
        WhisperSetting.RECORDING: "Customer", WhisperSetting.LOGGING: "Enabled",
        WhisperSetting.ANALYTICS: "off",
    }  # fmt: skip
    wanted = _wanted(whisper=Whisper(frozenset(), ours), said=frozenset({WhisperSetting.RECORDING}))

    assert setting_changes(wanted, now) == {
        "recording": ("Agent", "Customer"),
        "flow logging": ("", "Enabled"),
    }


def test_a_queue_without_any_number_is_refused() -> None:
    (told,) = refusals(_wanted(), Caller("Sales", "", ""), None)

    assert "queues.sales.default_number" in told
    assert not list(refusals(_wanted(number="n"), Caller(), None))


def test_our_own_whisper_does_nothing_but_what_it_is_allowed_to() -> None:
    """What the stack says of our flow must be what the flow does."""
    does = whisper_of(OUTBOUND_WHISPER.read_text(encoding="utf-8")).does

    foreign = {
        deed
        for deed in does
        if not deed.startswith(("UpdateContactAttributes local_presence_", "InvokeLambdaFunction "))
    }
    assert not foreign
