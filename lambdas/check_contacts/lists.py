"""What every step of a list's check has in common: whose list it is, and how it is opened."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lambdas import wiring
from lambdas.check_contacts.checking import Outcome, check_table
from lambdas.domain.cells import country_code
from lambdas.domain.contacts import Judge
from lambdas.domain.list_checks import Check, ListPlace, place_of
from lambdas.domain.settings import QueueSettings
from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from lambdas.files.table import Table
from lambdas.wiring import lists

LIMITS: Final = replace(CONTACTS, file_bytes=8_000_000_000, rows=200_000_000)
"""What a function's disk takes, with the pieces beside it."""


class NotChecked(Exception):
    """The list cannot be checked; the text tells staff why, and what to do."""


def whose(check: Check) -> tuple[QueueSettings, str, ListPlace]:
    """Queue and country of a list, and what its folders say. Raises NotChecked."""
    place = place_of(check.key)
    known = wiring.settings().queues
    if place is None or place.queue not in known:
        raise NotChecked(
            "The list is in no queue's folder, so it was not checked. Put it into lists/<queue>/"
            f" with one of these queues: {', '.join(sorted(known))}."
        )
    queue = known[place.queue]
    if not place.country:
        return queue, wiring.settings().pools[queue.pool].country or "", place
    country = country_code(place.country, lists.countries())
    if not country:
        raise NotChecked(
            f"The country {place.country!r} of the list's folder is not understood, so the list was"
            " not checked. Write its name in English or its two-letter code, such as GB."
        )
    return queue, country, place


def opened(check: Check, path: Path) -> Table:
    """Raises UnreadableFile, with a message for staff."""
    return open_table(path, check.name, limits=LIMITS, every_number=True)


def bare_judge(check: Check) -> Judge:
    """Tells which number a row has, and no more. Raises NotChecked."""
    queue, country, _ = whose(check)
    return Judge(lists.bare_ground(queue, country, "", datetime.fromisoformat(check.at)))


def checked(check: Check, table: Table, usual: str, folder: Path) -> Outcome:
    """Check a list, or a chunk of it, into a folder. `usual` is the region that most numbers of the
    whole list are of. Raises NotChecked, StoreUnavailable."""
    queue, country, place = whose(check)
    ground = lists.ground(queue, country, usual, datetime.fromisoformat(check.at))
    return check_table(
        table, Judge(ground), lists.lookup(queue), folder, check.name, campaign=place.campaign
    )
