"""Where a further number helps most: places of contacts, chosen greedily by what each adds.

A number in a place serves contacts whose number, as things stand, is neither of their town nor of
their neighbourhood: those of the same town, and those within the pool's radius. What places add
together is submodular (a place never adds more after another was chosen), so the greedy choice
comes within 1 - 1/e of the best, and what a place would have added bounds what it adds now: only
places at the top of a heap are looked at again. Sources: Nemhauser, Wolsey and Fisher 1978 for the
bound, Minoux 1978 for the heap.
"""

import heapq
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Phone
from lambdas.domain.places import PlaceFinder
from lambdas.domain.rules import Effect, Rules, Traits
from lambdas.domain.settings import PoolSettings
from local.coverage.demand import Demand
from local.coverage.offers import Offer, kind_in, offers
from local.coverage.tally import Sort


class Suggestion(NamedTuple):
    """A place worth having a number in, after those suggested before it: `gain` is how many more
    contacts would get a number of their town or neighbourhood."""

    offer: Offer
    gain: int


def suggestions(
    sorts: Sequence[Sort],
    pool: PoolSettings,
    purpose: str,
    rules: Rules,
    places: PlaceFinder,
) -> Iterator[Suggestion]:
    """Places with the greatest gain first, until nothing is gained any more. Lazy.

    Of equal gains the place of more contacts goes first. Left out are contacts to whom a rule
    forbids to show a landline of their country.
    """
    waiting: dict[str, list[Sort]] = {}
    for sort in sorts:
        if not sort.is_local and _may_be_shown(sort.sample, purpose, rules):
            waiting.setdefault(sort.alike.region, []).append(sort)
    demands = {region: Demand(members, pool) for region, members in waiting.items()}
    return _greedy(demands, [offer for offer in offers(sorts, places) if offer.region in demands])


def _greedy(demands: "dict[str, Demand]", offered: Sequence[Offer]) -> Iterator[Suggestion]:
    served: dict[int, list[int]] = {}
    taken: dict[str, set[int]] = {region: set() for region in demands}
    # What a place adds at most, its number, and how many were chosen when that was found out.
    heap = [
        (-demands[offer.region].at_most(offer), number, -1) for number, offer in enumerate(offered)
    ]
    heapq.heapify(heap)
    chosen = 0
    while heap and heap[0][0] < 0:
        bound, number, known_at = heap[0]
        offer = offered[number]
        demand, gone = demands[offer.region], taken[offer.region]
        if known_at == chosen:
            heapq.heappop(heap)
            yield Suggestion(offer, -bound)
            gone.update(served.pop(number))
            chosen += 1
            continue
        points = served[number] if number in served else demand.served(offer)
        left = served[number] = [index for index in points if index not in gone]
        gain = sum(demand.weights[index] for index in left)
        heapq.heapreplace(heap, (-gain, number, chosen))


def _may_be_shown(destination: Phone, purpose: str, rules: Rules) -> bool:
    region = destination.region
    traits = Traits(region, kind_in(region), Ownership.CONNECT, "")
    return rules.verdict(destination, purpose, traits).effect is not Effect.FORBIDDEN
