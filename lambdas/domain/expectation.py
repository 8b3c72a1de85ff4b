"""How often the same calls would be answered elsewhere: a rate by where a call goes and when."""

from collections import defaultdict
from collections.abc import Hashable, Mapping

PULL = 2.0
"""A region or an hour counts as any other until so many answers were expected of it."""
_ROUNDS = 6
_HIGHEST = 0.99

Place = tuple[Hashable, Hashable]
"""The region and the hour of a call."""


class Expectation:
    """A rate, what regions do to it and what hours do: fitted in turn, so that a region which is
    called in the evening is not taken for one that answers more. Over all of the calls as many
    answers are expected as came."""

    def __init__(self, made: Mapping[Place, int], answered: Mapping[Place, int]) -> None:
        calls, answers = sum(made.values()), sum(answered.values())
        self._rate = answers / calls if calls else 0.0
        self._regions: dict[Hashable, float] = {}
        self._hours: dict[Hashable, float] = {}
        for _ in range(_ROUNDS):
            self._regions = self._fitted(made, answered, side=0)
            self._hours = self._fitted(made, answered, side=1)
        expected = sum(count * self.of(*place) for place, count in made.items())
        self._rate *= answers / expected if expected else 1.0

    def of(self, region: Hashable, hour: Hashable) -> float:
        """The chance that a call there and then is answered."""
        there, then = self._regions.get(region, 1.0), self._hours.get(hour, 1.0)
        return min(_HIGHEST, self._rate * there * then)

    def _fitted(
        self, made: Mapping[Place, int], answered: Mapping[Place, int], side: int
    ) -> dict[Hashable, float]:
        other = self._hours if side == 0 else self._regions
        sums: defaultdict[Hashable, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for place, count in made.items():
            found = sums[place[side]]
            found[0] += answered.get(place, 0)
            found[1] += count * self._rate * other.get(place[1 - side], 1.0)
        return {name: (came + PULL) / (due + PULL) for name, (came, due) in sums.items()}
