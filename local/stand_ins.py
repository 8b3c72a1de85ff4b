"""Resource types that only need a name here: nothing in this process calls what they stand for.

Each entry lists the attributes that templates may ask of the type. A type that is neither here nor
in resources.py is an error, so that a new resource is a decision and never an omission.
"""

import uuid
from collections.abc import Mapping

from local.intrinsics import Physical

ATTRIBUTES: Mapping[str, tuple[str, ...]] = {
    "AWS::ApiGatewayV2::Stage": (),
    "AWS::Athena::NamedQuery": (),
    "AWS::Athena::WorkGroup": (),
    "AWS::CDK::Metadata": (),
    "AWS::CloudFormation::WaitConditionHandle": (),
    "AWS::CloudWatch::Alarm": ("Arn",),
    "AWS::CloudWatch::CompositeAlarm": ("Arn",),
    "AWS::CloudWatch::Dashboard": (),
    "AWS::CodeDeploy::Application": (),
    "AWS::CodeDeploy::DeploymentConfig": (),
    "AWS::CodeDeploy::DeploymentGroup": (),
    "AWS::Connect::InstanceStorageConfig": ("AssociationId",),
    "AWS::Glue::Database": (),
    "AWS::IAM::ManagedPolicy": ("PolicyArn",),
    "AWS::IAM::Policy": (),
    "AWS::IAM::Role": ("Arn", "RoleId"),
    "AWS::KMS::Alias": (),
    "AWS::Lambda::EventInvokeConfig": (),
    "AWS::Lambda::Permission": (),
    "AWS::Logs::LogGroup": ("Arn",),
    "AWS::Logs::LogStream": (),
    "AWS::Logs::MetricFilter": (),
    "AWS::Logs::QueryDefinition": (),
    "AWS::S3::BucketPolicy": (),
    "AWS::SNS::TopicPolicy": (),
    "AWS::SQS::QueuePolicy": (),
    "AWS::SecretsManager::ResourcePolicy": (),
    "AWS::SecretsManager::RotationSchedule": (),
    "Custom::LocalPresenceAdoptedQueues": (),
}

# Connect's resources answer Ref with their ARN. The second member is the ARN's own word.
CONNECT: Mapping[str, tuple[str, str]] = {
    "AWS::Connect::ContactFlow": ("contact-flow", "ContactFlowArn"),
    "AWS::Connect::HoursOfOperation": ("operating-hours", "HoursOfOperationArn"),
    "AWS::Connect::Instance": ("instance", "Arn"),
    "AWS::Connect::IntegrationAssociation": ("integration-association", "IntegrationAssociationId"),
    "AWS::Connect::PhoneNumber": ("phone-number", "PhoneNumberArn"),
    "AWS::Connect::Queue": ("queue", "QueueArn"),
}

_NAMESPACE = uuid.UUID("5f0c7a8e-52c1-4f0d-9a5e-0b7f3f6a6d11")


def make(kind: str, stack: str, logical_id: str, region: str, account: str) -> Physical | None:
    """A name for a resource of a type that is known here, or None when the type is not."""
    if kind in CONNECT:
        return _connect(kind, stack, logical_id, region, account)
    if kind not in ATTRIBUTES:
        return None
    name = f"local-{stack}-{logical_id}"
    service = kind.split("::")[1].lower()
    arn = f"arn:aws:{service}:{region}:{account}:{name}"
    return Physical(name, dict.fromkeys(ATTRIBUTES[kind], arn))


def _connect(kind: str, stack: str, logical_id: str, region: str, account: str) -> Physical:
    word, attribute = CONNECT[kind]
    identity = uuid.uuid5(_NAMESPACE, f"{stack}/{logical_id}")
    prefix = f"arn:aws:connect:{region}:{account}"
    if kind == "AWS::Connect::Instance":
        arn = f"{prefix}:instance/{identity}"
        return Physical(arn, {"Arn": arn, "Id": str(identity)})
    arn = f"{prefix}:{word}/{identity}"
    attributes = {attribute: arn}
    if kind == "AWS::Connect::PhoneNumber":
        attributes["Address"] = f"+1206555{100 + identity.int % 100:04d}"
    return Physical(arn, attributes)
