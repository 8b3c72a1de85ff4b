"""Names that differ as transcriptions of one name do."""

import re
from functools import cache

LENGTHS_DIFFER = 2
"""How many letters longer or shorter a spelling may be."""

_LEAST_LETTERS = 5
_TWO_SLIPS_FROM = 9
_SOUNDS = (
    (re.compile("ee|ie"), "i"),
    (re.compile("oo|ou"), "u"),
    (re.compile("w"), "v"),
    (re.compile("z"), "j"),
    (re.compile("ph"), "f"),
    (re.compile("ck|q"), "k"),
    (re.compile("y"), "i"),
    (re.compile("(?<=[bcdgjklmnprst])h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
)


def alike(one: str, other: str) -> bool:
    """Whether two folded names are spellings of one: the same sounds, or few slips apart."""
    if min(len(one), len(other)) < _LEAST_LETTERS or abs(len(one) - len(other)) > LENGTHS_DIFFER:
        return False
    heard, theirs = sounds(one), sounds(other)
    slips = 2 if len(one) >= _TWO_SLIPS_FROM else 1
    return slips_apart(heard, theirs, slips)


@cache
def sounds(name: str) -> str:
    """A folded name without what transcriptions spell differently."""
    for pattern, replacement in _SOUNDS:
        name = pattern.sub(replacement, name)
    return name


def slips_apart(one: str, other: str, most: int) -> bool:
    """Whether at most so many letters must be added, dropped or changed."""
    if one == other:
        return True
    if abs(len(one) - len(other)) > most:
        return False
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        before, row[0] = row[0], number
        for column, theirs in enumerate(other, 1):
            before, row[column] = (
                row[column],
                min(row[column] + 1, row[column - 1] + 1, before + (letter != theirs)),
            )
        if min(row) > most:
            return False
    return row[-1] <= most
