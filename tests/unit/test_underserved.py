"""Scores that add up, ranks that hold, and an order that no shuffling changes."""

import math
from random import Random

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import false_discovery_control

from dashboard.answer.underserved import (
    DRAWS,
    FEW,
    FEWER,
    WORST,
    Factor,
    Scores,
    Z,
    banded,
    percentile,
    weightings,
)
from pipelines.build.proofs import published
from pipelines.methods.ranks import false_discovery, rank_bounds

FIGURES = some.integers(4, 40).flatmap(
    lambda n: arrays.arrays(float, (3, n), elements=some.integers(0, 60).map(float))
)
WEIGHTS = some.tuples(*[some.integers(0, 5)] * 3).filter(any)


def scored(score: np.ndarray, below: np.ndarray, above: np.ndarray) -> Scores:
    """Scores of one factor."""
    return Scores(score[:, None], below[:, None], above[:, None], np.ones(1))


def made(figures: np.ndarray, margin: float = 3.0) -> list[Factor]:
    return [Factor.of(f, f - margin, f + margin) for f in figures]


def test_the_worked_example_of_a_joint_ranking() -> None:
    """Klein, Wright and Wieczorek (2020), on scores; their formula, one pair of states at a
    time.
    """
    example = published()["rank_bounds"]
    value, margin = (
        np.array(example["input"][column], dtype=float) for column in ("minutes", "margin")
    )
    sd = margin / Z
    scores = scored(value, sd, sd)
    low, high = scores.joint
    assert len(value) == 51
    assert (high[0] - value[0]) / sd[0] == pytest.approx(example["published"]["factor"], abs=5e-4)
    best, worst = scores.bounds
    for n in range(51):
        above = sum(low[k] > high[n] for k in range(51) if k != n)
        below = sum(high[k] < low[n] for k in range(51) if k != n)
        assert (best[n], worst[n]) == (1 + above, 51 - below)


@given(FIGURES, WEIGHTS)
def test_the_parts_of_a_receipt_add_up_to_the_score(
    figures: np.ndarray, weights: tuple[int, ...]
) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    for n in range(figures.shape[1]):
        by_hand = [
            w / sum(weights) * 100 * (np.sum(f < f[n]) + np.sum(f == f[n]) / 2) / len(f)
            for f, w in zip(figures, weights, strict=True)
        ]
        assert scores.parts[n].tolist() == pytest.approx(by_hand)
        assert scores.score[n] == pytest.approx(math.fsum(by_hand))


@given(FIGURES, WEIGHTS)
def test_bounds_hold_every_rank_that_the_intervals_allow(
    figures: np.ndarray, weights: tuple[int, ...]
) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    low, high = scores.joint
    best, worst = scores.bounds
    for at in (low, scores.score, high, np.where(np.arange(len(low)) % 2, low, high)):
        rank = 1 + (at[None, :] > at[:, None]).sum(axis=1)
        assert (best <= rank).all()
        assert (rank <= worst).all()


@given(FIGURES, WEIGHTS, some.randoms(use_true_random=False))
def test_the_order_of_the_areas_changes_nothing(
    figures: np.ndarray, weights: tuple[int, ...], random: Random
) -> None:
    every = np.full(figures.shape[1], True)
    order = [*range(figures.shape[1])]
    random.shuffle(order)
    one, other = (Scores.of(made(f), weights, every) for f in (figures, figures[:, order]))
    for what in ("score", "chance", "band"):
        assert getattr(one, what)[order] == pytest.approx(getattr(other, what), abs=1e-9)
    assert np.array_equal(one.bounds[0][order], other.bounds[0])
    assert np.array_equal(one.bounds[1][order], other.bounds[1])


@given(FIGURES, WEIGHTS, some.integers(0, 2), some.integers(1, 30))
def test_more_need_never_lowers_the_score(
    figures: np.ndarray, weights: tuple[int, ...], which: int, more: int
) -> None:
    every = np.full(figures.shape[1], True)
    worse = figures.copy()
    worse[which, 0] += more
    before, after = (Scores.of(made(f), weights, every).score for f in (figures, worse))
    assert after[0] >= before[0] - 1e-9
    assert (after[1:] <= before[1:] + 1e-9).all()


@given(FIGURES, WEIGHTS)
def test_chances_add_up_to_the_areas_in_the_worst_fifth(
    figures: np.ndarray, weights: tuple[int, ...]
) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    assert scores.chance.sum() == pytest.approx(max(1, round(WORST * len(scores.score))), abs=1e-9)
    for same in np.unique(scores.percent, axis=0):
        equal = (scores.percent == same).all(axis=1)
        assert np.ptp(scores.chance[equal]) == 0  # who are alike in all have one chance


@given(some.integers(2, FEW + 200), some.integers(0, 1_000))
@settings(deadline=None, max_examples=20)
def test_of_equally_sure_areas_the_worse_off_has_the_larger_chance(n: int, seed: int) -> None:
    score = np.sort(np.random.default_rng(seed).uniform(0, 100, n))
    chance = scored(score, np.full(n, 4.0), np.full(n, 9.0)).chance
    noise = 5 * math.sqrt(2 * 0.25 / (DRAWS if n <= FEW else FEWER))
    assert (np.diff(chance) >= -noise).all()


