"""What a deployment costs: every type has its price or is named free, and modules add up."""

import json
from collections.abc import Callable

import pytest

from local import assembly, costing
from local.errors import LocalError
from stacks.config.infrastructure import Modules
from tests.stacks.synthesis import Synthesised
from tests.stacks.variants import VARIANTS

STACKS = {"always", "calling", "inventory", "opting out", "contact_records"}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_type_of_every_variant_has_a_price_or_is_named_free(
    synthesised: Callable[[str], Synthesised], name: str
) -> None:
    assert costing.unpriced(assembly.read(synthesised(name).folder)) == set()


def test_no_type_is_both_free_and_paid_for() -> None:
    table = costing.prices()
    told = [*table["a_month"], *table["by_use"], *table["free"]]

    assert len(told) == len(set(told))
    assert table["day"]
    assert "secondary sources" in table["source"]


def test_the_example_costs_what_its_resources_do(shipped: Synthesised) -> None:
    items = costing.idle(assembly.read(shipped.folder))
    monthly = costing.prices()["a_month"]

    for kind in set(monthly) - {"AWS::Lambda::EventSourceMapping"}:
        counted = sum(item.pieces for item in items if item.type == kind)
        assert counted == len(shipped.of_type(kind)), kind
    for item in items:
        assert item.dollars == pytest.approx(item.pieces * monthly[item.type]["price"], abs=0.006)


def test_reads_of_streams_cost_nothing_and_polls_of_queues_do(shipped: Synthesised) -> None:
    mappings = shipped.of_type("AWS::Lambda::EventSourceMapping").values()
    polls = [one for one in mappings if "StartingPosition" not in one["Properties"]]
    items = costing.idle(assembly.read(shipped.folder))
    paid = sum(item.pieces for item in items if item.type == "AWS::Lambda::EventSourceMapping")

    assert 0 < paid == len(polls) < len(mappings)


def test_modules_are_those_of_the_configuration(shipped: Synthesised) -> None:
    modules = {item.module for item in costing.idle(assembly.read(shipped.folder))}

    assert modules <= set(Modules.model_fields) | STACKS
    assert set(Modules.model_fields) <= modules


def test_a_module_that_is_off_costs_nothing(
    synthesised: Callable[[str], Synthesised],
) -> None:
    items = costing.idle(assembly.read(synthesised("without_modules").folder))

    assert {item.module for item in items} == {"always"}


def test_picks_cost_in_proportion_and_by_the_pickers_memory(shipped: Synthesised) -> None:
    read = assembly.read(shipped.folder)
    million, ten = costing.of_picks(read, 1_000_000), costing.of_picks(read, 10_000_000)

    assert ten.total == pytest.approx(10 * million.total)
    assert million.dynamodb == pytest.approx(6 * 0.625 + 0.125)
    assert million.compute == pytest.approx(0.20 + 15_000 * 0.0000133334)
    assert million.series == ten.series > 20


def test_without_a_picker_no_pick_costs(synthesised: Callable[[str], Synthesised]) -> None:
    picks = costing.of_picks(assembly.read(synthesised("without_modules").folder), 1_000_000)

    assert (picks.total, picks.series_dollars) == (0, 0)


def test_a_type_without_a_price_is_told() -> None:
    template = {"Resources": {"Db": {"Type": "AWS::RDS::DBInstance"}}}
    found = assembly.Assembly((assembly.StackTemplate("X-NumberPool", template),), {})

    assert costing.unpriced(found) == {"AWS::RDS::DBInstance"}
    with pytest.raises(LocalError, match="AWS::RDS::DBInstance"):
        costing.idle(found)


def test_the_kept_prices_are_dollars() -> None:
    for kind, told in json.loads(costing.TABLE.read_text())["a_month"].items():
        assert 0 < told["price"] < 100, kind
