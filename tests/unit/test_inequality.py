"""Measures of inequality against published figures and against PySAL's `inequality`."""

from statistics import NormalDist

import hypothesis.extra.numpy as arrays
import libpysal
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from inequality.gini import Gini
from inequality.theil import Theil, TheilD
from scipy.stats import rankdata

from pipelines.catalogue import load
from pipelines.measures import inequality
from pipelines.measures.inequality import between, concentration, gini, place, relative_index, theil

AMOUNTS = some.integers(2, 40).flatmap(lambda n: arrays.arrays(float, n, elements=some.integers(1, 50).map(float)))


def ones(values: np.ndarray) -> np.ndarray:
    return np.ones(len(values))


def test_the_published_concentration_index_of_deaths_of_children_in_india() -> None:
    """Under-five deaths by fifth of wealth, 1982-92; O'Donnell and others (World Bank, 2008), table 8.1: -0.1694."""
    births = np.array([29_939, 28_776, 26_528, 24_689, 19_739], dtype=float)
    deaths = np.array([154.7, 152.9, 119.5, 86.9, 54.3])
    assert concentration(deaths, births, np.arange(5.0)) == pytest.approx(-0.1694, abs=5e-5)


def test_the_published_inequality_of_the_states_of_mexico() -> None:
    """Theil's T of income per head, 1940 to 2000, and its part between regions, as the manual of PySAL prints them."""
    frame = pd.read_csv(libpysal.examples.get_path("mexico.csv"))
    region = frame["hanson98"].to_numpy(dtype=float)
    total = [0.20894344, 0.15222451, 0.10472941, 0.10194725, 0.09560113, 0.10511256, 0.10660832]
    part = [0.0345889, 0.02816853, 0.05260921, 0.05931219, 0.03205257, 0.02963731, 0.03635872]
    for year, t, b in zip(range(1940, 2001, 10), total, part, strict=True):
        income = frame[f"pcgdp{year}"].to_numpy(dtype=float)
        assert theil(income, ones(income), income) == pytest.approx(t, abs=1e-8)
        assert between(income, ones(income), region) * t / 100 == pytest.approx(b, abs=1e-7)


@given(AMOUNTS)
@settings(deadline=None)
def test_gini_and_theil_are_those_of_pysal(amounts: np.ndarray) -> None:
    assert gini(amounts, ones(amounts), amounts) == pytest.approx(Gini(amounts).g, abs=1e-9)
    assert theil(amounts, ones(amounts), amounts) == pytest.approx(Theil(amounts).T, abs=1e-9)
    group = np.arange(len(amounts)) % 3 * 1.0
    decomposed = TheilD(amounts, group)
    total = theil(amounts, ones(amounts), amounts)
    if total > 1e-9:
        assert between(amounts, ones(amounts), group) * total / 100 == pytest.approx(float(decomposed.bg[0]), abs=1e-9)


