"""Contact lists: from a file that staff drop to its checked rows, and again every quarter."""

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from lambdas.domain.list_checks import FOLDER, RESULTS_ENDING
from lambdas.store.list_files import CHECKS_FOLDER
from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.chunk_map import ChunkMap
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import Code, Logging, PythonFunction
from stacks.constructs.regularly import DAILY, Regularly
from stacks.constructs.upload_queue import UploadQueue

PREFIX = f"{FOLDER}/"
PIECES = f"{CHECKS_FOLDER}/"
TIMEOUT = cdk.Duration.minutes(15)
ONE_CPU_MB = 1_792
"""Where a function has a whole processor; a single thread has no use for more."""


class ContactLists(Construct):
    """The checker behind its queue, the state machine for long lists, and the daily look for lists
    that are due again."""

    def __init__(
        self,
        scope: Construct,
        *,
        config: Config,
        bucket: s3.IBucket,
        customers: DataTable,
        customer_key: secretsmanager.ISecret,
        number_pool: DataTable,
        key: kms.IKey,
        notifications: sns.ITopic,
        logging: Logging,
        bell: alarms.Bell,
    ) -> None:
        super().__init__(scope, "ContactLists")
        self._config, self._logging, self._key = config, logging, key
        self._bucket, self._notifications = bucket, notifications
        self._customers, self._customer_key = customers, customer_key
        self._number_pool = number_pool
        queue = UploadQueue(
            self,
            "Queue",
            bucket=bucket,
            prefix=PREFIX,
            key=key,
            consumer_timeout=TIMEOUT,
        )
        machine = self._map()
        checker = self._checker(machine)
        queue.feed(checker)
        self._rechecker(queue)
        self._watch(bell, queue, checker, machine)

    def _checker(self, machine: ChunkMap) -> PythonFunction:
        """Checks a list as it comes, or hands it to the state machine."""
        checker = self._function("CheckContacts", "handler", memory_mb=3008, storage_gib=4)
        checker.function.add_environment("STATE_MACHINE_ARN", machine.arn)
        checker.function.add_environment(
            "MOST_ROWS", str(self._config.lists.most_rows_in_one_function)
        )
        self._let_read_lists(checker)
        self._let_write(checker, f"{PIECES}*")
        self._let_publish(checker)
        self._let_look_up(checker)
        self._let_notify(checker)
        checker.may("states:StartExecution", on=[machine.arn])
        return checker

    def _map(self) -> ChunkMap:
        splitter = self._function("SplitContacts", "splitter", storage_gib=10)
        splitter.function.add_environment("ROWS_IN_CHUNK", str(self._config.lists.rows_in_chunk))
        self._let_read_lists(splitter)
        self._let_read(splitter, f"{PIECES}*")
        self._let_write(splitter, f"{PIECES}*")

        checker = self._function("CheckChunk", "chunk")
        self._let_read(checker, f"{PIECES}*")
        self._let_write(checker, f"{PIECES}*")
        self._let_look_up(checker)

        gatherer = self._function("GatherContacts", "gatherer", storage_gib=10)
        gatherer.function.add_environment(
            "MOST_ROWS_MERGED", str(self._config.lists.most_rows_merged)
        )
        self._let_read(gatherer, f"{PIECES}*", f"{PREFIX}*{RESULTS_ENDING}*")
        self._let_publish(gatherer)
        self._let_notify(gatherer)
        return ChunkMap(
            self,
            "Map",
            bucket=self._bucket,
            lists_of_chunks=f"{PIECES}*/chunks.json",
            splitter=splitter.function,
            checker=checker.function,
            gatherer=gatherer.function,
            chunks_at_once=self._config.lists.chunks_at_once,
            logging=self._logging,
            key=self._key,
        )

    def _rechecker(self, queue: UploadQueue) -> None:
        """Puts lists that are due again into the queue, as if they had just been dropped."""
        finder = self._function("RecheckContacts", "rechecker", memory_mb=512)
        finder.function.add_environment("QUEUE_URL", queue.queue.queue_url)
        finder.function.add_environment("RECHECK_DAYS", str(self._config.lists.recheck_days))
        dropped = self._bucket.arn_for_objects(f"{PREFIX}*")
        finder.may("s3:GetObject", on=[dropped])
        self._names_are_theirs(finder, dropped)
        self._let_list(finder)
        finder.may("sqs:SendMessage", on=[queue.queue.queue_arn, queue.failures.queue_arn])
        finder.may_use_key(self._key.key_arn, through="sqs", write=True)
        Regularly(
            self,
            "DueAgain",
            every=DAILY,
            function=finder,
            failures=queue.failures,
            what="Contact lists whose last check is too long ago are checked again",
        )

    def _function(
        self, construct_id: str, module: str, *, memory_mb: int = ONE_CPU_MB, storage_gib: int = 0
    ) -> PythonFunction:
        return PythonFunction(
            self,
            construct_id,
            code=Code(
                "check_contacts",
                self._config.settings(),
                places=True,
                countries=True,
                holidays=True,
                module=module,
            ),
            logging=self._logging,
            timeout=TIMEOUT,
            memory_mb=memory_mb,
            storage=cdk.Size.gibibytes(storage_gib) if storage_gib else None,
            environment={"UPLOADS_BUCKET": self._bucket.bucket_name},
        )

    def _let_read_lists(self, function: PythonFunction) -> None:
        lists = self._bucket.arn_for_objects(f"{PREFIX}*")
        function.may("s3:GetObject", "s3:GetObjectVersion", on=[lists])
        self._names_are_theirs(function, lists)
        function.may_use_key(self._key.key_arn, through="s3", write=True)

    def _let_read(self, function: PythonFunction, *where: str) -> None:
        """With the right to hear that a result is not there yet."""
        for pattern in where:
            objects = self._bucket.arn_for_objects(pattern)
            function.may("s3:GetObject", on=[objects])
            self._names_are_theirs(function, objects)
        self._let_list(function)

    def _let_write(self, function: PythonFunction, *where: str) -> None:
        for pattern in where:
            objects = self._bucket.arn_for_objects(pattern)
            function.may("s3:PutObject", "s3:AbortMultipartUpload", on=[objects])
            self._names_are_theirs(function, objects)
        function.may_use_key(self._key.key_arn, through="s3", write=True)

    def _let_publish(self, function: PythonFunction) -> None:
        """Results beside a list, and what an earlier check left there away."""
        beside = f"{PREFIX}*{RESULTS_ENDING}*"
        self._let_write(function, beside)
        function.may("s3:DeleteObject", on=[self._bucket.arn_for_objects(beside)])
        self._let_list(function)

    def _let_list(self, function: PythonFunction) -> None:
        function.may("s3:ListBucket", on=[self._bucket.bucket_arn])

    def _names_are_theirs(self, function: PythonFunction, objects: str) -> None:
        acknowledge(
            function.role,
            f"AwsSolutions-IAM5[Resource::{objects}]",
            "Staff choose the names of the files, and each check has a folder of its own.",
        )

    def _let_look_up(self, function: PythonFunction) -> None:
        """Who is not to be called, and which numbers the pool would show."""
        function.function.add_environment("CUSTOMERS_TABLE", self._customers.name)
        function.function.add_environment("NUMBER_POOL_TABLE", self._number_pool.name)
        function.function.add_environment("CUSTOMER_KEY_SECRET_ARN", self._customer_key.secret_arn)
        function.function.add_environment("DATA_KEY_ARN", self._key.key_arn)
        function.may_with_table(self._customers, "BatchGetItem")
        function.may_with_table(self._number_pool, "BatchGetItem")
        function.may("secretsmanager:GetSecretValue", on=[self._customer_key.secret_arn])
        function.may_use_key(self._customers.key_arn or self._key.key_arn, through="secretsmanager")
        function.may_decrypt_for("customer", key_arn=self._key.key_arn)

    def _let_notify(self, function: PythonFunction) -> None:
        function.function.add_environment("NOTIFICATIONS_TOPIC_ARN", self._notifications.topic_arn)
        function.may("sns:Publish", on=[self._notifications.topic_arn])
        function.may_use_key(self._key.key_arn, through="sns", write=True)

    def _watch(
        self, bell: alarms.Bell, queue: UploadQueue, checker: PythonFunction, machine: ChunkMap
    ) -> None:
        bell.watch_function(
            checker,
            checker.function,
            slow_ms=0.8 * TIMEOUT.to_milliseconds(),
            what="Checking a contact list",
        )
        bell.ring(
            queue,
            "FailedList",
            when=queue.failures.metric_approximate_age_of_oldest_message(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=60,
            because="A contact list failed five times, or the daily look for lists that are due "
            "again did: find the cause in the log, then redrive the queue.",
        )
        for name, metric, words in (
            ("Failed", "ExecutionsFailed", "failed"),
            ("TimedOut", "ExecutionsTimedOut", "took longer than a day"),
        ):
            bell.ring(
                machine,
                name,
                when=cloudwatch.Metric(
                    namespace="AWS/States",
                    metric_name=metric,
                    dimensions_map={"StateMachineArn": machine.arn},
                    statistic="Sum",
                    period=alarms.MINUTE,
                ),
                reaches=1,
                because=f"The check of a long contact list {words}: find the cause in the log of "
                "the step, then redrive the execution; what is done is not done again.",
            )
