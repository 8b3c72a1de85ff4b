"""Counts what became of each call, as the contact records tell it.

Connect delivers a record at least once, again when it changes, and in any order; Lambda delivers
again what a function did not confirm. None of it counts a call twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

from lambdas import telemetry, wiring
from lambdas.connect.call_facts import call_of
from lambdas.connect.contact_record import NotAContactRecord, read
from lambdas.connect.deliveries import Delivery, deliveries
from lambdas.domain.lake_row import Told
from lambdas.domain.outcome_of import Facts, facts_of
from lambdas.telemetry import Metric
from lambdas.usecases.record_outcome import Became, Recorded, record_outcome
from lambdas.wiring import lake as rows
from lambdas.wiring import outcomes, record_files

TOGETHER = 500
"""Records that are in memory at once: a file may hold any number."""


class Contact(NamedTuple):
    """One contact of a batch: its newest version, and the identifiers of all of them."""

    facts: Facts
    told: Told
    identifiers: frozenset[str]

    def joined(self, other: "Contact") -> "Contact":
        newest = max(self, other, key=lambda contact: contact.facts.version)
        return newest._replace(identifiers=self.identifiers | other.identifiers)


@dataclass(eq=False)
class Batch:
    """What became of a batch so far. `lag` is the longest, in seconds, between a record's making
    and its being counted."""

    now: datetime
    records: int = 0
    unread: int = 0
    became: Counter[Became] = field(default_factory=Counter)
    filled_back: int = 0
    lag: float = 0.0
    again: set[str] = field(default_factory=set)

    def take(self, contact: Contact, recorded: Recorded | None) -> None:
        """Note a contact's result; None where it failed."""
        if recorded is None:
            self.again |= contact.identifiers
            return
        self.became[recorded.became] += 1
        self.filled_back += recorded.filled_back
        made = contact.facts.call.updated
        if made and recorded.became is Became.COUNTED:
            self.lag = max(self.lag, (self.now - made).total_seconds())


def handler(event: Mapping[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001
    """Count each call of the batch; return as `batchItemFailures` what to deliver again."""
    batch = Batch(wiring.now())
    for some in _together(deliveries(event, record_files.files())):
        _record(_contacts(some, batch), batch)
    telemetry.record(
        "outcomes",
        Metric("OutcomeRecords", batch.records),
        Metric("OutcomesCounted", batch.became[Became.COUNTED]),
        Metric("OutcomeRecordsUnread", batch.unread),
        Metric("OutcomesFailed", len(batch.again)),
        Metric("OutcomeLag", round(batch.lag, 1), "Seconds"),
        known=batch.became[Became.KNOWN],
        passed_over=batch.became[Became.PASSED_OVER],
        filled_back=batch.filled_back,
    )
    return {"batchItemFailures": [{"itemIdentifier": each} for each in sorted(batch.again)]}


def _together(told: Iterator[Delivery]) -> Iterator[list[Delivery]]:
    while some := list(islice(told, TOGETHER)):
        yield some


def _contacts(some: Iterable[Delivery], batch: Batch) -> list[Contact]:
    """The calls among some records, each once."""
    contacts: dict[str, Contact] = {}
    places = outcomes.places()
    for delivery in some:
        batch.records += 1
        try:
            record = read(delivery.data)
            facts = facts_of(call_of(record), places)
        except NotAContactRecord as problem:
            batch.unread += 1
            telemetry.record("outcome_record_unread", at=delivery.at, why=str(problem))
            continue
        except Exception as problem:  # noqa: BLE001 - whatever it is, the others of the batch go on
            batch.again.add(delivery.identifier)
            telemetry.record(
                "outcome_record_failed",
                level="ERROR",
                at=delivery.at,
                problem=type(problem).__name__,
            )
            continue
        if facts:
            told = Told(record.queue.name if record.queue else "", record.campaign)
            contact = Contact(facts, told, frozenset({delivery.identifier}))
            earlier = contacts.get(facts.call.contact_id)
            contacts[facts.call.contact_id] = earlier.joined(contact) if earlier else contact
    return list(contacts.values())


def _record(contacts: Iterable[Contact], batch: Batch) -> None:
    """Record contacts in lanes: calls that are likely to show the same number, and so to change the
    same item, go one after the other."""
    lanes: list[list[Contact]] = [[] for _ in range(outcomes.LANES)]
    for contact in contacts:
        decided, call = contact.facts.decided, contact.facts.call
        shown = (decided and decided.number) or call.system
        lanes[crc32(shown.encode()) % outcomes.LANES].append(contact)
    done: list[tuple[Contact, Recorded]] = []
    with ThreadPoolExecutor(outcomes.LANES) as threads:
        for lane, results in zip(
            lanes,
            threads.map(lambda lane: [_recorded(each, batch.now) for each in lane], lanes),
            strict=True,
        ):
            for contact, recorded in zip(lane, results, strict=True):
                batch.take(contact, recorded)
                if recorded and recorded.became is not Became.PASSED_OVER:
                    done.append((contact, recorded))
    _keep(done, batch)


def _keep(done: list[tuple[Contact, Recorded]], batch: Batch) -> None:
    """Put a row of each call into the lake, also of one that was counted before: its row may have
    been lost."""
    lake = rows.lake()
    if lake is None or not done:
        return
    make = rows.rows().row
    try:
        lake.put(
            [
                make(contact.facts, recorded.counted, recorded.decided, contact.told, batch.now)
                for contact, recorded in done
            ]
        )
    except Exception as problem:  # noqa: BLE001 - what is counted stays; all come again for the rows
        telemetry.record("rows_not_kept", level="ERROR", problem=type(problem).__name__)
        batch.again.update(*(contact.identifiers for contact, _ in done))


def _recorded(contact: Contact, now: datetime) -> Recorded | None:
    """None where it failed: whatever it was, the others of the batch go on."""
    try:
        return record_outcome(contact.facts, outcomes.outcomes(), now, outcomes.ledger_kept())
    except Exception as problem:  # noqa: BLE001
        telemetry.record(
            "outcome_not_recorded",
            level="ERROR",
            contact_id=contact.facts.call.contact_id,
            problem=type(problem).__name__,
        )
        return None
