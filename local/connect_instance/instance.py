"""What one instance holds, and how its API changes it."""

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from local.connect_instance import listing
from local.connect_instance.buckets import Buckets
from local.connect_instance.contacts import Contacts
from local.connect_instance.model import Asked, Refused
from local.connect_instance.numbers import Numbers
from local.connect_instance.surroundings import Surroundings
from local.connect_instance.things import Answer, Json, Parameters, found
from local.flow_runner.catalogue import FlowType
from local.flow_runner.validator import problems

RESERVED_IN_SIP = frozenset(";/?:@&=+$,")
MOST_QUEUES, MOST_FLOWS = 100, 100


@dataclass
class Queue:
    """A standard queue; `caller` is its OutboundCallerConfig."""

    id: str
    name: str
    hours: str
    caller: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class Flow:
    """A flow that was saved, and perhaps published."""

    id: str
    name: str
    kind: str
    content: str
    published: bool = True
    tags: dict[str, str] = field(default_factory=dict)


@dataclass
class ConnectInstance:
    """An instance, its account's numbers, and its throttling. `asked` lists every request.

    `check_content`, `checks_drafts` and `clears_what_is_left_out` are what documentation leaves
    open; the harsher reading is the usual one where anything rests on it.
    """

    arn: str = (
        "arn:aws:connect:us-east-1:111122223333:instance/11111111-2222-3333-4444-555555555555"
    )
    buckets: Buckets = field(default_factory=Buckets)
    page_size: int = 1_000
    queues: dict[str, Queue] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    groups: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    before: Callable[[Asked], None] = lambda _asked: None
    check_content: Callable[[str, FlowType], None] = lambda content, kind: check_content(
        content, kind
    )
    checks_drafts: bool = False
    clears_what_is_left_out: bool = True
    numbers: Numbers = field(init=False)
    around: Surroundings = field(init=False)
    contacts: Contacts = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = Numbers(self.arn, self.groups)
        self.around = Surroundings(self.arn, self.groups)
        self.contacts = Contacts(self.arn)

    @property
    def id(self) -> str:
        """The instance's id, without the rest of its ARN."""
        return self.arn.rpartition("/")[2]

    def answer(self, asked: Asked) -> dict[str, Json]:
        """Answer one request. Raises Refused as the service would."""
        self.asked.append(asked.name)
        answer = self._operation(asked.name)
        if answer is None:
            # Seen at once where a caller begins to use more of Connect than is played here.
            raise NotImplementedError(f"{asked.name} is not part of this fake")
        if not self.buckets.take(asked.name):
            raise Refused("ThrottlingException", "Rate exceeded")
        self.before(asked)
        instance = asked.parameters.get("InstanceId", self.id)
        if instance not in {self.id, self.arn}:
            raise Refused("ResourceNotFoundException", f"there is no instance {instance}")
        return answer(asked.parameters)

    def _operation(self, name: str) -> Answer | None:
        if name in _OPERATIONS:
            return lambda asked: _OPERATIONS[name](self, asked)
        return (
            self.numbers.operation(name)
            or self.around.operation(name)
            or self.contacts.operation(name)
        )

    def arn_of(self, kind: str, name: str) -> str:
        """The ARN of something of this instance."""
        return f"{self.arn}/{kind}/{name}"

    def add_queue(self, name: str, **caller: str) -> str:
        """A queue that exists already; its id."""
        hours = next(iter(self.around.hours))
        made = Queue(str(uuid.uuid4()), name, hours, dict(caller))
        self.queues[made.id] = made
        return made.id

    def add_flow(self, name: str, content: str, tags: Mapping[str, str] | None = None) -> str:
        """A published outbound whisper that exists already; its id. It must be a valid one."""
        self.check_content(content, FlowType.OUTBOUND_WHISPER)
        made = Flow(str(uuid.uuid4()), name, "OUTBOUND_WHISPER", content, tags=dict(tags or {}))
        self.flows[made.id] = made
        return made.id

    def _queue(self, parameters: Parameters) -> Queue:
        return found(self.queues, parameters["QueueId"], "queue")

    def _flow(self, parameters: Parameters) -> Flow:
        return found(self.flows, parameters["ContactFlowId"].rpartition("/")[2], "flow")

    def _page(self, member: str, items: Sequence[Json], asked: Parameters) -> dict[str, Json]:
        return listing.page(member, items, asked, self.page_size)

    def _list_queues(self, asked: Parameters) -> dict[str, Json]:
        queues = self.queues.values() if "STANDARD" in asked.get("QueueTypes", ["STANDARD"]) else ()
        items = [
            {
                "Id": queue.id,
                "Arn": self.arn_of("queue", queue.id),
                "Name": queue.name,
                "QueueType": "STANDARD",
            }
            for queue in queues
        ]
        return self._page("QueueSummaryList", items, asked)

    def _describe_queue(self, asked: Parameters) -> dict[str, Json]:
        queue = self._queue(asked)
        told: dict[str, Json] = {
            "Name": queue.name,
            "QueueId": queue.id,
            "QueueArn": self.arn_of("queue", queue.id),
            "HoursOfOperationId": queue.hours,
            "Status": "ENABLED",
            "Tags": queue.tags,
        }
        if queue.caller:
            told["OutboundCallerConfig"] = queue.caller
        return {"Queue": told}

    def _create_queue(self, asked: Parameters) -> dict[str, Json]:
        if any(queue.name == asked["Name"] for queue in self.queues.values()):
            raise Refused("DuplicateResourceException", f"a queue is called {asked['Name']}")
        if len(self.queues) >= MOST_QUEUES:
            raise Refused("LimitExceededException", f"{MOST_QUEUES} queues")
        found(self.around.hours, asked["HoursOfOperationId"], "hours of operation")
        caller = self._caller(asked.get("OutboundCallerConfig", {}))
        made = self.add_queue(asked["Name"], **caller)
        self.queues[made].tags = dict(asked.get("Tags", {}))
        return {"QueueId": made, "QueueArn": self.arn_of("queue", made)}

    def _update_caller(self, asked: Parameters) -> dict[str, Json]:
        """All three at once: what is left out is cleared, unless the fake is told otherwise."""
        queue = self._queue(asked)
        before = {} if self.clears_what_is_left_out else queue.caller
        queue.caller = before | self._caller(asked["OutboundCallerConfig"])
        return {}

    def _caller(self, config: Mapping[str, str]) -> dict[str, str]:
        if reserved := RESERVED_IN_SIP & set(config.get("OutboundCallerIdName", "")):
            raise Refused("InvalidParameterException", f"{sorted(reserved)} in the caller's name")
        number = config.get("OutboundCallerIdNumberId")
        if number is not None and not self.numbers.may_be_shown(number):
            raise Refused("ResourceNotFoundException", f"{number} is no number of this instance")
        flow = config.get("OutboundFlowId")
        if flow is not None:
            named = self._flow({"ContactFlowId": flow})
            if named.kind != "OUTBOUND_WHISPER" or not named.published:
                raise Refused("InvalidParameterException", f"{flow} is no published whisper")
        return {name: value.rpartition("/")[2] for name, value in config.items()}

    def _list_flows(self, asked: Parameters) -> dict[str, Json]:
        kinds = asked.get("ContactFlowTypes")
        items = [
            {
                "Id": flow.id,
                "Arn": self.arn_of("contact-flow", flow.id),
                "Name": flow.name,
                "ContactFlowType": flow.kind,
                "ContactFlowState": "ACTIVE",
                "ContactFlowStatus": "PUBLISHED" if flow.published else "SAVED",
            }
            for flow in self.flows.values()
            if not kinds or flow.kind in kinds
        ]
        return self._page("ContactFlowSummaryList", items, asked)

    def _describe_flow(self, asked: Parameters) -> dict[str, Json]:
        flow = self._flow(asked)
        if not flow.published:
            raise Refused("ContactFlowNotPublishedException", f"{flow.id} was never published")
        return {
            "ContactFlow": {
                "Id": flow.id,
                "Arn": self.arn_of("contact-flow", flow.id),
                "Name": flow.name,
                "Type": flow.kind,
                "State": "ACTIVE",
                "Status": "PUBLISHED",
                "Content": flow.content,
                "Tags": flow.tags,
            }
        }

    def _create_flow(self, asked: Parameters) -> dict[str, Json]:
        if any(flow.name == asked["Name"] for flow in self.flows.values()):
            raise Refused("DuplicateResourceException", f"a flow is called {asked['Name']}")
        if len(self.flows) >= MOST_FLOWS:
            raise Refused("LimitExceededException", f"{MOST_FLOWS} flows")
        published = asked.get("Status", "PUBLISHED") == "PUBLISHED"
        if published or self.checks_drafts:
            self.check_content(asked["Content"], FlowType(asked["Type"]))
        made = Flow(
            str(uuid.uuid4()), asked["Name"], asked["Type"], asked["Content"], published,
            dict(asked.get("Tags", {})),
        )  # fmt: skip
        self.flows[made.id] = made
        arn = self.arn_of("contact-flow", made.id)
        return {"ContactFlowId": made.id, "ContactFlowArn": arn}

    def _update_flow(self, asked: Parameters) -> dict[str, Json]:
        flow = self._flow(asked)
        self.check_content(asked["Content"], FlowType(flow.kind))
        flow.content, flow.published = asked["Content"], True
        return {}

    def _delete_flow(self, asked: Parameters) -> dict[str, Json]:
        del self.flows[self._flow(asked).id]
        return {}


def check_content(content: str, kind: FlowType) -> None:
    """Raise Refused for what a flow of the kind may not hold."""
    if told := [{"message": str(problem)} for problem in problems(content, kind)]:
        raise Refused("InvalidContactFlowException", json.dumps(told), problems=told)


Operation = Callable[[ConnectInstance, Parameters], dict[str, Json]]

_OPERATIONS: Mapping[str, Operation] = {
    "CreateContactFlow": ConnectInstance._create_flow,
    "CreateQueue": ConnectInstance._create_queue,
    "DeleteContactFlow": ConnectInstance._delete_flow,
    "DescribeContactFlow": ConnectInstance._describe_flow,
    "DescribeQueue": ConnectInstance._describe_queue,
    "ListContactFlows": ConnectInstance._list_flows,
    "ListQueues": ConnectInstance._list_queues,
    "UpdateContactFlowContent": ConnectInstance._update_flow,
    "UpdateQueueOutboundCallerConfig": ConnectInstance._update_caller,
}
