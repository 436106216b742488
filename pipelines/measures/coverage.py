"""How much is known of an area, per theme, so that no data is not read as no culture."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.catalogue import Catalogue, measure_names
from pipelines.fetch.source import Tables

TITLE = "Hoeveel cijfers er over een gebied bekend zijn"


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation, in percent. The `column` of an indicator is `places`, or the themes whose
    figures are counted.

    `places`: of all kinds of place the share that a source lists completely in a municipality.
    Themes: of the publishers' indicators that some area of the same level has, the share that an
    area has; where nobody lives nothing needs to be known, and a level of which nobody has an
    indicator has no rows.
    """
    area, observation = tables["area"], tables["observation"]
    known = observation[observation["value"].notna()].drop_duplicates(["indicator", "area"])
    known = known.assign(level=known["area"].map(area.set_index("code")["level"]))
    out = []
    for indicator in catalogue.of_source("coverage"):
        held = area[area["level"].isin(indicator.levels)]
        if indicator.column == "places":
            complete = (
                tables["completeness"].query("covered").drop_duplicates(["municipality", "kind"])
            )
            count, possible = (
                complete["municipality"].value_counts(),
                pd.Series(len(catalogue.kinds), held.index),
            )
        else:
            themes = indicator.column.split()
            asked = (
                i
                for i in catalogue.indicators.values()
                if i.theme in themes and i.source not in measure_names()
            )
            own = known[known["indicator"].isin({i.id for i in asked})]
            held = held[held["level"].isin(own["level"])]
            count, possible = (
                own["area"].value_counts(),
                held["level"].map(own.groupby("level")["indicator"].nunique()),
            )
        empty = held["population"].astype(float).fillna(0) == 0
        value = (100 * held["code"].map(count).fillna(0) / possible).mask(empty)
        status = pd.Series("measured", held.index).mask(empty, "not_applicable")
        frame = pd.DataFrame(
            {"area": held["code"], "value": value, "status": status, "area_year": held["year"]}
        )
        out.append(frame.assign(indicator=indicator.id, period=held["year"].astype(str)))
    return {"observation": pd.concat(out, ignore_index=True)}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of all figures that publishers give, and of all places."""
    figures = {i.source for i in catalogue.indicators.values()} - {*measure_names()}
    return figures | {*tables["place"]["source"]}
