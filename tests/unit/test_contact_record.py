"""Contact records as Connect writes them, and as it might."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.connect.contact_record import (
    DisconnectReason,
    Endpoint,
    Initiation,
    Machine,
    NotAContactRecord,
    parse,
    read,
)

EVENTS = Path(__file__).parents[1] / "events"
INBOUND = json.loads((EVENTS / "contact_record_inbound.json").read_text("utf-8"))
OUTBOUND = json.loads((EVENTS / "contact_record_outbound.json").read_text("utf-8"))
CUSTOMER = Endpoint("+12065550123", "TELEPHONE_NUMBER")


def at(hour: int, minute: int, second: int = 0) -> datetime:
    return datetime(2026, 11, 2, hour, minute, second, tzinfo=UTC)


def test_an_inbound_record_of_a_real_instance_is_read_whole() -> None:
    record = parse(INBOUND)
    assert record.contact_id == "ee0a8fcc-0000-0000-0000-000000000000"
    assert record.initiation is Initiation.INBOUND
    assert record.customer == CUSTOMER
    assert record.system == Endpoint("+12065550199", "TELEPHONE_NUMBER")
    assert record.answered == datetime(2020, 3, 31, 16, 20, 1, tzinfo=UTC)
    assert record.moment == datetime(2020, 3, 31, 16, 20, 30, tzinfo=UTC)
    assert record.last_update == datetime(2020, 3, 31, 16, 21, 44, tzinfo=UTC)
    assert record.attributes == {"customerNumber": "+12065550123"}
    assert record.agent is not None
    assert record.agent.username == "agent1"
    assert record.agent.interaction == timedelta(seconds=14)
    assert record.agent.after_work == timedelta(seconds=10)
    assert record.agent.routing_profile == "CSR"
    assert record.queue is not None
    assert (record.queue.name, record.queue.waited) == ("CSR", timedelta(seconds=5))
    assert record.disconnect is DisconnectReason.UNKNOWN
    assert (record.transferred, record.transferred_to) == (None, None)


def test_an_outbound_record_tells_how_the_call_went() -> None:
    record = parse(OUTBOUND)
    assert record.initiation is Initiation.OUTBOUND
    assert record.disconnect is DisconnectReason.CUSTOMER_DISCONNECT
    assert record.began == at(18, 0)
    assert record.answered == at(18, 0, 10)
    assert record.attributes["local_presence_decision"] == "d-1"
    assert record.segment_attributes == {"connect:Subtype": "connect:Telephony"}
    assert record.campaign == ""
    assert record.machine is Machine.UNKNOWN


def test_a_time_of_1970_was_never_set() -> None:
    record = parse(OUTBOUND)
    assert record.agent is not None
    assert record.agent.connected is None
    assert record.queue is not None
    assert record.queue.entered is None


def test_the_moment_is_the_same_in_every_delivery() -> None:
    again = parse({**OUTBOUND, "LastUpdateTimestamp": "2026-11-09T09:00:00Z"})
    assert again.moment == parse(OUTBOUND).moment == at(18, 2)


@pytest.mark.parametrize("reason", [one for one in DisconnectReason if one])
def test_each_documented_end_is_known(reason: DisconnectReason) -> None:
    assert parse({**OUTBOUND, "DisconnectReason": str(reason)}).disconnect is reason


@pytest.mark.parametrize("status", [one for one in Machine if one])
def test_each_documented_machine_is_known(status: Machine) -> None:
    told = {**OUTBOUND, "AnsweringMachineDetectionStatus": str(status)}
    assert parse(told).machine is status


def test_what_a_later_connect_invents_is_kept_in_its_words() -> None:
    record = parse(
        {**OUTBOUND, "DisconnectReason": "ABDUCTED", "InitiationMethod": "TELEPATHY", "New": [1]}
    )
    assert (record.disconnect, record.disconnect_words) == (DisconnectReason.UNKNOWN, "ABDUCTED")
    assert (record.initiation, record.initiation_words) == (Initiation.UNKNOWN, "TELEPATHY")


def test_keys_count_in_any_case() -> None:
    lower = {name[0].lower() + name[1:]: value for name, value in OUTBOUND.items()}
    assert parse(lower) == parse(OUTBOUND)


def test_a_network_that_blocked_the_call_is_named() -> None:
    told = {"connect:BlockReasonHeader": {"ValueString": "SIP;cause=603"}}
    assert parse({**OUTBOUND, "SegmentAttributes": told}).blocked_by == "SIP;cause=603"


@pytest.mark.parametrize("gone", [None, [], "text", 5, {}])
def test_members_that_are_missing_or_strange_read_as_absent(gone: Any) -> None:
    record = parse(dict.fromkeys(OUTBOUND, gone) | {"ContactId": "c"})
    assert (record.agent, record.queue, record.customer, record.began) == (None,) * 4
    assert record.attributes == {}
    assert record.moment is None


NO_RECORDS = ["", "null", "[]", "{}", '{"ContactId": 5}', "{", b"\xff\xfe", "[" * 100_000]


@pytest.mark.parametrize("text", NO_RECORDS, ids=range(len(NO_RECORDS)))
def test_what_is_no_record_is_told_without_quoting_it(text: str | bytes) -> None:
    with pytest.raises(NotAContactRecord) as raised:
        read(text)
    assert str(raised.value) in ("not JSON", "no ContactId")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*OUTBOUND, "Address", "Type", "ARN", "x"]), inner)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(list(OUTBOUND)), JSON))
def test_no_shape_of_a_record_ends_the_reader(told: dict[str, Any]) -> None:
    record = parse({**told, "ContactId": "c"})
    assert record.contact_id == "c"


def test_only_a_telephone_has_a_number() -> None:
    chat = {"Address": "+12065550123", "Type": "CONTACT_FLOW"}
    customer = parse({**OUTBOUND, "CustomerEndpoint": chat}).customer
    assert customer is not None
    assert customer.phone == ""
    assert CUSTOMER.phone == "+12065550123"
