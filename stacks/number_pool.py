"""Our numbers: where they are kept, how they come in, and how pickers learn of them."""

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from constructs import Construct

from stacks import contact_lists
from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.data_key import DataKey
from stacks.constructs.data_table import DataTable
from stacks.constructs.directory_feed import DirectoryFeed
from stacks.constructs.hourly import Hourly
from stacks.constructs.lake_bucket import LakeBucket
from stacks.constructs.python_function import Code, Logging, PythonFunction
from stacks.constructs.upload_queue import UploadQueue, let_read_and_answer
from stacks.constructs.uploads_bucket import UploadsBucket
from stacks.registry import Registry
from stacks.suppression import REGISTERS, SUPPRESSIONS, Customers, SuppressionFiles

PREFIX = "numbers/"
LABELS = "labels/"
IMPORT_TIMEOUT = cdk.Duration.minutes(10)
PUBLISH_TIMEOUT = cdk.Duration.minutes(5)


class NumberPoolStack(cdk.Stack):
    """Everything that holds data, and the functions that keep it: kept when the stack goes."""

    def __init__(
        self, scope: Construct, construct_id: str, *, config: Config, env: cdk.Environment
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Local presence: the numbers, their use, and the customers' ledger",
            termination_protection=not config.sandbox,
        )
        self._config = config
        taken = config.tables
        self.key = DataKey(self, "Key", description="Local presence: all data at rest")
        self.number_pool = DataTable(
            self, "NumberPool", key=self.key, stream=True, existing=taken.number_pool
        )
        self.usage = DataTable(self, "Usage", key=self.key, expires=True, existing=taken.usage)
        self.customers = DataTable(
            self, "Customers", key=self.key, expires=True, existing=taken.customers
        )
        self.customer_key = self._customer_key()
        self.logging = Logging(config.retention.logs_days, self.key)
        alarm_topic = alarms.topic(self, "Alarms", key=self.key, email=config.alarms.email)
        alarms.let_alarms_publish(alarm_topic)
        self.bell = alarms.Bell(alarm_topic)

        self.uploads: UploadsBucket | None = None
        self.notifications: sns.ITopic | None = None
        self.lake = self._lake()

        self._publish_directory()
        if config.modules.number_intake or config.modules.contact_lists:
            uploads = self._uploads()
            notifications = alarms.topic(
                self, "Notifications", key=self.key, email=config.uploads.notify_email
            )
            self.uploads, self.notifications = uploads, notifications
            if config.modules.number_intake:
                self._import_numbers(uploads, notifications)
            if config.modules.contact_lists:
                self._check_lists(uploads, notifications)
            if config.modules.suppression:
                self._import_suppressions(uploads, notifications)
        if config.modules.registry:
            Registry(
                self,
                config=config,
                number_pool=self.number_pool,
                key=self.key,
                logging=self.logging,
                bell=self.bell,
                uploads=self.uploads,
                notifications=self.notifications,
            )
        self._keep_exports()

    def _lake(self) -> LakeBucket | None:
        if not self._config.counts_outcomes:
            return None
        lake = LakeBucket(self, "Lake", key=self.key, keep_days=self._config.retention.lake_days)
        cdk.CfnOutput(self, "LakeBucketName", value=lake.bucket.bucket_name)
        return lake

    def _publish_directory(self) -> None:
        publisher = PythonFunction(
            self,
            "PublishDirectory",
            code=Code("publish_directory", self._config.settings(), places=True),
            logging=self.logging,
            timeout=PUBLISH_TIMEOUT,
            memory_mb=1024,
            environment={"NUMBER_POOL_TABLE": self.number_pool.name},
        )
        publisher.may_with_table(
            self.number_pool, "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem"
        )
        feed = DirectoryFeed(
            self, "DirectoryFeed", table=self.number_pool, publisher=publisher, key=self.key
        )
        Hourly(
            self,
            "EndedRests",
            function=publisher,
            failures=feed.failures,
            what="Numbers whose rest has ended return to the directory",
        )
        self.bell.watch_function(
            publisher,
            publisher.function,
            slow_ms=0.8 * PUBLISH_TIMEOUT.to_milliseconds(),
            what="Publishing the directory",
        )
        self.bell.ring(
            feed,
            "Stale",
            when=publisher.function.metric(
                "IteratorAge", period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=60_000,
            minutes=3,
            because="Changes of numbers wait over a minute to reach the pickers.",
        )
        self.bell.ring(
            feed,
            "Failed",
            when=feed.failures.metric_approximate_number_of_messages_visible(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=1,
            because="A change of numbers, or the end of a rest, could not be published; pickers "
            "use the older directory.",
        )

    def _uploads(self) -> UploadsBucket:
        lists = self._config.lists
        uploads = UploadsBucket(
            self,
            "Uploads",
            key=self.key,
            keep_days={
                PREFIX: self._config.retention.raw_uploads_days,
                SUPPRESSIONS: self._config.retention.raw_uploads_days,
                REGISTERS: self._config.retention.raw_uploads_days,
                LABELS: self._config.retention.raw_uploads_days,
                contact_lists.PREFIX: lists.keep_days,
                contact_lists.PIECES: lists.pieces_keep_days,
            },
        )
        cdk.CfnOutput(self, "UploadsBucketName", value=uploads.bucket.bucket_name)
        return uploads

    def _import_suppressions(self, uploads: UploadsBucket, notifications: sns.ITopic) -> None:
        SuppressionFiles(
            self,
            config=self._config,
            customers=Customers(self.customers, self.customer_key, self.key),
            number_pool=self.number_pool,
            bucket=uploads.bucket,
            notifications=notifications,
            logging=self.logging,
            bell=self.bell,
        )

    def _check_lists(self, uploads: UploadsBucket, notifications: sns.ITopic) -> None:
        contact_lists.ContactLists(
            self,
            config=self._config,
            bucket=uploads.bucket,
            customers=self.customers,
            customer_key=self.customer_key,
            number_pool=self.number_pool,
            key=self.key,
            notifications=notifications,
            logging=self.logging,
            bell=self.bell,
        )

    def _import_numbers(self, uploads: UploadsBucket, notifications: sns.ITopic) -> None:
        importer = PythonFunction(
            self,
            "ImportNumbers",
            code=Code("import_numbers", self._config.settings(), places=True, countries=True),
            logging=self.logging,
            timeout=IMPORT_TIMEOUT,
            memory_mb=3072,
            storage=cdk.Size.gibibytes(1),
            environment={
                "NUMBER_POOL_TABLE": self.number_pool.name,
                "UPLOADS_BUCKET": uploads.bucket.bucket_name,
                "NOTIFICATIONS_TOPIC_ARN": notifications.topic_arn,
            },
        )
        queue = UploadQueue(
            self,
            "UploadQueue",
            bucket=uploads.bucket,
            prefix=PREFIX,
            key=self.key,
            consumer_timeout=IMPORT_TIMEOUT,
        )
        queue.feed(importer)

        importer.may_with_table(
            self.number_pool,
            "Query", "GetItem", "PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem",
        )  # fmt: skip
        let_read_and_answer(importer, uploads.bucket.bucket_arn, PREFIX)
        importer.may_use_key(self.key.key_arn, through="s3", write=True)
        importer.may("sns:Publish", on=[notifications.topic_arn])
        importer.may_use_key(self.key.key_arn, through="sns", write=True)

        self.bell.watch_function(
            importer,
            importer.function,
            slow_ms=0.8 * IMPORT_TIMEOUT.to_milliseconds(),
            what="Importing an upload",
        )
        self.bell.ring(
            queue,
            "FailedUpload",
            when=queue.failures.metric_approximate_age_of_oldest_message(
                period=alarms.MINUTE, statistic="Maximum"
            ),
            reaches=60,
            because="An upload failed five times and waits in the queue of failures: "
            "find the cause in the importer's log, then redrive the queue.",
        )

    def _customer_key(self) -> secretsmanager.ISecret:
        taken = self._config.tables.customers
        if taken is not None:
            return secretsmanager.Secret.from_secret_complete_arn(
                self, "CustomerKey", taken.key_secret_arn
            )
        secret = secretsmanager.Secret(
            self,
            "CustomerKey",
            description="Local presence: customers' numbers are hashed with this",
            encryption_key=self.key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                password_length=64,
                exclude_uppercase=True,
                exclude_punctuation=True,
                exclude_characters="ghijklmnopqrstuvwxyz",
                require_each_included_type=False,
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN,
        )
        acknowledge(
            secret,
            "AwsSolutions-SMG4",
            "A new key would make every customer a stranger: their ledger and suppressions are "
            "found by the hash of their number.",
        )
        return secret

    def _keep_exports(self) -> None:
        """Hold what the calling stack imports, so that it can go or change in any order."""
        tables = (self.number_pool, self.usage, self.customers)
        values = [table.arn for table in tables] + [table.name for table in tables]
        values += [self.key.key_arn, self.customer_key.secret_arn, self.bell.topic.topic_arn]
        if self.uploads is not None and self.notifications is not None:
            bucket = self.uploads.bucket
            values += [bucket.bucket_arn, bucket.bucket_name, self.notifications.topic_arn]
        if self.lake is not None:
            values += [self.lake.bucket.bucket_arn, self.lake.bucket.bucket_name]
        for value in values:
            if cdk.Token.is_unresolved(value):
                self.export_value(value)
