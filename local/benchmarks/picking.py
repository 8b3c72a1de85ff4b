"""What a pick costs: the handler beside the same two bare requests, and without its store."""

import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import botocore.session

from lambdas import wiring
from lambdas.domain.ledger import Claim
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Caps
from lambdas.pick_caller_id.handler import handler
from lambdas.store.claims import DynamoClaims
from lambdas.usecases.picking import Spend
from lambdas.wiring import picking
from local.benchmarks import Comparison, at_most, benchmark, ratio_at_most
from local.cloud import LocalCloud
from local.importing import import_file
from local.large_pool import write_large_pool
from local.toolchain import ROOT, Say

CONFIG = ROOT / "config" / "example.yaml"
NUMBERS = 1_000
PICKS = 1_500
WARM_UP = 100
ROUNDS = 5


@contextmanager
def container(say: Say) -> Iterator[LocalCloud]:
    """The local cloud with a pool published, and the process dressed as the picker's container."""
    with LocalCloud.start(CONFIG, None, say) as cloud, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pool.csv"
        write_large_pool(path, NUMBERS, 7)
        import_file(cloud, path, cloud.pool_of(cloud.queue()))
        picker = cloud.function_of("pick_caller_id")
        with picker.dressed():
            cloud.begin_invocation(picker)
            yield cloud


def event(index: int) -> dict[str, Any]:
    area = (206, 212, 303, 415, 512, 617, 702, 808)[index % 8]
    return {
        "Details": {
            "ContactData": {
                "Channel": "VOICE",
                "ContactId": f"4a573372-1f28-4e26-b97b-{index:012d}",
                "CustomerEndpoint": {
                    "Address": f"+1{area}{234 + index // 10_000}{index % 10_000:04d}",
                    "Type": "TELEPHONE_NUMBER",
                },
            },
            "Parameters": {"queue": "outbound-service"},
        },
        "Name": "ContactFlowEvent",
    }


def _at(now: datetime) -> datetime:
    return now


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


@benchmark("path/warm_handler")
def warm_handler(say: Say) -> Comparison:
    """Milliseconds of a whole warm pick beside its two requests alone, on one engine, in turns."""
    ours: list[float] = []
    bare: list[float] = []
    with container(say) as cloud, redirect_stdout(io.StringIO()):
        requests = _requests(picking.picker().claims)
        for index in range(PICKS):
            if index % 300 == 0:
                say(f"{index} of {PICKS} picks")
            # Ten minutes apart: near its limits a pool costs more, and that is not this figure.
            wiring.use_clock(partial(_at, cloud.clock.now() + index * timedelta(minutes=10)))
            asked = event(index)
            mine = timed(partial(handler, asked, None))
            other = timed(partial(requests, index))
            if index >= WARM_UP:
                ours.append(mine)
                bare.append(other)
    return ratio_at_most(median(ours), median(bare), "ms", 1.25)


def _requests(claims: Any) -> Callable[[int], None]:
    """The two requests as the picker sends them, for customers and numbers of its own kind."""
    store: DynamoClaims = claims
    client: Any = botocore.session.get_session().create_client("dynamodb")

    def ask(index: int) -> None:
        client.query(
            TableName=store.tables.customers,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"CUSTOMER#bare-{index}"}},
            ConsistentRead=True,
        )
        client.transact_write_items(TransactItems=body(index))

    body = _body(store)
    return ask


def _body(store: DynamoClaims) -> Callable[[int], list[Any]]:
    """Makes a transaction like the picker's; the status that it checks is made here, once."""
    number = E164("+12065550199")
    store.client.put_item(
        TableName=store.tables.number_pool,
        Item={
            "pk": {"S": f"NUMBER#{number}"},
            "sk": {"S": "STATUS"},
            "pool": {"S": "bare"},
            "status": {"S": "ACTIVE"},
        },
    )
    sent: list[Any] = []
    now = wiring.now()
    claim = Claim("contact", number, now, Action.DIAL, "area_code", "local_number")
    seen = store.read(E164("+12065550198"))

    def keep(params: Any, **_: Any) -> None:
        sent.append(json.loads(params["body"])["TransactItems"])

    events = store.client.meta.events
    events.register("before-call.dynamodb.TransactWriteItems", keep)
    refusal = store.commit(seen, claim, Spend(number, "bare", Caps(10_000, 10_000, 10_000)))
    events.unregister("before-call.dynamodb.TransactWriteItems", keep)
    if refusal is not None:
        raise RuntimeError(f"the bare transaction was refused: {refusal}")
    (template,) = sent

    def body(index: int) -> list[Any]:
        items: list[Any] = json.loads(json.dumps(template))
        items[0]["Put"]["Item"]["pk"]["S"] = f"CUSTOMER#bare-{index}"
        items[1]["Update"]["Key"]["pk"]["S"] = f"NUMBER#bare-{index % NUMBERS}"
        return items

    return body


class CannedStore:
    """A DynamoDB client whose answers cost nothing: what is left is the picker's own work."""

    def __init__(self, real: Any) -> None:
        self._real = real
        self.meta = real.meta

    def query(self, **_: Any) -> dict[str, Any]:
        return {"Items": []}

    def transact_write_items(self, **_: Any) -> dict[str, Any]:
        return {}

    def batch_get_item(self, **asked: Any) -> Any:
        return self._real.batch_get_item(**asked)


@benchmark("path/own_cpu_median", "path/own_cpu_p99")
def own_cpu(say: Say) -> list[Comparison]:
    """Milliseconds of processor time that a warm pick takes with the AWS calls taken out."""
    spent: list[float] = []
    with container(say), redirect_stdout(io.StringIO()):
        claims: Any = picking.picker().claims
        object.__setattr__(claims, "client", CannedStore(claims.client))
        for index in range(4 * PICKS):
            asked = event(index)
            started = time.thread_time()
            handler(asked, None)
            if index >= WARM_UP:
                spent.append((time.thread_time() - started) * 1000)
    return [at_most(median(spent), "ms", 1.0), at_most(quantiles(spent, n=100)[98], "ms", 3.0)]


COLD = """
import sys, json, os
os.environ.update(json.loads(sys.argv[1]))
import lambdas.pick_caller_id  # as Lambda does, ahead of the handler
from lambdas.wiring import picking
picking.picker()
picking.secrets()
import lambdas.pick_caller_id.handler
"""
BOTO3 = "import boto3; boto3.client('dynamodb', region_name='us-east-1')"


@benchmark("path/cold_start")
def cold_start(say: Say) -> Comparison:
    """Milliseconds of a new process that wires the picker, beside boto3 and one client."""
    with LocalCloud.start(CONFIG, None, say) as cloud:
        code = cloud.function_of("pick_caller_id").code
    variables = {
        "LAMBDA_TASK_ROOT": str(code),
        "NUMBER_POOL_TABLE": "a",
        "USAGE_TABLE": "b",
        "CUSTOMERS_TABLE": "c",
        "CUSTOMER_KEY_SECRET_ARN": "d",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    ours: list[float] = []
    other: list[float] = []
    for round_ in range(ROUNDS + 1):
        say(f"process {round_ + 1} of {ROUNDS + 1}")
        mine = timed(lambda: _process(code, "-c", COLD, json.dumps(variables)))
        theirs = timed(lambda: _process(code, "-c", BOTO3))
        if round_:
            ours.append(mine)
            other.append(theirs)
    return ratio_at_most(median(ours), median(other), "ms", 1.1)


def _process(folder: Path, *arguments: str) -> None:
    subprocess.run([sys.executable, "-B", *arguments], cwd=folder, check=True, capture_output=True)
