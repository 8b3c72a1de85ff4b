"""The check of a contact list on this machine: the engine that runs in AWS, files in a folder."""

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from lambdas.check_contacts.csv_files import CLEAN_FILE, REJECTED_FILE, CsvFiles
from lambdas.check_contacts.entries import contact_rows, sampled
from lambdas.check_contacts.page import Examples, write_page
from lambdas.check_contacts.workbook import MOST_ROWS, write_workbook
from lambdas.domain.cells import country_code
from lambdas.domain.contact_rows import ContactResult, Summary
from lambdas.domain.contacts import Ground, Judge, TierOf
from lambdas.domain.screening import Imported
from lambdas.domain.settings import PoolSettings, QueueSettings
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import CONTACTS
from lambdas.files.reading import open_table
from lambdas.files.table import Row, Table
from lambdas.usecases.check_contacts import ListCheck, SuppressionLookup
from local import state as states
from local.coverage import ground as grounds
from local.coverage.tally import Chooser
from local.deployed_hours import deployed_hours, deployed_screening
from local.errors import LocalError
from local.toolchain import Say, silent

if TYPE_CHECKING:
    from local.cloud import LocalCloud

STRICTEST: Final = "marketing"
SUMMARY_FILE: Final = "summary.json"
PAGE_FILE: Final = "report.html"
WORKBOOK_FILE: Final = "result.xlsx"
_SAID: Final[Mapping[str, str]] = {
    CLEAN_FILE: "the rows that can be dialled",
    REJECTED_FILE: "all other rows, each with the reason",
    WORKBOOK_FILE: "every row with what became of it",
    SUMMARY_FILE: "the counts, for programs",
    PAGE_FILE: "the same for people",
}
_TOLD_EVERY = 1_000

Told = Callable[[int, int], None]


class Asked(NamedTuple):
    """What is to be checked. `at` is the moment of the first call, None for now; without `state`
    nothing is looked up about customers; without `queue` the purpose is the strictest one.
    `keep` has every result written to a file of JSON lines too."""

    file: Path
    out: Path
    config: Path
    country: str | None = None
    at: datetime | None = None
    state: Path | None = None
    queue: str | None = None
    keep: Path | None = None


class Done(NamedTuple):
    """The summary, and the files that were written."""

    summary: Summary
    files: Sequence[Path]


@dataclass(frozen=True)
class Records:
    """What a state knows: of customers, of numbers that the pool has, of registers."""

    lookup: SuppressionLookup | None = None
    tier_of: TierOf | None = None
    imported: Mapping[str, Imported] | None = None


def check(asked: Asked, say: Say = silent, told: Told = lambda _done, _of: None) -> Done:
    """Check the list and write the results, all of them or none.

    `told` is called with the rows that are done, and how many there are. Raises LocalError, in the
    words for staff, where the file, the country, the queue or the config is none.
    """
    _refuse_to_overwrite(asked)
    ground = grounds.ground_of(asked.config, asked.queue)
    queue, pool = _queue_of(asked, ground)
    now = asked.at or datetime.now(UTC)
    say(f"Reading {asked.file.name}")
    table = _opened(asked.file)
    with _records(asked, queue, pool, ground, say) as records:
        settings = grounds.settings_of(asked.config)
        by = Ground(
            places=ground.places,
            hours=deployed_hours(),
            countries=ground.countries,
            pool=pool,
            now=now,
            purpose=queue.purpose,
            brand=queue.brand,
            country=_country(asked.country, ground) or pool.country or "",
            tier_of=records.tier_of,
            screening=deployed_screening(settings.registers),
            imported=records.imported or {},
        )
        usual, table = sampled(table, Judge(by))
        judge = Judge(replace(by, usual=usual))
        return _written(asked, table, judge, records, told)


def _written(asked: Asked, table: Table, judge: Judge, records: Records, told: Told) -> Done:
    """Write into a folder of its own, and move what is whole to where it is wanted."""
    try:
        asked.out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".unfinished-", dir=asked.out) as name:
            folder = Path(name)
            summary = _checked(asked, table, judge, records, folder, told)
            names = [one for one in _SAID if (folder / one).exists()]
            for one in _SAID:
                (asked.out / one).unlink(missing_ok=True)
            for one in names:
                (folder / one).replace(asked.out / one)
    except OSError as error:
        raise LocalError(f"{asked.out} cannot be written to: {error.strerror}.") from error
    return Done(summary, [asked.out / one for one in names])


