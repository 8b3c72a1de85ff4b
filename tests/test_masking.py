"""The watch over the whole test run finds what it is there to find."""

import boto3
import pytest
from moto import mock_aws

from lambdas import telemetry
from lambdas.domain.phone import E164, masked
from lambdas.store.customers import customer_key
from tests.masking import Watched, watching

CUSTOMER = E164("+442079460999")
FORMS = [CUSTOMER, "442079460999", "2079460999", "%2B442079460999", f"x{CUSTOMER}y",
         "+44 20 7946 0999", "(207) 946-0999"]  # fmt: skip


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.mark.parametrize("form", FORMS)
def test_a_number_in_a_log_line_is_found_however_it_is_written(watched: Watched, form: str) -> None:
    with watching(watched):
        customer_key(b"secret", CUSTOMER)
        telemetry.record("test", to=form)
    assert len(watched.leaks()) == 1
    assert "log" in watched.leaks()[0]


def test_a_number_in_an_object_key_or_a_message_is_found(watched: Watched) -> None:
    with mock_aws(), watching(watched):
        customer_key(b"secret", CUSTOMER)
        s3 = boto3.client("s3", region_name="us-east-1")
        s3.create_bucket(Bucket="bucket")
        s3.put_object(Bucket="bucket", Key=f"lists/{CUSTOMER}.csv", Body=b"")
        assert "address" in watched.leaks()[0]
        watched.seen.clear()
        sqs = boto3.client("sqs", region_name="us-east-1")
        url = sqs.create_queue(QueueName="failures")["QueueUrl"]
        sqs.send_message(QueueUrl=url, MessageBody=f'{{"to": "{CUSTOMER}"}}')
    assert "sqs message" in watched.leaks()[0]


def test_masked_numbers_and_our_own_are_no_leaks(watched: Watched) -> None:
    with watching(watched):
        customer_key(b"secret", CUSTOMER)
        telemetry.record("test", to=masked(CUSTOMER))
        customer_key(b"secret", E164("+442079460001"))
        telemetry.record("decision", caller_id="+442079460001")
    assert watched.leaks() == []
