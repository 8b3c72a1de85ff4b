"""Delimited text as Excel, databases and people write it."""

from .corpus import ABC, LEEDS, LONDON, MOBILE, A, B, C, Readable, lines, raw, text

_US = lines("Phone number,City,State", f"{A},Seattle,WA", f"{B},Tacoma,WA", f"{C},Yakima,WA")
_DE = lines(
    "Telefonnummer;Land;Ort;Bezeichnung",
    f"{A};US;Köln;Größe",
    f"{B};US;München;",
    f"{C};US;Bonn;x",
)
_FR = lines("N° de téléphone;Pays;Code postal;Ville", f"{A};US;75001;Orléans", f"{B};;;", f"{C};;;")
_JA = lines("電話番号,国,都道府県", f"{A},US,東京都", f"{B},,", f"{C},,")
_PL = lines("Numer telefonu;Województwo;Miejscowość", f"{A};śląskie;Łódź", f"{B};;", f"{C};;")
_RU = lines("Номер телефона;Страна;Город", f"{A};US;Москва", f"{B};;", f"{C};;")
_KO = lines("전화번호,국가,도시", f"{A},US,서울", f"{B},,", f"{C},,")
_ZH = lines("电话号码,国家,城市", f"{A},US,北京", f"{B},,", f"{C},,")
_LATE = b"Phone,Label\r\n" + b"".join(
    b"+120655501%02d,plain\r\n" % (i % 100) for i in range(90_000)
)
_LATE_ROWS = tuple((i + 2, f"+120655501{i % 100:02d}") for i in range(90_000))

ENCODED = (
    Readable("us.csv", "Excel in the US, CSV", text(_US, "cp1252"), fields={"city": "Seattle"}),
    Readable("utf8.csv", "Excel, CSV UTF-8", text(_US, "utf-8-sig"), fields={"state": "WA"}),
    Readable("de.csv", "Excel in Germany, CSV", text(_DE, "cp1252"), fields={"label": "Größe"}),
    Readable("de8.csv", "UTF-8 without a mark", text(_DE), fields={"city": "Köln"}),
    Readable("fr.csv", "Excel in France, CSV", text(_FR, "cp1252"), fields={"city": "Orléans"}),
    Readable(
        "unicode.txt",
        "Excel, Unicode text: UTF-16 and tabs",
        raw(b"\xff\xfe" + _DE.replace(";", "\t").encode("utf-16-le")),
        fields={"country": "US", "city": "Köln"},
    ),
    Readable("be.csv", "UTF-16 big-endian", raw(b"\xfe\xff" + _FR.encode("utf-16-be"))),
    Readable("pl16.txt", "Polish in UTF-16", text(_PL, "utf-16"), fields={"city": "Łódź"}),
    Readable("le.csv", "UTF-16 without a mark", text(_US, "utf-16-le"), fields={"state": "WA"}),
    Readable("beu.csv", "big-endian without a mark", text(_US, "utf-16-be")),
    Readable("u32.csv", "UTF-32 with a mark", text(_JA, "utf-32"), fields={"state": "東京都"}),
    Readable("ja.csv", "Japanese in UTF-8", text(_JA), fields={"state": "東京都"}),
    Readable("sjis.csv", "Excel in Japan", text(_JA, "cp932"), fields={"state": "東京都"}),
    Readable("pl.csv", "Excel in Poland", text(_PL, "cp1250"), fields={"state": "śląskie"}),
    Readable("ru.csv", "Excel in Russia", text(_RU, "cp1251"), fields={"city": "Москва"}),
    Readable("ko.csv", "Excel in Korea", text(_KO, "cp949"), fields={"city": "서울"}),
    Readable("zh.csv", "Excel in China", text(_ZH, "gb18030"), fields={"city": "北京"}),
    Readable(
        "holes.csv",
        "a byte that Windows-1252 leaves undefined",
        raw(b"Phone;City\r\n+12065550101;S\x81o \xe9\r\n"),
        rows=((2, A),),
        fields={"city": "S\ufffdo é"},
        note="not in Unicode",
    ),
    Readable(
        "late.csv",
        "the first letter that is not UTF-8 comes after two megabytes",
        raw(_LATE + b"+12065550101,caf\xe9\r\n+12065550102,end\r\n"),
        rows=(*_LATE_ROWS, (90_002, A), (90_003, B)),
        note="not in Unicode",
    ),
    Readable(
        "nul.csv",
        "NUL bytes inside cells",
        raw(b"Phone,City\r\n+1206555\x000101,Sea\x00ttle\r\n+12065550102,Tacoma, and more\r\n"),
        rows=((2, "+1206555\ufffd0101"), (3, B)),
        fields={"city": "Sea\ufffdttle"},
        note="2 characters that no program can show",
    ),
)

