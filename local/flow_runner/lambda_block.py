"""The AWS Lambda function block: its event, its retries, its limits, and what it accepts."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.flow_runner.catalogue import catalogue
from local.flow_runner.document import Block
from local.flow_runner.errors import FlowError
from local.flow_runner.state import State, endpoint, number_endpoint

Invoke = Callable[[str, dict[str, Any], float], Any]
"""``invoke(arn, event, seconds_left)``: the reply, as JSON-like objects. Whatever it raises is a
failed invocation, as an exception of a handler is in Lambda."""


class Absent(StrEnum):
    """How a parameter arrives whose reference points at nothing. Connect does not say."""

    EMPTY = "empty"
    NULL = "null"
    OMITTED = "omitted"


@dataclass(frozen=True, slots=True)
class Invocation:
    """What came of a Lambda block. ``failure`` is empty where the reply was taken.

    Connect waited for ``seconds``; the function ran on for ``overrun``.
    """

    event: Mapping[str, Any]
    reply: Any
    failure: str
    attempts: int
    seconds: float
    overrun: float


def call(
    block: Block, state: State, invoke: Invoke, clock: Callable[[], float], absent: Absent
) -> Invocation:
    """Invoke the block's function as Connect does, and judge what it returns.

    An invocation that raises is repeated up to three times within the block's time limit. A time
    limit that is passed counts as failed whatever came back. Raises FlowError for what this runner
    cannot execute.
    """
    parameters = block.parameters
    if parameters.get("InvocationType", "SYNCHRONOUS") != "SYNCHRONOUS":
        raise FlowError(f"{block.identifier}: asynchronous invocations are not executed here")
    arn = state.value_of(parameters["LambdaFunctionARN"]) or ""
    event = event_of(state, parameters.get("LambdaInvocationAttributes") or {}, absent)
    limits = catalogue().limits
    left = max(limits.consecutive_lambda_seconds - state.lambda_seconds, 0.0)
    limit = min(float(parameters["InvocationTimeLimitSeconds"]), left)
    began, attempts, reply, failure = clock(), 0, None, ""
    while attempts <= limits.lambda_retries:
        attempts += 1
        reply, failure = _attempt(invoke, arn, event, limit - (clock() - began))
        if not failure or clock() - began >= limit:
            break
    seconds = clock() - began
    if seconds > limit or limit == 0:
        reply, failure = None, f"passed the time limit of {limit:g} s"
    elif not failure:
        kind = (parameters.get("ResponseValidation") or {}).get("ResponseType", "STRING_MAP")
        failure = objection(reply, kind)
    overrun = max(seconds - limit, 0.0)
    return Invocation(event, reply, failure, attempts, seconds - overrun, overrun)


def _attempt(invoke: Invoke, arn: str, event: dict[str, Any], left: float) -> tuple[Any, str]:
    if left <= 0:
        return None, "no time left"
    try:
        # Both ways over the wire: handlers get, and give, what JSON can carry.
        reply = invoke(arn, json.loads(json.dumps(event)), left)
        return json.loads(json.dumps(reply)), ""
    except Exception as error:  # noqa: BLE001 - Lambda's runtime turns every exception into a failure
        return None, f"{type(error).__name__}: {error}"


def event_of(state: State, attributes: Mapping[str, str], absent: Absent) -> dict[str, Any]:
    """The event of a flow's Lambda block, with every documented member."""
    contact, queue = state.contact, state.contact.queue
    stream = ("StreamARN", "StartTimestamp", "StopTimestamp", "StartFragmentNumber")
    data = {
        "Attributes": dict(state.attributes),
        "Channel": contact.channel,
        "ContactId": contact.contact_id,
        "CustomerEndpoint": endpoint(contact.customer),
        "CustomerId": contact.customer_id,
        "Description": contact.description,
        "InitialContactId": contact.initial_contact_id or contact.contact_id,
        "InitiationMethod": contact.initiation_method,
        "InstanceARN": contact.instance_arn,
        "LanguageCode": contact.language,
        "MediaStreams": {"Customer": {"Audio": dict.fromkeys(stream)}},
        "Name": contact.name,
        "PreviousContactId": contact.previous_contact_id or contact.contact_id,
        "Queue": queue
        and {
            "ARN": queue.arn,
            "Name": queue.name,
            "OutboundCallerId": number_endpoint(queue.outbound_number),
        },
        "References": {name: dict(value) for name, value in contact.references.items()},
        "SystemEndpoint": number_endpoint(contact.default_number),
    }
    parameters: dict[str, str | None] = {}
    for name, text in attributes.items():
        value = state.value_of(text)
        if value is not None:
            parameters[name] = value
        elif absent is not Absent.OMITTED:
            parameters[name] = "" if absent is Absent.EMPTY else None
    return {
        "Details": {"ContactData": data, "Parameters": parameters},
        "Name": "ContactFlowEvent",
    }


def objection(reply: Any, kind: str) -> str:
    """Why Connect would not take this reply; empty where it would."""
    if not isinstance(reply, dict):
        return f"the reply is no object but {type(reply).__name__}"
    size = len(json.dumps(reply, ensure_ascii=False, separators=(",", ":")).encode())
    if size >= (most := catalogue().limits.lambda_response_bytes):
        return f"the reply has {size} bytes; it must have fewer than {most}"
    if kind == "STRING_MAP":
        for name, value in reply.items():
            if not isinstance(value, str):
                return f"{name} is no text but {type(value).__name__}"
    return ""
