"""Return calls, messages, contact records and the API, in the templates."""

import json
from collections.abc import Callable

import pytest

from local.flow_runner import FlowType, problems
from stacks.config import ConfigError, parse
from stacks.config.opting_out import DISPOSITIONS
from tests.stacks.synthesis import EXAMPLE, Synthesised

FEED = "AWS::Lambda::EventSourceMapping"


def test_the_flow_of_return_calls_is_one_that_connect_would_take(shipped: Synthesised) -> None:
    flow = shipped.one("AWS::Connect::ContactFlow", "ReturnCall")
    assert flow["Properties"]["Type"] == "CONTACT_FLOW"
    assert flow["Metadata"]["LocalPresence"] == {"return_call": "main"}
    content = shipped.named(flow["Properties"]["Content"])
    arn = "arn:aws:lambda:us-east-1:111122223333:function:SuppressCustomer"
    filled = json.loads(content.replace("SuppressCustomerFunction.Arn", arn))
    assert problems(filled, FlowType.CONTACT_FLOW) == []
    assert "Example Limited" in content


def test_it_invokes_the_function_that_connect_may_invoke(shipped: Synthesised) -> None:
    content = shipped.one("AWS::Connect::ContactFlow", "ReturnCall")["Properties"]["Content"]
    assert "SuppressCustomerFunction.Arn" in shipped.named(content)
    permission = shipped.one("AWS::Lambda::Permission", "InvokeSuppressor")["Properties"]
    assert shipped.named(permission["FunctionName"]) == "SuppressCustomerFunction.Arn"


def test_a_company_speaks_its_own_language_and_words(
    synthesised: Callable[[str], Synthesised],
) -> None:
    flow = synthesised("existing_stream").one("AWS::Connect::ContactFlow", "ReturnCall")
    content = synthesised("existing_stream").named(flow["Properties"]["Content"])
    actions = {one["Identifier"]: one["Parameters"] for one in json.loads(content)["Actions"]}
    assert actions["say-stopped"]["Text"] == "Beispiel GmbH ruft nicht mehr an."
    assert actions["ask"]["InputTimeLimitSeconds"] == "9"
    assert actions["set-voice"]["TextToSpeechVoice"] == "Daniel"
    assert actions["set-logging"] == {"FlowLoggingBehavior": "Disabled"}
    assert actions["opt-out"]["LambdaInvocationAttributes"]["brand"] == "Beispiel"


def test_only_the_service_of_this_account_publishes_messages(shipped: Synthesised) -> None:
    policy = shipped.one("AWS::SNS::TopicPolicy", "Texts")["Properties"]["PolicyDocument"]
    allowed = [one for one in policy["Statement"] if one["Effect"] == "Allow"]
    assert [(one["Principal"], one["Action"]) for one in allowed] == [
        ({"Service": "sms-voice.amazonaws.com"}, "sns:Publish")
    ]
    mine = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    assert allowed[0]["Condition"] == mine
    topic = shipped.one("AWS::SNS::Topic", "Texts")["Properties"]
    assert shipped.named(topic["KmsMasterKeyId"]) == "Key.Arn"


def test_no_queue_keeps_a_message_that_failed(shipped: Synthesised) -> None:
    subscription = shipped.one("AWS::SNS::Subscription", "Texts")["Properties"]
    assert subscription["Protocol"] == "lambda"
    assert "RedrivePolicy" not in subscription
    invocations = [
        one["Properties"]
        for one in shipped.of_type("AWS::Lambda::EventInvokeConfig").values()
        if shipped.named(one["Properties"]["FunctionName"]) == "HandleTextFunction"
    ]
    assert [one.get("DestinationConfig") for one in invocations] == [None]
    assert invocations[0]["MaximumRetryAttempts"] == 2
    function = shipped.one("AWS::Lambda::Function", "HandleText")["Properties"]
    assert "DeadLetterConfig" not in function


