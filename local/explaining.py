"""What a pick would come to, without a call: a file of numbers, or the pool of a kept state."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from lambdas.domain.cells import country_code
from lambdas.domain.choosing import Candidate, Wanted
from lambdas.domain.directory import Directory, unpack
from lambdas.domain.explaining import Explanation, Look, Question, explain, nothing_known
from lambdas.domain.phone import E164, NotAPhoneNumber, Phone, is_emergency, parse_e164
from lambdas.domain.row_words import WORDS
from lambdas.domain.rows import Member, Outcome, RowResult
from lambdas.domain.settings import Attempts
from lambdas.domain.whereabouts import NOTHING_KNOWN, Knowledge, whereabouts
from lambdas.domain.written import understand
from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.import_numbers.entries import entries
from lambdas.usecases.deciding import unwanted_call
from local import state as states
from local.coverage.ground import Ground, ground_of
from local.coverage.publishing import published
from local.deployed_hours import deployed_hours, deployed_screening
from local.errors import LocalError
from local.importing import counted
from local.toolchain import Say, silent

EXAMPLE = "write it with + and the country's code, like +442079460123"


@dataclass(frozen=True)
class Request:
    """What is asked.

    With `state`, its memory of the customer counts; without `pool` the numbers are its own, with
    their usage. `country` is that of the file's national numbers.
    """

    to: str
    config: Path
    pool: Path | None = None
    state: Path | None = None
    queue: str | None = None
    country: str | None = None
    knowledge: Knowledge = NOTHING_KNOWN
    shown: Sequence[str] = ()
    answered: str | None = None
    contact_id: str = ""
    at: datetime | None = None


class Explained(NamedTuple):
    """The explanation, and what became of the file's rows (none where no file was read)."""

    explanation: Explanation
    rows: Sequence[RowResult]

    @property
    def taken(self) -> int:
        return sum(row.outcome is Outcome.ADDED for row in self.rows)


class _Numbers(NamedTuple):
    directory: Directory | None
    members: Sequence[Member] = ()
    rows: Sequence[RowResult] = ()


class _Memory(NamedTuple):
    shown_lately: frozenset[int] = frozenset()
    answered: str = ""
    unwanted: str = ""
    rung_enough: str = ""
    look: Look = nothing_known
    withheld: Mapping[E164, str] = MappingProxyType({})


def explained(request: Request, say: Say = silent) -> Explained:
    """Explain one call, with the intake, packing, rules and choice that a call meets.

    Raises LocalError where a file, a number, the country, the queue or the config is none.
    """
    destination = customer_number(request.to)
    shown = frozenset(_understood(number, "--shown").digits for number in request.shown)
    answered = _understood(request.answered, "--answered") if request.answered else None
    ground = ground_of(request.config, request.queue)
    hours, purpose, pool = deployed_hours(), ground.queue.purpose, ground.pool
    where = whereabouts(destination, request.knowledge, ground.places)
    location = hours.location(destination, request.knowledge, where, ground.places)
    verdict = hours.judge(location, purpose, pool, request.at or datetime.now(UTC))
    limits = [ground.queue.attempts]
    limits += [lawful.attempts for lawful in hours.attempts(location, purpose, pool)]
    with ExitStack() as stack:
        numbers, memory = _looked_up(request, destination, ground, limits, stack, say)
        if answered is None and memory.answered:
            answered = parse_e164(memory.answered)
        wanted = Wanted(
            destination,
            where,
            purpose,
            shown | memory.shown_lately,
            answered,
            request.contact_id,
        )
        question = Question(
            wanted,
            location.all_zones,
            ground.queue,
            pool,
            numbers.members,
            memory.look,
            memory.unwanted
            or ("" if verdict.allowed else "outside_calling_hours")
            or memory.rung_enough,
            verdict,
            hours.holding(location, purpose, pool.hours).looked_at,
            memory.withheld,
        )
        return Explained(explain(numbers.directory, question, ground.rules), numbers.rows)


def customer_number(text: str) -> Phone:
    """The customer's number. Raises LocalError where it is none, or no number is picked for it."""
    if is_emergency(text):
        raise LocalError(
            f"{text} reaches an emergency service: no number is picked, and the call shows the"
            " queue's own."
        )
    return _understood(text, "--to")


def _understood(text: str, option: str) -> Phone:
    try:
        return understand(text, None)[0]
    except NotAPhoneNumber as problem:
        if problem.code in ("no_country", "not_a_number"):
            raise LocalError(f"{option} {text!r} is no number; {EXAMPLE}.") from problem
        raise LocalError(f"{option} {text!r}: {WORDS[problem.code]}") from problem


def _looked_up(
    request: Request,
    destination: Phone,
    ground: Ground,
    limits: Sequence[Attempts | None],
    stack: ExitStack,
    say: Say,
) -> tuple[_Numbers, _Memory]:
    """Numbers and memory. What is asked of a state is asked while its cloud runs."""
    country = _country(request.country, ground)
    now = request.at or datetime.now(UTC)
    if request.state is None:
        if request.pool is None:
            raise LocalError("Say which numbers we have: --pool FILE, or --state DIR with some.")
        return _from_file(request.pool, ground, country, now), _Memory()
    if not (request.state / states.FILE).exists():
        raise LocalError(f"{request.state} holds no state; `import` and `dial` make one there.")
    from local.cloud import LocalCloud  # boto3 and a database: only where they are needed
    from local.remembered import Remembered

    cloud = stack.enter_context(LocalCloud.start(request.config, request.state, say))
    remembered = Remembered.of(cloud)
    customer = remembered.customer(destination.e164)
    ledger = customer.ledger
    listed = deployed_screening(cloud.settings().registers).bar(
        destination.region,
        ground.queue.purpose,
        customer.listed,
        remembered.registers(ground.pool.name),
        now.date(),
    )
    unwanted = unwanted_call(customer, ground.queue, listed, now)
    memory = _Memory(
        ledger.shown_lately(ground.pool.avoid_repeat, now),
        ledger.answered,
        unwanted.reason if unwanted else "",
        "attempts_reached" if any(ledger.rung_enough(most, now) for most in limits) else "",
    )
    if request.pool is not None:
        return _from_file(request.pool, ground, country, now), memory
    directory = remembered.directory(ground.pool.name, ground.rules.prefixes)
    if directory is None:
        return _Numbers(None), memory

    def look(choices: Sequence[Candidate]) -> Mapping[E164, str]:
        return remembered.kept_back(choices, directory, ground.pool, now)

    withheld = remembered.withheld(ground.pool, now)
    return _Numbers(directory), memory._replace(look=look, withheld=withheld)


def _from_file(path: Path, ground: Ground, country: str | None, now: datetime) -> _Numbers:
    try:
        table = open_table(path, path.name, limits=Limits())
    except UnreadableFile as problem:
        raise LocalError(f"{path.name}: {problem.message}") from problem
    except OSError as problem:
        raise LocalError(f"{path} cannot be opened: {problem.strerror}.") from problem
    members, rows = ground.intake(country, now.date()).read(entries(table))
    if not members:
        raise LocalError(
            f"{path.name}: none of its {counted(len(rows), 'row')} could be used;"
            f" `python -m local import {path}` shows why."
        )
    segments = published(ground.pool.name, list(members.values()), now)
    directory = unpack(segments, prefixes=ground.rules.prefixes)
    return _Numbers(directory, list(members.values()), rows)


def _country(said: str | None, ground: Ground) -> str | None:
    if not said:
        return None
    code = country_code(said, ground.countries)
    if code is None:
        raise LocalError(f"--country {said!r} is no country; write two letters, such as GB.")
    return code
