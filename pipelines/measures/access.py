"""How far it is on foot to the places we know: straight line times a detour, for every neighbourhood of the country.

From the label point of a buurt to the nearest place, at 4.8 km/h and a street of 1.3 times the straight line, and the
number of places within 15 minutes. A wijk and a gemeente have the mean over their residents. Never clipped at a
municipal border: a place across it counts. What will surprise you: a label point stands for all residents of a buurt,
so in a large buurt the figure says little of any one address; and the figure can be no more complete than the places.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import Transformer
from scipy.spatial import KDTree

from pipelines.catalogue import Catalogue, Indicator
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Loopafstanden tot plekken, hemelsbreed maal 1,3",
    publisher="Cultuuratlas",
    licence="CC-BY-4.0",
    url="https://duo.nl/open_onderwijsdata",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, op plekken van DUO en de Kiesraad",
)
DETOUR = 1.3
METRES_PER_MINUTE = 4_800 / 60
WITHIN_MIN = 15
PERIOD = "2024"
TO_METRES = Transformer.from_crs(4326, 28992, always_xy=True)


def measure(area: pd.DataFrame, observation: pd.DataFrame, place: pd.DataFrame, catalogue: Catalogue) -> Tables:
    """Table observation. The `column` of an indicator is `nearest` or `within`, and the kinds of place that count.

    Raises ValueError for a column that says something else, or a kind of which there is no place at all.
    """
    buurt = area[(area["level"] == "buurt") & area["lon"].notna()].set_index("code")
    origins = np.column_stack(TO_METRES.transform(buurt["lon"].to_numpy(), buurt["lat"].to_numpy()))
    frames = []
    for indicator in catalogue.of_source("access"):
        what, kinds = _asked(indicator)
        found = place[place["kind"].isin(kinds) & place["lon"].notna()]
        if found.empty:
            raise ValueError(f"{indicator.id}: no place of {', '.join(kinds)}")
        tree = KDTree(np.column_stack(TO_METRES.transform(found["lon"].to_numpy(), found["lat"].to_numpy())))
        if what == "nearest":
            values = tree.query(origins)[0] * DETOUR / METRES_PER_MINUTE
        else:
            values = tree.query_ball_point(origins, WITHIN_MIN * METRES_PER_MINUTE / DETOUR, return_length=True)
        frames.append(_levels(pd.Series(values, buurt.index, dtype=float), area).assign(indicator=indicator.id))
    return {"observation": pd.concat(frames, ignore_index=True)}


def _asked(indicator: Indicator) -> tuple[str, list[str]]:
    what, *kinds = indicator.column.split()
    if what not in ("nearest", "within") or not kinds:
        raise ValueError(f"{indicator.id}: column {indicator.column!r} is not `nearest` or `within` and kinds of place")
    return what, kinds


def _levels(value: pd.Series, area: pd.DataFrame) -> pd.DataFrame:
    """The value of each buurt, and of wijk, gemeente and land the mean over the residents of their buurten."""
    about = area.set_index("code")
    residents = about["population"].astype(float).fillna(0)
    known = pd.DataFrame({"value": value, "residents": residents.reindex(value.index)})
    known = known[known["residents"] > 0]
    weighted = (known["value"] * known["residents"]).rename("sum")
    parts = [known["value"]]
    for above in (about["parent"], about["municipality"], pd.Series("NL00", about.index)):
        group = above.reindex(known.index)
        parts.append(weighted.groupby(group).sum() / known["residents"].groupby(group).sum())
    out = pd.DataFrame({"value": pd.concat(parts).reindex(about.index)})
    status = pd.Series("estimated", about.index).mask(out["value"].isna(), "missing")
    out["status"] = status.mask(out["value"].isna() & (residents == 0), "not_applicable")
    return out.assign(period=PERIOD, area_year=about["year"]).rename_axis("area").reset_index()
