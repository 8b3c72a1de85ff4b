"""Whose a number is, as far as Amazon Connect and the rules of caller ID ask."""

from enum import StrEnum


class Ownership(StrEnum):
    """How we came by a number.

    Amazon Connect shows numbers that were claimed in the instance or ported to it. A third party's
    number needs a support case with proof of ownership. Source: Amazon Connect Administrator Guide,
    "Set up outbound caller ID".
    """

    CONNECT = "connect"
    PORTED = "ported"
    APPROVED = "approved"
    THIRD_PARTY = "third_party"
