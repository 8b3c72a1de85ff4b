"""Why a number of a pool may not be shown for now, though it neither rests nor was removed."""

from enum import StrEnum


class Withheld(StrEnum):
    """A reason that keeps a number out of the directory and from every claim.

    A number may have several at once; it comes back when the last of them is gone.
    """

    NOT_HELD = "not_held"
    LACKS_CNAM = "lacks_cnam"
    LACKS_CALLER_REGISTRY = "lacks_caller_registry"
    LACKS_ATTESTATION_A = "lacks_attestation_a"
    LACKS_BRANDING = "lacks_branding"
    LACKS_PROOF = "lacks_proof"
    RETIRED = "retired"
    OTHER = "other"


WORDS = {
    Withheld.NOT_HELD: "The Amazon Connect instance does not hold it: a call that showed it would"
    " fail.",
    Withheld.LACKS_CNAM: "The pool asks for a caller name that is enrolled, and this number has"
    " none.",
    Withheld.LACKS_CALLER_REGISTRY: "The pool asks for a registration with a caller registry, and"
    " this number has none that is done.",
    Withheld.LACKS_ATTESTATION_A: "The pool asks for STIR/SHAKEN attestation A on every route, and"
    " this number has less on one, or none is known.",
    Withheld.LACKS_BRANDING: "The pool asks for branded calling, and this number's brand or reason"
    " for the call is missing.",
    Withheld.LACKS_PROOF: "The pool asks for a proof of ownership, and this number has none.",
    Withheld.RETIRED: "It was retired, for it was flagged again and again or stayed labelled; only"
    " somebody's decision brings it back: python -m local activate.",
    Withheld.OTHER: "It is withheld for a reason of a later version.",
}
"""What a reason means, for people."""
