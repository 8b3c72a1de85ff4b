"""Reports on DynamoDB's own engine: what is read, and a weekly mail that is sent once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from lambdas import wiring
from lambdas.domain.lifecycle import State
from lambdas.domain.outcomes import ATTEMPTS
from lambdas.domain.phone import E164
from lambdas.domain.report import Period
from lambdas.domain.settings import Settings
from lambdas.report import handler as weekly
from lambdas.store import plain_answers
from lambdas.store.mailed import DynamoMailed, Mailing
from lambdas.usecases.make_report import make_report
from lambdas.wiring import clocks, reporting
from lambdas.wiring.clocks import local_hours_of_file
from lambdas.wiring.reporting import Sources
from local import outcome_sample, stage
from local.outcome_sample import Calling, hours_of
from tests.adapters.conftest import House
from tests.unit.builders import NOON

NUMBERS = [f"+12065550{100 + n}" for n in range(3)]
OWN = "+12125550199"
NOW = NOON
SETTINGS = Settings.from_json(
    {
        **stage.settings_of((5, 12, 60)),
        "pools": {"sales": stage.settings_of((5, 12, 60))["pools"][stage.POOL]},
        "queues": {"q": {**stage.settings_of((5, 12, 60))["queues"][stage.QUEUE], "pool": "sales"}},
    }
)


@pytest.fixture
def sources(house: House) -> Sources:
    """A pool with five weeks of calls, and a queue's own number."""
    house.bring(NUMBERS)
    house.publish()
    period, local = Period.ending(NOW), local_hours_of_file()
    client, usage = house.client, house.tables.usage
    for number in (*NUMBERS, OWN):
        of = hours_of(number, period.before, NOW, Calling(per_hour=0.4), local)
        outcome_sample.write(client, usage, of)
    outcome_sample.write_own(client, usage, [OWN], [NOW - timedelta(days=3)])
    counters = plain_answers.client(
        4,
        region_name=client.meta.region_name,
        endpoint_url=client.meta.endpoint_url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    return Sources(client, counters, house.tables.number_pool, usage, SETTINGS)


def test_what_is_read_adds_up_to_what_was_written(sources: Sources, house: House) -> None:
    said = "flagged by a carrier, says +1 206-700-0142"
    house.rest(NUMBERS[2], NOW + timedelta(days=3), said)
    report = make_report(sources.stock(["sales"], NOW), local_hours_of_file(), NOW)

    period, local = report.period, local_hours_of_file()
    wanted = dict.fromkeys(("made", "before"), 0)
    for number in (*NUMBERS, OWN):
        for hour in hours_of(number, period.before, NOW, Calling(per_hour=0.4), local):
            made = sum(n for cell, n in hour.cells.items() if cell.outcome in ATTEMPTS)
            if period.since <= hour.hour < period.until:
                wanted["made"] += made
            elif hour.hour < period.since:
                wanted["before"] += made
    assert report.total.now.made == wanted["made"]
    assert report.total.before.made == wanted["before"]
    assert [own.number for own in report.own] == [OWN]
    [resting] = [one for one in report.standings if one.is_notable]
    assert (resting.number, resting.state) == (NUMBERS[2], State.RESTING)
    assert resting.words == "flagged by a carrier, says … (ada)"
    assert resting.until == NOW + timedelta(days=3)


def test_one_pool_alone_has_no_queues_numbers(sources: Sources) -> None:
    pools = {**SETTINGS.pools, "other": SETTINGS.pools["sales"]}
    several = replace(sources, settings=SETTINGS._replace(pools=pools))
    report = make_report(several.stock(["sales"], NOW), local_hours_of_file(), NOW)
    assert report.own == []
    assert report.total.now.made


def test_what_steps_depend_on_is_read(sources: Sources) -> None:
    around = sources.around(["sales"], NOW)
    assert around.queues["q"].mode == "on"
    assert around.per_hour == {"sales": 12}
    assert (around.judge, around.urgent, around.soon) == (None, 0, 0)


class _Post:
    """Amazon SES, which may refuse or fall silent."""

    def __init__(self) -> None:
        self.letters: list[dict[str, Any]] = []
        self.trouble: Exception | None = None

    def send_email(self, **letter: Any) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.letters.append(letter)


@pytest.fixture
def post(sources: Sources, monkeypatch: pytest.MonkeyPatch) -> Iterator[_Post]:
    """The function with these tables, and what it posts."""
    made = _Post()
    told = {"sender": "a@example.com", "to": ["b@example.com"], "deployment": "here"}
    wiring.reset()
    monkeypatch.setattr(wiring, "settings", lambda: SETTINGS)
    monkeypatch.setattr(clocks, "local_hours", local_hours_of_file)
    monkeypatch.setattr(reporting, "sources", lambda: sources)
    monkeypatch.setattr(reporting, "mailed", lambda: DynamoMailed(sources.client, sources.usage))
    monkeypatch.setattr(reporting, "ses", lambda: made)
    monkeypatch.setattr(reporting, "post", lambda: told)
    yield made
    wiring.reset()


EVENT = {"time": NOW.isoformat().replace("+00:00", "Z")}


def test_a_week_is_mailed_once_however_often_its_event_comes(post: _Post) -> None:
    assert [weekly.handler(EVENT, None)["state"] for _ in range(3)] == [
        "sent", "already_sent", "already_sent",
    ]  # fmt: skip
    [letter] = post.letters
    assert letter["FromEmailAddress"] == "a@example.com"
    assert letter["Destination"] == {"ToAddresses": ["b@example.com"]}
    assert b"were answered" in letter["Content"]["Raw"]["Data"]
    next_week = {"time": (NOW + timedelta(days=7)).isoformat()}
    assert weekly.handler(next_week, None)["state"] == "sent"


def test_what_was_refused_is_sent_by_the_next_try(post: _Post) -> None:
    post.trouble = ClientError({"Error": {"Code": "MessageRejected"}}, "SendEmail")
    with pytest.raises(ClientError):
        weekly.handler(EVENT, None)
    post.trouble = None
    assert weekly.handler(EVENT, None)["state"] == "sent"


def test_a_try_that_got_no_answer_is_not_repeated(
    post: _Post, capsys: pytest.CaptureFixture[str]
) -> None:
    post.trouble = ReadTimeoutError(endpoint_url="https://email.us-east-1.amazonaws.com")
    with pytest.raises(ReadTimeoutError):
        weekly.handler(EVENT, None)
    post.trouble = None
    assert weekly.handler(EVENT, None)["state"] == "unsure"
    assert post.letters == []
    assert '"ReportsUnsure":1' in capsys.readouterr().out


def test_mails_of_other_weeks_do_not_hold_each_other_up(house: House) -> None:
    mailed = DynamoMailed(house.client, house.tables.usage)
    until = datetime(2026, 11, 23, tzinfo=UTC)
    assert mailed.begin(until, NOW) is Mailing.OURS
    assert mailed.begin(until, NOW) is Mailing.UNDER_WAY
    assert mailed.begin(until + timedelta(days=7), NOW) is Mailing.OURS
    mailed.sent(until)
    assert mailed.begin(until, NOW) is Mailing.SENT
    mailed.give_back(until + timedelta(days=7))
    assert mailed.begin(until + timedelta(days=7), NOW) is Mailing.OURS


def test_counters_are_read_as_botocore_would(sources: Sources) -> None:
    stock, period = sources.stock(["sales"], NOW), Period.ending(NOW)
    slow = type(stock.outcomes)(sources.client, sources.usage)  # type: ignore[call-arg]
    number = E164(NUMBERS[0])
    found = stock.outcomes.hours(number, period.before, period.until)
    assert found == slow.hours(number, period.before, period.until)
    assert len(found) > 30
