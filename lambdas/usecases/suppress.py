"""Keep a person from being called, for a reason and as long as it lasts; lift by an explicit act.

What comes from people, flows, files and other systems is read tolerantly, and whatever is wrong is
told in words. Doubt counts for the person: a brand or a purpose that is not known holds for all.
"""

import re
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import NamedTuple, Protocol

from lambdas.domain.names import fold
from lambdas.domain.phone import E164, NotAPhoneNumber, Phone
from lambdas.domain.row_words import WORDS as NUMBER_WORDS
from lambdas.domain.suppression import WORDS, Reason, Suppression
from lambdas.domain.suppression_words import REASONS, channel_of, reason_of
from lambdas.domain.written import region_named, understand

PURPOSES = ("marketing", "service", "collections", "requested")
PAUSE_AFTER_REFUSAL_DAYS = 60
"""Where the data on calling hours says nothing of the country."""
LATEST_ZONE = timezone(timedelta(hours=-12))
"""A day that somebody names begins here last of all places."""
LONGEST_TEXT = 300
_WORDS = NUMBER_WORDS | {
    "no_country": "The number has no country code. Start it with + and the country code, or say the"
    " country.",
    "extension": "The number has an extension: leave it out.",
}
_DIGITS_OF_A_NUMBER = re.compile(r"\+?\d(?:[\s().\-/]?\d){6,}")


class Act(StrEnum):
    """What was done, as the audit keeps it."""

    SUPPRESSED = "suppressed"
    LIFTED = "lifted"
    FORGOTTEN = "forgotten"
    CORRECTED = "corrected"


class Audit(NamedTuple):
    """One line of what was done for a person. `suppression` is None where it was about none."""

    act: Act
    at: datetime
    by: str
    why: str
    suppression: Suppression | None = None


class Correction(NamedTuple):
    """The number that somebody gave in place of one of theirs that is wrong."""

    number: E164
    at: datetime
    by: str


class SuppressionStore(Protocol):
    """What stands in the way of calls to a person, by the person's number."""

    def standing(self, destination: E164) -> tuple[Suppression, ...]:
        """All that was entered and not lifted; what has ended by itself is among it."""

    def add(self, destination: E164, suppression: Suppression) -> bool:
        """In force for every pick that commits after this returns. True where it changed
        something: one of that name that stands as long already does not."""

    def lift(
        self, destination: E164, names: Collection[str], by: str, why: str, now: datetime
    ) -> int:
        """Take away those of the names that stand, and say how many."""

    def history(self, destination: E164) -> Sequence[Audit]:
        """All that was done, oldest first."""

    def correct(self, destination: E164, correction: Correction) -> bool:
        """Keep the number that is right, encrypted. True where it changed something."""

    def corrections(self, destination: E164) -> Correction | None:
        """The number that was kept as the right one."""


class Request(NamedTuple):
    """What somebody wants, in their own words. "" is for what they did not say.

    `number` is in international form, or in the national form of `country` (two letters). `until`
    is ISO 8601; a day, or a time without a zone, is meant where the day begins last.
    """

    number: str
    reason: str
    country: str | None = None
    brand: str = ""
    purpose: str = ""
    until: str = ""
    by: str = ""
    through: str = ""
    note: str = ""
    channel: str = ""
    new_number: str = ""


class Done(NamedTuple):
    """What became of a request. `reason` is the suppression's, or a code of what is wrong;
    `message` says it to people, and holds no number."""

    accepted: bool
    changed: bool
    reason: str
    message: str
    number: E164 | str = ""
    suppression: Suppression | None = None


class Lifted(NamedTuple):
    """What became of a lifting: how many were taken away, and the words."""

    accepted: bool
    lifted: int
    reason: str
    message: str
    number: E164 | str = ""


class Known(NamedTuple):
    """What a deployment knows: its brands, and how long to leave alone by law who refused."""

    brands: tuple[str, ...] = ()
    pause_after_refusal: Callable[[str], int] = lambda _region: PAUSE_AFTER_REFUSAL_DAYS


class _Wrong(ValueError):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


KNOWN = Known()


def suppress(
    request: Request, store: SuppressionStore, now: datetime, known: Known = KNOWN
) -> Done:
    """Suppress as requested. Never raises for what is written wrong: it says what that is."""
    try:
        phone = number_of(request.number, request.country)
        suppression, remarks = _read(request, phone, now, known)
        right = _new_number(request, phone)
    except _Wrong as wrong:
        return Done(False, False, wrong.code, str(wrong))
    changed = store.add(phone.e164, suppression)
    if right:
        changed = store.correct(phone.e164, Correction(right, now, suppression.by)) or changed
        remarks.append("The new number is kept.")
    told = _told(suppression, changed)
    return Done(
        True, changed, suppression.reason, " ".join([told, *remarks]), phone.e164, suppression
    )


