"""All the places where a destination may be, for the law of each of them counts.

A number was ported and its owner moved, so its area code's state and what the flow knows of the
customer both count where they differ. Where they agree, what was told narrows it.
"""

from lambdas.domain.hour_rules import Location
from lambdas.domain.phone import Kind, Phone
from lambdas.domain.places import PlaceFinder
from lambdas.domain.whereabouts import (
    NEIGHBOURS,
    NOTHING_KNOWN,
    Knowledge,
    Whereabouts,
    contradicts,
)

_TERRITORIES = frozenset({"AS", "GU", "MP", "PR", "VI"})
"""Regions of their own as numbers go, and states of the United States as addresses do."""
_OTHERS = {**NEIGHBOURS, **dict.fromkeys(_TERRITORIES, "US")}
_ALWAYS_TIED = frozenset({Kind.GEOGRAPHIC, Kind.FIXED_OR_MOBILE})


def locate(
    destination: Phone, knowledge: Knowledge, where: Whereabouts, places: PlaceFinder
) -> Location:
    """Every state and zone where the destination may be."""
    region = destination.region
    beginning = _beginning(destination)
    own = places.find(destination.e164) if beginning else None
    own_state = own.state if own else ""
    zones = places.zones_of_numbers(region, beginning)
    if knowledge == NOTHING_KNOWN:
        return Location(region, (own_state,) if own_state else (), zones)
    also = _across_the_border(region, knowledge, places)
    if where.source in ("", "number"):
        return Location(region, (own_state,) if own_state else (), zones, also)
    told = where.state
    if region == "US" and told in _TERRITORIES:
        there = _in(region, told, places)
        own_states = (own_state,) if own_state else ()
        return Location(region, own_states, zones, (there,)) if beginning else there
    told_zones = places.zones_of_state(region, told)
    if not beginning:
        return Location(region, (told,) if told else (), told_zones, also)
    if own and not contradicts(own, told, where.position):
        if where.source != "state":  # a town of the area: nowhere else in the state
            told_zones = _common(zones, told_zones)
        states = [told or own_state]
    else:
        states = [own_state, told]
        told_zones = tuple(dict.fromkeys((*zones, *told_zones)))
    known = tuple(dict.fromkeys(states)) if all(states) else ()
    return Location(region, known, told_zones, also)


def _beginning(destination: Phone) -> str:
    """The digits that say where a number is; "" where its kind is tied to no area."""
    if destination.area_code:
        return destination.area_code
    return destination.e164[1:] if destination.kind in _ALWAYS_TIED else ""


def _common(zones: tuple[str, ...], others: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(zone for zone in zones if zone in others) or (*zones, *others)


def _across_the_border(
    region: str, knowledge: Knowledge, places: PlaceFinder
) -> tuple[Location, ...]:
    """Where a customer with a number of the United States or Canada is in the other of them, or
    one of a territory in the states."""
    other = _OTHERS.get(region)
    if other is None:
        return ()
    code, state = knowledge.postal_code, knowledge.state or knowledge.city.partition(",")[2].strip()
    found = ""
    if code and not places.postal(region, code) and (post := places.postal(other, code)):
        found = post.state
    elif state and not places.state(region, state):
        found = places.state(other, state)
    return (_in(other, found, places),) if found not in ("", region) else ()


def _in(region: str, state: str, places: PlaceFinder) -> Location:
    if region == "US" and state in _TERRITORIES:
        return Location(state, (), places.zones_of_state(state, ""))
    return Location(region, (state,), places.zones_of_state(region, state))
