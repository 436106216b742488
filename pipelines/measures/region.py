"""Figures of provinces, made of those of their municipalities (`methods/parts.py`).

The `parts` of an indicator is the rule; one without a rule has no figure of a province, for its
parts do not tell it. What a publisher measured of a province goes before. Residents are those of
the year of the areas, also for figures of earlier years.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.build.areas import PROVINCE
from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables
from pipelines.methods import parts

TITLE = "Cijfers van provincies, uit die van hun gemeenten"
AFTER = ("access",)
CHILDREN, OLDER = "children_share", "older_residents_share"


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation of the provinces."""
    area, observation = tables["area"].set_index("code"), tables["observation"]
    towns = area[area["parent"].map(area["level"]) == PROVINCE].sort_index()
    about = pd.DataFrame({"residents": towns["population"].astype(float).fillna(0)})
    for name, share in (("children", CHILDREN), ("older", OLDER)):
        about[name] = _newest(observation, share).reindex(about.index)
    published = observation[observation["area"].map(area["level"]) == PROVINCE]
    before = set(
        published[published["value"].notna()][["indicator", "area", "period"]].itertuples(
            index=False, name=None
        )
    )
    rules = {i.id: i.parts for i in catalogue.indicators.values() if i.parts}
    ours = observation[observation["indicator"].isin(rules) & observation["area"].isin(towns.index)]
    rows = []
    for (indicator, period), figures in ours.groupby(["indicator", "period"]):
        figures = figures.set_index("area").reindex(about.index)
        for code, members in towns.groupby("parent").groups.items():
            if (indicator, code, period) in before:
                continue
            whole = _whole(rules[str(indicator)], figures.loc[members], about.loc[members])
            if whole["value"] is not None:  # else too little is known to say anything
                rows.append({"indicator": indicator, "area": code, "period": period, **whole})
    columns = ["indicator", "area", "period", "value", "low", "high", "status", "method"]
    observations = pd.DataFrame(rows, columns=columns)
    return {"observation": observations.assign(area_year=observations["area"].map(area["year"]))}


def used(tidied: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the figures that were put together."""
    return catalogue.sources_of(tidied["observation"]["indicator"].unique())


def _whole(rule: str, figures: pd.DataFrame, about: pd.DataFrame) -> dict[str, object]:
    """The figure of a province, with its margin where every figure of a municipality has one."""
    columns = (about[c].to_numpy(dtype=float) for c in ("residents", "children", "older"))
    residents, children, older = columns
    weight = parts.weights(rule, residents, children, older)
    values = [figures[c].to_numpy(dtype=float) for c in ("value", "low", "high")]
    value, low, high = (parts.whole(rule, v, weight, residents) for v in values)
    methods = {*figures["method"].dropna()}
    bounded = low is not None and high is not None and len(methods) == 1
    return {
        "value": value,
        "low": low if bounded else None,
        "high": high if bounded else None,
        "status": parts.status({*figures["status"].fillna("missing")}),
        "method": methods.pop() if bounded else parts.term(rule),
    }


def _newest(observation: pd.DataFrame, indicator: str) -> pd.Series:
    """The newest figure of an indicator, by area."""
    rows = observation[(observation["indicator"] == indicator) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates("area", keep="last")
    return newest.set_index("area")["value"]
