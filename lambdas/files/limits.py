"""How much of a file is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file; a file beyond a bound is refused as a whole, never cut short.

    `cell_characters` is the exception: a longer cell is cut off and its row carries a problem.
    `cells` bounds rows times columns of a worksheet, which is what it costs in memory
    (about 70 bytes a cell while it is read). `string_bytes` bounds one shared string, of which
    Excel allows 32,767 characters; `unpacked_bytes` bounds the parts of a workbook together, and
    `text_bytes` the texts that its cells refer to, of which each cell has a copy in memory.
    """

    file_bytes: int = 50_000_000
    rows: int = 200_000
    cell_characters: int = 10_000
    unpacked_bytes: int = 500_000_000
    part_bytes: int = 20_000_000
    text_bytes: int = 500_000_000
    string_bytes: int = 200_000
    members: int = 2_000
    sheets: int = 255
    ratio: int = 250
    cells: int = 12_800_000
    lines_per_cell: int = 253
    header_search_rows: int = 10


CONTACTS = Limits(
    file_bytes=2_000_000_000, rows=20_000_000, unpacked_bytes=2_000_000_000, part_bytes=100_000_000
)
"""For contact lists, which are read once and of which nothing is kept."""
