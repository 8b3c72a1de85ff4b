"""AWS's own DynamoDB engine as a child process on a free port.

It listens on every interface of the machine: it has no option to listen on the loopback address
alone. It holds only what this machine's commands put there, and ends with them.
"""

import atexit
import contextlib
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self

from local import toolchain
from local.errors import LocalError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

HEAP = "768m"
WARM_UP_TABLE = "local-warm-up"
WARM_UP_ROUNDS = 5
START_WITHIN_S = 60.0


class DynamoDBLocalError(LocalError):
    """The engine did not start; the message carries what it said."""


@dataclass(frozen=True)
class _Running:
    process: subprocess.Popen[bytes]
    guard: subprocess.Popen[bytes]
    log: IO[bytes]
    port: int


class DynamoDBLocal:
    """One engine, in memory or in a folder; use as a context manager.

    `start()` returns before the engine answers, so that a caller can do other work meanwhile;
    `wait()` blocks until it does and returns its address.
    """

    def __init__(self, folder: Path | None = None, say: toolchain.Say = toolchain.silent) -> None:
        """Keep the tables in `folder`, or only in memory when it is None."""
        self._folder = folder
        self._say = say
        self._running: _Running | None = None

    def start(self) -> Self:
        """Start the engine without waiting for it."""
        home = toolchain.dynamodb_local(self._say)
        port = _free_port()
        where = ["-inMemory"]
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            where = ["-dbPath", str(self._folder.resolve())]
        log = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop()
        process = subprocess.Popen(
            [
                str(toolchain.java()),
                f"-Xmx{HEAP}",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                f"-Djava.library.path={home / 'DynamoDBLocal_lib'}",
                "-jar",
                str(home / "DynamoDBLocal.jar"),
                "-port",
                str(port),
                *where,
                "-sharedDb",
                "-disableTelemetry",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=self._folder or toolchain.TOOLS,
            start_new_session=True,  # an interrupt at the keyboard must not end it before us
        )
        self._running = _Running(process, _end_with_us(process.pid), log, port)
        atexit.register(self.stop)
        return self

    def wait(self) -> str:
        """The engine's address, once it answers.

        Raises DynamoDBLocalError when it ends or stays silent for a minute.
        """
        running = self._running
        if running is None:
            raise DynamoDBLocalError("DynamoDB Local was not started.")
        address = f"http://127.0.0.1:{running.port}"
        deadline = time.monotonic() + START_WITHIN_S
        while not _answers(address):
            if running.process.poll() is not None or time.monotonic() > deadline:
                running.log.seek(0)
                said = running.log.read().decode(errors="replace")[-2000:]
                self.stop()
                raise DynamoDBLocalError(f"DynamoDB Local did not start:\n{said}")
            time.sleep(0.05)
        return address

    @property
    def pid(self) -> int | None:
        """The engine's process, while it runs."""
        return self._running.process.pid if self._running else None

    def stop(self) -> None:
        """End the engine; does nothing when it has ended."""
        running, self._running = self._running, None
        if running is None:
            return
        atexit.unregister(self.stop)
        running.guard.kill()
        running.guard.wait()
        if running.guard.stdin is not None:
            running.guard.stdin.close()
        running.process.terminate()
        try:
            running.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            running.process.kill()
            running.process.wait()
        running.log.close()

    def __enter__(self) -> str:
        """Start, wait, and give the address."""
        return self.start().wait()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the engine."""
        self.stop()


def warm_up(client: "DynamoDBClient") -> None:
    """Run each kind of request of the call path a few times.

    The engine's first ones take a third of a second each, longer than a handler waits for
    DynamoDB; what DynamoDB itself never does should not make the first call show a default.
    """
    with contextlib.suppress(client.exceptions.ResourceInUseException):  # of an earlier command
        client.create_table(
            TableName=WARM_UP_TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
    key: dict[str, AttributeValueTypeDef] = {"pk": {"S": "warm"}}
    for _ in range(WARM_UP_ROUNDS):
        client.get_item(TableName=WARM_UP_TABLE, Key=key, ConsistentRead=True)
        client.query(
            TableName=WARM_UP_TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": key["pk"]},
            ConsistentRead=True,
        )
        client.batch_get_item(RequestItems={WARM_UP_TABLE: {"Keys": [key]}})
        client.transact_write_items(
            TransactItems=[
                {
                    "Update": {
                        "TableName": WARM_UP_TABLE,
                        "Key": key,
                        "UpdateExpression": "ADD #day :one SET expires_at = :one",
                        "ConditionExpression": "attribute_not_exists(#day) OR #day < :most",
                        "ExpressionAttributeNames": {"#day": "day"},
                        "ExpressionAttributeValues": {
                            ":one": {"N": "1"},
                            ":most": {"N": "1000000000"},
                        },
                    }
                },
                {
                    "ConditionCheck": {
                        "TableName": WARM_UP_TABLE,
                        "Key": {"pk": {"S": "cold"}},
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )


def create_table(client: "DynamoDBClient", name: str, *, stream: bool = False) -> None:
    """A table with the keys that all of ours have: `pk` and `sk`, both text."""
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        if stream
        else {"StreamEnabled": False},
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):  # noqa: S310 - our own loopback address
            return True
    except urllib.error.HTTPError:
        return True  # it refuses an unsigned request, so it is there
    except OSError:
        return False


def _end_with_us(pid: int) -> subprocess.Popen[bytes]:
    """A guard that ends `pid` when this process is gone, however it went: its pipe then closes."""
    return subprocess.Popen(
        ["sh", "-c", f"read _; kill {pid} 2>/dev/null"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
