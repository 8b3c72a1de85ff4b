"""Calls that take the whisper flow through every branch, with the real functions where they can.

A function is replaced only where the real one does not fail by itself: a crash, a wrong reply, a
stop that Connect never confirms.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from local.cloud import LocalCloud
from local.dialling import Call, Dial, dial
from local.functions import Handler

Json = Any

LENIENT = "outbound-service"  # on_error: default
STRICT = "outbound-sales"  # on_error: block
CUSTOMER = "+12065550187"
NOBODY_LOCAL = "+4687010844"  # a country without a number in either pool
EMERGENCIES = ("911", "+1911", "112", "999", "+44999", "+44112", "000", "+61000")
# A contact holds 32 KB of attributes: with this many, nothing more can be remembered.
FULL = {"notes": "x" * 32_740}


@dataclass(frozen=True)
class Scene:
    """One call, with what fails meanwhile, and how it must end."""

    why: str
    call: Call
    ends: str
    fault: Callable[[LocalCloud], AbstractContextManager[None]] = field(
        default=lambda _cloud: nullcontext()
    )


def play(cloud: LocalCloud, scene: Scene) -> Dial:
    """Dial one scene's call."""
    with scene.fault(cloud):
        return dial(cloud, scene.call)


def scenes() -> list[Scene]:
    """The script. Calls end as `dial`, `default`, `block`, `none` (not a call) or `rung`: blocked,
    but never stopped."""
    ordinary = [
        Scene("a local number", Call(CUSTOMER, LENIENT), "dial"),
        Scene("no number for this country", Call(NOBODY_LOCAL, LENIENT), "default"),
        Scene("the same where the queue blocks", Call(NOBODY_LOCAL, STRICT), "block"),
        Scene("a chat", Call(CUSTOMER, LENIENT, channel="CHAT"), "none"),
        Scene("the picker fails", Call(CUSTOMER, LENIENT), "default", _picker(_crash)),
        Scene("it fails where the queue blocks", Call(CUSTOMER, STRICT), "block", _picker(_crash)),
        Scene("an unknown action", Call(CUSTOMER, LENIENT), "default", _picker(_says("postpone"))),
        Scene("a dial without number", Call(CUSTOMER, LENIENT), "default", _picker(_says("dial"))),
        Scene("stopped at the first try, but Connect is late", Call(NOBODY_LOCAL, STRICT), "rung",
              _stopper(_stops)),
        Scene("stopped at the last try, but Connect is late", Call(NOBODY_LOCAL, STRICT), "rung",
              _stopper(_stops_finally)),
        Scene("the stop is never confirmed", Call(NOBODY_LOCAL, STRICT), "rung",
              _stopper(_never_stops)),
        Scene("the stopper fails", Call(NOBODY_LOCAL, STRICT), "rung", _stopper(_crash)),
    ]  # fmt: skip
    emergencies = [
        Scene(f"the picker fails for {number}", Call(number, STRICT), "default", _picker(_crash))
        for number in EMERGENCIES
    ]
    return [*ordinary, *emergencies, *map(_with_full_attributes, ordinary)]


def _with_full_attributes(scene: Scene) -> Scene:
    return replace(
        scene,
        why=f"{scene.why}, and the contact's attributes are full",
        call=replace(scene.call, attributes=FULL),
    )


def how_it_ended(done: Dial) -> str:
    """The word that `Scene.ends` uses."""
    blocked = done.outcome.ended == "ended_undialled"
    return "rung" if blocked else done.action


def _picker(handler: Handler) -> Callable[[LocalCloud], AbstractContextManager[None]]:
    return lambda cloud: cloud.replacing("pick_caller_id", handler)


def _stopper(handler: Handler) -> Callable[[LocalCloud], AbstractContextManager[None]]:
    return lambda cloud: cloud.replacing("stop_contact", handler)


def _crash(_event: Json, _context: object) -> Json:
    raise RuntimeError("out of order")


def _says(action: str) -> Handler:
    names = ("tier", "reason", "decision_id", "arm", "region", "place", "state", "caller_id")
    return lambda _event, _context: {"action": action, **dict.fromkeys(names, "")}


def _stops(_event: Json, _context: object) -> Mapping[str, str]:
    return {"stopped": "true", "reason": "disconnected"}


def _never_stops(_event: Json, _context: object) -> Mapping[str, str]:
    return {"stopped": "false", "reason": "unconfirmed"}


def _stops_finally(event: Json, context: object) -> Mapping[str, str]:
    final = event["Details"]["Parameters"].get("final") == "true"
    return _stops(event, context) if final else _never_stops(event, context)
