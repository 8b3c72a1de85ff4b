"""Which encoding a text file is in, decided over the whole file so that no row is lost midway."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# The longest mark first: UTF-32 little-endian begins with UTF-16's mark.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MARKED = frozenset(name for _, name in _MARKS)
_BYTES = "latin-1"
WESTERN = "cp1252"
# What Excel writes as plain "CSV" elsewhere; taken when only it makes the header readable.
LEGACY = (
    *(WESTERN, "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257"),
    *("cp932", "gb18030", "big5", "cp949", "cp874", "cp1258"),
    *("euc_jp", "koi8-r", "mac_roman", "cp850"),
)
_CHUNK = 1 << 20
_SAMPLE = 1 << 12


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec name, and how many NUL bytes a file of single bytes holds."""

    name: str
    nul_bytes: int = 0


def detect(path: Path) -> Encoding:
    """Byte-order mark, then UTF-16 without one, then strict UTF-8, then Windows-1252.

    Bytes that Windows-1252 leaves undefined become U+FFFD when the file is read.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    name = likely(sample)
    if name in _MARKED or (name != _BYTES and decodes(path, name)):
        return Encoding(name)
    nul_bytes = sum(chunk.count(0) for chunk in _chunks(path))
    return Encoding("utf-8" if decodes(path, "utf-8") else WESTERN, nul_bytes)


def likely(sample: bytes) -> str:
    """The codec that the first bytes of a file speak for; Latin-1 when they say nothing."""
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name
    return _utf16_without_mark(sample[:_SAMPLE]) or _BYTES


def decodes(path: Path, name: str) -> bool:
    """Whether the whole file is valid in an encoding."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _utf16_without_mark(sample: bytes) -> str:
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    pairs = max(len(sample) // 2, 1)
    if odd > pairs // 4 and even < odd // 16 + 1:
        return "utf-16-le"
    if even > pairs // 4 and odd < even // 16 + 1:
        return "utf-16-be"
    return ""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
