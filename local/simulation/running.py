"""A simulation from its questions to its report."""

import gc
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lambdas.domain.settings import Action
from local.coverage.ground import Ground, ground_of
from local.errors import LocalError
from local.simulation import supply as supplies
from local.simulation.agents import Floor, Ring, agents_for
from local.simulation.calling import Desk
from local.simulation.costs import costs, prices
from local.simulation.hours import AnswerRates, monday, windows
from local.simulation.people import People, people
from local.simulation.report import Plan, Report
from local.simulation.supply import Supply
from local.simulation.towns import towns
from local.toolchain import Say

BEGIN = datetime(2026, 11, 23, tzinfo=UTC)
LIST_A_CALL = 0.62
LIST_OF_A_LATER_DAY = 0.35
"""Customers on the list for each call of the first day, and of each later one: less where more
calls are second and third ones."""
LONGEST_LIST = 2_000_000
LEDGER_KEPT = timedelta(days=400)
TOLD_EVERY = 500


@dataclass(frozen=True)
class Asked:
    """What the command line asks for. `agents` None: as many as it takes; `pool` a file of numbers
    instead of `numbers` spread over towns."""

    calls: int
    days: int
    numbers: int | None = None
    pool: Path | None = None
    agents: int | None = None
    config: Path = Path("config/example.yaml")
    queue: str | None = None
    seed: int = 1


def simulate(asked: Asked, say: Say, told: Callable[[int, int], None]) -> Report:
    """Run it. `told` hears of the calls made and of those to be made, every few hundred.

    Raises LocalError for a config, a file or a size that cannot be simulated.
    """
    rng = random.Random(asked.seed)
    ground = ground_of(asked.config, asked.queue)
    supply, customers = _world(asked, ground, say, rng)
    agents = asked.agents or agents_for(asked.calls)
    desk = Desk(
        *(ground, supply.directory, customers, prices().pick_seconds_per_request),
        ledger_kept=LEDGER_KEPT,
        rng=random.Random(rng.getrandbits(32)),
    )
    days = [windows(zones, monday(BEGIN), asked.days) for zones in customers.zones]
    floor = Floor(
        *(customers, days, AnswerRates(customers.zones, BEGIN)),
        rng=random.Random(rng.getrandbits(32)),
        agents=agents,
        calls_a_day=asked.calls,
    )
    total = asked.calls * asked.days
    made = 0

    def call(ring: Ring) -> Action:
        nonlocal made
        made += 1
        if made % TOLD_EVERY == 0:
            told(made, total)
        return desk.call(ring)

    with _no_collections():
        floor.work(call, desk.answered)
    told(made, total)
    plan = Plan(
        ground.queue, ground.pool, len(supply.directory), agents, len(customers), asked.days
    )
    spent = costs(desk.store.meter, desk.asked.picks, _memory_mb(asked.config), prices())
    return Report(plan, asked.calls, floor.made, desk.watch, desk.asked, desk.store.meter, spent)


@contextmanager
def _no_collections() -> Iterator[None]:
    """A pick leaves no cycles behind, and looking for some among a million ledgers takes long."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _world(asked: Asked, ground: Ground, say: Say, rng: random.Random) -> tuple[Supply, People]:
    country = {ground.pool.country} if ground.pool.country else set[str]()
    say("Spreading numbers and customers over towns")
    if asked.pool is not None:
        supply = supplies.from_file(asked.pool, ground, BEGIN)
        country = {town.sample.region for town in supply.towns}
        among = towns(country, ground.places, say)
    elif asked.numbers is not None:
        among = towns({code for code in country if code}, ground.places, say)
        if not among:
            raise LocalError(
                f"No towns of {ground.pool.country} are known to a simulation; give a file of"
                " numbers: --pool FILE."
            )
        supply = supplies.spread(asked.numbers, among, ground, BEGIN, rng)
    else:
        raise LocalError("Say which numbers there are: --numbers N, or --pool FILE.")
    share = LIST_A_CALL + LIST_OF_A_LATER_DAY * (asked.days - 1)
    count = min(LONGEST_LIST, max(20, round(asked.calls * share)))
    return supply, people(count, supply, among, ground.places, rng)


def _memory_mb(config: Path) -> int:
    from stacks.config import load

    return load(config).picker.memory_mb
