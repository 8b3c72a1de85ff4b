"""A Lambda function of ours: its code, its log, and no right but those that it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct

from stacks.bundles import bundle
from stacks.constructs.data_table import DataTable

_READ_KEY = ("kms:Decrypt", "kms:DescribeKey")
_WRITE_KEY = (*_READ_KEY, "kms:Encrypt", "kms:GenerateDataKey", "kms:ReEncryptFrom",
              "kms:ReEncryptTo")  # fmt: skip
_WRITES = ("Put", "Update", "Delete", "BatchWrite")


@dataclass(frozen=True)
class Code:
    """What goes into the function's folder besides our packages. `module` holds the handler, for
    several functions of one package."""

    package: str
    settings: Mapping[str, Any] | None = None
    places: bool = False
    countries: bool = False
    holidays: bool = False
    carriers: bool = False
    module: str = "handler"


@dataclass(frozen=True)
class Logging:
    """How long a function's log is kept (days, a value that CloudWatch knows), and its key."""

    days: int
    key: kms.IKey

    def group(self, scope: Construct) -> logs.LogGroup:
        """A group for one function's log, or a state machine's."""
        return logs.LogGroup(
            scope,
            "Log",
            retention=_retention(self.days),
            encryption_key=self.key,
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )


class PythonFunction(Construct):
    """A function on arm64 and the newest Python; `may…` adds a right, in exact actions."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        code: Code,
        logging: Logging,
        timeout: cdk.Duration,
        memory_mb: int,
        environment: Mapping[str, str] | None = None,
        storage: cdk.Size | None = None,
        snap_start: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        log_group = logging.group(self)
        self.role = iam.Role(self, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        self.may("logs:CreateLogStream", "logs:PutLogEvents", on=[log_group.log_group_arn])
        made = bundle(
            code.package,
            code.settings,
            code.places,
            code.countries,
            code.holidays,
            code.carriers,
        )
        self.function = lambda_.Function(
            self,
            "Function",
            runtime=lambda_.Runtime.PYTHON_3_14,
            architecture=lambda_.Architecture.ARM_64,
            handler=f"lambdas.{code.package}.{code.module}.handler",
            code=lambda_.Code.from_asset(str(made.folder), asset_hash=made.content_hash),
            role=self.role,
            log_group=log_group,
            timeout=timeout,
            memory_size=memory_mb,
            ephemeral_storage_size=storage,
            environment={"LOG_LEVEL": "INFO", **(environment or {})},
            snap_start=lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if snap_start else None,
        )
        if snap_start:  # said whether or not a version is published, as ours always is
            cdk.Annotations.of(self.function).acknowledge_warning(
                "@aws-cdk/aws-lambda:snapStartRequirePublish"
            )

    def may(self, *actions: str, on: Sequence[str], when: Mapping[str, Any] | None = None) -> None:
        """Allow exactly these actions on exactly these resources."""
        self.role.add_to_policy(
            iam.PolicyStatement(actions=list(actions), resources=list(on), conditions=when)
        )

    def may_with_table(self, table: DataTable, *operations: str) -> None:
        """Allow these DynamoDB operations (`GetItem`, …), with the table's key through it."""
        self.may(*(f"dynamodb:{operation}" for operation in operations), on=[table.arn])
        if table.key_arn is not None:
            writes = any(operation.startswith(_WRITES) for operation in operations)
            self.may_use_key(table.key_arn, through="dynamodb", write=writes)

    def may_use_key(self, key_arn: str, *, through: str, write: bool = False) -> None:
        """Allow the use of a key, only by way of one service."""
        service = f"{through}.{cdk.Stack.of(self).region}.amazonaws.com"
        self.may(
            *(_WRITE_KEY if write else _READ_KEY),
            on=[key_arn],
            when={"StringEquals": {"kms:ViaService": service}},
        )

    def may_encrypt_for(self, who: str, *, key_arn: str) -> None:
        """Allow to encrypt and decrypt with a key itself, only for what names `who` it is of."""
        self.may("kms:Encrypt", "kms:Decrypt", on=[key_arn], when=_only_of(who))

    def may_decrypt_for(self, who: str, *, key_arn: str) -> None:
        """Allow to decrypt with a key itself, only what names `who` it is of."""
        self.may("kms:Decrypt", on=[key_arn], when=_only_of(who))


def _only_of(who: str) -> Mapping[str, Any]:
    return {
        "ForAllValues:StringEquals": {"kms:EncryptionContextKeys": [who]},
        "Null": {f"kms:EncryptionContext:{who}": "false"},
    }


def _retention(days: int) -> logs.RetentionDays:
    """The enum's member for a number of days; its names are words."""
    return _RETENTION[days]


_RETENTION = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    5: logs.RetentionDays.FIVE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    60: logs.RetentionDays.TWO_MONTHS,
    90: logs.RetentionDays.THREE_MONTHS,
    120: logs.RetentionDays.FOUR_MONTHS,
    150: logs.RetentionDays.FIVE_MONTHS,
    180: logs.RetentionDays.SIX_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
    400: logs.RetentionDays.THIRTEEN_MONTHS,
    545: logs.RetentionDays.EIGHTEEN_MONTHS,
    731: logs.RetentionDays.TWO_YEARS,
    1096: logs.RetentionDays.THREE_YEARS,
    1827: logs.RetentionDays.FIVE_YEARS,
    2192: logs.RetentionDays.SIX_YEARS,
    2557: logs.RetentionDays.SEVEN_YEARS,
    2922: logs.RetentionDays.EIGHT_YEARS,
    3288: logs.RetentionDays.NINE_YEARS,
    3653: logs.RetentionDays.TEN_YEARS,
}
