"""A thousand numbers' papers in an Excel file: what is due, what is kept back, what is exported."""

import io
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

from lambdas import wiring
from lambdas.domain.intake import Entry, Intake
from lambdas.domain.paper_exports import Branding, Export, export
from lambdas.domain.places import Places
from lambdas.domain.registry import gaps
from lambdas.domain.rules import Rules
from lambdas.files.report import read_report
from lambdas.registry.handler import handler
from lambdas.store.imports import DynamoImports
from lambdas.store.uploads import UploadedFile
from lambdas.usecases.import_numbers import Upload, import_numbers
from lambdas.wiring import registry
from local import inventory_stage, paper_sample, stage
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.paper_sample import NETWORKS, REQUIRES, TEST_DAYS, Papers
from local.stage import BEGINS, POOL, Stage
from local.toolchain import ROOT, Say

AMERICAN, BRITISH = 800, 200
INBOUND_EVERY = 20
SEED = 7
BRAND = "Example Care"
FUNCTION_S = 600.0
"""The function's time limit."""

BAR_S = FUNCTION_S / 5


@dataclass
class _Desk:
    """Where uploads come from and reports go to, in place of a bucket."""

    file: Path
    report: Path
    notices: list[str] = field(default_factory=list)

    def fetch(self, _file: UploadedFile, target: Path) -> Mapping[str, str]:
        shutil.copy(self.file, target)
        return {}

    def put_report(self, _file: UploadedFile, report: Path) -> None:
        shutil.copy(report, self.report)

    def notify(self, subject: str, message: str) -> None:
        self.notices.append(f"{subject}\n{message}")


@evidence("inventory/registry_gaps", "inventory/registry_lists", "inventory/registry_seconds")
def papers(say: Say) -> list[Finding]:
    """The function's own handler with a file from Excel, and by the hour after it."""
    numbers = [*stage.numbers_of(AMERICAN), *(f"+4420794600{n:02d}" for n in range(100))]
    numbers += [f"+4420794601{n:02d}" for n in range(BRITISH - 100)]
    inbound = numbers[::INBOUND_EVERY]
    drawn = paper_sample.drawn(numbers, inbound, BEGINS.date(), SEED, BRAND)
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        say(f"publishing a pool of {len(numbers)}")
        staged = stage.staged(address, Path(name), _settings(), numbers)
        _take_calls_only(staged, inbound)
        desk = _Desk(Path(name) / "papers.xlsx", Path(name) / "report.xlsx")
        paper_sample.write(desk.file, drawn.rows)
        with _function(staged, desk):
            say(f"{len(drawn.rows)} papers")
            began = time.perf_counter()
            handler(_dropped(desk.file), object())
            kept_s = time.perf_counter() - began
            out, began = io.StringIO(), time.perf_counter()
            with redirect_stdout(out):
                handler({"detail-type": "Scheduled Event"}, object())
            looked_s = time.perf_counter() - began
            return [
                _gaps(drawn, desk, out.getvalue()),
                _lists(drawn),
                Finding(
                    round(kept_s, 1),
                    f"at most {BAR_S:.0f} s, a fifth of the function's limit",
                    kept_s <= BAR_S and looked_s <= BAR_S,
                    f"seconds for {len(drawn.rows):,} papers of {len(numbers):,} numbers: read from"
                    f" Excel, kept, numbers let in and out, the report written; {looked_s:.1f} s"
                    " for the hourly look that follows (DynamoDB Local)",
                ),
            ]


