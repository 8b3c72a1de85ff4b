"""Suppress and lift: what people write is understood, or they are told what is wrong."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lambdas.domain.phone import E164
from lambdas.domain.suppression import Reason, Suppression, barring
from lambdas.domain.suppression_words import REASONS, channel_of, reason_of
from lambdas.usecases.suppress import Act, Known, Request, lift, suppress
from tests.unit.builders import NOON
from tests.unit.fakes import MemorySuppressions

PERSON = E164("+12065550142")
KNOWN = Known(("Example Care", "Example Sales"), {"FR": 90}.__getitem__)


def asked(reason: str = "stop", **told: Any) -> Request:
    return Request(told.pop("number", PERSON), reason, **told)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("DNC", Reason.DO_NOT_CALL),
        ("Do-Not-Call", Reason.DO_NOT_CALL),
        ("do_not_call", Reason.DO_NOT_CALL),
        ("opt-out", Reason.OPT_OUT),
        ("OptOut", Reason.OPT_OUT),
        ("STOP", Reason.OPT_OUT),
        ("  stop. ", Reason.OPT_OUT),
        ("Arrêt", Reason.OPT_OUT),
        ("Wrong number", Reason.WRONG_NUMBER),
        ("number re-assigned", None),
        ("Reassigned", Reason.REASSIGNED),
        ("prefers_other_channel", Reason.PREFERS_OTHER_CHANNEL),
        ("prefers e-mail", Reason.PREFERS_OTHER_CHANNEL),
        ("SMS only", Reason.PREFERS_OTHER_CHANNEL),
        ("Deceased", Reason.DECEASED),
        ("décédé", Reason.DECEASED),
        ("TCPA litigator", Reason.LITIGATOR),
        ("not interested", Reason.REFUSED),
        ("temporary", Reason.TEMPORARY),
        ("stop calling", Reason.OPT_OUT),
        ("Stop calling me!", Reason.OPT_OUT),
        ("Please remove me from your list", Reason.OPT_OUT),
        ("Customer asked not to be called", Reason.OPT_OUT),
        ("customer does not want to be called again", Reason.OPT_OUT),
        ("Opt-out request", Reason.OPT_OUT),
        ("don't call", Reason.DO_NOT_CALL),
        ("Don’t call me again, please", Reason.DO_NOT_CALL),
        ("Do not call this number", Reason.DO_NOT_CALL),
        ("Keine Anrufe", Reason.DO_NOT_CALL),
        ("customer has died", Reason.DECEASED),
        ("wrong party", Reason.WRONG_NUMBER),
        ("do not stop calling", None),
        ("end call", None),
        ("call again", None),
        ("customer", None),
        ("please", None),
        ("unknown", None),
        ("", None),
        ("please call me", None),
        ("do not call today", None),
    ],
)
def test_a_reason_is_understood_in_the_words_of_those_who_enter_it(
    words: str, reason: Reason | None
) -> None:
    assert reason_of(words) is reason


def test_every_reason_is_understood_by_its_own_name() -> None:
    assert {str(reason_of(name)) for name in REASONS} == set(REASONS) == set(Reason) - {"unknown"}


@pytest.mark.parametrize(
    ("words", "channel"),
    [("E-Mail", "email"), ("prefers texts", "sms"), ("letter", "post"), ("WhatsApp", "chat"),
     ("pigeon", ""), ("", "")],
)  # fmt: skip
def test_a_channel_is_understood(words: str, channel: str) -> None:
    assert channel_of(words) == channel


@pytest.mark.parametrize(
    "until", ["9999-12-31 23:59:59", "9999-12-31T23:59:59-05:00", "9999-12-31"]
)
def test_the_last_day_that_there_is_ends_nothing_soon(until: str) -> None:
    store = MemorySuppressions()

    done = suppress(asked(reason="temporary", until=until), store, NOON)
    assert done.suppression
    assert done.suppression.until
    assert done.suppression.until.year == 9999
    assert suppress(asked(until="0001-01-01T00:00+14:00"), store, NOON).reason == "end_has_passed"


def test_a_text_that_no_encoding_writes_is_kept_without_what_is_wrong_with_it() -> None:
    done = suppress(asked(note="half \ud83d of a sign", by="ad\udc00a"), MemorySuppressions(), NOON)
    assert done.suppression
    assert (done.suppression.note, done.suppression.by) == ("half ? of a sign", "ad?a")
    assert done.suppression.written().encode()


def test_the_country_is_what_is_wrong_where_nobody_understands_it() -> None:
    store = MemorySuppressions()

    assert suppress(asked(number="020 7946 0123", country="uk"), store, NOON).accepted
    done = suppress(asked(number="020 7946 0123", country="Britannia"), store, NOON)
    assert (done.accepted, done.reason) == (False, "unknown_country")
    assert "two letters" in done.message
    assert suppress(asked(number="+442079460124", country="Britannia"), store, NOON).accepted


def test_a_national_number_is_read_with_its_country() -> None:
    store = MemorySuppressions()

    done = suppress(asked(number="(206) 555-0142", country="us"), store, NOON)

    assert (done.accepted, done.changed, done.reason, done.number) == (
        True, True, "opt_out", PERSON,
    )  # fmt: skip
    assert done.message == "No more calls for good. This customer asked not to be called."
    assert store.standing(PERSON)[0].since == NOON


def test_the_same_again_is_accepted_and_changes_nothing() -> None:
    store = MemorySuppressions()
    suppress(asked(), store, NOON)

    done = suppress(asked("unsubscribe"), store, NOON + timedelta(days=1))

    assert (done.accepted, done.changed) == (True, False)
    assert done.message == "This stands already. This customer asked not to be called."
    assert len(store.history(PERSON)) == 1


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (asked(number=""), "empty", "There is no number."),
        (asked(number="hello"), "not_a_number", "not a phone number"),
        (asked(number="206 555 0142"), "no_country", "no country code"),
        (asked(number="+1206555014"), "too_short", "too short"),
        (asked(number="+10065550142"), "not_valid", "No such number"),
        (asked("whim"), "unknown_reason", "'whim' is no reason known here. Known: do_not_call"),
        (asked(""), "unknown_reason", "no reason"),
        (asked("temporary"), "no_end", "Say until when"),
        (asked(until="soon"), "unknown_end", "no day and no time"),
        (asked(until="2020-01-01"), "end_has_passed", "has passed"),
        (asked(new_number="12"), "new_number_too_short", "The new number:"),
        (asked(new_number=PERSON), "new_number_is_the_old", "is the old one"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    request_: Request, code: str, words: str
) -> None:
    store = MemorySuppressions()

    done = suppress(request_, store, NOON)

    assert (done.accepted, done.changed, done.reason) == (False, False, code)
    assert words in done.message
    assert store.stands == {}


def test_a_refusal_ends_after_the_pause_that_law_sets() -> None:
    store = MemorySuppressions()

    suppress(asked("not interested", number="+33199001234"), store, NOON, KNOWN)
    suppress(asked("not interested"), store, NOON)

    assert store.standing(E164("+33199001234"))[0].until == NOON + timedelta(days=90)
    assert store.standing(PERSON)[0].until == NOON + timedelta(days=60)


@pytest.mark.parametrize(
    ("told", "until"),
    [
        ("2027-01-31", datetime(2027, 1, 31, 12, tzinfo=UTC)),
        ("2027-01-31T09:00", datetime(2027, 1, 31, 21, tzinfo=UTC)),
        ("2027-01-31T09:00:00Z", datetime(2027, 1, 31, 9, tzinfo=UTC)),
        ("2027-01-31T09:00:00+01:00", datetime(2027, 1, 31, 8, tzinfo=UTC)),
    ],
)
def test_a_day_ends_no_suppression_before_it_begins_everywhere(told: str, until: datetime) -> None:
    store = MemorySuppressions()

    suppress(asked("temporary", until=told), store, NOON)

    assert store.standing(PERSON)[0].until == until


def test_brand_and_purpose_go_by_the_configuration_and_doubt_counts_for_the_person() -> None:
    store = MemorySuppressions()

    suppress(asked(brand="example care", purpose="Marketing"), store, NOON, KNOWN)
    done = suppress(asked("dnc", brand="Another", purpose="sales"), store, NOON, KNOWN)

    first, second = store.standing(PERSON)
    assert (first.brand, first.purpose) == ("Example Care", "marketing")
    assert (second.brand, second.purpose) == ("", "")
    assert "The brand 'Another' is not known here, so it holds for every brand." in done.message


def test_what_a_person_prefers_is_kept() -> None:
    store = MemorySuppressions()

    suppress(asked("prefers other channel", channel="E-Mail"), store, NOON)

    assert store.standing(PERSON)[0].words.endswith("Preferred: email.")


def test_a_new_number_alone_says_that_the_old_one_is_wrong() -> None:
    store = MemorySuppressions()

    done = suppress(asked("", new_number="206 555 0143", by="ada"), store, NOON)

    assert (done.accepted, done.reason) == (True, "wrong_number")
    assert done.message.endswith("The new number is kept.")
    correction = store.corrections(PERSON)
    assert correction is not None
    assert (correction.number, correction.by) == ("+12065550143", "ada")


@given(st.text(max_size=60), st.text(max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_written_is_answered_in_words_without_a_number(
    number: str, reason: str, until: str, country: str
) -> None:
    request = Request(number, reason, country, until=until, new_number=number)

    done = suppress(request, MemorySuppressions(), NOON)

    assert done.message
    assert "5550142" not in done.message


def test_notes_keep_no_phone_numbers() -> None:
    store = MemorySuppressions()

    suppress(asked(note="calls\n from 206-555-0143 | annoyed", by="+1 206 555 0144"), store, NOON)

    assert store.standing(PERSON)[0].note == "calls from … / annoyed"
    assert store.standing(PERSON)[0].by == "…"


@pytest.mark.parametrize(("by", "why"), [("", "signed"), ("ada", ""), (" ", " ")])
def test_lifting_takes_somebody_and_a_reason(by: str, why: str) -> None:
    store = MemorySuppressions()
    suppress(asked(), store, NOON)

    done = lift(asked("", by=by), why, store, NOON)

    assert (done.accepted, done.lifted, done.reason) == (False, 0, "nobody_says_why")
    assert store.standing(PERSON)


def test_lifting_one_brand_leaves_what_holds_for_all() -> None:
    store = MemorySuppressions()
    suppress(asked(brand="Example Care"), store, NOON, KNOWN)
    suppress(asked(), store, NOON, KNOWN)

    done = lift(asked("stop", brand="example care", by="ada"), "signed", store, NOON)

    assert done.lifted == 1
    assert [one.brand for one in store.standing(PERSON)] == [""]
    assert lift(asked("", brand="Example Care", by="ada"), "x", store, NOON).lifted == 0


class Wishes(RuleBasedStateMachine):
    """Whatever is added and lifted in whatever order: a person is barred exactly while something
    stands that holds, and the audit tells each change once."""

    @initialize()
    def start(self) -> None:
        self.store = MemorySuppressions()
        self.now = NOON
        self.model: dict[tuple[str, str], datetime | None] = {}
        self.changes = 0

    @rule(
        reason=st.sampled_from(["dnc", "stop", "temporary", "refused"]),
        brand=st.sampled_from(["", "Example Care", "Example Sales"]),
        days=st.one_of(st.none(), st.integers(1, 20)),
    )
    def add(self, reason: str, brand: str, days: int | None) -> None:
        if reason == "temporary" and days is None:
            days = 3
        until = self.now + timedelta(days=days) if days else None
        told = until.isoformat() if until else ""
        done = suppress(asked(reason, brand=brand, until=told), self.store, self.now, KNOWN_US)
        if reason == "refused" and until is None:
            until = self.now + timedelta(days=10)
        name = (done.reason, brand)
        stood = name in self.model
        longer = stood and (
            self.model[name] is not None and (until is None or until > (self.model[name] or until))
        )
        assert done.accepted
        assert done.changed == (not stood or longer)
        if done.changed:
            self.model[name] = until
            self.changes += 1

    @precondition(lambda self: self.model)
    @rule(pick=st.randoms())
    def lift_one(self, pick: Any) -> None:
        reason, brand = pick.choice(sorted(self.model))
        gone = [
            name for name in self.model if name[0] == reason and (not brand or name[1] == brand)
        ]
        done = lift(asked(reason, brand=brand, by="ada"), "why", self.store, self.now)
        assert done.lifted == len(gone)
        for name in gone:
            del self.model[name]
        self.changes += len(gone)

    @rule(days=st.integers(1, 12))
    def time_passes(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def barred_exactly_while_something_holds(self) -> None:
        for brand in ("Example Care", "Example Sales"):
            holds = any(
                of in ("", brand) and (until is None or until > self.now)
                for (_, of), until in self.model.items()
            )
            assert bool(barring(self.store.standing(PERSON), brand, "service", self.now)) == holds

    @invariant()
    def audited(self) -> None:
        assert len(self.store.history(PERSON)) == self.changes
        assert all(each.act in (Act.SUPPRESSED, Act.LIFTED) for each in self.store.history(PERSON))


KNOWN_US = Known(("Example Care", "Example Sales"), lambda _region: 10)
TestWishes = Wishes.TestCase


@given(
    st.sampled_from(list(Reason)),
    st.one_of(st.none(), st.datetimes(timezones=st.just(UTC))),
    st.lists(st.text(max_size=20), min_size=6, max_size=6),
)
def test_what_is_written_is_read_again(
    reason: Reason, until: datetime | None, texts: list[str]
) -> None:
    one = Suppression(reason, NOON, until, *texts)

    assert Suppression.read(one.written()) == one
