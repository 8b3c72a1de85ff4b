"""Queues of a living instance: taken over and given back, whatever happens in between."""

import contextlib
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import boto3

from local.adoption_rounds import FLOW, NAME, NUMBER, History
from local.adoption_stage import (
    LAMBDA_MINUTES,
    MOMENTS,
    RECORDING,
    Crash,
    Deployment,
    Dying,
    deployed,
    wanted,
    whisper,
)
from local.dynamodb_local import DynamoDBLocal, create_table
from local.evidence import Finding, evidence
from local.toolchain import Say

HISTORIES, STEPS = 150, 8
QUEUES = 100
"""Amazon Connect's quota of queues for an instance."""


@evidence("adoption/given_back")
def given_back(say: Say) -> Finding:
    """Random lives of queues; each must end with the last values that were not ours."""
    steps: Counter[str] = Counter()
    wrong: list[str] = []
    crashes = taken = refused = 0
    with DynamoDBLocal(say=say) as engine:
        for seed in range(HISTORIES):
            if seed % 25 == 0:
                say(f"history {seed} of {HISTORIES}")
            with _deployed(engine, f"history-{seed}") as deploy:
                played = History(deploy, seed).play(STEPS)
            steps += played.steps
            wrong += played.wrong
            crashes += played.crashes
            taken += played.deployed
            refused += played.refused
    told = ", ".join(f"{name} {count}" for name, count in sorted(steps.items()))
    return Finding(
        len(wrong),
        "0 queues that do not end with the last values that were not ours",
        not wrong and crashes > 0 and refused > 0,
        "\n".join(wrong[:5])
        or f"{HISTORIES} histories of one to three queues by seed; {told}; {taken} deployments "
        f"taken, {refused} refused without a change, {crashes} crashes within a deployment",
    )


@evidence("adoption/killed")
def killed(say: Say) -> Finding:
    """The function dies at each call in turn; the retry, or the rollback, ends right."""
    wrong: list[str] = []
    places = 0
    with DynamoDBLocal(say=say) as engine:
        for kind in ("Create", "Update", "Delete"):
            for moment in MOMENTS:
                for retried in (True, False):
                    say(f"{kind}, {moment}, {'retry' if retried else 'rollback'}")
                    with _deployed(engine, f"{kind}-{moment}-{retried}") as deploy:
                        died = _Killed(deploy)
                        places += died.everywhere(kind, moment, retried=retried)
                        wrong += died.wrong
    return Finding(
        len(wrong),
        "0 former states that are not restored exactly",
        not wrong and places > 0,
        "\n".join(wrong[:5])
        or f"{places} places: each call to Connect and DynamoDB of a create, an update and a "
        "delete, before it is sent and after its answer, then a retry or a rollback",
    )


@evidence("adoption/rate")
def rate(say: Say) -> Finding:
    """As many queues as an instance may have, in one deployment."""
    with DynamoDBLocal(say=say) as engine, _deployed(engine, "rate") as deploy:
        instance = deploy.instance
        number = instance.numbers.add("+12065550100")
        old = instance.add_flow("Old whisper", whisper(RECORDING))
        ours = instance.add_flow("Ours", whisper(RECORDING))
        queues = [
            instance.add_queue(f"Queue {n}", **{NAME: "Sales", NUMBER: number, FLOW: old})
            for n in range(QUEUES)
        ]
        request = [wanted(queue, ours, Key=f"q{n}") for n, queue in enumerate(queues)]
        say(f"{QUEUES} queues")
        answer = deploy("Create", request)
        seconds, requests = deploy.time.monotonic(), len(instance.asked)
        deploy("Update", request)
        again = len(instance.asked) - requests
        refused = instance.buckets.refused
    limit = LAMBDA_MINUTES * 60
    return Finding(
        seconds,
        f"{QUEUES} queues within the function's {limit} s, none of its requests throttled",
        answer["Status"] == "SUCCESS" and seconds < limit and not refused,
        f"seconds of virtual time for {requests} requests at two a second; the same deployment "
        f"again: {again} requests, none of which writes; {refused} throttled",
    )


class _Killed:
    def __init__(self, deploy: Deployment) -> None:
        self._deploy = deploy
        instance = deploy.instance
        self._old = {
            NAME: "Sales dept",
            NUMBER: instance.numbers.add("+12065550100"),
            FLOW: instance.add_flow("Old whisper", whisper(RECORDING)),
        }
        self._queue = instance.add_queue("Sales", **self._old)
        given = instance.numbers.add("+12065550101")
        flows = [instance.add_flow(f"Ours {n}", whisper(RECORDING)) for n in range(2)]
        self._first = [wanted(self._queue, flows[0])]
        self._second = [wanted(self._queue, flows[1], CallerIdName="Example", Number=given)]
        self.wrong: list[str] = []

    def everywhere(self, kind: str, moment: str, *, retried: bool) -> int:
        """Die at the first call, at the second, and so on; how often it died."""
        call = 1
        while self._dies(kind, Dying(call, moment)):
            request = self._request(kind)
            if retried:
                self._expect(self._deploy(kind, request)["Status"] == "SUCCESS", "retry failed")
                if kind != "Delete":
                    self._expect(self._caller()[FLOW] == request[0]["Flow"], "not in force")
            elif kind == "Update":
                self._expect(self._deploy(kind, self._first)["Status"] == "SUCCESS", "rollback")
                self._expect(self._caller()[FLOW] == self._first[0]["Flow"], "not rolled back")
            self._deploy("Delete")
            self._expect(self._caller() == self._old, f"{kind}, call {call}: {self._caller()}")
            call += 1
        return call - 1

    def _dies(self, kind: str, dying: Dying) -> bool:
        self._deploy("Delete")
        self._deploy.instance.queues[self._queue].caller = dict(self._old)
        if kind != "Create":
            self._deploy("Create", self._first)
        try:
            with dying.watching():
                self._deploy(kind, self._request(kind))
        except Crash:
            return True
        return False

    def _request(self, kind: str) -> list[dict[str, object]]:
        return {"Create": self._first, "Update": self._second}.get(kind, [])

    def _caller(self) -> dict[str, str]:
        return dict(self._deploy.instance.queues[self._queue].caller)

    def _expect(self, holds: bool, words: str) -> None:
        if not holds:
            self.wrong.append(words)


@contextmanager
def _deployed(engine: str, table: str) -> Iterator[Deployment]:
    """A deployment on a new table, its log kept from the terminal."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    create_table(session.client("dynamodb", endpoint_url=engine), table)
    with deployed(engine, table) as deploy, contextlib.redirect_stdout(io.StringIO()):
        yield deploy
