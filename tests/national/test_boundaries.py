"""Borders that moved between two years are found among the real outlines of all municipalities, and
no others.
"""

import json
from typing import Any

import duckdb
import httpx
import pandas as pd
import pytest
import shapely

from pipelines import catalogue
from pipelines.build import build, revision

pytestmark = pytest.mark.mirror
URL = "api.pdok.nl/cbs/gebiedsindelingen/ogc/v1/collections/gemeente_gegeneraliseerd/items"
SHORES = {
    "Schiermonnikoog",
    "Terschelling",
    "Kampen",
    "Dronten",
    "Enkhuizen",
    "Texel",
    "Hulst",
    "Lelystad",
}
SHORES |= {"Noardeast-Fryslân"}


def municipalities(mirror: str, year: int) -> pd.DataFrame:
    """Table area of the municipalities of a year."""
    rows: list[dict[str, Any]] = []
    at: str | None = f"{mirror}/{URL}?f=json&limit=1000&datetime={year}-07-01T00:00:00Z"
    while at:
        found = httpx.get(at, trust_env=False, timeout=60).raise_for_status().json()
        for f in found["features"]:
            shape = shapely.make_valid(shapely.from_geojson(json.dumps(f["geometry"])))
            code = f["properties"]["statcode"]
            rows.append(
                {
                    "code": code,
                    "name": f["properties"]["statnaam"],
                    "geometry": shapely.to_geojson(shape),
                }
            )
            rows[-1] |= {"year": year, "level": "gemeente", "municipality": code}
        at = next((link["href"] for link in found["links"] if link["rel"] == "next"), None)
    return pd.DataFrame(rows)


def moved(mirror: str, since: int, until: int) -> pd.DataFrame:
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS last_build")
        for database, year in (("last_build", since), ("memory", until)):
            con.execute(f"USE {database}")
            for table in ("area", "indicator", "observation", "change"):
                con.execute(f"CREATE TABLE {table} ({build.SCHEMA[table].definition})")
            build._insert(con, "area", municipalities(mirror, year))
        return revision.find(con, catalogue.load())


def test_the_borders_of_2023(mirror: str) -> None:
    """Weesp joined Amsterdam, three became Voorne aan Zee, and Gooise Meren lost a piece to
    Hilversum.
    """
    found = moved(mirror, 2022, 2023)
    assert sorted(found.loc[found["kind"] == "outline", "name"]) == [
        "Amsterdam",
        "Gooise Meren",
        "Hilversum",
    ]
    merged = found[found["kind"] == "merged"]
    assert dict(zip(merged["name"], merged["other"], strict=True)) == {
        "Weesp": "GM0363",
        "Brielle": "GM1992",
        "Hellevoetsluis": "GM1992",
        "Westvoorne": "GM1992",
    }
    assert list(found.loc[found["kind"] == "new", "name"]) == ["Voorne aan Zee"]
    assert len(found) == 8


def test_a_division_that_did_not_change_differs_in_its_shores_only(mirror: str) -> None:
    """The copy of 2024 is drawn anew: hardly a border is the same, and only along open water that
    is far off.
    """
    found = moved(mirror, 2023, 2024)
    assert set(found["kind"]) == {"outline"}
    assert set(found["name"]) <= SHORES | {"Ameland"}
