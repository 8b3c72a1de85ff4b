"""Fill the %HOLES% of a flow's JSON, and refuse whatever does not fit.

The template itself stays valid JSON that the Connect designer can import.
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

HOLE = re.compile(r"%([A-Z][A-Z0-9_]*)%")

OUTBOUND_WHISPER = Path(__file__).parent / "outbound_whisper.json"


class HoleError(ValueError):
    """A hole that nothing fills, a value that no hole takes, or a value of the wrong shape."""


def holes_of(template: str | Path) -> frozenset[str]:
    """The names of the holes in a template (JSON text, or the path of a file that holds it)."""
    return frozenset(HOLE.findall(_text_of(template)))


def render(template: str | Path, holes: Mapping[str, str | Sequence[str]]) -> str:
    """The flow's content as compact JSON, for CreateContactFlow or CloudFormation.

    ``template`` is JSON text, or the path of a file that holds it. A text value replaces
    ``%NAME%`` inside any string; a list replaces an array whose one element is ``"%NAME%"``.
    Unresolved CDK tokens pass through as text.

    Connect accepts an ``AnalyticsBehavior`` only where agent and customer are both recorded, so
    one that is switched off is left out.

    Raises HoleError for holes left over, for unknown names, and for analytics without recording.
    """
    text = _text_of(template)
    wanted, given = frozenset(HOLE.findall(text)), frozenset(holes)
    if missing := wanted - given:
        raise HoleError(f"nothing given for {_listed(missing)}")
    if unknown := given - wanted:
        raise HoleError(f"the template has no hole named {_listed(unknown)}")
    flow = _filled(json.loads(text), holes)
    for action in flow.get("Actions", []):
        if action.get("Type") == "UpdateContactRecordingBehavior":
            _settle_analytics(action["Parameters"])
    content = json.dumps(flow, ensure_ascii=False, separators=(",", ":"))
    if left := HOLE.findall(content):
        raise HoleError(f"a value brings in a hole of its own: {_listed(left)}")
    return content


def _text_of(template: str | Path) -> str:
    return template.read_text(encoding="utf-8") if isinstance(template, Path) else template


def _listed(names: frozenset[str] | list[str]) -> str:
    return ", ".join(f"%{name}%" for name in sorted(set(names)))


def _filled(node: Any, holes: Mapping[str, str | Sequence[str]]) -> Any:
    if isinstance(node, dict):
        return {_filled_text(key, holes): _filled(value, holes) for key, value in node.items()}
    if isinstance(node, list):
        return _filled_list(node, holes)
    return _filled_text(node, holes) if isinstance(node, str) else node


def _filled_list(items: list[Any], holes: Mapping[str, str | Sequence[str]]) -> list[Any]:
    if len(items) == 1 and isinstance(items[0], str) and (hole := HOLE.fullmatch(items[0])):
        value = holes[hole.group(1)]
        if not isinstance(value, str):
            return list(value)
    return [_filled(item, holes) for item in items]


def _filled_text(text: str, holes: Mapping[str, str | Sequence[str]]) -> str:
    def value_of(hole: re.Match[str]) -> str:
        value = holes[hole.group(1)]
        if not isinstance(value, str):
            raise HoleError(f"%{hole.group(1)}% takes a text here, not a list")
        return value

    return HOLE.sub(value_of, text)


def _settle_analytics(parameters: dict[str, Any]) -> None:
    behavior = parameters.get("AnalyticsBehavior")
    if behavior is None:
        return
    if behavior["Enabled"] != "True":
        del parameters["AnalyticsBehavior"]
        return
    recorded = parameters["RecordingBehavior"]["RecordedParticipants"]
    if not {"Agent", "Customer"} <= set(recorded):
        raise HoleError("analytics needs both Agent and Customer recorded")
