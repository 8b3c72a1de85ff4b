"""Cells of CSV files, none of which a spreadsheet takes for a formula."""

import re

_FORMULA_START = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_SEPARATORS = ",;|\t"
# What would begin a cell for a program that separates cells by another of these signs.
_WITHIN = re.compile(
    rf"([{_SEPARATORS}])(?=[=\-@＝＋－＠]|\+(?![1-9][0-9]{{6,14}}(?:[{_SEPARATORS}]|\Z)))"
)


def neutralise(cell: str) -> str:
    """A cell for a CSV file that no spreadsheet takes for a formula: `=1+1` becomes `'=1+1`.

    Nor any part of it, where a spreadsheet separates cells by another sign, as Excel does in other
    countries: `x;=1+1` becomes `x;'=1+1`. A strict E.164 number (`+` and 7 to 15 digits, nothing
    else) stays as it is.
    """
    if _E164.fullmatch(cell):
        return cell
    cell = _WITHIN.sub(r"\1'", cell)
    if cell.startswith(_FORMULA_START) or cell.lstrip().startswith(_FORMULA_START):
        return f"'{cell}"
    return cell
