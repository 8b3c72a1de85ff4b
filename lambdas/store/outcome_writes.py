"""What became of a call, written in one transaction: the contact's last version, the difference
that it makes to counters, and what the customer's ledger learns."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.ledger import EPOCH, MILLISECOND, Ledger
from lambdas.domain.outcome_of import Counted
from lambdas.domain.outcomes import Cell
from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.claims import customer_of, milliseconds
from lambdas.store.conflicts import reasons, undisturbed
from lambdas.store.customers import customer_key
from lambdas.usecases.record_outcome import REMEMBERED, Answer, Change, Last, Refused, Seen
from lambdas.usecases.suppress import Act

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTERS_KEPT = timedelta(days=100)
"""Longer than contacts by far: what is gone is never counted down."""
_REFUSED = "ConditionalCheckFailed"

Item = dict[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class DynamoOutcomeWrites:
    """The OutcomeStore on the Usage and Customers tables. `secret` gives the key of the HMACs."""

    client: "DynamoDBClient"
    usage: str
    customers: str
    secret: Callable[[], bytes]
    ledger_kept: timedelta
    _noted: set[tuple[str, str]] = field(default_factory=set)

    def seen(self, destination: E164) -> Seen:
        """One strongly consistent read of the ledger alone."""
        key = customer_key(self.secret(), destination)
        answer: Any = self.client.get_item(
            TableName=self.customers, Key=keys.ledger(key), ConsistentRead=True
        )
        items = [answer["Item"]] if "Item" in answer else []
        return Seen(key, customer_of(key, items).ledger)

    def forgotten_since(self, key: str, moment: datetime) -> bool:
        """The audit tells it, which outlives what is forgotten."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.customers,
            KeyConditionExpression="pk = :pk AND sk > :since",
            FilterExpression="act = :forgotten",
            ExpressionAttributeValues={
                ":pk": {"S": keys.audit_partition(key)},
                ":since": keys.audit(key, moment, "")["sk"],
                ":forgotten": {"S": Act.FORGOTTEN},
            },
            ConsistentRead=True,
        )
        return any(page["Items"] for page in pages)

    def note_own(self, number: E164 | str, day: datetime) -> None:
        """Once a container for each number and day."""
        key = keys.own_numbers(day)
        noted = (number, key["sk"]["S"])
        if noted in self._noted:
            return
        self.client.update_item(
            TableName=self.usage,
            Key=key,
            UpdateExpression="ADD numbers :number SET expires_at = :expires",
            ExpressionAttributeValues={
                ":number": {"SS": [number]},
                ":expires": {"N": _expires(day, COUNTERS_KEPT)},
            },
        )
        self._noted.add(noted)

    def write(self, change: Change) -> Refused | None:
        """In one transaction; a version that moves no counter and no ledger is one plain write."""
        contact = self._contact(change)
        writes: list[Any] = [{"Put": contact}]
        writes += [{"Update": each} for each in self._differences(change)]
        if change.seen and change.ledger:
            writes.append({"Update": self._ledger(change.seen, change.ledger)})
        try:
            if len(writes) == 1:
                undisturbed(lambda: self.client.put_item(**contact))
            else:
                undisturbed(lambda: self.client.transact_write_items(TransactItems=writes))
        except ClientError as problem:
            return _refused(problem)
        return None

    def _contact(self, change: Change) -> Item:
        before, after = change.before, change.after
        item: Item = {
            **keys.contact_outcome(change.contact_id),
            "version": {"S": after.version},
            "expires_at": {"N": _expires(change.began, REMEMBERED)},
        }
        if after.counted:
            hour_key = keys.outcomes(after.counted.number, after.counted.hour)
            item["number"] = {"S": after.counted.number}
            item["hour"] = {"S": hour_key["sk"]["S"].removeprefix(keys.OUTCOMES_PREFIX)}
            item["cell"] = {"S": after.counted.cell.written()}
        if after.filled:
            item["filled"] = {"BOOL": True}
        if after.answer:
            item["answered"] = {"S": after.answer.number}
            item["answered_at"] = {"N": milliseconds(after.answer.at)}
        put: Item = {
            "TableName": self.usage,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        if before:
            put["ConditionExpression"] = "version = :before"
            put["ExpressionAttributeValues"] = {":before": {"S": before.version}}
        return put

    def _differences(self, change: Change) -> list[Item]:
        """One update for each number's hour whose counters change, in a lasting order."""
        earlier = change.before.counted if change.before else None
        later = change.after.counted
        if earlier == later:
            return []
        added: dict[tuple[str, datetime], Counter[str]] = {}
        for counted, calls in ((earlier, -1), (later, 1)):
            if counted:
                cells = added.setdefault((counted.number, counted.hour), Counter())
                cells[counted.cell.written()] += calls
        return [self._difference(*hour, cells) for hour, cells in sorted(added.items())]

    def _difference(self, number: str, hour: datetime, cells: Mapping[str, int]) -> Item:
        adds = ", ".join(f"#c{index} :c{index}" for index in range(len(cells)))
        values = {f":c{index}": {"N": str(calls)} for index, calls in enumerate(cells.values())}
        return {
            "TableName": self.usage,
            "Key": keys.outcomes(number, hour),
            "UpdateExpression": f"ADD {adds} SET expires_at = :expires",
            "ExpressionAttributeNames": {f"#c{index}": name for index, name in enumerate(cells)},
            "ExpressionAttributeValues": {
                **values,
                ":expires": {"N": _expires(hour, COUNTERS_KEPT)},
            },
        }

    def _ledger(self, seen: Seen, after: Ledger) -> Item:
        """The ledger where it is as it was read; a pick that had read it too is refused by this."""
        newest = max(
            (*(claim.at for claim in after.claims), after.answered_at or EPOCH), default=EPOCH
        )
        sets = {
            "version": {"N": str(after.version)},
            "claims": {"L": [{"S": line} for line in after.lines()]},
            "expires_at": {"N": _expires(newest, self.ledger_kept)},
        }
        removes = []
        if after.answered_at:
            sets["answered"] = {"S": after.answered}
            sets["answered_at"] = {"N": milliseconds(after.answered_at)}
        elif seen.ledger.answered_at:
            removes = ["answered", "answered_at"]
        expression = "SET " + ", ".join(f"{name} = :{name}" for name in sets)
        expression += f" REMOVE {', '.join(removes)}" if removes else ""
        update: Item = {
            "TableName": self.customers,
            "Key": keys.ledger(seen.key),
            "UpdateExpression": expression,
            "ConditionExpression": "attribute_not_exists(pk)",
            "ExpressionAttributeValues": {f":{name}": value for name, value in sets.items()},
        }
        if seen.ledger.version:
            update["ConditionExpression"] = "version = :seen"
            update["ExpressionAttributeValues"][":seen"] = {"N": str(seen.ledger.version)}
        return update


def last_of(item: Mapping[str, Any]) -> Last:
    """A contact's last version as it stands."""
    counted = answer = None
    if "cell" in item and (cell := Cell.read(item["cell"]["S"])):
        hour = datetime.strptime(item["hour"]["S"], keys.HOUR_WRITTEN).replace(tzinfo=UTC)
        counted = Counted(E164(item["number"]["S"]), hour, cell)
    if "answered" in item:
        at = EPOCH + int(item["answered_at"]["N"]) * MILLISECOND
        answer = Answer(E164(item["answered"]["S"]), at)
    return Last(item["version"]["S"], counted, "filled" in item, answer)


def _refused(problem: ClientError) -> Refused:
    """What stands in the way. Raises the problem where it is anything but a condition."""
    told: Any = problem.response
    if told["Error"]["Code"] == "ConditionalCheckFailedException":
        contact, ledger, item = True, False, told.get("Item")
    else:
        codes = reasons(problem)
        if _REFUSED not in codes:
            raise problem
        # The contact comes first, and the ledger last of several.
        contact, ledger = codes[0] == _REFUSED, _REFUSED in codes[1:]
        item = told["CancellationReasons"][0].get("Item")
    return Refused(contact, ledger, last_of(item) if item else None)


def _expires(moment: datetime, kept: timedelta) -> str:
    return str(int((moment + kept).timestamp()))
