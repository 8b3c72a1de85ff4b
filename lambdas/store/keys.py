"""Every key of the three tables, in one place.

NumberPool:  POOL#<pool>      HEAD                       the pool's committed import and directory
             POOL#<pool>      MEMBER#<e164>#<sequence>   what an import says of a number
             POOL#<pool>      SEGMENT#<name>             a part of the published directory
             POOL#<pool>      IMPORT#<import id>         what became of an upload
             POOL#<pool>      HELD#<e164>                a number that rests
             POOL#<pool>      WITHHELD#<e164>            why a number may not be shown for now
             POOL#<pool>      PAPERS                     what its numbers' papers came to, by digest
             POOL#<pool>      RETURNED#<e164>            the day on which a number came back
             POOL#<pool>      REPUTATION                 how often the pool is answered, where, when
             POOL#<pool>      REPUTATION#<e164>          what is held against a number, its state
             NUMBER#<e164>    STATUS                     the number's pool, and may it be used
             NUMBER#<e164>    CHANGE#<time>#<digest>     who rested or activated it, when and why
             MODES            HEAD                       run-time modes of the queues, the judge's
             LABELS           ASKED                      what a label service was asked about
             REGISTERS        HEAD                       do-not-call registers and their files
             REGISTERS        IMPORT#<import id>         how far a file was written
             INVENTORY        RUN                        the listing of held numbers under way
             INVENTORY        PAGE#<run>#<page>          numbers that it listed
             INVENTORY        LAST                       the last listing that was finished
             PAPERS           <e164>#<kind>#<party>      a number's registration, attestation, …
             ADOPTED#<instance>  QUEUE#<queue>           what a queue had before we took it over
             ADOPTED#<instance>  REQUEST                 what was asked and done last (a digest)
Usage:       NUMBER#<e164>    DAY#<date>                 calls of a UTC day, its hours and minutes
             NUMBER#<e164>    OUTCOMES#<date>T<hour>     what became of the calls of a UTC hour
             CONTACT#<id>     OUTCOME                    the last version of a contact's outcome
             OWN_NUMBERS      DAY#<date>                 queues' own numbers that calls showed
             LIVE_VALIDATION  DAY#<date>                 what was spent on asking carriers
             REPORTS          UNTIL#<date>               whether a report was mailed
Customers:   CUSTOMER#<hmac>  LEDGER                     what a customer was shown
             CUSTOMER#<hmac>  SUPPRESSIONS               why the customer is not to be called
             CUSTOMER#<hmac>  REGISTER#<id>              the day of the file that listed the number
             CUSTOMER#<hmac>  CORRECTION                 what the customer corrected (encrypted)
             CUSTOMER#<hmac>  VALIDATED#<service>        what a carrier told of the number
             AUDIT#<hmac>     <time>#<digest>            who suppressed or lifted, when and why
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypedDict

POOL_PREFIX = "POOL#"
HEAD = "HEAD"
MEMBER_PREFIX = "MEMBER#"
SEGMENT_PREFIX = "SEGMENT#"
HELD_PREFIX = "HELD#"
WITHHELD_PREFIX = "WITHHELD#"
RETURNED_PREFIX = "RETURNED#"
INVENTORY = "INVENTORY"
PAPERS = "PAPERS"
CHANGE_PREFIX = "CHANGE#"
OUTCOMES_PREFIX = "OUTCOMES#"
HOUR_WRITTEN = "%Y-%m-%dT%H"
REPUTATION = "REPUTATION"
REPUTATION_PREFIX = "REPUTATION#"
LEDGER = "LEDGER"
SUPPRESSIONS = "SUPPRESSIONS"
SUPPRESSION_PREFIX = "not#"
"""Attributes of a customer's suppressions: one each, by its name."""
REGISTER_PREFIX = "REGISTER#"
CORRECTION = "CORRECTION"
VALIDATED_PREFIX = "VALIDATED#"
AUDIT_PREFIX = "AUDIT#"
NUMBER_PREFIX = "NUMBER#"
QUEUE_PREFIX = "QUEUE#"


class TextValue(TypedDict):
    S: str


Key = dict[str, TextValue]


def _key(pk: str, sk: str) -> Key:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def pool_partition(pool: str) -> str:
    return f"{POOL_PREFIX}{pool}"


def head(pool: str) -> Key:
    return _key(pool_partition(pool), HEAD)


def member(pool: str, e164: str, sequence: int) -> Key:
    return _key(pool_partition(pool), f"{MEMBER_PREFIX}{e164}#{sequence:010d}")


def segment(pool: str, name: str) -> Key:
    return _key(pool_partition(pool), f"{SEGMENT_PREFIX}{name}")


def imported(pool: str, import_id: str) -> Key:
    return _key(pool_partition(pool), f"IMPORT#{import_id}")


def number_status(e164: str) -> Key:
    return _key(f"{NUMBER_PREFIX}{e164}", "STATUS")


def held(pool: str, e164: str) -> Key:
    return _key(pool_partition(pool), f"{HELD_PREFIX}{e164}")


def withheld(pool: str, e164: str) -> Key:
    return _key(pool_partition(pool), f"{WITHHELD_PREFIX}{e164}")


def returned(pool: str, e164: str) -> Key:
    return _key(pool_partition(pool), f"{RETURNED_PREFIX}{e164}")


