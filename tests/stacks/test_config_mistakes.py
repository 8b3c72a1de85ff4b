"""Every mistake in a configuration names its key, its line, its value and the fix."""

from pathlib import Path

import pytest
import yaml

from stacks.config import ConfigError, parse
from stacks.config.reading import load
from tests.stacks.synthesis import EXAMPLE

TEXT = EXAMPLE.read_text(encoding="utf-8")
CASES: list[dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("mistakes.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("case", CASES, ids=[f"{c['key']}: {c['because']}" for c in CASES])
def test_a_mistake_names_its_key_and_the_fix(case: dict[str, str]) -> None:
    assert case["replace"] in TEXT

    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace(case["replace"], case["by"], 1))

    told = [mistake for mistake in caught.value.mistakes if mistake.key == case["key"]]
    assert told, f"{case['because']}: {caught.value}"
    assert any(case["says"] in mistake.fix for mistake in told), caught.value
    assert case["key"] in str(caught.value)


MORE = [
    ("tables: {number_pool: {name: Old}}", "tables.number_pool.stream_arn", "drives the directory"),
    ("tables: {customers: {name: Old}}", "tables.customers.key_secret_arn", "known again"),
    ("tables: {usage: {}}", "tables.usage", "either name or arn"),
    ("tables: {usage: {name: Old, arn: x}}", "tables.usage.arn", "arn:aws:dynamodb"),
    ("tables: {usages: {name: Old}}", "tables.usages", "did you mean usage?"),
    ("tables: {usage: {arn: 'arn:aws:dynamodb:eu-west-2:111122223333:table/Old'}}",
     "tables.usage.arn", "another region"),
    ("permissions_boundary: boundary", "permissions_boundary", "arn:aws:iam::ACCOUNT:policy"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "key", "words"), MORE)
def test_a_mistake_in_what_the_example_leaves_out_is_named_too(
    more: str, key: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(f"{TEXT}\n{more}\n")

    assert any(m.key == key and words in m.fix for m in caught.value.mistakes), caught.value


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        TEXT.replace("pool: sales", "pool: slaes")
        .replace("per_hour: 12", "per_hour: 0")
        .replace("on_error: default", "on_error: blok")
        .replace("logs_days: 90", "logs_days: 91")
    )

    with pytest.raises(ConfigError) as caught:
        parse(text, "config/mine.yaml")

    assert str(caught.value).startswith("config/mine.yaml: 4 mistakes\n")
    assert [mistake.key for mistake in caught.value.mistakes] == [
        "queues.outbound-service.on_error",
        "queues.outbound-sales.pool",
        "pools.service.limits.per_hour",
        "retention.logs_days",
    ]


def test_a_mistake_shows_line_value_and_fix() -> None:
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace("on_error: default", "on_error: blok"))

    line = 1 + TEXT.splitlines().index("    on_error: default")
    assert str(caught.value).splitlines()[1:] == [
        f"  - line {line}: queues.outbound-service.on_error = 'blok'",
        "      write one of default, block - did you mean block?",
    ]


@pytest.mark.parametrize(
    ("text", "words", "line", "reason"),
    [
        ("a: [1, 2", "not YAML", 1, "an open bracket"),
        ("environment: x\n\tregion: y", "cannot start any token", 2, "a tab"),
        ("a: 1\n? [b]\n: 2", "simple word as key", 2, "a list as key"),
        ("a: *b", "undefined alias", 1, "an alias of nothing"),
        ("a: &a [*a]", "refers to itself", None, "an endless list"),
        ("a: !!python/object:os.system x", "constructor", 1, "nothing is ever executed"),
        ("a: \x07", "is not allowed", None, "a control character"),
        ("", "config/example.yaml", None, "an empty file"),
        ("- queues", "config/example.yaml", None, "a list"),
        ("just words", "config/example.yaml", None, "a text"),
    ],
)
def test_what_is_no_configuration_is_refused_in_words(
    text: str, words: str, line: int | None, reason: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text)

    assert words in caught.value.mistakes[0].fix, reason
    assert caught.value.mistakes[0].line == line, reason


def test_a_key_that_stands_twice_is_refused() -> None:
    """YAML would let the last one win, in silence."""
    with pytest.raises(ConfigError) as caught:
        parse(TEXT.replace("pool: sales", "pool: sales\n    pool: service"))

    (mistake,) = caught.value.mistakes
    assert mistake.key == "queues.outbound-sales.pool"
    assert "stands twice (first in line" in mistake.fix


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.yaml: 1 mistake\n(.|\n)*no such file"):
        load(tmp_path / "none.yaml")


def test_a_file_of_another_encoding_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "latin.yaml"
    path.write_bytes("environment: caf\xe9".encode("latin-1"))

    with pytest.raises(ConfigError, match="save it as UTF-8"):
        load(path)
