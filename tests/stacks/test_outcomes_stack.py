"""What became of calls, in the templates: who reads the records, and how the lake is filled."""

import json
from collections.abc import Callable

import pytest

from lambdas.domain.lake_row import COLUMNS, WRITTEN_TIME
from queries import questions
from stacks.constructs.lake_stream import GATHERS_SECONDS
from tests.stacks.synthesis import Synthesised
from tests.stacks.test_grants import READ_KEY, grants

FEED = "AWS::Lambda::EventSourceMapping"


def test_two_functions_read_the_one_stream_each_by_itself(shipped: Synthesised) -> None:
    feeds = [
        feed["Properties"]
        for feed in shipped.of_type(FEED).values()
        if shipped.named(feed["Properties"]["EventSourceArn"]) == "RecordStream.Arn"
    ]

    assert {shipped.named(feed["FunctionName"]) for feed in feeds} == {
        "ContactRecordsFunction", "RecordOutcomesFunction",
    }  # fmt: skip
    failures = {
        shipped.named(feed["DestinationConfig"]["OnFailure"]["Destination"]) for feed in feeds
    }
    assert failures == {"RecordStreamFailures.Arn", "OutcomeRecordsFailures.Arn"}
    assert {json.dumps(feed["FunctionResponseTypes"]) for feed in feeds} == {
        '["ReportBatchItemFailures"]'
    }


def test_firehose_writes_parquet_by_the_columns_that_rows_have(shipped: Synthesised) -> None:
    table = shipped.one("AWS::Glue::Table")["Properties"]["TableInput"]
    columns = table["StorageDescriptor"]["Columns"]
    assert {column["Name"]: column["Type"] for column in columns} == dict(COLUMNS)

    stream = shipped.one("AWS::KinesisFirehose::DeliveryStream")["Properties"]
    told = stream["ExtendedS3DestinationConfiguration"]
    conversion = told["DataFormatConversionConfiguration"]
    serde = conversion["InputFormatConfiguration"]["Deserializer"]
    assert serde == {"HiveJsonSerDe": {"TimestampFormats": [WRITTEN_TIME]}}
    assert "ParquetSerDe" in conversion["OutputFormatConfiguration"]["Serializer"]
    schema = conversion["SchemaConfiguration"]
    database = shipped.one("AWS::Glue::Database")["Properties"]["DatabaseInput"]["Name"]
    assert (schema["DatabaseName"], schema["TableName"]) == (database, table["Name"])
    assert told["BufferingHints"]["IntervalInSeconds"] == GATHERS_SECONDS


def test_partitions_are_reckoned_where_firehose_writes_them(shipped: Synthesised) -> None:
    table = shipped.one("AWS::Glue::Table")["Properties"]["TableInput"]
    stream = shipped.one("AWS::KinesisFirehose::DeliveryStream")["Properties"]
    prefix = stream["ExtendedS3DestinationConfiguration"]["Prefix"]
    parameters = table["Parameters"]

    location = shipped.named(parameters["storage.location.template"])
    assert prefix == "calls/arrived=!{timestamp:yyyy-MM-dd}/"
    assert location == "s3://LakeBucket/calls/arrived=${arrived}/"
    assert parameters["projection.arrived.format"] == "yyyy-MM-dd"
    assert parameters["projection.arrived.range"] == "NOW-401DAYS,NOW"
    assert [key["Name"] for key in table["PartitionKeys"]] == ["arrived"]


def test_the_lake_is_private_encrypted_kept_and_expires(shipped: Synthesised) -> None:
    bucket = shipped.one("AWS::S3::Bucket", "LakeBucket")
    properties = bucket["Properties"]

    assert bucket["DeletionPolicy"] == "Retain"
    assert all(properties["PublicAccessBlockConfiguration"].values())
    [rule] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    key = rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]
    assert shipped.named(key) == "Key.Arn"
    rules = properties["LifecycleConfiguration"]["Rules"]
    assert {(rule.get("Prefix"), rule["ExpirationInDays"]) for rule in rules} == {
        (None, 400), ("answers/", 30),
    }  # fmt: skip


