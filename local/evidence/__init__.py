"""The long demonstrations that are no tests. A module here registers its own."""

from dataclasses import dataclass
from typing import Any

from local.registry import Registry


@dataclass(frozen=True)
class Finding:
    """A figure, the bar that it must pass, whether it does, and how it was come by in words."""

    value: float | str
    bar: str
    holds: bool
    how: str

    def record(self) -> dict[str, Any]:
        """The record of build/evidence.json, besides its name."""
        return {"value": self.value, "bar": self.bar, "holds": self.holds, "how": self.how}


evidence: Registry[Finding] = Registry()
"""`@evidence("area/what", …)` registers a function of (say) that returns one Finding for a name."""
