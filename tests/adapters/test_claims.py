from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import TypeVar

from lambdas.domain.phone import E164
from lambdas.domain.settings import Action, Caps
from lambdas.store import keys
from lambdas.usecases.picking import Contact, Decision, Refusal, Refused, Spend
from tests.adapters.conftest import House
from tests.unit.builders import NOON, customer, nanp, queue


def contact(contact_id: str, to: str = customer(199)) -> Contact:
    return Contact(contact_id, "VOICE", to, "TELEPHONE_NUMBER", queue())


def plenty() -> float:
    return 5.0


T = TypeVar("T")


def at_once(count: int, work: Callable[[int], T]) -> list[T]:
    barrier = Barrier(count)

    def start(index: int) -> T:
        barrier.wait()
        return work(index)

    with ThreadPoolExecutor(count) as workers:
        return list(workers.map(start, range(count)))


def usage(house: House) -> Counter[tuple[str, str]]:
    """Counts by number and bucket (day, h00 to h23, m0000 to m2359)."""
    counted: Counter[tuple[str, str]] = Counter()
    for item in house.client.scan(TableName=house.tables.usage)["Items"]:
        for name, value in item.items():
            if name == "day" or name[0] in "hm":
                counted[item["pk"]["S"], name] += int(value["N"])
    return counted


def ledgers(house: House) -> list[int]:
    items = house.client.scan(TableName=house.tables.customers)["Items"]
    return [len(item["claims"]["L"]) for item in items]


def ready(house: House, count: int) -> House:
    house.bring(nanp("206", count))
    house.publish()
    return house


def test_four_invocations_in_turn_give_one_claim_and_one_answer(house: House) -> None:
    picker = ready(house, 20).picker()
    answers = {_told(picker.pick(contact("one"), NOON, plenty)) for _ in range(4)}
    assert len(answers) == 1
    assert sum(usage(house).values()) == 3  # one day, one hour, one minute
    assert ledgers(house) == [1]


def test_four_invocations_at_once_give_one_claim_and_one_answer(house: House) -> None:
    picker = ready(house, 20).picker()
    for round_ in range(25):
        contact_id = f"contact-{round_}"
        to = customer(round_)

        def ask(_index: int, contact_id: str = contact_id, to: str = to) -> Decision:
            return picker.pick(contact(contact_id, to), NOON, plenty)

        answers = at_once(4, ask)
        assert len({_told(answer) for answer in answers}) == 1
        assert answers[0].action is Action.DIAL
    assert ledgers(house) == [1] * 25
    days = [count for (_number, bucket), count in usage(house).items() if bucket == "day"]
    assert sum(days) == 25


def _told(decision: Decision) -> tuple[str, str, str, str]:
    return decision.action, decision.caller_id, decision.tier, decision.reason


def test_limits_hold_with_many_agents_dialling_at_once(house: House) -> None:
    picker = ready(house, 6).picker(per_hour=5, per_day=8)

    def agent(index: int) -> list[Decision]:
        return [
            picker.pick(
                contact(f"{index}-{call}", customer(100 * index + call)),
                NOON + timedelta(minutes=30 * call),
                plenty,
            )
            for call in range(8)
        ]

    decisions = [decision for made in at_once(10, agent) for decision in made]
    counted = usage(house)
    for (_number, bucket), count in counted.items():
        assert count <= (8 if bucket == "day" else 5)
    dialled = [decision for decision in decisions if decision.action is Action.DIAL]
    assert sum(count for (_n, bucket), count in counted.items() if bucket == "day") == len(dialled)
    assert len(dialled) == 6 * 8  # nothing that was free was left unused
    assert sum(ledgers(house)) == len(decisions)


def test_a_customer_who_is_called_by_many_at_once_never_sees_a_number_twice(house: House) -> None:
    picker = ready(house, 20).picker()
    decisions = at_once(8, lambda index: picker.pick(contact(f"c{index}"), NOON, plenty))
    shown = [decision.caller_id for decision in decisions if decision.action is Action.DIAL]
    assert len(shown) == len(set(shown)) >= 6
    # Tries are bounded: who lost against the others every time shows the default.
    assert all(d.reason == "out_of_time" for d in decisions if d.action is not Action.DIAL)


def test_a_removed_number_is_refused_at_once_by_a_picker_with_an_old_directory(
    house: House,
) -> None:
    gone, stays = nanp("206", 2)
    ready(house, 2)
    picker = house.picker()
    picker.pick(contact("warm", customer(1)), NOON, plenty)
    house.bring([stays], import_id="two", replaces=True)
    house.publish()
    for index in range(6):
        decision = picker.pick(contact(f"c{index}", customer(100 + index)), NOON, plenty)
        assert decision.caller_id == stays
    assert gone not in house.shown()


def test_what_is_free_is_read_in_one_look(house: House) -> None:
    numbers = [E164(number) for number in nanp("206", 100)]
    house.bring(numbers[:99])
    spent = numbers[7]
    house.client.put_item(
        TableName=house.tables.usage,
        Item={**keys.usage_day(spent, NOON), "day": {"N": "60"}},
    )
    caps = Caps(10, 12, 60)
    asked = [Spend(number, "sales", caps) for number in numbers]
    assert house.claims.kept_back(asked, NOON) == {
        spent: Refused(Refusal.LIMIT_REACHED, until=NOON + timedelta(hours=12)),
        numbers[99]: Refused(Refusal.NUMBER_NOT_ACTIVE),
    }
    elsewhere = [Spend(number, "service", caps) for number in numbers[:5]]
    assert set(house.claims.kept_back(elsewhere, NOON)) == set(numbers[:5])


def test_no_item_names_the_customer(house: House) -> None:
    ready(house, 2).picker().pick(contact("one"), NOON, plenty)
    for table in (house.tables.customers, house.tables.usage):
        assert customer(199)[2:] not in str(house.client.scan(TableName=table)["Items"])


def test_a_claim_expires_when_it_is_no_longer_needed(house: House) -> None:
    ready(house, 1).picker().pick(contact("one"), NOON, plenty)
    for table, days in ((house.tables.customers, 90), (house.tables.usage, 35)):
        (item,) = house.client.scan(TableName=table)["Items"]
        assert int(item["expires_at"]["N"]) == int((NOON + timedelta(days=days)).timestamp())
