import gc
import os
import subprocess
import sys
import time
from mmap import ACCESS_READ, mmap
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.place_file import HEADER, MAGIC, header
from lambdas.domain.places import Place, Places
from tools.places.build import build
from tools.places.encoding import Row, encode

KNOWN = [
    ("+12065550123", "Washington State", "WA", "555 belongs to no town"),
    ("+442079460123", "London", "", "a British drama number"),
    ("+441134960123", "Leeds", "", "a British drama number"),
    ("+61255501234", "Wagga Wagga", None, "an Australian drama number"),
    ("+5491150000000", "Buenos Aires", "", "a mobile behind Argentina's 9"),
    ("+541150000000", "Buenos Aires", "", "the same area without it"),
]

NO_PLACE = [
    ("", "nothing"),
    ("+", "no digits"),
    ("12065550123", "no plus"),
    ("+1206a550123", "a letter"),
    ("+1_2065550", "an underscore, which Python reads as a digit separator"),
    ("+١٢٠٦٥٥٥", "digits of another script"),
    ("anonymous", "a withheld number"),
    ("sip:agent@example.com", "a SIP address"),
    ("+999123456789", "an unassigned calling code"),
    ("+18005550123", "toll-free numbers are nowhere"),
    ("+4478", "a British mobile prefix"),
]


@pytest.mark.parametrize(("number", "name", "state", "reason"), KNOWN)
def test_a_number_finds_its_place(
    places: Places, number: str, name: str, state: str | None, reason: str
) -> None:
    found = places.find(number)
    if state is None:
        assert found is None or found.name, reason
        return
    assert found is not None, reason
    assert (found.name, found.state) == (name, state), reason


@pytest.mark.parametrize(("text", "reason"), NO_PLACE)
def test_what_names_no_place_finds_none(places: Places, text: str, reason: str) -> None:
    assert places.find(text) is None, reason


def test_a_number_is_found_alike_the_second_time(places: Places) -> None:
    assert places.find("+12065550123") is places.find("+12065550199")


def file_of(prefixes: dict[str, Row]) -> Places:
    return Places.load(encode(prefixes, mobile=[], fingerprint=bytes(32)))


def row(name: str) -> Row:
    return Row(description=f"{name}, XX", name=name, state="XX")


def test_a_number_that_ends_early_is_not_taken_for_one_that_ends_in_zeros() -> None:
    places = file_of({"12": row("wide"), "1200": row("narrow")})
    assert places.find("+12") == Place("wide", "XX", "wide, XX")
    assert places.find("+1200") == Place("narrow", "XX", "narrow, XX")


digits = st.text("0123456789", min_size=1, max_size=9)


@given(
    prefixes=st.dictionaries(digits, st.sampled_from("ABC"), min_size=1, max_size=30),
    others=st.lists(st.text("0123456789", min_size=1, max_size=15), max_size=20),
)
def test_the_longest_prefix_wins_however_prefixes_nest(
    prefixes: dict[str, str], others: list[str]
) -> None:
    places = file_of({prefix: row(name) for prefix, name in prefixes.items()})
    for number in [*others, *prefixes, *(prefix + "0" for prefix in prefixes)]:
        fitting = [prefix for prefix in prefixes if number.startswith(prefix)]
        found = places.find("+" + number)
        if fitting:
            assert found is not None
            assert found.name == prefixes[max(fitting, key=len)]
        else:
            assert found is None


def test_a_damaged_file_is_built_again_and_every_build_gives_the_same_bytes(
    places_file: Path, tmp_path: Path
) -> None:
    """By another process with another order of sets: a build takes long, so one shows both."""
    damaged = tmp_path / "places.bin"
    damaged.write_bytes(places_file.read_bytes()[:-5])
    subprocess.run(
        [sys.executable, "-m", "tools.places", str(damaged)],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7"},
        cwd=Path(__file__).parents[3],
    )
    assert damaged.read_bytes() == places_file.read_bytes()


def test_a_file_of_the_same_sources_is_not_built_again(places_file: Path) -> None:
    before = places_file.stat().st_mtime_ns
    build(places_file)
    assert places_file.stat().st_mtime_ns == before


@pytest.mark.parametrize(
    ("spoil", "words", "reason"),
    [
        (lambda data: b"", "no places file", "empty"),
        (lambda data: b"PK\x03\x04" + data, "no places file", "another kind of file"),
        (lambda data: data[: HEADER.size - 1], "no places file", "less than a header"),
        (lambda data: data[:-1], "cut off", "one byte short"),
        (lambda data: data[:100_000], "cut off", "half a file"),
        (lambda data: data + b"\0", "cut off", "a tail"),
        (lambda data: data[:999] + b"?" + data[1000:], "checksum", "one byte changed"),
        (lambda data: MAGIC + b"\x09\0" + data[10:], "format 9", "a later format"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    places_file: Path, spoil: "object", words: str, reason: str
) -> None:
    assert callable(spoil)
    with pytest.raises(ValueError, match=words):
        Places.load(spoil(places_file.read_bytes()))


def test_a_damaged_gazetteer_is_refused_when_it_is_first_asked(places_file: Path) -> None:
    data = bytearray(places_file.read_bytes())
    data[-9] ^= 1
    places = Places.load(bytes(data))
    assert places.find("+442079460123")
    with pytest.raises(ValueError, match="checksum"):
        places.town("GB", "London")


def test_a_file_without_gazetteer_knows_no_town() -> None:
    places = file_of({"1": row("a")})
    assert places.town("US", "Seattle") is None
    assert places.postal("US", "98101") is None
    assert places.state("US", "WA") == ""
    assert places.area_codes("1206") == ("1206",)


def test_a_mapped_file_tells_what_a_read_one_does(places: Places, places_file: Path) -> None:
    with places_file.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as mapped:
        other = Places.load(memoryview(mapped))
        assert other.find("+442079460123") == places.find("+442079460123")
        assert other.town("GB", "Leeds") == places.town("GB", "Leeds")
        assert other.postal("US", "98101") == places.postal("US", "98101")
        del other
        gc.collect()


def test_the_parts_of_the_file_are_of_one_making(places_file: Path) -> None:
    data = places_file.read_bytes()
    first = header(data)
    second = header(data[first.length :])
    assert first.fingerprint == second.fingerprint
    assert first.whole == len(data) == first.length + second.length


def test_loading_and_finding_stay_far_from_being_felt(places_file: Path) -> None:
    """An order of magnitude is guarded here; the budgets themselves are benchmarks."""
    data = places_file.read_bytes()
    numbers = [f"+1{area}5550{n:03}" for area in range(201, 990) for n in range(5)]

    def load() -> float:
        begun = time.perf_counter()
        Places.load(data)
        return time.perf_counter() - begun

    places = Places.load(data)

    def find() -> float:
        begun = time.perf_counter()
        for number in numbers:
            places.find(number)
        return (time.perf_counter() - begun) / len(numbers)

    assert min(load() for _ in range(5)) < 0.060
    assert min(find() for _ in range(5)) < 10e-6
