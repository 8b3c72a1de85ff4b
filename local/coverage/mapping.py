"""Which maps a report needs, and what is on each."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

from local.coverage.report import Report
from local.coverage.words import country_words, percent, shown, whole
from local.pages import frames, maps, outlines
from local.pages.frames import Frame, Position
from local.toolchain import Say

WIDE, NARROW = 920, 420
MOST_COUNTRIES = 3
LEAST_SHARE = 0.08
PROPOSED = 10
COARSE_DEGREES = 2.0
USA = "US"


@dataclass(frozen=True)
class View:
    """A map of one country, or of the world where `region` is ""."""

    region: str
    title: str


@dataclass(frozen=True)
class Drawn:
    """A map as addresses of pictures for wide and for narrow screens, and in words."""

    title: str
    wide: str
    narrow: str
    alt: str


def views(found: Report) -> Sequence[View]:
    """The world where contacts are in several countries, then those where most of them are."""
    regions: dict[str, int] = {}
    for town in found.towns:
        regions[town.region] = regions.get(town.region, 0) + town.share.contacts
    placed = sum(regions.values())
    several = len(regions) > 1
    large = sorted(
        (region for region, count in regions.items() if count >= LEAST_SHARE * placed),
        key=lambda region: (-regions[region], region),
    )
    world = [View("", "The world")] if several else []
    countries = [View(region, country_words(region) if several else "") for region in large]
    return [*world, *countries[:MOST_COUNTRIES]]


def drawn(view: View, found: Report, say: Say) -> Drawn:
    """The map, drawn for both widths."""
    say(f"Drawing the map: {view.title or country_words(view.region)}")
    content = _content(view, found)
    wide, narrow = (
        maps.data_address(maps.svg(content, _frame(view, content, width)))
        for width in (WIDE, NARROW)
    )
    return Drawn(view.title, wide, narrow, _in_words(view, found))


def _content(view: View, found: Report) -> maps.Content:
    def on_it(region: str, position: Position) -> bool:
        return _is_on(view, region, position)

    # A country's own map has room for what would be a blot on the world's.
    nearer = [other for other in views(found) if other.region and not view.region]
    towns = [town for town in found.towns if on_it(town.region, town.position)]
    ours = {position for region, position in found.sites if on_it(region, position)}
    return maps.Content(
        dots=[maps.Dot(town.position, town.share.contacts, town.share.local) for town in towns],
        ours=sorted(ours),
        proposed={
            number: position
            for number, one in enumerate(islice(found.suggestions, PROPOSED), start=1)
            if (position := one.offer.position)
            and on_it(one.offer.region, position)
            and not any(_is_on(other, one.offer.region, position) for other in nearer)
        },
        radius_km=found.pool.radius_km if view.region else 0,
        outlines=_outlines(view),
        cell_degrees=maps.FINE_DEGREES if view.region else COARSE_DEGREES,
    )


def _is_on(view: View, region: str, position: Position) -> bool:
    if not view.region:
        return True
    return region == view.region and (region != USA or frames.in_usa(position))


def _outlines(view: View) -> outlines.Outlines | None:
    if not view.region:
        return outlines.world()
    return outlines.states() if view.region == USA else outlines.countries()


def _frame(view: View, content: maps.Content, width: int) -> Frame:
    if not view.region:
        return frames.world(width)
    if view.region == USA:
        return frames.usa(width)
    positions: list[Position] = [dot.position for dot in content.dots]
    return frames.around([*positions, *content.ours, *content.proposed.values()], width)


def _in_words(view: View, found: Report) -> str:
    towns = [town for town in found.towns if view.region in ("", town.region)]
    contacts = sum(town.share.contacts for town in towns)
    local = sum(town.share.local for town in towns)
    largest = ", ".join(
        f"{shown(town.place) or country_words(town.region)} {whole(town.share.contacts)}"
        for town in towns[:5]
    )
    where = country_words(view.region) if view.region else "the world"
    return (
        f"Map of {where}: {whole(contacts)} contacts, {percent(local / max(contacts, 1))} of them"
        f" with a local number. Most are in: {largest}."
    )
