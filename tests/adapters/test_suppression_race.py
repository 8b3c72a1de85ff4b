"""A suppression while a pick is under way: whoever commits after it does not dial."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lambdas.domain.ledger import Claim
from lambdas.domain.phone import E164
from lambdas.domain.settings import Action
from lambdas.domain.suppression import Reason, Suppression
from lambdas.store.claims import DynamoClaims
from lambdas.store.customers import Answers, customer_key
from lambdas.store.suppressions import DynamoSuppressions
from lambdas.usecases.picking import Contact, Customer, Decision, Refused, Spend
from local import stage
from local.crowd import Crowd
from local.evidence import suppression
from local.evidence.suppression import Picked, Race, Written
from local.toolchain import silent
from tests.adapters.conftest import House
from tests.unit.builders import NOON, queue

PERSON = E164("+12065550142")
OURS = ("+12065550123", "+12065550124", "+12065550125")
SMALL = Race(36, Crowd(processes=2, threads=5, within_s=240))


def test_no_dial_commits_after_its_customer_was_suppressed(
    dynamodb_local: str, tmp_path: Path
) -> None:
    numbers = stage.numbers_of(suppression.NUMBERS)
    set_up = stage.staged(dynamodb_local, tmp_path, suppression.settings(), numbers)

    judged = suppression.run(SMALL, set_up, tmp_path, silent)

    assert judged.late == []
    assert judged.out_of_order == []
    assert judged.astray == []
    assert judged.dials > 0
    assert judged.after > 0


@dataclass(frozen=True, eq=False, repr=False)
class Interrupted(DynamoClaims):
    """Lets something happen between the pick's read and its first commit."""

    meanwhile: Callable[[], Any] = lambda: None
    commits: list[int] = field(default_factory=list)
    reads: list[int] = field(default_factory=list)

    def read(self, destination: E164) -> Customer:
        self.reads.append(1)
        return super().read(destination)

    def commit(self, customer: Customer, claim: Claim, spend: Spend | None) -> Refused | None:
        self.commits.append(1)
        if len(self.commits) == 1:
            self.meanwhile()
        return super().commit(customer, claim, spend)


@dataclass
class Case:
    home: House
    store: DynamoSuppressions
    answers: Answers

    def dial(self, contact_id: str, meanwhile: Callable[[], Any]) -> tuple[Decision, int, int]:
        """The decision, how often it read, and how often it tried to commit."""
        claims = Interrupted(
            self.home.client,
            self.home.tables,
            lambda: b"key",
            timedelta(days=90),
            meanwhile,
        )
        contact = Contact(contact_id, "VOICE", PERSON, "TELEPHONE_NUMBER", queue())
        picker = replace(self.home.picker(), claims=claims)
        decision = picker.pick(contact, NOON, lambda: 5.0)
        return decision, len(claims.reads), len(claims.commits)

    def suppress(self, reason: Reason = Reason.OPT_OUT, **told: Any) -> bool:
        return self.store.add(PERSON, Suppression(reason, NOON, **told))

    def lift(self) -> int:
        names = [one.name for one in self.store.standing(PERSON)]
        return self.store.lift(PERSON, names, "ada", "signed", NOON)


@pytest.fixture
def case(house: House) -> Case:
    house.bring(list(OURS))
    house.publish()
    client, table = house.client, house.tables.customers
    return Case(
        house,
        DynamoSuppressions(client, table, lambda: b"key"),
        Answers(client, table, lambda: b"key", timedelta(days=90)),
    )


@pytest.mark.parametrize("known", [False, True], ids=["a new customer", "one who was called"])
def test_a_pick_that_read_before_reads_again_and_blocks(case: Case, known: bool) -> None:
    if known:
        assert case.dial("earlier", lambda: None)[0].action is Action.DIAL

    decision, reads, commits = case.dial("one", case.suppress)

    assert (decision.action, decision.reason) == (Action.BLOCK, "suppressed_opt_out")
    assert (reads, commits) == (2, 1)
    customer = case.home.claims.read(PERSON)
    assert [claim.contact_id for claim in customer.ledger.claims] == ["earlier"] * known


