"""Where questions to the lake are asked: an Athena workgroup, and the queries saved in it."""

from aws_cdk import aws_athena as athena
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from queries import questions
from stacks.constructs.lake_bucket import ANSWERS
from stacks.constructs.lake_table import TABLE, LakeTable

GIGABYTE = 1024**3


class LakeQueries(Construct):
    """Answers are encrypted, go to one place, and no query reads more than it may."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: str,
        bucket: s3.IBucket,
        key: kms.IKey,
        table: LakeTable,
        gigabytes_a_query: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name = f"local-presence-{environment}"
        of = athena.CfnWorkGroup
        group = athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=self.name,
            description="Local presence: what became of calls",
            work_group_configuration=of.WorkGroupConfigurationProperty(
                enforce_work_group_configuration=True,
                publish_cloud_watch_metrics_enabled=True,
                bytes_scanned_cutoff_per_query=gigabytes_a_query * GIGABYTE,
                engine_version=of.EngineVersionProperty(
                    selected_engine_version="Athena engine version 3"
                ),
                result_configuration=of.ResultConfigurationProperty(
                    output_location=f"s3://{bucket.bucket_name}/{ANSWERS}",
                    encryption_configuration=of.EncryptionConfigurationProperty(
                        encryption_option="SSE_KMS", kms_key=key.key_arn
                    ),
                ),
            ),
        )
        for question in questions(f'"{table.database}"."{TABLE}"'):
            saved = athena.CfnNamedQuery(
                self,
                question.name.title().replace("_", ""),
                name=question.name,
                description=question.words,
                database=table.database,
                query_string=question.text,
                work_group=self.name,
            )
            saved.add_resource_dependency(group)
