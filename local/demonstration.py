"""The main job from end to end: upload the sample pools as staff would, dial the sample customers.

The demo prints it; evidence and tests check it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from lambdas.domain.phone import E164
from local.cloud import LocalCloud
from local.dialling import Call, Dial, dial
from local.importing import ImportResult, import_file
from local.remembered import Remembered
from local.sample import SampleCustomer, SamplePool, sample_customers, write_sample_pool
from local.toolchain import BUILD, Say, silent

POOLS = ("service", "sales")
TIERS = (
    "answered_before",
    "city",
    "nearest",
    "area_code",
    "state",
    "country",
    "golden_toll_free",
    "toll_free",
    "default",
    "block",
)
COUNTRIES_AT_LEAST = 8
NUMBERS_AT_LEAST = 200
DIALS_A_LINE = 10
_WEDNESDAY = 2


@dataclass(frozen=True)
class Upload:
    """One sample file, and what the importer made of it."""

    sample: SamplePool
    result: ImportResult


@dataclass(frozen=True)
class Dialled:
    """One sample customer and the call to them."""

    customer: SampleCustomer
    dial: Dial

    @property
    def tier(self) -> str:
        """The tier, or `block` for a call that was stopped."""
        return "block" if self.dial.action == "block" else self.dial.tier

    @property
    def as_expected(self) -> bool:
        """Whether the call came to what the sample says it must."""
        return self.tier == self.customer.tier


@dataclass(frozen=True)
class Demonstration:
    """Everything that happened."""

    uploads: Sequence[Upload]
    calls: Sequence[Dialled]

    def tiers(self) -> Counter[str]:
        """Calls by tier, `block` among them."""
        return Counter(call.tier for call in self.calls)

    def countries(self) -> set[str]:
        """The countries that were dialled."""
        return {call.customer.country for call in self.calls}

    def numbers(self) -> int:
        """Numbers taken into the first pool."""
        return self.uploads[0].result.accepted

    def all_numbers(self) -> list[int]:
        """Numbers taken into each pool, in the order of the uploads."""
        return [upload.result.accepted for upload in self.uploads]

    def faults(self) -> list[str]:
        """What did not come out as it must; empty when all is well."""
        told = [
            f"{call.customer.e164} ({call.customer.note}): {call.tier}, expected"
            f" {call.customer.tier} ({call.dial.reason})"
            for call in self.calls
            if not call.as_expected
        ]
        for upload in self.uploads:
            told += _upload_faults(upload)
        missing = [tier for tier in TIERS if tier not in self.tiers()]
        if missing:
            told.append(f"no call came to: {', '.join(missing)}")
        if len(self.countries()) < COUNTRIES_AT_LEAST:
            told.append(f"only {len(self.countries())} countries were dialled")
        if self.numbers() < NUMBERS_AT_LEAST:
            told.append(f"the pool holds only {self.numbers()} numbers")
        return told


def demonstrate(cloud: LocalCloud, say: Say = silent) -> Demonstration:
    """Upload both sample pools and dial every sample customer."""
    uploads = []
    for pool in POOLS:
        sample = write_sample_pool(BUILD / "demo" / f"{pool} numbers.xlsx", pool=pool)
        rows = len(sample.numbers) + len(sample.bad_rows)
        say(f"Uploading '{sample.path.name}' ({rows} rows) to the pool {pool}")
        uploads.append(Upload(sample, import_file(cloud, sample.path, pool)))
    customers = sample_customers()
    calls = []
    for number, customer in enumerate(customers, start=1):
        if number % DIALS_A_LINE == 1:
            say(f"Dialling {len(customers)} sample customers: {number} …")
        calls.append(Dialled(customer, _rung(cloud, customer)))
    return Demonstration(uploads, calls)


def _rung(cloud: LocalCloud, customer: SampleCustomer) -> Dial:
    if customer.hour is None:
        return _rung_now(cloud, customer)
    now = cloud.clock.now()
    midweek = now + timedelta(days=(_WEDNESDAY - now.weekday()) % 7)
    moment = midweek.replace(hour=customer.hour, minute=0, second=0, microsecond=0)
    with cloud.clock.standing_at(moment):
        return _rung_now(cloud, customer)


def _rung_now(cloud: LocalCloud, customer: SampleCustomer) -> Dial:
    call = Call(customer.e164, customer.queue, customer.knows)
    if customer.answers:
        first = dial(cloud, call)
        Remembered.of(cloud).answered(customer.e164, E164(first.shown), first.at)
    return dial(cloud, call)


def _upload_faults(upload: Upload) -> list[str]:
    name, result = upload.sample.path.name, upload.result
    if result.error:
        return [f"{name}: {result.error}"]
    bad = {row.row for row in result.results if not row.accepted}
    taken = {row.e164 for row in result.results if row.accepted}
    told = []
    if bad != set(upload.sample.bad_rows):
        told.append(f"{name}: rows {sorted(bad)} were refused, not {upload.sample.bad_rows}")
    missing = {number.e164 for number in upload.sample.numbers} - taken
    if missing:
        told.append(f"{name}: {len(missing)} good numbers were not taken")
    return told
