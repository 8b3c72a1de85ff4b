"""inventory against an account, which is moto's and a fake instance's here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lambdas.domain.intake import Entry
from lambdas.store.inventory import DynamoInventory
from local.__main__ import main
from local.connect_instance.model import Refused
from tests.local.numbers_scene import CLAIMED, ELSEWHERE, GROUP, INSTANCE, OWN, Scene, deployed

HELD, GONE, MOVED, GROUPS, BOUGHT = (f"+1206555010{line}" for line in range(5))
PORTED = "+12065550110"
Run = Any


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """Two pools of which the instance holds all but what the tests take away."""
    with deployed(tmp_path) as made:
        made.bring("service", [Entry(row, one) for row, one in enumerate((HELD, GONE, MOVED), 2)])
        made.bring("sales", [Entry(2, GROUPS), Entry(3, PORTED, ownership="ported")])
        for number in (HELD, GONE):
            made.instance.numbers.add(number)
        made.instance.numbers.add(MOVED, ELSEWHERE)
        made.instance.numbers.add(GROUPS, GROUP)
        made.instance.numbers.add(BOUGHT)
        yield made


@pytest.fixture
def run(scene: Scene, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["inventory", *arguments, "--aws", "--config", str(scene.config)])
        out, err = capsys.readouterr()
        return code, out, err

    return command


def _states(told: str) -> dict[str, str]:
    return {row["number"]: row["outcome"] for row in json.loads(told)["numbers"]}


def test_each_number_is_told_and_what_is_gone_goes_out_of_use(scene: Scene, run: Run) -> None:
    scene.release(GONE)

    code, out, _ = run("--json")

    assert code == 3
    assert _states(out) == {
        HELD: "held", GONE: "not_held", MOVED: "other_instance", GROUPS: "held",
        PORTED: "not_listed", BOUGHT: "in_no_pool", OWN: "queue_number", CLAIMED: "queue_number",
    }  # fmt: skip
    assert sorted(json.loads(out)["taken_out"]) == [GONE, MOVED]
    assert scene.withheld("service") == {GONE: {"not_held"}, MOVED: {"not_held"}}
    assert scene.withheld("sales") == {}
    assert set(scene.instance.asked) == {"ListPhoneNumbersV2"}
    assert scene.instance.buckets.refused == 0


def test_what_is_held_again_comes_back(scene: Scene, run: Run) -> None:
    scene.release(GONE)
    run()
    scene.instance.numbers.add(GONE)
    scene.release(MOVED)
    scene.instance.numbers.add(MOVED)

    code, out, _ = run()

    assert code == 0
    assert "2 numbers back in use now." in out
    assert "6 numbers in use and held; 1 number to look after." in out
    assert BOUGHT in out
    assert scene.withheld("service") == {}


def test_a_dry_run_tells_the_same_and_changes_nothing(scene: Scene, run: Run) -> None:
    scene.release(GONE)
    before = scene.dynamodb.scan(TableName=scene.table)["Items"]

    code, out, _ = run("--dry-run", "--json")

    assert code == 3
    assert _states(out)[GONE] == "not_held"
    assert json.loads(out)["taken_out"] == []
    assert scene.dynamodb.scan(TableName=scene.table)["Items"] == before
    run()
    assert _states(run("--dry-run", "--json")[1])[MOVED] == "other_instance"


def test_a_queues_own_number_that_is_gone_is_told(scene: Scene, run: Run) -> None:
    scene.release(OWN)
    scene.release(CLAIMED)

    code, out, _ = run("--json")

    lost = [row for row in json.loads(out)["numbers"] if row["outcome"] == "queue_number_not_held"]
    assert code == 3
    assert [row["queue"] for row in lost] == ["outbound-sales", "outbound-service"]


def test_more_numbers_than_a_page_are_all_listed(scene: Scene, run: Run) -> None:
    scene.instance.numbers.page_size = 2
    scene.release(GONE)

    _, out, _ = run("--json")

    assert json.loads(out)["counts"]["held"] == 2
    assert json.loads(out)["counts"]["in_no_pool"] == 1
    assert scene.instance.asked.count("ListPhoneNumbersV2") == 6


def test_a_listing_of_nothing_is_not_believed(scene: Scene, run: Run) -> None:
    scene.instance.numbers.held.clear()

    code, out, err = run()

    assert (code, out) == (1, "")
    assert "listed no number at all" in err
    assert scene.withheld("service") == {}


def test_numbers_worth_having_come_with_commands_and_nothing_is_claimed(
    scene: Scene, run: Run, tmp_path: Path
) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text(
        "phone\n" + "".join(f"+1212555{n:04d}\n" for n in range(100, 120)), "utf-8"
    )

    code, out, _ = run("--contacts", str(customers), "--json")
    proposals = json.loads(out)["proposals"]

    assert code == 3, "MOVED is held elsewhere"
    assert proposals[0]["gain"] == 20
    assert f"--target-arn {INSTANCE}" in proposals[0]["claim"]
    assert set(scene.instance.asked) == {"ListPhoneNumbersV2"}
    code, _, err = run("--contacts", str(customers), "--queue", "nobody")
    assert code == 1
    assert "no queue 'nobody'" in err


def test_what_connect_refuses_is_told_in_words(scene: Scene, run: Run) -> None:
    def denied(_asked: Any) -> dict[str, Any]:
        raise Refused("AccessDeniedException", "not authorized to list")

    scene.instance.answer = denied  # type: ignore[method-assign,assignment]

    code, out, err = run()

    assert (code, out) == (1, "")
    assert "AWS refused ListPhoneNumbersV2: AccessDeniedException: not authorized to list" in err
    assert scene.withheld("service") == {}


def test_a_run_that_is_at_work_is_told_of_and_not_disturbed(scene: Scene, run: Run) -> None:
    from datetime import UTC, datetime

    store = DynamoInventory(scene.dynamodb, scene.table)
    begun = store.begin("the function", (INSTANCE,), datetime.now(UTC))

    code, _, err = run()

    assert code == 1
    assert "Another run is at work" in err
    assert store.begin("the function", (INSTANCE,), datetime.now(UTC)) == begun
    assert scene.withheld("service") == {}


def test_without_the_stack_it_says_what_to_do(scene: Scene, run: Run) -> None:
    import boto3

    stack = "LocalPresence-example-Inventory"
    boto3.client("cloudformation", region_name="us-east-1").delete_stack(StackName=stack)

    code, _, err = run()

    assert code == 1
    assert f"There is no stack {stack} in us-east-1" in err


@pytest.mark.parametrize(
    "arguments", [["--state", "here"], ["--numbers", "here.csv"]], ids=["state", "numbers"]
)
def test_options_of_a_local_cloud_are_refused(run: Run, arguments: list[str]) -> None:
    code, _, err = run(*arguments)

    assert code == 1
    assert "leave out --aws" in err
