"""Runs of the inventory in DynamoDB: how far one has come, and the pages that it has listed.

A page and the progress past it are one write. Whoever works on a run moves a time until which it
counts as alive; when that is over, the next one takes the run up where it stood.
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from lambdas.domain.inventory import Holding
from lambdas.store import keys
from lambdas.store.conflicts import reasons, undisturbed
from lambdas.store.pool_rows import refused
from lambdas.usecases.reconcile_inventory import Page, Progress, RunLost

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ALIVE = timedelta(minutes=2)
"""How long a run counts as at work after its last sign of life."""

FRESH = timedelta(minutes=15)
"""How old a run may be that is taken up again: later its first pages may be true no more."""

TRIES = 5


@dataclass(frozen=True, slots=True)
class DynamoInventory:
    """The InventoryStore on the NumberPool table."""

    client: "DynamoDBClient"
    table: str

    def begin(self, by: str, targets: tuple[str, ...], now: datetime) -> Progress | None:
        """Take up what was broken off, or begin; None while another is at work."""
        for _ in range(TRIES):
            item = self._item(keys.inventory_run())
            if item and item["by"]["S"] != by and _second(item, "until") > now.timestamp():
                if self._ask_again(item):
                    return None
                continue
            begun = self._taken_up(item, by, targets, now) if item else None
            if begun is None:
                begun = self._new(item, by, targets, now)
            if begun:
                return begun
        raise RunLost("other runs kept beginning")

    def keep(self, progress: Progress, page: Page, now: datetime) -> Progress:
        """A page with the progress past it, in one transaction. Raises RunLost."""
        lines = [holding.written() for holding in page.numbers]
        item = {
            **keys.inventory_page(progress.run, progress.pages),
            "numbers": {"L": [{"S": line} for line in lines]},
        }
        after = replace(
            progress,
            target=progress.target + (not page.token),
            token=page.token,
            pages=progress.pages + 1,
        )
        update: Any = {
            "TableName": self.table,
            "Key": keys.inventory_run(),
            "UpdateExpression": "SET target = :target, #token = :token, pages = :pages,"
            " #until = :until",
            "ConditionExpression": "#run = :run AND pages = :seen",
            "ExpressionAttributeNames": {"#run": "run", "#token": "token", "#until": "until"},
            "ExpressionAttributeValues": {
                ":run": {"S": progress.run},
                ":seen": {"N": str(progress.pages)},
                ":target": {"N": str(after.target)},
                ":token": {"S": after.token},
                ":pages": {"N": str(after.pages)},
                ":until": _until(now),
            },
        }
        writes: Any = [{"Update": update}, {"Put": {"TableName": self.table, "Item": item}}]
        with _own_run(progress):
            undisturbed(lambda: self.client.transact_write_items(TransactItems=writes))
        return after

    def restart(self, progress: Progress, by: str, now: datetime) -> Progress:
        """The run anew, under another name. Raises RunLost."""
        item = self._item(keys.inventory_run())
        if item is None or item["run"]["S"] != progress.run:
            raise RunLost(progress.run)
        begun = self._new(item, by, progress.targets, now)
        if begun is None:
            raise RunLost(progress.run)
        return begun

    def alive(self, progress: Progress, now: datetime) -> None:
        """Move the time until which the run is at work. Raises RunLost."""
        with _own_run(progress):
            undisturbed(
                lambda: self.client.update_item(
                    TableName=self.table,
                    Key=keys.inventory_run(),
                    UpdateExpression="SET #until = :until",
                    ConditionExpression="#run = :run",
                    ExpressionAttributeNames={"#run": "run", "#until": "until"},
                    ExpressionAttributeValues={
                        ":run": {"S": progress.run},
                        ":until": _until(now),
                    },
                )
            )

    def listed(self, run: str) -> Iterator[Holding]:
        """All that a run listed."""
        for item in self._pages(keys.inventory_pages(run)):
            for line in item["numbers"]["L"]:
                yield Holding.read(line["S"])

    def last(self) -> Sequence[Holding]:
        """All that the last finished run listed."""
        item = self._item(keys.inventory_last())
        return list(self.listed(item["run"]["S"])) if item else []

    def is_news(self, digest: str) -> bool:
        """Whether the last finished run found something else."""
        item = self._item(keys.inventory_last())
        return item is None or item["digest"]["S"] != digest

    def finished_at(self) -> datetime | None:
        """When the last finished run ended."""
        item = self._item(keys.inventory_last())
        return datetime.fromisoformat(item["at"]["S"]) if item else None

    def finish(self, progress: Progress, digest: str, now: datetime) -> bool:
        """Make the run the last one; whether another round was asked for. Raises RunLost."""
        run = {":run": {"S": progress.run}}
        item = self._item(keys.inventory_run()) or {}
        last = {
            **keys.inventory_last(),
            "run": {"S": progress.run},
            "digest": {"S": digest},
            "at": {"S": now.isoformat()},
        }
        # Asked for between this read and the delete: the delete is refused and we look again.
        again = "again" in item
        condition = "#run = :run AND attribute_exists(again)"
        if not again:
            condition = "#run = :run AND attribute_not_exists(again)"
        writes: Any = [
            {
                "Delete": {
                    "TableName": self.table,
                    "Key": keys.inventory_run(),
                    "ConditionExpression": condition,
                    "ExpressionAttributeNames": {"#run": "run"},
                    "ExpressionAttributeValues": run,
                }
            },
            {"Put": {"TableName": self.table, "Item": last}},
        ]
        try:
            with _own_run(progress):
                undisturbed(lambda: self.client.transact_write_items(TransactItems=writes))
        except RunLost:
            stands = self._item(keys.inventory_run()) or {}
            if stands.get("run", {}).get("S") != progress.run or again:
                raise
            return self.finish(progress, digest, now)
        self._forget_pages_but(progress.run)
        return again

    def abandon(self, progress: Progress) -> None:
        """Forget a run of which nothing may follow; its pages go with the next one that ends."""
        try:
            with _own_run(progress):
                undisturbed(
                    lambda: self.client.delete_item(
                        TableName=self.table,
                        Key=keys.inventory_run(),
                        ConditionExpression="#run = :run",
                        ExpressionAttributeNames={"#run": "run"},
                        ExpressionAttributeValues={":run": {"S": progress.run}},
                    )
                )
        except RunLost:
            return

    def _taken_up(
        self, item: Mapping[str, Any], by: str, targets: tuple[str, ...], now: datetime
    ) -> Progress | None:
        """The run as it stands, for who asks; None where it is too old or lists other targets."""
        progress = _progress(item)
        if (
            progress.targets != targets
            or _second(item, "begun") + FRESH.total_seconds() < now.timestamp()
        ):
            return None
        values = {
            ":run": item["run"],
            ":seen": item["until"],
            ":pages": item["pages"],
            ":by": {"S": by},
            ":until": _until(now),
        }
        taken = self._update(
            "SET #by = :by, #until = :until",
            "#run = :run AND #until = :seen AND pages = :pages",
            values,
        )
        return progress if taken else None

    def _new(
        self, item: Mapping[str, Any] | None, by: str, targets: tuple[str, ...], now: datetime
    ) -> Progress | None:
        run = f"{now:%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}"
        put: dict[str, Any] = {
            "TableName": self.table,
            "Item": {
                **keys.inventory_run(),
                "run": {"S": run},
                "by": {"S": by},
                "begun": {"N": str(int(now.timestamp()))},
                "until": _until(now),
                "targets": {"L": [{"S": target} for target in targets]},
                "target": {"N": "0"},
                "token": {"S": ""},
                "pages": {"N": "0"},
            },
            "ConditionExpression": "attribute_not_exists(pk)",
        }
        if item:
            put["ConditionExpression"] = "#run = :seen AND #until = :until"
            put["ExpressionAttributeNames"] = {"#run": "run", "#until": "until"}
            put["ExpressionAttributeValues"] = {":seen": item["run"], ":until": item["until"]}
        try:
            undisturbed(lambda: self.client.put_item(**put))
        except ClientError as problem:
            if not refused(problem):
                raise
            return None
        return Progress(run, targets)

    def _ask_again(self, item: Mapping[str, Any]) -> bool:
        values = {":run": item["run"], ":yes": {"BOOL": True}}
        return self._update("SET again = :yes", "#run = :run", values)

    def _update(self, expression: str, condition: str, values: Mapping[str, Any]) -> bool:
        names = {"#run": "run", "#until": "until", "#by": "by"}
        used = {name: word for name, word in names.items() if name in expression + condition}
        try:
            undisturbed(
                lambda: self.client.update_item(
                    TableName=self.table,
                    Key=keys.inventory_run(),
                    UpdateExpression=expression,
                    ConditionExpression=condition,
                    ExpressionAttributeNames=used,
                    ExpressionAttributeValues=dict(values),
                )
            )
        except ClientError as problem:
            if not refused(problem):
                raise
            return False
        return True

    def _item(self, key: keys.Key) -> dict[str, Any] | None:
        answer = self.client.get_item(TableName=self.table, Key=key, ConsistentRead=True)
        return answer.get("Item")

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={
                ":pk": {"S": keys.INVENTORY},
                ":prefix": {"S": prefix},
            },
            ConsistentRead=True,
        )
        for page in pages:
            yield from page["Items"]

    def _forget_pages_but(self, run: str) -> None:
        kept = keys.inventory_pages(run)
        for item in self._pages(keys.inventory_pages()):
            if not item["sk"]["S"].startswith(kept):
                key = {"pk": item["pk"], "sk": item["sk"]}
                self.client.delete_item(TableName=self.table, Key=key)


@contextmanager
def _own_run(progress: Progress) -> Iterator[None]:
    """Turns a refused condition into RunLost."""
    try:
        yield
    except ClientError as problem:
        if refused(problem) or "ConditionalCheckFailed" in reasons(problem):
            raise RunLost(progress.run) from problem
        raise


def _progress(item: Mapping[str, Any]) -> Progress:
    return Progress(
        run=item["run"]["S"],
        targets=tuple(target["S"] for target in item["targets"]["L"]),
        target=int(item["target"]["N"]),
        token=item["token"]["S"],
        pages=int(item["pages"]["N"]),
    )


def _until(now: datetime) -> dict[str, str]:
    return {"N": str(int((now + ALIVE).timestamp()))}


def _second(item: Mapping[str, Any], name: str) -> int:
    return int(item[name]["N"])
