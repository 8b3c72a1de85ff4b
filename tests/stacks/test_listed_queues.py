"""Queues of lists: which stack holds them, that none moves, and that 300 can be deployed."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from local import assembly, costing
from local.dashboard.definition import boards
from stacks.config import Config, ConfigError, load
from stacks.config.listed import QUEUES_OF_A_LIST_STACK, Listed
from stacks.constructs.adopted_queues import TYPE
from tests.stacks.synthesis import EXAMPLE, Synthesised, synthesise

AGENTS = 300
NUMBER = "arn:aws:connect:us-east-1:111122223333:phone-number/bbbbbbbb-1111-2222-3333-444444444444"
THERE = "99999999-1111-2222-3333-44444444444"
PREFIX = "LocalPresence-example-"
MEGABYTE = 1_000_000
MOST_RESOURCES = 500
MOST_METRICS_OF_A_GRAPH = 500
MOST_METRICS_OF_A_BOARD = 2500

LISTS = f"""
queue_lists:
  - file: agents.csv
    stacks: 12
    template: {{pool: sales, purpose: marketing, default_number: {{arn: "{NUMBER}"}}}}
  - file: Teams 2026.csv
    name: teams
    stacks: 9
    template:
      pool: service
      purpose: service
      default_number: {{arn: "{NUMBER}"}}
      description: For all that are made
  - file: brands.csv
    template:
      pool: sales
      purpose: marketing
      description: {"d" * 250}
      default_number: {{arn: "{NUMBER}"}}
      brand: {"b" * 60}
      call_reason: {"c" * 60}
      recording: {{agent: true, customer: true}}
      analytics: {{enabled: true}}
      voice: {{name: Joanna, engine: neural, style: Conversational}}
