"""What a deployment costs a month while nobody calls, by module, and what picks cost on top."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

from local.assembly import Assembly
from local.dashboard.definition import boards
from local.errors import LocalError

TABLE: Final = Path(__file__).with_name("idle_prices.json")
REQUESTS: Final = Path(__file__).with_name("prices.json")
MILLION: Final = 1_000_000
KILOBYTES_IN_GIGABYTE: Final = 1024 * 1024
OURS: Final = "LocalPresence"

_STACKS: Final[Mapping[str, str]] = {
    "NumberPool": "always",
    "Calling": "calling",
    "Inventory": "inventory",
    "OptingOut": "opting out",
    "Outcomes": "outcomes",
}
_MODULES: Final[Mapping[str, str]] = {
    "ImportNumbers": "number_intake",
    "UploadQueue": "number_intake",
    "ContactLists": "contact_lists",
    "ImportSuppressions": "suppression",
    "SuppressionFiles": "suppression",
    "SuppressCustomer": "suppression",
    "Registry": "registry",
    "Papers": "registry",
    "Dashboard": "dashboard",
    "HandleText": "text_replies",
    "Texts": "text_replies",
    "SuppressionApi": "suppression_api",
    "SuppressionsAccess": "suppression_api",
    "Lake": "outcomes",
    "Judge": "reputation",
    "HeedLabels": "reputation",
    "Labels": "reputation",
    "AskDaily": "reputation",
    "ContactRecords": "contact_records",
    "RecordStream": "contact_records",
}
"""Modules by how the logical ids of their resources begin; the rest is its stack's."""

Json = Any


class Item(NamedTuple):
    """So many resources of one type in a module, and what they cost a month together."""

    module: str
    type: str
    pieces: int
    dollars: float
    words: str


class Picks(NamedTuple):
    """What so many picks cost, by what is paid for, and the series of metrics a month."""

    picks: int
    dynamodb: float
    compute: float
    logs: float
    series: int
    series_dollars: float

    @property
    def total(self) -> float:
        return self.dynamodb + self.compute + self.logs


@cache
def prices() -> Mapping[str, Json]:
    table: Mapping[str, Json] = json.loads(TABLE.read_text(encoding="utf-8"))
    return table


def unpriced(assembly: Assembly) -> set[str]:
    """Types of resources that no price is known of and that are not named free."""
    known = {*prices()["a_month"], *prices()["by_use"], *prices()["free"]}
    return {kind for _, _, kind, _ in _resources(assembly)} - known


def idle(assembly: Assembly) -> list[Item]:
    """What stands still and costs, by module; the dearest first.

    Raises LocalError for a type that the table of prices does not know.
    """
    if strange := unpriced(assembly):
        raise LocalError(f"No price is known of {', '.join(sorted(strange))}: {TABLE}.")
    monthly = prices()["a_month"]
    counted = Counter(
        (module, kind)
        for module, _, kind, properties in _resources(assembly)
        if kind in monthly and not _is_free(kind, properties)
    )
    items = [
        Item(module, kind, count, round(count * monthly[kind]["price"], 2), monthly[kind]["words"])
        for (module, kind), count in counted.items()
    ]
    return sorted(items, key=lambda item: (-item.dollars, item))


def of_picks(assembly: Assembly, picks: int) -> Picks:
    """What picks cost with the picker's memory as deployed; nothing where there is no picker."""
    assumed, table = prices()["picks"], json.loads(REQUESTS.read_text(encoding="utf-8"))
    memory = next(
        (
            properties["MemorySize"] / 1024
            for _, name, kind, properties in _resources(assembly)
            if kind == "AWS::Lambda::Function" and name.startswith("PickCallerId")
        ),
        None,
    )
    if memory is None:
        return Picks(0, 0.0, 0.0, 0.0, 0, 0.0)
    units = (
        assumed["write_units"] * table["dynamodb"]["million_write_request_units"]
        + assumed["read_units"] * table["dynamodb"]["million_read_request_units"]
    ) / MILLION
    compute = (
        table["lambda"]["million_requests"] / MILLION
        + memory * assumed["milliseconds"] / 1000 * table["lambda"]["gigabyte_second"]
    )
    log = assumed["log_kilobytes"] / KILOBYTES_IN_GIGABYTE * assumed["log_gigabyte"]
    series = len(_series(assembly))
    return Picks(
        picks=picks,
        dynamodb=picks * units,
        compute=picks * compute,
        logs=picks * log,
        series=series,
        series_dollars=series * assumed["series_a_month"],
    )


def _module_of(stack: str) -> str:
    """What the resources of a stack are for, unless their names tell it better."""
    if "-Queues-" in stack:
        return "queue_lists"
    return _STACKS.get(stack.rpartition("-")[2], stack)


def _is_free(kind: str, properties: Mapping[str, Json]) -> bool:
    """Lambda reads streams of its own accord; polls of queues are paid for."""
    return kind == "AWS::Lambda::EventSourceMapping" and "StartingPosition" in properties


def _series(assembly: Assembly) -> set[tuple[str, frozenset[tuple[str, str]]]]:
    """Series of ours that dashboards and alarms name: each costs in a month that it is written."""
    drawn = {
        (line.metric, frozenset(line.dimensions.items()))
        for widgets in boards(assembly).values()
        for widget in widgets
        for line in widget.lines
        if line.namespace == OURS
    }
    watched = {
        (
            properties["MetricName"],
            frozenset((one["Name"], one["Value"]) for one in properties.get("Dimensions", [])),
        )
        for _, _, kind, properties in _resources(assembly)
        if kind == "AWS::CloudWatch::Alarm" and properties.get("Namespace") == OURS
    }
    return drawn | watched


def _resources(assembly: Assembly) -> Iterator[tuple[str, str, str, Mapping[str, Json]]]:
    """Module, logical id, type and properties of each resource."""
    for stack in assembly.stacks:
        rest = _module_of(stack.name)
        for name, resource in stack.resources().items():
            module = next(
                (told for begin, told in _MODULES.items() if name.startswith(begin)), rest
            )
            yield module, name, resource["Type"], resource.get("Properties", {})
