"""The whole configuration of one environment."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, PrivateAttr, StringConstraints

from stacks.config.base import REGION, Arn, Key, Part, wrong
from stacks.config.infrastructure import (
    Alarms,
    Deployment,
    Instance,
    Modules,
    Picker,
    Retention,
    Tables,
    Uploads,
)
from stacks.config.inventory import Inventory
from stacks.config.listed import CALLING, Listed
from stacks.config.lists import Lists
from stacks.config.opting_out import ContactRecords, ReturnCall
from stacks.config.origins import origin_of
from stacks.config.outcomes import Outcomes
from stacks.config.pool_hours import lifted_notes
from stacks.config.pools import Pool
from stacks.config.queue_lists import QueueList
from stacks.config.queues import OnFailure, Purpose, Queue
from stacks.config.register_warnings import register_warnings
from stacks.config.report import Report
from stacks.config.reputation import Reputation
from stacks.config.rule_overrides import CallerIdRules
from stacks.config.rule_warnings import override_notes, rule_warnings, rules_of


def _digits(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _not_reserved(tag: str) -> str:
    if tag.startswith("aws:"):
        raise wrong("AWS keeps tags that begin with aws: to itself; choose another")
    return tag


QUEUES_OF_A_STACK = 45
"""A queue of the config with its flow and alarms takes 20 KB of a template."""

QUEUES_OF_AN_INSTANCE = 100
"""What an Amazon Connect instance may hold before AWS raises its quota."""

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$"), BeforeValidator(_digits)]
Tags = dict[
    Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$"),
        AfterValidator(_not_reserved),
    ],
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,256}$")],
]


class Config(Part):
    """Local presence for Amazon Connect: one environment."""

    environment: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,19}$")]
    """A short name of the environment; part of the stacks' names."""

    account: AccountId | None = None
    """The AWS account; without it, the instance's."""

    region: Annotated[str, StringConstraints(pattern=rf"^{REGION}$")] | None = None
    """The AWS region; without it, the instance's."""

    sandbox: bool = False
    """A place to play: an instance may be created, and the stacks are not protected."""

    instance: Instance
    queues: Annotated[dict[Key, Queue], Field(min_length=1)]
    """The outbound queues, each under a short name of ours."""

    queue_lists: list[QueueList] = Field(default_factory=list)
    """Further queues, one for each row of a file: per agent or per brand name."""

    pools: Annotated[dict[Key, Pool], Field(min_length=1)]
    """The pools of numbers, each under a short name that staff use as upload folder."""

    registers: list[str] | None = None
    """National do-not-call registers that marketing is screened against. One that is named here
    counts from the first call on: until a file of it was imported, calls are blocked. An empty list
    says on purpose that lists are screened elsewhere."""

    rules: CallerIdRules = CallerIdRules()
    modules: Modules = Modules()
    retention: Retention = Retention()
    picker: Picker = Picker()
    deployment: Deployment = Deployment()
    alarms: Alarms = Alarms()
    uploads: Uploads = Uploads()
    lists: Lists = Lists()
    inventory: Inventory = Inventory()
    outcomes: Outcomes = Outcomes()
    reputation: Reputation = Reputation()
    report: Report = Report()
    tables: Tables = Tables()

    return_calls: dict[Key, ReturnCall] = Field(default_factory=dict)
    """Flows for customers who call a number back, each under a short name of ours."""

    contact_records: ContactRecords | None = None
    """What agents choose at the end of a contact is heeded; without it, only what they enter."""

    tags: Tags = Field(default_factory=dict)
    """Put on every resource that takes tags."""

    permissions_boundary: Arn | None = None
    """ARN of an IAM policy put as boundary on every role."""

    _lists: Mapping[str, Listed] = PrivateAttr(default_factory=dict)

    def with_lists(self, lists: Mapping[str, Listed]) -> Self:
        """The same config, which knows by name the lists that queues of it came from."""
        made = self.model_copy()
        made._lists = dict(lists)
        return made

    @property
    def lists_of_queues(self) -> Mapping[str, Listed]:
        """The lists that queues of the config came from, by name."""
        return self._lists

    def list_of(self, key: str) -> Listed | None:
        """The list that a queue came from; None for one that the config itself describes."""
        return next((one for one in self._lists.values() if key in one.keys), None)

    def part_of(self, key: str) -> str:
        """The last words of the name of the stack that a queue is in."""
        listed = self.list_of(key)
        return listed.part_of(key) if listed else CALLING

    @property
    def watched(self) -> Mapping[str, tuple[str, ...]]:
        """What metrics, alarms and graphs tell apart, with its queues: each queue that the config
        describes, and each list as one."""
        of_lists = {key for one in self._lists.values() for key in one.keys}
        alone = {key: (key,) for key in self.queues if key not in of_lists}
        return alone | {name: one.keys for name, one in self._lists.items()}

    @property
    def home(self) -> tuple[str | None, str | None]:
        """Account and region to deploy into; the instance's where the file gives none."""
        parts = self.instance.arn.split(":") if self.instance.arn else [""] * 5
        return self.account or parts[4] or None, self.region or parts[3] or None

    @property
    def origin(self) -> str:
        """The country (ISO 3166-1 alpha-2) that calls leave from; "" where it is not known."""
        return origin_of(self.home[1])

    @property
    def customers_can_stop_calls(self) -> bool:
        """Whether there is a way to stop calls besides telling an agent: then it has a stack."""
        modules = self.modules
        return bool(
            (self.return_calls and modules.calling and modules.suppression)
            or self.contact_records
            or modules.text_replies
            or modules.suppression_api
        )

    @property
    def counts_outcomes(self) -> bool:
        """Whether calls are counted: that takes the instance's contact records."""
        return self.modules.outcomes and self.contact_records is not None

    def settings(self) -> dict[str, Any]:
        """What the functions read at run time, as `settings.json` beside their code."""
        return {
            "version": 1,
            "queues": {key: self._settings_of(key) for key in self.queues},
            "pools": {key: pool.model_dump(mode="json") for key, pool in self.pools.items()},
            "ledger_days": self.retention.ledger_days,
            "origin": self.origin,
            "registers": list(self.registers or ()),
            "rule_overrides": self.rules.model_dump(mode="json")["overrides"],
            "dispositions": _dispositions(self.contact_records),
        }

    def _settings_of(self, key: str) -> dict[str, Any]:
        listed = self.list_of(key)
        return _queue_settings(self.queues[key]) | {"list": listed.name if listed else ""}

    def warnings(self) -> Mapping[str, str]:
        """What is allowed but deserves a second look: dotted key → words."""
        rules = rules_of(self.rules, self.origin)
        return {
            **_careless_marketing(self.queues),
            **_many_queues(self.queues, self._lists),
            **rule_warnings(self.queues, self.pools, rules),
            **register_warnings(self.queues, self.pools, self.registers),
            **self._idle_sections(),
            **self._idle_return_calls(),
        }

    def _idle_sections(self) -> Mapping[str, str]:
        """Sections that say something though nothing is counted."""
        if self.counts_outcomes:
            return {}
        records = self.contact_records
        lacking = "modules.outcomes is off" if records else "contact_records is missing"
        told = {
            "report": f"No report is mailed: {lacking}." if self.report.to else "",
            "reputation": f"No number is judged, and no file of labels read: {lacking}."
            if "reputation" in self.model_fields_set and self.modules.reputation
            else "",
        }
        return {key: words for key, words in told.items() if words}

    def _idle_return_calls(self) -> Mapping[str, str]:
        off = [name for name in ("calling", "suppression") if not getattr(self.modules, name)]
        if not off or not self.return_calls:
            return {}
        return {"return_calls": f"No flow is made for these: modules.{off[0]} is off."}

    def notes(self) -> Mapping[str, str]:
        """What was decided on purpose and should stay in sight: dotted key → words."""
        hours = {key: pool.hours for key, pool in self.pools.items()}
        return {**override_notes(self.rules), **lifted_notes(hours)}


