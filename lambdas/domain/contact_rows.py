"""A checked contact list: what became of each row, and the sum of it all.

A share of invalid rows above `LIMIT` is taken for a problem of the list, as Amazon Connect's own
guidance has it. A source or campaign is flagged when it is worse than that beyond doubt.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import lru_cache
from math import exp, log1p
from statistics import NormalDist
from typing import Any, Final, NamedTuple, Self

CLEAN: Final = "clean"
REJECTED: Final = "rejected"
DUPLICATE: Final = "duplicate"
SUPPRESSED: Final = "suppressed_"
"""And the reason, as `lambdas.domain.suppression` names it."""
ON_REGISTER: Final = "on_do_not_call_register"

LIMIT: Final = 0.005
CONFIDENCE: Final = 0.95
MOST_GROUPS: Final = 2_000
TOO_MANY: Final = "(too many to tell apart)"
"""The one group of a column with more than MOST_GROUPS different cells: it names no sources."""

_FEW: Final = 50
_HALVINGS: Final = 40
_Z: Final = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)

Json = Any


class ContactResult(NamedTuple):
    """What became of one row; everything but `row` is text as it is written into files.

    `row` is the spreadsheet's own number. `reason` is a code and `message` says it in plain words;
    both are "" for a clean row without remarks. `state` is an ISO 3166-2 code without its country;
    `time_zones` are IANA names with blanks between them. `earliest` is when the next lawful call
    may begin, ISO 8601 in the first of the time zones; "" where there is none within eight days.
    `tier` is how local a number the pool would show, "" where no pool is known. `other_numbers` are
    further valid numbers of the row, with blanks between them. `duplicate_of` is the row that has
    the same number already. `suggestion` is a number that may be meant, for a person to check.
    `corrected_number` is the one that the customer told since.
    """

    row: int
    input: str
    e164: str
    outcome: str
    reason: str = ""
    message: str = ""
    kind: str = ""
    region: str = ""
    place: str = ""
    state: str = ""
    time_zones: str = ""
    earliest: str = ""
    tier: str = ""
    other_numbers: str = ""
    duplicate_of: str = ""
    suggestion: str = ""
    source: str = ""
    campaign: str = ""
    corrected_number: str = ""


def is_invalid(reason: str) -> bool:
    """Whether a reason says that the row has no number which could be called. A duplicate and a
    person who must not be called are rejected for other reasons."""
    return bool(reason) and reason not in _NOT_THE_NUMBER and not reason.startswith(SUPPRESSED)


_NOT_THE_NUMBER = frozenset({DUPLICATE, ON_REGISTER})


@lru_cache(maxsize=4 * MOST_GROUPS)
def interval(hits: int, of: int) -> tuple[float, float]:
    """The 95 % confidence interval of a share; (0, 1) of nothing.

    Exact (Clopper and Pearson) where hits or misses are few: an approximation would find a source
    bad by one bad row in thirty. By Wilson's score beyond, where the two are one.
    """
    if not of:
        return 0.0, 1.0
    misses = of - hits
    if min(hits, misses) >= _FEW:
        return _by_score(hits, of)
    if hits > misses:
        low, high = interval(misses, of)
        return 1 - high, 1 - low
    tail = (1 - CONFIDENCE) / 2
    low = _share_where(lambda share: _at_most(hits - 1, of, share) > 1 - tail) if hits else 0.0
    high = _share_where(lambda share: _at_most(hits, of, share) > tail)
    return low, high


def _share_where(still: Callable[[float], bool]) -> float:
    """The share up to which something still holds."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if still(middle) else (low, middle)
    return (low + high) / 2


def _at_most(hits: int, of: int, share: float) -> float:
    """How likely so many hits or fewer are, each being as likely as `share`."""
    if share >= 1:
        return float(hits >= of)
    likely = exp(of * log1p(-share))
    odds = share / (1 - share)
    total = likely
    for found in range(1, hits + 1):
        likely *= (of - found + 1) / found * odds
        total += likely
    return total


def _by_score(hits: int, of: int) -> tuple[float, float]:
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * ((share * (1 - share) + square / (4 * of)) / of) ** 0.5 / (1 + square / of)
    return middle - half, middle + half


