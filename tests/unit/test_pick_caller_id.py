from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambdas.domain.directory import pack, unpack
from lambdas.domain.ledger import Claim, Ledger
from lambdas.domain.settings import Action, Attempts, QueueSettings, RunMode, Tier
from lambdas.domain.whereabouts import Knowledge
from lambdas.usecases.pick_caller_id import COMMITS_AT_MOST, SEARCHED_AT_LEAST, Picker
from lambdas.usecases.picking import Contact, Decision
from tests.unit.builders import (
    ALL_TIERS,
    NOON,
    NanpStates,
    bulk,
    customer,
    directory,
    listing,
    nanp,
    pool,
    queue,
    rules,
)
from tests.unit.fakes import FixedDirectories, MemoryClaims, out_of_reach

POOL = [*nanp("206", 3), *nanp("253", 2), *nanp("212", 2), "+18005550123"]
SEATTLE = customer(199)
OWN = "+12065550188"
today = NOON.toordinal() - date(1970, 1, 1).toordinal()


def plenty() -> float:
    return 0.8


def picker(
    claims: MemoryClaims | None = None,
    numbers: list[str] | None = None,
    directories: FixedDirectories | None = None,
    mode: Callable[[QueueSettings], RunMode] = lambda queue: queue.mode,
    per_hour: int = 12,
    per_day: int = 60,
    days: int = 30,
    attempts: int = 10,
) -> Picker:
    return Picker(
        claims=claims if claims is not None else MemoryClaims(),
        directories=directories or FixedDirectories(directory(*(numbers or POOL))),
        places=NanpStates(),
        rules=rules(),
        pools=lambda _name: pool(per_hour, per_day, days, attempts),
        modes=mode,
    )


def contact(
    contact_id: str = "contact-1",
    to: str | None = SEATTLE,
    setting: QueueSettings | None = None,
    channel: str = "VOICE",
    kind: str = "TELEPHONE_NUMBER",
) -> Contact:
    return Contact(contact_id, channel, to, kind, setting or queue())


def test_a_call_shows_a_number_of_the_customers_own_area() -> None:
    decision = picker().pick(contact(), NOON, plenty)
    assert decision.action is Action.DIAL
    assert decision.caller_id in nanp("206", 3)
    assert (decision.tier, decision.state, decision.reason) == (
        Tier.AREA_CODE,
        "WA",
        "local_number",
    )


def test_a_common_pick_costs_one_read_and_one_commit() -> None:
    claims = MemoryClaims()
    picker(claims).pick(contact(), NOON, plenty)
    assert (claims.reads, claims.commits) == (1, 1)


def test_asking_again_for_one_contact_gives_the_same_answer_and_no_second_claim() -> None:
    claims = MemoryClaims()
    answers = [picker(claims).pick(contact(), NOON, plenty) for _ in range(4)]
    assert len({(answer.caller_id, answer.decision_id, answer.action) for answer in answers}) == 1
    assert claims.commits == 1


def test_a_customer_is_shown_another_number_each_time_and_then_wider_tiers() -> None:
    claims = MemoryClaims()
    tiers, shown = [], []
    for index in range(9):
        decision = picker(claims).pick(contact(f"contact-{index}"), NOON, plenty)
        tiers.append(decision.tier)
        shown.append(decision.caller_id)
    assert tiers == (
        [Tier.AREA_CODE] * 3
        + [Tier.STATE] * 2
        + [Tier.COUNTRY] * 2
        + [Tier.TOLL_FREE, Tier.DEFAULT]
    )
    assert len(set(shown)) == 9


def test_a_number_may_come_back_after_the_days_and_attempts_have_passed() -> None:
    claims = MemoryClaims()
    single = picker(claims, nanp("206", 1), days=30, attempts=0)
    assert single.pick(contact("first"), NOON, plenty).action is Action.DIAL
    soon = single.pick(contact("soon"), NOON + timedelta(days=29), plenty)
    assert (soon.action, soon.reason) == (Action.DEFAULT, "pool_exhausted")
    assert soon.rejected == {"shown_lately": 1}
    later = single.pick(contact("later"), NOON + timedelta(days=31), plenty)
    assert later.action is Action.DIAL


@pytest.mark.parametrize("on_exhausted", [Action.DEFAULT, Action.BLOCK])
def test_an_exhausted_pool_ends_as_the_queue_says(on_exhausted: Action) -> None:
    one_call = picker(numbers=nanp("206", 2), per_day=1)
    setting = queue(on_exhausted=on_exhausted)
    decisions = [
        one_call.pick(contact(f"c{index}", customer(200 + index), setting), NOON, plenty)
        for index in range(4)
    ]
    assert Counter(decision.action for decision in decisions) == {
        Action.DIAL: 2,
        on_exhausted: 2,
    }
    assert decisions[-1].rejected["limit_reached"] == 2


