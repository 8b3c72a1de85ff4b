"""The papers of a pool's numbers: what is asked of them, and which networks are tried."""

from typing import Annotated

from pydantic import Field, StringConstraints

from lambdas.domain.registry import Requirement
from stacks.config.base import Part, wrong

Network = Annotated[str, StringConstraints(pattern=r"^\S(.{0,38}\S)?$")]
Requires = tuple[Requirement, ...]


def each_once(requires: Requires) -> Requires:
    """A requirement stands once."""
    for one in requires:
        if requires.count(one) > 1:
            raise wrong(f"{one.value} stands twice; once is enough")
    return requires


Percent = Annotated[int, Field(ge=1, le=100)]


class Attestation(Part):
    """How often a number is shown whose calls carriers sign with less than STIR/SHAKEN attestation
    A on any of its routes, in percent of what it would be with A. It counts in US, PR, VI, CA and
    FR, where calls are signed. `requires: [attestation_a]` excludes such numbers instead."""

    b: Percent = 100
    """Signed B on a route, and C on none."""

    c: Percent = 100
    """Signed C on a route."""

    unknown: Percent = 100
    """No attestation is known of any route."""


class TestCalls(Part):
    """Calls that somebody makes to see what customers see. Nothing is dialled by itself."""

    networks: tuple[Network, ...] = ()
    """The networks that are tried, by any names of yours: ["AT&T", "Verizon"]."""

    every_days: Annotated[int, Field(ge=1, le=365)] = 30
    """How many days after the last one another test call on a network is due."""
