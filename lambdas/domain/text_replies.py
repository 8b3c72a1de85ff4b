"""What a short message means that somebody sends back: no more calls, a wrong number, or else."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from lambdas.domain.names import fold


class Meaning(StrEnum):
    """What the sender wants."""

    OPT_OUT = "opt_out"
    WRONG_NUMBER = "wrong_number"
    RESUME = "resume"


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    meaning: Meaning
    alone: bool


class Replies:
    """The words that count, from the data file.

    A message is read without case, accents, punctuation and emoji. It counts where it begins with a
    phrase, after polite words: a word in the middle of a sentence says nothing. Words that people
    also begin other sentences with ("cancel my order") count only with polite words around them.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        found = [
            _Phrase(tuple(phrase.split()), Meaning(meaning), bool(entry.get("alone")))
            for meaning, entries in document["meanings"].items()
            for entry in entries
            for phrase in entry["words"]
        ]
        self._phrases = sorted(found, key=lambda one: -len(one.words))  # the longest says most
        self._polite = frozenset(document["polite"])
        self._opposite = tuple(f" {words} " for words in document["opposite"])
        self._not_followed_by = {
            word: frozenset(following) for word, following in document["not_followed_by"].items()
        }

    def meaning(self, text: str) -> Meaning | None:
        """What the message means; None where it means something else, or is not understood."""
        words = fold(text.replace("'", "").replace("’", "")).split()
        joined = f" {' '.join(words)} "
        if not words or any(opposite in joined for opposite in self._opposite):
            return None
        for start in range(len(words)):
            found = self._begins(words[start:])
            if found is not None:
                return found
            if words[start] not in self._polite:
                return None
        return None

    def _begins(self, words: list[str]) -> Meaning | None:
        for phrase in self._phrases:
            size = len(phrase.words)
            if tuple(words[:size]) == phrase.words and self._fits(phrase, words[size:]):
                return phrase.meaning
        return None

    def _fits(self, phrase: _Phrase, rest: list[str]) -> bool:
        if phrase.alone:
            return self._all_polite(rest)
        excluded = self._not_followed_by.get(" ".join(phrase.words), frozenset())
        return not rest or rest[0] not in excluded

    def _all_polite(self, words: Iterable[str]) -> bool:
        return all(word in self._polite for word in words)
