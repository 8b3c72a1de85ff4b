"""A number that rests: who may still show it, what an import does to it, how it comes back."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.usecases.picking import Contact
from lambdas.usecases.publish_directory import publish_returned
from lambdas.usecases.rest_number import Done, InvalidRest, NotInAPool, rest
from tests.adapters.conftest import House
from tests.adapters.rested import A_WEEK, LATER, ONE, THREE, TWO, held, status
from tests.unit.builders import NOON, customer, queue


def contact(contact_id: str, to: str) -> Contact:
    return Contact(contact_id, "VOICE", to, "TELEPHONE_NUMBER", queue())


def plenty() -> float:
    return 5.0


@pytest.fixture
def home(house: House) -> House:
    house.bring([ONE, TWO, THREE])
    house.publish()
    return house


def test_a_rest_is_kept_with_who_when_and_why(home: House) -> None:
    done = home.rest(ONE, A_WEEK)

    assert done.change is not None
    stands = status(home, ONE)
    assert stands["status"] == "RESTING"
    assert stands["pool"] == "sales"
    assert int(stands["returns_at"]) == A_WEEK.timestamp()
    assert (stands["reason"], stands["by"]) == ("flagged as spam", "ada")
    assert held(home) == {ONE: int(A_WEEK.timestamp())}
    assert home.rests.changes(E164(ONE)) == [
        {
            "at": NOON.isoformat(),
            "status": "RESTING",
            "pool": "sales",
            "until": A_WEEK.isoformat(),
            "reason": "flagged as spam",
            "by": "ada",
        }
    ]


def test_the_same_rest_again_changes_nothing_and_another_one_replaces_it(home: House) -> None:
    home.rest(ONE, A_WEEK)
    again = home.rest(ONE, A_WEEK)
    longer = home.rest(ONE, A_WEEK + timedelta(days=1))

    assert again.change is None
    assert longer.change is not None
    assert held(home) == {ONE: int((A_WEEK + timedelta(days=1)).timestamp())}
    assert len(home.rests.changes(E164(ONE))) == 2


def test_an_activation_takes_everything_back_but_the_history(home: House) -> None:
    home.rest(ONE, A_WEEK)
    home.activate(ONE, NOON + timedelta(hours=1))
    again = home.activate(ONE, NOON + timedelta(hours=2))

    assert again.change is None
    stands = status(home, ONE)
    assert stands["status"] == "ACTIVE"
    assert "returns_at" not in stands
    assert held(home) == {}
    assert [change["status"] for change in home.rests.changes(E164(ONE))] == ["RESTING", "ACTIVE"]


def test_a_resting_number_leaves_the_directory_and_an_activated_one_is_back(home: House) -> None:
    home.rest(ONE, A_WEEK)
    home.publish()
    assert home.shown() == {TWO, THREE}
    home.activate(ONE)
    home.publish()
    assert home.shown() == {ONE, TWO, THREE}


def _gone(home: House) -> None:
    home.bring([TWO, THREE], import_id="two", replaces=True)
    home.publish()


@pytest.mark.parametrize(
    ("number", "before", "reason"),
    [
        ("+12065550177", lambda _home: None, "no pool ever had it"),
        (ONE, _gone, "its pool gave it up"),
    ],
)
def test_a_number_in_no_pool_cannot_rest_nor_be_activated(
    home: House, number: str, before: Callable[[House], None], reason: str
) -> None:
    before(home)
    with pytest.raises(NotInAPool, match=r"\+12065550"):
        home.rest(number, A_WEEK)
    with pytest.raises(NotInAPool):
        home.activate(number)


@pytest.mark.parametrize(
    ("until", "why", "by", "reason"),
    [
        (NOON, "flagged", "ada", "it ends when it begins"),
        (NOON - timedelta(days=1), "flagged", "ada", "it ended yesterday"),
        (A_WEEK, "  ", "ada", "nobody says why"),
        (A_WEEK, "flagged", "", "nobody says who"),
    ],
)
def test_a_rest_without_end_reason_or_person_is_refused(
    home: House, until: datetime, why: str, by: str, reason: str
) -> None:
    with pytest.raises(InvalidRest):
        rest(E164(ONE), until, why, by, now=NOON, store=home.rests)
    assert status(home, ONE)["status"] == "ACTIVE"


def test_a_crash_in_a_rest_leaves_all_of_it_or_nothing(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One transaction: there is no moment between status and held row."""
    asked: list[Any] = []
    real = home.client.transact_write_items

    def note(**request: Any) -> Any:
        asked.append(request["TransactItems"])
        return real(**request)

    monkeypatch.setattr(home.client, "transact_write_items", note)
    home.rest(ONE, A_WEEK)
    assert [[*write] for writes in asked for write in writes] == [["Update"], ["Put"], ["Put"]]


