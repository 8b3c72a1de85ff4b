"""What a contact record says of a call: class, number and counter."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.connect.call_facts import LONGEST_ID, call_of
from lambdas.connect.contact_record import (
    DisconnectReason,
    Initiation,
    Machine,
    NotAContactRecord,
    parse,
)
from lambdas.domain.outcome_of import Counted, Way, counted, facts_of, shows_own
from lambdas.domain.outcomes import SHORT_CALL, Cell, Outcome, hour_of
from lambdas.domain.settings import Tier
from local.contact_records import BEGINS, OWN, contact_record, decided
from tests.unit.builders import NanpStates
from tests.unit.outcomes.memory import facts

SHE = "+12065550123"
OURS = "+12065550145"
TEN = BEGINS + timedelta(hours=10)
SECOND = timedelta(seconds=1)
RANG = TEN + 10 * SECOND


def call(**told: Any) -> dict[str, Any]:
    return contact_record("c-1", **{"customer": SHE, "began": TEN, **told})


@pytest.mark.parametrize(
    ("told", "outcome"),
    [
        ({"answered": RANG, "ended": RANG + timedelta(minutes=1)}, Outcome.ANSWERED),
        ({"answered": RANG, "ended": RANG + SHORT_CALL}, Outcome.SHORT),
        ({"answered": RANG, "ended": RANG + SHORT_CALL + SECOND}, Outcome.ANSWERED),
        ({"answered": RANG, "ended": RANG, "reason": "TELECOM_PROBLEM"}, Outcome.SHORT),
        ({"reason": "TELECOM_UNANSWERED"}, Outcome.NO_ANSWER),
        ({"reason": "TELECOM_TIMEOUT"}, Outcome.NO_ANSWER),
        ({"reason": "TELECOM_BUSY"}, Outcome.BUSY),
        ({"reason": "TELECOM_NUMBER_INVALID"}, Outcome.INVALID),
        ({"reason": "TELECOM_POTENTIAL_BLOCKING"}, Outcome.NETWORK_BLOCKED),
        ({"reason": "OTHER", "blocked": "v=1"}, Outcome.NETWORK_BLOCKED),
        ({"reason": "TELECOM_UNANSWERED", "blocked": "v=1"}, Outcome.NETWORK_BLOCKED),
        ({"reason": "TELECOM_ORIGINATOR_CANCEL"}, Outcome.ABANDONED),
        ({"reason": "TELECOM_PROBLEM"}, Outcome.PLATFORM),
        ({"reason": "CUSTOMER_NEVER_ARRIVED"}, Outcome.PLATFORM),
        ({"reason": "OUTBOUND_RESOURCE_ERROR"}, Outcome.PLATFORM),
        ({"reason": "OUTBUND_PREVIEW_DISCARDED"}, Outcome.PLATFORM),
        ({"reason": None}, Outcome.OTHER),
        ({"reason": "CUSTOMER_DISCONNECT"}, Outcome.OTHER),
        ({"reason": "A_REASON_OF_2031"}, Outcome.OTHER),
    ],
)
def test_the_class_of_a_call_of_ours(told: dict[str, Any], outcome: Outcome) -> None:
    assert facts(call(**told)).outcome is outcome


@pytest.mark.parametrize(
    ("machine", "outcome"),
    [
        ("HUMAN_ANSWERED", Outcome.ANSWERED),
        ("AMD_UNRESOLVED", Outcome.ANSWERED),
        ("AMD_NOT_APPLICABLE", Outcome.ANSWERED),
        ("AMD_ERROR", Outcome.ANSWERED),
        ("ROBOT_ANSWERED", Outcome.ANSWERED),
        ("VOICEMAIL_BEEP", Outcome.MACHINE),
        ("VOICEMAIL_NO_BEEP", Outcome.MACHINE),
        ("FAX_MACHINE_DETECTED", Outcome.MACHINE),
        ("SIT_TONE_BUSY", Outcome.BUSY),
        ("SIT_TONE_INVALID_NUMBER", Outcome.INVALID),
        ("SIT_TONE_DETECTED", Outcome.OTHER),
        ("AMD_UNANSWERED", Outcome.NO_ANSWER),
    ],
)
def test_what_a_detection_found_goes_before_that_the_line_was_up(
    machine: str, outcome: Outcome
) -> None:
    told = call(answered=RANG, ended=RANG + timedelta(minutes=1), machine=machine)
    assert facts(told).outcome is outcome


def test_every_word_of_connects_has_a_class() -> None:
    for reason in DisconnectReason:
        for machine in Machine:
            for answered in (None, RANG):
                told = call(reason=reason or None, machine=machine or None, answered=answered)
                assert isinstance(facts(told).outcome, Outcome)


@pytest.mark.parametrize("initiation", list(Initiation))
def test_only_calls_between_us_and_customers_are_looked_at(initiation: Initiation) -> None:
    found = facts_of(call_of(parse(call(initiation=initiation))), NanpStates())
    if initiation in ("OUTBOUND", "CALLBACK", "API", "CAMPAIGN_PREVIEW"):
        assert found
        assert found.way is Way.OUTBOUND
        assert found.outcome
    elif initiation == "INBOUND":
        assert found
        assert found.way is Way.INBOUND
        assert found.outcome is None
    elif initiation == "":
        assert found
        assert found.way is Way.UNTOLD
    else:
        assert found is None


@pytest.mark.parametrize("channel", ["CHAT", "TASK", "EMAIL", "chat"])
def test_other_channels_are_no_calls(channel: str) -> None:
    assert facts_of(call_of(parse(call(channel=channel))), NanpStates()) is None


def test_calls_to_emergency_services_are_never_counted() -> None:
    for number in ("+1911", "911", "+44999", "+61000"):
        assert facts_of(call_of(parse(call(customer=number))), NanpStates()) is None


def test_a_dial_of_ours_counts_for_the_number_that_it_showed() -> None:
    attributes = decided("c-1", number=OURS, tier="area_code", arm="local")
    found = facts(call(attributes=attributes, reason="TELECOM_BUSY"))
    assert found.decided
    assert found.decided.committed
    assert counted(found, found.decided, rung_before=False) == Counted(
        OURS, TEN, Cell("local", "area_code", "US-WA", Outcome.BUSY)
    )
    assert not shows_own(found, found.decided)


def test_every_other_call_counts_for_the_queues_own_number() -> None:
    for attributes in (
        {},
        decided("c-1", "default", reason="outside_percentage"),
        decided("c-1", "block", reason="suppressed_opt_out"),
        {"local_presence_action": "default", "local_presence_reason": "picker_failed"},
    ):
        found = facts(call(attributes=attributes, reason="TELECOM_BUSY"))
        told = counted(found, found.decided, rung_before=False)
        assert told
        assert (told.number, told.cell.tier) == (OWN, Tier.DEFAULT)
        assert told.cell.outcome is Outcome.BUSY
        assert shows_own(found, found.decided)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"local_presence_decision": ""},
        {"local_presence_decision": "d-1"},
        {"local_presence_action": "sing"},
        {"local_presence_caller_id": "+1206555x145"},
        {"local_presence_caller_id": "2065550145"},
        {"local_presence_caller_id": "+12065550145|x"},
        {"local_presence_caller_id": ""},
        {"local_presence_caller_id": SHE},
    ],
    ids=str,
)
def test_attributes_that_are_not_this_contacts_decision_count_for_nothing(
    spoilt: dict[str, str],
) -> None:
    found = facts(call(attributes=decided("c-1", number=OURS) | spoilt))
    assert found.decided is None


def test_words_in_attributes_that_are_none_of_ours_reach_no_counter() -> None:
    attributes = decided("c-1", number=OURS) | {
        "local_presence_tier": "a|b|answered",
        "local_presence_arm": "x|y\n" * 1000,
    }
    found = facts(call(attributes=attributes))
    told = counted(found, found.decided, rung_before=False)
    assert told
    assert told.cell[:2] == ("", "")
    assert Cell.read(told.cell.written()) == told.cell


def test_a_callback_may_carry_the_decision_on_the_contact_that_its_whisper_knew() -> None:
    attributes = decided("another", number=OURS)
    found = facts(call(initiation="CALLBACK", system=None, attributes=attributes))
    told = counted(found, found.decided, rung_before=False)
    assert told
    assert told.number == OURS
    assert facts(call(initiation="OUTBOUND", attributes=attributes)).decided is None


def test_a_call_that_was_stopped_is_no_attempt_and_one_that_rang_all_the_same_is() -> None:
    attributes = decided("c-1", "block", reason="suppressed_opt_out")

    def outcome(**told: Any) -> Outcome | None:
        return facts(call(attributes=attributes, **told)).outcome

    assert outcome(reason="CONTACT_FLOW_DISCONNECT") is Outcome.STOPPED
    assert outcome(reason=None) is Outcome.STOPPED
    assert outcome(reason="TELECOM_ORIGINATOR_CANCEL") is Outcome.STOPPED
    assert outcome(reason="TELECOM_UNANSWERED") is Outcome.NO_ANSWER
    assert outcome(answered=RANG, ended=RANG + timedelta(minutes=1)) is Outcome.ANSWERED


def test_a_call_that_comes_in_is_returned_or_unprompted() -> None:
    found = facts(call(initiation="INBOUND", answered=TEN, system=OURS))
    cell = Cell("", "", "US-WA", Outcome.RETURNED)
    assert counted(found, None, rung_before=True) == Counted(OURS, TEN, cell)
    unprompted = cell._replace(outcome=Outcome.UNPROMPTED)
    assert counted(found, None, rung_before=False) == Counted(OURS, TEN, unprompted)


def test_a_caller_who_withholds_the_number_is_not_counted() -> None:
    for customer in (None, "anonymous"):
        found = facts(call(initiation="INBOUND", customer=customer, system=OURS))
        assert counted(found, None, rung_before=False) is None


def test_regions_go_by_country_and_state() -> None:
    for number, region in (
        ("+12065550123", "US-WA"), ("+14165550123", "CA-ON"), ("+442079460123", "GB"),
        ("+61491570123", "AU"), ("+18005550123", "US"), (None, ""), ("12345", ""),
    ):  # fmt: skip
        assert facts(call(customer=number)).region == region


def test_the_hour_goes_by_the_beginning_as_near_as_it_is_told() -> None:
    told = call(began=TEN - SECOND, answered=TEN + SECOND, ended=TEN + timedelta(hours=2))

    def hour(record: dict[str, Any]) -> Any:
        found = facts(record)
        told = counted(found, found.decided, rung_before=False)
        return told and told.hour

    assert hour(told) == TEN - timedelta(hours=1)
    assert hour(told | {"InitiationTimestamp": "1970-01-01T00:00:00.001Z"}) == TEN
    gone = {"InitiationTimestamp": None, "ConnectedToSystemTimestamp": "soon"}
    assert hour(told | gone) == TEN + timedelta(hours=2)
    assert hour(told | gone | {"DisconnectTimestamp": None}) is None


def test_without_any_number_of_ours_nothing_is_counted() -> None:
    for system in (None, SHE, "Softphone"):
        found = facts(call(system=system))
        assert counted(found, found.decided, rung_before=False) is None


def test_versions_sort_by_their_second_and_then_somehow() -> None:
    older, newer = (facts(call(updated=TEN + i * SECOND)).version for i in (1, 2))
    undated = facts(call() | {"LastUpdateTimestamp": None}).version
    assert undated < older < newer

    def within(**told: Any) -> str:
        return facts(call(updated=TEN, **told)).version

    assert within(reason="TELECOM_BUSY") != within(reason="TELECOM_UNANSWERED")
    assert within(queue="one") == within(queue="another")
    assert within(ended=TEN + 30 * SECOND) == within(ended=TEN + 31 * SECOND)


def test_a_version_says_nothing_of_the_customer_but_the_region() -> None:
    one, other = (facts(call(customer=f"+1206555012{digit}")).version for digit in (3, 4))
    assert one == other


def test_ids_are_written_as_the_picker_writes_them_and_have_an_end() -> None:
    assert call_of(parse(call() | {"ContactId": "a b\tc"})).contact_id == "a_b_c"
    with pytest.raises(NotAContactRecord):
        call_of(parse(call() | {"ContactId": "x" * (LONGEST_ID + 1)}))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
NAMES = sorted(call())


@given(st.dictionaries(st.sampled_from([n for n in NAMES if n != "ContactId"]), JSON, max_size=6))
def test_whatever_a_record_holds_is_understood_or_passed_over(spoilt: dict[str, Any]) -> None:
    found = facts_of(
        call_of(parse(call(attributes=decided("c-1", number=OURS)) | spoilt)), NanpStates()
    )
    if found:
        told = counted(found, found.decided, rung_before=True)
        assert told is None or Cell.read(told.cell.written()) == told.cell
        assert told is None or told.hour == hour_of(told.hour)
