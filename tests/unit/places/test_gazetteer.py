"""Towns by name, postal codes, states and overlay area codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambdas.domain.names import fold
from lambdas.domain.places import Place, Places
from tools.places.geometry import distance_km
from tools.places.regions import region_of

TOWNS = [
    ("US", "Seattle", "", "Seattle", "WA", (47.61, -122.33), "a town by its name"),
    ("US", "NEW YORK", "", "New York", "NY", (40.71, -74.01), "as prefixes name New York City"),
    ("US", "Springfield", "", "Springfield", "MO", (37.22, -93.30), "the most populous of many"),
    ("US", "Springfield", "IL", "Springfield", "IL", (39.80, -89.64), "the one in the state"),
    ("US", "springfield", "Massachusetts", "Springfield", "MA", (42.10, -72.59), "a state's name"),
    ("US", "Springfield", "Atlantis", "Springfield", "MO", (37.22, -93.30), "no state at all"),
    ("US", "Portland", "ME", "Portland", "ME", (43.66, -70.26), "not Oregon's"),
    ("US", "Saint Louis", "MO", "St. Louis", "MO", (38.63, -90.20), "an abbreviation"),
    ("DE", "München", "", "Munich", "BY", (48.14, 11.58), "its own name for what prefixes say"),
    ("DE", "Koeln", "", "Cologne", "NW", (50.94, 6.96), "an umlaut written out"),
    ("BR", "SAO PAULO", "SP", "São Paulo", "SP", (-23.55, -46.63), "no accents, in capitals"),
    ("CA", "St. Albert", "AB", "St. Albert", "AB", (53.63, -113.63), "beside Edmonton"),
    ("CA", "Dundas", "ON", "Dundas", "ON", (43.27, -79.95), "a village merged into Hamilton"),
    ("CA", "Montréal", "QC", "Montreal", "QC", (45.51, -73.59), "as prefixes write it"),
    ("GB", "St Albans", "", "St Albans", "ENG", (51.75, -0.34), "not a prefix's main town"),
    ("IT", "Firenze", "", "Florence", "52", (43.78, 11.25), "Tuscany"),
    ("JP", "東京", "", "Tokyo", "13", (35.69, 139.69), "another script"),
    ("MX", "Ciudad de México", "CDMX", "Mexico City", "CMX", (19.43, -99.13), "its new name"),
    ("AU", "Perth", "WA", "Perth", "WA", (-31.95, 115.86), "not Tasmania's"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "text", "within", "name", "state", "position", "reason"), TOWNS)
def test_a_town_is_known_by_its_name(
    places: Places, region: str, text: str, within: str, name: str, state: str,
    position: tuple[float, float], reason: str,
) -> None:  # fmt: skip
    found = places.town(region, text, within)
    assert found is not None, reason
    assert (fold(found.name), found.state) == (fold(name), state), reason
    assert found.position is not None, reason
    assert distance_km(found.position, position) < 10, reason
    assert found.names_town, reason
    assert not found.centre, reason


@pytest.mark.parametrize(
    ("region", "text", "state", "reason"),
    [
        ("US", "Seattle", "OR", "no Seattle in Oregon, and Washington's is no answer"),
        ("US", "Nowhereville", "", "no such town"),
        ("CA", "Seattle", "", "another country's"),
        ("US", "", "", "nothing"),
        ("US", " - ", "", "no letters"),
        ("", "Seattle", "", "no country"),
        ("001", "Seattle", "", "international services are nowhere"),
    ],
)
def test_what_is_no_town_of_there_is_none(
    places: Places, region: str, text: str, state: str, reason: str
) -> None:
    assert places.town(region, text, state) is None, reason


ZIPS = [
    ("98101", "Seattle", "WA", (47.61, -122.33), False, "a ZIP code"),
    ("98101-1234", "Seattle", "WA", (47.61, -122.33), False, "with its four more digits"),
    (" 98101 ", "Seattle", "WA", (47.61, -122.33), False, "spaces around it"),
    ("10001", "New York", "NY", (40.75, -73.99), False, "Manhattan"),
    ("90210", "Beverly Hills", "CA", (34.09, -118.41), False, "a town within a city"),
    ("06390", None, "NY", (41.27, -71.97), False, "Fishers Island, reached from Connecticut"),
    ("2108", "Boston", "MA", (42.36, -71.06), False, "a spreadsheet took its zero"),
    ("981", "", "WA", (47.6, -122.3), True, "three digits: the middle"),
    ("98199-0000", None, "WA", (47.65, -122.40), False, "a part of Seattle"),
    ("00901", None, "PR", (18.46, -66.11), False, "San Juan"),
]


@pytest.mark.parametrize(("code", "name", "state", "position", "centre", "reason"), ZIPS)
def test_a_zip_code_is_where_it_is(
    places: Places, code: str, name: str | None, state: str, position: tuple[float, float],
    centre: bool, reason: str,
) -> None:  # fmt: skip
    found = places.postal("US", code)
    assert found is not None, reason
    assert found.state == state, reason
    assert name is None or found.name == name, reason
    assert found.position is not None, reason
    assert distance_km(found.position, position) < 15, reason
    assert found.centre is centre, reason
    assert found.names_town is bool(found.name), reason


@pytest.mark.parametrize(
    ("region", "code", "state", "reason"),
    [
        ("CA", "k1a 0b6", "ON", "small letters: Ottawa"),
        ("CA", "V6B1A1", "BC", "no space: Vancouver"),
        ("CA", "H2X", "QC", "the first half"),
        ("CA", "X0A 0H0", "NU", "Iqaluit shares its letter"),
        ("CA", "X1A 2N1", "NT", "Yellowknife does too"),
        ("AU", "2000", "NSW", "Sydney"),
        ("AU", "2600", "ACT", "Canberra within New South Wales"),
        ("AU", "2620", "NSW", "Queanbeyan beside it"),
        ("AU", "0800", "NT", "Darwin"),
        ("BR", "01310-100", "SP", "São Paulo"),
        ("BR", "70000-000", "DF", "Brasília"),
        ("BR", "74000000", "GO", "Goiânia"),
        ("MX", "06600", "CMX", "Mexico City"),
        ("ES", "28013", "MD", "Madrid"),
        ("ES", "35001", "CN", "Las Palmas"),
        ("FR", "75001", "IDF", "Paris"),
        ("FR", "20000", "20R", "Ajaccio"),
        ("IT", "11100", "23", "Aosta within Piedmont's digits"),
        ("IT", "45100", "34", "Rovigo within Emilia's digits"),
        ("IN", "560001", "KA", "Bengaluru"),
        ("AR", "C1425DKA", "C", "Buenos Aires"),
    ],
)  # fmt: skip
def test_a_postal_code_tells_its_state_where_that_is_sure(
    places: Places, region: str, code: str, state: str, reason: str
) -> None:
    found = places.postal(region, code)
    assert found is not None, reason
    assert (found.state, found.position, found.names_town) == (state, None, False), reason


@pytest.mark.parametrize(
    ("region", "code", "reason"),
    [
        ("US", "", "nothing"),
        ("US", "hello", "no digits"),
        ("US", "98", "too short"),
        ("US", "981012", "no length of a ZIP code"),
        ("US", "٩٨١٠١", "digits of another script"),
        ("CA", "12345", "a ZIP code in Canada"),
        ("CA", "D1A 1A1", "a letter that no postal code begins with"),
        ("DE", "10115", "Germany's digits cross its states"),
        ("GB", "SW1A 1AA", "none are known"),
        ("XX", "12345", "no country"),
    ],
)
def test_a_postal_code_that_tells_nothing_is_none(
    places: Places, region: str, code: str, reason: str
) -> None:
    assert places.postal(region, code) is None, reason


@pytest.mark.parametrize(
    ("region", "text", "code"),
    [
        ("US", "Washington", "WA"), ("US", "wa", "WA"), ("US", "WA", "WA"), ("US", "US-WA", "WA"),
        ("US", "District of Columbia", "DC"), ("US", "D.C.", ""), ("US", "Ontario", ""),
        ("CA", "Québec", "QC"), ("CA", "british columbia", "BC"), ("BR", "Sao Paulo", "SP"),
        ("DE", "Bayern", "BY"), ("DE", "Bavaria", "BY"), ("IN", "Karnataka", "KA"),
        ("JP", "Tokyo", "13"), ("AU", "New South Wales", "NSW"), ("AU", "WA", "WA"),
        ("MX", "Nuevo León", "NLE"), ("ES", "Sevilla", "AN"), ("GB", "Scotland", "SCT"),
        ("US", "", ""), ("US", "Atlantis", ""), ("", "WA", ""),
    ],
)  # fmt: skip
def test_a_state_is_known_by_code_and_name(
    places: Places, region: str, text: str, code: str
) -> None:
    assert places.state(region, text) == code


OVERLAYS = [
    ("1212", "1212 1332 1646 1917", "Manhattan"),
    ("1718", "1347 1718 1917 1929", "New York's other boroughs"),
    ("1917", "1212 1332 1347 1646 1718 1917 1929", "laid over both"),
    ("1213", "1213 1323 1738", "Los Angeles"),
    ("1312", "1312 1872", "Chicago's centre"),
    ("1773", "1773 1872", "Chicago around it"),
    ("1214", "1214 1469 1945 1972", "Dallas"),
    ("1404", "1404 1470 1678 1943", "Atlanta"),
    ("1770", "1470 1678 1770 1943", "Atlanta's surroundings"),
    ("1305", "1305 1645 1786", "Miami"),
    ("1215", "1215 1267 1445", "Philadelphia"),
    ("1617", "1617 1857", "Boston"),
    ("1416", "1416 1437 1647 1942", "Toronto"),
    ("1604", "1236 1604 1672 1778", "Vancouver"),
    ("1514", "1263 1438 1514", "Montreal"),
    ("5255", "5255 5256", "Mexico City"),
    ("7495", "7495 7499", "Moscow"),
    ("1206", "1206", "Seattle's is alone"),
    ("4420", "4420", "London's is alone"),
    ("", "", "a number without area code"),
]


@pytest.mark.parametrize(("area_code", "together", "reason"), OVERLAYS)
def test_overlays_of_one_city_count_as_one(
    places: Places, area_code: str, together: str, reason: str
) -> None:
    assert " ".join(places.area_codes(area_code)) == together, reason


def test_houston_has_all_its_overlays(places: Places) -> None:
    codes = places.area_codes("1713")
    assert {"1281", "1346", "1713", "1832"} <= set(codes)
    assert all(places.area_codes(code) == codes for code in codes)


area_codes = st.integers(201, 989).map(lambda n: f"1{n}")


@given(one=area_codes, other=area_codes)
def test_serving_one_ground_is_mutual(places: Places, one: str, other: str) -> None:
    assert one in places.area_codes(one)
    assert (other in places.area_codes(one)) == (one in places.area_codes(other))
    assert list(places.area_codes(one)) == sorted(set(places.area_codes(one)))


def test_overlays_share_a_state(places: Places) -> None:
    for area in range(201, 990):
        states = {
            found.state
            for code in places.area_codes(f"1{area}")
            if (found := places.find(f"+{code}5550123")) and found.state
        }
        # Nova Scotia and Prince Edward Island share theirs; so do the Canadian north's three.
        assert len(states) < 2 or area in (782, 902), (area, states)


@given(region=st.sampled_from(["US", "CA", "DE", "AU", "BR"]), text=st.text(max_size=20))
def test_no_text_is_too_odd_to_be_looked_up(places: Places, region: str, text: str) -> None:
    for found in (places.town(region, text), places.postal(region, text)):
        assert found is None or isinstance(found, Place)
    assert isinstance(places.state(region, text), str)


@given(st.integers(0, 99_999).map(lambda n: f"{n:05}"))
def test_a_zip_code_lies_in_its_state(places: Places, code: str) -> None:
    found = places.postal("US", code)
    if found and found.name:
        town = places.town("US", found.name, found.state)
        assert town is not None
        assert town.state == found.state


@given(st.integers(200, 989), st.integers(200, 999))
def test_a_town_that_a_number_names_is_found_by_that_name(
    places: Places, area: int, exchange: int
) -> None:
    found = places.find(f"+1{area}{exchange}0123")
    if found and found.names_town and found.position and not found.centre:
        region = region_of(f"1{area}{exchange}0")
        town = places.town(region, found.name, found.state)
        assert town is not None, found
        assert fold(town.name) == fold(found.name)
        assert town.state == found.state
        assert town.position is not None
        assert distance_km(town.position, found.position) < 60, (found, town)


def test_what_names_a_town_says_so(places: Places) -> None:
    town, state, island = (
        places.find(number) for number in ("+442079460123", "+12065550123", "+1242352012")
    )
    assert town is not None
    assert town.names_town
    assert state is not None
    assert not state.names_town
    assert island is not None
    assert not island.names_town
