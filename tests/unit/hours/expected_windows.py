"""What the law says by hand, read off the sources' tables and not off the data file.

Each state's line: Monday to Friday, Saturday, Sunday ("-" for no calls), what holds on a public
holiday of a weekday ("=" for the weekday's own hours), and how often within how many hours.
"""

from typing import NamedTuple

WIDE = "08-21"


class Law(NamedTuple):
    weekdays: str
    saturday: str
    sunday: str
    holiday: str = "="
    attempts: str = ""
    why: str = ""


STATES = {
    "AL": Law("08-20", "08-20", "-", "-", why="Ala. Admin. Code 770-X-5-.17"),
    "CT": Law("09-20", "09-20", "09-20", why="Conn. Gen. Stat. 42-288a(c)"),
    "FL": Law("08-20", "08-20", "08-20", attempts="3/24", why="Fla. Stat. 501.616(6)"),
    "IN": Law(WIDE, WIDE, WIDE, why="Ind. Code 24-5-14-8: only machines have fewer hours"),
    "KY": Law("10-21", "10-21", "10-21", why="KRS 367.46955(16)"),
    "LA": Law("08-20", "08-20", "-", "-", why="LPSC General Order R-29617"),
    "MA": Law("08-20", "08-20", "08-20", why="201 CMR 12.02(2)"),
    "MD": Law("08-20", "08-20", "08-20", attempts="3/24", why="Md. Com. Law 14-4502(c)"),
    "ME": Law(WIDE, WIDE, WIDE, why="10 M.R.S. 1498(3): only machines have fewer hours"),
    "MS": Law("08-20", "08-20", "-", why="Miss. Code 77-3-603"),
    "NE": Law(WIDE, WIDE, WIDE, why="Neb. Rev. Stat. 86-248"),
    "NM": Law("09-21", "09-21", "09-21", why="NMSA 57-12-22(B)(5)"),
    "NV": Law("09-20", "09-20", "09-20", why="NRS 598.0918(3)"),
    "NY": Law(WIDE, WIDE, WIDE, why="Gen. Bus. Law 399-z"),
    "ND": Law(WIDE, WIDE, WIDE, why="N.D.C.C. 51-28-05"),
    "OK": Law("08-20", "08-20", "08-20", attempts="3/24", why="15 O.S. 775C.4(A)"),
    "PA": Law(WIDE, WIDE, WIDE, why="73 P.S. 2245"),
    "RI": Law("09-18", "10-17", "-", "-", why="R.I. Gen. Laws 5-61-3.6"),
    "SC": Law(WIDE, WIDE, WIDE, why="S.C. Code 37-21-30"),
    "SD": Law("09-21", "09-21", "-", why="SDCL 37-30A-3(2)"),
    "TX": Law("09-21", "09-21", "12-21", why="Tex. Bus. & Com. Code 301.051"),
    "UT": Law(WIDE, WIDE, WIDE, why="Utah 13-25a-103"),
    "VA": Law(WIDE, WIDE, WIDE, why="Va. 59.1-511"),
    "WI": Law(WIDE, WIDE, WIDE, why="ATCP 127.16(3)"),
    "WA": Law("08-20", "08-20", "08-20", why="RCW 80.36.390(8)"),
    "WY": Law("08-20", "08-20", "08-20", why="Wyo. Stat. 40-12-302(d)"),
    "MI": Law("09-21", "09-21", "09-21", why="the stricter of two tables"),
    "MN": Law("09-21", "09-21", "09-21", why="the stricter of two tables"),
    "OR": Law("08-20", "08-20", "08-20", attempts="3/24", why="ORS 646.563, the stricter table"),
    **{
        state: Law(WIDE, WIDE, WIDE, why="no hours of its own, or none known")
        for state in [
            "AK",
            "AZ",
            "AR",
            "CA",
            "CO",
            "DE",
            "GA",
            "HI",
            "ID",
            "IL",
            "IA",
            "KS",
            "MO",
            "MT",
            "NJ",
            "NC",
            "OH",
            "TN",
            "VT",
            "WV",
            "DC",
            "NH",
        ]
    },
}
"""Every state and the District of Columbia."""

ZONES = {
    **dict.fromkeys(
        [
            "CT",
            "DC",
            "DE",
            "FL",
            "GA",
            "MA",
            "MD",
            "ME",
            "NC",
            "NH",
            "NJ",
            "NY",
            "OH",
            "PA",
            "RI",
            "SC",
            "VA",
            "VT",
            "WV",
            "KY",
            "IN",
            "MI",
        ],
        "America/New_York",
    ),
    **dict.fromkeys(
        [
            "AL",
            "AR",
            "IA",
            "IL",
            "KS",
            "LA",
            "MN",
            "MO",
            "MS",
            "ND",
            "NE",
            "OK",
            "SD",
            "TN",
            "TX",
            "WI",
        ],
        "America/Chicago",
    ),
    **dict.fromkeys(["CO", "MT", "NM", "UT", "WY", "ID"], "America/Denver"),
    **dict.fromkeys(["CA", "NV", "OR", "WA"], "America/Los_Angeles"),
    "AZ": "America/Phoenix",
    "AK": "America/Anchorage",
    "HI": "Pacific/Honolulu",
}
"""One zone of each state, to judge its edges in."""

COUNTRIES = {
    "CA": ("America/Toronto", Law("09-21:30", "10-18", "10-18", why="CRTC")),
    "GB": ("Europe/London", Law("09-21", "09-21", "09-21", why="custom, the stricter reading")),
    "AU": ("Australia/Sydney", Law("09-20", "09-17", "-", "-", why="Industry Standard 2017")),
    "FR": (
        "Europe/Paris",
        Law("10-13 14-20", "-", "-", "-", "4/720", why="decree of 2022; 4 in 30 days"),
    ),
    "IN": ("Asia/Kolkata", Law("09-21", "09-21", "09-21", why="TRAI: not from 21 to 9")),
    "CN": ("Asia/Shanghai", Law("-", "-", "-", why="no cold calls")),
    "PR": ("America/Puerto_Rico", Law(WIDE, WIDE, WIDE, why="federal law of the United States")),
}
"""A zone and the law of each country of which something is known."""


def windows(text: str) -> list[tuple[int, int]]:
    """ "10-13 14-20" as minutes since midnight; none for "-"."""
    return [
        (_minutes(begin), _minutes(end))
        for begin, end in (part.split("-") for part in text.split() if part != "-")
    ]


def _minutes(text: str) -> int:
    hours, _, minutes = text.partition(":")
    return int(hours) * 60 + int(minutes or 0)
