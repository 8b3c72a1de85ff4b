"""Stop a contact before the customer is rung, and say whether it really stopped."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

STOP_PAUSES_S = (0.15, 0.3, 0.6, 1.2)
POLL_PAUSES_S = (0.1, 0.2, 0.4, 0.6)


@dataclass(frozen=True, slots=True)
class ContactRef:
    """A contact of one Connect instance; both are ids, not ARNs."""

    instance_id: str
    contact_id: str


class ContactBusyError(Exception):
    """Connect throttled the request or did not answer; the same request may succeed later."""


class ContactUnknownError(Exception):
    """Connect knows no such contact, or knows it no longer."""


class ContactRefusedError(Exception):
    """Connect will not do this, now or later; ``args[0]`` is its error code."""


class Contacts(Protocol):
    """Connect's contacts. Both raise ContactBusyError, ContactUnknownError, ContactRefusedError."""

    def stop(self, contact: ContactRef) -> None: ...

    def is_disconnected(self, contact: ContactRef) -> bool: ...


class StopReason(StrEnum):
    """Why the answer is what it is; part of the reply to the flow."""

    DISCONNECTED = "disconnected"
    UNCONFIRMED = "unconfirmed"
    THROTTLED = "throttled"
    UNKNOWN_CONTACT = "unknown_contact"
    REFUSED = "refused"
    NOT_A_CONTACT = "not_a_contact"


@dataclass(frozen=True, slots=True)
class Stop:
    """What came of it. ``code`` is Connect's error code where it would not."""

    reason: StopReason
    requests: int
    code: str = ""

    @property
    def stopped(self) -> bool:
        return self.reason is StopReason.DISCONNECTED


@dataclass(slots=True)
class Patience:
    """How long one attempt may take. Time is passed in, so that tests need not wait."""

    budget_s: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    _deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self._deadline = self.monotonic() + self.budget_s

    def wait(self, pauses: tuple[float, ...], turn: int) -> bool:
        """Pause before the next turn; False, at once, where the budget would not allow it.

        Each pause is stretched by up to a half, so that blocks that met in one throttled second
        do not meet again.
        """
        pause = pauses[min(turn, len(pauses) - 1)] * (1 + self.jitter() / 2)
        if self.monotonic() + pause >= self._deadline:
            return False
        self.sleep(pause)
        return True


def stop_contact(contacts: Contacts, contact: ContactRef, patience: Patience) -> Stop:
    """Ask Connect to stop the contact, then wait until it reports the contact as disconnected.

    Throttled requests are repeated within ``patience``. A contact that Connect refuses to stop, or
    does not know, may be over already (a retried invocation, an agent who hung up): that is looked
    up once before it counts as a failure. Never raises for what Connect answers.
    """
    requests = 0
    while True:
        requests += 1
        try:
            contacts.stop(contact)
        except ContactBusyError:
            if not patience.wait(STOP_PAUSES_S, requests - 1):
                return Stop(StopReason.THROTTLED, requests)
        except ContactUnknownError as unknown:
            failure = Stop(StopReason.UNKNOWN_CONTACT, requests, str(unknown))
            return _over_already(contacts, contact, failure)
        except ContactRefusedError as refusal:
            failure = Stop(StopReason.REFUSED, requests, str(refusal))
            return _over_already(contacts, contact, failure)
        else:
            return _wait_for_end(contacts, contact, patience, requests)


def _over_already(contacts: Contacts, contact: ContactRef, failure: Stop) -> Stop:
    try:
        over = contacts.is_disconnected(contact)
    except (ContactBusyError, ContactUnknownError, ContactRefusedError):
        over = False
    requests = failure.requests + 1
    reason = StopReason.DISCONNECTED if over else failure.reason
    return Stop(reason, requests, "" if over else failure.code)


def _wait_for_end(
    contacts: Contacts, contact: ContactRef, patience: Patience, requests: int
) -> Stop:
    turn = 0
    while True:
        requests += 1
        try:
            if contacts.is_disconnected(contact):
                return Stop(StopReason.DISCONNECTED, requests)
        except ContactBusyError:
            pass
        except (ContactUnknownError, ContactRefusedError) as failure:
            return Stop(StopReason.UNCONFIRMED, requests, str(failure))
        if not patience.wait(POLL_PAUSES_S, turn):
            return Stop(StopReason.UNCONFIRMED, requests)
        turn += 1
