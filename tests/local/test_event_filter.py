"""Filter patterns decide as Lambda decides, and what is not understood is an error."""

from typing import Any

import pytest

from local.errors import LocalError
from local.event_filter import matches

RECORD = {"eventName": "MODIFY", "dynamodb": {"Keys": {"sk": {"S": "HELD#+1206"}}}}


@pytest.mark.parametrize(
    ("pattern", "expected", "reason"),
    [
        ({"eventName": ["INSERT", "MODIFY"]}, True, "one of the choices"),
        ({"eventName": ["INSERT"]}, False, "none of the choices"),
        ({"dynamodb": {"Keys": {"sk": {"S": ["HEAD", {"prefix": "HELD#"}]}}}}, True, "prefix"),
        ({"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "MEMBER#"}]}}}}, False, "other prefix"),
        ({"eventName": [{"suffix": "IFY"}]}, True, "suffix"),
        ({"eventName": [{"anything-but": ["REMOVE"]}]}, True, "anything but"),
        ({"eventName": [{"anything-but": {"prefix": "MOD"}}]}, False, "anything but a prefix"),
        ({"eventName": [{"equals-ignore-case": "modify"}]}, True, "case does not count"),
        ({"userIdentity": [{"exists": False}]}, True, "absent, as wanted"),
        ({"userIdentity": [{"exists": True}]}, False, "absent, but wanted"),
        ({"userIdentity": {"type": ["Service"]}}, False, "absent branches match nothing"),
        ({"eventName": ["MODIFY"], "other": ["x"]}, False, "every member must match"),
    ],
)
def test_a_pattern_decides(pattern: dict[str, Any], expected: bool, reason: str) -> None:
    assert matches([pattern], RECORD) is expected, reason


def test_no_pattern_lets_everything_pass() -> None:
    assert matches([], RECORD)


@pytest.mark.parametrize(
    ("pattern", "named"),
    [
        ({"eventName": [{"numeric": [">", 1]}]}, "numeric"),
        ({"$or": [{"eventName": ["x"]}]}, r"\$or"),
        ({"eventName": "MODIFY"}, "list of choices"),
        ({"eventName": [{"prefix": "a", "suffix": "b"}]}, "more than one operator"),
    ],
)
def test_what_is_not_understood_is_an_error(pattern: dict[str, Any], named: str) -> None:
    with pytest.raises(LocalError, match=named):
        matches([pattern], RECORD)
