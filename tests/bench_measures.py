"""The measures in `make bench`: ours beside a reference library on a built country, and how far they agree."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import NormalDist
from typing import TypeVar

import networkx as nx
import numpy as np
import pandas as pd
from access import Access
from scipy.special import expit, logit
from sklearn.linear_model import BayesianRidge
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dashboard import finder, network, store
from dashboard.underserved import LEVEL, Z
from pipelines import catalogue, source
from pipelines.measures import access, participation, path
from tests.app.conftest import forget

T = TypeVar("T")
Row = tuple[str, str, str]
NATIONAL = {  # kinds of place that a source knows in the whole country
    "primary_school", "secondary_school", "special_school", "school_building", "meeting_place", "public_building",
    "sports_building", "care_building", "town_hall",
}  # fmt: skip
SAMPLE = 20  # neighbourhoods that the slow reference for streets does


def timed(what: Callable[[], T]) -> tuple[float, T]:
    """Seconds, and the result."""
    began = time.monotonic()
    found = what()
    return time.monotonic() - began, found


def beside(
    name: str,
    ours: Callable[[], np.ndarray],
    library: str,
    theirs: Callable[[], np.ndarray],
    before: Callable[[], None] = lambda: None,
) -> Row:
    """Ours once to warm up what loads late, then both timed; the row says how far apart the answers are.

    `before` is done before ours, and not timed.
    """
    ours()
    before()
    mine, a = timed(ours)
    other, b = timed(theirs)
    apart = np.max(np.abs(a - b)) / np.max(np.abs(b))
    return (
        name,
        f"{mine:.2f} s",
        f"{library} {other:.2f} s ({other / mine:.1f}×), apart by ≤ {apart:.0e} of the largest",
    )


def rows(street: Path, database: Path, actors: int, level: str = "buurt") -> Iterator[Row]:
    """A row for the model, the straight lines, the catchment, the streets, the paths, networks and the finder.

    `street` is the snapshot of the streets, `database` a file or the folder of an edition; the finder is asked
    for the areas of `level`.
    """
    os.environ["CULTUURATLAS_DATABASE"] = str(database)
    forget()
    names = ("area", "observation", "place", "completeness", "access")
    tables = {name: store.table(name).to_pandas() for name in names}
    yield model(tables)
    area, place = tables["area"], tables["place"]
    buurt = area[(area["level"] == "buurt") & area["lon"].notna()].set_index("code")
    place = place[place["source"].isin(["duo_schools", "kiesraad_places"]) & place["lon"].notna()]
    seconds, reach = timed(lambda: access.Reach.of(buurt, place, pd.DataFrame()))
    pairs = reach.pairs
    yield f"straight lines: {len(buurt):,} areas, {len(pairs.origin):,} pairs", f"{seconds:.2f} s", ""
    yield catchment(reach, buurt, place)
    yield streets(reach, source.tidied("osm_places", catalogue.load(), street)["street"])
    yield paths(tables)
    yield from networks(actors)
    yield from weights(level)


def weights(level: str) -> Iterator[Row]:
    """Another weight and other filters over all areas of a level, beside pandas done row by row for the same bounds."""
    at_first = finder.Asked("everyone", finder.Places("domain", "social"), level, store.COUNTRY)
    equal = (1, 1, 1, 1)
    changes = {
        "another weight": (at_first, (1, 1, 2, 1)),
        "another kind of place": (replace(at_first, places=finder.Places("domain", "care")), equal),
        "by bicycle": (replace(at_first, places=finder.Places("domain", "social", "bike")), equal),
        "another group": (replace(at_first, who="older"), equal),
        "at least 100 residents": (replace(at_first, least=100), equal),
    }

    def shown(asked: finder.Asked, weights: tuple[int, ...]) -> np.ndarray:
        asked.marks(weights)
        list(islice(asked.rows(weights), 20))
        return np.column_stack(asked.scores(weights).bounds)

    def before() -> None:
        """The page as it is before the change: nothing of the change is known yet."""
        forget()
        shown(at_first, equal)

    for name, (asked, weights) in changes.items():
        yield beside(
            f"finder: {name}, {int(asked.chosen.sum()):,} areas",
            partial(shown, asked, weights),
            "pandas",
            partial(by_pandas, asked, weights),
            before,
        )


def by_pandas(asked: finder.Asked, weights: tuple[int, ...]) -> np.ndarray:
    """The rank bounds of the finder, a row at a time: percentile ranks, weighted mean, joint intervals."""
    figures = {n: pd.DataFrame(store.figure_columns(n, asked.level)) for n in store.needs()[asked.who]}
    way = pd.DataFrame(asked.places.columns(asked.level)).rename(columns={"minutes": "value"})
    ends = {"low": way[["low", "value"]].min(axis=1), "high": way[["high", "value"]].max(axis=1)}
    score, below, above = pd.Series(0.0, way.index), pd.Series(0.0, way.index), pd.Series(0.0, way.index)
    for f, weight in zip([*figures.values(), way.assign(**ends, sd=np.nan)], weights, strict=True):
        known = f["value"].dropna()

        def percent(v: float, known: pd.Series = known) -> float:
            return 50 * float((known < v).sum() + (known <= v).sum()) / len(known)

        low = f["low"].fillna(f["value"] - Z * f["sd"]).fillna(f["value"]).map(percent)
        high = f["high"].fillna(f["value"] + Z * f["sd"]).fillna(f["value"]).map(percent)
        middle = f["value"].map(percent).where(f["value"].notna())
        score += weight / sum(weights) * middle
        below += (weight / sum(weights) * (middle - low) / Z) ** 2
        above += (weight / sum(weights) * (high - middle) / Z) ** 2
    score, below, above = (part[asked.chosen] for part in (score, below, above))
    z = NormalDist().inv_cdf(0.5 + LEVEL ** (1 / len(score)) / 2)
    low, high = (score - z * below**0.5).clip(lower=0), (score + z * above**0.5).clip(upper=100)
    best = high.map(lambda v: 1 + (low > v).sum())
    worst = low.map(lambda v: len(high) - (high < v).sum())
    return np.column_stack([best, worst])


def paths(tables: dict[str, pd.DataFrame]) -> Row:
    """Path completeness of all ages, modes and areas, beside pandas area by area for one age and some areas."""
    known = catalogue.load()
    access_ = tables["access"]
    access_ = access_[access_["area"].str.startswith("BU0599")]  # so that the slow way does not read the country
    some = access_["area"].unique()
    wanted = {k for k in known.audiences["age"]["child"].kinds if k in NATIONAL}
    cell = {k: (kind.domain, kind.learning_form) for k, kind in known.kinds.items()}

    def ours() -> np.ndarray:
        found = path.measure(tables, known)["observation"]
        return found[found["indicator"] == "path_child_walk"].set_index("area")["value"].reindex(some).to_numpy()

    def theirs() -> np.ndarray:
        out = []
        for area in some:
            near = access_[(access_["area"] == area) & (access_["scheme"] == "kind") & (access_["mode"] == "walk")]
            near = near[~near["step_free"] & near["term"].isin(wanted)]
            best = near.groupby(near["term"].map(cell))["minutes"].min()
            out.append(100 * (best <= path.WITHIN_MIN).mean() if len(best) else np.nan)
        return np.array(out)

    live = (tables["area"].set_index("code")["population"].reindex(some) > 0).to_numpy()
    n = f"{len(tables['area']):,} areas, 8 figures"
    return beside(f"paths: {n}", lambda: ours()[live], f"pandas, {live.sum()} areas, 1 figure", lambda: theirs()[live])


def networks(actors: int) -> Iterator[Row]:
    """Every measure with its null on networks of so many actors: a grown one, and one funder of all others."""
    made = {
        "network": nx.barabasi_albert_graph(actors, 2, seed=2026),
        "network, one funder": nx.star_graph(actors - 1),
    }
    for name, large in made.items():
        labels = np.random.default_rng(2026).choice(["education", "social", "care", "leisure", "policy"], len(large))
        nx.set_node_attributes(large, {n: {"domain": str(d), "name": str(n)} for n, d in enumerate(labels)})
        seconds, _ = timed(partial(network.measured, nx.relabel_nodes(large, str), "0"))
        yield f"{name}: every measure with its null, {actors:,} actors", f"{seconds:.1f} s", ""


def model(tables: dict[str, pd.DataFrame]) -> Row:
    """Leave-one-gebied-out of one indicator beside scikit-learn's own cross-validation."""
    settings = catalogue.load().participation_model
    about = tables["area"].set_index("code")
    observation = tables["observation"]
    features = participation._features(observation, about.index[about["level"] == "buurt"], settings.predictors)
    own = observation[(observation["indicator"] == "going_out_share") & (observation["period"] == "2016")]
    share = own.set_index("area")["value"].reindex(features.index).dropna()
    seen, group = features.loc[share.index], about["parent"].reindex(share.index)
    waves = {participation.FIRST: share, participation.LAST: share}

    def ours() -> np.ndarray:
        found = participation._folds(features, waves, about["parent"], settings.level)[:-1]
        return pd.concat(found).set_index("area")["predicted"].reindex(share.index).to_numpy()

    def theirs() -> np.ndarray:
        chain = make_pipeline(StandardScaler(), BayesianRidge())
        return 100 * expit(cross_val_predict(chain, seen, logit(share / 100), groups=group, cv=LeaveOneGroupOut()))

    return beside("model: validation on districts left out", ours, "scikit-learn", theirs)


