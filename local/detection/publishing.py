"""Figures, tables and pictures of a run, where the documentation has them."""

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path

from local.detection import drawing, words
from local.detection.record import Record

PAGE = "detection.md"
RECORD = Path("pictures") / "detection.json"
PICTURES: Mapping[Path, Callable[[Record], str]] = {
    Path("pictures") / "detection-delays.svg": drawing.delays,
    Path("pictures") / "detection-trade-off.svg": drawing.traded,
}
END = "<!-- end -->"
TABLES: Mapping[str, Callable[[Record], str]] = {
    "compared": words.compared,
    "days": words.days,
    "rates": words.rates,
    "signs": words.signs,
    "sizes": words.sizes,
}


def publish(record: Record, docs: Path) -> list[Path]:
    """Write all of it below `docs`, and say what was written."""
    page = docs / PAGE
    page.write_text(with_tables(page.read_text("utf-8"), record), encoding="utf-8")
    (docs / RECORD).parent.mkdir(exist_ok=True)
    (docs / RECORD).write_text(kept(record), encoding="utf-8")
    for place, drawn in PICTURES.items():
        (docs / place).write_text(marked(drawn(record), record), encoding="utf-8")
    return [page, docs / RECORD, *(docs / place for place in PICTURES)]


def with_tables(text: str, record: Record) -> str:
    """The page, with each table between its two comments."""
    for name, table in TABLES.items():
        before, found, rest = text.partition(f"<!-- {name} -->\n")
        after = rest[rest.index(END) :] if found else ""
        text = before + found + (table(record) + "\n" if found else "") + after
    return text


def kept(record: Record) -> str:
    """The record as text, a line for each part."""
    lines = (f" {json.dumps(key)}: {json.dumps(value)}" for key, value in record.items())
    return "{\n" + ",\n".join(lines) + "\n}\n"


def marked(picture: str, record: Record) -> str:
    """The picture with a mark of the record that it shows."""
    return picture.replace("<svg ", f'<svg data-record="{mark(record)}" ', 1)


def mark(record: Record) -> str:
    """What tells one record from another."""
    return hashlib.sha256(kept(record).encode()).hexdigest()[:16]
