"""The whole product on one machine: template, tables, queues, handlers and flows."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lambdas import wiring
from lambdas.connect.contacts import contacts
from lambdas.domain.settings import Settings
from lambdas.store.dynamodb import TimeLimits
from lambdas.store.modes import set_mode
from lambdas.wiring import picking
from local import state as states
from local import synthesis, toolchain
from local.assembly import Assembly, code_folder
from local.clock import Clock
from local.connect_api import ConnectApi
from local.delivery_stream import DeliverySource, Stream
from local.dynamodb_local import DynamoDBLocal, warm_up
from local.errors import LocalError
from local.event_sources import Mapped, QueueSource
from local.flow_runner import Coverage
from local.functions import FunctionFailed, Handler, Invocation, LocalFunction
from local.held_numbers import held_numbers
from local.kinesis_source import KinesisSource
from local.loading import Loaded, Loader, Queue
from local.machine import ACCOUNT, aws_on_this_machine
from local.resources import Factory, Made, gathering
from local.state import State
from local.state_machines import StateMachineSource
from local.states_language import StateMachine
from local.stream_source import StreamSource

if TYPE_CHECKING:
    import boto3

SETTLE_WITHIN_S = 900.0
HERE = TimeLimits(pick=1.9, connect=0.2, answer=0.7)
"""DynamoDB's engine shares the machine with everything else here and pauses now and then. The flow
still waits two seconds, as it does on Amazon Connect."""


@dataclass
class LocalCloud:
    """A loaded app. Make one with `LocalCloud.start`, or with `running` from an assembly.

    Use it from one thread: environment, clock and standard output belong to the process.
    """

    session: "boto3.Session"
    made: Made
    loaded: Loaded
    connect: ConnectApi
    state: State
    clock: Clock = field(default_factory=Clock)
    sources: list[QueueSource | StreamSource | StateMachineSource | DeliverySource] = field(
        default_factory=list
    )
    coverage: dict[str, Coverage] = field(default_factory=dict)
    _last: LocalFunction | None = None

    @staticmethod
    @contextmanager
    def start(
        config: Path, state: Path | None = None, say: toolchain.Say = toolchain.silent
    ) -> Iterator["LocalCloud"]:
        """Synthesise (or reuse), load, and hand over the running app; everything ends with it.

        Raises LocalError when the config has mistakes, when the template needs what is unknown
        here, or when another command uses the state.
        """
        with states.opened(state) as kept, ExitStack() as stack:
            engine = DynamoDBLocal(kept.tables, say).start()  # starts while the app is synthesised
            stack.callback(engine.stop)
            assembly = synthesis.assembly_of(config, say)
            say("Starting the local cloud")
            yield stack.enter_context(running(assembly, kept, engine.wait()))

    def name_of(self, variable: str) -> str:
        """The table, bucket or other thing that the functions know under this variable."""
        for function in self.made.functions.values():
            if variable in function.environment:
                return function.environment[variable]
        raise LocalError(f"No function of this app has {variable} in its environment.")

    def bucket(self) -> str:
        """The uploads bucket's name."""
        if not self.made.buckets:
            raise LocalError("This config has no uploads: its module 'number_intake' is off.")
        return self.name_of("UPLOADS_BUCKET")

    def queue(self, key: str | None = None) -> Queue:
        """A queue of the config by its key; the first one when no key is given."""
        queues = self.loaded.queues
        if not queues:
            raise LocalError("This config has no queue of ours: its module 'calling' is off.")
        if key is None:
            return next(iter(queues.values()))
        if key not in queues:
            known = ", ".join(queues)
            raise LocalError(f"The config has no queue {key!r}. Its queues: {known}.")
        return queues[key]

    def pool_of(self, queue: Queue) -> str:
        """The pool that a queue takes its numbers from, as the functions' settings say."""
        return self.settings().queues[queue.key].pool

    def first_pool(self) -> str:
        """The pool of the first queue; of a config without queues, its first pool."""
        if self.loaded.queues:
            return self.pool_of(self.queue())
        return next(iter(self.settings().pools))

    def upload(self, key: str, body: bytes, metadata: dict[str, str] | None = None) -> None:
        """Put a file into the uploads bucket, as staff would."""
        self.session.client("s3").put_object(
            Bucket=self.bucket(), Key=key, Body=body, Metadata=metadata or {}
        )

    def download(self, key: str) -> bytes | None:
        """A file of the uploads bucket, or None when there is none."""
        client = self.session.client("s3")
        try:
            content: bytes = client.get_object(Bucket=self.bucket(), Key=key)["Body"].read()
        except client.exceptions.NoSuchKey:
            return None
        return content

    def settle(self) -> None:
        """Feed the functions until queues and streams are empty, then keep the positions.

        Raises LocalError when they do not come to rest within a quarter of an hour.
        """
        deadline = time.monotonic() + SETTLE_WITHIN_S
        while sum(source.poll() for source in self.sources):
            if time.monotonic() > deadline:
                raise LocalError("Queues and streams did not come to rest; a function loops.")
        self.state.save()

    @contextmanager
    def replacing(self, package: str, handler: Handler) -> Iterator[None]:
        """Call `handler` instead of the function in `lambdas.<package>` for a while."""
        function = self.function_of(package)
        function.replaced_by = handler
        try:
            yield
        finally:
            function.replaced_by = None

    def invoke(self, arn: str, event: object) -> Invocation:
        """Call a function by name or ARN. Raises FunctionFailed as Lambda reports an error."""
        return self.made.function(arn).invoke(event, arn)

    def call(self, arn: str, event: object) -> object:
        """What a function answers. Raises FunctionFailed."""
        answer: object = self.invoke(arn, event).payload
        return answer

    def content(self, bucket: str, key: str) -> bytes:
        """An object of any bucket."""
        client = self.session.client("s3")
        content: bytes = client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return content

    def state_machine(self) -> StateMachineSource:
        """The one state machine of the app."""
        for source in self.sources:
            if isinstance(source, StateMachineSource):
                return source
        raise LocalError("This config has no state machine: its module 'contact_lists' is off.")

    def an_hour_passes(self) -> None:
        """Invoke what is scheduled, as the turn of an hour would, and let it take effect."""
        self._invoke_all(self.made.scheduled)

    def a_day_passes(self) -> None:
        """Invoke what is scheduled daily, and let it take effect."""
        self._invoke_all(self.made.daily)

    def a_week_passes(self) -> None:
        """Invoke what is scheduled weekly, and let it take effect."""
        self._invoke_all(self.made.weekly)

    def _invoke_all(self, arns: list[str]) -> None:
        event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
        for arn in arns:
            self.invoke(arn, event)
        self.settle()
        wiring.reset()

    def failures(self) -> list[FunctionFailed]:
        """Every failed call of a function by a queue or stream, oldest first."""
        return [failure for source in self.sources for failure in source.failures]

    def function_of(self, package: str) -> LocalFunction:
        """The function whose handler is in `lambdas.<package>`."""
        for function in self.made.functions.values():
            if function.handler.startswith(f"lambdas.{package}."):
                return function
        raise LocalError(f"No function of this app has its handler in lambdas.{package}.")

    def set_mode(self, queue: str, mode: str) -> None:
        """Set a queue's run-time mode: off, observe or on."""
        set_mode(self.session.client("dynamodb"), self.name_of("NUMBER_POOL_TABLE"), queue, mode)
        wiring.reset()

    def seconds(self) -> float:
        """A monotonic clock for time limits; it stands still while a cold start prepares."""
        prepared = sum(function.prepared_s for function in self.made.functions.values())
        return time.monotonic() - prepared

    def forget_container(self) -> None:
        """Let the next invocation of any function start cold."""
        self._last = None

    def begin_invocation(self, function: LocalFunction) -> None:
        """Give each function a container of its own: two share no adapters."""
        uses_adapters = set(function.environment) - {"LOG_LEVEL"}
        wiring.use_clock(self.clock.now)
        if uses_adapters and self._last is not function:
            forget_adapters()
            self._last = function
            if function.handler.startswith("lambdas.pick_caller_id."):
                picking.prepare(connect=True)

    def settings(self) -> Settings:
        """Queues and pools as the functions see them."""
        for function in self.made.functions.values():
            path = function.code / "settings.json"
            if path.exists():
                return Settings.from_json(json.loads(path.read_text("utf-8")))
        raise LocalError("No function of this app carries a settings.json.")


