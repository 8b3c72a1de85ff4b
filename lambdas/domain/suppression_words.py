"""What people and systems write for a reason not to call, and for a channel."""

from collections.abc import Mapping

from lambdas.domain.names import fold
from lambdas.domain.suppression import Reason

_REASONS: Mapping[Reason, str] = {
    Reason.DO_NOT_CALL: "do not call|donotcall|dnc|dncl|do not contact|never call|do not call list"
    "|internal dnc|company dnc|bloctel|robinson|robinson list|robinsonliste|tps|ctps",
    Reason.OPT_OUT: "opt out|optout|opted out|stop|stopall|stop all|unsubscribe|unsubscribed|end"
    "|quit|cancel|remove|remove me|revoke|revoked|consent withdrawn|consent revoked|take me off"
    "|objection|objected|arret|stopp|abmelden|widerspruch|baja|cancelar|sair"
    "|disiscriviti|afmelden",
    Reason.WRONG_NUMBER: "wrong number|wrongnumber|wrong|wrong person|wn|not the customer"
    "|bad number|falsche nummer|mauvais numero|faux numero|numero equivocado|numero errado"
    "|numero sbagliato",
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
_ABOUT_CHANNEL = ("prefers ", "prefer ", "only by ", "only ", "by ", "via ")

REASONS = tuple(str(reason) for reason in _REASONS)
CHANNELS = tuple(_CHANNELS)


def reason_of(text: str) -> Reason | None:
    """The reason that the words mean: "DNC", "opt-out", "Not interested", "prefers e-mail"; None
    for words that are not understood."""
    said = fold(text.replace("_", " "))
    known = _REASON_OF.get(said)
    if known is None and channel_of(text):
        return Reason.PREFERS_OTHER_CHANNEL
    return known


def channel_of(text: str) -> str:
    """The channel that the words mean, "" for none: "E-Mail", "prefers texts", "SMS only"."""
    said = fold(text.replace("_", " ")).removesuffix(" only")
    for words in _ABOUT_CHANNEL:
        said = said.removeprefix(words)
    return _CHANNEL_OF.get(said, "")
