"""Counters of numbers and hours, added up to a report's tables.

Tiers, regions, hours and arms are held against what the same calls get elsewhere, so that a tier
which is used in the evening is not taken for a better one; and of many such differences few that
are told are chance.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from math import exp
from typing import NamedTuple

from lambdas.domain import intervals
from lambdas.domain.expectation import Expectation, Place
from lambdas.domain.local_hours import LocalHours
from lambdas.domain.outcomes import (
    ANSWERS,
    ATTEMPTS,
    INBOUND,
    Cell,
    NumberHour,
    Outcome,
    Tally,
    hour_of,
    tally,
)
from lambdas.domain.report import (
    LEAST_CALLS,
    NEAR,
    OWN,
    Day,
    Few,
    Line,
    NumberLine,
    OwnLine,
    Period,
    Reach,
    Report,
    Spoofed,
    Standing,
    Verdict,
)


class _Slot(NamedTuple):
    """What calls have in common that are added up together."""

    recent: bool
    pool: str
    arm: str
    tier: str
    region: str
    hour: int
    outcome: Outcome


_Counts = Counter[Outcome]


@dataclass(slots=True)
class _OfNumber:
    pool: str
    now: _Counts = field(default_factory=Counter)
    before: _Counts = field(default_factory=Counter)
    made: Counter[tuple[str, int]] = field(default_factory=Counter)
    busiest: tuple[int, datetime | None] = (0, None)


class Sums:
    """Counters, added up number by number; a month of a thousand numbers stays small."""

    def __init__(self, period: Period, local: LocalHours) -> None:
        self.period = period
        self._local = local
        self._slots: Counter[_Slot] = Counter()
        self._days: dict[date, _Counts] = defaultdict(Counter)
        self._numbers: dict[str, _OfNumber] = {}

    def add(self, pool: str, number: str, hours: Iterable[NumberHour]) -> None:
        """A number of a pool (OWN for a queue's own), with those of its hours that have calls."""
        of = self._numbers.setdefault(number, _OfNumber(pool))
        for hour in hours:
            recent = self.period.since <= hour.hour < self.period.until
            if recent or self.period.before <= hour.hour < self.period.since:
                self._add_hour(of, hour, recent=recent)

    def _add_hour(self, of: _OfNumber, hour: NumberHour, *, recent: bool) -> None:
        counts, day = of.now if recent else of.before, self._days[hour.hour.date()]
        made = 0
        for (arm, tier, region, outcome), calls in hour.cells.items():
            at = self._local.hour(region, hour.hour)
            self._slots[_Slot(recent, of.pool, arm, tier, region, at, outcome)] += calls
            counts[outcome] += calls
            day[outcome] += calls
            if outcome in ATTEMPTS:
                made += calls
                if recent:
                    of.made[region, at] += calls
        if recent and made > of.busiest[0]:
            of.busiest = made, hour_of(hour.hour)

    def report(self, standings: Iterable[Standing] = ()) -> Report:
        """The tables. `standings` tell what became of numbers; those without calls too."""
        known = {standing.number: standing for standing in standings}
        first = self.period.before.date()
        days = [
            Day(first + timedelta(days=n), _tally(self._days[first + timedelta(days=n)]))
            for n in range((self.period.until - self.period.before).days)
        ]
        spread = intervals.spread_of((one.tally.answered, one.tally.made) for one in days)
        whole = _Expected(self._slots, region=True, hour=True)
        of_pools = {name: of for name, of in self._numbers.items() if of.pool != OWN}
        return Report(
            period=self.period,
            total=self._changed(self._lines(lambda _: ""), spread)[0],
            spread=spread,
            days=days,
            pools=self._changed(self._lines(lambda slot: slot.pool), spread),
            tiers=self._compared(lambda slot: slot.tier, whole, spread),
            regions=self._compared(
                lambda slot: slot.region, _Expected(self._slots, hour=True), spread
            ),
            hours=sorted(
                self._compared(
                    lambda slot: str(slot.hour), _Expected(self._slots, region=True), spread
                ),
                key=lambda line: int(line.name),
            ),
            arms=self._compared(lambda slot: slot.arm, whole, spread),
            numbers=list(_number_lines(of_pools, known, whole)),
            few=_few(of_pools),
            own=[
                OwnLine(name, _tally(of.now), _tally(of.before), *of.busiest)
                for name, of in sorted(self._numbers.items())
                if of.pool == OWN and (of.now or of.before)
            ],
            reaches=self._reaches(),
            spoofed=_spoofed(self._numbers),
            sizes=Counter(of.pool for of in self._numbers.values() if of.pool != OWN),
            standings=sorted(known.values(), key=lambda one: (-one.level, one.number)),
        )

    def _lines(self, name_of: Callable[[_Slot], str]) -> list[Line]:
        now: dict[str, _Counts] = defaultdict(Counter)
        before: dict[str, _Counts] = defaultdict(Counter)
        for slot, calls in self._slots.items():
            (now if slot.recent else before)[name_of(slot)][slot.outcome] += calls
        lines = [
            Line(name, _tally(now[name]), _tally(before[name]))
            for name in sorted(now.keys() | before.keys())
        ] or [Line("", Tally(), Tally())]
        return sorted(lines, key=lambda line: -line.now.made)

    def _changed(self, lines: Sequence[Line], spread: float) -> list[Line]:
        """Lines held against the weeks before."""
        enough = [line for line in lines if min(line.now.made, line.before.made) >= LEAST_CALLS]
        chances = [
            intervals.change(
                (line.now.answered, line.now.made),
                (line.before.answered, line.before.made),
                spread,
            )
            for line in enough
        ]
        told = _told(enough, chances)
        return [
            replace(line, change=_verdict(line, _as_before(line), told.get(line.name)))
            for line in lines
        ]

    def _compared(
        self, name_of: Callable[[_Slot], str], expectation: "_Expected", spread: float
    ) -> list[Line]:
        """Lines held against what the same calls get elsewhere, and against the weeks before."""
        lines = self._changed(
            [line for line in self._lines(name_of) if any((*line.now, *line.before))], spread
        )
        expected: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for slot, calls in self._slots.items():
            if slot.recent and slot.outcome in ATTEMPTS:
                rate = expectation.of(slot.pool, slot.region, slot.hour)
                sums = expected[name_of(slot)]
                sums[0] += calls * rate
                sums[1] += calls * rate * (1 - rate)
        enough = [line for line in lines if line.now.made >= LEAST_CALLS]
        chances = [
            intervals.chance(line.now.answered, *expected[line.name])
            if len(enough) > 1
            else 1.0  # nothing to be held against
            for line in enough
        ]
        told = dict(
            zip((line.name for line in enough), intervals.discoveries(chances), strict=True)
        )
        return [
            replace(
                line,
                expected=expected[line.name][0],
                verdict=_verdict(line, expected[line.name][0], told.get(line.name)),
            )
            for line in lines
        ]

    def _reaches(self) -> list[Reach]:
        near: dict[tuple[str, str], _Counts] = defaultdict(Counter)
        far: dict[tuple[str, str], _Counts] = defaultdict(Counter)
        for slot, calls in self._slots.items():
            if slot.recent and slot.tier and slot.outcome not in INBOUND:
                side = near if slot.tier in NEAR else far
                side[slot.pool, slot.region][slot.outcome] += calls
        found = [
            Reach(*key, _tally(near[key]), _tally(far[key])) for key in near.keys() | far.keys()
        ]
        return sorted(found, key=lambda one: (-one.far.made, one.pool, one.region))


class _Expected:
    """What calls of each pool get, by their region, by their hour or by both."""

    def __init__(
        self, slots: Mapping[_Slot, int], *, region: bool = False, hour: bool = False
    ) -> None:
        self._region, self._hour = region, hour
        made: dict[str, Counter[Place]] = defaultdict(Counter)
        answered: dict[str, Counter[Place]] = defaultdict(Counter)
        for slot, calls in slots.items():
            if slot.recent and slot.outcome in ATTEMPTS:
                place = self._place(slot.region, slot.hour)
                made[slot.pool][place] += calls
                if slot.outcome in ANSWERS:
                    answered[slot.pool][place] += calls
        self._pools = {pool: Expectation(made[pool], answered[pool]) for pool in made}

    def of(self, pool: str, region: str, hour: int) -> float:
        return self._pools[pool].of(*self._place(region, hour))

    def _place(self, region: str, hour: int) -> Place:
        return region if self._region else "", hour if self._hour else ""


def _number_lines(
    numbers: Mapping[str, _OfNumber], standings: Mapping[str, Standing], whole: _Expected
) -> Iterator[NumberLine]:
    for name, of in sorted(numbers.items()):
        now = _tally(of.now)
        if now.made >= LEAST_CALLS:
            expected = sum(calls * whole.of(of.pool, *place) for place, calls in of.made.items())
            yield NumberLine(name, of.pool, now, _tally(of.before), expected, standings.get(name))


def _few(numbers: Mapping[str, _OfNumber]) -> Few:
    few = [of for of in numbers.values() if _tally(of.now).made < LEAST_CALLS]
    calling = [of for of in few if any(of.now[one] for one in Outcome if one not in INBOUND)]
    now = sum((_tally(of.now) for of in calling), Tally())
    before = sum((_tally(of.before) for of in calling), Tally())
    return Few(len(calling), now, before, len(few) - len(calling))


LEAST_UNPROMPTED = 3


def _spoofed(numbers: Mapping[str, _OfNumber]) -> list[Spoofed]:
    """Against the share of all numbers: somebody who dials wrong calls any of them."""
    total = sum(of.now[Outcome.UNPROMPTED] for of in numbers.values())
    calls = {name: 1 + _tally(of.now).made for name, of in numbers.items()}
    every = sum(calls.values())
    names = [name for name, of in numbers.items() if of.now[Outcome.UNPROMPTED]]
    found = [
        Spoofed(
            name,
            numbers[name].pool,
            numbers[name].now[Outcome.UNPROMPTED],
            total * calls[name] / every,
        )
        for name in names
    ]
    chances = [_at_least(one.unprompted, one.expected) for one in found]
    # Numbers without such calls were looked at too.
    told = intervals.discoveries([*chances, *[1.0] * (len(numbers) - len(names))])
    return sorted(
        (
            one
            for one, is_told in zip(found, told, strict=False)
            if is_told and one.unprompted >= LEAST_UNPROMPTED and one.unprompted > one.expected
        ),
        key=lambda one: (-one.unprompted, one.number),
    )


def _at_least(found: int, expected: float) -> float:
    """How likely chance brings so many rare things or more (Poisson)."""
    likely = below = exp(-expected)
    for count in range(1, found):
        likely *= expected / count
        below += likely
    return max(0.0, 1.0 - below)


def _tally(counts: Mapping[Outcome, int]) -> Tally:
    return tally((Cell("", "", "", outcome), calls) for outcome, calls in counts.items())


def _told(lines: Sequence[Line], chances: Sequence[float]) -> Mapping[str, bool]:
    names = (line.name for line in lines)
    return dict(zip(names, intervals.discoveries(chances), strict=True))


def _as_before(line: Line) -> float:
    """The answers that there were if calls were answered as before."""
    return line.now.made * (line.before.rate or 0.0)


def _verdict(line: Line, expected: float, told: bool | None) -> Verdict:
    if told is None:
        return Verdict.FEW
    if not told:
        return Verdict.CHANCE
    return Verdict.MORE if line.now.answered > expected else Verdict.LESS
