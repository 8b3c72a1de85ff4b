"""The custom resource that takes over queues, between a fake instance and a NumberPool table."""

import json
import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch

from lambdas.adopt_queues import response
from lambdas.adopt_queues.handler import handler
from lambdas.connect.pace import Pace
from lambdas.wiring import adopting
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.machine import environment

LAMBDA_MINUTES = 15


def whisper(*actions: Mapping[str, Any], caller: str = "") -> str:
    """A valid whisper of these blocks in a row, then the dial."""
    parameters = {"CallerId": {"Number": caller}} if caller else {}
    row = [*actions, {"Type": "CompleteOutboundCall", "Parameters": parameters}]
    blocks = [
        {
            "Identifier": f"b{number}",
            "Transitions": {
                "NextAction": f"b{number + 1}",
                "Errors": [
                    {"ErrorType": kind, "NextAction": f"b{number + 1}"}
                    for kind in action.get("Errors", ())
                ],
                "Conditions": [],
            },
            **{key: value for key, value in action.items() if key != "Errors"},
        }
        for number, action in enumerate(row)
    ]
    end = {
        "Identifier": f"b{len(row)}", "Type": "EndFlowExecution", "Parameters": {},
        "Transitions": {},
    }  # fmt: skip
    return json.dumps({"Version": "2019-10-30", "StartAction": "b0", "Actions": [*blocks, end]})


RECORDING = {
    "Type": "UpdateContactRecordingBehavior",
    "Parameters": {"RecordingBehavior": {"RecordedParticipants": ["Agent", "Customer"]}},
}
PROMPT = {
    "Type": "MessageParticipant",
    "Parameters": {"Text": "This call may be recorded."},
    "Errors": ["NoMatchingError"],
}
SETTINGS = {
    "recording": "Agent and Customer", "analytics": "off", "flow_logging": "Enabled",
    "voice": "",
}  # fmt: skip


@dataclass
class Deployment:
    """What CloudFormation does with the custom resource, and what it was told."""

    instance: ConnectInstance
    time: VirtualTime
    answers: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, kind: str, queues: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """A request for these queues; the answer to it."""
        return self.send(kind, {**self._given, "Queues": list(queues)})

    def of_list(self, kind: str, queues: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
        """The same from the stack of a list."""
        scope = {"Scope": "Queues-agents"}
        return self.send(kind, {**self._given, **scope, "Queues": list(queues)})

    @property
    def _given(self) -> dict[str, Any]:
        does = ["UpdateContactAttributes local_presence_tier"]
        return {"Environment": "example", "InstanceArn": self.instance.arn, "WhisperDoes": does}

    def send(self, kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        """One request; the answer to it. Raises Crash where the function died."""
        event = {
            "RequestType": kind,
            "ResponseURL": "https://answers.example/",
            "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/Calling/1",
            "RequestId": str(uuid.uuid4()),
            "LogicalResourceId": "AdoptedQueues",
            "ResourceType": "Custom::LocalPresenceAdoptedQueues",
            "ResourceProperties": {"ServiceToken": "arn", **properties},
        }
        handler(event, _Context(self.time, self.time.monotonic()))
        return self.answers[-1]


@dataclass
class _Context:
    time: VirtualTime
    began: float

    def get_remaining_time_in_millis(self) -> int:
        return int((LAMBDA_MINUTES * 60 + self.began - self.time.monotonic()) * 1000)


def wanted(queue: str, flow: str, **more: Any) -> dict[str, Any]:
    """A queue of the resource's properties."""
    return {
        "Key": "sales", "Queue": queue, "CallerIdName": "Example Sales", "Number": "",
        "Flow": flow, "WhisperSettings": SETTINGS, "Said": [], **more,
    }  # fmt: skip


class Crash(BaseException):
    """The function's container is gone in the middle of its work."""


@dataclass
class Dying:
    """Ends the function at its nth request to AWS: before it is sent, or once it was answered.

    `moment` is one of `MOMENTS`.
    """

    at: int
    moment: str

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the requests of the function's clients until the end."""
        clients: tuple[Any, ...] = (adopting.connect(), adopting.dynamodb())
        events = [
            (client, f"{self.moment}.{client.meta.service_model.service_name}")
            for client in clients
        ]
        for client, event in events:
            client.meta.events.register(event, self._count)
        try:
            yield
        finally:
            for client, event in events:
                client.meta.events.unregister(event, self._count)

    def _count(self, **_: Any) -> None:
        self.at -= 1
        if self.at == 0:
            raise Crash


MOMENTS = ("before-call", "after-call")


@contextmanager
def deployed(dynamodb: str, table: str) -> Iterator[Deployment]:
    """An instance and the function, with the table on the engine at `dynamodb`.

    An hour of waiting takes no time: it passes only when somebody waits.
    """
    time = VirtualTime()
    instance = ConnectInstance(buckets=Buckets(time.monotonic))
    deployment = Deployment(instance, time)

    def put(_address: str, body: bytes) -> None:
        deployment.answers.append(json.loads(body))

    def pace(remaining: Callable[[], float]) -> Pace:
        return Pace(
            remaining=remaining, reserve=adopting.RESERVE_S, monotonic=time.monotonic,
            sleep=time.sleep, jitter=lambda: 0.5,
        )  # fmt: skip

    with serving(instance) as address, environment(_settings(dynamodb, address, table)):
        adopting.use_pace(pace)
        try:
            with patch.object(response, "put", put):
                yield deployment
        finally:
            adopting.use_pace(None)


def _settings(dynamodb: str, connect: str, table: str) -> dict[str, str | None]:
    return {
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb,
        "AWS_ENDPOINT_URL_CONNECT": connect,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_SESSION_TOKEN": None,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_PROFILE": None,
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": None,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "NUMBER_POOL_TABLE": table,
    }
