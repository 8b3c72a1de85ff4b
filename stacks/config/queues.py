"""Queues: who calls, under which name, and what happens when no number can be chosen."""

from enum import StrEnum
from typing import Annotated, Literal, Self

import phonenumbers
from pydantic import AfterValidator, Field, StringConstraints, model_validator

from lambdas.domain.settings import RunMode
from stacks.config.base import REGION, UUID, Key, Part, wrong
from stacks.config.pools import Country

RESERVED_IN_SIP = frozenset(";/?:@&=+$,")
LONGEST_CALLER_NAME = 15


def _deliverable_name(name: str) -> str:
    """Carriers deliver 15 characters of a caller's name; SIP reserves ten characters."""
    reserved = sorted(set(name) & RESERVED_IN_SIP)
    if reserved:
        raise wrong(f"leave out {' '.join(reserved)} - SIP reserves these characters")
    if len(name) > LONGEST_CALLER_NAME:
        raise wrong(
            f"shorten it by {len(name) - LONGEST_CALLER_NAME} - carriers deliver at most "
            f"{LONGEST_CALLER_NAME} characters of a name"
        )
    if not name.isprintable() or name != name.strip() or not name:
        raise wrong("write a visible name without spaces at its ends")
    return name


CallerName = Annotated[str, AfterValidator(_deliverable_name)]
NumberArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}:phone-number/{UUID}$"
    ),
]
QueueArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}:instance/{UUID}/queue/{UUID}$"
    ),
]
HoursArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}"
        rf":instance/{UUID}/operating-hours/{UUID}$"
    ),
]


class Purpose(StrEnum):
    """Why customers are called. Rules of law differ by it."""

    MARKETING = "marketing"
    SERVICE = "service"
    COLLECTIONS = "collections"
    REQUESTED = "requested"


class OnFailure(StrEnum):
    """What a dial does when the picker has no number for it."""

    DEFAULT = "default"
    BLOCK = "block"


class Claim(Part):
    """A number to claim for the instance. It is kept when the stack goes."""

    country: Country
    """ISO 3166-1 alpha-2, such as US."""

    type: Literal["DID", "TOLL_FREE"] = "DID"

    prefix: Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{0,14}$")] | None = None
    """The first digits, with + and the country's calling code: "+1206"."""

    @model_validator(mode="after")
    def _prefix_is_of_the_country(self) -> Self:
        code = f"+{phonenumbers.country_code_for_region(self.country)}"
        if self.prefix is not None and not (
            self.prefix.startswith(code) or code.startswith(self.prefix)
        ):
            raise wrong(f"begin prefix with {code}, the calling code of {self.country}")
        return self


class DefaultNumber(Part):
    """The number that the queue shows when no local one is chosen. Exactly one of the two."""

    arn: NumberArn | None = None
    """The ARN of a number that the instance holds."""

    claim: Claim | None = None
    """A number to claim with the first deployment."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.arn is None) == (self.claim is None):
            raise wrong("give either arn (a number that you hold) or claim (a number to get)")
        return self


class Existing(Part):
    """A queue that the instance has already. Exactly one of the two."""

    id: Annotated[str, StringConstraints(pattern=rf"^{UUID}$")] | None = None
    """Its id: the last part of its ARN."""

    arn: QueueArn | None = None
    """Its ARN."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.id is None) == (self.arn is None):
            raise wrong("give either id or arn of the queue that exists")
        return self

    @property
    def queue_id(self) -> str:
        """Connect's id of the queue."""
        return self.id or str(self.arn).rpartition("/")[2]


class Attempts(Part):
    """How often one customer may be rung, over every queue; a call beyond that is blocked."""

    most: Annotated[int, Field(ge=1, le=30)]
    """So many calls ..."""

    hours: Annotated[int, Field(ge=1, le=720)]
    """... within so many hours before the next, rolling exactly."""


ATTEMPTS = {
    Purpose.MARKETING: Attempts(most=3, hours=24),
    Purpose.COLLECTIONS: Attempts(most=7, hours=168),
}


def _run_mode(mode: str) -> str:
    try:
        return RunMode.read(mode).written()
    except ValueError:
        raise wrong("write off, observe, on, or a share of the calls such as percent 25") from None


class Recording(Part):
    """Whose voice is recorded."""

    agent: bool = False
    customer: bool = False


class Analytics(Part):
    """Contact Lens for the calls of this queue."""

    enabled: bool = False
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}-[A-Z]{2}$")] = "en-US"


