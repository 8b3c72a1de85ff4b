"""What keeps data keeps it safe, and what goes wrong is heard of."""

import json
from collections.abc import Callable

import pytest

from tests.stacks.synthesis import Synthesised

HOLD_DATA = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::KMS::Key",
    "AWS::SecretsManager::Secret",
    "AWS::SQS::Queue",
    "AWS::Logs::LogGroup",
    "AWS::Connect::PhoneNumber",
)


@pytest.mark.parametrize("kind", HOLD_DATA)
def test_what_holds_data_stays_when_the_stack_goes(shipped: Synthesised, kind: str) -> None:
    found = shipped.of_type(kind)

    assert found
    for name, resource in found.items():
        assert resource["DeletionPolicy"] == "Retain", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


@pytest.mark.parametrize("table", ["NumberPool", "Usage", "Customers"])
def test_tables_are_on_demand_encrypted_recoverable_and_protected(
    shipped: Synthesised, table: str
) -> None:
    properties = shipped.one("AWS::DynamoDB::Table", table)["Properties"]

    assert properties["BillingMode"] == "PAY_PER_REQUEST"
    assert properties["DeletionProtectionEnabled"] is True
    recovery = properties["PointInTimeRecoverySpecification"]
    assert recovery["PointInTimeRecoveryEnabled"] is True
    assert properties["SSESpecification"]["SSEType"] == "KMS"
    assert shipped.named(properties["SSESpecification"]["KMSMasterKeyId"]) == "Key.Arn"
    keys = [(key["AttributeName"], key["KeyType"]) for key in properties["KeySchema"]]
    assert keys == [("pk", "HASH"), ("sk", "RANGE")]


@pytest.mark.parametrize(
    ("table", "stream", "expiry", "reason"),
    [
        ("NumberPool", "NEW_AND_OLD_IMAGES", None, "the truth about numbers never expires"),
        ("Usage", None, "expires_at", "counts are of a day"),
        ("Customers", None, "expires_at", "the ledger is kept for a time"),
    ],
)
def test_each_table_streams_and_expires_as_designed(
    shipped: Synthesised, table: str, stream: str | None, expiry: str | None, reason: str
) -> None:
    properties = shipped.one("AWS::DynamoDB::Table", table)["Properties"]

    assert properties.get("StreamSpecification", {}).get("StreamViewType") == stream, reason
    assert properties.get("TimeToLiveSpecification", {}).get("AttributeName") == expiry, reason


def test_the_key_is_rotated(shipped: Synthesised) -> None:
    assert shipped.one("AWS::KMS::Key")["Properties"]["EnableKeyRotation"] is True


def test_uploads_are_private_versioned_encrypted_and_expire(shipped: Synthesised) -> None:
    bucket = shipped.one("AWS::S3::Bucket", "UploadsBucket")["Properties"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["VersioningConfiguration"] == {"Status": "Enabled"}
    rule = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]
    encryption = rule["ServerSideEncryptionByDefault"]
    assert encryption["SSEAlgorithm"] == "aws:kms"
    assert shipped.named(encryption["KMSMasterKeyID"]) == "Key.Arn"
    everything, *folders = bucket["LifecycleConfiguration"]["Rules"]
    assert everything["ExpirationInDays"] == 400
    assert everything["NoncurrentVersionExpiration"]["NoncurrentDays"] == 1
    assert {rule["Prefix"]: rule["ExpirationInDays"] for rule in folders} == {
        "numbers/": 30,
        "suppressions/": 30,
        "registers/": 30,
        "checks/": 30,
        "labels/": 30,
    }


def test_uploads_refuse_plain_http(shipped: Synthesised) -> None:
    policy = shipped.one("AWS::S3::BucketPolicy", "UploadsBucket")["Properties"]["PolicyDocument"]

    denied = [statement for statement in policy["Statement"] if statement["Effect"] == "Deny"]
    assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_eventbridge_hears_of_uploads_without_a_custom_resource(shipped: Synthesised) -> None:
    bucket = shipped.one("AWS::S3::Bucket", "UploadsBucket")["Properties"]

    notification = bucket["NotificationConfiguration"]
    assert notification == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    kinds = {
        resource["Type"]
        for template in shipped.templates.values()
        for resource in template["Resources"].values()
    }
    assert not [kind for kind in kinds if kind.startswith("Custom::")]


