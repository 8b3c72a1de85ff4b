"""Withhold a number of a pool from every call for a reason, or no longer."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lambdas.domain.phone import E164
from lambdas.domain.withholding import Withheld


@dataclass(frozen=True, slots=True)
class Withholding:
    """One reason that begins or ends, as the number's history keeps it; `words` say more."""

    number: E164
    pool: str
    reason: Withheld
    begins: bool
    by: str
    at: datetime
    words: str = ""

    @property
    def digest(self) -> str:
        """The same for the same change, so that one that is made again is kept once."""
        told = f"{self.pool}|{self.reason}|{self.begins}|{self.by}"
        return hashlib.sha256(told.encode()).hexdigest()[:12]


class WithholdingStore(Protocol):
    def withheld(self, pool: str) -> Mapping[E164, frozenset[Withheld]]:
        """The pool's numbers that are withheld, and why."""

    def change(self, change: Withholding) -> bool:
        """Make a change in one transaction. False when the number has left the pool meanwhile, or
        what asked for the change is out of date; then nothing has changed."""
