"""What a return call says: the texts of each language, with a company's name and its own words."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

RETURN_CALL = Path(__file__).parent / "return_call.json"
TEXTS = ("greeting", "stopped", "wrong_number", "not_noted", "withheld", "nobody")


@cache
def _known() -> Mapping[str, Mapping[str, str]]:
    path = Path(__file__).parent / "return_call_texts.json"
    known: Mapping[str, Mapping[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return known


def languages() -> tuple[str, ...]:
    """The languages that have texts and a voice."""
    return tuple(_known())


def spoken(language: str, company: str, own: Mapping[str, str]) -> dict[str, str]:
    """The holes of the flow that are spoken: its voice and its texts, ``own`` ones in their place.

    ``{company}`` in a text becomes the company's name.
    """
    known = _known()[language]
    texts = {name: own.get(name) or known[name] for name in TEXTS}
    holes = {name.upper(): text.replace("{company}", company) for name, text in texts.items()}
    return {"VOICE": own.get("voice") or known["voice"], **holes}
