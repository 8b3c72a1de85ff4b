"""`explain`: what it prints, and what it tells of mistakes. No cloud is started for it."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from local.__main__ import main

CUSTOMER = "+12067420187"
SEATTLE = ("+12065550123", "+12065550145")
ROWS = [
    *(f"{number};Seattle;;" for number in SEATTLE),
    "+12535550145;Tacoma;;",
    "+12125550101;New York;;",
    "+12065550111;;inbound;",
    "+442079460123;London;;",
    "+33612345678;;;",
    "+18005550123;;;",
]
KEYS = {
    "to", "action", "caller_id", "tier", "distance_km", "reason", "summary", "queue", "pool",
    "purpose", "contact_id", "region", "kind", "place", "state", "position", "centre", "known_by",
    "area_codes", "time_zones", "hours", "tiers", "candidates", "rejected", "fallen", "reasons",
}  # fmt: skip

Run = Any


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    path = tmp_path / "our numbers.csv"
    path.write_text("\n".join(["Number;City;Use;State", *ROWS, ""]))
    return path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command in this process: its exit code, its standard output, its standard error."""

    def command(*arguments: object) -> tuple[int, str, str]:
        try:
            code = main(["explain", *map(str, arguments)])
        except SystemExit as stop:  # argparse's own way
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def record_of(run: Run, *arguments: object) -> dict[str, Any]:
    code, out, _ = run(*arguments, "--json")
    assert code == 0
    record: dict[str, Any] = json.loads(out)
    return record


def test_a_person_reads_the_outcome_first(run: Run, pool: Path) -> None:
    code, out, _ = run("--pool", pool, "--to", CUSTOMER)
    headline, *rest = out.splitlines()
    assert code == 0
    assert headline.startswith(SEATTLE)
    assert " is shown: " in headline
    assert headline.endswith(("away.", "area."))
    text = "\n".join(rest)
    assert "by the digits of the customer's number" in text
    assert "inbound_only: 1 number" in text
    assert "United Kingdom: +442079460123" in text


def test_the_record_has_the_keys_that_the_guide_names(run: Run, pool: Path) -> None:
    record = record_of(run, "--pool", pool, "--to", CUSTOMER)
    assert set(record) == KEYS
    guide = Path("docs/guide.md").read_text("utf-8")
    assert all(f"`{key}`" in guide for key in KEYS)
    assert (record["to"], record["action"], record["state"]) == (CUSTOMER, "dial", "WA")
    assert record["time_zones"] == ["America/Los_Angeles"]
    fell = {fallen["number"]: fallen["reason"] for fallen in record["fallen"]}
    assert fell["+12065550111"] == "inbound_only"
    assert fell["+442079460123"] == "in_no_tier"
    assert len(record["candidates"]) + len(record["fallen"]) == len(ROWS)


def test_hours_are_told_with_the_rules_that_were_looked_at(run: Run, pool: Path) -> None:
    asked = ("--pool", pool, "--to", CUSTOMER, "--queue", "outbound-sales")
    night = record_of(run, *asked, "--at", "2026-11-19T04:00:00+00:00")
    assert (night["action"], night["reason"]) == ("block", "outside_calling_hours")
    assert night["hours"]["words"] in night["summary"]
    assert (night["hours"]["allowed"], night["hours"]["rule"]) == (False, "us_wa")
    assert night["hours"]["opens_at"] == "2026-11-19T16:00:00+00:00"
    looked_at = night["hours"]["looked_at"]
    assert [rule["rule"] for rule in looked_at] == ["us_wa", "us_federal"]
    assert all(rule["words"] and rule["source"] and rule["reviewed"] for rule in looked_at)
    noon = record_of(run, *asked, "--at", "2026-11-18T20:00:00+00:00")
    assert (noon["hours"]["allowed"], noon["hours"]["opens_at"]) == (True, None)
    assert noon["reason"] != "outside_calling_hours"
    _, out, _ = run(*asked, "--at", "2026-11-19T04:00:00+00:00")
    assert "Hours      It is 20:00 on Wednesday in Washington (America/Los_Angeles)" in out
    assert "rules looked at: us_wa, us_federal" in out


def test_what_the_flow_knows_wins_over_the_number(run: Run, pool: Path) -> None:
    told = ("--attribute", "city=New York", "--attribute", "state=NY")
    record = record_of(run, "--pool", pool, "--to", CUSTOMER, *told)
    assert (record["caller_id"], record["known_by"]) == ("+12125550101", "city")
    assert (record["place"], record["state"]) == ("New York", "NY")