def _careless_marketing(queues: Mapping[str, Queue]) -> Mapping[str, str]:
    return {
        f"queues.{key}.{when}": (
            f"This marketing queue dials with its own number {words}; "
            "calls that a rule would stop may go out. Consider block."
        )
        for key, queue in queues.items()
        if queue.purpose is Purpose.MARKETING
        for when, choice, words in (
            ("on_error", queue.when_failing, "when the picker fails"),
            ("on_exhausted", queue.when_exhausted, "when every number is at its limit"),
        )
        if choice is OnFailure.DEFAULT
    }


def _many_queues(queues: Mapping[str, Queue], lists: Mapping[str, Listed]) -> Mapping[str, str]:
    alone = len(queues) - sum(len(one.keys) for one in lists.values())
    words = []
    if alone > QUEUES_OF_A_STACK:
        words.append(
            f"{alone} queues are described here: CloudFormation takes templates of 1 MB, which "
            f"hold about {QUEUES_OF_A_STACK} with their flows and alarms. Put them into "
            "queue_lists, which have stacks of their own."
        )
    if len(queues) > QUEUES_OF_AN_INSTANCE:
        words.append(
            f"{len(queues)} queues, each with a whisper flow: an instance may hold "
            f"{QUEUES_OF_AN_INSTANCE} of both unless its quotas were raised. Ask AWS for more "
            "(Service Quotas: Queues per instance, Flows per instance) before you deploy."
        )
    return {"queues": " ".join(words)} if words else {}


def _dispositions(records: ContactRecords | None) -> dict[str, Any]:
    if records is None:
        return {"attribute": "", "reasons": {}}
    return {"attribute": records.disposition_attribute, "reasons": dict(records.dispositions)}


def _queue_settings(queue: Queue) -> dict[str, Any]:
    told = queue.model_dump(mode="json", include={"name", "pool", "purpose", "mode"})
    attempts = queue.attempts_allowed
    number = queue.default_number
    return told | {
        "number_arn": (number.arn if number else None) or "",
        "brand": queue.brand or "",
        "call_reason": queue.call_reason or "",
        "must_screen": queue.screens,
        "on_error": queue.when_failing.value,
        "on_exhausted": queue.when_exhausted.value,
        "attempts": attempts.model_dump() if attempts else None,
    }
