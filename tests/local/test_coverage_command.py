"""`coverage` as people run it: what it prints, and what it says of files that it cannot use."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.__main__ import main
from local.commands.common import DEFAULT_CONFIG
from local.pages import outlines

POOL = "Number;City\n+12065550123;Seattle\n(206) 555-0145;Seattle\nhello;\n+442079460123;London\n"
HOSTILE = "<script>alert('x')</script>"
CONTACTS = f"""number,country,city,state
+12065550199,,,
+12125550199,,,
+12125550188,,,
(503) 555-0142,US,,
+442079460999,,,
+441614960999,,,
+4917612345678,,,
+12065550199,,,
junk,,,
+15095550111,,"{HOSTILE}",WA
+15095550112,,"=HYPERLINK(""http://x"")",WA
+15095550113,,"Sea\x1b[31mttle\u202e",WA
"""
KEYS = {"contacts", "by_tier", "by_state", "suggestions"}

Run = Any


def with_tiers(path: Path, *tiers: str) -> None:
    """Write the example config with other tiers for every pool."""
    document = yaml.safe_load(DEFAULT_CONFIG.read_text("utf-8"))
    for pool in document["pools"].values():
        pool["tiers"] = list(tiers)
    path.write_text(yaml.safe_dump(document))


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.yaml"
    with_tiers(path, "city", "nearest", "area_code", "state", "country", "toll_free")
    return path


@pytest.fixture
def run(tmp_path: Path, config: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on two files: its exit code, its standard output, its standard error."""

    def command(
        *more: object, pool: str | bytes = POOL, contacts: str | bytes = CONTACTS
    ) -> tuple[int, str, str]:
        for name, content in (("pool.csv", pool), ("contacts.csv", contacts)):
            data = content.encode() if isinstance(content, str) else content
            (tmp_path / name).write_bytes(data)
        given = ["coverage", "--pool", tmp_path / "pool.csv", "--contacts"]
        given += [tmp_path / "contacts.csv", "--config", config, *more]
        try:
            code = main([str(word) for word in given])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out, err

    return command


def test_json_counts_every_contact_by_tier_and_state(run: Run) -> None:
    code, out, _ = run("--json")
    document = json.loads(out)
    assert code == 0
    assert document.keys() >= KEYS
    assert document["contacts"] == 10
    assert sum(document["by_tier"].values()) == 10
    assert sum(document["by_state"].values()) == 10
    assert document["by_tier"]["default"] == 1, "no German number"
    assert document["by_state"]["US-WA"] == 4
    assert document["files"]["contacts"]["unusable"] == 2
    assert [row["row"] for row in document["files"]["contacts"]["first_unusable"]] == [9, 10]


def test_json_suggests_places_with_their_gain(run: Run) -> None:
    document = json.loads(run("--json")[1])
    assert [(one["place"], one["region"], one["gain"]) for one in document["suggestions"][:1]] == [
        ("New York", "US", 2)
    ]
    assert document["suggestions"][0]["area_code"] == "+1212"
    shares = [one["local_share_then"] for one in document["suggestions"]]
    assert shares == sorted(shares)


def test_people_get_tables_in_plain_words(run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert "get a local number" in out
    assert "a number of their own town" in out
    assert "New York, New York" in out
    assert "Oregon" in out
    assert "row 10: This is not a phone number" in out
    assert "\x1b[31m" not in out


def test_the_page_shows_names_and_runs_nothing(run: Run, tmp_path: Path) -> None:
    page_file = tmp_path / "page.html"
    code, _, _ = run("--html", page_file)
    page = page_file.read_text("utf-8")
    assert code == 0
    assert "<script" not in page
    assert "default-src 'none'" in page
    assert not re.search(r"(src|href|srcset)=\"(?!data:)", page)
    assert "5550199" not in page.replace(" ", "")
    assert re.search(r"<h1>Who gets a local number\?</h1>", page)
    assert page.count("<img") == page.count("alt=")


def test_a_hostile_town_that_many_live_in_is_text_on_the_page(run: Run, tmp_path: Path) -> None:
    contacts = f'number,city\n+12065550199,"{HOSTILE}"\n+12065550188,"{HOSTILE}"\n'
    page_file = tmp_path / "page.html"
    run("--html", page_file, contacts=contacts)
    assert "<script" not in page_file.read_text("utf-8")


def test_without_outlines_the_page_says_how_to_bring_them(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outlines, "MODULES", tmp_path / "none")
    outlines._read.cache_clear()
    page_file = tmp_path / "page.html"
    code, _, _ = run("--html", page_file)
    outlines._read.cache_clear()
    assert code == 0
    assert outlines.HOW_TO_BRING in page_file.read_text("utf-8")


@pytest.mark.parametrize(
    ("contacts", "words"),
    [
        ("", "The file is empty"),
        ("number\n", "no rows under it"),
        ("number\njunk\nmore junk\n", "none of the 2 rows can be used"),
        (b"PK\x03\x04damaged", "damaged"),
        ("town\nLeeds\n", "no column of phone numbers"),
    ],
)
def test_files_that_cannot_be_used_end_in_words(
    run: Run, contacts: str | bytes, words: str
) -> None:
    code, out, err = run(contacts=contacts)
    assert code == 1
    assert words in err
    assert "contacts.csv" in err
    assert not out
    code, out, _ = run("--json", contacts=contacts)
    assert code == 1
    assert words in json.loads(out)["error"]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--queue", "nobody"), "has no queue 'nobody'"),
        (("--country", "Narnia"), "'Narnia' is no country"),
        (("--contacts-country", "Narnia"), "'Narnia' is no country"),
        (("--html", "/no/such/folder/page.html"), "cannot be written"),
        (("--pool", "/no/such/file.csv"), "There is no file"),
    ],
)
def test_what_the_user_must_mend_is_told(run: Run, more: tuple[str, ...], words: str) -> None:
    code, _, err = run(*more)
    assert code == 1
    assert words in err
    assert "Traceback" not in err


def test_a_pool_that_goes_by_no_place_says_so(run: Run, config: Path) -> None:
    with_tiers(config, "area_code", "state")
    code, out, _ = run()
    assert code == 0
    assert "neither city nor nearest" in out
