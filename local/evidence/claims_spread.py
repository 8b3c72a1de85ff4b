"""How evenly picks load equal numbers, and unequal ones by their weight."""

import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from statistics import mean
from uuid import UUID

from lambdas.domain.directory import Directory, Listing, pack, unpack
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.phone import E164, Kind
from lambdas.domain.settings import Settings
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact, Customer, Refused, Spend
from local import stage
from local.evidence import Finding, evidence
from local.spread_pool import places, rules
from local.toolchain import Say

NUMBERS = 200
PICKS_EACH = 1_000
BUSIEST = 1.15
WEIGHTS = (255, 170, 85)
TOLERANCE = 0.05


class Nothing:
    """A store in which no customer was ever rung and every claim takes."""

    def read(self, destination: E164) -> Customer:
        return Customer(destination, Ledger())

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> None:  # noqa: ARG002
        return

    def kept_back(
        self,
        wanted: Sequence[Spend],  # noqa: ARG002
        now: datetime,  # noqa: ARG002
    ) -> dict[E164, Refused]:
        return {}


class Fixed:
    """The directory of every pool."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def current(self, pool: str) -> Directory:  # noqa: ARG002
        return self._directory


@evidence("claims/load_spread", "claims/load_by_weight")
def load_spread(say: Say) -> list[Finding]:
    """200 numbers of one city, a thousand picks each on average."""
    equal = _picks(_directory((255,)), say)
    busiest = max(equal.values()) / PICKS_EACH
    by_weight: dict[int, list[int]] = defaultdict(list)
    weighted = _directory(WEIGHTS)
    counted = _picks(weighted, say)
    for position, weight in enumerate(weighted.weights):
        by_weight[weight].append(counted[weighted.number(position)])
    fair = NUMBERS * PICKS_EACH / sum(weighted.weights)
    shares = {weight: mean(made) / (fair * weight) for weight, made in by_weight.items()}
    worst = max(abs(share - 1) for share in shares.values())
    told = ", ".join(f"weight {weight}: {share:.3f}" for weight, share in sorted(shares.items()))
    return [
        Finding(
            round(busiest, 3),
            f"busiest over mean <= {BUSIEST}",
            busiest <= BUSIEST and len(equal) == NUMBERS,
            f"{NUMBERS} equal numbers, {equal.total():,} picks; idlest {min(equal.values())}",
        ),
        Finding(
            round(worst, 3),
            f"within {TOLERANCE:.0%} of its share",
            worst <= TOLERANCE,
            f"mean calls by weight over what the weight gives: {told}",
        ),
    ]


def _directory(weights: Sequence[int]) -> Directory:
    listings = [
        Listing(
            e164=E164(f"+1206{200 + index:03d}{index * 7:04d}"),
            region="US",
            state="WA",
            area_code="1206",
            place="Seattle",
            kind=Kind.FIXED_OR_MOBILE,
            weight=weights[index % len(weights)],
        )
        for index in range(NUMBERS)
    ]
    return unpack(pack(listings).values(), "spread", rules().prefixes)


def _picks(directory: Directory, say: Say) -> Counter[str]:
    settings = Settings.from_json(stage.settings_of((4, 12, 60)))
    queue = settings.queues[stage.QUEUE]
    picker = Picker(
        claims=Nothing(),
        directories=Fixed(directory),
        places=places(),
        rules=rules(),
        pools=settings.pools.__getitem__,
        modes=lambda queue: queue.mode,
    )
    rng = random.Random(5)
    made: Counter[str] = Counter()
    for piece in range(NUMBERS * PICKS_EACH):
        if piece % 20_000 == 0:
            say(f"{piece:,} of {NUMBERS * PICKS_EACH:,} picks")
        to = f"+1206{rng.randrange(700, 900)}{rng.randrange(10_000):04d}"
        contact = Contact(str(UUID(int=rng.getrandbits(128))), "VOICE", to, "", queue)
        made[picker.pick(contact, stage.BEGINS, lambda: 1.0).caller_id] += 1
    return made
