"""The weekly report through the running app: its schedule, its rights, its tables, and the mail."""

from email import policy
from email.parser import BytesParser
from pathlib import Path

from moto.ses.models import ses_backends

from lambdas.domain.report import Period
from lambdas.report import words
from lambdas.wiring.clocks import local_hours_of_file
from local import outcome_sample
from local.cloud import LocalCloud
from local.grants import recorded_calls, refused, uses
from local.machine import ACCOUNT
from local.outcome_sample import Calling, hours_of
from tests.journeys.conftest import upload

NUMBERS = [f"+1206555{line:04d}" for line in range(160, 163)]


def test_a_report_is_mailed_once_a_week_with_the_rights_that_the_template_gives(
    cloud: LocalCloud, tmp_path: Path
) -> None:
    upload(cloud, tmp_path / "numbers.csv", "number\n" + "\n".join(NUMBERS), "service")
    period, local = Period.ending(cloud.clock.now()), local_hours_of_file()
    client, usage = cloud.session.client("dynamodb"), cloud.name_of("USAGE_TABLE")
    for number in NUMBERS:
        hours = hours_of(number, period.since, period.until, Calling(per_hour=2), local)
        outcome_sample.write(client, usage, hours)
    cloud.session.client("sesv2").create_email_identity(EmailIdentity="example.com")

    with recorded_calls() as calls:
        cloud.a_week_passes()
        cloud.a_week_passes()
    sent = ses_backends[ACCOUNT][cloud.session.region_name or ""].sent_messages

    assert len(sent) == 1
    letter = BytesParser(policy=policy.default).parsebytes(_raw(sent[0]))
    assert letter["To"] == "managers@example.com"
    body = letter.get_body(("plain",))
    assert body is not None
    told = body.get_content()
    assert words.days(period) in told
    assert "of 3 made no call" not in told
    assert refused(cloud, uses(cloud, calls)) == []
    assert {"ses:SendRawEmail"} <= {use.action for use in uses(cloud, calls)}


def _raw(message: object) -> bytes:
    raw = getattr(message, "raw_data", "")
    return raw if isinstance(raw, bytes) else str(raw).encode()
