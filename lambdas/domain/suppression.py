"""Who must not be called, by whom, why and until when."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple


class Reason(StrEnum):
    """Why a person, or the number that they had, is not called.

    `UNKNOWN` is read where a later version wrote a reason that this one does not know.
    """

    DO_NOT_CALL = "do_not_call"
    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    REASSIGNED = "reassigned"
    PREFERS_OTHER_CHANNEL = "prefers_other_channel"
    DECEASED = "deceased"
    LITIGATOR = "litigator"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


SMS = "sms"
"""The way of what somebody wrote in a message."""

ABOUT_THE_NUMBER = frozenset({Reason.WRONG_NUMBER, Reason.REASSIGNED})
"""The person may be called on another number of theirs; all other reasons are the person's own."""

WORDS: Mapping[Reason, str] = {
    Reason.DO_NOT_CALL: "This customer is on the do-not-call list of the company.",
    Reason.OPT_OUT: "This customer asked not to be called.",
    Reason.WRONG_NUMBER: "Someone else answers at this number.",
    Reason.REASSIGNED: "The number was given to someone else.",
    Reason.PREFERS_OTHER_CHANNEL: "This customer wants to be reached another way.",
    Reason.DECEASED: "This customer has died.",
    Reason.LITIGATOR: "This customer goes to court over unwanted calls.",
    Reason.REFUSED: "This customer refused lately, and is not asked again for a while.",
    Reason.TEMPORARY: "This customer is not to be called for the time being.",
    Reason.UNKNOWN: "This customer is not to be called.",
}


class Suppression(NamedTuple):
    """One reason not to call. `brand` and `purpose` are "" where it holds for all of them.

    `until` is when it ends by itself, None for never. `by` is who entered it (an agent's name, a
    file, a system), `through` the way that it came: agent, disposition, sms, key_press, file, api,
    command_line. `channel` is what the person prefers instead, "" where they did not say.
    """

    reason: Reason
    since: datetime
    until: datetime | None = None
    brand: str = ""
    purpose: str = ""
    by: str = ""
    through: str = ""
    note: str = ""
    channel: str = ""

    @property
    def about(self) -> str:
        """What it says: reason, brand and purpose."""
        return f"{self.reason}|{self.brand}|{self.purpose}"

    @property
    def name(self) -> str:
        """What tells one suppression of a person from another: what it says, and whether it came by
        SMS, since a message lifts no more than messages entered."""
        return f"{self.about}|{SMS}" if self.through == SMS else self.about

    def holds(self, brand: str, purpose: str, now: datetime) -> bool:
        """Whether it bars a call for that brand and purpose. A queue whose brand is not known
        ("") may be any of them."""
        return (
            (self.until is None or now < self.until)
            and (not self.brand or not brand or self.brand == brand)
            and (not self.purpose or not purpose or self.purpose == purpose)
        )

    def says_more_than(self, other: "Suppression") -> bool:
        """Whether it must replace another of the same name: it ends later, or names another
        channel."""
        return self._outlasts(other) or bool(self.channel and self.channel != other.channel)

    def besides(self, other: "Suppression") -> "Suppression":
        """What stands once it replaces another of the same name: the later end of both, and the
        channel that was named last."""
        until = self.until if self._outlasts(other) else other.until
        return self._replace(until=until, channel=self.channel or other.channel)

    def _outlasts(self, other: "Suppression") -> bool:
        return other.until is not None and (self.until is None or self.until > other.until)

    @property
    def words(self) -> str:
        """Why, for an agent."""
        said = WORDS[self.reason]
        if self.channel:
            said = f"{said} Preferred: {self.channel}."
        if self.until:
            said = f"{said} Until {self.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC."
        return said

    def written(self) -> str:
        """JSON with the members that say something; times are ISO 8601 in UTC."""
        told: dict[str, Any] = {name: value for name, value in self._asdict().items() if value}
        for name in ("since", "until"):
            if name in told:
                told[name] = told[name].astimezone(UTC).isoformat()
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> "Suppression":
        """What was written. What a later version wrote bars as far as it is understood, and what
        is not understood bars every call."""
        try:
            told = json.loads(text)
            reason = told.get("reason", "")
            return cls(
                _REASONS.get(reason, Reason.UNKNOWN),
                datetime.fromisoformat(told["since"]),
                datetime.fromisoformat(told["until"]) if told.get("until") else None,
                *(str(told.get(name, "")) for name in _TEXTS),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            return cls(Reason.UNKNOWN, datetime.fromtimestamp(0, UTC))


_REASONS = {str(reason): reason for reason in Reason}
_TEXTS = ("brand", "purpose", "by", "through", "note", "channel")
_STRICTEST = tuple(Reason)


def barring(
    suppressions: Iterable[Suppression], brand: str, purpose: str, now: datetime
) -> Suppression | None:
    """The suppression that bars a call, the gravest where there are several; None for none."""
    holding = (one for one in suppressions if one.holds(brand, purpose, now))
    return min(holding, key=_gravity, default=None)


def _gravity(suppression: Suppression) -> tuple[bool, int]:
    return suppression.until is not None, _STRICTEST.index(suppression.reason)
