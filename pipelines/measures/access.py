"""How far it is to the places we know, how many there are within reach, and how many people share them.

From the label point of every buurt, on foot (4.8 km/h) and by bicycle (15 km/h): over the streets where we have them
and both ends lie on them, else the straight line times 1.3. What streets really add in the first kind of area bounds
the figures of the second. A wijk, a gemeente and the country have the mean over their residents. Never clipped at a
municipal border: a place across it counts.

Scarcity is the two-step floating catchment of Luo and Wang (2003) with the distance weight of Dai (2010): each place is
divided over the people who can walk to it, and an area has the sum of its parts.

What will surprise you: a label point stands for all residents of a buurt, so in a large buurt the figure says little of
any one address; domains and learning forms count only kinds of place that we know of in the whole country, so that
municipalities can be compared; and no figure can be more complete than the places are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pyproj import Transformer
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import KDTree

from pipelines import completeness
from pipelines.catalogue import Catalogue, Indicator
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Reistijden tot plekken, over straat of hemelsbreed maal 1,3",
    publisher="Cultuuratlas",
    licence="ODbL-1.0",
    url="",
    cadence="with every build",
    attribution="Berekening: Cultuuratlas, plekken: DUO, Waar is mijn stemlokaal en © OpenStreetMap contributors",
)
DETOUR = 1.3
MODES = {"walk": 4_800 / 60, "bike": 15_000 / 60}  # metres per minute
BOUNDS_MIN = (5, 10, 15)
MEASURES: dict[str, int | None] = {"minutes": None, **{f"within_{bound}": bound for bound in BOUNDS_MIN}}
FORMS = 3
FAR_M = 1.2 * max(MODES.values()) * max(BOUNDS_MIN)  # as far as pairs are listed; farther only the nearest is found
SNAP_M = 250  # from a label point or a place to the streets
DETOUR_FROM_M = 200  # below this the way to the street is most of the way
DETOUR_WITHIN = (0.05, 0.95)
FADE_MIN = 7.5  # spread of the distance weight of a catchment
SETS = ("kind", "domain", "learning_form")
NETWORK, STRAIGHT, MIXED = "network", "straight_line", "mixed"
ENOUGH = 0.95  # share of residents of whom a figure must be known before their wijk has one
CELLS = 2e7  # of the distance matrix held at once
TO_METRES = Transformer.from_crs(4326, 28992, always_xy=True)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Tables access, detour and observation. The `column` of an indicator is one of

        <kind | domain | learning_form> <term> <walk | bike> <minutes | within_5 | within_10 | within_15>
        forms <walk | bike> <count | share>            learning forms with a place within 15 minutes; who has all three
        scarcity <kind | domain> <term> <indicator>    places per 1,000 of the share of residents that the indicator is

    Raises ValueError for a column that says something else, or a term of which there is no place.
    """
    area, covers = tables["area"], tables["completeness"]
    buurt = area[(area["level"] == "buurt") & area["lon"].notna()].set_index("code")
    place = tables["place"]
    place = place[completeness.counted(place, covers) & place["lon"].notna()]
    place = place[place["kind"].map({k: kind.counted for k, kind in catalogue.kinds.items()}).astype(bool)]
    reach = Reach.of(buurt, place, tables["street"])
    sets = _sets(place, completeness.national(covers, area))
    detour = reach.pairs.detour()
    residents = buurt["population"].astype(float).fillna(0)
    method = _method(reach.on_street, buurt, area, residents)
    frames = []
    for indicator in catalogue.of_source("access"):
        found, weight = _asked(indicator, reach, sets, residents, tables["observation"], detour)
        every = _mean(found, weight, buurt, area)
        status = pd.Series("estimated", every.index).mask(every["value"].isna(), "missing")
        empty = every["value"].isna() & (area.set_index("code")["population"].astype(float).fillna(0) == 0)
        every["status"] = status.mask(empty, "not_applicable")
        every["method"] = method.where(every["value"].notna())
        every.loc[every["method"] == NETWORK, ["low", "high"]] = np.nan
        held = area[area["level"].isin(indicator.levels)]
        every = every.loc[held["code"]].rename_axis("area").reset_index()
        year = held["year"].to_numpy()
        frames.append(every.assign(indicator=indicator.id, period=year.astype(str), area_year=year))
    out = {"observation": pd.concat(frames, ignore_index=True)}
    return {**out, "access": _access(reach, sets, place, covers, buurt, area, method, detour), "detour": detour}


