"""Why a whole file cannot be read, in words for the person who uploaded it."""

from enum import StrEnum


class Fault(StrEnum):
    """The kinds of unreadable file; the values are stable and safe to log."""

    EMPTY = "empty"
    HEADER_ONLY = "header_only"
    NO_NUMBER_COLUMN = "no_number_column"
    TOO_LARGE = "too_large"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_CELLS = "too_many_cells"
    UNPACKS_TOO_LARGE = "unpacks_too_large"
    DAMAGED = "damaged"
    UNCLOSED_QUOTE = "unclosed_quote"
    PASSWORD = "password"  # noqa: S105 - a kind of file, not a secret
    OLD_EXCEL = "old_excel"
    BINARY_EXCEL = "binary_excel"
    OTHER_SPREADSHEET = "other_spreadsheet"
    OTHER_OFFICE = "other_office"
    WEB_PAGE = "web_page"
    PDF = "pdf"
    IMAGE = "image"
    ARCHIVE = "archive"
    NOT_A_TABLE = "not_a_table"


class UnreadableFile(Exception):
    """A file of which no row was taken.

    `code` is a `Fault`; `message` says what is wrong, where, and what to do about it.
    """

    def __init__(self, code: Fault, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def megabytes(size: int) -> str:
    """A size as people read it: `1.4 MB`, `212 MB`."""
    value = size / 1_000_000
    return f"{value:.1f} MB" if value < 10 else f"{value:,.0f} MB"


def damaged(detail: str = "") -> UnreadableFile:
    """A workbook that is cut off or broken inside."""
    return UnreadableFile(
        Fault.DAMAGED,
        "The Excel workbook is damaged or was not copied completely"
        f"{f' ({detail})' if detail else ''}. Open it in Excel, save "
        "it again under a new name, and upload that.",
    )
