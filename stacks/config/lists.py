"""Contact lists: how long they are kept, and how they are checked."""

from typing import Annotated

from pydantic import Field

from stacks.config.base import Part


class Lists(Part):
    """Lists of customers that staff drop under `lists/<queue>/`, and their checks."""

    keep_days: Annotated[int, Field(ge=1, le=3650)] = 400
    """How long lists and the results beside them are kept. What is gone is not checked again."""

    pieces_keep_days: Annotated[int, Field(ge=2, le=90)] = 30
    """How long the pieces are kept that long lists are checked in: as long as an interrupted check
    can be taken up again."""

    recheck_days: Annotated[int, Field(ge=1, le=365)] = 90
    """So many days after its last check a list is checked again, as long as it is there."""

    most_rows_in_one_function: Annotated[int, Field(ge=1, le=10_000_000)] = 1_000_000
    """A longer list is split and checked in parts. One function has 15 minutes:
    docs/lists-in-aws.md has the measure."""

    most_rows_merged: Annotated[int, Field(ge=1, le=20_000_000)] = 5_000_000
    """The results of a longer list stay in parts."""

    rows_in_chunk: Annotated[int, Field(ge=1, le=500_000)] = 100_000
    """About as many rows of a long list go into each part."""

    chunks_at_once: Annotated[int, Field(ge=1, le=500)] = 20
    """Parts that are checked at the same time, and with them the load on the Customers table."""
