"""Texts that many cells share are bounded before the spreadsheet library copies them."""

import io
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineError, CalamineWorkbook

from lambdas.files.errors import UnreadableFile
from lambdas.files.limits import Limits
from lambdas.files.reading import open_table
from lambdas.files.xlsx_strings import SharedStrings

from .corpus import A, Unreadable
from .corpus_bombs import BOMBS
from .packages import HEAD, MAIN, package, parts, row, shared, sheet

AMPLIFIED = [case for case in BOMBS if case.name.startswith("shared")]
_READ = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))
from lambdas.files.errors import UnreadableFile
from lambdas.files.reading import open_table
try:
    rows = sum(1 for _ in open_table(Path(sys.argv[1]), "list.xlsx").rows)
except UnreadableFile as error:
    print(error.code)
"""
FRAGMENTS = (
    *("<si>", "</si>", "<si/>", "<t>", "</t>", "<t/>", "<r>", "</r>", "<x:si>", "</x:si>"),
    *("<si><t>one</t></si>", "<si><t>three</t></si>", "<si><r><t>a</t></r><r><t>b</t></r></si>"),
    *('<phoneticPr fontId="1"/>', "<rPh><t>シ</t></rPh>", "<!--<si>-->", "<?x <si>?>", "text"),
    *("é&amp;", '<t a="', '">', "<t a='<si>'>", "<si><t>", "</t></si>", "\n", "</sst>", "<sst>"),
)


def _measured(part: bytes, *, pieces: int = 1 << 20, limits: Limits | None = None) -> SharedStrings:
    strings = SharedStrings(limits or Limits())
    for start in range(0, len(part), pieces):
        strings.feed(part[start : start + pieces])
    strings.finish()
    if strings.must_be_parsed:
        strings.parse(iter([part]))
    return strings


def _as_read(part: bytes, count: int) -> Iterator[str | None]:
    """The texts that the library gives for each place; None where it reads nothing."""
    for place in range(count):
        one = sheet(f'<row r="1"><c r="A1" t="s"><v>{place}</v></c></row>')
        data = package(parts(one, shared=part))
        try:
            book = CalamineWorkbook.from_filelike(io.BytesIO(data))
            cells = book.get_sheet_by_index(0).to_python()
        except CalamineError:
            yield None
        else:
            yield str(cells[0][0]) if cells else ""


@pytest.mark.parametrize("case", AMPLIFIED, ids=lambda case: case.name)
def test_a_short_file_of_much_text_is_refused_in_little_memory(
    case: Unreadable, tmp_path: Path
) -> None:
    path = tmp_path / case.name
    path.write_bytes(case.content())

    run = subprocess.run(
        [sys.executable, "-c", _READ, str(path)], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stdout.strip()) == (0, case.code.value), run.stderr[-500:]


def test_wide_characters_in_long_texts_do_not_multiply(tmp_path: Path) -> None:
    """One such character makes a text of four bytes a character; no more than a row is held."""
    strings = shared(f"<si><t>Phone</t></si><si><t>{'a' * 49_000}😀</t></si>")
    rows = "".join(
        row(i, A).replace("</row>", f'<c r="B{i}" t="s"><v>1</v></c></row>') for i in range(2, 502)
    )
    path = tmp_path / "wide.xlsx"
    path.write_bytes(package(parts(sheet(row(1, "Phone") + rows), shared=strings)))
    tracemalloc.start()

    table = open_table(path, path.name)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert table.row_count == 500
    assert peak < 20_000_000


def test_one_long_remark_and_many_short_texts_are_read(tmp_path: Path) -> None:
    """The longest text times all references is 2 GB, the texts themselves are not."""
    strings = f"<si><t>Phone</t></si><si><t>{A}</t></si><si><t>{'remark ' * 5_000}</t></si>"
    cells = "".join(
        f'<row r="{i}"><c r="A{i}" s="3" t="s"><v>1</v></c><c r="B{i}" t="s"><v>{b}</v></c></row>'
        for i, b in ((i, 2 if i == 9 else 1) for i in range(2, 30_002))
    )
    path = tmp_path / "remark.xlsx"
    path.write_bytes(package(parts(sheet(row(1, "Phone") + cells), shared=shared(strings))))

    table = open_table(path, path.name)

    assert table.row_count == 30_000
    assert [row.number for row in table.rows if row.problem] == [9]


@pytest.mark.parametrize(
    ("items", "lengths", "parsed", "why"),
    [
        ("", [], False, "no text"),
        ("<si><t>ab</t></si><si><t/></si>", [2, 0], False, "as Excel writes"),
        ('<si><t xml:space="preserve"> a </t></si>\n', [3], False, "with spaces"),
        ('<si><t>ab</t><phoneticPr fontId="1"/></si>', [2], False, "as Excel in Japan writes"),
        ("<si><t>aé</t></si><si><t>aш</t></si><si><t>aaa😀</t></si>", [3, 4, 16], False, "wide"),
        ("<si><t>aaa&#x1F600;</t></si><si><t>a&#10;</t></si>", [16, 2], True, "wide by number"),
        ("<si><r><t>a</t></r><r><rPr><b/></rPr><t>b</t></r></si>", [2], True, "formats"),
        ("<si/><si><t>ab</t></si>", [0, 2], True, "nothing at all"),
        ("<x:si xmlns:x='x'><x:t>ab</x:t></x:si>", [2], True, "a prefix"),
        ("<si><r><t>a</t><!--<si>--><t>b</t></r></si>", [2], True, "a remark"),
        ("<si><t>ab</t></si><!--<si><t>c</t></si>-->", [2], True, "a text in a remark"),
    ],
)
@pytest.mark.parametrize("pieces", [1, 7, 1 << 20])
def test_texts_are_measured(
    items: str, lengths: list[int], parsed: bool, why: str, pieces: int
) -> None:
    strings = _measured(shared(items), pieces=pieces)

    assert list(strings.lengths) == lengths, why
    assert strings.longest == max(lengths, default=0)
    assert strings.must_be_parsed is parsed, why


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=9), st.sampled_from([5, 1 << 20]))
def test_no_text_is_longer_than_it_was_measured(fragments: list[str], pieces: int) -> None:
    part = f'{HEAD}<sst xmlns="{MAIN}" xmlns:x="x">{"".join(fragments)}</sst>'.encode()
    try:
        lengths = list(_measured(part, pieces=pieces).lengths)
    except UnreadableFile:
        return

    texts = list(_as_read(part, len(lengths) + 1))

    assert texts[-1] is None, "the library knows a text that was not measured"
    for text, length in zip(texts, lengths, strict=False):
        assert len((text or "").encode()) <= length
