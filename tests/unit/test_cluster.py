"""Clusters: a planted one is found, noise is not, and the statistic is that of its definition."""

import libpysal
import numpy as np
import pandas as pd
import pytest
from esda.moran import Moran_Local

from pipelines.catalogue import load
from pipelines.measures import cluster
from pipelines.methods import clusters, road

SIDE = 12
METRES = load().country.projection


def grid(value: np.ndarray) -> tuple[pd.Series, pd.DataFrame]:
    """Values of areas in a square, about 700 m apart."""
    code = [f"BU{n:08}" for n in range(SIDE**2)]
    at = np.divmod(np.arange(SIDE**2), SIDE)
    return pd.Series(value, code), pd.DataFrame(
        {"lon": 5 + at[0] * 0.01, "lat": 52 + at[1] * 0.0062}, index=code
    )


def local_moran(value: pd.Series, spots: pd.DataFrame) -> pd.DataFrame:
    return clusters.local_moran(value, clusters.neighbours(spots, METRES))


def test_who_is_far_from_all_others_is_no_part() -> None:
    """Six of a square at most 5 km away; a pair of islands has one neighbour each, a lone
    island none.
    """
    value, spots = grid(np.zeros(SIDE**2))
    km = 0.0146  # degrees east, about
    spots.iloc[:3] = [[8, 52], [8 + 4.8 * km, 52], [9, 52]]
    near = clusters.neighbours(spots, METRES)
    pair, lone, others = spots.index[:2], spots.index[2], spots.index[3:]
    assert near[pair[0]].index.tolist() == [pair[1]]
    assert near[pair[1]].index.tolist() == [pair[0]]
    assert set(near.unique_ids) == {*pair, *others} == set(spots.index) - {lone}
    assert set(near.cardinalities[others]) == {clusters.NEIGHBOURS}
    spots.iloc[1, 0] = 8 + 5.2 * km
    assert not set(clusters.neighbours(spots, METRES).unique_ids) & {*pair, lone}
    rows = pd.DataFrame(
        {
            "area": value.index,
            "value": np.arange(len(value)),
            "period": "2016",
            "status": "measured",
        }
    )
    seen = rows.assign(indicator="clubs_share")
    clustered = cluster.measure(
        {
            "area": spots.rename_axis("code").reset_index().assign(level="buurt"),
            "observation": seen,
        },
        load(),
    )
    assert set(clustered["cluster"]["area"]) == {*others}


def test_a_planted_cluster_is_found_where_it_is() -> None:
    value = np.random.default_rng(3).normal(40, 2, SIDE**2)
    inside = np.array(
        [x < 4 and y < 4 for x, y in zip(*np.divmod(np.arange(SIDE**2), SIDE), strict=True)]
    )
    value[inside] += 15
    local = local_moran(*grid(value)).set_index("area")
    core = [f"BU{x * SIDE + y:08}" for x in range(1, 3) for y in range(1, 3)]
    assert local.loc[core, "apart"].all()
    assert set(local.loc[core, "kind"]) == {"high_high"}
    assert local["apart"].sum() <= 25
    assert set(local.loc[local["apart"], "kind"]) <= {"high_high", "low_high", "low_low"}


def test_it_is_local_moran_from_its_definition() -> None:
    """Anselin (1995), equations 7 and 12: own deviation times the mean of the neighbours', over the
    variance.

    Its chance: the area stays, the others are shuffled over its neighbours; twice the share of
    shuffles in the tail.
    """
    value, spots = grid(np.random.default_rng(8).normal(40, 4, SIDE**2))
    value.iloc[:20] += 6
    local = local_moran(value, spots).set_index("area")
    metres = road.metres(spots["lon"], spots["lat"], METRES)
    away = np.hypot(*(metres[:, None, :] - metres[None, :, :]).transpose(2, 0, 1))
    np.fill_diagonal(away, np.inf)
    deviation = value.to_numpy() - value.mean()
    random, draws = np.random.default_rng(1), 9_999
    statistic, chance, beside = (np.empty(len(value)) for _ in range(3))
    neighbours = {}
    for n, z in enumerate(deviation):
        near = np.argsort(away[n], kind="stable")[: clusters.NEIGHBOURS]
        neighbours[n], beside[n] = near.tolist(), deviation[near].mean()
        statistic[n] = z * beside[n] * (len(value) - 1) / (deviation**2).sum()
        others = np.delete(deviation, n)
        shuffled = random.permuted(np.tile(others, (draws, 1)), axis=1)[
            :, : clusters.NEIGHBOURS
        ].mean(axis=1)
        shuffled *= z * (len(value) - 1) / (deviation**2).sum()
        tail = min((shuffled >= statistic[n]).sum(), (shuffled <= statistic[n]).sum())
        chance[n] = min(1, 2 * (tail + 1) / (draws + 1))
    assert local["moran"].to_numpy() == pytest.approx(statistic, rel=1e-9)
    esda = Moran_Local(
        value.to_numpy(), libpysal.weights.W(neighbours, silence_warnings=True), permutations=0
    )
    assert esda.Is == pytest.approx(statistic, rel=1e-9)
    side = {True: "high", False: "low"}
    assert local["kind"].tolist() == [
        f"{side[z > 0]}_{side[b > 0]}" for z, b in zip(deviation, beside, strict=True)
    ]
    spread = np.sqrt(2 * chance * (2 - chance) / draws)  # of the difference of two such shares
    assert (np.abs(local["chance"] - chance) <= 5 * spread + 4 / draws).all()


def test_noise_has_hardly_any_cluster_and_twice_gives_the_same() -> None:
    called = 0
    for seed in range(5):
        some = grid(np.random.default_rng(seed).normal(40, 5, SIDE**2))
        first, again = local_moran(*some), local_moran(*some)
        pd.testing.assert_frame_equal(first, again)
        called += first["apart"].sum()
    assert called <= 2


def test_chance_is_two_sided() -> None:
    """An area unlike its neighbours is as far from chance as one like them: the tail is not chosen
    afterwards.
    """
    value = np.tile([10.0, 50.0], SIDE**2 // 2) + np.random.default_rng(1).normal(0, 1, SIDE**2)
    chance = local_moran(*grid(value))["chance"]
    noise = local_moran(*grid(np.random.default_rng(2).normal(0, 1, SIDE**2)))["chance"]
    assert chance.min() > 0
    assert noise.max() <= 1
    assert np.mean(noise < 0.05) < 0.1


def test_estimates_are_never_clustered() -> None:
    value, spots = grid(np.random.default_rng(1).normal(40, 5, SIDE**2))
    area = spots.rename_axis("code").reset_index().assign(level="buurt")
    rows = pd.DataFrame({"area": value.index, "value": value.to_numpy(), "period": "2016"})
    seen = pd.concat(
        [
            rows.assign(indicator="cultural_facilities_share", status="measured"),
            rows.assign(indicator="cultural_facilities_estimate", status="estimated"),
            rows.assign(indicator="clubs_share", status="estimated"),
        ]
    )
    found = cluster.measure({"area": area, "observation": seen}, load())["cluster"]
    assert set(found["indicator"]) == {"cultural_facilities_share"}
    assert cluster.measure({"area": area[:20], "observation": seen[:20]}, load()) == {}
