"""Suppresses a customer: for an agent's guide, a flow, or whoever may invoke it.

A flow tells it in parameters, all of them texts; a caller of the API as members of the event.
"""

from collections.abc import Mapping
from typing import Any

from lambdas import telemetry, wiring
from lambdas.connect import flow_event
from lambdas.domain.phone import masked
from lambdas.telemetry import Metric
from lambdas.usecases.suppress import Done, Lifted, Request, lift, suppress
from lambdas.wiring import suppressing

WAYS = ("agent", "disposition", "sms", "key_press", "file", "api", "command_line")


def handler(event: Mapping[str, Any], context: object) -> dict[str, str]:  # noqa: ARG001
    """Reply ``{"accepted": "true" | "false", "changed": …, "reason": …, "message": …}``.

    Raises where the store does not answer: whoever asked must know that nothing is kept. Only a
    direct invocation can lift, with the member `lift` (true, or the reason to lift) and `why`.
    """
    asked = dict(event) if isinstance(event, Mapping) else {}
    if "Details" in asked:
        return _suppress(_from_flow(asked))
    request = _request(asked, through="api")
    return _lift(request, asked) if asked.get("lift") else _suppress(request)


def _from_flow(event: dict[str, Any]) -> Request:
    asked = flow_event.parse(event)
    told = dict(asked.parameters)
    told["number"] = told.get("number") or asked.customer_address or ""
    told["by"] = told.get("by") or told.get("agent") or ""
    return _request(told, through="agent")


def _request(told: Mapping[str, Any], through: str) -> Request:
    texts = {name: _text(told.get(name)) for name in Request._fields}
    texts["through"] = texts["through"] or through
    return Request(**texts)


def _suppress(request: Request) -> dict[str, str]:
    done = suppress(request, suppressing.suppressions(), wiring.now(), suppressing.known())
    _tell("suppression", request, done, done.changed, kept=done.changed)
    return _reply(done, done.changed)


def _lift(request: Request, asked: Mapping[str, Any]) -> dict[str, str]:
    what = asked["lift"]
    if unread := _no_text(asked):
        told = f"Not a text: {', '.join(unread)}. Nothing was lifted."
        return _reply(Lifted(False, 0, "not_a_text", told), False)
    reason = "" if what is True or _text(what).casefold() in ("true", "all") else _text(what)
    done = lift(
        request._replace(reason=reason or request.reason),
        _text(asked.get("why")),
        suppressing.suppressions(),
        wiring.now(),
    )
    _tell("suppression_lifted", request, done, done.lifted > 0)
    return _reply(done, done.lifted > 0)


def _no_text(asked: Mapping[str, Any]) -> list[str]:
    """Members that nobody can read. To lift all where only a part was meant would be worse."""
    unread = [
        name
        for name in (*Request._fields, "why")
        if asked.get(name) is not None and not isinstance(asked[name], str)
    ]
    what = asked["lift"]
    return unread if what is True or isinstance(what, str) else [*unread, "lift"]


def _tell(
    event: str, request: Request, done: Done | Lifted, changed: bool, *, kept: bool = False
) -> None:
    metrics = [] if done.accepted else [Metric("SuppressionsRefused", 1)]
    if kept:
        metrics.append(Metric("Suppressions", 1, dimensions=("Way",)))
    telemetry.record(
        event,
        *metrics,
        Way="agent",
        to=masked(done.number),
        through=request.through if request.through in WAYS else "other",
        reason=done.reason,
        accepted=done.accepted,
        changed=changed,
    )


def _reply(done: Done | Lifted, changed: bool) -> dict[str, str]:
    return {
        "accepted": _word(done.accepted),
        "changed": _word(changed),
        "reason": done.reason,
        "message": done.message,
    }


def _word(yes: bool) -> str:
    return "true" if yes else "false"


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
