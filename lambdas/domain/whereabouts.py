"""Where a customer is: what the flow knows of them, and else what their number's digits say.

Numbers are ported and people move, so what is known of the customer wins over the number.
"""

from typing import NamedTuple

from lambdas.domain.geometry import Position, great_circle_km
from lambdas.domain.names import cities, fold, says_nothing
from lambdas.domain.phone import Phone
from lambdas.domain.places import Place, PlaceFinder

SAME_TOWN_KM = 30.0
SAME_AREA_KM = 200.0
"""What the flow tells does not contradict a number's town, or the middle of its area, that is no
farther away than this."""

_NEIGHBOURS = {"US": "CA", "CA": "US"}


class Knowledge(NamedTuple):
    """What a flow may know of a customer; each "" or None where it does not.

    `state` is a name or an ISO 3166-2 code; `position` latitude and longitude in degrees.
    """

    postal_code: str = ""
    city: str = ""
    state: str = ""
    position: Position | None = None


NOTHING_KNOWN = Knowledge()


class Whereabouts(NamedTuple):
    """Where a destination is taken to be.

    `cities` are the folded names of the towns that it may be in; `centre` says that `position` is
    the middle of an area and no town's. `area_codes` are those of the number's city: overlays count
    as one. `source` is what was best known: "position", "postal_code", "city", "state" of what the
    flow told, "number", or "" for nothing.
    """

    state: str
    place: str
    cities: frozenset[str]
    position: Position | None
    centre: bool
    area_codes: tuple[str, ...]
    source: str


def whereabouts(destination: Phone, knowledge: Knowledge, places: PlaceFinder) -> Whereabouts:
    """Bring together what is known. What the flow tells in words nobody understands is passed over,
    and the number is gone by."""
    own = places.find(destination.e164) if destination.placed else None
    codes = places.area_codes(destination.area_code) if destination.area_code else ()
    if not any(knowledge):
        return _of_number(own, codes)
    region = destination.region
    state = places.state(region, knowledge.state) if knowledge.state else ""
    if not state and _of_a_neighbour(region, knowledge.state, places):
        # Toronto in Ontario is not the Toronto of Ohio.
        knowledge = knowledge._replace(city="", state="")
    post = places.postal(region, knowledge.postal_code) if knowledge.postal_code else None
    state = state or (post.state if post else "")
    town = places.town(region, knowledge.city, state) if knowledge.city else None
    if town is None and says_nothing(knowledge.city):
        knowledge = knowledge._replace(city="")
    source = _best_source(knowledge, post, state)
    if not source:
        return _of_number(own, codes)
    if town:
        state = state or town.state
    position = _best_position(knowledge, post, town)
    if own and _contradicts(own, state, position):
        own = None
    if knowledge.city:
        name = town.name if town else knowledge.city.strip()
        towns = cities(name) or frozenset({fold(name)})
    elif post and post.names_town:
        name, towns = post.name, cities(post.name)
    else:
        name = own.name if own else ""
        towns = cities(own.name) if own and own.names_town else frozenset()
    centre = False
    if position is None and own and not knowledge.city:
        position, centre = own.position, own.centre
    return Whereabouts(
        state=state or (own.state if own else ""),
        place=name,
        cities=towns,
        position=position,
        centre=centre,
        area_codes=codes,
        source=source,
    )


def _of_a_neighbour(region: str, state: str, places: PlaceFinder) -> bool:
    """Whether a state is of the other country that people move to and take their number along."""
    other = _NEIGHBOURS.get(region)
    return other is not None and bool(state) and bool(places.state(other, state))


def _of_number(own: Place | None, codes: tuple[str, ...]) -> Whereabouts:
    if own is None:
        return Whereabouts("", "", frozenset(), None, False, codes, "number" if codes else "")
    towns = cities(own.name) if own.names_town else frozenset[str]()
    return Whereabouts(own.state, own.name, towns, own.position, own.centre, codes, "number")


def _best_source(knowledge: Knowledge, post: Place | None, state: str) -> str:
    if knowledge.position:
        return "position"
    if post:
        return "postal_code"
    if knowledge.city:
        return "city"
    return "state" if state else ""


def _best_position(knowledge: Knowledge, post: Place | None, town: Place | None) -> Position | None:
    for known in (knowledge.position, post and post.position, town and town.position):
        if known:
            return known
    return None


def _contradicts(own: Place, state: str, position: Position | None) -> bool:
    """Whether the customer is elsewhere than the number says."""
    if state and own.state and state != own.state:
        return True
    if position is None or own.position is None:
        return False
    most = SAME_AREA_KM if own.centre else SAME_TOWN_KM
    return great_circle_km(position, own.position) > most
