"""How many people must answer before a share is known well enough.

After Cochran (1977), chapter 4: of a simple random sample from `population` people, at the share
where the margin is widest (one half), with the finite population correction. What it takes for
granted: whoever answers is like whoever does not. A survey that is weighted, or that draws
households, needs more.
"""

from __future__ import annotations

from math import ceil

from pipelines.methods.ranks import z

MARGIN, LEVEL = 0.05, 0.9  # half of the interval, as a share, and how sure it is
WIDEST = 0.25  # p (1 - p) at a share of one half


def respondents(population: int, margin: float = MARGIN, level: float = LEVEL) -> int:
    """The answers that keep the margin of any share at most `margin`: n / (1 + (n - 1) / N), rounded
    up, where n = z² / (4 margin²).

    Raises ValueError for nobody, or for a margin that is no share.
    """
    if population < 1 or not 0 < margin < 1:
        raise ValueError(f"no sample of {population} people with a margin of {margin}")
    endless = z(level) ** 2 * WIDEST / margin**2
    return min(population, ceil(endless / (1 + (endless - 1) / population)))
