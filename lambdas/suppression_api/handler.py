"""Suppressions over HTTP, for the systems of the company: enter, lift, show.

Numbers come in bodies, never in addresses, which proxies and logs keep. Who asks was told apart by
IAM, and stands in the audit beside the name that the body gives. docs/suppression-api.json
describes the requests and the answers.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from lambdas import telemetry, wiring
from lambdas.domain.phone import masked
from lambdas.domain.suppression import Suppression
from lambdas.telemetry import Metric
from lambdas.usecases.suppress import Audit, Done, Lifted, Request, lift, number_of, suppress
from lambdas.wiring import suppressing

Json = dict[str, Any]
Answer = tuple[int, Json]
THROUGH = "api"


class _Refused(ValueError):
    """What was asked cannot be understood; the code and the words for it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.answer: Answer = (400, {"accepted": False, "reason": code, "message": message})


def handler(event: Mapping[str, Any], context: object) -> Json:  # noqa: ARG001
    """Answer a request of API Gateway (payload format 2.0). Raises where the store is away."""
    try:
        status, told = _act(event)(_body(event), _caller(event))
    except _Refused as refused:
        status, told = refused.answer
        telemetry.record("api", Metric("SuppressionsRefused", 1), reason=told["reason"])
    return {
        "statusCode": status,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(told, ensure_ascii=False),
    }


def _suppress(told: Json, caller: str) -> Answer:
    done = suppress(
        _request(told, caller), suppressing.suppressions(), wiring.now(), suppressing.known()
    )
    _log("suppression", done, done.changed)
    answer: Json = {
        "accepted": done.accepted,
        "changed": done.changed,
        "reason": done.reason,
        "message": done.message,
    }
    if done.suppression:
        answer["suppression"] = _shown(done.suppression)
    return (200 if done.accepted else 400), answer


def _lift(told: Json, caller: str) -> Answer:
    request = _request(told, caller)
    why = told.get("why", "")
    done = lift(request, why, suppressing.suppressions(), wiring.now())
    _log("suppression_lifted", done, done.lifted > 0)
    return (200 if done.accepted else 400), {
        "accepted": done.accepted,
        "lifted": done.lifted,
        "reason": done.reason,
        "message": done.message,
    }


def _show(told: Json, caller: str) -> Answer:
    try:
        number = number_of(told.get("number", ""), told.get("country")).e164
    except ValueError as wrong:
        raise _Refused("no_number", str(wrong)) from None
    store = suppressing.suppressions()
    telemetry.record("suppressions_shown", to=masked(number), caller=caller)
    return 200, {
        "accepted": True,
        "suppressions": [_shown(one) for one in store.standing(number)],
        "history": [_past(one) for one in store.history(number)],
    }


_ACTS: Mapping[str, Callable[[Json, str], Answer]] = {
    "POST /suppressions": _suppress,
    "POST /suppressions/lift": _lift,
    "POST /suppressions/show": _show,
}


def _act(event: Mapping[str, Any]) -> Callable[[Json, str], Answer]:
    act = _ACTS.get(str(event.get("routeKey", "")))
    if act is None:
        raise _Refused("no_such_route", f"Known: {', '.join(_ACTS)}.")
    return act


def _body(event: Mapping[str, Any]) -> Json:
    text = event.get("body") or ""
    try:
        if event.get("isBase64Encoded"):
            text = base64.b64decode(text).decode()
        told = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        raise _Refused("not_json", "The body is no JSON.") from None
    if not isinstance(told, dict):
        raise _Refused("not_an_object", "The body must be a JSON object.")
    unknown = sorted(set(told) - _MEMBERS)
    if unknown:
        raise _Refused("unknown_member", f"Unknown: {len(unknown)}. Known: {_KNOWN_MEMBERS}.")
    wrong = sorted(name for name, value in told.items() if not isinstance(value, str))
    if wrong:
        raise _Refused("not_a_text", f"Not a text: {', '.join(wrong)}.")
    return told


_MEMBERS = {*Request._fields, "why"} - {"through"}
_KNOWN_MEMBERS = ", ".join(sorted(_MEMBERS))


def _request(told: Json, caller: str) -> Request:
    """The request, entered by whom the body names and the caller that IAM knows."""
    members = {name: value for name, value in told.items() if name in Request._fields}
    said = " ".join(told.get("by", "").split())
    by = f"{said} ({caller})" if said else caller
    return Request(**{"number": "", "reason": "", **members, "by": by, "through": THROUGH})


def _caller(event: Mapping[str, Any]) -> str:
    """The caller's ARN without account: "assumed-role/crm/session"; "" never reaches a lift."""
    context = event.get("requestContext") or {}
    iam = (context.get("authorizer") or {}).get("iam") or {}
    return str(iam.get("userArn") or "").rpartition(":")[2]


def _shown(one: Suppression) -> Json:
    return {
        "reason": str(one.reason),
        "since": one.since.isoformat(),
        "until": one.until.isoformat() if one.until else None,
        "brand": one.brand,
        "purpose": one.purpose,
        "by": one.by,
        "through": one.through,
        "note": one.note,
        "channel": one.channel,
    }


def _past(one: Audit) -> Json:
    return {
        "act": str(one.act),
        "at": one.at.isoformat(),
        "by": one.by,
        "why": one.why,
        "reason": str(one.suppression.reason) if one.suppression else "",
    }


def _log(event: str, done: Done | Lifted, changed: bool) -> None:
    metrics = [] if done.accepted else [Metric("SuppressionsRefused", 1)]
    if changed and isinstance(done, Done):
        metrics.append(Metric("Suppressions", 1, dimensions=("Way",)))
    telemetry.record(
        event,
        *metrics,
        Way="api",
        to=masked(done.number),
        through=THROUGH,
        reason=done.reason,
        accepted=done.accepted,
        changed=changed,
    )