@dataclass(frozen=True)
class Pairs:
    """Every neighbourhood (`origin`) and place that are no farther apart than FAR_M, both by their row."""

    origin: Ints
    place: Ints
    metres: Floats
    straight: Floats
    network: Bools  # over the streets; else the straight line times DETOUR

    @classmethod
    def find(cls, origins: Floats, spots: Floats, street: pd.DataFrame) -> Pairs:
        """Pairs of points (n x 2, EPSG:28992, metres); `street` has ux, uy, vx, vy and metres and may be empty."""
        near: list[list[int]] = list(KDTree(spots).query_ball_point(origins, FAR_M / DETOUR))  # type: ignore[arg-type]
        count = [len(n) for n in near]
        origin = np.repeat(np.arange(len(origins)), count)
        place = np.fromiter((j for n in near for j in n), dtype=np.int64, count=sum(count))
        by_street, from_street, to_street = _by_street(origins, spots, street)
        crow = ~(from_street[origin] & to_street[place])
        origin = np.concatenate([origin[crow], by_street["origin"]])
        place = np.concatenate([place[crow], by_street["place"]])
        straight = np.hypot(*(origins[origin] - spots[place]).T)
        network = np.arange(len(origin)) >= crow.sum()
        metres = straight * DETOUR
        metres[network] = by_street["metres"]
        return cls(origin, place, metres, straight, network)

    def stretched(self, detour: float) -> Floats:
        """The metres, had every straight line that detour."""
        return np.where(self.network, self.metres, self.straight * detour)

    def detour(self) -> pd.DataFrame:
        """Table detour(assumed, pairs, low, median, high): what streets add to the straight line where we have both."""
        far = self.network & (self.straight >= DETOUR_FROM_M)
        ratio = self.metres[far] / self.straight[far]
        if not len(ratio):
            return pd.DataFrame()
        low, median, high = np.quantile(ratio, [DETOUR_WITHIN[0], 0.5, DETOUR_WITHIN[1]])
        return pd.DataFrame([{"assumed": DETOUR, "pairs": len(ratio), "low": low, "median": median, "high": high}])


@dataclass(frozen=True)
class Reach:
    """From every buurt to every place."""

    origins: Floats
    spots: Floats
    pairs: Pairs

    @classmethod
    def of(cls, buurt: pd.DataFrame, place: pd.DataFrame, street: pd.DataFrame) -> Reach:
        """Both frames have lon and lat."""
        origins, spots = (
            np.column_stack(TO_METRES.transform(df["lon"].to_numpy(), df["lat"].to_numpy())) for df in (buurt, place)
        )
        return cls(origins, spots, Pairs.find(origins, spots, street))

    @property
    def on_street(self) -> Bools:
        """The neighbourhoods of which some way is over the streets."""
        return np.bincount(self.pairs.origin[self.pairs.network], minlength=len(self.origins)) > 0

    def nearest(self, wanted: Bools, detour: float = DETOUR) -> Floats:
        """Metres from each buurt to the nearest of the wanted places."""
        out = np.full(len(self.origins), np.inf)
        chosen = wanted[self.pairs.place]
        np.minimum.at(out, self.pairs.origin[chosen], self.pairs.stretched(detour)[chosen])
        far = np.isinf(out)
        straight = KDTree(self.spots[wanted]).query(self.origins[far])[0]
        out[far] = np.maximum(straight, FAR_M / DETOUR) * detour  # a way over the streets may be that much longer
        return out

    def within(self, wanted: Bools, bound: float, detour: float = DETOUR) -> Ints:
        """How many of the wanted places are within so many metres of each buurt."""
        chosen = wanted[self.pairs.place] & (self.pairs.stretched(detour) <= bound)
        return np.bincount(self.pairs.origin[chosen], minlength=len(self.origins))

    def per_head(self, wanted: Bools, demand: Floats, detour: float = DETOUR) -> Floats:
        """The wanted places within a walk of each buurt, each divided over everyone who shares it."""
        minutes = self.pairs.stretched(detour) / MODES["walk"]
        weight = np.where(minutes <= max(BOUNDS_MIN), np.exp(-((minutes / FADE_MIN) ** 2) / 2), 0)
        return two_step(self.pairs.origin, self.pairs.place, weight, demand, wanted.astype(float))


def two_step(origin: Ints, place: Ints, weight: Floats, demand: Floats, supply: Floats) -> Floats:
    """Two-step floating catchment: supply per head in each origin.

    R_j = S_j / sum_k P_k w_kj and A_i = sum_j R_j w_ij, over pairs of rows of `demand` (P) and `supply` (S). What is
    shared out is what someone can reach: sum_i P_i A_i is the sum of those S_j.
    """
    pull = coo_array((weight, (origin, place)), shape=(len(demand), len(supply))).tocsr()
    takers = np.asarray(pull.T @ demand)
    share = np.divide(supply, takers, out=np.zeros(len(supply)), where=takers > 0)
    return np.asarray(pull @ share)


