"""Gaps, coverage and margins: small measures on figures of which the answer is known."""

import numpy as np
import pandas as pd
import pytest

from pipelines import peers
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
    found = gap.measure({"fold": fold, "validation": validation, "area": area}, CATALOGUE)["observation"]
    assert found[["indicator", "area", "value", "low", "high", "status", "area_year"]].to_numpy().tolist() == [
        ["going_out_gap", "BU1", 10.0, 1.0, 18.0, "estimated", 2024]
    ]
    none = gap.measure({"fold": fold, "validation": validation.assign(passed=False), "area": area}, CATALOGUE)
    assert none == {}


def test_coverage_counts_figures_and_a_zero_is_one() -> None:
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
            ("children_share", "BU2", "2023", 8.0),
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
    found = coverage.measure({"area": area, "observation": seen, "completeness": covers}, CATALOGUE)["observation"]
    value = found.set_index(["indicator", "area"])["value"]
    assert value["figures_known_share", "BU1"] == 100
    assert value["figures_known_share", "BU2"] == 50
    assert np.isnan(value["figures_known_share", "BU3"])
    assert value["place_sources_covering"].to_dict() == {"GM1": 2, "GM2": 0}
    status = found.set_index(["indicator", "area"])["status"]
    assert status["figures_known_share", "BU3"] == "not_applicable"


def test_the_margin_of_an_estimate_is_the_noise_that_was_put_in() -> None:
    random = np.random.default_rng(5)
    code = [f"BU{n}" for n in range(2_000)]
    seen = pd.DataFrame({"area": code, "period": "2020", "status": "estimated", "low": np.nan, "method": None})
    seen = pd.concat(
        [
            seen.assign(indicator="lonely_share", value=40 + random.normal(0, 2, 2_000)),
            seen.assign(indicator="with_margin", value=40 + random.normal(0, 2, 2_000), low=30.0),
            seen.assign(indicator="counted", value=40.0, status="measured"),
        ]
    )
    peer = pd.DataFrame({"area": code, "peer": code[1:] + code[:1]})
    area = pd.DataFrame({"code": code, "level": "buurt"})
    found = peers.margin(seen, peer, area)
    assert found["indicator"].tolist() == ["lonely_share"]
    assert found["sd"].iloc[0] == pytest.approx(2, rel=0.1)
