"""Calling hours as data: when a destination may be called, in every place where it may be."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from lambdas.domain.phone import Phone
from lambdas.domain.places import PlaceFinder
from lambdas.domain.settings import Attempts, PoolSettings
from lambdas.domain.whereabouts import Knowledge, Whereabouts


class Location(NamedTuple):
    """Where a destination may be: `states` are ISO 3166-2 codes without the country, `zones` IANA
    names. No state means that the region's states are not told apart."""

    region: str
    states: tuple[str, ...]
    zones: tuple[str, ...]


class HoursVerdict(NamedTuple):
    """Whether a call is allowed now.

    `rule` is the id of the rule that bars it, "" where it is allowed; `words` say it to an agent,
    with the local time. `opens_at` is the next moment (UTC) at which every rule allows it, None
    where there is none within eight days. `lifted` are rules that would have barred it and that
    the configuration lifted: (id, the written reason).
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

    def __init__(self, rules: Iterable[object] = ()) -> None:
        self.rules = tuple(rules)

    def location(
        self,
        destination: Phone,
        knowledge: Knowledge,
        where: Whereabouts,
        places: PlaceFinder,
    ) -> Location:
        """Every state and zone where the destination may be."""
        return Location(destination.region, (), places.time_zones(destination.e164))

    def judge(
        self, location: Location, purpose: str, pool: PoolSettings, now: datetime
    ) -> HoursVerdict:
        """Whether every rule that holds for the purpose, and the pool's own hours, allow a call."""
        return ALLOWED

    def attempts(self, location: Location, purpose: str) -> tuple[LawfulAttempts, ...]:
        """How often the rules let one person be called, in any of the places."""
        return ()
