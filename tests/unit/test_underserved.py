"""Scores that add up, ranks that hold, and an order that no shuffling changes."""

import math
from random import Random

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard.underserved import (
    DRAWS,
    FEW,
    FINE,
    WHOLE,
    WORST,
    Factor,
    Scores,
    Z,
    percentile,
    rank_bounds,
    steadiness,
    weightings,
)

# mean travel time to work in minutes and its 90 % margin, American Community Survey 2011, US Census Bureau (public
# domain): the states of the worked example of Klein, Wright and Wieczorek (2020), lowest first
TRAVEL = [
    ("SD", 16.9, 0.5), ("ND", 16.9, 0.6), ("WY", 18.1, 0.8), ("NE", 18.1, 0.3), ("MT", 18.2, 0.5), ("AK", 18.4, 0.5),
    ("IA", 18.8, 0.2), ("KS", 18.9, 0.3), ("ID", 19.7, 0.4), ("OK", 21.1, 0.2), ("AR", 21.3, 0.4), ("NM", 21.4, 0.4),
    ("UT", 21.6, 0.3), ("WI", 21.9, 0.2), ("VT", 21.9, 0.5), ("OR", 22.5, 0.3), ("KY", 22.9, 0.2), ("MN", 23.0, 0.2),
    ("OH", 23.1, 0.1), ("MO", 23.1, 0.2), ("RI", 23.4, 0.5), ("NC", 23.4, 0.2), ("ME", 23.4, 0.4), ("IN", 23.5, 0.2),
    ("SC", 23.6, 0.3), ("MS", 23.9, 0.4), ("AL", 23.9, 0.2), ("NV", 24.1, 0.4), ("MI", 24.1, 0.2), ("TN", 24.2, 0.2),
    ("LA", 24.5, 0.2), ("CO", 24.5, 0.3), ("TX", 24.8, 0.1), ("AZ", 24.8, 0.2), ("CT", 25.0, 0.3), ("DE", 25.3, 0.6),
    ("WA", 25.5, 0.2), ("WV", 25.6, 0.5), ("HI", 25.7, 0.4), ("FL", 25.8, 0.2), ("PA", 25.9, 0.1), ("NH", 26.9, 0.5),
    ("GA", 27.1, 0.3), ("CA", 27.1, 0.1), ("VA", 27.7, 0.2), ("MA", 28.0, 0.2), ("IL", 28.2, 0.2), ("DC", 30.1, 0.5),
    ("NJ", 30.5, 0.2), ("NY", 31.5, 0.2), ("MD", 32.2, 0.2),
]  # fmt: skip

FIGURES = some.integers(4, 40).flatmap(lambda n: arrays.arrays(float, (3, n), elements=some.integers(0, 60).map(float)))
WEIGHTS = some.tuples(*[some.integers(0, 5)] * 3).filter(any)


def made(figures: np.ndarray, margin: float = 3.0) -> list[Factor]:
    return [Factor.of(f, f - margin, f + margin) for f in figures]


def test_the_worked_example_of_a_joint_ranking() -> None:
    _, value, margin = (np.array(column) for column in zip(*TRAVEL, strict=True))
    sd = margin.astype(float) / Z
    scores = Scores(value.astype(float)[:, None], sd, sd)
    low, high = scores.joint
    assert (high[0] - value[0]) / sd[0] == pytest.approx(3.081, abs=5e-4)  # the article's factor for 51 states
    best, worst = scores.bounds
    for n in range(51):  # the article's formula, one pair of states at a time
        above = sum(low[k] > high[n] for k in range(51) if k != n)
        below = sum(high[k] < low[n] for k in range(51) if k != n)
        assert (best[n], worst[n]) == (1 + above, 51 - below)
    found = {state: (b, w) for (state, *_), b, w in zip(TRAVEL, best, worst, strict=True)}
    assert (found["MD"], found["NY"]) == ((1, 2), (1, 2))
    assert (found["NJ"], found["DC"]) == ((3, 4), (3, 4))


@given(FIGURES, WEIGHTS)
@settings(deadline=None)
def test_the_parts_of_a_receipt_add_up_to_the_score(figures: np.ndarray, weights: tuple[int, ...]) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    for n in range(figures.shape[1]):
        by_hand = [
            w / sum(weights) * 100 * (np.sum(f < f[n]) + np.sum(f == f[n]) / 2) / len(f)
            for f, w in zip(figures, weights, strict=True)
        ]
        assert scores.parts[n].tolist() == pytest.approx(by_hand)
        assert scores.score[n] == pytest.approx(math.fsum(by_hand))


