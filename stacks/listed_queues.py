"""The queues of a list, one for each agent or brand name, spread over stacks of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from constructs import Construct, IConstruct

from stacks.config import CALLING, Config
from stacks.constructs.adopted_queues import AdoptedQueue, AdoptedQueues, Adopter
from stacks.constructs.connect_queue import ConnectQueue
from stacks.constructs.whisper_flow import Callees


@dataclass(frozen=True)
class Shared:
    """What all queues have in common. `hours_arn` are hours that never close, "" where every queue
    has its own; `adopter` takes queues over, where there are any to take."""

    environment: str
    instance_arn: str
    callees: Callees
    hours_arn: str
    adopter: Adopter | None


class ListedQueuesStack(cdk.Stack):
    """Some of the queues of a list. Their alarms are with those of the other queues."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        part: str,
        keys: Sequence[str],
        shared: Shared,
        env: cdk.Environment,
    ) -> None:
        super().__init__(
            scope,
            construct_id,
            env=env,
            description="Local presence: outbound queues of a list",
        )
        add_queues(self, config, keys, shared, part)
        if not keys:
            # CloudFormation takes no template without a resource; the queues that were in it go.
            cdk.CfnWaitConditionHandle(self, "Empty")


def add_listed_queues(app: Construct, config: Config, shared: Shared, env: cdk.Environment) -> None:
    """The stacks of every list."""
    for listed in config.lists_of_queues.values():
        for part in listed.parts:
            ListedQueuesStack(
                app,
                f"LocalPresence-{config.environment}-{part}",
                config=config,
                part=part,
                keys=[key for key in listed.keys if listed.part_of(key) == part],
                shared=shared,
                env=env,
            )


def add_queues(
    scope: Construct, config: Config, keys: Sequence[str], shared: Shared, part: str = CALLING
) -> None:
    """Make these queues in a stack, and take over those that exist."""
    adopted: list[AdoptedQueue] = []
    for key in keys:
        queue = config.queues[key]
        if queue.existing is not None:
            adopted.append(
                AdoptedQueue(
                    scope,
                    f"Queue-{key}",
                    key=key,
                    queue=queue,
                    instance_arn=shared.instance_arn,
                    callees=shared.callees,
                )
            )
            continue
        ConnectQueue(
            scope,
            f"Queue-{key}",
            key=key,
            queue=queue,
            instance_arn=shared.instance_arn,
            hours_arn=queue.hours_of_operation or shared.hours_arn,
            callees=shared.callees,
        )
    if adopted and shared.adopter is not None:
        _adopting(scope).take(
            adopted,
            adopter=shared.adopter,
            environment=shared.environment,
            instance_arn=shared.instance_arn,
            part="" if part == CALLING else part,
        )


def _adopting(scope: Construct) -> AdoptedQueues:
    """The first stack has one already, which holds the function."""
    there: IConstruct | None = scope.node.try_find_child("AdoptedQueues")
    return there if isinstance(there, AdoptedQueues) else AdoptedQueues(scope, "AdoptedQueues")
