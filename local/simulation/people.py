"""Customers of a simulation: made from a seed, held in arrays, a few bytes each."""

import random
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from lambdas.domain.phone import E164
from lambdas.domain.places import PlaceFinder
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge
from local.errors import LocalError
from local.simulation.supply import Supply
from local.spread_pool import LINES, Exchange

NEAR_SHARE = 0.7
KNOWN_TOWN = 20
MOVED = 3
"""Of a hundred customers the flow knows the town of so many, and so many live in another one than
their number says."""
RUNG_BEFORE = 40
"""So many of a hundred were rung before the first day."""
HUNDRED = 100
Zones = tuple[str, ...]


@dataclass
class People:
    """Customers by their index: number, town, time zones, and what is known of each.

    `zones` lists the sets of zones that occur; `zone_of` says by town which of them it has.
    """

    towns: Sequence[Exchange]
    zones: Sequence[Zones]
    zone_of: Sequence[int]
    _where: "array[int]"
    _dice: "array[int]"
    _knowledge: dict[int, Knowledge] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._where)

    def number(self, customer: int) -> E164:
        town, line = divmod(self._where[customer], LINES)
        return self.towns[town].number(line)

    def town(self, customer: int) -> Exchange:
        return self.towns[self._where[customer] // LINES]

    def zone(self, customer: int) -> int:
        """The index in `zones` of the zones that the customer's number may be in."""
        return self.zone_of[self._where[customer] // LINES]

    def rung_before(self, customer: int) -> bool:
        return self._dice[customer] % HUNDRED < RUNG_BEFORE

    def knowledge(self, customer: int) -> Knowledge:
        """What the flow tells of the customer."""
        die = self._dice[customer] // HUNDRED % HUNDRED
        if die >= KNOWN_TOWN:
            return NOTHING_KNOWN
        town = self._where[customer] // LINES
        if die < MOVED:
            town = self._dice[customer] % len(self.towns)
        known = self._knowledge.get(town)
        if known is None:
            place = self.towns[town].place
            known = Knowledge(city=place.name.partition("/")[0], state=place.state)
            self._knowledge[town] = known
        return known

    def by_zone(self) -> Sequence["array[int]"]:
        """Customers of each set of zones, in the order of the list."""
        found = [array("I") for _ in self.zones]
        for customer in range(len(self)):
            found[self.zone(customer)].append(customer)
        return found


def people(
    count: int,
    supply: Supply,
    among: Sequence[Exchange],
    places: PlaceFinder,
    rng: random.Random,
) -> People:
    """`count` customers at most: seven of ten in towns where there are numbers, the others in any.

    Raises LocalError where no time zone of theirs is known.
    """
    near = {town.number(0) for town in supply.towns}
    towns = [*supply.towns, *(town for town in among if town.number(0) not in near)]
    border = len(supply.towns) * LINES
    wanted = min(round(NEAR_SHARE * count), border * 9 // 10)
    others = min(count - wanted, (len(towns) * LINES - border) * 9 // 10)
    where = rng.sample(range(border), wanted)
    where += rng.sample(range(border, len(towns) * LINES), others)
    rng.shuffle(where)
    index: dict[Zones, int] = {}
    zone_of = array("H")
    for town in towns:
        zones = places.time_zones(town.number(0)) or ("UTC",)
        zone_of.append(index.setdefault(zones, len(index)))
    ours = set(supply.directory.numbers)
    kept = array(
        "I",
        (at for at in where if int(towns[at // LINES].number(at % LINES)[1:]) not in ours),
    )
    if not kept:
        raise LocalError("There is nobody to ring: the simulation found no customers.")
    dice = array("I", (rng.getrandbits(32) for _ in range(len(kept))))
    return People(towns, list(index), zone_of, kept, dice)
