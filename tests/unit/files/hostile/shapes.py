"""Separators, quotation marks, line ends, headings and columns of every kind."""

from lambdas.files.errors import Fault

from .corpus import Hostile, dialled, plain, us, us_many, written

_FOUR = range(2, 6)
_COMMA = plain(4, "Phone,Name,City")


def _with(separator: str) -> list[str]:
    return [line.replace(",", separator) for line in _COMMA]


def _lines(*lines: str) -> list[str]:
    return list(lines)


def _wide(columns: int, rows: int) -> list[str]:
    heading = ",".join(["Phone", *(f"Field {i}" for i in range(1, columns))])
    return [heading, *(us(i) + ",x" * (columns - 1) for i in range(rows))]


SEPARATORS = (
    Hostile("semicolon.csv", "semicolons", written(_with(";")), _FOUR, dials=dialled(4)),
    Hostile("tab.csv", "tabs", written(_with("\t")), _FOUR, dials=dialled(4)),
    Hostile("bar.csv", "bars", written(_with("|")), _FOUR, dials=dialled(4)),
    Hostile(
        "sep.csv",
        "Excel's own line about the separator",
        written(["sep=|", *_with("|")]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "sepquoted.csv",
        "the same in quotes and 16 bits",
        written(['"sep=^"', *_with("^")], encoding="utf-16"),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "seplie.csv",
        "a line about the separator that is not true",
        written(["sep=;", "Phone", *(f"{us(i)},Ann" for i in range(4))]),
        _FOUR,
    ),
    Hostile(
        "unit.csv",
        "a separator that is no letter",
        written(_with("\x1f")),
        fault=Fault.NOT_A_TABLE,
    ),
    Hostile("tilde.csv", "a separator that nobody expects", written(_with("~")), _FOUR),
    Hostile("bars.csv", "two characters between cells", written(_with("||")), _FOUR),
    Hostile(
        "both.csv",
        "commas in some rows, semicolons in others",
        written([*_COMMA[:3], *_with(";")[3:]]),
        _FOUR,
        dials=dialled(2),
    ),
    Hostile(
        "comma.csv",
        "a decimal comma in each row of a list with semicolons",
        written(["Phone;Price;Rate", *(f"{us(i)};1,50;0,1" for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile("only.csv", "no separator at all", written(plain(4, "Phone")), _FOUR, dials=dialled(4)),
)

QUOTES = (
    Hostile(
        "unclosed.csv",
        "a quotation mark that is never closed",
        written(_lines("Phone,Name", f'{us(0)},"Ann', *plain(300)[1:])),
        fault=Fault.UNCLOSED_QUOTE,
    ),
    Hostile(
        "unclosedlast.csv",
        "the same in the last row",
        written([*plain(4), f'{us(5)},"Ann']),
        fault=Fault.UNCLOSED_QUOTE,
    ),
    Hostile(
        "unclosedfirst.csv",
        "the same in the heading: no separator fits, so that each row is one cell",
        written(['Phone,"Name', *plain(4)[1:]]),
        _FOUR,
    ),
    Hostile(
        "doubled.csv",
        "quotation marks inside quotation marks",
        written(["Phone,Name", *(f'"{us(i)}","Ann ""the ""best"""' for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "stray.csv",
        "marks amid words, and marks for inches",
        written(["Phone,Name", f'{us(0)},5" pipe', f'{us(1)},"Ann" Lee', f'{us(2)},a"b"c']),
        (2, 3, 4),
        dials=dialled(3),
    ),
    Hostile(
        "apostrophe.csv",
        "apostrophes instead of quotation marks",
        written(["'Phone','Name'", *(f"'{us(i)}','Ann'" for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "curly.csv",
        "quotation marks of a word processor",
        written(["“Phone”,“Name”", *(f"“{us(i)}”,“Ann”" for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "escaped.csv",
        "marks escaped as a database escapes them",
        written(["Phone,Name", *(f'"{us(i)}","Ann \\"A\\" Lee"' for i in range(4))]),
        _FOUR,
    ),
    Hostile(
        "wrapped.csv",
        "every row in quotation marks of its own, as by saving twice",
        written(['"Phone,Name"', *(f'"{us(i)},""Ann"""' for i in range(4))]),
        _FOUR,
    ),
    Hostile(
        "spaced.csv",
        "blanks around quotation marks",
        written(["Phone , Name", *(f'"{us(i)}" , "Lee, Ann"' for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "long.csv",
        "a note of 300 lines in one cell",
        written(["Phone,Note", f'{us(0)},"{"x" * 9}{chr(10) * 300}"', f"{us(1)},x"]),
        fault=Fault.UNCLOSED_QUOTE,
    ),
)

LINES = (
    Hostile(
        "inside.csv",
        "line ends of all kinds within cells",
        written(
            _lines(
                "Phone,Note",
                f'{us(0)},"a\nb"',
                f'{us(1)},"a\rb"',
                f'{us(2)},"a\r\nb"',
                f"{us(3)},a\u2028b\u2029c\x85d\x0be\x0cf",
            )
        ),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "numberlines.csv",
        "a line end in the number itself",
        written(["Phone,Name", f'"{us(0)[:5]}\n{us(0)[5:]}",Ann', f'"\r\n{us(1)}\r\n",Bob']),
        (2, 3),
        dials=dialled(2),
    ),
    Hostile("cr.csv", "returns alone", written(plain(4), end="\r"), _FOUR, dials=dialled(4)),
    Hostile("lf.csv", "line feeds alone", written(plain(4), end="\n"), _FOUR, dials=dialled(4)),
    Hostile("crcrlf.csv", "CR CR LF", written(plain(4), end="\r\r\n"), (3, 5, 7, 9)),
    Hostile("nofinal.csv", "no last line end", written(plain(4), last=""), _FOUR, dials=dialled(4)),
    Hostile(
        "blank.csv",
        "blank rows between rows, of every kind",
        written(["Phone,Name", "", f"{us(0)},A", ",", " ", "\u00a0,\u3000", f"{us(1)},B", '"",""']),
        (3, 7),
        dials={3: us(0), 7: us(1)},
    ),
    Hostile(
        "millionblank.csv",
        "a million blank rows before the last one",
        lambda: f"Phone\n{us(0)}\n".encode() + b"\n" * 1_000_000 + us(1).encode(),
        (2, 1_000_003),
        dials={2: us(0), 1_000_003: us(1)},
    ),
    Hostile(
        "unseen.csv",
        "a row of nothing but what cannot be seen is a row",
        written(["Phone,Name", f"{us(0)},A", "\u200b,", "\ufeff,", f"{us(1)},B"]),
        _FOUR,
        dials={2: us(0), 5: us(1)},
    ),
)

HEADINGS = (
    Hostile("bare.csv", "no heading", written(us_many(4)), range(1, 5), dials=dialled(4, 1)),
    Hostile(
        "bareafter.csv",
        "no heading, and the first rows hold no number",
        written(["n/a", "unknown", "-", *us_many(4)]),
        range(1, 8),
        dials=dialled(4, 4),
    ),
    Hostile(
        "bareword.csv",
        "no heading, and the first number is a word",
        written(["Ann,none,WA", *(f"Ann,{us(i)},WA" for i in range(4))]),
        range(1, 6),
        dials=dialled(4, 2),
    ),
    Hostile(
        "second.csv",
        "a title above the heading",
        written(["Contacts of spring,", *plain(4)]),
        range(3, 7),
        dials=dialled(4, 3),
    ),
    Hostile(
        "ninth.csv",
        "eight lines about the export above the heading",
        written([*(f"# line {i}," for i in "abcdefgh"), *plain(4)]),
        range(10, 14),
        dials=dialled(4, 10),
    ),
    Hostile(
        "twice.csv",
        "the heading again in the middle",
        written([*plain(2), *plain(2)]),
        (2, 3, 4, 5, 6),
        dials={2: us(0), 3: us(1), 5: us(0), 6: us(1)},
    ),
    Hostile(
        "same.csv",
        "three columns of one name",
        written(["Phone,Phone,Phone", *(f"{us(i)},{us(i + 9)},x" for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "arabic.csv",
        "a heading from right to left",
        written(["رقم الهاتف,الاسم", *plain(4)[1:]]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "nameless.csv",
        "columns without a heading",
        written(["Phone,,,", *(f"{us(i)},a,b,c" for i in range(4))]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "script.csv",
        "a heading that would be markup or a formula",
        written(["Phone,<script>alert(1)</script>,=cmd|'/C calc'!A0", f"{us(0)},a,b"]),
        (2,),
        dials=dialled(1),
    ),
    Hostile(
        "longheading.csv",
        "a heading of a megabyte",
        written([f"Phone,{'x' * 1_000_000}", *plain(4)[1:]]),
        _FOUR,
        dials=dialled(4),
    ),
)

COLUMNS = (
    Hostile(
        "ragged.csv",
        "too few and too many cells",
        written(["Phone,Name,City", us(0), f"{us(1)},a,b,c,d,e", f"{us(2)},,,,,,,,", us(3)]),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "shifted.csv",
        "a comma in a name pushes the number aside",
        written(["Name,Phone", f"Lee, Ann,{us(0)}", f"Bob,{us(1)}", f"Cy,{us(2)}"]),
        (2, 3, 4),
        dials={3: us(1), 4: us(2)},
    ),
    Hostile(
        "wide.csv", "16 384 columns", written(_wide(16_384, 50)), range(2, 52), dials=dialled(50)
    ),
    Hostile(
        "wider.csv",
        "100 000 separators in one row",
        written(["Phone,Name", f"{us(0)}{',' * 100_000}", f"{us(1)},Bob"]),
        (2, 3),
        dials=dialled(2),
    ),
    Hostile(
        "giant.csv",
        "a cell of ten megabytes",
        written(["Phone,Note", f"{us(0)},{'x' * 10_000_000}", f"{us(1)},x"]),
        (2, 3),
        dials={3: us(1)},
    ),
    Hostile(
        "giantnumber.csv",
        "ten megabytes of digits for a number",
        written(["Phone,Note", "1" * 10_000_000, f"{us(1)},x"]),
        (2, 3),
        dials={3: us(1)},
    ),
    Hostile(
        "giantquoted.csv",
        "ten megabytes of quotation marks",
        written(["Phone,Note", f'{us(0)},"{"q" * 5_000_000}{chr(34) * 5_000_000}"', us(1)]),
        (2, 3),
        dials={3: us(1)},
    ),
    Hostile(
        "empties.csv",
        "the number's column is empty in every other row",
        written(["Phone,Name", f"{us(0)},a", ",b", f"{us(1)},c", ",d"]),
        _FOUR,
        dials={2: us(0), 4: us(1)},
    ),
)

SHAPES = (*SEPARATORS, *QUOTES, *LINES, *HEADINGS, *COLUMNS)
