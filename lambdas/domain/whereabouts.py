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

NEIGHBOURS = {"US": "CA", "CA": "US"}


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
    the middle of an area and no town's. `area_codes` are those of the number's city (overlays
    count as one), none for a customer who is elsewhere than the number says. `source` is what was
    best known: "position", "postal_code", "city", "state" of what the flow told, "number", or ""
    for nothing.
    """

    state: str
    place: str
    cities: frozenset[str]
    position: Position | None
    centre: bool
    area_codes: tuple[str, ...]
    source: str


def whereabouts(destination: Phone, knowledge: Knowledge, places: PlaceFinder) -> Whereabouts:
    """Bring together what is known. Position wins over postal code, that over city and state, and
    all over the number. What nobody understands, or a better source contradicts, is passed over."""
    own = places.find(destination.e164) if destination.placed else None
    codes = places.area_codes(destination.area_code) if destination.area_code else ()
    if not any(knowledge):
        return _of_number(own, codes)
    told = _understood(destination.region, knowledge, places)
    if not told.source:
        return _of_number(own, codes)
    if own and contradicts(own, told.state, told.position):
        own, codes = None, ()
    name, towns, position, centre = told.name, told.towns, told.position, False
    if not towns and own and own.names_town:
        name, towns = own.name, cities(own.name)
    if position is None and own and not told.towns:
        position, centre = own.position, own.centre
    return Whereabouts(
        state=told.state or (own.state if own else ""),
        place=name or (own.name if own else ""),
        cities=towns,
        position=position,
        centre=centre,
        area_codes=codes,
        source=told.source,
    )


class _Told(NamedTuple):
    """What the flow told, as far as it is understood."""

    state: str
    name: str
    towns: frozenset[str]
    position: Position | None
    source: str


def _understood(region: str, knowledge: Knowledge, places: PlaceFinder) -> _Told:
    city, said = _city_and_state(region, knowledge, places)
    post = places.postal(region, knowledge.postal_code) if knowledge.postal_code else None
    if post and _is_far(knowledge.position, post.position, SAME_AREA_KM):
        post = None
    state = (post.state if post else "") or places.state(region, said)
    town = places.town(region, city, state) if city else None
    position = knowledge.position or (post.position if post else None)
    if says_nothing(city) and not town:
        city = ""
    elif _lies_elsewhere(town or places.town(region, city), position, state if post else ""):
        city, town = "", None
    if town:
        state = state or town.state
        position = position or town.position
    if city:
        name = town.name if town else city
        towns = cities(name) or frozenset({fold(name)})
    elif post and post.names_town:
        name, towns = post.name, cities(post.name)
    else:
        name, towns = "", frozenset()
    return _Told(state, name, towns, position, _best_source(knowledge, post, city, state))


def _city_and_state(region: str, knowledge: Knowledge, places: PlaceFinder) -> tuple[str, str]:
    """City and state apart, also where both stand in the one field ("Seattle, WA")."""
    city, state = knowledge.city.strip(), knowledge.state.strip()
    if not places.state(region, state) and _of_a_neighbour(region, state, places):
        # Toronto in Ontario is not the Toronto of Ohio.
        return "", ""
    before, comma, behind = city.partition(",")
    if comma and not places.town(region, city):
        if places.state(region, behind.strip()):
            return before.strip(), state or behind.strip()
        if _of_a_neighbour(region, behind.strip(), places):
            return "", state
    return city, state


def _lies_elsewhere(town: Place | None, position: Position | None, state: str) -> bool:
    """Whether a town is not where a better source says the customer is."""
    if town is None:
        return False
    if state and town.state and town.state != state:
        return True
    return _is_far(position, town.position, SAME_TOWN_KM)


def _is_far(one: Position | None, other: Position | None, km: float) -> bool:
    return one is not None and other is not None and great_circle_km(one, other) > km


def _of_a_neighbour(region: str, state: str, places: PlaceFinder) -> bool:
    """Whether a state is of the other country that people move to and take their number along."""
    other = NEIGHBOURS.get(region)
    return other is not None and bool(state) and bool(places.state(other, state))


def _of_number(own: Place | None, codes: tuple[str, ...]) -> Whereabouts:
    if own is None:
        return Whereabouts("", "", frozenset(), None, False, codes, "number" if codes else "")
    towns = cities(own.name) if own.names_town else frozenset[str]()
    return Whereabouts(own.state, own.name, towns, own.position, own.centre, codes, "number")


def _best_source(knowledge: Knowledge, post: Place | None, city: str, state: str) -> str:
    if knowledge.position:
        return "position"
    if post:
        return "postal_code"
    if city:
        return "city"
    return "state" if state else ""


def contradicts(own: Place, state: str, position: Position | None) -> bool:
    """Whether the customer is elsewhere than the number says."""
    if state and own.state and state != own.state:
        return True
    return _is_far(position, own.position, SAME_AREA_KM if own.centre else SAME_TOWN_KM)
