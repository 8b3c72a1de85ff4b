"""Turns an assembly's templates into running stand-ins, resource by resource."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local import stand_ins
from local.assembly import Assembly, StackTemplate
from local.errors import LocalError
from local.intrinsics import Physical, Resolver
from local.resources import Factory

Json = Any

# An ARN does not say its number, and nothing here can ask Connect for it.
UNKNOWN_NUMBER = "+12065550199"
ADOPTED = "Custom::LocalPresenceAdoptedQueues"


@dataclass(frozen=True)
class Queue:
    """One Connect queue of the template, with the flow that runs before it dials."""

    key: str
    name: str
    arn: str
    default_number: str
    flow_arn: str


@dataclass
class Loaded:
    """What is kept of the templates besides what was made.

    Queues by key, flows (name, content) by ARN, the ARNs of return calls' flows by key, and the
    statements of each role's policies by the role's name.
    """

    queues: dict[str, Queue] = field(default_factory=dict)
    statements: dict[str, list[Json]] = field(default_factory=dict)
    flows: dict[str, tuple[str, Mapping[str, Json]]] = field(default_factory=dict)
    return_calls: dict[str, str] = field(default_factory=dict)
    instance_arn: str = ""


class Loader:
    """Loads stacks in deployment order; later ones may import what earlier ones export."""

    def __init__(self, assembly: Assembly, factory: Factory) -> None:
        self._assembly = assembly
        self._factory = factory
        self._exports: dict[str, str] = {}
        self.loaded = Loaded()

    def load(self) -> Loaded:
        """Create everything. Raises LocalError for what cannot be resolved or is unknown here."""
        for stack in self._assembly.stacks:
            _Stack(stack, self._factory, self._exports, self.loaded).load()
        return self.loaded


class _Stack:
    def __init__(
        self, stack: StackTemplate, factory: Factory, exports: dict[str, str], loaded: Loaded
    ) -> None:
        self._stack = stack
        self._factory = factory
        self._exports = exports
        self._loaded = loaded
        self._done: dict[str, Physical] = {}
        self._making: list[str] = []
        self._resolver = Resolver(
            stack.name, stack.template, _pseudo(factory), self._find, self._import
        )

    def load(self) -> None:
        for logical_id, resource in self._stack.resources().items():
            if self._resolver.is_wanted(resource):
                self._find(logical_id)
        for resource in self._stack.resources().values():
            if resource["Type"] == "AWS::IAM::Policy":
                self._keep_policy(self._resolver.resolve(resource["Properties"]))
        for output in self._stack.template.get("Outputs", {}).values():
            if "Export" in output and self._resolver.is_wanted(output):
                name = self._resolver.resolve(output["Export"]["Name"])
                self._exports[name] = self._resolver.resolve(output["Value"])

    def _import(self, name: str) -> str:
        if name not in self._exports:
            raise LocalError(f"Stack {self._stack.name}: no stack before it exports {name}.")
        return self._exports[name]

    def _find(self, logical_id: str) -> Physical:
        if logical_id in self._done:
            return self._done[logical_id]
        if logical_id in self._making:
            circle = " → ".join([*self._making, logical_id])
            raise LocalError(f"Stack {self._stack.name}: resources refer in a circle: {circle}.")
        self._making.append(logical_id)
        physical = self._make(logical_id, self._stack.resources()[logical_id])
        self._making.pop()
        self._done[logical_id] = physical
        return physical

    def _make(self, logical_id: str, resource: Mapping[str, Json]) -> Physical:
        kind = resource["Type"]
        if self._factory.makes(kind):
            properties = self._resolver.resolve(resource.get("Properties", {}))
            return self._factory.make(kind, logical_id, properties)
        physical = stand_ins.make(
            kind, self._stack.name, logical_id, self._factory.region, self._factory.account
        )
        if physical is None:
            raise LocalError(
                f"Stack {self._stack.name}: {logical_id} is of type {kind}, which the local cloud"
                " does not know. Add it to local/resources.py (if handlers call it) or to"
                " local/stand_ins.py (if only its name matters)."
            )
        if kind == "AWS::Connect::ContactFlow":
            self._keep_flow(physical, self._resolver.resolve(resource["Properties"]))
            key = resource.get("Metadata", {}).get("LocalPresence", {}).get("return_call")
            if key:
                self._loaded.return_calls[key] = physical.ref
        if kind == "AWS::Connect::Queue":
            self._keep_queue(logical_id, physical, resource)
        if kind == ADOPTED:
            self._keep_adopted(self._resolver.resolve(resource["Properties"]))
        return physical

    def _keep_flow(self, physical: Physical, properties: Mapping[str, Json]) -> None:
        content = json.loads(properties["Content"])
        self._loaded.flows[physical.ref] = (properties["Name"], content)
        self._loaded.instance_arn = properties["InstanceArn"]

    def _keep_policy(self, properties: Mapping[str, Json]) -> None:
        for role in properties.get("Roles", []):
            statements = properties["PolicyDocument"]["Statement"]
            self._loaded.statements.setdefault(role, []).extend(statements)

    def _keep_queue(
        self, logical_id: str, physical: Physical, resource: Mapping[str, Json]
    ) -> None:
        mark = resource.get("Metadata", {}).get("LocalPresence", {})
        properties = self._resolver.resolve(resource["Properties"])
        caller = properties.get("OutboundCallerConfig", {})
        key = mark.get("queue")
        if not key:
            raise LocalError(f"Queue {logical_id} has no Metadata LocalPresence.queue (its key).")
        self._loaded.queues[key] = Queue(
            key=key,
            name=properties["Name"],
            arn=physical.ref,
            default_number=self._number_of(caller.get("OutboundCallerIdNumberArn", "")),
            flow_arn=caller.get("OutboundFlowArn", ""),
        )

    def _keep_adopted(self, properties: Mapping[str, Json]) -> None:
        """Queues that exist on the instance: here they are there already, taken over."""
        for queue in properties["Queues"]:
            self._loaded.queues[queue["Key"]] = Queue(
                key=queue["Key"],
                name=queue["Name"],
                arn=f"{properties['InstanceArn']}/queue/{queue['Queue']}",
                default_number=self._number_of(queue["Number"] or "its own"),
                flow_arn=queue["Flow"],
            )

    def _number_of(self, arn: str) -> str:
        """The number behind an ARN: a claimed one has a made-up number, any other is unknown."""
        for physical in self._done.values():
            if physical.ref == arn and "Address" in physical.attributes:
                return physical.attributes["Address"]
        return UNKNOWN_NUMBER if arn else ""


def _pseudo(factory: Factory) -> dict[str, str]:
    return {
        "AWS::AccountId": factory.account,
        "AWS::NotificationARNs": "",
        "AWS::Partition": "aws",
        "AWS::Region": factory.region,
        "AWS::StackId": "local",
        "AWS::URLSuffix": "amazonaws.com",
    }