def test_a_suppression_for_another_purpose_is_read_again_and_lets_the_call_out(case: Case) -> None:
    other = "collections" if queue().purpose != "collections" else "marketing"

    decision, reads, commits = case.dial("one", lambda: case.suppress(purpose=other))

    assert decision.action is Action.DIAL
    assert (reads, commits) == (2, 2)


def test_an_answer_meanwhile_needs_no_second_read(case: Case) -> None:
    case.dial("earlier", lambda: None)

    decision, reads, commits = case.dial(
        "one", lambda: case.answers.record(PERSON, E164(OURS[0]), NOON)
    )

    assert decision.action is Action.DIAL
    assert (reads, commits) == (1, 2)


def test_suppressed_and_lifted_meanwhile_lets_the_call_out(case: Case) -> None:
    decision, reads, _ = case.dial("one", lambda: (case.suppress(), case.lift()))

    assert decision.action is Action.DIAL
    assert reads == 2


def test_a_claim_that_stands_is_told_again_also_after_a_suppression(case: Case) -> None:
    """Connect may ask four times for one call, which rang after the first."""
    first = case.dial("one", lambda: None)[0]
    case.suppress()

    again, _, commits = case.dial("one", lambda: None)

    assert (again.action, again.caller_id, commits) == (Action.DIAL, first.caller_id, 0)


def test_a_claim_keeps_the_marks(case: Case) -> None:
    case.suppress()
    case.lift()
    case.dial("one", lambda: None)

    customer = case.home.claims.read(PERSON)
    assert (customer.ledger.marks, customer.ledger.version) == (2, 3)
    assert customer.key == customer_key(b"key", PERSON)


def picked(action: str, sent: int, answered: int, contact: str = "c") -> Picked:
    reason = "local_number" if action == "dial" else "suppressed_opt_out"
    return Picked(0, contact, action, reason, sent, answered)


def state(version: int, marks: int, *contacts: str) -> dict[str, Any]:
    lines = [Claim(one, "+12065550123", NOON, Action.DIAL, "city", "local_number").written()
             for one in contacts]  # fmt: skip
    told: dict[str, Any] = {"version": {"N": str(version)}, "claims": {"L": []}}
    told["claims"]["L"] = [{"S": line} for line in lines]
    return told | ({"marks": {"N": str(marks)}} if marks else {})


@pytest.mark.parametrize(
    ("picks", "states", "late", "out_of_order", "astray"),
    [
        ([picked("dial", 5, 6)], [state(1, 0, "c"), state(2, 1, "c")], 0, 0, 1),
        ([picked("dial", 12, 13)], [state(1, 0, "c"), state(2, 1, "c")], 1, 0, 1),
        ([picked("dial", 5, 6)], [state(1, 1), state(2, 1, "c")], 0, 1, 1),
        ([picked("block", 0, 6)], [state(1, 1)], 0, 0, 2),
        ([picked("dial", 5, 6)], [state(1, 1)], 0, 0, 2),
        ([picked("block", 0, 12)], [state(1, 0, "c"), state(2, 1, "c")], 0, 0, 2),
        ([picked("block", 0, 12)], [state(1, 0)], 0, 1, 1),
        ([picked("block", 0, 12)], [state(1, 1), state(3, 2)], 0, 1, 1),
    ],
    ids=["right", "late", "out of order", "blocked before", "lost", "invented", "unmarked", "gap"],
)
def test_the_judge_sees_each_fault(
    picks: list[Picked], states: list[dict[str, Any]], late: int, out_of_order: int, astray: int
) -> None:
    """Nine picks of the ten are not told of, which is one line of what is astray."""
    judged = suppression.judge(
        Race(1, SMALL.crowd), picks, [Written(0, True, 8, 10)], {"key": states}
    )

    assert (len(judged.late), len(judged.out_of_order)) == (late, out_of_order)
    assert len(judged.astray) == astray
