"""Which branches of a flow were taken, over many runs."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from local.flow_runner.document import Flow, parse


class Coverage:
    """Counts (identifier, branch) over runs of one flow; see ``document.Branch`` for the keys."""

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._flow: Flow = parse(content)
        self.counts: Counter[tuple[str, str]] = Counter()

    def took(self, identifier: str, branch: str) -> None:
        """Count one passage. Raises KeyError for a branch that the flow does not have."""
        if (identifier, branch) not in self.all():
            raise KeyError((identifier, branch))
        self.counts[identifier, branch] += 1

    def all(self) -> frozenset[tuple[str, str]]:
        """Every branch of every block in the flow's JSON, reachable or not."""
        return frozenset(
            (block.identifier, branch.key)
            for block in self._flow.blocks.values()
            for branch in block.branches()
        )

    def missing(self) -> list[tuple[str, str]]:
        """The branches that no run took, in order."""
        return sorted(self.all() - set(self.counts))

    @property
    def share(self) -> float:
        """Taken branches as a share of all, 0 to 1."""
        return 1 - len(self.missing()) / len(self.all())
