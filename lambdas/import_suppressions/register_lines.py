"""Files of national registers, line by line: one number each, or area code and number apart."""

import re
from collections.abc import Iterator
from pathlib import Path

from lambdas.domain.phone import E164, NotAPhoneNumber
from lambdas.domain.written import understand

NANP = frozenset({"US", "CA"})
_CELLS = re.compile(r"[,;|\t]")
_NOT_DIGITS = re.compile(r"\D")
_NANP_NUMBER = re.compile(r"1?([2-9][0-9]{2}[2-9][0-9]{6})")


def numbers_of(path: Path, region: str) -> Iterator[E164 | None]:
    """Each line's number, None where there is none; lines without a digit are headings."""
    read = _nanp if region in NANP else lambda line: _any(line, region)
    with path.open(encoding="latin-1", newline=None) as lines:
        for line in lines:
            if any(sign.isdigit() for sign in line):
                yield read(line)


def _nanp(line: str) -> E164 | None:
    """206,5550142 of the US register; (206) 555-0142, 2065550142 or +12065550142 of others."""
    cells = [_NOT_DIGITS.sub("", cell) for cell in _CELLS.split(line)]
    for candidate in ("".join(cells[:2]), *cells):
        found = _NANP_NUMBER.fullmatch(candidate)
        if found:
            return E164(f"+1{found[1]}")
    return None


def _any(line: str, region: str) -> E164 | None:
    for cell in _CELLS.split(line):
        try:
            return understand(cell.strip().strip('"'), region)[0].e164
        except NotAPhoneNumber:
            continue
    return None
