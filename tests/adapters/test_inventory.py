"""The inventory's function against a fake of Amazon Connect and DynamoDB Local."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambdas.domain.inventory import State
from lambdas.store.inventory import ALIVE, FRESH
from local import inventory_stage, stage
from local.connect_instance import ConnectInstance
from local.inventory_stage import MOMENTS, Dying, Scene

OTHER = "arn:aws:connect:us-east-1:111122223333:instance/99999999-2222-3333-4444-555555555555"
NUMBERS = inventory_stage.numbers_of(40)
GONE = NUMBERS[3:8]


@pytest.fixture
def scene(dynamodb_local: str, tmp_path: Path) -> Iterator[Scene]:
    staged = stage.staged(dynamodb_local, tmp_path, inventory_stage.settings(), NUMBERS)
    with inventory_stage.set_up(staged, NUMBERS, page=10) as made:
        yield made


def test_an_instance_that_holds_all_changes_nothing(scene: Scene) -> None:
    done = scene.run()

    assert done is not None
    assert (done["state"], done["held"], done["queue_number"]) == ("done", 40, 1)
    assert scene.withheld() == set()


def test_a_released_number_is_shown_to_nobody_from_the_end_of_the_run(scene: Scene) -> None:
    before = scene.picked(120, seed=1)
    assert before & set(GONE)
    scene.release(GONE)
    done = scene.run()
    assert done is not None
    assert done["not_held"] == len(GONE)

    # This picker has the directory of before; another one has the next.
    assert not scene.picked(120, seed=2) & set(GONE)
    scene.publish()
    after = scene.picked(120, seed=3, fresh=True)
    assert after
    assert not after & set(GONE)


def test_a_number_that_is_claimed_again_comes_back(scene: Scene) -> None:
    scene.release(GONE)
    scene.run()
    scene.claim(GONE)
    done = scene.run()
    scene.publish()

    assert done is not None
    assert done["held"] == 40
    assert scene.withheld() == set()
    assert scene.picked(200, seed=4, fresh=True) & set(GONE)


def test_a_number_that_another_instance_has_is_out_of_use(scene: Scene) -> None:
    scene.release(GONE)
    scene.claim(GONE, OTHER)
    done = scene.run()

    assert done is not None
    assert done["other_instance"] == len(GONE)
    assert scene.withheld() == set(GONE)


def test_a_number_of_a_traffic_distribution_group_is_ours(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = "arn:aws:connect:us-east-1:111122223333:traffic-distribution-group/1"
    scene.instance.groups.append(group)
    monkeypatch.setenv("TARGET_ARNS", f'["{scene.instance.arn}", "{group}"]')
    scene.release(GONE)
    scene.claim(GONE, group)
    done = scene.run()

    assert done is not None
    assert done["held"] == 40
    assert scene.withheld() == set()


def test_a_queue_whose_own_number_is_gone_is_told(scene: Scene) -> None:
    scene.release(NUMBERS[:1])
    done = scene.run()

    assert done is not None
    assert (done["queue_number_not_held"], done["not_held"]) == (1, 1)


def test_an_empty_listing_changes_nothing(scene: Scene) -> None:
    scene.instance.numbers.held.clear()
    done = scene.run()

    assert done is not None
    assert done["state"] == "refused"
    assert scene.withheld() == set()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_run_that_dies_at_any_request_is_taken_up_and_ends(scene: Scene, moment: str) -> None:
    """Lambda tries again under the same request id."""
    for at in range(1, 80, 4):
        released = random.Random(at).sample(NUMBERS[1:], 3)
        scene.release(released)
        died = scene.run(f"request-{at}", Dying(at, moment)) is None
        assert scene.withheld() <= set(released), "a number that is held was taken out of use"
        done = scene.run(f"request-{at}")
        assert done is not None
        assert done["state"] == "done"
        assert scene.withheld() == set(released)
        scene.claim(released)
        assert scene.run() is not None
        assert scene.withheld() == set()
        if not died:
            break
    else:
        raise AssertionError("the run never came to its end by itself")
    assert at > 15


def test_a_run_goes_on_from_the_page_that_was_kept(scene: Scene) -> None:
    scene.run("one", Dying(9, "after-call"))
    first = scene.instance.asked.count("ListPhoneNumbersV2")
    scene.run("one")

    # 4 pages of the instance and 4 of the account; the page whose answer was lost is asked again.
    assert 1 < first < 8
    assert scene.instance.asked.count("ListPhoneNumbersV2") <= 8 + 1


def test_another_run_meanwhile_is_told_and_the_first_goes_round_again(scene: Scene) -> None:
    scene.run("one", Dying(9, "after-call"))
    other = scene.run("two")
    assert other == {"state": "another_at_work"}

    before = scene.instance.asked.count("ListPhoneNumbersV2")
    done = scene.run("one")
    assert done is not None
    assert done["state"] == "done"
    assert scene.instance.asked.count("ListPhoneNumbersV2") - before > 8


def test_a_run_that_nobody_works_on_is_taken_up_by_the_next(scene: Scene) -> None:
    scene.run("one", Dying(9, "after-call"))
    scene.time.sleep(ALIVE.total_seconds() + 1)
    before = scene.instance.asked.count("ListPhoneNumbersV2")
    done = scene.run("two")

    assert done is not None
    assert done["held"] == 40
    assert scene.instance.asked.count("ListPhoneNumbersV2") - before < 8


def test_a_run_that_is_too_old_is_begun_anew(scene: Scene) -> None:
    scene.run("one", Dying(9, "after-call"))
    scene.time.sleep(FRESH.total_seconds() + 1)
    before = scene.instance.asked.count("ListPhoneNumbersV2")
    scene.release(GONE)
    done = scene.run("one")

    assert done is not None
    assert done["not_held"] == len(GONE)
    assert scene.instance.asked.count("ListPhoneNumbersV2") - before == 8


def test_requests_keep_to_the_rate_and_wait_where_others_use_it_up(scene: Scene) -> None:
    scene.run()
    assert scene.instance.buckets.refused == 0
    assert scene.time.seconds >= 7 * 0.5

    rng = random.Random(5)

    def others(instance: ConnectInstance) -> None:
        if rng.random() < 0.7:
            instance.buckets.take("ListPhoneNumbersV2")

    scene.instance.before = lambda _asked: others(scene.instance)
    for _ in range(6):
        scene.instance.buckets.take("ListPhoneNumbersV2")
    done = scene.run()
    assert done is not None
    assert done["held"] == 40
    assert scene.instance.buckets.refused > 0


def test_what_is_found_names_every_state(scene: Scene) -> None:
    done = scene.run()

    assert done is not None
    assert set(done) == {"state", *(state.value for state in State)}
