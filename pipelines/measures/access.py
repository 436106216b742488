"""How far it is to the nearest place of a kind, and how many schools there are for the children who can walk to them.

Only for kinds of which every place is listed (`completeness.py`): of another kind a nearer one may be missing. Never
clipped at a municipal border: a place across it counts. In a straight line from points spread evenly over a buurt,
which tells more of where people live than the one point of its label, times what the road adds (table `detour`).

What the road adds is learnt from the distance by road to a primary school that CBS publishes, per class of distance
and of urbanity: of all buurten in a class the 5th, 50th and 95th percentile of that distance over ours. The margin is
from the first to the last. Whether it holds is seen in municipalities that it was not learnt from: the buurten of each
tenth of the municipalities, by what all others give (`coverage`). Where CBS publishes a distance itself, that is the
figure and ours is only the check on it. A wijk, a gemeente and the country have the mean over their residents, without
a margin: what the errors of buurten have in common is not known.

Scarcity is the two-step floating catchment of Luo and Wang (2003) with the distance weight of Dai (2010), from the
label point of each buurt: each place is divided over the people who can walk to it, and an area has the sum of its
parts.

What will surprise you: the streets of OpenStreetMap are not used. From one point in a buurt they told the distance of
its residents less well than the straight line from many (in the 409 buurten that had both: a spread of 0.44 against
0.33 of the logarithm of CBS's distance over ours).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array
from scipy.spatial import KDTree
from scipy.stats.qmc import Halton

from pipelines import completeness
from pipelines.catalogue import Catalogue, Indicator
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Afstand tot de dichtstbijzijnde plek, hemelsbreed en geijkt op afstanden van CBS",
    publisher="Cultuuratlas",
    licence="ODbL-1.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, op plekken van DUO en © OpenStreetMap contributors en afstanden van CBS",
)
SPEED = {"walk": 4_800 / 60, "bike": 15_000 / 60}  # metres per minute
TRUTH, TRUTH_OF = "distance_primary_school_km", "primary_school"  # the published distance, and the kind that it is to
URBANITY = "address_density"
POINTS = 32  # spread over each neighbourhood
FARS = (0, 300, 500, 800, 1_300, 2_200, 4_000)  # classes of the straight line, metres; beyond the last nothing is known
DENSE = (0, 500, 1_000, 1_500, 2_500, np.inf)  # addresses per km²: the five classes of urbanity of CBS
WITHIN = (0.05, 0.5, 0.95)
FEWEST = 50  # neighbourhoods to learn a class from
TENTHS = 10
WALK_MIN, FADE_MIN = 15, 7.5  # how far a catchment reaches, and the spread of its distance weight
METHOD = "calibrated"
ENOUGH = 0.95  # share of residents of whom a figure must be known before their wijk has one
TO_METRES = Transformer.from_crs(4326, 28992, always_xy=True)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Of = TypeVar("Of")


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Tables access(area, kind, metres, low, high), detour and observation. The `column` of an indicator is one of

        nearest <kind> <walk | bike>       minutes
        scarcity <kind> <indicator>        places per 1,000 of the share of residents that the indicator is

    Raises ValueError for a column that says something else, or a kind of which not all places are listed.
    """
    area, observation = tables["area"], tables["observation"]
    buurt = area[(area["level"] == "buurt") & area["geometry"].notna()].set_index("code").sort_index()
    place = tables["place"]
    complete = completeness.national(tables["completeness"], area)
    place = place[place["kind"].isin(complete) & place["lon"].notna()]
    spots = {str(kind): metres(rows["lon"], rows["lat"]) for kind, rows in place.groupby("kind")}
    points = spread(buurt["geometry"])
    straight = {kind: np.asarray(KDTree(to).query(points)[0]).mean(axis=1) for kind, to in spots.items()}
    density = _newest(observation, URBANITY).reindex(buurt.index).to_numpy(dtype=float)
    published = _newest(observation, TRUTH).reindex(buurt.index).to_numpy(dtype=float) * 1_000
    detour = calibrate(straight.get(TRUTH_OF, np.full(len(buurt), np.nan)), published, density, buurt["municipality"])
    residents = buurt["population"].astype(float).fillna(0)
    distances = {}
    for kind, line in straight.items():
        road = along(line, density, detour).set_index(buurt.index)[residents > 0]
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
                origins, schools = metres(buurt["lon"], buurt["lat"]), _of_kind(indicator, spots, kind)
                supply = 1_000 * catchment(origins, schools, demand.to_numpy(), overall(detour))
                per_head = _means(pd.Series(supply, buurt.index)[residents > 0], demand, buurt, area)
                rows.append(_figures(indicator, per_head.to_frame("value"), area))
            case _:
                raise ValueError(f"{indicator.id}: column {indicator.column!r} is none that access can compute")
    access = pd.concat([road.assign(kind=kind).reset_index(names="area") for kind, road in distances.items()])
    return {
        "observation": pd.concat(rows, ignore_index=True),
        "access": access.dropna(subset="metres"),
        "detour": detour,
    }