@given(FIGURES, WEIGHTS)
@settings(deadline=None)
def test_bounds_hold_every_rank_that_the_intervals_allow(figures: np.ndarray, weights: tuple[int, ...]) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    low, high = scores.joint
    best, worst = scores.bounds
    for at in (low, scores.score, high, np.where(np.arange(len(low)) % 2, low, high)):
        rank = 1 + (at[None, :] > at[:, None]).sum(axis=1)
        assert (best <= rank).all()
        assert (rank <= worst).all()


@given(FIGURES, WEIGHTS, some.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_order_of_the_areas_changes_nothing(figures: np.ndarray, weights: tuple[int, ...], random: Random) -> None:
    every = np.full(figures.shape[1], True)
    order = [*range(figures.shape[1])]
    random.shuffle(order)
    one, other = (Scores.of(made(f), weights, every) for f in (figures, figures[:, order]))
    for what in ("score", "chance", "band"):
        assert getattr(one, what)[order] == pytest.approx(getattr(other, what), abs=1e-6)
    assert np.array_equal(one.bounds[0][order], other.bounds[0])
    assert np.array_equal(one.bounds[1][order], other.bounds[1])
    assert np.array_equal(one.tied[order], other.tied)
    assert steadiness(made(figures), every)[order] == pytest.approx(steadiness(made(figures[:, order]), every))


@given(FIGURES, WEIGHTS, some.integers(0, 2), some.integers(1, 30))
@settings(deadline=None)
def test_more_need_never_lowers_the_score(figures: np.ndarray, weights: tuple[int, ...], which: int, more: int) -> None:
    every = np.full(figures.shape[1], True)
    worse = figures.copy()
    worse[which, 0] += more
    before, after = (Scores.of(made(f), weights, every).score for f in (figures, worse))
    assert after[0] >= before[0] - 1e-9
    assert (after[1:] <= before[1:] + 1e-9).all()


@given(FIGURES, WEIGHTS)
@settings(deadline=None)
def test_chances_add_up_to_the_areas_in_the_worst_fifth(figures: np.ndarray, weights: tuple[int, ...]) -> None:
    scores = Scores.of(made(figures), weights, np.full(figures.shape[1], True))
    assert scores.chance.sum() == pytest.approx(max(1, round(WORST * len(scores.score))), abs=0.01)
    for same in np.unique(np.column_stack([scores.score, scores.below, scores.above]), axis=0):
        equal = (scores.score == same[0]) & (scores.below == same[1]) & (scores.above == same[2])
        assert np.ptp(scores.chance[equal]) == 0  # who are alike in all have one chance


@given(some.integers(2, FEW + 200), some.integers(0, 1_000))
@settings(deadline=None, max_examples=20)
def test_of_equally_sure_areas_the_worse_off_has_the_larger_chance(n: int, seed: int) -> None:
    score = np.sort(np.random.default_rng(seed).uniform(0, 100, n))
    chance = Scores(score[:, None], np.full(n, 4.0), np.full(n, 9.0)).chance
    noise = 4 * math.sqrt(2 * 0.25 / DRAWS) if n <= FEW else 1e-9
    assert (np.diff(chance) >= -noise).all()


def independent(score: np.ndarray, below: np.ndarray, above: np.ndarray, draws: int) -> np.ndarray:
    """How often each area is among the worst fifth: one simulation at a time, by the ranks of all."""
    random, worst = np.random.default_rng(77), max(1, round(WORST * len(score)))
    found = np.zeros(len(score))
    for _ in range(draws):
        away = np.abs(random.standard_normal(len(score)))
        drawn = np.where(random.random(len(score)) < 0.5, score - below * away, score + above * away)
        found[np.argsort(-drawn, kind="stable")[:worst]] += 1
    return found / draws


@pytest.mark.parametrize(("n", "least"), [(3, 0), (14, 0), (74, 0), (342, 0), (FEW + 1, 1), (3_000, 1)])
def test_the_chance_is_that_of_an_independent_simulation(n: int, least: float) -> None:
    """With margins that differ by side and from area to area; up to FEW areas also where some are quite sure."""
    random = np.random.default_rng(n)
    score = random.uniform(0, 100, n)
    below, above = random.uniform(least, 15, (2, n)) * (least or random.random((2, n)) < 0.7)
    found = Scores(score[:, None], below, above).chance
    order = random.permutation(n)
    assert found[order] == pytest.approx(Scores(score[order, None], below[order], above[order]).chance, abs=1e-6)
    assert np.abs(found - independent(score, below, above, 8_000)).max() <= 0.05


def test_what_cannot_be_told_apart_shares_a_band() -> None:
    value = np.array([90.0, 89.0, 50.0, 49.5, 10.0])
    scores = Scores(value[:, None], np.full(5, 1.0), np.full(5, 1.0))
    assert scores.band.tolist() == [1, 1, 2, 2, 3]
    sure = Scores(value[:, None], np.zeros(5), np.zeros(5))
    assert sure.band.tolist() == [1, 2, 3, 4, 5]
    assert sure.bounds[0].tolist() == sure.bounds[1].tolist() == [1, 2, 3, 4, 5]


MARGINS = arrays.arrays(float, (2, 40), elements=some.integers(0, 30).map(float))


@given(FIGURES, MARGINS)
@settings(deadline=None)
def test_bands_say_what_the_intervals_say(figures: np.ndarray, margins: np.ndarray) -> None:
    """Also where one area is far less sure than another."""
    score = figures[0]
    below, above = margins[:, : len(score)]
    scores = Scores(score[:, None], below, above)
    low, high = scores.joint
    apart = low[:, None] > high[None, :]  # the row is certainly worse off than the column
    assert np.array_equal(scores.tied, (~apart & ~apart.T).sum(axis=1) - 1)
    assert np.array_equal(scores.band == 1, scores.bounds[0] == 1)
    same = scores.band[:, None] == scores.band[None, :]
    assert not (apart & same).any()
    assert (scores.band[:, None] < scores.band[None, :])[apart].all()
    for band in range(1, scores.band.max() + 1):  # who overlaps with the leader is tied with it
        left = scores.band >= band
        leader = np.flatnonzero(left)[low[left].argmax()]
        assert scores.band[leader] == band
        assert set(scores.band[left & ~apart[leader]]) == {band}


def test_steadiness_is_all_where_every_factor_agrees_and_a_fifth_on_average() -> None:
    random = np.random.default_rng(1)
    every = np.full(50, True)
    one = random.uniform(0, 100, 50)
    agree = steadiness(made(np.array([one, one, one])), every)
    assert sorted(set(agree)) == [0, 1]
    mixed = steadiness(made(random.uniform(0, 100, (3, 50))), every)
    assert mixed.mean() == pytest.approx(WORST)
    assert 0 < np.median(mixed[(mixed > 0) & (mixed < 1)]) < 1


@given(FIGURES)
@settings(deadline=None, max_examples=20)
def test_steadiness_is_what_one_weighting_and_one_area_at_a_time_give(figures: np.ndarray) -> None:
    every, factors = np.full(figures.shape[1], True), made(figures)
    percent = [[round(FINE * float(p)) for p in f.percent] for f in factors]
    worst = max(1, round(WORST * figures.shape[1]))
    count = np.zeros(figures.shape[1])
    for weights in weightings(len(factors)).tolist():
        whole = [round(WHOLE * w) for w in weights]
        scores = [sum(w * p for w, p in zip(whole, own, strict=True)) for own in zip(*percent, strict=True)]
        bar = sorted(scores, reverse=True)[worst - 1]
        count += [s >= bar for s in scores]
    assert np.array_equal(steadiness(factors, every), count / len(weightings(3)))


def test_steadiness_in_whole_numbers_is_that_of_fractions() -> None:
    """Of as many areas as the country has neighbourhoods, in float64 and without rounding anything."""
    factors = made(np.random.default_rng(5).uniform(0, 60, (4, 14_500)))
    percent = np.stack([f.percent for f in factors])
    scores = (weights @ percent for weights in weightings(4))
    naive = sum((s >= np.sort(s)[-2_900]).astype(int) for s in scores)
    found = steadiness(factors, np.full(14_500, True))
    assert np.abs(found - naive / 1_000).max() <= 0.003
    assert np.abs(found - naive / 1_000).mean() < 1e-5
    assert (FINE * 100 + 1) * (WHOLE + len(factors)) < 2**31
    assert FINE * np.diff(np.sort(percent[0])).min() > 1  # neighbours in the order stay apart


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