SHAPED = (
    Readable(
        "sep.csv",
        "Excel's own separator line, which is not a row",
        text(lines("sep=;", "Phone;City", f"{A};a,b,c", f"{B};d,e,f")),
        rows=((2, A), (3, B)),
        fields={"city": "a,b,c"},
    ),
    Readable("pipe.csv", "bars", text(_US.replace(",", "|")), fields={"state": "WA"}),
    Readable("tab.csv", "tabs", text(_US.replace(",", "\t")), fields={"state": "WA"}),
    Readable("mac.csv", "carriage returns alone", text(_US.replace("\r\n", "\r"))),
    Readable("unix.csv", "no line end at the end", text(_US.replace("\r\n", "\n").rstrip())),
    Readable("mixed.csv", "three kinds of line ends", text(f"Phone\r\n{A}\n{B}\r{C}"), rows=ABC),
    Readable(
        "lines.csv",
        "line ends, separators and quotes inside quotes are one row, as in Excel",
        text(f'Phone,Note\r\n{A},"two\r\nlines, ""quoted"""\r\n{B},"a\n\nb"\r\n{C},x\r\n'),
        fields={"label": 'two\r\nlines, "quoted"'},
    ),
    Readable(
        "decimal.csv",
        "decimal commas do not make columns",
        text(lines("Rufnummer;Kosten", f"{A};1,50", f"{B};2,75", f"{C};1.003,10")),
    ),
    Readable(
        "bare.csv",
        "no heading, decimal commas",
        text(lines(f"{A};1,5", f"{B};2,5", f"{C};3,5")),
        rows=((1, A), (2, B), (3, C)),
    ),
    Readable("one.txt", "one column, no heading", text(lines(A, B)), rows=((1, A), (2, B))),
    Readable(
        "national.csv",
        "one column of national formats, no heading",
        text(lines("(206) 555-0101", "0113 496 0101", "020 7946 0102")),
        rows=((1, "(206) 555-0101"), (2, "0113 496 0101"), (3, "020 7946 0102")),
    ),
    Readable(
        "titled.csv",
        "a title, a blank row, then the heading",
        text(lines("Numbers for spring;;", ";;", "Rufnummer;Ort;PLZ", f"{A};Köln;50667")),
        rows=((4, A),),
        fields={"postal_code": "50667"},
    ),
    Readable(
        "footer.csv",
        "what stands below the list becomes rows, to be refused one by one",
        text(lines("Phone,City", f"{A},x", "", "Total: 1,", "printed on Monday,")),
        rows=((2, A), (4, "Total: 1"), (5, "printed on Monday")),
    ),
    Readable(
        "blank.csv",
        "blank rows keep their numbers",
        text(lines("Phone,City", "", f"{A},x", ",", " , ", f"{B},y")),
        rows=((3, A), (6, B)),
    ),
    Readable(
        "guess.csv",
        "a heading that nobody knows; the cells tell",
        text(lines("Region;Our line;City", f"NW;{A};Seattle", f"NW;{B};Tacoma")),
        rows=((2, A), (3, B)),
        fields={"city": "Seattle"},
        note="column B was read",
    ),
    Readable("weak.csv", "a plain word for a heading", text(lines("Number", A)), rows=((2, A),)),
    Readable(
        "clear.csv",
        "the clear heading wins over the plain one",
        text(lines("No.,Phone (E.164) *", f"1,{A}", f"2,{B}")),
        rows=((2, A), (3, B)),
    ),
    Readable(
        "word.csv",
        "a cell that says Mobile makes no heading of its row",
        text(lines(f"{A},Mobile", f"{B},Phone")),
        rows=((1, A), (2, B)),
    ),
    Readable(
        "quotes.csv",
        "quotes closed on their own line are kept as Excel keeps them",
        text(lines("Phone,Name", f'{A},"Joe" Smith', f'{B},5" pipe', f'{C},"a ""b"" c"')),
        fields={"label": "Joe Smith"},
    ),
    Readable(
        "spaced.csv",
        "a blank after each separator, quotes after the blank",
        text(lines("Phone, City, State", f'{A}, "Seattle, King", WA', f'{B}, "Kent, King", WA')),
        rows=((2, A), (3, B)),
        fields={"city": "Seattle, King", "state": "WA"},
    ),
    Readable(
        "ragged.csv",
        "short and long rows, separators at the end",
        text(lines("Phone,City,State,,", A, f"{B},x,y,z,,,more", f"{C},,,,")),
    ),
    Readable("short.xlsx", "text named as a workbook", text(_US), note="plain text (CSV) although"),
    Readable(
        "bad.csv",
        "every row is bad, and every row is there",
        text(lines("Phone", "hello", "12", "n/a")),
        rows=((2, "hello"), (3, "12"), (4, "n/a")),
    ),
)

