"""What became of calls: how dear a query may be."""

from typing import Annotated

from pydantic import Field

from stacks.config.base import Part


class Outcomes(Part):
    """What became of calls, counted and kept as rows that Athena queries."""

    gigabytes_a_query: Annotated[int, Field(ge=1, le=1000)] = 10
    """A query that would read more is stopped. Athena charges by what is read, $5 a terabyte; a
    million calls are about 60 MB."""
