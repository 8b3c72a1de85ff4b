"""What people write in the cells of a pool's file, as values: None where it is not understood."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from lambdas.domain.names import fold, says_nothing
from lambdas.domain.ownership import Ownership

T = TypeVar("T")
ALPHA_2 = re.compile(r"[A-Z]{2}")


class Direction(StrEnum):
    """How a number of ours is used. An inbound number is never shown."""

    OUTBOUND = "outbound"
    INBOUND = "inbound"
    BOTH = "both"


# Separated by "|", in the languages that the headers are known in, as `fold` leaves them.
_DIRECTIONS = {
    Direction.INBOUND: "inbound|in|inbound only|incoming|eingehend|ankommend|entrant|entrante"
    "|inkomend|in entrata|recebida|inkommande",
    Direction.OUTBOUND: "outbound|out|outbound only|outgoing|ausgehend|abgehend|sortant|saliente"
    "|in uscita|uitgaand|utgaende",
    Direction.BOTH: "both|beide|les deux|ambos|entrambi|alle|all",
}
_OWNERSHIPS = {
    Ownership.CONNECT: "connect|amazon connect|aws|amazon|claimed|own|owned|ours|eigen|eigene"
    "|propre|propio|proprio|egen|自社|自有",
    Ownership.PORTED: "ported|ported in|port|portiert|porte|portee|portado|portada|portato"
    "|geporteerd|porterat|porteret|portert|siirretty|przeniesiony|移植",
    Ownership.THIRD_PARTY: "third party|3rd party|thirdparty|external|byoc|approved|drittanbieter"
    "|dritte|extern|externe|tiers|tercero|terceros|externo|terceiro|terceiros|terzi|terza parte"
    "|esterno|derde|derden|derde partij|tredje part|tredjepart|ulkopuolinen|zewnetrzny"
    "|第三者|第三方",
}
_ANSWERS = {
    True: "yes|y|true|1|x|golden|gold|ja|j|oui|si|sim|tak|ano|evet|kylla|igen|da|да|так|はい|是|예",
    False: "no|n|false|0|nein|non|nao|nee|nej|nei|ei|nie|ne|nem|nu|hayir|нет|ні|いいえ|否|아니요",
}


_NOT_YET = (
    "pending|open|requested|tbd|tbc|todo|to do|to follow|later|not yet|offen|ausstehend|en attente"
    "|pendiente|pendente|in attesa"
)


def cell_text(cell: object) -> str:
    """A cell as the text that a person meant: Excel holds whole numbers with a fraction of none."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def direction_of(said: str) -> Direction | None:
    """How a number is used; an empty cell means both ways."""
    return _in_words(said, _DIRECTION_WORDS) if said else Direction.BOTH


def ownership_of(said: str, proof: str) -> Ownership | None:
    """Whose a number is; an empty cell means that this instance holds it. A third party's number
    is approved where there is a reference to a proof of ownership."""
    ownership = _in_words(said, _OWNERSHIP_WORDS) if said else Ownership.CONNECT
    if ownership is Ownership.THIRD_PARTY and is_reference(proof):
        return Ownership.APPROVED
    return ownership


def is_reference(said: str) -> bool:
    """Whether a cell refers to something: not where it is empty, a dash, "n/a", "pending", or a
    bare yes or no, which nobody can look up."""
    return not (
        says_nothing(said) or fold(said) in _NOT_YET.split("|") or yes_or_no(said) is not None
    )


def yes_or_no(said: str) -> bool | None:
    """An answer; None where it is none, as in an empty cell."""
    return _in_words(said, _ANSWER_WORDS)


def country_code(said: str, countries: Mapping[str, str]) -> str | None:
    """The two-letter code for what a Country cell says; None when it is not understood."""
    upper = said.strip().upper()
    if upper in ("UK", "ENGLAND", "SCOTLAND", "WALES"):
        return "GB"
    if ALPHA_2.fullmatch(upper) and upper in countries.values():
        return upper
    return countries.get(said.strip().casefold())


def _table(words: Mapping[T, str]) -> dict[str, T]:
    return {word: value for value, line in words.items() for word in line.split("|")}


def _in_words(said: str, words: Mapping[str, T]) -> T | None:
    return words.get(fold(said)) if said else None


_DIRECTION_WORDS = _table(_DIRECTIONS)
_OWNERSHIP_WORDS = _table(_OWNERSHIPS)
_ANSWER_WORDS = _table(_ANSWERS)
