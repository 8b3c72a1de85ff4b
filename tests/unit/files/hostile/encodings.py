"""Lists in every encoding, in several at once, and in none."""

from lambdas.files.errors import Fault

from .corpus import Hostile, dialled, plain, us, written

_BOM = b"\xef\xbb\xbf"
_FOUR = range(2, 6)


def _list(heading: str, name: str, separator: str = ";") -> list[str]:
    return [heading, *(f"{us(i)}{separator}{name}" for i in range(4))]


_DE = _list("Telefonnummer;Name", "Jürgen Groß")
_FR = _list("Téléphone;Nom", "Zoé Œuf")
_RU = _list("Телефон;Имя", "Анна")
_JA = _list("電話番号,氏名", "表示 能", ",")
_ZH = _list("电话号码,姓名", "李雷", ",")
_EURO = _list("Téléphone;Prix", "12 €")


def _mixed() -> bytes:
    """Two halves of two programs, one after the other."""
    first = "".join(f"{line}\r\n" for line in _DE[:3]).encode()
    return first + "".join(f"{line}\r\n" for line in _DE[3:]).encode("cp1252")


def _joined() -> bytes:
    """Two exports one after the other, each with its own mark and heading."""
    part = written(plain(2), encoding="utf-8-sig")()
    return part + part


def _encoded(name: str, why: str, lines: list[str], encoding: str, mark: bytes = b"") -> Hostile:
    content = written(lines, encoding=encoding)
    return Hostile(name, why, lambda: mark + content(), _FOUR, dials=dialled(4))


ENCODINGS = (
    _encoded("mark8.csv", "UTF-8 with a mark", _DE, "utf-8-sig"),
    _encoded("nomark8.csv", "UTF-8 without a mark", _DE, "utf-8"),
    _encoded("twomarks.csv", "UTF-8 with two marks", _DE, "utf-8-sig", _BOM),
    _encoded("le16.csv", "UTF-16, little end first", _JA, "utf-16-le", b"\xff\xfe"),
    _encoded("be16.csv", "UTF-16, big end first", _JA, "utf-16-be", b"\xfe\xff"),
    _encoded("le16bare.csv", "the same without a mark", _DE, "utf-16-le"),
    _encoded("be16bare.csv", "big end first without a mark", _DE, "utf-16-be"),
    _encoded("le32.csv", "UTF-32", _DE, "utf-32-le", b"\xff\xfe\0\0"),
    _encoded("1252.csv", "Windows in the west", _DE, "cp1252"),
    _encoded("latin9.csv", "Latin-9 with its own euro sign", _EURO, "iso8859-15"),
    _encoded("850.csv", "DOS in Europe", _DE, "cp850"),
    _encoded("mac.csv", "an old Macintosh", _FR, "mac-roman"),
    _encoded("1251.csv", "Windows in Russia", _RU, "cp1251"),
    _encoded("koi8.csv", "Unix in Russia, in no list of ours", _RU, "koi8-r"),
    _encoded("sjis.csv", "Japan: a letter's second byte is a backslash", _JA, "shift_jis"),
    _encoded("euc.csv", "Unix in Japan", _JA, "euc-jp"),
    _encoded("gb.csv", "China", _ZH, "gb18030"),
    _encoded("big5.csv", "Taiwan", _list("電話號碼,姓名", "許功蓋", ","), "big5"),
    Hostile(
        "2022.csv", "Japan by e-mail", written(_JA, encoding="iso2022_jp"), fault=Fault.NOT_A_TABLE
    ),
    Hostile("mixed8.csv", "half UTF-8, half Windows", _mixed, _FOUR, dials=dialled(4)),
    Hostile(
        "joined.csv",
        "two files in one: a mark and a heading amid the rows",
        _joined,
        (2, 3, 4, 5, 6),
        dials={2: us(0), 3: us(1), 5: us(0), 6: us(1)},
    ),
    Hostile(
        "bytes.csv",
        "bytes that no encoding has",
        lambda: written(plain(4))().replace(b"Ann", b"A\xff\xfe\x81n"),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "surrogate.csv",
        "halves of characters, as some databases export them",
        lambda: written(plain(4))().replace(b"Ann", b"\xed\xa0\xbd\xed\xb8\x80"),
        _FOUR,
        dials=dialled(4),
    ),
    Hostile(
        "nul.csv",
        "NUL bytes in names and in one number",
        lambda: written(plain(4))().replace(b"Ann", b"A\0n").replace(b"5550103", b"555\x000103"),
        _FOUR,
        dials=dialled(3),
    ),
    Hostile(
        "half16.csv",
        "UTF-16 that is cut off in the middle of a character",
        lambda: b"\xff\xfe" + written(plain(4), encoding="utf-16-le")() + b"\x0a",
        # What is left of the character is a row of its own: nothing is dropped unseen.
        (*_FOUR, 6),
        dials=dialled(4),
    ),
    Hostile(
        "ebcdic.csv",
        "a mainframe's encoding",
        written(plain(50), encoding="cp500"),
        fault=Fault.NO_NUMBER_COLUMN,
    ),
    Hostile(
        "substitute.csv",
        "DOS's mark for the end of a file",
        lambda: written(plain(4))() + b"\x1a",
        (*_FOUR, 6),
        dials=dialled(4),
    ),
    Hostile(
        "late.csv",
        "the first letter that is not UTF-8 comes after a megabyte",
        lambda: written(plain(60_000))() + f"{us(1)},caf".encode() + b"\xe9\r\n",
        range(2, 60_003),
        dials={2: us(0), 60_002: us(1)},
    ),
)
