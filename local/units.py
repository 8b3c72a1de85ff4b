"""What requests to DynamoDB cost in request units, by item arithmetic.

DynamoDB Local reports capacity without the condition checks of a transaction, so the rules are kept
here as DynamoDB's documentation has them ("DynamoDB item sizes and formats", "DynamoDB read and
write operations", "Amazon DynamoDB Transactions: How it works"):

- an item is its attributes' names and values: text in UTF-8 bytes; a number one byte for every two
  significant digits and one more; binary its bytes; null and boolean one byte; a list or map three
  bytes, its contents, and one byte for each element;
- a strongly consistent read takes one unit for every 4 KB begun, and one for what is not there;
  a query adds its items up first, a batch rounds each item for itself;
- a write takes one unit for every KB begun of the larger of the item before and after, and two in
  a transaction; a condition check counts as a write of the item that it checks;
- a cancelled transaction is paid for as well.
"""

from collections.abc import Iterable, Mapping
from typing import Any

KB = 1024
READ_STEP = 4 * KB
TRANSACTION = 2
_COLLECTION_OVERHEAD = 3
_ELEMENT_OVERHEAD = 1


def item_size(item: Mapping[str, Any] | None) -> int:
    """Bytes of an item as the low-level API writes it: name -> {type: value}. 0 for no item."""
    return sum(len(name.encode()) + _value_size(value) for name, value in (item or {}).items())


def query_units(items: Iterable[Mapping[str, Any]]) -> int:
    """Read units of a strongly consistent query that returned `items`."""
    return _steps(sum(map(item_size, items)), READ_STEP)


def batch_units(items: Iterable[Mapping[str, Any] | None]) -> int:
    """Read units of strongly consistent reads of single items; None for one that is not there."""
    return sum(_steps(item_size(item), READ_STEP) for item in items)


def write_units(before: int, after: int) -> int:
    """Write units of one item's write outside a transaction, by its bytes before and after."""
    return _steps(max(before, after), KB)


def transaction_units(sizes: Iterable[tuple[int, int]]) -> int:
    """Write units of a transaction: for each of its items the bytes before and after; 0 for no
    item. Of what is only checked, or was cancelled, both are the same."""
    return sum(TRANSACTION * _steps(max(before, after), KB) for before, after in sizes)


def _steps(size: int, step: int) -> int:
    return max(1, -(-size // step))


def _value_size(value: Mapping[str, Any]) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return _number_size(content)
        case "B":
            return len(content)
        case "NULL" | "BOOL":
            return 1
        case "L":
            elements = sum(_ELEMENT_OVERHEAD + _value_size(element) for element in content)
            return _COLLECTION_OVERHEAD + elements
        case "M":
            return _COLLECTION_OVERHEAD + item_size(content) + _ELEMENT_OVERHEAD * len(content)
        case "SS":
            return sum(len(text.encode()) for text in content)
        case "NS":
            return sum(map(_number_size, content))
        case "BS":
            return sum(map(len, content))
    raise ValueError(f"{kind!r} is no type of DynamoDB's")


def _number_size(text: str) -> int:
    digits = text.removeprefix("-").partition("E")[0].replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")