def test_the_answer_of_an_exhausted_pool_stays_when_asked_again() -> None:
    claims = MemoryClaims()
    spent = picker(claims, nanp("206", 1), per_hour=1)
    spent.pick(contact("c0", customer(100)), NOON, plenty)
    first = spent.pick(contact("c1"), NOON, plenty)
    again = spent.pick(contact("c1"), NOON + timedelta(hours=1), plenty)
    assert first.action is again.action is Action.DEFAULT


def test_a_free_number_is_found_among_many_spent_ones() -> None:
    claims = MemoryClaims()
    numbers = nanp("206", 100) + nanp("206", 80, exchange="666")
    day = f"{NOON:%Y-%m-%d} day"
    free = numbers[137]
    claims.usage.update({(number, day): 60 for number in numbers if number != free})
    decision = picker(claims, numbers).pick(contact(), NOON, plenty)
    assert decision.caller_id == free
    assert claims.commits <= 2


def test_a_number_that_was_taken_out_is_passed_over() -> None:
    claims = MemoryClaims(inactive=set(nanp("206", 2)))
    decision = picker(claims).pick(contact(), NOON, plenty)
    assert decision.caller_id == nanp("206", 3)[2]


def test_a_second_invocation_that_commits_first_decides_for_both() -> None:
    claims = MemoryClaims()
    other: list[Decision] = []

    def slip_in() -> None:
        claims.before_commit = lambda: None
        other.append(picker(claims).pick(contact(), NOON, plenty))

    claims.before_commit = slip_in
    mine = picker(claims).pick(contact(), NOON, plenty)
    assert mine.caller_id == other[0].caller_id
    assert sum(claims.usage.values()) == 3  # a day, an hour and a minute


def test_another_call_to_the_customer_in_between_is_not_shown_the_same_number() -> None:
    claims = MemoryClaims()
    other: list[Decision] = []

    def slip_in() -> None:
        claims.before_commit = lambda: None
        other.append(picker(claims, nanp("206", 2)).pick(contact("other"), NOON, plenty))

    claims.before_commit = slip_in
    mine = picker(claims, nanp("206", 2)).pick(contact("mine"), NOON, plenty)
    assert {mine.caller_id, other[0].caller_id} == set(nanp("206", 2))


GATED = [
    ({"channel": "CHAT"}, "not_a_voice_contact", Action.DEFAULT, "a chat has no caller ID"),
    ({"channel": "EMAIL"}, "not_a_voice_contact", Action.DEFAULT, "a whisper runs for replies"),
    ({"channel": "HOLOGRAM"}, "not_a_voice_contact", Action.DEFAULT, "unknown to this version"),
    ({"to": None}, "destination_withheld", Action.BLOCK, "nobody to be local to"),
    (
        {"to": "sip:a@example.com", "kind": "SIP"},
        "destination_is_no_phone_number",
        Action.BLOCK,
        "",
    ),
    ({"to": "anonymous"}, "destination_not_understood", Action.BLOCK, "withheld, as a word"),
    ({"to": "+1206"}, "destination_not_understood", Action.BLOCK, "too short"),
    ({"to": "+15550001111"}, "destination_not_valid", Action.BLOCK, "no such area code"),
    ({"to": "+1911"}, "emergency_number", Action.DEFAULT, "never blocked, never counted"),
]


@pytest.mark.parametrize(("case", "reason", "action", "why"), GATED)
def test_contacts_without_a_destination_never_reach_the_store(
    case: dict[str, str], reason: str, action: Action, why: str
) -> None:
    claims = MemoryClaims(before_read=out_of_reach)
    setting = queue(on_error=Action.BLOCK)
    decision = picker(claims).pick(contact(setting=setting, **case), NOON, plenty)
    assert (decision.reason, decision.action) == (reason, action), why
    assert claims.reads == claims.commits == 0


@pytest.mark.parametrize("on_error", [Action.DEFAULT, Action.BLOCK])
@pytest.mark.parametrize("where", ["read", "commit", "directory"])
def test_a_store_out_of_reach_ends_as_the_queue_says(on_error: Action, where: str) -> None:
    claims = MemoryClaims()
    directories = FixedDirectories(directory(*POOL))
    if where == "read":
        claims.before_read = out_of_reach
    elif where == "commit":
        claims.before_commit = out_of_reach
    else:
        directories.fault = out_of_reach
    decision = picker(claims, directories=directories).pick(
        contact(setting=queue(on_error=on_error)), NOON, plenty
    )
    assert (decision.action, decision.reason) == (on_error, "store_unavailable")
    assert decision.caller_id == ""
    assert decision.failure == "out of reach"


