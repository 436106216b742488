"""Which areas are underserved: a score of need and distance that shows its parts and how sure it is.

Every factor is put on one scale from 0 to 100: the share of areas of the country that have less of it. The score is
the weighted mean, so its parts add up to it. Margins of factors are taken as independent. Ranks are bounds that hold
for all areas at once, from joint intervals (Klein, Wright and Wieczorek, 2020, with Šidák's correction); areas of one
band all overlap. What will surprise you: where intervals are wide, nearly all areas are tied, also across bands. That
is what the figures say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9  # of intervals, and of all rank bounds together
WORST = 0.2  # share of areas that are called the worst off
WEIGHTINGS, SEED = 1_000, 2026
AT_ONCE = 5  # weightings; their scores stay in the processor's cache
FEW, DRAWS = 400, 2_000  # up to so many areas the chance is simulated: the standard error is 0.011 at most
LEAST_SD = 1e-6  # so that what is known exactly and is tied has no order either
FINE, WHOLE = 320, 2**16  # steps of a percent and of a weight: the product stays below 2**31
Z = NormalDist().inv_cdf(0.5 + LEVEL / 2)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def percentile(values: Floats, reference: Floats) -> Floats:
    """Share in percent of the known reference values that are lower, equal ones counted half; nan stays nan."""
    known = np.sort(reference[~np.isnan(reference)])
    below, upto = (np.searchsorted(known, values, side) for side in ("left", "right"))
    share = 50 * (below + upto) / max(len(known), 1)
    return np.where(np.isnan(values), np.nan, share)


@dataclass(frozen=True)
class Factor:
    """One thing that counts, of every area: on the common scale, with the margin (one standard deviation) each way."""

    percent: Floats
    below: Floats
    above: Floats

    @classmethod
    def of(cls, value: Floats, low: Floats, high: Floats) -> Factor:
        """From figures with their 90 % interval; where `low` and `high` are nan the figure has no margin.

        More is worse. Raises ValueError where the interval does not hold the figure.
        """
        low, high = np.where(np.isnan(low), value, low), np.where(np.isnan(high), value, high)
        if (low > value).any() or (high < value).any():
            raise ValueError("an interval does not hold its figure")
        middle, under, over = (percentile(v, value) for v in (value, low, high))
        return cls(middle, (middle - under) / Z, (over - middle) / Z)


@dataclass(frozen=True)
class Scores:
    """Scores of some areas under one weighting, and how sure their order is; all by area."""

    parts: Floats  # area x factor: points that each factor adds
    below: Floats  # one standard deviation
    above: Floats

    @classmethod
    def of(cls, factors: Sequence[Factor], weights: Sequence[float], chosen: NDArray[np.bool_]) -> Scores:
        """The chosen areas; weights count relative to each other. Raises ValueError without any weight."""
        weight = np.asarray(weights, dtype=float)
        if len(weight) != len(factors) or (weight < 0).any() or not weight.sum() > 0:
            raise ValueError(f"no weights for {len(factors)} factors: {list(weights)}")
        weight = weight / weight.sum()

        def of(part: str) -> Floats:
            return weight * np.column_stack([getattr(f, part)[chosen] for f in factors])

        return cls(of("percent"), *(np.sqrt((of(part) ** 2).sum(axis=1)) for part in ("below", "above")))

    @cached_property
    def score(self) -> Floats:
        """From 0 to 100; more is worse off."""
        return self.parts.sum(axis=1)

    def interval(self, z: float = Z) -> tuple[Floats, Floats]:
        """Low and high, so many standard deviations away."""
        return np.maximum(self.score - z * self.below, 0), np.minimum(self.score + z * self.above, 100)

    @cached_property
    def joint(self) -> tuple[Floats, Floats]:
        """Low and high that hold for all areas at once."""
        return self.interval(NormalDist().inv_cdf(0.5 + LEVEL ** (1 / max(len(self.score), 1)) / 2))

    @cached_property
    def bounds(self) -> tuple[Ints, Ints]:
        """The best and the worst rank that each area can have; 1 is the highest score."""
        return rank_bounds(*self.joint)

    @cached_property
    def tied(self) -> Ints:
        """From how many other areas each cannot be told apart: those whose joint interval overlaps.

        Areas surely worse off set the best rank and areas surely better off the worst one; the rest lie between.
        """
        best, worst = self.bounds
        return worst - best

    @cached_property
    def chance(self) -> Floats:
        """Probability that each area is among the worst fifth; these add up to the number of areas in it.

        An area lies below its score as often as above it, each way by its own margin. Up to FEW areas the fifth is
        drawn anew in each of DRAWS simulations, for who is in it depends on who else is. The bar of more areas hardly
        moves and is taken as fixed. Both are within 0.05 of the probability; of more areas only where a margin of the
        area is a point or more, for one that is surer and lies at the bar is called too sure to be in or out.
        """
        below, above = (np.maximum(sd, LEAST_SD) for sd in (self.below, self.above))
        n = len(self.score)
        return (_simulated if n <= FEW else _at_bar)(self.score, below, above, worst(n))

    @cached_property
    def band(self) -> Ints:
        """From 1 on: all that overlaps with the highest low end of what is left; so any two of a band overlap.

        The first band is every area that can rank first.
        """
        low, high = self.joint
        out = np.zeros(len(low), dtype=np.int64)
        while (left := out == 0).any():
            out[left & (high >= low[left].max())] = out.max() + 1
        return out


def worst(n: int) -> int:
    """How many of n areas are the worst fifth: at least one."""
    return max(1, round(WORST * n))


def _simulated(score: Floats, below: Floats, above: Floats, many: int) -> Floats:
    """How often each is among so many worst. Draws go by what an area is and equal ones share, so order is nothing."""
    kinds, which, count = np.unique(
        np.column_stack([score, below, above]), axis=0, return_inverse=True, return_counts=True
    )
    own = np.sort(which)
    score, below, above = kinds[own].T
    draws = np.random.default_rng(SEED).standard_normal((DRAWS, len(own)))
    drawn = score + draws * np.where(draws < 0, below, above)
    bar = np.partition(drawn, -many, axis=1)[:, -many]
    found = (drawn >= bar[:, None]).mean(axis=0)
    shared: Floats = (np.bincount(own, found) / count)[which]
    return shared


def _at_bar(score: Floats, below: Floats, above: Floats, many: int) -> Floats:
    """The probability of each to lie above the bar that so many are expected to lie above."""
    from scipy.special import ndtr  # a third of a second, which only this needs

    low, high = -50.0, 150.0
    for _ in range(40):
        middle = (low + high) / 2
        over = score - middle
        chance = ndtr(over / np.where(over < 0, above, below))
        low, high = (middle, high) if chance.sum() > many else (low, middle)
    return np.asarray(chance)


def rank_bounds(low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """Best and worst rank of each of n intervals, 1 for the highest: [1 + #(low_j > high_i), n - #(high_j < low_i)]."""
    n = len(low)
    best = 1 + n - np.searchsorted(np.sort(low), high, "right")
    worst = n - np.searchsorted(np.sort(high), low, "left")
    return best, worst


def steadiness(factors: Sequence[Factor], chosen: NDArray[np.bool_]) -> Floats:
    """Share of 1,000 random weightings under which each chosen area is among the worst fifth.

    Weightings are drawn evenly from all that add up to one; a tie with the last of the worst fifth counts. Computed in
    whole numbers, so that a tie is one on every processor and in every order; no matrix product, which would call in
    the other processors and wait for them.
    """
    percent = np.stack([f.percent[chosen] for f in factors])
    fine = np.rint(FINE * percent).astype(np.int32)
    weights = np.rint(WHOLE * weightings(len(factors))).astype(np.int32)
    many = worst(fine.shape[1])
    count = np.zeros(fine.shape[1], dtype=np.int64)
    for some in np.split(weights, WEIGHTINGS // AT_ONCE):
        scores = np.einsum("wf,fa->wa", some, fine)
        bar = np.partition(scores, -many, axis=1)[:, -many]
        count += (scores >= bar[:, None]).sum(axis=0)
    return count / WEIGHTINGS


def weightings(n: int) -> Floats:
    """The random weightings of so many factors, a row each."""
    return np.random.default_rng(SEED).dirichlet(np.ones(n), WEIGHTINGS)
