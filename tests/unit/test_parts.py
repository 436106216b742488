"""A figure of an area that is made of others: when there is one, and which."""

from typing import get_args

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from pipelines import catalogue
from pipelines.entries import Indicator
from pipelines.measures import region
from pipelines.methods import parts

NONE = np.nan


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        ("sum", [100, 300], 400),
        ("sum", [100, NONE], None),
        ("residents", [10, 20], 17.5),  # 100 and 300 residents
        ("residents", [NONE, 20], None),  # three quarters of them is not enough
        ("ratio", [2, 3], 400 / 150),  # 50 and 100 households
        ("adults", [10, 20], (10 * 80 + 20 * 180) / 260),  # 20 % and 40 % are children
        ("children", [1, 3], (1 * 20 + 3 * 120) / 140),
        ("older", [50, 60], (50 * 10 + 60 * 60) / 70),
        ("adults", [NONE, NONE], None),
    ],
)
def test_a_whole_follows_from_its_parts(
    rule: str, values: list[float], expected: float | None
) -> None:
    residents = np.array([100.0, 300.0])
    weight = parts.weights(rule, residents, np.array([20.0, 40.0]), np.array([10.0, 20.0]))
    assert parts.whole(rule, np.array(values, dtype=float), weight, residents) == (
        expected if expected is None else pytest.approx(expected)
    )


def test_a_part_of_unknown_weight_counts_as_not_known() -> None:
    residents, values = np.array([100.0, 5.0]), np.array([10.0, 90.0])
    weight = np.array([80.0, NONE])
    assert parts.whole("adults", values, weight, residents) == 10
    assert parts.whole("adults", values, weight, np.array([100.0, 50.0])) is None


@given(
    some.lists(some.tuples(some.floats(0.1, 1e4), some.floats(0.1, 1e6)), min_size=1, max_size=20),
    some.sampled_from(["residents", "ratio"]),
)
def test_a_mean_lies_between_its_parts(pairs: list[tuple[float, float]], rule: str) -> None:
    values, residents = (np.array(c) for c in zip(*pairs, strict=True))
    mean = parts.whole(rule, values, residents, residents)
    assert mean is not None
    assert values.min() * (1 - 1e-9) <= mean <= values.max() * (1 + 1e-9)


def test_every_rule_has_its_words_and_may_be_in_the_catalogue() -> None:
    known = catalogue.load()
    assert {f"parts_{rule}" for rule in parts.RULES} <= set(known.terms["method"])
    (allowed,) = (f.annotation for n, f in Indicator.model_fields.items() if n == "parts")
    assert set(get_args(allowed)) == {"", *parts.RULES}
    assert not any(
        i.parts for i in known.indicators.values() if i.id in ("home_value", "young_lonely_share")
    )  # of how many they are is not known


def test_a_province_has_the_figures_that_its_municipalities_tell() -> None:
    columns = ["code", "level", "parent", "population", "year"]
    area = pd.DataFrame(
        [
            ("PV28", "provincie", "NL00", 400, 2024),
            ("GM0001", "gemeente", "PV28", 100, 2024),
            ("GM0002", "gemeente", "PV28", 300, 2024),
        ],
        columns=columns,
    )
    figures = [
        ("population", "GM0001", "2024", 100, NONE, NONE, "measured", None),
        ("population", "GM0002", "2024", 300, NONE, NONE, "measured", None),
        ("income_per_resident", "GM0001", "2024", 30, 28, 32, "estimated", "calibrated"),
        ("income_per_resident", "GM0002", "2024", 50, 46, 54, "estimated", "calibrated"),
        ("home_value", "GM0001", "2024", 300, NONE, NONE, "measured", None),
        ("home_value", "GM0002", "2024", 500, NONE, NONE, "measured", None),
        ("distance_museum_km", "GM0001", "2018", 9, NONE, NONE, "measured", None),
        ("distance_museum_km", "GM0002", "2018", 9, NONE, NONE, "measured", None),
        ("distance_museum_km", "PV28", "2018", 4, NONE, NONE, "measured", None),
        ("spending_culture", "GM0001", "2023", NONE, NONE, NONE, "missing", None),
        ("spending_culture", "GM0002", "2023", 90, NONE, NONE, "measured", None),
    ]
    names = ["indicator", "area", "period", "value", "low", "high", "status", "method"]
    tables = {"area": area, "observation": pd.DataFrame(figures, columns=names)}
    rows = region.measure(tables, catalogue.load())["observation"].set_index("indicator")
    assert set(rows.index) == {"population", "income_per_resident"}
    assert rows.loc["population", ["value", "status", "method"]].tolist() == [
        400,
        "measured",
        "parts_sum",
    ]
    income = rows.loc["income_per_resident", ["value", "low", "high", "status", "method"]]
    assert income.tolist() == [45, 41.5, 48.5, "estimated", "calibrated"]