def test_a_pick_without_time_left_commits_nothing() -> None:
    claims = MemoryClaims()
    decision = picker(claims).pick(contact(), NOON, lambda: 0.0)
    assert (decision.reason, claims.commits) == ("out_of_time", 0)


def test_an_empty_pool_is_an_exhausted_one() -> None:
    nothing = FixedDirectories(None)
    decision = picker(directories=nothing).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.DEFAULT, "pool_is_empty")


def test_a_ledger_that_never_stands_still_ends_in_time() -> None:
    claims = MemoryClaims()

    def always_another() -> None:
        key = SEATTLE
        ledger = claims.read(key).ledger  # type: ignore[arg-type]
        filler = Claim("x", "", NOON, Action.DEFAULT, "default", "pool_exhausted")
        claims.ledgers[key] = ledger.with_claim(replace(filler, contact_id=str(ledger.version)))

    claims.before_commit = always_another
    decision = picker(claims).pick(contact(), NOON, plenty)
    assert decision.reason == "out_of_time"
    assert claims.commits == COMMITS_AT_MOST


def test_observe_decides_and_shows_the_default_and_counts_that_alone() -> None:
    claims = MemoryClaims()
    asked = replace(contact(setting=queue(mode="observe")), own_number=OWN)
    decisions = [picker(claims).pick(asked, NOON, plenty) for _ in range(4)]
    assert {(decision.action, decision.reason) for decision in decisions} == {
        (Action.DEFAULT, "observed_would_show_area_code")
    }
    assert {number for number, _ in claims.usage} == {OWN}
    assert claims.calls(OWN) == 1


@pytest.mark.parametrize(
    ("own", "counted", "why"),
    [
        (OWN, 1, "shown in place of a local number, and so more worn"),
        ("", 0, "Connect did not tell the queue's number"),
        ("Outbound queue", 0, "what it told is no number"),
    ],
)
def test_the_queues_own_number_is_counted_like_any_other(own: str, counted: int, why: str) -> None:
    claims = MemoryClaims()
    nothing = FixedDirectories(None)
    asked = replace(contact(), own_number=own)
    for _ in range(3):
        decision = picker(claims, directories=nothing).pick(asked, NOON, plenty)
        assert (decision.action, decision.reason) == (Action.DEFAULT, "pool_is_empty")
    assert claims.calls(own) == counted, why


def test_a_share_of_the_contacts_is_decided_on_and_each_contact_stays_on_its_side() -> None:
    claims = MemoryClaims()
    numbers = nanp("206", 90)
    quarter, half = queue(mode="percent 25"), queue(mode="percent 50")
    in_quarter, in_half = (
        {
            index
            for index in range(400)
            if picker(claims, numbers, per_day=1_000, per_hour=1_000)
            .pick(contact(f"{mode}-{index}", customer(index), setting), NOON, plenty)
            .action
            is Action.DIAL
        }
        for mode, setting in (("one", quarter), ("one-half", half))
    )
    assert 70 < len(in_quarter) < 130
    assert 160 < len(in_half) < 240
    same = contact("one-3", customer(3), half)
    assert RunMode.read("percent 25").decides("x") <= RunMode.read("percent 50").decides("x")
    decided = picker(claims, numbers).pick(same, NOON, plenty)
    assert decided.arm in ("local", "default")


def test_a_contact_outside_of_the_share_says_so() -> None:
    decision = picker().pick(contact(setting=queue(mode="percent 0")), NOON, plenty)
    assert (decision.action, decision.reason, decision.arm) == (
        Action.DEFAULT,
        "outside_percentage",
        "default",
    )


def test_a_customer_is_not_rung_more_often_than_the_queue_allows() -> None:
    claims = MemoryClaims()
    setting = queue(attempts=Attempts(3, 24))
    ours = picker(claims, nanp("206", 30))
    actions = [
        ours.pick(contact(f"c{hour}", setting=setting), NOON + timedelta(hours=hour), plenty).action
        for hour in (0, 1, 2, 3, 10, 23)
    ]
    assert actions == [Action.DIAL] * 3 + [Action.BLOCK] * 3
    day = timedelta(hours=24)
    second = timedelta(seconds=1)
    early = ours.pick(contact("early", setting=setting), NOON + day - second, plenty)
    assert (early.action, early.reason) == (Action.BLOCK, "attempts_reached")
    assert ours.pick(contact("then", setting=setting), NOON + day, plenty).action is Action.DIAL


