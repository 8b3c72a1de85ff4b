"""How many of each country's prefixes have their town's position."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from tools.places.build import Survey, survey
from tools.places.states import postal_regions, state_names

BARS = {
    "US": 97, "CA": 97, "FR": 97, "NL": 97, "GB": 90, "ES": 90, "IT": 90, "MX": 90, "BR": 90,
    "JP": 90, "DE": 85, "IN": 75, "AU": 60,
}  # fmt: skip
"""Least share of the town-naming prefixes with their town's position, in percent."""

_PAGE = """# Places: coverage by country

Written by `python -m tools.places --coverage docs/places.md`; do not edit.

`places.bin` holds what libphonenumber says about the leading digits of numbers (its English
descriptions and its time zones), with positions of GeoNames' towns of 500 people and more. A prefix
"names a town" where its description is no state, region or island. Its position is "by town" where
the town was found among GeoNames', "by centre" where it is the middle of the towns of its area code
(or of its state, or of a small country) instead; `Place.centre` says so to the code. A quarter, or
a village that was merged into a town, has the position of that town
(`tools/places/lands.json`, reviewed by hand). Villages of Australia and Canada that are too small
for GeoNames' list are found by the airfield that bears their name, or in
`tools/places/villages.json` (by hand), and only among the towns of their neighbouring prefixes.

## What else the file knows

- **Towns by name** (`Places.town`): GeoNames' towns of every country, by their own names, by the
  names that prefixes use, and the larger ones by other names ("München", "Munich"). The state is
  told for: {states}.
- **States** (`Places.state`) of these countries by code and by name (`tools/places/states.json`,
  `subdivisions.json`).
- **Postal codes** (`Places.postal`): United States ZIP codes with position, state and the town that
  they are in or nearest to; elsewhere the state, where the code's beginning tells it surely, and no
  position: {postal}. Nothing for other countries (`tools/places/postal.json`).
- **Overlay area codes** (`Places.area_codes`): those of North America, Mexico and Moscow
  (`tools/places/overlays.json`).

## Coverage

{total}

| Country | Prefixes | Naming a town | By town | Share | By centre | No position |
|---|---:|---:|---:|---:|---:|---:|
{lines}
"""


@dataclass(frozen=True)
class Coverage:
    """One region's prefixes; `by_town` counts among those that name a town."""

    region: str
    prefixes: int
    town_naming: int
    by_town: int
    by_centre: int

    @property
    def share(self) -> float:
        """Percent of the town-naming prefixes with their town's position, rounded down."""
        if not self.town_naming:
            return 0.0
        return int(10_000 * self.by_town / self.town_naming) / 100

    @property
    def unplaced(self) -> int:
        """Prefixes without any position."""
        return self.prefixes - self.by_town - self.by_centre


def coverage(surveyed: Survey) -> list[Coverage]:
    """Per region, the ones with most prefixes first."""
    prefixes, town_naming, by_town, by_centre = (Counter[str]() for _ in range(4))
    for prefix in surveyed.named:
        region = surveyed.regions[prefix]
        prefixes[region] += 1
        town_naming[region] += prefix in surveyed.town_naming
        located = surveyed.located.get(prefix)
        if located:
            (by_centre if located.centre else by_town)[region] += 1
    found = [
        Coverage(region, count, town_naming[region], by_town[region], by_centre[region])
        for region, count in prefixes.items()
    ]
    return sorted(found, key=lambda each: (-each.prefixes, each.region))


@cache
def measured() -> tuple[Coverage, ...]:
    """The coverage of the packages that are installed; takes as long as a build."""
    return tuple(coverage(survey()))


def page(coverages: Sequence[Coverage]) -> str:
    """The documentation page."""
    naming = sum(each.town_naming for each in coverages)
    by_town = sum(each.by_town for each in coverages)
    total = (
        f"{sum(each.prefixes for each in coverages):,} prefixes of {len(coverages)} countries and "
        f"territories; {naming:,} name a town, {100 * by_town / naming:.1f} % of them are located "
        f"by town."
    )
    return _PAGE.format(
        total=total,
        states=_countries(state_names()),
        postal=_countries(set(postal_regions()) - {"US"}),
        lines="\n".join(_line(each) for each in coverages),
    )


def _countries(regions: Iterable[str]) -> str:
    return ", ".join(sorted(_country(region) for region in regions))


def _line(each: Coverage) -> str:
    share = f"{each.share:.1f} %" if each.town_naming else "–"
    cells = (each.prefixes, each.town_naming, each.by_town)
    return (
        f"| {_country(each.region)} | {' | '.join(f'{n:,}' for n in cells)} | {share} "
        f"| {each.by_centre:,} | {each.unplaced:,} |"
    )


def _country(region: str) -> str:
    from phonenumbers.geodata.locale import LOCALE_DATA

    names = LOCALE_DATA.get(region, {})
    name = names.get("en", "")
    name = names.get(name[1:], "") if name.startswith("*") else name  # the same as in that language
    return f"{name} ({region})" if name else region
