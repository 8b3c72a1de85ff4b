"""A deployment in an AWS account, as far as commands change it: its NumberPool table."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from local.errors import LocalError

if TYPE_CHECKING:
    import boto3

    from stacks.config import Config
    from stacks.config.infrastructure import ExistingTable

TABLE = "AWS::DynamoDB::Table"
BUCKET = "AWS::S3::Bucket"
KEY = "AWS::KMS::Key"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a type of resource


@dataclass(frozen=True)
class Account:
    """Credentials that work. `caller` is the ARN of whoever they belong to."""

    session: "boto3.Session"
    caller: str


def config_at(path: Path) -> "Config":
    """The config in a file. Raises LocalError with all its mistakes."""
    from stacks.config import ConfigError, load

    if not path.is_file():
        raise LocalError(f"There is no config file {path}.")
    try:
        return load(path)
    except ConfigError as error:
        raise LocalError(str(error)) from error


@contextmanager
def told() -> Iterator[None]:
    """Tell what AWS, or the way to it, refused, in words instead of a stack trace."""
    from botocore.exceptions import (
        BotoCoreError,
        ClientError,
        NoCredentialsError,
        PartialCredentialsError,
        ProfileNotFound,
    )

    try:
        yield
    except (NoCredentialsError, PartialCredentialsError) as error:
        raise LocalError(
            "There are no AWS credentials here. Sign in first (aws sso login, aws configure), or"
            " name a profile with --profile."
        ) from error
    except ProfileNotFound as error:
        raise LocalError(
            f"{error}. `aws configure list-profiles` lists those there are."
        ) from error
    except ClientError as error:
        problem = error.response["Error"]
        raise LocalError(
            f"AWS refused {error.operation_name}: {problem.get('Code')}: {problem.get('Message')}"
        ) from error
    except BotoCoreError as error:
        raise LocalError(f"AWS could not be asked: {error}") from error


def account_of(config: "Config", profile: str | None, region: str | None) -> Account:
    """The account that the config deploys into. Raises LocalError without credentials for it."""
    import boto3

    wanted, home = config.home
    if not (region or home):
        raise LocalError("The config names no region; give one with --region.")
    with told():
        session = boto3.Session(profile_name=profile, region_name=region or home)
        identity = session.client("sts").get_caller_identity()
    if wanted and identity["Account"] != wanted:
        raise LocalError(
            f"These credentials are of the account {identity['Account']}, and the config deploys"
            f" into {wanted}. Sign in there, or name another --config or --profile."
        )
    return Account(session, identity["Arn"])


def number_pool_table(session: "boto3.Session", config: "Config") -> str:
    """The physical name of the deployed NumberPool table.

    One that was taken over is named by the config; else the stack's resources tell. Raises
    LocalError when the stack is not there.
    """
    if config.tables.number_pool is not None:
        return _name(config.tables.number_pool)
    return resource(session, config, TABLE, "NumberPoolTable")


def customers_table(session: "boto3.Session", config: "Config") -> tuple[str, str]:
    """The physical name of the deployed Customers table, and the ARN of the secret with the key
    that its customers are hashed with. Raises LocalError when the stack is not there."""
    taken = config.tables.customers
    if taken is not None:
        return _name(taken), taken.key_secret_arn
    table = resource(session, config, TABLE, "CustomersTable")
    return table, resource(session, config, SECRET, "CustomerKey")


def usage_table(session: "boto3.Session", config: "Config") -> str:
    """The physical name of the deployed Usage table. Raises LocalError as above."""
    if config.tables.usage is not None:
        return _name(config.tables.usage)
    return resource(session, config, TABLE, "UsageTable")


def uploads_bucket(session: "boto3.Session", config: "Config") -> str:
    """The deployed bucket that staff upload to, "" where the config has none."""
    if not (config.modules.number_intake or config.modules.contact_lists):
        return ""
    return resource(session, config, BUCKET, "UploadsBucket")


def resource(
    session: "boto3.Session",
    config: "Config",
    kind: str,
    beginning: str,
    part: str = "NumberPool",
) -> str:
    """The physical id of a resource of one of the stacks, by the type and the beginning of the
    CDK's logical id, after which eight hexadecimal digits follow.

    Raises LocalError when the stack, or such a resource in it, is not there.
    """
    from botocore.exceptions import ClientError

    stack = f"LocalPresence-{config.environment}-{part}"
    pages = session.client("cloudformation").get_paginator("list_stack_resources")
    wanted = len(beginning) + 8
    with told():
        try:
            for page in pages.paginate(StackName=stack):
                for found in page["StackResourceSummaries"]:
                    logical = found["LogicalResourceId"]
                    named = logical.startswith(beginning) and len(logical) == wanted
                    if named and found["ResourceType"] == kind:
                        return str(found["PhysicalResourceId"])
        except ClientError as error:
            if "does not exist" not in error.response["Error"].get("Message", ""):
                raise
            raise LocalError(
                f"There is no stack {stack} in {session.region_name}. Deploy the config first, or"
                " name another --config or --region."
            ) from error
    raise LocalError(f"The stack {stack} has no {beginning}; deploy it again.")


def _name(taken: "ExistingTable") -> str:
    return str(taken.name or (taken.arn or "").rpartition("/")[2])
