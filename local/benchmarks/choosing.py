"""What choosing costs in memory, beside the same tiers as a dialler asks a database for them."""

import random
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import median, quantiles
from uuid import UUID

from lambdas.domain.choosing import Wanted, candidates
from lambdas.domain.directory import Listing, pack, unpack
from lambdas.domain.phone import Phone
from lambdas.domain.rejections import Rejections
from lambdas.domain.settings import AvoidRepeat, Limits, PoolSettings, Tier
from lambdas.domain.whereabouts import NOTHING_KNOWN, whereabouts
from local.benchmarks import Comparison, at_most, benchmark
from local.spread_pool import LINES, Exchange, exchanges, places, pool_of, rules
from local.toolchain import Say

SIZES = (1_000, 100_000, 1_000_000)
CHOICES = 3_000
IN_THE_POOL = 0.7
BUSY = 60
BUDGET_US = 50.0
POOL = PoolSettings(
    "bench",
    (
        *(Tier.ANSWERED_BEFORE, Tier.CITY, Tier.NEAREST, Tier.AREA_CODE, Tier.STATE),
        *(Tier.COUNTRY, Tier.GOLDEN_TOLL_FREE, Tier.TOLL_FREE),
    ),
    Limits(per_minute=4, per_hour=12, per_day=60),
    AvoidRepeat(30, 10),
)

Choose = Callable[[Wanted], object]


@benchmark("pick/choose_1k", "pick/choose_100k", "pick/choose_1m")
def choose(say: Say) -> list[Comparison]:
    """Microseconds to the first candidate at three sizes of pool, each beside SQL."""
    say("exchanges of thousands of towns")
    known = exchanges()
    wanted = destinations(known)
    return [_compared(say, size, known, wanted) for size in SIZES]


def destinations(known: Sequence[Exchange], seed: int = 13) -> list[Wanted]:
    """Distinct customers with a contact each, in towns where the pool has numbers and in others."""
    rng = random.Random(seed)
    finder = places()
    lines = rng.sample(range(len(known) * LINES), CHOICES)
    phones = (known[line // LINES].phone(line % LINES) for line in lines)
    return [
        Wanted(
            phone,
            whereabouts(phone, NOTHING_KNOWN, finder),
            "service",
            contact_id=str(UUID(int=rng.getrandbits(128))),
        )
        for phone in phones
    ]


def _compared(
    say: Say, size: int, known: Sequence[Exchange], wanted: Sequence[Wanted]
) -> Comparison:
    say(f"a pool of {size:,}")
    listings = list(pool_of(size, known[: int(IN_THE_POOL * len(known))]))
    known_rules = rules()
    other = _sql(listings)
    segments = pack(listings)
    del listings
    directory = unpack(segments.values(), "bench", known_rules.prefixes)

    def ours(want: Wanted) -> object:
        return next(candidates(directory, want, POOL, known_rules, Rejections()), None)

    say(f"a pool of {size:,} – {len(wanted):,} choices, ours and SQL in turns")
    mine, theirs = _in_turns(ours, other, wanted)
    words = f"p99 {_p99(mine):.0f} us, SQL's {_p99(theirs):.0f} us"
    return replace(at_most(median(mine), "us", BUDGET_US), other=median(theirs), note=words)


def _in_turns(
    ours: Choose, other: Choose, wanted: Sequence[Wanted]
) -> tuple[list[float], list[float]]:
    """Microseconds of each. Nothing is asked twice: shelves that a first question makes count."""
    spent: tuple[list[float], list[float]] = ([], [])
    step = 100
    for start in range(0, len(wanted), step):
        for choose_one, times in zip((ours, other), spent, strict=True):
            for want in wanted[start : start + step]:
                started = time.perf_counter()
                choose_one(want)
                times.append((time.perf_counter() - started) * 1e6)
    return spent


def _p99(times: Sequence[float]) -> float:
    return quantiles(times, n=100)[98]


def _sql(listings: Sequence[Listing]) -> Choose:
    """VICIdial's way: rows by area code, the longest with the fewest calls today first; then its
    state, then the country. One statement a tier, each with the index that serves it; no rules, no
    distances, and no memory of what the customer saw."""
    rng = random.Random(17)
    store = sqlite3.connect(":memory:")
    store.execute(
        "CREATE TABLE numbers (e164 TEXT PRIMARY KEY, country TEXT, state TEXT, area TEXT,"
        " active INTEGER, calls_today INTEGER) WITHOUT ROWID"
    )
    store.executemany(
        "INSERT INTO numbers VALUES (?, ?, ?, ?, 1, ?)",
        (
            (each.e164, each.region, each.state, each.area_code, rng.randrange(BUSY))
            for each in listings
        ),
    )
    for columns in ("area", "country, state", "country"):
        name = columns.replace(", ", "_")
        store.execute(f"CREATE INDEX by_{name} ON numbers ({columns}, active, calls_today)")
    store.execute("ANALYZE")
    statements: tuple[tuple[str, Callable[[Wanted], tuple[str, ...]]], ...] = (
        (
            "SELECT e164 FROM numbers WHERE area IN (?, ?, ?, ?) AND active = 1"
            " ORDER BY length(area) DESC, calls_today LIMIT 1",
            lambda want: _leading(want.destination),
        ),
        (
            "SELECT e164 FROM numbers WHERE country = ? AND state = ? AND active = 1"
            " ORDER BY calls_today LIMIT 1",
            lambda want: (want.destination.region, want.whereabouts.state),
        ),
        (
            "SELECT e164 FROM numbers WHERE country = ? AND active = 1"
            " ORDER BY calls_today LIMIT 1",
            lambda want: (want.destination.region,),
        ),
    )

    def ask(want: Wanted) -> object:
        for statement, given in statements:
            row = store.execute(statement, given(want)).fetchone()
            if row:
                return row
        return None

    return ask


def _leading(destination: Phone) -> tuple[str, ...]:
    """What may be the area code: the calling code and two to five digits more."""
    digits = destination.e164[1:]
    begin = len(destination.area_code) - 2 if destination.area_code else 2
    return tuple(digits[:length] for length in range(begin, begin + 4))
