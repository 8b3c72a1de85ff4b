"""Contact lists of any size for benchmarks: as lists are, with bad rows and repeated ones."""

import csv
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]

from lambdas.domain.phone import NotAPhoneNumber, parse
from lambdas.domain.places import Places

HEADER: Final = (
    *("Contact ID", "First name", "Last name", "Phone", "City", "State", "Country"),
    *("Lead source", "Campaign"),
)
BAD_SHARE: Final = 0.03
REPEATED_SHARE: Final = 0.02
AMERICAN_SHARE: Final = 0.8
SOURCES: Final = ("web form", "trade fair", "partner A", "partner B", "bought list")
_CAMPAIGNS: Final = ("spring", "summer", "renewals")
_FIRST: Final = ("Ada", "Ben", "Chloé", "Dirk", "Eve", "Femi", "Gül", "Hana", "Iris", "João")
_LAST: Final = ("Archer", "Baker", "Cooper", "Dyer", "Fletcher", "Gärtner", "Hunter", "Miller")
_REMEMBERED: Final = 5_000

Row = tuple[str, ...]


def write_large_list(path: Path, n: int, seed: int, places: Places) -> int:
    """Write `n` rows, as CSV or XLSX by the ending of `path`; the number of rows written.

    The workbook keeps its texts in one part, as Excel does: writing it takes 2 GB a million rows.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = large_list(n, seed, places)
    if path.suffix.lower() == ".xlsx":
        with xlsxwriter.Workbook(str(path)) as workbook:
            sheet = workbook.add_worksheet("Contacts")
            sheet.write_row(0, 0, HEADER)
            for number, row in enumerate(rows, start=1):
                for column, value in enumerate(row):
                    sheet.write_string(number, column, value)
        return n
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return n


def large_list(n: int, seed: int, places: Places) -> Iterator[Row]:
    """Rows of a large list, the same for each seed.

    Four in five are numbers of the United States with their town and state, the others of four
    more countries, in the forms that people write; 3 % of the rows are bad and 2 % repeat an
    earlier one. Of the sources one is worse than the others.
    """
    rng = random.Random(seed)
    towns = _towns(places)
    earlier: list[Row] = []
    for number in range(1, n + 1):
        if earlier and rng.random() < REPEATED_SHARE:
            before = rng.choice(earlier)
            yield (f"C{number:07}", *before[1:])
            continue
        is_bad = rng.random() < BAD_SHARE
        source = SOURCES[-1] if is_bad and rng.random() < 0.5 else rng.choice(SOURCES)
        if rng.random() < AMERICAN_SHARE:
            phone, city, state, country = _american(rng, towns)
        else:
            phone, city, state, country = rng.choice(_ELSEWHERE)(rng)
        if is_bad:
            phone = _spoilt(rng, phone)
        row = (
            *(f"C{number:07}", rng.choice(_FIRST), rng.choice(_LAST)),
            *(phone, city, state, country, source, rng.choice(_CAMPAIGNS)),
        )
        if not is_bad:
            if len(earlier) < _REMEMBERED:
                earlier.append(row)
            else:
                earlier[rng.randrange(_REMEMBERED)] = row
        yield row


def _american(rng: random.Random, towns: Sequence[tuple[str, str, str]]) -> Row:
    area, city, state = rng.choice(towns)
    # 555 is for films, and most of 11 is for services.
    exchange = rng.choice(_EXCHANGES)
    line = f"{rng.randrange(10_000):04}"
    match rng.randrange(4):
        case 0:
            return f"({area}) {exchange}-{line}", city, state, "US"
        case 1:
            return f"+1{area}{exchange}{line}", city, state, "United States"
        case 2:
            return f"{area}-{exchange}-{line}", city, state, "US"
    return f"1{area}{exchange}{line}", city, state, "US"


def _british(rng: random.Random) -> Row:
    rest = f"{rng.randrange(10_000_000):07}"
    if rng.random() < 0.5:
        return f"020 7{rest[:3]} {rest[3:]}", "London", "", "GB"
    return f"+44 7700 {rest[:6]}", "", "", "GB"


def _german(rng: random.Random) -> Row:
    return f"030 {rng.randrange(2_000_000, 10_000_000)}", "Berlin", "", "Germany"


def _french(rng: random.Random) -> Row:
    pairs = " ".join(f"{rng.randrange(100):02}" for _ in range(3))
    return f"01 4{rng.randrange(2, 9)} {pairs}", "Paris", "", "FR"


def _australian(rng: random.Random) -> Row:
    return f"+61 2 9{rng.randrange(200, 900)} {rng.randrange(10_000):04}", "Sydney", "NSW", "AU"


_ELSEWHERE: Final[Sequence[Callable[[random.Random], Row]]] = (
    _british,
    _german,
    _french,
    _australian,
)
_EXCHANGES: Final = tuple(
    f"{number}" for number in range(200, 1000) if number % 100 != 11 and number != 555
)


def _spoilt(rng: random.Random, phone: str) -> str:
    match rng.randrange(6):
        case 0:
            return ""
        case 1:
            return phone[:-3]
        case 2:
            return f"{phone}{rng.randrange(1000):03}"
        case 3:
            return rng.choice(("n/a", "call office", "unknown", "tbd"))
        case 4:
            return f"1.{rng.randrange(10**5):05}E+10"
    return f"(1{rng.randrange(10)}{rng.randrange(10)}) 0{rng.randrange(100):02}-0000"


def _towns(places: Places) -> Sequence[tuple[str, str, str]]:
    """Area codes of the United States in which every exchange is valid, with a town each."""
    found = []
    for area in range(201, 990):
        if all(_is_american(f"+1{area}{hundred}345678") for hundred in range(2, 10)):
            place = places.find(f"+1{area}2345678")
            town = place.name.split("/")[0] if place and place.names_town else ""
            found.append((str(area), town, place.state if place else ""))
    return found


def _is_american(e164: str) -> bool:
    try:
        phone = parse(e164)
    except NotAPhoneNumber:
        return False
    return phone.region == "US" and phone.placed
