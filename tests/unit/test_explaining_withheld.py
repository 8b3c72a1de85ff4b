"""An explanation tells of numbers that are withheld, in the directory or out of it already."""

from lambdas.domain.choosing import Wanted
from lambdas.domain.explaining import Question, explain
from lambdas.domain.phone import E164, parse
from lambdas.domain.reasons import reason_words
from lambdas.domain.whereabouts import NOTHING_KNOWN, whereabouts
from tests.unit.builders import NanpStates, customer, directory, nanp, pool, queue, rules

LISTED, GONE, FREE = nanp("206", 3)


def test_withheld_numbers_are_told_with_their_reason() -> None:
    to = parse(customer(1))
    where = whereabouts(to, NOTHING_KNOWN, NanpStates())
    wanted = Wanted(to, where, "service", frozenset(), None, "contact")
    reasons = {E164(LISTED): "withheld_not_held", E164(GONE): "withheld_lacks_cnam"}
    question = Question(wanted, (), queue(), pool(), withheld=reasons)
    done = explain(directory(LISTED, FREE), question, rules())

    assert done.chosen is not None
    assert done.chosen.number == FREE
    assert {fallen.number: fallen.reason for fallen in done.fallen} == reasons
    words = done.record()["reasons"]
    assert "does not hold it" in words["withheld_not_held"]["words"]
    assert "caller name" in words["withheld_lacks_cnam"]["words"]


def test_a_reason_of_a_later_version_is_told_as_it_is() -> None:
    assert reason_words("withheld_by_something_new") == "withheld_by_something_new"