def labels_asked() -> Key:
    return _key("LABELS", "ASKED")


def inventory_run() -> Key:
    return _key(INVENTORY, "RUN")


def inventory_page(run: str, page: int) -> Key:
    return _key(INVENTORY, f"{inventory_pages(run)}{page:06d}")


def inventory_pages(run: str = "") -> str:
    """How the sort keys of a run's pages begin; of all runs' without one."""
    return f"PAGE#{run}#" if run else "PAGE#"


def paper(e164: str, kind: str, party: str) -> Key:
    """Papers of all numbers stand together: they are read as a whole, pool by pool."""
    return _key(PAPERS, f"{e164}#{kind}#{party}")


def papers_mark(pool: str) -> Key:
    """What the papers of a pool's numbers came to; its change has the pool published."""
    return _key(pool_partition(pool), PAPERS)


def inventory_last() -> Key:
    return _key(INVENTORY, "LAST")


def change(e164: str, at: datetime, digest: str) -> Key:
    """Changes of a number sort by their time; the same change told twice is one row."""
    moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return _key(f"{NUMBER_PREFIX}{e164}", f"{CHANGE_PREFIX}{moment}#{digest}")


def modes() -> Key:
    return _key("MODES", HEAD)


def usage_day(e164: str, now: datetime) -> Key:
    return _key(f"{NUMBER_PREFIX}{e164}", f"DAY#{now.astimezone(UTC):%Y-%m-%d}")


def outcomes(e164: str, hour: datetime) -> Key:
    """What became of a number's calls that began within a UTC hour."""
    return _key(f"{NUMBER_PREFIX}{e164}", f"{OUTCOMES_PREFIX}{hour.astimezone(UTC):{HOUR_WRITTEN}}")


def contact_outcome(contact_id: str) -> Key:
    return _key(f"CONTACT#{contact_id}", "OUTCOME")


def own_numbers(day: datetime) -> Key:
    return _key("OWN_NUMBERS", f"DAY#{day.astimezone(UTC):%Y-%m-%d}")


def pool_reputation(pool: str) -> Key:
    return _key(pool_partition(pool), REPUTATION)


def number_reputation(pool: str, e164: str) -> Key:
    return _key(pool_partition(pool), f"{REPUTATION_PREFIX}{e164}")


class Buckets(NamedTuple):
    """Attributes of a usage item that count the calls of a UTC day, an hour and a minute."""

    day: str
    hour: str
    minute: str


def usage_buckets(now: datetime) -> Buckets:
    at = now.astimezone(UTC)
    return Buckets("day", f"h{at:%H}", f"m{at:%H%M}")


class Ends(NamedTuple):
    """When the buckets end that a call at some moment is counted in."""

    day: datetime
    hour: datetime
    minute: datetime


def bucket_ends(now: datetime) -> Ends:
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    day = hour.replace(hour=0)
    return Ends(day + timedelta(days=1), hour + timedelta(hours=1), minute + timedelta(minutes=1))


def customer_partition(customer: str) -> str:
    return f"CUSTOMER#{customer}"


def ledger(customer: str) -> Key:
    return _key(customer_partition(customer), LEDGER)


def suppressions(customer: str) -> Key:
    return _key(customer_partition(customer), SUPPRESSIONS)


def register(customer: str, register_id: str) -> Key:
    return _key(customer_partition(customer), f"{REGISTER_PREFIX}{register_id}")


def correction(customer: str) -> Key:
    return _key(customer_partition(customer), CORRECTION)


def validated(customer: str, service: str) -> Key:
    return _key(customer_partition(customer), f"{VALIDATED_PREFIX}{service}")


def spent_day(now: datetime) -> Key:
    return _key("LIVE_VALIDATION", f"DAY#{now.astimezone(UTC):%Y-%m-%d}")


def report(until: datetime) -> Key:
    """Whether the report of the days until then was mailed."""
    return _key("REPORTS", f"UNTIL#{until.astimezone(UTC):%Y-%m-%d}")


def audit_partition(customer: str) -> str:
    return f"{AUDIT_PREFIX}{customer}"


def audit(customer: str, at: datetime, digest: str) -> Key:
    """What was done to a customer's suppressions, by its time; a retry is the same row."""
    return _key(audit_partition(customer), f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}#{digest}")


def register_import(import_id: str) -> Key:
    """How far a file of a register was written."""
    return _key("REGISTERS", f"IMPORT#{import_id}")


def register_writers(register_id: str) -> Key:
    """Which files of a register are being entered, all of one day."""
    return _key("REGISTERS", f"WRITING#{register_id}")


def registers() -> Key:
    return _key("REGISTERS", HEAD)


def adopted_partition(instance: str, scope: str = "") -> str:
    return f"ADOPTED#{instance}" + (f"#{scope}" if scope else "")


def adopted_request(instance: str, scope: str = "") -> Key:
    """Which request of the stack for its queues was carried out last."""
    return _key(adopted_partition(instance, scope), "REQUEST")


def adopted(instance: str, queue: str, scope: str = "") -> Key:
    """By Connect's ids of instance and queue, and by the stack that took the queue over."""
    return _key(adopted_partition(instance, scope), f"{QUEUE_PREFIX}{queue}")
