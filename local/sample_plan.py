"""What the sample pools hold and whom the sample calls ring: patterns only, no numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from local.sample_numbers import Pattern

SERVICE_QUEUE = "outbound-service"
SALES_QUEUE = "outbound-sales"


@dataclass(frozen=True, slots=True)
class Share:
    """So many numbers of a pattern for a pool. `town` fills the City column where digits do not."""

    pattern: Pattern
    count: int
    town: str = ""
    direction: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Calling:
    """One customer to ring: `tier` is how local the shown number must turn out to be.

    `knows` is what the flow knows of the customer as contact attributes; a customer who `answers`
    is rung twice, and the tier is the second call's. `hour` is the hour of the next Wednesday
    (UTC) at which they are rung, None for now.
    """

    tier: str
    pattern: Pattern
    note: str
    queue: str = SERVICE_QUEUE
    knows: Mapping[str, str] = field(default_factory=dict)
    answers: bool = False
    hour: int | None = None


def _share(
    region: str, digits: str, count: int, state: str = "", town: str = "", label: str = ""
) -> Share:
    return Share(Pattern(region, digits, state), count, town, label=label)


_SERVICE = (
    _share("US", "+1 206 Nxx xxxx", 16, "WA"),
    _share("US", "+1 425 Nxx xxxx", 6, "WA"),
    _share("US", "+1 212 Nxx xxxx", 10, "NY"),
    _share("US", "+1 718 Nxx xxxx", 6, "NY"),
    _share("US", "+1 312 Nxx xxxx", 10, "IL"),
    _share("US", "+1 415 Nxx xxxx", 8, "CA"),
    _share("US", "+1 213 Nxx xxxx", 8, "CA"),
    _share("US", "+1 512 Nxx xxxx", 8, "TX"),
    _share("US", "+1 305 Nxx xxxx", 8, "FL"),
    _share("US", "+1 617 Nxx xxxx", 6, "MA"),
    _share("US", "+1 303 Nxx xxxx", 6, "CO"),
    _share("US", "+1 888 Nxx xxxx", 2, label="Golden number"),
    _share("CA", "+1 416 Nxx xxxx", 10, "ON"),
    _share("CA", "+1 514 Nxx xxxx", 8, "QC"),
    _share("CA", "+1 604 Nxx xxxx", 8, "BC"),
    _share("GB", "+44 20 7946 0xxx", 10),
    _share("GB", "+44 161 496 0xxx", 6),
    _share("GB", "+44 121 496 0xxx", 4),
    _share("GB", "+44 113 496 0xxx", 4),
    _share("GB", "+44 131 496 0xxx", 4),
    _share("GB", "+44 29 2018 0xxx", 4),
    _share("GB", "+44 28 9649 6xxx", 4),
    _share("GB", "+44 808 157 0xxx", 2, label="Freephone"),
    _share("DE", "+49 30 23125 xxx", 6),
    _share("DE", "+49 89 99998 xxx", 6),
    _share("DE", "+49 40 66969 xxx", 4),
    _share("DE", "+49 69 90009 xxx", 4),
    _share("FR", "+33 1 99 00 xx xx", 6, town="Paris"),
    _share("FR", "+33 4 65 71 xx xx", 4, town="Marseille"),
    _share("ES", "+34 91 Nxx xxxx", 6, "MD"),
    _share("ES", "+34 93 Nxx xxxx", 6, "CT"),
    _share("AU", "+61 2 7010 xxxx", 6, town="Sydney"),
    _share("AU", "+61 3 7010 xxxx", 6),
    _share("BR", "+55 11 3xxx xxxx", 8, "SP"),
    _share("BR", "+55 21 3xxx xxxx", 6, "RJ"),
    _share("MX", "+52 55 Nxxx xxxx", 8, "CMX"),
    _share("MX", "+52 81 Nxxx xxxx", 6, "NLE"),
    _share("JP", "+81 3 Nxxx xxxx", 6, "13"),
    _share("JP", "+81 6 Nxxx xxxx", 4, "27"),
    _share("IT", "+39 06 xxxx xxxx", 4),
    _share("JM", "+1 876 Nxx xxxx", 3, town="Kingston"),
    _share("PR", "+1 787 Nxx xxxx", 3, town="San Juan"),
    _share("NZ", "+64 800 xxx xxx", 2, label="Freephone"),
    _share("IE", "+353 1800 xx0 000", 2, label="Freephone, easy to remember"),
    Share(Pattern("US", "+1 206 Nxx xxxx", "WA"), 1, direction="inbound only", label="Front desk"),
)

_SALES = (
    _share("US", "+1 206 Nxx xxxx", 8, "WA"),
    _share("US", "+1 212 Nxx xxxx", 8, "NY"),
    _share("US", "+1 312 Nxx xxxx", 6, "IL"),
    _share("US", "+1 415 Nxx xxxx", 6, "CA"),
    _share("CA", "+1 416 Nxx xxxx", 6, "ON"),
    _share("CA", "+1 604 Nxx xxxx", 4, "BC"),
    _share("GB", "+44 20 7946 0xxx", 8),
    _share("GB", "+44 161 496 0xxx", 4),
)

POOLS = {"service": _SERVICE, "sales": _SALES}

CALLS = (
    Calling("city", Pattern("US", "+1 206 Nxx xxxx", "WA"), "Seattle"),
    Calling("city", Pattern("US", "+1 646 Nxx xxxx", "NY"), "New York, 646: numbers of 212"),
    Calling("city", Pattern("GB", "+44 20 7946 0xxx"), "London"),
    Calling("city", Pattern("GB", "+44 161 496 0xxx"), "Manchester"),
    Calling("city", Pattern("DE", "+49 30 23125 xxx"), "Berlin"),
    Calling("city", Pattern("AU", "+61 3 7010 xxxx"), "Melbourne"),
    Calling("city", Pattern("MX", "+52 55 Nxxx xxxx", "CMX"), "Mexico City"),
    Calling("city", Pattern("JP", "+81 3 Nxxx xxxx", "13"), "Tokyo"),
    Calling("city", Pattern("ES", "+34 91 Nxx xxxx", "MD"), "Spain has no area codes: Madrid"),
    Calling(
        "city",
        Pattern("US", "+1 312 Nxx xxxx", "IL"),
        "Chicago, a sales call at noon",
        SALES_QUEUE,
        hour=18,
    ),
    Calling(
        "city",
        Pattern("US", "+1 808 Nxx xxxx", "HI"),
        "a number of Hawaii, but lives in Denver",
        knows={"city": "Denver", "state": "CO"},
    ),
    Calling(
        "city",
        Pattern("US", "+1 907 Nxx xxxx", "AK"),
        "a number of Alaska, but a postal code of Boston",
        knows={"postal_code": "02108"},
    ),
    Calling("nearest", Pattern("CA", "+1 289 Nxx xxxx", "ON"), "around Toronto, area code 289"),
    Calling("nearest", Pattern("BR", "+55 11 9xxxx xxxx"), "a mobile of São Paulo, DDD 11"),
    Calling("nearest", Pattern("JP", "+81 42 Nxx xxxx", "13"), "western Tokyo, 042"),
    Calling(
        "nearest",
        Pattern("GB", "+44 7400 1xx xxx"),
        "a mobile; the CRM knows a position near Leeds",
        knows={"latitude": "53.80", "longitude": "-1.76"},
    ),
    Calling("area_code", Pattern("FR", "+33 1 99 00 xx xx"), "Île-de-France, 01: no town named"),
    Calling("area_code", Pattern("JM", "+1 876 Nxx xxxx"), "+1, but Jamaica: never a US number"),
    Calling("area_code", Pattern("PR", "+1 787 Nxx xxxx"), "+1, but Puerto Rico"),
    Calling("state", Pattern("US", "+1 509 Nxx xxxx", "WA"), "eastern Washington: 206 and 425"),
    Calling("state", Pattern("US", "+1 716 Nxx xxxx", "NY"), "Buffalo's area: numbers of New York"),
    Calling("state", Pattern("CA", "+1 613 Nxx xxxx", "ON"), "Ottawa's area: numbers of Toronto"),
    Calling("state", Pattern("BR", "+55 19 3xxx xxxx", "SP"), "Campinas' area: São Paulo's state"),
    Calling("country", Pattern("US", "+1 808 Nxx xxxx", "HI"), "Hawaii: no number of the state"),
    Calling("country", Pattern("US", "+1 800 Nxx xxxx"), "a US toll-free number gets a local one"),
    Calling("country", Pattern("GB", "+44 191 498 0xxx"), "Tyneside: numbers of other towns"),
    Calling("country", Pattern("DE", "+49 176 040690 xx"), "a German mobile has no area"),
    Calling("country", Pattern("FR", "+33 2 61 91 xx xx"), "north-west France, 02"),
    Calling("country", Pattern("IT", "+39 02 xxxx xxxx"), "Milan: a number of Rome"),
    Calling("golden_toll_free", Pattern("IE", "+353 1 xxx xxxx"), "Dublin: a golden freephone"),
    Calling("toll_free", Pattern("NZ", "+64 9 Nxx xxxx"), "Auckland: only a freephone number"),
    Calling(
        "answered_before",
        Pattern("US", "+1 206 Nxx xxxx", "WA"),
        "answered the first call: the same number again",
        answers=True,
    ),
    Calling("default", Pattern("SE", "+46 8 xxx xxxx"), "Stockholm: no Swedish number"),
    Calling("default", Pattern("NL", "+31 20 xxx xxxx"), "Amsterdam: no Dutch number"),
    Calling(
        "block",
        Pattern("FR", "+33 1 99 00 xx xx"),
        "marketing, no French number",
        SALES_QUEUE,
        hour=15,
    ),
    Calling(
        "block",
        Pattern("US", "+1 312 Nxx xxxx", "IL"),
        "Chicago, a sales call at night",
        SALES_QUEUE,
        hour=8,
    ),
)
