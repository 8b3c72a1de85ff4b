"""libphonenumber's patterns of digits, asked how much of a number they depend on.

A pattern such as `(?:20[2-9]|3)\\d{6}` is followed digit by digit; after each it is known whether
every number that goes on from there fits, or none.
"""

from typing import Final

_ALL_DIGITS: Final = (1 << 10) - 1
_AS_OFTEN: Final = {"?": (0, 1)}


class UnknownPattern(ValueError):
    """A pattern holds something that no pattern of digits held so far."""


class DigitPattern:
    """A regular expression of digits as a nondeterministic automaton; sets of states are bits."""

    def __init__(self, text: str) -> None:
        """Raises UnknownPattern."""
        self._text = text
        self._takes: list[int] = []
        self._then: list[int] = []
        self._also: list[list[int]] = []
        start = self._new_state()
        at, self._end = self._alternatives(0, start)
        if at != len(text):
            raise UnknownPattern(text)
        self._reached = [self._reach(state) for state in range(len(self._also))]
        self._steps: dict[tuple[int, int], int] = {}
        self._fits: dict[tuple[int, int], bool | None] = {}
        self.start = self._reached[start]

    def step(self, states: int, digit: int) -> int:
        """The states after one more digit; 0 where nothing fits any more."""
        known = self._steps.get((states, digit))
        if known is None:
            known = 0
            for state in range(states.bit_length()):
                if states >> state & 1 and self._takes[state] >> digit & 1:
                    known |= self._reached[self._then[state]]
            self._steps[states, digit] = known
        return known

    def fits(self, states: int, more: int) -> bool | None:
        """Whether all numbers with so many more digits fit (True), none (False), or some (None)."""
        if not states:
            return False
        if not more:
            return bool(states >> self._end & 1)
        key = (states, more)
        if key not in self._fits:
            answers = {self.fits(self.step(states, digit), more - 1) for digit in range(10)}
            self._fits[key] = answers.pop() if len(answers) == 1 else None
        return self._fits[key]

    def _new_state(self) -> int:
        self._takes.append(0)
        self._then.append(-1)
        self._also.append([])
        return len(self._also) - 1

    def _reach(self, state: int) -> int:
        """The state and all that are reached without a digit."""
        found, left = 0, [state]
        while left:
            one = left.pop()
            if not found >> one & 1:
                found |= 1 << one
                left.extend(self._also[one])
        return found

    def _alternatives(self, at: int, start: int) -> tuple[int, int]:
        end = self._new_state()
        while True:
            first = self._new_state()
            self._also[start].append(first)
            at, last = self._sequence(at, first)
            self._also[last].append(end)
            if self._text[at : at + 1] != "|":
                return at, end
            at += 1

    def _sequence(self, at: int, start: int) -> tuple[int, int]:
        while at < len(self._text) and self._text[at] not in "|)":
            least, most, behind = self._repeats(self._behind(at))
            start = self._repeated(at, start, least, most)
            at = behind
        return at, start

    def _repeated(self, at: int, start: int, least: int, most: int) -> int:
        end = self._new_state()
        for times in range(most):
            if times >= least:
                self._also[start].append(end)
            first = self._new_state()
            self._also[start].append(first)
            _, start = self._item(at, first)
        self._also[start].append(end)
        return end

    def _behind(self, at: int) -> int:
        """Where the item at a place ends."""
        depth = 0
        while True:
            sign = self._text[at : at + 1]
            if not sign:
                raise UnknownPattern(self._text)
            depth += (sign == "(") - (sign == ")")
            at = self._text.index("]", at) + 1 if sign == "[" else at + 1 + (sign == "\\")
            if not depth:
                return at

    def _repeats(self, at: int) -> tuple[int, int, int]:
        sign = self._text[at : at + 1]
        if sign in _AS_OFTEN:
            return (*_AS_OFTEN[sign], at + 1)
        if sign != "{":
            return 1, 1, at
        close = self._text.index("}", at)
        least, _, most = self._text[at + 1 : close].partition(",")
        return int(least), int(most or least), close + 1

    def _item(self, at: int, start: int) -> tuple[int, int]:
        sign = self._text[at]
        if sign == "(":
            at += 3 if self._text.startswith("(?:", at) else 1
            behind, end = self._alternatives(at, start)
            if self._text[behind : behind + 1] != ")":
                raise UnknownPattern(self._text)
            return behind + 1, end
        end = self._new_state()
        digits, behind = self._digits(at)
        self._takes[start], self._then[start] = digits, end
        return behind, end

    def _digits(self, at: int) -> tuple[int, int]:
        """Which digits stand at a place, as bits."""
        sign = self._text[at]
        if sign == "\\" and self._text[at + 1 : at + 2] == "d":
            return _ALL_DIGITS, at + 2
        if sign == "[":
            close = self._text.index("]", at)
            return self._class(self._text[at + 1 : close]), close + 1
        if sign.isdigit():
            return 1 << int(sign), at + 1
        raise UnknownPattern(self._text)

    def _class(self, text: str) -> int:
        found, at = 0, 0
        while at < len(text):
            first = last = text[at]
            if text[at + 1 : at + 2] == "-":
                last = text[at + 2]
                at += 2
            at += 1
            if not (first.isdigit() and last.isdigit()):
                raise UnknownPattern(self._text)
            for digit in range(int(first), int(last) + 1):
                found |= 1 << digit
        return found
