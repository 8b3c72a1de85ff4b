"""Histories of queues by chance: deployments, other people's changes, crashes, busy hours.

What each queue must have in the end is kept apart, by whoever wrote last, without the product's
own rules.
"""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.adoption_stage import (
    MOMENTS,
    PROMPT,
    RECORDING,
    Crash,
    Deployment,
    Dying,
    wanted,
    whisper,
)

Json = Any
NAME, NUMBER, FLOW = "OutboundCallerIdName", "OutboundCallerIdNumberId", "OutboundFlowId"
STEPS = ("deploy", "again", "somebody", "crash", "busy", "drop")


@dataclass
class Played:
    """What one history came to: steps by kind, and what was wrong."""

    steps: Counter[str] = field(default_factory=Counter)
    crashes: int = 0
    deployed: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class History:
    """One stack's life on an instance, by a seed."""

    deploy: Deployment
    seed: int
    played: Played = field(default_factory=Played)

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)
        instance = self.deploy.instance
        numbers = [instance.numbers.add(f"+1206555{100 + n:04d}") for n in range(8)]
        self._numbers, self._given = numbers[:4], numbers[4:]
        self._whispers = [
            instance.add_flow(f"{self.seed} whisper {n}", whisper(RECORDING)) for n in range(3)
        ]
        self._rich = instance.add_flow(f"{self.seed} rich", whisper(RECORDING, PROMPT))
        self._others: dict[str, dict[str, str]] = {}
        self._ours: dict[str, str] = {}
        for n in range(self._chance.randint(1, 3)):
            caller = {
                NAME: self._chance.choice(["", "Sales dept", "Example Sales"]),
                NUMBER: self._chance.choice(["", *self._numbers]),
                FLOW: self._chance.choice(["", *self._whispers]),
            }
            queue = instance.add_queue(f"{self.seed} queue {n}", **_set(caller))
            self._others[queue] = caller
            self._ours[queue] = instance.add_flow(f"{self.seed} ours {n}", whisper(RECORDING))
        self._request: list[dict[str, Json]] = []

    def play(self, steps: int) -> Played:
        """Live through so many steps, then let go, and look at each queue."""
        for _ in range(steps):
            step = self._chance.choice(STEPS)
            self.played.steps[step] += 1
            getattr(self, f"_{step}")()
        if self.deploy("Delete")["Status"] != "SUCCESS":
            self.played.wrong.append(f"seed {self.seed}: {self.deploy.answers[-1]['Reason']}")
        self.played.wrong += self._differing()
        return self.played

    def _deploy(self) -> None:
        """A new config: it succeeds and is in force, or is refused and changes nothing."""
        request = self._chosen()
        before = self._callers()
        answer = self.deploy("Update", request)
        if answer["Status"] == "SUCCESS":
            self.played.deployed += 1
            self._request = request
            self._check_in_force()
            return
        self.played.refused += 1
        if self._callers() != before:
            self.played.wrong.append(f"seed {self.seed}: a refused deployment changed something")

    def _again(self) -> None:
        """The same once more. Only what others changed meanwhile is set again."""
        if self.deploy("Update", self._request)["Status"] != "SUCCESS":
            return
        writes = self.deploy.instance.asked.count("UpdateQueueOutboundCallerConfig")
        self.deploy("Update", self._request)
        if self.deploy.instance.asked.count("UpdateQueueOutboundCallerConfig") != writes:
            self.played.wrong.append(f"seed {self.seed}: a second deployment wrote")

    def _somebody(self) -> None:
        """Somebody else changes a value of a queue in the console."""
        queue = self._chance.choice(list(self._ours))
        name, values = self._chance.choice(
            [
                (NAME, ["Winter sale", "Spring sale"]),
                (NUMBER, self._numbers),
                (FLOW, [*self._whispers, self._rich]),
            ]
        )
        self._others[queue][name] = self._chance.choice(values)
        self.deploy.instance.queues[queue].caller[name] = self._others[queue][name]

    def _busy(self) -> None:
        """Others use up the rate just before a deployment."""
        for operation in ("DescribeQueue", "UpdateQueueOutboundCallerConfig"):
            while self.deploy.instance.buckets.take(operation):
                pass
        self._deploy()

    def _drop(self) -> None:
        """The config loses a queue."""
        request = self._request[1:]
        if self.deploy("Update", request)["Status"] == "SUCCESS":
            self._request = request
            self._check_in_force()

    def _crash(self) -> None:
        """The function dies at some call; the deployment is then tried again, or rolled back."""
        request = self._chosen()
        dying = Dying(self._chance.randint(1, 12), self._chance.choice(MOMENTS))
        try:
            with dying.watching():
                self.deploy("Update", request)
        except Crash:
            self.played.crashes += 1
        chosen = request if self._chance.random() < 0.5 else self._request
        rolled_back = chosen is self._request
        if self.deploy("Update", chosen)["Status"] == "SUCCESS":
            self._request = chosen
            self._check_in_force(rolled_back=rolled_back)

    def _chosen(self) -> list[dict[str, Json]]:
        return [
            wanted(
                queue,
                flow,
                Key=f"q{number}",
                CallerIdName=self._chance.choice(["Example Sales", "Example Care"]),
                Number=self._chance.choice(["", *self._given]),
            )
            for number, (queue, flow) in enumerate(self._ours.items())
            if self._chance.random() < 0.7
        ]

    def _callers(self) -> dict[str, Mapping[str, str]]:
        queues = self.deploy.instance.queues
        return {queue: dict(queues[queue].caller) for queue in self._ours}

    def _check_in_force(self, *, rolled_back: bool = False) -> None:
        """A rollback leaves alone what nobody may take over: here, a queue with the rich flow."""
        for one in self._request:
            caller = self.deploy.instance.queues[one["Queue"]].caller
            if rolled_back and caller.get(FLOW) == self._rich:
                continue
            if (caller.get(NAME), caller.get(FLOW)) != (one["CallerIdName"], one["Flow"]):
                self.played.wrong.append(f"seed {self.seed}: {one['Key']} is not as deployed")
            if one["Number"] not in {"", caller.get(NUMBER)}:
                self.played.wrong.append(f"seed {self.seed}: {one['Key']} shows another number")
            if not caller.get(NUMBER):
                self.played.wrong.append(f"seed {self.seed}: {one['Key']} has no number")

    def _differing(self) -> Iterator[str]:
        for queue, caller in self._callers().items():
            if caller != _set(self._others[queue]):
                yield f"seed {self.seed}: {caller} instead of {_set(self._others[queue])}"


def _set(caller: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in caller.items() if value}
