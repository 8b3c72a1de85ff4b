"""Ten thousand picks at once while their customers are suppressed: who was still rung, and when.

Picks run through the real handler, suppressions through the real use case, in the same processes
and on the same tables. Two witnesses judge them. The clock: times of the machine's one monotonic
clock, from the return of the write and from the sending of a commit. The order of versions: the
table's stream tells every state of a ledger in the order in which it came into being.
"""

import random
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import botocore.session

from lambdas import wiring
from lambdas.domain.ledger import Claim
from lambdas.domain.settings import Action
from lambdas.domain.suppression_words import REASONS
from lambdas.pick_caller_id.handler import handler
from lambdas.store import keys
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.suppress import Request, suppress
from lambdas.wiring import picking
from local import stage
from local.crowd import Crowd, work
from local.dynamodb_local import DynamoDBLocal
from local.evidence import Finding, evidence
from local.evidence.claims_limits import PATIENT
from local.stage import Stage
from local.toolchain import Say

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

TASK = "local.evidence.suppression:task"
PICKS_EACH = 10
PIECES_EACH = PICKS_EACH + 1
TOGETHER = 12
"""Customers whose calls are mixed with one another: a few, so that calls to one of them meet."""
OUT_OF_TIME = "out_of_time"
"""Where others claimed for the same customer again and again, and the pick gave up and blocked."""
PLENTY = (1_000_000, 1_000_000, 1_000_000)
NUMBERS = 400


@dataclass(frozen=True)
class Race:
    """Ten picks for each customer and one suppression in their midst."""

    customers: int
    crowd: Crowd

    @property
    def picks(self) -> int:
        return self.customers * PICKS_EACH


class Picked(NamedTuple):
    """One answer of the picker. `sent` is when its last commit was sent, in nanoseconds of the
    machine's monotonic clock; 0 where it sent none."""

    customer: int
    contact: str
    action: str
    reason: str
    sent: int
    answered: int


class Written(NamedTuple):
    """One suppression: when it was asked for, and when the store said that it stands."""

    customer: int
    changed: bool
    asked: int
    returned: int


class Judged(NamedTuple):
    """`late` are dials whose commit was sent after the write had returned, `out_of_order` those at
    a later version of the ledger than the suppression's, `astray` answers and ledgers that do not
    agree. `turned` are picks that a suppression met between their read and their commit."""

    dials: int
    after: int
    turned: int
    gave_up: int
    late: list[str]
    out_of_order: list[str]
    astray: list[str]


FULL = Race(1_000, Crowd(processes=4, threads=6, within_s=1_500))


def settings() -> dict[str, Any]:
    """One queue that dials whoever may be dialled, and blocks where it could not look."""
    document = stage.settings_of(PLENTY, days=1, attempts=1)
    document["queues"][stage.QUEUE]["must_screen"] = True
    return document


def customer(index: int) -> str:
    """A number that exists in the plan; the same for the same index."""
    area = stage.AREAS[index % len(stage.AREAS)]
    return f"+1{area}{700 + index // 1_000 % 90}{index % 10_000:04}"


def order_of(group: int) -> list[tuple[int, int]]:
    """The pieces of a group of customers as (customer, which), mixed; the suppression is the one
    numbered PICKS_EACH, and stands among the middle ones of its customer."""
    rng = random.Random(group)
    mixed = []
    for who in range(group * TOGETHER, (group + 1) * TOGETHER):
        places = sorted(rng.random() for _ in range(PIECES_EACH))
        which = list(range(PICKS_EACH))
        which.insert(rng.randint(2, PICKS_EACH - 2), PICKS_EACH)
        mixed += [(place, who, one) for place, one in zip(places, which, strict=True)]
    return [(who, one) for _, who, one in sorted(mixed)]


