"""What a deployment of the config would change on an instance, and what it refuses. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from lambdas.domain.adoption import (
    Caller,
    Wanted,
    changes,
    refusals,
    setting_changes,
)
from lambdas.domain.whisper import Whisper, whisper_of
from local.planning.reading import Asked, Live, LiveQueue
from stacks.config import CALLING, Config, DefaultNumber, Queue
from stacks.whisper_content import whisper_content

NEW = "new"
"""Stands for the id of a flow or number that a deployment would make."""


class Step(StrEnum):
    """What a deployment does with a queue."""

    MAKE = "make"
    TAKE_OVER = "take over"
    CHANGE = "change"
    NOTHING = "nothing"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Field:
    """One value of a queue, in words: as it is and as it is wanted."""

    name: str
    live: str
    wanted: str

    @property
    def changes(self) -> bool:
        """Whether a deployment changes it."""
        return self.live != self.wanted


@dataclass(frozen=True)
class QueuePlan:
    """What becomes of one queue of the config."""

    key: str
    name: str
    queue_id: str
    step: Step
    fields: tuple[Field, ...] = ()
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Queues in the config's order, flows that will go, and what concerns the whole instance."""

    instance: str
    queues: tuple[QueuePlan, ...]
    leaving: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def refusals(self) -> int:
        """How many reasons there are not to deploy."""
        return len(self.refused) + sum(len(queue.refused) for queue in self.queues)


def asked(config: Config) -> Asked:
    """What has to be read for the plan."""
    existing = {queue.existing.queue_id for queue in config.queues.values() if queue.existing}
    numbers = {
        _id(queue.default_number.arn)
        for queue in config.queues.values()
        if queue.default_number and queue.default_number.arn
    }
    return Asked(
        existing=frozenset(existing),
        names=frozenset(queue.name for queue in config.queues.values() if not queue.existing),
        numbers=frozenset(numbers),
        our_flows=frozenset(flow_name(config, key) for key in config.queues),
        hours=any(queue.hours_of_operation for queue in config.queues.values()),
    )


def plan(config: Config, live: Live) -> Plan:
    """Live against desired."""
    refused, notes = _records(config, live)
    return Plan(
        instance=config.instance.arn or "",
        queues=tuple(
            _existing(config, key, queue, live)
            if queue.existing
            else _made(config, key, queue, live)
            for key, queue in config.queues.items()
        ),
        leaving=tuple(_leaving(config, live)),
        refused=tuple(refused),
        notes=(*notes, *_stacks_left(config, live)),
    )


def _existing(config: Config, key: str, queue: Queue, live: Live) -> QueuePlan:
    assert queue.existing is not None  # noqa: S101 - the caller looked
    made = queue.existing.queue_id
    if made not in live.queues:
        words = f"The instance has no queue {made}; queues.{key}.existing names none of its own."
        return QueuePlan(key, queue.name, made, Step.REFUSE, refused=(words,))
    now = live.queues[made]
    wanted = Wanted(
        key=key,
        queue=made,
        name=queue.caller_id_name,
        number=_number_id(queue.default_number),
        flow=live.flow_named(flow_name(config, key)) or NEW,
        whisper=_our_whisper(key, queue),
        said=frozenset(queue.model_fields_set),
    )
    present = _present_whisper(now, wanted, live)
    refused = [*refusals(wanted, now.caller, present), *_number_refusals(key, queue, live)]
    refused += _moved(config, key, live)
    if now.caller.flow in live.unread:
        refused.append("Its whisper flow cannot be read, so nobody knows what it does.")
    if now.made_by:
        refused.append(
            f"It was made by the stack of the environment {now.made_by}, which deletes it when it "
            "leaves that config; only a queue that was there before is taken over."
        )
    fields = _fields(wanted, now, present, live, flow_name(config, key))
    differing = changes(now.caller, wanted.caller(now.caller.number))
    if differing and not wanted.number and now.caller.number not in {"", *live.numbers}:
        refused.append(
            f"The queue's number {now.caller.number} is not one of this instance any more. Give "
            f"queues.{key}.default_number."
        )
    taken = now.caller.flow == wanted.flow
    step = Step.CHANGE if taken else Step.TAKE_OVER
    if taken and not differing:
        step = Step.NOTHING
    return QueuePlan(
        key, queue.name, made, Step.REFUSE if refused else step, fields, tuple(refused),
        tuple(_notes(queue, now)),
    )  # fmt: skip


def _made(config: Config, key: str, queue: Queue, live: Live) -> QueuePlan:
    made = next((known for known, name in live.names.items() if name == queue.name), "")
    now = live.queues.get(made)
    refused = [*_number_refusals(key, queue, live), *_moved(config, key, live)]
    if queue.hours_of_operation and queue.hours_of_operation not in live.hours:
        refused.append(f"The instance has no such hours: queues.{key}.hours_of_operation.")
    if now is not None and now.made_by != config.environment:
        refused.append(
            f"The instance has a queue of this name already, {made}. Take it over with "
            f"queues.{key}.existing: {{id: {made}}}, or choose another name."
        )
    flow = flow_name(config, key)
    wanted = Caller(
        queue.caller_id_name, _number_id(queue.default_number), live.flow_named(flow) or NEW
    )
    caller = now.caller if now else Caller()
    if now and wanted.number == NEW and caller.number:
        wanted = wanted._replace(number=caller.number)  # claimed by an earlier deployment
    fields = tuple(_caller_fields(caller, wanted, live, flow))
    step = Step.MAKE
    if now is not None:
        step = Step.CHANGE if any(one.changes for one in fields) else Step.NOTHING
    return QueuePlan(
        key, queue.name, made, Step.REFUSE if refused else step, fields, tuple(refused)
    )


