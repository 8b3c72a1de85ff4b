"""Reports of what somebody said: late, twice, out of order, and overtaken by an explicit act."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from lambdas.domain.phone import E164
from lambdas.domain.suppression import Reason, Suppression
from lambdas.domain.text_replies import Meaning
from lambdas.usecases.heed import Disposition, Text, heed_disposition, heed_text
from lambdas.usecases.suppress import Act, Audit, Correction, Request, lift, suppress

NUMBER = "+12065550123"
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Memory:
    """Suppressions of one person."""

    stands: dict[str, Suppression] = field(default_factory=dict)
    past: list[Audit] = field(default_factory=list)

    def standing(self, destination: E164) -> tuple[Suppression, ...]:
        return tuple(self.stands.values())

    def add(self, destination: E164, suppression: Suppression) -> bool:
        if suppression.name in self.stands:
            return False
        self.stands[suppression.name] = suppression
        self.past.append(Audit(Act.SUPPRESSED, suppression.since, suppression.by, "", suppression))
        return True

    def lift(
        self, destination: E164, names: Collection[str], by: str, why: str, now: datetime
    ) -> int:
        gone = [self.stands.pop(name) for name in names if name in self.stands]
        self.past += [Audit(Act.LIFTED, now, by, why, one) for one in gone]
        return len(gone)

    def history(self, destination: E164) -> list[Audit]:
        return self.past

    def correct(self, destination: E164, correction: Correction) -> bool:
        raise AssertionError("nothing was corrected")

    def corrections(self, destination: E164) -> Correction | None:
        raise AssertionError("nothing was corrected")


def text(meaning: Meaning, at: datetime = NOON) -> Text:
    return Text(NUMBER, meaning, at)


def chosen(reason: str = "do_not_call", at: datetime = NOON) -> Disposition:
    return Disposition(NUMBER, "Do Not Call", reason, "ada", at)


def test_a_message_opts_out_for_every_brand_and_purpose() -> None:
    store = Memory()
    heeded = heed_text(text(Meaning.OPT_OUT), store, NOON + MINUTE)
    [one] = store.stands.values()
    assert (heeded.accepted, heeded.changed) == (True, True)
    assert (one.reason, one.through, one.since) == (Reason.OPT_OUT, "sms", NOON)
    assert (one.brand, one.purpose, one.until) == ("", "", None)


def test_the_same_message_again_changes_nothing() -> None:
    store = Memory()
    heed_text(text(Meaning.OPT_OUT), store, NOON)
    again = heed_text(text(Meaning.OPT_OUT), store, NOON + MINUTE)
    assert (again.accepted, again.changed) == (True, False)
    assert len(store.past) == 1


def test_start_lifts_what_messages_entered_and_nothing_else() -> None:
    store = Memory()
    heed_text(text(Meaning.OPT_OUT), store, NOON)
    heed_disposition(chosen(), store, NOON)
    assert heed_text(text(Meaning.RESUME, NOON + MINUTE), store, NOON + MINUTE).changed
    assert [one.through for one in store.stands.values()] == ["disposition"]
    assert not heed_text(text(Meaning.RESUME, NOON + MINUTE), store, NOON + MINUTE).changed


def test_a_start_that_comes_late_lifts_no_later_stop() -> None:
    store = Memory()
    heed_text(text(Meaning.OPT_OUT, NOON + MINUTE), store, NOON + MINUTE)
    late = heed_text(text(Meaning.RESUME, NOON), store, NOON + 2 * MINUTE)
    assert not late.changed
    assert len(store.stands) == 1


def test_a_stop_that_comes_again_after_start_stays_lifted() -> None:
    store = Memory()
    heed_text(text(Meaning.OPT_OUT), store, NOON)
    heed_text(text(Meaning.RESUME, NOON + MINUTE), store, NOON + MINUTE)
    again = heed_text(text(Meaning.OPT_OUT), store, NOON + 2 * MINUTE)
    assert (again.changed, again.overtaken) == (False, True)
    assert heed_text(text(Meaning.OPT_OUT, NOON + 3 * MINUTE), store, NOON + 3 * MINUTE).changed


def test_a_record_that_is_sent_again_does_not_undo_an_explicit_act() -> None:
    store = Memory()
    heed_disposition(chosen(), store, NOON + MINUTE)
    asked = Request(NUMBER, "", by="supervisor")
    assert lift(asked, "entered by mistake", store, NOON + 2 * MINUTE).lifted == 1
    again = heed_disposition(chosen(), store, NOON + timedelta(days=7))
    assert (again.changed, again.overtaken, again.message) == (False, True, "It was lifted since.")
    later = heed_disposition(chosen(at=NOON + timedelta(days=8)), store, NOON + timedelta(days=8))
    assert later.changed


def test_another_reason_of_the_same_contact_counts_too() -> None:
    store = Memory()
    heed_disposition(chosen(), store, NOON)
    heed_disposition(chosen("wrong_number"), store, NOON)
    assert {one.reason for one in store.stands.values()} == {
        Reason.DO_NOT_CALL, Reason.WRONG_NUMBER,
    }  # fmt: skip


def test_a_refusal_ends_as_long_after_the_contact_however_late_it_is_heard() -> None:
    ends = set()
    for late in (timedelta(0), timedelta(days=5)):
        store = Memory()
        heed_disposition(chosen("refused"), store, NOON + late)
        [one] = store.stands.values()
        ends.add(one.until)
    assert ends == {NOON + timedelta(days=60)}


def test_a_moment_in_the_future_counts_as_now() -> None:
    store = Memory()
    heed_text(text(Meaning.WRONG_NUMBER, NOON + timedelta(days=1)), store, NOON)
    [one] = store.stands.values()
    assert (one.since, one.reason) == (NOON, Reason.WRONG_NUMBER)


@pytest.mark.parametrize("meaning", list(Meaning))
@pytest.mark.parametrize("sender", ["", "anonymous", "48105", "not a number"])
def test_a_sender_that_is_no_number_is_refused_in_words(meaning: Meaning, sender: str) -> None:
    heeded = heed_text(Text(sender, meaning, NOON), Memory(), NOON)
    assert (heeded.accepted, heeded.changed) == (False, False)
    assert heeded.message


def test_what_an_agent_entered_stands_though_a_message_says_the_same() -> None:
    store = Memory()
    suppress(Request(NUMBER, "opt_out", by="ada", through="agent"), store, NOON)
    heed_text(text(Meaning.OPT_OUT), store, NOON + MINUTE)
    heed_text(text(Meaning.RESUME, NOON + MINUTE), store, NOON + 2 * MINUTE)
    assert len(store.stands) == 1


@pytest.mark.parametrize("message_first", [True, False])
def test_start_lifts_nothing_that_an_agent_entered_for_the_same_reason(
    message_first: bool,
) -> None:
    store = Memory()
    for message in (message_first, not message_first):
        said = text(Meaning.OPT_OUT)
        told = (
            heed_text(said, store, NOON)
            if message
            else heed_disposition(chosen("opt_out"), store, NOON)
        )
        assert told.changed
    assert heed_text(text(Meaning.RESUME, NOON + MINUTE), store, NOON + MINUTE).changed
    assert [one.through for one in store.stands.values()] == ["disposition"]


def test_start_does_not_overtake_what_an_agent_chose_before_and_is_told_late() -> None:
    store = Memory()
    heed_text(text(Meaning.OPT_OUT), store, NOON)
    heed_text(text(Meaning.RESUME, NOON + 2 * MINUTE), store, NOON + 2 * MINUTE)
    late = heed_disposition(chosen("opt_out", NOON + MINUTE), store, NOON + 3 * MINUTE)
    assert (late.changed, late.overtaken) == (True, False)


def test_a_message_that_is_told_late_stays_lifted_by_an_explicit_act_on_an_agents_entry() -> None:
    store = Memory()
    heed_disposition(chosen("opt_out"), store, NOON)
    lift(Request(NUMBER, "", by="supervisor"), "asked to be called", store, NOON + 2 * MINUTE)
    late = heed_text(text(Meaning.OPT_OUT, NOON + MINUTE), store, NOON + 3 * MINUTE)
    assert (late.changed, late.overtaken) == (False, True)
