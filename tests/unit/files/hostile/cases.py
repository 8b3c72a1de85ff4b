"""All hostile lists by one name."""

from .cells import CELLS
from .corpus import Hostile
from .encodings import ENCODINGS
from .shapes import SHAPES
from .workbooks import WORKBOOKS

CASES: tuple[Hostile, ...] = (*ENCODINGS, *SHAPES, *CELLS, *WORKBOOKS)
