"""Every right of every function, exactly: more is a hole, less is an outage."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.stacks.synthesis import Synthesised

INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
READ_KEY = {"kms:Decrypt", "kms:DescribeKey"}
WRITE_KEY = READ_KEY | {
    "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom", "kms:ReEncryptTo",
}  # fmt: skip
SUPPRESSES = {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"}
Grants = dict[str, set[str]]

EXPECTED: dict[str, Grants] = {
    "PickCallerId": {
        "PickCallerIdLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:BatchGetItem", "dynamodb:ConditionCheckItem",
        },
        "UsageTable.Arn": {"dynamodb:UpdateItem", "dynamodb:BatchGetItem"},
        "CustomersTable.Arn": {"dynamodb:Query", "dynamodb:PutItem"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
    },
    "PublishDirectory": {
        "PublishDirectoryLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        },
        "NumberPoolTable.StreamArn": {
            "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator",
        },
        "*": {"dynamodb:ListStreams"},
        "DirectoryFeedFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "ImportNumbers": {
        "ImportNumbersLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
            "dynamodb:DeleteItem", "dynamodb:BatchWriteItem",
        },
        "UploadsBucket.Arn/numbers/*": {"s3:GetObject", "s3:GetObjectVersion"},
        "UploadsBucket.Arn/numbers/*.result.xlsx": {"s3:PutObject"},
        "UploadQueueWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "Notifications": {"sns:Publish"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": READ_KEY,
    },
    "SuppressCustomer": {
        "SuppressCustomerLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "CustomersTable.Arn": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
        "Key.Arn for a customer": {"kms:Encrypt", "kms:Decrypt"},
    },
    "HandleText": {
        "HandleTextLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "CustomersTable.Arn": SUPPRESSES | {"dynamodb:Query"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
    },
    "ContactRecords": {
        "ContactRecordsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "CustomersTable.Arn": SUPPRESSES | {"dynamodb:Query"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "RecordStream.Arn": {
            "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
            "kinesis:GetShardIterator", "kinesis:ListShards",
        },
        "RecordStreamFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through kinesis": READ_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "RecordOutcomes": {
        "RecordOutcomesLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "UsageTable.Arn": {"dynamodb:PutItem", "dynamodb:UpdateItem"},
        "CustomersTable.Arn": {"dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "LakeStream.Arn": {"firehose:PutRecordBatch"},
        "RecordStream.Arn": {
            "kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords",
            "kinesis:GetShardIterator", "kinesis:ListShards",
        },
        "OutcomeRecordsFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through kinesis": READ_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "SuppressionApi": {
        "SuppressionApiLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "CustomersTable.Arn": SUPPRESSES | {"dynamodb:Query"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
        "Key.Arn for a customer": {"kms:Encrypt", "kms:Decrypt"},
    },
    "Inventory": {
        "InventoryLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
            "dynamodb:DeleteItem", "dynamodb:ConditionCheckItem",
        },
        INSTANCE: {"connect:ListPhoneNumbersV2"},
        "arn:aws:connect:us-east-1:111122223333:phone-number/*": {"connect:ListPhoneNumbersV2"},
        "UploadsBucket.Arn/inventory/inventory.csv": {"s3:PutObject"},
        "UploadsBucket.Arn/inventory/inventory.xlsx": {"s3:PutObject"},
        "Notifications": {"sns:Publish"},
        "Failures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "ImportSuppressions": {
        "ImportSuppressionsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "CustomersTable.Arn": {
            "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
            "dynamodb:BatchWriteItem",
        },
        "NumberPoolTable.Arn": {"dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
        "CustomerKey": {"secretsmanager:GetSecretValue"},
        "UploadsBucket.Arn/suppressions/*": {"s3:GetObject", "s3:GetObjectVersion"},
        "UploadsBucket.Arn/suppressions/*.result.xlsx": {"s3:PutObject"},
        "UploadsBucket.Arn/registers/*": {"s3:GetObject", "s3:GetObjectVersion"},
        "UploadsBucket.Arn/registers/*.result.xlsx": {"s3:PutObject"},
        "SuppressionFilesPeopleWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "SuppressionFilesRegistersWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "Notifications": {"sns:Publish"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through secretsmanager": READ_KEY,
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": READ_KEY,
        "Key.Arn for a customer": {"kms:Encrypt", "kms:Decrypt"},
    },
    "JudgeNumbers": {
        "JudgeNumbersLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem",
            "dynamodb:UpdateItem", "dynamodb:DeleteItem",
        },
        "UsageTable.Arn": {"dynamodb:BatchGetItem"},
        "JudgeNumbersFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "Report": {
        "ReportLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {"dynamodb:Query", "dynamodb:GetItem"},
        "UsageTable.Arn": {
            "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
        },
        "arn:aws:ses:us-east-1:111122223333:identity/example.com": {
            "ses:SendEmail", "ses:SendRawEmail",
        },
        "ReportFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "HeedLabels": {
        "HeedLabelsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem",
        },
        "UploadsBucket.Arn/labels/*": {"s3:GetObject", "s3:GetObjectVersion"},
        "UploadsBucket.Arn/labels/*.result.xlsx": {"s3:PutObject"},
        "LabelsWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "Notifications": {"sns:Publish"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": READ_KEY,
    },
    "Registry": {
        "RegistryLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        "NumberPoolTable.Arn": {
            "dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem",
            "dynamodb:DeleteItem",
        },
        "UploadsBucket.Arn/papers/*": {"s3:GetObject", "s3:GetObjectVersion"},
        "UploadsBucket.Arn/papers/*.result.xlsx": {"s3:PutObject"},
        "PapersWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "PapersFailures.Arn": {"sqs:SendMessage"},
        "Notifications": {"sns:Publish"},
        "Key.Arn through dynamodb": WRITE_KEY,
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": WRITE_KEY,
    },
    "StopContact": {
        "StopContactLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        f"{INSTANCE}/contact/*": {"connect:StopContact", "connect:DescribeContact"},
    },
}  # fmt: skip

PIECES = "UploadsBucket.Arn/checks/*"
LISTS = "UploadsBucket.Arn/lists/*"
BESIDE = "UploadsBucket.Arn/lists/*.check/*"
PUT = {"s3:PutObject", "s3:AbortMultipartUpload"}
LOOKS_UP: Grants = {
    "NumberPoolTable.Arn": {"dynamodb:BatchGetItem"},
    "CustomersTable.Arn": {"dynamodb:BatchGetItem"},
    "CustomerKey": {"secretsmanager:GetSecretValue"},
    "Key.Arn for a customer": {"kms:Decrypt"},
    "Key.Arn through dynamodb": READ_KEY,
    "Key.Arn through secretsmanager": READ_KEY,
    "Key.Arn through s3": WRITE_KEY,
    "UploadsBucket.Arn": {"s3:ListBucket"},
}
EXPECTED |= {
    "ContactListsCheckContacts": {
        **LOOKS_UP,
        "ContactListsCheckContactsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        LISTS: {"s3:GetObject", "s3:GetObjectVersion"},
        PIECES: PUT,
        BESIDE: PUT | {"s3:DeleteObject"},
        "ContactListsMapMachine.Arn": {"states:StartExecution"},
        "ContactListsQueueWaiting.Arn": {
            "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes",
        },
        "Notifications": {"sns:Publish"},
        "Key.Arn through sns": WRITE_KEY,
        "Key.Arn through sqs": READ_KEY,
    },
    "ContactListsSplitContacts": {
        "ContactListsSplitContactsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        LISTS: {"s3:GetObject", "s3:GetObjectVersion"},
        PIECES: PUT | {"s3:GetObject"},
        "UploadsBucket.Arn": {"s3:ListBucket"},
        "Key.Arn through s3": WRITE_KEY,
    },
    "ContactListsCheckChunk": {
        **LOOKS_UP,
        "ContactListsCheckChunkLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        PIECES: PUT | {"s3:GetObject"},
    },
    "ContactListsGatherContacts": {
        "ContactListsGatherContactsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        PIECES: {"s3:GetObject"},
        BESIDE: PUT | {"s3:GetObject", "s3:DeleteObject"},
        "UploadsBucket.Arn": {"s3:ListBucket"},
        "Notifications": {"sns:Publish"},
        "Key.Arn through s3": WRITE_KEY,
        "Key.Arn through sns": WRITE_KEY,
    },
    "ContactListsRecheckContacts": {
        "ContactListsRecheckContactsLog.Arn": {"logs:CreateLogStream", "logs:PutLogEvents"},
        LISTS: {"s3:GetObject"},
        "UploadsBucket.Arn": {"s3:ListBucket"},
        "ContactListsQueueWaiting.Arn": {"sqs:SendMessage"},
        "ContactListsQueueFailures.Arn": {"sqs:SendMessage"},
        "Key.Arn through sqs": WRITE_KEY,
    },
}  # fmt: skip


def grants(app: Synthesised, function: str) -> Grants:
    """Resource in words → actions that the function's role allows; a key with its way."""
    found: Grants = {}
    policy = app.one("AWS::IAM::Policy", function)
    for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
        assert statement["Effect"] == "Allow"
        way = ""
        if "Condition" in statement:
            way = _way(statement["Condition"])
        actions = statement["Action"]
        resources = statement["Resource"]
        for resource in resources if isinstance(resources, list) else [resources]:
            allowed = found.setdefault(app.named(resource) + way, set())
            allowed.update([actions] if isinstance(actions, str) else actions)
    return found


