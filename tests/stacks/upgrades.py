"""What an upgrade would do to resources, by the properties whose change makes a new one."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER  # type: ignore[import-untyped]

from tests.stacks.synthesis import ROOT

RELEASES = ROOT / "tests" / "stacks" / "releases"

Template = Mapping[str, Any]

KEPT: Final = frozenset({
    "AWS::Connect::ContactFlow",  # numbers and queues of others point at it
    "AWS::Connect::HoursOfOperation",
    "AWS::Connect::InstanceStorageConfig",
    "AWS::Connect::PhoneNumber",
    "AWS::Connect::Queue",
    "AWS::DynamoDB::Table",
    "AWS::Glue::Database",  # questions and whoever asks them know it by its name
    "AWS::Glue::Table",
    "AWS::KMS::Key",
    "AWS::Kinesis::Stream",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SNS::Subscription",  # somebody confirmed it by e-mail
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "Custom::LocalPresenceAdoptedQueues",  # without it queues get back what they had
})  # fmt: skip
"""Types that hold data, or that something outside of the stacks points at."""

MADE_ANEW: Final = frozenset({
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::Athena::NamedQuery",
    "AWS::Athena::WorkGroup",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Connect::IntegrationAssociation",
    "AWS::Events::Rule",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Permission",
    "AWS::Lambda::Version",
    "AWS::Logs::LogStream",
    "AWS::S3::BucketPolicy",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::StepFunctions::StateMachine",
})  # fmt: skip
"""Types of which a new one serves as well as the old."""


def releases() -> list[str]:
    """The versions whose templates are kept."""
    return sorted(path.name for path in RELEASES.iterdir() if path.is_dir())


def released(version: str) -> dict[str, Template]:
    """The templates of a release by the last word of the stack's name."""
    folder = RELEASES / version
    return {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}


def harm(old: Template, new: Template) -> list[str]:
    """What an upgrade from one template to another would lose, in words; empty where nothing."""
    return list(_harm(old["Resources"], new.get("Resources", {})))


def _harm(old: Template, new: Template) -> Iterator[str]:
    for name, was in old.items():
        kind = was["Type"]
        if kind not in KEPT:
            continue
        becomes = new.get(name)
        if becomes is None or becomes["Type"] != kind:
            yield f"{name} ({kind}) is gone"
            continue
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if was.get(policy) == "Retain" and becomes.get(policy) != "Retain":
                yield f"{name} ({kind}) is no longer kept: {policy}"
        for path in _replacing(kind):
            if _at(was, path) != _at(becomes, path):
                yield f"{name} ({kind}) is replaced: {'.'.join(path)} changed"


@cache
def _replacing(kind: str) -> tuple[tuple[str, ...], ...]:
    """Paths of the properties whose change replaces a resource, perhaps or surely."""
    if kind.startswith("Custom::"):
        return (("ServiceToken",),)
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", kind).schema
    pointers = [
        *(schema.get("createOnlyProperties") or ()),
        *(schema.get("conditionalCreateOnlyProperties") or ()),
    ]
    return tuple(tuple(pointer.removeprefix("/properties/").split("/")) for pointer in pointers)


def _at(resource: Template, path: tuple[str, ...]) -> Any:
    value: Any = resource.get("Properties", {})
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def lost_exports(old: Mapping[str, Template], new: Mapping[str, Template]) -> list[str]:
    """Exports that a stack of the old release imports, and that would be gone or other before that
    stack is upgraded: CloudFormation refuses such an update."""
    imported = set(_imports(list(old.values())))
    before, after = _exports(old), _exports(new)
    return sorted(name for name in imported if after.get(name) != before.get(name))


def _exports(templates: Mapping[str, Template]) -> dict[str, Any]:
    return {
        output["Export"]["Name"]: output["Value"]
        for template in templates.values()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }


def _imports(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if isinstance(value.get("Fn::ImportValue"), str):
            yield value["Fn::ImportValue"]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _imports(one)
