"""Rows of an uploaded file: as they were written, what they mean, and what became of them."""

from enum import StrEnum
from typing import NamedTuple

from lambdas.domain.cells import Direction
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import E164, Kind
from lambdas.domain.rules import Rule


class Outcome(StrEnum):
    """What became of a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    NOT_APPLIED = "not_applied"
    REMOVED = "removed"


TAKEN = frozenset({Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED})


class Entry(NamedTuple):
    """A row as it was written: text, "" where a cell is empty. `problem` is set by the reader."""

    row: int
    number: str
    country: str = ""
    city: str = ""
    state: str = ""
    label: str = ""
    direction: str = ""
    ownership: str = ""
    proof: str = ""
    golden: str = ""
    problem: str = ""


class Member(NamedTuple):
    """A number of a pool and what is known of it.

    `activated_on` counts days from 1970-01-01. `position` is latitude and longitude in degrees, of
    the town that the row names, else of the number's own area; None where neither is known.
    `proof` refers to the proof of ownership, in the words of whoever uploaded it.
    """

    e164: E164
    region: str
    kind: Kind
    area_code: str
    state: str
    place: str
    direction: Direction
    label: str
    activated_on: int
    position: tuple[float, float] | None = None
    ownership: Ownership = Ownership.CONNECT
    golden: bool = False
    proof: str = ""

    def same_facts_as(self, other: "Member") -> bool:
        return self == other._replace(activated_on=self.activated_on)


class RowResult(NamedTuple):
    """What became of one row. `e164` is "" where no number was understood; `warned` are the rules
    that the message warns of."""

    row: int
    input: str
    e164: str
    outcome: Outcome
    message: str
    warned: tuple[Rule, ...] = ()
