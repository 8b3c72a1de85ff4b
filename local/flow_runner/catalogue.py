"""What the flow language knows: action types, their shapes and branches, and its limits.

The knowledge itself is ``catalogue.json``, with its source and the day it was reviewed.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any


class FlowType(StrEnum):
    """The types of CreateContactFlow."""

    CONTACT_FLOW = "CONTACT_FLOW"
    CUSTOMER_QUEUE = "CUSTOMER_QUEUE"
    CUSTOMER_HOLD = "CUSTOMER_HOLD"
    CUSTOMER_WHISPER = "CUSTOMER_WHISPER"
    AGENT_HOLD = "AGENT_HOLD"
    AGENT_WHISPER = "AGENT_WHISPER"
    OUTBOUND_WHISPER = "OUTBOUND_WHISPER"
    AGENT_TRANSFER = "AGENT_TRANSFER"
    QUEUE_TRANSFER = "QUEUE_TRANSFER"
    CAMPAIGN = "CAMPAIGN"


class Leaves(StrEnum):
    """How the flow leaves a block: by NextAction, by a condition, by either, by an error alone
    (else the contact went away), or never."""

    NEXT = "next"
    CONDITIONS = "conditions"
    EITHER = "either"
    AWAY = "away"
    NOWHERE = "nowhere"


@dataclass(frozen=True, slots=True)
class ActionType:
    """One type of block. ``conditions`` is the exact set of operands, or None where any will do."""

    name: str
    allowed_in: frozenset[FlowType]
    unverified_in: frozenset[FlowType]
    leaves: Leaves
    takes_conditions: bool
    conditions: frozenset[str] | None
    errors: frozenset[str]
    optional_errors: frozenset[str]
    parameters: dict[str, Any]
    exactly_one_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes of UTF-8, times in seconds."""

    lambda_response_bytes: int
    attributes_bytes: int
    consecutive_lambda_seconds: float
    whisper_seconds: float
    lambda_retries: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    version: str
    most_actions: int
    most_characters: int
    most_identifier_characters: int
    forbidden_characters: frozenset[str]
    forbidden_names: frozenset[str]
    operators: frozenset[str]
    namespaces: frozenset[str]
    limits: Limits
    actions: dict[str, ActionType]


@cache
def catalogue() -> Catalogue:
    """The catalogue, read once."""
    path = Path(__file__).with_name("catalogue.json")
    raw = json.loads(path.read_text(encoding="utf-8"))
    identifier = raw["identifier"]
    return Catalogue(
        version=raw["version"],
        most_actions=raw["most_actions"],
        most_characters=raw["most_characters"],
        most_identifier_characters=identifier["most_characters"],
        forbidden_characters=frozenset(identifier["forbidden_characters"]),
        forbidden_names=frozenset(identifier["forbidden_names"]),
        operators=frozenset(raw["operators"]),
        namespaces=frozenset(raw["namespaces"]),
        limits=Limits(**raw["limits"]),
        actions={name: _action_type(name, entry) for name, entry in raw["actions"].items()},
    )


def _action_type(name: str, entry: dict[str, Any]) -> ActionType:
    allowed, conditions = entry["allowed_in"], entry["conditions"]
    return ActionType(
        name=name,
        allowed_in=frozenset(FlowType if allowed == "all" else map(FlowType, allowed)),
        unverified_in=frozenset(map(FlowType, entry.get("unverified_in", []))),
        leaves=Leaves(entry["leaves_by"]),
        takes_conditions=conditions != "none",
        conditions=frozenset(conditions) if isinstance(conditions, list) else None,
        errors=frozenset(entry["errors"]),
        optional_errors=frozenset(entry["optional_errors"]),
        parameters=entry["parameters"],
        exactly_one_of=tuple(entry.get("exactly_one_of", [])),
    )
