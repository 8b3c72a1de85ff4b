"""Golden numbers: toll-free numbers that people recognise by their digits.

A toll-free number is golden when it is easy to remember at a glance. That is told from its last
digits alone, which are what a person keeps in mind:

- the same digit four times at the end, or three times where the last six hold two digits only:
  800 555 4444, 800 324 2444 ends in 242444;
- a run of four, up or down, zero before one or behind nine: 0123, 5678, 9876;
- a pair said twice (1212), two doubles (1122), a mirror (1221), or round thousands (5000);
- the last three digits said twice (123 123), or the last four (2041 2041).

About three endings in a hundred are golden.

Vanity words (1 800 FLOWERS) cannot be told from digits: mark those by hand.
"""

from lambdas.domain.phone import E164

SHORTEST = 6
UP = "0123456789012"
DOWN = UP[::-1]


def is_golden(e164: E164) -> bool:
    """Whether the digits of a toll-free number are easy to recognise. Which kind the number is of
    is the caller's to know."""
    digits = e164[1:]
    if len(digits) < SHORTEST + 2:
        return False
    last = digits[-4:]
    a, b, c, d = tuple(last)
    return (
        (b == c == d and (a == b or len(set(digits[-SHORTEST:])) <= 2))
        or last in UP
        or last in DOWN
        or (a, b) == (c, d)
        or (a == b and c == d)
        or (a == d and b == c)
        or last.endswith("000")
        or digits[-3:] == digits[-6:-3]
        or (last == digits[-8:-4] and len(digits) > 2 * len(last) + 1)
    )
