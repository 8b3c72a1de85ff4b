"""The ClaimStore in memory, for millions of picks: what DynamoDB would say, and what it would cost.

It keeps what is written, in the words that are written, so that a claim comes back as it would
from the table. One process, one pick at a time: nothing here conflicts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from lambdas.domain.ledger import EPOCH, MILLISECOND, Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.settings import Caps
from lambdas.store import keys
from lambdas.store.claims import ACTIVE, BATCH_GET_KEYS, RESTING, USAGE_KEPT
from lambdas.usecases.picking import Customer, Refusal, Refused, Spend
from local.simulation import sizes


class Request(StrEnum):
    """The three requests of a pick."""

    READ = "read"
    COMMIT = "commit"
    LOOK = "look"


def no_wait(_request: Request) -> None:
    return


@dataclass(slots=True)
class Meter:
    """Requests by kind, commits that were refused by reason, and DynamoDB's request units."""

    requests: Counter[Request] = field(default_factory=Counter)
    refused: Counter[Refusal] = field(default_factory=Counter)
    read_units: int = 0
    write_units: int = 0


class Status(NamedTuple):
    """A number's status item; `returns_at` is a moment in epoch seconds."""

    pool: str
    status: str = ACTIVE
    returns_at: int | None = None

    def allows(self, pool: str, now: datetime) -> bool:
        if self.pool != pool:
            return False
        returned = self.returns_at is not None and self.returns_at <= int(now.timestamp())
        return self.status == ACTIVE or (self.status == RESTING and returned)


class Written(NamedTuple):
    """A customer's item: the claims' lines joined by line feeds, expiry in epoch seconds, and the
    last answer's number and millisecond, "" and 0 for none."""

    version: int
    lines: str
    answered: str
    answered_at: int
    expires: int

    @property
    def size(self) -> int:
        return sizes.ledger_bytes(*self)

    def item(self, customer_key: str) -> dict[str, Any]:
        """As the table holds it, in the low-level API's words."""
        item: dict[str, Any] = {
            **keys.ledger(customer_key),
            "version": {"N": str(self.version)},
            "claims": {"L": [{"S": line} for line in self.lines.split("\n") if line]},
            "expires_at": {"N": str(self.expires)},
        }
        told = {"answered": {"S": self.answered}, "answered_at": {"N": str(self.answered_at)}}
        return item | (told if self.answered else {})

    def ledger(self) -> Ledger:
        read = (Claim.read(line) for line in self.lines.split("\n")) if self.lines else ()
        claims = tuple(claim for claim in read if claim)
        at = EPOCH + self.answered_at * MILLISECOND if self.answered else None
        return Ledger(self.version, claims, self.answered, answered_at=at)


class Used:
    """A number's usage item of one UTC day: calls by bucket, and when it expires."""

    __slots__ = ("_bytes", "counts", "expires")

    def __init__(self, number: E164) -> None:
        self.counts: dict[str, int] = {}
        self._bytes = sizes.empty_usage_bytes(number)
        self.expires = 0

    @property
    def size(self) -> int:
        """Bytes of the item; 0 where there is none yet."""
        return self._bytes + sizes.number_bytes(self.expires) if self.counts else 0

    def item(self, number: E164, day: date) -> dict[str, Any]:
        """As the table holds it, in the low-level API's words."""
        return {
            **keys.usage_day(number, datetime.combine(day, time(), UTC)),
            **{bucket: {"N": str(count)} for bucket, count in self.counts.items()},
            "expires_at": {"N": str(self.expires)},
        }

    def spent_until(self, caps: Caps, buckets: keys.Buckets, now: datetime) -> datetime | None:
        """When the longest of the buckets ends whose cap is reached; None where none is."""
        made = self.counts.get
        if made(buckets.day, 0) >= caps.per_day:
            return keys.bucket_ends(now).day
        if made(buckets.hour, 0) >= caps.per_hour:
            return keys.bucket_ends(now).hour
        if made(buckets.minute, 0) >= caps.per_minute:
            return keys.bucket_ends(now).minute
        return None

    def add(self, buckets: Iterable[str]) -> None:
        for bucket in buckets:
            made = self.counts.get(bucket, 0)
            before = len(bucket) + sizes.number_bytes(made) if made else 0
            self.counts[bucket] = made + 1
            self._bytes += len(bucket) + sizes.number_bytes(made + 1) - before


class _Moment(NamedTuple):
    """A clock minute, and what usage is counted under in it."""

    minute: int
    day: date
    buckets: keys.Buckets


