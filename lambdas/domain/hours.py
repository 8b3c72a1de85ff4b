"""Calling hours as data: when a destination may be called, in every place where it may be."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from lambdas.domain.holidays import NONE_KNOWN, Calendar, Holidays
from lambdas.domain.hour_rules import HourRule, Location, Windows, in_force
from lambdas.domain.hour_words import closed_words
from lambdas.domain.locating import locate
from lambdas.domain.opening import (
    DAY,
    Span,
    both,
    clock_of,
    day_of,
    minute_of,
    moment,
    offset,
    offsets,
    open_spans,
    within,
)
from lambdas.domain.phone import Phone
from lambdas.domain.places import PlaceFinder
from lambdas.domain.settings import Attempts, PoolHours, PoolSettings
from lambdas.domain.whereabouts import Knowledge, Whereabouts

__all__ = ["ALLOWED", "CallingHours", "HoursVerdict", "LawfulAttempts", "Location"]

LOOKED_AHEAD = timedelta(days=8)
_AHEAD = LOOKED_AHEAD // timedelta(minutes=1)
_KEPT = _AHEAD + 2 * DAY
_REMEMBERED = 2_000


class HoursVerdict(NamedTuple):
    """Whether a call is allowed now.

    `rule` is the id of the rule that bars it, "" where it is allowed; `words` say it to an agent,
    with the local time. `opens_at` is the next moment (UTC) at which every rule allows it, None
    where there is none within eight days. `lifted` are rules that would have barred it, or limited
    its attempts, and that the configuration lifted: (id, the written reason).
    """

    allowed: bool
    rule: str = ""
    words: str = ""
    opens_at: datetime | None = None
    lifted: tuple[tuple[str, str], ...] = ()


class LawfulAttempts(NamedTuple):
    """How often a rule lets one person be called."""

    rule: str
    attempts: Attempts


ALLOWED = HoursVerdict(allowed=True)


class CallingHours:
    """The rules on hours and attempts that count."""

    def __init__(self, rules: Iterable[HourRule] = (), calendar: Calendar | None = None) -> None:
        """Without a calendar every day counts as a public holiday."""
        self.rules = tuple(rules)
        self.calendar = calendar or Holidays(lambda: NONE_KNOWN)
        self._agendas: dict[tuple[Location, str, PoolHours], _Agenda] = {}
        self._attempts: dict[tuple[Location, str, PoolHours], tuple[LawfulAttempts, ...]] = {}

    @classmethod
    def from_json(
        cls, document: Mapping[str, Any], calendar: Calendar | None = None
    ) -> "CallingHours":
        """Read the data file. Raises KeyError or ValueError for a rule that is none."""
        return cls(map(HourRule.from_json, document["rules"]), calendar)

    def location(
        self,
        destination: Phone,
        knowledge: Knowledge,
        where: Whereabouts,
        places: PlaceFinder,
    ) -> Location:
        """Every state and zone where the destination may be."""
        return locate(destination, knowledge, where, places)

    def judge(
        self, location: Location, purpose: str, pool: PoolSettings, now: datetime
    ) -> HoursVerdict:
        """Whether every rule that holds for the purpose, and the pool's own hours, allow a call."""
        minute = minute_of(now)
        key = (location, purpose, pool.hours)
        agenda = self._agendas.get(key)
        if agenda is None or not agenda.first <= minute <= agenda.first + DAY:
            if len(self._agendas) >= _REMEMBERED:
                self._agendas.clear()
            agenda = _Agenda(self.holding(location, purpose, pool.hours), self.calendar, minute)
            self._agendas[key] = agenda
        return agenda.at(minute)

    def attempts(
        self, location: Location, purpose: str, pool: PoolSettings | None = None
    ) -> tuple[LawfulAttempts, ...]:
        """How often the rules let one person be called, in any of the places."""
        hours = pool.hours if pool else PoolHours()
        key = (location, purpose, hours)
        found = self._attempts.get(key)
        if found is None:
            if len(self._attempts) >= _REMEMBERED:
                self._attempts.clear()
            found = self._attempts[key] = self._lawful_attempts(location, purpose, hours)
        return found

    def holding(self, location: Location, purpose: str, hours: PoolHours) -> "Holding":
        """Which rules hold for calls there, by place, and which of them were lifted."""
        reasons = dict(hours.lifted)
        counted: list[tuple[Location, HourRule]] = []
        lifted: list[tuple[Location, HourRule]] = []
        own = HourRule.of_pool(hours)
        for place in (location, *location.also):
            about = [
                rule for rule in self.rules if rule.holds(place, purpose, automatic=hours.automatic)
            ]
            for rule in in_force(about, own):
                (lifted if rule.id in reasons else counted).append((place, rule))
        return Holding(purpose, tuple(counted), tuple(lifted), reasons)

    def pause_after_refusal(self, region: str, purpose: str) -> int:
        """For how many days a person who refused is left alone; 0 where no rule says so."""
        place = Location(region, (), ())
        return max(
            (
                rule.pause_after_refusal_days
                for rule in self.rules
                if rule.holds(place, purpose, automatic=True)
            ),
            default=0,
        )

    def _lawful_attempts(
        self, location: Location, purpose: str, hours: PoolHours
    ) -> tuple[LawfulAttempts, ...]:
        found: dict[Attempts, LawfulAttempts] = {}
        for _, rule in self.holding(location, purpose, hours).counted:
            if rule.attempts:
                found.setdefault(rule.attempts, LawfulAttempts(rule.id, rule.attempts))
        return tuple(found.values())