def test_no_query_reads_more_than_it_may_and_answers_are_encrypted(shipped: Synthesised) -> None:
    group = shipped.one("AWS::Athena::WorkGroup")["Properties"]
    told = group["WorkGroupConfiguration"]

    assert told["EnforceWorkGroupConfiguration"] is True
    assert told["BytesScannedCutoffPerQuery"] == 10 * 1024**3
    encryption = told["ResultConfiguration"]["EncryptionConfiguration"]
    assert encryption["EncryptionOption"] == "SSE_KMS"
    saved = [one["Properties"] for one in shipped.of_type("AWS::Athena::NamedQuery").values()]
    asked = {one.name: one.text for one in questions('"local_presence_example"."calls"')}
    assert {one["Name"]: one["QueryString"] for one in saved} == asked
    assert {one["WorkGroup"] for one in saved} == {group["Name"]}


def test_firehose_may_write_its_folders_and_read_the_table_and_no_more(
    shipped: Synthesised,
) -> None:
    found = grants(shipped, "LakeRole")
    where = "LakeBucket.Arn"

    assert found[f"{where}/calls/*"] == found[f"{where}/errors/*"]
    assert found[f"{where}/calls/*"] == {
        "s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload",
    }  # fmt: skip
    assert found["Key.Arn through s3"] == {"kms:Decrypt", "kms:GenerateDataKey"}
    tables = {name: actions for name, actions in found.items() if ":glue:" in name}
    assert {name.rpartition(":")[2] for name in tables} == {
        "catalog", "database/local_presence_example", "table/local_presence_example/calls",
    }  # fmt: skip
    assert len(found) == 2 + 1 + 1 + len(tables) + 1


def test_the_carriers_lie_beside_the_one_function_that_needs_them(shipped: Synthesised) -> None:
    file = shipped.artifact("RecordOutcomes") / "carriers.txt"

    assert 100_000 < file.stat().st_size < 1_000_000
    assert not (shipped.artifact("PickCallerId") / "carriers.txt").exists()


@pytest.mark.parametrize(
    ("function", "scope"),
    [("ContactRecords", "RecordStream"), ("RecordOutcomes", "OutcomeRecords")],
)
def test_an_instance_that_streams_to_firehose_is_read_by_its_files(
    synthesised: Callable[[str], Synthesised], function: str, scope: str
) -> None:
    app = synthesised("record_files")
    feed = app.one(FEED, scope)["Properties"]
    assert app.named(feed["FunctionName"]) == f"{function}Function"
    assert app.named(feed["EventSourceArn"]) == f"{scope}FilesWaiting.Arn"
    assert feed["BatchSize"] == 1
    rule = app.one("AWS::Events::Rule", scope)["Properties"]["EventPattern"]
    assert rule["detail"] == {
        "bucket": {"name": ["our-records"]}, "object": {"key": [{"prefix": "ctr/"}]},
    }  # fmt: skip
    found = grants(app, function)
    files = next(actions for name, actions in found.items() if name.endswith("our-records/ctr/*"))
    assert files == {"s3:GetObject"}
    assert found["arn:aws:kms:us-east-1:111122223333:key/records through s3"] == READ_KEY
    waits = app.one("AWS::SQS::Queue", f"{scope}FilesWaiting")["Properties"]["VisibilityTimeout"]
    assert waits > app.one("AWS::Lambda::Function", function)["Properties"]["Timeout"]


def test_of_files_it_rings_when_they_wait_and_when_they_are_given_up(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("record_files")
    assert not app.of_type("AWS::Kinesis::Stream")
    for scope in ("RecordStream", "OutcomeRecords"):
        stale = app.one("AWS::CloudWatch::Alarm", f"{scope}Stale")["Properties"]
        assert (stale["MetricName"], stale["Threshold"]) == ("ApproximateAgeOfOldestMessage", 900)
        failed = app.one("AWS::CloudWatch::Alarm", f"{scope}Failed")["Properties"]
        assert failed["MetricName"] == "ApproximateNumberOfMessagesVisible"


def test_without_contact_records_nothing_is_counted(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("without_modules")

    assert not [name for name in app.templates if name.endswith("Outcomes")]
    assert not [name for name in app.of_type("AWS::S3::Bucket") if name.startswith("Lake")]
