"""The judge of numbers, every hour: pool by pool, the hours that have passed, then who rests.

A pool that another judge is at work on is left to that one. What fails for one pool does not keep
the others from being judged.
"""

from typing import Any

from lambdas import telemetry, wiring
from lambdas.domain.lifecycle import Event
from lambdas.telemetry import Metric
from lambdas.usecases.judge_numbers import Judged, Overtaken
from lambdas.wiring import judging


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ARG001
    """Reply what was done by pool. Raises the first failure after all pools were looked at."""
    now, mode = wiring.now(), judging.mode()
    done: dict[str, Any] = {}
    failures: list[Exception] = []

    def left() -> float:
        return float(context.get_remaining_time_in_millis()) / 1000

    for pool in _in_turn(sorted(wiring.settings().pools), now.hour):
        try:
            judged = judging.judge(pool, left).look(pool, mode, now)
        except Overtaken:
            telemetry.record("judge_gave_way", pool=pool)
            continue
        except Exception as problem:  # noqa: BLE001 - raised when all pools were looked at
            telemetry.record("judge_failed", pool=pool, why=type(problem).__name__)
            failures.append(problem)
            continue
        if judged is not None:
            _tell(judged)
            done[pool] = {"hours": judged.hours, "changes": len(judged.transitions)}
    if failures:
        raise failures[0]
    return {"mode": mode, "pools": done}


def _in_turn(pools: list[str], hour: int) -> list[str]:
    """Another pool first every hour, should the time not suffice for all."""
    first = hour % len(pools) if pools else 0
    return pools[first:] + pools[:first]


def _tell(judged: Judged) -> None:
    events = [each.event for each in judged.transitions]
    telemetry.record(
        "judged",
        _metric("NumbersRested", events.count(Event.RESTING)),
        _metric("NumbersRetired", events.count(Event.RETIRED)),
        _metric("NumbersReturned", events.count(Event.RETURNED)),
        _metric(
            "NumbersThatWouldRest",
            events.count(Event.WOULD_REST) + events.count(Event.WOULD_RETIRE),
        ),
        _metric("NumbersWaitingToRest", len(judged.waiting)),
        _metric("HoursToJudge", judged.behind),
        Pool=judged.pool,
        mode=judged.mode,
        hours=judged.hours,
        calls=judged.calls,
        rows=judged.rows,
        numbers=judged.numbers,
        resting=judged.resting,
        waiting=judged.waiting[:20],
    )
    for each in judged.transitions:
        telemetry.record(
            "number_judged",
            event_of=each.event,
            number=each.number,
            pool=each.pool,
            reason=each.reason,
        )


def _metric(name: str, value: float) -> Metric:
    return Metric(name, value, dimensions=(), also=(("Pool",),))
