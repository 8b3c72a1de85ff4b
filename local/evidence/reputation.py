"""How soon a worn number is noticed, beside rivals that rest as few healthy ones by mistake."""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from lambdas.domain.reputation import limit_for
from local.detection.detectors import BY_ANSWERS, LENT, OURS, Ours
from local.detection.record import FALSE_RESTS, KINDS, main_record, short_record
from local.detection.trial import trial
from local.detection.world import (
    BADLY_LABELLED,
    FIFTH,
    HALVED,
    LABELLED,
    STEPS,
    World,
)
from local.evidence import Finding, evidence
from local.toolchain import ROOT, Say

SEEDS = 200
SEEDS_WITH_SIGNS = 100
SIZES = (
    (World(10, 2), 200),
    (World(10, 4), 200),
    (World(10, 10), 200),
    (World(40, 2), 50),
    (World(40, 10), 50),
)
"""Other pools, each with the seeds for two thousand healthy number-months."""
PROCESSES = 2
RECORD = ROOT / "build" / "detection.json"
"""Figures and curves: `python -m local.detection` puts them into the documentation."""
OUT_OF_REACH = float("inf")


@evidence(
    "reputation/halved",
    "reputation/fifth",
    "reputation/trade_off",
    "reputation/stated_limit",
    "reputation/published_rule_on_healthy",
)
def detection(say: Say) -> list[Finding]:
    """Each detector tuned to the same share of false rests a month; then the delay."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        record = main_record(trial(pool, World(), (HALVED, FIFTH), SEEDS, say))
    _keep(record)
    return [
        _soonest(record, KINDS[HALVED]),
        _soonest(record, KINDS[FIFTH]),
        _traded(record),
        _stated(record),
        _published(record),
    ]


@evidence("reputation/signs")
def signs(say: Say) -> list[Finding]:
    """What short calls and blocking add to answers, where a label brings them."""
    with ProcessPoolExecutor(PROCESSES) as pool:
        played = trial(
            pool,
            World(has_signs=True),
            (LABELLED, BADLY_LABELLED),
            SEEDS_WITH_SIGNS,
            say,
            makers=(Ours,),
        )
    record = short_record(played)
    _keep({"signs": record})
    return [_signs(record)]


@evidence("reputation/sizes")
def sizes(say: Say) -> list[Finding]:
    """Pools of other sizes and numbers with other loads, each kept as soon as it is played."""
    records: list[dict[str, Any]] = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for world, seeds in SIZES:
            records.append(short_record(trial(pool, world, (HALVED, FIFTH), seeds, say)))
            _keep({"sizes": records})
    return [_sizes(records)]


def _keep(part: dict[str, Any]) -> None:
    """Put a part of the record beside the others."""
    RECORD.parent.mkdir(exist_ok=True)
    kept = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    RECORD.write_text(json.dumps(kept | part), encoding="utf-8")


def _soonest(record: dict[str, Any], kind: str) -> Finding:
    delays = record["delays"][kind]
    mine = delays[OURS]
    rivals = [delay for family, delay in delays.items() if _is_rival(family)]
    told = "; ".join(f"{family} {_words(delay)}" for family, delay in delays.items())
    return Finding(
        mine["median"],
        "the median and the 90 % of calls until a rest are the shortest",
        all(_is_sooner(mine, other) for other in rivals),
        f"number falls to {kind}: calls until it rests, median / 90 %, {record['seeds']} seeds,"
        f" each tuned to {FALSE_RESTS:.0%} of {record['months']:,} healthy number-months: {told}",
    )


def _traded(record: dict[str, Any]) -> Finding:
    shortest = points = 0
    for of_each in record["trade_off"].values():
        for index, (_, median, ninety) in enumerate(of_each[OURS]):
            for place, mine in ((1, median), (2, ninety)):
                others = [
                    _reach(curve[index][place])
                    for family, curve in of_each.items()
                    if _is_rival(family)
                ]
                if _reach(mine) == OUT_OF_REACH:
                    continue
                points += 1
                shortest += _reach(mine) <= min(others)
    return Finding(
        f"{shortest} of {points}",
        "no bar: how often ours is the shortest from 0.1 % to 10 % of false rests",
        shortest > points / 2,
        "median and 90 %, both kinds of wear, where ours notices within the month; each rival at"
        " each point by its best variant",
    )


def _stated(record: dict[str, Any]) -> Finding:
    stated = record["stated"]
    return Finding(
        stated,
        f"at most {FALSE_RESTS:.0%} of healthy number-months rest at the limit as computed",
        stated <= FALSE_RESTS,
        f"{record['months']:,} healthy number-months; limit {limit_for(FALSE_RESTS, STEPS):,.0f}",
    )


def _published(record: dict[str, Any]) -> Finding:
    share = record["published_rule"]
    return Finding(
        share,
        "no bar: what a published fixed rule does to healthy numbers",
        share > FALSE_RESTS,
        f"from 20 calls on, under 8 % answered in a week: {share:.1%} of {record['months']:,}"
        " healthy number-months would rest",
    )


def _signs(record: dict[str, Any]) -> Finding:
    told = [
        f"{kind}: {_words(delays[OURS])}, by answers alone {_words(delays[BY_ANSWERS])}"
        for kind, delays in record["delays"].items()
    ]
    return Finding(
        record["delays"][KINDS[LABELLED]][OURS]["median"],
        "with short calls and blocking the delay is shorter than by answers alone",
        all(_is_sooner(delays[OURS], delays[BY_ANSWERS]) for delays in record["delays"].values()),
        f"{record['seeds']} seeds; " + "; ".join(told),
    )


def _sizes(records: list[dict[str, Any]]) -> Finding:
    cases = list(_cases(records))
    best = sum(_is_sooner(mine, other) for mine, others in cases for other in others)
    of = sum(len(others) for _, others in cases)
    return Finding(
        f"{best} of {of}",
        "no bar: pools of 10 and 40, 2 to 10 calls an hour; rivals beaten in median and 90 %",
        best > of / 2,
        "; ".join(
            f"{size['numbers']} numbers, {size['calls_an_hour']} calls: "
            + ", ".join(f"{kind} {_words(of[OURS])}" for kind, of in size["delays"].items())
            for size in records
        ),
    )


def _cases(records: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    for size in records:
        for delays in size["delays"].values():
            yield delays[OURS], [one for family, one in delays.items() if _is_rival(family)]


def _is_rival(family: str) -> bool:
    return family not in {OURS, BY_ANSWERS, *LENT}


def _is_sooner(mine: dict[str, Any], other: dict[str, Any]) -> bool:
    """Sooner in the median and in the 90 %; of two that 90 % do not reach, who misses fewer."""
    return _reach(mine["median"]) < _reach(other["median"]) and (
        _reach(mine["ninety"]),
        mine["missed"],
    ) < (_reach(other["ninety"]), other["missed"])


def _reach(calls: float | None) -> float:
    return OUT_OF_REACH if calls is None else calls


def _words(delay: dict[str, Any]) -> str:
    median, ninety = (
        "not within a month" if calls is None else f"{calls:.0f}"
        for calls in (delay["median"], delay["ninety"])
    )
    return f"{median} / {ninety} ({delay['missed']} of {delay['of']} missed)"
