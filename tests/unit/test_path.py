"""How complete a learning path is: the same cells everywhere, a quarter of an hour, and means over residents."""

from dataclasses import replace

import pandas as pd
import pytest

from pipelines import completeness
from pipelines.catalogue import load
from pipelines.measures import path

EVERY = load()
CHILD = "path_child_walk"
CATALOGUE = replace(EVERY, indicators={n: EVERY.indicators[n] for n in (CHILD, "path_adult_bike")})
AREA = pd.DataFrame(
    [
        ("NL00", "land", None, None, 40_000),
        ("GM0001", "gemeente", "NL00", "GM0001", 20_000),
        ("GM0002", "gemeente", "NL00", "GM0002", 20_000),
        ("WK000100", "wijk", "GM0001", "GM0001", 20_000),
        ("WK000200", "wijk", "GM0002", "GM0002", 20_000),
        ("BU00010000", "buurt", "WK000100", "GM0001", 5_000),
        ("BU00010001", "buurt", "WK000100", "GM0001", 15_000),
        ("BU00010002", "buurt", "WK000100", "GM0001", 0),
        ("BU00020000", "buurt", "WK000200", "GM0002", 20_000),
    ],
    columns=["code", "level", "parent", "municipality", "population"],
).assign(year=2024)
SOURCE = {"primary_school": "duo_schools", "secondary_school": "duo_schools", "library": "osm_places"}
KINDS = ("primary_school", "secondary_school", "meeting_place", "public_building", "sports_building", "library")
ONE_KIND = EVERY.completeness["osm_places"].model_copy(update={"least_kinds": 1})  # the libraries here are all it has
COVERING = replace(EVERY, completeness={**EVERY.completeness, "osm_places": ONE_KIND})
Minutes = dict[str, tuple[float, ...]]
MINUTES: Minutes = {  # on foot, by kind as in KINDS
    "BU00010000": (5, 1, 15.0, 20, 16, 1),
    "BU00010001": (5, 1, 20, 14.9, 2, 1),
    "BU00010002": (1, 1, 1, 1, 1, 1),
    "BU00020000": (15.1, 1, 16, 17, 40, 1),
}


def tables(minutes: Minutes, everywhere: bool = False) -> dict[str, pd.DataFrame]:
    """Enough places for every source to cover both municipalities; OpenStreetMap only the first, or both."""
    place = pd.DataFrame(
        [
            (kind, SOURCE.get(kind, "kiesraad_places"), buurt)
            for kind in KINDS
            for buurt in ("BU00010000", "BU00020000")
            for _ in range(20)
            if kind != "library" or everywhere or buurt == "BU00010000"
        ],
        columns=["kind", "source", "area"],
    )
    rows = [
        ("kind", kind, mode, step_free, area, time / faster)
        for area, times in minutes.items()
        for kind, time in zip(KINDS, times, strict=True)
        for mode, faster in (("walk", 1), ("bike", 3.125))
        for step_free in (False, True)
    ]
    access = pd.DataFrame(rows, columns=["scheme", "term", "mode", "step_free", "area", "minutes"])
    access["minutes"] = access["minutes"].where(~access["step_free"], 0.0)  # of those with a step-free entrance only
    larger = access.assign(area="GM0001", minutes=0.0)
    domain = access.assign(scheme="domain", term="leisure", minutes=0.0)
    return {
        "area": AREA,
        "place": place,
        "completeness": completeness.find(AREA, place, COVERING),
        "access": pd.concat([access, larger, domain], ignore_index=True),
    }


def shares(minutes: Minutes, everywhere: bool = False, name: str = CHILD) -> dict[str, float]:
    found = path.measure(tables(minutes, everywhere), CATALOGUE)["observation"]
    assert set(found["status"]) == {"estimated"}
    assert set(found["area_year"]) == {2024}
    assert not found.duplicated(["indicator", "area", "period"]).any()
    return found[found["indicator"] == name].set_index("area")["value"].to_dict()


def test_a_share_is_of_the_cells_with_a_place_within_a_quarter_of_an_hour() -> None:
    found = shares(MINUTES)
    assert found["BU00010000"] == pytest.approx(100 * 2 / 3)  # school and meeting place, at 15 minutes; no sport
    assert found["BU00010001"] == pytest.approx(100)  # of two kinds of one cell the nearest
    assert found["BU00020000"] == 0  # 15.1 is beyond


def test_by_bicycle_it_is_nearer_and_another_age_has_other_cells() -> None:
    found = shares(MINUTES, name="path_adult_bike")  # no school: meeting and sport
    assert found["BU00020000"] == 100
    assert shares({**MINUTES, "BU00020000": (1, 1, 1, 1, 47, 1)}, name="path_adult_bike")["BU00020000"] == 50


def test_a_larger_area_has_the_mean_over_its_residents() -> None:
    found = shares(MINUTES)
    mean = (5_000 * 200 / 3 + 15_000 * 100) / 20_000
    assert found["WK000100"] == found["GM0001"] == pytest.approx(mean)
    assert found["WK000200"] == found["GM0002"] == 0
    assert found["NL00"] == pytest.approx(mean / 2)


def test_where_nobody_lives_there_is_no_figure_and_no_weight() -> None:
    assert "BU00010002" not in shares(MINUTES)
    nobody = {**MINUTES, "BU00010002": (60.0,) * 6}
    assert shares(nobody) == shares(MINUTES)


def test_a_kind_that_is_not_known_in_the_whole_country_is_no_cell() -> None:
    far = {area: (*times[:5], 60) for area, times in MINUTES.items()}
    assert shares(far) == shares(MINUTES)
    assert shares(MINUTES, everywhere=True)["BU00010000"] == pytest.approx(100 * 3 / 4)
    assert shares(far, everywhere=True)["BU00010000"] == pytest.approx(100 * 2 / 4)


def test_where_a_cell_is_not_known_there_is_no_share_of_fewer_cells() -> None:
    given = tables(MINUTES)
    access = given["access"]
    unknown = access[(access["area"] != "BU00010001") | (access["term"] != "sports_building")]
    found = path.measure({**given, "access": unknown}, CATALOGUE)["observation"].set_index("indicator").loc[CHILD]
    assert "BU00010001" not in set(found["area"])
    assert found.set_index("area")["value"]["WK000100"] == pytest.approx(200 / 3)


def test_every_path_of_the_catalogue_is_of_an_age_and_a_way_of_travelling_and_is_told_apart() -> None:
    columns = [i.column.split(".") for i in EVERY.of_source("path")]
    assert sorted(columns) == sorted([age, mode] for age in EVERY.audiences["age"] for mode in ("walk", "bike"))
