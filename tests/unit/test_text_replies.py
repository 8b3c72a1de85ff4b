"""What counts as an opt-out by SMS, and what must never count as one."""

import json
from pathlib import Path

import pytest

from lambdas.domain.names import fold
from lambdas.domain.text_replies import Meaning, Replies

DATA = Path(__file__).parents[2] / "lambdas" / "domain" / "data" / "text_replies.json"
DOCUMENT = json.loads(DATA.read_text("utf-8"))
REPLIES = Replies(DOCUMENT)
CTIA = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPT-OUT", "REVOKE")

OPT_OUTS = (
    *CTIA, "stop", " Stop. ", "STOP!!!", "stop 🛑", "🙏 STOP", '"stop"', "s t o p".replace(" ", ""),
    "Opt Out", "OPTOUT", "Stop all", "stop please", "Please stop", "pls STOP calling me",
    "STOP calling this number", "Stop. Don't call me again", "Unsubscribe me now",
    "Remove me from your list", "take me off your list please", "Don't call me",
    "do not call me anymore", "Cancel please", "END, thanks", "no more calls!!",
    "Arrêt", "ARRÊTEZ", "arret svp", "Stopp!", "Abmelden", "bitte nicht mehr anrufen", "BAJA",
    "Alto por favor", "Baja por favor", "Disiscriviti", "basta!", "SAIR", "Cancelar, obrigado",
    "Afmelden aub", "stoppen", "Ｓｔｏｐ",
)  # fmt: skip
WRONG = (
    "wrong number", "Wrong number!", "WRONG #number".replace("#", ""), "sorry wrong number",
    "You have the wrong number", "wrong person", "Not me", "not me, sorry", "Falsche Nummer",
    "mauvais numéro", "Faux numéro", "número equivocado", "Numero sbagliato", "número errado",
    "Verkeerd nummer",
)  # fmt: skip
RESUMED = ("START", "start", "Unstop", "START please")
NEITHER = (
    "", "   ", "🙂", "ok", "Yes", "thanks", "Don't stop calling me", "Please do not stop",
    "never stop", "Why did you stop calling?", "I will not cancel",
    "Cancel my appointment on Friday",
    "End of the month works for me", "Quit smoking program?", "Stop by tomorrow at 5",
    "stop over at noon", "the bus stop is on Main Street", "Can we start on Monday?",
    "Start calling at nine", "Not me but my wife wants it", "What is wrong with my order",
    "Wrong size, please exchange", "Call me tomorrow", "please call", "+12065550123",
    "stop just kidding", "Fin de semana me va bien", "alto ahi queria decir otra cosa",
    "Ende der Woche passt", "no", "nothing", "opt in", "I never got your message",
)  # fmt: skip


@pytest.mark.parametrize("text", OPT_OUTS)
def test_an_opt_out_is_understood(text: str) -> None:
    assert REPLIES.meaning(text) is Meaning.OPT_OUT


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_number_is_understood(text: str) -> None:
    assert REPLIES.meaning(text) is Meaning.WRONG_NUMBER


@pytest.mark.parametrize("text", RESUMED)
def test_who_wants_to_be_called_again_is_understood(text: str) -> None:
    assert REPLIES.meaning(text) is Meaning.RESUME


@pytest.mark.parametrize("text", NEITHER)
def test_other_messages_say_nothing(text: str) -> None:
    assert REPLIES.meaning(text) is None


def test_every_word_of_the_data_counts_by_itself_and_with_a_polite_word() -> None:
    for meaning, entries in DOCUMENT["meanings"].items():
        for entry in entries:
            for words in entry["words"]:
                assert REPLIES.meaning(words) == meaning, words
                assert REPLIES.meaning(f"{words.upper()} please.") == meaning, words


def test_words_are_written_as_they_are_compared() -> None:
    lists = [DOCUMENT["polite"], DOCUMENT["opposite"], *DOCUMENT["not_followed_by"].values()]
    lists += [entry["words"] for entries in DOCUMENT["meanings"].values() for entry in entries]
    for words in lists:
        for word in words:
            assert fold(word) == word


def test_each_entry_has_a_source_that_is_described() -> None:
    for entries in DOCUMENT["meanings"].values():
        for entry in entries:
            assert entry["source"] in DOCUMENT["sources"]
    assert {entry["language"] for entry in DOCUMENT["meanings"]["opt_out"]} == {
        "en", "fr", "de", "es", "it", "pt", "nl",
    }  # fmt: skip


def test_the_words_that_regulators_name_are_all_there() -> None:
    named = {
        word
        for entry in DOCUMENT["meanings"]["opt_out"]
        if entry["source"] == "ctia"
        for word in entry["words"]
    }
    assert {fold(word) for word in CTIA} <= named
