"""The journey as a whole: every branch of the whisper, and what the demo covers."""

import json
from pathlib import Path

from flows.rendering import OUTBOUND_WHISPER
from local import flow_script
from local.cloud import LocalCloud
from local.demonstration import COUNTRIES_AT_LEAST, NUMBERS_AT_LEAST, TIERS, demonstrate
from local.evidence import Finding, evidence
from local.flow_runner import Coverage
from local.importing import import_file
from local.toolchain import BUILD, ROOT, Say

CONFIG = ROOT / "config" / "example.yaml"
POOL = "number\n+12065550123\n+12065550145\n"


@evidence("path/flow_branches", "path/flow_script")
def flow_branches(say: Say) -> list[Finding]:
    """Share of the whisper's branches that scripted calls take through the synthesised flows."""
    scenes = flow_script.scenes()
    surprises = []
    with LocalCloud.start(CONFIG, None, say) as cloud:
        coverage = covering(cloud)
        import_file(cloud, _pool_file(), cloud.pool_of(cloud.queue(flow_script.LENIENT)))
        for scene in scenes:
            ended = flow_script.how_it_ended(flow_script.play(cloud, scene))
            if ended != scene.ends:
                surprises.append(f"{scene.why}: {ended}, expected {scene.ends}")
    missing = ", ".join(f"{identifier} {branch}" for identifier, branch in coverage.missing())
    return [
        Finding(
            round(coverage.share * 100, 2),
            "100 %",
            not missing,
            f"{len(coverage.all())} branches, {len(scenes)} calls through the flows of both queues"
            + (f"; not taken: {missing}" if missing else ""),
        ),
        Finding(
            len(scenes) - len(surprises),
            f"all {len(scenes)}",
            not surprises,
            "; ".join(surprises) or "each call of the script ended as it must",
        ),
    ]


@evidence("path/demo_countries", "path/demo_tiers", "path/demo_numbers", "path/demo_calls")
def demo(say: Say) -> list[Finding]:
    """What the demo covers, from the sample XLSX to the shown numbers."""
    with LocalCloud.start(CONFIG, None, say) as cloud:
        shown = demonstrate(cloud, say)
    countries, tiers, numbers = sorted(shown.countries()), shown.tiers(), shown.numbers()
    right = sum(call.as_expected for call in shown.calls)
    return [
        Finding(
            len(countries),
            f">= {COUNTRIES_AT_LEAST}",
            len(countries) >= COUNTRIES_AT_LEAST,
            " ".join(countries),
        ),
        Finding(
            sum(tier in tiers for tier in TIERS),
            f"all {len(TIERS)}",
            all(tier in tiers for tier in TIERS),
            ", ".join(f"{tier} {tiers[tier]}" for tier in TIERS),
        ),
        Finding(
            numbers,
            f">= {NUMBERS_AT_LEAST}",
            numbers >= NUMBERS_AT_LEAST,
            "rows of the sample XLSX that were taken into the pool",
        ),
        Finding(
            right,
            f"all {len(shown.calls)}",
            not shown.faults(),
            "; ".join(shown.faults()) or "every sample call came to the tier that it must",
        ),
    ]


def covering(cloud: LocalCloud) -> Coverage:
    """Count the branches of all queues' flows together: they are one flow, with other holes."""
    coverage = Coverage(json.loads(OUTBOUND_WHISPER.read_text("utf-8")))
    cloud.coverage = dict.fromkeys(cloud.loaded.flows, coverage)
    return coverage


def _pool_file() -> Path:
    path = BUILD / "evidence" / "pool.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(POOL)
    return path
