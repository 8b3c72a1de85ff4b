"""docs/calling-hours.md is what the data of the rules says."""

import json

from tools.hours_page import PAGE, RULES, page


def test_the_page_is_current() -> None:
    """If this fails: python -m tools.hours_page"""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_stands_on_it_with_its_words_and_its_source() -> None:
    text = page()
    for rule in json.loads(RULES.read_text("utf-8"))["rules"]:
        assert f"| `{rule['id']}` |" in text
        assert rule["words"] in text
        assert rule["source"] in text
