"""Contacts of an instance: what agents dialled, by the whisper flow that their queue has."""

import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.clock import Clock
from local.connect_instance import listing
from local.connect_instance.model import Refused
from local.connect_instance.things import Answer, Json, Parameters, found
from local.flow_runner import CallFailedError, Endpoint, Invoke, Outcome, Queue, run
from local.flow_runner import Contact as Dialling

UNSET = 0.001
"""How Connect writes a time that there is none of: the first millisecond of 1970."""
LONGEST_SEARCH = timedelta(weeks=8)


@dataclass
class Contact:
    """A contact. `shown` is what the customer saw, which the API does not tell."""

    id: str
    began: datetime
    customer: str
    system: str
    attributes: dict[str, str]
    shown: str = ""
    initiation: str = "OUTBOUND"
    channel: str = "VOICE"
    answered: datetime | None = None
    agent_connected: datetime | None = None
    ended: datetime | None = None
    reason: str = ""


@dataclass
class Contacts:
    """The contacts by id. Where Amazon's documentation is silent, the switches say what is so.

    `tells_what_was_shown`: the system endpoint is the number that the whisper chose, not the
    queue's. `agent_first`: an unanswered call has a time at which its agent was connected.
    `keeps_empty`: attributes set to an empty text are there.
    """

    instance_arn: str
    held: dict[str, Contact] = field(default_factory=dict)
    clock: Clock = field(default_factory=Clock)
    page_size: int = 100
    tells_what_was_shown: bool = False
    agent_first: bool = True
    keeps_empty: bool = True

    def operation(self, name: str) -> Answer | None:
        """What answers an operation on contacts; None for any other."""
        answer = _OPERATIONS.get(name)
        return None if answer is None else lambda asked: answer(self, asked)

    def dialled(
        self,
        content: str,
        queue: Queue,
        customer: str,
        invoke: Invoke,
        *,
        answered: bool = True,
        **troubles: Any,
    ) -> Contact:
        """An agent dials: the queue's whisper runs, and then it rings, or does not."""
        made = str(uuid.uuid4())
        now = self.clock.now()
        dialling = Dialling(made, self.instance_arn, queue, Endpoint(customer))
        outcome: Outcome | None = None
        try:
            outcome = run(json.loads(content), dialling, invoke, **troubles)
        except CallFailedError:
            answered = False
        kept = outcome.attributes if outcome else {}
        own = queue.outbound_number or ""
        shown = (outcome.dialled.caller_id if outcome and outcome.dialled else "") or ""
        answered = answered and bool(shown)
        self.held[made] = Contact(
            made,
            now,
            customer,
            (shown if self.tells_what_was_shown else "") or own,
            {name: text for name, text in kept.items() if text or self.keeps_empty},
            shown,
            answered=now + timedelta(seconds=8) if answered else None,
            agent_connected=now + timedelta(seconds=9 if answered else 1)
            if answered or (self.agent_first and shown)
            else None,
            ended=now + timedelta(seconds=30),
            reason="CUSTOMER_DISCONNECT" if answered else "TELECOM_UNANSWERED",
        )
        return self.held[made]

    def _describe(self, asked: Parameters) -> dict[str, Json]:
        contact = found(self.held, asked["ContactId"], "contact")
        over = contact.ended is not None and self.clock.now() >= contact.ended
        told: dict[str, Json] = {
            "Id": contact.id,
            "Arn": f"{self.instance_arn}/contact/{contact.id}",
            "InitiationMethod": contact.initiation,
            "Channel": contact.channel,
            "InitiationTimestamp": contact.began.timestamp(),
            "LastUpdateTimestamp": self.clock.now().timestamp(),
            "ConnectedToSystemTimestamp": _stamp(contact.answered),
            "DisconnectTimestamp": _stamp(contact.ended if over else None),
            "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": contact.customer},
            "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": contact.system},
            "AgentInfo": {
                "Id": "agent",
                "ConnectedToAgentTimestamp": _stamp(contact.agent_connected),
            },
        }
        if over:
            told["DisconnectReason"] = contact.reason
        return {"Contact": told}

    def _attributes(self, asked: Parameters) -> dict[str, Json]:
        contact = found(self.held, asked["InitialContactId"], "contact")
        return {"Attributes": dict(contact.attributes)}

    def _search(self, asked: Parameters) -> dict[str, Json]:
        """Summaries, which name neither end of a contact."""
        window = asked["TimeRange"]
        since, until = (_moment(window[name]) for name in ("StartTime", "EndTime"))
        if not since < until <= since + LONGEST_SEARCH:
            raise Refused("InvalidParameterException", "the time range")
        criteria = asked.get("SearchCriteria", {})
        matching = [
            contact
            for contact in self.held.values()
            if since <= contact.began <= until
            and contact.initiation in criteria.get("InitiationMethods", [contact.initiation])
            and contact.channel in criteria.get("Channels", [contact.channel])
        ]
        newest = asked.get("Sort", {}).get("Order") == "DESCENDING"
        items = [
            {
                "Id": contact.id,
                "InitiationMethod": contact.initiation,
                "Channel": contact.channel,
                "InitiationTimestamp": contact.began.timestamp(),
            }
            for contact in sorted(matching, key=lambda one: one.began, reverse=newest)
        ]
        page = listing.page("Contacts", items, asked, self.page_size)
        return page | {"TotalCount": len(items)}


def _stamp(moment: datetime | None) -> float:
    return UNSET if moment is None else moment.timestamp()


def _moment(told: Json) -> datetime:
    return datetime.fromtimestamp(float(told)).astimezone()


_OPERATIONS: Mapping[str, Callable[[Contacts, Parameters], dict[str, Json]]] = {
    "DescribeContact": Contacts._describe,
    "GetContactAttributes": Contacts._attributes,
    "SearchContacts": Contacts._search,
}
