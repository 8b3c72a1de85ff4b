"""The inventory's own function between a fake instance and a pool on DynamoDB Local.

Time passes only when somebody waits, so that an hour at two requests a second takes a moment.
"""

import json
import os
import random
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lambdas import wiring
from lambdas.connect.pace import Pace
from lambdas.domain.phone import E164
from lambdas.inventory.handler import handler
from lambdas.store.publishing import DynamoPublishing
from lambdas.usecases.picking import Contact
from lambdas.usecases.publish_directory import publish_directory
from lambdas.wiring import inventory, picking
from local import stage
from local.connect_instance import Buckets, ConnectInstance, VirtualTime, serving
from local.machine import environment
from local.stage import BEGINS, POOL, QUEUE, Stage

Json = Any
MINUTES = 15
BEGINS_AT = BEGINS + timedelta(hours=12)
MOMENTS = ("before-call", "after-call")


class Crash(BaseException):
    """The function's container is gone in the middle of its work."""


@dataclass
class Dying:
    """Ends the function at its nth request to AWS: before it is sent, or once it was answered."""

    at: int
    moment: str

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count the requests of the function's clients until the end."""
        clients: tuple[Any, ...] = (inventory.connect(), inventory.dynamodb())
        events = [
            (client, f"{self.moment}.{client.meta.service_model.service_name}")
            for client in clients
        ]
        for client, event in events:
            client.meta.events.register(event, self._count)
        try:
            yield
        finally:
            for client, event in events:
                client.meta.events.unregister(event, self._count)

    def _count(self, **_: Any) -> None:
        self.at -= 1
        if self.at == 0:
            raise Crash


@dataclass
class _Context:
    time: VirtualTime
    aws_request_id: str
    began: float

    def get_remaining_time_in_millis(self) -> int:
        return int((MINUTES * 60 + self.began - self.time.monotonic()) * 1000)


@dataclass
class Scene:
    """A staged pool, the instance that should hold its numbers, and the time."""

    staged: Stage
    instance: ConnectInstance
    time: VirtualTime
    log: list[Json] = field(default_factory=list)

    def now(self) -> datetime:
        """The clock of the function."""
        return BEGINS_AT + timedelta(seconds=self.time.monotonic())

    def run(self, request: str = "", dies: Dying | None = None) -> dict[str, Any] | None:
        """One invocation of the handler; None where it died. `request` names a retried one."""
        wiring.reset()  # another container
        context = _Context(self.time, request or str(uuid.uuid4()), self.time.monotonic())
        try:
            with dies.watching() if dies else nullcontext():
                return handler({"detail-type": "Scheduled Event", "detail": {}}, context)
        except Crash:
            return None

    def numbers(self) -> dict[str, str]:
        """What the instance holds, by number: the id."""
        return {number.e164: number.id for number in self.instance.numbers.held.values()}

    def release(self, numbers: Sequence[str]) -> None:
        """Give numbers up, as somebody does in the console."""
        ids = self.numbers()
        for number in numbers:
            del self.instance.numbers.held[ids[number]]

    def claim(self, numbers: Sequence[str], target: str = "") -> None:
        """Get numbers for the instance, or for another target."""
        for number in numbers:
            self.instance.numbers.add(number, target)

    def withheld(self) -> set[str]:
        """Numbers of the pool that no claim takes."""
        return set(inventory.stock().withholding("").withheld(POOL))

    def publish(self) -> None:
        """What the stream's function does a moment after a change."""
        store = DynamoPublishing(self.staged.client(), self.staged.tables.number_pool)
        publish_directory(POOL, store, self.now())

    def picked(self, calls: int, seed: int, fresh: bool = False) -> set[str]:
        """Numbers that the real picker shows to so many customers; a fresh one has the newest
        directory, any other the one that it loaded first."""
        if fresh:
            wiring.reset()
        picker, queue = picking.picker(), wiring.settings().queues[QUEUE]
        rng = random.Random(seed)
        shown = set()
        for _ in range(calls):
            area = rng.choice(stage.AREAS)
            to = f"+1{area}{rng.randrange(700, 900)}{rng.randrange(10_000):04}"
            call = Contact(str(uuid.uuid4()), "VOICE", to, "TELEPHONE_NUMBER", queue)
            shown.add(str(picker.pick(call, self.now(), lambda: 100.0).caller_id))
        return shown - {""}


def settings() -> dict[str, Json]:
    """One queue and one pool with limits that a test does not reach."""
    return stage.settings_of((10_000, 10_000, 10_000), days=0, attempts=0)


@contextmanager
def set_up(staged: Stage, numbers: Sequence[str], page: int = 1_000) -> Iterator[Scene]:
    """The function with its environment; the instance holds the numbers."""
    time = VirtualTime()
    instance = ConnectInstance(buckets=Buckets(time.monotonic))
    scene = Scene(staged, instance, time)
    scene.claim(numbers)
    own = instance.numbers.held[next(iter(instance.numbers.held))]

    def pace(remaining: Callable[[], float]) -> Pace:
        return Pace(
            remaining=remaining, monotonic=time.monotonic, sleep=time.sleep, jitter=lambda: 0.5
        )

    with serving(instance) as address:
        variables = _environment(staged, address, instance, instance.numbers.arn_of(own))
        with environment(variables), stage.containers(variables):
            wiring.use_clock(scene.now)
            inventory.use_pace(pace, page)
            try:
                yield scene
            finally:
                inventory.use_pace(None)


def _environment(
    staged: Stage, connect: str, instance: ConnectInstance, own: str
) -> Mapping[str, str]:
    return {
        **staged.environment,
        "AWS_ENDPOINT_URL_CONNECT": connect,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
        "TARGET_ARNS": json.dumps([instance.arn, *instance.groups]),
        "QUEUE_NUMBERS": json.dumps({QUEUE: own}),
    }


def numbers_of(count: int) -> list[E164]:
    """Numbers of fiction, 100 for each area code."""
    return [E164(number) for number in stage.numbers_of(count)]
