"""Every source, found by listing: what `tidy` makes of answers recorded from its publisher.

`tests/payloads/<source>/` is a snapshot folder, cut by hand to a few rows. A source without one
fails here.
"""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import snapshot, source

PAYLOADS = Path(__file__).parent.parent / "payloads"
LEVEL_OF = {"NL": "land", "PV": "provincie", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}
LICENCES = {"CC-BY-4.0", "CC0-1.0", "ODbL-1.0", "none-stated", "source-named", "facts-quoted"}

# read by eye from the publisher's own rows: (table, what picks one row, what that row says)
KNOWN: dict[str, list[tuple[str, dict[str, Any], dict[str, Any]]]] = {
    "amsterdam_subsidies": [
        (
            "tie",
            {"scheme": "Eenmalige Initiatieven SD Zuidoost"},
            {
                "a": "amsterdam_subsidies:Gemeente Amsterdam, stadsdeel Zuidoost",
                "b": "amsterdam_subsidies:Coöperatieve Vriendenhuizen Nederland B.A.",
                "weight": 3_500,
                "period": "2016",
                "status": "measured",
            },
        ),
        (
            "tie",
            {"b": "amsterdam_subsidies:Stichting Koninklijk Concertgebouworkest"},
            {"weight": 6_479_155},
        ),
        # V.o.f. in one row and V.O.F. in the other
        (
            "tie",
            {
                "scheme": "Subsidieregeling aanschaf elektrische bestelauto voor gebruik in Amsterdam"
            },
            {
                "b": "amsterdam_subsidies:Small World Catering V.o.f.",
                "weight": 5_500,
                "period": "2018",
            },
        ),
        ("actor", {"name": "Small World Catering V.o.f."}, {"domain": None}),
        # of its money 10,000 is for participation, 1,301,223 for culture and the rest for no domain
        (
            "actor",
            {"name": "Stichting Bijlmer Parktheater"},
            {"domain": "leisure", "area": "GM0363"},
        ),
        ("actor", {"name": "Gemeente Amsterdam, stadsdeel Zuidoost"}, {"domain": "policy"}),
    ],
    "cbs_former_areas": [
        (
            "former",
            {"code": "WK076201", "year": 2022},
            {"name": "Wijk 01 Vlierden", "population": 1460},
        ),
        (
            "former",
            {"code": "WK076201", "year": 2016},
            {"name": "Wijk 01 Vlierden", "population": None},
        ),
    ],
    "cbs_kwb": [
        ("area", {"code": "NL00"}, {"level": "land", "population": 17_942_942}),
        (
            "area",
            {"code": "BU05990110"},
            {"name": "Stadsdriehoek", "municipality": "GM0599", "population": 20_440},
        ),
        ("observation", {"area": "GM0599", "indicator": "children_share"}, {"value": 101_198}),
        (
            "observation",
            {"area": "GM1680", "indicator": "distance_primary_school_km"},
            {"value": 1.2},
        ),
        ("alias", {"area": "BU05990110"}, {"name": "3011", "kind": "postcode"}),
    ],
    "cbs_proximity": [
        (
            "observation",
            {"area": "NL00", "indicator": "distance_library_km", "period": "2023"},
            {"value": 2.0},
        ),
        (
            "observation",
            {"area": "BU03440112", "indicator": "distance_library_km", "period": "2023"},
            {"value": 0.4},
        ),
        (
            "observation",
            {"area": "NL00", "indicator": "distance_cinema_km", "period": "2023"},
            {"value": 6.5},
        ),
        (
            "observation",
            {"area": "NL00", "indicator": "museums_within_5_km", "period": "2023"},
            {"value": None},
        ),
        (
            "observation",
            {"area": "BU03440112", "indicator": "museums_within_5_km", "period": "2019"},
            {"value": 9.0, "area_year": 2019, "area_name": "Oog in Al"},
        ),
        (
            "observation",
            {"area": "NL00", "indicator": "distance_museum_km", "period": "2019"},
            {"value": 3.9},
        ),
        (
            "observation",
            {"area": "PV20", "indicator": "distance_library_km", "period": "2006"},
            {"value": 1.6, "area_year": 2006, "area_name": "Groningen (PV)"},
        ),
    ],
    "cbs_regions": [
        ("province", {"municipality": "GM1680"}, {"province": "Drenthe"}),
        (
            "province",
            {"municipality": "GM0599"},
            {"code": "PV28", "province": "Zuid-Holland"},
        ),
    ],
    "cbs_wijken": [
        (
            "observation",
            {"area": "WK168000", "indicator": "employed_share"},
            {"value": 65, "area_year": 2022},
        ),
        ("observation", {"area": "WK168000", "indicator": "lowest_incomes_share"}, {"value": 37.8}),
        (
            "observation",
            {"area": "WK168000", "indicator": "highest_incomes_share"},
            {"value": 21.2},
        ),
        ("observation", {"area": "WK168000", "indicator": "higher_education_share"}, {"value": 35}),
    ],
    "culture_coaches": [
        (
            "observation",
            {"period": "2022", "indicator": "culture_coaches_fte"},
            {"value": 640, "area": "NL00"},
        ),
        (
            "observation",
            {"period": "2022", "indicator": "municipalities_with_coach"},
            {"value": 276},
        ),
        (
            "tie",
            {"a": "culture_coaches:arts_and_culture"},
            {
                "b": "culture_coaches:primary_education",
                "weight": 94,
                "period": "2022",
                "status": "measured",
            },
        ),
        (
            "actor",
            {"id": "culture_coaches:primary_education"},
            {"name": "primary education", "domain": "education", "area": "NL00"},
        ),
        ("actor", {"id": "culture_coaches:sport_and_exercise"}, {"domain": "leisure"}),
    ],
    "duo_pupils": [
        (
            "tie",
            {"a": "postcode:3533"},
            {
                "b": "duo_schools:06OY00",
                "weight": 472,
                "low": 472,
                "high": 472,
                "status": "measured",
            },
        ),
        # -1
        (
            "tie",
            {"a": "postcode:3069"},
            {"weight": None, "low": 1, "high": 4, "status": "suppressed"},
        ),
        # So -1, Vso -1
        (
            "tie",
            {"a": "postcode:3354"},
            {"b": "duo_schools:00KK00", "weight": None, "low": 2, "high": 8},
        ),
        # So empty, Vso -1
        (
            "tie",
            {"a": "postcode:2957"},
            {"weight": None, "low": None, "high": None, "status": "missing"},
        ),
        (
            "tie",
            {"a": "postcode:3081"},
            {"b": "duo_schools:16WZ00", "status": "missing", "period": "2024"},
        ),
    ],
    "duo_schools": [
        (
            "place",
            {"id": "duo_schools:00AH00-7522GK-30"},
            {"kind": "secondary_school", "lat": 52.2337365},
        ),
        # two locations at one number, told apart by the addition
        ("place", {"id": "duo_schools:10TH00-9471PS-97a"}, {"lat": 53.081478, "lon": 6.6694605}),
        (
            "place",
            {"id": "duo_schools:10TH00-9471PS-97A"},
            {"kind": "primary_school", "step_free": None, "address": "9471PS-97"},
        ),
    ],
    "iv3_culture": [
        # Groningen 2023, 5.3: 5,781 salaries and 31,421 other expenditure, in thousands of euros
        (
            "observation",
            {"area": "GM0014", "indicator": "spending_performing_arts"},
            {"value": 37_202_000},
        ),
        (
            "observation",
            {"area": "GM0014", "indicator": "budget_culture", "period": "2024"},
            {"value": 60_308_000},
        ),
        # revenue of its four fields of culture: 14,693, 1,355, 57 and 73; expenditure 59,996
        (
            "observation",
            {"area": "GM0014", "indicator": "revenue_culture"},
            {"value": 16_178_000, "period": "2023"},
        ),
        ("observation", {"area": "GM0014", "indicator": "net_cost_culture"}, {"value": 43_818_000}),
        # 5.3 alone: 37,202 less 14,693
        (
            "observation",
            {"area": "GM0014", "indicator": "net_cost_performing_arts"},
            {"value": 22_509_000},
        ),
        # 5.1 and 5.2: 2,165 and 27,929
        ("observation", {"area": "GM0014", "indicator": "spending_sport"}, {"value": 30_094_000}),
        (
            "observation",
            {"area": "GM0014", "indicator": "spending_community_work"},
            {"value": 42_143_000},
        ),
        (
            "observation",
            {"area": "GM0014", "indicator": "spending_education_policy"},
            {"value": 24_787_000},
        ),
        (
            "observation",
            {"area": "GM1961", "indicator": "budget_culture", "period": "2024"},
            {"value": None},
        ),
        (
            "observation",
            {"area": "GM0310", "indicator": "budget_culture", "period": "2025"},
            {"value": None},
        ),
    ],
    "kiesraad_places": [
        (
            "place",
            {"name": "Gemeentehuis"},
            {"kind": "town_hall", "lon": 7.008294, "step_free": True},
        ),
        (
            "place",
            {"name": "MFC De Binding"},
            {
                "kind": "community_centre",
                "lat": 53.106312,
                "address": "9665HT-4",
                "period": "2023-11-22",
            },
        ),
        # of the older election alone
        (
            "place",
            {"name": "Dorpshuis de Trefkoel"},
            {"kind": "community_centre", "address": "9462RH-6", "period": "2023-03-15"},
        ),
        ("place", {"name": "Brede school De Groenling"}, {"kind": "school_building"}),
        ("place", {"name": "Verzorgingscentrum Hendrik Kok"}, {"kind": "care_building"}),
    ],
    "national_surveys": [
        ("survey", {"subgroup": "4-8 (4 to 9)"}, {"value": 58, "indicator_text": "library member"}),
        (
            "observation",
            {"indicator": "museums_reach_share"},
            {"value": 49, "period": "2012", "area": "NL00"},
        ),
        ("observation", {"indicator": "arts_clubs_share"}, {"value": 11, "period": "2023"}),
    ],
    "osm_places": [
        (
            "place",
            {"id": "osm_places:relation/3576907"},
            {
                "name": "Koninklijke Schouwburg",
                "kind": "theatre",
                "lon": 4.3158975,
                "period": "2021-11-01",
            },
        ),
        ("place", {"id": "osm_places:way/1043467"}, {"kind": "park", "lat": 52.338177}),
        ("place", {"id": "osm_places:node/27406162"}, {"kind": "museum", "period": "2025-12-24"}),
    ],
    "pdok_areas": [
        ("outline", {"code": "GM0473"}, {"name": "Zandvoort", "level": "gemeente", "year": 2024})
    ],
    "rce_museums": [
        (
            "place",
            {"id": "rce_museums:1"},
            {"name": None, "kind": "museum", "lon": 3.386201, "lat": 51.308853},
        ),
    ],
    "rivm_health": [
        (
            "observation",
            {"area": "NL00", "indicator": "lonely_share", "period": "2020"},
            {"value": 47.0, "area_name": "Nederland"},
        ),
        # another wave, on the same areas
        (
            "observation",
            {"area": "GM0599", "indicator": "lonely_share", "period": "2012"},
            {"value": 49.3, "area_year": 2020},
        ),
        (
            "observation",
            {"area": "NL00", "indicator": "volunteers_share", "period": "2016"},
            {"value": 28.9},
        ),
        (
            "observation",
            {"area": "BU05990111", "indicator": "lonely_share", "period": "2020"},
            {"value": 58.0, "area_name": None},
        ),
        (
            "observation",
            {"area": "NL00", "indicator": "control_over_life_share", "period": "2020"},
            {"value": 90.1},
        ),
        # of 65 and over the newest wave alone
        (
            "observation",
            {"area": "GM0599", "indicator": "volunteers_65_share"},
            {"value": 18.7, "period": "2020"},
        ),
    ],
    "rivm_young_adults": [
        (
            "observation",
            {"area": "NL00", "indicator": "young_weekly_sports_share"},
            {"value": 74.2, "period": "2024", "area_year": 2024, "status": None},
        ),
        (
            "observation",
            {"area": "GM0599", "indicator": "young_money_worries_share"},
            {"value": 37.3},
        ),
        (
            "observation",
            {"area": "GM1714", "indicator": "young_lonely_share"},
            {"value": 59.8, "area_name": "Sluis"},
        ),
        # too few answered
        (
            "observation",
            {"area": "GM1714", "indicator": "young_someone_to_turn_to_share"},
            {"value": None, "status": "suppressed"},
        ),
    ],
    "rotterdam_wijkprofiel": [
        (
            "survey",
            {
                "subgroup": "OudMathenesse/Witte Dorp",
                "indicator_text": "clubs_share",
                "period": "2014",
            },
            {"value": 22.967, "dimension": "wijk"},
        ),
        (
            "observation",
            {"area": "BU05991571", "indicator": "cultural_facilities_share", "period": "2014"},
            {"value": 32.6482, "area_name": "Tarwewijk"},
        ),
        (
            "observation",
            {"area": "GM0599", "indicator": "festivals_share", "period": "2016"},
            {"value": 76.0722},
        ),
        (
            "observation",
            {"area": "BU05991571", "indicator": "at_home_share", "period": "2016"},
            {"value": 45.2405},
        ),
        (
            "observation",
            {"area": "GM0599", "indicator": "enough_for_youth_share", "period": "2014"},
            {"value": 31.7163},
        ),
        (
            "observation",
            {"area": "BU05991571", "indicator": "enough_places_worship_share", "period": "2014"},
            {"value": 68.0621},
        ),
    ],
    "wikidata_venues": [
        ("place", {"id": "wikidata_venues:Q13439237"}, {"kind": "library", "lat": 51.92112}),
        (
            "place",
            {"id": "wikidata_venues:Q1843049"},
            {"kind": "theatre", "name": "Prinses Theater"},
        ),
    ],
}
ABSENT = {  # what the recorded answers hold and the tables must not
    "amsterdam_subsidies": (
        "tie",
        "scheme",
        ["Bijzondere subsidieverordening ondersteuning mantelzorg en vrijwilligerswerk"],  # refused
    ),
    "duo_pupils": ("tie", "a", ["postcode:40"]),  # a home that is not known
    "kiesraad_places": ("place", "name", ["Sunny Valley Youth Center", "Stembureau Mobiel 1"]),
    "rotterdam_wijkprofiel": (
        "observation",
        "area_name",
        ["OudMathenesse/Witte Dorp", "Rotterdam Centrum"],
    ),
    "wikidata_venues": ("place", "name", ["Theater Zuidplein", "Café de Unie"]),
    "pdok_areas": ("outline", "code", ["GM0998"]),
    "rce_museums": ("place", "id", ["rce_museums:25"]),  # at the position of 24
}


