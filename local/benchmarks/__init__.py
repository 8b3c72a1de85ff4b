"""Benchmarks: ours and the other, side by side in one run. A module here registers its own."""

from dataclasses import dataclass
from typing import Any

from local.registry import Registry


@dataclass(frozen=True)
class Comparison:
    """Our figure beside the other's. `other` is None where only a budget in our own unit is held;
    `note` says in words what else was measured."""

    ours: float
    other: float | None
    unit: str
    budget: str
    holds: bool
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours divided by the other's."""
        return self.ours / self.other if self.other else None

    def record(self) -> dict[str, Any]:
        """The record of build/bench.json, besides its name."""
        noted = {"note": self.note} if self.note else {}
        return {
            "ours": self.ours,
            "other": self.other,
            "unit": self.unit,
            "ratio": self.ratio,
            "budget": self.budget,
            "holds": self.holds,
            **noted,
        }


def ratio_at_most(ours: float, other: float, unit: str, most: float) -> Comparison:
    """Less is better: ours ÷ the other must not pass `most`."""
    return Comparison(ours, other, unit, f"ratio <= {most:g}", ours <= most * other)


def ratio_at_least(ours: float, other: float, unit: str, least: float) -> Comparison:
    """More is better: ours ÷ the other must reach `least`."""
    return Comparison(ours, other, unit, f"ratio >= {least:g}", ours >= least * other)


def at_most(ours: float, unit: str, most: float) -> Comparison:
    """A budget in our own unit."""
    return Comparison(ours, None, unit, f"<= {most:g} {unit}", ours <= most)


benchmark: Registry[Comparison] = Registry()
"""`@benchmark("area/what", …)` registers a function of (say) that returns one Comparison a name."""
