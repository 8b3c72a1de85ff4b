"""The contact that a flow runs for, as Connect knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Endpoint:
    address: str | None
    type: str = "TELEPHONE_NUMBER"


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue; ``outbound_number`` is its default caller ID in E.164, or None where it has none."""

    name: str
    arn: str
    outbound_number: str | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    user_name: str
    first_name: str = ""
    last_name: str = ""
    arn: str = ""


@dataclass(slots=True)
class Contact:
    """One contact. Optional members may be None, as they are in Connect's events.

    ``stopped``, or ``stops_at`` (in the runner's clock, seconds), say that Connect has ended the
    contact, or will: a flow ends with its contact, at the next block. ``keys`` are what the caller
    presses, one each time that a flow asks; "" is silence, as is all after the last one.
    """

    contact_id: str
    instance_arn: str
    queue: Queue | None
    customer: Endpoint | None
    channel: str = "VOICE"
    initiation_method: str = "OUTBOUND"
    agent: Agent | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    initial_contact_id: str | None = None
    previous_contact_id: str | None = None
    language: str | None = "en-US"
    customer_id: str | None = None
    name: str | None = None
    description: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    references: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    segment_attributes: Mapping[str, str] = field(default_factory=dict)
    keys: tuple[str, ...] = ()
    stopped: bool = False
    stops_at: float | None = None

    def is_stopped(self, now: float) -> bool:
        return self.stopped or (self.stops_at is not None and now >= self.stops_at)

    @property
    def default_number(self) -> str | None:
        return self.queue.outbound_number if self.queue else None

    @property
    def region(self) -> str:
        parts = self.instance_arn.split(":")
        return parts[3] if len(parts) > 3 else ""
