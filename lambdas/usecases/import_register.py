"""Take in a file of a national do-not-call register: all its numbers first, then one visible step.

Until that step pickers screen against the files before; a file that broke off, or that is not
understood, changes nothing but the entries that it wrote, which count with the next whole file.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone
from itertools import islice
from typing import NamedTuple, Protocol

from lambdas.domain.phone import E164
from lambdas.domain.screening import Imported

UNREAD_SHARE = 0.01
FIRST_ZONE = timezone(timedelta(hours=14))
"""A day begins here first of all places."""
TIME_FOR_THE_REST = 45.0
"""Seconds that are left when a long file is put off to the next invocation."""

BETWEEN_INVOCATIONS = timedelta(minutes=20)
"""A file that goes on in another invocation is delivered again within that time."""


class RegisterFile(NamedTuple):
    """`additions` are entered besides those of the files before; else the file is complete."""

    register: str
    dated: date
    additions: bool = False


class Taken(NamedTuple):
    """What became of a file. `finished` is False where the rest is for another invocation."""

    finished: bool
    accepted: bool
    entries: int
    unread: int
    message: str


class RegisterStore(Protocol):
    def imported(self, register: str) -> Imported | None: ...

    def write(self, register: str, dated: date, numbers: Iterator[E164]) -> Iterator[int]: ...

    def publish(self, register: str, file: Imported) -> bool: ...

    def progress(self, import_id: str) -> int: ...

    def note_progress(self, import_id: str, entries: int, now: datetime) -> None: ...

    def begin(self, file: RegisterFile, import_id: str, now: datetime, until: datetime) -> bool:
        """Whether the file may be entered now: files of one register and several days may not be at
        once, since an older one would put its day on entries of a newer one."""

    def end(self, file: RegisterFile, import_id: str) -> None:
        """Let files of other days begin."""


def import_register(
    file: RegisterFile,
    import_id: str,
    lines: Iterator[E164 | None],
    store: RegisterStore,
    now: datetime,
    left: Callable[[], float],
) -> Taken:
    """Enter the numbers of the lines (None for one that is not understood) and publish the file.

    Goes on where an earlier try of the same file ended. `left` gives the seconds until the end of
    this invocation.
    """
    before = store.imported(file.register)
    refused = _refused(file, before, now)
    if refused:
        return Taken(True, False, 0, 0, refused)
    until = now + timedelta(seconds=left()) + BETWEEN_INVOCATIONS
    if not store.begin(file, import_id, now, until):
        return Taken(False, False, 0, 0, "A file of another day is being entered; this one waits.")
    taken = _entered(file, import_id, lines, store, before, now, left)
    if taken.finished:
        store.end(file, import_id)
    return taken


def _entered(
    file: RegisterFile,
    import_id: str,
    lines: Iterator[E164 | None],
    store: RegisterStore,
    before: Imported | None,
    now: datetime,
    left: Callable[[], float],
) -> Taken:
    unread = 0

    def understood() -> Iterator[E164]:
        nonlocal unread
        for number in lines:
            if number is None:
                unread += 1
            else:
                yield number

    numbers = understood()
    entries = sum(1 for _ in islice(numbers, store.progress(import_id)))
    for more in store.write(file.register, file.dated, numbers):
        entries += more
        if left() < TIME_FOR_THE_REST:
            store.note_progress(import_id, entries, now)
            return Taken(False, False, entries, unread, f"{entries} entries so far.")
    if not entries or unread > UNREAD_SHARE * (entries + unread):
        return Taken(
            True, False, entries, unread,
            f"{unread} lines of {entries + unread} are no numbers of the register's country, so the"
            " file is not in force. What was imported before goes on counting until it is too old.",
        )  # fmt: skip
    if file.additions and before is None:
        told = "are entered, and in force with a complete file of that day or a later one."
        return Taken(True, True, entries, unread, f"{entries} numbers {told}")
    complete = before.complete if before and file.additions else file.dated
    if not store.publish(file.register, Imported(file.dated, complete)):
        return Taken(True, False, entries, unread, "A newer file came in meanwhile.")
    return Taken(
        True, True, entries, unread,
        f"{entries} numbers of {file.register}, dated {file.dated}, are in force within seconds.",
    )  # fmt: skip


def _refused(file: RegisterFile, before: Imported | None, now: datetime) -> str:
    if file.dated > now.astimezone(FIRST_ZONE).date():
        return f"The file is dated {file.dated}, which is in the future."
    if before and file.dated < before.dated:
        return f"A newer file, dated {before.dated}, is in force already."
    return ""
