"""Rows of contact lists and what they are judged by, with quiet defaults."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lambdas.domain.contact_rows import ContactResult, Summary
from lambdas.domain.contacts import ContactRow, Ground, Judge, Standing
from lambdas.domain.hours import CallingHours
from lambdas.domain.settings import AvoidRepeat, Limits, PoolSettings
from lambdas.domain.suppression import Reason, Suppression
from lambdas.usecases.check_contacts import ListCheck
from tests.unit.builders import NanpStates

AT = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)
"""A Monday, noon in Seattle."""
COUNTRIES = {"united states": "US", "usa": "US", "united kingdom": "GB", "germany": "DE"}
CODES = {code.casefold(): code for code in COUNTRIES.values()}
_HOURS = Path("lambdas/domain/data/calling_hours.json")

SEATTLE, NEW_YORK, LONDON = "+12065550123", "+12125550123", "+442079460123"


def ground(**changed: Any) -> Ground:
    base = Ground(
        places=NanpStates(),
        hours=CallingHours.from_json(json.loads(_HOURS.read_text("utf-8"))),
        countries={**COUNTRIES, **CODES},
        pool=PoolSettings("pool", (), Limits(1, 1, 1), AvoidRepeat(1, 1)),
        now=AT,
        purpose="service",
    )
    return replace(base, **changed)


def row(number: int, *numbers: str, **told: str) -> ContactRow:
    return ContactRow(number, numbers or ("",), **told, cells=numbers)


class Known:
    """A look-up that knows some numbers."""

    def __init__(self, standings: Mapping[str, Standing]) -> None:
        self.standings = standings
        self.asked: list[Sequence[str]] = []

    def many(self, numbers: Sequence[str]) -> Mapping[str, Standing]:
        self.asked.append(numbers)
        return {one: self.standings[one] for one in numbers if one in self.standings}


def suppressed(reason: Reason, **told: Any) -> Standing:
    return Standing((Suppression(reason, AT, **told),))


def check(
    rows: Iterable[ContactRow],
    lookup: Known | None = None,
    **changed: Any,
) -> tuple[list[ContactResult], Summary]:
    listed = list(rows)
    one = ListCheck(Judge(ground(**changed)), lookup, len(listed))
    results = [checked.result for checked in one.results(listed)]
    return results, one.summary(file="list.csv")
