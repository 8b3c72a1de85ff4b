"""Who is not to be called: what enters it, and with which rights."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import Code, Logging, PythonFunction
from stacks.constructs.upload_queue import UploadQueue, let_read_and_answer

SUPPRESSIONS, REGISTERS = "suppressions/", "registers/"
FILES_TIMEOUT = cdk.Duration.minutes(15)


@dataclass(frozen=True)
class Customers:
    """The customers' table with what reads and writes need besides: the key that their numbers are
    hashed with, and the one that corrections are encrypted with."""

    table: DataTable
    hash_key: secretsmanager.ISecret
    data_key: kms.IKey

    @property
    def environment(self) -> dict[str, str]:
        """For a function that suppresses."""
        return {
            "CUSTOMERS_TABLE": self.table.name,
            "CUSTOMER_KEY_SECRET_ARN": self.hash_key.secret_arn,
            "DATA_KEY_ARN": self.data_key.key_arn,
        }

    def let_suppress(
        self, function: PythonFunction, *, corrects: bool = True, remembers: bool = False
    ) -> None:
        """Let a function suppress and lift, and where told, correct and read what was done."""
        reads = ("Query",) if remembers else ()
        function.may_with_table(self.table, "GetItem", "PutItem", "UpdateItem", *reads)
        self.let_hash(function)
        if corrects:
            function.may_encrypt_for("customer", key_arn=self.data_key.key_arn)

    def let_hash(self, function: PythonFunction) -> None:
        """Let a function turn numbers into keys of the table."""
        function.may("secretsmanager:GetSecretValue", on=[self.hash_key.secret_arn])
        function.may_use_key(self.table.key_arn or self.data_key.key_arn, through="secretsmanager")


class SuppressCustomer(PythonFunction):
    """Suppresses at once: for agents' guides, flows, and whoever may invoke it."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        customers: Customers,
        logging: Logging,
        bell: alarms.Bell,
    ) -> None:
        super().__init__(
            scope,
            "SuppressCustomer",
            code=Code("suppress_customer", config.settings()),
            logging=logging,
            timeout=cdk.Duration.seconds(8),
            memory_mb=512,
            environment=customers.environment,
        )
        customers.let_suppress(self)
        bell.watch_function(self, self.function, slow_ms=5000, what="Suppressing a customer")
        bell.ring(
            self,
            "Refused",
            when=alarms.counted("SuppressionsRefused"),
            reaches=1,
            because="A wish not to be called was not understood and is not kept: find the call in "
            "the log of SuppressCustomer, and enter the wish by hand.",
        )


class SuppressionFiles(Construct):
    """Files of suppressions and of national registers, from the bucket to the tables."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        customers: Customers,
        number_pool: DataTable,
        bucket: s3.IBucket,
        notifications: sns.ITopic,
        logging: Logging,
        bell: alarms.Bell,
    ) -> None:
        super().__init__(scope, "SuppressionFiles")
        key = customers.data_key
        importer = PythonFunction(
            scope,
            "ImportSuppressions",
            code=Code("import_suppressions", config.settings()),
            logging=logging,
            timeout=FILES_TIMEOUT,
            memory_mb=1_792,
            storage=cdk.Size.gibibytes(6),
            environment={
                **customers.environment,
                "NUMBER_POOL_TABLE": number_pool.name,
                "NOTIFICATIONS_TOPIC_ARN": notifications.topic_arn,
            },
        )
        customers.let_suppress(importer)
        importer.may_with_table(customers.table, "BatchWriteItem")
        importer.may_with_table(number_pool, "GetItem", "PutItem", "UpdateItem")
        for prefix, name in ((SUPPRESSIONS, "People"), (REGISTERS, "Registers")):
            queue = UploadQueue(
                self,
                name,
                bucket=bucket,
                prefix=prefix,
                key=key,
                consumer_timeout=FILES_TIMEOUT,
            )
            queue.feed(importer)
            let_read_and_answer(importer, bucket.bucket_arn, prefix)
            bell.ring(
                queue,
                "FailedFile",
                when=queue.failures.metric_approximate_age_of_oldest_message(
                    period=alarms.MINUTE, statistic="Maximum"
                ),
                reaches=60,
                because=f"A file under {prefix} failed five times and waits in the queue of "
                "failures: find the cause in the log of ImportSuppressions, then redrive it.",
            )
        importer.may_use_key(key.key_arn, through="s3", write=True)
        importer.may("sns:Publish", on=[notifications.topic_arn])
        importer.may_use_key(key.key_arn, through="sns", write=True)
        bell.watch_function(
            importer,
            importer.function,
            slow_ms=0.8 * FILES_TIMEOUT.to_milliseconds(),
            what="Taking in a file of suppressions",
        )
        bell.ring(
            importer,
            "Refused",
            when=alarms.counted("SuppressionRowsRefused"),
            reaches=1,
            because="A file of suppressions or of a register, or rows of one, could not be used: "
            "who is named there may still be called. Its result file says what is wrong.",
        )
