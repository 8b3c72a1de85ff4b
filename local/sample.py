"""A sample pool as staff would upload it, and sample customers: made anew from a seed."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import phonenumbers
import xlsxwriter  # type: ignore[import-untyped]

from lambdas.domain.phone import E164
from lambdas.domain.places import Places
from local.large_pool import write_large_pool as write_large_pool
from local.sample_numbers import Made, Maker
from local.sample_plan import CALLS, POOLS, Share
from tools.places.build import build

SEED = 20261121
PLACES_FILE = Path(__file__).parents[1] / "build" / "places.bin"
HEADER = ("Phone number", "Country", "City", "State", "Use", "Label")
_WIDTHS = (24, 16, 18, 8, 14, 18)
_MADE_ON = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_WITH_STATES = ("US", "CA", "AU", "BR")
_COUNTRY_NAMES = {
    "US": "United States",
    "CA": "Canada",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "AU": "Australia",
    "JM": "Jamaica",
}


@dataclass(frozen=True, slots=True)
class SampleNumber:
    """A number of the sample pool. Numbers with `direction` "inbound only" are never shown."""

    e164: E164
    country: str
    direction: str = ""


@dataclass(frozen=True, slots=True)
class SamplePool:
    """What was written: the numbers that must be taken, and the row numbers of the bad rows.

    Rows are counted as Excel shows them, the header being row 1.
    """

    path: Path
    pool: str
    numbers: tuple[SampleNumber, ...]
    bad_rows: tuple[int, ...]
    last_row: int


@dataclass(frozen=True, slots=True)
class SampleCustomer:
    """A customer to ring through `queue`; `tier` is what the pick must come to.

    Besides the tiers of a pick there are default (the queue's own number is shown) and block (the
    call is stopped on purpose). `knows` are the contact's attributes; a customer who `answers` is
    rung twice. `hour` is the hour of the next Wednesday (UTC) at which they are rung, None for now.
    """

    e164: E164
    country: str
    note: str
    queue: str
    tier: str
    knows: Mapping[str, str] = field(default_factory=dict)
    answers: bool = False
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class _Line:
    made: Made
    share: Share


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[str | int, ...]
    bad: bool = False


def write_sample_pool(path: Path, seed: int = SEED, pool: str = "service") -> SamplePool:
    """Write the file for `pool` ("service" or "sales") as Excel saves what people type.

    Numbers stand as numeric cells and as text, in international and in national form; the file
    for "service" also holds a blank row and rows with the mistakes that people make.
    """
    lines = _lines(seed)[pool]
    rng = random.Random(f"{seed}|{pool}")
    rng.shuffle(lines)
    rows = [_row(line, rng) for line in lines]
    if pool == "service":
        for place, row in _mishaps(lines):
            rows.insert(place, row)
    _write(path, rows)
    return SamplePool(
        path=path,
        pool=pool,
        numbers=tuple(
            SampleNumber(line.made.e164, line.made.phone.region, line.share.direction)
            for line in lines
        ),
        bad_rows=tuple(number for number, row in enumerate(rows, start=2) if row.bad),
        last_row=len(rows) + 1,
    )


def sample_customers(seed: int = SEED) -> list[SampleCustomer]:
    """Customers for every tier, none of them a number of the pools of the same seed."""
    maker = _maker(seed)
    for shares in POOLS.values():
        for share in shares:
            list(maker.make(share.pattern, share.count))
    return [
        SampleCustomer(
            made.e164,
            made.phone.region,
            call.note,
            call.queue,
            call.tier,
            call.knows,
            call.answers,
            call.hour,
        )
        for call in CALLS
        for made in maker.make(call.pattern)
    ]


def _maker(seed: int) -> Maker:
    build(PLACES_FILE)
    return Maker(Places.load(PLACES_FILE.read_bytes()), seed)


def _lines(seed: int) -> dict[str, list[_Line]]:
    maker = _maker(seed)
    return {
        pool: [
            _Line(made, share)
            for share in shares
            for made in maker.make(share.pattern, share.count)
        ]
        for pool, shares in POOLS.items()
    }


def _mishaps(lines: list[_Line]) -> list[tuple[int, _Row]]:
    """Where in the file, and what: a blank row, and mistakes that people and Excel make."""
    seattle = next(line.made.phone for line in lines if line.made.phone.area_code == "1206")
    return [
        (30, _Row(())),
        # What Excel leaves of a number in a narrow column once the sheet has been saved as text.
        (61, _Row((f"{seattle.digits:.5E}", "US"), bad=True)),
        (97, _Row((_national(seattle.e164)[:-3], "United States"), bad=True)),
        (140, _Row(("ask Jo for the Leeds numbers", "United Kingdom"), bad=True)),
    ]


def _row(line: _Line, rng: random.Random) -> _Row:
    phone, share = line.made.phone, line.share
    state = line.made.place.state if line.made.place else ""
    return _Row(
        (
            rng.choice(_forms(line.made)),
            rng.choice((phone.region, _COUNTRY_NAMES.get(phone.region, phone.region))),
            share.town or line.made.town,
            state if phone.region in _WITH_STATES else "",
            share.direction,
            share.label,
        )
    )


def _forms(made: Made) -> list[str | int]:
    """How people write a number: the cell's value, an int where Excel keeps a number."""
    e164, region = made.e164, made.phone.region
    national, spaced = _national(e164), _spaced(e164)
    forms: list[str | int] = [e164, spaced, national]
    if e164.startswith("+1"):
        forms += [
            int(e164[1:]),
            int(e164[2:]),
            int(e164[2:]),
            f"1-{e164[2:5]}-{e164[5:8]}-{e164[8:]}",
        ]
    elif region == "GB":
        forms += [int(e164[1:]), spaced.replace("+44 ", "+44 (0)"), "00" + spaced.removeprefix("+")]
    elif region in ("FR", "MX", "AU"):
        forms.append(int(e164[1:]))
    return forms


def _national(e164: str) -> str:
    return _format(e164, phonenumbers.PhoneNumberFormat.NATIONAL)


def _spaced(e164: str) -> str:
    return _format(e164, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _format(e164: str, style: int) -> str:
    return str(phonenumbers.format_number(phonenumbers.parse(e164), style))


def _write(path: Path, rows: list[_Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as workbook:
        workbook.set_properties({"author": "Campaign team", "created": _MADE_ON})
        sheet = workbook.add_worksheet("Numbers")
        heading = workbook.add_format({"bold": True, "bg_color": "#D9E1F2"})
        whole = workbook.add_format({"num_format": "0"})
        sheet.write_row(0, 0, HEADER, heading)
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows, start=1):
            for column, value in enumerate(row.cells):
                if isinstance(value, int):
                    sheet.write_number(number, column, value, whole)
                elif value:
                    sheet.write_string(number, column, value)
        sheet.autofilter(0, 0, len(rows), len(HEADER) - 1)
