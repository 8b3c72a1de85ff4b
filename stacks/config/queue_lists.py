"""Queues from a list: one for each row of a CSV file, per agent or per brand name.

The rows become ordinary queues before anything is checked, so every check counts for them too.
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Final, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.config.base import KEY_PATTERN, Key, Part, wrong
from stacks.config.listed import Listed
from stacks.config.mistakes import Mistake, did_you_mean
from stacks.config.queues import QueueTemplate
from stacks.config.shapes import shape_of

NEEDED: Final = ("key", "name", "caller_id_name")
COLUMNS: Final = (*NEEDED, "default_number", "brand", "existing_id")
MOST_STACKS: Final = 99
_COLUMN_OF: Final = {"existing": "existing_id"}
_OF_A_QUEUE = re.compile(r"^queues\.([a-z][a-z0-9-]*)(?:\.(.+))?$")


class QueueList(Part):
    """Queues from a file: a CSV with a row for each."""

    file: Annotated[str, StringConstraints(min_length=1, max_length=250)]
    """A CSV file, by its path from the folder of this file, with the columns key, name,
    caller_id_name and, where wanted, default_number (the ARN of a number), brand and existing_id
    (the id of a queue that the instance has already, to be taken over)."""

    name: Key | None = None
    """What the list is called in stacks, metrics and commands; without it, as its file."""

    stacks: Annotated[int, Field(ge=1, le=MOST_STACKS)] = 1
    """Over how many stacks of their own the queues are spread, by their keys; each holds 50. Leave
    it as it is once they are deployed: with another number each would have to be made anew."""

    template: QueueTemplate
    """What each of these queues has besides."""

    @model_validator(mode="after")
    def _numbers_are_held(self) -> Self:
        number = self.template.default_number
        if number is not None and number.claim is not None:
            raise wrong(
                "template.default_number.claim would claim a number for each row; write arn, with "
                "a number that you hold"
            )
        return self


@dataclass(frozen=True)
class Row:
    """Where a queue comes from, and which of its values are the row's own."""

    index: int
    file: str
    number: int
    own: frozenset[str]


@dataclass
class Expanded:
    """A config with the queues of its lists, and what is wrong with the lists themselves."""

    data: Any
    rows: dict[str, Row] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    lists: dict[str, Listed] = field(default_factory=dict)

    def told(self, mistakes: list[Mistake]) -> list[Mistake]:
        """The mistakes by file and row; one of a template is told once, not for each row."""
        found: dict[Any, Mistake] = {}
        of_lists = {mistake.key for mistake in mistakes if mistake.key.startswith("queue_lists")}
        for mistake in [*self.mistakes, *mistakes]:
            placed = self._placed(mistake)
            if placed is mistake or placed.key not in of_lists:
                found.setdefault((placed.key, str(placed.value), placed.fix), placed)
        return list(found.values())

    def _placed(self, mistake: Mistake) -> Mistake:
        match = _OF_A_QUEUE.match(mistake.key)
        row = self.rows.get(match[1]) if match else None
        if match is None or row is None:
            return mistake
        column = (match[2] or "key").partition(".")[0]
        if column in row.own:
            column = _COLUMN_OF.get(column, column)
            return replace(mistake, key=_place(row.index, row.file, row.number, column))
        return replace(mistake, key=f"queue_lists[{row.index}].template.{match[2]}")


def expanded(data: Any, folder: Path) -> Expanded:
    """The config's data with a queue for each row of its lists; `folder` is the config's."""
    lists = data.get("queue_lists") if isinstance(data, Mapping) else None
    if not isinstance(lists, list) or not lists:
        return Expanded(data)
    queues = data.get("queues")
    if not (queues is None or isinstance(queues, Mapping)):
        return Expanded(data)
    made = Expanded({**data, "queues": dict(queues or {})})
    for index, one in enumerate(lists):
        if isinstance(one, Mapping) and isinstance(one.get("file"), str):
            _expand(made, index, one, folder)
    for index, one in enumerate(lists):
        if isinstance(one, Mapping) and isinstance(one.get("file"), str):
            _name(made, index, one)
    return made


def _name(made: Expanded, index: int, one: Mapping[str, Any]) -> None:
    """Keep the list by its name, if it has one of its own and its stacks hold it."""
    told = one.get("name")
    name = told if told is not None else _stem(one["file"])
    key = f"queue_lists[{index}].{'file' if told is None else 'name'}"
    if not isinstance(name, str) or not re.match(KEY_PATTERN, name):
        if told is None:
            fix = f"gives no name for stacks and metrics; write name: {_suggested(name)} beside it"
            made.mistakes.append(Mistake(key, one["file"], fix))
        return
    if name in made.lists or name in made.data["queues"]:
        what = "another list" if name in made.lists else "a queue"
        fix = f"{what} is called {name} already; write another name: beside the file"
        made.mistakes.append(Mistake(key, name, fix))
        return
    stacks = one.get("stacks", 1)
    if type(stacks) is not int or not 1 <= stacks <= MOST_STACKS:
        return
    keys = tuple(queue for queue, row in made.rows.items() if row.index == index)
    made.lists[name] = found = Listed(name, stacks, keys)
    if problem := found.problem():
        place = "stacks" if "stacks" in one else "file"
        made.mistakes.append(Mistake(f"queue_lists[{index}].{place}", stacks, problem))


