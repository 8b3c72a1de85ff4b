"""Builds countries.json: what people call a country -> its two-letter code.

The names come from libphonenumber's locale data, which takes them from Unicode's CLDR.
"""

import json
from collections import Counter
from pathlib import Path

LANGUAGES = (
    *("en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk", "hu"),
    *("ro", "tr", "el", "uk", "ru", "ja", "zh", "ko", "ar", "he", "id", "vi"),
)
_ALSO = {
    "US": ("usa", "u.s.a.", "u.s.", "united states of america", "america"),
    "GB": ("uk", "u.k.", "gbr", "great britain", "britain", "northern ireland"),
    "IE": ("irl", "republic of ireland"),
    "NL": ("nld", "holland", "the netherlands"),
    "AE": ("uae",),
    **{"AU": ("aus",), "AT": ("aut",), "BE": ("bel",), "BR": ("bra",), "CA": ("can",)},
    **{"CH": ("che",), "DE": ("deu",), "DK": ("dnk",), "ES": ("esp",), "FI": ("fin",)},
    **{"FR": ("fra",), "IN": ("ind",), "IT": ("ita",), "JP": ("jpn",), "MX": ("mex",)},
    **{"NO": ("nor",), "NZ": ("nzl",), "PT": ("prt",), "SE": ("swe",), "ZA": ("zaf",)},
}
ALSO = {name: region for region, names in _ALSO.items() for name in names}
"""Other names that people write, and the three letters that other systems export."""


def build(out: Path) -> None:
    """Write the file. The same libphonenumber gives the same bytes."""
    from phonenumbers.geodata.locale import LOCALE_DATA  # 600 KB: wanted by the build alone

    names: dict[str, str] = {}
    claims: Counter[str] = Counter()
    for region in sorted(LOCALE_DATA):
        for name in {name_in(LOCALE_DATA[region], language).casefold() for language in LANGUAGES}:
            if name:
                names[name] = region
                claims[name] += 1
    sure = {name: region for name, region in names.items() if claims[name] == 1}
    text = json.dumps(sure | ALSO, ensure_ascii=False, sort_keys=True, indent=0)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, "utf-8")


def name_in(names: dict[str, str], language: str) -> str:
    """A country's name in a language, out of libphonenumber's names of that country."""
    name = names.get(language, "")
    return names.get(name[1:], "") if name.startswith("*") else name