def independent(scores: Scores, draws: int) -> np.ndarray:
    """How often each area is among the worst fifth: one list at a time, by the ranks of all."""
    random, n = np.random.default_rng(77), len(scores.score)
    worst, found = max(1, round(WORST * n)), np.zeros(n)
    for _ in range(draws):
        weight = random.gamma(len(scores.weight) * scores.weight)
        weight /= weight.sum()
        below, above = (
            ((weight * sd) ** 2).sum(axis=1) ** 0.5 for sd in (scores.below, scores.above)
        )
        away = np.abs(random.standard_normal(n))
        middle = scores.percent @ weight
        drawn = np.where(random.random(n) < 0.5, middle - below * away, middle + above * away)
        found[np.argsort(-drawn, kind="stable")[:worst]] += 1
    return found / draws


@pytest.mark.parametrize("weights", [(1, 1, 1), (3, 1, 2)])
@pytest.mark.parametrize("n", [3, 14, 74, 342, FEW + 1, 3_000])
def test_the_chance_is_that_of_an_independent_simulation(n: int, weights: tuple[int, ...]) -> None:
    """With margins that differ by side and from area to area, also where some are quite sure."""
    random = np.random.default_rng(n)
    percent = random.uniform(0, 100, (n, 3))
    below, above = random.uniform(0, 15, (2, n, 3)) * (random.random((2, n, 3)) < 0.7)
    scores = Scores(percent, below, above, np.array(weights) / sum(weights))
    error = 5 * math.sqrt(0.25 / (DRAWS if n <= FEW else FEWER) + 0.25 / 4_000)
    assert np.abs(scores.chance - independent(scores, 4_000)).max() <= error


def test_bands_go_by_chance_and_imprecision_is_never_rewarded() -> None:
    assert banded(np.array([0.0, 0.19, 0.2, 0.5, 0.79, 0.8, 1.0])).tolist() == [3, 3, 2, 2, 2, 1, 1]
    score = np.array([95.0, 90.0, 60.0, *np.arange(40.0, 47.0)])
    sd = np.where(np.arange(len(score)) == 2, 30.0, 0.5)  # one that may be anything
    scores = scored(score, sd, sd)
    assert scores.bounds[0][2] == 1  # it may rank first, and is not called worst for it
    assert scores.band[:3].tolist() == [1, 1, 3]


@given(FIGURES, some.integers(0, 2))
@settings(deadline=None, max_examples=20)
def test_one_factor_without_margin_is_an_order_that_no_weight_moves(
    figures: np.ndarray, which: int
) -> None:
    weights = [int(n == which) for n in range(3)]
    scores = Scores.of(made(figures, 0.0), weights, np.full(figures.shape[1], True))
    above = (figures[which][None, :] > figures[which][:, None]).sum(axis=1)
    worst = max(1, round(WORST * figures.shape[1]))
    assert (scores.chance[above >= worst] == 0).all()
    same = (figures[which][None, :] == figures[which][:, None]).sum(axis=1)
    assert (scores.chance[above + same <= worst] == 1).all()


def test_random_weightings_are_around_those_of_the_reader() -> None:
    assert weightings(np.array([0.25, 0.0, 0.75]), 20_000).mean(axis=0) == pytest.approx(
        [0.25, 0, 0.75], abs=0.01
    )
    equal = weightings(np.full(3, 1 / 3), 20_000)
    assert equal.sum(axis=1) == pytest.approx(1)
    assert (equal.max(axis=1) > 0.8).mean() == pytest.approx(
        3 * 0.2**2, abs=0.01
    )  # even over all that add up to one
    assert weightings(np.array([0.0, 1.0]), 10)[:, 1] == pytest.approx(1)


def test_a_margin_of_95_percent_is_no_margin_of_90() -> None:
    value = np.linspace(0, 100, 201)
    ours, theirs = (Factor.of(value, value - 20, value + 20, sds) for sds in (Z, 1.959964))
    assert theirs.below[100] / ours.below[100] == pytest.approx(1.6449 / 1.96, rel=1e-3)


def test_a_figure_without_a_margin_is_taken_as_exact_and_said_to_be_unsure() -> None:
    nothing = np.full(3, np.nan)
    factor = Factor.of(
        np.array([1.0, 2.0, 3.0]), nothing, nothing, Z, np.array([True, False, True])
    )
    assert (factor.below == 0).all()
    assert factor.sure.tolist() == [True, False, True]


def test_unknown_figures_stay_unknown_and_equal_ones_count_half() -> None:
    values = np.array([1.0, 2.0, 2.0, np.nan, 9.0])
    assert percentile(values, values)[[0, 1, 2, 4]] == pytest.approx([12.5, 50, 50, 87.5])
    assert np.isnan(percentile(values, values)[3])
    best, worst = rank_bounds(np.array([1.0, 1.0]), np.array([1.0, 1.0]))
    assert (best.tolist(), worst.tolist()) == ([1, 1], [2, 2])


@pytest.mark.parametrize("weights", [(), (1, 2), (0, 0, 0), (1, -1, 1)])
def test_weights_that_are_none_are_refused(weights: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="no weights for 3 factors"):
        Scores.of(made(np.ones((3, 4))), weights, np.full(4, True))


def test_an_interval_beside_its_figure_is_refused() -> None:
    with pytest.raises(ValueError, match="does not hold"):
        Factor.of(np.array([1.0]), np.array([2.0]), np.array([3.0]))


@given(
    arrays.arrays(float, some.integers(1, 60), elements=some.integers(0, 50).map(lambda n: n / 50))
)
def test_false_discoveries_are_controlled_as_scipy_does(chance: np.ndarray) -> None:
    assert false_discovery(chance) == pytest.approx(false_discovery_control(chance))