def task(plan: Mapping[str, Any]) -> Callable[[int], list[Any]]:
    """In each process: the real handler and the real use case, one pick or one suppression for
    each piece."""
    picking.use_limits(PATIENT)
    wiring.use_clock(lambda: stage.BEGINS)
    stage.share_one_key()
    customers = plan["customers"]
    table = picking.picker().claims.tables.customers  # type: ignore[attr-defined]
    mine = threading.local()
    client = picking.dynamodb()
    client.meta.events.register(
        "before-send.dynamodb.TransactWriteItems",
        lambda **_: setattr(mine, "sent", time.monotonic_ns()),
    )
    store = DynamoSuppressions(plan_client(plan), table, lambda: stage.SECRET)

    def do(piece: int) -> list[Any]:
        group, within = divmod(piece, TOGETHER * PIECES_EACH)
        who, which = order_of(group)[within]
        if who >= customers:
            return []
        if which < PICKS_EACH:
            mine.sent = 0
            told = handler(event(who, which), None)
            answered = time.monotonic_ns()
            return ["pick", who, contact_id(who, which), told["action"], told["reason"],
                    mine.sent, answered]  # fmt: skip
        asked = time.monotonic_ns()
        until = "2099-01-01"
        request = Request(customer(who), REASONS[who % len(REASONS)], until=until, by="evidence")
        done = suppress(request, store, stage.BEGINS)
        return ["write", who, done.changed, asked, time.monotonic_ns()]

    return do


def plan_client(plan: Mapping[str, Any]) -> Any:
    """A client of this process for the suppressions, apart from the picker's."""
    session = botocore.session.get_session()
    return session.create_client("dynamodb", endpoint_url=plan["address"])


def event(who: int, which: int) -> dict[str, Any]:
    """What Amazon Connect sends for an outbound call."""
    data = {
        "ContactId": contact_id(who, which),
        "Channel": "VOICE",
        "CustomerEndpoint": {"Address": customer(who), "Type": "TELEPHONE_NUMBER"},
        "InstanceARN": "",
    }
    return {"Details": {"ContactData": data, "Parameters": {"queue": stage.QUEUE}}}


def contact_id(who: int, which: int) -> str:
    return f"7c1d0a52-3b64-4d1e-9c55-{who * 100 + which:012d}"


