"""The ranks that areas can have, from intervals that hold for all of them at once; and which of many
differences are no chance.

After Klein, Wright and Wieczorek (2020), with Šidák's correction: `joint` widens the interval of
every area, and areas whose intervals overlap have no order. Intervals that only touch overlap here,
so that equal figures without a margin keep every rank they could have.

Chances are corrected after Benjamini and Hochberg (1995). `scipy.stats` gives the same, and takes a
second to load, which the first page of a profile would wait for.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def z(level: float) -> float:
    """Half of an interval of this level, in standard deviations."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def joint(level: float, n: int) -> float:
    """Half of each of n independent intervals that all hold together at this level, in standard
    deviations.
    """
    return z(level ** (1 / max(n, 1)))


def rank_bounds(low: Floats, high: Floats) -> tuple[Ints, Ints]:
    """Best and worst rank of each of n intervals, 1 for the highest: [1 + #(low_j > high_i), n -
    #(high_j < low_i)].
    """
    n = len(low)
    best = 1 + n - np.searchsorted(np.sort(low), high, "right")
    worst = n - np.searchsorted(np.sort(high), low, "left")
    return best, worst


def false_discovery(chance: Floats) -> Floats:
    """The share of false ones that is to be expected where each of n chances (0 to 1), and all that
    are smaller, count as no chance.
    """
    n = len(chance)
    order = np.argsort(chance)[::-1]
    shares = np.empty(n)
    shares[order] = np.minimum.accumulate(chance[order] * n / np.arange(n, 0, -1)).clip(max=1)
    return shares
