"""A thousand numbers listed at the rate of the API, killed at random; what is gone is not shown."""

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from local import inventory_stage, stage
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.inventory_stage import MOMENTS, Dying, Scene
from local.toolchain import Say

NUMBERS = 1_000
ROUNDS = 24
PAGE = 50
"""Numbers of a page, so that a run has many places to die at; Connect gives 1000."""
RELEASED = 25
DEATHS = (0, 1, 2, 3)
PICKS = 400
RETRIED_AFTER_S = 60.0
"""Lambda waits a minute before it tries a failed event again."""

WINDOW_S = 10.0
LATEST = 120
"""Requests to AWS after which a run may die: more than its listing and its changes take."""


@dataclass
class Tally:
    """What the rounds came to."""

    deaths: int = 0
    faults: list[str] = field(default_factory=list)
    shown_after: set[str] = field(default_factory=set)
    picks: int = 0
    moments: list[float] = field(default_factory=list)
    refused: int = 0
    longest: int = 0

    @property
    def busiest(self) -> int:
        """The most requests within any ten seconds."""
        return max(
            sum(begin <= moment < begin + WINDOW_S for moment in self.moments)
            for begin in self.moments
        )


@evidence("inventory/restarts", "inventory/released_never_shown", "inventory/within_the_rate")
def inventory(say: Say) -> list[Finding]:
    """The function's own handler, a fake instance that throttles, and the real picker."""
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        say(f"publishing a pool of {NUMBERS}")
        numbers = inventory_stage.numbers_of(NUMBERS)
        staged = stage.staged(address, Path(name), inventory_stage.settings(), numbers)
        with inventory_stage.set_up(staged, numbers, PAGE) as scene:
            tally = rounds(scene, numbers, ROUNDS, say)
        with inventory_stage.set_up(staged, numbers) as scene:
            scene.run()
            whole, seconds = len(scene.instance.asked), scene.time.seconds
    return findings(tally, whole, seconds)


def rounds(scene: Scene, numbers: Sequence[str], count: int, say: Say) -> Tally:
    """In each: numbers are released, runs die at random moments, one comes to its end, and the
    picker, which has the directory of before, shows numbers to customers."""
    tally = Tally()
    scene.instance.before = lambda _asked: tally.moments.append(scene.time.seconds)
    for turn in range(count):
        say(f"round {turn + 1} of {count}")
        rng = random.Random(turn)
        gone = set(rng.sample(list(numbers[1:]), RELEASED))
        scene.release(sorted(gone))
        before = len(scene.instance.asked)
        request = f"round-{turn}"
        for _ in range(rng.choice(DEATHS)):
            dies = Dying(rng.randrange(1, LATEST), rng.choice(MOMENTS))
            tally.deaths += scene.run(request, dies) is None
            wrong = scene.withheld() - gone
            tally.faults += [f"round {turn}: {number} is held" for number in sorted(wrong)]
            scene.time.sleep(RETRIED_AFTER_S)
        done = scene.run(request)
        if done is None or done["state"] != "done" or scene.withheld() != gone:
            tally.faults.append(f"round {turn} did not come to its end: {done}")
        tally.longest = max(tally.longest, len(scene.instance.asked) - before)
        _pick(scene, gone, turn, tally)
        scene.claim(sorted(gone))
        scene.time.sleep(RETRIED_AFTER_S)
        scene.run()
        if scene.withheld():
            tally.faults.append(f"round {turn}: what was claimed again is not back")
        scene.time.sleep(RETRIED_AFTER_S)
    tally.refused = scene.instance.buckets.refused
    return tally


def _pick(scene: Scene, gone: set[str], turn: int, tally: Tally) -> None:
    """Half by a picker with the old directory, half by one that has the next."""
    for fresh in (False, True):
        if fresh:
            scene.publish()
        shown = scene.picked(PICKS // 2, seed=turn * 2 + fresh, fresh=fresh)
        tally.shown_after |= shown & gone
        tally.picks += PICKS // 2
        if not shown:
            tally.faults.append(f"round {turn}: the picker showed no number at all")


def findings(tally: Tally, whole: int, seconds: float) -> list[Finding]:
    """The three figures."""
    died = f"{tally.deaths} deaths in {ROUNDS} rounds, before a request or after its answer"
    return [
        Finding(
            len(tally.faults),
            "0 runs that do not come to the same end, 0 held numbers taken out of use",
            not tally.faults and tally.deaths >= ROUNDS // 2,
            "; ".join([died, f"at most {tally.longest} requests a round", *tally.faults[:5]]),
        ),
        Finding(
            len(tally.shown_after),
            "0 released numbers shown after the run",
            not tally.shown_after and tally.picks > 0,
            f"{tally.picks:,} picks by pickers with the old and with the new directory, "
            f"{RELEASED} of {NUMBERS:,} numbers released in each of {ROUNDS} rounds",
        ),
        Finding(
            tally.busiest,
            "at most 20 requests in any 10 s, as 2 a second, and none refused",
            tally.busiest <= 2 * WINDOW_S and tally.refused == 0,
            f"{len(tally.moments)} requests, {tally.refused} refused; {NUMBERS:,} numbers in pages "
            f"of 1,000 take {whole} requests and {seconds:.1f} s of virtual time",
        ),
    ]
