"""The carrier that a mobile number's range was given to, as libphonenumber tells it.

Where numbers are ported to other carriers the customer may have left long ago: it says where a call
is routed first, not who delivers it. Of the North American numbering plan's mainland nothing is
known.
"""

from collections.abc import Callable
from functools import cached_property

from lambdas.domain.phone import Kind, Phone

LONGEST_PREFIX = 9
_MOBILE = frozenset({Kind.MOBILE, Kind.FIXED_OR_MOBILE, Kind.PAGER})


class Carriers:
    """Carriers by the longest known beginning; `text` gives the lines of carriers.txt, and is
    asked at the first mobile number."""

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text

    def of(self, phone: Phone) -> str:
        """The carrier's name; "" where none is known."""
        if phone.kind not in _MOBILE:
            return ""
        digits = phone.e164[1 : 1 + LONGEST_PREFIX]
        names = self._names
        for length in range(len(digits), 0, -1):
            name = names.get(digits[:length])
            if name is not None:
                return name
        return ""

    @cached_property
    def _names(self) -> dict[str, str]:
        lines = (line.partition("\t") for line in self._text().splitlines())
        return {prefix: name for prefix, _, name in lines}
