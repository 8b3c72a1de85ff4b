"""Which column is which: header names in many languages, and columns that speak for themselves."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from .table import Cell

FIELDS = (
    "number",
    "country",
    "city",
    "state",
    "postal_code",
    "label",
    "direction",
    "ownership",
    "proof",
    "golden",
    "source",
    "campaign",
)

_SYNONYMS = Path(__file__).with_name("headers.json")
_WEAK = "number_weak"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe"})
_IN_BRACKETS = re.compile(r"[(\[{<（【].*?[)\]}>）】]")
_TRAILING_DIGITS = re.compile(r"\d+$")
_PHONE_LIKE = re.compile(
    r"[\d\s()+\-./\u2010-\u2015\u202a-\u202e\u200b-\u200f\ufeff'’=\",;#x]+", re.I
)
_SCIENTIFIC = re.compile(r"\d[.,]?\d*e\+?\d{1,3}", re.I)
_ISO_DATE = re.compile(r"(19|20)\d\d[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.](19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Header:
    """What a header row says: fields to column indexes, all number columns, and the rest."""

    columns: Mapping[str, int]
    number_columns: tuple[int, ...]
    unknown: tuple[str, ...]

    @property
    def known(self) -> int:
        return len(self.columns)


def normal(text: str) -> str:
    """A header without case, accents, spaces and punctuation: `Télé-phone ` is `telephone`."""
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    return "".join(c for c in decomposed if unicodedata.category(c)[0] in "LN")


def read_header(cells: Sequence[Cell]) -> Header:
    """Match one row against the synonyms; the first column of a field wins.

    A plain word such as `Number` or `No.` names the phone number only where no clearer one does.
    """
    columns: dict[str, int] = {}
    numbers: list[int] = []
    weak: list[int] = []
    unknown: list[str] = []
    for index, cell in enumerate(cells):
        if cell is None or not str(cell).strip():
            continue
        field = _field_of(str(cell)) if isinstance(cell, str) else None
        if field == "number":
            numbers.append(index)
        elif field == _WEAK:
            weak.append(index)
        elif field is not None and field not in columns:
            columns[field] = index
            continue
        if field is None or field in columns:
            unknown.append(str(cell).strip())
    if not numbers and weak:
        numbers, weak = weak[:1], weak[1:]
    unknown.extend(str(cells[index]).strip() for index in weak)
    if numbers:
        columns["number"] = numbers[0]
    return Header(columns, tuple(numbers), tuple(unknown))


def find_header(rows: Sequence[tuple[Cell, ...]]) -> tuple[int, Header] | None:
    """The row among the first ones that names a number column best, with its index.

    A row that holds a phone number itself is data, whatever its words, and so are those below.
    """
    best: tuple[tuple[int, int], int, Header] | None = None
    for index, cells in enumerate(rows):
        if any(looks_like_number(cell) for cell in cells):
            break
        header = read_header(cells)
        if not header.number_columns:
            continue
        rank = (header.known, sum(cell is not None for cell in cells))
        if best is None or rank > best[0]:
            best = (rank, index, header)
    return None if best is None else best[1:]


def guess_number_column(rows: Sequence[tuple[Cell, ...]]) -> int | None:
    """The column that holds phone numbers in at least half of its filled cells.

    A list of one column is taken for numbers when any of it has digits: its rows can then be
    refused one by one.
    """
    filled: Counter[int] = Counter()
    phones: Counter[int] = Counter()
    for cells in rows:
        for index, cell in enumerate(cells):
            if cell is not None:
                filled[index] += 1
                phones[index] += looks_like_number(cell)
    # A header above the numbers is a filled cell that is none of them.
    likely = [index for index, count in filled.items() if 2 * phones[index] >= max(count - 1, 1)]
    if not likely and len(filled) == 1 and any(has_digit(c) for cells in rows for c in cells):
        return next(iter(filled))
    return max(likely, key=lambda index: (phones[index], -index), default=None)


def has_digit(cell: Cell) -> bool:
    return cell is not None and any(c.isdecimal() for c in str(cell))


def looks_like_number(cell: Cell) -> bool:
    """Whether a cell could be meant as a phone number, damaged or not (7 digits or more)."""
    if isinstance(cell, bool) or cell is None:
        return False
    if isinstance(cell, int | float):
        return 1e6 <= cell < 1e16
    if not isinstance(cell, str):
        return False
    text = unicodedata.normalize("NFKC", cell).strip()
    if _SCIENTIFIC.fullmatch(text):
        return True
    digits = sum(c.isdigit() for c in text)
    return 7 <= digits <= 20 and bool(_PHONE_LIKE.fullmatch(text)) and not _ISO_DATE.match(text)


def _field_of(header: str) -> str | None:
    table = _table()
    plain = normal(header)
    for form in (plain, normal(_IN_BRACKETS.sub("", header)), _TRAILING_DIGITS.sub("", plain)):
        if form in table:
            return table[form]
    return None


@cache
def _table() -> Mapping[str, str]:
    synonyms: Mapping[str, Mapping[str, Sequence[str]]] = json.loads(
        _SYNONYMS.read_text(encoding="utf-8")
    )
    table: dict[str, str] = {}
    for field, languages in synonyms.items():
        for words in languages.values():
            for word in words:
                table.setdefault(normal(word), field)
    return table