_WORD = StringConstraints(pattern=r"^[A-Za-z0-9-]{1,40}$")


class Voice(Part):
    """The voice of texts that later flows of the call may speak."""

    name: Annotated[str, _WORD]
    """A voice of Amazon Polly, such as Joanna."""

    engine: Annotated[str, _WORD] | None = None
    """standard, neural or generative; without it, Connect's own choice."""

    style: Annotated[str, _WORD] | None = None
    """A style of speaking that the voice has, such as Conversational."""


SCREENED = frozenset({Purpose.MARKETING, Purpose.COLLECTIONS})
"""Calls that are not made where it cannot be known whether they are wanted."""


class QueueTemplate(Part):
    """What the queues of a list have in common: all of a queue but its names."""

    description: Annotated[str, StringConstraints(min_length=1, max_length=250)] | None = None

    default_number: DefaultNumber | None = None
    """Amazon Connect fails every call of a queue without a number, so there is no default. Only an
    existing queue may go without: it keeps its own."""

    pool: Key
    """The pool whose numbers the queue may show."""

    purpose: Purpose
    """marketing, service, collections or requested."""

    brand: Annotated[str, StringConstraints(pattern=r"^[^|]{1,60}$", strip_whitespace=True)] | (
        None
    ) = None
    """The name that the queue calls for. Who does not want calls of one brand is still called for
    the others; a queue without a brand may be any of them. It is kept with each dialled contact as
    the attribute local_presence_brand."""

    call_reason: (
        Annotated[
            str,
            StringConstraints(pattern=r"^[^\x00-\x1f\x7f]{1,60}$", strip_whitespace=True),
        ]
        | None
    ) = None
    """Why the queue calls, in a few words for the customer's display: "Your appointment". Kept with
    each dialled contact as the attribute local_presence_call_reason, for branded calling."""

    must_screen: bool | None = None
    """Whether no call may be made without a look at who is not to be called: then the call is
    blocked where the store is out of reach. Without it, marketing and collections must."""

    on_exhausted: OnFailure | None = None
    """When every number is at its limit: `default` shows the queue's number, `block` stops
    the call. Without it, marketing blocks and all else dials."""

    on_error: OnFailure | None = None
    """When the picker fails or its store is out of reach: `default` or `block`. Without it, a
    queue that must screen blocks and all else dials."""

    mode: Annotated[str, AfterValidator(_run_mode)] = "observe"
    """The first mode of the queue; afterwards it is changed at run time, without a deploy.
    `observe` decides and logs, and dials the queue's number; `percent 25` decides for a quarter
    of the calls; `on` for all; `off` for none."""

    attempts: Attempts | None = None
    """How often a customer may be rung. Without it, marketing queues ring 3 times in 24 hours,
    collections 7 times in 7 days, and others are not limited."""

    recording: Recording = Recording()
    analytics: Analytics = Analytics()

    voice: Voice | None = None
    """Set at the beginning of the whisper, for flows that speak later; without it none is set."""

    flow_logging: bool = True
    """Whether the flow writes its steps to the instance's flow log."""

    hours_of_operation: HoursArn | None = None
    """Hours of the queue in Amazon Connect; without it the queue is open all day, every day.
    Lawful calling hours are the picker's matter, not this."""

    @property
    def attempts_allowed(self) -> Attempts | None:
        """How often a customer may be rung; None for no limit."""
        return self.attempts or ATTEMPTS.get(self.purpose)

    @property
    def screens(self) -> bool:
        """Whether no call may be made without a look at who is not to be called."""
        return self.purpose in SCREENED if self.must_screen is None else self.must_screen

    @property
    def when_failing(self) -> OnFailure:
        """What is done when the picker fails or its store is out of reach."""
        if self.screens:
            return OnFailure.BLOCK
        return self.on_error or OnFailure.DEFAULT

    @property
    def when_exhausted(self) -> OnFailure:
        """What is done when every number is at its limit."""
        if self.on_exhausted is not None:
            return self.on_exhausted
        return OnFailure.BLOCK if self.purpose is Purpose.MARKETING else OnFailure.DEFAULT


class Queue(QueueTemplate):
    """An outbound queue of the instance."""

    existing: Existing | None = None
    """A queue that the instance has already: it is taken over instead of made, and gets back what
    it had when it leaves this file. Without it, the queue is made."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=127)]
    """The name that agents and supervisors see."""

    caller_id_name: CallerName
    """The name shown to customers where carriers deliver one: at most 15 characters."""
