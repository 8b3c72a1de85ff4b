from typing import TYPE_CHECKING

from lambdas.domain.settings import Action
from lambdas.store.claims import Tables
from local.simulation.comparing import Comparison
from local.spread_pool import places, rules
from tests.conftest import MakeTables

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PICKS = 250


def test_the_store_in_memory_says_what_dynamodb_says(
    dynamodb: "DynamoDBClient", make_tables: MakeTables
) -> None:
    names = make_tables()
    tables = Tables(names.number_pool, names.usage, names.customers)
    comparison = Comparison(dynamodb, tables, places(), rules())
    differences = comparison.run(PICKS)
    assert differences.found == []
    assert differences.picks >= PICKS
    assert any(outcome.startswith(Action.DIAL) for outcome in differences.outcomes)
    assert comparison.memory.meter.refused.total() > 0
