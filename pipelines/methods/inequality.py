"""How unequally something is spread over areas, and along which line: concentration, relative
index, Gini and Theil.

Areas count by their residents. Concentration index after Kakwani, Wagstaff and van Doorslaer
(1997): twice the covariance of a figure and the rank by means, over the mean of the figure; above
zero, those who are better off have more of it, which of a distance is worse. Relative index of
inequality after Mackenbach and Kunst (1997): the figure expected at the bottom of the ranking over
the one at the top, from a weighted straight line. Gini and Theil's T as in Cowell (2011); T is the
sum of a part between groups and a part within them. Gini is not split: where groups overlap its
parts within and between do not add up, and what is left over has no meaning of its own (Lambert and
Aronson, 1993).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

ZERO = 1e-9  # of the mean: what is nothing but for the last bits of a sum
Floats = NDArray[np.float64]
# of figures, weights and what areas are ranked or grouped by, each by area
Measure = Callable[[Floats, Floats, Floats], float]


def place(by: Floats, weight: Floats) -> Floats:
    """Where the residents of each area stand from low (0) to high (1), on average; equal areas
    share a place.
    """
    _, group = np.unique(by, return_inverse=True)
    sums = np.bincount(group, weight)
    return np.asarray(((sums.cumsum() - sums / 2) / sums.sum())[group])


def _moments(figure: Floats, weight: Floats, at: Floats) -> tuple[float, float, float, float]:
    """Mean figure, mean place, their covariance, and the variance of the place."""
    mean, middle = np.average(figure, weights=weight), np.average(at, weights=weight)
    (_, together), (_, spread) = np.cov(figure, at, aweights=weight, ddof=0)
    return float(mean), float(middle), float(together), float(spread)


def concentration(figure: Floats, weight: Floats, by: Floats) -> float:
    """From -1 to 1: above zero, areas that are better off have more of it; 0 where nobody has
    any.
    """
    mean, _, together, _ = _moments(figure, weight, place(by, weight))
    return 2 * together / mean if mean else 0.0


def relative_index(figure: Floats, weight: Floats, by: Floats) -> float:
    """Expected among the worst off over expected among the best off; nan where either is not above
    zero.
    """
    mean, middle, together, spread = _moments(figure, weight, place(by, weight))
    slope = together / spread if spread > 0 else np.nan
    bottom, top = mean - slope * middle, mean + slope * (1 - middle)
    return bottom / top if min(bottom, top) > ZERO * abs(mean) else np.nan


def gini(figure: Floats, weight: Floats, _: Floats) -> float:
    """Half the mean difference of two residents over the mean: 0 where all have the same, near 1
    where one has all.
    """
    return concentration(figure, weight, figure)


def theil(figure: Floats, weight: Floats, _: Floats) -> float:
    """Theil's T: 0 where all have the same; nan where nobody has any."""
    mean = np.average(figure, weights=weight)
    return (
        float(np.average(xlogy(figure / mean, figure / mean), weights=weight))
        if mean > 0
        else np.nan
    )


def between(figure: Floats, weight: Floats, by: Floats) -> float:
    """The share in percent of Theil's T that is between groups; the rest is within them. nan where
    T is 0.
    """
    _, group = np.unique(by, return_inverse=True)
    people = np.bincount(group, weight).astype(float)
    total = theil(figure, weight, by)
    part = theil(np.bincount(group, weight * figure) / people, people, by)
    return (
        min(100 * part / total, 100.0) if total > ZERO else np.nan
    )  # but for rounding it cannot be more


MEASURES: dict[str, Measure] = {
    "concentration": concentration, "relative_index": relative_index, "gini": gini, "theil": theil, "between": between,
}  # fmt: skip
