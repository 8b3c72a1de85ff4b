"""Functions run in this process as Lambda would run them."""

import os
from pathlib import Path

import pytest

from local.errors import LocalError
from local.functions import FunctionFailed, LocalFunction
from tests.local import fake_handlers


def function(handler: str, code: Path) -> LocalFunction:
    return LocalFunction(
        "Fake",
        f"tests.local.fake_handlers.{handler}",
        "arn:aws:lambda:us-east-1:123456789012:function:Fake",
        {"GREETING": "hello"},
        code,
        "us-east-1",
    )


def test_the_environment_lasts_for_the_call_only(tmp_path: Path) -> None:
    fake_handlers.forget()
    before = dict(os.environ)
    done = function("remember", tmp_path).invoke({"Records": []})
    assert done.payload == {"where": str(tmp_path), "greeting": "hello"}
    assert dict(os.environ) == before


def test_a_handler_that_raises_is_a_function_error(tmp_path: Path) -> None:
    fake_handlers.forget()
    fake_handlers.fail_on.add("bad")
    with pytest.raises(FunctionFailed, match="ValueError: told to fail") as failed:
        function("remember", tmp_path).invoke({"Records": [{"body": "bad"}]})
    assert "Traceback" in failed.value.details


def test_an_answer_that_is_no_json_is_a_function_error(tmp_path: Path) -> None:
    with pytest.raises(FunctionFailed, match=r"Runtime\.MarshalError"):
        function("unserialisable", tmp_path).invoke({})


def test_a_late_answer_is_a_timeout(tmp_path: Path) -> None:
    late = function("remember", tmp_path)
    late.timeout_s = 0.0
    with pytest.raises(FunctionFailed, match=r"Sandbox\.Timedout"):
        late.invoke({"Records": []})


def test_a_missing_handler_is_our_mistake_not_a_function_error(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no handler"):
        function("nothing_of_the_kind", tmp_path).invoke({})


def test_records_are_found_in_the_log_by_their_event(tmp_path: Path) -> None:
    fake_handlers.forget()
    done = function("say_something", tmp_path).invoke({})
    assert [record["n"] for record in done.records("decision")] == [1]
