"""Whether a block's parameters have the shapes that the catalogue gives them."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.flow_runner.references import E164, is_known, is_reference

_Check = Callable[[str, Any, Mapping[str, Any]], Iterator[str]]

_LAMBDA_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?")


def problems_of(
    where: str, members: Mapping[str, Any], shapes: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    """Say, in words, each member that is missing, unknown or of the wrong shape."""
    for name in sorted(set(members) - set(shapes)):
        yield f"{where}{name} is not a parameter of this block"
    for name, shape in shapes.items():
        if name in members:
            yield from _CHECKS[shape["kind"]](f"{where}{name}", members[name], shape)
        elif shape.get("required"):
            yield f"{where}{name} is missing"


def _any(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:  # noqa: ARG001
    yield from ()


def _text(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:  # noqa: ARG001
    if not isinstance(value, str) or not value:
        yield f"{where} must be a text, not {value!r}"
    elif is_reference(value):
        yield from _known(where, value)


def _enum(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if value in shape["values"] or (shape.get("dynamic") and is_reference(value)):
        return
    yield f"{where} must be one of {', '.join(shape['values'])}, not {value!r}"


def _integer(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if shape.get("dynamic") and is_reference(value):
        return
    low, high = shape["min"], shape["max"]
    whole = isinstance(value, int) and not isinstance(value, bool)
    digits = isinstance(value, str) and value.isascii() and value.isdigit()
    if not (whole or digits) or not low <= int(value) <= high:
        yield f"{where} must be a whole number from {low} to {high}, not {value!r}"


def _reference(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:  # noqa: ARG001
    if not is_reference(value):
        yield f"{where} must be exactly one reference such as $.External.name, not {value!r}"
    else:
        yield from _known(where, value)


def _caller_id(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str) and E164.fullmatch(value):
        return
    if not is_reference(value):
        yield f"{where} must be one E.164 number or exactly one reference, not {value!r}"
    else:
        yield from _reference(where, value, shape)


def _lambda_arn(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if isinstance(value, str) and _LAMBDA_ARN.fullmatch(value):
        return
    if not is_reference(value):
        yield f"{where} must be the ARN of a Lambda function or one reference, not {value!r}"
    else:
        yield from _reference(where, value, shape)


def _list(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, list) or any(item not in shape["values"] for item in value):
        yield f"{where} must be a list chosen from {', '.join(shape['values'])}, not {value!r}"


def _map(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:  # noqa: ARG001
    if not isinstance(value, dict):
        yield f"{where} must be an object of texts, not {value!r}"
        return
    for name, text in value.items():
        if not isinstance(text, str):
            yield f"{where}.{name} must be a text, not {text!r}"
        elif is_reference(text):
            yield from _known(f"{where}.{name}", text)


def _object(where: str, value: Any, shape: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} must be an object, not {value!r}"
    else:
        yield from problems_of(f"{where}.", value, shape["members"])


def _known(where: str, reference: str) -> Iterator[str]:
    if not is_known(reference):
        yield f"{where}: {reference} is in no namespace that Connect has"


_CHECKS: Mapping[str, _Check] = {
    "any": _any,
    "text": _text,
    "enum": _enum,
    "integer": _integer,
    "reference": _reference,
    "caller_id": _caller_id,
    "lambda_arn": _lambda_arn,
    "list": _list,
    "map": _map,
    "object": _object,
}
