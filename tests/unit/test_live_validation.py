"""Carriers are asked seldom, slowly and within a limit; whatever fails, no number is lost."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ParamValidationError, ReadTimeoutError
from botocore.stub import Stubber
from hypothesis import given
from hypothesis import strategies as st

from lambdas.connect.live_services import ACTIONS, CLIENTS, asking
from lambdas.domain import live_validation as live
from lambdas.domain.live_validation import Finding, Price, Service, Status, Why
from lambdas.domain.phone import E164
from lambdas.usecases.validate_live import MOST_FAULTS, LiveValidation, Pace, ServiceFault

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
NUMBER = E164("+12065550101")
DATA = Path(live.__file__).parent / "data" / "live_validation.json"
PRICE = Price(6_000, "USD", "made up", date(2026, 1, 1), verified=False)
OPERATIONS = {Service.CARRIER: "carrier_lookup", Service.VALIDATE: "phone_number_validate"}
REQUESTS: dict[Service, dict[str, Any]] = {
    Service.CARRIER: {"PhoneNumber": NUMBER},
    Service.VALIDATE: {"NumberValidateRequest": {"PhoneNumber": NUMBER}},
}


def _client(service: Service, **told: Any) -> Any:
    session: Any = boto3.Session("x", "x", region_name="us-east-1")
    return session.client(CLIENTS[service], **told)


def _answer(service: Service, line: str) -> dict[str, Any]:
    if service is Service.CARRIER:
        return {
            "E164PhoneNumber": NUMBER, "PhoneNumberType": line, "Carrier": "Example",
            "IsoCountryCode": "US",
        }  # fmt: skip
    response = {"PhoneType": line, "Carrier": "Example", "CountryCodeIso2": "US"}
    return {"NumberValidateResponse": response}


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize(
    ("line", "finding"),
    [
        ("MOBILE", Finding(Status.VALID, "mobile", "Example", "US")),
        ("LANDLINE", Finding(Status.VALID, "landline", "Example", "US")),
        ("VOIP", Finding(Status.VALID, "voip", "Example", "US")),
        ("INVALID", Finding(Status.INVALID, "", "Example", "US")),
    ],
)
def test_an_answer_becomes_a_finding(service: Service, line: str, finding: Finding) -> None:
    client = _client(service)
    with Stubber(client) as stub:
        stub.add_response(OPERATIONS[service], _answer(service, line), REQUESTS[service])

        assert asking(service, client)(NUMBER) == finding
        stub.assert_no_pending_responses()


@pytest.mark.parametrize("service", Service)
@pytest.mark.parametrize(
    ("code", "status", "why", "for_all"),
    [
        ("ThrottlingException", 400, Why.THROTTLED, False),
        ("TooManyRequestsException", 429, Why.THROTTLED, False),
        ("AccessDeniedException", 400, Why.DENIED, True),
        ("ForbiddenException", 403, Why.DENIED, True),
        ("UnrecognizedClientException", 403, Why.DENIED, True),
        ("ServiceQuotaExceededException", 400, Why.DENIED, True),
        ("ValidationException", 400, Why.REFUSED, False),
        ("BadRequestException", 400, Why.REFUSED, False),
        ("InternalServerException", 500, Why.FAILED, False),
        ("InternalServerErrorException", 500, Why.FAILED, False),
    ],
)
def test_a_fault_is_told_apart_and_names_no_number(
    service: Service, code: str, status: int, why: Why, for_all: bool
) -> None:
    client = _client(service)
    with Stubber(client) as stub:
        stub.add_client_error(OPERATIONS[service], code, f"{NUMBER} is odd", status)

        with pytest.raises(ServiceFault) as fault:
            asking(service, client)(NUMBER)

    assert (fault.value.why, fault.value.for_all, fault.value.charged) == (why, for_all, False)
    assert NUMBER not in f"{fault.value}{fault.value.__cause__}"


@pytest.mark.parametrize("service", Service)
def test_a_region_without_the_service_ends_the_asking(service: Service) -> None:
    nowhere = _client(
        service, endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1})
    )

    with pytest.raises(ServiceFault) as fault:
        asking(service, nowhere)(NUMBER)

    assert (fault.value.why, fault.value.for_all) == (Why.NO_SERVICE, True)


def test_silence_may_have_been_charged() -> None:
    class Silent:
        def carrier_lookup(self, **_: Any) -> None:
            raise ReadTimeoutError(endpoint_url="https://example.invalid")

    with pytest.raises(ServiceFault) as fault:
        asking(Service.CARRIER, Silent())(NUMBER)

    assert (fault.value.why, fault.value.charged) == (Why.FAILED, True)


def test_an_answer_without_a_type_says_nothing() -> None:
    client = _client(Service.VALIDATE)
    with Stubber(client) as stub:
        stub.add_response("phone_number_validate", {"NumberValidateResponse": {}})

        with pytest.raises(ServiceFault) as fault:
            asking(Service.VALIDATE, client)(NUMBER)

    assert fault.value.why is Why.FAILED


def test_the_real_models_have_these_operations() -> None:
    client = _client(Service.CARRIER)
    with pytest.raises(ParamValidationError):
        client.carrier_lookup(Number=NUMBER)
    for service, action in ACTIONS.items():
        assert hasattr(_client(service), OPERATIONS[service])
        assert action.rpartition(":")[2] in _client(service).meta.service_model.operation_names


class _Kept:
    def __init__(self) -> None:
        self.by_number: dict[E164, Finding] = {}

    def kept(self, number: E164) -> Finding | None:
        return self.by_number.get(number)

    def keep(self, number: E164, finding: Finding, now: datetime) -> None:
        assert finding.on == now.date()
        self.by_number[number] = finding


class _Budget:
    def __init__(self, limit: int) -> None:
        self.limit, self.spent = limit, 0

    def take(self, micro: int, now: datetime) -> bool:
        if self.spent + micro > self.limit:
            return False
        self.spent += micro
        return True

    def give_back(self, micro: int, now: datetime) -> None:
        self.spent -= micro


class _Service:
    """Answers by a script, then always; an entry that is a fault is raised."""

    def __init__(self, *script: ServiceFault | None) -> None:
        self.script = list(script)
        self.asked: list[E164] = []

    def __call__(self, number: E164) -> Finding:
        self.asked.append(number)
        told = self.script.pop(0) if self.script else None
        if told:
            raise told
        return Finding(Status.VALID, "mobile", "Example", "US")


class _Clock:
    def __init__(self) -> None:
        self.at = 100.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


def _numbers(count: int) -> list[E164]:
    return [E164(f"+120655501{index:02d}") for index in range(count)]


def _validation(
    service: _Service, limit: int = 10**9, kept: _Kept | None = None, clock: _Clock | None = None
) -> LiveValidation:
    clock = clock or _Clock()
    pace = Pace(5, clock, clock.sleep)
    return LiveValidation(
        service, kept or _Kept(), _Budget(limit), PRICE, pace, lambda: NOW, kept_days=90
    )


def test_nobody_is_asked_twice_within_ninety_days() -> None:
    service, kept = _Service(), _Kept()
    validation = _validation(service, kept=kept)

    first = list(validation.check([NUMBER, NUMBER]))
    kept.by_number[NUMBER] = kept.by_number[NUMBER]._replace(on=(NOW - timedelta(days=89)).date())
    again = list(validation.check([NUMBER]))
    kept.by_number[NUMBER] = kept.by_number[NUMBER]._replace(on=(NOW - timedelta(days=90)).date())
    late = list(validation.check([NUMBER]))

    assert [found.kept for _, found in (*first, *again, *late)] == [False, True, True, False]
    assert service.asked == [NUMBER, NUMBER]
    assert isinstance(validation.budget, _Budget)
    assert validation.budget.spent == 2 * PRICE.micro


def test_the_limit_of_a_day_holds_and_the_rest_stays_not_validated() -> None:
    service, kept = _Service(), _Kept()
    kept.by_number[_numbers(9)[8]] = Finding(Status.INVALID, on=NOW.date())

    found = dict(_validation(service, 3 * PRICE.micro + 1, kept).check(_numbers(9)))

    assert len(service.asked) == 3
    assert [one.why for one in found.values()] == [None] * 3 + [Why.SPEND_LIMIT] * 5 + [None]
    assert found[_numbers(9)[8]].status is Status.INVALID


def test_a_service_that_denies_is_asked_once() -> None:
    service = _Service(*[ServiceFault(Why.DENIED, for_all=True)] * 9)

    found = list(_validation(service).check(_numbers(5)))

    assert [one.why for _, one in found] == [Why.DENIED] + [Why.STOPPED] * 4
    assert len(service.asked) == 1


def test_a_service_that_is_asked_too_often_is_asked_again_later() -> None:
    clock = _Clock()
    service = _Service(*[ServiceFault(Why.THROTTLED)] * 3)

    ((_, found),) = _validation(service, clock=clock).check([NUMBER])

    assert found.status is Status.VALID
    assert clock.slept == [1.0, 3.0, 9.0]


def test_a_service_that_always_fails_is_left_alone() -> None:
    service = _Service(*[ServiceFault(Why.FAILED)] * 99)

    found = [one for _, one in _validation(service).check(_numbers(40))]

    assert len(service.asked) == MOST_FAULTS
    assert {one.why for one in found[MOST_FAULTS:]} == {Why.STOPPED}


_FAULTS = st.sampled_from(
    [
        None,
        None,
        ServiceFault(Why.THROTTLED),
        ServiceFault(Why.REFUSED),
        ServiceFault(Why.FAILED, charged=True),
        ServiceFault(Why.DENIED, for_all=True),
    ]
)


@given(st.lists(_FAULTS, max_size=60), st.integers(0, 40), st.integers(1, 40))
def test_whatever_fails_each_number_has_one_finding_and_the_sum_is_right(
    script: list[ServiceFault | None], affordable: int, count: int
) -> None:
    service = _Service(*script)
    validation = _validation(service, affordable * PRICE.micro)

    found = list(validation.check(_numbers(count)))

    assert [number for number, _ in found] == _numbers(count)
    answered = sum(one.why is None for _, one in found)
    unsure = sum(fault is not None and fault.charged for fault in script[: len(service.asked)])
    budget = validation.budget
    assert isinstance(budget, _Budget)
    assert budget.spent == (answered + unsure) * PRICE.micro <= budget.limit
    assert all((one.why is None) == (one.status is not Status.NOT_VALIDATED) for _, one in found)


@given(st.lists(st.floats(0, 2), min_size=1, max_size=60), st.floats(0.5, 20))
def test_the_pace_is_never_exceeded(pauses: list[float], per_second: float) -> None:
    clock = _Clock()
    pace = Pace(per_second, clock, clock.sleep, burst=3)
    began = clock.at
    for taken, pause in enumerate(pauses, start=1):
        clock.at += pause
        pace.wait()
        assert taken <= 3 + per_second * (clock.at - began) + 1e-6


def test_the_estimate_says_price_source_and_limit() -> None:
    terms = live.terms_from_json(json.loads(DATA.read_text("utf-8")))
    told = live.estimate(10_000, terms[Service.CARRIER], 5 * live.MICRO)

    assert set(terms) == set(Service)
    assert told.micro == 10_000 * terms[Service.CARRIER].price.micro
    assert "10,000 numbers costs up to 60.00 USD (0.0060 USD each" in told.words
    assert "was not verified" in told.words
    assert "The limit of 5.00 USD a day ends it after 833 numbers" in told.words
    assert "limit" not in live.estimate(10, terms[Service.CARRIER], 5 * live.MICRO).words
    assert all(why in live.WHY_WORDS for why in Why)
