"""The judge over a played pool: who rests, who does not, and what a broken-off look leaves."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lambdas.domain.lifecycle import Event, Label, Mode, Reputation, Terms, most_resting
from lambdas.domain.outcomes import NumberHour
from lambdas.domain.phone import E164
from lambdas.domain.reputation import ALTERNATIVES, Call, Doubt, limit_for
from lambdas.usecases.judge_numbers import Judge, Judged, Overtaken
from local.detection.world import HALVED, ONSET_DAY, STEPS, World, hours, names
from local.judged_pool import BEGINS, MemoryPool, PlayedOutcomes, hour_at, utc_hour

LIMIT = limit_for(0.01, STEPS)
TERMS = Terms(LIMIT)
POOL = "sales"
LATER = BEGINS + timedelta(days=300)


def numbers_of(count: int) -> list[E164]:
    return [E164(f"+1206555{100 + index:04}") for index in range(count)]


def judge(
    pool: MemoryPool, outcomes: object | None = None, terms: Terms = TERMS, seconds: float = 1e9
) -> Judge:
    played = outcomes or PlayedOutcomes()
    return Judge(pool, played, utc_hour, terms, lambda: seconds)  # type: ignore[arg-type]


def looked(judging: Judge, now: datetime, mode: Mode = Mode.ENFORCE) -> Judged:
    done = judging.look(POOL, mode, now)
    assert done is not None
    return done


def doubted(pool: MemoryPool, number: E164, doubt: float) -> None:
    before = pool.rows.get(number, Reputation(number))
    pool.rows[number] = replace(
        before, doubt=Doubt((doubt,) * len(ALTERNATIVES)), version=before.version + 1
    )


def played(
    seed: int, worn: Mapping[str, object], numbers: int = 20, days: int = 60
) -> tuple[MemoryPool, PlayedOutcomes, dict[str, E164]]:
    world = World(numbers)
    ours = dict(zip(names(world), numbers_of(numbers), strict=True))
    pool, outcomes = MemoryPool(dict.fromkeys(ours.values(), 0)), PlayedOutcomes()
    for hour in hours(seed, world, worn):  # type: ignore[arg-type]
        if hour.day < days:
            for name, calls in hour.calls.items():
                outcomes.add(ours[name], hour_at(hour.day, hour.hour), calls)
    return pool, outcomes, ours


def test_a_number_whose_answers_halve_rests_and_healthy_ones_do_not() -> None:
    """As one healthy number-month in a hundred may rest by mistake, one of these 76 may."""
    worn, healthy = [], []
    for seed in (0, 2):
        pool, outcomes, ours = played(seed, {"number 7": HALVED})
        judging = judge(pool, outcomes)
        for day in range(1, 61):
            looked(judging, hour_at(day, 3))
        begun = [each for each in pool.history if each.event is Event.RESTING]
        worn.append([each.at for each in begun if each.number == ours["number 7"]])
        healthy += [each for each in begun if each.number != ours["number 7"]]
    assert all(moments and moments[0] > hour_at(ONSET_DAY, 0) for moments in worn)
    assert len(healthy) <= 1


def test_a_bad_afternoon_for_all_rests_nobody() -> None:
    """Everybody is answered a tenth as often for a whole afternoon; nobody is guilty of it."""
    ours = numbers_of(12)
    pool, outcomes = MemoryPool(dict.fromkeys(ours, 0)), PlayedOutcomes()
    for day in range(6):
        for hour in range(9, 19):
            for index, number in enumerate(ours):
                bad = day == 5 and hour >= 14
                answered = 0 if bad else (index + hour + day) % 4 == 0
                outcomes.add(number, hour_at(day, hour), [Call(index % 4, hour, 6, int(answered))])
    looked(judge(pool, outcomes), hour_at(6, 4))
    assert not pool.history
    assert max(row.doubt.value for row in pool.rows.values()) < LIMIT / 10


def test_the_same_fall_of_one_number_alone_rests_it() -> None:
    """The guard of the test above: what all others had together speaks against one alone."""
    ours = numbers_of(12)
    pool, outcomes = MemoryPool(dict.fromkeys(ours, 0)), PlayedOutcomes()
    for day in range(7):
        for hour in range(9, 19):
            for index, number in enumerate(ours):
                answered = not (day >= 2 and not index) and (index + hour + day) % 2 == 0
                outcomes.add(number, hour_at(day, hour), [Call(index % 4, hour, 6, int(answered))])
    looked(judge(pool, outcomes), hour_at(7, 4))
    assert [(each.number, each.event) for each in pool.history] == [(ours[0], Event.RESTING)]
    told = pool.history[0]
    assert "0 of" in told.reason
    assert "rests until" in told.reason
    assert '"answered": 0' in told.evidence


class Dies(Exception):
    """The function is ended."""


class Deadly(MemoryPool):
    """Ends whoever uses it at its nth change, before it is made or after."""

    fatal: int = 0
    after: bool = False

    def _change(self, before: bool) -> None:
        if before:
            self.fatal -= 1
        if self.fatal == 0 and before != self.after:
            raise Dies

    def _keep(self, one: Reputation) -> Reputation | None:
        self._change(before=True)
        kept = super()._keep(one)
        self._change(before=False)
        return kept

    def advance(self, pool: object) -> object:  # type: ignore[override]
        self._change(before=True)
        moved = super().advance(pool)  # type: ignore[arg-type]
        self._change(before=False)
        return moved


def deadly(pool: MemoryPool, fatal: int, after: bool) -> Deadly:
    made = Deadly(**{name: getattr(pool, name) for name in pool.__dataclass_fields__})
    made.fatal, made.after = fatal, after
    return made


@settings(max_examples=8)
@given(deaths=st.lists(st.tuples(st.integers(1, 300), st.booleans()), max_size=4))
def test_looks_that_die_anywhere_judge_every_hour_once(deaths: list[tuple[int, bool]]) -> None:
    whole, outcomes, _ = played(5, {}, numbers=6, days=3)
    judge(whole, outcomes).look(POOL, Mode.ENFORCE, hour_at(3, 4))
    broken, _, _ = played(5, {}, numbers=6, days=1)
    for fatal, after in deaths:
        with_end = deadly(broken, fatal, after)
        with suppress(Dies):
            judge(with_end, outcomes).look(POOL, Mode.ENFORCE, hour_at(3, 4))
        broken = MemoryPool(
            **{name: getattr(with_end, name) for name in broken.__dataclass_fields__}
        )
    judge(broken, outcomes).look(POOL, Mode.ENFORCE, hour_at(3, 4))
    assert {n: (r.doubt, r.judged) for n, r in broken.rows.items()} == {
        n: (r.doubt, r.judged) for n, r in whole.rows.items()
    }
    assert broken.pool(POOL).baseline == whole.pool(POOL).baseline
    assert broken.pool(POOL).judged_until == whole.pool(POOL).judged_until


def test_a_second_look_of_the_same_hour_changes_nothing() -> None:
    pool, outcomes, _ = played(6, {}, numbers=6, days=2)
    judging = judge(pool, outcomes)
    assert looked(judging, hour_at(2, 4)).hours > 40
    rows = dict(pool.rows)
    again = looked(judging, hour_at(2, 4))
    assert (again.hours, again.rows, again.transitions) == (0, 0, [])
    assert pool.rows == rows


def test_of_two_judges_at_once_one_gives_way() -> None:
    pool, outcomes, ours = played(7, {}, numbers=6, days=2)

    class Interrupting(PlayedOutcomes):
        def at(self, numbers: Sequence[E164], hour: datetime) -> Mapping[E164, NumberHour]:
            found = outcomes.at(numbers, hour)
            if hour == hour_at(1, 11):
                looked(judge(pool, outcomes), hour_at(2, 4))
            return found

    alone, _, _ = played(7, {}, numbers=6, days=2)
    looked(judge(alone, outcomes), hour_at(2, 4))
    with pytest.raises(Overtaken):
        looked(judge(pool, Interrupting()), hour_at(2, 4))
    assert {n: r.doubt for n, r in pool.rows.items()} == {n: r.doubt for n, r in alone.rows.items()}
    assert len(ours) == len(pool.rows)


def test_with_little_time_left_the_hours_wait_for_the_next_look() -> None:
    pool, outcomes, _ = played(8, {}, numbers=6, days=2)
    done = looked(judge(pool, outcomes, seconds=5.0), hour_at(2, 4))
    assert done.hours == 0
    assert done.behind == 7 * 24


def test_an_hour_is_judged_when_its_records_have_had_time_to_come() -> None:
    pool, outcomes, ours = played(9, {}, numbers=6, days=1)
    judging = judge(pool, outcomes)
    looked(judging, hour_at(0, 12) + timedelta(minutes=59))
    assert pool.rows[next(iter(ours.values()))].judged == hour_at(0, 9)
    looked(judging, hour_at(0, 13))
    assert pool.rows[next(iter(ours.values()))].judged == hour_at(0, 10)


def test_observe_records_what_it_would_do_and_changes_nothing_that_pickers_see() -> None:
    ours = numbers_of(10)
    pool = MemoryPool(dict.fromkeys(ours, 0))
    for place, number in enumerate(ours[:3]):
        doubted(pool, number, LIMIT * (3 - place))
    done = looked(judge(pool), LATER, Mode.OBSERVE)
    assert [(each.event, each.number) for each in done.transitions] == [
        (Event.WOULD_REST, ours[0]),
        (Event.WOULD_REST, ours[1]),
    ]
    assert done.waiting == (ours[2],)
    assert (pool.held, pool.retired, pool.returned) == ({}, set(), {})
    assert "stays in use" in done.transitions[0].reason

    again = looked(judge(pool), LATER + timedelta(hours=1), Mode.OBSERVE)
    assert again.transitions == []
    after = looked(judge(pool), LATER + TERMS.rest, Mode.OBSERVE)
    assert [each.event for each in after.transitions] == [Event.WOULD_REST] * 2

    enforced = looked(judge(pool), LATER + TERMS.rest + timedelta(hours=1))
    assert [each.number for each in enforced.transitions] == ours[:2]
    assert set(pool.held) == set(ours[:2])
    assert enforced.waiting == (ours[2],)
    assert pool.rows[ours[2]].waits_since == LATER


def test_rests_of_staff_count_in_the_share() -> None:
    ours = numbers_of(10)
    pool = MemoryPool(dict.fromkeys(ours, 0))
    pool.held = dict.fromkeys(ours[5:7], LATER + timedelta(days=9))
    doubted(pool, ours[0], LIMIT * 2)
    done = looked(judge(pool), LATER)
    assert done.transitions == []
    assert done.waiting == (ours[0],)
    pool.held.popitem()
    assert [each.number for each in looked(judge(pool), LATER).transitions] == [ours[0]]


def test_who_has_rested_returns_on_probation_and_is_forgiven_when_it_went_well() -> None:
    ours = numbers_of(10)
    pool = MemoryPool(dict.fromkeys(ours, 0))
    doubted(pool, ours[0], LIMIT * 2)
    looked(judge(pool), LATER)
    back = pool.held[ours[0]]
    assert back == LATER + TERMS.rest
    assert pool.returned == {ours[0]: back}
    assert looked(judge(pool), back - timedelta(hours=1)).transitions == []
    (returned,) = looked(judge(pool), back + timedelta(minutes=7)).transitions
    assert returned.event is Event.RETURNED
    assert pool.rows[ours[0]].probation_until == back + TERMS.probation
    (over,) = looked(judge(pool), back + TERMS.probation).transitions
    assert over.event is Event.PROBATION_OVER
    assert pool.returned == {}
    assert pool.rows[ours[0]].strikes == 0


def test_who_was_put_back_early_is_on_probation_from_that_day() -> None:
    ours = numbers_of(10)
    pool = MemoryPool(dict.fromkeys(ours, 0))
    doubted(pool, ours[0], LIMIT * 2)
    looked(judge(pool), LATER)
    pool.held.clear()
    early = LATER + timedelta(days=2)
    (returned,) = looked(judge(pool), early).transitions
    assert "ended its rest early" in returned.reason
    assert pool.returned == {ours[0]: early}
    assert looked(judge(pool), early + timedelta(hours=1)).transitions == []


def test_the_third_time_it_is_retired_and_stays_so() -> None:
    ours = numbers_of(10)
    pool, now = MemoryPool(dict.fromkeys(ours, 0)), LATER
    for _ in range(2):
        doubted(pool, ours[0], LIMIT * 2)
        looked(judge(pool), now)
        now = pool.held[ours[0]] + timedelta(hours=1)
        looked(judge(pool), now)
    doubted(pool, ours[0], LIMIT * 2)
    (retired,) = looked(judge(pool), now + timedelta(hours=1)).transitions
    assert retired.event is Event.RETIRED
    assert retired.withholding is not None
    assert pool.retired == {ours[0]}
    assert looked(judge(pool), now + timedelta(days=90)).transitions == []


def test_a_number_that_stays_labelled_is_retired() -> None:
    ours = numbers_of(4)
    pool = MemoryPool(dict.fromkeys(ours, 0))
    label = Label("Scam Likely", "Example Labels", "2026-12-26", LATER)
    pool.rows[ours[0]] = Reputation(ours[0], labels=(label,), version=1)
    pool.held[ours[0]] = LATER + timedelta(days=37)
    assert looked(judge(pool), LATER + timedelta(days=29)).transitions == []
    (retired,) = looked(judge(pool), LATER + timedelta(days=30), Mode.OBSERVE).transitions
    assert retired.event is Event.RETIRED
    assert "Scam Likely" in retired.reason
    assert pool.retired == {ours[0]}


class Pools(RuleBasedStateMachine):
    """Numbers fall into doubt and recover, people rest and bring back, modes change, time goes."""

    @initialize(count=st.integers(1, 25), percent=st.integers(1, 50))
    def begin(self, count: int, percent: int) -> None:
        self.ours = numbers_of(count)
        self.store = MemoryPool(dict.fromkeys(self.ours, 0))
        self.terms = TERMS._replace(most_resting_percent=percent)
        self.now = LATER
        self.by_staff = 0
        self.before: dict[E164, tuple[bool, bool]] = {}

    def _pick(self, place: int) -> E164:
        return self.ours[place % len(self.ours)]

    @rule(place=st.integers(0, 24), times=st.floats(0.01, 50))
    def falls_into_doubt(self, place: int, times: float) -> None:
        doubted(self.store, self._pick(place), LIMIT * times)

    @rule(place=st.integers(0, 24), days=st.integers(1, 20))
    def staff_rests(self, place: int, days: int) -> None:
        self.store.held[self._pick(place)] = self.now + timedelta(days=days)

    @rule(place=st.integers(0, 24))
    def staff_brings_back(self, place: int) -> None:
        self.store.held.pop(self._pick(place), None)

    @rule(hours_=st.integers(1, 24 * 15))
    def time_goes(self, hours_: int) -> None:
        self.now += timedelta(hours=hours_)

    @rule(mode=st.sampled_from(Mode))
    def look(self, mode: Mode) -> None:
        store, now = self.store, self.now
        before, told = store.stock(POOL, now), len(store.history)
        resting = len(set(before.held) - store.retired)
        retired = set(store.retired)
        rows = dict(store.rows)
        done = looked(judge(store, terms=self.terms), now, mode)
        after = store.stock(POOL, now)
        resting_now = len(set(after.held) - store.retired)
        numbers = len(after.shown) + resting_now
        most = most_resting(numbers, self.terms.most_resting_percent)
        assert resting_now <= max(resting, most)
        begun = set(after.held) - set(before.held)
        assert begun == {
            each.number for each in store.history[told:] if each.event is Event.RESTING
        }
        newly = store.retired - retired
        assert newly == {
            each.number for each in store.history[told:] if each.event is Event.RETIRED
        }
        if mode is Mode.OBSERVE:
            assert (after.held, newly) == (before.held, set())
        if begun and done.waiting:
            worst_waiting = max(rows[each].doubt.value for each in done.waiting)
            assert min(rows[each].doubt.value for each in begun) >= worst_waiting
        again = looked(judge(store, terms=self.terms), now, mode)
        assert again.transitions == []

    @invariant()
    def retired_are_never_shown(self) -> None:
        if hasattr(self, "store"):
            assert not set(self.store.stock(POOL, self.now).shown) & self.store.retired


TestPools = Pools.TestCase
TestPools.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