def _by_street(origins: Floats, spots: Floats, street: pd.DataFrame) -> tuple[dict[str, NDArray], Bools, Bools]:
    """Pairs over the streets, and which origins and which places lie on them."""
    if street.empty:
        nothing = {"origin": np.empty(0, int), "place": np.empty(0, int), "metres": np.empty(0)}
        return nothing, np.zeros(len(origins), bool), np.zeros(len(spots), bool)
    graph, crossings = _graph(street)
    tree = KDTree(crossings)
    (from_gap, from_at), (to_gap, to_at) = (
        map(np.asarray, tree.query(points, distance_upper_bound=SNAP_M)) for points in (origins, spots)
    )
    from_street, to_street = np.isfinite(from_gap), np.isfinite(to_gap)
    rows, columns = np.flatnonzero(from_street), np.flatnonzero(to_street)
    parts = []
    for some in np.array_split(rows, max(1, int(np.ceil(len(rows) * len(crossings) / CELLS)))):
        ways = dijkstra(graph, indices=from_at[some], limit=FAR_M)[:, to_at[columns]]
        ways += from_gap[some][:, None] + to_gap[columns]
        i, j = np.nonzero(ways <= FAR_M)
        parts.append((some[i], columns[j], ways[i, j]))
    origin, place, metres = (np.concatenate(part) for part in zip(*parts, strict=True))
    return {"origin": origin, "place": place, "metres": metres}, from_street, to_street


def _graph(street: pd.DataFrame) -> tuple[csr_array, Floats]:
    """The largest connected part of the streets, as lengths between crossings, and the spots of those crossings."""
    ends = np.vstack([street[["ux", "uy"]], street[["vx", "vy"]]])
    crossings, at = np.unique(ends, axis=0, return_inverse=True)
    u, v = at.reshape(2, -1)
    ways = pd.DataFrame({"u": [*u, *v], "v": [*v, *u], "metres": [*street["metres"], *street["metres"]]})
    both = ways.groupby(["u", "v"])["metres"].min().reset_index()  # of two ways between crossings the shortest
    n = len(crossings)
    graph = csr_array((both["metres"].clip(lower=0.1), (both["u"], both["v"])), shape=(n, n))  # zero is no way at all
    part = connected_components(graph)[1]
    kept = np.flatnonzero(part == np.bincount(part).argmax())
    return graph[kept][:, kept], crossings[kept]


def _sets(place: pd.DataFrame, national: set[str]) -> dict[tuple[str, str], Bools]:
    """Which places belong to each kind, and to each domain and learning form of kinds known in the whole country."""
    everywhere = place["kind"].isin(national)
    out = {}
    for scheme in SETS:
        for term in sorted(place[scheme].unique()):
            wanted = (place[scheme] == term) & (everywhere | (scheme == "kind"))
            if wanted.any():
                out[scheme, term] = wanted.to_numpy()
    return out


def _asked(
    indicator: Indicator,
    reach: Reach,
    sets: dict[tuple[str, str], Bools],
    residents: pd.Series,
    observation: pd.DataFrame,
    detour: pd.DataFrame,
) -> tuple[pd.DataFrame, pd.Series]:
    """Value, low and high of each buurt, and over whom a mean is taken."""
    weight = residents
    match indicator.column.split():
        case ["forms", mode, "count" | "share" as what] if mode in MODES:
            forms = [wanted for (scheme, _), wanted in sets.items() if scheme == "learning_form"]
            bound = MODES[mode] * max(BOUNDS_MIN)

            def value(by: float) -> Floats:
                count = sum((reach.within(wanted, bound, by) > 0).astype(float) for wanted in forms)
                return np.asarray(count if what == "count" else (count == FORMS) * 100.0)

        case [scheme, term, mode, what] if scheme in SETS and mode in MODES and what in MEASURES:
            wanted = _wanted(indicator, sets, scheme, term)

            def value(by: float) -> Floats:
                bound, speed = MEASURES[what], MODES[mode]
                return (
                    reach.within(wanted, speed * bound, by).astype(float)
                    if bound
                    else reach.nearest(wanted, by) / speed
                )

        case ["scarcity", scheme, term, group] if scheme in SETS:
            wanted = _wanted(indicator, sets, scheme, term)
            rows = observation[(observation["indicator"] == group) & observation["value"].notna()]
            if rows.empty:
                raise ValueError(f"{indicator.id}: no figure of {group!r}")
            share = rows.sort_values("period").drop_duplicates("area", keep="last").set_index("area")["value"]
            weight = (residents * share.reindex(residents.index) / 100).fillna(0)

            def value(by: float) -> Floats:
                return 1_000 * reach.per_head(wanted, weight.to_numpy(), by)

        case _:
            raise ValueError(f"{indicator.id}: column {indicator.column!r} is none of those that access can compute")
    found = _bounded(value, detour)
    return pd.DataFrame(found, residents.index).reindex(columns=["value", "low", "high"]), weight


