"""The names under which a place may stand in a list of towns, the likeliest first."""

import re
from collections.abc import Iterator

_SEVERAL = re.compile(r" ?/ ?| and | & | - ")
_OTHER_NAME = re.compile(r"^(.*?) ?\((.*?)\)$")
_LEAST_LETTERS = 3
# What a description adds to a town's name, by calling code.
_ADDED = {
    "1": re.compile(r" (?:Township|Twp|Village|City|Beach|Springs|Junction|Park)$|^(?:City of) "),
    "31": re.compile(r"^(?:Den|De|Het) "),
    "49": re.compile(r"(?<=\w) (?:bei|am|an|auf|in|im|ob|vor|Kreis|über|unter) .*$"),
    "52": re.compile(r" (?:de|del|Del|De) .*$"),
    "61": re.compile(
        r" (?:North|South|East|West|Central|Upper|Lower)$|^(?:North|South|East|West|Upper|Lower) "
    ),
    "81": re.compile(r" (?:District|Island)$"),
    "91": re.compile(r" ?(?:City|city|Road|Cantonment|Tahsil)$"),
}
_QUALIFIED = frozenset({"49", "43", "41"})
_COMPOUND = frozenset({"49", "43", "41", "33"})


def towns_named(name: str) -> list[str]:
    """The towns that a place's name lists: "Barrow-in-Furness/Millom" lists two."""
    return [part for part in (text.strip() for text in _SEVERAL.split(name)) if part]


def spellings(calling_code: str, town: str) -> Iterator[str]:
    """Ways to write one town, each once, the fullest first."""
    seen = set()
    for text in _spellings(calling_code, town):
        if len(text) >= _LEAST_LETTERS and text not in seen:
            seen.add(text)
            yield text


def _spellings(calling_code: str, town: str) -> Iterator[str]:
    yield town
    if other := _OTHER_NAME.match(town):
        yield from other.groups()
    added = _ADDED.get(calling_code)
    if added:
        yield added.sub("", town)
    words = town.split()
    if calling_code in _QUALIFIED:
        # "Altenkirchen Westerwald", "Bissendorf Kreis Osnabrück"
        for kept in range(len(words) - 1, 0, -1):
            yield " ".join(words[:kept])
    if calling_code in _COMPOUND and "-" in words[0]:
        # "Bottrop-Kirchhellen": the part of the town, or the town
        whole, _, part = words[0].partition("-")
        yield part
        yield whole
