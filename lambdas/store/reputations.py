"""Reputations in DynamoDB: one small row a number, and one a pool.

What changes together is written together: a number's row, its rest, what withholds it, the day of
its return and the line in its history. A row changes only while it is as it was read, and a rest
only while no other judge is at work on the pool, so that two can share no number and no place.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from lambdas.domain.directory import day_number
from lambdas.domain.lifecycle import Against, Event, Label, Lately, PoolReputation, Reputation
from lambdas.domain.phone import E164
from lambdas.domain.reputation import Baseline, Doubt, Past, Sum
from lambdas.domain.withholding import Withheld
from lambdas.store import keys
from lambdas.store.conflicts import transacted, undisturbed
from lambdas.store.directories import PublishedDirectories
from lambdas.store.dynamodb import read_together
from lambdas.store.pool_rows import WRITERS, PoolTable, refused
from lambdas.store.rests import DynamoRests
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.judge_numbers import Overtaken, Stock, Transition
from lambdas.usecases.number_states import Told
from lambdas.usecases.rest_number import Standing

FORMAT = 1
"""Rows of a later format are left alone."""
TOGETHER = 100
MOST_NAMED = 500
"""Waiting numbers that the pool's row names; the numbers' own rows tell of all."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReputationRows(PoolTable):
    """Reading what the judge keeps."""

    def pool(self, pool: str) -> PoolReputation:
        """What is kept of a pool; that of a new one where nothing is."""
        answer = self.client.get_item(
            TableName=self.table, Key=keys.pool_reputation(pool), ConsistentRead=True
        )
        return pool_of(pool, answer.get("Item", {}))

    def numbers(self, pool: str) -> dict[E164, Reputation]:
        """What is kept of the pool's numbers; a number that was never called has no row."""
        found = (reputation_of(item) for item in self.query(pool, keys.REPUTATION_PREFIX))
        return {one.number: one for one in found if one is not None}

    def number(self, pool: str, number: E164) -> Reputation:
        """What is kept of one number; that of a new one where nothing is."""
        answer = self.client.get_item(
            TableName=self.table, Key=keys.number_reputation(pool, number), ConsistentRead=True
        )
        item = answer.get("Item")
        return (reputation_of(item) if item else None) or Reputation(number)