def catchment(reach: access.Reach, buurt: pd.DataFrame, place: pd.DataFrame) -> Row:
    """Primary schools shared out over the country beside PySAL's `access`."""
    pairs, people = reach.pairs, buurt["population"].fillna(0).to_numpy(dtype=float)
    supply = (place["kind"] == "primary_school").to_numpy(dtype=float)
    minutes = pairs.metres / access.MODES["walk"]
    cost = pd.DataFrame({"o": pairs.origin, "d": pairs.place, "m": minutes})

    def ours() -> np.ndarray:
        return access.two_step(pairs.origin, pairs.place, (minutes <= 15).astype(float), people, supply)

    def theirs() -> np.ndarray:
        found = Access(
            demand_df=pd.DataFrame({"id": range(len(people)), "n": people}),
            demand_index="id",
            demand_value="n",
            supply_df=pd.DataFrame({"id": range(len(supply)), "n": supply}),
            supply_index="id",
            supply_value=["n"],
            cost_df=cost,
            cost_origin="o",
            cost_dest="d",
            cost_name="m",
        )
        return found.two_stage_fca(name="fca", cost="m", max_cost=15)["fca_n"].fillna(0).to_numpy()

    return beside(f"catchment: {int(supply.sum()):,} schools of the country", ours, "PySAL access", theirs)


def streets(reach: access.Reach, street: pd.DataFrame) -> Row:
    """Ways over the streets of some neighbourhoods to all crossings beside networkx."""
    graph, crossings = access._graph(street)
    away, nearest = access.KDTree(crossings).query(reach.origins)
    at = nearest[np.argsort(away)[:SAMPLE]]
    slow = nx.from_scipy_sparse_array(graph)

    def ours() -> np.ndarray:
        found = access.dijkstra(graph, indices=at, limit=access.FAR_M)
        return np.where(np.isinf(found), -1, found)

    def theirs() -> np.ndarray:
        out = np.full((len(at), len(crossings)), -1.0)
        for row, start in enumerate(at):
            ways = nx.single_source_dijkstra_path_length(slow, int(start), cutoff=access.FAR_M)
            out[row, list(ways)] = list(ways.values())
        return out

    name = f"streets: from {len(at)} neighbourhoods over {len(crossings):,} crossings"
    return beside(name, ours, "networkx", theirs)
