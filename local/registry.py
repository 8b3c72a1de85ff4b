"""Named measurements: found in a package's modules, run in one go, kept as JSON records."""

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from local.errors import LocalError
from local.toolchain import Say

Json = Any


class Result(Protocol):
    """What a measurement returns for one of its names."""

    def record(self) -> dict[str, Json]:
        """The members of the JSON record besides the name; `holds` is among them."""


R = TypeVar("R", bound=Result)
Measurement = Callable[[Say], R | Sequence[R]]


@dataclass(frozen=True)
class Entry(Generic[R]):
    """A measurement, and the names of what it returns, in the same order."""

    names: tuple[str, ...]
    measure: Measurement[R]


class Registry(Generic[R]):
    """The measurements of one kind, by name (`area/what`)."""

    def __init__(self) -> None:
        self._entries: list[Entry[R]] = []

    def __call__(self, *names: str) -> Callable[[Measurement[R]], Measurement[R]]:
        """Register a function that returns one result for each name."""

        def register(measure: Measurement[R]) -> Measurement[R]:
            known = {name for entry in self._entries for name in entry.names}
            for name in names:
                if "/" not in name or name in known:
                    raise ValueError(f"{name!r} is taken, or not of the form area/what")
            self._entries.append(Entry(names, measure))
            return measure

        return register

    def chosen(self, prefixes: Sequence[str]) -> list[Entry[R]]:
        """The entries with a name that begins with one of the prefixes; all without prefixes.

        Raises LocalError for a prefix that fits nothing.
        """
        for prefix in prefixes:
            if not any(name.startswith(prefix) for entry in self._entries for name in entry.names):
                raise LocalError(f"Nothing is named {prefix}… (--list shows what there is).")
        return [
            entry
            for entry in self._entries
            if not prefixes or any(name.startswith(tuple(prefixes)) for name in entry.names)
        ]


def discover(package: str) -> None:
    """Import every module of a package, so that its measurements register themselves."""
    home = importlib.import_module(package)
    for module in pkgutil.iter_modules(home.__path__):
        importlib.import_module(f"{package}.{module.name}")


def measured(entries: Sequence[Entry[R]], say: Say) -> Iterator[dict[str, Json]]:
    """Run entries one after the other; one record for each name as soon as it is known."""
    for number, entry in enumerate(entries, start=1):
        label = f"{number} of {len(entries)}: {', '.join(entry.names)}"
        say(label)

        def step(message: str, label: str = label) -> None:
            say(f"{label} – {message}")

        found = entry.measure(step)
        results = list(found) if isinstance(found, Sequence) else [found]
        if len(results) != len(entry.names):
            raise LocalError(f"{', '.join(entry.names)}: {len(results)} results came back.")
        for name, result in zip(entry.names, results, strict=True):
            yield {"name": name, **result.record()}


def keep(path: Path, records: Sequence[Mapping[str, Json]], *, all_of_them: bool) -> None:
    """Write records; a run of only some replaces those and leaves the others of the file."""
    kept: dict[str, Mapping[str, Json]] = {}
    if not all_of_them and path.exists():
        kept = {record["name"]: record for record in json.loads(path.read_text())}
    kept |= {record["name"]: record for record in records}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(list(kept.values()), indent=1, ensure_ascii=False) + "\n")
