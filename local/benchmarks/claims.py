"""How the picker's own work grows with the pool."""

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from lambdas.domain.directory import Directory, pack, unpack
from lambdas.pick_caller_id.handler import handler
from lambdas.store.claims import Tables
from lambdas.usecases.pick_caller_id import Picker
from lambdas.wiring import picking
from local import stage
from local.benchmarks import Comparison, benchmark, ratio_at_most
from local.benchmarks.choosing import IN_THE_POOL, destinations
from local.benchmarks.picking import CannedStore
from local.spread_pool import exchanges, pool_of
from local.stage import Stage
from local.toolchain import Say

SMALL, LARGE = 1_000, 100_000
WARM_UP = 200
TIERS = ("answered_before", "city", "nearest", "area_code", "state", "country", "toll_free")


class Fixed:
    """A directory that is in memory already."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def current(self, pool: str) -> Directory:  # noqa: ARG002
        return self._directory


@benchmark("claims/own_cpu_growth")
def own_cpu_growth(say: Say) -> Comparison:
    """Milliseconds of processor time a warm pick at 100 000 numbers beside one at 1 000."""
    say("exchanges of thousands of towns")
    known = exchanges()
    asked = [_event(place, want.destination.e164) for place, want in enumerate(destinations(known))]
    spent: dict[int, list[float]] = {SMALL: [], LARGE: []}
    with tempfile.TemporaryDirectory() as name, _container(Path(name)) as picker:
        pickers = {}
        for size in spent:
            say(f"a pool of {size:,}")
            listings = pool_of(size, known[: int(IN_THE_POOL * len(known))])
            directory = unpack(pack(listings).values(), "bench", picker.rules.prefixes)
            pickers[size] = replace(picker, directories=Fixed(directory))
        say(f"{len(asked):,} picks at each size, in turns")
        for place, event in enumerate(asked):
            for size in spent:
                with _serving(pickers[size]):
                    started = time.thread_time()
                    handler(event, None)
                    seconds = time.thread_time() - started
                if place >= WARM_UP:
                    spent[size].append(seconds * 1000)
    return ratio_at_most(median(spent[LARGE]), median(spent[SMALL]), "ms", 1.2)


@contextmanager
def _container(folder: Path) -> Iterator[Picker]:
    """This process as the picker's container, with a store whose answers cost nothing."""
    settings = stage.settings_of((4, 12, 60), tiers=TIERS)
    tables = Tables("pool", "usage", "customers")
    nowhere = Stage("http://127.0.0.1:1", tables, stage.task_root_in(folder, settings))
    with stage.containers(nowhere.environment):
        picker = picking.picker()
        claims: Any = picker.claims
        canned = replace(claims, client=CannedStore(claims.client))
        yield replace(picker, claims=canned, modes=lambda queue: queue.mode)


@contextmanager
def _serving(picker: Picker) -> Iterator[None]:
    """Let the handler find this picker."""
    real = picking.picker
    picking.picker = lambda: picker
    try:
        yield
    finally:
        picking.picker = real


def _event(number: int, to: str) -> dict[str, Any]:
    return {
        "Details": {
            "ContactData": {
                "Channel": "VOICE",
                "ContactId": str(UUID(int=number)),
                "CustomerEndpoint": {"Address": to, "Type": "TELEPHONE_NUMBER"},
            },
            "Parameters": {"queue": stage.QUEUE},
        },
        "Name": "ContactFlowEvent",
    }
