"""The named queries: whole, in Athena's SQL, and about what is counted."""

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

import queries
from lambdas.domain.lake_row import COLUMNS
from lambdas.domain.outcomes import ATTEMPTS
from queries import DAYS, Question, questions

FOLDER = Path(queries.__file__).parent
QUESTIONS = questions('"db"."calls"')
PARTITION = "arrived"


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_query_is_one_statement_over_the_tables_columns(question: Question) -> None:
    [tree] = sqlglot.parse(question.text, read="athena")
    assert isinstance(tree, exp.Select)
    assert not re.search(r"%[A-Z]+%", question.text)

    inner = next(table for table in tree.find_all(exp.Table) if table.db)
    asked = inner.find_ancestor(exp.Select)
    assert asked is not None
    own = {alias.alias for alias in tree.find_all(exp.Alias)}
    columns = {column.name for column in tree.find_all(exp.Column)}
    assert columns - own - set(COLUMNS) <= {PARTITION, "made", "answered", "attempt", "nth"}
    assert PARTITION in {column.name for column in asked.find_all(exp.Column)}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.name)
def test_a_query_says_what_it_asks_and_how_far_it_looks_back(question: Question) -> None:
    assert question.words.endswith(".")
    assert len(question.words) <= 1024
    assert question.text.startswith(f"-- {question.words}\n")
    assert f"the last {DAYS} days" in question.text
    assert "the last 90 days" in dict((q.name, q.text) for q in questions("t", 90))[question.name]


def test_each_file_is_a_query_but_the_part_that_they_share() -> None:
    files = {path.stem for path in FOLDER.glob("*.sql")}

    assert {question.name for question in QUESTIONS} == files - {"calls"}


def test_the_denominator_is_that_of_the_counters() -> None:
    [listed] = {
        match[1] for one in QUESTIONS for match in re.finditer(r"IN \(([^)]+)\) AS made", one.text)
    }

    assert {word.strip(" '") for word in listed.split(",")} == set(ATTEMPTS)


def test_a_hole_that_nothing_fills_is_an_error() -> None:
    with pytest.raises(KeyError):
        queries._filled("SELECT %MORE%", {})
