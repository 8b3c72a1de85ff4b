"""A label service over HTTP, a stand-in of it on this machine, and the day's bound on questions."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from lambdas.connect.label_service import HttpLabels
from lambdas.domain.phone import E164
from lambdas.store.label_questions import DynamoQuestions
from lambdas.usecases.ask_labels import LabelFault, LabelQuestions, Told
from lambdas.usecases.heed_labels import Report
from lambdas.usecases.validate_live import Pace
from tests.adapters.conftest import House
from tests.unit.builders import NOON, nanp

ONE, TWO, THREE, *_ = NUMBERS = [E164(number) for number in nanp("206", 90)]
Answer = tuple[int, Any]


class Service:
    """Says what the test wants, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.keys: list[str] = []
        self.answers: Callable[[list[str]], Answer] = lambda numbers: (
            200,
            {"results": [{"number": each, "label": ""} for each in numbers]},
        )
        self.url = ""


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            numbers = json.loads(self.rfile.read(length))["numbers"]
            told.asked.append(numbers)
            told.keys.append(self.headers["Authorization"])
            status, body = told.answers(numbers)
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    told.url = f"http://127.0.0.1:{server.server_port}/v1/numbers?of=ours"
    yield told
    server.shutdown()
    server.server_close()


def http(service: Service) -> HttpLabels:
    return HttpLabels(service.url, lambda: "sesame")


def questions(service: Service, home: House, most: int = 1000) -> LabelQuestions:
    slept: list[float] = []
    return LabelQuestions(
        http(service),
        DynamoQuestions(home.client, home.tables.number_pool, most),
        Pace(2.0, lambda: sum(slept), slept.append, burst=1),
        "Example Labels",
    )


def test_it_is_asked_with_its_key_and_its_answers_are_read(service: Service) -> None:
    service.answers = lambda _: (
        200,
        {
            "results": [
                {"number": ONE, "label": "  Scam\nLikely ", "seen_on": "2026-11-19"},
                {"number": TWO, "label": None},
                {"number": "+12065550000", "label": "nobody asked"},
            ]
        },
    )
    told = http(service)([ONE, TWO, THREE])
    assert told == {ONE: Told("Scam Likely", "2026-11-19"), TWO: Told("")}
    assert service.asked == [[ONE, TWO, THREE]]
    assert service.keys == ["Bearer sesame"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ((500, b""), "status 500"),
        ((302, b""), "status 302"),
        ((200, b"<html>"), "none that is understood"),
        ((200, {"results": [{"label": "x"}]}), "none that is understood"),
        ((200, {"results": 7}), "none that is understood"),
        ((200, b" " * 1_000_002), "too long"),
    ],
)
def test_what_it_says_otherwise_is_a_fault_that_names_no_number(
    service: Service, answer: Answer, why: str
) -> None:
    service.answers = lambda _: answer
    with pytest.raises(LabelFault, match=why) as fault:
        http(service)([ONE])
    assert ONE not in str(fault.value)
    assert not fault.value.busy


def test_a_service_that_is_away_is_a_fault() -> None:
    with pytest.raises(LabelFault, match="could not be asked"):
        HttpLabels("http://127.0.0.1:9/", lambda: "")([ONE])
    with pytest.raises(LabelFault, match="no https"):
        HttpLabels("http://labels.example.com/", lambda: "")([ONE])


def test_labels_are_reported_and_of_labelled_numbers_also_that_there_is_none(
    service: Service, house: House
) -> None:
    service.answers = lambda numbers: (
        200,
        {
            "results": [
                {"number": each, "label": "Spam" if each == THREE else ""} for each in numbers
            ]
        },
    )
    told = list(questions(service, house).reports([TWO], [ONE, THREE], NOON))
    assert told == [Report(TWO, "", "Example Labels"), Report(THREE, "Spam", "Example Labels")]
    assert service.asked == [[TWO], [ONE, THREE]]


def test_no_more_numbers_are_asked_about_than_a_day_allows_and_it_goes_on_tomorrow(
    service: Service, house: House
) -> None:
    asking = questions(service, house, most=120)
    list(asking.reports([], NUMBERS, NOON))
    assert [len(each) for each in service.asked] == [50, 40]
    list(asking.reports([], NUMBERS, NOON))  # a retry of the same day, from where it stood
    assert sum(map(len, service.asked)) <= 120
    asked = sum(map(len, service.asked))
    list(asking.reports([], NUMBERS, NOON + timedelta(days=1)))
    assert asked < sum(map(len, service.asked)) <= asked + 120


def test_a_day_that_allows_fewer_than_one_request_takes_asks_about_so_many(
    service: Service, house: House
) -> None:
    asking = questions(service, house, most=20)
    for day in range(5):
        list(asking.reports([], NUMBERS, NOON + timedelta(days=day)))
    assert [len(each) for each in service.asked] == [20] * 5
    assert {number for each in service.asked for number in each} == set(NUMBERS)


def test_it_begins_with_those_that_were_not_asked_about_last(
    service: Service, house: House
) -> None:
    list(questions(service, house, most=50).reports([], NUMBERS, NOON))
    list(questions(service, house, most=50).reports([], NUMBERS, NOON + timedelta(days=1)))
    ordered = sorted(NUMBERS)
    assert service.asked == [ordered[:50], ordered[50:] + ordered[:10]]


def test_a_busy_service_is_asked_again_and_then_given_up(service: Service, house: House) -> None:
    answers = iter([(429, b""), (503, b""), (200, {"results": []})])
    service.answers = lambda _: next(answers)
    assert list(questions(service, house).reports([], [ONE], NOON)) == []
    assert len(service.asked) == 3
    service.answers = lambda _: (429, b"")
    with pytest.raises(LabelFault):
        list(questions(service, house).reports([], [ONE], NOON))
    assert len(service.asked) == 7
