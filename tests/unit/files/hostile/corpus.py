"""Contact lists as nobody should send them, made when the tests run; each says what it holds.

How many rows a list has is known here by its making, never by reading it. All numbers are from
ranges reserved for fiction.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lambdas.files.errors import Fault

Content = Callable[[], bytes]
_AREAS = (206, 212, 312, 404, 415, 503, 602, 617, 702, 713)
_MOST = len(_AREAS) * 100


@dataclass(frozen=True)
class Hostile:
    """One list: `rows` are the numbers of the rows that hold something below the heading.

    Each must have exactly one result. With a `fault` the file is refused as a whole instead.
    `dials` are rows and the numbers that must be understood there; `codes` are rows and the
    code of the damage that must be told.
    """

    name: str
    why: str
    content: Content
    rows: Sequence[int] = ()
    fault: Fault | None = None
    dials: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)


def us(index: int) -> str:
    """A fictitious number, another one for each index below a thousand."""
    area, line = divmod(index % _MOST, 100)
    return f"+1{_AREAS[area]}55501{line:02d}"


def us_many(count: int) -> list[str]:
    return [us(index) for index in range(count)]


def written(
    lines: Sequence[str], *, encoding: str = "utf-8", end: str = "\r\n", last: str | None = None
) -> Content:
    """Lines as bytes; `last` is what stands after the last one instead of a line end."""
    text = end.join(lines) + (end if last is None else last)
    return lambda: text.encode(encoding)


def plain(count: int, heading: str = "Phone,Name") -> list[str]:
    """A heading and `count` good lines."""
    separator = "," if "," in heading else ""
    return [heading, *(f"{us(i)}{separator}{'Ann' * bool(separator)}" for i in range(count))]


def dialled(count: int, first: int = 2) -> dict[int, str]:
    """Rows from `first` on, with the numbers of `us` in order."""
    return {first + i: us(i) for i in range(count)}
