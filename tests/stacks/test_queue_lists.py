"""Queues from a CSV file: ordinary queues, with mistakes told by file and row."""

from pathlib import Path

import pytest

from local import synthesis
from stacks.config import Config, ConfigError, DefaultNumber, load, parse
from tests.stacks.synthesis import EXAMPLE

ARN = "arn:aws:connect:us-east-1:111122223333:phone-number/bbbbbbbb-1111-2222-3333-444444444444"
OTHER = ARN.replace("bbbbbbbb", "cccccccc")
LISTS = f"""
queue_lists:
  - file: agents.csv
    template:
      pool: sales
      purpose: marketing
      brand: Example Sales
      default_number: {{arn: "{ARN}"}}
      recording: {{agent: true}}
"""
HEADER = "key,name,caller_id_name,default_number,brand\n"
ROWS = f"agent-1,Agent 1,Example One,,\nagent-2,Agent 2,Example Two,{OTHER},Other Brand\n"


class Folder:
    """A config with a list beside it."""

    def __init__(self, path: Path) -> None:
        self.config = path / "mine.yaml"
        self.list = path / "agents.csv"

    def load(self, rows: str = ROWS, lists: str = LISTS, header: str = HEADER) -> Config:
        self.config.write_text(EXAMPLE.read_text("utf-8") + lists, "utf-8")
        self.list.write_text(header + rows, "utf-8")
        return load(self.config)

    def mistakes(self, rows: str = ROWS, lists: str = LISTS, header: str = HEADER) -> list[str]:
        with pytest.raises(ConfigError) as caught:
            self.load(rows, lists, header)
        return [f"{one.key}: {one.fix}" for one in caught.value.mistakes]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_each_row_is_a_queue_like_those_of_the_config(folder: Folder) -> None:
    config = folder.load()

    assert list(config.queues) == ["outbound-service", "outbound-sales", "agent-1", "agent-2"]
    first, second = config.queues["agent-1"], config.queues["agent-2"]
    assert (first.name, first.caller_id_name, first.brand) == ("Agent 1", "Example One",
                                                               "Example Sales")  # fmt: skip
    assert first.default_number == DefaultNumber(arn=ARN)
    assert second.default_number == DefaultNumber(arn=OTHER)
    assert second.brand == "Other Brand"
    assert first.recording.agent
    assert config.settings()["queues"]["agent-2"]["must_screen"] is True


def test_a_list_of_a_european_spreadsheet_is_read_too(folder: Folder) -> None:
    rows = "\ufeffKey;Name;Caller_ID_name\nagent-1;Agent 1;Example One\n;;\n"

    assert "agent-1" in folder.load(rows, header="").queues


def test_queues_may_come_from_lists_alone(folder: Folder) -> None:
    text = EXAMPLE.read_text("utf-8")
    begin, end = text.index("\nqueues:\n"), text.index("\n# National do-not-call")
    folder.config.write_text(text[:begin] + text[end:] + LISTS, "utf-8")
    folder.list.write_text(HEADER + ROWS, "utf-8")

    assert list(load(folder.config).queues) == ["agent-1", "agent-2"]


