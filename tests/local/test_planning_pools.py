"""What a plan says of the pools: whether they hold numbers, and what becomes of queues' own."""

import json
from dataclasses import replace
from typing import Any

import pytest

from lambdas.domain.cells import Direction
from lambdas.domain.intake import Outcome
from lambdas.domain.phone import parse
from lambdas.domain.rows import Member
from lambdas.store import keys
from lambdas.store.modes import set_mode
from lambdas.store.pool_rows import Row, row_item
from local import aws
from local.__main__ import main
from local.commands import plan_command
from local.machine import ACCOUNT
from local.planning.pools import PoolsSeen, read_pools
from tests.local.smoke_scene import Scene, head_of_pool

OWN = "+12065550100"


def seen(scene: Scene) -> PoolsSeen:
    return read_pools(scene.heard(), scene.config, {"sales": OWN})


def table(scene: Scene) -> str:
    return aws.number_pool_table(scene.heard(), scene.config)


def holds(scene: Scene, status: str, direction: Direction, pool: str = "all") -> None:
    """The pool's rows of the queue's own number, as an import writes them."""
    phone = parse(OWN)
    member = Member(
        phone.e164, phone.region, phone.kind, phone.area_code, "WA", "", direction, "", 0
    )
    client = scene.client("dynamodb")
    row = Row(phone.e164, 1, member, Outcome.ADDED)
    client.put_item(TableName=table(scene), Item=row_item(pool, row))
    item: dict[str, Any] = {"pool": {"S": pool}, "status": {"S": status}}
    client.put_item(TableName=table(scene), Item=keys.number_status(phone.e164) | item)


def test_pools_are_told_with_their_numbers_and_modes(scene: Scene) -> None:
    set_mode(scene.client("dynamodb"), table(scene), "sales", "percent 25")

    found = seen(scene)

    assert [(one.name, one.numbers, dict(one.queues)) for one in found.pools] == [
        ("all", 40, {"sales": "percent 25"})
    ]
    assert found.notes == ()
    assert found.pools[0].notes == ()


@pytest.mark.parametrize(
    ("count", "sequence", "words"),
    [(0, 0, "no upload"), (0, 2, "every number is removed, resting or withheld")],
)
def test_an_empty_pool_is_told_with_what_its_queues_do(
    scene: Scene, count: int, sequence: int, words: str
) -> None:
    head_of_pool(scene.session, count, sequence=sequence, published=sequence)

    (note,) = seen(scene).pools[0].notes

    assert words in note
    assert "calls of sales show their own number" in note


def test_an_upload_that_is_not_published_is_told(scene: Scene) -> None:
    head_of_pool(scene.session, 40, sequence=2, published=1)

    assert "not published yet" in seen(scene).pools[0].notes[0]


@pytest.mark.parametrize(
    ("status", "direction", "pool", "words"),
    [
        ("ACTIVE", Direction.BOTH, "all", ""),
        ("ACTIVE", Direction.INBOUND, "all", "only takes calls"),
        ("RESTING", Direction.BOTH, "all", "rests in the pool all"),
        ("REMOVED", Direction.INBOUND, "all", ""),
        ("ACTIVE", Direction.BOTH, "other", "which is not the queue's"),
    ],
)
def test_the_queues_own_number_is_looked_up_in_the_pools(
    scene: Scene, status: str, direction: Direction, pool: str, words: str
) -> None:
    head_of_pool(scene.session, 40, sequence=1, published=1)
    holds(scene, status, direction, pool)
    if pool == "other":
        scene.client("dynamodb").put_item(
            TableName=table(scene), Item={**keys.head("other"), "sequence": {"N": "1"}}
        )

    notes = seen(scene).notes

    assert (len(notes), words in "".join(notes)) == (1 if words else 0, True)


def test_a_config_that_was_never_deployed_says_so(scene: Scene) -> None:
    undeployed = scene.config.model_copy(update={"environment": "elsewhere"})

    found = replace(scene, config=undeployed)

    assert "There is no stack LocalPresence-elsewhere-NumberPool" in seen(found).unread


def test_the_command_tells_pools_beside_queues(
    scene: Scene, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    session = scene.heard()
    monkeypatch.setenv("AWS_ENDPOINT_URL_CONNECT", scene.address)
    account = aws.Account(session, f"arn:aws:iam::{ACCOUNT}:user/ada")
    monkeypatch.setattr(aws, "account_of", lambda *_: account)
    monkeypatch.setattr(plan_command, "Pace", lambda: scene.pace)
    holds(scene, "RESTING", Direction.BOTH)

    assert main(["plan", "--config", str(scene.file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pools"]["pools"][0]["numbers"] == 40
    assert "rests in the pool all" in told["pools"]["notes"][0]

    assert main(["plan", "--config", str(scene.file)]) == 0
    out = capsys.readouterr().out
    assert "sales: observe" in out
    assert "rests in the pool all" in out
