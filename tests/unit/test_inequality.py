"""Measures of inequality against PySAL's `inequality`; against published figures:
`test_proofs.py`.
"""

import hypothesis.extra.numpy as arrays
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some
from inequality.gini import Gini
from inequality.theil import Theil, TheilD
from scipy.stats import rankdata

from pipelines.catalogue import load
from pipelines.measures import inequality
from pipelines.methods.inequality import between, concentration, gini, place, relative_index, theil

FIGURE = "distance_library_km"
AMOUNTS = some.integers(2, 40).flatmap(
    lambda n: arrays.arrays(float, n, elements=some.integers(1, 50).map(float))
)


def ones(values: np.ndarray) -> np.ndarray:
    return np.ones(len(values))


@given(AMOUNTS)
def test_gini_and_theil_are_those_of_pysal(amounts: np.ndarray) -> None:
    assert gini(amounts, ones(amounts), amounts) == pytest.approx(Gini(amounts).g, abs=1e-9)
    assert theil(amounts, ones(amounts), amounts) == pytest.approx(Theil(amounts).T, abs=1e-9)
    group = np.arange(len(amounts)) % 3 * 1.0
    decomposed = TheilD(amounts, group)
    total = theil(amounts, ones(amounts), amounts)
    if total > 1e-9:
        assert between(amounts, ones(amounts), group) * total / 100 == pytest.approx(
            float(decomposed.bg[0]), abs=1e-9
        )


@given(AMOUNTS, some.integers(0, 2**32 - 1))
def test_an_area_of_so_many_residents_is_so_many_areas_of_one(
    amounts: np.ndarray, seed: int
) -> None:
    random = np.random.default_rng(seed)
    people = random.integers(1, 6, len(amounts))
    means, group = (
        random.integers(0, 9, len(amounts)) * 1.0,
        random.integers(0, 3, len(amounts)) * 1.0,
    )
    for what, by in (
        (gini, means),
        (theil, means),
        (concentration, means),
        (relative_index, means),
        (between, group),
    ):
        weighted = what(amounts, people * 1.0, by)
        repeated = np.repeat(np.arange(len(amounts)), people)
        plain = what(amounts[repeated], np.ones(len(repeated)), by[repeated])
        assert weighted == pytest.approx(plain, abs=1e-9, nan_ok=True)


@given(AMOUNTS, some.floats(0.1, 100), some.randoms(use_true_random=False))
def test_neither_the_unit_nor_the_order_matters(amounts: np.ndarray, factor: float, random) -> None:
    order = [*range(len(amounts))]
    random.shuffle(order)
    by = np.arange(len(amounts)) * 1.0
    for what in (gini, theil, concentration, relative_index):
        one, other = (
            what(amounts, ones(amounts), by),
            what(amounts[order] * factor, ones(amounts), by[order]),
        )
        assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


def test_a_straight_line_has_the_relative_index_of_its_ends() -> None:
    weight = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    at = place(np.arange(8.0), weight)
    assert relative_index(10 + 20 * at, weight, np.arange(8.0)) == pytest.approx(10 / 30)
    assert at[0] == pytest.approx(1.5 / 31)


@given(AMOUNTS, some.integers(0, 2**32 - 1))
def test_the_relative_index_is_that_of_a_regression_over_residents(
    amounts: np.ndarray, seed: int
) -> None:
    """From its definition: a row per resident, its mean rank from 0 to 1, and a straight line by
    least squares.
    """
    random = np.random.default_rng(seed)
    people, means = random.integers(1, 6, len(amounts)), random.integers(0, 9, len(amounts)) * 1.0
    figure, by = np.repeat(amounts, people), np.repeat(means, people)
    rank = (rankdata(by) - 0.5) / len(by)
    (start, slope), _, full, _ = np.linalg.lstsq(np.column_stack([np.ones(len(by)), rank]), figure)
    expected = start / (start + slope) if full == 2 and min(start, start + slope) > 1e-9 else np.nan
    if (
        full < 2 or min(abs(start), abs(start + slope)) > 1e-6
    ):  # an end at nothing is above or below it by rounding
        assert relative_index(amounts, people * 1.0, means) == pytest.approx(
            expected, rel=1e-7, nan_ok=True
        )


def test_a_municipality_with_few_areas_is_missing_and_an_unknown_column_is_named() -> None:
    catalogue = load()
    codes = [f"BU0001{n:04}" for n in range(12)] + ["BU00020000"]
    area = pd.DataFrame(
        {
            "code": [*codes, "GM0001", "GM0002", "NL00"],
            "level": ["buurt"] * 13 + ["gemeente"] * 2 + ["land"],
            "municipality": ["GM0001"] * 12 + ["GM0002", "GM0001", "GM0002", None],
            "parent": ["WK1", "WK2"] * 6 + ["WK3"] + ["NL00"] * 2 + [None],
            "population": 100,
            "year": 2024,
        }
    )
    seen = pd.DataFrame(
        {"indicator": FIGURE, "area": codes, "period": "2023", "value": np.arange(13.0)}
    )
    gini = inequality._of(catalogue.indicators["library_distance_gini"], seen, area).set_index(
        "area"
    )
    assert gini.loc["GM0001", "status"] == "estimated"
    assert gini.loc["GM0001", "value"] == pytest.approx(Gini(np.arange(12.0)).g)
    assert gini.loc["NL00", "value"] == pytest.approx(Gini(np.arange(13.0)).g)
    assert gini.loc["GM0002", "status"] == "missing"
    assert np.isnan(gini.loc["GM0002", "value"])
    wrong = catalogue.indicators["library_distance_gini"].model_copy(
        update={"column": "ginny buurt x"}
    )
    with pytest.raises(ValueError, match="library_distance_gini: column 'ginny buurt x'"):
        inequality._of(wrong, seen, area)
    # what is known of one municipality says nothing of the country
    area["population"] = area["population"].where(area["code"] != "BU00020000", 200)
    of_one = inequality._of(
        catalogue.indicators["library_distance_gini"], seen[:12], area
    ).set_index("area")
    assert of_one["status"].to_dict() == {
        "GM0001": "estimated",
        "GM0002": "missing",
        "NL00": "missing",
    }
    assert not {"low", "high"} & {*of_one}


@pytest.mark.parametrize("sign", [1, -1])
def test_who_lives_farther_from_the_library_has_more_of_the_distance(sign: int) -> None:
    """More distance is worse: above zero, and under one, it is farther where fewer have a low
    income.
    """
    catalogue = load()
    codes = [f"WK0001{n:02}" for n in range(12)]
    area = pd.DataFrame(
        {"code": [*codes, "GM0001"], "level": ["wijk"] * 12 + ["gemeente"], "municipality": "GM0001",
         "parent": "GM0001", "population": 100, "year": 2024}
    )  # fmt: skip
    low_incomes, km = np.arange(12.0) + 20, np.linspace(1, 2, 12)[::-sign]
    seen = pd.concat(
        pd.DataFrame({"indicator": name, "area": codes, "period": "2023", "value": value})
        for name, value in ((FIGURE, km), ("lowest_incomes_share", low_incomes))
    )
    measures = {
        name: inequality._of(catalogue.indicators[f"library_distance_{name}_income"], seen, area)[
            "value"
        ].item()
        for name in ("concentration", "relative")
    }
    assert np.sign(measures["concentration"]) == sign
    assert (measures["relative"] < 1) == (sign == 1)
