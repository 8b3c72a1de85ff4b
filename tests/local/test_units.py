"""Request units by DynamoDB's published rules."""

import pytest

from local.units import batch_units, item_size, query_units, transaction_units

SIZES = [
    ({}, 0, "nothing"),
    ({"pk": {"S": "abc"}}, 5, "a name of two bytes and three of text"),
    ({"é": {"S": "ü"}}, 4, "bytes of UTF-8, not characters"),
    ({"n": {"N": "0"}}, 2, "zero has no significant digit"),
    ({"n": {"N": "7"}}, 3, "one digit takes a byte, and there is one more"),
    ({"n": {"N": "1795308360"}}, 7, "ten digits, the last of which is not significant: nine"),
    ({"n": {"N": "-25"}}, 4, "a minus takes a byte"),
    ({"n": {"N": "0.0012"}}, 3, "zeros around the digits take nothing"),
    ({"b": {"B": b"1234"}}, 5, "binary as it is"),
    ({"x": {"BOOL": True}}, 2, "a boolean"),
    ({"x": {"NULL": True}}, 2, "a null"),
    ({"l": {"L": []}}, 4, "an empty list is three bytes"),
    ({"l": {"L": [{"S": "ab"}, {"S": "c"}]}}, 9, "one byte for each element besides"),
    ({"m": {"M": {"k": {"S": "v"}}}}, 7, "one byte for each pair besides"),
    ({"s": {"SS": ["ab", "c"]}}, 4, "a set is its members"),
]


@pytest.mark.parametrize(("item", "size", "why"), SIZES)
def test_an_item_is_as_large_as_its_attributes(item: object, size: int, why: str) -> None:
    assert item_size(item) == size, why  # type: ignore[arg-type]


def test_a_type_that_does_not_exist_is_told() -> None:
    with pytest.raises(ValueError, match="no type"):
        item_size({"x": {"Q": "1"}})


@pytest.mark.parametrize(
    ("sizes", "units", "why"),
    [
        ([(0, 0)], 2, "what is not there counts as one KB, and transactions double"),
        ([(1024, 1024)], 2, "a whole KB is one step"),
        ([(1024, 1025)], 4, "the larger of before and after counts"),
        ([(3000, 10)], 6, "also when it was larger before"),
        ([(0, 900), (300, 310), (120, 120)], 6, "a pick: ledger, usage, status"),
    ],
)
def test_a_transaction_is_the_sum_of_its_items(
    sizes: list[tuple[int, int]], units: int, why: str
) -> None:
    assert transaction_units(sizes) == units, why


def test_a_query_rounds_the_sum_and_a_batch_each_item() -> None:
    item = {"x": {"S": "y" * 2_100}}
    assert query_units([]) == 1
    assert query_units([item]) == 1
    assert query_units([item, item]) == 2
    assert batch_units([item, item, None]) == 3
