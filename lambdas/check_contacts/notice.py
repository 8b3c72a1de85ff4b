"""What subscribers are told of a checked list: words for a mail, without any number."""

from lambdas.check_contacts import words
from lambdas.check_contacts.verdict import alarm, sentence
from lambdas.domain.contact_rows import Summary

MOST_REASONS = 10


def subject(summary: Summary, error: str = "") -> str:
    """One line. A mail's subject is plain: thousands stand apart by ordinary blanks."""
    name = words.shown(summary.file, 40)
    if error:
        return f"List not checked: {name}"
    alarmed = bool(alarm(summary))
    told = f"{words.whole(summary.clean)} of {words.rows(summary.rows)} can be dialled"
    return f"{'Look at the list: ' * alarmed}{told}: {name}".replace(words.NARROW, " ")


def message(summary: Summary, results: str, error: str = "") -> str:
    """The text; `results` says where the files of the check are, `error` why there are none."""
    if error:
        return "\n".join([f"List: {words.shown(summary.file)}", error])
    reasons = [
        f"- {words.reason(code).title}: {words.rows(count)}"
        for code, count in list(summary.by_reason.items())[:MOST_REASONS]
    ]
    lines = [
        f"List: {words.shown(summary.file)}",
        sentence(summary),
        *filter(None, [alarm(summary)]),
        *(["Not dialled:", *reasons] if reasons else []),
        *(f"Not read: {words.shown(part)}" for part in summary.unread),
        *(words.shown(note, 600) for note in summary.notes),
        f"Every row with what became of it: {results}",
    ]
    return "\n".join(lines)
