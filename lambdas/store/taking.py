"""Making a number a pool's own. A number is in one pool at most; its rest, and what withholds it
from calls, stay with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.store import keys
from lambdas.store.claims import ACTIVE, RESTING
from lambdas.store.conflicts import reasons, undisturbed
from lambdas.store.pool_rows import REMOVED, PoolTable, refused
from lambdas.usecases.import_numbers import PoolBusy

TRIES = 5
_SEEN = ("pool", "sequence", "status", "returns_at", "withheld")

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taking(PoolTable):
    """What an import does to the status of the numbers that it brings in."""

    def take(self, pool: str, sequence: int, number: E164, now: datetime) -> str:
        """The name of the pool that has the number, "" once this one has it at `sequence`.

        Raises PoolBusy for a number that others keep changing.
        """
        mine: Item = {
            **keys.number_status(number),
            "pool": {"S": pool},
            "status": {"S": ACTIVE},
            "sequence": {"N": str(sequence)},
            "since": {"S": now.isoformat()},
        }
        stands = self._put_where_free(mine, now)
        for _ in range(TRIES):
            if stands is None:
                return ""
            owner = str(stands["pool"]["S"])
            if owner != pool and self._shows(stands, number, now):
                return owner
            # What stands there is this pool's own, or rests, or is of an import that never came.
            stands = self._put_over(stands, mine, now)
        raise PoolBusy(f"{number} is being changed")

    def _put_where_free(self, mine: Item, now: datetime) -> Item | None:
        """What stands there instead when the number is not free, rests, or is withheld."""
        over = "attribute_not_exists(returns_at) OR returns_at <= :now"
        free = f"#status = :removed AND attribute_not_exists(withheld) AND ({over})"
        request: Any = {
            "TableName": self.table,
            "Item": mine,
            "ConditionExpression": f"attribute_not_exists(pk) OR ({free})",
            "ExpressionAttributeNames": {"#status": "status"},
            "ExpressionAttributeValues": {
                ":removed": {"S": REMOVED},
                ":now": {"N": str(int(now.timestamp()))},
            },
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        try:
            undisturbed(lambda: self.client.put_item(**request))
        except ClientError as problem:
            if not refused(problem):
                raise
            old: Any = problem.response
            return dict(old["Item"])
        return None

    def _put_over(self, stands: Item, mine: Item, now: datetime) -> Item | None:
        """Replace exactly what was seen; what stands there now where that has changed."""
        seen = {name: stands[name] for name in _SEEN if name in stands}
        conditions = [f"#{name} = :{name}" for name in seen]
        conditions += [f"attribute_not_exists(#{name})" for name in _SEEN if name not in seen]
        put = {
            "TableName": self.table,
            "Item": _renewed(stands, mine, now),
            "ConditionExpression": " AND ".join(conditions),
            "ExpressionAttributeNames": {f"#{name}": name for name in _SEEN},
            "ExpressionAttributeValues": {f":{name}": value for name, value in seen.items()},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        writes: list[Any] = [{"Put": put}]
        if _rests(stands, now):
            writes += self._hold(stands, mine)
        if "withheld" in stands:
            writes += self._withhold(stands, mine)
        try:
            undisturbed(lambda: self.client.transact_write_items(TransactItems=writes))
        except ClientError as problem:
            if "ConditionalCheckFailed" not in reasons(problem):
                raise
            told: Any = problem.response
            return dict(told["CancellationReasons"][0]["Item"])
        return None

    def _hold(self, stands: Item, mine: Item) -> list[Any]:
        """The row that keeps a resting number out of its directory goes with it."""
        number = E164(mine["pk"]["S"].removeprefix(keys.NUMBER_PREFIX))
        pool, owner = mine["pool"]["S"], stands["pool"]["S"]
        row = {**keys.held(pool, number), "returns_at": stands["returns_at"]}
        put = {"Put": {"TableName": self.table, "Item": row}}
        if owner == pool:
            return [put]
        return [put, {"Delete": {"TableName": self.table, "Key": keys.held(owner, number)}}]

    def _withhold(self, stands: Item, mine: Item) -> list[Any]:
        """The row that withholds a number from its pool's directory goes with it."""
        number = E164(mine["pk"]["S"].removeprefix(keys.NUMBER_PREFIX))
        pool, owner = mine["pool"]["S"], stands["pool"]["S"]
        row = {**keys.withheld(pool, number), "reasons": stands["withheld"]}
        put = {"Put": {"TableName": self.table, "Item": row}}
        if owner == pool:
            return [put]
        return [put, {"Delete": {"TableName": self.table, "Key": keys.withheld(owner, number)}}]

    def _shows(self, stands: Item, number: E164, now: datetime) -> bool:
        """Whether the number is its pool's: committed, or being brought in right now."""
        if stands["status"]["S"] == REMOVED:
            return False
        pool = stands["pool"]["S"]
        head = self.head(pool)
        sequence = int(stands["sequence"]["N"])
        if head.lock_sequence == sequence and head.lock_until > now.timestamp():
            return True
        row = self.latest(pool, head, f"{number}#").get(number)
        return row is not None and row.member is not None


def _rests(stands: Item, now: datetime) -> bool:
    return "returns_at" in stands and int(stands["returns_at"]["N"]) > now.timestamp()


def _renewed(stands: Item, mine: Item, now: datetime) -> Item:
    if _rests(stands, now):
        return {**stands, **mine, "status": {"S": RESTING}}
    if stands["pool"] == mine["pool"] and stands["status"]["S"] != REMOVED:
        return {**stands, "sequence": mine["sequence"]}
    return mine | {name: stands[name] for name in ("withheld",) if name in stands}
