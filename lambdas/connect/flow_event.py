"""Connect's flow event, read defensively: members may be missing or null, new ones may appear.

Source: Amazon Connect Administrator Guide, "Invoke AWS Lambda functions"; the shape is that of
tests/events/*.json.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple


class FlowEvent(NamedTuple):
    """What a flow tells a function. Absent text is ""; an absent customer address is None.

    `system_address` is the number of the contact's queue, which a dial by default shows.
    """

    contact_id: str
    channel: str
    instance_arn: str
    customer_address: str | None
    customer_address_type: str
    queue_name: str
    system_address: str
    parameters: Mapping[str, str]

    def parameter(self, name: str) -> str:
        return self.parameters.get(name, "")


def parse(event: Any) -> FlowEvent:
    """Read a flow event; whatever is missing or of another type reads as absent."""
    details = _mapping(_mapping(event).get("Details"))
    contact = _mapping(details.get("ContactData"))
    customer = _mapping(contact.get("CustomerEndpoint"))
    parameters = {
        str(name): value
        for name, value in _mapping(details.get("Parameters")).items()
        if isinstance(value, str)
    }
    return FlowEvent(
        contact_id=_text(contact.get("ContactId")),
        channel=_text(contact.get("Channel")),
        instance_arn=_text(contact.get("InstanceARN")),
        customer_address=_text(customer.get("Address")).strip() or None,
        customer_address_type=_text(customer.get("Type")),
        queue_name=_text(_mapping(contact.get("Queue")).get("Name")),
        system_address=_text(_mapping(contact.get("SystemEndpoint")).get("Address")).strip(),
        parameters=parameters,
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