class Holding(NamedTuple):
    """The rules that hold for a call, each with the place where it does."""

    purpose: str
    counted: tuple[tuple[Location, HourRule], ...]
    lifted: tuple[tuple[Location, HourRule], ...]
    reasons: Mapping[str, str]

    @property
    def looked_at(self) -> tuple[HourRule, ...]:
        """Each rule once, those that count first."""
        return tuple(dict.fromkeys(rule for _, rule in (*self.counted, *self.lifted)))


class _Agenda:
    """When calls to a place are allowed, from a day's beginning on for the days to look ahead."""

    def __init__(self, holding: Holding, calendar: Calendar, minute: int) -> None:
        self.first = minute - minute % DAY
        self._last = self.first + _KEPT
        self._holding = holding
        self._calendar = calendar
        timed = [each for each in holding.counted if each[1].week]
        self._timed = timed
        self._spans = self._open(timed)
        self._starts = [start for start, _ in self._spans]
        self._lifted = [
            (rule, self._open([(place, rule)])) for place, rule in holding.lifted if rule.week
        ]
        self._said: tuple[int, int, HoursVerdict] = (0, 0, ALLOWED)

    def at(self, minute: int) -> HoursVerdict:
        """The verdict of a minute. The last is kept for as long as it holds."""
        begin, end, verdict = self._said
        if not begin <= minute < end:
            end, verdict = self._judged(minute)
            self._said = (minute, end, verdict)
        return verdict

    def _judged(self, minute: int) -> tuple[int, HoursVerdict]:
        """A verdict and the minute until which it stands."""
        lifted, until = self._lifting(minute)
        index = bisect_right(self._starts, minute) - 1
        if index >= 0 and minute < self._spans[index][1]:
            return min(until, self._spans[index][1]), HoursVerdict(allowed=True, lifted=lifted)
        following = self._starts[index + 1] if index + 1 < len(self._starts) else self._last
        opens = following if following <= minute + _AHEAD and following < self._last else None
        rule, place, zone = self._barring(minute)
        words = closed_words(
            rule, place, zone, self._holding.purpose, minute, opens, self._calendar
        )
        opens_at = None if opens is None else moment(opens)
        verdict = HoursVerdict(False, rule.id, words, opens_at, lifted)
        return minute + 1, verdict

    def _lifting(self, minute: int) -> tuple[tuple[tuple[str, str], ...], int]:
        """Rules that would have barred a call or counted it, and until when that is so."""
        reasons, until = self._holding.reasons, self._last
        found = {rule.id: reasons[rule.id] for _, rule in self._holding.lifted if rule.attempts}
        for rule, spans in self._lifted:
            index = bisect_right(spans, (minute, self._last)) - 1
            if index >= 0 and minute < spans[index][1]:
                until = min(until, spans[index][1])
                continue
            found[rule.id] = reasons[rule.id]
            until = min(until, spans[index + 1][0] if index + 1 < len(spans) else until)
        return tuple(found.items()), until

    def _open(self, rules: list[tuple[Location, HourRule]]) -> list[Span]:
        """Where each of the rules is open in each zone of its place."""
        spans: list[Span] = [(self.first, self._last)]
        by_place: dict[Location, list[HourRule]] = {}
        for place, rule in rules:
            by_place.setdefault(place, []).append(rule)
        for place, of_place in by_place.items():
            windows_on = self._common_windows(place, of_place)
            clocks = {tuple(self._clock(zone)) for zone in place.zones}
            if not clocks:  # nobody knows what time it is there
                return []
            for clock in clocks:
                spans = both(spans, open_spans(windows_on, clock))
        return spans

    def _common_windows(self, place: Location, rules: list[HourRule]) -> Callable[[date], Windows]:
        @cache
        def windows_on(day: date) -> Windows:
            common = rules[0].windows_on(place, day, self._calendar)
            for rule in rules[1:]:
                common = tuple(both(common, rule.windows_on(place, day, self._calendar)))
            return common

        return windows_on

    def _clock(self, zone: str) -> list[tuple[int, int, int]]:
        return offsets(clock_of(zone), self.first, self._last)

    def _barring(self, minute: int) -> tuple[HourRule, Location, str]:
        """A rule that is closed then, with its place and a zone in which it is."""
        for place, rule in self._timed:
            for zone in place.zones:
                local = minute + offset(clock_of(zone), minute)
                windows = rule.windows_on(place, day_of(local), self._calendar)
                if not within(windows, local):
                    return rule, place, zone
        place, rule = self._timed[0]
        return rule, place, ""
