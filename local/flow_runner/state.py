"""What a flow's references see, and what its blocks change."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.flow_runner.contact import Contact, Endpoint
from local.flow_runner.references import is_reference, resolve


@dataclass(frozen=True, slots=True)
class Dialled:
    """A call that was placed, and what the customer sees.

    ``by`` is ``number`` (the flow's caller ID), ``queue`` (the flow left it to the queue) or
    ``connect`` (no block dialled: Connect did when the whisper ended, or before a prompt).
    """

    caller_id: str
    by: str


@dataclass(slots=True)
class State:
    """One run's state.

    ``heard`` is what was said to the customer, ``target_queue`` where the contact is to wait, and
    ``gone`` how it left the flow: "queued" or "disconnected".
    ``lambda_seconds`` counts what Connect waited since the last block that spoke;
    ``overrun_seconds`` what functions took after Connect had stopped waiting for them.
    """

    contact: Contact
    attributes: dict[str, str]
    flow_attributes: dict[str, str] = field(default_factory=dict)
    external: Mapping[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    loops: dict[str, int] = field(default_factory=dict)
    logging: bool | None = None
    recording: Mapping[str, Any] | None = None
    dialled: Dialled | None = None
    heard: list[str] = field(default_factory=list)
    asked: int = 0
    target_queue: str = ""
    gone: str = ""
    lambda_seconds: float = 0.0
    overrun_seconds: float = 0.0

    def value_of(self, text: str) -> str | None:
        """A parameter's value: what a reference points at, or the text itself."""
        return resolve(self.data(), text) if is_reference(text) else text

    def data(self) -> dict[str, Any]:
        contact = self.contact
        queue, agent = contact.queue, contact.agent
        return {
            "ContactId": contact.contact_id,
            "InitialContactId": contact.initial_contact_id or contact.contact_id,
            "PreviousContactId": contact.previous_contact_id,
            "InitiationMethod": contact.initiation_method,
            "Channel": contact.channel,
            "InstanceARN": contact.instance_arn,
            "LanguageCode": contact.language,
            "CustomerId": contact.customer_id,
            "AwsRegion": contact.region,
            "CustomerEndpoint": endpoint(contact.customer),
            "SystemEndpoint": number_endpoint(contact.default_number),
            "Queue": queue
            and {
                "Name": queue.name,
                "ARN": queue.arn,
                "OutboundCallerId": number_endpoint(queue.outbound_number),
            },
            "Agent": agent
            and {
                "UserName": agent.user_name,
                "FirstName": agent.first_name,
                "LastName": agent.last_name,
                "ARN": agent.arn,
            },
            "Attributes": self.attributes,
            "FlowAttributes": self.flow_attributes,
            "External": self.external,
            "Tags": self.tags,
            "SegmentAttributes": contact.segment_attributes,
            "References": contact.references,
            "Loop": {name: {"Index": str(turn)} for name, turn in self.loops.items()},
        }


def endpoint(known: Endpoint | None) -> dict[str, str | None] | None:
    """An endpoint as Connect writes it; null where there is none."""
    return {"Address": known.address, "Type": known.type} if known else None


def number_endpoint(number: str | None) -> dict[str, str | None] | None:
    """A phone number as Connect writes it; null where there is none."""
    return endpoint(Endpoint(number)) if number else None
