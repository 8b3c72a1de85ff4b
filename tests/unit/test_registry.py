"""Papers of numbers: what a file says, what is due, what keeps a number back, what is exported."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from lambdas.domain.cells import Direction
from lambdas.domain.ownership import Ownership
from lambdas.domain.paper_exports import Branding, Export, branding_of, export
from lambdas.domain.paper_rows import columns_of, read_row
from lambdas.domain.phone import E164, parse
from lambdas.domain.registry import (
    Paper,
    PaperKind,
    PaperState,
    Requirement,
    Terms,
    Trouble,
    attested,
    due_test_calls,
    gaps,
    lacking,
    shares,
)
from lambdas.domain.rows import Member
from lambdas.domain.settings import Action, AttestationShares, Mode, QueueSettings, RunMode
from lambdas.domain.withholding import Withheld

TODAY = date(2026, 11, 20)
SEATTLE, LONDON = E164("+12065550100"), E164("+442079460123")


def member(
    number: str = SEATTLE,
    direction: Direction = Direction.BOTH,
    ownership: Ownership = Ownership.CONNECT,
    proof: str = "",
) -> Member:
    phone = parse(number)
    return Member(
        phone.e164, phone.region, phone.kind, phone.area_code, "WA", "", direction, "", 0,
        ownership=ownership, proof=proof,
    )  # fmt: skip


def paper(kind: PaperKind, party: str = "", **told: Any) -> Paper:
    return Paper(SEATTLE, kind, party, **told)


def queue(brand: str, call_reason: str = "", pool: str = "p") -> QueueSettings:
    return QueueSettings(
        "key", "Name", pool, "service", Action.DEFAULT, Action.DEFAULT, RunMode(Mode.ON),
        brand=brand, call_reason=call_reason,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("requires", "held", "number", "lacks", "reason"),
    [
        ("cnam", [], SEATTLE, "lacks_cnam", "nothing was enrolled"),
        ("cnam", [paper(PaperKind.CNAM, value="EXAMPLE")], SEATTLE, "", "it is enrolled"),
        ("cnam", [], LONDON, "", "there is no CNAM outside the United States"),
        (
            "cnam",
            [paper(PaperKind.CNAM, state=PaperState.FILED)],
            SEATTLE,
            "lacks_cnam",
            "it was filed, and is not done",
        ),
        (
            "cnam",
            [paper(PaperKind.CNAM, due=date(2026, 11, 19))],
            SEATTLE,
            "lacks_cnam",
            "it ran out yesterday",
        ),
        ("cnam", [paper(PaperKind.CNAM, due=TODAY)], SEATTLE, "", "it runs out tonight"),
        ("caller_registry", [], SEATTLE, "lacks_caller_registry", "registered nowhere"),
        (
            "caller_registry",
            [paper(PaperKind.CALLER_REGISTRY, "Registry One")],
            SEATTLE,
            "",
            "one registry is enough",
        ),
        ("attestation_a", [], SEATTLE, "lacks_attestation_a", "no route is known"),
        (
            "attestation_a",
            [paper(PaperKind.ATTESTATION, "one", value="A")],
            SEATTLE,
            "",
            "A on its only route",
        ),
        (
            "attestation_a",
            [
                paper(PaperKind.ATTESTATION, "one", value="A"),
                paper(PaperKind.ATTESTATION, "two", value="B"),
            ],
            SEATTLE,
            "lacks_attestation_a",
            "B on another route",
        ),
        ("attestation_a", [], LONDON, "", "calls are not signed there"),
        ("branding", [paper(PaperKind.BRAND, value="X")], SEATTLE, "lacks_branding", "no reason"),
        (
            "branding",
            [paper(PaperKind.BRAND, value="X"), paper(PaperKind.CALL_REASON, value="Orders")],
            SEATTLE,
            "",
            "brand and reason",
        ),
        ("proof", [], SEATTLE, "", "a number of the instance needs none"),
    ],
)
def test_what_a_number_lacks(
    requires: str, held: list[Paper], number: str, lacks: str, reason: str
) -> None:
    found = lacking(member(number), held, [Requirement(requires)], TODAY)

    assert found == ({Withheld(lacks)} if lacks else set()), reason


A, B, C = (paper(PaperKind.ATTESTATION, f"route {one}", value=one) for one in "ABC")


@pytest.mark.parametrize(
    ("number", "held", "letter", "share", "reason"),
    [
        (SEATTLE, [A], "A", None, "A on its only route"),
        (SEATTLE, [A, B], "B", 60, "the worst of its routes counts"),
        (SEATTLE, [C, A, B], "C", 30, "the worst of its routes counts"),
        (SEATTLE, [], "", 10, "nobody knows"),
        (SEATTLE, [B._replace(state=PaperState.FILED)], "", 10, "nothing is done yet"),
        (SEATTLE, [A, C._replace(due=date(2026, 11, 19))], "A", None, "that one ran out"),
        (LONDON, [], "A", None, "calls are not signed there"),
        (LONDON, [C], "A", None, "calls are not signed there"),
    ],
)
def test_how_often_a_number_is_shown_by_its_attestation(
    number: str, held: list[Paper], letter: str, share: int | None, reason: str
) -> None:
    one = member(number)
    terms = Terms("p", attestation=AttestationShares(b=60, c=30, unknown=10))

    assert attested(one, held, TODAY) == letter, reason
    found = shares([one], {one.e164: held}, terms, TODAY)
    assert found == ({} if share is None else {one.e164: share}), reason


def test_what_lacks_papers_has_no_share_and_what_only_takes_calls_needs_none() -> None:
    terms = Terms("p", (Requirement.CNAM,))
    inbound = member("+12065550101", Direction.INBOUND)

    assert shares([member(), inbound], {}, terms, TODAY) == {SEATTLE: 0}
    assert shares([member()], {}, Terms("p"), TODAY) == {}


def test_a_third_partys_number_needs_its_proof() -> None:
    foreign = member(ownership=Ownership.APPROVED)
    known = member(ownership=Ownership.APPROVED, proof="LOA 7")

    assert lacking(foreign, [], [Requirement.PROOF], TODAY) == {Withheld.LACKS_PROOF}
    assert not lacking(known, [], [Requirement.PROOF], TODAY)
    assert not lacking(foreign, [paper(PaperKind.PROOF, value="LOA 7")], [Requirement.PROOF], TODAY)


def test_gaps_come_the_most_urgent_first() -> None:
    held = [
        paper(PaperKind.ATTESTATION, "east", value="B"),
        paper(PaperKind.CNAM, state=PaperState.FILED, due=date(2026, 12, 1), next_step="Ask"),
        paper(PaperKind.LABELLING, "vendor", state=PaperState.ANSWERED, due=date(2026, 11, 1)),
        paper(PaperKind.TEST_CALL, "net one", value="Spam Likely", since=date(2026, 11, 18)),
        paper(PaperKind.CALLER_REGISTRY, "one", due=date(2027, 6, 1)),
    ]
    terms = Terms("sales", (Requirement.CNAM,), ("net one", "net two"), 30)
    found = gaps([member()], {SEATTLE: held}, terms, TODAY)

    assert [gap.trouble for gap in found] == [
        Trouble.OVERDUE,
        Trouble.MISSING,
        Trouble.LABELLED,
        Trouble.UNDER_A,
        Trouble.TEST_DUE,
        Trouble.DUE_SOON,
    ]
    assert found[0].words == "Since 2026-11-01: Follow it up."
    assert found[4].party == "net two"
    assert found[5].words == "By 2026-12-01: Ask"


def test_a_number_that_only_takes_calls_needs_no_papers_and_no_test_calls() -> None:
    terms = Terms("sales", (Requirement.CNAM,), ("net one",), 30)

    assert gaps([member(direction=Direction.INBOUND)], {}, terms, TODAY) == []


@pytest.mark.parametrize(
    ("called", "due", "reason"),
    [
        (None, True, "never"),
        (date(2026, 10, 22), False, "29 days ago"),
        (date(2026, 10, 21), True, "30 days ago"),
    ],
)
def test_when_a_test_call_is_due(called: date | None, due: bool, reason: str) -> None:
    held = [paper(PaperKind.TEST_CALL, "Net One", value="clean", since=called)] if called else []
    terms = Terms("sales", networks=("net one",), test_days=30)

    assert due_test_calls(held, terms, TODAY) == (["net one"] if due else []), reason


@pytest.mark.parametrize(
    ("headings", "fields"),
    [
        (["Number", "Paper", "With", "State"], {"kind": 1, "party": 2, "state": 3}),
        (["Art", "Fällig", "Kosten"], {"kind": 0, "due": 1, "cost": 2}),
        (["type", "Next step", "valid_until", "Case"],
         {"kind": 0, "next_step": 1, "due": 2, "reference": 3}),
    ],
)  # fmt: skip
def test_headings_in_several_words(headings: list[str], fields: dict[str, int]) -> None:
    assert columns_of(headings) == fields


@pytest.mark.parametrize(
    ("number", "cells", "words", "reason"),
    [
        ("020 79", {"kind": "cnam"}, "number", "no number"),
        ("+12065550100", {"kind": "blimp"}, "not understood", "no kind"),
        ("+12065550100", {"kind": "cnam", "value": "X", "state": "hm"}, "state", "no state"),
        ("+12065550100", {"kind": "cnam", "value": "X", "due": "soon"}, "date", "no day"),
        ("+12065550100", {"kind": "stir shaken", "party": "r", "value": "D"}, "A, B or C", "D"),
        ("+12065550100", {"kind": "attestation", "value": "A"}, "with whom", "no route"),
        ("+12065550100", {"kind": "cnam", "value": "EXAMPLE COMPANY LTD"}, "15", "too long"),
        ("+12065550100", {"kind": "cnam", "value": "A&B"}, "none of", "reserved in SIP"),
        ("+442079460123", {"kind": "cnam", "value": "X"}, "United States", "no CNAM there"),
        ("+12065550100", {"kind": "owner"}, "no value", "an owner without a name"),
        ("+12065550100", {"kind": "test call", "party": "n", "value": "clean"}, "day", "when?"),
        ("+12065550100", {"kind": "logo", "value": "x" * 301}, "300", "a novel"),
    ],
)
def test_rows_that_cannot_be_used(
    number: str, cells: dict[str, str], words: str, reason: str
) -> None:
    done = read_row(2, number, cells, "GB")

    assert done.paper is None, reason
    assert words in done.message, reason


def test_a_row_as_people_write_it() -> None:
    cells = {
        "kind": "STIR/SHAKEN",
        "party": "Carrier East",
        "state": "verified",
        "value": "a",
        "since": "2026-10-01",
        "due": date(2027, 1, 1),
        "cost": 12.0,
    }
    assert read_row(2, "(206) 555-0100", cells, "US").paper == Paper(
        SEATTLE, PaperKind.ATTESTATION, "Carrier East", PaperState.DONE, "A",
        date(2026, 10, 1), date(2027, 1, 1), "12",
    )  # fmt: skip


def test_what_papers_leave_open_of_a_brand_the_queues_of_the_pool_say() -> None:
    queues = [queue("Example", "Orders"), queue("", "Delivery"), queue("Other", pool="q")]
    said = branding_of(queues)["p"]
    held = {SEATTLE: [paper(PaperKind.CALL_REASON, value="Returns")]}
    served = {SEATTLE: said, LONDON: said}

    rows = export(Export.BRANDING, [member(), member(LONDON)], held, TODAY, served).rows

    assert said == ("Example", ""), "two reasons are none"
    assert rows == [
        (SEATTLE, "US", "Example", "", "Returns"),
        (LONDON, "GB", "Example", "", ""),
    ]
    assert export(Export.BRANDING, [member()], held, TODAY).rows[0][2] == ""


def test_exports_hold_each_number_once_and_those_that_are_never_shown_apart() -> None:
    inbound = member("+12065550101", Direction.INBOUND)
    members = [member(LONDON), inbound, member(), member()]
    held = {
        SEATTLE: [
            paper(PaperKind.BRAND, value="Example"),
            paper(PaperKind.CNAM, value="EXAMPLE", state=PaperState.FILED),
            paper(PaperKind.CALLER_REGISTRY, "One", state=PaperState.FILED),
        ],
        inbound.e164: [Paper(inbound.e164, PaperKind.OWNER, value="Ada")],
    }

    assert export(Export.DO_NOT_ORIGINATE, members, held, TODAY).rows == [
        ("+12065550101", "US", "Ada", "Takes calls only; never shown as caller ID.")
    ]
    assert export(Export.CNAM, members, held, TODAY).rows == [(SEATTLE, "EXAMPLE", "to enrol")]
    assert export(Export.CALLER_REGISTRY, members, held, TODAY).rows == [
        (SEATTLE, "Example", "", "", "One: filed")
    ]
    assert [row[0] for row in export(Export.BRANDING, members, held, TODAY).rows] == [
        SEATTLE,
        LONDON,
    ]


@pytest.mark.parametrize(
    ("told", "cnam", "registered", "brand"),
    [
        ({}, "enrolled", "One: done", "Old"),
        ({"due": TODAY}, "enrolled", "One: done", "Old"),
        ({"due": date(2026, 11, 19)}, "to enrol", "One: lapsed", "Of the queue"),
        ({"state": PaperState.REFUSED}, "to enrol", "One: refused", "Of the queue"),
        ({"state": PaperState.PLANNED}, "to enrol", "One: planned", "Old"),
    ],
)
def test_what_ran_out_or_was_refused_is_exported_as_such(
    told: dict[str, Any], cnam: str, registered: str, brand: str
) -> None:
    held = {
        SEATTLE: [
            paper(PaperKind.CNAM, value="EXAMPLE", **told),
            paper(PaperKind.CALLER_REGISTRY, "One", **told),
            paper(PaperKind.BRAND, value="Old", **told),
        ]
    }
    served = {SEATTLE: Branding("Of the queue")}

    def row(wanted: Export) -> Sequence[str]:
        return export(wanted, [member()], held, TODAY, served).rows[0]

    assert row(Export.CNAM) == (SEATTLE, "EXAMPLE", cnam)
    assert row(Export.CALLER_REGISTRY)[-1] == registered
    assert row(Export.BRANDING)[2] == brand
