"""The guide explains every word that people meet, and none that no longer exists."""

import re
from pathlib import Path

import pytest

from lambdas.domain.intake import WORDS, Outcome
from lambdas.domain.settings import Action, Mode, Tier
from lambdas.usecases import deciding, pick_caller_id
from lambdas.usecases.picking import Refusal

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
FLOW = (ROOT / "flows" / "outbound_whisper.json").read_text(encoding="utf-8")
PICKER = "".join(
    Path(path).read_text(encoding="utf-8")
    for path in (
        deciding.__file__,
        pick_caller_id.__file__,
        ROOT / "lambdas" / "pick_caller_id" / "handler.py",
    )
)
REASONS = set(re.findall(r'decided\([^)]*?"(\w+)"\)', PICKER))
REASONS |= set(re.findall(r'outcome\([\w., ]+, "(\w+)"\)', PICKER))
REASONS |= set(re.findall(r'(?:failed|Barred)\(\s*"(\w+)"', PICKER))
REASONS |= set(re.findall(r'Decision\([^()]*?, "(\w+)"\)', PICKER))


def test_the_reasons_are_found_in_the_code() -> None:
    assert {"emergency_number", "queue_is_off", "store_unavailable", "queue_not_configured"} <= (
        REASONS
    )


@pytest.mark.parametrize("reason", sorted({*REASONS, "local_number", "pool_exhausted"}))
def test_every_reason_is_explained(reason: str) -> None:
    assert f"| `{reason}` |" in GUIDE


@pytest.mark.parametrize("word", [*Outcome, *Mode, *Tier])
def test_every_outcome_mode_and_tier_is_explained(word: str) -> None:
    assert f"| `{word}` |" in GUIDE


@pytest.mark.parametrize("word", [*Action, Refusal.LIMIT_REACHED, Refusal.NUMBER_NOT_ACTIVE])
def test_every_action_and_refusal_is_named(word: str) -> None:
    assert f"`{word}`" in GUIDE


def test_every_attribute_that_the_flow_keeps_is_named() -> None:
    kept = set(re.findall(r"local_presence_\w+", FLOW))
    assert kept
    assert kept == set(re.findall(r"local_presence_\w+", GUIDE))


@pytest.mark.parametrize("code", sorted(set(WORDS) - {"too_much_text"}))
def test_every_reason_for_refusing_a_row_is_in_the_table(code: str) -> None:
    beginning = " ".join(WORDS[code].split()[:3]).rstrip(".")
    assert beginning in GUIDE
