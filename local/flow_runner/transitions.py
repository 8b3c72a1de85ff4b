"""Whether a block can be left in every way that its type has, and only so."""

from collections.abc import Iterator, Mapping
from typing import Any

from local.flow_runner.catalogue import ActionType, Leaves, catalogue
from local.flow_runner.references import is_reference

MOST_CONDITIONS = 50


def transition_problems(
    transitions: Mapping[str, Any], kind: ActionType, targets: frozenset[str]
) -> Iterator[str]:
    """Say each transition that is missing, dangling, or not to be there."""
    if unknown := sorted(set(transitions) - {"NextAction", "Errors", "Conditions"}):
        yield f"Transitions must not have {', '.join(unknown)}"
    errors, conditions = transitions.get("Errors") or [], transitions.get("Conditions") or []
    if not _are_objects(errors) or not _are_objects(conditions):
        yield "Errors and Conditions must be lists of objects"
        return
    yield from _of_next(transitions, kind, targets)
    yield from _of_errors(errors, kind, targets)
    yield from _of_conditions(conditions, kind, targets)


def _are_objects(entries: Any) -> bool:
    return isinstance(entries, list) and all(isinstance(entry, dict) for entry in entries)


def _of_next(
    transitions: Mapping[str, Any], kind: ActionType, targets: frozenset[str]
) -> Iterator[str]:
    if "NextAction" in transitions:
        if kind.leaves is Leaves.NOWHERE:
            yield f"{kind.name} ends the flow: it takes no NextAction"
        yield from _of_target("NextAction", transitions, targets)
    elif kind.leaves is Leaves.NEXT:
        yield "NextAction is missing"


def _of_target(where: str, entry: Mapping[str, Any], targets: frozenset[str]) -> Iterator[str]:
    target = entry.get("NextAction")
    if target not in targets:
        yield f"{where} leads to {target!r}, which is no block of this flow"


def _of_errors(
    errors: list[dict[str, Any]], kind: ActionType, targets: frozenset[str]
) -> Iterator[str]:
    types = [str(entry.get("ErrorType")) for entry in errors]
    for missing in sorted(kind.errors - set(types)):
        yield f"the branch for {missing} is missing"
    for surplus in sorted(set(types) - kind.errors - kind.optional_errors):
        yield f"{kind.name} takes no branch for {surplus}"
    for twice in sorted({name for name in types if types.count(name) > 1}):
        yield f"two branches for {twice}"
    for name, entry in zip(types, errors, strict=True):
        yield from _of_target(f"the branch for {name}", entry, targets)


def _of_conditions(
    conditions: list[dict[str, Any]], kind: ActionType, targets: frozenset[str]
) -> Iterator[str]:
    if conditions and not kind.takes_conditions:
        yield f"{kind.name} takes no conditions"
        return
    if len(conditions) > MOST_CONDITIONS:
        yield f"{len(conditions)} conditions; the most is {MOST_CONDITIONS}"
    operands = []
    for entry in conditions:
        yield from _of_target("a condition", entry, targets)
        found = list(_of_condition(entry.get("Condition")))
        yield from found
        if not found:
            operands.append((entry["Condition"]["Operator"], entry["Condition"]["Operands"][0]))
    if len(set(operands)) < len(operands):
        yield "two conditions are the same"
    wanted = {("Equals", value) for value in kind.conditions or ()}
    if kind.conditions is not None and set(operands) != wanted:
        yield f"conditions must be Equals {' and Equals '.join(sorted(kind.conditions))}"
    if kind.leaves is Leaves.CONDITIONS and not conditions:
        yield "a block that branches needs a condition"


def _of_condition(condition: Any) -> Iterator[str]:
    if not isinstance(condition, dict) or set(condition) != {"Operator", "Operands"}:
        yield "a condition has an Operator and Operands"
        return
    operator, operands = condition["Operator"], condition["Operands"]
    if operator not in catalogue().operators:
        yield f"there is no operator {operator!r}"
    if not isinstance(operands, list) or len(operands) != 1 or not isinstance(operands[0], str):
        yield f"Operands must be a list of one text, not {operands!r}"
    elif str(operator).startswith("Number") and not _is_number(operands[0]):
        yield f"{operator} compares with a number, not {operands[0]!r}"


def _is_number(operand: str) -> bool:
    return is_reference(operand) or operand.lstrip("-").replace(".", "", 1).isdigit()
