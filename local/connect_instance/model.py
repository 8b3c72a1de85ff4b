"""Requests and answers of Connect's API by botocore's model: routes, shapes and limits."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qs, unquote

import botocore.session
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator

Json = Any


class Refused(Exception):
    """An error of the API: its code, its message, and further members of its shape."""

    def __init__(self, code: str, message: str, **members: Json) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.members = {"Message": message, **members}


@dataclass(frozen=True)
class Asked:
    """A request that the model understands: an operation and its parameters."""

    operation: OperationModel
    parameters: Mapping[str, Json]

    @property
    def name(self) -> str:
        """The operation's name, such as DescribeQueue."""
        return str(self.operation.name)


@cache
def service() -> ServiceModel:
    """botocore's model of Amazon Connect."""
    return botocore.session.get_session().get_service_model("connect")


def read(method: str, target: str, body: Json) -> Asked:
    """The request of an HTTP message. Raises Refused for one that the model does not allow."""
    path, _, query = target.partition("?")
    operation, match = _route(method, path)
    found = {name: unquote(value) for name, value in match.groupdict().items()}
    parameters = dict(_parameters(operation, found, parse_qs(query), body or {}))
    problems = [*_problems(operation.input_shape, parameters)]
    if problems:
        raise Refused("InvalidParameterException", "; ".join(problems))
    return Asked(operation, parameters)


def check_answer(asked: Asked, answer: Mapping[str, Json]) -> None:
    """Raise AssertionError for an answer that botocore's model does not know."""
    shape = asked.operation.output_shape
    if shape is None:
        assert not answer, f"{asked.name} answers nothing"  # noqa: S101 - what this is for
        return
    report = ParamValidator().validate(answer, shape)
    assert not report.has_errors(), f"{asked.name}: {report.generate_report()}"  # noqa: S101


def status_of(asked: Asked, refused: Refused) -> int:
    """The HTTP status of an error; AssertionError for one that the operation does not have."""
    known = {shape.name: shape for shape in asked.operation.error_shapes}
    shared = {"AccessDeniedException": 403, "ThrottlingException": 429}
    if refused.code not in known:
        assert refused.code in shared, f"{asked.name} has no {refused.code}"  # noqa: S101
        return shared[refused.code]
    return int(known[refused.code].metadata["error"]["httpStatusCode"])


def _route(method: str, path: str) -> tuple[OperationModel, re.Match[str]]:
    for pattern, operation in _routes().get(method, []):
        if match := pattern.fullmatch(path):
            return operation, match
    raise Refused("UnknownOperationException", f"{method} {path}")


@cache
def _routes() -> dict[str, list[tuple[re.Pattern[str], OperationModel]]]:
    """By method, the most literal paths first."""
    found: dict[str, list[tuple[str, OperationModel]]] = {}
    for name in service().operation_names:
        operation = service().operation_model(name)
        path = operation.http["requestUri"].partition("?")[0]
        found.setdefault(operation.http["method"], []).append((path, operation))
    return {
        method: [
            (re.compile(re.sub(r"\{(\w+)\+?\}", r"(?P<\1>[^/]+)", path)), operation)
            for path, operation in sorted(routes, key=lambda route: route[0].count("{"))
        ]
        for method, routes in found.items()
    }


def _parameters(
    operation: OperationModel,
    path: Mapping[str, str],
    query: Mapping[str, list[str]],
    body: Mapping[str, Json],
) -> Iterator[tuple[str, Json]]:
    known = set()
    members = operation.input_shape.members if operation.input_shape else {}
    for name, shape in members.items():
        place = shape.serialization.get("location")
        written = shape.serialization.get("name", name)
        known.add(written)
        if place == "uri" and written in path:
            yield name, path[written]
        elif place == "querystring" and written in query:
            values = query[written]
            texts = shape.type_name == "list"
            yield name, values if texts else _typed(shape.type_name, values[-1])
        elif place is None and written in body:
            yield name, body[written]
    for surplus in set(body) - known:
        yield surplus, body[surplus]  # for the validator to refuse


def _typed(kind: str, text: str) -> Json:
    if kind in {"integer", "long"}:
        return int(text) if text.lstrip("-").isdigit() else text
    return text == "true" if kind == "boolean" else text


def _problems(shape: Any, parameters: Mapping[str, Json]) -> Iterator[str]:
    report = ParamValidator().validate(parameters, shape)
    if report.has_errors():
        yield report.generate_report()
    else:
        yield from _beyond(shape, parameters, "")


def _beyond(shape: Any, value: Json, name: str) -> Iterator[str]:
    """What the service checks and its clients leave to it: upper limits, patterns, enumerations."""
    kind, limits = shape.type_name, shape.metadata
    if kind == "structure":
        for member, inner in value.items():
            yield from _beyond(shape.members[member], inner, f"{name}.{member}".lstrip("."))
    elif kind == "list":
        for number, inner in enumerate(value):
            yield from _beyond(shape.member, inner, f"{name}[{number}]")
    size = len(value) if kind in {"string", "list", "map"} else value
    if kind in {"string", "list", "map", "integer", "long"} and size > limits.get("max", size):
        yield f"{name} is over {limits['max']}"
    if kind == "string":
        yield from _of_text(name, value, limits)


def _of_text(name: str, value: str, limits: Mapping[str, Json]) -> Iterator[str]:
    if limits.get("enum") and value not in limits["enum"]:
        yield f"{name} is none of {', '.join(limits['enum'])}"
    # The model writes some patterns with their backslashes doubled.
    pattern = limits.get("pattern", "").replace("\\\\", "\\")
    if pattern and not re.match(pattern, value):
        yield f"{name} does not fit {pattern}"
