"""The call: who chooses its number, who can stop it, and the queues that it is made from."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_connect as connect
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from stacks.config import CALLING, Config, Queue
from stacks.constructs import alarms
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.adopted_queues import AdoptedQueues
from stacks.constructs.always_open import AlwaysOpen
from stacks.constructs.connect_invocation import ConnectInvocation
from stacks.constructs.dashboard import Dashboard
from stacks.constructs.live_alias import LiveAlias
from stacks.constructs.python_function import Code, PythonFunction
from stacks.constructs.whisper_flow import Callees
from stacks.listed_queues import Shared, add_queues
from stacks.number_pool import NumberPoolStack
from stacks.suppression import Customers, SuppressCustomer

SLOW_PICK_MS = 900


class CallingStack(cdk.Stack):
    """Picker, stopper, whisper flows and queues. Holds no data: it can be made anew."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        numbers: NumberPoolStack,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Local presence: the caller ID of outbound calls in Amazon Connect",
        )
        self._config = config
        self._numbers = numbers
        self.instance_arn = self._instance()
        callees = Callees(
            picker=ConnectInvocation(
                self, "InvokePicker", function=self._picker(), instance_arn=self.instance_arn
            ),
            stopper=ConnectInvocation(
                self, "InvokeStopper", function=self._stopper(), instance_arn=self.instance_arn
            ),
        )
        self.suppressor = self._suppressor() if config.modules.suppression else None
        self.shared = self._shared(callees)
        here = [key for key in config.queues if config.part_of(key) == CALLING]
        add_queues(self, config, here, self.shared)
        self._watch_queues()
        if config.modules.dashboard:
            Dashboard(self, "Dashboard", config=config, slow_pick_ms=SLOW_PICK_MS)

    def _picker(self) -> lambda_.IFunction:
        numbers, options = self._numbers, self._config.picker
        picker = PythonFunction(
            self,
            "PickCallerId",
            code=Code("pick_caller_id", self._config.settings(), places=True, holidays=True),
            logging=numbers.logging,
            timeout=cdk.Duration.seconds(2),
            memory_mb=options.memory_mb,
            snap_start=options.snap_start,
            environment={
                "NUMBER_POOL_TABLE": numbers.number_pool.name,
                "USAGE_TABLE": numbers.usage.name,
                "CUSTOMERS_TABLE": numbers.customers.name,
                "CUSTOMER_KEY_SECRET_ARN": numbers.customer_key.secret_arn,
            },
        )
        picker.may_with_table(numbers.number_pool, "BatchGetItem", "ConditionCheckItem")
        picker.may_with_table(numbers.usage, "UpdateItem", "BatchGetItem")
        picker.may_with_table(numbers.customers, "Query", "PutItem")
        picker.may("secretsmanager:GetSecretValue", on=[numbers.customer_key.secret_arn])
        picker.may_use_key(
            numbers.customers.key_arn or numbers.key.key_arn, through="secretsmanager"
        )

        live = LiveAlias(picker, "Live", function=picker.function)
        ringing = numbers.bell.watch_function(
            live, live.alias, slow_ms=SLOW_PICK_MS, what="Choosing a caller ID"
        )
        if self._config.deployment.canary:
            live.shift_gently(back_on=ringing)
        return live.alias

    def _stopper(self) -> lambda_.IFunction:
        stopper = PythonFunction(
            self,
            "StopContact",
            code=Code("stop_contact"),
            logging=self._numbers.logging,
            timeout=cdk.Duration.seconds(8),
            memory_mb=256,
        )
        contacts = f"{self.instance_arn}/contact/*"
        stopper.may("connect:StopContact", "connect:DescribeContact", on=[contacts])
        acknowledge(
            stopper.role,
            f"AwsSolutions-IAM5[Resource::{contacts}]",
            "A contact has no ARN before the call; the instance is fixed.",
        )
        self._numbers.bell.watch_function(
            stopper, stopper.function, slow_ms=5000, what="Stopping a blocked call"
        )
        self._numbers.bell.ring(
            stopper,
            "BlockFailed",
            when=alarms.counted("BlockFailed"),
            reaches=1,
            because="A call that had to be blocked could not be stopped and rang the customer.",
        )
        return stopper.function

    def _suppressor(self) -> ConnectInvocation:
        """Flows and agents' guides that the staff write may invoke it: Connect lists it."""
        numbers = self._numbers
        suppressor = SuppressCustomer(
            self,
            config=self._config,
            customers=Customers(numbers.customers, numbers.customer_key, numbers.key),
            logging=numbers.logging,
            bell=numbers.bell,
        )
        return ConnectInvocation(
            self,
            "InvokeSuppressor",
            function=suppressor.function,
            instance_arn=self.instance_arn,
        )

    def _shared(self, callees: Callees) -> Shared:
        """What every queue has in common, wherever it is."""
        config = self._config
        hours = ""
        if any(
            queue.existing is None and queue.hours_of_operation is None
            for queue in config.queues.values()
        ):
            always = AlwaysOpen(self, "AlwaysOpen", instance_arn=self.instance_arn)
            hours = always.attr_hours_of_operation_arn
        adopter = None
        if any(queue.existing is not None for queue in config.queues.values()):
            adopter = AdoptedQueues(self, "AdoptedQueues").function(
                instance_arn=self.instance_arn,
                number_pool=self._numbers.number_pool,
                logging=self._numbers.logging,
            )
        return Shared(config.environment, self.instance_arn, callees, hours, adopter)

    def _watch_queues(self) -> None:
        for name, keys in self._config.watched.items():
            first = self._config.queues[keys[0]]
            called = first.name if keys == (name,) else f"a queue of the list {name}"
            watched = Construct(self, f"Alarms-{name}")
            self._numbers.bell.ring(
                watched,
                "Exhausted",
                when=alarms.counted("Exhausted", {"Queue": name}),
                reaches=1,
                because=f"Every fitting number of {first.pool} was at its limit for a call of "
                f"{called}: the pool needs more numbers, or fewer calls.",
            )
            self._numbers.bell.ring(
                watched,
                "StoreUnavailable",
                when=alarms.counted("StoreUnavailable", {"Queue": name}),
                reaches=1,
                because=f"The picker did not reach its tables in time for a call of {called}.",
            )
            self._watch_own_numbers(watched, name, keys)

    def _watch_own_numbers(self, watched: Construct, name: str, keys: Sequence[str]) -> None:
        queues = [self._config.queues[key] for key in keys]
        allowed = self._config.pools[queues[0].pool].limits.per_hour
        numbers = len({_own_number(key, queue) for key, queue in zip(keys, queues, strict=True)})
        if keys == (name,):
            who, whose = queues[0].name, "its own number"
        else:
            own = "one number of their own" if numbers == 1 else f"{numbers} numbers of their own"
            who, whose = f"The queues of the list {name}", own
        self._numbers.bell.ring(
            watched,
            "OwnNumberBusy",
            when=alarms.counted("Picks", {"Action": "default", "Queue": name}, period=alarms.HOUR),
            reaches=allowed * numbers + 1,
            because=f"{who} made more calls within an hour with {whose} than the "
            f"{allowed} that a number of {queues[0].pool} may make: the number wears out.",
        )

    def _instance(self) -> str:
        wanted = self._config.instance
        if wanted.arn is not None:
            return wanted.arn
        assert wanted.create is not None  # noqa: S101 - the config holds exactly one of the two
        return connect.CfnInstance(
            self,
            "Sandbox",
            identity_management_type="CONNECT_MANAGED",
            instance_alias=wanted.create.alias,
            attributes=connect.CfnInstance.AttributesProperty(
                inbound_calls=True, outbound_calls=True, contactflow_logs=True, contact_lens=True
            ),
        ).attr_arn


def _own_number(key: str, queue: Queue) -> str:
    """What tells one queue's own number from another's; a queue that keeps its own has one."""
    number = queue.default_number
    return number.arn if number is not None and number.arn is not None else key
