"""Figures that cannot both be so are found, and those that can are not."""

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.build import contradictions

AREA = pd.DataFrame(
    [
        ("GM0001", "gemeente", "Stad", None, 1000),
        ("WK000101", "wijk", "Noord", "GM0001", 600),
        ("WK000102", "wijk", "Zuid", "GM0001", 400),
        ("WK000103", "wijk", "Haven", "GM0001", 0),
        ("BU00010101", "buurt", "Noordoost", "WK000101", 600),
    ],
    columns=["code", "level", "name", "parent", "population"],
)
ACCESS = pd.DataFrame(columns=["area", "kind", "metres"])
TIE = pd.DataFrame(columns=["kind", "a", "b", "period"])


def found(
    *figures: tuple[str, str, str, float], access: pd.DataFrame = ACCESS, tie: pd.DataFrame = TIE
) -> list[tuple[object, ...]]:
    observation = pd.DataFrame(figures, columns=["indicator", "area", "period", "value"])
    rows = contradictions.find(AREA, observation, access, tie, catalogue.load())
    told = rows[["kind", "name", "period", "value", "other"]].astype(object)
    return [tuple(r) for r in told.where(told.notna(), None).to_numpy()]


@pytest.mark.parametrize(
    ("whole", "parts", "other"),
    [
        (50.0, (40.0, 60.0), None),
        (
            60.5,
            (40.0, 60.0),
            None,
        ),  # one of 200 residents more is within what counts are rounded to
        (65.0, (40.0, 60.0), 60.0),
        (30.0, (40.0, 60.0), 40.0),
        (65.0, (40.0, None), None),  # the other part may be higher
    ],
)
def test_a_share_lies_between_those_of_its_inhabited_parts(
    whole: float, parts: tuple[float, float | None], other: float | None
) -> None:
    rows = [("lonely_share", "GM0001", "2020", whole)]
    rows += [
        ("lonely_share", f"WK00010{n}", "2020", p) for n, p in enumerate(parts, 1) if p is not None
    ]
    assert found(*rows) == ([("parts", "Stad", "2020", whole, other)] if other else [])


@pytest.mark.parametrize(("whole", "told"), [(1000.0, False), (1010.0, False), (1011.0, True)])
def test_residents_are_those_of_the_parts_together_but_for_rounding(
    whole: float, told: bool
) -> None:
    rows = [("population", "GM0001", "2024", whole), ("population", "WK000101", "2024", 600.0)]
    rows += [("population", "WK000102", "2024", 400.0)]
    assert found(*rows) == ([("parts", "Stad", "2024", whole, 1000.0)] if told else [])


@pytest.mark.parametrize(
    ("published", "ours", "told"),
    [(1.0, 1.0, False), (1.0, 2.4, True), (0.2, 1.1, False), (5.0, 1.0, True)],
)
def test_two_distances_to_school_that_are_far_apart(
    published: float, ours: float, told: bool
) -> None:
    rows = [
        ("BU00010101", "primary_school", 1_000 * ours),
        ("BU00010101", "secondary_school", 9_000.0),
    ]
    access = pd.DataFrame(rows, columns=["area", "kind", "metres"])
    answer = found(("distance_primary_school_km", "BU00010101", "2024", published), access=access)
    assert answer == ([("distance", "Noordoost", "2024", published, ours)] if told else [])


def test_a_site_with_pupils_that_no_register_has() -> None:
    tie = pd.DataFrame(
        [
            ("pupil_flow", "postcode:1011", "duo_schools:01AA00", "2024"),
            ("pupil_flow", "postcode:1012", "duo_schools:01AA00", "2024"),
            ("pupil_flow", "postcode:1012", "duo_schools:02BB00-1011AB-1", "2024"),
        ],
        columns=TIE.columns,
    )
    assert found(tie=tie) == [("school", "01AA00", "2024", 2, None)]


def test_a_jump_between_waves_is_told_by_what_other_areas_did() -> None:
    area = pd.DataFrame({"code": [f"BU{n:08}" for n in range(40)], "level": "buurt"})
    area = area.assign(name=area["code"], parent=None, population=0)
    steps = [3 + n % 3 for n in range(39)] + [33]
    rows = [("lonely_share", a, "2016", 40.0) for a in area["code"]]
    rows += [
        ("lonely_share", a, "2020", 40.0 + s) for a, s in zip(area["code"], steps, strict=True)
    ]
    observation = pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])
    told = contradictions.find(area, observation, ACCESS, TIE, catalogue.load())
    assert told[
        ["kind", "area", "period", "value", "other", "other_period"]
    ].to_numpy().tolist() == [["waves", "BU00000039", "2020", 73.0, 40.0, "2016"]]
