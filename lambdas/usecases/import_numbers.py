"""Bring an uploaded file into a pool: judge every row, stage, and commit in one visible step.

Nothing of an import is visible before its commit, and all of it is after: rows are staged under a
sequence number of their own, and one conditional write on the pool's head makes that sequence
count. A crash leaves the old pool whole; the same file again resumes or changes nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from lambdas.domain.intake import TAKEN, Entry, Intake, Member, Outcome, RowResult
from lambdas.domain.phone import E164
from lambdas.domain.row_words import told_of_rules


class PoolBusy(Exception):
    """Another import into the same pool is under way; try again later."""


class LeaseLost(Exception):
    """This import was given up for dead and another one has begun: nothing of it will show."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file for one pool. `import_id` is the same for the same upload delivered again."""

    import_id: str
    pool: str
    replaces: bool
    name: str


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write one pool until it is committed or released.

    An upload that was applied already, and is delivered again, finds its sequence and what it
    removed in `committed_earlier` and `removed_earlier`.
    """

    pool: str
    import_id: str
    sequence: int
    committed_earlier: int | None = None
    removed_earlier: Sequence[E164] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """A member as the pool holds it: since which import, and whether that one added it."""

    member: Member
    sequence: int
    change: Outcome


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import changes in the pool."""

    added: Sequence[Member] = ()
    updated: Sequence[Member] = ()
    removed: Sequence[E164] = ()

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class PoolStore(Protocol):
    """Pools under import."""

    def begin(self, upload: Upload, now: datetime) -> Lease:
        """Take the pool for this import. Raises PoolBusy."""

    def members(self, pool: str) -> Mapping[E164, Kept]:
        """The pool as committed."""

    def take(self, lease: Lease, numbers: Sequence[E164], now: datetime) -> Mapping[E164, str]:
        """Make numbers this pool's own. Returns those of other pools, with the pool's name."""

    def stage(self, lease: Lease, changes: Changes) -> None: ...

    def commit(self, lease: Lease, upload: Upload, now: datetime) -> None:
        """The one visible step. Raises LeaseLost."""

    def tidy(self, lease: Lease) -> None:
        """Drop what earlier imports left and what counts no longer."""

    def release(self, lease: Lease) -> None:
        """Give the pool back with nothing changed."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an upload did. `results` has one entry for each row; `error` is set if none counted."""

    upload: Upload
    results: Sequence[RowResult] = ()
    removed: Sequence[E164] = ()
    error: str = ""
    notes: Sequence[str] = field(default=())

    @property
    def counts(self) -> dict[str, int]:
        counted = {outcome.value: 0 for outcome in Outcome}
        for result in self.results:
            counted[result.outcome] += 1
        counted[Outcome.REMOVED] = len(self.removed)
        return counted

    @property
    def accepted(self) -> int:
        return sum(result.outcome in TAKEN for result in self.results)


def import_numbers(
    upload: Upload, entries: Iterable[Entry], intake: Intake, store: PoolStore, now: datetime
) -> ImportResult:
    """Run one import to its end. Raises PoolBusy or LeaseLost, after which nothing has changed."""
    wanted, results = intake.read(entries)
    if not wanted:
        return ImportResult(upload, results, error=_no_row_taken(results))
    lease = store.begin(upload, now)
    store.tidy(lease)
    before = store.members(upload.pool)
    # Applied once: whatever is delivered again may stand below a later upload by now.
    applied = lease.committed_earlier is not None
    fresh = [] if applied else [number for number in wanted if number not in before]
    foreign = store.take(lease, fresh, now)
    results = [_refused_if_foreign(result, foreign) for result in results]
    wanted = {number: member for number, member in wanted.items() if number not in foreign}
    unread = sum(result.outcome is Outcome.REJECTED for result in results)
    if upload.replaces and unread and not applied:
        store.release(lease)
        return ImportResult(upload, _nothing_done(results), error=_not_replaced(unread))
    changes = Changes() if applied else _changes(wanted, before, upload)
    if changes:
        store.stage(lease, changes)
        store.commit(lease, upload, now)
    else:
        store.release(lease)
    return ImportResult(
        upload,
        [_compared(result, wanted, before, lease) for result in results],
        removed=lease.removed_earlier if applied else changes.removed,
        notes=told_of_rules(result.warned for result in results),
    )


def _changes(wanted: Mapping[E164, Member], before: Mapping[E164, Kept], upload: Upload) -> Changes:
    kept_days = {
        number: member._replace(activated_on=before[number].member.activated_on)
        for number, member in wanted.items()
        if number in before
    }
    return Changes(
        added=[member for number, member in wanted.items() if number not in before],
        updated=[
            member
            for number, member in kept_days.items()
            if not member.same_facts_as(before[number].member)
        ],
        removed=[number for number in before if upload.replaces and number not in wanted],
    )


def _compared(
    result: RowResult, wanted: Mapping[E164, Member], before: Mapping[E164, Kept], lease: Lease
) -> RowResult:
    """The row's outcome against the pool as it was. Rows that an earlier try of this very upload
    committed count as what that try did."""
    if result.outcome is not Outcome.ADDED:
        return result
    kept = before.get(E164(result.e164))
    if kept is None and lease.committed_earlier is not None:
        return _worded(result, Outcome.UNCHANGED, "Taken out again by a later upload.")
    if kept is None:
        return _worded(result, Outcome.ADDED, "Added.")
    if kept.sequence == lease.committed_earlier:
        return _worded(result, kept.change, f"{kept.change.value.capitalize()}.")
    if wanted[E164(result.e164)].same_facts_as(kept.member):
        return _worded(result, Outcome.UNCHANGED, "Already in the pool; nothing to change.")
    return _worded(result, Outcome.UPDATED, "Already in the pool; its details were updated.")


def _worded(result: RowResult, outcome: Outcome, words: str) -> RowResult:
    return result._replace(outcome=outcome, message=f"{words} {result.message}")


def _refused_if_foreign(result: RowResult, foreign: Mapping[E164, str]) -> RowResult:
    pool = foreign.get(E164(result.e164))
    if pool is None or result.outcome is Outcome.REJECTED:
        return result
    words = (
        f"The number belongs to the pool {pool!r}. A number can be in one pool only: remove it"
        " there first."
    )
    return result._replace(outcome=Outcome.REJECTED, message=words, warned=())


def _nothing_done(results: Iterable[RowResult]) -> list[RowResult]:
    return [
        result
        if result.outcome in (Outcome.REJECTED, Outcome.DUPLICATE)
        else result._replace(
            outcome=Outcome.NOT_APPLIED,
            message=f"Nothing wrong here, but the file as a whole was not applied: see the summary."
            f" {result.message}",
        )
        for result in results
    ]


def _no_row_taken(results: Sequence[RowResult]) -> str:
    return (
        f"None of the {len(results)} rows could be used, so nothing was changed."
        " The message beside each row says what is wrong."
    )


def _not_replaced(unread: int) -> str:
    rows = "1 row could not be used" if unread == 1 else f"{unread} rows could not be used"
    return (
        f"This upload was to replace the pool, but {rows}. Replacing would have removed the"
        " numbers that those rows may mean, so nothing was changed. Correct the rows and upload"
        " the file again, or upload it without 'replace' to add the good rows."
    )
