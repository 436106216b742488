"""Change between two waves: real change is told apart, two samples of the same are not."""

import numpy as np
import pandas as pd
import pytest

from pipelines.catalogue import load
from pipelines.measures import change

CATALOGUE = load()
INDICATOR = CATALOGUE.of_source("rotterdam_wijkprofiel")[0].id


def tables(*waves: np.ndarray) -> dict[str, pd.DataFrame]:
    """Figures of as many areas as a wave has, from 2012 on, every two years."""
    code = [f"BU{i:08}" for i in range(len(waves[0]))]
    frames = [
        pd.DataFrame(
            {
                "indicator": INDICATOR,
                "area": code,
                "period": str(2012 + 2 * n),
                "value": wave,
                "low": np.nan,
            }
        )
        for n, wave in enumerate(waves)
    ]
    return {
        "area": pd.DataFrame({"code": code, "level": "buurt"}),
        "observation": pd.concat(frames),
    }


def test_what_moved_is_told_apart_from_what_only_trembles() -> None:
    random = np.random.default_rng(2014)
    true = random.uniform(20, 60, 80)
    first, second = (true + random.normal(0, 2, 80) for _ in range(2))
    second[3] += 25
    found = change.measure(tables(first, second), CATALOGUE)["change"].set_index("area")
    moved = found.loc["BU00000003"]
    assert moved["apart"]
    assert moved["value"] == pytest.approx(second[3] - first[3])
    assert moved["low"] < moved["value"] < moved["high"]
    assert (found["high"] - found["low"]).to_numpy() == pytest.approx(
        2 * 1.6449 * found["spread"].to_numpy(), rel=1e-4
    )
    assert found["spread"].iloc[0] == pytest.approx(2 * 2**0.5, rel=0.25)
    assert found["apart"].sum() <= 3


def test_noise_alone_is_seldom_called_change() -> None:
    called = []
    for seed in range(40):
        waves = np.random.default_rng(seed).normal(50, 3, (2, 71))
        called.append(change.measure(tables(*waves), CATALOGUE)["change"]["apart"].sum())
    assert np.mean(np.array(called) > 0) < 0.35  # a spread from 71 areas is itself uncertain
    assert sum(called) < 40 * 71 * 0.01


def test_the_last_two_waves_count_and_blanks_do_not() -> None:
    random = np.random.default_rng(1)
    waves = [random.uniform(20, 60, 50) for _ in range(3)]
    waves[2][7] = np.nan
    found = change.measure(tables(*waves), CATALOGUE)["change"]
    assert set(zip(found["since"], found["until"], strict=True)) == {("2014", "2016")}
    assert len(found) == 49


@pytest.mark.parametrize("waves", [1, 2])
def test_with_one_wave_or_few_areas_or_no_difference_nothing_is_said(waves: int) -> None:
    assert change.measure(tables(*np.ones((waves, 80))), CATALOGUE) == {}
    assert (
        change.measure(tables(*np.random.default_rng(1).normal(50, 3, (waves, 29))), CATALOGUE)
        == {}
    )


def test_each_level_of_an_estimate_is_held_against_its_own_spread() -> None:
    estimated = CATALOGUE.indicators["lonely_share"].id
    random = np.random.default_rng(5)
    before = random.uniform(30, 50, 160)
    after = before + 3 + np.concatenate([random.normal(0, 0.5, 80), random.normal(0, 4, 80)])
    found = tables(before, after)
    found["observation"] = found["observation"].assign(indicator=estimated, low=np.nan)
    found["area"]["level"] = ["gemeente"] * 80 + ["buurt"] * 80
    change_of = change.measure(found, CATALOGUE)["change"]
    large, small = change_of[:80], change_of[80:]
    assert large["spread"].iloc[0] == pytest.approx(0.5, rel=0.3)
    assert small["spread"].iloc[0] == pytest.approx(4, rel=0.3)
    assert (
        large["apart"].mean() > 0.9 > 0.1 > small["apart"].mean()
    )  # three points are six spreads, or not one


def test_where_the_publisher_gives_margins_ours_are_not_put_beside_them() -> None:
    found = tables(*np.random.default_rng(6).normal(50, 3, (2, 80)))
    found["observation"] = found["observation"].assign(indicator="lonely_share", low=40.0)
    assert change.measure(found, CATALOGUE) == {}
