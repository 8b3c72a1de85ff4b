"""Choosing as it is meant, by filters and sorts over all listings, and with no index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from lambdas.domain.choosing import Wanted
from lambdas.domain.directory import Listing
from lambdas.domain.names import cities
from lambdas.domain.phone import Kind, Phone
from lambdas.domain.settings import PoolSettings, Tier
from local.evidence.nearest import haversine_km

Level = tuple[Tier, frozenset[str]]
Effects = Callable[[Listing], str]


def effect_of(
    document: Mapping[str, Any], origin: str, destination: Phone, purpose: str, number: Listing
) -> str:
    """What the rules, as they are written, make of a number: the strictest effect."""
    holding = [
        rule
        for rule in document["rules"]
        if _holds(rule["when"], origin, destination, purpose, number)
    ]
    lifted = {
        name
        for rule in holding
        if rule["effect"] == "allowed" and rule["verified"]
        for name in rule["lifts"]
    }
    effects = {rule["effect"] for rule in holding if rule["id"] not in lifted}
    return next((each for each in ("forbidden", "discouraged") if each in effects), "allowed")


def _holds(
    when: Mapping[str, Any], origin: str, destination: Phone, purpose: str, number: Listing
) -> bool:
    digits = number.e164[1:]
    held: dict[str, Callable[[Any], bool]] = {
        "destination_regions": lambda value: destination.region in value,
        "destination_kinds": lambda value: destination.kind in value,
        "number_regions": lambda value: number.region in value,
        "number_kinds": lambda value: number.kind in value,
        "number_prefixes": lambda value: any(map(digits.startswith, value)),
        "number_prefixes_none": lambda value: not any(map(digits.startswith, value)),
        "ownerships": lambda value: number.ownership in value,
        "purposes": lambda value: purpose in value,
        "across_border": lambda _: number.region != destination.region,
        "from_abroad": lambda _: origin not in ("", destination.region, number.region),
    }
    return all(held[name](value) for name, value in when.items() if value)


def levels(
    listings: Sequence[Listing], wanted: Wanted, pool: PoolSettings, effect: Effects
) -> Iterator[Level]:
    """Numbers that are equally good, the best first; none twice."""
    done: set[str] = set()
    for tier in pool.tiers:
        members = members_of(listings, wanted, pool.radius_km, tier)
        usable = [
            listing
            for listing in members
            if listing.e164 not in done
            and effect(listing) != "forbidden"
            and (tier is Tier.ANSWERED_BEFORE or listing.e164 not in _shown(wanted))
        ]
        kinds: dict[tuple[int, float], set[str]] = {}
        for listing in usable:
            alike = tier is not Tier.ANSWERED_BEFORE and _alike(listing, wanted)
            rank = 2 if alike else int(effect(listing) == "discouraged")
            far = 0.0 if alike or tier is not Tier.NEAREST else away(listing, wanted)
            kinds.setdefault((rank, far), set()).add(listing.e164)
        done.update(listing.e164 for listing in usable)
        for key in sorted(kinds):
            yield tier, frozenset(kinds[key])


def members_of(
    listings: Sequence[Listing], wanted: Wanted, radius_km: float, tier: Tier
) -> list[Listing]:
    """The numbers that a tier is about, whether or not they may be shown."""
    if tier is Tier.ANSWERED_BEFORE:
        answered = wanted.answered
        return [each for each in listings if answered and each.e164 == answered.e164]
    home = [each for each in listings if each.region == wanted.destination.region]
    free = [each for each in home if each.kind is Kind.TOLL_FREE]
    local = [each for each in home if each.kind is not Kind.TOLL_FREE]
    where = wanted.whereabouts
    found: dict[Tier, Callable[[], list[Listing]]] = {
        Tier.CITY: lambda: [
            each
            for each in local
            if cities(each.place) & where.cities
            and (not where.state or each.state in ("", where.state))
        ],
        Tier.NEAREST: lambda: [
            each
            for each in local
            if each.position and where.position and away(each, wanted) <= radius_km
        ],
        Tier.AREA_CODE: lambda: [each for each in local if each.area_code in where.area_codes],
        Tier.STATE: lambda: [each for each in local if where.state and each.state == where.state],
        Tier.COUNTRY: lambda: local,
        Tier.MOBILE: lambda: [each for each in local if each.kind is Kind.MOBILE],
        Tier.NATIONAL: lambda: [each for each in local if each.kind in (Kind.UAN, Kind.VOIP)],
        Tier.GOLDEN_TOLL_FREE: lambda: [each for each in free if each.golden],
        Tier.TOLL_FREE: lambda: free,
    }
    return found[tier]()


def away(listing: Listing, wanted: Wanted) -> float:
    """Kilometres to the metre; both positions are known."""
    at = wanted.whereabouts.position
    assert at
    assert listing.position
    return round(haversine_km(at, listing.position), 3)


def _shown(wanted: Wanted) -> set[str]:
    return {f"+{digits}" for digits in wanted.shown_lately}


def _alike(listing: Listing, wanted: Wanted) -> bool:
    """A number of the NANP with the destination's own area code and exchange."""
    own = wanted.destination.e164
    return own.startswith("+1") and listing.e164[:8] == own[:8] and len(listing.e164) == len(own)
