"""Benchmarks and evidence register by name, run, and are kept as records."""

import json
from pathlib import Path

import pytest

from local import registry
from local.benchmarks import Comparison, at_most, ratio_at_least, ratio_at_most
from local.errors import LocalError
from local.registry import Registry
from local.toolchain import Say, silent


def filled() -> Registry[Comparison]:
    known: Registry[Comparison] = Registry()

    @known("path/one")
    def one(_say: Say) -> Comparison:
        return ratio_at_most(12.0, 10.0, "ms", 1.25)

    @known("path/two", "path/three")
    def several(_say: Say) -> list[Comparison]:
        return [ratio_at_least(5.0, 10.0, "rows/s", 0.7), at_most(3.0, "s", 5.0)]

    return known


def test_every_name_becomes_a_record() -> None:
    records = list(registry.measured(filled().chosen([]), silent))
    assert records[0] == {
        "name": "path/one",
        "ours": 12.0,
        "other": 10.0,
        "unit": "ms",
        "ratio": 1.2,
        "budget": "ratio <= 1.25",
        "holds": True,
    }
    assert [(r["name"], r["holds"]) for r in records[1:]] == [
        ("path/two", False),
        ("path/three", True),
    ]


def test_some_can_be_chosen_by_the_beginning_of_their_name() -> None:
    assert [entry.names for entry in filled().chosen(["path/o"])] == [("path/one",)]
    with pytest.raises(LocalError, match="Nothing is named"):
        filled().chosen(["pick/"])


def test_a_name_is_given_once_and_has_an_area() -> None:
    known = filled()
    for name in ("path/one", "nowhere"):
        with pytest.raises(ValueError, match="taken, or not of the form"):
            known(name)(lambda _say: at_most(1, "s", 1))


def test_a_partial_run_keeps_the_records_of_others(tmp_path: Path) -> None:
    path = tmp_path / "build" / "bench.json"
    registry.keep(path, [{"name": "a/x", "holds": True}], all_of_them=True)
    registry.keep(path, [{"name": "b/y", "holds": True}], all_of_them=False)
    assert [record["name"] for record in json.loads(path.read_text())] == ["a/x", "b/y"]
    registry.keep(path, [{"name": "b/y", "holds": True}], all_of_them=True)
    assert [record["name"] for record in json.loads(path.read_text())] == ["b/y"]
