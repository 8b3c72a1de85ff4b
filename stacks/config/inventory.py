"""The inventory of numbers: what holds them besides the instance, and how often we look."""

from typing import Annotated

from pydantic import Field, StringConstraints

from stacks.config.base import REGION, UUID, Part

GroupArn = Annotated[
    str,
    StringConstraints(
        pattern=rf"^arn:aws[a-z-]*:connect:{REGION}:[0-9]{{12}}:traffic-distribution-group/{UUID}$"
    ),
]


class Inventory(Part):
    """How the numbers that the instance really holds are compared with the pools."""

    every_hours: Annotated[int, Field(ge=1, le=24)] = 1
    """A number that was given up elsewhere is out of use after so many hours at the latest. It
    takes a request or two to Amazon Connect for each thousand numbers."""

    traffic_distribution_groups: tuple[GroupArn, ...] = ()
    """Groups whose numbers the instance may show as well."""
