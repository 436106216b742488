"""How far it is: nearest and within, the mean over residents, and never farther for one place more."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines import catalogue
from pipelines.measures import access

CATALOGUE = catalogue.load()
NEAREST, WITHIN = "walk_to_primary_school_min", "meeting_places_within_15_min"
ROWS = [
    ("NL00", "land", None, None, 600, None, None),
    ("GM0001", "gemeente", "NL00", "GM0001", 600, None, None),
    ("WK000100", "wijk", "GM0001", "GM0001", 400, None, None),
    ("WK000101", "wijk", "GM0001", "GM0001", 200, None, None),
    ("BU00010000", "buurt", "WK000100", "GM0001", 100, 5.00, 52.00),
    ("BU00010001", "buurt", "WK000100", "GM0001", 300, 5.02, 52.00),
    ("BU00010100", "buurt", "WK000101", "GM0001", 200, 5.10, 52.05),
    ("BU00010101", "buurt", "WK000101", "GM0001", 0, 5.11, 52.05),
    ("BU00010102", "buurt", "WK000101", "GM0001", 0, None, None),
]
AREA = pd.DataFrame(ROWS, columns=["code", "level", "parent", "municipality", "population", "lon", "lat"]).assign(
    year=2024
)
SPOTS = some.lists(some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)), min_size=1, max_size=20)


def places(spots: list[tuple[float, float]], *kinds: str) -> pd.DataFrame:
    rows = [(kind, lon, lat) for kind in kinds for lon, lat in spots]
    return pd.DataFrame(rows, columns=["kind", "lon", "lat"])


def measured(spots: list[tuple[float, float]]) -> pd.DataFrame:
    found = access.measure(AREA, pd.DataFrame(), places(spots, "primary_school", "meeting_place"), CATALOGUE)
    return found["observation"].set_index(["indicator", "area"])


def metres(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great circle, to compare with the projected distance."""
    (x, y), (u, v) = ((math.radians(c) for c in p) for p in (a, b))
    h = math.sin((v - y) / 2) ** 2 + math.cos(y) * math.cos(v) * math.sin((u - x) / 2) ** 2
    return 2 * 6_371_000 * math.asin(math.sqrt(h))


@given(SPOTS)
@settings(max_examples=40, deadline=None)
def test_nearest_and_within_by_hand(spots: list[tuple[float, float]]) -> None:
    value = measured(spots)["value"]
    for code, lon, lat in (("BU00010000", 5.00, 52.00), ("BU00010100", 5.10, 52.05)):
        minutes = [metres((lon, lat), s) * 1.3 / 80 for s in spots]
        assert value[NEAREST, code] == pytest.approx(min(minutes), rel=0.005, abs=0.05)
        sure, unsure = sum(m < 14.9 for m in minutes), sum(m < 15.1 for m in minutes)
        assert sure <= value[WITHIN, code] <= unsure


def test_a_district_and_the_country_have_the_mean_over_their_residents() -> None:
    value = measured([(5.0, 52.0)])["value"]
    near, middle, far = (value[NEAREST, c] for c in ("BU00010000", "BU00010001", "BU00010100"))
    assert near == pytest.approx(0, abs=0.01)
    assert value[NEAREST, "WK000100"] == pytest.approx((100 * near + 300 * middle) / 400)
    assert value[NEAREST, "WK000101"] == pytest.approx(far)
    assert value[NEAREST, "GM0001"] == pytest.approx((100 * near + 300 * middle + 200 * far) / 600)
    assert value[NEAREST, "NL00"] == pytest.approx(value[NEAREST, "GM0001"])


def test_where_nobody_lives_no_figure_is_given() -> None:
    found = measured([(5.0, 52.0)]).loc[NEAREST]
    assert set(found.loc[["BU00010101", "BU00010102"], "status"]) == {"not_applicable"}
    assert found.loc[["BU00010101", "BU00010102"], "value"].isna().all()
    assert set(found["status"].drop(["BU00010101", "BU00010102"])) == {"estimated"}


@given(SPOTS, some.tuples(some.floats(4.9, 5.2), some.floats(51.9, 52.1)))
@settings(max_examples=40, deadline=None)
def test_a_place_more_never_takes_anyone_farther(spots: list[tuple[float, float]], more: tuple[float, float]) -> None:
    before, after = measured(spots)["value"], measured([*spots, more])["value"]
    assert (after[NEAREST].dropna() <= before[NEAREST].dropna() + 1e-9).all()
    assert (after[WITHIN].dropna() >= before[WITHIN].dropna() - 1e-9).all()


@pytest.mark.parametrize("column", ["far primary_school", "nearest"])
def test_a_column_that_says_nothing_is_refused(column: str) -> None:
    wrong = CATALOGUE.indicators[NEAREST].model_copy(update={"column": column})
    broken = replace(CATALOGUE, indicators={NEAREST: wrong})
    with pytest.raises(ValueError, match=NEAREST):
        access.measure(AREA, pd.DataFrame(), places([(5.0, 52.0)], "primary_school"), broken)


def test_no_place_at_all_is_an_error_and_not_far_away() -> None:
    with pytest.raises(ValueError, match="no place of primary_school"):
        access.measure(AREA, pd.DataFrame(), places([(5.0, 52.0)], "library"), CATALOGUE)