def _bounded(value: Callable[[float], Floats], detour: pd.DataFrame) -> dict[str, Floats]:
    """What `value` is with the assumed detour and, where streets tell, as `low` and `high` with what those add."""
    found = {"value": value(DETOUR)}
    if len(detour):
        ends = np.array([found["value"], *(value(detour[end].iloc[0]) for end in ("low", "high"))])
        found |= {"low": ends.min(axis=0), "high": ends.max(axis=0)}
    return found


def _wanted(indicator: Indicator, sets: dict[tuple[str, str], Bools], scheme: str, term: str) -> Bools:
    if (scheme, term) not in sets:
        raise ValueError(f"{indicator.id}: no place of {scheme} {term!r}")
    return sets[scheme, term]


def _access(
    reach: Reach,
    sets: dict[tuple[str, str], Bools],
    place: pd.DataFrame,
    covers: pd.DataFrame,
    buurt: pd.DataFrame,
    area: pd.DataFrame,
    method: pd.Series,
    detour: pd.DataFrame,
) -> pd.DataFrame:
    """Table access: every set of places from every area; of a kind only where a source covers it in the municipality.

    Each set twice: all of its places, and only those known to have a step-free entrance. `low` and `high` bound the
    minutes as they do those of an indicator, so that a figure that is shown twice has one margin.
    """
    wide = {}
    step_free = (place["step_free"] == True).fillna(False).to_numpy(dtype=bool)  # noqa: E712  # known to be
    chosen = {(*named, False): wanted for named, wanted in sets.items()}
    chosen |= {(*named, True): wanted & step_free for named, wanted in sets.items() if (wanted & step_free).any()}
    for (scheme, term, free), wanted in chosen.items():
        towns = covers[(covers["kind"] == term) & covers["covered"]]["municipality"]
        unknown = ~buurt["municipality"].isin(towns).to_numpy() & (scheme == "kind")
        nearest = _bounded(partial(reach.nearest, wanted), detour)
        for mode, speed in MODES.items():
            found = {"minutes" if n == "value" else n: metres / speed for n, metres in nearest.items()}
            found |= {n: reach.within(wanted, speed * bound).astype(float) for n, bound in MEASURES.items() if bound}
            for name, values in found.items():
                wide[scheme, term, free, mode, name] = np.where(unknown, np.nan, values)
    columns = pd.MultiIndex.from_tuples(wide, names=["scheme", "term", "step_free", "mode", "measure"])
    frame = pd.DataFrame(np.column_stack(list(wide.values())), buurt.index, columns)
    every = _mean(frame, buurt["population"].astype(float).fillna(0), buurt, area).rename_axis("area")
    long = every.stack(["scheme", "term", "step_free", "mode"], future_stack=True).dropna(how="all").reset_index()
    long = long.reindex(columns=[*dict.fromkeys([*long.columns, "low", "high"])])  # blank without any streets
    long["method"] = long["area"].map(method)
    long.loc[long["method"] == NETWORK, ["low", "high"]] = np.nan
    return long


def _mean(value: pd.DataFrame, weight: pd.Series, buurt: pd.DataFrame, area: pd.DataFrame) -> pd.DataFrame:
    """Every column for all areas: of a buurt its own, of what lies above the mean over the weight of its buurten.

    Blank where nobody lives, or where too little is known of those who do.
    """
    value = value[buurt["population"].astype(float) > 0]
    weight = weight.reindex(value.index)
    known, weighted = value.notna().mul(weight, axis=0), value.mul(weight, axis=0)
    parts = [value]
    for above in (buurt["parent"], buurt["municipality"], pd.Series("NL00", buurt.index)):
        group = above.reindex(value.index)
        of = known.groupby(group).sum()
        mean = weighted.groupby(group).sum() / of
        parts.append(mean.where(of.ge(ENOUGH * weight.groupby(group).sum(), axis=0) & (of > 0)))
    return pd.concat(parts).reindex(area["code"])


def _method(on_street: Bools, buurt: pd.DataFrame, area: pd.DataFrame, residents: pd.Series) -> pd.Series:
    """How the ways from each area were found."""
    share = _mean(pd.DataFrame({"on": on_street.astype(float)}, buurt.index), residents, buurt, area)["on"]
    return share.map(lambda s: NETWORK if s == 1 else STRAIGHT if s == 0 else MIXED, na_action="ignore")
