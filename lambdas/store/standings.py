"""What became of a pool's numbers, from the rows that judge, people and imports keep of them."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from lambdas.domain.directory import day_number
from lambdas.domain.lifecycle import Evidence, PoolReputation, Reputation, level, state_of
from lambdas.domain.phone import E164, without_numbers
from lambdas.domain.report import Standing
from lambdas.domain.rows import Member
from lambdas.domain.withholding import WORDS, Withheld
from lambdas.store import keys
from lambdas.store.imports import DynamoImports
from lambdas.store.pool_rows import PoolTable
from lambdas.store.reputations import ReputationRows
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.judge_numbers import BY

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READERS = 8


@dataclass(frozen=True, eq=False)
class DynamoStandings:
    """Reads the NumberPool table. `warm_up_weeks` is each pool's."""

    client: "DynamoDBClient"
    table: str
    warm_up_weeks: Mapping[str, int]
    _members: dict[str, Mapping[E164, Member]] = field(default_factory=dict)

    def members(self, pool: str) -> Mapping[E164, Member]:
        """A pool as committed; read once."""
        if pool not in self._members:
            kept = DynamoImports(self.client, self.table).members(pool)
            self._members[pool] = {number: one.member for number, one in kept.items()}
        return self._members[pool]

    def standings(self, pool: str, now: datetime) -> list[Standing]:
        """Every number of the pool."""
        members, rows = self.members(pool), ReputationRows(self.client, self.table)
        kept, known = rows.pool(pool), rows.numbers(pool)
        held = {number: until for number, until in self._held(pool) if until > now}
        withheld = DynamoWithholding(self.client, self.table).withheld(pool)
        returned = dict(self._returned(pool))
        reasons = self._reasons([number for number in held if number in members])
        today = day_number(now.date())
        found = []
        for number, member in sorted(members.items()):
            one, why = known.get(number, Reputation(number)), withheld.get(number, frozenset())
            state = state_of(
                retired=Withheld.RETIRED in why,
                rests=number in held,
                called=one.first_call is not None,
                days=today - returned.get(number, member.activated_on),
                warm_up_weeks=self.warm_up_weeks.get(pool, 0),
            )
            would = one.would_rest_until is not None and one.would_rest_until > now
            found.append(
                Standing(
                    number,
                    pool,
                    state,
                    level=one.doubt.level,
                    limit=level(kept.limit),
                    until=held.get(number) or (one.would_rest_until if would else None),
                    would_rest=would,
                    waits=one.waits_since is not None,
                    words=_words(one, kept, why, reasons.get(number, "")),
                )
            )
        return found

    def judges_mode(self, pool: str) -> str:
        """The mode in which the pool was judged last, "" for a pool that never was."""
        return str(ReputationRows(self.client, self.table).pool(pool).mode)

    def _held(self, pool: str) -> Iterator[tuple[E164, datetime]]:
        for item in PoolTable(self.client, self.table).query(pool, keys.HELD_PREFIX):
            until = datetime.fromtimestamp(int(item["returns_at"]["N"]), UTC)
            yield E164(item["sk"]["S"].removeprefix(keys.HELD_PREFIX)), until

    def _returned(self, pool: str) -> Iterator[tuple[E164, int]]:
        for item in PoolTable(self.client, self.table).query(pool, keys.RETURNED_PREFIX):
            if "on" in item:
                number = E164(item["sk"]["S"].removeprefix(keys.RETURNED_PREFIX))
                yield number, int(item["on"]["N"])

    def _reasons(self, numbers: Sequence[E164]) -> Mapping[E164, str]:
        """Why numbers rest, and who said so."""

        def reason(number: E164) -> str:
            key: Any = keys.number_status(number)
            item = self.client.get_item(TableName=self.table, Key=key).get("Item", {})
            why, by = (item.get(name, {"S": ""})["S"] for name in ("reason", "by"))
            # A report is mailed, and people may name a customer's number; the judge names moments.
            why = why if by == BY else without_numbers(why)
            return f"{why} ({by})" if why and by else why

        with ThreadPoolExecutor(READERS) as readers:
            return dict(zip(numbers, readers.map(reason, numbers), strict=True))


def _words(one: Reputation, kept: PoolReputation, why: frozenset[Withheld], rest: str) -> str:
    if rest:
        return rest
    if Withheld.RETIRED in why:
        return WORDS[Withheld.RETIRED]
    if one.label is not None:
        return f"Labelled {one.label.words}."
    if one.would_rest_until is not None or one.waits_since is not None:
        return Evidence(one.against, one.doubt.value, kept.limit).words
    return ""
