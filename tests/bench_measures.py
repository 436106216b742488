"""The measures in `make bench`: ours beside a reference library on a built country, and how far
they agree.
"""

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
from scipy.spatial import KDTree
from scipy.special import expit, logit
from sklearn.linear_model import BayesianRidge
from sklearn.model_selection import LeaveOneGroupOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from dashboard import store
from dashboard.answer import finder
from dashboard.answer.underserved import LEVEL, Z
from pipelines import catalogue
from pipelines.measures import access, participation
from pipelines.methods import road, travel
from pipelines.methods.networks import measured
from tests import bench_what_if
from tests.app.conftest import forget

METRES = catalogue.load().country.projection
T = TypeVar("T")
Row = tuple[str, str, str]


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
    """Ours once to warm up what loads late, then both timed; the row says how far apart the answers
    are.

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


def rows(database: Path, actors: int, level: str = "buurt") -> Iterator[Row]:
    """A row for the model, the points of distances, the catchment, networks, the finder and What if.

    `database` is a file or the folder of an edition; the finder is asked for the areas of `level`.
    """
    os.environ["CULTUURATLAS_DATABASE"] = str(database)
    forget()
    names = ("area", "observation", "place")
    tables = {name: store.table(name).to_pandas() for name in names}
    yield model(tables)
    area, place = tables["area"], tables["place"]
    buurt = area[(area["level"] == "buurt") & area["lon"].notna()]
    seconds, _ = timed(lambda: road.spread([*buurt["geometry"]], METRES))
    yield f"points spread over {len(buurt):,} neighbourhoods", f"{seconds:.2f} s", ""
    school = place[(place["kind"] == access.TRUTH_OF) & place["lon"].notna()]
    origins, spots = (road.metres(df["lon"], df["lat"], METRES) for df in (buurt, school))
    near = KDTree(origins).sparse_distance_matrix(
        KDTree(spots), 2 * travel.WALK_MIN * road.SPEED["walk"]
    )
    pairs = pd.DataFrame(list(near.keys()), columns=["o", "d"]).assign(m=list(near.values()))
    pairs["m"] /= road.SPEED["walk"]
    yield catchment(pairs, buurt["population"].fillna(0).to_numpy(dtype=float))
    yield from networks(actors)
    yield from weights(level)
    yield from bench_what_if.rows(every=level == "buurt")


def weights(level: str) -> Iterator[Row]:
    """Another weight and other filters over all areas of a level, beside pandas done row by row for
    the same bounds.
    """
    at_first = finder.Asked("everyone", level, store.country())
    equal = (1,) * len(at_first.names)
    changes = {
        "another weight": (at_first, (2, *equal[1:])),
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
    """The rank bounds of the finder, a row at a time: percentile ranks, weighted mean, joint
    intervals.
    """
    figures = [pd.DataFrame(store.figure_columns(n, asked.level)) for n in asked.names]
    score, below, above = (pd.Series(0.0, figures[0].index) for _ in range(3))
    for f, weight in zip(figures, weights, strict=True):
        known = f["value"].dropna()

        def percent(v: float, known: pd.Series = known) -> float:
            return 50 * float((known < v).sum() + (known <= v).sum()) / len(known)

        low, high = (f[end].fillna(f["value"]).map(percent) for end in ("low", "high"))
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


def networks(actors: int) -> Iterator[Row]:
    """Every measure with its null on networks of so many actors: a grown one, and one funder of all
    others.
    """
    made = {
        "network": nx.barabasi_albert_graph(actors, 2, seed=2026),
        "network, one funder": nx.star_graph(actors - 1),
    }
    for name, large in made.items():
        labels = np.random.default_rng(2026).choice(
            ["education", "social", "care", "leisure", "policy"], len(large)
        )
        nx.set_node_attributes(
            large, {n: {"domain": str(d), "name": str(n)} for n, d in enumerate(labels)}
        )
        seconds, _ = timed(partial(measured, nx.relabel_nodes(large, str), "0"))
        yield f"{name}: every measure with its null, {actors:,} actors", f"{seconds:.1f} s", ""


def model(tables: dict[str, pd.DataFrame]) -> Row:
    """Leave-one-gebied-out of one indicator beside scikit-learn's own cross-validation."""
    settings = catalogue.load().participation_model
    about = tables["area"].set_index("code")
    observation = tables["observation"]
    features = participation._features(
        observation, about.index[about["level"] == "buurt"], settings.predictors
    )
    own = observation[
        (observation["indicator"] == "going_out_share") & (observation["period"] == "2016")
    ]
    share = own.set_index("area")["value"].reindex(features.index).dropna()
    seen, group = features.loc[share.index], about["parent"].reindex(share.index)

    def ours() -> np.ndarray:
        predictions = participation._left_out(features, share, about["parent"], settings.level)
        return predictions.set_index("area")["predicted"].reindex(share.index).to_numpy()

    def theirs() -> np.ndarray:
        chain = make_pipeline(StandardScaler(), BayesianRidge())
        return 100 * expit(
            cross_val_predict(chain, seen, logit(share / 100), groups=group, cv=LeaveOneGroupOut())
        )

    return beside("model: validation on districts left out", ours, "scikit-learn", theirs)


def catchment(pairs: pd.DataFrame, people: np.ndarray) -> Row:
    """Primary schools shared out over the country beside PySAL's `access`; pairs have o, d and m
    (minutes).
    """
    supply = np.ones(pairs["d"].max() + 1)
    near = pairs[pairs["m"] <= travel.WALK_MIN]

    def ours() -> np.ndarray:
        return travel.two_step(
            near["o"].to_numpy(), near["d"].to_numpy(), np.ones(len(near)), people, supply
        )

    def theirs() -> np.ndarray:
        found = Access(
            demand_df=pd.DataFrame({"id": range(len(people)), "n": people}),
            demand_index="id",
            demand_value="n",
            supply_df=pd.DataFrame({"id": range(len(supply)), "n": supply}),
            supply_index="id",
            supply_value=["n"],
            cost_df=pairs,
            cost_origin="o",
            cost_dest="d",
            cost_name="m",
        )
        return (
            found.two_stage_fca(name="fca", cost="m", max_cost=travel.WALK_MIN)["fca_n"]
            .fillna(0)
            .to_numpy()
        )

    return beside(
        f"catchment: {len(supply):,} schools of the country", ours, "PySAL access", theirs
    )
