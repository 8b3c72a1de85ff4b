"""What the sample pools hold and whom the sample calls ring: patterns only, no numbers."""

from dataclasses import dataclass

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
    """One customer to ring: `tier` is how local the shown number must turn out to be."""

    tier: str
    pattern: Pattern
    note: str
    queue: str = SERVICE_QUEUE


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
    Calling("area_code", Pattern("US", "+1 206 Nxx xxxx", "WA"), "Seattle, area code 206"),
    Calling("area_code", Pattern("US", "+1 212 Nxx xxxx", "NY"), "New York, area code 212"),
    Calling("area_code", Pattern("CA", "+1 416 Nxx xxxx", "ON"), "Toronto, area code 416"),
    Calling("area_code", Pattern("GB", "+44 20 7946 0xxx"), "London, 020"),
    Calling("area_code", Pattern("GB", "+44 161 496 0xxx"), "Manchester, 0161"),
    Calling("area_code", Pattern("DE", "+49 30 23125 xxx"), "Berlin, 030"),
    Calling("area_code", Pattern("FR", "+33 1 99 00 xx xx"), "Île-de-France, 01"),
    Calling("area_code", Pattern("AU", "+61 3 7010 xxxx"), "Victoria, 03"),
    Calling("area_code", Pattern("BR", "+55 11 9xxxx xxxx"), "a mobile of São Paulo, DDD 11"),
    Calling("area_code", Pattern("MX", "+52 55 Nxxx xxxx", "CMX"), "Mexico City, 55"),
    Calling("area_code", Pattern("JP", "+81 3 Nxxx xxxx", "13"), "Tokyo, 03"),
    Calling("area_code", Pattern("JM", "+1 876 Nxx xxxx"), "+1, but Jamaica: never a US number"),
    Calling("area_code", Pattern("PR", "+1 787 Nxx xxxx"), "+1, but Puerto Rico"),
    Calling(
        "area_code", Pattern("US", "+1 312 Nxx xxxx", "IL"), "Chicago, sales call", SALES_QUEUE
    ),
    Calling("state", Pattern("US", "+1 509 Nxx xxxx", "WA"), "eastern Washington: 206 and 425"),
    Calling("state", Pattern("US", "+1 716 Nxx xxxx", "NY"), "Buffalo's area: numbers of New York"),
    Calling("state", Pattern("CA", "+1 613 Nxx xxxx", "ON"), "Ottawa's area: numbers of Toronto"),
    Calling("state", Pattern("BR", "+55 19 3xxx xxxx", "SP"), "Campinas' area: São Paulo's state"),
    Calling("state", Pattern("ES", "+34 91 Nxx xxxx", "MD"), "Spain has no area codes: Madrid"),
    Calling("state", Pattern("JP", "+81 42 Nxx xxxx", "13"), "western Tokyo, 042"),
    Calling("country", Pattern("US", "+1 808 Nxx xxxx", "HI"), "Hawaii: no number of the state"),
    Calling("country", Pattern("US", "+1 800 Nxx xxxx"), "a US toll-free number gets a local one"),
    Calling("country", Pattern("GB", "+44 191 498 0xxx"), "Tyneside: numbers of other towns"),
    Calling("country", Pattern("DE", "+49 176 040690 xx"), "a German mobile has no area"),
    Calling("country", Pattern("FR", "+33 2 61 91 xx xx"), "north-west France, 02"),
    Calling("country", Pattern("IT", "+39 02 xxxx xxxx"), "Milan: a number of Rome"),
    Calling("toll_free", Pattern("NZ", "+64 9 Nxx xxxx"), "Auckland: only a freephone number"),
    Calling("default", Pattern("SE", "+46 8 xxx xxxx"), "Stockholm: no Swedish number"),
    Calling("default", Pattern("NL", "+31 20 xxx xxxx"), "Amsterdam: no Dutch number"),
    Calling(
        "block", Pattern("FR", "+33 1 99 00 xx xx"), "marketing, no French number", SALES_QUEUE
    ),
)
