"""What the account keeps of a call besides Amazon Connect: the picker's log, the contact record."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.connect import contact_record
from lambdas.connect.contact_record import ContactRecord, NotAContactRecord
from local.errors import LocalError
from local.smoke.watching import Call, Decided, Patience
from local.toolchain import Say

if TYPE_CHECKING:
    import boto3

LOG_S, RECORD_S = 60.0, 240.0
"""A log line takes seconds to be found, a contact record comes after the agent's last work."""
BEFORE, AFTER = timedelta(minutes=10), timedelta(minutes=30)
SHARDS, BATCHES = 20, 50
"""Shards of a stream, and batches of each in a turn, that are read at most."""
BETWEEN_BATCHES_S = 0.5
"""All readers of a shard share five reads a second, and the deployment's own come first."""


def completed(
    call: Call,
    session: "boto3.Session",
    log_group: str,
    stream: str,
    patience: Patience,
    say: Say,
) -> Call:
    """The call with its decisions and its record; what cannot be read is told."""
    unread = list(call.unread)
    try:
        say("Reading the picker's log")
        decisions = tuple(_decisions(session, log_group, call, patience))
        call = replace(call, decisions=decisions)
    except (ClientError, BotoCoreError, LocalError) as error:
        unread.append(f"the picker's log: {_why(error)}")
    if not stream:
        unread.append("the contact record: the instance writes records to no Kinesis stream")
        return replace(call, unread=tuple(unread))
    try:
        say("Waiting for the contact record; it comes when the agent's work after the call is over")
        record = _record(session, stream, call, patience)
        if record is None:
            unread.append("the contact record: it did not come in time")
        call = replace(call, record=record)
    except (ClientError, BotoCoreError) as error:
        unread.append(f"the contact record: {_why(error)}")
    return replace(call, unread=tuple(unread))


def _decisions(
    session: "boto3.Session", group: str, call: Call, patience: Patience
) -> list[Decided]:
    client = session.client("logs")
    found: list[Decided] = []
    for _ in patience.lasting(LOG_S).turns():
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group,
            filterPattern=f'"{call.contact_id}"',
            startTime=_milliseconds(call.began - BEFORE),
            endTime=_milliseconds(call.began + AFTER),
        )
        found = [
            line
            for page in pages
            for event in page["events"]
            for line in _decided(event["message"], call.contact_id)
        ]
        if found:
            break
    return found


def _decided(message: str, contact: str) -> Iterator[Decided]:
    try:
        line = json.loads(message)
    except ValueError:
        return
    if isinstance(line, dict) and (line.get("event"), line.get("contact_id")) == (
        "decision", contact,
    ):  # fmt: skip
        yield Decided(
            queue=str(line.get("Queue") or ""),
            action=str(line.get("action") or ""),
            reason=str(line.get("reason") or ""),
            caller_id=str(line.get("caller_id") or ""),
            arm=str(line.get("arm") or ""),
            milliseconds=float(line.get("PickMilliseconds") or 0),
        )


def _record(
    session: "boto3.Session", stream: str, call: Call, patience: Patience
) -> ContactRecord | None:
    """The newest version that comes in time, of the shards that are read."""
    client: Any = session.client("kinesis")
    shards = client.list_shards(StreamARN=stream, MaxResults=SHARDS)["Shards"]
    places = [
        client.get_shard_iterator(
            StreamARN=stream,
            ShardId=shard["ShardId"],
            ShardIteratorType="AT_TIMESTAMP",
            Timestamp=call.began,
        )["ShardIterator"]
        for shard in shards
    ]
    for _ in patience.lasting(RECORD_S).turns():
        for index, place in enumerate(places):
            found, places[index] = _in_shard(client, stream, place, call.contact_id, patience)
            if found is not None:
                return found
    return None


def _in_shard(
    client: Any, stream: str, place: str | None, contact: str, patience: Patience
) -> tuple[ContactRecord | None, str | None]:
    """The record, if it lies between the place and the end of the shard; and that end."""
    for _ in range(BATCHES):
        if place is None:  # a shard that was closed
            break
        answer = client.get_records(StreamARN=stream, ShardIterator=place, Limit=1000)
        place = answer.get("NextShardIterator")
        for one in answer["Records"]:
            try:
                record = contact_record.read(one["Data"])
            except NotAContactRecord:
                continue
            if record.contact_id == contact:
                return record, place
        if not answer.get("MillisBehindLatest"):
            break
        patience.sleep(BETWEEN_BATCHES_S)
    return None, place


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _why(error: Exception) -> str:
    if isinstance(error, ClientError):
        return f"{error.operation_name} was refused: {error.response['Error'].get('Code')}"
    return str(error)