def _way(condition: dict[str, dict[str, Any]]) -> str:
    """How a key may be used: through one service, or for a customer who must be named."""
    if "StringEquals" in condition:
        service = condition["StringEquals"]["kms:ViaService"]
        return f" through {service.split('.')[0]}"
    assert condition == {
        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": ["customer"]},
        "Null": {"kms:EncryptionContext:customer": "false"},
    }
    return " for a customer"


@pytest.mark.parametrize("function", EXPECTED)
def test_each_function_has_exactly_the_rights_that_it_uses(
    shipped: Synthesised, function: str
) -> None:
    assert grants(shipped, function) == EXPECTED[function]


def test_every_function_is_in_the_table_above(shipped: Synthesised) -> None:
    roles = {
        shipped.named(function["Properties"]["Role"]).removesuffix("Role.Arn")
        for function in shipped.of_type("AWS::Lambda::Function").values()
    }

    assert roles == set(EXPECTED)


def test_functions_have_no_rights_beside_their_own_policy(shipped: Synthesised) -> None:
    for name, role in shipped.of_type("AWS::IAM::Role").items():
        if "Canary" not in name:
            assert not {"ManagedPolicyArns", "Policies"} & set(role["Properties"]), name


def test_only_the_deployer_of_aliases_uses_a_policy_of_aws(shipped: Synthesised) -> None:
    role = shipped.one("AWS::IAM::Role", "PickCallerIdLiveCanary")["Properties"]

    principal = role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]
    assert principal == {"Service": "codedeploy.amazonaws.com"}


