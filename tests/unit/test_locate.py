"""The best places: published numbers, what must hold of every choice, and what a proof says."""

from __future__ import annotations

import importlib.util
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array

from pipelines.methods import locate

SECONDS = 20.0  # more than any of these needs
Problem = tuple[csc_array, locate.Floats]


def san_francisco() -> tuple[locate.Floats, locate.Floats]:
    """The metres along streets from 205 tracts to 16 sites, and the residents of the tracts, of the
    package spopt.
    """
    package = importlib.util.find_spec("spopt")
    if not package or not package.origin:
        pytest.skip("spopt, which comes with the data of San Francisco, is not installed")
    data = Path(package.origin).parent / "tests" / "test_locate" / "data"
    pairs = pd.read_csv(data / "SF_network_distance_candidateStore_16_censusTract_205_new.csv")
    tracts = pd.read_csv(data / "SF_demand_205_centroid_uniform_weight.csv").sort_values("NAME")
    distance = pairs.pivot_table(values="distance", index="DestinationName", columns="name")
    assert distance.shape == (205, 16)
    assert [*distance.index] == [*tracts["NAME"]]
    return distance.to_numpy(), tracts["POP2000"].to_numpy(float)


def test_maximal_covering_of_san_francisco_as_published() -> None:
    distance, residents = san_francisco()
    near = distance <= 5_000
    best = locate.prove(csc_array(near.astype(float)), residents, 4, SECONDS)
    assert best.value == 875_247
    # the published share is of the tracts, not of those who live there
    assert round(100 * near[:, [*best.chosen]].any(axis=1).mean(), 3) == 89.756
    assert best.proved


def test_p_median_of_san_francisco_as_published() -> None:
    distance, residents = san_francisco()
    farthest = distance.max(axis=1, keepdims=True)
    best = locate.prove(csc_array(farthest - distance), residents, 4, SECONDS)
    total = float(farthest[:, 0] @ residents) - best.value
    assert total == pytest.approx(2_848_268_129.7145104, abs=0.01)
    assert best.proved


def test_the_same_sites_as_spopt() -> None:
    distance, residents = san_francisco()
    from pulp import PULP_CBC_CMD
    from spopt.locate import MCLP, PMedian

    solver = PULP_CBC_CMD(msg=False)
    covering = MCLP.from_cost_matrix(distance, residents, service_radius=5_000, p_facilities=4)
    median = PMedian.from_cost_matrix(distance, residents, p_facilities=4)
    benefits = (distance <= 5_000).astype(float), distance.max(axis=1, keepdims=True) - distance
    for theirs, benefit in zip((covering, median), benefits, strict=True):
        sites = theirs.solve(solver).fac2cli
        chosen = locate.prove(csc_array(benefit), residents, 4, SECONDS).chosen
        assert {n for n, tracts in enumerate(sites) if tracts} == {*chosen}


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    areas, candidates = draw(st.integers(1, 7)), draw(st.integers(1, 6))
    cell = st.sampled_from([0.0, 0.0, 0.5, 1.0, 2.0])
    rows = draw(st.lists(cell, min_size=areas * candidates, max_size=areas * candidates))
    weight = draw(st.lists(st.integers(0, 500), min_size=areas, max_size=areas))
    benefit = np.array(rows).reshape(areas, candidates)
    return csc_array(benefit), np.array(weight, float)


def value(problem: Problem, chosen: tuple[int, ...]) -> float:
    """What a choice is worth, by its definition."""
    benefit, weight = problem[0].toarray(), problem[1]
    return float(benefit[:, [*chosen]].max(axis=1, initial=0) @ weight)


@settings(max_examples=60)
@given(problems(), st.integers(1, 4))
def test_the_proof_is_the_best_there_is_and_greedy_is_near(problem: Problem, most: int) -> None:
    candidates = range(problem[0].shape[1])
    every = [c for n in range(most + 1) for c in combinations(candidates, n)]
    best = max(value(problem, c) for c in every)
    quick, proof = locate.greedy(*problem, most), locate.prove(*problem, most, SECONDS)
    assert proof.value == pytest.approx(best)
    assert proof.proved
    assert quick.value >= (1 - 1 / np.e) * best - 1e-9
    for choice in (quick, proof):
        assert choice.bound >= best - 1e-6
        assert choice.value <= choice.bound + 1e-9
        assert choice.value == pytest.approx(value(problem, choice.chosen))
        assert len(choice.chosen) <= most
        assert choice.adds == pytest.approx(locate.worth(*problem, choice.chosen))


@settings(max_examples=60)
@given(problems(), st.integers(1, 4), st.randoms(use_true_random=False))
def test_the_order_of_candidates_changes_nothing(
    problem: Problem, most: int, chance: object
) -> None:
    benefit, weight = problem
    order = np.arange(benefit.shape[1])
    chance.shuffle(order)  # type: ignore[attr-defined]
    first = locate.greedy(benefit, weight, most)
    other = locate.greedy(csc_array(benefit[:, order]), weight, most, order)
    assert tuple(int(order[j]) for j in other.chosen) == first.chosen
    assert other.adds == first.adds
    assert locate.greedy(benefit, weight, most) == first


@settings(max_examples=60)
@given(problems(), st.integers(1, 5))
def test_each_place_more_adds_and_never_more_than_the_one_before(
    problem: Problem, most: int
) -> None:
    adds = locate.greedy(*problem, most).adds
    assert all(a >= b - 1e-9 for a, b in pairwise(adds))
    assert all(a > 0 for a in adds)


@settings(max_examples=60)
@given(problems(), st.integers(1, 3), st.booleans())
def test_the_longest_way_is_as_short_as_can_be(problem: Problem, most: int, timed: bool) -> None:
    distance = problem[0].toarray() * 100
    now = np.where(np.arange(len(distance)) % 2, np.inf, 150.0)
    chosen, longest, bound = locate.centre(distance, now, most, SECONDS if timed else None)

    def way(choice: tuple[int, ...]) -> float:
        return float(np.minimum(now, distance[:, [*choice]].min(axis=1, initial=np.inf)).max())

    candidates = range(distance.shape[1])
    best = min(way(c) for n in range(most + 1) for c in combinations(candidates, n))
    assert way(chosen) == longest
    assert len(chosen) <= most
    assert bound <= best <= longest
    if timed:
        assert longest == best == bound


def test_a_proof_that_is_stopped_says_how_far_it_may_be_off() -> None:
    chance = np.random.default_rng(7)
    benefit = csc_array((chance.random((400, 300)) < 0.02).astype(float))
    weight = chance.integers(1, 1_000, 400).astype(float)
    quick, stopped = (
        locate.greedy(benefit, weight, 15),
        locate.prove(benefit, weight, 15, seconds=0.0),
    )
    assert stopped.value >= quick.value
    assert not stopped.proved
    assert 0 < stopped.gap < 1
    assert stopped.bound <= quick.bound


def test_nobody_to_gain_gives_no_place() -> None:
    for benefit in (csc_array((3, 2)), csc_array((3, 0)), csc_array(np.ones((3, 2)))):
        nobody = locate.prove(benefit, np.zeros(3), 2, SECONDS)
        assert (nobody.chosen, nobody.value, nobody.gap) == ((), 0, 0)
        assert nobody.proved
    assert locate.centre(np.empty((0, 3)), np.empty(0), 2) == ((), 0.0, 0.0)
