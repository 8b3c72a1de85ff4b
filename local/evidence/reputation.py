"""How soon a worn number is noticed, beside rivals that rest as few healthy ones by mistake."""

import json
import math
from pathlib import Path

from lambdas.domain.reputation import limit_for
from local.detection.trial import FALSE_RESTS, FIFTH, HALVED, OURS, Delay, Trial, trial
from local.detection.world import DAYS, HOURS, ONSET_DAY
from local.evidence import Finding, evidence
from local.toolchain import ROOT, Say

SEEDS = 200
STEPS = (DAYS - ONSET_DAY) * len(HOURS)
CURVES = ROOT / "build" / "detection.json"
"""Calls until each rest, for the plot in the docs."""


@evidence(
    "reputation/halved",
    "reputation/fifth",
    "reputation/stated_limit",
    "reputation/published_rule_on_healthy",
)
def detection(say: Say) -> list[Finding]:
    """Each detector tuned to the same share of false rests a month; then the delay."""
    done = trial(SEEDS, math.log(limit_for(FALSE_RESTS, STEPS)), say)
    _keep(done, CURVES)
    stated = done.false_rests_at_stated_limit
    published = done.healthy_rested_by_add_on
    return [
        _finding(done, HALVED),
        _finding(done, FIFTH),
        Finding(
            round(stated, 4),
            f"at most {FALSE_RESTS:.0%} of healthy number-months rest at the limit as computed",
            stated <= FALSE_RESTS,
            f"{done.months:,} healthy number-months; limit {limit_for(FALSE_RESTS, STEPS):,.0f}",
        ),
        Finding(
            round(published, 4),
            "no bar: what a published fixed rule does to healthy numbers",
            published > FALSE_RESTS,
            f"from 20 calls on, under 8 % answered in a week: {published:.1%} of"
            f" {done.months:,} healthy number-months would rest",
        ),
    ]


def _finding(done: Trial, share: float) -> Finding:
    delays = done.delays[share]
    mine = delays[OURS]
    rivals = {name: delay for name, delay in delays.items() if name != OURS}
    shortest = all(
        mine.median < other.median and mine.ninety < other.ninety for other in rivals.values()
    )
    told = "; ".join(f"{name} {_words(delay)}" for name, delay in rivals.items())
    return Finding(
        mine.median,
        "the median and the 90 % of calls until a rest are the shortest",
        shortest,
        f"calls until a number that falls to {share:.0%} of its answers rests, {done.seeds} seeds,"
        f" each tuned to {FALSE_RESTS:.0%} of {done.months:,} healthy number-months: ours"
        f" {_words(mine)}; {told}",
    )


def _words(delay: Delay) -> str:
    return f"{_calls(delay.median)} / {_calls(delay.ninety)} ({delay.missed} not within a month)"


def _calls(count: float) -> str:
    return "never" if math.isinf(count) else f"{count:.0f}"


def _keep(done: Trial, path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    curves = {
        f"{share:.0%}": {
            name: [None if math.isinf(calls) else calls for calls in delay.calls]
            for name, delay in delays.items()
        }
        for share, delays in done.delays.items()
    }
    path.write_text(json.dumps(curves))
