"""Rows of a file of papers: which column is which, and what the cells mean."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from lambdas.domain.cells import cell_text
from lambdas.domain.names import fold
from lambdas.domain.phone import E164, NotAPhoneNumber
from lambdas.domain.registry import (
    CNAM_REGIONS,
    LONGEST_CNAM,
    VALUED,
    WITH_A_PARTY,
    Paper,
    PaperKind,
    PaperState,
)
from lambdas.domain.row_words import WORDS
from lambdas.domain.written import understand

LONGEST_CELL = 300
RESERVED_IN_SIP = frozenset(";/?:@&=+$,")

# Separated by "|", as `fold` leaves them.
_HEADINGS = {
    "kind": "paper|kind|type|registration|what|subject|art|papier|typ|type de document|tipo",
    "party": "party|with|registry|vendor|provider|carrier|route|network|database|by whom|bei"
    "|anbieter|netz|registre|fournisseur|reseau|proveedor|red|registro",
    "state": "state|status|stage|stand|zustand|etat|statut|estado|stato",
    "value": "value|name|caller name|cnam|letter|attestation|level|brand|result|shown|wert|ergebnis"
    "|valeur|resultat|valor|resultado",
    "since": "since|date|day|on|filed on|called on|datum|seit|depuis|fecha|desde|data",
    "due": "due|due date|due on|next|until|expires|expiry|renew by|valid until|fallig|bis|frist"
    "|echeance|vence|vencimiento|scadenza",
    "cost": "cost|price|fee|amount|kosten|preis|cout|prix|coste|precio|costo|costi",
    "next_step": "next step|step|to do|todo|action|nachster schritt|prochaine etape|siguiente paso",
    "reference": "reference|ref|case|ticket|note|notes|comment|referenz|notiz|remarque|referencia",
}
_KINDS = {
    PaperKind.CNAM: "cnam|caller name|calling name|name",
    PaperKind.CALLER_REGISTRY: "caller registry|registry|free caller registry|registration",
    PaperKind.LABELLING: "labelling|labeling|labelling vendor|labeling vendor|label|vendor"
    "|analytics|spam label|remediation",
    PaperKind.ATTESTATION: "attestation|stir shaken|stir|shaken|stirshaken",
    PaperKind.BRAND: "brand|branded name|marke",
    PaperKind.LOGO: "logo",
    PaperKind.CALL_REASON: "call reason|reason|reason for the call|purpose",
    PaperKind.OWNER: "owner|responsible|contact|besitzer",
    PaperKind.PROOF: "proof|proof of ownership|loa|letter of authorization",
    PaperKind.TEST_CALL: "test call|test|test result|testanruf",
}
_STATES = {
    PaperState.PLANNED: "planned|plan|to do|todo|open|new|geplant|offen",
    PaperState.FILED: "filed|submitted|requested|pending|in progress|sent|eingereicht|beantragt",
    PaperState.ANSWERED: "answered|replied|in review|beantwortet",
    PaperState.DONE: "done|registered|enrolled|resolved|active|approved|verified|complete"
    "|completed|yes|ok|erledigt|registriert",
    PaperState.REFUSED: "refused|rejected|denied|abgelehnt",
    PaperState.LAPSED: "lapsed|expired|withdrawn|cancelled|canceled|abgelaufen",
}
_COLUMN = {word: field for field, words in _HEADINGS.items() for word in words.split("|")}
_KIND = {word: kind for kind, words in _KINDS.items() for word in words.split("|")}
_STATE = {word: state for state, words in _STATES.items() for word in words.split("|")}

Cell = object


class PaperRow(NamedTuple):
    """What became of one row: its paper, or "" for the number and what is wrong in words."""

    row: int
    input: str
    paper: Paper | None
    message: str


def columns_of(headings: Sequence[str]) -> dict[str, int]:
    """Which of a file's headings name something of a paper; the first of a kind counts."""
    found: dict[str, int] = {}
    for index, heading in enumerate(headings):
        field = _COLUMN.get(fold(heading.replace("_", " ")))
        if field:
            found.setdefault(field, index)
    return found


def read_row(row: int, number: str, cells: Mapping[str, Cell], country: str | None) -> PaperRow:
    """Judge a row. `cells` are by field; a kind is needed, all else may be empty."""
    text = {field: cell_text(cell) for field, cell in cells.items()}
    try:
        phone, _ = understand(number, country)
    except NotAPhoneNumber as problem:
        return _wrong(row, number, WORDS[problem.code])
    kind = _KIND.get(fold(text.get("kind", "").replace("_", " ")))
    if kind is None:
        known = ", ".join(one.value for one in PaperKind)
        return _wrong(row, number, f"The column for the paper is not understood. Write {known}.")
    state = _STATE.get(fold(text["state"])) if text.get("state") else PaperState.DONE
    if state is None:
        known = ", ".join(one.value for one in PaperState)
        return _wrong(row, number, f"The state is not understood. Write {known}.")
    try:
        since, due = _day(cells.get("since")), _day(cells.get("due"))
    except ValueError:
        return _wrong(row, number, "A date is not understood. Write it like 2026-11-30.")
    if any(len(cell) > LONGEST_CELL for cell in text.values()):
        return _wrong(row, number, f"A cell is longer than {LONGEST_CELL} characters.")
    paper = Paper(
        E164(phone.e164),
        kind,
        text.get("party", "") if kind not in VALUED else "",
        state,
        _value(kind, text.get("value", "")),
        since,
        due,
        text.get("cost", ""),
        text.get("next_step", ""),
        text.get("reference", ""),
    )
    wrong = _problem(paper, phone.region)
    if wrong:
        return _wrong(row, number, wrong)
    return PaperRow(row, number, paper, "Kept.")


def _wrong(row: int, number: str, words: str) -> PaperRow:
    return PaperRow(row, number, None, words)


def _problem(paper: Paper, region: str) -> str:
    if paper.kind in WITH_A_PARTY and not paper.party:
        return "Say with whom: the registry, the vendor, the route or the network."
    if paper.kind is PaperKind.ATTESTATION and paper.value not in {"A", "B", "C"}:
        return "An attestation is A, B or C."
    if paper.kind is PaperKind.CNAM:
        return _problem_of_cnam(paper, region)
    if paper.kind in VALUED and not paper.value:
        return f"There is no value; write the {paper.kind.value.replace('_', ' ')}."
    if paper.kind is PaperKind.TEST_CALL and not (paper.value and paper.since):
        return "A test call needs its day and what it showed: clean, or the label."
    return ""


def _problem_of_cnam(paper: Paper, region: str) -> str:
    if region not in CNAM_REGIONS:
        return (
            "Caller names are enrolled for numbers of the United States, Puerto Rico and the US"
            " Virgin Islands only."
        )
    if len(paper.value) > LONGEST_CNAM or RESERVED_IN_SIP & set(paper.value):
        return (
            f"A caller name has at most {LONGEST_CNAM} characters, and none of"
            f" {' '.join(sorted(RESERVED_IN_SIP))}."
        )
    return ""


def _value(kind: PaperKind, value: str) -> str:
    return value.upper() if kind is PaperKind.ATTESTATION else value


def _day(cell: Cell) -> date | None:
    """A day, None for none. Raises ValueError for what is no day."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = cell_text(cell)
    return date.fromisoformat(text[:10]) if text else None
