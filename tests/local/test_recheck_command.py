"""A list of a deployment is checked again on demand; what is none is told before AWS is asked."""

import io
import json
from typing import Any

import pytest

from local.__main__ import main
from local.commands.recheck_command import ask
from local.errors import LocalError


class Lambda:
    """Lambda that notes what it is asked, and answers as told."""

    def __init__(self, answer: object, error: str = "") -> None:
        self.answer, self.error = answer, error
        self.asked: list[tuple[str, object]] = []

    def client(self, _service: str) -> "Lambda":
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        self.asked.append((FunctionName, json.loads(Payload)))
        answer = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return answer | ({"FunctionError": self.error} if self.error else {})


def test_the_function_is_asked_for_this_list_alone() -> None:
    account = Lambda({"lists": 1})
    ask(account, "recheck", "lists/sales/people.csv")
    assert account.asked == [("recheck", {"key": "lists/sales/people.csv"})]


def test_a_list_that_is_not_there_is_told() -> None:
    account = Lambda({"errorMessage": "'there is no such list'"}, "Unhandled")
    with pytest.raises(LocalError, match="no such list"):
        ask(account, "recheck", "lists/sales/people.csv")


@pytest.mark.parametrize("key", ["numbers/sales/a.csv", "lists/sales/", "lists/a.check/clean.csv"])
def test_what_is_no_list_is_refused_without_credentials(
    key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recheck", key]) == 1
    assert "is no list" in capsys.readouterr().err
