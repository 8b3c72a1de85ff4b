"""The operators of Compare."""

from collections.abc import Callable, Mapping

_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    "Equals": str.__eq__,
    "TextStartsWith": str.startswith,
    "TextEndsWith": str.endswith,
    "TextContains": str.__contains__,
}
_NUMBER: Mapping[str, Callable[[float, float], bool]] = {
    "NumberGreaterThan": float.__gt__,
    "NumberGreaterOrEqualTo": float.__ge__,
    "NumberLessThan": float.__lt__,
    "NumberLessOrEqualTo": float.__le__,
}


def holds(operator: str, value: str | None, operand: str | None) -> bool:
    """Whether a condition holds. An absent value, or one that is no number, matches nothing."""
    if value is None or operand is None:
        return False
    if operator in _TEXT:
        return _TEXT[operator](value, operand)
    try:
        return _NUMBER[operator](float(value), float(operand))
    except ValueError:
        return False
