"""Papers of our numbers by seed, as an office keeps them in Excel, and what must be found of them.

What is expected is told from what was drawn, without the product's rules.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import xlsxwriter  # type: ignore[import-untyped]

HEADINGS = (
    "Number", "Paper", "With", "State", "Value", "Since", "Due", "Cost", "Next step", "Reference",
)  # fmt: skip
NETWORKS = ("Northern Mobile", "Western Cable")
TEST_DAYS = 30
REQUIRES = ("cnam", "caller_registry", "attestation_a", "branding")
ROUTES = ("Route one", "Route two")
REGISTRY = "Example Registry"
CNAM, REASON = "EXAMPLE CARE", "Your appointment"

# State, days until it is due (None for no such day), whether it counts, what there is to do.
_DATED = (
    ("done", None, True, ""),
    ("done", 200, True, ""),
    ("done", 31, True, ""),
    ("done", 30, True, "due_soon"),
    ("done", 0, True, "due_soon"),
    ("done", -1, False, "overdue"),
    ("filed", -1, False, "overdue"),
    ("filed", 60, False, ""),
    ("planned", 7, False, "due_soon"),
    ("refused", -9, False, ""),
    ("lapsed", -9, False, ""),
)

Cell = str | int | float | date | None
Row = tuple[Cell, ...]
Gap = tuple[str, str, str, str]
"""Number, trouble, kind, party."""


@dataclass
class Papers:
    """The rows of the file, and by what must come of them: gaps, numbers out of use with the
    reasons, and the lists for others."""

    rows: list[Row] = field(default_factory=list)
    gaps: set[Gap] = field(default_factory=set)
    withheld: dict[str, set[str]] = field(default_factory=dict)
    never_shown: list[str] = field(default_factory=list)
    registered: dict[str, tuple[str, ...]] = field(default_factory=dict)
    enrolled: dict[str, tuple[str, ...]] = field(default_factory=dict)
    branded: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def urgent(self) -> int:
        """How many gaps raise the alarm."""
        return sum(gap[1] in ("overdue", "missing", "labelled") for gap in self.gaps)


@dataclass
class _Office:
    """One number's papers, drawn one after the other."""

    number: str
    american: bool
    today: date
    chance: random.Random
    papers: Papers

    def day(self, days: int | None) -> date | None:
        return None if days is None else self.today + timedelta(days=days)

    def row(self, kind: str, party: str = "", **told: Cell) -> None:
        """Keep a row as it stands in the file."""
        told = {"Number": self._written(), "Paper": kind, "With": party or None, **told}
        self.papers.rows.append(tuple(told.get(heading) for heading in HEADINGS))

    def _written(self) -> Cell:
        """Numbers stand in such files as numbers, in groups, and as they should."""
        digits = self.number[1:]
        forms: list[Cell] = [self.number, int(digits)]
        if self.american:
            forms.append(f"({digits[1:4]}) {digits[4:7]}-{digits[7:]}")
        return self.chance.choice(forms)

    def gap(self, trouble: str, kind: str, party: str = "") -> None:
        self.papers.gaps.add((self.number, trouble, kind, party))

    def dated(self, kind: str, party: str = "", **told: Cell) -> tuple[str, bool]:
        """A paper with a state and a day: the state that it has today, and whether it counts."""
        state, days, counts, trouble = self.chance.choice(_DATED)
        self.row(
            kind.replace("_", " "), party, State=state, Due=self.day(days), Cost=24.5,
            **{"Next step": "Ask again", "Reference": "case 7", **told},
        )  # fmt: skip
        if trouble:
            self.gap(trouble, kind, party)
        return ("lapsed" if state == "done" and not counts else state), counts

    def attestation(self) -> bool:
        """Whether calls are signed A on every route that is known."""
        letters = [self.chance.choice(["A", "A", "A", "a", "B", "C", ""]) for _ in ROUTES]
        for route, letter in zip(ROUTES, letters, strict=True):
            if letter:
                self.row("STIR/SHAKEN", route, Value=letter)
                if letter in "BC":
                    self.gap("under_a", "attestation", route)
        return any(letters) and not {"B", "C"} & set(letters)

    def test_calls(self, *, shown: bool) -> None:
        for network in NETWORKS:
            ago = self.chance.choice([None, 1, TEST_DAYS - 1, TEST_DAYS, 90])
            if ago is not None:
                label = self.chance.choice(["clean", "Clean", "Spam Likely"])
                self.row("test call", network, Value=label, Since=self.day(-ago))
                if label == "Spam Likely":
                    self.gap("labelled", "test_call", network)
            if shown and (ago is None or ago >= TEST_DAYS):
                self.gap("test_due", "test_call", network)

    def branding(self) -> tuple[str, str]:
        """Brand and reason of the number's own, "" for none."""
        brand = self.chance.choice(["", "Example Clinic", "Example Clinic"])
        reason = self.chance.choice(["", "Your results", "Your results"])
        for kind, value in (("Brand", brand), ("Call reason", reason)):
            if value:
                self.row(kind, Value=value)
        return brand, reason

    def lacks(self, kinds: Sequence[str]) -> None:
        """What the pool asks for and the number does not have keeps it out of use."""
        for kind in kinds:
            self.gap("missing", kind)
        if kinds:
            self.papers.withheld[self.number] = {f"lacks_{kind}" for kind in kinds}


