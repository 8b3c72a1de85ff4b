"""Every way by which a person can opt out ends in a blocked next dial, and only an act lifts it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from lambdas.domain.phone import E164
from lambdas.domain.suppression import WORDS, Reason, Suppression
from lambdas.store.suppressions import DynamoSuppressions
from local import opt_out_journeys as journeys
from local.cloud import LocalCloud
from local.grants import recorded_calls, refused, uses
from local.opt_out_journeys import LAWFUL, QUEUES, Journey, call, lifted, standing
from local.opting_out import call_back, contact_record, deliver, request, send_text
from local.toolchain import ROOT
from tests.journeys.conftest import upload

SERVICE, SALES = QUEUES
DOCUMENT = json.loads((ROOT / "docs" / "suppression-api.json").read_text("utf-8"))
JOURNEYS = journeys.journeys()
_fresh = iter(journeys.customers())


@pytest.fixture(scope="module", autouse=True)
def pools(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("pools")
    cloud.clock.set(LAWFUL)
    upload(cloud, folder / "service.csv", journeys.POOL, "service")
    upload(cloud, folder / "sales.csv", journeys.POOL_OF_SALES, "sales")
    yield
    cloud.clock.reset()


@pytest.fixture
def person(cloud: LocalCloud) -> str:
    """Somebody whom nobody called yet, at a lawful hour."""
    cloud.clock.set(LAWFUL)
    return next(_fresh)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_the_next_dial_is_blocked_everywhere_and_lifted_only_by_an_act(
    cloud: LocalCloud, person: str, journey: Journey
) -> None:
    assert call(cloud, person).action == "dial"
    journey.act(cloud, person)
    for queue in QUEUES:
        blocked = call(cloud, person, queue)
        assert (blocked.action, blocked.reason) == ("block", f"suppressed_{journey.reason}")
        assert blocked.outcome.attributes["local_presence_message"].startswith(
            WORDS[Reason(journey.reason)]
        )
    [stands] = standing(cloud, person)
    assert (stands["reason"], stands["through"]) == (journey.reason, journey.through)
    assert stands["by"]

    cloud.clock.advance(timedelta(days=1))
    assert call(cloud, person).action == "block"
    assert lifted(cloud, person) == 1
    assert call(cloud, person).action == "dial"
    assert standing(cloud, person) == []


def test_every_right_that_the_journeys_use_is_granted(cloud: LocalCloud, person: str) -> None:
    cloud.forget_container()
    with recorded_calls() as calls:
        for journey in JOURNEYS:
            cloud.forget_container()
            journey.act(cloud, person)
            request(cloud, "POST /suppressions/show", {"number": person})
            send_text(cloud, person, "START")
        assert lifted(cloud, person)
    needed = uses(cloud, calls)
    functions = {use.function.removeprefix("local-")[:10] for use in needed}
    assert {"HandleText", "ContactRec", "Suppressio", "SuppressCu"} <= functions
    assert refused(cloud, needed) == []


def test_another_brand_goes_on_where_only_one_was_meant(cloud: LocalCloud, person: str) -> None:
    told = {"number": person, "reason": "opt_out", "brand": "Example Sales"}
    assert request(cloud, "POST /suppressions", told).body["suppression"]["brand"]
    assert call(cloud, person, SALES).reason == "suppressed_opt_out"
    assert call(cloud, person, SERVICE).action == "dial"


def test_another_purpose_goes_on_where_only_one_was_meant(cloud: LocalCloud, person: str) -> None:
    told = {"number": person, "reason": "refused", "purpose": "marketing"}
    assert request(cloud, "POST /suppressions", told).status == 200
    assert call(cloud, person, SALES).reason == "suppressed_refused"
    assert call(cloud, person, SERVICE).action == "dial"


def test_what_is_temporary_ends_by_itself(cloud: LocalCloud, person: str) -> None:
    until = (LAWFUL + timedelta(days=1)).isoformat()
    told = {"number": person, "reason": "temporary", "until": until}
    assert request(cloud, "POST /suppressions", told).body["suppression"]["until"] == until
    assert call(cloud, person).reason == "suppressed_temporary"
    cloud.clock.advance(timedelta(days=1, minutes=1))
    assert call(cloud, person).action == "dial"


def test_start_lifts_what_a_message_entered_and_nothing_else(
    cloud: LocalCloud, person: str
) -> None:
    send_text(cloud, person, "stop")
    cloud.clock.advance(timedelta(minutes=1))
    send_text(cloud, person, "START")
    assert call(cloud, person).action == "dial"
    deliver(cloud, contact_record(cloud, person, {"disposition": "do not call"}))
    cloud.clock.advance(timedelta(minutes=1))
    send_text(cloud, person, "Start")
    assert call(cloud, person).reason == "suppressed_do_not_call"


def test_a_message_that_says_something_else_changes_nothing(cloud: LocalCloud, person: str) -> None:
    for body in ("Please don't stop calling", "Cancel my order", "", "🙂", "\x00"):
        [done] = send_text(cloud, person, body)
        assert done.payload == {"changed": 0}
        assert body == "" or body not in " ".join(done.log)
    assert call(cloud, person).action == "dial"


def test_the_same_record_again_changes_nothing_not_even_after_it_was_lifted(
    cloud: LocalCloud, person: str
) -> None:
    record = contact_record(cloud, person, {"disposition": "Do-Not-Call!"})
    deliver(cloud, record, record)
    cloud.clock.advance(timedelta(hours=1))
    deliver(cloud, {**record, "LastUpdateTimestamp": cloud.clock.now().isoformat()})
    assert len(_history(cloud, person)) == 1
    assert lifted(cloud, person) == 1
    cloud.clock.advance(timedelta(hours=1))
    deliver(cloud, record)
    assert call(cloud, person).action == "dial"
    assert [past["act"] for past in _history(cloud, person)] == ["suppressed", "lifted"]


def test_records_that_say_nothing_of_the_kind_are_passed_over(
    cloud: LocalCloud, person: str
) -> None:
    chosen = {"disposition": "do not call"}
    external = contact_record(cloud, person, chosen, "EXTERNAL_OUTBOUND")
    chat = contact_record(cloud, person, chosen) | {
        "CustomerEndpoint": {"Address": person, "Type": "CONTACT_FLOW"}
    }
    none = contact_record(cloud, person, chosen) | {"CustomerEndpoint": None}
    fine = contact_record(cloud, person, {"disposition": "Sale", "other": "do not call"})
    source = deliver(cloud, external, chat, none, fine, b"\x00 no record", b"{}")
    assert source.failures == []
    assert source.abandoned == 0
    assert call(cloud, person).action == "dial"


def test_a_record_that_fails_is_delivered_again_and_the_others_go_on(
    cloud: LocalCloud, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other, add = next(_fresh), DynamoSuppressions.add
    outages = iter([TimeoutError("the store is away"), None])

    def add_late(store: DynamoSuppressions, destination: E164, one: Suppression) -> bool:
        trouble = next(outages, None) if destination == person else None
        if trouble:
            raise trouble
        return add(store, destination, one)

    monkeypatch.setattr(DynamoSuppressions, "add", add_late)
    chosen = {"disposition": "do not call"}
    records = [contact_record(cloud, number, chosen) for number in (person, other)]
    source = deliver(cloud, *records)
    answers = source.answers[-3:]  # both, then each by itself
    failed = [done.payload["batchItemFailures"] for done in answers]
    assert [len(items) for items in failed] == [1, 0, 0]
    log = list(chain.from_iterable(done.log for done in answers))
    assert any("disposition_not_heeded" in line for line in log)
    for number in (person, other):
        assert call(cloud, number).reason == "suppressed_do_not_call"


def test_a_message_that_cannot_be_heeded_is_told_and_tried_again(
    cloud: LocalCloud, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> bool:
        raise TimeoutError("the store is away")

    with monkeypatch.context() as broken:
        broken.setattr(DynamoSuppressions, "add", away)
        with pytest.raises(Exception, match="the store is away"):
            send_text(cloud, person, "STOP")
    assert call(cloud, person).action == "dial"
    send_text(cloud, person, "STOP")
    assert call(cloud, person).action == "block"


def test_a_key_that_could_not_be_noted_is_not_confirmed(cloud: LocalCloud, person: str) -> None:
    def fails(_event: Any, _context: Any) -> Any:
        raise TimeoutError("the store is away")

    with cloud.replacing("suppress_customer", fails):
        returned = call_back(cloud, person, "9")
    assert returned.ended == "queued"
    assert "could not be noted" in returned.outcome.heard[-1]
    assert call(cloud, person).action == "dial"


@pytest.mark.parametrize("number", [None, "", "anonymous", "Restricted"])
def test_a_withheld_caller_is_told_and_reaches_an_agent(
    cloud: LocalCloud, number: str | None
) -> None:
    returned = call_back(cloud, number, "9")
    assert returned.ended == "queued"
    assert returned.outcome.queue.rpartition("/")[0].endswith("/queue")
    assert "withheld" in returned.outcome.heard[0]
    assert not returned.invocations


def test_a_caller_who_presses_nothing_reaches_an_agent(cloud: LocalCloud, person: str) -> None:
    returned = call_back(cloud, person)
    assert (returned.ended, len(returned.outcome.heard)) == ("queued", 1)
    assert "Example Limited" in returned.outcome.heard[0]


REFUSED = [
    ("POST /suppressions", {}, "empty"),
    ("POST /suppressions", {"number": "+12065550123"}, "unknown_reason"),
    ("POST /suppressions", {"number": "12", "reason": "opt_out"}, "no_country"),
    ("POST /suppressions", {"number": "+12065550123", "reason": "temporary"}, "no_end"),
    ("POST /suppressions", {"number": "+12065550123", "reason": 5}, "not_a_text"),
    ("POST /suppressions", {"number": "+12065550123", "through": "agent"}, "unknown_member"),
    ("POST /suppressions", "no JSON", "not_json"),
    ("POST /suppressions", [], "not_an_object"),
    ("POST /suppressions/lift", {"number": "+12065550123", "by": "me"}, "nobody_says_why"),
    ("POST /suppressions/show", {"number": "nobody"}, "no_number"),
]


@pytest.mark.parametrize(("route", "body", "reason"), REFUSED)
def test_the_api_says_what_is_wrong(cloud: LocalCloud, route: str, body: Any, reason: str) -> None:
    answer = request(cloud, route, body)
    assert (answer.status, answer.body["reason"]) == (400, reason)
    assert answer.body["message"].endswith(".")
    assert "+12065550123" not in json.dumps(answer.body)
    _conforms(route, 400, answer.body)


def test_the_api_answers_as_it_is_described(cloud: LocalCloud, person: str) -> None:
    said = {"number": person, "reason": "prefers e-mail", "by": "ada", "note": "wrote to us"}
    lift = {"number": person, "by": "ada", "why": "Changed their mind"}
    for route, body in (
        ("POST /suppressions", said),
        ("POST /suppressions/show", {"number": person}),
        ("POST /suppressions/lift", lift),
    ):
        answer = request(cloud, route, body)
        assert answer.status == 200
        assert person not in json.dumps(answer.body)
        _conforms(route, 200, answer.body)
    assert [past["by"] for past in _history(cloud, person)] == [
        "ada (assumed-role/crm/session)", "ada (assumed-role/crm/session)",
    ]  # fmt: skip


def test_there_is_no_other_route(cloud: LocalCloud) -> None:
    assert request(cloud, "GET /suppressions", {}).status == 404
    described = {f"POST {path}" for path in DOCUMENT["paths"]}
    assert described == set(cloud.made.routes)


def _conforms(route: str, status: int, body: Any) -> None:
    path = route.removeprefix("POST ")
    answer = DOCUMENT["paths"][path]["post"]["responses"][str(status)]
    schema = answer["content"]["application/json"]["schema"]
    whole = {**schema, "components": DOCUMENT["components"]}
    Draft202012Validator(whole).validate(body)


def _history(cloud: LocalCloud, number: str) -> list[dict[str, Any]]:
    answer = request(cloud, "POST /suppressions/show", {"number": number})
    found: list[dict[str, Any]] = answer.body["history"]
    return found
