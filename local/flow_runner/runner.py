"""Run a flow's JSON for one contact, block by block, as Connect would."""

import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from local.flow_runner.blocks import EXECUTED, Passage, Surroundings, queue_number
from local.flow_runner.catalogue import FlowType, catalogue
from local.flow_runner.contact import Contact
from local.flow_runner.coverage import Coverage
from local.flow_runner.document import Block, Flow, parse
from local.flow_runner.errors import FlowError
from local.flow_runner.lambda_block import Absent, Invoke
from local.flow_runner.state import Dialled, State
from local.flow_runner.trace import Step
from local.flow_runner.validator import validate

MOST_STEPS = 1000


class Ended(StrEnum):
    """How a run came to its end.

    ``ENDED_UNDIALLED``: a voice whisper ended with the contact alive and nothing dialled, so
    Connect goes on to ring the customer with the queue's number. ``QUEUED``: the caller waits for
    an agent. ``DISCONNECTED``: the flow hung up.
    """

    DIALLED = "dialled"
    STOPPED = "stopped"
    QUEUED = "queued"
    DISCONNECTED = "disconnected"
    ENDED = "ended"
    ENDED_UNDIALLED = "ended_undialled"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to. ``dialled`` is None where nobody was rung.

    ``recording`` and ``logging`` are as the flow set them, None where it did not. ``heard`` is what
    was said to the customer, in order; ``queue`` the ARN of the queue where they wait, or "".
    """

    ended: Ended
    dialled: Dialled | None
    attributes: Mapping[str, str]
    trace: tuple[Step, ...]
    recording: Mapping[str, Any] | None
    logging: bool | None
    heard: tuple[str, ...] = ()
    queue: str = ""

    @property
    def last(self) -> str:
        """The identifier of the last block."""
        return self.trace[-1].identifier


def run(
    content: Mapping[str, Any],
    contact: Contact,
    lambdas: Invoke,
    *,
    flow_type: FlowType = FlowType.OUTBOUND_WHISPER,
    clock: Callable[[], float] = time.monotonic,
    coverage: Coverage | None = None,
    claimed: Container[str] | None = None,
    absent: Absent = Absent.EMPTY,
    troubles: Mapping[str, str] | None = None,
) -> Outcome:
    """Execute the flow and say how it ended, whom it rang and what it passed.

    ``lambdas(arn, event, seconds_left)`` returns a function's reply; what it raises is a failed
    invocation. ``clock`` gives seconds. ``claimed``, where given, holds the numbers that the
    instance may show. ``troubles`` are errors that Connect reports at blocks (identifier → error
    type), whatever the blocks would have done.

    Raises InvalidFlowError where Connect would not take the content, FlowError (with its trace)
    where the run does what Connect would not, or rings a customer by speaking first, and
    CallFailedError where the call could not be placed.
    """
    validate(content, flow_type)
    whisper = flow_type is FlowType.OUTBOUND_WHISPER
    around = Surroundings(whisper, lambdas, clock, claimed, absent, troubles or {})
    return _Run(parse(content), contact, around, coverage).to_the_end()


class _Run:
    def __init__(
        self,
        flow: Flow,
        contact: Contact,
        around: Surroundings,
        coverage: Coverage | None,
    ) -> None:
        self._flow, self._around, self._coverage = flow, around, coverage
        self._state = State(contact, attributes=dict(contact.attributes), tags=dict(contact.tags))
        self._trace: list[Step] = []
        self._began = around.clock()

    def to_the_end(self) -> Outcome:
        try:
            return self._outcome(stopped=self._walk())
        except FlowError as error:
            error.trace = tuple(self._trace)
            raise

    def _walk(self) -> bool:
        identifier: str | None = self._flow.start
        while identifier is not None:
            if self._state.contact.is_stopped(self._around.clock()):
                return True
            identifier = self._pass(self._flow.blocks[identifier])
        return self._state.contact.is_stopped(self._around.clock())

    def _pass(self, block: Block) -> str | None:
        self._check_limits(block)
        execute = EXECUTED.get(block.type)
        if execute is None:
            raise FlowError(f"{block.identifier}: {block.type} is not executed here")
        began = self._around.clock()
        trouble = self._around.troubles.get(block.identifier)
        if trouble is not None:
            passage = Passage(f"error:{trouble}", "Connect reports it")
        else:
            passage = execute(block, self._state, self._around)
        self._remember(block, passage, (self._around.clock() - began) * 1000)
        if self._coverage is not None:
            self._coverage.took(block.identifier, passage.branch)
        return next(way.target for way in block.branches() if way.key == passage.branch)

    def _check_limits(self, block: Block) -> None:
        if len(self._trace) >= MOST_STEPS:
            raise FlowError(f"{block.identifier}: over {MOST_STEPS} blocks; this flow has no end")
        limit = catalogue().limits.whisper_seconds
        passed = self._around.clock() - self._began - self._state.overrun_seconds
        if self._around.whisper and not self._state.dialled and passed > limit:
            raise FlowError(f"{block.identifier}: a whisper may take {limit:g} s")

    def _remember(self, block: Block, passage: Passage, milliseconds: float) -> None:
        customer = self._state.contact.customer
        call = passage.invocation
        self._trace.append(
            Step(
                identifier=block.identifier,
                type=block.type,
                branch=passage.branch,
                milliseconds=milliseconds,
                note=passage.note,
                request=call.event if call else None,
                response=call.reply if call else None,
                _secrets=(customer.address,) if customer and customer.address else (),
            )
        )

    def _outcome(self, *, stopped: bool) -> Outcome:
        state = self._state
        ended = Ended.DIALLED if state.dialled else Ended(state.gone or Ended.ENDED)
        if stopped and not state.dialled:
            ended = Ended.STOPPED
        elif self._around.whisper and not state.dialled and state.contact.channel == "VOICE":
            ended = Ended.ENDED_UNDIALLED
            state.dialled = Dialled(queue_number(state), "connect")
        return Outcome(
            ended=ended,
            dialled=state.dialled,
            attributes=dict(state.attributes),
            trace=tuple(self._trace),
            recording=state.recording,
            logging=state.logging,
            heard=tuple(state.heard),
            queue=state.target_queue if state.gone == Ended.QUEUED else "",
        )
