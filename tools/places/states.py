"""The reviewed tables of states, postal codes and overlay area codes, as lines of the file."""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import phonenumbers

from lambdas.domain.names import fold
from tools.places.naming import SUBDIVISIONS
from tools.places.towns import DIVISIONS

_OWN = Path(__file__).parent
STATES = _OWN / "states.json"
POSTAL = _OWN / "postal.json"
OVERLAYS = _OWN / "overlays.json"
_RANGE = re.compile("([0-9]+)-([0-9]+)")


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def state_lines() -> Iterator[str]:
    """Lines "region, code, folded names…"; the code is one of the names."""
    for region, names in sorted(state_names().items()):
        for code in sorted(names):
            folded = sorted({fold(name) for name in (code, *names[code])})
            yield "\t".join((region, code, *folded))


def state_names() -> dict[str, dict[str, set[str]]]:
    """Region → ISO 3166-2 code → the names that an address may have for it."""
    own: dict[str, dict[str, list[str]]] = _read(STATES)["states"]
    described = _read(SUBDIVISIONS)["countries"]
    codes = {region: set(table.values()) for region, table in _read(DIVISIONS)["states"].items()}
    found: dict[str, dict[str, set[str]]] = {}
    for region, names in own.items():
        found[region] = defaultdict(set, {code: set(texts) for code, texts in names.items()})
        for code in codes.get(region, set()):
            found[region][code].add(code)
        forms = described.get(str(phonenumbers.country_code_for_region(region)), {})
        # The United States' states are those of calling code 1 that no other country has.
        known = codes.get(region) or set(forms.get("regions", {}).values()) - codes["CA"]
        for name, code in forms.get("regions", {}).items():
            if code in known:
                found[region][code].add(name)
    return found


def postal_lines() -> tuple[list[str], list[str]]:
    """Lines "region, state, beginnings…" and lines "region, form"."""
    rules, forms = [], []
    for region, table in sorted(_read(POSTAL)["regions"].items()):
        forms.append(f"{region}\t{table['form']}")
        for state, ranges in table["states"].items():
            beginnings = [text for each in ranges for text in _beginnings(each)]
            rules.append("\t".join((region, state, *beginnings)))
    return rules, forms


def postal_regions() -> list[str]:
    """The regions of whose postal codes something is known."""
    return list(_read(POSTAL)["regions"])


def postal_states(region: str) -> Callable[[str], str]:
    """A function that tells the state of a postal code of the region, "" where it is not told."""
    table = {
        text: state
        for state, ranges in _read(POSTAL)["regions"][region]["states"].items()
        for each in ranges
        for text in _beginnings(each)
    }
    return lambda code: next((table[code[:n]] for n in range(5, 0, -1) if code[:n] in table), "")


def _beginnings(text: str) -> Iterator[str]:
    pair = _RANGE.fullmatch(text)
    if not pair:
        yield text
        return
    first, last = pair.groups()
    for number in range(int(first), int(last) + 1):
        yield str(number).zfill(len(first))


def overlay_lines() -> list[str]:
    """Lines of area codes; ValueError where those of one ground are of different countries."""
    grounds: list[list[str]] = _read(OVERLAYS)["grounds"]
    for codes in grounds:
        regions = {_region_of(code) for code in codes} - {None}
        if len(regions) > 1:
            raise ValueError(f"overlays.json: {codes} are of different countries, {regions}")
    return [" ".join(codes) for codes in grounds]


def _region_of(area_code: str) -> str | None:
    number = phonenumbers.parse(f"+{area_code}2345678", None)
    return phonenumbers.region_code_for_number(number)
