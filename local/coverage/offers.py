"""Places where a number could be had: those that the contacts are in."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import phonenumbers

from lambdas.domain.directory import Listing
from lambdas.domain.geometry import Position, great_circle_km
from lambdas.domain.names import cities
from lambdas.domain.phone import E164, Kind, parse
from lambdas.domain.places import PlaceFinder
from local.coverage.neighbours import Neighbours
from local.coverage.tally import Sort

_LANDLINES = frozenset({Kind.GEOGRAPHIC, Kind.FIXED_OR_MOBILE})
_OF_NUMBER = "number"


class Offer(NamedTuple):
    """A place to have a number in.

    `state` is an ISO 3166-2 subdivision, "" if unknown; `area_code` the digits after "+" to ask a
    carrier for ("1206"), "" where no contact's number tells.
    """

    region: str
    state: str
    place: str
    position: Position | None
    area_code: str

    def listing(self, e164: E164) -> Listing:
        """A number there, as a pool would list it."""
        return Listing(
            e164=e164,
            region=self.region,
            state=self.state,
            area_code=self.area_code,
            place=self.place,
            kind=kind_in(self.region),
            position=self.position,
        )


@cache
def kind_in(region: str) -> Kind:
    """The kind of a landline number of a country: in some, no digits tell it from a mobile's."""
    example = phonenumbers.example_number_for_type(
        region, phonenumbers.PhoneNumberType.FIXED_LINE
    ) or phonenumbers.example_number(region)
    if example is None:
        return Kind.GEOGRAPHIC
    text = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    return parse(text).kind


def offers(sorts: Iterable[Sort], places: PlaceFinder) -> Sequence[Offer]:
    """Every town that a contact is in, those of most contacts first.

    A town that only a file's City column names must be one that the gazetteer knows: a spelling
    mistake is no place to buy a number in.
    """
    found: dict[tuple[str, str, str], list[Sort]] = {}
    for sort in sorts:
        where = sort.alike.where
        if where.cities:
            found.setdefault((sort.alike.region, where.state, where.place), []).append(sort)
    ordered = sorted(found, key=lambda name: (-sum(sort.count for sort in found[name]), name))
    offered = (_offer(name, found[name], places) for name in ordered)
    return [offer for offer in offered if offer is not None]


def _offer(
    name: tuple[str, str, str], members: Sequence[Sort], places: PlaceFinder
) -> Offer | None:
    region, state, place = name
    by_number = [sort for sort in members if sort.alike.where.source == _OF_NUMBER]
    position = _common_position(by_number)
    if position is None:
        town = places.town(region, place, state)
        position = (town.position if town else None) or _common_position(members)
    if position is None and not by_number:
        return None
    return Offer(region, state, place, position, _area_code(members, place, places))


def _common_position(members: Iterable[Sort]) -> Position | None:
    counts: Counter[Position] = Counter()
    for sort in members:
        where = sort.alike.where
        if where.position and not where.centre:
            counts[where.position] += sort.count
    return max(counts, key=lambda position: (counts[position], position), default=None)


def _area_code(members: Iterable[Sort], place: str, places: PlaceFinder) -> str:
    """The commonest area code of the town's own numbers; people bring others when they move."""
    counts: Counter[str] = Counter()
    for sort in members:
        own = places.find(sort.sample.e164)
        if sort.alike.kind in _LANDLINES and own and cities(own.name) & cities(place):
            counts.update(sort.area_codes)
    return max(counts, key=lambda code: (counts[code], code), default="")


class AreaCodes:
    """Which area code a carrier has for a place of which no contact's number tells."""

    def __init__(self, sorts: Iterable[Sort], radius_km: float) -> None:
        members: dict[str, list[Sort]] = {}
        for sort in sorts:
            where = sort.alike.where
            if where.source == _OF_NUMBER and sort.alike.kind in _LANDLINES and sort.area_codes:
                members.setdefault(sort.alike.region, []).append(sort)
        self._members = members
        self._near = {
            region: Neighbours(
                [sort.alike.where.position for sort in found],
                [sort.count for sort in found],
                radius_km,
            )
            for region, found in members.items()
        }

    def completed(self, offer: Offer) -> Offer:
        """The offer with the nearest area code of its state where it had none."""
        at = offer.position
        if offer.area_code or at is None or offer.region not in self._near:
            return offer
        found: list[tuple[float, str]] = []
        for index in self._near[offer.region].within(at):
            sort = self._members[offer.region][index]
            where = sort.alike.where
            if where.position and where.state == offer.state:
                code = max(sort.area_codes, key=lambda one: (sort.area_codes[one], one))
                found.append((great_circle_km(at, where.position), code))
        return offer._replace(area_code=min(found)[1]) if found else offer
