"""How far it is to the nearest place of a kind, and how many schools there are for the children who
can walk to them.

Only for kinds of which every place is listed (`completeness.py`): of another kind a nearer one may
be missing. Never clipped at a municipal border: a place across it counts. The distance is a
straight line from many points of a buurt, times what the road adds (`methods/travel.py`; table
`detour`), learnt from the distance by road to a primary school that CBS publishes. Where CBS
publishes a distance itself, that is the figure and ours is only the check on it. A wijk, a gemeente
and the country have the mean over their residents, without a margin: what the errors of buurten
have in common is not known. Scarcity is a two-step floating catchment from the label point of each
buurt.

What will surprise you: the streets of OpenStreetMap are not used. From one point in a buurt they
told the distance of its residents less well than the straight line from many (in the 409 buurten
that had both: a spread of 0.44 against 0.33 of the logarithm of CBS's distance over ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.spatial import KDTree

from pipelines.build import completeness
from pipelines.catalogue import Catalogue, Indicator
from pipelines.fetch.source import Tables
from pipelines.methods.road import SPEED, along, metres, overall, spread
from pipelines.methods.travel import calibrate, catchment

TITLE = "Afstand tot de dichtstbijzijnde plek, hemelsbreed en geijkt op afstanden van CBS"
TRUTH, TRUTH_OF = (
    "distance_primary_school_km",
    "primary_school",
)  # the published distance, and the kind that it is to
URBANITY = "address_density"
METHOD = "calibrated"
ENOUGH = 0.95  # share of residents of whom a figure must be known before their wijk has one

Of = TypeVar("Of")


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Tables access(area, kind, metres, low, high), detour and observation. The `column` of an
    indicator is one of

        nearest <kind> <walk | bike>       minutes scarcity <kind> <indicator>        places per
        1,000 of the share of residents that the indicator is

    Raises ValueError for a column that says something else, or a kind of which not all places are
    listed.
    """
    area, observation, projection = (
        tables["area"],
        tables["observation"],
        catalogue.country.projection,
    )
    buurt = (
        area[(area["level"] == catalogue.finest) & area["geometry"].notna()]
        .set_index("code")
        .sort_index()
    )
    place = tables["place"]
    complete = completeness.national(tables["completeness"], area)
    place = place[place["kind"].isin(complete) & place["lon"].notna()]
    spots = {
        str(kind): metres(rows["lon"], rows["lat"], projection)
        for kind, rows in place.groupby("kind")
    }
    points = spread([*buurt["geometry"]], projection)
    straight = {
        kind: np.asarray(KDTree(to).query(points)[0]).mean(axis=1) for kind, to in spots.items()
    }
    density = _newest(observation, URBANITY).reindex(buurt.index).to_numpy(dtype=float)
    published = _newest(observation, TRUTH).reindex(buurt.index).to_numpy(dtype=float) * 1_000
    detour = calibrate(
        straight.get(TRUTH_OF, np.full(len(buurt), np.nan)),
        published,
        density,
        buurt["municipality"],
    )
    residents = buurt["population"].astype(float).fillna(0)
    distances = {}
    for kind, line in straight.items():
        ends = zip(("metres", "low", "high"), along(line, density, detour), strict=True)
        road = pd.DataFrame(dict(ends), buurt.index)[residents > 0]
        distances[kind] = road.drop(columns="metres").reindex(area["code"])
        distances[kind].insert(0, "metres", _means(road["metres"], residents, buurt, area))
    rows = []
    for indicator in catalogue.of_source("access"):
        match indicator.column.split():
            case ["nearest", kind, mode] if mode in SPEED:
                minutes = _of_kind(indicator, distances, kind) / SPEED[mode]
                rows.append(_figures(indicator, minutes.rename(columns={"metres": "value"}), area))
            case ["scarcity", kind, group]:
                share = _newest(observation, group)
                if share.empty:
                    raise ValueError(f"{indicator.id}: no figure of {group!r}")
                demand = residents * share.reindex(buurt.index).fillna(0) / 100
                origins, schools = (
                    metres(buurt["lon"], buurt["lat"], projection),
                    _of_kind(indicator, spots, kind),
                )
                supply = 1_000 * catchment(origins, schools, demand.to_numpy(), overall(detour))
                per_head = _means(
                    pd.Series(supply, buurt.index)[residents > 0], demand, buurt, area
                )
                rows.append(_figures(indicator, per_head.to_frame("value"), area))
            case _:
                raise ValueError(
                    f"{indicator.id}: column {indicator.column!r} is none that access can compute"
                )
    access = pd.concat(
        [road.assign(kind=kind).reset_index(names="area") for kind, road in distances.items()]
    )
    return {
        "observation": pd.concat(rows, ignore_index=True),
        "access": access.dropna(subset="metres"),
        "detour": detour,
    }


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the places that counted, and of the figures that the distance and the demand
    rest on.
    """
    place, kinds = tables["place"], completeness.national(tables["completeness"], tables["area"])
    groups = [
        i.column.split()[2]
        for i in catalogue.of_source("access")
        if i.column.startswith("scarcity")
    ]
    figures = catalogue.sources_of([TRUTH, URBANITY, *groups])
    return figures | {*place.loc[place["kind"].isin(kinds), "source"]}


def _newest(observation: pd.DataFrame, indicator: str) -> pd.Series:
    """The newest figure of an indicator, by area."""
    rows = observation[(observation["indicator"] == indicator) & observation["value"].notna()]
    return (
        rows.sort_values("period").drop_duplicates("area", keep="last").set_index("area")["value"]
    )


def _of_kind(indicator: Indicator, by_kind: Mapping[str, Of], kind: str) -> Of:
    if kind not in by_kind:
        raise ValueError(
            f"{indicator.id}: the places of kind {kind!r} are not all listed, or there is none"
        )
    return by_kind[kind]


def _figures(indicator: Indicator, values: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Rows of observation, for the levels of the indicator; `values` has value and perhaps low and
    high, by area.
    """
    of_levels = area[area["level"].isin(indicator.levels)]
    rows = values.reindex(index=of_levels["code"], columns=["value", "low", "high"])
    empty = rows["value"].isna() & (of_levels["population"].astype(float).fillna(0) == 0).to_numpy()
    rows["status"] = pd.Series("estimated", rows.index).mask(rows["value"].isna(), "missing")
    rows["status"] = rows["status"].mask(empty, "not_applicable")
    rows["method"] = pd.Series(METHOD, rows.index).where(rows["low"].notna())
    rows["area_year"] = of_levels["year"].to_numpy()
    rows["period"] = of_levels["year"].astype(str).to_numpy()
    return rows.rename_axis("area").reset_index().assign(indicator=indicator.id)


def _means(
    value: pd.Series, weight: pd.Series, buurt: pd.DataFrame, area: pd.DataFrame
) -> pd.Series:
    """A figure of inhabited areas of the finest level for all areas: of those their own, above them
    the mean over their weight.

    Blank where nobody lives, or where too little is known of those who do.
    """
    weight, parent = weight.reindex(value.index), area.set_index("code")["parent"]
    levels, group = [value], buurt["parent"].reindex(value.index)
    while group.notna().any():
        total, known = (w.groupby(group).sum() for w in (weight, weight.where(value.notna(), 0)))
        mean = (value * weight).groupby(group).sum() / known
        levels.append(mean.where((known >= ENOUGH * total) & (known > 0)))
        group = group.map(parent)
    return pd.concat(levels).reindex(area["code"])