def test_a_rest_waits_for_picks_that_hold_the_number(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, conflicts = home.client.transact_write_items, [3]

    def conflicting(**request: Any) -> Any:
        if conflicts[0]:
            conflicts[0] -= 1
            answer: Any = {
                "Error": {"Code": "TransactionCanceledException", "Message": "injected"},
                "CancellationReasons": [{"Code": "TransactionConflict"}, {"Code": "None"}],
            }
            raise ClientError(answer, "TransactWriteItems")
        return real(**request)

    monkeypatch.setattr(home.client, "transact_write_items", conflicting)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    home.rest(ONE, A_WEEK)
    assert status(home, ONE)["status"] == "RESTING"


def test_no_pick_that_begins_after_a_rest_shows_the_number(home: House) -> None:
    """Pickers keep the directory of before; only the commit stands in the way."""
    picker = home.picker(per_hour=500, per_day=500)
    shown, rested = Event(), Event()

    def agent(index: int) -> list[str]:
        late: list[str] = []
        for call in range(100):
            begins_after = rested.is_set()
            asked = contact(f"{index}-{call}", customer(100 * index + call))
            number = str(picker.pick(asked, NOON, plenty).caller_id)
            if number == ONE:
                shown.set()
            if begins_after:
                late.append(number)
            if len(late) == 6:
                break
        return late

    with ThreadPoolExecutor(6) as agents:
        working = [agents.submit(agent, index) for index in range(6)]
        assert shown.wait(timeout=60)
        home.rest(ONE, A_WEEK)
        rested.set()
        late = [number for job in working for number in job.result()]
    assert late
    assert ONE not in late
    assert {number for number in late if number} <= {TWO, THREE}


def test_counts_and_ledgers_agree_when_a_number_is_rested_again_and_again(home: House) -> None:
    picker = home.picker(per_hour=500, per_day=500)

    def agent(index: int) -> int:
        decisions = [
            picker.pick(contact(f"{index}-{call}", customer(50 * index + call)), NOON, plenty)
            for call in range(10)
        ]
        return sum(decision.action is Action.DIAL for decision in decisions)

    def supervisor(_: int) -> int:
        for _round in range(10):
            home.rest(ONE, A_WEEK)
            home.activate(ONE)
        return 0

    with ThreadPoolExecutor(5) as people:
        jobs = [people.submit(agent, index) for index in range(4)]
        resting = people.submit(supervisor, 0)
        dialled = sum(job.result() for job in jobs)
        resting.result()
    counted = home.client.scan(TableName=home.tables.usage)["Items"]
    assert sum(int(item["day"]["N"]) for item in counted) == dialled
    assert (status(home, ONE)["status"], held(home)) == ("ACTIVE", {})


def test_rests_and_activations_at_once_leave_status_and_held_row_agreed(home: House) -> None:
    def change(index: int) -> Done:
        if index % 2:
            return home.activate(ONE)
        return home.rest(ONE, A_WEEK + timedelta(days=index))

    with ThreadPoolExecutor(6) as people:
        list(people.map(change, range(30)))
    stands = status(home, ONE)
    expected = {ONE: int(stands["returns_at"])} if stands["status"] == "RESTING" else {}
    assert held(home) == expected


def test_a_number_whose_time_has_come_is_picked_and_published_again(home: House) -> None:
    home.rest(ONE, A_WEEK)
    home.publish()
    assert (
        publish_returned(["sales", "other"], home.publishing, A_WEEK - timedelta(seconds=1)) == {}
    )
    assert publish_returned(["sales", "other"], home.publishing, A_WEEK) == {"sales": 3}
    assert home.shown() == {ONE, TWO, THREE}
    assert held(home) == {}
    assert publish_returned(["sales", "other"], home.publishing, LATER) == {}
    picker = home.picker(per_hour=1)
    shown = {
        picker.pick(contact(f"c{index}", customer(index)), A_WEEK, plenty).caller_id
        for index in range(3)
    }
    assert shown == {ONE, TWO, THREE}


def test_a_rest_that_is_made_longer_while_it_ends_goes_on(home: House) -> None:
    home.rest(ONE, A_WEEK)
    snapshot = home.publishing.snapshot("sales")
    assert snapshot is not None
    home.rest(ONE, A_WEEK + timedelta(days=3))
    home.publishing.publish(snapshot, {}, 0, LATER)
    assert held(home) == {ONE: int((A_WEEK + timedelta(days=3)).timestamp())}
