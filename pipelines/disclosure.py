"""Complementary suppression: no figure that a publisher withheld can be worked out from its parent and siblings.

A figure under the publisher's minimum is given away when all that surrounds it is published: the parent minus the
siblings leaves it, and what is found that way can lead to the next. Two withheld figures guard each other, unless the
one has so few residents that the sum is as good as the other. The p-percent rule (Hundepool and others, Statistical
Disclosure Control, 2012) says when a figure is given away: it is known to within ten percent. Then the sibling with
the fewest residents is withheld too, or the parent where there is no sibling, until nothing is given away any more.
What is found is uncertain by the rounding of all that was subtracted: CBS rounds counts to fives, and other figures to
the decimals that the catalogue says.
"""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from pipelines.catalogue import Catalogue, Indicator

WITHIN = 0.1  # of the figure
ROUNDED_BY = 2  # at most, of a count that is rounded to fives
WITHHELD = "suppressed"


def protect(observation: pd.DataFrame, area: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The observations, with every figure withheld that would give another away."""
    out = observation.copy()
    for (name, period), rows in observation.groupby(["indicator", "period"]):
        indicator = catalogue.indicators[str(name)]
        if not indicator.minimum or not (rows["status"] == WITHHELD).any():
            continue
        more = _complement(rows, area, indicator, catalogue.units[indicator.unit].per_resident)
        hide = (out["indicator"] == name) & (out["period"] == period) & out["area"].isin(more)
        out.loc[hide, ["value", "low", "high"]] = None
        out.loc[hide, "status"] = WITHHELD
    return out


def _complement(rows: pd.DataFrame, area: pd.DataFrame, indicator: Indicator, factor: float) -> set[str]:
    """The areas whose figure must be withheld too."""
    about = area.set_index("code")
    frame = rows.set_index("area")[["value", "status"]].join(about[["parent", "population"]])
    frame = frame[frame["population"].astype(float) > 0].sort_index().sort_values("population", kind="stable")
    families = [[str(up), *f.index] for up, f in frame.groupby("parent") if up in frame.index]
    people = {str(a): float(n) for a, n in frame["population"].items()}
    total = {str(a): float(v) * people[str(a)] for a, v in frame["value"].dropna().items()}
    rounding = {
        a: factor * ROUNDED_BY if indicator.denominator else people[a] * 10**-indicator.decimals / 2 for a in total
    }
    secret = {str(a) for a in frame.index[frame["status"] == WITHHELD]}
    more: set[str] = set()
    while True:
        found = _attack(families, people, {a: (total[a], rounding[a]) for a in total.keys() - more})
        told = {a for a in secret & found.keys() if found[a].slack <= WITHIN * abs(found[a].total)}
        if not told:
            return more
        more |= {_guard(a, found, total.keys() - more) for a in sorted(told)}


class _Found(NamedTuple):
    """What an attacker works out of an area: its total, how far that may be off, and the areas used, parent last."""

    total: float
    slack: float
    used: list[str]


def _attack(
    families: list[list[str]], people: dict[str, float], published: dict[str, tuple[float, float]]
) -> dict[str, _Found]:
    """All that can be worked out, family by family (a parent, then its children, fewest residents first).

    A figure is the parent minus the siblings, or the sum of the children. Of several unknown children the largest is
    as good as found when the others hold no more than ten percent of its residents. Of several ways to a figure the
    most precise counts.
    """
    known, found = dict(published), dict[str, _Found]()
    again = True
    while again:
        again = False
        for family in families:
            parent, *children = family
            unknown = {a for a in family if a not in known}
            for hidden in (a for a in family if a not in published):
                beside = unknown - {hidden}
                others = sum(people[a] for a in beside)
                if parent in beside or (beside and hidden == parent) or others > WITHIN * people[hidden]:
                    continue
                used = [a for a in (*children, parent) if a not in unknown and a != hidden]
                rest = sum(known[a][0] for a in used if a != parent)
                rest = rest if hidden == parent else known[parent][0] - rest
                theirs = abs(rest) * others / (others + people[hidden])
                slack = sum(known[a][1] for a in used) + theirs
                if hidden not in known or slack < known[hidden][1]:
                    known[hidden] = rest - theirs, slack
                    found[hidden] = _Found(*known[hidden], used)
                    again = True
                    break  # what is unknown in this family has changed
    return found


def _guard(told: str, found: dict[str, _Found], published: set[str]) -> str:
    """The one to withhold: a published sibling, else the parent, else what gave one of those away."""
    used = found[told].used
    return next((a for a in used if a in published), "") or _guard(used[0], found, published)
