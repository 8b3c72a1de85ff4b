"""Check a contact list: one result for each row, in order, in memory that does not grow with it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

from lambdas.domain.contact_rows import (
    MOST_GROUPS,
    TOO_MANY,
    ContactResult,
    Group,
    Summary,
    added,
    groups_of,
    is_invalid,
    most_first,
)
from lambdas.domain.contacts import ContactRow, Facts, Judge, Judged, Standing
from lambdas.domain.first_rows import FirstRows

BLOCK: Final = 2_000
"""Rows whose numbers are looked up together."""


class SuppressionLookup(Protocol):
    """What is on record about customers."""

    def many(self, numbers: Sequence[str]) -> Mapping[str, Standing]:
        """By number, of those about which anything is. May raise StoreUnavailable."""
        ...


class NotEveryRow(RuntimeError):
    """Rows are missing from the result, or are in it twice: nothing of it may be used."""


class Checked(NamedTuple):
    """A row and what became of it."""

    row: ContactRow
    result: ContactResult


class ListCheck:
    """The check of one list or of one part of it; `expected` is how many rows it has."""

    def __init__(
        self, judge: Judge, lookup: SuppressionLookup | None = None, expected: int = 0
    ) -> None:
        self._judge = judge
        self._lookup = lookup
        self._first = FirstRows(expected)
        self._expected = expected
        self._tally = _Tally()

    def results(self, rows: Iterable[ContactRow]) -> Iterator[Checked]:
        """Every row with its result, in the order of the rows. Rows that could be called count as
        the first with their number; the later ones are duplicates.

        Raises NotEveryRow at the end where there were not as many rows as expected.
        """
        checked = self._plainly(rows) if self._lookup is None else self._looked_up(rows)
        yield from checked
        if self._tally.rows != self._expected:
            raise NotEveryRow(
                f"The list has {self._expected} rows, and {self._tally.rows} have a result."
            )

    def summary(
        self, *, file: str = "", notes: Sequence[str] = (), unread: Sequence[str] = ()
    ) -> Summary:
        """What became of the rows so far."""
        ground = self._judge.ground
        return self._tally.summary(file, ground.now.isoformat(), ground.purpose, notes, unread)

    def _plainly(self, rows: Iterable[ContactRow]) -> Iterator[Checked]:
        judge, result = self._judge.judge, self._judge.result
        add, count = self._first.add, self._tally.add
        for row in rows:
            judged = judge(row)
            readings = judged.readings
            first = add(int(readings[0].e164[1:]), row.row) if readings else 0
            found, facts = result(judged, None, first)
            count(row, found, facts)
            yield Checked(row, found)

    def _looked_up(self, rows: Iterable[ContactRow]) -> Iterator[Checked]:
        judge, waiting = self._judge, iter(rows)
        while block := [judge.judge(row) for row in islice(waiting, BLOCK)]:
            standings = self._standings(block)
            for judged in block:
                yield self._one(judged, standings)

    def _standings(self, block: Iterable[Judged]) -> Mapping[str, Standing]:
        numbers = {reading.e164: None for judged in block for reading in judged.readings}
        return self._lookup.many(list(numbers)) if self._lookup and numbers else {}

    def _one(self, judged: Judged, standings: Mapping[str, Standing]) -> Checked:
        row, judge = judged.row, self._judge
        best, bar = judge.best(judged, standings) if judged.readings else (None, None)
        first = 0
        # A row that is not called in any case is no reason against a later one.
        if best is not None and bar is None:
            first = self._first.add(int(judged.main[1:]), row.row)
        found, facts = judge.result(judged, standings, first)
        self._tally.add(row, found, facts)
        return Checked(row, found)


class _Tally:
    """Counts results as they come, in memory that is bounded."""

    def __init__(self) -> None:
        self.rows = 0
        self._suggestions = 0
        self._by_source = _Groups()
        self._by_campaign = _Groups()
        self._counted: dict[tuple[str, str, str, str], int] = {}

    def add(self, row: ContactRow, result: ContactResult, facts: Facts | None) -> None:
        self.rows += 1
        reason = result.reason
        self._by_source.add(row.source, reason)
        self._by_campaign.add(row.campaign, reason)
        if facts is not None:
            self._counted[facts.counted] = self._counted.get(facts.counted, 0) + 1
        elif result.suggestion:
            self._suggestions += 1

    def summary(
        self, file: str, at: str, purpose: str, notes: Sequence[str], unread: Sequence[str]
    ) -> Summary:
        by_reason: dict[str, int] = {}
        for group in self._by_source.groups():
            by_reason = added(by_reason, group.by_reason)
        rejected = sum(by_reason.values())
        sums: tuple[dict[str, int], ...] = ({}, {}, {}, {})
        for names, count in self._counted.items():
            for counts, name in zip(sums, names, strict=True):
                if name:
                    counts[name] = counts.get(name, 0) + count
        by_region, by_kind, by_tier, by_hour = sums
        return Summary(
            file=file,
            at=at,
            purpose=purpose,
            rows=self.rows,
            clean=self.rows - rejected,
            rejected=rejected,
            invalid=sum(count for reason, count in by_reason.items() if is_invalid(reason)),
            suggestions=self._suggestions,
            by_reason=most_first(by_reason),
            by_source=groups_of(self._by_source.groups()),
            by_campaign=groups_of(self._by_campaign.groups()),
            by_region=most_first(by_region),
            by_kind=most_first(by_kind),
            by_tier=most_first(by_tier),
            by_hour=dict(sorted(by_hour.items())),
            notes=tuple(notes),
            unread=tuple(unread),
        )


class _Groups:
    """Rows by source or campaign and by reason, "" for clean ones."""

    def __init__(self) -> None:
        self._counts: dict[str, dict[str, int]] = {}
        self._together = False

    def add(self, name: str, reason: str) -> None:
        if self._together:
            name = TOO_MANY
        counts = self._counts.get(name)
        if counts is None:
            counts = self._counts[name] = {}
            if len(self._counts) > MOST_GROUPS:
                counts = self._put_together()
        counts[reason] = counts.get(reason, 0) + 1

    def groups(self) -> Iterator[Group]:
        for name, counts in self._counts.items():
            by_reason = {reason: count for reason, count in counts.items() if reason}
            invalid = sum(count for reason, count in by_reason.items() if is_invalid(reason))
            yield Group(name, sum(counts.values()), invalid, by_reason)

    def _put_together(self) -> dict[str, int]:
        counts: dict[str, int] = {}
        for one in self._counts.values():
            counts = added(counts, one)
        self._counts = {TOO_MANY: counts}
        self._together = True
        return counts
