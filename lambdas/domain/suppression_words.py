"""What people and systems write for a reason not to call, and for a channel."""

from collections.abc import Mapping

from lambdas.domain.names import fold
from lambdas.domain.suppression import Reason

_REASONS: Mapping[Reason, str] = {
    Reason.DO_NOT_CALL: "do not call|donotcall|dnc|dncl|do not contact|never call|do not call list"
    "|internal dnc|company dnc|bloctel|robinson|robinson list|robinsonliste|tps|ctps|dont call"
    "|dont contact|no calls|no more calls|do not phone|do not ring|do not dial"
    "|do not solicit|nicht anrufen|nicht mehr anrufen|keine anrufe|ne pas appeler|ne plus appeler"
    "|no llamar|non chiamare|nao ligar|niet bellen",
    Reason.OPT_OUT: "opt out|optout|opted out|stop|stopall|stop all|unsubscribe|unsubscribed|end"
    "|quit|cancel|remove|remove me|revoke|revoked|consent withdrawn|consent revoked|take me off"
    "|objection|objected|arret|stopp|abmelden|widerspruch|baja|cancelar|sair"
    "|disiscriviti|afmelden|leave me alone|not be called|not to be called|not want calls"
    "|does not want calls|doesnt want calls|does not want to be called|doesnt want to be called"
    "|wants no calls|take off|take me off your list|take me off the list|remove from list"
    "|remove from your list|remove from the list|remove me from list|remove me from your list"
    "|remove me from the list|withdrew consent|consent withdrew|abgemeldet|werbewiderspruch",
    Reason.WRONG_NUMBER: "wrong number|wrongnumber|wrong|wrong person|wn|not the customer"
    "|wrong party|wrong contact|no such person|bad number|falsche nummer|falsch verbunden"
    "|mauvais numero|faux numero|numero equivocado|numero errado|numero sbagliato",
    Reason.REASSIGNED: "reassigned|re assigned|reassigned number|number reassigned|new owner"
    "|number changed|changed number|belongs to someone else",
    Reason.PREFERS_OTHER_CHANNEL: "prefers other channel|other channel|prefers another channel"
    "|another channel|channel preference|prefers",
    Reason.DECEASED: "deceased|dead|died|death|passed away|verstorben|decede|fallecido|falecido",
    Reason.LITIGATOR: "litigator|litigation|litigious|lawsuit|legal|attorney|lawyer|tcpa litigator"
    "|cease and desist",
    Reason.REFUSED: "refused|refusal|refuses|declined|declines|not interested|no interest|said no"
    "|kein interesse|pas interesse|refus|no interesado",
    Reason.TEMPORARY: "temporary|temporarily|temp|pause|paused|snooze|not now|later|call later"
    "|on hold|hold|cooling off|voruebergehend",
}
_CHANNELS: Mapping[str, str] = {
    "email": "email|e mail|mails|e post",
    "sms": "sms|text|texts|text message|text messages|texting",
    "post": "post|letter|letters|mail|postal|postal mail|brief|courrier",
    "chat": "chat|web chat|webchat|messenger|whatsapp|message|messaging",
}
_REASON_OF = {
    fold(word): reason
    for reason, words in _REASONS.items()
    for word in (*words.split("|"), str(reason).replace("_", " "))
}
_CHANNEL_OF = {
    fold(word): channel for channel, words in _CHANNELS.items() for word in words.split("|")
}
_SAID_BEFORE = (
    "please|customer|caller|client|person|they|he|she|has|is|was|said|says|asked|asks|wants|wanted"
    "|requested|request|us|to|for|be"
)
_SAID_BEHIND = (
    "please|again|anymore|more|me|us|him|her|them|now|this|number|calling|texting|calls|list"
    "|request|requested"
)
"""Words around the reason, which say nothing of it."""
MOST_WORDS = 20
_ABOUT_CHANNEL = ("prefers ", "prefer ", "only by ", "only ", "by ", "via ")

REASONS = tuple(str(reason) for reason in _REASONS)
CHANNELS = tuple(_CHANNELS)


def reason_of(text: str) -> Reason | None:
    """The reason that the words mean: "DNC", "opt-out", "Not interested", "stop calling me",
    "prefers e-mail"; None for words that are not understood."""
    words = fold(text.replace("_", " ").replace("'", "").replace("’", "")).split()
    known = _REASON_OF.get(" ".join(words))
    if known is None and channel_of(text):
        return Reason.PREFERS_OTHER_CHANNEL
    return known or _within(words)


def _within(words: list[str]) -> Reason | None:
    """The reason in the midst of words that say nothing of it, the longest that there is."""
    if len(words) > MOST_WORDS:
        return None
    first, behind = _run(words, _SAID_BEFORE), _run(words[::-1], _SAID_BEHIND)
    for start in range(first + 1):
        for end in range(len(words), len(words) - behind - 1, -1):
            found = _REASON_OF.get(" ".join(words[start:end]))
            if found:
                return found
    return None


def _run(words: list[str], of: str) -> int:
    """How many of the first words are among those."""
    among = of.split("|")
    return next((at for at, word in enumerate(words) if word not in among), len(words))


def channel_of(text: str) -> str:
    """The channel that the words mean, "" for none: "E-Mail", "prefers texts", "SMS only"."""
    said = fold(text.replace("_", " ")).removesuffix(" only")
    for words in _ABOUT_CHANNEL:
        said = said.removeprefix(words)
    return _CHANNEL_OF.get(said, "")
