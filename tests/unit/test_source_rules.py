"""Rules of sources that the recorded answers do not show: the shapes that only the live endpoints have."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines import catalogue, source
from pipelines.sources import cbs_wijken, iv3_culture, kiesraad_places, wikidata_venues

PAYLOADS = Path(__file__).parent.parent / "payloads"


def tidied(module: Any, payloads: dict[str, Any], table: str) -> pd.DataFrame:
    name = module.__name__.rsplit(".", 1)[-1]
    df: pd.DataFrame = module.tidy(payloads, catalogue.load().of_source(name))[table]
    return df


def test_the_share_of_higher_education_is_computed_from_the_counts_of_statline() -> None:
    payloads = source.load_payloads(PAYLOADS / "cbs_wijken")
    properties = payloads["85318NED/DataProperties"]["value"]
    properties[:] = [p for p in properties if p["Title"] != cbs_wijken.HIGHER]
    for at, level in enumerate(("laag", "middelbaar", "hoog"), 64):
        key = f"Opleidingsniveau{level.title()}_{at}"
        properties.append({"ID": at, "ParentID": None, "Key": key, "Title": f"Opleidingsniveau {level}"})
        for row in payloads["85318NED/TypedDataSet/0"]["value"]:
            row[key] = {"laag": 20, "middelbaar": 30, "hoog": 150}[level]
    observation = tidied(cbs_wijken, payloads, "observation").set_index("indicator")["value"]
    assert set(observation["higher_education_share"]) == {75.0}


def binding(item: str, label: str, **more: str) -> dict[str, Any]:
    cells = {"item": item, "itemLabel": item, "coord": "Point(4.5 51.9)", "typeLabel": label, **more}
    return {name: {"value": value} for name, value in cells.items()}


def test_rows_per_class_are_one_venue_and_closed_ones_and_unknown_classes_are_left_out() -> None:
    bindings = [
        binding("Q1", "bioscoop"),
        binding("Q1", "museum"),
        binding("Q2", "museum", dissolved="1940-05-14T00:00:00Z"),
        binding("Q3", "koffiehuis"),
    ]
    place = tidied(wikidata_venues, {"venues": {"results": {"bindings": bindings}}}, "place")
    assert place[["id", "kind"]].to_numpy().tolist() == [["wikidata_venues:Q1", "museum"]]
    assert place["name"].isna().all()  # a label that is only the number is no name


@pytest.mark.parametrize(
    ("name", "purposes", "kind"),
    [
        ("Raadhuis", "gezondheidszorgfunctie", "town_hall"),
        ("De Brink", "BIJEENKOMSTFUNCTIE,Gezondheidszorgfunctie", "care_building"),
        ("De Brink", "winkelfunctie/bijeenkomstfunctie", "meeting_place"),
        ("De Brink", "sportfunctie, onderwijsfunctie", "school_building"),
        ("De Brink", "sportfunctie", "sports_building"),
        ("De Brink", "", "public_building"),
    ],
)
def test_the_first_purpose_in_order_decides_the_kind(name: str, purposes: str, kind: str) -> None:
    assert kiesraad_places._kind(name, purposes) == kind


def test_swapped_coordinates_are_put_right_and_the_newest_election_says_what_an_address_is() -> None:
    payloads = source.load_payloads(PAYLOADS / "kiesraad_places")
    old = next(p for n, p in payloads.items() if "provinciale" in n and n.endswith("/0"))["result"]["records"]
    new = next(p for n, p in payloads.items() if "tweede" in n and n.endswith("/0"))["result"]["records"]
    old.append({**new[0], "Naam stembureau": "An older name"})
    new[0]["Latitude"], new[0]["Longitude"] = new[0]["Longitude"], new[0]["Latitude"]
    place = tidied(kiesraad_places, payloads, "place").set_index("name")
    assert "An older name" not in place.index
    assert place.loc[new[0]["Naam stembureau"], "lat"] > 50


def test_amounts_that_are_no_longer_in_thousands_are_refused() -> None:
    payloads = source.load_payloads(PAYLOADS / "iv3_culture")
    for row in payloads["45063NED/TypedDataSet/0"]["value"]:
        row["k_2ePlaatsing_2"] = (row["k_2ePlaatsing_2"] or 1) * 1000
    with pytest.raises(ValueError, match="still in thousands"):
        tidied(iv3_culture, payloads, "observation")


def test_the_second_placing_corrects_the_first_where_there_is_one() -> None:
    payloads = source.load_payloads(PAYLOADS / "iv3_culture")
    before = tidied(iv3_culture, payloads, "observation")
    swapped = json.loads(
        json.dumps(payloads).replace("k_2ePlaatsing_2", "k_9").replace("k_1ePlaatsing_1", "k_2ePlaatsing_2")
    )
    first_only = json.loads(json.dumps(swapped).replace("k_9", "k_1ePlaatsing_1"))
    for table in ("45063NED", "45067NED", "45071NED"):
        first_only[f"{table}/DataProperties"] = payloads[f"{table}/DataProperties"]
    pd.testing.assert_frame_equal(tidied(iv3_culture, first_only, "observation"), before)