"""
_OFF = ("number_intake", "contact_lists", "registry", "text_replies", "suppression_api")


def _config(folder: Path, agents: int = AGENTS, lists: str = LISTS) -> Config:
    text = EXAMPLE.read_text("utf-8") + lists
    for module in _OFF:
        text = text.replace(f"  {module}: true", f"  {module}: false")
    for section in ("contact_records", "return_calls"):
        begin = text.index(f"\n{section}:\n")
        text = text[:begin] + text[text.index("\n\n", begin) :]
    rows = {
        "agents.csv": ["key,name,caller_id_name"]
        + [f"agent-{n},Agent {n},Example {n}" for n in range(agents)],
        "Teams 2026.csv": [
            "key,name,caller_id_name,existing_id,default_number",
            f"team-a,Team A,Example A,{THERE}1,",
            f"team-b,Team B,Example B,{THERE}2,{NUMBER}",
            "team-c,Team C,Example C,,",
        ],
        "brands.csv": ["key,name,caller_id_name"]
        + [f"{'k' * 37}-{n},{'N' * 124}-{n},Example {n}" for n in range(QUEUES_OF_A_LIST_STACK)],
    }
    for name, lines in rows.items():
        (folder / name).write_text("\n".join(lines), "utf-8")
    config = folder / "mine.yaml"
    config.write_text(text, "utf-8")
    return load(config)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    folder = tmp_path_factory.mktemp("lists")
    return synthesise(_config(folder), folder / "out", checked=False)


def _keys(template: Mapping[str, Any]) -> list[str]:
    """The queues that a template makes or takes over."""
    resources = template["Resources"].values()
    made = [
        one["Metadata"]["LocalPresence"]["queue"]
        for one in resources
        if one["Type"] == "AWS::Connect::Queue"
    ]
    taken = [
        queue["Key"]
        for one in resources
        if one["Type"] == TYPE
        for queue in one["Properties"]["Queues"]
    ]
    return made + taken


def test_three_hundred_agents_are_spread_over_stacks_that_can_be_deployed(
    app: Synthesised,
) -> None:
    lists = {name: one for name, one in app.templates.items() if "-Queues-" in name}

    assert len(lists) == 12 + 9 + 1
    for name, template in lists.items():
        size = (app.folder / f"{name}.template.json").stat().st_size
        assert size < MEGABYTE, name
        assert 0 < len(template["Resources"]) < MOST_RESOURCES, name
    assert Counter(key for one in lists.values() for key in _keys(one)) == Counter([
        *(f"agent-{n}" for n in range(AGENTS)),
        "team-a", "team-b", "team-c",
        *(f"{'k' * 37}-{n}" for n in range(QUEUES_OF_A_LIST_STACK)),
    ])  # fmt: skip
    calling = app.templates[f"{PREFIX}Calling"]
    assert _keys(calling) == ["outbound-service", "outbound-sales"]
    names = [one["Properties"]["Name"] for one in app.of_type("AWS::Connect::Queue").values()]
    assert len(set(names)) == len(names)


def test_a_stack_that_no_row_falls_to_is_there_and_empty(app: Synthesised) -> None:
    """Else the queues that were in it would stay behind."""
    empty = [
        template
        for name, template in app.templates.items()
        if f"{PREFIX}Queues-teams-" in name and not _keys(template)
    ]

    assert len(empty) >= 6
    for template in empty:
        kinds = [one["Type"] for one in template["Resources"].values()]
        assert kinds == ["AWS::CloudFormation::WaitConditionHandle"]


def test_a_stack_of_a_list_has_no_lint(app: Synthesised) -> None:
    names = ["Queues-agents-2of12", *{
        name.removeprefix(PREFIX)
        for name, template in app.templates.items()
        if "-Queues-teams-" in name
        and any(one["Type"] == TYPE for one in template["Resources"].values())
    }]  # fmt: skip
    program = Path(sys.executable).parent / "cfn-lint"
    files = [str(app.folder / f"{PREFIX}{name}.template.json") for name in names]
    done = subprocess.run(
        [str(program), "-i", "W3005", "-t", *files], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_a_list_is_watched_and_drawn_as_one(app: Synthesised) -> None:
    """An alarm costs $0.10 a month and a series $0.30: not for each of 300 agents."""
    watched = Counter(
        one["Value"]
        for alarm in app.of_type("AWS::CloudWatch::Alarm").values()
        for one in alarm["Properties"].get("Dimensions", [])
        if one["Name"] == "Queue"
    )
    assert watched == dict.fromkeys(
        ("outbound-service", "outbound-sales", "agents", "teams", "brands"), 3
    )
    (widgets,) = boards(assembly.read(app.folder)).values()
    assert max(len(widget.lines) for widget in widgets) <= MOST_METRICS_OF_A_GRAPH
    assert sum(len(widget.lines) for widget in widgets) <= MOST_METRICS_OF_A_BOARD
    drawn = {
        line.dimensions["Queue"]
        for widget in widgets
        for line in widget.lines
        if "Queue" in line.dimensions
    }
    assert drawn == set(watched)


def test_own_numbers_of_a_list_are_counted_together(app: Synthesised) -> None:
    """team-a keeps its own number, team-b and team-c share one: 12 calls an hour for each."""
    alarm = app.one("AWS::CloudWatch::Alarm", "AlarmsteamsOwnNumberBusy")["Properties"]
    assert alarm["Threshold"] == 2 * 12 + 1
    assert "The queues of the list teams" in alarm["AlarmDescription"]
    assert "2 numbers of their own" in alarm["AlarmDescription"]

    alarm = app.one("AWS::CloudWatch::Alarm", "AlarmsagentsOwnNumberBusy")["Properties"]
    assert alarm["Threshold"] == 10 + 1


def test_the_functions_know_which_list_a_queue_is_of(app: Synthesised) -> None:
    settings = json.loads((app.artifact("PickCallerId") / "settings.json").read_text("utf-8"))

    assert settings["queues"]["agent-7"]["list"] == "agents"
    assert settings["queues"]["team-b"]["number_arn"] == NUMBER
    assert settings["queues"]["outbound-sales"]["list"] == ""


def test_queues_that_exist_are_taken_over_by_the_stack_of_their_row(app: Synthesised) -> None:
    (function,) = [name for name in app.of_type("AWS::Lambda::Function") if "AdoptQueues" in name]
    assert function in app.templates[f"{PREFIX}Calling"]["Resources"]
    found: dict[str, Any] = {}
    for name, template in app.templates.items():
        for resource in template["Resources"].values():
            if resource["Type"] == TYPE:
                told = resource["Properties"]
                assert name == f"{PREFIX}{told['Scope']}"
                assert app.named(told["ServiceToken"]) == "AdoptedQueuesAdoptQueuesFunction.Arn"
                found |= {queue["Key"]: queue for queue in told["Queues"]}
    assert {key: queue["Queue"] for key, queue in found.items()} == {
        "team-a": f"{THERE}1",
        "team-b": f"{THERE}2",
    }
    assert (found["team-a"]["Number"], found["team-b"]["Number"]) == ("", NUMBER)


def test_what_the_lists_cost_is_told_apart(app: Synthesised) -> None:
    read = assembly.read(app.folder)

    assert costing.unpriced(read) == set()
    assert not [item for item in costing.idle(read) if item.module == "queue_lists"]
    assert costing.of_picks(read, 1).series < 100


# Which stack a queue is in


def test_a_queue_stays_in_its_stack_whatever_becomes_of_the_others(tmp_path: Path) -> None:
    many, few = _config(tmp_path, 300), _config(tmp_path, 20)

    for key in few.queues:
        assert few.part_of(key) == many.part_of(key)


def test_the_stacks_of_keys_are_those_that_are_deployed() -> None:
    """If this fails, deployed queues would move: Amazon Connect refuses that."""
    listed = Listed("agents", 12, ())

    assert [listed.part_of(f"agent-{n}") for n in range(4)] == [
        "Queues-agents-12of12", "Queues-agents-5of12", "Queues-agents-12of12",
        "Queues-agents-7of12",
    ]  # fmt: skip
    assert Listed("agents", 1, ()).part_of("agent-0") == "Queues-agents"
    assert listed.parts[:2] == ("Queues-agents-1of12", "Queues-agents-2of12")


def test_other_numbers_of_stacks_share_no_stack() -> None:
    """So that a changed number deletes nothing: the queues there are refuse the new ones' names."""
    parts = [set(Listed("agents", stacks, ()).parts) for stacks in range(1, 100)]

    assert len(set().union(*parts)) == sum(map(len, parts))


