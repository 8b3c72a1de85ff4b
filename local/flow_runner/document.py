"""A flow's JSON as objects: blocks, and the branches by which the flow leaves them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local.flow_runner.catalogue import Leaves, catalogue


@dataclass(frozen=True, slots=True)
class Branch:
    """One way out of a block.

    ``key`` is ``next``, ``end``, ``error:NoMatchingError`` or ``condition:Equals dial``;
    ``target`` is the identifier of the block that follows, None at the end.
    """

    key: str
    target: str | None


@dataclass(frozen=True, slots=True)
class Condition:
    operator: str
    operand: str
    branch: Branch


@dataclass(frozen=True, slots=True)
class Block:
    identifier: str
    type: str
    parameters: Mapping[str, Any]
    next: Branch | None
    errors: Mapping[str, Branch]
    conditions: tuple[Condition, ...]

    @property
    def _asks_for_a_key(self) -> bool:
        return self.type == "GetParticipantInput" and self.parameters.get("StoreInput") != "True"

    def branches(self) -> Iterator[Branch]:
        """Every way in which a run can leave this block.

        The NextAction of a block that leaves by its conditions, or sends the contact away, is a
        mirror for the designer: no run takes it.
        """
        known = catalogue().actions.get(self.type)
        leaves = known.leaves if known else Leaves.EITHER
        if leaves is Leaves.NOWHERE:
            yield Branch("end", None)
            return
        if leaves is Leaves.AWAY:
            yield Branch("end", None)
        elif self.next and not self._asks_for_a_key and leaves is not Leaves.CONDITIONS:
            yield self.next
        yield from self.errors.values()
        yield from (condition.branch for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Flow:
    start: str
    blocks: Mapping[str, Block]


def parse(content: Mapping[str, Any]) -> Flow:
    """Read content that the validator has passed; KeyError or TypeError for any other."""
    blocks = [_block(action) for action in content["Actions"]]
    return Flow(content["StartAction"], {block.identifier: block for block in blocks})


def _block(action: Mapping[str, Any]) -> Block:
    transitions = action.get("Transitions") or {}
    following = transitions.get("NextAction")
    errors = {
        error["ErrorType"]: Branch(f"error:{error['ErrorType']}", error["NextAction"])
        for error in transitions.get("Errors") or []
    }
    return Block(
        identifier=action["Identifier"],
        type=action["Type"],
        parameters=action.get("Parameters") or {},
        next=Branch("next", following) if following else None,
        errors=errors,
        conditions=tuple(map(_condition, transitions.get("Conditions") or [])),
    )


def _condition(entry: Mapping[str, Any]) -> Condition:
    operator, operand = entry["Condition"]["Operator"], entry["Condition"]["Operands"][0]
    branch = Branch(f"condition:{operator} {operand}", entry["NextAction"])
    return Condition(operator, operand, branch)
