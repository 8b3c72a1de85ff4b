"""One flat row for one version of a contact, as the lake keeps it.

A contact whose record is sent again has a row for each version and may have a row twice: queries
take the newest. Customers stand in it by their keyed hash, staff not at all.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

from lambdas.domain.carriers import Carriers
from lambdas.domain.ledger import decision_id
from lambdas.domain.opening import clock_of
from lambdas.domain.outcome_of import FILLED_BACK, Call, Counted, Decided, Facts
from lambdas.domain.phone import E164, NotAPhoneNumber, parse_e164, without_numbers

LONGEST_TEXT: Final = 200
"""Characters that are kept of a text which others choose."""
SOURCES: Final = ("list_source", "source")
CAMPAIGNS: Final = ("list_campaign", "campaign")
"""The contact attributes that say which list a customer came from; the first that is there."""
DECISION: Final = "local_presence_decision"


class LakeRow(NamedTuple):
    """A row; "" or None where nothing is known. Its names and types are those of the Glue table.

    Of a contact's rows the one with the greatest `version` counts. `began` is when the call began
    and `recorded` when the row was made, in UTC; `began_local` and `local_hour` are by the clock
    of most people in the customer's region. `number` is the one of ours that was shown, or rung.
    `tier`, `reason`, `action`, `arm` and `decision_id` are the picker's words, `disconnect_reason`
    and `machine` Connect's; `talk_seconds` go from the answer to the end. `blocked_header` tells
    of a network that said why it blocked the call.
    """

    contact_id: str
    version: str
    began: datetime | None
    began_local: datetime | None
    local_hour: int | None
    direction: str
    initiation: str
    queue: str
    pool: str
    purpose: str
    number: str
    number_area: str
    customer: str
    customer_region: str
    customer_state: str
    customer_kind: str
    customer_carrier: str
    tier: str
    reason: str
    action: str
    arm: str
    decision_id: str
    outcome: str
    disconnect_reason: str
    machine: str
    talk_seconds: int | None
    source: str
    campaign: str
    blocked_header: bool
    recorded: datetime

    def line(self) -> bytes:
        """The row as Firehose takes it: one line of JSON, without what is not known."""
        told = {name: _plain(value) for name, value in self._asdict().items()}
        known = {name: value for name, value in told.items() if value not in ("", None)}
        text = json.dumps(known, ensure_ascii=False, separators=(",", ":"))
        return f"{text}\n".encode("utf-8", "replace")


TIMESTAMP, INTEGER, BOOLEAN, STRING = "timestamp", "int", "boolean", "string"
_TYPES: Final[Mapping[Any, str]] = {
    datetime: TIMESTAMP,
    datetime | None: TIMESTAMP,
    int | None: INTEGER,
    bool: BOOLEAN,
    str: STRING,
}
COLUMNS: Final[Mapping[str, str]] = {
    name: _TYPES[kind] for name, kind in LakeRow.__annotations__.items()
}
"""The table's columns in their order: name → type as Hive calls it."""
WRITTEN_TIME: Final = "yyyy-MM-dd HH:mm:ss.SSS"
"""How a row writes moments, in the pattern language of Joda-Time."""


class Queue(NamedTuple):
    """What the config says of a queue."""

    pool: str
    purpose: str


class Told(NamedTuple):
    """What a record tells besides its facts, in Connect's words."""

    queue: str = ""
    campaign: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class Rows:
    """Makes rows. `queues` are known by their names on the instance, `zone_of` gives the IANA zone
    of a region as counters write it ("" for none), `hashed` a customer's keyed hash."""

    queues: Mapping[str, Queue]
    zone_of: Callable[[str], str]
    carriers: Carriers
    hashed: Callable[[E164], str]

    def row(
        self,
        facts: Facts,
        counted: Counted | None,
        decided: Decided | None,
        told: Told,
        now: datetime,
    ) -> LakeRow:
        """The row of one version of a contact. `counted` is the counter that stands for it, and
        `decided` what the picker decided, from the record or from the ledger."""
        if decided and decided.reason == FILLED_BACK:  # what this very record had left there
            decided = None
        call, customer = facts.call, facts.customer
        queue = self.queues.get(told.queue, _NO_QUEUE)
        cell = counted.cell if counted else None
        region, _, state = facts.region.partition("-")
        local = self._local(facts)
        return LakeRow(
            contact_id=call.contact_id,
            version=facts.version,
            began=call.moment,
            began_local=local,
            local_hour=local.hour if local else None,
            direction=str(facts.way),
            initiation=_short(call.initiation),
            queue=_short(told.queue),
            pool=queue.pool,
            purpose=queue.purpose,
            number=counted.number if counted else "",
            number_area=_area(counted.number) if counted else "",
            customer=self.hashed(customer.e164) if customer else "",
            customer_region=region,
            customer_state=state,
            customer_kind=str(customer.kind) if customer else "",
            customer_carrier=self.carriers.of(customer) if customer else "",
            tier=cell.tier if cell else "",
            reason=_short(decided.reason) if decided else "",
            action=str(decided.action) if decided else "",
            arm=cell.arm if cell else "",
            decision_id=_decision(call) if decided else "",
            outcome=str(cell.outcome) if cell else "",
            disconnect_reason=_short(call.reason),
            machine=_short(call.machine),
            talk_seconds=_talked(call),
            source=_first(call.attributes, SOURCES),
            campaign=_first(call.attributes, CAMPAIGNS) or _short(told.campaign),
            blocked_header=call.blocked,
            recorded=now.astimezone(UTC),
        )

    def _local(self, facts: Facts) -> datetime | None:
        began, zone = facts.call.moment, self.zone_of(facts.region) if facts.region else ""
        return began.astimezone(clock_of(zone)) if began and zone else None


_NO_QUEUE: Final = Queue("", "")


def _decision(call: Call) -> str:
    return call.attributes.get(DECISION, "")[:LONGEST_TEXT] or decision_id(call.contact_id)


def _talked(call: Call) -> int | None:
    """Whole seconds from the answer to the end; None where nobody answered."""
    if call.answered is None or call.ended is None:
        return None
    return max((call.ended - call.answered) // timedelta(seconds=1), 0)


def _area(number: str) -> str:
    try:
        return parse_e164(number).area_code
    except NotAPhoneNumber:
        return ""


def _first(attributes: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((_short(attributes[name]) for name in names if attributes.get(name)), "")


def _short(text: str) -> str:
    """A text that others chose, without what may be somebody's number."""
    return without_numbers(text[:LONGEST_TEXT]).strip()


def _plain(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
