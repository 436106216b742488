"""How complete the learning path of an age group is: cells of domain by learning form within a quarter of an hour.

A cell counts when a kind of place for that age is known in the whole country; the other cells are unknown, not empty,
and the same cells count everywhere, so areas compare. Minutes are those of `access.py`. A path that is complete here
is near, which does not say that anyone takes it.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines import completeness
from pipelines.catalogue import Catalogue
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Welk deel van een leerpad in de buurt is",
    publisher="Cultuuratlas",
    licence="ODbL-1.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, plekken: DUO, Waar is mijn stemlokaal en © OpenStreetMap contributors",
)
AFTER = ("access",)
WITHIN_MIN = 15


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation, percent of cells; `column` of an indicator is `<age>.<mode>`."""
    area = tables["area"]
    everywhere = completeness.national(tables["completeness"], area)
    buurt = area[(area["level"] == "buurt") & (area["population"] > 0)].set_index("code")
    access = tables["access"]
    access = access[(access["scheme"] == "kind") & ~access["step_free"] & access["term"].isin(everywhere)]
    access = access[access["area"].isin(buurt.index)]
    cell = access["term"].map({k: (kind.domain, kind.learning_form) for k, kind in catalogue.kinds.items()})
    access = access.assign(cell=cell)
    out = []
    for indicator in catalogue.of_source("path"):
        age, mode = indicator.column.split(".")
        mine = access[(access["mode"] == mode) & access["term"].isin(catalogue.audiences["age"][age].kinds)]
        nearest = mine.groupby(["area", "cell"])["minutes"].min().unstack()
        nearest = nearest.dropna()  # where a source does not cover the municipality, fewer cells would be another share
        share = 100 * (nearest <= WITHIN_MIN).sum(axis=1) / nearest.shape[1]
        seen = share.to_frame("value").join(buurt[["parent", "municipality", "population"]])
        seen = seen.reset_index(names="buurt").assign(land="NL00")
        for column in ("buurt", "parent", "municipality", "land"):  # of larger areas the mean over their residents
            group = seen.assign(amount=seen["value"] * seen["population"]).groupby(column)
            mean = group["amount"].sum() / group["population"].sum()
            out.append(pd.DataFrame({"area": mean.index, "value": mean.to_numpy()}).assign(indicator=indicator.id))
    if not out:
        return {}
    found = pd.concat(out, ignore_index=True).assign(period=str(area["year"].max()), status="estimated")
    return {"observation": found.merge(area[["code", "year"]].set_axis(["area", "area_year"], axis=1), on="area")}
