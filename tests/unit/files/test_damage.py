"""Numbers that Excel damaged are restored where nothing was lost, and named where it was."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.files.damage import Problem, text_of_number_cell
from lambdas.files.table import Cell

DIGITS = st.from_regex(r"[1-9][0-9]{0,14}", fullmatch=True)


@pytest.mark.parametrize(
    ("cell", "expected", "why"),
    [
        (None, "", "an empty cell is no damage"),
        (12065550101.0, "12065550101", "Excel keeps numbers as floats"),
        (441134960101, "441134960101", "a whole number"),
        (999999999999999.0, "999999999999999", "15 digits are kept"),
        (1e15, "digits_lost", "16 digits are not"),
        (12065550101.5, "calculated", "no number has decimals"),
        (-449.0, "calculated", "=206-555-0100 is a subtraction"),
        (float("nan"), "calculated", "not even a number"),
        (True, "not_a_number", "a check box"),
        (date(2024, 1, 2), "date", "01-02-2024 was taken for a date"),
        ("1.2065550101E+10", "12065550101", "all digits are there"),
        ("1,2065550101e10", "12065550101", "decimal comma, small letter, no plus"),
        ("1.20655501010000E+10", "12065550101", "nothing but zeros is cut"),
        ("1.20656E+10", "digits_lost", "five digits are gone"),
        ("1E+10", "digits_lost", "nearly all are gone"),
        ("1.2065550101E+99", "digits_lost", "no such number"),
        ("12065550101.0", "12065550101", "exported by a script"),
        ("+442079460102,00", "+442079460102", "exported with two decimals"),
        ("12,065,550,101", "12065550101", "thousands in English"),
        ("12'065'550'101", "12065550101", "thousands in Swiss German"),
        ("01.13.49.60.10", "01.13.49.60.10", "French pairs are left alone"),
        ("(206) 555-0101", "(206) 555-0101", "people's formats are left alone"),
        ('="+12065550101"', "+12065550101", "the trick that keeps text in a CSV"),
        ("'0113 496 0101", "0113 496 0101", "the apostrophe that marks text"),
        ("\u202d+44\u00a020\u202f7946\u200b0102", "+44 20 79460102", "what cannot be seen"),
        ("＋４４２０７９４６０１０２", "+442079460102", "full width"),
        ("########", "column_too_narrow", "saved while too narrow"),
        ("#N/A", "error_value", "a lookup that failed"),
        ("#SPILL!", "error_value", "a formula that failed"),
        ("# 5", "# 5", "not every # is an error"),
        ("hello", "hello", "what is no number stays, to be refused by those who know"),
    ],
)
def test_a_cell_gives_its_number_or_says_what_was_lost(cell: Cell, expected: str, why: str) -> None:
    number = text_of_number_cell(cell)

    assert (number.code if isinstance(number, Problem) else number) == expected, why


@given(DIGITS)
def test_any_number_that_a_phone_can_have_survives_a_cell_of_numbers(digits: str) -> None:
    assert text_of_number_cell(float(digits)) == digits


@given(DIGITS, st.sampled_from(".,"))
def test_scientific_notation_with_all_digits_gives_them_back(digits: str, point: str) -> None:
    scientific = f"{digits[0]}{point}{digits[1:]}E+{len(digits) - 1}"

    assert text_of_number_cell(scientific.replace(f"{point}E", "E")) == digits


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    number = text_of_number_cell(text)

    assert isinstance(number, str) or number.message.endswith(".")