def _checked(
    asked: Asked, table: Table, judge: Judge, records: Records, folder: Path, told: Told
) -> Summary:
    examples = Examples()
    kept: list[ContactResult] | None = [] if table.row_count <= MOST_ROWS else None
    listed = replace(table, rows=_counted(table, told))
    list_check = ListCheck(judge, records.lookup, table.row_count)
    with CsvFiles(folder, table.headings, table.delimiter) as files, _lines(asked.keep) as keep:
        for row, result in list_check.results(contact_rows(listed)):
            files.add(row, result)
            examples.add(result)
            if kept is not None:
                kept.append(result)
            if keep is not None:
                keep(result)
    summary = list_check.summary(file=asked.file.name, notes=table.notes, unread=table.unread)
    summary.notes = (*summary.notes, *_notes(asked, judge.ground, summary))
    if kept is not None:
        write_workbook(folder / WORKBOOK_FILE, summary, kept)
    (folder / SUMMARY_FILE).write_text(summary.written(), "utf-8")
    there = [(name, said) for name, said in _SAID.items() if (folder / name).exists()]
    write_page(folder / PAGE_FILE, summary, examples.rows, there)
    return summary


def _counted(table: Table, told: Told) -> Iterator[Row]:
    for number, row in enumerate(table.rows, start=1):
        if number % _TOLD_EVERY == 0:
            told(number, table.row_count)
        yield row
    told(table.row_count, table.row_count)


@contextmanager
def _lines(path: Path | None) -> Iterator[Callable[[ContactResult], None] | None]:
    if path is None:
        yield None
        return
    encode = json.JSONEncoder(ensure_ascii=False).encode
    with path.open("w", encoding="utf-8") as file:
        yield lambda result: print(encode(result._asdict()), file=file)


def _notes(asked: Asked, ground: Ground, summary: Summary) -> Iterator[str]:
    if asked.state is None:
        yield (
            "Nobody looked up who must not be called (--state DIR says where that is kept): a call"
            " to such a person is blocked when it is dialled."
        )
    if asked.queue is None and asked.state is None:
        yield f"The hours are those of {ground.purpose} calls; --queue says for which queue."
    for region, rows in summary.by_region.items():
        today = ground.now.date()
        bar = ground.screening.bar(region, ground.purpose, {}, ground.imported, today)
        if bar and bar.reason == "do_not_call_register_too_old":
            yield (
                f"{rows:,} of the rows that can be dialled are numbers of {region}. Calls to them"
                f" are blocked until a newer file of {bar.register.id} is imported."
                f" {bar.register.words}"
            )


def _opened(path: Path) -> Table:
    try:
        return open_table(path, path.name, limits=CONTACTS, every_number=True)
    except UnreadableFile as problem:
        raise LocalError(f"{path.name}: {problem.message}") from problem
    except OSError as problem:
        raise LocalError(f"{path.name} cannot be opened: {problem.strerror}.") from problem


def _refuse_to_overwrite(asked: Asked) -> None:
    if asked.out.exists() and not asked.out.is_dir():
        raise LocalError(f"{asked.out} is a file; --out takes a folder.")
    if asked.file.resolve() in {(asked.out / name).resolve() for name in _SAID}:
        raise LocalError(f"The results would overwrite {asked.file}: choose another folder.")


def _country(said: str | None, ground: grounds.Ground) -> str:
    if not said:
        return ""
    code = country_code(said, ground.countries)
    if code is None:
        raise LocalError(f"--country {said!r} is no country; write two letters, such as GB.")
    return code


def _queue_of(asked: Asked, ground: grounds.Ground) -> tuple[QueueSettings, PoolSettings]:
    """The queue that is asked for; else the first one, by the strictest purpose and any brand."""
    if asked.queue:
        return ground.queue, ground.pool
    return replace(ground.queue, purpose=STRICTEST, brand=""), ground.pool


@contextmanager
def _records(
    asked: Asked,
    queue: QueueSettings,
    pool: PoolSettings,
    ground: grounds.Ground,
    say: Say,
) -> Iterator[Records]:
    """What the state of --state knows, while its database runs; nothing without one."""
    if asked.state is None:
        yield Records()
        return
    if not (asked.state / states.FILE).exists():
        raise LocalError(f"{asked.state} holds no state; `import` and `suppress` make one there.")
    from local.cloud import LocalCloud  # boto3 and a database: only where they are needed

    with LocalCloud.start(asked.config, asked.state, say) as cloud:
        yield _of_cloud(cloud, queue, pool, ground)


def _of_cloud(
    cloud: "LocalCloud", queue: QueueSettings, pool: PoolSettings, ground: grounds.Ground
) -> Records:
    from lambdas.store.directories import PublishedDirectories
    from lambdas.store.sealing import KmsSeal
    from lambdas.store.standing import DynamoStanding
    from local.remembered import Remembered

    remembered = Remembered.of(cloud)
    directories = PublishedDirectories(
        remembered.client, remembered.tables.number_pool, lambda: 0.0, ground.rules.prefixes
    )
    directory = directories.current(pool.name)
    imported = directories.registers()
    lookup = DynamoStanding(
        remembered.client,
        remembered.tables.customers,
        remembered.secret,
        KmsSeal(cloud.session.client("kms"), cloud.name_of("DATA_KEY_ARN")),
        {"+": list(imported)} if imported else {},
    )
    if directory is None:
        return Records(lookup, None, imported)
    chooser = Chooser(directory, pool, queue.purpose, ground.rules)
    return Records(lookup, lambda phone, where: str(chooser.first(phone, where)[0]), imported)
