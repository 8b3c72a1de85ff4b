"""The time zones that a number may be in, as libphonenumber tells them."""

from bisect import bisect_right

from lambdas.domain.place_file import KEY_DIGITS, NOWHERE, Sections, key_of, key_range


class Zones:
    """Time zones by longest prefix; `places` tells the sections that they are read from."""

    def __init__(self, sections: Sections) -> None:
        """Raises ValueError where the sections do not fit together."""
        self._starts = sections.array("TZST", "I")
        self._rows = sections.array("TZRW", "H")
        self._lists = [tuple(line.split(" ")) for line in sections.lines("TZNM")]
        if not self._starts or len(self._starts) != len(self._rows) or self._starts[0] != 0:
            raise ValueError("The places file is damaged: its time zones do not fit together.")

    def of(self, e164: str) -> tuple[str, ...]:
        """The IANA time zones of a number; `Places.time_zones` says more."""
        digits = e164[1:]
        if e164[:1] != "+" or not (digits.isascii() and digits.isdigit()):
            return ()
        zones = self._at(digits)
        # Imported here: what only finds places does without its 60 ms.
        import phonenumbers

        for length in (1, 2, 3):
            if int(digits[:length]) in phonenumbers.COUNTRY_CODE_TO_REGION_CODE:
                everywhere = self._at(digits[:length])
                break
        else:
            return ()
        if zones == everywhere or _is_tied_to_an_area(e164):
            return zones
        return everywhere

    def within(self, beginning: str) -> tuple[str, ...]:
        """The zones of all numbers that begin with these digits, as the table has them."""
        first, behind = key_range(beginning[:KEY_DIGITS])
        start, end = bisect_right(self._starts, first) - 1, bisect_right(self._starts, behind - 1)
        rows = set(self._rows[start:end]) - {NOWHERE}
        return tuple(sorted({zone for row in rows for zone in self._lists[row]}))

    def _at(self, digits: str) -> tuple[str, ...]:
        key = key_of(digits[:KEY_DIGITS])
        row = self._rows[bisect_right(self._starts, key) - 1]
        return () if row == NOWHERE else self._lists[row]


def _is_tied_to_an_area(e164: str) -> bool:
    import phonenumbers

    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_number_geographical(number))
