"""The whole answer: who gets a local number from a pool, and where further numbers help most."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

from lambdas.domain.directory import Directory, unpack
from lambdas.domain.geometry import Position
from lambdas.domain.settings import PoolSettings, QueueSettings, Tier
from local.coverage import shares
from local.coverage.ground import Ground
from local.coverage.offers import AreaCodes
from local.coverage.reading import FEW, Contact, Rows, read_contacts, read_pool
from local.coverage.shares import Share, Town
from local.coverage.suggesting import Suggestion, suggestions
from local.coverage.tally import LOCAL_TIERS, Chooser, Sort, choose, sorted_contacts
from local.errors import LocalError
from local.toolchain import Say, silent

Json = Any
MOST_SUGGESTIONS = 20
ALL_USED = Rows("", 0, ())
"""The rows of no file."""


@dataclass(frozen=True)
class Report:
    """Coverage of a list of contacts by a pool, as a pick for `queue` would have it.

    A contact counts as local when it gets a number of its town or from within the pool's radius.
    `without_place` contacts are those of whom neither town nor position is known; `unplaced_rows`
    are the first of their rows in the file. `sites` are countries and positions of our numbers.
    """

    queue: QueueSettings
    pool: PoolSettings
    total: Share
    without_place: int
    unplaced_rows: Sequence[int]
    by_tier: Mapping[Tier, int]
    by_state: Mapping[str, Share]
    by_region: Mapping[str, Share]
    distances_km: tuple[float, float] | None
    towns: Sequence[Town]
    numbers: int
    sites: Sequence[tuple[str, Position]]
    suggestions: Sequence[Suggestion]
    pool_rows: Rows
    contact_rows: Rows

    @property
    def goes_by_place(self) -> bool:
        """Whether the pool has a tier by place at all."""
        return any(tier in self.pool.tiers for tier in LOCAL_TIERS)

    @property
    def home(self) -> str:
        """The country that most of the contacts are in; "" where no country has that many."""
        largest = max(self.by_region, key=lambda region: self.by_region[region].contacts)
        return largest if 2 * self.by_region[largest].contacts > self.total.contacts else ""

    @property
    def cumulative_shares(self) -> Sequence[float]:
        """The local share once a number was had in each suggested place and all before it."""
        gains = (suggestion.gain for suggestion in self.suggestions)
        counts = accumulate(gains, initial=self.total.local)
        return [count / self.total.contacts for count in islice(counts, 1, None)]

    def as_json(self) -> dict[str, Json]:
        """What `coverage --json` prints."""
        return {
            "contacts": self.total.contacts,
            "local": self.total.local,
            "local_share": round(self.total.share, 4),
            "by_tier": {tier.value: count for tier, count in self.by_tier.items()},
            "by_state": {state: share.contacts for state, share in self.by_state.items()},
            "local_by_state": {state: share.local for state, share in self.by_state.items()},
            "by_region": {region: share.contacts for region, share in self.by_region.items()},
            "local_by_region": {region: share.local for region, share in self.by_region.items()},
            "without_place": self.without_place,
            "first_without_place": list(self.unplaced_rows),
            "nearest_km": dict(zip(("median", "p95"), self.distances_km, strict=True))
            if self.distances_km
            else None,
            "suggestions": [
                _suggestion(one, share)
                for one, share in zip(self.suggestions, self.cumulative_shares, strict=True)
            ],
            "queue": self.queue.key,
            "pool": self.pool.name,
            "radius_km": self.pool.radius_km,
            "files": {"pool": _rows(self.pool_rows), "contacts": _rows(self.contact_rows)},
        }


def _suggestion(suggestion: Suggestion, share: float) -> dict[str, Json]:
    offer = suggestion.offer
    return {
        "place": offer.place,
        "region": offer.region,
        "gain": suggestion.gain,
        "state": offer.state,
        "area_code": f"+{offer.area_code}" if offer.area_code else "",
        "position": list(offer.position) if offer.position else None,
        "local_share_then": round(share, 4),
    }


def _rows(rows: Rows) -> dict[str, Json]:
    return {
        "name": rows.name,
        "rows": rows.count,
        "used": rows.used,
        "unusable": len(rows.unusable),
        "first_unusable": [row._asdict() for row in rows.unusable[:FEW]],
        "notes": list(rows.notes),
    }


@dataclass(frozen=True)
class Files:
    """The two files, and the countries of their national numbers where the user names them."""

    pool: Path
    contacts: Path
    pool_country: str | None = None
    contacts_country: str | None = None


def report(files: Files, ground: Ground, most: int = MOST_SUGGESTIONS, say: Say = silent) -> Report:
    """Read both files and work everything out.

    Raises LocalError, in the intake's words, where a file cannot be read or no row of one can be
    used.
    """
    say(f"Reading {files.pool.name}")
    segments, pool_rows = read_pool(files.pool, ground, files.pool_country, datetime.now(UTC))
    _refuse_if_useless(pool_rows)
    say(f"Reading {files.contacts.name}")
    contacts, contact_rows = read_contacts(files.contacts, ground, files.contacts_country, say)
    _refuse_if_useless(contact_rows)
    return of(contacts, segments, ground, (pool_rows, contact_rows), most, say)


def of(
    contacts: Sequence[Contact],
    segments: Sequence[bytes],
    ground: Ground,
    rows: tuple[Rows, Rows],
    most: int = MOST_SUGGESTIONS,
    say: Say = silent,
) -> Report:
    """The report on contacts that were read, and on a directory's segments."""
    sorts = sorted_contacts(contacts, ground, say)
    directory = unpack(segments, prefixes=ground.rules.prefixes)
    tell_tiers(sorts, directory, ground, say)
    say("Looking for the places where a number helps most")
    drawn = suggestions(sorts, ground.pool, ground.queue.purpose, ground.rules, ground.places)
    found = list(islice(drawn, most))
    codes = AreaCodes(sorts, ground.pool.radius_km)
    unplaced = _without_place(sorts)
    return Report(
        queue=ground.queue,
        pool=ground.pool,
        total=shares.total(sorts),
        without_place=sum(sort.count for sort in unplaced),
        unplaced_rows=sorted(row for sort in unplaced for row in sort.rows)[:FEW],
        by_tier=shares.by_tier(sorts, ground.pool),
        by_state=shares.by_state(sorts),
        by_region=shares.by_region(sorts),
        distances_km=shares.distances(sorts),
        towns=shares.towns(sorts),
        numbers=len(directory),
        sites=[(group.region, group.position) for group in directory.groups if group.position],
        suggestions=[one._replace(offer=codes.completed(one.offer)) for one in found],
        pool_rows=rows[0],
        contact_rows=rows[1],
    )


def tell_tiers(
    sorts: Sequence[Sort], directory: Directory, ground: Ground, say: Say = silent
) -> None:
    """Fill in what a pick from these numbers would come to."""
    choose(sorts, Chooser(directory, ground.pool, ground.queue.purpose, ground.rules), say)


def _without_place(sorts: Sequence[Sort]) -> Sequence[Sort]:
    return [
        sort for sort in sorts if sort.alike.where.position is None and not sort.alike.where.cities
    ]


def _refuse_if_useless(rows: Rows) -> None:
    if rows.used:
        return
    told = [f"  row {row.row}: {row.why}" for row in rows.unusable[:FEW]]
    raise LocalError("\n".join([f"{rows.name}: none of the {rows.count} rows can be used.", *told]))
