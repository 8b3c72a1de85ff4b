"""What people call a state: "California" of "US-CA"."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import phonenumbers

from tools.places.naming import SUBDIVISIONS
from tools.places.states import STATES

_OWN_FIRST = frozenset({"US", "ES"})
"""Where the descriptions of numbers name something else: "Washington State", or provinces."""


def state_name(region: str, state: str) -> str:
    """The name of an ISO 3166-2 subdivision, English where known; the code where none is known."""
    own, described = _own().get(region, {}), _described(region)
    tables = (own, described) if region in _OWN_FIRST else (described, own)
    return next((table[state] for table in tables if state in table), state)


def state_names(region: str) -> Collection[str]:
    """The names of all states of a country that has a table of them; of no country, none."""
    codes = {*_own().get(region, {}), *(_described(region) if region else ())}
    return {state_name(region, code) for code in codes}


@cache
def _own() -> Mapping[str, Mapping[str, str]]:
    return {
        region: {code: names[0] for code, names in table.items() if names}
        for region, table in _read(STATES)["states"].items()
    }


@cache
def _described(region: str) -> Mapping[str, str]:
    forms = _read(SUBDIVISIONS)["countries"]
    table = forms.get(str(phonenumbers.country_code_for_region(region)), {}).get("regions", {})
    return _first_of_each((code, name) for name, code in table.items() if not name.isupper())


def _first_of_each(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for code, name in pairs:
        found.setdefault(code, name)
    return found


@cache
def _read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))
