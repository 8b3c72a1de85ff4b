"""Which stack holds a queue of a list. A queue that is deployed stays where it is.

Amazon Connect knows a queue's name once, so one that moved to another stack would have to be
deleted before it is made anew, and routing profiles would lose it. A queue's stack is told by its
key and the number of stacks alone. That number is a part of the stacks' names: another one makes
new stacks, whose queues Connect refuses by their names, and touches none that is there.
"""

import hashlib
from collections import Counter
from typing import Final, NamedTuple

QUEUES_OF_A_LIST_STACK: Final = 50
"""A queue with its flow takes 18 KB of a template, which may have 1 MB."""

ROOMY: Final = 40
"""What the fullest stack should hold at first."""

CALLING: Final = "Calling"
"""The stack of the queues that the config itself describes, and of what all queues share."""


class Listed(NamedTuple):
    """A list of queues: its name, over how many stacks it is spread, and the queues' keys."""

    name: str
    stacks: int
    keys: tuple[str, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """The last words of its stacks' names; a stack is there though no queue is in it."""
        return tuple(self._part(number) for number in range(1, self.stacks + 1))

    def part_of(self, key: str) -> str:
        """The last words of the name of a queue's stack."""
        return self._part(_number(key, self.stacks))

    def problem(self) -> str:
        """What to do where a stack would hold more than a template can; "" where none does."""
        part, most = self._fullest()
        if most <= QUEUES_OF_A_LIST_STACK:
            return ""
        return (
            f"{len(self.keys)} queues: {part} would hold {most} of them, and a template holds "
            f"{QUEUES_OF_A_LIST_STACK}. Write stacks: {self._enough()} if none of them is deployed "
            "yet; else leave the number and put the further queues into another file"
        )

    def _part(self, number: int) -> str:
        return f"Queues-{self.name}" + (f"-{number}of{self.stacks}" if self.stacks > 1 else "")

    def _fullest(self) -> tuple[str, int]:
        ((part, most),) = Counter(map(self.part_of, self.keys)).most_common(1) or [("", 0)]
        return part, most

    def _enough(self) -> int:
        """So many stacks that there is room for those who come: half full, the fullest at four
        fifths."""
        stacks = -(-2 * len(self.keys) // QUEUES_OF_A_LIST_STACK)
        while self._replace(stacks=stacks)._fullest()[1] > ROOMY:
            stacks += 1
        return stacks


def _number(key: str, stacks: int) -> int:
    digest = hashlib.sha256(key.encode()).digest()
    return int.from_bytes(digest[:8], "big") % stacks + 1
