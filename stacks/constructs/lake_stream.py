"""From a row of JSON to Parquet in the lake: a Firehose delivery stream."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from constructs import Construct

from lambdas.domain.lake_row import WRITTEN_TIME
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.data_key import DataKey
from stacks.constructs.lake_bucket import ERRORS, ROWS
from stacks.constructs.lake_table import PARTITION, TABLE, LakeTable
from stacks.constructs.python_function import Logging, PythonFunction

GATHERS_SECONDS, GATHERS_MB = 900, 128
"""Files are as large as Firehose makes them: many small ones make queries slow and dear."""


class LakeStream(Construct):
    """Converts by the table's columns, and files by the day of arrival; what does not convert lies
    under errors/."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        bucket_arn: str,
        key: DataKey,
        table: LakeTable,
        logging: Logging,
    ) -> None:
        super().__init__(scope, construct_id)
        self._bucket_arn, self._key, self._table = bucket_arn, key, table
        group = logging.group(self)
        log = logs.CfnLogStream(self, "Failures", log_group_name=group.log_group_name)
        self.role = iam.Role(
            self, "Role", assumed_by=iam.ServicePrincipal("firehose.amazonaws.com")
        )
        self._may(group)
        self.stream = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_type="DirectPut",
            # Rows name no customer and wait here for minutes; at rest they have our own key.
            delivery_stream_encryption_configuration_input=_OWNED_BY_AWS,
            extended_s3_destination_configuration=self._destination(group, log),
        )
        self.stream.node.add_dependency(self.role, table.resource)

    @property
    def name(self) -> str:
        """For the function that puts rows."""
        return self.stream.ref

    def take_from(self, function: PythonFunction) -> None:
        """Let a function put rows."""
        function.may("firehose:PutRecordBatch", on=[self.stream.attr_arn])

    def _may(self, group: logs.LogGroup) -> None:
        arn = self._bucket_arn
        written = [f"{arn}/{folder}*" for folder in (ROWS, ERRORS)]
        allow = self.role.add_to_policy
        allow(_statement(written, "s3:PutObject", "s3:GetObject", "s3:AbortMultipartUpload"))
        allow(
            _statement(
                [arn], "s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"
            )
        )
        through = f"s3.{cdk.Stack.of(self).region}.amazonaws.com"
        allow(
            iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=[self._key.key_arn],
                conditions={"StringEquals": {"kms:ViaService": through}},
            )
        )
        versions = ("glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions")
        allow(_statement(self._table.arns, *versions))
        allow(_statement([group.log_group_arn], "logs:PutLogEvents"))
        for files in written:
            acknowledge(
                self.role,
                f"AwsSolutions-IAM5[Resource::{files}]",
                "Firehose itself names the files.",
            )

    def _destination(
        self, group: logs.LogGroup, log: logs.CfnLogStream
    ) -> firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty:
        of = firehose.CfnDeliveryStream
        day = f"{PARTITION}=!{{timestamp:yyyy-MM-dd}}/"
        return of.ExtendedS3DestinationConfigurationProperty(
            bucket_arn=self._bucket_arn,
            role_arn=self.role.role_arn,
            prefix=f"{ROWS}{day}",
            error_output_prefix=f"{ERRORS}!{{firehose:error-output-type}}/{day}",
            buffering_hints=of.BufferingHintsProperty(
                interval_in_seconds=GATHERS_SECONDS, size_in_m_bs=GATHERS_MB
            ),
            compression_format="UNCOMPRESSED",
            encryption_configuration=of.EncryptionConfigurationProperty(
                kms_encryption_config=of.KMSEncryptionConfigProperty(
                    awskms_key_arn=self._key.key_arn
                )
            ),
            cloud_watch_logging_options=of.CloudWatchLoggingOptionsProperty(
                enabled=True, log_group_name=group.log_group_name, log_stream_name=log.ref
            ),
            data_format_conversion_configuration=of.DataFormatConversionConfigurationProperty(
                enabled=True,
                input_format_configuration=of.InputFormatConfigurationProperty(
                    deserializer=of.DeserializerProperty(
                        hive_json_ser_de=of.HiveJsonSerDeProperty(timestamp_formats=[WRITTEN_TIME])
                    )
                ),
                output_format_configuration=of.OutputFormatConfigurationProperty(
                    serializer=of.SerializerProperty(
                        parquet_ser_de=of.ParquetSerDeProperty(compression="SNAPPY")
                    )
                ),
                schema_configuration=of.SchemaConfigurationProperty(
                    catalog_id=cdk.Stack.of(self).account,
                    database_name=self._table.database,
                    region=cdk.Stack.of(self).region,
                    role_arn=self.role.role_arn,
                    table_name=TABLE,
                    version_id="LATEST",
                ),
            ),
        )


_OWNED_BY_AWS = firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(
    key_type="AWS_OWNED_CMK"
)


def _statement(resources: list[str], *actions: str) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=list(actions), resources=resources)