def _stem(file: str) -> str:
    return file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]


def _suggested(name: str) -> str:
    letters = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")
    return letters[:40].rstrip("-") or "agents"


def files_of(data: Any, folder: Path) -> list[Path]:
    """The files that a config's lists name."""
    lists = data.get("queue_lists") if isinstance(data, Mapping) else None
    if not isinstance(lists, list):
        return []
    named = [one.get("file") for one in lists if isinstance(one, Mapping)]
    return [folder / name for name in named if isinstance(name, str)]


def _expand(made: Expanded, index: int, one: Mapping[str, Any], folder: Path) -> None:
    name = one["file"]
    template = one.get("template")
    try:
        text = (folder / name).read_text(encoding="utf-8-sig")
        header, rows = _table(text)
    except (OSError, ValueError, csv.Error) as error:
        fix = f"cannot be read: {_why(error)}; write the path of a CSV file from this config on"
        made.mistakes.append(Mistake(f"queue_lists[{index}].file", name, fix))
        return
    if wrong := list(_header_mistakes(index, name, header)):
        made.mistakes += wrong
        return
    if not rows:
        fix = "has no rows; write one for each queue, or leave the list out"
        made.mistakes.append(Mistake(f"queue_lists[{index}].file", name, fix))
    for number, cells in rows:
        if problem := _key_problem(made, cells["key"]):
            place = _place(index, name, number, "key")
            made.mistakes.append(Mistake(place, cells["key"], problem))
            continue
        own = _own(cells)
        shared = dict(template) if isinstance(template, Mapping) else {}
        if "existing" in own:  # a queue that exists keeps these, and the template is for all rows
            for part in ("description", "hours_of_operation"):
                shared.pop(part, None)
            if "default_number" not in own:
                shared.pop("default_number", None)
        made.data["queues"][cells["key"]] = {**shared, **own}
        made.rows[cells["key"]] = Row(index, name, number, frozenset({"key", *own}))


def _table(text: str) -> tuple[list[str], list[tuple[int, dict[str, str]]]]:
    """Header and rows that hold something, numbered as a spreadsheet does: the header is row 1."""
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    header = [cell.strip().lower() for cell in lines[0]] if lines else []
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if any(cell.strip() for cell in line):
            if len(line) > len(header):
                raise ValueError(f"row {number} has more cells than the header")
            cells = dict.fromkeys(COLUMNS, "")
            cells.update(zip(header, map(str.strip, line), strict=False))
            rows.append((number, cells))
    return header, rows


def _why(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, UnicodeDecodeError):
        return "it is no UTF-8 text"
    return getattr(error, "strerror", None) or str(error)


def _header_mistakes(index: int, name: str, header: list[str]) -> Iterator[Mistake]:
    for column in NEEDED:
        if column not in header:
            fix = f"the column is missing; its first row has to name {', '.join(NEEDED)}"
            yield Mistake(_place(index, name, 1, column), None, fix)
    for column in header:
        if column not in COLUMNS:
            fix = f"no such column{did_you_mean(column, COLUMNS)} Known: {', '.join(COLUMNS)}"
            yield Mistake(_place(index, name, 1, column), None, fix)
        elif header.count(column) > 1:
            yield Mistake(_place(index, name, 1, column), None, "the column stands twice")


def _key_problem(made: Expanded, key: str) -> str:
    if not re.match(KEY_PATTERN, key):
        return shape_of(("queues", "[key]"))
    if key not in made.data["queues"]:
        return ""
    row = made.rows.get(key)
    where = f"row {row.number} of {row.file}" if row else f"queues.{key} of the config"
    return f"stands twice: {where} has this key already"


def _own(cells: Mapping[str, str]) -> dict[str, Any]:
    own: dict[str, Any] = {"name": cells["name"], "caller_id_name": cells["caller_id_name"]}
    if cells["default_number"]:
        own["default_number"] = {"arn": cells["default_number"]}
    if cells["brand"]:
        own["brand"] = cells["brand"]
    if cells["existing_id"]:
        own["existing"] = {"id": cells["existing_id"]}
    return own


def _place(index: int, file: str, row: int, column: str) -> str:
    """A mistake's key: the part before the colon is found in the config, for its line."""
    return f"queue_lists[{index}].file: {file}, row {row}, {column}"
