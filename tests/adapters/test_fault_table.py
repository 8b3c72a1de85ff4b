"""The fault table of the evidence, in bursts; and pointers that are none."""

from datetime import datetime
from itertools import count
from typing import Any

import pytest

from lambdas.store import keys
from lambdas.store.directories import PublishedDirectories
from lambdas.usecases.picking import StoreUnavailable
from local import fault_round, stage
from local.fault_table import FAULTS, Fault
from local.stage import Stage
from tests.adapters.conftest import House
from tests.unit.builders import nanp


@pytest.fixture(scope="module")
def set_up(tmp_path_factory: pytest.TempPathFactory, dynamodb_local: str) -> tuple[Stage, datetime]:
    """Tables with a pool of which one number was taken out and one rests, until when."""
    numbers = stage.numbers_of(fault_round.POOL_SIZE)
    folder = tmp_path_factory.mktemp("stage")
    made = stage.staged(dynamodb_local, folder, fault_round.settings(), numbers)
    return made, fault_round.with_rest_and_removal(made)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_whatever_fails_in_bursts_answers_are_legal_and_claims_count_once(
    set_up: tuple[Stage, datetime], fault: Fault
) -> None:
    played = fault_round.play(*set_up, fault, "bursts", 12)
    assert played.wrong == []
    assert played.befell
    assert not played.late


@pytest.mark.parametrize(
    "pointer",
    [{"S": "x"}, {"M": {}}, {"M": {"version": {"N": "7"}, "segments": {"L": []}}}],
)
def test_a_pointer_of_another_kind_is_no_directory_and_leaves_the_old_one_in_use(
    house: House, pointer: Any
) -> None:
    house.bring(nanp("206", 3))
    house.publish()
    directories = PublishedDirectories(
        house.client, house.tables.number_pool, count(0, 60).__next__
    )
    held = directories.current("sales")
    house.client.update_item(
        TableName=house.tables.number_pool,
        Key=keys.head("sales"),
        UpdateExpression="SET directory = :pointer",
        ExpressionAttributeValues={":pointer": pointer},
    )
    assert directories.current("sales") is held
    fresh = PublishedDirectories(house.client, house.tables.number_pool, lambda: 0.0)
    with pytest.raises(StoreUnavailable):
        fresh.current("sales")
