"""Numbers worth having, as the commands of the AWS CLI that get them. Nothing is claimed here."""

import csv
import shlex
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lambdas.domain.cells import Direction
from lambdas.domain.rows import Member
from local.coverage import report as reports
from local.coverage.ground import ground_of
from local.coverage.report import Files
from local.coverage.suggesting import Suggestion
from local.errors import LocalError
from local.toolchain import Say, silent

MOST = 10


@dataclass(frozen=True)
class Proposal:
    """A place to have a number in: how many more customers would see a number of their town, and
    the two commands, the first of which shows what can be had."""

    place: str
    state: str
    region: str
    prefix: str
    gain: int
    search: str
    claim: str

    def as_json(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "place": self.place,
            "state": self.state,
            "region": self.region,
            "prefix": self.prefix,
            "gain": self.gain,
            "search": self.search,
            "claim": self.claim,
        }


def proposals(
    config: Path,
    queue: str | None,
    members: Iterable[Member],
    contacts: Path,
    target: str,
    say: Say = silent,
) -> Sequence[Proposal]:
    """Where further numbers help most, given those of the pool that may be shown.

    Raises LocalError where the list of customers cannot be read.
    """
    ground = ground_of(config, queue)
    shown = [member for member in members if member.direction is not Direction.INBOUND]
    if not shown:
        raise LocalError("The pool is empty, so there is nothing to compare the customers with.")
    with tempfile.TemporaryDirectory() as folder:
        pool = Path(folder) / "pool.csv"
        _write(pool, shown)
        found = reports.report(Files(pool, contacts), ground, MOST, say)
    return [_proposal(suggestion, target) for suggestion in found.suggestions]


def _write(path: Path, members: Iterable[Member]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("number", "city", "state", "ownership", "proof"))
        for member in members:
            said = (member.place, member.state, member.ownership.value, member.proof)
            writer.writerow((member.e164, *said))


def _proposal(suggestion: Suggestion, target: str) -> Proposal:
    offer = suggestion.offer
    prefix = f"+{offer.area_code}" if offer.area_code else ""
    search = ["aws", "connect", "search-available-phone-numbers", *_where(offer.region, prefix)]
    claim = ["aws", "connect", "claim-phone-number", "--target-arn", target]
    return Proposal(
        offer.place,
        offer.state,
        offer.region,
        prefix,
        suggestion.gain,
        _command([*search, "--target-arn", target]),
        f"{_command(claim)} --phone-number NUMBER",
    )


def _where(region: str, prefix: str) -> Iterator[str]:
    yield from ("--phone-number-country-code", region, "--phone-number-type", "DID")
    if prefix:
        yield from ("--phone-number-prefix", prefix)


def _command(words: Iterable[str]) -> str:
    return " ".join(map(shlex.quote, words))