def metres(lon: pd.Series, lat: pd.Series) -> Floats:
    """Points in EPSG:28992, n x 2."""
    return np.column_stack(TO_METRES.transform(lon.to_numpy(), lat.to_numpy()))


def spread(outlines: pd.Series) -> Floats:
    """Points spread evenly over each outline (GeoJSON, EPSG:4326), in EPSG:28992: outlines x POINTS x 2.

    The first points of a Halton sequence (1960) over the box around an outline that lie within it, so that they are the
    same on every machine and in any order of outlines.
    """
    shapes = shapely.transform(
        shapely.from_geojson(outlines.to_numpy()), lambda at: np.column_stack(TO_METRES.transform(*at.T))
    )
    out = np.empty((len(shapes), POINTS, 2))
    for n, shape in enumerate(shapes):
        shapely.prepare(shape)
        low, high = np.reshape(shape.bounds, (2, 2))
        sequence, inside = Halton(2, scramble=False), np.empty((0, 2))
        while len(inside) < POINTS:
            candidates = low + sequence.random(4 * POINTS) * (high - low)
            inside = np.concatenate([inside, candidates[shapely.contains_xy(shape, candidates)]])
        out[n] = inside[:POINTS]
    return out


def calibrate(straight: Floats, road: Floats, density: Floats, town: pd.Series) -> pd.DataFrame:
    """Table detour: how much farther the road is than the straight line, per class of distance and of urbanity.

    Columns since and until (metres), sparse and dense (addresses per km²), areas, low, median, high, and the share of
    areas that lies within the margin that the municipalities of the other nine tenths give (`coverage`). The last row,
    with blank classes, is of all areas. A class with too few areas has no row.
    """
    known = pd.DataFrame({"straight": straight, "road": road, "density": density, "town": town.to_numpy()}).dropna()
    known["ratio"] = known["road"] / known["straight"]
    known = pd.concat([known, _classes(known["straight"], known["density"])], axis=1)
    tenth = pd.Series(pd.factorize(known["town"], sort=True)[0] % TENTHS, known.index)
    rows = []
    for key, group in [*known.groupby(["far", "dense"]), ((-1, -1), known)]:
        far, dense = map(int, key)
        if (n := len(group)) < FEWEST:
            continue
        low, median, high = group["ratio"].quantile(WITHIN)
        row = {"areas": n, "low": low, "median": median, "high": high}
        if far >= 0:
            row |= {"since": FARS[far], "until": FARS[far + 1], "sparse": DENSE[dense]}
            row |= {"dense": DENSE[dense + 1] if np.isfinite(DENSE[dense + 1]) else None}
        ratio, fold = group["ratio"], tenth[group.index]
        ends = [ratio[fold != n].quantile([WITHIN[0], WITHIN[-1]]) for n in range(TENTHS)]
        covered = pd.concat([ratio[fold == n].between(*ends[n]) for n in range(TENTHS)])
        rows.append(row | {"coverage": covered.mean()})
    columns = ["since", "until", "sparse", "dense", "areas", "low", "median", "high", "coverage"]
    return pd.DataFrame(rows, columns=columns)


def overall(detour: pd.DataFrame) -> float:
    """How much farther the road is over all areas; the straight line itself where nothing is known."""
    every = detour[detour["since"].isna()]
    return float(every["median"].iloc[0]) if len(every) else 1.0


def along(straight: Floats, density: Floats, detour: pd.DataFrame) -> pd.DataFrame:
    """Metres by road with `low` and `high`; without a margin where the class of an area is not known."""
    area = _classes(pd.Series(straight), pd.Series(density))
    known = detour.assign(far=detour["since"].map({f: n for n, f in enumerate(FARS)}))
    known["dense"] = known["sparse"].map({d: n for n, d in enumerate(DENSE)})
    factor = area.merge(known.dropna(subset=["far"]), how="left", on=["far", "dense"])
    middle = factor["median"].fillna(overall(detour))
    return pd.DataFrame(
        {"metres": straight * middle, "low": straight * factor["low"], "high": straight * factor["high"]}
    )


