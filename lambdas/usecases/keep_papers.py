"""Keep the papers of our numbers, and hold back numbers that lack what their pool asks for."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambdas.domain.cells import Direction
from lambdas.domain.paper_rows import PaperRow
from lambdas.domain.phone import E164
from lambdas.domain.registry import (
    PAPERS_WITHHOLD,
    Gap,
    Paper,
    Requirement,
    Terms,
    gaps,
    lacking,
    shares,
)
from lambdas.domain.rows import Member
from lambdas.domain.withholding import WORDS, Withheld
from lambdas.usecases.withhold import Withholding, WithholdingStore

BY = "registry"


class PaperStore(Protocol):
    """The papers of all numbers."""

    def all(self) -> Mapping[E164, Sequence[Paper]]: ...

    def keep(self, papers: Iterable[Paper]) -> None: ...


class Marks(Protocol):
    """What the papers of a pool came to; a mark that changes has the pool published anew."""

    def mark(self, pool: str, digest: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the rows of a file, and how many papers it changed."""

    rows: Sequence[PaperRow]
    changed: int

    @property
    def refused(self) -> int:
        return sum(row.paper is None for row in self.rows)


@dataclass(frozen=True, slots=True)
class Checked:
    """A pool against its terms: what is to be done, and which numbers that held back or let go."""

    pool: str
    gaps: Sequence[Gap]
    held_back: Sequence[tuple[E164, Withheld]]
    let_go: Sequence[tuple[E164, Withheld]]


def keep_papers(rows: Iterable[PaperRow], members: Iterable[Member], store: PaperStore) -> Kept:
    """Keep what a file's rows say of the numbers of a pool. Of a paper that stands twice in it the
    later row counts. The same file again changes nothing."""
    ours = {member.e164 for member in members}
    judged = [_of_the_pool(row, ours) for row in rows]
    wanted = {row.paper.key: row.paper for row in judged if row.paper}
    before = {paper.key: paper for held in store.all().values() for paper in held}
    changed = [paper for key, paper in wanted.items() if before.get(key) != paper]
    store.keep(changed)
    return Kept(judged, len(changed))


def check_papers(
    terms: Terms,
    members: Sequence[Member],
    papers: Mapping[E164, Sequence[Paper]],
    withholding: WithholdingStore,
    marks: Marks,
    now: datetime,
) -> Checked:
    """What is to be done for a pool; numbers that lack a paper which it asks for go out of use,
    and come back when they have it; those that papers speak against are shown less often."""
    today = now.date()
    withheld = withholding.withheld(terms.pool)
    held_back: list[tuple[E164, Withheld]] = []
    let_go: list[tuple[E164, Withheld]] = []
    for member in members:
        lacks = _lacks(member, papers, terms.requires, now)
        has = withheld.get(member.e164, frozenset()) & PAPERS_WITHHOLD
        for reason in sorted(lacks ^ has):
            change = Withholding(
                member.e164, terms.pool, reason, reason in lacks, BY, now, WORDS[reason]
            )
            if withholding.change(change):
                (held_back if change.begins else let_go).append((member.e164, reason))
    marks.mark(terms.pool, _digest(shares(members, papers, terms, today)))
    return Checked(terms.pool, gaps(members, papers, terms, today), held_back, let_go)


def _digest(found: Mapping[E164, int]) -> str:
    return hashlib.sha256(repr(sorted(found.items())).encode()).hexdigest()[:16]


def _lacks(
    member: Member,
    papers: Mapping[E164, Sequence[Paper]],
    requires: Iterable[Requirement],
    now: datetime,
) -> frozenset[Withheld]:
    """What a number lacks; nothing for one that is never shown anyway."""
    if member.direction is Direction.INBOUND:
        return frozenset()
    return lacking(member, papers.get(member.e164, ()), requires, now.date())


def _of_the_pool(row: PaperRow, ours: set[E164]) -> PaperRow:
    if row.paper is None or row.paper.number in ours:
        return row
    return row._replace(paper=None, message="The number is not in this pool; upload it first.")