class Group(NamedTuple):
    """The rows of one source or campaign; `name` is "" for those that say none.

    `share` of the rows is invalid; `low` and `high` are its 95 % interval.
    """

    name: str
    rows: int
    invalid: int
    by_reason: Mapping[str, int]

    @property
    def rejected(self) -> int:
        return sum(self.by_reason.values())

    @property
    def clean(self) -> int:
        return self.rows - self.rejected

    @property
    def share(self) -> float:
        return self.invalid / self.rows if self.rows else 0.0

    @property
    def low(self) -> float:
        return interval(self.invalid, self.rows)[0]

    @property
    def high(self) -> float:
        return interval(self.invalid, self.rows)[1]

    @property
    def flagged(self) -> bool:
        """Whether the whole interval lies above the limit: chance alone does not make it so."""
        return self.low > LIMIT and self.name != TOO_MANY

    def and_(self, other: "Group") -> "Group":
        """Both together, under this one's name."""
        return Group(
            self.name,
            self.rows + other.rows,
            self.invalid + other.invalid,
            added(self.by_reason, other.by_reason),
        )

    def as_json(self) -> dict[str, Json]:
        return {
            "rows": self.rows,
            "clean": self.clean,
            "rejected": self.rejected,
            "invalid": self.invalid,
            "by_reason": most_first(self.by_reason),
            "invalid_share": round(self.share, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "flagged": self.flagged,
        }


@dataclass
class Summary:
    """What became of a list, or of a part of one.

    `by_region`, `by_kind`, `by_tier` and `by_hour` count clean rows; hours are UTC hours in which
    rows may first be called ("2026-03-02T16:00Z"). `at` is the moment that the list was checked
    for, ISO 8601; `purpose` that of the calls; `unread` parts of the file with numbers that were
    not read.
    """

    file: str = ""
    at: str = ""
    purpose: str = ""
    rows: int = 0
    clean: int = 0
    rejected: int = 0
    invalid: int = 0
    suggestions: int = 0
    by_reason: Mapping[str, int] = field(default_factory=dict)
    by_source: Mapping[str, Group] = field(default_factory=dict)
    by_campaign: Mapping[str, Group] = field(default_factory=dict)
    by_region: Mapping[str, int] = field(default_factory=dict)
    by_kind: Mapping[str, int] = field(default_factory=dict)
    by_tier: Mapping[str, int] = field(default_factory=dict)
    by_hour: Mapping[str, int] = field(default_factory=dict)
    notes: Sequence[str] = ()
    unread: Sequence[str] = ()

    @property
    def invalid_share(self) -> float:
        return self.invalid / self.rows if self.rows else 0.0

    @property
    def low(self) -> float:
        """Where the 95 % interval of the invalid share begins."""
        return interval(self.invalid, self.rows)[0]

    @property
    def high(self) -> float:
        """And where it ends."""
        return interval(self.invalid, self.rows)[1]

    @property
    def alarm(self) -> bool:
        """Whether more of the list is invalid than a list should have."""
        return self.invalid_share > LIMIT

    @property
    def flagged(self) -> Sequence[tuple[str, Group]]:
        """("source" or "campaign", group) of all that are worse beyond doubt, the worst first;
        none of a list that names no sources, or no campaigns."""
        found = [
            (what, group)
            for what, groups in (("source", self.by_source), ("campaign", self.by_campaign))
            if any(groups)
            for group in groups.values()
            if group.flagged
        ]
        return sorted(found, key=lambda one: (-one[1].low, one[0], one[1].name))

    def merge(self, other: "Summary") -> "Summary":
        """Both parts together, whichever comes first."""
        return Summary(
            file=self.file or other.file,
            at=self.at or other.at,
            purpose=self.purpose or other.purpose,
            rows=self.rows + other.rows,
            clean=self.clean + other.clean,
            rejected=self.rejected + other.rejected,
            invalid=self.invalid + other.invalid,
            suggestions=self.suggestions + other.suggestions,
            by_reason=most_first(added(self.by_reason, other.by_reason)),
            by_source=groups_of([*self.by_source.values(), *other.by_source.values()]),
            by_campaign=groups_of([*self.by_campaign.values(), *other.by_campaign.values()]),
            by_region=most_first(added(self.by_region, other.by_region)),
            by_kind=most_first(added(self.by_kind, other.by_kind)),
            by_tier=most_first(added(self.by_tier, other.by_tier)),
            by_hour=dict(sorted(added(self.by_hour, other.by_hour).items())),
            notes=_once([*self.notes, *other.notes]),
            unread=_once([*self.unread, *other.unread]),
        )

    def as_json(self) -> dict[str, Json]:
        """For the command line, for `summary.json`, and for `from_json`."""
        return {
            **{one.name: getattr(self, one.name) for one in fields(self)},
            "by_source": {name: group.as_json() for name, group in self.by_source.items()},
            "by_campaign": {name: group.as_json() for name, group in self.by_campaign.items()},
            "invalid_share": round(self.invalid_share, 6),
            "low": round(self.low, 6),
            "high": round(self.high, 6),
            "limit": LIMIT,
            "alarm": self.alarm,
            "flagged": [f"{what} {group.name}".rstrip() for what, group in self.flagged],
            "notes": list(self.notes),
            "unread": list(self.unread),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> Self:
        """What `as_json` gave, also after it was written and read."""
        told = {one.name: document[one.name] for one in fields(cls)}
        for name in ("by_source", "by_campaign"):
            told[name] = {
                group: Group(group, said["rows"], said["invalid"], said["by_reason"])
                for group, said in document[name].items()
            }
        return cls(**{**told, "notes": tuple(told["notes"]), "unread": tuple(told["unread"])})

    def written(self) -> str:
        """The JSON as a file."""
        return f"{json.dumps(self.as_json(), ensure_ascii=False, indent=1)}\n"


def groups_of(groups: Iterable[Group]) -> Mapping[str, Group]:
    """Groups by name, those with most invalid rows first; those of one name are put together.

    More than MOST_GROUPS names become one group, whatever the order they came in.
    """
    found: dict[str, Group] = {}
    for group in groups:
        before = found.get(group.name)
        found[group.name] = before.and_(group) if before else group
    if len(found) > MOST_GROUPS or (TOO_MANY in found and len(found) > 1):
        together = Group(TOO_MANY, 0, 0, {})
        for group in found.values():
            together = together.and_(group)
        return {TOO_MANY: together}
    return {
        group.name: group._replace(by_reason=most_first(group.by_reason))
        for group in sorted(found.values(), key=lambda one: (-one.invalid, -one.rows, one.name))
    }


def added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    """Counts of both."""
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def most_first(counts: Mapping[str, int]) -> dict[str, int]:
    """The largest counts first; of equal ones in the order of their names."""
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
