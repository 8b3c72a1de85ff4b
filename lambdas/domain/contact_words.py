"""Why a row of a contact list cannot be called, in words for campaign staff."""

from collections.abc import Mapping
from typing import Final

from lambdas.domain.phone import Kind
from lambdas.domain.row_words import KIND_WORDS, WORDS

_OF_CONTACTS: Final[Mapping[str, str]] = {
    "extension": "The number has an extension, which is not dialled. Put the number alone into its"
    " column, and the extension into another.",
    "emergency": "This reaches an emergency service. It is never called from a list.",
    "short_number": "This is a short number, which is no person's.",
}


def failure_words(code: str) -> str:
    """Why a number cannot be used."""
    return _OF_CONTACTS.get(code) or WORDS[code]


def kind_words(kind: Kind) -> str:
    """Why a number of this kind is not called."""
    return f"This is a number of the kind {KIND_WORDS[kind]!r}: no customer is reached there."
