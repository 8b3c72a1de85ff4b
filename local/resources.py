"""Creates what a template describes: in moto's AWS, on DynamoDB Local, or as a local function."""

import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.errors import LocalError
from local.functions import LocalFunction
from local.intrinsics import Physical

if TYPE_CHECKING:
    import boto3

Json = Any
_KEYS = uuid.UUID("0d2f7b1e-93c5-4a55-8a0e-6b8f0c1d2e3f")
Properties = Mapping[str, Json]

# What matters only to an account: encryption, protection and recovery have no meaning here.
_TABLE_KEYS = ("KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes")
_QUEUE_KEYS = (
    "DelaySeconds",
    "MaximumMessageSize",
    "MessageRetentionPeriod",
    "ReceiveMessageWaitTimeSeconds",
    "VisibilityTimeout",
)


@dataclass
class Made:
    """What came into being, by what it is; the local cloud works with these. `scheduled` holds the
    ARNs of the functions that a schedule invokes, `daily` and `weekly` those that it invokes once a
    day or on a day of the week, `subscriptions` by topic those that hear of it, and `routes` by the
    route of an HTTP API the one that answers; `machines` are the definitions of state machines by
    their ARNs, `lake_tables` what Glue has of a table by database and name, and `delivery_streams`
    those of Firehose by name."""

    tables: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, str] = field(default_factory=dict)
    queues: dict[str, str] = field(default_factory=dict)
    topics: dict[str, str] = field(default_factory=dict)
    functions: dict[str, LocalFunction] = field(default_factory=dict)
    mappings: dict[str, Properties] = field(default_factory=dict)
    subscriptions: dict[str, list[str]] = field(default_factory=dict)
    routes: dict[str, str] = field(default_factory=dict)
    scheduled: list[str] = field(default_factory=list)
    daily: list[str] = field(default_factory=list)
    weekly: list[str] = field(default_factory=list)
    machines: dict[str, str] = field(default_factory=dict)
    lake_tables: dict[tuple[str, str], Properties] = field(default_factory=dict)
    delivery_streams: dict[str, Properties] = field(default_factory=dict)

    def function(self, arn_or_name: str) -> LocalFunction:
        """The function behind a name, an ARN, or a version's or alias's ARN.

        Raises LocalError when there is none.
        """
        for function in self.functions.values():
            if arn_or_name == function.name or f"{arn_or_name}:".startswith(f"{function.arn}:"):
                return function
        raise LocalError(f"No function of this app is {arn_or_name}.")


