"""What is kept of the trials: figures and curves, small enough for the documentation."""

import math
from collections.abc import Mapping
from typing import Any, Final

from lambdas.domain.reputation import limit_for
from local.detection.detectors import OURS
from local.detection.trial import Delay, Trial
from local.detection.world import (
    BADLY_LABELLED,
    FIFTH,
    HALVED,
    LABELLED,
    STEPS,
    Wear,
)

FALSE_RESTS = 0.01
TRADED: Final = (0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.015, 0.02, 0.03, 0.05, 0.07, 0.1)
KINDS: Final[Mapping[Wear, str]] = {
    HALVED: "halved",
    FIFTH: "a fifth",
    LABELLED: "labelled",
    BADLY_LABELLED: "badly labelled",
}
Record = dict[str, Any]


def stated_limit() -> float:
    """The level at which a number rests by the book, for the share of false rests in a month."""
    return math.log(limit_for(FALSE_RESTS, STEPS))


def families(trial: Trial) -> list[str]:
    """Detectors, whatever their variants."""
    return list(dict.fromkeys(variant.split("|")[0] for variant in trial.peaks))


def compared(trial: Trial, false_rests: float = FALSE_RESTS) -> dict[str, dict[str, Record]]:
    """For each kind of wear and each detector its delay, by that of its variants which is soonest
    just there."""
    return {
        KINDS[wear]: {
            family: _tuned(trial, wear, trial.best(wear, family, false_rests), false_rests)
            for family in families(trial)
        }
        for wear in trial.records
    }


def traded(trial: Trial) -> dict[str, dict[str, list[list[float | None]]]]:
    """For each kind of wear and each detector: share of false rests, median and 90 % of calls."""
    found: dict[str, dict[str, list[list[float | None]]]] = {}
    for wear in trial.records:
        found[KINDS[wear]] = {family: [] for family in families(trial)}
        for family, points in found[KINDS[wear]].items():
            for share in TRADED:
                variant = trial.best(wear, family, share)
                delay = trial.delay(wear, variant, trial.limit(variant, share))
                points.append([share, _kept(delay.median), _kept(delay.ninety)])
    return found


def main_record(main: Trial) -> Record:
    """Of the pool that all detectors are compared in."""
    return {
        "seeds": main.seeds,
        "months": main.months,
        "calls_in_a_month": STEPS * main.world.calls_an_hour,
        "stated": round(main.passing(OURS, stated_limit()), 4),
        "published_rule": round(main.rested_by_add_on, 4),
        "delays": {
            kind: {
                family: {**tuned, "calls": _curve(main, kind, tuned["variant"])}
                for family, tuned in of_each.items()
            }
            for kind, of_each in compared(main).items()
        },
        "trade_off": traded(main),
    }


def short_record(trial: Trial) -> Record:
    """Of any other pool."""
    return {
        "numbers": trial.world.numbers,
        "calls_an_hour": trial.world.calls_an_hour,
        "seeds": trial.seeds,
        "months": trial.months,
        "stated": round(trial.passing(OURS, stated_limit()), 4),
        "delays": compared(trial),
    }


def _tuned(trial: Trial, wear: Wear, variant: str, false_rests: float) -> Record:
    delay: Delay = trial.delay(wear, variant, trial.limit(variant, false_rests))
    return {
        "variant": variant,
        "median": _kept(delay.median),
        "ninety": _kept(delay.ninety),
        "missed": delay.missed,
        "of": delay.of,
    }


def _curve(trial: Trial, kind: str, variant: str) -> list[float]:
    """Calls until each rest, of those that rested."""
    [wear] = [wear for wear in trial.records if KINDS[wear] == kind]
    calls = trial.calls(wear, variant, trial.limit(variant, FALSE_RESTS))
    return [one for one in calls if one != math.inf]


def _kept(calls: float) -> float | None:
    return None if math.isinf(calls) else calls