@pytest.fixture(params=catalogue.source_names())
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_a_source_makes_of_recorded_answers_what_it_must(name: str) -> None:
    described = source.module(name).SOURCE
    assert [f.name for f in fields(described) if not getattr(described, f.name)] == []
    assert described.licence in LICENCES
    assert described.url.startswith("https://")
    assert (source.module(name).__doc__ or "").strip()

    folder = PAYLOADS / name
    assert (folder / "manifest.json").exists(), f"no recorded payload in tests/payloads/{name}"
    cat = catalogue.load()
    tables = source.tidied(name, cat, folder)
    if "observation" in tables:
        check_observations(tables["observation"], name, cat)
    if "place" in tables:
        assert set(tables["place"]["kind"]) <= set(cat.kinds)
        assert tables["place"]["id"].str.startswith(f"{name}:").all()
        assert str(tables["place"]["step_free"].dtype) == "boolean"
    if "tie" in tables:
        check_ties(tables["tie"], cat)
    for table, pick, says in KNOWN[name]:
        row = one_row(tables[table], pick)
        assert {k: None if pd.isna(row[k]) else row[k] for k in says} == pytest.approx(says)
    if name in ABSENT:
        table, column, values = ABSENT[name]
        assert set(tables[table][column]) & set(values) == set()


