"""The tables of the documentation, in Markdown."""

from collections.abc import Mapping, Sequence

from local.detection.detectors import BY_ANSWERS, LENT, OURS
from local.detection.record import FALSE_RESTS, Record

ROWS: Mapping[str, str] = {
    OURS: "**ours**",
    "CUSUM": "CUSUM against the pool's rate",
    "two proportions": "two proportions, rolling weeks",
    "fixed threshold": "fixed threshold with a minimum count",
    LENT[0]: "*CUSUM, lent our baseline*",
    LENT[1]: "*z of rolling weeks, lent our baseline*",
}
CALLS_A_DAY = (20, 40, 60, 100)
"""What numbers are used for: an add-on's own ceiling is 60 a day."""
NEVER = "–"


def compared(record: Record) -> str:
    """How soon each detector notices, at the same share of false rests."""
    kinds = list(record["delays"])
    return _table(
        ["detector", *(f"{kind}: median / 90 % (missed)" for kind in kinds)],
        [
            [label, *(_delay(record["delays"][kind][family]) for kind in kinds)]
            for family, label in ROWS.items()
        ],
    )


def rates(record: Record) -> str:
    """False rests at the limit as computed, and of the published rule."""
    return _table(
        ["rule", "healthy numbers that rest in a month"],
        [
            [f"ours, limit for {FALSE_RESTS:.0%} as computed", f"{record['stated']:.2%}"],
            [
                "published: from 20 calls on, under 8 % answered in a week",
                f"{record['published_rule']:.1%}",
            ],
        ],
    )


def signs(record: Record) -> str:
    """What short calls and blocking add."""
    delays = record["signs"]["delays"]
    return _table(
        ["", *(f"{kind}: median / 90 % (missed)" for kind in delays)],
        [
            [label, *(_delay(of_each[family]) for of_each in delays.values())]
            for family, label in ((OURS, "all three signals"), (BY_ANSWERS, "answers alone"))
        ],
    )


def sizes(record: Record) -> str:
    """Pools of other sizes and numbers with other loads."""
    shown = [OURS, "CUSUM", "two proportions", "fixed threshold"]
    rows = []
    for size in record["sizes"]:
        for kind, of_each in size["delays"].items():
            rows.append(
                [
                    str(size["numbers"]),
                    str(size["calls_an_hour"]),
                    kind,
                    *(_delay(of_each[family]) for family in shown),
                    f"{size['stated']:.1%}",
                ]
            )
    return _table(["numbers", "calls an hour", "falls to", *shown, "false rests as computed"], rows)


def days(record: Record) -> str:
    """What a manager should expect."""
    mine = {kind: of_each[OURS] for kind, of_each in record["delays"].items()}
    return _table(
        ["calls a day", *(f"{kind}: median / 90 %" for kind in mine)],
        [
            [
                str(calls),
                *(
                    f"{_in(delay['median'], calls)} / {_in(delay['ninety'], calls)} days"
                    for delay in mine.values()
                ),
            ]
            for calls in CALLS_A_DAY
        ],
    )


def _in(calls: float | None, a_day: int) -> str:
    return NEVER if calls is None else f"{calls / a_day:.1f}"


def _delay(delay: Record) -> str:
    median, ninety = (
        NEVER if calls is None else f"{calls:.0f}" for calls in (delay["median"], delay["ninety"])
    )
    return f"{median} / {ninety} ({delay['missed'] / delay['of']:.0%})"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
