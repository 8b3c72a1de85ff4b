"""Pools: the numbers that a queue may show, and how one of them is chosen."""

from enum import StrEnum
from typing import Annotated

import phonenumbers
from pydantic import AfterValidator, Field

from stacks.config.base import Part, wrong
from stacks.config.papers import Attestation, Requires, TestCalls, each_once
from stacks.config.pool_hours import PoolHours


def _known_country(code: str) -> str:
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise wrong("write a country's two capital letters (ISO 3166-1), such as US or GB")
    return code


Country = Annotated[str, AfterValidator(_known_country)]
Positive = Annotated[int, Field(ge=1)]


class Tier(StrEnum):
    """How near to the customer a number is."""

    ANSWERED_BEFORE = "answered_before"
    CITY = "city"
    NEAREST = "nearest"
    AREA_CODE = "area_code"
    STATE = "state"
    COUNTRY = "country"
    MOBILE = "mobile"
    NATIONAL = "national"
    GOLDEN_TOLL_FREE = "golden_toll_free"
    TOLL_FREE = "toll_free"


def _each_once(tiers: tuple[Tier, ...]) -> tuple[Tier, ...]:
    for tier in tiers:
        if tiers.count(tier) > 1:
            raise wrong(f"{tier.value} stands twice; the first place counts, so leave out the rest")
    return tiers


class Limits(Part):
    """How often one number may be shown. Held by the commit, so under any load."""

    per_minute: Positive = 5
    """Calls that one number may show within one clock minute."""

    per_hour: Positive = 12
    """Calls that one number may show within one clock hour."""

    per_day: Positive = 60
    """Calls that one number may show within one UTC day."""

    warm_up: Annotated[tuple[Positive, ...], Field(max_length=26)] = (20, 40, 60)
    """A day's limit for each of the first weeks after a number came into the pool; then, and where
    it is lower, per_day. An empty list for numbers that are known already."""


class Repeat(Part):
    """How long a customer is spared a number that was shown to them."""

    days: Annotated[int, Field(ge=0, le=365)] = 30
    """A number shown to a customer is not shown again within these days. The last 60 calls to a
    customer are remembered."""

    attempts: Annotated[int, Field(ge=0, le=50)] = 10
    """... nor within this many later attempts to reach the customer."""


class Pool(Part):
    """A set of numbers. Staff upload them under `numbers/<pool>/` of the uploads bucket."""

    tiers: Annotated[tuple[Tier, ...], Field(min_length=1), AfterValidator(_each_once)] = (
        Tier.ANSWERED_BEFORE,
        Tier.CITY,
        Tier.NEAREST,
        Tier.AREA_CODE,
        Tier.STATE,
        Tier.COUNTRY,
        Tier.GOLDEN_TOLL_FREE,
        Tier.TOLL_FREE,
    )
    """The order in which nearness is tried; a tier left out is never used. answered_before: the
    number that the customer answered last. nearest: within radius_km. country: any number of the
    country but toll-free ones; mobile and national (company-wide, internet telephony) are a part
    of it, for pools that want them earlier. golden_toll_free: toll-free and easy to recognise."""

    radius_km: Annotated[int, Field(ge=1, le=1000)] = 80
    """How far away (great circle, kilometres) a number still counts as near."""

    country: Country | None = None
    """The country of numbers uploaded in national format; without it they must be E.164."""

    limits: Limits = Limits()
    avoid_repeat: Repeat = Repeat()
    hours: PoolHours = PoolHours()

    requires: Annotated[Requires, AfterValidator(each_once)] = ()
    """Papers without which a number is shown to nobody: cnam, caller_registry, attestation_a,
    branding, proof. Each counts only where it means something: cnam in the United States."""

    attestation: Attestation = Attestation()
    test_calls: TestCalls = TestCalls()