def test_no_action_of_a_function_has_a_wildcard(shipped: Synthesised) -> None:
    for function in EXPECTED:
        for actions in grants(shipped, function).values():
            assert not [action for action in actions if "*" in action]


def test_connect_may_invoke_the_alias_for_one_instance_and_account(shipped: Synthesised) -> None:
    permission = shipped.one("AWS::Lambda::Permission", "InvokePicker")["Properties"]

    assert shipped.named(permission["FunctionName"]) == "PickCallerIdLiveAlias"
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"] == "connect.amazonaws.com"
    assert permission["SourceArn"] == INSTANCE
    assert permission["SourceAccount"] == "111122223333"


def test_connect_may_invoke_only_what_flows_call(
    shipped: Synthesised,
) -> None:
    invoked = {
        shipped.named(permission["Properties"]["FunctionName"])
        for permission in shipped.of_type("AWS::Lambda::Permission").values()
        if permission["Properties"]["Principal"] == "connect.amazonaws.com"
    }

    assert invoked == {
        "PickCallerIdLiveAlias", "StopContactFunction.Arn", "SuppressCustomerFunction.Arn",
    }  # fmt: skip


def test_the_hourly_rule_may_invoke_the_publisher_and_nothing_else(shipped: Synthesised) -> None:
    permissions = [
        permission["Properties"]
        for permission in shipped.of_type("AWS::Lambda::Permission").values()
        if shipped.named(permission["Properties"]["FunctionName"]) == "PublishDirectoryFunction"
    ]

    assert [one["Principal"] for one in permissions] == ["events.amazonaws.com"]
    assert permissions[0]["Action"] == "lambda:InvokeFunction"
    assert shipped.named(permissions[0]["SourceArn"]) == "EndedRestsRule.Arn"


