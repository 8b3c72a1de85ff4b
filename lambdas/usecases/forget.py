"""Forget a person: erase what we keep of them, and say of every other store what becomes of it.

What keeps the person from being called stays, under the keyed hash of the number: without it nobody
could know that they must not be called.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from lambdas.domain.phone import E164


class Fate(StrEnum):
    """What became of a person in one store."""

    ERASED = "erased"
    NOTHING = "nothing was there"
    KEPT = "kept on purpose"
    NONE = "holds no customers' numbers"
    EXPIRES = "expires by itself"
    NOT_OURS = "not ours: yours to do"


class Erased(NamedTuple):
    """What stood under the person's hash: claims, a correction and what carriers told that are
    gone, suppressions, register entries and lines of the audit that stay."""

    claims: int
    answered: bool
    correction: bool
    suppressions: int
    registers: int
    audit: int
    validated: int = 0


class ForgetStore(Protocol):
    def forget(self, destination: E164, by: str, why: str, now: datetime) -> Erased:
        """Erase the ledger, the correction and what carriers told, and note it in the audit, in
        one transaction. No pick under way brings the ledger back."""


class Folder(NamedTuple):
    """Files of staff under one prefix: their names, and after how many days they go."""

    prefix: str
    days: int
    names: Sequence[str]


class Place(NamedTuple):
    """One line of the account: a store, what becomes of the person there, and what to know."""

    store: str
    fate: Fate
    words: str
    names: Sequence[str] = ()


class Periods(NamedTuple):
    """Days that things are kept, as the deployment is configured."""

    logs: int
    ledger: int
    lake: int = 400


def forget(
    destination: E164,
    by: str,
    why: str,
    *,
    now: datetime,
    store: ForgetStore,
    folders: Sequence[Folder],
    periods: Periods,
) -> list[Place]:
    """Erase, and account for every store."""
    erased = store.forget(destination, by, why, now)
    return [*_ours(erased), *map(_folder, folders), *_after(periods), *_NOT_OURS]


def _ours(erased: Erased) -> list[Place]:
    calls = "1 call" if erased.claims == 1 else f"{erased.claims} calls"
    claims = f"{calls} and what was answered" if erased.answered else calls
    had_ledger = erased.claims or erased.answered
    return [
        Place(
            "Customers table: ledger",
            Fate.ERASED if had_ledger else Fate.NOTHING,
            f"{claims}; how often the person was called lately is forgotten with them."
            if had_ledger
            else "No call to this person is remembered.",
        ),
        Place(
            "Customers table: correction",
            Fate.ERASED if erased.correction else Fate.NOTHING,
            "The number that the person gave instead, encrypted.",
        ),
        Place(
            "Customers table: what carriers told",
            Fate.ERASED if erased.validated else Fate.NOTHING,
            "The carrier and the kind of line, where a list was checked with --live.",
        ),
        Place(
            "Customers table: suppressions",
            Fate.KEPT if erased.suppressions else Fate.NOTHING,
            f"{erased.suppressions}, by the hash of the number: they keep the person from being"
            " called."
            if erased.suppressions
            else "Nothing keeps the person from being called: suppress the number first if it is"
            " not to be.",
        ),
        Place(
            "Customers table: do-not-call registers",
            Fate.KEPT if erased.registers else Fate.NOTHING,
            f"{erased.registers} entries, by the hash of the number; they expire after 400 days.",
        ),
        Place(
            "Customers table: audit",
            Fate.KEPT,
            f"{erased.audit} lines before this one, by the hash of the number: who suppressed or"
            " lifted, when and why.",
        ),
        Place("Usage table", Fate.NONE, "Counts of our own numbers."),
        Place("NumberPool table", Fate.NONE, "Our own numbers, modes and rests."),
        Place(
            "Queues, dead letters, state machines' input",
            Fate.NONE,
            "They name files and our own numbers.",
        ),
    ]


def _folder(folder: Folder) -> Place:
    count = len(folder.names)
    files = "1 file" if count == 1 else f"{count} files"
    return Place(
        f"Uploads bucket: {folder.prefix}",
        Fate.EXPIRES if count else Fate.NOTHING,
        f"{files} that may name the person, with their results; each goes {folder.days} days after"
        " it came, older versions a day later. Look through them, and delete those that do.",
        folder.names,
    )


def _after(periods: Periods) -> list[Place]:
    return [
        Place(
            "Tables' point-in-time recovery",
            Fate.EXPIRES,
            "What was erased can be restored for 35 days. Whoever restores a table forgets the"
            " person again.",
        ),
        Place(
            "Functions' logs in CloudWatch",
            Fate.EXPIRES,
            f"Numbers are masked there; what else a line tells goes after {periods.logs} days.",
        ),
        Place(
            "Lake: rows of calls, and answers to queries",
            Fate.EXPIRES,
            "A row of each call, by the hash of the number, with region and outcome; each goes"
            f" {periods.lake} days after it came.",
        ),
        Place(
            "Access logs of the buckets",
            Fate.NONE,
            "Names of files and who read them.",
        ),
    ]


_NOT_OURS = (
    Place(
        "Tables' backups and exports",
        Fate.NOT_OURS,
        "On-demand backups, AWS Backup and exports to S3 that you make are not found from here.",
    ),
    Place(
        "Amazon Connect: contact records",
        Fate.NOT_OURS,
        "Kept by AWS for 24 months with the customer's number; they cannot be erased one by one.",
    ),
    Place(
        "Amazon Connect: copies of contact records",
        Fate.NOT_OURS,
        "Kinesis streams, Firehose, the data lake, saved and scheduled reports.",
    ),
    Place(
        "Amazon Connect: recordings and transcripts",
        Fate.NOT_OURS,
        "In the instance's S3 buckets, by contact id: look the contacts up, then delete the files.",
    ),
    Place(
        "Amazon Connect: flow logs",
        Fate.NOT_OURS,
        "In /aws/connect/ of CloudWatch Logs, with the customer's number, for as long as that"
        " group's retention says.",
    ),
    Place(
        "Amazon Connect: Contact Lens, Customer Profiles, Cases, campaigns",
        Fate.NOT_OURS,
        "Each has its own way to delete; profiles and cases by their search.",
    ),
    Place(
        "AWS End User Messaging",
        Fate.NOT_OURS,
        "Opt-out lists and event destinations of SMS. An opt-out there should stay.",
    ),
    Place("CRM, dialler, data warehouse", Fate.NOT_OURS, "The sources of the lists."),
    Place("Carriers", Fate.NOT_OURS, "Records of calls, as the law of the country asks for."),
)
