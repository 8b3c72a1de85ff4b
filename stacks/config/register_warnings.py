"""What national do-not-call registers ask of a configuration."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from lambdas.domain.screening import Register, Screening
from stacks.config.pools import Pool
from stacks.config.queues import Queue

_DATA = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "do_not_call_registers.json"


@cache
def known_registers() -> tuple[Register, ...]:
    """The registers that there are data on."""
    return Screening.from_json(json.loads(_DATA.read_text("utf-8"))).registers


def register_warnings(
    queues: Mapping[str, Queue], pools: Mapping[str, Pool], declared: Sequence[str] | None
) -> Mapping[str, str]:
    """Queues whose calls a register may forbid though nothing is said of it: dotted key → words.

    Where a queue calls is taken from its pool's country; a pool without one may call anywhere, and
    whoever named a register has thought of that.
    """
    if declared == []:
        return {}
    named = declared or ()
    missing: dict[str, None] = {}
    calling: dict[str, None] = {}
    for key, queue in queues.items():
        country = pools[queue.pool].country
        for register in known_registers():
            there = country == register.region or (country is None and not named)
            if there and queue.purpose in register.purposes and register.id not in named:
                missing[register.id] = calling[key] = None
    if not missing:
        return {}
    return {
        "registers": (
            f"Calls of {', '.join(calling)} may have to be screened against {', '.join(missing)}."
            " Name what counts under registers and import its files, or write registers: [] where"
            " lists are screened before they come here."
        )
    }
