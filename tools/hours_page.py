"""Writes docs/calling-hours.md from the rules' data.

`python -m tools.hours_page [--check]`
"""

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RULES = ROOT / "lambdas" / "domain" / "data" / "calling_hours.json"
PAGE = ROOT / "docs" / "calling-hours.md"

Entry = Mapping[str, Any]

_DAY_HOURS = 24
_LONGEST_IN_HOURS = 48
_TOP = """# Calling hours

Written by `python -m tools.hours_page` from `lambdas/domain/data/calling_hours.json`; do not edit.

**This is not legal advice.** The rules are what was read, on the day that stands beside each, in
the source that stands beside it. Most sources are secondary, and some contradict each other; then
the stricter counts. Have counsel review what you rely on.

## How a call is judged

A call is made when **every** rule that holds allows it, on the clock of **every** time zone and by
the law of **every** state where the customer may be; and when the pool's own hours do, too.

- *Where the customer may be.* The area code tells states and zones. What the flow knows (postal
  code, city, state, position) narrows them where it agrees with the number. Where it contradicts
  the number, the number was ported or the customer moved: both count. A US number of a customer in
  Canada keeps the law of both; so does one of a territory, such as Puerto Rico, of a customer in a
  state. A number whose kind is tied to no area (toll-free, most countries'
  mobiles) may be anywhere in its country: all its zones and states count. For the United States
  that leaves Monday to Friday 10:00 to 18:00 and Saturday 10:00 to 17:00, no Sundays, no holidays,
  and three attempts in 24 hours.
- *What for.* Rules hold for purposes. No hours were found in the sources for `service` and
  `requested` calls; a pool may set its own. Emergency numbers pass every gate.
- *Verified* says that the primary text was read. A rule that restricts applies either way; a rule
  that lifts others would apply only where it was verified (there is none).
- *Holidays* come from the package `holidays`, from last year to ten years ahead. A day that it does
  not know counts as one, and the agent is told so.
- *Clocks.* An hour that clocks repeat is judged twice, one that they leave out never comes.
- *Attempts* are counted with what every queue rang, also for other purposes: the stricter reading.

A queue in the mode `on` or `percent` blocks a call outside these hours, and the agent reads why and
when the next lawful moment is. `python -m local explain` tells the rules that were looked at.

## Stricter, and less strict

    pools:
      sales:
        hours:
          weekdays: ["10:00-17:00"]    # when most people are glad to be called
          saturday: []                 # no calls
          sunday: []
          holidays: false              # no calls on public holidays
          automatic: false             # true where a machine dials or speaks
          lifted:
            us_ky: Counsel agreed on 2026-11-20, ticket LEGAL-14; existing customers only

A pool's hours are in the customer's local time and can only narrow the law's. A rule counts unless
it is lifted with a written reason of at least 20 characters. Each call that it would have barred
logs the reason (`lifted`); attempts' rules are logged with each call. Every synth repeats them.

## What is not judged

- Exemptions that differ from state to state: existing customers, businesses, charities, debts.
- Mobile phones: New Jersey bans unsolicited sales calls to them, and a US number does not tell.
- The seven days of silence after a conversation about a debt (12 CFR 1006.14(b)(2)(i)(B)), and the
  pauses after abandoned calls and answering machines in the United Kingdom (72 and 24 hours): the
  picker does not know how earlier calls went.
- Countries that no rule below names: nothing bars a marketing call there at any hour, so give the
  pool hours of its own.
- Consent, and which calls a state calls solicitations: that is the queue's purpose to say.
"""


def page() -> str:
    """The page's text: a table of hours, one of attempts, and the words and source of each."""
    rules: Sequence[Entry] = json.loads(RULES.read_text(encoding="utf-8"))["rules"]
    hours = [rule for rule in rules if "windows" in rule]
    others = [rule for rule in rules if "windows" not in rule]
    verified = sum(rule["verified"] for rule in rules)
    return "".join(
        (
            _TOP,
            f"\n{len(rules)} rules, {verified} of them verified.\n",
            _table(
                "Hours, in local time",
                ("Rule", "Where", "For", "Monday to Friday", "Saturday", "Sunday", "Holidays"),
                map(_hours, hours),
            ),
            _table("Attempts and pauses", ("Rule", "Where", "For", "At most"), map(_limit, others)),
            _table(
                "Words and sources",
                ("Rule", "Words", "Source", "Reviewed", "Verified"),
                map(_said, rules),
            ),
        )
    )


def main() -> int:
    """Write the page; with --check only compare, and return 1 when it differs."""
    if "--check" in sys.argv[1:]:
        return int(PAGE.read_text(encoding="utf-8") != page())
    PAGE.write_text(page(), encoding="utf-8")
    return 0


def _table(title: str, heads: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    lines = "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in rows
    )
    return f"\n## {title}\n\n| {' | '.join(heads)} |\n|{'---|' * len(heads)}\n{lines}"


def _hours(rule: Entry) -> Sequence[str]:
    windows = rule["windows"]
    holiday = _windows(windows["holiday"]) if "holiday" in windows else "as other days"
    return (*_begin(rule), *(_windows(windows[day]) for day in ("mon_fri", "sat", "sun")), holiday)


def _limit(rule: Entry) -> Sequence[str]:
    if "attempts" in rule:
        most, hours = rule["attempts"]["most"], rule["attempts"]["hours"]
        days = hours // _DAY_HOURS
        within = f"{hours} hours" if hours < _LONGEST_IN_HOURS else f"{days} days"
        return *_begin(rule), f"{most} in {within}"
    return *_begin(rule), f"none for {rule['pause_after_refusal_days']} days after a refusal"


def _begin(rule: Entry) -> Sequence[str]:
    regions = ", ".join(rule["regions"])
    where = f"{rule['place']} ({'-'.join((regions, *rule.get('states', ())))})"
    purposes = ", ".join(rule["purposes"])
    return (
        f"`{rule['id']}`",
        where,
        f"{purposes}, by machines" if rule.get("automatic") else purposes,
    )


def _windows(windows: Sequence[Sequence[str]]) -> str:
    return ", ".join(f"{begin}–{end}" for begin, end in windows) or "none"


def _said(rule: Entry) -> Sequence[str]:
    verified = "yes" if rule["verified"] else "no"
    return f"`{rule['id']}`", rule["words"], rule["source"], rule["reviewed"], verified


if __name__ == "__main__":
    raise SystemExit(main())