@contextmanager
def running(assembly: Assembly, state: State, dynamodb: str) -> Iterator[LocalCloud]:
    """Load an assembly onto a DynamoDB Local that answers at `dynamodb`."""
    with (
        ConnectApi() as connect,
        aws_on_this_machine(assembly.region, dynamodb, connect.address) as session,
    ):
        picking.use_limits(HERE)
        forget_adapters()
        warm_up(session.client("dynamodb"))
        factory = Factory(
            session,
            ACCOUNT,
            state.secrets,
            lambda name, properties: code_folder(assembly, name, properties),
        )
        loaded = Loader(assembly, factory).load()
        _check_tables(factory.made)
        cloud = LocalCloud(session, factory.made, loaded, connect, state)
        cloud.coverage = {arn: Coverage(flow) for arn, (_, flow) in loaded.flows.items()}
        _connect_sources(cloud)
        connect.held.numbers = lambda: held_numbers(cloud)
        for function in cloud.made.functions.values():
            function.on_start = cloud.begin_invocation
        if state.is_new:
            for key in loaded.queues:
                cloud.set_mode(key, "on")
        state.save()
        try:
            yield cloud
        finally:
            state.save()
            wiring.use_clock(None)
            picking.use_limits(TimeLimits())
            forget_adapters()


