"""Complementary suppression: no figure that a publisher withheld can be worked out from its parent and siblings.

A figure under the publisher's minimum is given away when all that surrounds it is published: the parent minus the
siblings leaves it. The p-percent rule (Hundepool and others, Statistical Disclosure Control, 2012) says when: what is
left is known to within ten percent. Then the sibling with the fewest residents is withheld too, or the parent where
there is no sibling, until nothing is given away any more. What is left is uncertain by the rounding of what was
subtracted: CBS rounds counts to fives, and other figures to the decimals that the catalogue says.
"""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue, Indicator

WITHIN = 0.1  # of the figure
ROUNDED_TO = 5  # counts of residents
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
    frame = frame[frame["population"].astype(float) > 0].sort_values(["population"], kind="stable")
    families = [(str(up), list(f.index)) for up, f in frame.groupby("parent") if up in frame.index]
    value = {str(a): float(v) for a, v in frame["value"].items()}
    people = {str(a): float(n) for a, n in frame["population"].items()}
    secret = set(frame.index[frame["status"] == WITHHELD])
    known = set(frame.index[frame["value"].notna()])
    error = {
        a: factor * ROUNDED_TO / 2 if indicator.denominator else people[a] * 10**-indicator.decimals / 2
        for a in frame.index
    }
    more: set[str] = set()
    while True:
        left, hidden = known - more, secret | more
        found = {c for up, family in families if (c := _gives_away(up, family, value, people, error, left, hidden))}
        if not found:
            return more
        more |= found


def _gives_away(
    parent: str,
    family: list[str],
    value: dict[str, float],
    people: dict[str, float],
    error: dict[str, float],
    known: set[str],
    secret: set[str],
) -> str:
    """Of a parent and its children, the one to withhold because a single unknown among them can be worked out."""
    unknown = [a for a in (parent, *family) if a not in known]
    if len(unknown) != 1 or unknown[0] not in secret:
        return ""
    hidden = unknown[0]
    total = sum(value[a] * people[a] for a in family if a != hidden)
    rest = total if hidden == parent else value[parent] * people[parent] - total
    slack = sum(error[a] for a in (parent, *family) if a != hidden)
    if slack > WITHIN * abs(rest):
        return ""
    siblings = [a for a in family if a != hidden]  # fewest residents first
    return siblings[0] if siblings else parent