@dataclass(frozen=True, slots=True)
class DynamoReputations(ReputationRows):
    """The JudgeStore on the NumberPool table."""

    def stock(self, pool: str, now: datetime) -> Stock | None:
        directory = PublishedDirectories(self.client, self.table, lambda: 0.0).current(pool)
        if directory is None:
            return None
        held = {
            E164(item["sk"]["S"].removeprefix(keys.HELD_PREFIX)): returns
            for item in self.query(pool, keys.HELD_PREFIX)
            if (returns := datetime.fromtimestamp(int(item["returns_at"]["N"]), UTC)) > now
        }
        withheld = DynamoWithholding(self.client, self.table).withheld(pool)
        shown = {
            directory.number(row): directory.activated_on[row] for row in range(len(directory))
        }
        for number in (*held, *withheld):
            shown.pop(number, None)
        retired = {number for number, why in withheld.items() if Withheld.RETIRED in why}
        return Stock(shown, held, frozenset(retired))

    def told(self, numbers: Sequence[E164]) -> Mapping[E164, Told]:
        """What the statuses of some numbers say of who changed them last, when and why."""
        found: dict[E164, Told] = {}
        for start in range(0, len(numbers), TOGETHER):
            wanted = [keys.number_status(each) for each in numbers[start : start + TOGETHER]]
            for item in read_together(self.client, {self.table: wanted})[self.table]:
                number = E164(item["pk"]["S"].removeprefix(keys.NUMBER_PREFIX))
                reason, by, at = (item.get(name, {"S": ""})["S"] for name in ("reason", "by", "at"))
                found[number] = Told(datetime.fromisoformat(at) if at else None, reason, by)
        return found

    def keep(self, pool: str, several: Sequence[Reputation]) -> Mapping[E164, Reputation | None]:
        with ThreadPoolExecutor(WRITERS) as writers:
            written = writers.map(lambda one: self._keep(pool, one), several)
            return {one.number: now for one, now in zip(several, written, strict=True)}

    def _keep(self, pool: str, one: Reputation) -> Reputation | None:
        request: Any = {"Item": reputation_item(pool, one), **_unchanged(one)}
        try:
            undisturbed(lambda: self.client.put_item(TableName=self.table, **request))
        except ClientError as problem:
            if refused(problem):
                return None
            raise
        return replace(one, version=one.version + 1)

    def advance(self, pool: PoolReputation) -> PoolReputation:
        request: Any = {"Item": pool_item(pool), **_my_turn(pool.turn)}
        try:
            undisturbed(lambda: self.client.put_item(TableName=self.table, **request))
        except ClientError as problem:
            if refused(problem):
                raise Overtaken(pool.pool) from problem
            raise
        return replace(pool, turn=pool.turn + 1)

    def make(self, transition: Transition, turn: int) -> bool:
        pool = transition.pool
        key = keys.pool_reputation(pool)
        writes = [self._turn(key, turn), *self.writes(transition)]
        if transacted(self.client, writes):
            return True
        if self.pool(pool).turn != turn:
            raise Overtaken(pool)
        return False

    def enter(self, transition: Transition) -> bool:
        """All of a transition that people asked for, whoever else is at work. False where the
        number has changed or left the pool since it was read."""
        return transacted(self.client, self.writes(transition))

    def standing(self, number: E164) -> Standing | None:
        """Where a number is, and whether it rests."""
        return DynamoRests(self.client, self.table).standing(number)

    def is_retired(self, pool: str, number: E164) -> bool:
        """Whether a number of the pool is out of use for good."""
        key = keys.withheld(pool, number)
        answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        item: Item = answer.get("Item", {})
        return Withheld.RETIRED in item.get("reasons", {}).get("SS", ())

    def writes(self, transition: Transition) -> list[Any]:
        """What makes the transition, in one transaction."""
        pool, number, table = transition.pool, transition.number, self.table
        row: Any = {"Item": reputation_item(pool, transition.after), **_unchanged(transition.after)}
        writes: list[Any] = [
            {"Put": {"TableName": table, **row}},
            {"Put": {"TableName": table, "Item": _history(transition)}},
        ]
        if transition.rest is not None:
            # What people ask for goes before what the judge finds, also while it is looking.
            judges = transition.event is Event.RESTING
            rests = DynamoRests(self.client, table)
            writes += rests.writes(transition.rest, unless_resting=judges)
        if transition.withholding is not None:
            writes += DynamoWithholding(self.client, table).writes(transition.withholding)
        key = keys.returned(pool, number)
        if transition.returns is not None:
            day = {"N": str(day_number(transition.returns.date()))}
            writes.append({"Put": {"TableName": table, "Item": {**key, "on": day}}})
        elif transition.settled:
            writes.append({"Delete": {"TableName": table, "Key": key}})
        return writes

    def _turn(self, key: keys.Key, turn: int) -> Any:
        update: dict[str, Any] = {
            "TableName": self.table,
            "Key": key,
            "UpdateExpression": "SET #turn = :next, #format = :format",
            "ConditionExpression": "#turn = :turn",
            "ExpressionAttributeNames": {"#turn": "turn", "#format": "format"},
            "ExpressionAttributeValues": {
                ":turn": {"N": str(turn)},
                ":next": {"N": str(turn + 1)},
                ":format": {"N": str(FORMAT)},
            },
        }
        if not turn:
            update["ConditionExpression"] = "attribute_not_exists(pk)"
            del update["ExpressionAttributeValues"][":turn"]
        return {"Update": update}


def _unchanged(one: Reputation) -> dict[str, Any]:
    if not one.version:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(one.version)}},
    }


def _my_turn(turn: int) -> dict[str, Any]:
    if not turn:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "#turn = :turn",
        "ExpressionAttributeNames": {"#turn": "turn"},
        "ExpressionAttributeValues": {":turn": {"N": str(turn)}},
    }


def _history(transition: Transition) -> dict[str, Any]:
    told = f"{transition.event}|{transition.pool}|{transition.after.version}"
    digest = hashlib.sha256(told.encode()).hexdigest()[:12]
    item: dict[str, Any] = {
        **keys.change(transition.number, transition.at, digest),
        "at": {"S": transition.at.isoformat()},
        "status": {"S": transition.event},
        "pool": {"S": transition.pool},
        "reason": {"S": transition.reason},
        "by": {"S": transition.by},
    }
    if transition.evidence:
        item["evidence"] = {"S": transition.evidence}
    if transition.rest is not None and transition.rest.until is not None:
        item["until"] = {"S": transition.rest.until.isoformat()}
    return item


def pool_item(pool: PoolReputation) -> dict[str, Any]:
    """A pool's row, as of the turn after `pool`'s."""
    told = {
        "looked_at": _second(pool.looked_at),
        "mode": pool.mode,
        "limit": pool.limit,
        "numbers": pool.numbers,
        "resting": pool.resting,
        "waiting": list(pool.waiting[:MOST_NAMED]),
        "lately": _written(pool.lately),
    }
    item = {
        **keys.pool_reputation(pool.pool),
        "format": {"N": str(FORMAT)},
        "turn": {"N": str(pool.turn + 1)},
        "baseline": {"B": baseline_bytes(pool.baseline)},
        "told": {"S": json.dumps(told, separators=(",", ":"))},
    }
    if pool.judged_until is not None:
        item["judged_until"] = {"N": str(_second(pool.judged_until))}
    return item


