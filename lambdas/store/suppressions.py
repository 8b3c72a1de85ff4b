"""Suppressions in DynamoDB, each change in one transaction with the ledger and the audit.

A change raises the version of the customer's ledger, which every pick commits on: a pick that read
before it is refused, and reads again. It raises the ledger's marks too, by which such a pick sees
that there is more to read than the ledger.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from lambdas.domain.phone import E164
from lambdas.domain.suppression import Suppression
from lambdas.store import keys
from lambdas.store.claims import suppressions_of
from lambdas.store.conflicts import transacted, undisturbed
from lambdas.store.customers import customer_key
from lambdas.usecases.suppress import Act, Audit, Correction

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LEDGER_KEPT = timedelta(days=35)
"""A ledger that holds nothing but the mark of a change. It need outlive only the picks that were
under way."""
TRIES = 10
LIFTED_TOGETHER = 90
"""A transaction has 100 items at most, and each that is lifted has a row in the audit."""

Item = dict[str, Any]


class Seal(Protocol):
    """Encrypts what must be read again, for one customer."""

    def close(self, customer: str, text: str) -> bytes: ...

    def open(self, customer: str, sealed: bytes) -> str: ...


@dataclass(frozen=True, eq=False, repr=False)
class DynamoSuppressions:
    """The SuppressionStore on the Customers table. `secret` gives the key of the HMACs; without a
    `seal` no correction can be kept."""

    client: "DynamoDBClient"
    table: str
    secret: Callable[[], bytes]
    seal: Seal | None = None

    def standing(self, destination: E164) -> tuple[Suppression, ...]:
        return suppressions_of(self._item(self._key(destination)))

    def add(self, destination: E164, suppression: Suppression) -> bool:
        key = self._key(destination)
        attribute = f"{keys.SUPPRESSION_PREFIX}{suppression.name}"
        for _ in range(TRIES):
            stands = self._item(key).get(attribute)
            told = suppression
            if stands:
                earlier = Suppression.read(stands["S"])
                if not suppression.says_more_than(earlier):
                    return False
                told = suppression.besides(earlier)
            audit = Audit(Act.SUPPRESSED, told.since, told.by, told.note, told)
            written = _as_seen({attribute: (stands, told.written())})
            if self._change(key, written, [audit], suppression.since):
                return True
        raise TimeoutError("others keep changing this customer's suppressions")

    def lift(
        self, destination: E164, names: Collection[str], by: str, why: str, now: datetime
    ) -> int:
        key = self._key(destination)
        attributes = [f"{keys.SUPPRESSION_PREFIX}{name}" for name in dict.fromkeys(names)]
        return sum(
            self._lift(key, attributes[start : start + LIFTED_TOGETHER], by, why, now)
            for start in range(0, len(attributes), LIFTED_TOGETHER)
        )

    def history(self, destination: E164) -> Sequence[Audit]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": keys.audit_partition(self._key(destination))}},
            ConsistentRead=True,
        )
        return [_audit(item) for page in pages for item in page["Items"]]

    def correct(self, destination: E164, correction: Correction) -> bool:
        if self.seal is None:
            raise LookupError("no key was given to encrypt a correction with")
        stands = self.corrections(destination)
        if stands and stands.number == correction.number:
            return False
        key = self._key(destination)
        item: Item = {
            **keys.correction(key),
            "number": {"B": self.seal.close(key, correction.number)},
            "at": {"S": correction.at.isoformat()},
            "by": {"S": correction.by},
        }
        audit = Audit(Act.CORRECTED, correction.at, correction.by, "")
        writes: list[Any] = [{"Put": {"TableName": self.table, "Item": item}}]
        writes += self._audits(key, [audit])
        undisturbed(lambda: self.client.transact_write_items(TransactItems=writes))
        return True

    def corrections(self, destination: E164) -> Correction | None:
        key = self._key(destination)
        answer = self.client.get_item(
            TableName=self.table, Key=keys.correction(key), ConsistentRead=True
        )
        item: Item | None = answer.get("Item")
        if item is None:
            return None
        if self.seal is None:
            raise LookupError("no key was given to decrypt a correction with")
        number = self.seal.open(key, bytes(item["number"]["B"]))
        return Correction(E164(number), datetime.fromisoformat(item["at"]["S"]), item["by"]["S"])

    def _key(self, destination: E164) -> str:
        return customer_key(self.secret(), destination)

    def _item(self, key: str) -> Mapping[str, Any]:
        answer = self.client.get_item(
            TableName=self.table, Key=keys.suppressions(key), ConsistentRead=True
        )
        item: Mapping[str, Any] = answer.get("Item", {})
        return item

    def _lift(self, key: str, attributes: Sequence[str], by: str, why: str, now: datetime) -> int:
        for _ in range(TRIES):
            item = self._item(key)
            stands = {name: item[name] for name in attributes if name in item}
            if not stands:
                return 0
            audits = [
                Audit(Act.LIFTED, now, by, why, Suppression.read(value["S"]))
                for value in stands.values()
            ]
            without = _as_seen({name: (value, "") for name, value in stands.items()})
            if self._change(key, without, audits, now):
                return len(stands)
        raise TimeoutError("others keep changing this customer's suppressions")

    def _change(self, key: str, written: Item, audits: Sequence[Audit], now: datetime) -> bool:
        """Suppressions, ledger and audit together. False where what was seen stands no more."""
        update = {"TableName": self.table, "Key": keys.suppressions(key), **written}
        writes: list[Any] = [{"Update": update}, {"Update": self._mark(key, now)}]
        writes += self._audits(key, audits)
        return transacted(self.client, writes)

    def _mark(self, key: str, now: datetime) -> Item:
        return {
            "TableName": self.table,
            "Key": keys.ledger(key),
            "UpdateExpression": (
                "SET claims = if_not_exists(claims, :none),"
                " expires_at = if_not_exists(expires_at, :expires)"
                " ADD version :one, marks :one"
            ),
            "ExpressionAttributeValues": {
                ":none": {"L": []},
                ":one": {"N": "1"},
                ":expires": {"N": str(int((now + LEDGER_KEPT).timestamp()))},
            },
        }

    def _audits(self, key: str, audits: Sequence[Audit]) -> Iterator[Any]:
        for audit in audits:
            yield {"Put": {"TableName": self.table, "Item": audit_row(key, audit)}}


def _as_seen(changes: Mapping[str, tuple[Any, str]]) -> Item:
    """An update that sets each attribute from what was seen of it (None for nothing) to a text, or
    removes it for "". It is refused where one is no more as it was seen."""
    sets, removes, conditions = [], [], []
    names, values = {}, {}
    for index, (attribute, (seen, text)) in enumerate(changes.items()):
        names[f"#n{index}"] = attribute
        if seen is None:
            conditions.append(f"attribute_not_exists(#n{index})")
        else:
            conditions.append(f"#n{index} = :seen{index}")
            values[f":seen{index}"] = seen
        if text:
            sets.append(f"#n{index} = :text{index}")
            values[f":text{index}"] = {"S": text}
        else:
            removes.append(f"#n{index}")
    clauses = [("SET", sets), ("REMOVE", removes)]
    return {
        "UpdateExpression": " ".join(f"{verb} {', '.join(what)}" for verb, what in clauses if what),
        "ConditionExpression": " AND ".join(conditions),
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
    }


def audit_row(key: str, audit: Audit) -> Item:
    """A line of the audit as the table keeps it; the same line told twice is one."""
    told = audit.suppression.written() if audit.suppression else ""
    text = f"{audit.act}|{audit.by}|{audit.why}|{told}"
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    item: Item = {
        **keys.audit(key, audit.at, digest),
        "act": {"S": audit.act},
        "at": {"S": audit.at.isoformat()},
        "by": {"S": audit.by},
        "why": {"S": audit.why},
    }
    if told:
        item["suppression"] = {"S": told}
    return item


def _audit(item: Mapping[str, Any]) -> Audit:
    told = item.get("suppression")
    return Audit(
        Act(item["act"]["S"]),
        datetime.fromisoformat(item["at"]["S"]),
        item["by"]["S"],
        item["why"]["S"],
        Suppression.read(told["S"]) if told else None,
    )
