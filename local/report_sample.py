"""A month of made-up calls in a local cloud: a pool that was uploaded, counters of what became of
its calls, some worn numbers among them, and what the judge says of these."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from lambdas.domain.report import Period
from lambdas.wiring.clocks import local_hours_of_file
from local import outcome_sample
from local.cloud import LocalCloud
from local.errors import LocalError
from local.importing import import_file
from local.outcome_sample import Calling
from local.stage import AREAS, FICTIONAL, numbers_of

OWN = "+12065550199"
MOST = len(AREAS) * (FICTIONAL - 1)
WORN_EVERY = 40
"""One number in so many is worn, each from another day on and by another share."""
_WORN = ((12, 0.2), (6, 0.25), (20, 0.4), (4, 0.15))
OWN_CALLS = Calling(per_hour=9, tiers={"default": (1.0, 0.6)}, invalid=0.012)


def fill(cloud: LocalCloud, count: int, now: datetime) -> None:
    """Make it. Raises LocalError for more numbers than are reserved for fiction."""
    if count > MOST:
        raise LocalError(f"--sample goes up to {MOST}: so many numbers are reserved for fiction.")
    numbers = numbers_of(count)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.csv"
        path.write_text("\n".join(["number", *numbers]) + "\n", "utf-8")
        import_file(cloud, path, cloud.first_pool())
    period = Period.ending(now)
    client, table = cloud.session.client("dynamodb"), cloud.name_of("USAGE_TABLE")
    local, calling = local_hours_of_file(), calling_of(numbers, now)
    for number, how in [*((one, calling) for one in numbers), (OWN, OWN_CALLS)]:
        hours = outcome_sample.hours_of(number, period.before, now, how, local)
        outcome_sample.write(client, table, hours)
    days = [period.before + timedelta(days=day) for day in range((now - period.before).days + 1)]
    outcome_sample.write_own(client, table, [OWN], days)
    for function in cloud.made.functions.values():
        if function.handler.startswith("lambdas.judge_numbers."):
            cloud.invoke(function.arn, {})
            cloud.settle()


def calling_of(numbers: list[str], now: datetime) -> Calling:
    """How the numbers call: a few are worn, and one is shown by somebody else."""
    worn = {
        number: (now - timedelta(days=_WORN[turn % len(_WORN)][0]), _WORN[turn % len(_WORN)][1])
        for turn, number in enumerate(numbers[7::WORN_EVERY])
    }
    return Calling(per_hour=6, worn=worn, unprompted={numbers[len(numbers) // 2]: 0.05})
