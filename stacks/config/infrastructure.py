"""The instance, what is kept and for how long, and what is taken over."""

from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from stacks.config.base import REGION, UUID, Part, wrong

LogDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922,
    3288, 3653,
]  # fmt: skip
LOG_DAYS: tuple[int, ...] = get_args(LogDays)

InstanceArn = Annotated[
    str,
    StringConstraints(pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}:instance/{UUID}$"),
]
TableName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]
TableArn = Annotated[
    str, StringConstraints(pattern=rf"^arn:aws[a-z-]*:dynamodb:{REGION}:[0-9]{{12}}:table/.+$")
]
StreamArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:dynamodb:{REGION}:[0-9]{{12}}:table/.+/stream/.+$"
    ),
]
KeyArn = Annotated[
    str, StringConstraints(pattern=rf"^arn:aws[a-z-]*:kms:{REGION}:[0-9]{{12}}:key/.+$")
]
SecretArn = Annotated[
    str,
    StringConstraints(pattern=rf"^arn:aws[a-z-]*:secretsmanager:{REGION}:[0-9]{{12}}:secret:.+$"),
]


def _address(email: str) -> str:
    local, _, domain = email.partition("@")
    if not local or "." not in domain or any(c.isspace() for c in email) or "@" in domain:
        raise wrong("write one e-mail address, such as calls@example.com")
    return email


Email = Annotated[str, AfterValidator(_address)]


class NewInstance(Part):
    """An instance to create. Only for sandboxes."""

    alias: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,44}$")]
    """The instance's name in its web address; unique in the world."""


class Instance(Part):
    """The Amazon Connect instance that the calls are made from. Exactly one of the two."""

    arn: InstanceArn | None = None
    """The ARN of the instance that exists."""

    create: NewInstance | None = None
    """A new instance; needs `sandbox: true`."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.arn is None) == (self.create is None):
            raise wrong("give either arn (your instance) or, in a sandbox, create")
        return self


class Retention(Part):
    """How long things are kept, in days."""

    logs_days: LogDays = 90
    """Logs of the functions. CloudWatch knows only certain values."""

    raw_uploads_days: Annotated[int, Field(ge=1, le=3650)] = 30
    """Files that staff upload, and their results."""

    ledger_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """What was shown to which customer (by a keyed hash of the number)."""

    lake_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """A row of each call, for queries (customers by the same hash)."""


class ExistingTable(Part):
    """A table that exists already and is used instead of a new one. Exactly one of name, arn."""

    name: TableName | None = None
    arn: TableArn | None = None

    key_arn: KeyArn | None = None
    """The customer-managed KMS key of the table, where it has one."""

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        if (self.name is None) == (self.arn is None):
            raise wrong("give either name or arn of the table to take over")
        return self


class ExistingNumberPool(ExistingTable):
    """The numbers' table. Its stream (new and old images) drives the directory."""

    stream_arn: StreamArn
    """The ARN of the table's stream, of type NEW_AND_OLD_IMAGES."""


class ExistingCustomers(ExistingTable):
    """The customers' table, with the secret that its keys were hashed with."""

    key_secret_arn: SecretArn
    """The whole ARN of the secret. Under another one no customer would be known again."""


class Tables(Part):
    """Tables to take over, for instance those that an earlier stack left behind."""

    number_pool: ExistingNumberPool | None = None
    usage: ExistingTable | None = None
    customers: ExistingCustomers | None = None


class Modules(Part):
    """Capabilities, on or off. Data stay when a module is switched off."""

    number_intake: bool = True
    """Uploads of numbers: bucket, queue and importer."""

    calling: bool = True
    """The picker, the flows and the queues of the instance."""

    contact_lists: bool = True
    """The check of contact lists that are dropped in the uploads bucket."""

    inventory: bool = True
    """The job that compares the numbers which the instance really holds with the pools."""

    registry: bool = True
    """The numbers' papers: their files, what is due, and numbers that lack what a pool asks for."""

    suppression: bool = True
    """The functions that enter people who are not to be called. What stands counts without it."""

    text_replies: bool = False
    """Opt-outs by SMS: a topic for AWS End User Messaging and the function that heeds messages."""

    suppression_api: bool = False
    """An HTTP API, for the company's systems, that enters, lifts and shows suppressions."""

    outcomes: bool = True
    """What became of calls, counted by number and kept for queries; with contact_records."""

    reputation: bool = True
    """Numbers that are answered too seldom, or that phones label, rest; with outcomes."""

    dashboard: bool = True
    """A CloudWatch dashboard of picks, blocks, latency, numbers and suppressions; with calling."""


class Picker(Part):
    """The function that chooses the caller ID."""

    snap_start: bool = False
    """Start from a snapshot. A snapshot unused for two weeks goes inactive: for busy queues."""

    memory_mb: Annotated[int, Field(ge=256, le=10240)] = 1024
    """Memory, and with it the share of a processor."""


class Deployment(Part):
    """How a new version of the picker takes over."""

    canary: bool = True
    """One call in ten for five minutes, then all; back at once when an alarm rings."""


class Alarms(Part):
    """Who hears of alarms."""

    email: Email | None = None


class Uploads(Part):
    """Who hears of the results of uploads."""

    notify_email: Email | None = None
