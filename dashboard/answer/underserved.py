"""Which areas are underserved: a score of need and distance that shows its parts, and how often it
is among the worst.

Every factor is put on one scale from 0 to 100: the share of areas of the country that have less of
it. The score is the weighted mean, so its parts add up to it. How sure its order is, is asked as
for any composite indicator (Saisana, Saltelli and Tarantola, 2005): the list is made again and
again, each time with other weights around those of the reader and with every figure somewhere
within its margin. The chance of an area is how often it is then among the worst fifth, so that an
area that is known badly is never called worse for it. A figure without a margin is taken as exact.

Ranks are bounds that hold for all areas at once, from joint intervals (Klein, Wright and Wieczorek,
2020, with Šidák's correction: `pipelines/methods/ranks.py`); margins of factors are taken as
independent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from pipelines.methods.ranks import joint, rank_bounds, z

LEVEL = 0.9  # of our intervals, and of all rank bounds together
WORST = 0.2  # share of areas that are called the worst off
SEED = 2026
# up to so many areas the list is made DRAWS times, else FEWER times: a standard error of 0.011 and
# 0.032
FEW = 400
DRAWS, FEWER = 2_000, 250
AT_ONCE = 5  # lists; their scores stay in the processor's cache
LEAST_SD = 1e-6  # so that what is known exactly and is tied has no order either
CHANCES = (0.2, 0.8)  # bounds of the bands

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


Z = z(LEVEL)


def percentile(values: Floats, reference: Floats) -> Floats:
    """Share in percent of the known reference values that are lower, equal ones counted half; nan
    stays nan.
    """
    known = np.sort(reference[~np.isnan(reference)])
    below, upto = (np.searchsorted(known, values, side) for side in ("left", "right"))
    share = 50 * (below + upto) / max(len(known), 1)
    return np.where(np.isnan(values), np.nan, share)


@dataclass(frozen=True)
class Factor:
    """One thing that counts, of every area: on the common scale, with the margin (one standard
    deviation) each way.

    `sure` is whether its margin is known, or it was counted and has none.
    """

    percent: Floats
    below: Floats
    above: Floats
    sure: Bools

    @classmethod
    def of(
        cls,
        value: Floats,
        low: Floats,
        high: Floats,
        sds: Floats | float = Z,
        counted: Bools | bool = False,
    ) -> Factor:
        """From figures with their interval, `sds` standard deviations each way; nan where a figure
        has no margin.

        More is worse. Raises ValueError where the interval does not hold the figure.
        """
        sure = ~np.isnan(low) | counted
        low, high = np.where(np.isnan(low), value, low), np.where(np.isnan(high), value, high)
        if (low > value).any() or (high < value).any():
            raise ValueError("an interval does not hold its figure")
        middle, under, over = (percentile(v, value) for v in (value, low, high))
        return cls(middle, (middle - under) / sds, (over - middle) / sds, sure)


@dataclass(frozen=True)
class Scores:
    """Scores of some areas under one weighting, and how sure their order is.

    `percent`, and `below` and `above` it one standard deviation, are of areas by factors; weights
    add up to one.
    """

    percent: Floats
    below: Floats
    above: Floats
    weight: Floats

    @classmethod
    def of(cls, factors: Sequence[Factor], weights: Sequence[float], chosen: Bools) -> Scores:
        """The chosen areas; weights count relative to each other. Raises ValueError without any
        weight.
        """
        weight = np.asarray(weights, dtype=float)
        if len(weight) != len(factors) or (weight < 0).any() or not weight.sum() > 0:
            raise ValueError(f"no weights for {len(factors)} factors: {list(weights)}")
        percent, below, above = (
            np.column_stack([getattr(f, part)[chosen] for f in factors])
            for part in ("percent", "below", "above")
        )
        return cls(percent, below, above, weight / weight.sum())

    @cached_property
    def parts(self) -> Floats:
        """Areas by factors: the points that each factor adds."""
        return np.asarray(self.weight * self.percent)

    @cached_property
    def score(self) -> Floats:
        """From 0 to 100; more is worse off."""
        return self.parts.sum(axis=1)

    def interval(self, sds: float = Z) -> tuple[Floats, Floats]:
        """Low and high, so many standard deviations away."""
        below, above = (
            np.sqrt(((self.weight * sd) ** 2).sum(axis=1)) for sd in (self.below, self.above)
        )
        return np.maximum(self.score - sds * below, 0), np.minimum(self.score + sds * above, 100)

    @cached_property
    def joint(self) -> tuple[Floats, Floats]:
        """Low and high that hold for all areas at once."""
        return self.interval(joint(LEVEL, len(self.score)))

    @cached_property
    def bounds(self) -> tuple[Ints, Ints]:
        """The best and the worst rank that each area can have; 1 is the highest score."""
        return rank_bounds(*self.joint)

    @cached_property
    def chance(self) -> Floats:
        """How often each area is among the worst fifth; these add up to the number of areas in it.

        A figure lies below what was told as often as above it, each way by its own margin. Draws go
        by what an area is and equal areas share theirs, so that the order of the areas is nothing.
        """
        kinds, which, count = np.unique(
            np.column_stack([self.percent, self.below, self.above]),
            axis=0,
            return_inverse=True,
            return_counts=True,
        )
        own = np.sort(which.ravel())
        percent, below, above = np.split(kinds[own].T, 3)
        n = len(own)
        many, draws = worst(n), DRAWS if n <= FEW else FEWER
        random = np.random.default_rng(SEED)
        hits = np.zeros(n, dtype=np.int64)
        for weights in np.split(weightings(self.weight, draws), draws // AT_ONCE):
            away = random.standard_normal((AT_ONCE, n))
            under, over = (
                np.sqrt(np.maximum(_weighed(weights**2, sd**2), LEAST_SD**2))
                if sd.any()
                else LEAST_SD
                for sd in (below, above)
            )
            drawn = _weighed(weights, percent) + away * np.where(away < 0, under, over)
            bar = np.partition(drawn, -many, axis=1)[:, -many]
            hits += (drawn >= bar[:, None]).sum(axis=0)
        shared: Floats = (np.bincount(own, hits) / count)[which.ravel()] / draws
        return shared

    @cached_property
    def band(self) -> Ints:
        """From 1, nearly always among the worst fifth, to 3, seldom."""
        return banded(self.chance)


def banded(chance: Floats) -> Ints:
    """The band of a chance."""
    return np.asarray(len(CHANCES) + 1 - np.searchsorted(CHANCES, chance, "right"))


def _weighed(weights: Floats, figures: Floats) -> Floats:
    """Weightings by areas; no matrix product, which would call in the other processors and wait for
    them.
    """
    return np.einsum("wf,fa->wa", weights, figures)


def worst(n: int) -> int:
    """How many of n areas are the worst fifth: at least one."""
    return max(1, round(WORST * n))


def weightings(weight: Floats, draws: int) -> Floats:
    """Random weightings around one, a row each, that add up to one; what has no weight keeps none.

    Around equal weights every weighting is as likely as any other (Dirichlet).
    """
    on = weight > 0
    out = np.zeros((draws, len(weight)))
    out[:, on] = np.random.default_rng(SEED).dirichlet(
        on.sum() * weight[on] / weight[on].sum(), draws
    )
    return out
