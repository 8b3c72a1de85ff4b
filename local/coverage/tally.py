"""The tier that a pick would give each contact, counted by who they are alike with.

The real choice is asked once for all contacts that it cannot tell apart: of one region, kind and
whereabouts. What was shown lately, limits and rest depend on the day and are not looked at.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import Directory
from lambdas.domain.phone import Kind, Phone
from lambdas.domain.places import Place
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Rules
from lambdas.domain.settings import PoolSettings, Tier
from lambdas.domain.whereabouts import Knowledge, Whereabouts, whereabouts
from local.coverage.ground import Ground
from local.coverage.reading import FEW, Contact
from local.toolchain import Say, silent

LOCAL_TIERS = (Tier.CITY, Tier.NEAREST)
TOLD_EVERY = 50_000


class Alike(NamedTuple):
    """What a choice goes by; contacts that share it get numbers of the same tier."""

    region: str
    kind: Kind
    where: Whereabouts


@dataclass(slots=True)
class Sort:
    """All contacts of one sort: how many, one of their numbers to choose for, and the result.

    `area_codes` counts the area codes of their numbers. `rows` are the first in the file, in order.
    """

    alike: Alike
    sample: Phone
    count: int = 0
    tier: Tier = Tier.DEFAULT
    distance_km: float | None = None
    area_codes: Counter[str] = field(default_factory=Counter)
    rows: list[int] = field(default_factory=list)

    @property
    def is_local(self) -> bool:
        return self.tier in LOCAL_TIERS


class Chooser:
    """What a pick would come to, from one directory, for one queue."""

    def __init__(
        self, directory: Directory, pool: PoolSettings, purpose: str, rules: Rules
    ) -> None:
        self._directory = directory
        self._pool = pool
        self._purpose = purpose
        self._rules = rules

    def first(self, destination: Phone, where: Whereabouts) -> tuple[Tier, float | None]:
        """The tier of the best number and its distance; Tier.DEFAULT where there is none."""
        wanted = Wanted(destination, where, self._purpose)
        drawn = candidates(self._directory, wanted, self._pool, self._rules, Rejections())
        best = next(drawn, None)
        return (best.tier, best.distance_km) if best else (Tier.DEFAULT, None)


def sorted_contacts(
    contacts: Sequence[Contact], ground: Ground, say: Say = silent
) -> Sequence[Sort]:
    """The contacts by sort; tiers are not yet chosen."""
    counts: Counter[_Asked] = Counter()
    samples: dict[_Asked, Phone] = {}
    rows: dict[_Asked, list[int]] = {}
    for phone, knowledge, row in contacts:
        place = ground.places.find(phone.e164) if phone.placed else None
        asked = _Asked(phone.region, phone.kind, phone.area_code, place, knowledge)
        counts[asked] += 1
        samples.setdefault(asked, phone)
        first = rows.setdefault(asked, [])
        if len(first) < FEW:
            first.append(row)
    sorts: dict[Alike, Sort] = {}
    # Neighbours in the gazetteer one after another: it unpacks its names block by block.
    for number, asked in enumerate(sorted(counts, key=_page_of), start=1):
        if number % TOLD_EVERY == 0:
            say(f"Finding where contacts are: {number:,} of {len(counts):,} places")
        where = whereabouts(samples[asked], asked.knowledge, ground.places)
        alike = Alike(asked.region, asked.kind, where)
        found = sorts.setdefault(alike, Sort(alike, samples[asked]))
        found.count += counts[asked]
        found.rows = sorted(found.rows + rows[asked])[:FEW]
        if asked.area_code:
            found.area_codes[asked.area_code] += counts[asked]
    return list(sorts.values())


class _Asked(NamedTuple):
    """All that tells where a contact is: what its number says, and what the file knows."""

    region: str
    kind: Kind
    area_code: str
    place: Place | None
    knowledge: Knowledge


def _page_of(asked: _Asked) -> tuple[str, str, str]:
    return asked.region, asked.knowledge.postal_code, asked.knowledge.city


def choose(sorts: Sequence[Sort], chooser: Chooser, say: Say = silent) -> None:
    """Fill in tier and distance of each sort."""
    for number, found in enumerate(sorts, start=1):
        if number % TOLD_EVERY == 0:
            say(f"Choosing: {number:,} of {len(sorts):,} kinds of contact")
        found.tier, found.distance_km = chooser.first(found.sample, found.alike.where)