def test_nobody_may_invoke_a_function_from_just_anywhere(shipped: Synthesised) -> None:
    for name, permission in shipped.of_type("AWS::Lambda::Permission").items():
        assert permission["Properties"]["SourceArn"], name


def test_the_key_serves_only_this_account_and_named_services(shipped: Synthesised) -> None:
    policy = shipped.one("AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]
    services = {
        statement["Principal"]["Service"]: statement.get("Condition")
        for statement in policy
        if "Service" in statement["Principal"]
    }

    assert set(services) == {
        "cloudwatch.amazonaws.com", "events.amazonaws.com", "logs.us-east-1.amazonaws.com",
        "sms-voice.amazonaws.com",
    }  # fmt: skip
    assert services["sms-voice.amazonaws.com"] is not None
    assert services["cloudwatch.amazonaws.com"] is not None
    assert services["logs.us-east-1.amazonaws.com"] is not None


def test_a_condition_that_eventbridge_cannot_meet_is_not_set(shipped: Synthesised) -> None:
    """Its use of a key carries neither account nor rule; with a condition events get lost."""
    policy = shipped.one("AWS::KMS::Key")["Properties"]["KeyPolicy"]["Statement"]
    events = [s for s in policy if s["Principal"] == {"Service": "events.amazonaws.com"}]

    assert [statement.get("Condition") for statement in events] == [None]


@pytest.mark.parametrize(
    ("queue", "rule"),
    [
        ("UploadQueueWaiting", "UploadQueueRule.Arn"),
        ("UploadQueueFailures", "UploadQueueRule.Arn"),
        ("DirectoryFeedFailures", "EndedRestsRule.Arn"),
    ],
)
def test_only_its_own_rule_may_fill_a_queue(shipped: Synthesised, queue: str, rule: str) -> None:
    policy = shipped.one("AWS::SQS::QueuePolicy", queue)["Properties"]["PolicyDocument"]
    allowed = [s for s in policy["Statement"] if s["Effect"] == "Allow"]

    assert [s["Principal"] for s in allowed] == [{"Service": "events.amazonaws.com"}]
    source = allowed[0]["Condition"]["ArnEquals"]["aws:SourceArn"]
    assert shipped.named(source) == rule


def test_tables_taken_over_are_granted_with_their_own_key(
    synthesised: Callable[[str], Synthesised],
) -> None:
    picker = grants(synthesised("taken_over"), "PickCallerId")

    arn = "arn:aws:dynamodb:us-east-1:111122223333:table"
    assert picker[f"{arn}/OldNumbers"] == EXPECTED["PickCallerId"]["NumberPoolTable.Arn"]
    assert picker[f"{arn}/OldUsage"] == EXPECTED["PickCallerId"]["UsageTable.Arn"]
    old_key = "arn:aws:kms:us-east-1:111122223333:key/old"
    assert picker[f"{old_key} through dynamodb"] == WRITE_KEY
    assert picker[f"{old_key} through secretsmanager"] == READ_KEY
    secret = "arn:aws:secretsmanager:us-east-1:111122223333:secret:OldKey-AbCdEf"
    assert picker[secret] == {"secretsmanager:GetSecretValue"}


def test_every_role_carries_the_boundary(synthesised: Callable[[str], Synthesised]) -> None:
    roles = synthesised("taken_over").of_type("AWS::IAM::Role")

    boundaries = {role["Properties"].get("PermissionsBoundary") for role in roles.values()}
    assert boundaries == {"arn:aws:iam::111122223333:policy/boundary"}