@pytest.mark.parametrize(("agents", "stacks"), [(60, 1), (120, 2), (300, 6)])
def test_a_stack_that_would_be_too_large_is_refused_with_a_number_that_does(
    tmp_path: Path, agents: int, stacks: int
) -> None:
    lists = LISTS[: LISTS.index("  - file: Teams")]
    lists = lists.replace("stacks: 12", f"stacks: {stacks}")

    with pytest.raises(ConfigError) as caught:
        _config(tmp_path, agents, lists)

    (mistake,) = caught.value.mistakes
    assert mistake.key == "queue_lists[0].stacks"
    assert mistake.line is not None
    assert "into another file" in mistake.fix
    enough = int(mistake.fix.partition("Write stacks: ")[2].partition(" ")[0])
    config = _config(tmp_path, agents, lists.replace(f"stacks: {stacks}", f"stacks: {enough}"))
    fullest = Counter(config.part_of(key) for key in config.queues).most_common(1)[0][1]
    assert fullest <= 0.8 * QUEUES_OF_A_LIST_STACK


@pytest.mark.parametrize(
    ("change", "key", "words"),
    [
        (("    name: teams\n", ""), "queue_lists[1].file", "write name: teams beside it"),
        (("name: teams", "name: agents"), "queue_lists[1].name", "another list is called agents"),
        (("name: teams", "name: team-a"), "queue_lists[1].name", "a queue is called team-a"),
        (("stacks: 9", "stacks: 0"), "queue_lists[1].stacks", "1"),
        ((f'default_number: {{arn: "{NUMBER}"}}\n      description: For',
          "default_number: {claim: {country: US}}\n      description: For"),
         "queue_lists[1]", "would claim a number for each row"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_list_is_told(
    tmp_path: Path, change: tuple[str, str], key: str, words: str
) -> None:
    assert change[0] in LISTS

    with pytest.raises(ConfigError) as caught:
        _config(tmp_path, 3, LISTS.replace(*change))

    (mistake,) = caught.value.mistakes
    assert mistake.key == key
    assert words in mistake.fix


def test_an_id_that_is_none_is_told_with_its_row(tmp_path: Path) -> None:
    _config(tmp_path)
    teams = tmp_path / "Teams 2026.csv"
    teams.write_text(teams.read_text("utf-8").replace(f"{THERE}2", f"{THERE}1"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "mine.yaml")
    (mistake,) = caught.value.mistakes
    assert mistake.key == "queue_lists[1].file: Teams 2026.csv, row 3, existing_id"
    assert "takes this queue over already" in mistake.fix