@dataclass(slots=True)
class MemoryStore:
    """`pools` tells each number's status. `wait` is called ahead of each request: it may let time
    pass, and raise StoreUnavailable. Usage older than `days_kept` days is let go.

    The key of a customer is the number itself: this table is nobody's but ours.
    """

    pools: dict[E164, Status]
    ledger_kept: timedelta
    wait: Callable[[Request], None] = no_wait
    days_kept: int = 1
    meter: Meter = field(default_factory=Meter)
    customers: dict[str, Written] = field(default_factory=dict)
    usage: dict[date, dict[E164, Used]] = field(default_factory=dict)
    _moment: _Moment = _Moment(-1, date.min, keys.Buckets("", "", ""))  # noqa: RUF009

    def read(self, destination: E164) -> Customer:
        self._ask(Request.READ)
        written = self.customers.get(destination)
        if written is None:
            self.meter.read_units += 1
            return Customer(destination, Ledger())
        self.meter.read_units += sizes.read_units(written.size)
        return Customer(destination, written.ledger())

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> Refused | None:
        """As DynamoDB: all conditions are looked at, the first that fails is told, and a refused
        transaction is paid for by the items as they stand."""
        self._ask(Request.COMMIT)
        before = self.customers.get(customer.key)
        moved = (before.version if before else 0) != customer.ledger.version
        used = self._used(spend.number, claim.at) if spend else None
        against = self._against(spend, used, claim.at) if spend and used else None
        why = Refusal.LEDGER_MOVED if moved else against.why if against else None
        sizes_of = [before.size if before else 0]
        if why is None:
            after = self._after(customer.ledger.with_claim(claim), claim.at)
            self.customers[customer.key] = after
            sizes_of[0] = max(sizes_of[0], after.size)
            if used:
                used.add(self._moment.buckets[: 3 if spend and spend.caps else 2])
                used.expires = int((claim.at + USAGE_KEPT).timestamp())
        if used:
            sizes_of.append(used.size)
        if spend and spend.pool:
            sizes_of.append(0)  # the status item is far smaller than a unit
        self.meter.write_units += sum(map(sizes.transaction_units, sizes_of))
        if why is None:
            return None
        self.meter.refused[why] += 1
        if not moved:
            return against
        return Refused(why, Customer(customer.key, before.ledger()) if before else None)

    def kept_back(self, wanted: Sequence[Spend], now: datetime) -> dict[E164, Refused]:
        together = BATCH_GET_KEYS // 2
        for start in range(0, len(wanted), together):
            self._ask(Request.LOOK)
            # Of each number the usage and the status, each smaller than a unit.
            self.meter.read_units += 2 * len(wanted[start : start + together])
        today = self._today(now)
        kept_back = {}
        for spend in wanted:
            status = self.pools.get(spend.number)
            used = today.get(spend.number)
            if status is None or not status.allows(spend.pool, now):
                kept_back[spend.number] = Refused(Refusal.NUMBER_NOT_ACTIVE)
            elif used and (limit := self._limit_reached(spend, used, now)):
                kept_back[spend.number] = limit
        return kept_back

    def answered(self, destination: E164, number: E164, now: datetime) -> None:
        """Note which number a customer answered, as `lambdas.store.customers.Answers` does."""
        before = self.customers.get(destination, Written(0, "", "", 0, 0))
        expires = int((now + self.ledger_kept).timestamp())
        at = (now - EPOCH) // MILLISECOND
        self.customers[destination] = Written(before.version + 1, before.lines, number, at, expires)

    def remember(self, destination: E164, ledger: Ledger, now: datetime) -> None:
        """Put a ledger from before the first pick."""
        self.customers[destination] = self._after(ledger, now)

    def _ask(self, request: Request) -> None:
        self.wait(request)
        self.meter.requests[request] += 1

    def _after(self, ledger: Ledger, now: datetime) -> Written:
        expires = int((now + self.ledger_kept).timestamp())
        at = (ledger.answered_at - EPOCH) // MILLISECOND if ledger.answered_at else 0
        lines = "\n".join(ledger.lines())
        return Written(ledger.version, lines, ledger.answered, at, expires)

    def _against(self, spend: Spend, used: Used, now: datetime) -> Refused | None:
        limit = self._limit_reached(spend, used, now)
        if limit:
            return limit
        status = self.pools.get(spend.number)
        if spend.pool and not (status and status.allows(spend.pool, now)):
            return Refused(Refusal.NUMBER_NOT_ACTIVE)
        return None

    def _limit_reached(self, spend: Spend, used: Used, now: datetime) -> Refused | None:
        until = spend.caps and used.spent_until(spend.caps, self._moment.buckets, now)
        return Refused(Refusal.LIMIT_REACHED, until=until) if until else None

    def _used(self, number: E164, now: datetime) -> Used:
        today = self._today(now)
        used = today.get(number)
        if used is None:
            used = today[number] = Used(number)
        return used

    def _today(self, now: datetime) -> dict[E164, Used]:
        minute = int(now.timestamp()) // 60
        if minute != self._moment.minute:
            self._moment = _Moment(minute, now.astimezone(UTC).date(), keys.usage_buckets(now))
            for day in list(self._too_old(self._moment.day)):
                del self.usage[day]
        return self.usage.setdefault(self._moment.day, {})

    def _too_old(self, today: date) -> Iterator[date]:
        return (day for day in self.usage if (today - day).days > self.days_kept)
