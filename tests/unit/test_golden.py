from random import Random

import pytest

from lambdas.domain.golden import is_golden
from lambdas.domain.phone import E164

GOLDEN = [
    ("+18005554444", True, "four alike"),
    ("+18003242444", True, "three alike, and two digits in the last six"),
    ("+18009315444", False, "three alike alone"),
    ("+448000125678", True, "a run up"),
    ("+18885559876", True, "a run down"),
    ("+18885550123", True, "a run from zero"),
    ("+18885557890", True, "a run over the nine"),
    ("+18885551357", False, "steps of two are no run"),
    ("+18005551212", True, "a pair twice"),
    ("+18005551122", True, "two doubles"),
    ("+18005551221", True, "a mirror"),
    ("+18005555000", True, "round thousands"),
    ("+18005550100", False, "a round hundred"),
    ("+18004123123", True, "three digits twice"),
    ("+390020412041", True, "four digits twice"),
    ("+18005550193", False, "nothing to remember"),
    ("+80000", False, "too short to tell"),
]


@pytest.mark.parametrize(("number", "golden", "reason"), GOLDEN)
def test_a_golden_number_is_told_by_its_last_digits(number: str, golden: bool, reason: str) -> None:
    assert is_golden(E164(number)) is golden, reason


def test_few_numbers_are_golden() -> None:
    """If every other number were, the tier for golden ones would mean nothing."""
    random = Random(7)
    numbers = [E164(f"+1800{random.randrange(2_000_000, 10_000_000)}") for _ in range(20_000)]

    assert 0.02 < sum(map(is_golden, numbers)) / len(numbers) < 0.05
