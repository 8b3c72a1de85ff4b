"""Queues that the instance has already: each gets a whisper flow of ours, and one custom resource
sets caller's name, number and flow on all of them, and gives back what they had."""

from collections.abc import Sequence

import aws_cdk as cdk
from constructs import Construct

from stacks.adoption_request import properties, queue_properties
from stacks.config import Queue
from stacks.constructs.acknowledge import acknowledge
from stacks.constructs.connect_queue import number_arn
from stacks.constructs.data_table import DataTable
from stacks.constructs.python_function import Code, Logging, PythonFunction
from stacks.constructs.whisper_flow import Callees, WhisperFlow

TYPE = "Custom::LocalPresenceAdoptedQueues"


class AdoptedQueue(Construct):
    """What is made for a queue that exists; `wanted` is its part of the custom resource."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: str,
        queue: Queue,
        instance_arn: str,
        callees: Callees,
    ) -> None:
        super().__init__(scope, construct_id)
        flow = WhisperFlow(
            self, "Whisper", key=key, queue=queue, instance_arn=instance_arn, callees=callees
        )
        self.whisper = flow.whisper
        self.wanted = queue_properties(
            key,
            queue,
            flow.whisper,
            number_arn=number_arn(self, queue.default_number, instance_arn),
            flow_arn=flow.arn,
        )


class Adopter(PythonFunction):
    """The function that takes queues over and gives them back, for all stacks."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        instance_arn: str,
        number_pool: DataTable,
        logging: Logging,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            code=Code("adopt_queues"),
            logging=logging,
            timeout=cdk.Duration.minutes(15),
            memory_mb=256,
            environment={"NUMBER_POOL_TABLE": number_pool.name},
        )
        # A second attempt of Lambda's own could come after CloudFormation has rolled back.
        self.function.configure_async_invoke(retry_attempts=0)
        self.may_with_table(number_pool, "Query", "PutItem", "DeleteItem")
        self._may_change_queues(instance_arn)

    def _may_change_queues(self, instance_arn: str) -> None:
        """Connect asks for the right to a queue's number and flow too. What a queue had, and which
        queue leaves the config, is not known at synth."""
        stack = cdk.Stack.of(self)
        change = "connect:UpdateQueueOutboundCallerConfig"
        numbers = stack.format_arn(service="connect", resource="phone-number", resource_name="*")
        for read, where, why in (
            ("DescribeQueue", f"{instance_arn}/queue/*",
             "A queue that leaves the config is given back, and the config names it no more."),
            ("DescribeContactFlow", f"{instance_arn}/contact-flow/*",
             "The flow that a queue had before is known when the queue is read."),
            ("DescribePhoneNumber", numbers,
             "The number that a queue had before is known when the queue is read."),
        ):  # fmt: skip
            self.may(f"connect:{read}", change, on=[where])
            acknowledge(self.role, f"AwsSolutions-IAM5[Resource::{where}]", why)
        self.may("connect:ListTrafficDistributionGroups", on=["*"])
        acknowledge(
            self.role,
            "AwsSolutions-IAM5[Resource::*]",
            "IAM knows no resource for the list of traffic distribution groups.",
        )


class AdoptedQueues(Construct):
    """The queues that a stack takes over: one custom resource for all of them, since Connect takes
    two requests a second, from whomever they come."""

    def function(self, *, instance_arn: str, number_pool: DataTable, logging: Logging) -> Adopter:
        """Make the function here, once for all stacks."""
        return Adopter(
            self,
            "AdoptQueues",
            instance_arn=instance_arn,
            number_pool=number_pool,
            logging=logging,
        )

    def take(
        self,
        queues: Sequence[AdoptedQueue],
        *,
        adopter: Adopter,
        environment: str,
        instance_arn: str,
        part: str = "",
    ) -> None:
        """`part` is the last words of the stack's name, "" for the first stack."""
        cdk.CustomResource(
            self,
            "Resource",
            resource_type=TYPE,
            service_token=adopter.function.function_arn,
            service_timeout=cdk.Duration.minutes(16),
            properties=properties(
                environment,
                instance_arn,
                (queue.whisper for queue in queues),
                [queue.wanted for queue in queues],
                part,
            ),
        )