def forget_adapters() -> None:
    """Drop clients and caches, as a new container would have none."""
    wiring.reset()
    contacts.cache_clear()


def _check_tables(made: Made) -> None:
    for function in made.functions.values():
        for variable, name in function.environment.items():
            if variable.endswith("_TABLE") and name not in made.tables.values():
                raise LocalError(
                    f"{variable} names the table {name}, which this app does not create: a table"
                    " that is taken over exists only in the account. Take `tables` out of the"
                    " config to run it on this machine."
                )


def _connect_sources(cloud: LocalCloud) -> None:
    sqs = cloud.session.client("sqs")
    for name, told in cloud.made.delivery_streams.items():
        stream = Stream.read(told, cloud.made.lake_tables)
        source = DeliverySource(stream, gathering(name), cloud.session, cloud.clock.now)
        cloud.sources.append(source)
    for arn, definition in cloud.made.machines.items():
        machine = StateMachine.of(definition, cloud.call, cloud.content)
        client = cloud.session.client("stepfunctions")
        cloud.sources.append(StateMachineSource(arn, machine, client))
    for logical_id, properties in cloud.made.mappings.items():
        if properties.get("Enabled") is False:
            continue
        function = cloud.made.function(properties["FunctionName"])
        mapped = Mapped.read(properties, function)
        if ":sqs:" in mapped.source_arn:
            url = sqs.get_queue_url(QueueName=mapped.source_arn.rsplit(":", 1)[-1])["QueueUrl"]
            cloud.sources.append(QueueSource(mapped, url, sqs))
        elif "/stream/" in mapped.source_arn:
            positions = cloud.state.positions.setdefault(mapped.source_arn, {})
            streams = cloud.session.client("dynamodbstreams")
            cloud.sources.append(StreamSource(mapped, streams, sqs, positions))
        elif ":kinesis:" in mapped.source_arn:
            cloud.sources.append(KinesisSource(mapped, cloud.session.client("kinesis"), sqs))
        else:
            raise LocalError(f"Mapping {logical_id}: {mapped.source_arn} is no queue or stream.")
