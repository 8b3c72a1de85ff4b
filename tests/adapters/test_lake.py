"""Rows of the lake beside the counters: the real function, tables on DynamoDB's own engine, Parquet
by the table's columns, and the named queries as Athena has them."""

import pytest

from lambdas.domain.outcomes import Outcome
from local import lake_replay, stage
from local.contact_records import Maker
from local.lake import Lake
from queries import questions

CONTACTS = 350


@pytest.fixture(scope="module")
def replay(dynamodb_local: str, tmp_path_factory: pytest.TempPathFactory) -> lake_replay.Replay:
    """Some calls of a few customers, so that attempts and sources have several each."""
    folder = tmp_path_factory.mktemp("lake")
    set_up = stage.staged(dynamodb_local, folder, stage.settings_of((9, 9, 9)), stage.numbers_of(1))
    maker = Maker(seed=7, customers=800)
    return lake_replay.replayed(set_up, maker, CONTACTS, folder / "calls")


def test_every_named_query_agrees_with_the_counters(replay: lake_replay.Replay) -> None:
    found = lake_replay.compared(replay)

    assert found.differ == ()
    assert found.queries == len(questions("t")) == 10
    assert found.figures > 250


def test_a_row_that_is_there_twice_counts_once(replay: lake_replay.Replay) -> None:
    [told] = Lake(replay.folder).rows(
        "SELECT count(*) AS lines, count(DISTINCT contact_id) AS contacts FROM lake.calls"
    )

    assert told["lines"] == replay.rows > told["contacts"]
    assert replay.refused > 0


def test_rows_name_no_customer(replay: lake_replay.Replay) -> None:
    numbers = {made.customer.removeprefix("+") for made in replay.contacts}
    told = "".join(str(row) for row in Lake(replay.folder).rows("SELECT * FROM lake.calls"))

    assert not [number for number in numbers if number in told]
    [keys] = Lake(replay.folder).rows(
        "SELECT bool_and(length(customer) = 40) AS hashed FROM lake.calls"
    )
    assert keys["hashed"]


def test_a_wrong_figure_would_be_found(
    replay: lake_replay.Replay, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand = lake_replay.counters(replay.stage)
    answered = next(key for key in stand if key[2].outcome is Outcome.ANSWERED)
    stand[answered] += 1
    monkeypatch.setattr(lake_replay, "counters", lambda _stage: stand)

    assert lake_replay.compared(replay).differ
