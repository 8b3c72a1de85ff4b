"""Suppressions on a local cloud whose state is kept: entered by command, in force at the next dial.

The key that corrections are encrypted with is the same in every command.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main

OURS, PERSON = "+12065550123", "+12065550142"
Told = dict[str, Any]


class Cloud:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.state = ["--state", str(folder), "--json"]
        self.capsys = capsys

    def run(self, *arguments: str) -> tuple[int, Told]:
        self.capsys.readouterr()
        code = main([*arguments, *self.state])
        return code, json.loads(self.capsys.readouterr().out)

    def told(self, *arguments: str) -> Told:
        code, answer = self.run(*arguments)
        assert code == 0, answer
        return answer

    def dial(self) -> Told:
        return self.told("dial", "--to", PERSON, "--queue", "outbound-service")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("suppressed")
    file = made / "numbers.csv"
    file.write_text(f"number\n{OURS}\n")
    assert main(["import", str(file), "--pool", "service", "--state", str(made / "state")]) == 0
    return made / "state"


@pytest.fixture
def cloud(folder: Path, capsys: pytest.CaptureFixture[str]) -> Cloud:
    return Cloud(folder, capsys)


def test_a_suppressed_customer_is_blocked_and_let_through_again_once_lifted(cloud: Cloud) -> None:
    done = cloud.told("suppress", "206-555-0142", "--country", "US", "--reason", "stop",
                      "--by", "ada", "--note", "said so")  # fmt: skip
    assert (done["number"], done["changed"], done["reason"]) == (PERSON, True, "opt_out")
    assert cloud.told("suppress", PERSON, "--reason", "opt-out")["changed"] is False

    blocked = cloud.dial()
    assert (blocked["action"], blocked["reason"]) == ("block", "suppressed_opt_out")
    assert blocked["shown"] == ""

    shown = cloud.told("suppress", PERSON, "--show")
    assert [one["reason"] for one in shown["standing"]] == ["opt_out"]
    assert [(one["act"], one["by"], one["why"]) for one in shown["audit"]] == [
        ("suppressed", "ada", "said so")
    ]

    code, refused = cloud.run("suppress", PERSON, "--lift")
    assert (code, refused["outcome"]) == (1, "failed")
    assert cloud.told("suppress", PERSON, "--lift", "--why", "signed the form")["lifted"] == 1
    assert cloud.dial()["action"] == "dial"
    assert [one["act"] for one in cloud.told("suppress", PERSON, "--show")["audit"]] == [
        "suppressed", "lifted",
    ]  # fmt: skip


def test_the_number_that_is_right_can_be_read_by_a_later_command(cloud: Cloud) -> None:
    person = "+12065550150"
    done = cloud.told("suppress", person, "--new-number", "206-555-0151")
    assert done["reason"] == "wrong_number"

    assert cloud.told("suppress", person, "--show")["new_number"] == "+12065550151"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([PERSON], "Say why: --reason with one of"),
        ([PERSON, "--reason", "whim"], "'whim' is no reason known here"),
        ([PERSON, "--reason", "temporary"], "Say until when"),
        (["2065550142", "--reason", "stop"], "no country code"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_kept(
    cloud: Cloud, arguments: list[str], words: str
) -> None:
    code, told = cloud.run("suppress", *arguments)

    assert code == 1
    assert words in told["error"]


def test_it_says_where_or_nothing_is_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["suppress", PERSON, "--reason", "stop"]) == 1
    assert capsys.readouterr().err == "Say where: --state DIR of a local cloud, or --aws.\n"


def test_a_forgotten_customer_stays_suppressed(cloud: Cloud) -> None:
    cloud.dial()
    cloud.told("suppress", PERSON, "--reason", "stop")

    told = cloud.told("forget", PERSON, "--by", "bob")

    fates = {one["store"]: one["fate"] for one in told["stores"]}
    assert fates["Customers table: ledger"] == "erased"
    assert fates["Customers table: suppressions"] == "kept on purpose"
    assert fates["Amazon Connect: contact records"].startswith("not ours")
    assert cloud.dial()["reason"] == "suppressed_opt_out"
    assert cloud.told("suppress", PERSON, "--show")["audit"][-1]["act"] == "forgotten"