def test_new_objects_below_numbers_reach_the_importer_one_by_one(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "UploadQueue")["Properties"]
    feed = shipped.one("AWS::Lambda::EventSourceMapping", "UploadQueueFeed")["Properties"]

    pattern = rule["EventPattern"]
    assert pattern["source"] == ["aws.s3"]
    assert pattern["detail-type"] == ["Object Created"]
    assert pattern["detail"]["object"]["key"] == [{"prefix": "numbers/"}]
    assert shipped.named(pattern["detail"]["bucket"]["name"][0]) == "UploadsBucket"
    assert [shipped.named(t["Arn"]) for t in rule["Targets"]] == ["UploadQueueWaiting.Arn"]
    assert shipped.named(feed["EventSourceArn"]) == "UploadQueueWaiting.Arn"
    assert shipped.named(feed["FunctionName"]) == "ImportNumbersFunction"
    assert feed["BatchSize"] == 1


def test_an_upload_is_tried_five_times_and_then_kept(shipped: Synthesised) -> None:
    queue = shipped.one("AWS::SQS::Queue", "UploadQueueWaiting")["Properties"]
    importer = shipped.one("AWS::Lambda::Function", "ImportNumbers")["Properties"]

    assert importer["Timeout"] < queue["VisibilityTimeout"] <= importer["Timeout"] + 120
    assert queue["RedrivePolicy"]["maxReceiveCount"] == 5
    target = queue["RedrivePolicy"]["deadLetterTargetArn"]
    assert shipped.named(target) == "UploadQueueFailures.Arn"


def test_queues_and_topics_are_encrypted_and_keep_for_14_days(shipped: Synthesised) -> None:
    for name, queue in shipped.of_type("AWS::SQS::Queue").items():
        assert shipped.named(queue["Properties"]["KmsMasterKeyId"]) == "Key.Arn", name
        assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600, name
    for name, topic in shipped.of_type("AWS::SNS::Topic").items():
        assert shipped.named(topic["Properties"]["KmsMasterKeyId"]) == "Key.Arn", name


def test_commits_and_changes_of_state_reach_the_publisher(shipped: Synthesised) -> None:
    feed = shipped.one("AWS::Lambda::EventSourceMapping", "DirectoryFeed")["Properties"]

    assert shipped.named(feed["EventSourceArn"]) == "NumberPoolTable.StreamArn"
    patterns = [json.loads(rule["Pattern"]) for rule in feed["FilterCriteria"]["Filters"]]
    assert patterns == [
        {
            "dynamodb": {
                "Keys": {
                    "sk": {"S": ["HEAD", "PAPERS", {"prefix": "HELD#"}, {"prefix": "WITHHELD#"}]}
                }
            }
        }
    ]
    assert feed["BisectBatchOnFunctionError"] is True
    assert feed["MaximumRetryAttempts"] == 5
    assert feed["MaximumBatchingWindowInSeconds"] == 2
    failed = feed["DestinationConfig"]["OnFailure"]["Destination"]
    assert shipped.named(failed) == "DirectoryFeedFailures.Arn"


def test_the_publisher_looks_for_ended_rests_every_hour(shipped: Synthesised) -> None:
    rule = shipped.one("AWS::Events::Rule", "EndedRests")["Properties"]
    retries = shipped.one("AWS::Lambda::EventInvokeConfig", "EndedRests")["Properties"]

    assert rule["ScheduleExpression"] == "rate(1 hour)"
    assert rule.get("State", "ENABLED") == "ENABLED"
    target = rule["Targets"][0]
    assert len(rule["Targets"]) == 1
    assert shipped.named(target["Arn"]) == "PublishDirectoryFunction.Arn"
    assert shipped.named(target["DeadLetterConfig"]["Arn"]) == "DirectoryFeedFailures.Arn"
    assert shipped.named(retries["FunctionName"]) == "PublishDirectoryFunction"
    assert retries["MaximumRetryAttempts"] == 2
    failed = retries["DestinationConfig"]["OnFailure"]["Destination"]
    assert shipped.named(failed) == "DirectoryFeedFailures.Arn"


@pytest.mark.parametrize(
    ("function", "seconds", "megabytes", "storage"),
    [
        ("PickCallerId", 2, 1024, None),
        ("StopContact", 8, 256, None),
        ("ImportNumbers", 600, 3072, 1024),
        ("PublishDirectory", 300, 1024, None),
    ],
)
def test_each_function_has_its_time_and_room_on_arm64_and_the_newest_python(
    shipped: Synthesised, function: str, seconds: int, megabytes: int, storage: int | None
) -> None:
    properties = shipped.one("AWS::Lambda::Function", function)["Properties"]

    assert properties["Timeout"] == seconds
    assert properties["MemorySize"] == megabytes
    assert properties.get("EphemeralStorage", {}).get("Size") == storage
    assert properties["Architectures"] == ["arm64"]
    assert properties["Runtime"] == "python3.14"


