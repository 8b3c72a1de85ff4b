"""Files as people upload them, made when the tests run, each with what must come of it.

All numbers are from ranges reserved for fiction (NANP 555-01xx, Ofcom's drama numbers) or no
numbers at all.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lambdas.files.errors import Fault

A, B, C = "+12065550101", "+12065550102", "+12065550103"
LEEDS, LONDON, MOBILE = "+441134960101", "+442079460102", "+447700900103"
ABC = ((2, A), (3, B), (4, C))


@dataclass(frozen=True)
class Readable:
    """A file that is read: its rows as (row number, number or "!" and the problem's code).

    `fields` are cells of the first row; `note` is part of a remark that must be given, and
    `problem` part of the problem that one of the rows must have.
    """

    name: str
    why: str
    content: Callable[[], bytes]
    rows: tuple[tuple[int, str], ...] = ABC
    fields: Mapping[str, object] = field(default_factory=dict)
    note: str = ""
    problem: str = ""


@dataclass(frozen=True)
class Unreadable:
    """A file that is refused as a whole, with the code and part of the words for the uploader."""

    name: str
    why: str
    content: Callable[[], bytes]
    code: Fault
    words: str


def text(content: str, encoding: str = "utf-8") -> Callable[[], bytes]:
    return lambda: content.encode(encoding)


def raw(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def lines(*rows: str, end: str = "\r\n") -> str:
    return "".join(f"{row}{end}" for row in rows)
