"""Flows of a few lines, to see one block at a time."""

from typing import Any

from local.flow_runner import Contact, Outcome, run
from tests.flows.samples import PICKED, PICKER, contact

VOICE = "UpdateContactTextToSpeechVoice"


def action(
    identifier: str, kind: str, following: str | None = "end", **given: Any
) -> dict[str, Any]:
    errors = given.pop("errors", {})
    conditions = given.pop("conditions", [])
    transitions: dict[str, Any] = {} if following is None else {"NextAction": following}
    if errors:
        transitions["Errors"] = [
            {"ErrorType": name, "NextAction": target} for name, target in errors.items()
        ]
    if conditions:
        transitions["Conditions"] = [
            {"NextAction": target, "Condition": {"Operator": operator, "Operands": [operand]}}
            for operator, operand, target in conditions
        ]
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": given,
        "Transitions": transitions,
    }


END = action("end", "EndFlowExecution", None)
DIAL = action("dial", "CompleteOutboundCall")


def flow(*actions: dict[str, Any]) -> dict[str, Any]:
    return {
        "Version": "2019-10-30",
        "StartAction": actions[0]["Identifier"],
        "Actions": [*actions, END],
    }


def played(*actions: dict[str, Any], who: Contact | None = None, **given: Any) -> Outcome:
    lambdas = given.pop("lambdas", lambda arn, event, left: {"caller_id": PICKED})
    return run(flow(*actions), who or contact(), lambdas, **given)


def asking(**given: Any) -> dict[str, Any]:
    given = {
        "LambdaFunctionARN": PICKER,
        "InvocationTimeLimitSeconds": "3",
        "errors": {"NoMatchingError": "failed"},
    } | given
    return action("ask", "InvokeLambdaFunction", "keep", **given)


KEEP = action("keep", "UpdateContactAttributes", "dial", Attributes={"got": "$.External.caller_id"},
              errors={"NoMatchingError": "dial"})  # fmt: skip
FAILED = action("failed", "UpdateContactAttributes", "dial", Attributes={"got": "error"},
                errors={"NoMatchingError": "dial"})  # fmt: skip


def got(outcome: Outcome) -> str:
    return outcome.attributes["got"]
