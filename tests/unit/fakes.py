"""Stores in memory that keep the contracts of the ports."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from lambdas.domain.directory import Directory
from lambdas.domain.intake import Outcome
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164
from lambdas.domain.suppression import Suppression
from lambdas.store import keys
from lambdas.usecases.import_numbers import Changes, Kept, Lease, LeaseLost, PoolBusy, Upload
from lambdas.usecases.picking import Customer, Refusal, Refused, Spend, StoreUnavailable
from lambdas.usecases.suppress import Act, Audit, Correction

Fault = Callable[[], None]


def no_fault() -> None:
    return


def out_of_reach() -> None:
    raise StoreUnavailable("out of reach")


@dataclass
class MemoryClaims:
    """A ClaimStore. `before_commit` runs ahead of each commit, to let another call slip in."""

    ledgers: dict[str, Ledger] = field(default_factory=dict)
    suppressions: dict[str, tuple[Suppression, ...]] = field(default_factory=dict)
    listed: dict[str, dict[str, date]] = field(default_factory=dict)
    usage: Counter[tuple[str, str]] = field(default_factory=Counter)
    inactive: set[str] = field(default_factory=set)
    before_read: Fault = no_fault
    before_commit: Fault = no_fault
    commits: int = 0
    reads: int = 0
    looks: list[int] = field(default_factory=list)

    def read(self, destination: E164) -> Customer:
        self.before_read()
        self.reads += 1
        return Customer(
            destination,
            self.ledgers.get(destination, Ledger()),
            self.suppressions.get(destination, ()),
            self.listed.get(destination, {}),
        )

    def suppress(self, destination: str, suppression: Suppression) -> None:
        """In force for the next commit: the ledger moves with it, and carries a mark."""
        self.suppressions[destination] = (*self.suppressions.get(destination, ()), suppression)
        ledger = self.ledgers.get(destination, Ledger())
        self.ledgers[destination] = replace(
            ledger, version=ledger.version + 1, marks=ledger.marks + 1
        )

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> Refused | None:
        self.before_commit()
        self.commits += 1
        stands = self.ledgers.get(customer.key, Ledger())
        if stands.version != customer.ledger.version:
            same = stands.marks == customer.ledger.marks
            told = replace(customer, ledger=stands) if same else None
            return Refused(Refusal.LEDGER_MOVED, told)
        if spend:
            until = self._spent_until(spend, claim.at)
            if until:
                return Refused(Refusal.LIMIT_REACHED, until=until)
            if spend.pool and spend.number in self.inactive:
                return Refused(Refusal.NUMBER_NOT_ACTIVE)
            for bucket in keys.usage_buckets(claim.at)[: 3 if spend.caps else 2]:
                self.usage[spend.number, f"{claim.at:%Y-%m-%d} {bucket}"] += 1
        self.ledgers[customer.key] = customer.ledger.with_claim(claim)
        return None

    def kept_back(self, wanted: Sequence[Spend], now: datetime) -> dict[E164, Refused]:
        self.looks.append(len(wanted))
        kept_back = {}
        for spend in wanted:
            until = self._spent_until(spend, now)
            if spend.number in self.inactive:
                kept_back[spend.number] = Refused(Refusal.NUMBER_NOT_ACTIVE)
            elif until:
                kept_back[spend.number] = Refused(Refusal.LIMIT_REACHED, until=until)
        return kept_back

    def calls(self, number: str) -> int:
        """Calls that a number made, of all days."""
        return sum(
            count
            for (made_by, bucket), count in self.usage.items()
            if made_by == number and bucket.endswith(" day")
        )

    def _spent_until(self, spend: Spend, now: datetime) -> datetime | None:
        if spend.caps is None:
            return None
        ends = keys.bucket_ends(now)
        for bucket, end, cap in zip(
            keys.usage_buckets(now), ends, reversed(spend.caps), strict=True
        ):
            if self.usage[spend.number, f"{now:%Y-%m-%d} {bucket}"] >= cap:
                return end
        return None


@dataclass
class FixedDirectories:
    directory: Directory | None
    fault: Fault = no_fault

    def current(self, pool: str) -> Directory | None:
        self.fault()
        return self.directory


@dataclass
class MemoryPools:
    """A PoolStore for one process."""

    committed: dict[str, dict[E164, Kept]] = field(default_factory=dict)
    owners: dict[E164, str] = field(default_factory=dict)
    locks: dict[str, Lease] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    staged: dict[int, Changes] = field(default_factory=dict)
    sequence: int = 0
    writes: int = 0

    def begin(self, upload: Upload, now: datetime) -> Lease:
        held = self.locks.get(upload.pool)
        if held and held.import_id != upload.import_id:
            raise PoolBusy(upload.pool)
        self.sequence += 1
        earlier = self.done.get(upload.import_id)
        removed = self.staged[earlier].removed if earlier in self.staged else ()
        lease = Lease(upload.pool, upload.import_id, self.sequence, earlier, removed)
        self.locks[upload.pool] = lease
        return lease

    def members(self, pool: str) -> Mapping[E164, Kept]:
        return dict(self.committed.get(pool, {}))

    def take(self, lease: Lease, numbers: Sequence[E164], now: datetime) -> Mapping[E164, str]:
        foreign = {
            number: owner
            for number in numbers
            if (owner := self.owners.get(number)) and owner != lease.pool
        }
        self.owners |= {number: lease.pool for number in numbers if number not in foreign}
        return foreign

    def stage(self, lease: Lease, changes: Changes) -> None:
        self.staged[lease.sequence] = changes

    def commit(self, lease: Lease, upload: Upload, now: datetime) -> None:
        if self.locks.get(lease.pool) != lease:
            raise LeaseLost(lease.pool)
        pool = self.committed.setdefault(lease.pool, {})
        changes = self.staged[lease.sequence]
        for change, members in ((Outcome.ADDED, changes.added), (Outcome.UPDATED, changes.updated)):
            for member in members:
                pool[member.e164] = Kept(member, lease.sequence, change)
        for number in changes.removed:
            del pool[number]
            del self.owners[number]
        self.done[lease.import_id] = lease.sequence
        self.writes += 1
        del self.locks[lease.pool]

    def tidy(self, lease: Lease) -> None:
        return

    def release(self, lease: Lease) -> None:
        del self.locks[lease.pool]


@dataclass
class MemorySuppressions:
    """A SuppressionStore. What changed nothing leaves no line in the history."""

    stands: dict[str, dict[str, Suppression]] = field(default_factory=dict)
    lines: dict[str, list[Audit]] = field(default_factory=dict)
    right: dict[str, Correction] = field(default_factory=dict)

    def standing(self, destination: E164) -> tuple[Suppression, ...]:
        return tuple(self.stands.get(destination, {}).values())

    def add(self, destination: E164, suppression: Suppression) -> bool:
        of_person = self.stands.setdefault(destination, {})
        stands = of_person.get(suppression.name)
        if stands and not suppression.says_more_than(stands):
            return False
        suppression = suppression.besides(stands) if stands else suppression
        of_person[suppression.name] = suppression
        told = Audit(Act.SUPPRESSED, suppression.since, suppression.by, suppression.note)
        self.lines.setdefault(destination, []).append(told._replace(suppression=suppression))
        return True

    def lift(
        self, destination: E164, names: Collection[str], by: str, why: str, now: datetime
    ) -> int:
        of_person = self.stands.get(destination, {})
        lifted = [of_person.pop(name) for name in list(of_person) if name in names]
        for one in lifted:
            self.lines[destination].append(Audit(Act.LIFTED, now, by, why, one))
        return len(lifted)

    def history(self, destination: E164) -> list[Audit]:
        return self.lines.get(destination, [])

    def correct(self, destination: E164, correction: Correction) -> bool:
        before = self.right.get(destination)
        self.right[destination] = correction
        return before is None or before.number != correction.number

    def corrections(self, destination: E164) -> Correction | None:
        return self.right.get(destination)
