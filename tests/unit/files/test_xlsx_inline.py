"""Shared texts stand in the cells that refer to them, however the pieces fall."""

from io import BytesIO

import pytest

from lambdas.files.xlsx_inline import Texts, UnusualTexts

PART = (
    b'<?xml version="1.0"?><sst count="3"><si><t>one</t></si><si/>'
    b'<si><r><t xml:space="preserve">rich </t></r><r><t>text</t></r></si></sst>'
)
SHEET = (
    b'<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="4" t="s"><v>2</v></c>'
    b'<c r="C1"><v>0</v></c><c t="s" r="D1" s="1"><v>1</v></c></row></sheetData></worksheet>'
)
INLINED = (
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>one</t></is></c>'
    b'<c r="B1" s="4" t="inlineStr"><is><r><t xml:space="preserve">rich </t></r><r><t>text</t></r>'
    b'</is></c><c r="C1"><v>0</v></c><c t="inlineStr" r="D1" s="1"><is></is></c></row>'
    b"</sheetData></worksheet>"
)


@pytest.mark.parametrize("size", [1, 2, 7, 40, 10_000])
def test_texts_stand_in_their_cells_whatever_the_pieces(size: int) -> None:
    pieces = (SHEET[start : start + size] for start in range(0, len(SHEET), size))
    assert b"".join(Texts(BytesIO(PART)).inlined(pieces)) == INLINED


def test_a_workbook_without_shared_texts_is_copied_as_it_is() -> None:
    sheet = b'<row r="1"><c r="A1"><v>t="s"</v></c></row>'
    assert b"".join(Texts(None).inlined(iter([sheet]))) == sheet


@pytest.mark.parametrize(
    ("sheet", "why"),
    [
        (b'<c r="A1" t="s"><v>3</v></c>', "no such text"),
        (b'<c r="A1" t="s"><f>A2</f><v>0</v></c>', "a formula"),
        (b'<c r="A1" t="s"><v> 0 </v></c>', "a number written otherwise"),
        (b'<c r="A1" t="s"><v>0</v>', "broken off"),
    ],
)
def test_cells_written_otherwise_are_refused(sheet: bytes, why: str) -> None:
    with pytest.raises(UnusualTexts):
        list(Texts(BytesIO(PART)).inlined(iter([sheet])))


@pytest.mark.parametrize(
    "part",
    [
        b"<x:sst><x:si><x:t>one</x:t></x:si></x:sst>",
        b"<sst><si><t>one</t></si><!-- <si> --></sst>",
        b"<sst><si><t>one</t></si><si><t>broken",
        b"",
    ],
)
def test_texts_written_otherwise_are_refused(part: bytes) -> None:
    with pytest.raises(UnusualTexts):
        Texts(BytesIO(part))
