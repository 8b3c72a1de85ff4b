"""What the tests of flows are made of: renderings, contacts, a clock, and scripted Lambdas."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flows.rendering import OUTBOUND_WHISPER, render
from local.flow_runner import Agent, Contact, Coverage, Endpoint, Outcome, Queue, run

PICKER = "arn:aws:lambda:us-east-1:111122223333:function:PickCallerId:live"
STOPPER = "arn:aws:lambda:us-east-1:111122223333:function:StopContact"
INSTANCE_ID = "c8c0e68d-2200-4265-82c0-000000000002"
INSTANCE = f"arn:aws:connect:us-east-1:111122223333:instance/{INSTANCE_ID}"
QUEUE_NUMBER = "+12065550100"
CUSTOMER = "+12065550123"
PICKED = "+12065550177"


def holes(**changed: str | list[str]) -> dict[str, str | list[str]]:
    given: dict[str, str | list[str]] = {
        "PICKER_ARN": PICKER,
        "STOPPER_ARN": STOPPER,
        "QUEUE": "outbound-sales",
        "LOGGING": "Enabled",
        "RECORDED_PARTICIPANTS": ["Agent", "Customer"],
        "ANALYTICS_ENABLED": "True",
        "ANALYTICS_LANGUAGE": "en-US",
        "CHANNELS_BLOCKED_ON_ERROR": "NONE",
    }
    return given | changed


def whisper(**changed: str | list[str]) -> dict[str, Any]:
    return dict(json.loads(render(OUTBOUND_WHISPER, holes(**changed))))


def whisper_coverage() -> Coverage:
    return Coverage(json.loads(OUTBOUND_WHISPER.read_text(encoding="utf-8")))


def contact(**changed: Any) -> Contact:
    given: dict[str, Any] = {
        "contact_id": "4a573372-1f28-4e26-b97b-000000000001",
        "instance_arn": INSTANCE,
        "queue": Queue("Outbound sales", f"{INSTANCE}/queue/aaaa", QUEUE_NUMBER),
        "customer": Endpoint(CUSTOMER),
        "agent": Agent("ada"),
    }
    return Contact(**(given | changed))


@dataclass
class Clock:
    """Seconds that pass only when told."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def reply(action: str = "dial", caller_id: str = PICKED, **changed: str) -> dict[str, str]:
    return {
        "action": action,
        "caller_id": caller_id if action == "dial" else "",
        "tier": "area_code",
        "reason": "same_area_code",
        "decision_id": "d-1",
        "arm": "",
        "region": "US",
        "place": "Seattle",
        "state": "WA",
        "mode": "on",
        "brand": "Example Care",
        "call_reason": "Your appointment",
    } | changed


Handler = Callable[[dict[str, Any]], Any]


def always(answer: Any, takes_s: float = 0.0, clock: Clock | None = None) -> Handler:
    """A Lambda that gives one answer, or raises it, after some seconds of the clock."""

    def handler(event: dict[str, Any]) -> Any:
        if clock:
            clock.sleep(takes_s)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler


STOPPED = always({"stopped": "true", "reason": "disconnected"})
NOT_STOPPED = always({"stopped": "false", "reason": "throttled"})
BROKEN = always(RuntimeError("no"))


@dataclass
class Scene:
    """One dial through the whisper, with a picker and a stopper that are told what to do."""

    picker: Handler
    stopper: Handler = NOT_STOPPED
    policy: str = "NONE"
    contact: Contact = field(default_factory=contact)
    clock: Clock = field(default_factory=Clock)
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def invoke(self, arn: str, event: dict[str, Any], left: float) -> Any:
        self.events.append((arn, event))
        return self.picker(event) if arn == PICKER else self.stopper(event)

    def play(self, coverage: Coverage | None = None) -> Outcome:
        return run(
            whisper(CHANNELS_BLOCKED_ON_ERROR=self.policy),
            self.contact,
            self.invoke,
            clock=self.clock,
            coverage=coverage,
        )

    def asked(self, arn: str) -> int:
        return sum(1 for called, _ in self.events if called == arn)
