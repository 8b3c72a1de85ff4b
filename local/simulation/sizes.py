"""What our items and requests cost in DynamoDB's request units, told from their sizes.

The rules are those of the Amazon DynamoDB Developer Guide ("Item sizes and formats", "Read and
write operations"): names and texts count their UTF-8 bytes, numbers a byte for two significant
digits and one more, a list three bytes and one for each element; a strongly consistent read costs
a unit for each 4 KB begun, a write a unit for each KB begun, in a transaction twice that.
"""

from lambdas.domain.phone import E164

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
CUSTOMER_KEY = len("pk" + "CUSTOMER#") + 40 + len("sk" + "LEDGER")
"""The customer's part is 40 hexadecimal digits (`lambdas.store.customers`)."""
EXPIRES = len("expires_at")
LIST = 3
SMALL = 1_000


def number_bytes(value: int) -> int:
    """Bytes of a whole number's value."""
    return _SMALL[value] if value < SMALL else _number_bytes(value)


def _number_bytes(value: int) -> int:
    return (len(str(value).rstrip("0")) + 1) // 2 + 1


_SMALL = [_number_bytes(value) for value in range(SMALL)]


def ledger_bytes(version: int, lines: str, answered: str, answered_at: int, expires: int) -> int:
    """Bytes of a customer's item; `lines` are its claims with a line feed between them."""
    listed = LIST + (len(lines) + 1 if lines else 0)
    told = 0
    if answered:
        told = len("answered" + "answered_at") + len(answered) + number_bytes(answered_at)
    size = CUSTOMER_KEY + len("version") + number_bytes(version) + len("claims") + listed
    return size + EXPIRES + number_bytes(expires) + told


def empty_usage_bytes(number: E164) -> int:
    """Bytes of a usage item without its buckets, and without the moment when it expires."""
    return len("pk" + "NUMBER#" + "sk" + "DAY#2026-11-20") + len(number) + EXPIRES


def read_units(size: int) -> int:
    """Units of a strongly consistent read; one where nothing was found."""
    return max(1, -(-size // READ_UNIT_BYTES))


def transaction_units(size: int) -> int:
    """Units of one item in a transaction; `size` is the larger of before and after."""
    return 2 * max(1, -(-size // WRITE_UNIT_BYTES))
