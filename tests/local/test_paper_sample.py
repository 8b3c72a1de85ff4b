"""Papers as an office keeps them in Excel, against what must be found of them."""

from datetime import date
from pathlib import Path

import pytest

from lambdas.domain.cells import Direction
from lambdas.domain.phone import E164
from lambdas.domain.registry import Paper, Requirement, Terms, gaps, lacking
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.registry import rows
from local import paper_sample
from local.paper_sample import NETWORKS, REQUIRES, TEST_DAYS
from tests.unit.builders import nanp
from tests.unit.test_registry import member

TODAY = date(2026, 11, 20)
NUMBERS = [*nanp("206", 40), *(f"+4420794600{n:02d}" for n in range(10))]
INBOUND = NUMBERS[::10]


@pytest.mark.parametrize("seed", range(3))
def test_a_file_of_excel_gives_the_gaps_that_were_drawn(tmp_path: Path, seed: int) -> None:
    drawn = paper_sample.drawn(NUMBERS, INBOUND, TODAY, seed, "Example Care")
    path = tmp_path / "papers.xlsx"
    paper_sample.write(path, drawn.rows)
    terms = Terms("p", tuple(map(Requirement, REQUIRES)), NETWORKS, TEST_DAYS)
    members = [
        member(one, Direction.INBOUND if one in INBOUND else Direction.BOTH) for one in NUMBERS
    ]

    read = list(rows.read(open_table(path, path.name, limits=Limits()), "US"))
    held: dict[E164, list[Paper]] = {}
    for row in read:
        assert row.paper is not None, row
        held.setdefault(row.paper.number, []).append(row.paper)
    found = gaps(members, held, terms, TODAY)

    told = [(gap.number, gap.trouble.value, gap.kind, gap.party) for gap in found]
    assert list(paper_sample.differing(drawn, told)) == []
    assert len(told) == len(set(told)) > 100
    lacks = {
        one.e164: lacking(one, held.get(one.e164, ()), terms.requires, TODAY)
        for one in members
        if one.direction is not Direction.INBOUND
    }
    assert {number: set(why) for number, why in lacks.items() if why} == drawn.withheld
