"""The custom resource of all queues that exist and call for us.

Its physical id never changes with the queues, so that CloudFormation only ever updates it. Each
stack with such queues has one, whose scope is that stack; it knows of no other one's. What a queue
had is kept in the NumberPool table, not in the template: retries and rollbacks find it there.
"""

import hashlib
import json
import traceback
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas import telemetry
from lambdas.adopt_queues import response
from lambdas.adopt_queues.response import Request
from lambdas.connect.pace import OutOfPatience
from lambdas.connect.queues import id_of
from lambdas.domain.adoption import Wanted
from lambdas.domain.whisper import Whisper, WhisperSetting
from lambdas.usecases.adopt_queues import (
    Adopter,
    AdoptionRefused,
    Done,
    NotSet,
    ValuesRefused,
)
from lambdas.wiring import adopting


def handler(event: Mapping[str, Any], context: Any) -> None:
    """Do what CloudFormation asks for and answer it, whatever happens."""
    request = Request.read(event)
    instance = str(request.properties["InstanceArn"])
    scope = str(request.properties.get("Scope", ""))
    failure = ""
    try:
        remaining = context.get_remaining_time_in_millis
        done = _do(request, adopting.adopter(instance, scope, lambda: remaining() / 1000))
        _log(request, done)
    except Exception as problem:  # noqa: BLE001 - a deployment that hears nothing hangs for long
        failure = _words(problem)
        telemetry.record(
            "adoption_failed", level="ERROR", request=request.kind, reason=failure,
            stack=request.answer_to["StackId"], trace=traceback.format_exc(),
        )  # fmt: skip
    physical_id = f"{request.properties['Environment']}/{id_of(instance)}/adopted-queues"
    if scope:
        physical_id += f"/{scope}"
    response.respond(request, physical_id, failure)


def _do(request: Request, adopter: Adopter) -> list[Done]:
    if request.kind == "Delete":
        return adopter.let_go()
    return adopter.adopt(list(_wanted(request.properties)), _digest(request.properties))


def _digest(properties: Mapping[str, Any]) -> str:
    """Stands for what is asked, whatever function is asked."""
    asked = {name: value for name, value in properties.items() if name != "ServiceToken"}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _wanted(properties: Mapping[str, Any]) -> list[Wanted]:
    does = frozenset(properties.get("WhisperDoes") or ())
    return [
        Wanted(
            key=queue["Key"],
            queue=id_of(queue["Queue"]),
            name=queue["CallerIdName"],
            number=id_of(queue.get("Number") or ""),
            flow=id_of(queue["Flow"]),
            whisper=Whisper(
                does,
                {WhisperSetting(name): text for name, text in queue["WhisperSettings"].items()},
            ),
            said=frozenset(queue.get("Said") or ()),
        )
        for queue in properties["Queues"]
    ]


def _log(request: Request, done: list[Done]) -> None:
    telemetry.record(
        "adoption",
        level="INFO",
        request=request.kind,
        stack=request.answer_to["StackId"],
        queues={one.queue: {"outcome": one.outcome, "fields": one.fields} for one in done},
    )


def _words(problem: Exception) -> str:
    if isinstance(problem, AdoptionRefused):
        return f"Nothing was changed. {problem}"
    if isinstance(problem, NotSet | ValuesRefused | OutOfPatience):
        return str(problem)
    if isinstance(problem, ClientError):
        told = problem.response.get("Error", {})
        return f"{problem.operation_name}: {told.get('Code')}: {told.get('Message')}"
    if isinstance(problem, BotoCoreError):
        return str(problem)
    return f"{type(problem).__name__}: see the log of this function"
