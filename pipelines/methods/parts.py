"""A figure of an area that is made of others, such as a province: only where its parts tell it.

A count is the sum of its parts, all of them. A mean or a share is the mean of the parts, each
counted by how many it is of: residents, those of 15 and older, of 65 and older, or children. A
figure per so many residents (residents per household, per square kilometre) is all residents over
all households or square kilometres. Of medians, of values of houses and of figures of people whose
number is not known there is no rule, so there is no figure.

The low ends are put together as the figures are, and the high ends too: as if every part were off
the same way at the same time. That margin is never too narrow, and wider than it would be if parts
erred apart.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ENOUGH = 0.9  # of those whom a mean is of: they must live in parts of which the figure is known

# of residents, and of children (to 15) and older residents (from 65) in percent of them: whom it is of
WEIGHTS: dict[str, Callable[[Floats, Floats, Floats], Floats]] = {
    "sum": lambda residents, children, older: residents,
    "residents": lambda residents, children, older: residents,
    "ratio": lambda residents, children, older: residents,
    "adults": lambda residents, children, older: residents * (1 - children / 100),
    "children": lambda residents, children, older: residents * children / 100,
    "older": lambda residents, children, older: residents * older / 100,
}
RULES = tuple(WEIGHTS)


def term(rule: str) -> str:
    """The method of a figure that was made so, and the scheme of the indicators that may be."""
    return f"parts_{rule}"


def weights(rule: str, residents: Floats, children: Floats, older: Floats) -> Floats:
    """Of how many each part is, by a rule; nan where a share that is needed is not known."""
    return WEIGHTS[rule](residents, children, older)


def whole(rule: str, values: Floats, weight: Floats, residents: Floats) -> float | None:
    """The figure of the whole by a rule of RULES, from values of its parts (nan where not known);
    None where too little is known.

    A part of which the weight is not known counts with all its residents among what is not known.
    """
    known = ~np.isnan(values) & ~np.isnan(weight)
    if rule == "sum":
        return float(values.sum()) if known.all() and len(values) else None
    total = np.where(np.isnan(weight), residents, weight).sum()
    counted = weight[known].sum()
    if not counted or counted < ENOUGH * total:
        return None
    if rule == "ratio":
        inhabited = known & (weight > 0)
        if (values[inhabited] <= 0).any():
            return None
        return float(counted / (weight[inhabited] / values[inhabited]).sum())
    return float((values[known] * weight[known]).sum() / counted)


def status(statuses: set[str]) -> str:
    """How a figure of the whole is known, by how those of all parts are: measured where every one
    of them is.
    """
    return "measured" if statuses <= {"measured", "not_applicable"} else "estimated"
