"""Lists of our numbers for others: carriers, caller registries, CNAM and branding partners."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.cells import Direction
from lambdas.domain.phone import E164
from lambdas.domain.registry import CNAM_REGIONS, Paper, PaperKind, PaperState
from lambdas.domain.rows import Member
from lambdas.domain.settings import QueueSettings

_OVER = frozenset({PaperState.LAPSED, PaperState.REFUSED})


class Export(StrEnum):
    """A list, by whom it is for."""

    DO_NOT_ORIGINATE = "do-not-originate"
    CALLER_REGISTRY = "caller-registry"
    CNAM = "cnam"
    BRANDING = "branding"


class Branding(NamedTuple):
    """Who calls and why, as the queues say that show a number; "" where they say nothing, or not
    the same."""

    brand: str = ""
    call_reason: str = ""


class Sheet(NamedTuple):
    """One row a number, under these columns."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def branding_of(queues: Iterable[QueueSettings]) -> Mapping[str, Branding]:
    """By pool, the brand and the reason on which all its queues agree that give one."""
    brands: dict[str, set[str]] = {}
    reasons: dict[str, set[str]] = {}
    for queue in queues:
        brands.setdefault(queue.pool, set()).add(queue.brand)
        reasons.setdefault(queue.pool, set()).add(queue.call_reason)
    return {pool: Branding(_one_of(brands[pool]), _one_of(reasons[pool])) for pool in brands}


def _one_of(values: set[str]) -> str:
    said = values - {""}
    return said.pop() if len(said) == 1 else ""


def export(
    wanted: Export,
    members: Iterable[Member],
    papers: Mapping[E164, Sequence[Paper]],
    today: date,
    queues: Mapping[E164, Branding] | None = None,
) -> Sheet:
    """The list. Each number stands in it once, in order. A paper that has run out by today counts
    as lapsed.

    do-not-originate: numbers that only take calls, so that carriers refuse calls which show them.
    The others leave those out: what is never shown has no name to show. What a number's papers
    leave open of brand and reason, `queues` says.
    """
    unique = {member.e164: member for member in members}
    ordered = [unique[number] for number in sorted(unique)]
    columns, rows = _LISTS[wanted]
    return Sheet(columns, list(rows(ordered, _said_by(queues or {}, _as_of(today, papers)))))


Papers = Mapping[E164, Sequence[Paper]]


def _as_of(today: date, papers: Papers) -> Papers:
    """The papers with the states that they have today."""
    return {
        number: [paper._replace(state=paper.as_of(today)) for paper in held]
        for number, held in papers.items()
    }


def _said_by(queues: Mapping[E164, Branding], papers: Papers) -> Papers:
    """The papers, and behind them what the queues say: the first of a kind counts."""
    behind = {
        number: [
            Paper(number, PaperKind.BRAND, value=said.brand),
            Paper(number, PaperKind.CALL_REASON, value=said.call_reason),
        ]
        for number, said in queues.items()
    }
    return {
        number: [*papers.get(number, ()), *behind.get(number, ())]
        for number in papers.keys() | behind.keys()
    }


def _do_not_originate(members: Iterable[Member], papers: Papers) -> Iterator[Sequence[str]]:
    for member in members:
        if member.direction is Direction.INBOUND:
            owner = _value(papers, member, PaperKind.OWNER)
            yield member.e164, member.region, owner, "Takes calls only; never shown as caller ID."


def _caller_registry(members: Iterable[Member], papers: Papers) -> Iterator[Sequence[str]]:
    for member in _shown(members):
        if member.region in CNAM_REGIONS:
            yield (
                member.e164,
                _value(papers, member, PaperKind.BRAND),
                _value(papers, member, PaperKind.CALL_REASON),
                _value(papers, member, PaperKind.OWNER),
                _states(papers, member, PaperKind.CALLER_REGISTRY),
            )


def _cnam(members: Iterable[Member], papers: Papers) -> Iterator[Sequence[str]]:
    for member in _shown(members):
        if member.region in CNAM_REGIONS:
            enrolled = [
                paper
                for paper in papers.get(member.e164, ())
                if paper.kind is PaperKind.CNAM and paper.state is PaperState.DONE
            ]
            name = next(iter(_names(papers, member)), "")
            yield member.e164, name, "enrolled" if enrolled else "to enrol"


def _branding(members: Iterable[Member], papers: Papers) -> Iterator[Sequence[str]]:
    for member in _shown(members):
        yield (
            member.e164,
            member.region,
            _value(papers, member, PaperKind.BRAND),
            _value(papers, member, PaperKind.LOGO),
            _value(papers, member, PaperKind.CALL_REASON),
        )


def _shown(members: Iterable[Member]) -> Iterator[Member]:
    return (member for member in members if member.direction is not Direction.INBOUND)


def _value(papers: Papers, member: Member, kind: PaperKind) -> str:
    """What the number's paper says, unless it is over or was refused."""
    held = (paper for paper in papers.get(member.e164, ()) if paper.state not in _OVER)
    return next((paper.value for paper in held if paper.kind is kind and paper.value), "")


def _names(papers: Papers, member: Member) -> Iterator[str]:
    held = papers.get(member.e164, ())
    return (paper.value for paper in held if paper.kind is PaperKind.CNAM and paper.value)


def _states(papers: Papers, member: Member, kind: PaperKind) -> str:
    held = (paper for paper in papers.get(member.e164, ()) if paper.kind is kind)
    return ", ".join(f"{paper.party}: {paper.state.value}" for paper in held)


_LISTS = {
    Export.DO_NOT_ORIGINATE: (("number", "country", "owner", "reason"), _do_not_originate),
    Export.CALLER_REGISTRY: (
        ("number", "business_name", "call_reason", "owner", "registered_with"),
        _caller_registry,
    ),
    Export.CNAM: (("number", "caller_name", "state"), _cnam),
    Export.BRANDING: (("number", "country", "brand", "logo", "call_reason"), _branding),
}
