import json
import re

import pytest

from tools.places.naming import SUBDIVISIONS, Naming

FORMS = [
    ("1", "1206", "Seattle, WA", "Seattle", "WA", "a town and its state"),
    ("1", "1780", "St. Albert, AB", "St. Albert", "AB", "a Canadian town"),
    ("1", "1206", "Washington State", "Washington State", "WA", "a state alone is its own name"),
    ("1", "1202", "Washington D.C.", "Washington D.C.", "DC", "the district is no state's"),
    ("1", "1604", "British Colombia", "British Colombia", "BC", "misspelt at the source"),
    ("1", "1902", "Nova Scotia/Prince Edward Island", "Nova Scotia/Prince Edward Island", "",
     "two provinces share the code: neither is sure"),
    ("1", "1940", "Sheppard AFB, Wichita Falls, TX", "Wichita Falls", "TX", "the town, no base"),
    ("1", "1242", "Long Island", "Long Island", "", "an island of the Bahamas, no state"),
    ("55", "5511", "São Paulo - SP", "São Paulo", "SP", "Brazil writes a dash"),
    ("55", "5561", "Federal District", "Federal District", "",
     "area code 61 covers towns of Goiás too"),
    ("55", "5531", "Bairro Eldorado - Sete Lagoas MG", "Sete Lagoas", "MG", "one odd form"),
    ("52", "52477", "Purisima de Bustos, GTO", "Purisima de Bustos", "GUA", "Mexico abbreviates"),
    ("52", "52614", "Chihuahua", "Chihuahua", "CHH", "town and state share the name"),
    ("52", "52496", "Jalisco/Zacatecas", "Jalisco/Zacatecas", "", "two states"),
    ("86", "86538", "TaiAn, Shandong", "Tai'an", "SD", "syllables that were run together"),
    ("86", "86555", "MaAnshan, Anhui", "Ma'anshan", "AH", "within a word"),
    ("86", "8610", "Beijing", "Beijing", "BJ", "a municipality is its own province"),
    ("81", "8111", "Yubari, Hokkaido", "Yubari", "01", "Japan's codes are digits"),
    ("91", "9120", "Wai, Maharashtra", "Wai", "MH", "India writes the state out"),
    ("91", "9140", "Hyderabad Local, Andhra Pradesh", "Hyderabad", "TS",
     "described with the state it left in 2014"),
    ("91", "91771", "Raipur, Madhya Pradesh", "Raipur", "CG", "the state it left in 2000"),
    ("91", "91840", "Tekkali, Andhra Pradesh", "Tekkali", "", "the area mixes both states"),
    ("91", "9111", "New Delhi", "New Delhi", "DL", "a town that tells its territory"),
    ("54", "5411", "Buenos Aires", "Buenos Aires", "", "city or province"),
    ("54", "542362", "Junín, Buenos Aires", "Junín", "B", "a town of the province"),
    ("49", "49371", "Chemnitz Sachsen", "Chemnitz", "SN", "a land as last word"),
    ("49", "493596", "Neustadt in Sachsen", "Neustadt in Sachsen", "SN", "a land within the name"),
    ("49", "4933", "Golzow bei Brandenburg", "Golzow bei Brandenburg", "", "near a town"),
    ("49", "492041", "Bottrop-Kirchhellen", "Bottrop-Kirchhellen", "", "no land is told"),
    ("44", "441229", "Barrow-in-Furness/Millom", "Barrow-in-Furness/Millom", "",
     "two towns share an area"),
    ("33", "33248", "Bourbon-lArchambault", "Bourbon-l'Archambault", "", "a lost apostrophe"),
    ("34", "34969", "Cuenca", "Cuenca", "CM", "a province tells its community"),
    ("61", "61262", "Canberra", "Canberra", "ACT", "the capital tells its territory"),
    ("61", "61261", "Queanbeyan", "Queanbeyan", "NSW", "across the border from Canberra"),
    ("61", "61260", "Wodonga", "Wodonga", "", "an area on both sides of the Murray"),
    ("61", "61362", "Fingal", "Fingal", "TAS", "03 6 is Tasmania"),
    ("380", "38044", "Drabiv, Cherkasy", "Drabiv", "", "a region whose code is not kept"),
    ("595", "59521", "General  Diaz", "General Diaz", "", "a doubled space"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "prefix", "description", "name", "state", "reason"), FORMS)
def test_each_countrys_form_gives_town_and_state(
    code: str, prefix: str, description: str, name: str, state: str, reason: str
) -> None:
    assert Naming.reviewed().name(code, prefix, description) == (name, state), reason


@pytest.mark.parametrize(
    ("code", "states"),
    [("1", 65), ("34", 17), ("52", 32), ("54", 23), ("55", 27), ("81", 47), ("86", 31)],
)
def test_every_state_that_descriptions_name_has_a_code(code: str, states: int) -> None:
    country = json.loads(SUBDIVISIONS.read_text(encoding="utf-8"))["countries"][code]
    assert len(set(country["regions"].values())) == states


def test_the_reviewed_data_says_its_source_and_day_and_holds_only_subdivision_codes() -> None:
    table = json.loads(SUBDIVISIONS.read_text(encoding="utf-8"))
    assert table["source"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", table["reviewed"])
    for code, country in table["countries"].items():
        told = [country.get(key, {}) for key in ("regions", "towns", "prefixes", "last_word")]
        codes = {state for group in told for state in group.values()}
        codes |= {s for area in country.get("split_regions", {}).values() for s in area.values()}
        assert all(re.fullmatch(r"[A-Z0-9]{0,3}", state) for state in codes), code
        for prefixes in [country.get("prefixes", {}), *country.get("split_regions", {}).values()]:
            assert all(prefix.startswith(code) for prefix in prefixes), code