@pytest.mark.parametrize(
    ("rows", "place", "words"),
    [
        ("Agent 1,Agent,Example One,,", "row 2, key", "small letters, digits and dashes"),
        ("\na,Agent,Name,,\na,Other,Name,,", "row 4, key", "row 3 of agents.csv has this key"),
        ("outbound-sales,Agent,Name,,", "row 2, key", "queues.outbound-sales of the config"),
        ("a,Agent,A name of twenty one,,", "row 2, caller_id_name", "shorten it by 5"),
        ("a,Agent,You & me,,", "row 2, caller_id_name", "leave out &"),
        ("a,Agent,,,", "row 2, caller_id_name", "visible name"),
        ("a,,Name,,", "row 2, name", "1 to 127 characters"),
        ("a,Outbound sales,Name,,", "row 2, name", "holds a queue's name once"),
        ("a,Agent,Name,+12065550100,", "row 2, default_number", "phone-number/ID"),
        (f"a,Agent,Name,{ARN.replace('us-east-1', 'eu-west-2')},", "row 2, default_number",
         "lies in another region"),
        ("a,Agent,Name,,x|y", "row 2, brand", "without |"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_row_names_the_file_and_the_row(
    folder: Folder, rows: str, place: str, words: str
) -> None:
    told = folder.mistakes(rows + "\n")

    assert len(told) == 1, told
    assert told[0].startswith(f"queue_lists[0].file: agents.csv, {place}: ")
    assert words in told[0]


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        ("", HEADER, "has no rows"),
        ("", "", "row 1, key: the column is missing"),
        ("a,b\n", "key,name\n", "row 1, caller_id_name: the column is missing"),
        ("a,b,c,d\n", "key,name,caller_id_name,brnd\n", "did you mean brand?"),
        ("a,b,c,c\n", "key,name,caller_id_name,name\n", "stands twice"),
        ("a,Agent,Smith, Ann,,\n", HEADER, "row 2 has more cells than the header"),
    ],
)
def test_a_list_that_cannot_be_read_says_why(
    folder: Folder, rows: str, header: str, words: str
) -> None:
    assert any(words in one for one in folder.mistakes(rows, header=header))


def test_a_list_that_is_not_there_is_named_with_its_line(folder: Folder) -> None:
    folder.config.write_text(EXAMPLE.read_text("utf-8") + LISTS, "utf-8")

    with pytest.raises(ConfigError) as caught:
        load(folder.config)

    (mistake,) = caught.value.mistakes
    assert (mistake.key, mistake.value) == ("queue_lists[0].file", "agents.csv")
    assert "there is no such file" in mistake.fix
    assert mistake.line == len(EXAMPLE.read_text("utf-8").splitlines()) + 3


@pytest.mark.parametrize(
    ("by", "key", "words"),
    [
        ("pool: slaes", "pool", "did you mean sales?"),
        ("pool: sales\n      mode: sometimes", "mode", "percent 25"),
        ("pool: sales\n      name: Agents", "name", "no such key"),
        ("pool: sales\n      on_errors: block", "on_errors", "did you mean on_error?"),
        ("pool: sales\n      on_error: default", "on_error", "cannot dial when it cannot look"),
    ],
)
def test_a_mistake_of_the_template_is_told_once(
    folder: Folder, by: str, key: str, words: str
) -> None:
    told = folder.mistakes(lists=LISTS.replace("pool: sales", by))

    assert len(told) == 1, told
    assert told[0].startswith(f"queue_lists[0].template.{key}: ")
    assert words in told[0]


def test_a_template_without_a_number_needs_one_in_each_row(folder: Folder) -> None:
    told = folder.mistakes(lists=LISTS.replace(f'default_number: {{arn: "{ARN}"}}', ""))

    assert len(told) == 1
    assert told[0].startswith("queue_lists[0].template.default_number: is missing")


def test_more_queues_than_a_template_or_an_instance_holds_are_warned_of(folder: Folder) -> None:
    def rows(count: int) -> str:
        return "".join(f"a-{n},Agent {n},Example,,\n" for n in range(count))

    spread = LISTS.replace("agents.csv\n", "agents.csv\n    stacks: 9\n")
    assert "queues" not in folder.load(rows(98), spread).warnings()
    assert "Service Quotas" in folder.load(rows(99), spread).warnings()["queues"]

    many = EXAMPLE.read_text("utf-8")
    queue = many[many.index("  outbound-sales:") : many.index("\n# Queues from lists")]
    more = [queue.replace("outbound-sales", f"q{n}").replace("Outbound sales", f"Queue {n}")
            for n in range(44)]  # fmt: skip
    text = many.replace(queue, "".join([queue, *more[:43]]))
    assert "queues" not in parse(text).warnings()
    assert "templates of 1 MB" in parse(text.replace(queue, queue + more[43])).warnings()["queues"]


def test_another_list_is_another_local_cloud(folder: Folder) -> None:
    folder.load()
    before = synthesis._key(folder.config)
    folder.load(ROWS.replace("Example One", "Example 1"))

    assert synthesis._key(folder.config) != before
