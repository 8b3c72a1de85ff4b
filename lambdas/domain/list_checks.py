"""The check of a contact list that lies in the bucket: which list, when, and in which parts."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

FOLDER: Final = "lists"
RESULTS_ENDING: Final = ".check/"
"""The results of a list lie in a folder beside it, called like it with this at the end."""
LONGEST_KEY: Final = 1_024
"""Bytes of an object key in S3."""
LONGEST_RESULT: Final = 40
"""Bytes that the names of results may take."""
_COUNTRY_FOLDER = re.compile(r"country=(.+)", re.IGNORECASE)

Json = Any


class ListPlace(NamedTuple):
    """What the folders of a list say: lists/<queue>/[country=GB/][campaign/...]file.

    `country` and `campaign` are "" where none is said.
    """

    queue: str
    country: str
    campaign: str


class Check(NamedTuple):
    """One check of one version of a list. `at` is the moment that it is made for, ISO 8601.

    `again` is "" for the check of a fresh upload, and names the re-check otherwise: a day, or
    whatever tells it from others.
    """

    bucket: str
    key: str
    version: str
    etag: str
    at: str
    again: str = ""

    @property
    def id(self) -> str:
        """The same however often the check is asked for; it says nothing of the list."""
        text = "\n".join((self.bucket, self.key, self.version, self.etag, self.again))
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    @property
    def name(self) -> str:
        return self.key.rsplit("/", 1)[-1]

    @property
    def results(self) -> str:
        """The folder of the results; under a shorter name where the list's own is too long."""
        beside = self.key + RESULTS_ENDING
        if len(beside.encode()) + LONGEST_RESULT <= LONGEST_KEY:
            return beside
        of_the_list = hashlib.sha256(self.key.encode()).hexdigest()[:32]
        return f"{self.key.rpartition('/')[0]}/{of_the_list}{RESULTS_ENDING}"

    def as_json(self) -> dict[str, Json]:
        return dict(self._asdict())

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> "Check":
        return cls(**{name: str(document[name]) for name in cls._fields})


class Chunk(NamedTuple):
    """One part of a list: rows whose numbers fall together, in the order of the list.

    `rows` and `row_sum` are the count and the sum of its row numbers, `tag` is a digest of what it
    holds, `rounds` are the rounds of splitting that wrote a piece of it.
    """

    number: int
    rows: int
    row_sum: int
    tag: str
    rounds: tuple[int, ...]

    def as_json(self) -> dict[str, Json]:
        return {**self._asdict(), "rounds": list(self.rounds)}

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> "Chunk":
        return cls(
            int(document["number"]),
            int(document["rows"]),
            int(document["row_sum"]),
            str(document["tag"]),
            tuple(int(one) for one in document["rounds"]),
        )

    def and_(self, later: "Chunk") -> "Chunk":
        """This chunk with the piece that a later round of splitting wrote."""
        both = hashlib.sha256(f"{self.tag}\n{later.tag}".encode()).hexdigest()[:32]
        return Chunk(
            self.number,
            self.rows + later.rows,
            self.row_sum + later.row_sum,
            both,
            (*self.rounds, *later.rounds),
        )


class Tally(NamedTuple):
    """Rows that have a result: how many, and the sum of their numbers."""

    rows: int
    row_sum: int


class NotOneResultARow(ValueError):
    """Rows are missing from the results, or are there twice."""


def place_of(key: str) -> ListPlace | None:
    """Whose list it is, by its folders; None for what lies in no queue's folder."""
    folder, *inner = key.split("/")[:-1] or [""]
    if folder != FOLDER or not inner or not inner[0]:
        return None
    country, campaign = "", []
    for name in inner[1:]:
        said = _COUNTRY_FOLDER.fullmatch(name)
        if said and not country:
            country = said[1]
        elif name:
            campaign.append(name)
    return ListPlace(inner[0], country, "/".join(campaign))


def is_list(key: str) -> bool:
    """Whether staff dropped it: no folder, and no result of ours."""
    return key.startswith(f"{FOLDER}/") and not key.endswith("/") and RESULTS_ENDING not in key


def chunk_count(rows: int, rows_in_chunk: int) -> int:
    return max(1, -(-rows // rows_in_chunk))


def chunk_of(key: str | bytes, count: int) -> int:
    """The chunk that a row with this partition key belongs to."""
    told = key.encode() if isinstance(key, str) else key
    return int.from_bytes(hashlib.blake2b(told, digest_size=8).digest(), "big") % count


def put_together(rounds: Iterable[Sequence[Chunk]]) -> list[Chunk]:
    """The chunks of several rounds of splitting, by number; those without rows are none."""
    found: dict[int, Chunk] = {}
    for chunks in rounds:
        for chunk in chunks:
            before = found.get(chunk.number)
            found[chunk.number] = before.and_(chunk) if before else chunk
    return [found[number] for number in sorted(found)]


def hold_to(chunk: Chunk, done: Tally) -> None:
    """Raises NotOneResultARow unless every row of the chunk has one result."""
    if done != (chunk.rows, chunk.row_sum):
        raise NotOneResultARow(
            f"chunk {chunk.number} has {chunk.rows} rows with the sum {chunk.row_sum}, and results"
            f" for {done.rows} with the sum {done.row_sum}"
        )