def test_logs_are_kept_as_long_as_configured_and_encrypted(shipped: Synthesised) -> None:
    groups = shipped.of_type("AWS::Logs::LogGroup")

    writers = (
        "Lambda::Function",
        "ApiGatewayV2::Stage",
        "StepFunctions::StateMachine",
        "KinesisFirehose::DeliveryStream",
    )
    assert len(groups) == sum(len(shipped.of_type(f"AWS::{kind}")) for kind in writers)
    for name, group in groups.items():
        assert group["Properties"]["RetentionInDays"] == 90, name
        assert shipped.named(group["Properties"]["KmsKeyId"]) == "Key.Arn", name


def test_customers_are_hashed_with_64_generated_hex_digits(shipped: Synthesised) -> None:
    secret = shipped.one("AWS::SecretsManager::Secret")["Properties"]

    wanted = secret["GenerateSecretString"]
    assert wanted["PasswordLength"] == 64
    assert wanted["ExcludeUppercase"] is True
    assert wanted["ExcludePunctuation"] is True
    assert set(wanted["ExcludeCharacters"]) == set("ghijklmnopqrstuvwxyz")
    assert shipped.named(secret["KmsKeyId"]) == "Key.Arn"


def test_the_stack_that_holds_data_is_protected(shipped: Synthesised) -> None:
    manifest = json.loads((shipped.folder / "manifest.json").read_text())["artifacts"]

    protected = {
        name: artifact["properties"].get("terminationProtection", False)
        for name, artifact in manifest.items()
        if artifact["type"] == "aws:cloudformation:stack"
    }
    assert protected["LocalPresence-example-NumberPool"] is True


def test_people_hear_of_alarms_and_of_uploads(shipped: Synthesised) -> None:
    heard = {
        subscription["Properties"]["Endpoint"]: shipped.named(
            subscription["Properties"]["TopicArn"]
        )
        for subscription in shipped.of_type("AWS::SNS::Subscription").values()
        if subscription["Properties"]["Protocol"] == "email"
    }

    assert heard == {
        "operations@example.com": "Alarms",
        "campaigns@example.com": "Notifications",
    }


def test_a_stack_without_intake_keeps_tables_and_directory(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("without_modules")

    assert len(app.of_type("AWS::DynamoDB::Table")) == 3
    assert set(app.of_type("AWS::Lambda::Function")) == set(
        name for name in app.of_type("AWS::Lambda::Function") if name.startswith("PublishDirectory")
    )
    assert not app.of_type("AWS::S3::Bucket")
    assert list(app.templates) == ["LocalPresence-example-NumberPool"]


def test_switching_calling_off_withdraws_no_export_that_it_imports(
    shipped: Synthesised, synthesised: Callable[[str], Synthesised]
) -> None:
    """CloudFormation refuses to withdraw an export in use: the module could never be left out."""
    imported = json.dumps(shipped.templates["LocalPresence-example-Calling"])
    kept = synthesised("without_modules").templates["LocalPresence-example-NumberPool"]["Outputs"]

    names = {output["Export"]["Name"] for output in kept.values() if "Export" in output}
    missing = [
        name
        for name in {
            output["Export"]["Name"]
            for output in shipped.templates["LocalPresence-example-NumberPool"]["Outputs"].values()
            if "Export" in output
        }
        if name in imported and name not in names
    ]
    assert not missing


def test_tables_taken_over_are_used_and_not_made(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("taken_over")
    picker = app.one("AWS::Lambda::Function", "PickCallerId")["Properties"]
    feed = app.one("AWS::Lambda::EventSourceMapping", "DirectoryFeed")["Properties"]

    assert not app.of_type("AWS::DynamoDB::Table")
    assert not app.of_type("AWS::SecretsManager::Secret")
    variables = picker["Environment"]["Variables"]
    assert app.named(variables["NUMBER_POOL_TABLE"]) == "OldNumbers"
    assert app.named(variables["USAGE_TABLE"]) == "OldUsage"
    assert app.named(variables["CUSTOMERS_TABLE"]) == "OldCustomers"
    assert feed["EventSourceArn"].endswith("table/OldNumbers/stream/2026-01-01T00:00:00.000")


def test_every_resource_that_takes_tags_carries_the_configured_ones(shipped: Synthesised) -> None:
    table = shipped.one("AWS::DynamoDB::Table", "Usage")["Properties"]["Tags"]
    queue = shipped.one("AWS::Connect::Queue", "Queueoutboundsales")["Properties"]["Tags"]

    wanted = {
        "application": "local-presence",
        "local-presence": "example",
        "owner": "contact-centre",
    }
    for tags in (table, queue):
        assert {tag["Key"]: tag["Value"] for tag in tags} == wanted
