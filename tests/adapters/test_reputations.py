"""The judge on DynamoDB's own engine: rows, rests, returns and two at once."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from lambdas.domain.directory import day_number
from lambdas.domain.lifecycle import (
    Against,
    Event,
    Label,
    Mode,
    PoolReputation,
    Reputation,
    Terms,
)
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Baseline, Call, Doubt, Sum, limit_for
from lambdas.domain.withholding import Withheld
from lambdas.store import keys
from lambdas.store.outcomes import DynamoOutcomes
from lambdas.store.reputations import DynamoReputations, reputation_item, reputation_of
from lambdas.store.withholding import DynamoWithholding
from lambdas.usecases.judge_numbers import Judge, Judged, Overtaken
from lambdas.usecases.picking import Contact
from lambdas.usecases.rest_number import rest
from local.judged_pool import number_hour, utc_hour
from tests.adapters.conftest import House
from tests.unit.builders import NOON, customer, nanp, queue

NUMBERS = nanp("206", 10)
TERMS = Terms(limit_for(0.01, 300))
WORST = E164(NUMBERS[0])
HOUR = NOON.replace(hour=9)


@pytest.fixture
def home(house: House) -> House:
    house.bring(NUMBERS)
    house.publish()
    return house


def store(home: House) -> DynamoReputations:
    return DynamoReputations(home.client, home.tables.number_pool)


class Read:
    """The real counters, with the keys that a judge has."""

    def __init__(self, home: House) -> None:
        self._real = DynamoOutcomes(home.client, home.tables.usage)

    def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
        return {E164(number): told for number, told in self._real.at(numbers, hour).items()}


def look(home: House, now: datetime = NOON, mode: Mode = Mode.ENFORCE) -> Judged:
    judge = Judge(store(home), Read(home), utc_hour, TERMS, lambda: 900.0)
    done = judge.look("sales", mode, now)
    assert done is not None
    return done


def count(home: House, number: str, hour: datetime, call: Call) -> None:
    told = number_hour(E164(number), hour, [call])
    item: Any = {
        **keys.outcomes(number, hour),
        **{cell.written(): {"N": str(calls)} for cell, calls in told.cells.items()},
    }
    home.client.put_item(TableName=home.tables.usage, Item=item)


def doubted(home: House, number: E164 = WORST, times: float = 2.0) -> None:
    one = store(home).number("sales", number)
    doubt = Doubt((TERMS.limit * times,) * len(ALTERNATIVES))
    against = Against(HOUR, 212, 5, 16.2, 3, 1, 10.0, 0.08, 1.0)
    kept = store(home).keep("sales", [replace(one, doubt=doubt, against=against)])
    assert kept[number] is not None


def history(home: House, number: E164 = WORST) -> list[dict[str, str]]:
    return home.rests.changes(number)


def test_a_row_is_read_as_it_was_written() -> None:
    whole = Reputation(
        WORST,
        Doubt((1.5,) * len(ALTERNATIVES)),
        Against(HOUR, 12, 1, 2.5, 1, 0, 0.25, 0.08, 1.02),
        HOUR,
        HOUR,
        2,
        NOON,
        NOON,
        NOON,
        NOON,
        (Label("Scam Likely", "Example Labels", "2026-11-20", NOON),),
        ((HOUR, Sum(1.0, 2.0)),),
        6,
    )
    assert reputation_of(reputation_item("sales", whole)) == replace(whole, version=7)
    alone = Reputation(WORST)
    assert reputation_of(reputation_item("sales", alone)) == replace(alone, version=1)
    later: Any = {**reputation_item("sales", alone), "format": {"N": "2"}}
    assert reputation_of(later) is None


def test_counters_become_doubt_and_the_pools_baseline(home: House) -> None:
    for number in NUMBERS:
        count(home, number, HOUR, Call("US-WA", 9, 20, 0 if number == WORST else 4, 0, 1))
    done = look(home)
    assert (done.rows, done.calls) == (10, 200)
    rows = store(home).numbers("sales")
    assert rows[WORST].doubt.value > rows[E164(NUMBERS[1])].doubt.value > 0
    assert rows[WORST].against.made == 20
    assert rows[WORST].against.blocked == 1
    kept = store(home).pool("sales")
    assert kept.judged_until == NOON - timedelta(hours=2)
    assert kept.baseline.pool.made == pytest.approx(200, rel=0.02)
    assert list(kept.baseline.regions) == ["US-WA"]
    assert look(home).rows == 0
    assert store(home).numbers("sales") == rows


def test_a_rest_is_in_force_told_and_followed_by_probation(home: House) -> None:
    doubted(home)
    done = look(home)
    assert [each.event for each in done.transitions] == [Event.RESTING]
    assert home.publish() == 9
    assert WORST not in home.shown()
    (told,) = history(home)
    assert (told["status"], told["by"]) == ("RESTING", "reputation")
    assert told["reason"].startswith(f"Since {HOUR:%Y-%m-%d %H:%M} UTC 5 of 212 calls")
    assert '"expected": 16.2' in told["evidence"]
    assert home.rests.standing(WORST).rests(NOON)  # type: ignore[union-attr]

    returns = NOON + TERMS.rest
    assert home.publish(now=returns) == 10
    directory = home.directories.current("sales")
    assert directory is not None
    row = next(each for each in range(10) if directory.number(each) == WORST)
    assert directory.activated_on[row] == day_number(returns.date())
    other = (row + 1) % 10
    assert directory.activated_on[other] == day_number(NOON.date())

    look(home, returns + timedelta(hours=1))
    assert store(home).number("sales", WORST).probation_until == returns + TERMS.probation
    look(home, returns + TERMS.probation)
    assert [each["status"] for each in history(home)] == ["RESTING", "RETURNED", "PROBATION_OVER"]
    home.publish(now=returns + TERMS.probation)
    key = keys.returned("sales", WORST)
    assert "Item" not in home.client.get_item(TableName=home.tables.number_pool, Key=key)


def test_a_picker_with_the_directory_of_before_is_refused_the_number(home: House) -> None:
    home.shown()
    picker = home.picker(per_hour=500, per_day=500)
    home.directories.current("sales")
    doubted(home)
    look(home)
    shown = {
        str(
            picker.pick(
                Contact(f"c{index}", "VOICE", customer(index), "TELEPHONE_NUMBER", queue()),
                NOON,
                lambda: 5.0,
            ).caller_id
        )
        for index in range(40)
    }
    assert WORST not in shown
    assert len(shown) > 3


def test_retired_stays_retired_through_uploads_and_ended_rests(home: House) -> None:
    until = NOON + timedelta(days=1)
    doubted(home)
    one = store(home).number("sales", WORST)
    store(home).keep("sales", [replace(one, strikes=2, probation_until=until)])
    done = look(home)
    assert [each.event for each in done.transitions] == [Event.RETIRED]
    home.bring(NUMBERS, "again", replaces=True)
    assert home.publish(now=NOON + timedelta(days=400)) == 9
    withheld = DynamoWithholding(home.client, home.tables.number_pool).withheld("sales")
    assert withheld == {WORST: frozenset({Withheld.RETIRED})}
    assert [each["status"] for each in history(home)] == ["RETIRED"]


def test_observing_changes_nothing_that_pickers_see(home: House) -> None:
    doubted(home)
    done = look(home, mode=Mode.OBSERVE)
    assert [each.event for each in done.transitions] == [Event.WOULD_REST]
    assert home.publish() == 10
    assert home.rests.standing(WORST).status == "ACTIVE"  # type: ignore[union-attr]
    assert [each["status"] for each in history(home)] == ["WOULD_REST"]


def test_of_two_judges_at_once_one_gives_way_and_the_share_holds(home: House) -> None:
    for place in range(4):
        doubted(home, E164(NUMBERS[place]), 2.0 + place)

    class Interrupted(DynamoReputations):
        def pool(self, pool: str) -> PoolReputation:
            kept = super().pool(pool)
            look(home)
            return kept

    late = Interrupted(home.client, home.tables.number_pool)
    judge = Judge(late, Read(home), utc_hour, TERMS, lambda: 900.0)
    with pytest.raises(Overtaken):
        judge.look("sales", Mode.ENFORCE, NOON)
    home.publish()
    assert set(NUMBERS) - home.shown() == {NUMBERS[2], NUMBERS[3]}


def test_a_number_that_left_its_pool_meanwhile_is_passed_over(home: House) -> None:
    doubted(home)
    doubted(home, E164(NUMBERS[1]), 1.5)
    kept = [number for number in NUMBERS if number != WORST]
    stale = store(home).stock("sales", NOON)
    home.bring(kept, "less", replaces=True)
    home.publish()

    class Stale(DynamoReputations):
        def stock(self, pool: str, now: datetime) -> Any:
            return stale

    judge = Judge(
        Stale(home.client, home.tables.number_pool), Read(home), utc_hour, TERMS, lambda: 900.0
    )
    done = judge.look("sales", Mode.ENFORCE, NOON)
    assert done is not None
    assert [each.number for each in done.transitions] == [NUMBERS[1]]
    assert history(home) == []


def test_a_rest_that_people_ask_for_while_the_judge_looks_is_not_cut_short(home: House) -> None:
    doubted(home)
    until = NOON + timedelta(days=90)

    class Slow(Read):
        def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
            rest(WORST, until, "Its owner complained.", "Ada", now=NOON, store=home.rests)
            return super().at(numbers, hour)

    judge = Judge(store(home), Slow(home), utc_hour, TERMS, lambda: 900.0)
    done = judge.look("sales", Mode.ENFORCE, NOON)
    assert done is not None
    assert not done.transitions
    standing = home.rests.standing(WORST)
    assert standing is not None
    assert (standing.until, standing.by) == (until, "Ada")
    assert store(home).number("sales", WORST).rests_until is None


def test_a_pool_that_was_never_published_has_no_judge(house: House) -> None:
    judge = Judge(store(house), Read(house), utc_hour, TERMS, lambda: 900.0)
    assert judge.look("sales", Mode.ENFORCE, datetime(2026, 1, 1, tzinfo=UTC)) is None


def test_rows_are_small(home: House) -> None:
    """A write unit takes a kilobyte."""
    for hour in range(4):
        for number in NUMBERS:
            count(home, number, HOUR - timedelta(hours=hour), Call("US-WA", 9, 4, number == WORST))
    look(home)
    item = home.client.get_item(
        TableName=home.tables.number_pool, Key=keys.number_reputation("sales", WORST)
    )["Item"]
    from local.units import item_size

    assert item_size(item) < 1024
    assert Baseline() != store(home).pool("sales").baseline


class Ended(BaseException):
    """The container is gone."""


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize("request_", [4, 7, 12, 16, 20, 23])
def test_a_look_that_ends_at_any_request_is_made_up_for_by_the_next(
    house: House, dynamodb_local: str, moment: str, request_: int
) -> None:
    """Two hours of a worn number's calls; the judge's container ends in the middle, four times."""
    house.bring(NUMBERS)
    house.publish()
    for number in NUMBERS:
        for hour in (HOUR - timedelta(hours=1), HOUR):
            count(house, number, hour, Call("US-WA", 9, 9, 0 if number == WORST else 5))
    begun = store(house).pool("sales")
    store(house).advance(replace(begun, judged_until=HOUR - timedelta(hours=1)))
    terms = TERMS._replace(limit=30.0)

    def looked(ends_at: int) -> None:
        client = boto3.Session("local", "local", region_name="us-east-1").client(
            "dynamodb", endpoint_url=dynamodb_local
        )
        left = [ends_at]

        def counted(**_: Any) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Ended

        client.meta.events.register(f"{moment}.dynamodb", counted)
        mine = House(client, house.tables)
        judge = Judge(
            DynamoReputations(client, house.tables.number_pool),
            Read(mine),
            utc_hour,
            terms,
            lambda: 900.0,
        )
        judge.look("sales", Mode.ENFORCE, NOON)

    for again in range(4):
        with suppress(Ended):
            looked(request_ + again)
    looked(-1)
    rows = store(house).numbers("sales")
    assert {row.judged for row in rows.values()} == {HOUR}
    assert {row.against.made for row in rows.values()} <= {0, 9, 18}
    kept = store(house).pool("sales")
    assert kept.baseline.pool.made == pytest.approx(180, rel=0.02)
    assert [each["status"] for each in history(house)] == ["RESTING"]
    assert "0 of 18 calls" in history(house)[0]["reason"]
