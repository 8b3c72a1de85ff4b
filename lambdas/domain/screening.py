"""National do-not-call registers: which calls must be screened, and how old a screening may be."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple


class Register(NamedTuple):
    """A national do-not-call register.

    `oldest_days` is the greatest age of the file that calls are screened against. `purposes` are
    those that must be screened. `reviewed` is a day, YYYY-MM-DD.
    """

    id: str
    region: str
    purposes: frozenset[str]
    oldest_days: int
    words: str
    source: str
    reviewed: str
    verified: bool


class Imported(NamedTuple):
    """What was imported of a register: the day of the newest file of any kind, and that of the
    newest complete one. A number counts that a file of that day or a later one listed."""

    dated: date
    complete: date


class Bar(NamedTuple):
    """Why a screening bars a call: "on_do_not_call_register" or "do_not_call_register_too_old"."""

    reason: str
    register: Register
    imported: Imported | None


class Screening:
    """The registers that count, by the region of the destination."""

    def __init__(self, registers: Iterable[Register] = (), declared: Iterable[str] = ()) -> None:
        """`declared` are the ids of registers that this deployment said it screens against."""
        self.registers = tuple(registers)
        self.declared = frozenset(declared)

    @classmethod
    def from_json(cls, document: Mapping[str, Any], declared: Iterable[str] = ()) -> "Screening":
        """Read the data file. Raises ValueError for an id that is declared and not in it."""
        registers = [
            Register(**{**entry, "purposes": frozenset(entry["purposes"])})
            for entry in document["registers"]
        ]
        unknown = set(declared) - {register.id for register in registers}
        if unknown:
            raise ValueError(f"unknown do-not-call registers: {sorted(unknown)}")
        return cls(registers, declared)

    def bar(
        self,
        region: str,
        purpose: str,
        listed: Mapping[str, date],
        imported: Mapping[str, Imported],
        today: date,
    ) -> Bar | None:
        """Why a call may not be made; None where it may.

        `listed` says by register of which day the file was that listed the customer, `imported`
        what the registers' newest files are. A register that was never imported counts where the
        deployment declared it.
        """
        for register in self.registers:
            if register.region != region or purpose not in register.purposes:
                continue
            known = imported.get(register.id)
            day = listed.get(register.id)
            if day is not None and (known is None or day >= known.complete):
                return Bar("on_do_not_call_register", register, known)
            if known is None and register.id not in self.declared:
                continue
            if known is None or (today - known.dated).days > register.oldest_days:
                return Bar("do_not_call_register_too_old", register, known)
        return None