def test_a_number_that_is_new_makes_fewer_calls() -> None:
    claims = MemoryClaims()
    new, older = (
        listing(number)._replace(activated_on=today - age)
        for number, age in zip(nanp("206", 2), (0, 8), strict=True)
    )
    both = FixedDirectories(unpack(pack([new, older]).values()))
    ours = replace(
        picker(claims, directories=both),
        pools=lambda _name: pool(per_hour=1_000, per_day=60, warm_up=(2, 5)),
    )
    for index in range(20):
        ours.pick(contact(f"c{index}", customer(index)), NOON, plenty)
    assert (claims.calls(new.e164), claims.calls(older.e164)) == (2, 5)


def test_a_number_makes_no_more_calls_in_a_minute_than_it_may() -> None:
    claims = MemoryClaims()
    ours = replace(
        picker(claims, nanp("206", 1)), pools=lambda _name: pool(tiers=ALL_TIERS, per_minute=2)
    )
    actions = [
        ours.pick(contact(f"c{second}", customer(second)), NOON + timedelta(seconds=second), plenty)
        for second in (0, 20, 59, 60)
    ]
    assert [decision.action for decision in actions] == [
        Action.DIAL,
        Action.DIAL,
        Action.DEFAULT,
        Action.DIAL,
    ]


def test_a_queue_that_is_off_asks_nothing() -> None:
    claims = MemoryClaims(before_read=out_of_reach)
    decision = picker(claims, mode=lambda _queue: RunMode.read("off")).pick(contact(), NOON, plenty)
    assert (decision.action, decision.reason) == (Action.DEFAULT, "queue_is_off")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.integers(0, 5), st.integers(0, 30)),
        min_size=1,
        max_size=60,
    ),
    st.integers(1, 4),
    st.integers(1, 6),
)
def test_whatever_is_dialled_limits_hold_and_every_result_is_ours(
    calls: list[tuple[int, int, int]], per_hour: int, per_day: int
) -> None:
    claims = MemoryClaims()
    numbers = [*nanp("206", 2), *nanp("212", 1)]
    ours = picker(claims, numbers, per_hour=per_hour, per_day=per_day)
    shown: dict[str, set[str]] = {}
    for person, call, hours in calls:
        to = customer(person)
        decision = ours.pick(contact(f"{person}-{call}", to), NOON + timedelta(hours=hours), plenty)
        if decision.action is Action.DIAL:
            assert decision.caller_id in numbers
            shown.setdefault(to, set()).add(decision.caller_id)
    for (_number, bucket), count in claims.usage.items():
        assert count <= (per_hour if bucket.split()[1].startswith("h") else per_day)


@pytest.mark.parametrize("mode", ["observe", "off", "percent 0"])
def test_a_queue_that_is_not_on_blocks_nothing(mode: str) -> None:
    strict = queue(on_exhausted=Action.BLOCK, on_error=Action.BLOCK, mode=mode)
    nothing = FixedDirectories(None)
    gone = MemoryClaims(before_read=out_of_reach)
    for ours, asked in (
        (picker(directories=nothing), contact(setting=strict)),
        (picker(gone), contact(setting=strict)),
        (picker(), contact(to=None, setting=strict)),
        (picker(), contact(to="sip:a@example.com", kind="SIP", setting=strict)),
    ):
        assert ours.pick(asked, NOON, plenty).action is Action.DEFAULT


def test_the_look_at_usage_is_not_lost_when_the_ledger_moves() -> None:
    claims = MemoryClaims()
    numbers = nanp("206", 30)
    day = f"{NOON:%Y-%m-%d} day"
    claims.usage.update({(number, day): 60 for number in numbers[:29]})
    turns = [2]

    def moves() -> None:
        if turns[0]:
            turns[0] -= 1
            ledger = claims.read(SEATTLE).ledger  # type: ignore[arg-type]
            other = Claim(f"x{turns[0]}", "", NOON, Action.DEFAULT, "default", "pool_exhausted")
            claims.ledgers[SEATTLE] = ledger.with_claim(other)

    claims.before_commit = moves
    assert picker(claims, numbers).pick(contact(), NOON, plenty).caller_id == numbers[29]