def _classes(straight: pd.Series, density: pd.Series) -> pd.DataFrame:
    """The class of distance and of urbanity, from 0; blank where there is none."""
    far = pd.cut(straight, FARS, right=False, labels=False)
    return pd.DataFrame({"far": far, "dense": pd.cut(density, DENSE, right=False, labels=False)})


def two_step(origin: Ints, place: Ints, weight: Floats, demand: Floats, supply: Floats) -> Floats:
    """Two-step floating catchment: supply per head in each origin.

    R_j = S_j / sum_k P_k w_kj and A_i = sum_j R_j w_ij, over pairs of rows of `demand` (P) and `supply` (S). What is
    shared out is what someone can reach: sum_i P_i A_i is the sum of those S_j.
    """
    pull = coo_array((weight, (origin, place)), shape=(len(demand), len(supply))).tocsr()
    takers = np.asarray(pull.T @ demand)
    share = np.divide(supply, takers, out=np.zeros(len(supply)), where=takers > 0)
    return np.asarray(pull @ share)


def catchment(origins: Floats, spots: Floats, demand: Floats, detour: float) -> Floats:
    """Places within a walk of each origin (n x 2, metres), each divided over everyone who shares it."""
    reach = WALK_MIN * SPEED["walk"] / detour
    near: list[list[int]] = list(KDTree(spots).query_ball_point(origins, reach))  # type: ignore[arg-type]
    count = [len(n) for n in near]
    origin = np.repeat(np.arange(len(origins)), count)
    place = np.fromiter((j for n in near for j in n), dtype=np.int64, count=sum(count))
    minutes = np.hypot(*(origins[origin] - spots[place]).T) * detour / SPEED["walk"]
    return two_step(origin, place, np.exp(-((minutes / FADE_MIN) ** 2) / 2), demand, np.ones(len(spots)))


def _newest(observation: pd.DataFrame, indicator: str) -> pd.Series:
    """The newest figure of an indicator, by area."""
    rows = observation[(observation["indicator"] == indicator) & observation["value"].notna()]
    return rows.sort_values("period").drop_duplicates("area", keep="last").set_index("area")["value"]


def _of_kind(indicator: Indicator, by_kind: Mapping[str, Of], kind: str) -> Of:
    if kind not in by_kind:
        raise ValueError(f"{indicator.id}: the places of kind {kind!r} are not all listed, or there is none")
    return by_kind[kind]


def _figures(indicator: Indicator, values: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Rows of observation, for the levels of the indicator; `values` has value and perhaps low and high, by area."""
    of_levels = area[area["level"].isin(indicator.levels)]
    rows = values.reindex(index=of_levels["code"], columns=["value", "low", "high"])
    empty = rows["value"].isna() & (of_levels["population"].astype(float).fillna(0) == 0).to_numpy()
    rows["status"] = pd.Series("estimated", rows.index).mask(rows["value"].isna(), "missing")
    rows["status"] = rows["status"].mask(empty, "not_applicable")
    rows["method"] = pd.Series(METHOD, rows.index).where(rows["low"].notna())
    rows["area_year"] = of_levels["year"].to_numpy()
    rows["period"] = of_levels["year"].astype(str).to_numpy()
    return rows.rename_axis("area").reset_index().assign(indicator=indicator.id)


def _means(value: pd.Series, weight: pd.Series, buurt: pd.DataFrame, area: pd.DataFrame) -> pd.Series:
    """A figure of inhabited neighbourhoods for all areas: of a buurt its own, above it the mean over their weight.

    Blank where nobody lives, or where too little is known of those who do.
    """
    weight = weight.reindex(value.index)
    levels = [value]
    for above in (buurt["parent"], buurt["municipality"], pd.Series("NL00", buurt.index)):
        group = above.reindex(value.index)
        total, known = (w.groupby(group).sum() for w in (weight, weight.where(value.notna(), 0)))
        mean = (value * weight).groupby(group).sum() / known
        levels.append(mean.where((known >= ENOUGH * total) & (known > 0)))
    return pd.concat(levels).reindex(area["code"])
