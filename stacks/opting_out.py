"""Every way by which people stop calls themselves, besides telling an agent."""

import aws_cdk as cdk
from constructs import Construct

from stacks.calling import CallingStack
from stacks.config import Config
from stacks.constructs import alarms
from stacks.constructs.connect_invocation import ConnectInvocation
from stacks.constructs.http_api import HttpApi, access_log
from stacks.constructs.inbound_texts import InboundTexts
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.record_stream import RecordFeed, RecordSource, RecordStream
from stacks.constructs.return_call_flow import ReturnCallFlow
from stacks.number_pool import NumberPoolStack
from stacks.suppression import Customers

ROUTES = ("POST /suppressions", "POST /suppressions/lift", "POST /suppressions/show")


def is_wanted(config: Config) -> bool:
    """Whether the configuration has any of the ways."""
    return config.customers_can_stop_calls


class OptingOutStack(cdk.Stack):
    """Return calls, messages, dispositions and the API. Holds no data: it can be made anew."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        numbers: NumberPoolStack,
        calling: CallingStack | None,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Local presence: how people stop calls by key, message and disposition",
        )
        self._config, self._numbers = config, numbers
        self.records: RecordSource | None = None
        self._customers = Customers(numbers.customers, numbers.customer_key, numbers.key)
        if calling is not None and calling.suppressor is not None:
            self._return_calls(calling, calling.suppressor)
        if config.modules.text_replies:
            self._texts()
        if config.contact_records is not None:
            self._records(calling.instance_arn if calling else config.instance.arn or "")
        if config.modules.suppression_api:
            self._api()

    def _return_calls(self, calling: CallingStack, suppressor: ConnectInvocation) -> None:
        for key, settings in self._config.return_calls.items():
            ReturnCallFlow(
                self,
                f"ReturnCall-{key}",
                key=key,
                settings=settings,
                instance_arn=calling.instance_arn,
                suppressor_arn=suppressor.arn,
            )

    def _texts(self) -> None:
        bell = self._numbers.bell
        listener = self._function("HandleText", "handle_text", cdk.Duration.minutes(2))
        texts = InboundTexts(self, "Texts", key=self._numbers.key, listener=listener)
        bell.watch_function(
            listener, listener.function, slow_ms=60_000, what="Heeding a message of a customer"
        )
        bell.ring(
            texts,
            "Lost",
            when=listener.function.metric(
                "AsyncEventsDropped", period=alarms.MINUTE, statistic="Sum"
            ),
            reaches=1,
            because="A message of a customer was given up after three tries, and with it perhaps "
            "an opt-out: compare with the opt-out list of AWS End User Messaging.",
        )
        bell.ring(
            texts,
            "Undelivered",
            when=texts.topic.metric_number_of_notifications_failed(
                period=alarms.MINUTE, statistic="Sum"
            ),
            reaches=1,
            because="A message of a customer did not reach the function, and with it perhaps an "
            "opt-out: compare with the opt-out list of AWS End User Messaging.",
        )
        cdk.CfnOutput(self, "TextsTopicArn", value=texts.topic.topic_arn)

    def _records(self, instance_arn: str) -> None:
        records, numbers = self._config.contact_records, self._numbers
        assert records is not None  # noqa: S101 - the caller looked
        timeout = cdk.Duration.minutes(2)
        reader = self._function("ContactRecords", "contact_records", timeout)
        stream = RecordStream(
            self,
            "RecordStream",
            records=records,
            instance_arn=instance_arn,
            key=numbers.key,
        )
        self.records = stream.source
        numbers.bell.watch_function(
            reader, reader.function, slow_ms=60_000, what="Heeding what agents chose"
        )
        RecordFeed(stream, stream.source, numbers.key, numbers.bell).feed(
            reader,
            timeout=timeout,
            stale="What agents chose waits over a quarter of an hour to be heeded.",
            lost="Contact records were given up, and with them perhaps a do-not-call; their "
            "positions, or their files' names, wait in the queue of failures.",
        )

    def _api(self) -> None:
        function = self._function(
            "SuppressionApi", "suppression_api", cdk.Duration.seconds(20), corrects=True
        )
        api = HttpApi(
            self,
            "Suppressions",
            function=function,
            routes=ROUTES,
            log=access_log(self, "SuppressionsAccess", logging=self._numbers.logging),
            description="Enter, lift and show who is not to be called",
        )
        self._numbers.bell.watch_function(
            function, function.function, slow_ms=5000, what="The API of suppressions"
        )
        cdk.CfnOutput(self, "SuppressionsEndpoint", value=api.endpoint)

    def _function(
        self, name: str, package: str, timeout: cdk.Duration, *, corrects: bool = False
    ) -> PythonFunction:
        """A function that suppresses, and looks at what was lifted since."""
        customers = self._customers
        environment = customers.environment
        if not corrects:
            environment = {
                name: value for name, value in environment.items() if name != "DATA_KEY_ARN"
            }
        function = PythonFunction(
            self,
            name,
            code=Code(package, self._config.settings()),
            logging=self._numbers.logging,
            timeout=timeout,
            memory_mb=512,
            environment=environment,
        )
        customers.let_suppress(function, corrects=corrects, remembers=True)
        return function