def check_observations(df: pd.DataFrame, name: str, cat: catalogue.Catalogue) -> None:
    assert set(df["indicator"]) == {i.id for i in cat.of_source(name)}
    assert (
        df["area"]
        .str.fullmatch("NL00|PV[0-9]{2}|GM[0-9]{4}|WK[0-9]{4}[0-9A-Z]{2}|BU[0-9]{4}[0-9A-Z]{4}")
        .all()
    )
    allowed = df["indicator"].map({i.id: i.levels for i in cat.of_source(name)})
    assert [
        a for a, levels in zip(df["area"], allowed, strict=True) if LEVEL_OF[a[:2]] not in levels
    ] == []
    assert pd.api.types.is_numeric_dtype(df["value"])
    assert pd.api.types.is_integer_dtype(df["area_year"])
    assert {type(period) for period in df["period"]} == {str}


def check_ties(df: pd.DataFrame, cat: catalogue.Catalogue) -> None:
    assert set(df["kind"]) <= set(cat.ties)
    masked, missing = df["status"] == "suppressed", df["status"] == "missing"
    assert set(df["status"]) <= {"measured", "suppressed", "missing"}
    assert (df["weight"].isna() == masked | missing).all()
    if masked.any():
        assert (df["low"] < df["high"])[masked].all()
    if missing.any():
        assert df[["low", "high"]][missing].isna().all(axis=None)


def one_row(df: pd.DataFrame, pick: dict[str, Any]) -> pd.Series:
    for column, value in pick.items():
        df = df[df[column] == value]
    assert len(df) == 1, f"{len(df)} rows for {pick}"
    return df.iloc[0]


def test_tidy_is_pure(name: str) -> None:
    payloads = snapshot.load_payloads(PAYLOADS / name)
    indicators = catalogue.load().of_source(name)
    first, second = (source.module(name).tidy(payloads, indicators) for _ in range(2))
    assert first.keys() == second.keys()
    for table, df in first.items():
        pd.testing.assert_frame_equal(df, second[table])


def test_recorded_answers_are_small_and_of_a_source_that_exists(name: str) -> None:
    assert [f.name for f in (PAYLOADS / name).iterdir() if f.stat().st_size >= 15_000] == []
    assert {f.name for f in PAYLOADS.iterdir()} == set(catalogue.source_names())
