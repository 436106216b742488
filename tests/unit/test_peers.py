"""Peers: like with like, and nobody where nothing is alike."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as some

from pipelines.build import peers

FEATURES = ("a", "b", "c")


def tables(values: np.ndarray, residents: list[int]) -> tuple[pd.DataFrame, pd.DataFrame]:
    codes = [f"BU{n:08d}" for n in range(len(values))]
    area = pd.DataFrame({"code": codes, "level": "buurt", "population": residents})
    rows = [
        (f, c, "2024", v)
        for c, row in zip(codes, values, strict=True)
        for f, v in zip(FEATURES, row, strict=True)
    ]
    return pd.DataFrame(rows, columns=["indicator", "area", "period", "value"]), area


@given(some.integers(0, 2**32 - 1), some.integers(7, 120))
@settings(max_examples=30)
def test_peers_are_the_nearest_by_place(seed: int, number: int) -> None:
    random = np.random.default_rng(seed)
    observation, area = tables(random.normal(size=(number, 3)).round(1), [500] * number)
    found = peers.find(observation, area, FEATURES)
    wide = observation.pivot(index="area", columns="indicator", values="value").rank(pct=True)
    for code, group in found.groupby("area"):
        assert code not in set(group["peer"])
        assert list(group["position"]) == list(range(1, len(group) + 1))
        distance = ((wide - wide.loc[code]) ** 2).mean(axis=1).drop(code) ** 0.5
        near = distance[distance <= peers.FARTHEST + 5e-5].nsmallest(peers.NUMBER)
        np.testing.assert_allclose(group["distance"], near.iloc[: len(group)], atol=6e-5)
        assert len(group) >= min(peers.NUMBER, int((distance <= peers.FARTHEST - 5e-5).sum()))


def test_small_and_unknown_areas_have_no_peers() -> None:
    values = np.ones((20, 3))
    values[3, 1] = np.nan
    observation, area = tables(values, [500] * 19 + [20])
    found = peers.find(observation, area, FEATURES)
    everyone = set(found["area"]) | set(found["peer"])
    assert "BU00000003" not in everyone
    assert "BU00000019" not in everyone
    assert len(set(found["area"])) == 18
