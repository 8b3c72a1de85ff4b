"""Names of towns as keys: what people write in different ways compares equal."""

import re
import unicodedata
from functools import lru_cache

_WORDS = re.compile(r"[^\W_]+")
_SPELT_OUT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
_WITHOUT_MARKS = {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"}
_NO_MARKS = str.maketrans(_WITHOUT_MARKS)
_NOTHING = (
    "none|na|n a|nil|null|nan|nothing|unknown|not known|not available|missing|keine|unbekannt"
    "|aucun|aucune|inconnu|inconnue|ninguno|ninguna|desconocido|nenhum|nessuno|nessuna|sconosciuto"
    "|geen|onbekend|ingen|inget|okand|なし|不明|无|無"
)
_SAYS_NOTHING = frozenset(["", *_NOTHING.split("|")])


@lru_cache(maxsize=4_096)
def fold(name: str) -> str:
    """A town's name without case, accents and punctuation: "Saint Albert" and "St. Albert" are
    equal, and so are "São Paulo" and "SAO PAULO"."""
    plain = name.casefold()
    if not plain.isascii():
        marked = unicodedata.normalize("NFKD", plain.translate(_NO_MARKS))
        plain = "".join(letter for letter in marked if not unicodedata.combining(letter))
    return " ".join(_SPELT_OUT.get(word, word) for word in _WORDS.findall(plain))


def cities(name: str) -> frozenset[str]:
    """The folded names of the towns that a place's name joins by "/"."""
    return frozenset(filter(None, (fold(town) for town in name.split("/"))))


def says_nothing(text: str) -> bool:
    """Whether a cell or a field holds no more than a sign that it is empty: "-", "N/A", "unknown".

    None is also a town in Italy: look names up first.
    """
    return fold(text) in _SAYS_NOTHING
