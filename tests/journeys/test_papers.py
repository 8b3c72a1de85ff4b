"""From a file of papers to what calls show, and what rings."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.files.report import read_report
from local import paper_sample, synthesis
from local.alarm_rules import Rule, logged, rule_of
from local.clock import Clock
from local.cloud import LocalCloud
from local.commands.common import DEFAULT_CONFIG
from local.dialling import Call, dial
from local.grants import recorded_calls, refused, uses
from tests.journeys.conftest import upload

NAMED, NAMELESS, CALLED = "+12065550123", "+12065550145", "+12065550167"
NOON = datetime(2026, 11, 23, 20, tzinfo=UTC)
SOON = NOON.date() + timedelta(days=10)
POOL = "\n  service:\n"
TERMS = "    requires: [cnam]\n    test_calls: {networks: [Northern Mobile], every_days: 30}\n"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """The example with a pool that asks for names and plans test calls."""
    text = DEFAULT_CONFIG.read_text("utf-8")
    assert text.count(POOL) == 1
    path = tmp_path / "papers.yaml"
    path.write_text(text.replace(POOL, POOL + TERMS), "utf-8")
    return path


def _paper(number: paper_sample.Cell, kind: str, party: str = "", **told: Any) -> paper_sample.Row:
    whole = {"Number": number, "Paper": kind, "With": party or None, **told}
    return tuple(whole.get(heading) for heading in paper_sample.HEADINGS)


def _drop(cloud: LocalCloud, folder: Path, name: str, rows: list[paper_sample.Row]) -> list[str]:
    """Staff drop a file from Excel; what became of its rows."""
    paper_sample.write(folder / name, rows)
    key = f"papers/service/{name}"
    cloud.upload(key, (folder / name).read_bytes())
    cloud.settle()
    report = cloud.download(f"{key}.result.xlsx")
    assert report is not None
    (folder / "report.xlsx").write_bytes(report)
    cloud.forget_container()
    return [row["outcome"] for row in read_report(folder / "report.xlsx")]


def _shown(cloud: LocalCloud, start: int, calls: int = 4) -> set[str]:
    people = (f"+1206777{number:04d}" for number in range(start, start + calls))
    return {dial(cloud, Call(to, "outbound-service")).caller_id for to in people}


def _alarm(config: Path) -> Rule:
    alarms = [
        resource["Properties"]
        for stack in synthesis.assembly_of(config).stacks
        for resource in stack.resources().values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"].get("MetricName") == "UrgentGaps"
    ]
    assert len(alarms) == 1
    return rule_of(alarms[0], str)


def _rings(cloud: LocalCloud, alarm: Rule) -> bool:
    """Whether what the hourly look printed turns the alarm on."""
    arn = cloud.function_of("registry").arn
    done = cloud.invoke(arn, {"detail-type": "Scheduled Event", "detail": {}})
    cloud.settle()
    cloud.forget_container()
    return alarm.ever_rings(logged("\n".join(done.log), NOON.timestamp()))


@pytest.fixture
def at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever local cloud runs, it is noon in Seattle."""

    def stand(clock: Clock) -> None:
        clock.set(NOON)

    monkeypatch.setattr(Clock, "__init__", stand)


def test_papers_decide_what_is_shown_and_what_rings(
    config: Path, at_noon: None, tmp_path: Path
) -> None:
    alarm = _alarm(config)

    with LocalCloud.start(config) as cloud, recorded_calls() as calls:
        rows = f"number,direction\n{NAMED},\n{NAMELESS},\n{CALLED},inbound\n"
        upload(cloud, tmp_path / "numbers.csv", rows, "service")
        assert _shown(cloud, 1000) == {""}, "no number has its papers yet"
        outcomes = _drop(
            cloud,
            tmp_path,
            "papers.xlsx",
            [
                _paper(int(NAMED[1:]), "CNAM", Value="EXAMPLE CARE"),
                _paper("(206) 555-0123", "labelling", "Example Labels", State="filed", Due=SOON),
                _paper(CALLED, "Owner", Value="Ada"),
                _paper("hello", "Owner", Value="Ada"),
            ],
        )
        assert outcomes == ["accepted", "accepted", "accepted", "rejected"]
        assert _shown(cloud, 2000) == {NAMED}
        assert _rings(cloud, alarm), "a name is missing"

        more = [_paper(NAMELESS, "CNAM", Value="EXAMPLE CARE", Due=SOON)]
        assert _drop(cloud, tmp_path, "more.xlsx", more) == ["accepted"]
        assert _shown(cloud, 3000) == {NAMED, NAMELESS}
        assert not _rings(cloud, alarm)
        cloud.clock.set(NOON + timedelta(days=11))
        assert _rings(cloud, alarm), "the other's name has run out"
        assert _shown(cloud, 4000) == {NAMED}
        assert refused(cloud, uses(cloud, calls)) == []
        assert cloud.failures() == []
