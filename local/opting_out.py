"""What customers and agents do to stop calls: a return call, a message, a choice, a request."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from local.cloud import LocalCloud
from local.errors import LocalError
from local.flow_runner import Contact, Endpoint, FlowType, Outcome, run
from local.functions import Invocation
from local.kinesis_source import KinesisSource

Json = Any
INSTANCE_CALLER = "arn:aws:sts::123456789012:assumed-role/crm/session"


@dataclass(frozen=True)
class ReturnCall:
    """A call that came back: what was heard, and how it ended (`queued` or `disconnected`)."""

    outcome: Outcome
    invocations: Sequence[Invocation]

    @property
    def ended(self) -> str:
        return str(self.outcome.ended)


def call_back(
    cloud: LocalCloud, number: str | None, *keys: str, flow: str | None = None
) -> ReturnCall:
    """A customer calls a number of ours and presses keys. None is for a withheld number."""
    flows = cloud.loaded.return_calls
    if not flows:
        raise LocalError("This config has no return_calls.")
    arn = flows[flow] if flow else next(iter(flows.values()))
    contact = Contact(
        contact_id=str(uuid.uuid4()),
        instance_arn=cloud.loaded.instance_arn,
        queue=None,
        customer=Endpoint(number) if number is not None else None,
        initiation_method="INBOUND",
        keys=keys,
    )
    invocations: list[Invocation] = []

    def invoke(called: str, event: dict[str, Json], _seconds_left: float) -> Json:
        invocations.append(cloud.invoke(called, event))
        return invocations[-1].payload

    outcome = run(
        cloud.loaded.flows[arn][1],
        contact,
        invoke,
        flow_type=FlowType.CONTACT_FLOW,
        clock=cloud.seconds,
        coverage=cloud.coverage[arn],
    )
    return ReturnCall(outcome, tuple(invocations))


def send_text(
    cloud: LocalCloud, sender: str, body: str, to: str = "+12065550199"
) -> list[Invocation]:
    """A customer sends a message to a number of ours; each function that hears of it is called."""
    heard = cloud.made.subscriptions
    if not heard:
        raise LocalError("No function of this app hears of messages (modules.text_replies).")
    message = {
        "originationNumber": sender,
        "destinationNumber": to,
        "messageKeyword": "",
        "messageBody": body,
        "inboundMessageId": str(uuid.uuid4()),
        "previousPublishedMessageId": "",
    }
    return [
        cloud.invoke(function, _notice(cloud, topic, json.dumps(message)))
        for topic, functions in heard.items()
        for function in functions
    ]


def _notice(cloud: LocalCloud, topic: str, message: str) -> dict[str, Json]:
    """An event as SNS hands it to Lambda."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic}:local",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": str(uuid.uuid4()),
                    "TopicArn": topic,
                    "Subject": None,
                    "Message": message,
                    "Timestamp": cloud.clock.now().isoformat(timespec="milliseconds"),
                    "MessageAttributes": {},
                },
            }
        ]
    }


def contact_record(
    cloud: LocalCloud, customer: str, attributes: Mapping[str, str], method: str = "OUTBOUND"
) -> dict[str, Json]:
    """The record of a contact that has just ended."""
    now = cloud.clock.now().isoformat(timespec="seconds").replace("+00:00", "Z")
    return {
        "AWSContactTraceRecordFormatVersion": "2017-03-10",
        "Agent": {"Username": "ada", "ConnectedToAgentTimestamp": now},
        "Attributes": dict(attributes),
        "Channel": "VOICE",
        "ConnectedToSystemTimestamp": now,
        "ContactId": str(uuid.uuid4()),
        "CustomerEndpoint": {"Address": customer, "Type": "TELEPHONE_NUMBER"},
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "DisconnectTimestamp": now,
        "InitiationMethod": method,
        "InitiationTimestamp": now,
        "InstanceARN": cloud.loaded.instance_arn,
        "LastUpdateTimestamp": now,
        "SystemEndpoint": {"Address": "+12065550199", "Type": "TELEPHONE_NUMBER"},
    }


def deliver(cloud: LocalCloud, *records: Mapping[str, Json] | bytes) -> KinesisSource:
    """Connect writes contact records; the functions that read them have done so on return."""
    source = next((one for one in cloud.sources if isinstance(one, KinesisSource)), None)
    if source is None:
        raise LocalError("No function of this app reads contact records (contact_records).")
    for record in records:
        data = record if isinstance(record, bytes) else json.dumps(record).encode()
        source.put(data, str(uuid.uuid4()))
    cloud.settle()
    return source


@dataclass(frozen=True)
class Answer:
    """What an HTTP API answered."""

    status: int
    body: Json


def request(cloud: LocalCloud, route: str, body: Json, caller: str = INSTANCE_CALLER) -> Answer:
    """Ask the HTTP API, as a caller whom IAM knows. `route` is as in "POST /suppressions".

    The routes are those of the template; a body that is no text is sent as its JSON.
    """
    if route not in cloud.made.routes:
        return Answer(404, {"message": "Not Found"})
    method, _, path = route.partition(" ")
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": "",
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "authorizer": {"iam": {"userArn": caller}},
            "http": {"method": method, "path": path},
        },
        "body": body if isinstance(body, str) else json.dumps(body),
        "isBase64Encoded": False,
    }
    told = cloud.invoke(cloud.made.routes[route], event).payload
    return Answer(told["statusCode"], json.loads(told["body"]))
