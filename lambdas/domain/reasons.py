"""What codes mean, in words for people: the one table for readers of logs, command line and
console."""

from typing import Final

from lambdas.domain.settings import PoolSettings, Tier
from lambdas.domain.suppression import WORDS
from lambdas.domain.withholding import WORDS as WITHHELD_WORDS
from lambdas.domain.withholding import Withheld

RULE_PREFIX: Final = "rule_"
LIMIT_REACHED: Final = "limit_reached"
NUMBER_NOT_ACTIVE: Final = "number_not_active"
IN_NO_TIER: Final = "in_no_tier"
INBOUND_ONLY: Final = "inbound_only"

FALLEN: Final = {
    "shown_lately": "This customer was shown it lately.",
    LIMIT_REACHED: "It was shown as often this hour, or today, as one number may be.",
    NUMBER_NOT_ACTIVE: "It is not in use: it was taken out of the pool, or it rests.",
    IN_NO_TIER: "No tier of this pool leads from this customer to it.",
    INBOUND_ONLY: "It is for calls that come in, and is never shown.",
}
"""Why a number was passed over. "rule_" and a rule's id has the rule's own words."""

LOOKS_ALIKE: Final = "shares the customer's area code and exchange, so it comes last in its tier"

DECIDED: Final = {
    "local_number": "A number of the pool was picked and claimed.",
    "pool_exhausted": "No number of the pool may be shown to this customer now.",
    "pool_is_empty": "Nothing was ever published for the pool.",
    "queue_is_off": "The queue's mode is off.",
    "observed_pool_is_empty": "The queue only observes, and nothing was published for the pool.",
    "observed_pool_exhausted": "The queue only observes; nothing could have been shown.",
    "attempts_reached": "This customer was rung as often as law and the queue allow.",
    "outside_calling_hours": "It is outside the hours in which this customer may be called.",
    "on_do_not_call_register": "The number is on a national do-not-call register.",
    "do_not_call_register_too_old": "The national do-not-call register must be screened against,"
    " and its file is missing or too old.",
    "outside_percentage": "The queue decides for a share of its calls, and this is none of them.",
    "emergency_number": "Calls to emergency services are never held up, counted or blocked.",
    "not_a_voice_contact": "It is not a call.",
    "destination_withheld": "The call came without the customer's number.",
    "destination_is_no_phone_number": "What was dialled is an address and no phone number.",
    "destination_not_understood": "What was dialled is not a number in international form.",
    "destination_not_valid": "No such number can exist.",
    "store_unavailable": "The tables did not answer, or not in time.",
    "out_of_time": "The time for a pick was over.",
    "contact_without_id": "The call came without a contact id, so nothing could be claimed.",
    "queue_not_configured": "The configuration has no such queue.",
    "picker_failed": "The picker itself failed, or took longer than the flow waits.",
}
"""Why a call was decided on as it was."""

OBSERVED: Final = "observed_"
"""And the reason for which a queue that only observes would have blocked the call."""

OBSERVED_TIER: Final = "observed_would_show_"
"""And the tier: what a queue that only observes would have shown."""

SUPPRESSED: Final = "suppressed_"
"""And the reason for which the customer is not to be called."""

WITHHELD: Final = "withheld_"
"""And the reason for which a number may not be shown for now."""

KNOWN_BY: Final = {
    "position": "the position that the flow told",
    "postal_code": "the postal code that the flow told",
    "city": "the city that the flow told",
    "state": "the state that the flow told",
    "number": "the digits of the customer's number",
    "": "nothing: the number names no place",
}

_TIERS: Final = {
    Tier.ANSWERED_BEFORE: "the number that the customer answered last",
    Tier.CITY: "a number of the customer's city",
    Tier.NEAREST: "one of the nearest numbers, at most {radius:g} km away",
    Tier.AREA_CODE: "a number with the customer's area code",
    Tier.STATE: "a number of the customer's state or region",
    Tier.COUNTRY: "a number of the customer's country",
    Tier.MOBILE: "a mobile number of the customer's country",
    Tier.NATIONAL: "a number of the customer's whole country",
    Tier.GOLDEN_TOLL_FREE: "a well-known toll-free number of the customer's country",
    Tier.TOLL_FREE: "a toll-free number of the customer's country",
    Tier.DEFAULT: "the queue's own number",
}


def tier_words(tier: Tier, pool: PoolSettings) -> str:
    """What a customer sees in that tier: "a number of the customer's city"."""
    return _TIERS[tier].format(radius=pool.radius_km)


def reason_words(reason: str) -> str:
    """Why a number fell, or why a call was decided on so; the code itself where a rule did it."""
    if reason.startswith(OBSERVED_TIER):
        tier = reason.removeprefix(OBSERVED_TIER).replace("_", " ")
        return f"The queue only observes; a number of the tier {tier} would have been tried first."
    if reason.startswith(SUPPRESSED):
        said = reason.removeprefix(SUPPRESSED)
        return next((words for why, words in WORDS.items() if why == said), reason)
    if reason.startswith(WITHHELD):
        held = reason.removeprefix(WITHHELD)
        return next((WITHHELD_WORDS[why] for why in Withheld if why == held), reason)
    known = FALLEN.get(reason) or DECIDED.get(reason)
    if not known and reason.startswith(OBSERVED):
        return f"The queue only observes. {reason_words(reason.removeprefix(OBSERVED))}"
    return known or reason


def distance_words(distance_km: float | None, *, centre: bool) -> str:
    """How far away; "" where that is not known. `centre`: the customer's area is known, no town."""
    if distance_km is None:
        return ""
    whole = f"{distance_km:.0f} km"
    return f"{whole} from the middle of the customer's area" if centre else f"{whole} away"
