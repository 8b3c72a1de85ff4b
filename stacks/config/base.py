"""What every part of the configuration has in common."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError


class Part(BaseModel):
    """A part of the configuration: frozen, and refusing keys that it does not know.

    Values are strict: `"12"` is no number and `yes` no boolean, so that what is read is what
    was meant. Attribute docstrings become the descriptions of the JSON Schema.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True
    )


KEY_PATTERN = r"^[a-z][a-z0-9-]{0,39}$"
Key = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
"""A short name of ours. It is part of resource ids, metrics and upload folders."""

Arn = Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:[a-z0-9-]+:.+$")]

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
REGION = "[a-z]{2}(-[a-z]+)+-[0-9]"


def wrong(fix: str) -> PydanticCustomError:
    """The error of a validator: `fix` says in words what to write instead."""
    return PydanticCustomError("fix", "{fix}", {"fix": fix})
