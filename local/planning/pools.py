"""What the deployed NumberPool table says of the config's pools, queues and the queues' numbers.

A config whose table is not there yet has nothing to say; nor has one that nobody may read.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from lambdas.domain.cells import Direction
from lambdas.domain.phone import E164
from lambdas.store.modes import read_modes
from lambdas.store.pool_rows import PoolTable
from lambdas.store.rests import DynamoRests
from lambdas.usecases.rest_number import Status
from local import aws
from local.errors import LocalError

if TYPE_CHECKING:
    import boto3
    from mypy_boto3_dynamodb import DynamoDBClient

    from stacks.config import Config

NO_TABLE = frozenset({"ResourceNotFoundException"})


@dataclass(frozen=True)
class PoolSeen:
    """A pool: how many numbers the pickers are shown, and what each of its queues makes of it."""

    name: str
    numbers: int
    queues: Mapping[str, str]
    """Modes by queue, as they stand."""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class PoolsSeen:
    """All pools of the config. `unread` says why nothing is known."""

    pools: tuple[PoolSeen, ...] = ()
    notes: tuple[str, ...] = ()
    unread: str = ""


def read_pools(session: "boto3.Session", config: "Config", own: Mapping[str, str]) -> PoolsSeen:
    """Look, and change nothing. `own` are the queues' own numbers (E.164) by the queue's key."""
    try:
        table = aws.number_pool_table(session, config)
    except LocalError as error:
        return PoolsSeen(unread=str(error))
    client = session.client("dynamodb")
    try:
        modes = read_modes(client, table)
        pools = tuple(_pool(client, table, config, name, modes) for name in config.pools)
        return PoolsSeen(pools, tuple(_own_numbers(client, table, config, own)))
    except ClientError as error:
        code = error.response["Error"].get("Code")
        why = "it is not there" if code in NO_TABLE else f"{error.operation_name}: {code}"
        return PoolsSeen(unread=f"The table {table} cannot be read: {why}.")


def _pool(
    client: "DynamoDBClient", table: str, config: "Config", name: str, modes: Mapping[str, str]
) -> PoolSeen:
    head = PoolTable(client, table).head(name)
    queues = {
        key: modes.get(key, queue.mode)
        for key, queue in config.queues.items()
        if queue.pool == name
    }
    notes: list[str] = []
    if not head.count:
        uploaded = "every number is removed, resting or withheld" if head.sequence else "no upload"
        does = sorted(
            {
                "block" if config.queues[key].when_exhausted == "block" else "show their own number"
                for key in queues
            }
        )
        notes.append(
            f"The pool {name} has no number to show ({uploaded}): in the modes percent and on, "
            f"calls of {_listed(queues)} {' or '.join(does)}."
            if queues
            else f"The pool {name} has no number ({uploaded}) and no queue."
        )
    elif head.published_sequence < head.sequence:
        notes.append(f"The last upload to {name} is not published yet; look again in a minute.")
    return PoolSeen(name, head.count, queues, tuple(notes))


def _own_numbers(
    client: "DynamoDBClient", table: str, config: "Config", own: Mapping[str, str]
) -> Iterator[str]:
    """What a pool says of the numbers that queues show where none is chosen."""
    rests, pools = DynamoRests(client, table), PoolTable(client, table)
    for number, keys in _by_number(own).items():
        standing = rests.standing(E164(number))
        if standing is None or standing.status is Status.REMOVED:
            continue
        whose = f"{number}, the own number of {_listed(keys)},"
        if standing.status is Status.RESTING:
            yield (
                f"{whose} rests in the pool {standing.pool}, and is shown all the same where no "
                "other is chosen. Give another default_number while it rests."
            )
        row = pools.latest(standing.pool, pools.head(standing.pool), number).get(E164(number))
        if row and row.member and row.member.direction is Direction.INBOUND:
            yield (
                f"{whose} only takes calls, says the pool {standing.pool}: carriers that have your "
                "do-not-originate list refuse calls that show it. Give another default_number."
            )
        queues = [key for key in keys if key in config.queues]
        if any(config.queues[key].pool != standing.pool for key in queues):
            yield f"{whose} is a number of the pool {standing.pool}, which is not the queue's."


def _by_number(own: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, number in own.items():
        if number.startswith("+"):
            found.setdefault(number, []).append(key)
    return found


def _listed(keys: Sequence[str] | Mapping[str, str]) -> str:
    names = sorted(keys)
    more = len(names) - 3
    return ", ".join(names[:3]) + (f" and {more} more" if more > 0 else "")
