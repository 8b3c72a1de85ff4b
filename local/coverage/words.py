"""Tiers, places and countries in the words of campaign staff."""

import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache

import phonenumbers

from lambdas.domain.settings import Action, PoolSettings, QueueSettings, Tier
from local.coverage.offers import Offer
from local.coverage.state_names import state_name, state_names

LONGEST_NAME = 60

_TIERS = {
    Tier.ANSWERED_BEFORE: "the number that they answered before",
    Tier.CITY: "a number of their own town",
    Tier.NEAREST: "a number from within {radius:g} km",
    Tier.AREA_CODE: "a number with their area code",
    Tier.STATE: "a number of their state or region",
    Tier.COUNTRY: "a number of their country",
    Tier.MOBILE: "a mobile number of their country",
    Tier.NATIONAL: "a national number of their country",
    Tier.GOLDEN_TOLL_FREE: "a well-known toll-free number",
    Tier.TOLL_FREE: "a toll-free number",
}
_UNSERVED = {
    Action.BLOCK: "none of the pool: the call is blocked",
    Action.DEFAULT: "none of the pool: the queue's own number",
}


def tier_words(tier: Tier, pool: PoolSettings, queue: QueueSettings) -> str:
    """What a contact of that tier sees."""
    if tier is Tier.DEFAULT:
        return _UNSERVED.get(queue.on_exhausted, _UNSERVED[Action.DEFAULT])
    return _TIERS[tier].format(radius=pool.radius_km)


def unseen_words(tier: Tier, pool: PoolSettings, queue: QueueSettings) -> str:
    """The same in a list of what nobody sees."""
    if tier is Tier.DEFAULT:
        return "a blocked call" if queue.on_exhausted is Action.BLOCK else "the queue's own number"
    return tier_words(tier, pool, queue)


def shown(name: str) -> str:
    """A name that somebody typed, fit for a terminal and a page: one line, not endless, without
    signs that steer."""
    plain = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in name)
    words = " ".join(plain.split())
    return words if len(words) <= LONGEST_NAME else words[: LONGEST_NAME - 1] + "…"


def percent(share: float) -> str:
    """0.1234 is "12 %"; what is not none never reads as none, nor what is not all as all."""
    if 0 < share < 0.01:
        return "< 1 %"
    if 0.99 < share < 1:
        return "> 99 %"
    return f"{share:.0%}".replace("%", " %")


def whole(number: int) -> str:
    """A count with thousands apart: 12 345."""
    return f"{number:,}".replace(",", "\u202f")


def area_words(area_code: str, region: str) -> str:
    """An area code as people ask for it: "+1 206"."""
    calling = str(phonenumbers.country_code_for_region(region))
    if not area_code.startswith(calling):
        return f"+{area_code}" if area_code else ""
    return f"+{calling}\u00a0{area_code[len(calling) :]}"


def state_words(code: str, home: str = "") -> str:
    """A state with its country ("Ontario, Canada" of "CA-ON"), or the country alone.

    The country `home` goes without saying. A country that one of its states is called like
    (Georgia) is told to be one.
    """
    region, _, state = code.partition("-")
    country = country_words(region)
    if not state:
        return f"{country} (country)" if country in state_names(home) else country
    name = state_name(region, state)
    return name if region == home else f"{name}, {country}"


def state_code(region: str, state: str) -> str:
    """ISO 3166-2 ("US-WA"), or the country's code where no state is known."""
    return f"{region}-{state}" if state else region


def place_words(offer: Offer, home: str = "") -> str:
    """A place with its state and, unless it is `home`, its country."""
    return f"{shown(offer.place)}, {state_words(state_code(offer.region, offer.state), home)}"


def unplaced_words(count: int, rows: Sequence[int], file: str) -> str:
    """How many contacts are nowhere, in which rows of the file (`rows` are the first of them), and
    what would help."""
    told = " and ".join(filter(None, (", ".join(map(str, rows[:-1])), *map(str, rows[-1:]))))
    if count > len(rows):
        told = f"{', '.join(map(str, rows))} and {whole(count - len(rows))} more"
    contacts = "1 contact" if count == 1 else f"{whole(count)} contacts"
    return (
        f"Of {contacts} neither town nor area is known: row{'s' * (count > 1)} {told} of"
        f" {shown(file)}. A column City or Postal code would tell."
    )


def no_suggestions(goes_by_place: bool) -> str:
    """Why no place is suggested."""
    if not goes_by_place:
        return "The pool's tiers name neither city nor nearest, so no place makes a number local."
    return "No further place would give more contacts a local number."


def country_words(region: str) -> str:
    """A country's English name; its code where there is none."""
    return _countries().get(region, region)


@cache
def _countries() -> Mapping[str, str]:
    from phonenumbers.geodata.locale import LOCALE_DATA  # 600 KB: only where names are printed

    # A name may refer to that in another language: "*fr".
    return {
        region: names.get(name[1:], region) if (name := names.get("en", region))[0] == "*" else name
        for region, names in LOCALE_DATA.items()
    }
