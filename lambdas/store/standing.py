"""What stands against calls to many people at once: for contact lists, in batches of reads.

Reads are eventually consistent, at half the price: a pick looks again, and strictly, before it
dials. Suppressions come first; a correction is looked for only where something was suppressed,
since it is entered with the reason that the old number is wrong.
"""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

from lambdas.domain.contacts import Standing
from lambdas.domain.phone import E164
from lambdas.domain.suppression import Suppression
from lambdas.store import keys
from lambdas.store.claims import suppressions_of
from lambdas.store.customers import customer_key
from lambdas.store.suppressions import Seal
from lambdas.usecases.picking import StoreUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

READ_TOGETHER: Final = 100
"""Items of one request, as many as DynamoDB takes."""
THREADS: Final = 4
TRIES: Final = 12
LONGEST_WAIT_SECONDS: Final = 5.0

T = TypeVar("T")
Key = Any
Item = Mapping[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class DynamoStanding:
    """The SuppressionLookup on the Customers table, some requests at a time.

    `secret` gives the key of the HMACs, `seal` opens corrections; `wait` pauses for seconds.
    `registers` are the ids of the do-not-call registers to look into, by the calling code, with
    its plus, of the numbers that they list.
    """

    client: "DynamoDBClient"
    table: str
    secret: Callable[[], bytes]
    seal: Seal | None = None
    registers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    wait: Callable[[float], None] = time.sleep

    def many(self, numbers: Sequence[str]) -> dict[str, Standing]:
        """By number, of those about which anything is on record.

        Raises StoreUnavailable where DynamoDB did not answer for all.
        """
        secret = self.secret()
        people = {customer_key(secret, E164(number)): number for number in numbers}
        wanted = [keys.suppressions(person) for person in people]
        wanted += [
            keys.register(person, register)
            for person, number in people.items()
            for code, registers in self.registers.items()
            if number.startswith(code)
            for register in registers
        ]
        suppressed: dict[str, tuple[Suppression, ...]] = {}
        listed: dict[str, dict[str, date]] = {}
        for item in self._read(wanted):
            person, kind = _whose(item)
            if kind == keys.SUPPRESSIONS:
                suppressed[person] = suppressions_of(item)
            else:
                register = kind.removeprefix(keys.REGISTER_PREFIX)
                listed.setdefault(person, {})[register] = date.fromisoformat(item["dated"]["S"])
        corrected = self._corrections(suppressed)
        return {
            people[person]: Standing(
                suppressed.get(person, ()), listed.get(person, {}), corrected.get(person, "")
            )
            for person in {**suppressed, **listed}
        }

    def _corrections(self, suppressed: Iterable[str]) -> dict[str, E164]:
        if self.seal is None:
            return {}
        found = self._read([keys.correction(person) for person in suppressed])
        return {
            person: E164(self.seal.open(person, bytes(item["number"]["B"])))
            for person, item in ((_whose(item)[0], item) for item in found)
        }

    def _read(self, wanted: Sequence[Key]) -> list[Item]:
        blocks = list(_blocks(wanted, READ_TOGETHER))
        if len(blocks) < 2:
            return [item for block in blocks for item in self._block(block)]
        with ThreadPoolExecutor(min(THREADS, len(blocks))) as threads:
            return [item for found in threads.map(self._block, blocks) for item in found]

    def _block(self, wanted: Sequence[Key]) -> list[Item]:
        """One request, and again for what a throttled table left out."""
        found: list[Item] = []
        left: Any = wanted
        for tried in range(TRIES):
            if tried:
                longest = min(LONGEST_WAIT_SECONDS, 0.05 * 2**tried)
                self.wait(random.uniform(longest / 2, longest))
            answer = self.client.batch_get_item(RequestItems={self.table: {"Keys": left}})
            found += answer["Responses"].get(self.table, [])
            unread: Mapping[str, Any] = answer.get("UnprocessedKeys", {})
            left = unread.get(self.table, {}).get("Keys", [])
            if not left:
                return found
        raise StoreUnavailable("a batch of reads was never answered in full: the table throttles")


def _whose(item: Item) -> tuple[str, str]:
    person = str(item["pk"]["S"]).removeprefix(keys.customer_partition(""))
    return person, str(item["sk"]["S"])


def _blocks(several: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(several)
    while block := list(islice(rest, size)):
        yield block