@dataclass
class Factory:
    """Makes resources by type, with clients of one session.

    `secret_values` keeps generated secrets by logical id: give the same mapping again and the
    same values are used again.
    """

    session: "boto3.Session"
    account: str
    secret_values: dict[str, str]
    code: Callable[[str, Properties], Path]
    made: Made = field(default_factory=Made)

    @property
    def region(self) -> str:
        """The region that everything is in."""
        return self.session.region_name

    def makes(self, kind: str) -> bool:
        """Whether resources of this CloudFormation type are made here."""
        return kind in _MAKERS

    def make(self, kind: str, logical_id: str, properties: Properties) -> Physical:
        """Create one resource from its resolved properties."""
        return _MAKERS[kind](self, logical_id, properties)

    def _table(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("TableName") or f"local-{logical_id}"
        request = {key: properties[key] for key in _TABLE_KEYS if key in properties}
        stream = properties.get("StreamSpecification")
        if stream:
            request["StreamSpecification"] = {
                "StreamEnabled": True,
                "StreamViewType": stream["StreamViewType"],
            }
        client = self.session.client("dynamodb")
        try:
            answer = client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **request)[
                "TableDescription"
            ]
        except client.exceptions.ResourceInUseException:  # kept from an earlier command
            answer = client.describe_table(TableName=name)["Table"]
        self.made.tables[logical_id] = name
        # DynamoDB Local writes its own region and account into ARNs; only the stream's is used.
        arn = f"arn:aws:dynamodb:{self.region}:{self.account}:table/{name}"
        attributes = {"Arn": arn, "TableId": name}
        if stream:
            attributes["StreamArn"] = answer["LatestStreamArn"]
        return Physical(name, attributes)

    def _bucket(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("BucketName") or f"local-{logical_id.lower()}"
        client = self.session.client("s3")
        if self.region == "us-east-1":
            client.create_bucket(Bucket=name)
        else:
            client.create_bucket(
                Bucket=name,
                CreateBucketConfiguration={"LocationConstraint": self.region},  # type: ignore[typeddict-item]
            )
        if properties.get("VersioningConfiguration", {}).get("Status") == "Enabled":
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        notifications = properties.get("NotificationConfiguration", {})
        if set(notifications) - {"EventBridgeConfiguration"}:
            raise LocalError(f"Bucket {logical_id}: only EventBridge notifications work here.")
        if notifications.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled", False):
            client.put_bucket_notification_configuration(
                Bucket=name, NotificationConfiguration={"EventBridgeConfiguration": {}}
            )
        self.made.buckets[logical_id] = name
        domain = f"{name}.s3.amazonaws.com"
        return Physical(
            name,
            {
                "Arn": f"arn:aws:s3:::{name}",
                "DomainName": domain,
                "RegionalDomainName": f"{name}.s3.{self.region}.amazonaws.com",
            },
        )

    def _queue(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("QueueName") or f"local-{logical_id}"
        attributes = {key: str(properties[key]) for key in _QUEUE_KEYS if key in properties}
        if "RedrivePolicy" in properties:
            attributes["RedrivePolicy"] = json.dumps(properties["RedrivePolicy"])
        if str(properties.get("FifoQueue", "")).lower() == "true":
            attributes["FifoQueue"] = "true"
        url = self.session.client("sqs").create_queue(QueueName=name, Attributes=attributes)  # type: ignore[arg-type]
        self.made.queues[logical_id] = url["QueueUrl"]
        arn = f"arn:aws:sqs:{self.region}:{self.account}:{name}"
        return Physical(
            url["QueueUrl"], {"Arn": arn, "QueueName": name, "QueueUrl": url["QueueUrl"]}
        )

    def _topic(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("TopicName") or f"local-{logical_id}"
        arn = self.session.client("sns").create_topic(Name=name)["TopicArn"]
        self.made.topics[logical_id] = arn
        return Physical(arn, {"TopicArn": arn, "TopicName": name})

    def _subscription(self, logical_id: str, properties: Properties) -> Physical:
        if properties["Protocol"] == "lambda":
            heard = self.made.subscriptions.setdefault(properties["TopicArn"], [])
            heard.append(properties["Endpoint"])
        arn = f"{properties['TopicArn']}:local-{logical_id}"
        return Physical(arn, {"Arn": arn})

    def _data_stream(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("Name") or f"local-{logical_id}"
        self.session.client("kinesis").create_stream(StreamName=name, ShardCount=1)
        arn = f"arn:aws:kinesis:{self.region}:{self.account}:stream/{name}"
        return Physical(name, {"Arn": arn})

    def _lake_table(self, _logical_id: str, properties: Properties) -> Physical:
        told = properties["TableInput"]
        self.made.lake_tables[properties["DatabaseName"], told["Name"]] = told
        return Physical(told["Name"], {})

    def _delivery_stream(self, logical_id: str, properties: Properties) -> Physical:
        """moto gathers what is put in a bucket of its own, as it came."""
        name = properties.get("DeliveryStreamName") or f"local-{logical_id}"
        gathered = gathering(name)
        self._bucket(f"gathering-{logical_id}", {"BucketName": gathered})
        arn = self.session.client("firehose").create_delivery_stream(
            DeliveryStreamName=name,
            ExtendedS3DestinationConfiguration={
                "RoleARN": f"arn:aws:iam::{self.account}:role/{name}",
                "BucketARN": f"arn:aws:s3:::{gathered}",
            },
        )["DeliveryStreamARN"]
        self.made.delivery_streams[name] = properties
        return Physical(name, {"Arn": arn})

    def _http_api(self, logical_id: str, _properties: Properties) -> Physical:
        endpoint = f"https://{logical_id}.execute-api.{self.region}.amazonaws.com"
        return Physical(logical_id, {"ApiEndpoint": endpoint, "ApiId": logical_id})

    def _integration(self, _logical_id: str, properties: Properties) -> Physical:
        """Named by its function, which is what routes are for here."""
        return Physical(properties["IntegrationUri"], {})

    def _route(self, logical_id: str, properties: Properties) -> Physical:
        target = properties["Target"].removeprefix("integrations/")
        if properties["RouteKey"] in self.made.routes:
            raise LocalError(f"Route {logical_id}: {properties['RouteKey']} is there already.")
        self.made.routes[properties["RouteKey"]] = target
        return Physical(f"local-{logical_id}", {"RouteId": f"local-{logical_id}"})

    def _rule(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("Name") or f"local-{logical_id}"
        client = self.session.client("events")
        pattern = properties.get("EventPattern")
        if pattern is None:  # a schedule: the local cloud says when its time has come
            rate = str(properties.get("ScheduleExpression"))
            invoked = self.made.daily if rate == "rate(1 day)" else self.made.scheduled
            if rate.startswith("cron("):  # those that we have name a day of the week
                invoked = self.made.weekly
            invoked += [target["Arn"] for target in properties.get("Targets", [])]
            return Physical(
                name, {"Arn": f"arn:aws:events:{self.region}:{self.account}:rule/{name}"}
            )
        arn = client.put_rule(
            Name=name, EventPattern=json.dumps(pattern), State=properties.get("State", "ENABLED")
        )["RuleArn"]
        failed = client.put_targets(Rule=name, Targets=properties.get("Targets", []))
        if failed["FailedEntryCount"]:
            raise LocalError(f"Rule {logical_id}: {failed['FailedEntries']}")
        return Physical(name, {"Arn": arn})

    def _key(self, logical_id: str, _properties: Properties) -> Physical:
        """A key that is the same in every command, so that what was encrypted stays readable."""
        from moto.kms.models import kms_backends

        kept = f"{logical_id}.material"
        if kept not in self.secret_values:
            self.secret_values[kept] = secrets.token_hex(32)
        metadata = self.session.client("kms").create_key()["KeyMetadata"]
        keys = kms_backends[self.account][self.region].keys
        made = keys.pop(metadata["KeyId"])
        made.id = str(uuid.uuid5(_KEYS, logical_id))
        made.arn = f"arn:aws:kms:{self.region}:{self.account}:key/{made.id}"
        made.key_material = bytes.fromhex(self.secret_values[kept])
        keys[made.id] = made
        return Physical(made.id, {"Arn": made.arn, "KeyId": made.id})

    def _secret(self, logical_id: str, properties: Properties) -> Physical:
        if logical_id not in self.secret_values:
            self.secret_values[logical_id] = _secret_value(properties)
        answer = self.session.client("secretsmanager").create_secret(
            Name=properties.get("Name") or f"local-{logical_id}",
            SecretString=self.secret_values[logical_id],
        )
        return Physical(answer["ARN"], {"Id": answer["ARN"]})

    def _machine(self, logical_id: str, properties: Properties) -> Physical:
        name = properties.get("StateMachineName") or f"local-{logical_id}"
        client: Any = self.session.client("stepfunctions")
        arn = client.create_state_machine(
            name=name,
            definition=properties["DefinitionString"],
            # Roles have no form here that moto takes, and nothing goes by them.
            roleArn=f"arn:aws:iam::{self.account}:role/{name}",
        )["stateMachineArn"]
        self.made.machines[arn] = properties["DefinitionString"]
        return Physical(arn, {"Arn": arn, "Name": name})

    def _function(self, logical_id: str, properties: Properties) -> Physical:
        if "Handler" not in properties:
            raise LocalError(f"Function {logical_id} has no handler; images cannot run here.")
        name = properties.get("FunctionName") or f"local-{logical_id}"
        arn = f"arn:aws:lambda:{self.region}:{self.account}:function:{name}"
        self.made.functions[logical_id] = LocalFunction(
            name=name,
            handler=properties["Handler"],
            arn=arn,
            environment=dict(properties.get("Environment", {}).get("Variables", {})),
            code=self.code(logical_id, properties),
            region=self.region,
            timeout_s=float(properties.get("Timeout", 3)),
            memory_mb=int(properties.get("MemorySize", 128)),
            role=properties.get("Role", ""),
        )
        return Physical(name, {"Arn": arn})

    def _version(self, _logical_id: str, properties: Properties) -> Physical:
        function = self.made.function(properties["FunctionName"])
        return Physical(f"{function.arn}:1", {"Version": "1", "FunctionArn": f"{function.arn}:1"})

    def _alias(self, _logical_id: str, properties: Properties) -> Physical:
        function = self.made.function(properties["FunctionName"])
        arn = f"{function.arn}:{properties['Name']}"
        return Physical(arn, {"AliasArn": arn})

    def _mapping(self, logical_id: str, properties: Properties) -> Physical:
        self.made.mappings[logical_id] = properties
        return Physical(f"local-{logical_id}", {"Id": f"local-{logical_id}"})


def gathering(delivery_stream: str) -> str:
    """The bucket that holds what was put into a delivery stream and is not written yet."""
    return f"gathering-{delivery_stream.lower()}"


def _secret_value(properties: Properties) -> str:
    if "SecretString" in properties:
        return str(properties["SecretString"])
    wanted = properties.get("GenerateSecretString", {})
    length = int(wanted.get("PasswordLength", 32))
    value = secrets.token_hex(length)[:length]
    if "GenerateStringKey" not in wanted:
        return value
    document = json.loads(wanted.get("SecretStringTemplate", "{}"))
    return json.dumps({**document, wanted["GenerateStringKey"]: value})


_MAKERS: Mapping[str, Callable[[Factory, str, Properties], Physical]] = {
    "AWS::ApiGatewayV2::Api": Factory._http_api,
    "AWS::ApiGatewayV2::Integration": Factory._integration,
    "AWS::ApiGatewayV2::Route": Factory._route,
    "AWS::DynamoDB::GlobalTable": Factory._table,
    "AWS::DynamoDB::Table": Factory._table,
    "AWS::Events::Rule": Factory._rule,
    "AWS::Glue::Table": Factory._lake_table,
    "AWS::KMS::Key": Factory._key,
    "AWS::Kinesis::Stream": Factory._data_stream,
    "AWS::KinesisFirehose::DeliveryStream": Factory._delivery_stream,
    "AWS::Lambda::Alias": Factory._alias,
    "AWS::Lambda::EventSourceMapping": Factory._mapping,
    "AWS::Lambda::Function": Factory._function,
    "AWS::Lambda::Version": Factory._version,
    "AWS::S3::Bucket": Factory._bucket,
    "AWS::SNS::Subscription": Factory._subscription,
    "AWS::SNS::Topic": Factory._topic,
    "AWS::SQS::Queue": Factory._queue,
    "AWS::SecretsManager::Secret": Factory._secret,
    "AWS::StepFunctions::StateMachine": Factory._machine,
}
