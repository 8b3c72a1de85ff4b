"""Writes docs/caller-id-rules.md from the rules' data.

`python -m tools.rules_page [--check]`
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tools.countries.build import name_in

ROOT = Path(__file__).parents[1]
RULES = ROOT / "lambdas" / "domain" / "data" / "caller_id_rules.json"
PAGE = ROOT / "docs" / "caller-id-rules.md"

Entry = Mapping[str, Any]

_TOP = """# Caller-ID rules

Written by `python -m tools.rules_page` from `lambdas/domain/data/caller_id_rules.json`; do not
edit.

**This is not legal advice.** The rules are what was read, on the day that stands beside each, in
the source that stands beside it. Laws and carriers change; have counsel review what you rely on.

Which of our numbers may be shown depends on where the call goes, what kind of number it would show
and of which country, whose the number is, why the customer is called, and from which country the
call leaves (that of the instance's AWS region).

| Effect | What it does |
|---|---|
| forbidden | The number is not shown. Where no call may show it, uploads refuse its row. |
| discouraged | In each tier it comes behind what nothing speaks against; uploads and synth warn. |
| allowed | A permission: it lifts the rules that it names. |

"Verified" says that the primary text was read. A rule that restricts applies either way, since that
is the stricter reading; a permission applies only where it was verified. The strictest rule that
applies decides.

To change a rule for your environment, write its id and your reason into the configuration:

    rules:
      overrides:
        gb_local_presence:
          effect: allowed      # or discouraged, forbidden
          reason: Counsel agreed on 2026-11-20, ticket LEGAL-12; we have staffed offices there

`allowed` takes a restriction away, or lets a permission count that was not verified; `forbidden`
takes a permission away. Every synth repeats the overrides with their reasons.
"""
_CONDITIONS = {
    "destination_regions": "calls to {}",
    "destination_kinds": "to {} numbers",
    "number_regions": "numbers of {}",
    "number_kinds": "kinds: {}",
    "number_prefixes": "beginning +{}",
    "number_prefixes_none": "beginning otherwise than +{}",
    "ownerships": "owned: {}",
    "purposes": "for {}",
    "across_border": "number and destination of different countries",
    "from_abroad": "the call leaves from another country",
}


def page() -> str:
    """The page's text: one table for each country, those that hold everywhere first."""
    rules = json.loads(RULES.read_text(encoding="utf-8"))["rules"]
    names = _country_names()
    chapters: dict[str, list[Entry]] = defaultdict(list)
    for rule in rules:
        chapters[_country(rule, names)].append(rule)
    everywhere = chapters.pop("", [])
    verified = sum(rule["verified"] for rule in rules)
    count = f"\n{len(rules)} rules, {verified} of them verified.\n"
    tables = [_chapter("Everywhere", everywhere)]
    tables += [_chapter(country, chapters[country]) for country in sorted(chapters)]
    return _TOP + count + "".join(tables)


def main() -> int:
    """Write the page; with --check only compare, and return 1 when it differs."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def _country(rule: Entry, names: Mapping[str, str]) -> str:
    """The country whose rule it is: the destination's, else the number's; "" for no one's."""
    when = rule["when"]
    regions: Sequence[str] = when.get("destination_regions", ())
    if len(regions) != 1:
        regions = when.get("number_regions", ())
    return names.get(regions[0], "") if regions else ""


def _country_names() -> Mapping[str, str]:
    from phonenumbers.geodata.locale import LOCALE_DATA  # 600 KB: wanted by the page alone

    return {code: f"{name_in(names, 'en')} ({code})" for code, names in LOCALE_DATA.items()}


def _chapter(title: str, rules: Sequence[Entry]) -> str:
    heads = ("Rule", "Effect", "When", "Words", "Source", "Reviewed", "Verified")
    rows = "".join(f"| {' | '.join(_cells(rule))} |\n" for rule in rules)
    return f"\n## {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n{rows}"


def _cells(rule: Entry) -> Iterator[str]:
    lifts = ", ".join(f"`{name}`" for name in rule.get("lifts", ()))
    yield f"`{rule['id']}`"
    yield rule["effect"] + (f"; lifts {lifts}" if lifts else "")
    yield "; ".join(_condition(name, value) for name, value in rule["when"].items())
    yield rule["words"].replace("|", "\\|")
    yield rule["source"].replace("|", "\\|")
    yield rule["reviewed"]
    yield "yes" if rule["verified"] else "no"


def _condition(name: str, value: Any) -> str:
    listed = value if isinstance(value, list) else []
    return _CONDITIONS[name].format(", ".join(listed).replace("_", " "))


if __name__ == "__main__":
    raise SystemExit(main())
