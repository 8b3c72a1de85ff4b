"""What a run passed through, block by block."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Step:
    """One block of one run; ``request`` and ``response`` only for Lambda blocks.

    ``branch`` is as in ``document.Branch``. ``note`` says why an error branch was taken.
    """

    identifier: str
    type: str
    branch: str
    milliseconds: float
    note: str = ""
    request: Mapping[str, Any] | None = None
    response: Any = None
    _secrets: tuple[str, ...] = field(default=(), repr=False)

    def printable(self) -> dict[str, Any]:
        """The step as JSON, with the customer's number masked wherever it stands."""
        shown: dict[str, Any] = {
            "identifier": self.identifier,
            "type": self.type,
            "branch": self.branch,
            "milliseconds": round(self.milliseconds, 1),
        }
        if self.note:
            shown["note"] = self.note
        if self.request is not None:
            shown["request"], shown["response"] = self.request, self.response
        return dict(_masked(shown, self._secrets))


def mask(number: str) -> str:
    """A phone number with its middle hidden: ``+1206*****23``."""
    kept = 5 if len(number) > 9 else 2
    return number[:kept] + "*" * max(len(number) - kept - 2, 1) + number[-2:]


def _masked(node: Any, secrets: tuple[str, ...]) -> Any:
    if isinstance(node, Mapping):
        return {key: _masked(value, secrets) for key, value in node.items()}
    if isinstance(node, list | tuple):
        return [_masked(value, secrets) for value in node]
    if isinstance(node, str):
        for secret in secrets:
            node = node.replace(secret, mask(secret))
    return node
