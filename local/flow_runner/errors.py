"""What Connect would refuse, or what must never happen in a flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from local.flow_runner.trace import Step


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a flow's content; ``identifier`` is empty where it concerns the whole flow."""

    identifier: str
    message: str

    def __str__(self) -> str:
        return f"{self.identifier}: {self.message}" if self.identifier else self.message


class InvalidFlowError(ValueError):
    """The content would be refused, as CreateContactFlow's InvalidContactFlowException would."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class FlowError(RuntimeError):
    """A running flow did what Connect would not, or what ours must not. Has the steps so far."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.trace: tuple[Step, ...] = ()


class PromptBeforeDialError(FlowError):
    """Something was to be spoken before the dial: Connect would have rung the customer for it."""


class CallFailedError(FlowError):
    """Connect could not have placed this call: the agent hears nothing, the contact is over."""
