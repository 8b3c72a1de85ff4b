"""Builds carriers.txt: first digits of mobile numbers -> the carrier that they were given to.

The names are libphonenumber's, in English. Where a longer beginning has the carrier of a shorter
one it is left out.
"""

from pathlib import Path


def build(out: Path) -> None:
    """Write the file. The same libphonenumber gives the same bytes."""
    from phonenumbers.carrierdata import CARRIER_DATA  # a megabyte: wanted by the build alone

    names = {prefix: names.get("en", "") for prefix, names in CARRIER_DATA.items()}
    lines = [
        f"{prefix}\t{name}\n"
        for prefix, name in sorted(names.items())
        if name and name != _shorter(prefix, names)
    ]
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("".join(lines), "utf-8")


def _shorter(prefix: str, names: dict[str, str]) -> str:
    """The name at the longest beginning that is shorter; "" where there is none."""
    shorter = (names.get(prefix[:length], "") for length in range(len(prefix) - 1, 0, -1))
    return next(filter(None, shorter), "")
