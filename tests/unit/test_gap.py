"""Gaps, coverage and margins: small measures on figures of which the answer is known."""

import numpy as np
import pandas as pd
import pytest

from pipelines.catalogue import load
from pipelines.measures import coverage, gap

CATALOGUE = load()


def test_a_gap_is_observed_minus_expected_only_where_the_model_passed() -> None:
    fold = pd.DataFrame(
        [
            ("going_out_estimate", "left_out", "BU1", 40.0, 30.0, 22.0, 39.0),
            ("going_out_estimate", "ahead", "BU1", 40.0, 10.0, 5.0, 15.0),
            ("cultural_facilities_estimate", "left_out", "BU1", 40.0, 30.0, 22.0, 39.0),
        ],
        columns=["indicator", "design", "area", "observed", "predicted", "low", "high"],
    )
    validation = pd.DataFrame(
        [("going_out_estimate", True), ("going_out_estimate", True), ("cultural_facilities_estimate", True),
         ("cultural_facilities_estimate", False)],
        columns=["indicator", "passed"],
    )  # fmt: skip
    area = pd.DataFrame({"code": ["BU1"], "year": [2024]})
    found = gap.measure({"fold": fold, "validation": validation, "area": area}, CATALOGUE)[
        "observation"
    ]
    assert found[
        ["indicator", "area", "value", "low", "high", "status", "area_year"]
    ].to_numpy().tolist() == [["going_out_gap", "BU1", 10.0, 1.0, 18.0, "estimated", 2024]]
    none = gap.measure(
        {"fold": fold, "validation": validation.assign(passed=False), "area": area}, CATALOGUE
    )
    assert none == {}


def test_coverage_counts_figures_per_theme_and_a_zero_is_one() -> None:
    area = pd.DataFrame(
        {
            "code": ["BU1", "BU2", "BU3", "GM1", "GM2"], "level": ["buurt"] * 3 + ["gemeente"] * 2, "year": 2024,
            "population": [100, 100, 0, 200, 300],
        }
    )  # fmt: skip
    seen = pd.DataFrame(
        [
            ("lonely_share", "BU1", "2020", 0.0), ("lonely_share", "BU2", "2020", np.nan),
            ("children_share", "BU1", "2024", 12.0), ("children_share", "BU2", "2024", 9.0),
            ("children_share", "BU2", "2023", 8.0), ("home_value", "BU1", "2024", 300.0),
            ("clubs_share", "BU2", "2016", 20.0), ("clubs_estimate", "BU1", "2016", 21.0),
            ("spending_culture", "GM1", "2024", 90.0),
        ],
        columns=["indicator", "area", "period", "value"],
    )  # fmt: skip
    covers = pd.DataFrame(
        [
            ("GM1", "a", "museum", True),
            ("GM1", "a", "park", True),
            ("GM1", "b", "park", True),
            ("GM2", "a", "park", False),
        ],
        columns=["municipality", "source", "kind", "covered"],
    )
    found = coverage.measure(
        {"area": area, "observation": seen, "completeness": covers}, CATALOGUE
    )["observation"]
    value = {
        name: rows.set_index("area")["value"].dropna().to_dict()
        for name, rows in found.groupby("indicator")
    }
    assert value == {
        "known_taking_part_share": {
            "BU1": 0,
            "BU2": 100,
        },  # what we estimate ourselves is not known
        "known_places_share": {"GM1": pytest.approx(100 * 2 / len(CATALOGUE.kinds)), "GM2": 0},
        "known_money_share": {"GM1": 100, "GM2": 0},
        "known_barriers_share": {"BU1": 100, "BU2": 0},
        "known_residents_share": {"BU1": 100, "BU2": 50},
    }
    assert set(found.loc[found["area"] == "BU3", "status"]) == {"not_applicable"}
    assert set(found.loc[found["area"] != "BU3", "status"]) == {"measured"}
