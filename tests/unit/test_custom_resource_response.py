"""CloudFormation hears of every request to the custom resource, in a form that it takes."""

import json
import urllib.error
from typing import Any

import pytest

from lambdas.adopt_queues import response
from lambdas.adopt_queues.response import Request, put, respond

EVENT = {
    "RequestType": "Create",
    "ResponseURL": "https://answers.example/?signature=1",
    "StackId": "stack",
    "RequestId": "request",
    "LogicalResourceId": "AdoptedQueues",
    "ResourceProperties": {"InstanceArn": "arn"},
}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    bodies: list[dict[str, Any]] = []
    monkeypatch.setattr(response, "put", lambda _address, body: bodies.append(json.loads(body)))
    return bodies


@pytest.mark.parametrize(("failure", "status"), [("", "SUCCESS"), ("no number", "FAILED")])
def test_an_answer_repeats_what_it_answers(
    sent: list[dict[str, Any]], failure: str, status: str
) -> None:
    respond(Request.read(EVENT), "example/1/adopted-queues", failure)

    assert sent == [
        {
            "StackId": "stack", "RequestId": "request", "LogicalResourceId": "AdoptedQueues",
            "Status": status, "Reason": failure,
            "PhysicalResourceId": "example/1/adopted-queues",
        }
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["é" * 10_000, '"' * 10_000, "a" * 10_000, "😀" * 10_000])
def test_a_long_reason_is_cut_to_what_cloudformation_takes(
    monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    sizes: list[int] = []
    monkeypatch.setattr(response, "put", lambda _address, body: sizes.append(len(body)))

    respond(Request.read(EVENT), "id", reason)

    assert 300 < sizes[0] < 4_096


def test_an_answer_goes_to_https_only() -> None:
    with pytest.raises(ValueError, match="not https"):
        put("http://answers.example/", b"{}")


def test_an_answer_is_sent_again_until_it_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    class Answered:
        def close(self) -> None: ...

    def urlopen(request: Any, timeout: float) -> Answered:
        tries.append(request.get_method())
        if len(tries) < 4:
            raise urllib.error.URLError("away")
        return Answered()

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    put("https://answers.example/", b"{}")

    assert tries == ["PUT"] * 4
