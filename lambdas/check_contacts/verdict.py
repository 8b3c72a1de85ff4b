"""What a checked list comes to, in a sentence: for the page, the workbook and the message alike."""

from collections.abc import Mapping

from lambdas.check_contacts.words import LIMIT_WORDS, percent, rows, shown, whole
from lambdas.domain.contact_rows import LIMIT, TOO_MANY, Group, Summary


def sentence(summary: Summary) -> str:
    """The verdict: how many can be dialled, and whether the list itself is to blame."""
    if not summary.rows:
        return "The list has no rows."
    can = f"{whole(summary.clean)} of {rows(summary.rows)} can be dialled"
    return f"{can}; {_about_numbers(summary)}."


def alarm(summary: Summary) -> str:
    """Why somebody should look at where the list came from; "" where nobody need."""
    worst = _worst(summary)
    if summary.alarm and summary.low > LIMIT:
        return (
            f"{percent(summary.invalid_share)} of the rows have no number that could be called."
            f" More than {LIMIT_WORDS} means that something is wrong with how the list was made,"
            f" not with single rows.{worst}"
        )
    if summary.alarm:
        return (
            f"{percent(summary.invalid_share)} of the rows have no number that could be called,"
            f" more than the {LIMIT_WORDS} that a good list has. With so few rows it may be"
            f" chance: the true share is likely between {percent(summary.low)} and"
            f" {percent(summary.high)}.{worst}"
        )
    if worst:
        return f"The list as a whole is in order, but not every part of it.{worst}"
    return ""


def group_name(name: str, what: str) -> str:
    """A source or campaign as people read it."""
    if name == TOO_MANY:
        return f"more names than a column for the {what} can have"
    return shown(name) or f"(no {what})"


def worst_first(groups: Mapping[str, Group]) -> list[Group]:
    """The flagged ones first, those surely worse before others."""
    return sorted(
        groups.values(), key=lambda one: (not one.flagged, -one.low, -one.invalid, one.name)
    )


def _about_numbers(summary: Summary) -> str:
    if not summary.invalid:
        return "every row has a number that can exist"
    share = percent(summary.invalid_share)
    if not summary.alarm:
        return f"{share} of the numbers are wrong, no more than in any good list"
    if summary.low > LIMIT:
        return f"{share} of the numbers are wrong, which points to a problem of the list"
    return f"{share} of the numbers are wrong, which may be chance in so short a list"


def _worst(summary: Summary) -> str:
    flagged = summary.flagged
    if not flagged:
        return ""
    named = [
        f"{what} “{group_name(group.name, what)}” with {percent(group.share)}"
        for what, group in flagged[:3]
    ]
    more = len(flagged) - len(named)
    tail = f" and {more} more" if more else ""
    return f" Worse than chance explains: {', '.join(named)}{tail}."
