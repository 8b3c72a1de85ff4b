"""The weekly e-mail on how calls are answered."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from stacks.config.base import Part, wrong
from stacks.config.infrastructure import Email

Day = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Report(Part):
    """A weekly e-mail on how calls are answered, by Amazon SES; off unless it says to whom."""

    to: Annotated[tuple[Email, ...], Field(max_length=50)] = ()
    """Who gets it. While the account is in the sandbox of SES, each address must be verified."""

    sender: Email | None = Field(default=None, alias="from")
    """The address that it comes from; it, or its domain, is a verified identity of Amazon SES in
    the region of the deployment."""

    identity: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.@_+-]{1,320}$")] | None = None
    """The verified identity, where it is not the domain of that address: the address itself, or a
    domain above it."""

    day: Day = "monday"
    """The day on which it comes, in UTC. It tells of the seven days before."""

    hour: Annotated[int, Field(ge=0, le=23)] = 6
    """The hour of that day, in UTC."""

    @model_validator(mode="after")
    def _somebody_sends_it(self) -> Self:
        if self.to and self.sender is None:
            raise wrong("give from, the address that the report comes from")
        return self