def test_the_topic_alone_invokes_the_function_of_messages(shipped: Synthesised) -> None:
    permission = shipped.one("AWS::Lambda::Permission", "Texts")["Properties"]
    assert permission["Principal"] == "sns.amazonaws.com"
    assert shipped.named(permission["SourceArn"]) == "TextsTopic"
    assert shipped.named(permission["FunctionName"]) == "HandleTextFunction"


def test_the_instance_writes_contact_records_to_an_encrypted_stream(shipped: Synthesised) -> None:
    stream = shipped.one("AWS::Kinesis::Stream")["Properties"]
    assert stream["StreamEncryption"]["EncryptionType"] == "KMS"
    assert shipped.named(stream["StreamEncryption"]["KeyId"]) == "Key.Arn"
    storage = shipped.one("AWS::Connect::InstanceStorageConfig")["Properties"]
    assert storage["ResourceType"] == "CONTACT_TRACE_RECORDS"
    assert shipped.named(storage["KinesisStreamConfig"]["StreamArn"]) == "RecordStream.Arn"


def test_only_connects_own_role_may_write_with_the_key(shipped: Synthesised) -> None:
    policy = shipped.one("AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]
    [statement] = [one for one in policy if one.get("Sid") == "LetConnectWriteRecords"]
    assert statement["Action"] == "kms:GenerateDataKey"
    condition = statement["Condition"]
    assert shipped.named(condition["ArnLike"]["aws:PrincipalArn"]).endswith(
        ":role/aws-service-role/connect.amazonaws.com/AWSServiceRoleForAmazonConnect_*"
    )
    assert condition["StringEquals"]["kms:ViaService"] == "kinesis.us-east-1.amazonaws.com"
    assert condition["StringEquals"]["aws:PrincipalAccount"] == {"Ref": "AWS::AccountId"}


def test_records_are_retried_in_halves_and_then_kept_by_position(shipped: Synthesised) -> None:
    feed = shipped.one(FEED, "RecordStream")["Properties"]
    assert feed["BisectBatchOnFunctionError"] is True
    assert feed["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert feed["MaximumRetryAttempts"] == 20
    failed = feed["DestinationConfig"]["OnFailure"]["Destination"]
    assert shipped.named(failed) == "RecordStreamFailures.Arn"


def test_a_stream_that_exists_is_read_and_nothing_of_it_changed(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("existing_stream")
    assert not app.of_type("AWS::Kinesis::Stream")
    assert not app.of_type("AWS::Connect::InstanceStorageConfig")
    feed = app.one(FEED, "RecordStream")["Properties"]
    arn = "arn:aws:kinesis:us-east-1:111122223333:stream/records"
    assert feed["EventSourceArn"] == arn
    policy = app.one("AWS::IAM::Policy", "ContactRecords")["Properties"]["PolicyDocument"]
    granted = json.dumps(policy["Statement"])
    assert arn in granted
    assert "key/records" in granted


def test_the_function_of_records_knows_what_choices_mean(
    shipped: Synthesised, synthesised: Callable[[str], Synthesised]
) -> None:
    for app, attribute, reasons in (
        (shipped, "disposition", DISPOSITIONS),
        (synthesised("existing_stream"), "Result", {"Nicht mehr anrufen": "do_not_call"}),
    ):
        settings = json.loads((app.artifact("ContactRecords") / "settings.json").read_text("utf-8"))
        assert settings["dispositions"] == {"attribute": attribute, "reasons": reasons}


def test_every_route_asks_iam_who_calls(shipped: Synthesised) -> None:
    routes = [one["Properties"] for one in shipped.of_type("AWS::ApiGatewayV2::Route").values()]
    assert {one["RouteKey"] for one in routes} == {
        "POST /suppressions", "POST /suppressions/lift", "POST /suppressions/show",
    }  # fmt: skip
    assert {one["AuthorizationType"] for one in routes} == {"AWS_IAM"}


def test_the_access_log_holds_neither_bodies_nor_addresses(shipped: Synthesised) -> None:
    stage = shipped.one("AWS::ApiGatewayV2::Stage")["Properties"]
    logged = json.loads(stage["AccessLogSettings"]["Format"])
    assert set(logged.values()) == {
        "$context.requestId", "$context.requestTime", "$context.identity.userArn",
        "$context.identity.sourceIp", "$context.routeKey", "$context.status",
        "$context.responseLength", "$context.error.message",
    }  # fmt: skip
    destination = stage["AccessLogSettings"]["DestinationArn"]
    assert shipped.named(destination) == "SuppressionsAccess.Arn"
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] > 0


@pytest.mark.parametrize(
    ("name", "metric", "threshold"),
    [
        ("TextsLost", "AsyncEventsDropped", 1),
        ("TextsUndelivered", "NumberOfNotificationsFailed", 1),
        ("HandleTextErrors", "Errors", 1),
        ("RecordStreamStale", "IteratorAge", 900_000),
        ("RecordStreamFailed", "ApproximateNumberOfMessagesVisible", 1),
        ("SuppressionApiErrors", "Errors", 1),
    ],
)
def test_what_may_lose_an_opt_out_rings(
    shipped: Synthesised, name: str, metric: str, threshold: int
) -> None:
    alarm = shipped.one("AWS::CloudWatch::Alarm", name)["Properties"]
    assert (alarm["MetricName"], alarm["Threshold"]) == (metric, threshold)


def test_nothing_of_it_is_made_where_nobody_asks_for_it(
    synthesised: Callable[[str], Synthesised],
) -> None:
    app = synthesised("without_modules")
    assert not [name for name in app.templates if name.endswith("OptingOut")]
    sandbox = synthesised("sandbox")
    assert not [name for name in sandbox.templates if name.endswith("OptingOut")]


MISTAKES = [
    ("company: Example Limited", "company: ''", "the company's name as it is spoken"),
    ("language: en-US\n    # Words", "language: xx-XX\n    # Words", "write one of en-US, en-GB"),
    ("create: true", "create: false", "give either stream_arn"),
    ("create: true", "create: true\n  bucket: {name: records}", "give either stream_arn"),
    ("create: true", "bucket: {name: s3://records}", "the bucket's name alone"),
    ("create: true", "bucket: {name: records, prefix: /ctr}", "without a / in front"),
    ("create: true", "bucket: {name: records}\n  key_arn: arn:aws:kms:us-east-1:111122223333:key/k",
     "stands in bucket.key_arn"),
    ("create: true",
     "bucket: {name: records, key_arn: 'arn:aws:kms:eu-west-2:111122223333:key/k'}", "region"),
    ("do not call: do_not_call", "do not call: never", "write one of do_not_call"),
    ("opt out: opt_out", "Do-Not-Call: opt_out", "same but for case"),
    (
        "instance/11111111-2222-3333-4444-555555555555/queue",
        "instance/11111111-2222-3333-4444-666666666666/queue",
        "belongs to another instance",
    ),
    ("create: true", "create: true\n  key_arn: arn:aws:kms:us-east-1:111122223333:key/k",
     "leave out key_arn"),
    ("company: Example Limited", "company: 50 % off", "leave out % and"),
    ("company: Example Limited", "company: E\n    texts: {greeting: Hello}", "that the key 9"),
    ("company: Example Limited", "company: E\n    texts: {hello: Hello}", "texts has no hello"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "fix"), MISTAKES)
def test_a_mistake_is_told_with_its_fix(old: str, new: str, fix: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(ConfigError, match=fix):
        parse(text.replace(old, new, 1))


def test_return_calls_without_their_modules_are_left_out_with_a_word() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    off = parse(text.replace("suppression: true ", "suppression: false "))
    assert "modules.suppression is off" in off.warnings()["return_calls"]
    assert "return_calls" not in parse(text).warnings()
