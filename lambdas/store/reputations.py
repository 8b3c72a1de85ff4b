"""Reputations in DynamoDB: one small row a number, and one a pool.

What changes together is written together: a number's row, its rest, what withholds it, the day of
its return and the line in its history. A row changes only while it is as it was read, and a rest
only while no other judge is at work on the pool, so that two can share no number and no place.
"""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambdas.domain.lifecycle import Against, Label, Reputation
from lambdas.domain.phone import E164
from lambdas.domain.reputation import Baseline, Doubt, Past
from lambdas.store import keys
from lambdas.store.pool_rows import PoolTable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

FORMAT = 1
"""Rows of a later format are left alone."""

Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PoolReputation:
    """What is kept of a pool. Hours before `judged_until` are judged; `turn` changes with every
    step and every rest. The rest is what the last look found: when, in which mode, at which limit,
    and who passes it but waits for others to return.
    """

    pool: str
    baseline: Baseline
    judged_until: datetime | None = None
    turn: int = 0
    looked_at: datetime | None = None
    mode: str = ""
    limit: float = 0.0
    numbers: int = 0
    resting: int = 0
    waiting: tuple[E164, ...] = ()


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


def reader(client: "DynamoDBClient", table: str) -> ReputationRows:
    """For whoever looks only."""
    return ReputationRows(client, table)


def reputation_of(item: Item) -> Reputation | None:
    """What a number's row says; None for one of a later format."""
    if int(item["format"]["N"]) > FORMAT:
        return None
    kept: Mapping[str, Any] = json.loads(item["kept"]["S"])
    against, label = kept.get("against"), kept.get("label")
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
        label=_label(label) if label else None,
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
        "label": [*one.label[:3], _second(one.label.since)] if one.label else (),
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


def _figures(past: Past) -> list[float]:
    return [_short(each) for each in (past.made, past.answered, past.short, past.blocked)]


def _short(number: float) -> float:
    """Six digits are enough of anything here, and keep rows small."""
    return number if isinstance(number, int) else float(f"{number:.6g}")


def _second(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _moment(second: int | None) -> datetime | None:
    return datetime.fromtimestamp(second, UTC) if second else None
