"""Which row had a number first: a table of numbers that takes 24 bytes each and no more.

A dict takes five times that, and a list may have millions of rows.
"""

from array import array
from typing import Final

SMALLEST: Final = 1 << 10
_SPREAD: Final = 0x9E3779B97F4A7C15
_BITS: Final = (1 << 64) - 1


class FirstRows:
    """Numbers (the digits of E.164) to row numbers, by open addressing."""

    def __init__(self, expected: int = 0) -> None:
        """`expected` is how many numbers there may be; more find room too."""
        size = SMALLEST
        while size * 2 < expected * 3:
            size *= 2
        self._make(size)

    def add(self, number: int, row: int) -> int:
        """The row that had the number first; 0 where this one is the first, and is kept."""
        numbers, mask = self._numbers, self._mask
        at = (number * _SPREAD & _BITS) >> self._shift
        while found := numbers[at]:
            if found == number:
                return self._rows[at]
            at = (at + 1) & mask
        numbers[at] = number
        self._rows[at] = row
        self._left -= 1
        if not self._left:
            self._grow()
        return 0

    def __len__(self) -> int:
        return self._room - self._left

    def _make(self, size: int) -> None:
        self._mask = size - 1
        self._shift = 64 - (size.bit_length() - 1)
        self._numbers = array("Q", bytes(8 * size))
        self._rows = array("I", bytes(4 * size))
        self._room = self._left = size * 3 // 4

    def _grow(self) -> None:
        before = zip(self._numbers, self._rows, strict=True)
        self._make(2 * len(self._numbers))
        for number, row in before:
            if number:
                self.add(number, row)
