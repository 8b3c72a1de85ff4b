"""The page of caller-ID rules is what the data say."""

import json

from lambdas.domain.rules import Conditions
from tools.rules_page import _CONDITIONS, PAGE, RULES, page


def test_the_page_is_written_from_the_data() -> None:
    """If this fails: python -m tools.rules_page"""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_stands_on_the_page_once() -> None:
    text = page()
    for rule in json.loads(RULES.read_text(encoding="utf-8"))["rules"]:
        assert text.count(f"\n| `{rule['id']}` |") == 1
        assert rule["words"] in text


def test_every_condition_has_words() -> None:
    assert set(_CONDITIONS) == set(Conditions._fields)


def test_the_page_is_no_legal_advice_and_says_so() -> None:
    assert "not legal advice" in page()
