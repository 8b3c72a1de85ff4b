"""Which branches of a flow were taken, over many runs."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from local.flow_runner.document import parse

_HOLE = re.compile(r"%[A-Z][A-Z0-9_]*%")


class Coverage:
    """Counts (identifier, branch) over runs of one flow; see ``document.Branch`` for the keys.

    Made from a template with ``%HOLES%``, it counts the runs of all its renderings together: a
    branch on a hole's value is one branch, whatever was filled in.
    """

    def __init__(self, content: Mapping[str, Any]) -> None:
        self._branches = {
            (block.identifier, branch.key)
            for block in parse(content).blocks.values()
            for branch in block.branches()
        }
        self._patterns = {
            branch: re.compile(".+".join(map(re.escape, _HOLE.split(branch[1]))))
            for branch in self._branches
            if _HOLE.search(branch[1])
        }
        self.counts: Counter[tuple[str, str]] = Counter()

    def took(self, identifier: str, key: str) -> None:
        """Count one passage. Raises KeyError for a branch that the flow does not have."""
        if (identifier, key) in self._branches:
            self.counts[identifier, key] += 1
            return
        for branch, pattern in self._patterns.items():
            if branch[0] == identifier and pattern.fullmatch(key):
                self.counts[branch] += 1
                return
        raise KeyError((identifier, key))

    def all(self) -> frozenset[tuple[str, str]]:
        """Every branch of every block in the flow's JSON, reachable or not."""
        return frozenset(self._branches)

    def missing(self) -> list[tuple[str, str]]:
        """The branches that no run took, in order."""
        return sorted(self._branches - set(self.counts))

    @property
    def share(self) -> float:
        """Taken branches as a share of all, 0 to 1."""
        return 1 - len(self.missing()) / len(self._branches)
