"""What is told of a row, in words for campaign staff."""

from collections import Counter
from collections.abc import Collection, Iterable

from lambdas.domain.cells import Direction
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import Kind
from lambdas.domain.rows import Member
from lambdas.domain.rules import Effect, Rule

KIND_WORDS = {
    Kind.GEOGRAPHIC: "landline",
    Kind.MOBILE: "mobile",
    Kind.FIXED_OR_MOBILE: "landline or mobile",
    Kind.TOLL_FREE: "toll-free",
    Kind.SHARED_COST: "shared-cost",
    Kind.PREMIUM: "premium-rate",
    Kind.VOIP: "internet telephony",
    Kind.UAN: "company-wide number",
    Kind.PERSONAL: "personal number",
    Kind.PAGER: "pager",
    Kind.VOICEMAIL: "voicemail access",
    Kind.UNKNOWN: "of unknown kind",
}

WORDS = {
    "empty": "There is no phone number in this row.",
    "not_a_number": "This is not a phone number. Write it with its country code,"
    " for example +44 20 7946 0123.",
    "no_country": "The number has no country code and the row does not say which country it is"
    " from. Start it with + and the country code, or fill in a Country column.",
    "too_short": "The number is too short for its country. Check for missing digits.",
    "too_long": "The number is too long for its country. Check for extra digits, for two numbers in"
    " one cell, and whether the country is right.",
    "unknown_calling_code": "The number starts with a country code that does not exist.",
    "extension": "The number has an extension. A caller ID cannot have one: leave it out.",
    "not_valid": "No such number can exist in its country's numbering plan. Check the digits.",
    "unknown_country": "The Country column is not understood. Write the country's name in English"
    " or its two-letter code, such as GB.",
    "unknown_direction": "The column for direction or use is not understood. Write outbound,"
    " inbound or both.",
    "unknown_ownership": "The column for ownership is not understood. Write connect (claimed in"
    " Amazon Connect), ported, or third party.",
    "too_much_text": "The row holds more text than a number's row can need. Check the columns.",
}

OWNERSHIP_WORDS = {
    Ownership.CONNECT: "",
    Ownership.PORTED: "ported",
    Ownership.APPROVED: "a third party's, with proof",
    Ownership.THIRD_PARTY: "a third party's",
}


def described(member: Member) -> str:
    """What was understood: where the number is from, and of which kind it is."""
    where = ", ".join(filter(None, (member.place, member.state))) or "no fixed place"
    facts = [
        f"{member.region}, {where}",
        KIND_WORDS[member.kind] + " and golden" * member.golden,
        OWNERSHIP_WORDS[member.ownership],
        "inbound only, so it is never shown" * (member.direction is Direction.INBOUND),
    ]
    return "; ".join(filter(None, facts)) + "."


def about_state(said: str, used: str) -> str:
    """For a State that is not understood: the code that is used instead, "" for none."""
    instead = f"{used} is used" if used else "none is used"
    return f"The State {said!r} is not known there, so {instead}."


def about_other_state(said: str, of_number: str) -> str:
    """For a State alone that is not the number's own: what is lost until there is a City."""
    return f"Its digits are of {of_number}, not {said}: without a City it has no distance."


def about_city(said: str, has_position: bool) -> str:
    """For a City that is not known: what distances go by instead."""
    instead = "distances go by the number's own area" if has_position else "it has no distance"
    return f"The City {said!r} is not known there, so {instead}."


def warning(rule: Rule, region: str, purposes: Collection[str]) -> str:
    """What a rule says of a number that is taken: it counts in the number's own country."""
    if rule.effect is not Effect.FORBIDDEN:
        return f"Warning: {rule.words}"
    which = sorted(rule.when.purposes.intersection(purposes))
    calls = f" on {' and '.join(which)} calls" if which else ""
    return f"Warning: in its own country ({region}) it is not shown{calls}. {rule.words}"


def told_of_rules(warned: Iterable[Iterable[Rule]]) -> list[str]:
    """One note for each rule that rows warn of, most rows first; takes the rules of each row."""
    rows = Counter(rule for rules in warned for rule in rules)
    return [
        f"{count} {'row' if count == 1 else 'rows'}: the caller-ID rule {rule.id}"
        f" ({rule.effect}{'' if rule.verified else ', not verified'}). {rule.words}"
        for rule, count in rows.most_common()
    ]
