"""Every way to opt out, through the local cloud: how many there are, and how many block."""

from pathlib import Path

from local.cloud import LocalCloud
from local.evidence import Finding, evidence
from local.importing import import_file
from local.opt_out_journeys import (
    LAWFUL,
    POOL,
    POOL_OF_SALES,
    QUEUES,
    Journey,
    call,
    customers,
    journeys,
    lifted,
)
from local.toolchain import BUILD, ROOT, Say

CONFIG = ROOT / "config" / "example.yaml"


@evidence("suppression/journeys")
def opt_outs(say: Say) -> Finding:
    """Dial a person, let them opt out, dial from each queue, lift, and dial again."""
    ways, faults, blocked = journeys(), list[str](), 0
    with LocalCloud.start(CONFIG, None, say) as cloud:
        cloud.clock.set(LAWFUL)
        for pool, content in (("service", POOL), ("sales", POOL_OF_SALES)):
            import_file(cloud, _written(pool, content), pool)
        for journey, person in zip(ways, customers(), strict=False):
            say(journey.name)
            found, dials = _gone(cloud, journey, person)
            faults += found
            blocked += dials
    wanted = len(ways) * len(QUEUES)
    words = f"{len(ways)} ways; each was dialled before, blocked from both queues after, and again"
    return Finding(
        blocked,
        f"all {wanted} dials after an opt-out are blocked",
        blocked == wanted and not faults,
        "; ".join(faults)
        or f"{words} dialled once it was lifted: " + ", ".join(journey.name for journey in ways),
    )


def _gone(cloud: LocalCloud, journey: Journey, person: str) -> tuple[list[str], int]:
    """What was not as it must be on one way, and how many dials it blocked."""
    faults, blocked = [], 0
    if call(cloud, person).action != "dial":
        faults.append(f"{journey.name}: not dialled before")
    journey.act(cloud, person)
    for queue in QUEUES:
        done = call(cloud, person, queue)
        if done.action == "block" and done.reason == f"suppressed_{journey.reason}":
            blocked += 1
        else:
            faults.append(f"{journey.name}: {done.action} for {done.reason} from {queue}")
    if lifted(cloud, person) != 1 or call(cloud, person).action != "dial":
        faults.append(f"{journey.name}: not dialled once lifted")
    return faults, blocked


def _written(pool: str, content: str) -> Path:
    path = BUILD / "evidence" / f"opt_out_{pool}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path
