"""A DynamoDB table of ours, or one that existed before."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kms as kms
from constructs import Construct

from stacks.config.infrastructure import ExistingNumberPool, ExistingTable


class DataTable(Construct):
    """Keys `pk` and `sk`; on demand, encrypted, recoverable, protected and retained.

    An existing table is used as it is: nothing of it is changed by a deployment.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: kms.IKey,
        stream: bool = False,
        expires: bool = False,
        existing: ExistingTable | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.table: dynamodb.ITable
        self.key_arn: str | None
        if existing is None:
            self.table, self.key_arn = self._new(key, stream, expires), key.key_arn
        else:
            self.table, self.key_arn = self._taken_over(existing), existing.key_arn

    @property
    def name(self) -> str:
        """The table's name, for the functions' environment."""
        return self.table.table_name

    @property
    def arn(self) -> str:
        """The table's ARN, for grants."""
        return self.table.table_arn

    @property
    def stream_arn(self) -> str:
        """The stream's ARN. Raises ValueError for a table without one."""
        if self.table.table_stream_arn is None:
            raise ValueError(f"{self.node.path} has no stream")
        return self.table.table_stream_arn

    def _new(self, key: kms.IKey, stream: bool, expires: bool) -> dynamodb.Table:
        return dynamodb.Table(
            self,
            "Table",
            partition_key=dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING),
            sort_key=dynamodb.Attribute(name="sk", type=dynamodb.AttributeType.STRING),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.CUSTOMER_MANAGED,
            encryption_key=key,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            deletion_protection=True,
            removal_policy=cdk.RemovalPolicy.RETAIN,
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES if stream else None,
            time_to_live_attribute="expires_at" if expires else None,
        )

    def _taken_over(self, existing: ExistingTable) -> dynamodb.ITable:
        stream = existing.stream_arn if isinstance(existing, ExistingNumberPool) else None
        return dynamodb.Table.from_table_attributes(
            self,
            "Table",
            table_name=existing.name,
            table_arn=existing.arn,
            table_stream_arn=stream,
        )