def test_a_position_is_counted_from(run: Run, pool: Path) -> None:
    told = ("--attribute", "latitude=47.25", "--attribute", "longitude=-122.44")
    record = record_of(run, "--pool", pool, "--to", CUSTOMER, *told)
    assert (record["known_by"], record["position"]) == ("position", [47.25, -122.44])
    assert record["candidates"][0]["distance_km"] < 40


def test_what_was_shown_and_answered_can_be_supposed(run: Run, pool: Path) -> None:
    shown = record_of(run, "--pool", pool, "--to", CUSTOMER, "--shown", SEATTLE[0])
    assert {"number": SEATTLE[0], "reason": "shown_lately"}.items() <= shown["fallen"][0].items()
    asked = ("--pool", pool, "--to", CUSTOMER, "--answered", "+12125550101")
    assert record_of(run, *asked)["tier"] == "answered_before"


def test_a_rule_speaks_with_its_words_and_source(run: Run, pool: Path) -> None:
    _, out, _ = run("--pool", pool, "--to", "+33123456789")
    assert "rule_fr_no_mobile: 1 number" in out
    assert "may not be shown by a call centre" in out
    assert "Source: " in out
    assert "reviewed 20" in out


@pytest.mark.parametrize(
    ("queue", "outcome"),
    [("outbound-service", "the queue's own number"), ("outbound-sales", "is blocked")],
)
def test_where_nothing_is_left_it_says_what_the_queue_does(
    run: Run, pool: Path, queue: str, outcome: str
) -> None:
    code, out, _ = run("--pool", pool, "--to", "+4930901820123", "--queue", queue)
    assert code == 0
    assert outcome in out.splitlines()[0]


def test_rows_that_were_not_taken_are_told_beside_the_answer(run: Run, pool: Path) -> None:
    pool.write_text(pool.read_text() + "hello;;;\n")
    _, out, err = run("--pool", pool, "--to", CUSTOMER, "--json", "--country", "US")
    assert f"`python -m local import '{pool}' --country US` shows why" in err
    assert json.loads(out)["action"] == "dial"


def test_lists_are_as_long_as_asked(run: Run, pool: Path) -> None:
    record = record_of(run, "--pool", pool, "--to", CUSTOMER, "--limit", 1)
    assert (len(record["candidates"]), len(record["fallen"])) == (1, 1)
    _, out, _ = run("--pool", pool, "--to", CUSTOMER, "--limit", 1)
    assert "more" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--to", "hello"), "--to 'hello' is no number; write it with +"),
        (("--to", "2067420187"), "--to '2067420187' is no number; write it with +"),
        (("--to", "+1206"), "--to '+1206': "),
        (("--to", "911"), "911 reaches an emergency service"),
        (("--to", CUSTOMER, "--queue", "nope"), "no queue 'nope'. Its queues: outbound-service"),
        (("--to", CUSTOMER, "--shown", "x"), "--shown 'x' is no number"),
        (("--to", CUSTOMER, "--country", "Mars"), "'Mars' is no country"),
        (("--to", CUSTOMER, "--attribute", "town=X"), "tells the picker nothing; it knows postal"),
        (("--to", CUSTOMER, "--attribute", "latitude=1"), "A position takes both"),
        (("--to", CUSTOMER, "--attribute", "latitude=x", "--attribute", "longitude=1"),
         "latitude=x is no latitude"),
        (("--to", CUSTOMER, "--state", "/nowhere/at/all"), "holds no state"),
        (("--to", CUSTOMER, "--config", "missing.yaml"), "missing.yaml"),
    ],
)  # fmt: skip
def test_mistakes_say_what_where_and_what_to_do(
    run: Run, pool: Path, arguments: tuple[str, ...], words: str
) -> None:
    code, out, err = run("--pool", pool, *arguments)
    assert code == 1
    assert words in err
    assert not out
    code, out, _ = run("--pool", pool, *arguments, "--json")
    assert words in json.loads(out)["error"]


def test_a_file_that_is_none_or_holds_no_number_is_told(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_text("Number\nhello\n")
    assert "There is no file" in run("--pool", tmp_path / "none.csv", "--to", CUSTOMER)[2]
    assert "none of its 1 row could be used" in run("--pool", empty, "--to", CUSTOMER)[2]
    assert "Say which numbers we have" in run("--to", CUSTOMER)[2]


def test_the_answer_comes_soon(run: Run, pool: Path) -> None:
    run("--pool", pool, "--to", CUSTOMER)  # makes the data files
    started = time.process_time()
    run("--pool", pool, "--to", CUSTOMER)
    assert time.process_time() - started < 5
