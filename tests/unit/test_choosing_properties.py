"""What holds for every pool, customer and set of rules."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import phonenumbers
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from lambdas.domain.choosing import Candidate, Wanted, candidates
from lambdas.domain.directory import Listing, pack, unpack
from lambdas.domain.intake import Entry
from lambdas.domain.ownership import Ownership
from lambdas.domain.phone import STRICT_E164, Kind, Phone, parse
from lambdas.domain.places import Place
from lambdas.domain.rejections import Rejections
from lambdas.domain.rules import Effect, Rules
from lambdas.domain.settings import Action, PoolSettings, Tier
from lambdas.domain.whereabouts import Knowledge, Whereabouts
from lambdas.usecases.pick_caller_id import Picker
from lambdas.usecases.picking import Contact
from lambdas.usecases.publish_directory import Snapshot, publish_directory
from tests.unit.builders import NOON, RULES_FILE, NanpStates, intake, pool, queue
from tests.unit.choosing_reference import away, effect_of, levels, members_of
from tests.unit.fakes import FixedDirectories, MemoryClaims

REGIONS = ("US", "CA", "GB", "FR", "DE", "ES", "AU")
PURPOSES = ("marketing", "service", "collections", "requested", "")
STATES = ("", "WA", "NY")
TOWNS = ("", "Seattle", "Kent", "Kent/Renton", "York")
FOLDED = ("seattle", "kent", "renton", "york")
POSITIONS = (None, (0.0, 0.0), (0.0, 0.5), (0.5, 0.0), (0.0, -0.5), (-90.0, 10.0), (2.0, 179.99))
TIERS = tuple(tier for tier in Tier if tier is not Tier.DEFAULT)
REAL: Mapping[str, Any] = json.loads(RULES_FILE.read_text("utf-8"))
NO_RULES: Mapping[str, Any] = {"rules": []}


@cache
def universe() -> Sequence[Phone]:
    """Valid numbers of every kind, made from a seed, with those that a rule names by prefix."""
    rng = random.Random(5)
    begun = {
        f"+{prefix}" for rule in REAL["rules"] for prefix in rule["when"].get("number_prefixes", ())
    }
    begun |= {f"+1{area}{exchange}" for area in (206, 253, 212) for exchange in (555, 720)}
    lengths = {1: 11, 33: 11, 34: 11, 44: 12, 61: 11}
    for region in REGIONS:
        for kind in sorted(PhoneNumberType.values()):
            example = phonenumbers.example_number_for_type(region, kind)
            if example:
                written = f"+{example.country_code}{example.national_number}"
                lengths.setdefault(example.country_code or 0, len(written) - 1)
                begun.add(written[:-4])
                begun.add(written[:-4])
    found: dict[str, Phone] = {}
    for start in sorted(begun):
        code = phonenumbers.parse(f"{start}{'0' * 8}"[:13]).country_code or 0
        for _ in range(2):
            missing = max(0, lengths.get(code, 11) + 1 - len(start))
            phone = parse(start + "".join(rng.choices("0123456789", k=missing)))
            if phone.valid and phone.region in REGIONS:
                found[phone.e164] = phone
    return list(found.values())


def listing_of(
    phone: Phone,
    state: str = "",
    place: str = "",
    position: tuple[float, float] | None = None,
    ownership: Ownership = Ownership.CONNECT,
    golden: bool = False,
    weight: int = 255,
) -> Listing:
    return Listing(
        phone.e164,
        phone.region,
        state,
        phone.area_code,
        place,
        phone.kind,
        position,
        ownership,
        golden and phone.kind is Kind.TOLL_FREE,
        weight,
    )


phones = st.sampled_from(universe())
pools = st.lists(
    st.builds(
        listing_of,
        phones,
        st.sampled_from(STATES),
        st.sampled_from(TOWNS),
        st.sampled_from(POSITIONS),
        st.sampled_from([Ownership.CONNECT, *Ownership]),
        st.booleans(),
        st.sampled_from([255, 255, 128, 1]),
    ),
    min_size=1,
    max_size=25,
    unique_by=lambda listing: listing.e164,
)
whereabouts = st.builds(
    Whereabouts,
    st.sampled_from(STATES),
    st.just(""),
    st.frozensets(st.sampled_from(FOLDED), max_size=2),
    st.sampled_from(POSITIONS),
    st.booleans(),
    st.lists(st.sampled_from(["1206", "1253", "1212", "4420"]), max_size=2, unique=True).map(tuple),
    st.just("number"),
)
tiers = st.permutations(TIERS).map(tuple)
rules_written = st.builds(
    lambda entries: {
        "rules": [
            {
                "id": f"rule_{index}",
                "effect": effect,
                "when": when,
                "lifts": ["rule_0"] if effect == "allowed" else [],
                "words": "Words.",
                "source": "a test",
                "reviewed": "2026-11-22",
                "verified": verified,
            }
            for index, (effect, when, verified) in enumerate([("forbidden", {}, True), *entries])
        ][0 if len(entries) % 2 and any(each[0] == "allowed" for each in entries) else 1 :]
    },
    st.lists(
        st.tuples(
            st.sampled_from(["forbidden", "discouraged", "allowed"]),
            st.fixed_dictionaries(
                {},
                optional={
                    "destination_regions": st.just(["US"]) | st.just(["US", "GB"]),
                    "destination_kinds": st.just([Kind.TOLL_FREE.value]),
                    "number_regions": st.just(["US"]) | st.just(["FR"]),
                    "number_kinds": st.sampled_from([["toll_free"], ["geographic", "mobile"]]),
                    "number_prefixes": st.sampled_from([["1206"], ["12065", "44"], ["1"]]),
                    "number_prefixes_none": st.sampled_from([["1206555"], ["1", "33"]]),
                    "ownerships": st.sampled_from([["third_party"], ["connect"]]),
                    "purposes": st.just(["marketing"]),
                    "across_border": st.booleans(),
                    "from_abroad": st.booleans(),
                },
            ),
            st.booleans(),
        ),
        max_size=4,
    ),
).filter(
    lambda document: all(
        set(rule["lifts"]) <= {each["id"] for each in document["rules"]}
        for rule in document["rules"]
    )
)
documents = st.just(REAL) | st.just(NO_RULES) | rules_written
origins = st.sampled_from(["", "US", "DE"])


class Case:
    """A pool, a customer and rules, and what choosing makes of them."""

    def __init__(
        self,
        listings: Sequence[Listing],
        wanted: Wanted,
        settings: PoolSettings,
        document: Mapping[str, Any],
        origin: str,
    ) -> None:
        self.listings = listings
        self.wanted = wanted
        self.settings = settings
        self.document = document
        self.origin = origin
        self.rules = Rules.from_json(document, origin)

    def found(self, listings: Sequence[Listing] | None = None) -> list[Candidate]:
        among = self.listings if listings is None else listings
        directory = unpack(pack(among).values(), "", self.rules.prefixes)
        return list(candidates(directory, self.wanted, self.settings, self.rules, Rejections()))

    def effect(self, listing: Listing) -> str:
        wanted = self.wanted
        return effect_of(self.document, self.origin, wanted.destination, wanted.purpose, listing)

    def __repr__(self) -> str:
        rules = "the real rules" if self.document is REAL else self.document
        return f"{self.wanted}\n{self.settings.tiers}\n{rules}\n{self.listings}"


@st.composite
def cases(draw: st.DrawFn, documents: st.SearchStrategy[Mapping[str, Any]] = documents) -> Case:
    listings = draw(pools)
    numbers = [listing.e164 for listing in listings]
    own = st.sampled_from(numbers).map(parse)
    wanted = Wanted(
        draw(phones | own),
        draw(whereabouts),
        draw(st.sampled_from(PURPOSES)),
        draw(st.frozensets(st.sampled_from(numbers).map(lambda e164: int(e164[1:])), max_size=4)),
        draw(st.none() | own | phones),
        draw(st.uuids().map(str)),
    )
    radius_km = draw(st.sampled_from([0.0, 55.0, 80.0, 300.0, 20_000.0]))
    return Case(
        listings,
        wanted,
        pool(tiers=draw(tiers), radius_km=radius_km),
        draw(documents),
        draw(origins),
    )


@settings(max_examples=400, deadline=None)
@given(cases())
def test_choosing_is_what_filters_and_sorts_over_the_whole_pool_give(case: Case) -> None:
    found = case.found()
    expected = list(levels(case.listings, case.wanted, case.settings, case.effect))
    start = 0
    for tier, numbers in expected:
        level = found[start : start + len(numbers)]
        assert {candidate.tier for candidate in level} == {tier}
        assert {candidate.number for candidate in level} == numbers
        start += len(numbers)
    assert len(found) == start


@settings(max_examples=300, deadline=None)
@given(cases())
def test_no_number_comes_twice_and_tiers_keep_their_order(case: Case) -> None:
    found = case.found()
    assert len({candidate.number for candidate in found}) == len(found)
    order = [case.settings.tiers.index(candidate.tier) for candidate in found]
    assert order == sorted(order)


@settings(max_examples=300, deadline=None)
@given(cases(st.just(REAL) | rules_written))
def test_a_forbidden_number_is_never_chosen(case: Case) -> None:
    by_number = {listing.e164: listing for listing in case.listings}
    for candidate in case.found():
        effect = case.effect(by_number[candidate.number])
        assert effect != Effect.FORBIDDEN
        assert bool(candidate.discouraged) == (effect == Effect.DISCOURAGED)


@settings(max_examples=150, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_one_contact_gets_the_same_order_from_the_same_numbers(
    case: Case, order: random.Random
) -> None:
    shuffled = list(case.listings)
    order.shuffle(shuffled)
    assert [each.number for each in case.found()] == [each.number for each in case.found(shuffled)]


@settings(max_examples=300, deadline=None)
@given(cases(), st.data())
def test_removing_a_number_of_another_place_and_tier_changes_nothing(
    case: Case, data: st.DataObject
) -> None:
    found = case.found()
    assume(found)
    tier = found[0].tier
    same = members_of(case.listings, case.wanted, case.settings.radius_km, tier)
    if tier is Tier.NEAREST:
        same = [each for each in same if away(each, case.wanted) == found[0].distance_km]
    others = [each for each in case.listings if each not in same]
    assume(others)
    removed = data.draw(st.sampled_from(others))
    kept = [each for each in case.listings if each != removed]
    (before, after) = found[0], case.found(kept)[0]
    assert (before.number, before.tier) == (after.number, after.tier)


class AnyPlaces(NanpStates):
    """Whereabouts that a test made up, for any number."""

    def __init__(self, where: Whereabouts) -> None:
        self.where = where

    def find(self, e164: str) -> Place | None:
        towns = "/".join(sorted(self.where.cities))
        return Place(towns, self.where.state, "", self.where.position)


@settings(max_examples=200, deadline=None)
@given(cases(), st.data())
def test_what_is_dialled_is_e164_in_the_pool_and_active(case: Case, data: st.DataObject) -> None:
    numbers = [listing.e164 for listing in case.listings]
    inactive = data.draw(st.sets(st.sampled_from(numbers), max_size=5))
    claims = MemoryClaims(inactive=set(inactive))
    picker = Picker(
        claims=claims,
        directories=FixedDirectories(unpack(pack(case.listings).values(), "", case.rules.prefixes)),
        places=AnyPlaces(case.wanted.whereabouts),
        rules=case.rules,
        pools=lambda _name: case.settings,
        modes=lambda queue: queue.mode,
    )
    contact = Contact(
        case.wanted.contact_id,
        "VOICE",
        case.wanted.destination.e164,
        "TELEPHONE_NUMBER",
        queue(),
        Knowledge(state=case.wanted.whereabouts.state),
    )
    decision = picker.pick(contact, NOON, lambda: 0.8)
    if decision.action is Action.DIAL:
        assert STRICT_E164.fullmatch(decision.caller_id)
        assert decision.caller_id in set(numbers) - inactive
        assert claims.calls(decision.caller_id) == 1
    else:
        assert decision.caller_id == ""
    again = picker.pick(contact, NOON, lambda: 0.8)
    assert (again.action, again.caller_id) == (decision.action, decision.caller_id)


@dataclass
class PublishedHere:
    """A PublishingStore of one pool."""

    snapshots: Snapshot
    segments: dict[str, bytes] = field(default_factory=dict)

    def snapshot(self, pool: str) -> Snapshot | None:
        return self.snapshots

    def settle(self, *_: object) -> None:
        return

    def has_returned(self, *_: object) -> bool:
        return False

    def publish(
        self, snapshot: Snapshot, segments: Mapping[str, bytes], count: int, now: datetime
    ) -> None:
        self.segments = dict(segments)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.tuples(phones, st.sampled_from(["", "both", "outbound", "inbound", "in", "eingehend"])),
        min_size=1,
        max_size=20,
        unique_by=lambda entry: entry[0].e164,
    ),
    phones,
    st.uuids().map(str),
)
def test_an_inbound_only_number_is_never_chosen(
    rows: list[tuple[Phone, str]], to: Phone, contact: str
) -> None:
    entries = [
        Entry(row, phone.e164, direction=direction)
        for row, (phone, direction) in enumerate(rows, start=2)
    ]
    members, _ = intake().read(entries)
    store = PublishedHere(
        Snapshot("sales", 1, "", 0, list(members.values()), {}, {}),
    )
    publish_directory("sales", store, NOON)
    nowhere = Whereabouts("", "", frozenset(), None, False, (to.area_code,), "number")
    found = candidates(
        unpack(store.segments.values()),
        Wanted(to, nowhere, "service", contact_id=contact),
        pool(tiers=(Tier.COUNTRY, *TIERS)),
        Rules(),
        Rejections(),
    )
    shown = {candidate.number for candidate in found}
    inbound = {phone.e164 for phone, said in rows if said in ("inbound", "in", "eingehend")}
    usable = {number for number in members if number not in inbound}
    assert not shown & inbound
    assert shown == {number for number in usable if parse(number).region == to.region}


def test_the_made_up_numbers_are_of_every_kind_that_rules_tell_apart() -> None:
    kinds = {phone.kind for phone in universe()}
    assert kinds >= {Kind.GEOGRAPHIC, Kind.MOBILE, Kind.TOLL_FREE, Kind.UAN, Kind.FIXED_OR_MOBILE}
    assert {phone.region for phone in universe()} == set(REGIONS)
