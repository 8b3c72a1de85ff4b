"""Headings are known in many languages, whatever their case, accents and punctuation."""

import pytest

from lambdas.files.headers import FIELDS, find_header, looks_like_number, read_header
from lambdas.files.table import Cell


@pytest.mark.parametrize(
    ("heading", "field", "language"),
    [
        ("Phone number", "number", "English"),
        ("PHONE_NUMBER", "number", "English, as databases write it"),
        (" phone-no. ", "number", "English, shortened"),
        ("E.164", "number", "the standard"),
        ("Phone (required) *", "number", "with a remark"),
        ("Phone 1", "number", "counted"),
        ("Rufnummer", "number", "German"),
        ("Téléphone", "number", "French"),
        ("TELEPHONE", "number", "French capitals without accents"),
        ("Número de teléfono", "number", "Spanish"),
        ("Telemóvel", "number", "Portuguese"),
        ("Cellulare", "number", "Italian"),
        ("Telefoonnummer", "number", "Dutch"),
        ("Mobilnummer", "number", "Swedish"),
        ("Tlf.", "number", "Danish and Norwegian"),
        ("Puhelinnumero", "number", "Finnish"),
        ("Nr telefonu", "number", "Polish"),
        ("Telefonní číslo", "number", "Czech"),
        ("Telefonszám", "number", "Hungarian"),
        ("Telefon numarası", "number", "Turkish"),
        ("Τηλέφωνο", "number", "Greek"),
        ("Номер телефона", "number", "Russian"),
        ("電話番号", "number", "Japanese"),
        ("ＴＥＬ", "number", "full width"),
        ("手机号码", "number", "Chinese"),
        ("전화번호", "number", "Korean"),
        ("رقم الهاتف", "number", "Arabic"),
        ("Land", "country", "German"),
        ("País", "country", "Spanish"),
        ("国", "country", "Japanese"),
        ("Miejscowość", "city", "Polish"),
        ("Paikkakunta", "city", "Finnish"),
        ("Bundesland", "state", "German"),
        ("Fylke", "state", "Norwegian"),
        ("都道府県", "state", "Japanese"),
        ("ZIP/Postal code", "postal_code", "English"),
        ("PLZ", "postal_code", "German"),
        ("CEP", "postal_code", "Portuguese"),
        ("Libellé", "label", "French"),
        ("Richtung", "direction", "German"),
        ("Lead source", "source", "English"),
        ("Campaña", "campaign", "Spanish"),
    ],
)
def test_a_heading_is_known(heading: str, field: str, language: str) -> None:
    assert read_header([heading]).columns == {field: 0}, language


def test_every_field_is_known_in_every_language_of_the_numbers_heading() -> None:
    languages = {
        "number": "Rufnummer", "country": "Land", "city": "Ort", "state": "Bundesland",
        "postal_code": "PLZ", "label": "Bezeichnung", "direction": "Richtung",
            "ownership": "Herkunft", "proof": "Nachweis", "golden": "Goldene Nummer",
        "source": "Datenquelle", "campaign": "Kampagne",
    }  # fmt: skip

    assert list(read_header(list(languages.values())).columns) != []
    assert set(read_header(list(languages.values())).columns) == set(FIELDS)


@pytest.mark.parametrize(
    ("rows", "found", "why"),
    [
        ([("Phone", "City")], 0, "the first row"),
        ([("Phone numbers", None), ("Phone", "City")], 1, "a title names less than the heading"),
        ([("Phone", None), ("Mobile", None)], 0, "on a tie the upper row"),
        ([("Number", "Amount"), ("Phone", "City")], 1, "the row with more known headings"),
        ([("+12065550101", "Mobile")], None, "a row with a number is data"),
        ([("+12065550101", "x"), ("Phone", "City")], None, "and so is what is below it"),
        ([("Name", "City")], None, "no heading of a number"),
        ([], None, "nothing"),
    ],
)
def test_the_heading_is_found(rows: list[tuple[Cell, ...]], found: int | None, why: str) -> None:
    header = find_header(rows)

    assert (header[0] if header else None) == found, why


@pytest.mark.parametrize(
    ("cell", "expected", "why"),
    [
        ("+1 (206) 555-0101", True, "as people write"),
        ("1.20656E+10", True, "damaged, but meant as one"),
        (12065550101.0, True, "a number"),
        ("2024-01-02 ", False, "a day"),
        ("02.01.2024", False, "a day in German"),
        ("12345", False, "too short"),
        ("98101-1234", True, "cannot be told from a number"),
        ("Order 12065550101", False, "words"),
        (True, False, "a check box"),
        (None, False, "nothing"),
    ],
)
def test_what_could_be_a_number_is_told_from_what_cannot(
    cell: Cell, expected: bool, why: str
) -> None:
    assert looks_like_number(cell) is expected, why
