"""How Athena reads the rows: a table whose partitions are reckoned, not listed."""

import aws_cdk as cdk
from aws_cdk import aws_glue as glue
from constructs import Construct

from lambdas.domain.lake_row import COLUMNS
from stacks.constructs.lake_bucket import ROWS

PARTITION = "arrived"
"""The UTC day on which Firehose had the row."""
TABLE = "calls"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet"


class LakeTable(Construct):
    """The database and its one table. Firehose writes Parquet by the same columns."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: str, bucket: str, keep_days: int
    ) -> None:
        super().__init__(scope, construct_id)
        self.database = f"local_presence_{environment.replace('-', '_')}"
        catalog = cdk.Stack.of(self).account
        database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=catalog,
            database_input=glue.CfnDatabase.DatabaseInputProperty(
                name=self.database, description="Local presence: what became of calls"
            ),
        )
        location = f"s3://{bucket}/{ROWS}"
        table = glue.CfnTable(
            self,
            "Calls",
            catalog_id=catalog,
            database_name=self.database,
            table_input=glue.CfnTable.TableInputProperty(
                name=TABLE,
                description="A row for each version of a contact; customers by a keyed hash",
                table_type="EXTERNAL_TABLE",
                partition_keys=[glue.CfnTable.ColumnProperty(name=PARTITION, type="string")],
                parameters={
                    "classification": "parquet",
                    "projection.enabled": "true",
                    f"projection.{PARTITION}.type": "date",
                    f"projection.{PARTITION}.format": "yyyy-MM-dd",
                    f"projection.{PARTITION}.range": f"NOW-{keep_days + 1}DAYS,NOW",
                    "storage.location.template": f"{location}{PARTITION}=${{{PARTITION}}}/",
                },
                storage_descriptor=glue.CfnTable.StorageDescriptorProperty(
                    columns=[
                        glue.CfnTable.ColumnProperty(name=name, type=kind)
                        for name, kind in COLUMNS.items()
                    ],
                    location=location,
                    input_format=f"{_PARQUET}.MapredParquetInputFormat",
                    output_format=f"{_PARQUET}.MapredParquetOutputFormat",
                    serde_info=glue.CfnTable.SerdeInfoProperty(
                        serialization_library=f"{_PARQUET}.serde.ParquetHiveSerDe"
                    ),
                ),
            ),
        )
        table.add_resource_dependency(database)
        self.resource = table

    @property
    def arns(self) -> list[str]:
        """What a reader of the table's columns must be allowed to read."""
        stack = cdk.Stack.of(self)
        names = ("catalog", f"database/{self.database}", f"table/{self.database}/{TABLE}")
        return [
            f"arn:{stack.partition}:glue:{stack.region}:{stack.account}:{name}" for name in names
        ]