def drawn(
    numbers: Iterable[str], inbound: Iterable[str], today: date, seed: int, brand: str
) -> Papers:
    """Papers of all numbers. `inbound` take calls only; `brand` is what the queues say of those
    without a brand of their own, and the reason is REASON then."""
    papers, chance, never = Papers(), random.Random(seed), set(inbound)
    for number in sorted(numbers):
        american = number.startswith("+1")
        office = _Office(number, american, today, chance, papers)
        if number in never:
            papers.never_shown.append(number)
        _draw(office, number not in never, brand)
    chance.shuffle(papers.rows)
    return papers


def _draw(office: _Office, shown: bool, brand: str) -> None:
    american, chance, number, papers = office.american, office.chance, office.number, office.papers
    name, registered = "", ""
    has_cnam = has_registry = not american
    if american and chance.random() < 0.8:
        _, has_cnam = office.dated("cnam", Value=CNAM)
        name = CNAM
    if american and chance.random() < 0.8:
        state, has_registry = office.dated("caller_registry", REGISTRY)
        registered = f"{REGISTRY}: {state}"
    if chance.random() < 0.3:
        office.dated("labelling", "Example Labels")
    signed = office.attestation() if american else True
    own_brand, own_reason = office.branding()
    office.test_calls(shown=shown)
    if not shown:
        return
    has = {
        "cnam": has_cnam,
        "caller_registry": has_registry,
        "attestation_a": signed,
        "branding": bool(own_brand and own_reason),
    }
    office.lacks([kind for kind, there in has.items() if not there])
    said = (own_brand or brand, own_reason or REASON)
    if american:
        papers.enrolled[number] = (name, "enrolled" if has_cnam else "to enrol")
        papers.registered[number] = (*said, "", registered)
    papers.branded[number] = ("US" if american else "GB", said[0], "", said[1])


def write(path: Path, rows: Iterable[Sequence[Cell]]) -> None:
    """As Excel keeps them: days are its days, numbers its numbers."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Papers")
        day = book.add_format({"num_format": "m/d/yyyy"})
        whole = book.add_format({"num_format": "0"})
        sheet.write_row(0, 0, HEADINGS, book.add_format({"bold": True}))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    at = datetime(cell.year, cell.month, cell.day)  # noqa: DTZ001 - Excel's
                    sheet.write_datetime(number, column, at, day)
                elif isinstance(cell, int):
                    sheet.write_number(number, column, cell, whole)
                elif isinstance(cell, float):
                    sheet.write_number(number, column, cell)
                elif cell is not None:
                    sheet.write_string(number, column, cell)


def differing(papers: Papers, found: Iterable[Gap]) -> Iterator[str]:
    """What was found and should not have been, and the other way round, in words."""
    mine = set(found)
    yield from (f"missed {gap}" for gap in sorted(papers.gaps - mine))
    yield from (f"made up {gap}" for gap in sorted(mine - papers.gaps))