def run(race: Race, set_up: Stage, folder: Path, say: Say) -> Judged:
    """Let the crowd pick and suppress, and judge what it left."""
    client = set_up.client()
    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    told: Any = client.update_table(
        TableName=set_up.tables.customers, StreamSpecification=cast("Any", stream)
    )
    groups = -(-race.customers // TOGETHER)
    plan = {"customers": race.customers, "address": set_up.address}
    pieces = groups * TOGETHER * PIECES_EACH
    rows = work(race.crowd, TASK, plan, pieces, folder / "race", set_up.environment, say)
    picked = [Picked(*row[1:]) for row in rows if row and row[0] == "pick"]
    written = [Written(*row[1:]) for row in rows if row and row[0] == "write"]
    say("judging answers, and every state of every ledger")
    states = states_of(set_up, told["TableDescription"]["LatestStreamArn"])
    return judge(race, picked, written, states)


def judge(
    race: Race,
    picked: list[Picked],
    written: list[Written],
    states: Mapping[str, Sequence[Mapping[str, Any]]],
) -> Judged:
    """What both witnesses say. `states` are the ledgers' states in order, by customer's key."""
    returned = {one.customer: one.returned for one in written}
    asked = {one.customer: one.asked for one in written}
    dialled = [one for one in picked if one.action != Action.BLOCK]
    late = [
        f"{one.contact} was {one.action} though sent {one.sent - returned[one.customer]} ns after"
        for one in dialled
        if one.sent > returned[one.customer]
    ]
    blocked = [one for one in picked if one.action == Action.BLOCK]
    early = [
        f"{one.contact} was blocked before its customer was suppressed"
        for one in blocked
        if one.answered < asked[one.customer] and one.reason != OUT_OF_TIME
    ]
    strange = [f"{one.contact}: {one.action} {one.reason}" for one in picked if _strange(one)]
    unchanged = [
        f"customer {one.customer} was not suppressed" for one in written if not one.changed
    ]
    missing = [f"{race.picks - len(picked)} picks are missing"] if len(picked) != race.picks else []
    out_of_order, claims = in_order(states)
    lost = [one.contact for one in dialled if one.contact not in claims]
    invented = sorted(claims - {one.contact for one in dialled})
    return Judged(
        len(dialled),
        sum(1 for one in blocked if one.answered > returned[one.customer]),
        sum(1 for one in blocked if one.sent and one.reason != OUT_OF_TIME),
        sum(1 for one in blocked if one.reason == OUT_OF_TIME),
        late,
        out_of_order,
        [*early, *strange, *unchanged, *missing, *lost, *invented],
    )


def in_order(
    states: Mapping[str, Sequence[Mapping[str, Any]]],
) -> tuple[list[str], set[str]]:
    """Claims that ring somebody and came into being after a mark; and all that ring somebody."""
    wrong: list[str] = []
    claimed: set[str] = set()
    for key, ledger in states.items():
        marks = version = 0
        for state in ledger:
            now_marks = int(state.get("marks", {"N": "0"})["N"])
            now_version = int(state["version"]["N"])
            if now_version != version + 1:
                wrong.append(f"{key[:8]} went from version {version} to {now_version}")
            for line in state["claims"]["L"][-1:] if now_marks == marks else ():
                claim = Claim.read(line["S"])
                if claim and claim.action is not Action.BLOCK:
                    claimed.add(claim.contact_id)
                    if marks:
                        wrong.append(f"{claim.contact_id} at version {now_version}, marked before")
            marks, version = now_marks, now_version
        if not marks:
            wrong.append(f"{key[:8]} was never marked")
    return wrong, claimed


def states_of(set_up: Stage, stream: str) -> dict[str, list[Mapping[str, Any]]]:
    """Every state that each ledger had, in order."""
    session = botocore.session.get_session()
    client: DynamoDBStreamsClient = cast(
        "DynamoDBStreamsClient",
        session.create_client(
            "dynamodbstreams",
            region_name="us-east-1",
            endpoint_url=set_up.address,
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - DynamoDB Local takes any
        ),
    )
    states: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for image in _images(client, stream):
        if image["sk"]["S"] == keys.LEDGER:
            states[image["pk"]["S"].removeprefix("CUSTOMER#")].append(image)
    return states


def _images(client: "DynamoDBStreamsClient", stream: str) -> Iterator[Mapping[str, Any]]:
    shards = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    for shard in shards:
        iterator: str | None = client.get_shard_iterator(
            StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        while iterator:
            answer = client.get_records(ShardIterator=iterator, Limit=1_000)
            yield from (
                cast("Mapping[str, Any]", one["dynamodb"]["NewImage"])
                for one in answer["Records"]
                if "NewImage" in one["dynamodb"]
            )
            iterator = answer.get("NextShardIterator") if answer["Records"] else None


def _strange(one: Picked) -> bool:
    if one.action == Action.BLOCK:
        return not (one.reason.startswith("suppressed_") or one.reason == OUT_OF_TIME)
    return (one.action, one.reason) != (Action.DIAL, "local_number")


@evidence("suppression/race_by_clock", "suppression/race_by_version", "suppression/race_complete")
def race(say: Say) -> list[Finding]:
    """Suppressions written during ten thousand picks of the same customers."""
    with DynamoDBLocal(say=say) as address, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("publishing the pool")
        set_up = stage.staged(address, folder, settings(), stage.numbers_of(NUMBERS))
        began = time.monotonic()
        judged = run(FULL, set_up, folder, say)
        seconds = time.monotonic() - began
    return findings(FULL, judged, seconds)


def findings(race: Race, judged: Judged, seconds: float) -> list[Finding]:
    """Three figures: each counts faults, and none may be."""
    how = (
        f"{race.picks:,} picks by the real handler and {race.customers:,} suppressions by "
        f"{race.crowd} in {seconds:.0f} s: {judged.dials:,} dials, {judged.after:,} blocks after "
        f"their customer's suppression; {judged.turned:,} picks had read before it, were refused "
        f"at their commit, read again and blocked; {judged.gave_up} gave up after six commits and "
        "blocked, since the queue must screen"
    )
    raced = judged.turned > 0 and judged.dials > 0 and judged.after > 0
    return [
        Finding(
            len(judged.late),
            "0 dials whose commit was sent after the write had returned",
            raced and not judged.late,
            _told(judged.late, how),
        ),
        Finding(
            len(judged.out_of_order),
            "0 dials at a later version of the ledger than the suppression's",
            raced and not judged.out_of_order,
            _told(judged.out_of_order, "every state of every ledger, from the table's stream"),
        ),
        Finding(
            len(judged.astray),
            "0 answers that the ledgers do not bear out",
            not judged.astray,
            _told(
                judged.astray,
                "each dial is a claim and each claim a dial; nobody was blocked before the "
                "suppression was asked for, and each suppression was written once",
            ),
        ),
    ]


def _told(faults: list[str], *how: str) -> str:
    return "; ".join([*how, *faults[:5]])