def _gaps(drawn: Papers, desk: _Desk, printed: str) -> Finding:
    """Against the reference: the gaps, the numbers out of use with the reasons, the metric."""
    terms = registry.terms_of(wiring.settings().pools[POOL])
    found = gaps(registry.members(POOL), registry.papers().all(), terms, BEGINS.date())
    told = [(gap.number, gap.trouble.value, gap.kind, gap.party) for gap in found]
    wrong = list(paper_sample.differing(drawn, told))
    wrong += ["a gap is told twice"] * (len(told) != len(set(told)))
    withheld = {
        str(number): {reason.value for reason in reasons}
        for number, reasons in registry.withholding().withheld(POOL).items()
    }
    wrong += [
        f"{number}: {withheld.get(number)} instead of {drawn.withheld.get(number)}"
        for number in sorted({*withheld, *drawn.withheld})
        if withheld.get(number) != drawn.withheld.get(number)
    ]
    wrong += [str(row) for row in read_report(desk.report) if row["outcome"] != "accepted"]
    metric = [json.loads(line).get("UrgentGaps") for line in printed.splitlines()]
    if drawn.urgent not in metric:
        wrong.append(f"the metric is {metric} instead of {drawn.urgent}")
    return Finding(
        len(wrong),
        "0 differences from a reference without the product's rules",
        not wrong,
        "; ".join(
            [
                f"{len(told):,} gaps, {drawn.urgent:,} of them urgent as the metric says,"
                f" {len(withheld)} numbers out of use, in {len(drawn.rows):,} rows",
                *wrong[:5],
            ]
        ),
    )


def _lists(drawn: Papers) -> Finding:
    said = Branding(BRAND, paper_sample.REASON)
    members, kept = registry.members(POOL), registry.papers().all()
    queues = {member.e164: said for member in members}

    def rows(wanted: Export) -> list[tuple[str, ...]]:
        sheet = export(wanted, members, kept, BEGINS.date(), queues)
        return [tuple(map(str, row)) for row in sheet.rows]

    expected = {
        Export.CNAM: drawn.enrolled,
        Export.CALLER_REGISTRY: drawn.registered,
        Export.BRANDING: drawn.branded,
    }
    found = {wanted: rows(wanted) for wanted in Export}
    wrong = sum(
        len({*found[wanted]} ^ {(number, *rest) for number, rest in lines.items()})
        + abs(len(found[wanted]) - len(lines))
        for wanted, lines in expected.items()
    )
    never = [row[0] for row in found[Export.DO_NOT_ORIGINATE]]
    wrong += len({*never} ^ {*drawn.never_shown}) + len(never) - len({*never})
    counts = ", ".join(f"{wanted.value} {len(lines)}" for wanted, lines in found.items())
    return Finding(wrong, "0 rows that differ from the reference", not wrong, f"rows: {counts}")


def _settings() -> dict[str, Any]:
    settings = inventory_stage.settings()
    settings["pools"][POOL] |= {
        "requires": list(REQUIRES),
        "test_calls": {"networks": list(NETWORKS), "every_days": TEST_DAYS},
        "country": "US",
    }
    return settings


def _take_calls_only(staged: Stage, numbers: Sequence[str]) -> None:
    places = Places.load((staged.task_root / "places.bin").read_bytes())
    rules_file = ROOT / "lambdas" / "domain" / "data" / "caller_id_rules.json"
    rules = Rules.from_json(json.loads(rules_file.read_text("utf-8")))
    intake = Intake(places, rules, {}, None, BEGINS.date())
    entries = [Entry(row, one, direction="inbound") for row, one in enumerate(numbers, start=2)]
    store = DynamoImports(staged.client(), staged.tables.number_pool)
    import_numbers(Upload("inbound", POOL, False, "inbound.csv"), entries, intake, store, BEGINS)


@contextmanager
def _function(staged: Stage, desk: _Desk) -> Iterator[None]:
    with (
        stage.containers(staged.environment),
        patch.object(registry, "uploads", lambda: desk),
    ):
        wiring.use_clock(lambda: BEGINS)
        yield


def _dropped(file: Path) -> dict[str, Any]:
    """The event of a file that was dropped."""
    there = {"key": f"papers/{POOL}/papers.xlsx", "size": file.stat().st_size}
    detail = {"bucket": {"name": "b"}, "object": {**there, "etag": "e", "version-id": "v"}}
    return {"Records": [{"messageId": "m", "body": json.dumps({"detail": detail})}]}