@given(AMOUNTS, some.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_an_area_of_so_many_residents_is_so_many_areas_of_one(amounts: np.ndarray, seed: int) -> None:
    random = np.random.default_rng(seed)
    people = random.integers(1, 6, len(amounts))
    means, group = random.integers(0, 9, len(amounts)) * 1.0, random.integers(0, 3, len(amounts)) * 1.0
    for what, by in ((gini, means), (theil, means), (concentration, means), (relative_index, means), (between, group)):
        weighted = what(amounts, people * 1.0, by)
        repeated = np.repeat(np.arange(len(amounts)), people)
        plain = what(amounts[repeated], np.ones(len(repeated)), by[repeated])
        assert weighted == pytest.approx(plain, abs=1e-9, nan_ok=True)


@given(AMOUNTS, some.floats(0.1, 100), some.randoms(use_true_random=False))
@settings(deadline=None)
def test_neither_the_unit_nor_the_order_matters(amounts: np.ndarray, factor: float, random) -> None:
    order = [*range(len(amounts))]
    random.shuffle(order)
    by = np.arange(len(amounts)) * 1.0
    for what in (gini, theil, concentration, relative_index):
        one, other = what(amounts, ones(amounts), by), what(amounts[order] * factor, ones(amounts), by[order])
        assert one == pytest.approx(other, abs=1e-9, nan_ok=True)


def test_a_straight_line_has_the_relative_index_of_its_ends() -> None:
    weight = np.array([3.0, 1, 4, 1, 5, 9, 2, 6])
    at = place(np.arange(8.0), weight)
    assert relative_index(10 + 20 * at, weight, np.arange(8.0)) == pytest.approx(10 / 30)
    assert at[0] == pytest.approx(1.5 / 31)


@given(AMOUNTS, some.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_the_relative_index_is_that_of_a_regression_over_residents(amounts: np.ndarray, seed: int) -> None:
    """From its definition: a row per resident, its mean rank from 0 to 1, and a straight line by least squares."""
    random = np.random.default_rng(seed)
    people, means = random.integers(1, 6, len(amounts)), random.integers(0, 9, len(amounts)) * 1.0
    figure, by = np.repeat(amounts, people), np.repeat(means, people)
    rank = (rankdata(by) - 0.5) / len(by)
    (start, slope), _, full, _ = np.linalg.lstsq(np.column_stack([np.ones(len(by)), rank]), figure)
    expected = start / (start + slope) if full == 2 and min(start, start + slope) > 1e-9 else np.nan
    if full < 2 or min(abs(start), abs(start + slope)) > 1e-6:  # an end at nothing is above or below it by rounding
        assert relative_index(amounts, people * 1.0, means) == pytest.approx(expected, rel=1e-7, nan_ok=True)


def cities(wijken: int, random: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Figures, residents and wijk of eight buurten a wijk; wijken differ less than the buurten in them."""
    group = np.repeat(np.arange(wijken), 8)
    figure = np.exp(random.normal(0, 0.3, wijken)[group] + random.normal(0, 0.5, len(group)))
    return figure, random.integers(100, 5_000, len(group)) * 1.0, group * 1.0


def test_nine_of_ten_intervals_of_the_part_between_wijken_hold_the_truth() -> None:
    random = np.random.default_rng(11)
    truth = np.mean([between(*cities(1_000, random)) for _ in range(20)])
    found = [inequality.interval(between, *cities(40, random)) for _ in range(200)]
    assert all(low <= value <= high for value, low, high in found)
    assert np.mean([low <= truth <= high for _, low, high in found]) >= 0.82


def test_the_correction_for_bias_is_that_of_its_book() -> None:
    """Efron and Tibshirani (1993), equations 14.9 and 14.10 with a = 0, on the same resamples."""
    figure, weight, group = cities(15, np.random.default_rng(3))
    value, low, high = inequality.interval(between, figure, weight, group)
    drawn = np.random.default_rng(inequality.SEED).multinomial(15, np.full(15, 1 / 15), inequality.RESAMPLES)
    again = np.array([float(between(figure, weight * n[group.astype(int)], group)) for n in drawn])
    normal = NormalDist()
    shift = normal.inv_cdf(np.mean(again < value))
    ends = [normal.cdf(2 * shift + normal.inv_cdf(p)) for p in (0.05, 0.95)]
    assert (low, high) == pytest.approx(tuple(np.quantile(again, ends)))


def test_an_interval_that_cannot_be_corrected_is_not_given() -> None:
    """The highest of all is never below itself: no resample lies above it, so no shift can be told."""

    def most(figure: np.ndarray, weight: np.ndarray, _: np.ndarray) -> np.ndarray:
        return np.where(weight > 0, figure, 0).max(axis=-1) + (weight == 1).all(axis=-1)

    value, low, high = inequality.interval(most, np.arange(20.0), np.ones(20), np.arange(20.0))
    assert value == 20
    assert np.isnan([low, high]).all()


def test_an_interval_holds_what_two_halves_of_the_areas_differ_by() -> None:
    random = np.random.default_rng(7)
    figure, weight = random.gamma(2, 1, 60), random.integers(50, 500, 60) * 1.0
    value, low, high = inequality.interval(gini, figure, weight, figure)
    assert low < value < high
    assert (value, low, high) == inequality.interval(gini, figure, weight, figure)  # the seed is fixed


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
        {"indicator": "meeting_places_within_15_min", "area": codes, "period": "2024", "value": np.arange(13.0)}
    )
    found = inequality._of(catalogue.indicators["meeting_places_gini"], seen, area).set_index("area")
    assert found.loc["GM0001", "status"] == "estimated"
    assert found.loc["GM0001", "value"] == pytest.approx(Gini(np.arange(12.0)).g)
    assert found.loc["GM0002", "status"] == "missing"
    assert np.isnan(found.loc["GM0002", "value"])
    apart = inequality._of(catalogue.indicators["meeting_places_theil_between"], seen, area).set_index("area")
    assert apart.loc["GM0001", "status"] == "estimated"
    assert apart.loc["GM0001", ["low", "high"]].isna().all()  # two wijken are too few to draw from
    wrong = catalogue.indicators["meeting_places_gini"].model_copy(update={"column": "ginny buurt x"})
    with pytest.raises(ValueError, match="meeting_places_gini: column 'ginny buurt x'"):
        inequality._of(wrong, seen, area)
