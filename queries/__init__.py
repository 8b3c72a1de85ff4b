"""Questions to the lake in Athena's SQL, one file each; the comment at its head says what it asks.

`%CALLS%` in them is the part of calls.sql: each call once.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from lambdas.domain.outcomes import ANSWERS, ATTEMPTS, Outcome

FOLDER = Path(__file__).parent
DAYS = 28
"""How far a query looks back, unless whoever asks it writes another number."""
_HOLE = re.compile(r"%([A-Z]+)%")
_SHARED = "calls"


class Question(NamedTuple):
    """A query with what it asks."""

    name: str
    words: str
    text: str


def questions(table: str, days: int = DAYS) -> list[Question]:
    """Every query, for a table ("database.table") and so many days back."""
    shared = _text(_SHARED)
    holes = {
        "TABLE": table,
        "DAYS": str(days),
        "ATTEMPTS": _listed(ATTEMPTS),
        "ANSWERS": _listed(ANSWERS),
    }
    comment, _, part = _filled(shared, holes).partition("\n")
    found = []
    for path in sorted(FOLDER.glob("*.sql")):
        if path.stem == _SHARED:
            continue
        words, _, query = _text(path.stem).partition("\n")
        text = _filled(query, {"CALLS": part.strip()})
        asked = words.removeprefix("-- ")
        found.append(Question(path.stem, asked, f"-- {asked}\n{comment}\n{text}"))
    return found


def _text(name: str) -> str:
    return (FOLDER / f"{name}.sql").read_text("utf-8").rstrip()


def _filled(text: str, holes: dict[str, str]) -> str:
    """Raises KeyError for a hole that nothing fills."""
    return _HOLE.sub(lambda hole: holes[hole[1]], text)


def _listed(outcomes: Iterable[Outcome]) -> str:
    return ", ".join(f"'{outcome}'" for outcome in sorted(outcomes))