def _present_whisper(now: LiveQueue, wanted: Wanted, live: Live) -> Whisper | None:
    return None if now.caller.flow == wanted.flow else live.whispers.get(now.caller.flow)


def _our_whisper(key: str, queue: Queue) -> Whisper:
    function = "arn:aws:lambda:us-east-1:000000000000:function:ours"
    whisper = whisper_of(whisper_content(key, queue, function, function))
    return whisper._replace(
        does=frozenset(deed for deed in whisper.does if not deed.startswith("InvokeLambda"))
    )


def _fields(
    wanted: Wanted, now: LiveQueue, present: Whisper | None, live: Live, flow: str
) -> tuple[Field, ...]:
    found = [*_caller_fields(now.caller, wanted.caller(now.caller.number), live, flow)]
    settings: Mapping[str, tuple[str, str]] = {}
    if now.caller.flow != wanted.flow:
        settings = setting_changes(wanted, present)
    found += [Field(name, old, new) for name, (old, new) in settings.items()]
    return tuple(found)


def _caller_fields(now: Caller, wanted: Caller, live: Live, flow: str) -> Iterator[Field]:
    def number(made: str) -> str:
        return live.numbers.get(made, "a number to claim" if made == NEW else made)

    def name(made: str) -> str:
        return flow if made == NEW else live.flows.get(made, made)

    yield Field("caller ID name", now.name, wanted.name)
    yield Field("number", number(now.number), number(wanted.number))
    yield Field("whisper flow", name(now.flow), name(wanted.flow))


def _number_refusals(key: str, queue: Queue, live: Live) -> Iterator[str]:
    made = _number_id(queue.default_number)
    if made in live.foreign:
        yield (
            f"The number {made} of queues.{key}.default_number is not one of this instance; give "
            "one that it holds."
        )


def _notes(queue: Queue, now: LiveQueue) -> Iterator[str]:
    if now.name != queue.name:
        yield f"The instance calls it {now.name!r}; the config's name is used in logs and alarms."
    if not now.enabled:
        yield "It is disabled on the instance, and stays so."


def _records(config: Config, live: Live) -> tuple[list[str], list[str]]:
    """An instance writes its contact records to one place; one that it has is kept."""
    streams = live.record_streams
    if not streams:
        return [], []
    records = config.contact_records
    ours = any(f"LocalPresence-{config.environment}" in stream for stream in streams)
    if records is not None and records.create and not ours:
        instead = "bucket (where its files go)" if ":firehose:" in streams[0] else "stream_arn"
        return [
            f"The instance writes its contact records to {streams[0]} already, and can write to "
            f"one place only. Give contact_records.{instead} instead of create."
        ], []
    return [], [f"Contact records go to {streams[0]}, as before."]


def _leaving(config: Config, live: Live) -> Iterator[str]:
    """Keys whose flow is there and who are no longer in the config, or no longer taken over."""
    yield from sorted({key for _, key in _our_flows(config, live)} - set(config.queues))


def _moved(config: Config, key: str, live: Live) -> Iterator[str]:
    """A queue that is in one stack cannot be in another: its name would be there twice."""
    wanted = config.part_of(key)
    for part, known in _our_flows(config, live):
        if known == key and part != wanted:
            yield (
                f"It is in the stack {stack_name(config, part)}, and this config puts it into "
                f"{stack_name(config, wanted)}. A deployed queue stays where it is: leave its file "
                "and the list's name and stacks as they were."
            )


def _stacks_left(config: Config, live: Live) -> Iterator[str]:
    """Stacks of lists that the config has no more: no deployment takes them away."""
    there = {part for part, _ in _our_flows(config, live)}
    known = {part for one in config.lists_of_queues.values() for part in one.parts}
    for part in sorted(there - known - {CALLING}):
        name = stack_name(config, part)
        yield (
            f"{name} is of a list that the config has no more. Before you deploy: aws "
            f"cloudformation delete-stack --stack-name {name}"
        )


def _our_flows(config: Config, live: Live) -> Iterator[tuple[str, str]]:
    """Part and key of each whisper flow of ours, by its name."""
    ours = re.compile(rf"{re.escape(stack_name(config, ''))}({CALLING}|Queues-[^ ]+) ([^ ]+)")
    for name in sorted(live.flows.values()):
        if match := ours.fullmatch(name):
            yield match[1], match[2]


def flow_name(config: Config, key: str) -> str:
    """The name that the stack gives a queue's flow."""
    return f"{stack_name(config, config.part_of(key))} {key}"


def stack_name(config: Config, part: str) -> str:
    """The name of one of the config's stacks, by its last words."""
    return f"LocalPresence-{config.environment}-{part}"


def _number_id(number: DefaultNumber | None) -> str:
    if number is None:
        return ""
    return _id(number.arn) if number.arn else NEW


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
