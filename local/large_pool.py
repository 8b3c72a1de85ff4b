"""Pools of any size for benchmarks: valid, distinct numbers in the forms that people write."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import phonenumbers
import xlsxwriter  # type: ignore[import-untyped]

HEADER = ("Phone number", "Country", "City", "Label")
_LINES = 10_000
_EXCHANGES = tuple(
    f"{number}" for number in range(200, 1000) if number % 100 != 11 and number != 555
)
_US_SHARE = 0.8
_ELSEWHERE = (
    ("GB", "+4420{}", 8, "7"),
    ("GB", "+44161{}", 7, "4"),
    ("DE", "+4930{}", 8, "2"),
    ("FR", "+331{}", 8, "4"),
    ("AU", "+612{}", 8, "9"),
    ("BR", "+5511{}", 8, "3"),
)


def write_large_pool(path: Path, n: int, seed: int) -> int:
    """Write `n` rows, as CSV or XLSX by the ending of `path`; the number of rows written.

    Four in five are numbers of the United States, the others of five more countries; a third are
    in national form with the Country column filled.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = large_pool(n, seed)
    if path.suffix.lower() == ".xlsx":
        with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
            sheet = workbook.add_worksheet("Numbers")
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


def large_pool(n: int, seed: int) -> Iterator[tuple[str, str, str, str]]:
    """Rows of a large pool: number as written, country, city, label. The same for each seed."""
    rng = random.Random(seed)
    at_home = round(n * _US_SHARE)
    yield from _american(rng, at_home)
    yield from _elsewhere(rng, n - at_home)


def _american(rng: random.Random, count: int) -> Iterator[tuple[str, str, str, str]]:
    areas = _area_codes()
    space = len(areas) * len(_EXCHANGES) * _LINES
    if count > space:
        raise ValueError(f"No more than {space} distinct US numbers can be made")
    for index in rng.sample(range(space), count):
        rest, line = divmod(index, _LINES)
        area, exchange = areas[rest // len(_EXCHANGES)], _EXCHANGES[rest % len(_EXCHANGES)]
        match index % 3:
            case 0:
                yield (f"({area}) {exchange}-{line:04}", "US", "", "")
            case 1:
                yield (f"+1{area}{exchange}{line:04}", "", "", f"Line {line}")
            case _:
                yield (f"1{area}{exchange}{line:04}", "United States", "", "")


def _area_codes() -> list[str]:
    """Area codes of the fifty states in which every exchange is valid, so that none needs a look.

    libphonenumber knows of the newest codes only the exchanges that were handed out.
    """
    return [str(area) for area in range(201, 990) if all(map(_is_american, _probes(area)))]


def _probes(area: int) -> Iterator[phonenumbers.PhoneNumber]:
    return (phonenumbers.parse(f"+1{area}{hundred}345678") for hundred in range(2, 10))


def _is_american(number: phonenumbers.PhoneNumber) -> bool:
    ordinary = phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE
    return (
        phonenumbers.region_code_for_number(number) == "US"
        and phonenumbers.number_type(number) == ordinary
    )


def _elsewhere(rng: random.Random, count: int) -> Iterator[tuple[str, str, str, str]]:
    seen: set[str] = set()
    while len(seen) < count:
        country, pattern, length, first = rng.choice(_ELSEWHERE)
        tail = first + "".join(rng.choices("0123456789", k=length - 1))
        e164 = pattern.format(tail)
        number = phonenumbers.parse(e164)
        if e164 in seen or not phonenumbers.is_valid_number_for_region(number, country):
            continue
        seen.add(e164)
        national = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
        yield (national, country, "", "") if len(seen) % 3 == 0 else (e164, "", "", "")
