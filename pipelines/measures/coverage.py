"""How much is known of an area: the share of our figures that it has, so that no data is not read as no culture."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Hoeveel cijfers er over een gebied bekend zijn",
    publisher="Cultuuratlas",
    licence="CC-BY-4.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, op de cijfers van alle bronnen",
)


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation. The `column` of an indicator is `places`, or the themes whose figures are counted.

    `places`: how many sources cover a kind of place or more in a municipality. Themes: of the publishers' indicators
    that some area of the same level has, the share in percent that an area has; where nobody lives, nothing needs to be
    known.
    """
    area = tables["area"]
    observation = tables["observation"]
    known = observation[observation["value"].notna()].drop_duplicates(["indicator", "area"])
    known = known.assign(level=known["area"].map(area.set_index("code")["level"]))
    out = []
    for indicator in catalogue.of_source("coverage"):
        if indicator.column == "places":
            out.append(_sources(tables["completeness"], area).assign(indicator=indicator.id))
            continue
        themes = indicator.column.split()
        asked = [i.id for i in catalogue.indicators.values() if i.theme in themes]
        own = known[known["indicator"].isin(asked)]
        held = area[area["level"].isin(indicator.levels)]
        possible = held["level"].map(own.groupby("level")["indicator"].nunique()).to_numpy()
        count = held["code"].map(own.groupby("area").size()).fillna(0).to_numpy()
        empty = (held["population"].astype(float).fillna(0) == 0).to_numpy()
        frame = pd.DataFrame({"area": held["code"], "value": 100 * count / possible, "area_year": held["year"]})
        frame["status"] = pd.Series("measured", frame.index).mask(empty, "not_applicable")
        frame["value"] = frame["value"].mask(empty)
        out.append(frame.assign(indicator=indicator.id, period=str(int(held["year"].max()))))
    return {"observation": pd.concat(out, ignore_index=True)}


def _sources(completeness: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    count = completeness[completeness["covered"]].groupby("municipality")["source"].nunique()
    held = area[area["level"] == "gemeente"]
    value = held["code"].map(count).fillna(0).astype(float)
    frame = pd.DataFrame({"area": held["code"], "value": value, "area_year": held["year"], "status": "measured"})
    return frame.assign(period=held["year"].astype(str))