DAMAGED = (
    Readable(
        "excel.csv",
        "what Excel does to numbers",
        text(
            lines(
                "Phone;Label",
                "1,20656E+10;lost",
                "1.20655501010E+10;lost",
                "1,2065550101E+10;whole",
                "12065550101.0;decimals",
                "12,065,550,101;thousands",
                '"=""+12065550101""";text trick',
                "'+12065550101;apostrophe",
                "########;narrow",
                "#NAME?;failed",
            )
        ),
        rows=(
            *((2, "!digits_lost"), (3, "12065550101"), (4, "12065550101"), (5, "12065550101")),
            *((6, "12065550101"), (7, A), (8, A), (9, "!column_too_narrow"), (10, "!error_value")),
        ),
    ),
    Readable(
        "invisible.csv",
        "characters that cannot be seen, and digits of full width",
        text(
            lines(
                "Phone",
                "\u202a+44 20 7946 0102\u202c",
                "+44\u00a0113\u202f496\u20090101",
                "\u200b+447700\u2060900103\ufeff",
                "＋１２０６５５５０１０１",
            )
        ),
        rows=((2, "+44 20 7946 0102"), (3, "+44 113 496 0101"), (4, MOBILE), (5, A)),
    ),
    Readable(
        "formulas.csv",
        "cells that begin like formulas are text",
        text(lines("Phone,Label", f"{LEEDS},=cmd|' /C calc'!A0", f"=A1,{LONDON}", "@SUM(1),-2+3")),
        rows=((2, LEEDS), (3, "=A1"), (4, "@SUM(1)")),
        fields={"label": "=cmd|' /C calc'!A0"},
    ),
    Readable(
        "giant.csv",
        "a cell of ten megabytes is cut off, its row refused, the next rows read",
        text(f"Phone,Label\r\n{A},{'x' * 10_000_000}\r\n{B},y\r\n"),
        rows=((2, A), (3, B)),
        problem="Cell B2 holds 10,000,000 characters",
    ),
)

READABLE_TEXTS = (*ENCODED, *SHAPED, *DAMAGED)