def reputation_of(item: Item) -> Reputation | None:
    """What a number's row says; None for one of a later format."""
    if int(item["format"]["N"]) > FORMAT:
        return None
    kept: Mapping[str, Any] = json.loads(item["kept"]["S"])
    against = kept.get("against")
    return Reputation(
        number=E164(item["sk"]["S"].removeprefix(keys.REPUTATION_PREFIX)),
        doubt=Doubt.read(kept.get("doubt", ())),
        against=Against(_moment(against[0]), *against[1:]) if against else Against(),
        first_call=_moment(kept.get("first_call")),
        judged=_moment(kept.get("judged")),
        strikes=kept.get("strikes", 0),
        rests_until=_moment(kept.get("rests_until")),
        probation_until=_moment(kept.get("probation_until")),
        would_rest_until=_moment(kept.get("would_rest_until")),
        waits_since=_moment(kept.get("waits_since")),
        labels=tuple(map(_label, kept.get("labels", ()))),
        lately=_lately(kept.get("lately", ())),
        version=int(item["version"]["N"]),
    )


def _label(told: Sequence[Any]) -> Label:
    text, source, seen_on, since = told
    return Label(text, source, seen_on, datetime.fromtimestamp(since, UTC))


def reputation_item(pool: str, one: Reputation) -> dict[str, Any]:
    """A number's row, as of the version after `one`'s."""
    kept: dict[str, Any] = {
        "doubt": [_short(number) for number in one.doubt.written()] if one.doubt != Doubt() else (),
        "against": [_second(one.against.since), *map(_short, one.against[1:])]
        if one.against.since
        else (),
        "first_call": _second(one.first_call),
        "judged": _second(one.judged),
        "strikes": one.strikes,
        "rests_until": _second(one.rests_until),
        "probation_until": _second(one.probation_until),
        "would_rest_until": _second(one.would_rest_until),
        "waits_since": _second(one.waits_since),
        "labels": [[*label[:3], _second(label.since)] for label in one.labels],
        "lately": _written(one.lately),
    }
    told = {name: value for name, value in kept.items() if value}
    return {
        **keys.number_reputation(pool, one.number),
        "format": {"N": str(FORMAT)},
        "version": {"N": str(one.version + 1)},
        "kept": {"S": json.dumps(told, separators=(",", ":"))},
    }


def pool_of(pool: str, item: Item) -> PoolReputation:
    """What a pool's row says."""
    if not item:
        return PoolReputation(pool, Baseline())
    told: Mapping[str, Any] = json.loads(item.get("told", {"S": "{}"})["S"])
    return PoolReputation(
        pool=pool,
        baseline=baseline_of(bytes(item["baseline"]["B"])) if "baseline" in item else Baseline(),
        judged_until=_moment(int(item["judged_until"]["N"])) if "judged_until" in item else None,
        lately=_lately(told.get("lately", ())),
        turn=int(item["turn"]["N"]),
        looked_at=_moment(told.get("looked_at")),
        mode=told.get("mode", ""),
        limit=told.get("limit", 0.0),
        numbers=told.get("numbers", 0),
        resting=told.get("resting", 0),
        waiting=tuple(map(E164, told.get("waiting", ()))),
    )


def baseline_bytes(baseline: Baseline) -> bytes:
    """A baseline in a few kilobytes."""
    told = {
        "pool": _figures(baseline.pool),
        "regions": {str(region): _figures(past) for region, past in baseline.regions.items()},
        "hours": {str(hour): _figures(past) for hour, past in baseline.hours.items()},
    }
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode())


def baseline_of(data: bytes) -> Baseline:
    """What `baseline_bytes` made."""
    told = json.loads(zlib.decompress(data))
    return Baseline(
        Past(*told["pool"]),
        {region: Past(*figures) for region, figures in told["regions"].items()},
        {int(hour): Past(*figures) for hour, figures in told["hours"].items()},
    )


def _written(lately: Lately) -> list[list[float]]:
    return [[_second(hour), *map(_short, found)] for hour, found in lately]


def _lately(told: Sequence[Sequence[Any]]) -> Lately:
    return tuple((datetime.fromtimestamp(second, UTC), Sum(*found)) for second, *found in told)


def _figures(past: Past) -> list[float]:
    return [_short(each) for each in (past.made, past.answered, past.short, past.blocked)]


def _short(number: float) -> float:
    """Six digits are enough of anything here, and keep rows small."""
    return number if isinstance(number, int) else float(f"{number:.6g}")


def _second(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _moment(second: int | None) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None