@pytest.mark.parametrize(
    ("told", "state", "why"),
    [
        ("OR", "OR", "the customer moved, and the flow knows"),
        ("Oregon", "OR", "a state's name is understood too"),
        ("Elsewhere", "WA", "not understood: the prefix is what is left"),
        ("", "WA", "nothing told"),
    ],
)
def test_the_state_that_a_flow_tells_wins_when_it_is_understood(
    told: str, state: str, why: str
) -> None:
    asked = replace(contact(), knowledge=Knowledge(state=told))
    assert picker().pick(asked, NOON, plenty).state == state, why


def test_a_look_at_usage_begins_with_a_few_numbers_and_widens() -> None:
    numbers = nanp("206", 100) + nanp("253", 100)
    claims = MemoryClaims()
    day = f"{NOON:%Y-%m-%d} day"
    claims.usage.update({(number, day): 60 for number in numbers})
    assert picker(claims, numbers).pick(contact(), NOON, plenty).reason == "pool_exhausted"
    assert claims.looks == [4, 16, 64, 100, 15]


def test_numbers_at_their_limit_are_not_asked_for_again_until_it_is_over() -> None:
    numbers = nanp("206", 90)
    claims = MemoryClaims()
    hour = f"{NOON:%Y-%m-%d} h12"
    claims.usage.update({(number, hour): 12 for number in numbers})
    ours = picker(claims, numbers)

    def picked(minutes: float) -> tuple[str, dict[str, int]]:
        at = NOON + timedelta(minutes=minutes)
        decision = ours.pick(contact(f"c{minutes}", customer(int(minutes))), at, plenty)
        return decision.reason, decision.rejected

    assert picked(1) == ("pool_exhausted", {"limit_reached": 90})
    looked = list(claims.looks)
    assert picked(30) == ("pool_exhausted", {"limit_reached": 90})
    assert claims.looks == looked
    assert picked(60)[0] == "local_number"
    assert picked(0.5)[0] == "pool_exhausted"
    assert len(claims.looks) > len(looked), "a clock that was put back is not believed"


@pytest.mark.parametrize("then", ["percent 0", "on", "observe"])
@pytest.mark.parametrize("first", ["percent 100", "percent 0", "on", "observe"])
def test_a_retry_gives_the_same_answer_also_when_the_mode_changed_in_between(
    first: str, then: str
) -> None:
    claims = MemoryClaims()
    before = picker(claims).pick(contact(setting=queue(mode=first)), NOON, plenty)
    after = picker(claims).pick(contact(setting=queue(mode=then)), NOON, plenty)
    assert replace(after, rejected={}, fallen=()) == replace(before, rejected={}, fallen=())


@pytest.mark.parametrize("answered", ["", "anonymous", "+1", "+999123456", "+12065550100x"])
def test_an_answered_number_that_is_none_is_passed_over(answered: str) -> None:
    claims = MemoryClaims(ledgers={SEATTLE: Ledger(1, (), answered)})
    assert picker(claims).pick(contact(), NOON, plenty).action is Action.DIAL


@pytest.mark.parametrize(
    ("to", "mode", "action", "reason"),
    [
        ("+1911", "on", Action.DEFAULT, "emergency_number"),
        (SEATTLE, "on", Action.BLOCK, "contact_without_id"),
        (SEATTLE, "observe", Action.DEFAULT, "contact_without_id"),
        (SEATTLE, "off", Action.DEFAULT, "contact_without_id"),
    ],
)
def test_a_call_without_a_contact_id_claims_nothing(
    to: str, mode: str, action: Action, reason: str
) -> None:
    claims = MemoryClaims()
    setting = queue(mode=mode, on_error=Action.BLOCK)
    decision = picker(claims).pick(contact("", to, setting), NOON, plenty)
    assert (decision.action, decision.reason) == (action, reason)
    assert claims.reads == 0


def test_a_large_pool_without_a_free_number_is_exhausted_before_time_runs_out() -> None:
    listings = bulk(5_000)
    claims = MemoryClaims()
    hour = f"{NOON:%Y-%m-%d} h12"
    claims.usage.update({(one.e164, hour): 12 for one in listings})
    numbers = unpack(pack(listings).values(), "large", rules().prefixes)
    ours = replace(picker(claims, directories=FixedDirectories(numbers)), reserve=0.6)

    def remaining() -> float:
        return 0.9 - 0.02 * len(claims.looks)

    setting = queue(on_exhausted=Action.BLOCK, on_error=Action.DEFAULT)
    decision = ours.pick(contact(setting=setting), NOON, remaining)
    assert (decision.action, decision.reason) == (Action.BLOCK, "pool_exhausted")
    assert SEARCHED_AT_LEAST <= sum(claims.looks) < len(listings)
    assert claims.commits == 2, "the first choice, and the answer"