def lift(request: Request, why: str, store: SuppressionStore, now: datetime) -> Lifted:
    """Take away what stands against calls, all of it or what has the reason, brand and purpose that
    are told. Somebody must say who they are and why. Never raises for what is written wrong."""
    try:
        phone = number_of(request.number, request.country)
        wanted = _reason(request.reason) if request.reason.strip() else None
    except _Wrong as wrong:
        return Lifted(False, 0, wrong.code, str(wrong))
    if not why.strip() or not request.by.strip():
        told = "Say who lifts it and why: the audit keeps both."
        return Lifted(False, 0, "nobody_says_why", told)
    brand, purpose = fold(request.brand), fold(request.purpose)
    names = [
        one.name
        for one in store.standing(phone.e164)
        if wanted in (None, one.reason)
        and brand in ("", fold(one.brand))
        and purpose in ("", fold(one.purpose))
    ]
    count = store.lift(phone.e164, names, _line(request.by), _line(why), now) if names else 0
    if not count:
        return Lifted(True, 0, "nothing_stands", "Nothing of that stands.", phone.e164)
    told = "What stood is lifted." if count == 1 else f"{count} that stood are lifted."
    return Lifted(True, count, "lifted", told, phone.e164)


def number_of(text: str, country: str | None) -> Phone:
    """The number that somebody wrote. Raises ValueError with the words for what is none."""
    if not text.strip():
        raise _Wrong("empty", "There is no number.")
    said = (country or "").strip()
    region = region_named(said)
    try:
        return understand(text, region)[0]
    except NotAPhoneNumber as problem:
        if said and not region:
            message = "The country is not understood: write its two letters, such as GB."
            raise _Wrong("unknown_country", message) from problem
        raise _Wrong(problem.code, _WORDS[problem.code]) from problem


def _read(
    request: Request, phone: Phone, now: datetime, known: Known
) -> tuple[Suppression, list[str]]:
    says_new_alone = not request.reason.strip() and request.new_number.strip()
    reason = Reason.WRONG_NUMBER if says_new_alone else _reason(request.reason)
    brand, about_brand = _one_of(request.brand, known.brands, "brand")
    purpose, about_purpose = _one_of(request.purpose, PURPOSES, "purpose")
    channel = ""
    if reason is Reason.PREFERS_OTHER_CHANNEL:
        channel = channel_of(request.channel) or channel_of(request.reason)
    until = _until(request.until, now)
    if until is None and reason is Reason.REFUSED:
        until = now + timedelta(days=known.pause_after_refusal(phone.region))
    if until is None and reason is Reason.TEMPORARY:
        raise _Wrong("no_end", "Say until when: what is temporary has an end, as 2027-01-31.")
    suppression = Suppression(
        reason, now, until, brand, purpose, _line(request.by), _line(request.through),
        _line(request.note), channel,
    )  # fmt: skip
    return suppression, [remark for remark in (about_brand, about_purpose) if remark]


def _reason(text: str) -> Reason:
    reason = reason_of(text)
    if reason is None:
        raise _Wrong(
            "unknown_reason",
            f"{_line(text)!r} is no reason known here. Known: {', '.join(REASONS)}.",
        )
    return reason


def _one_of(text: str, names: Sequence[str], what: str) -> tuple[str, str]:
    said = fold(text)
    if said in ("", "all", "any"):
        return "", ""
    for name in names:
        if fold(name) == said:
            return name, ""
    return "", f"The {what} {_line(text)!r} is not known here, so it holds for every {what}."


def _until(text: str, now: datetime) -> datetime | None:
    if not text.strip():
        return None
    try:
        until = datetime.fromisoformat(text.strip())
    except ValueError as problem:
        message = f"{_line(text)!r} is no day and no time; write it like 2027-01-31."
        raise _Wrong("unknown_end", message) from problem
    try:
        until = until.replace(tzinfo=until.tzinfo or LATEST_ZONE).astimezone(UTC)
    except OverflowError:  # 9999-12-31 23:59:59, as databases write "never", and the year 1
        until = until.replace(tzinfo=UTC)
    if until <= now:
        raise _Wrong("end_has_passed", f"{until:%Y-%m-%d %H:%M} UTC has passed.")
    return until


def _new_number(request: Request, old: Phone) -> E164 | None:
    if not request.new_number.strip():
        return None
    try:
        right = number_of(request.new_number, request.country or old.region).e164
    except _Wrong as wrong:
        raise _Wrong("new_number_" + wrong.code, f"The new number: {wrong}") from wrong
    if right == old.e164:
        raise _Wrong("new_number_is_the_old", "The new number is the old one.")
    return right


def _told(suppression: Suppression, changed: bool) -> str:
    if not changed:
        return f"This stands already. {WORDS[suppression.reason]}"
    until = suppression.until
    how_long = f"until {until.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if until else "for good"
    whose = f" for {suppression.brand}" if suppression.brand else ""
    why = f" for {suppression.purpose}" if suppression.purpose else ""
    return f"No more calls{whose}{why} {how_long}. {WORDS[suppression.reason]}"


def _line(text: str) -> str:
    """One line of bounded length, without phone numbers: what is kept names nobody."""
    written = text.encode("utf-8", "replace").decode()
    plain = " ".join(written.replace("|", "/").split())[:LONGEST_TEXT]
    return _DIGITS_OF_A_NUMBER.sub("…", plain)
