"""The participation model: validated by what it never saw, refused where it knows nothing, silent below its bar."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from scipy.stats import norm
from sklearn.linear_model import BayesianRidge

from pipelines import catalogue
from pipelines.measures import participation

CATALOGUE = catalogue.load()
PREDICTORS = CATALOGUE.participation_model.predictors
TARGET, ESTIMATE = "going_out_share", "going_out_estimate"
TRAINED, OTHERS, DISTRICTS = 60, 40, 12
FAR, NOBODY, FEW, UNKNOWN = (f"BU9999000{n}" for n in range(4))


def country(noise: float, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas whose participation follows from their predictors, and four special ones."""
    random = np.random.default_rng(seed)
    codes = [f"BU0599{n // 5:02d}{n:02d}" for n in range(TRAINED)] + [f"BU0344{n:04d}" for n in range(OTHERS)]
    codes += [FAR, NOBODY, FEW, UNKNOWN]
    area = pd.DataFrame({"code": codes, "level": "buurt", "year": 2024, "population": 1000})
    area["parent"] = [f"WK{c[2:8]}" for c in codes]
    area.loc[area["code"] == NOBODY, "population"] = 0
    area.loc[area["code"] == FEW, "population"] = 50
    z = random.normal(size=(len(codes), len(PREDICTORS)))
    z[codes.index(FAR)] = 25
    values = pd.DataFrame(30 + 5 * z, codes, list(PREDICTORS)).clip(lower=1.0)
    values.loc[UNKNOWN, PREDICTORS[0]] = np.nan
    rows = [(i, a, "2024", v) for a, row in values.iterrows() for i, v in row.items()]
    for year in (participation.FIRST, participation.LAST):
        share = expit(0.5 * z[:TRAINED, 0] - 0.4 * z[:TRAINED, 1] + noise * random.normal(size=TRAINED)) * 100
        rows += [(TARGET, a, year, v) for a, v in zip(codes[:TRAINED], share, strict=True)]
    return area, pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])


def only_target() -> catalogue.Catalogue:
    kept = {k: i for k, i in CATALOGUE.indicators.items() if i.source != "participation" or k == ESTIMATE}
    bar = CATALOGUE.participation_model.model_copy(update={"coverage": (0.75, 1.0)})  # sixty areas leave it some room
    return replace(CATALOGUE, indicators=kept, participation_model=bar)


def measured(area: pd.DataFrame, observation: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return participation.measure({"area": area, "observation": observation}, only_target())


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    return measured(*country(noise=0.15))


def test_a_model_that_passes_its_bar_is_published_with_an_interval(found: dict[str, pd.DataFrame]) -> None:
    assert found["validation"]["passed"].all()
    estimated = found["observation"].query("status == 'estimated'")
    assert len(estimated) >= TRAINED
    assert (estimated["low"] < estimated["value"]).all()
    assert (estimated["value"] < estimated["high"]).all()
    assert set(estimated["period"]) == {"2016"}


def test_what_it_does_not_know_has_a_status_of_its_own(found: dict[str, pd.DataFrame]) -> None:
    status = found["observation"].set_index("area")["status"]
    assert (status[FAR], status[NOBODY], status[FEW]) == ("refused", "not_applicable", "suppressed")
    assert status[UNKNOWN] == "missing"
    assert found["observation"].query("status != 'estimated'")["value"].isna().all()


def test_noise_is_not_published_and_its_test_is_shown() -> None:
    tables = measured(*country(noise=3.0))
    assert "observation" not in tables
    assert not tables["validation"]["passed"].all()
    assert len(tables["fold"]) == 2 * TRAINED


def test_no_area_predicts_itself() -> None:
    area, observation = country(noise=0.15)
    changed = observation.copy()
    mine = (changed["indicator"] == TARGET) & (changed["area"] == "BU05990001")
    changed.loc[mine, "value"] = 97.0
    assert mine.any()
    before, after = (
        measured(area, o)["fold"].query("design == 'left_out' and area == 'BU05990001'") for o in (observation, changed)
    )
    assert before["predicted"].item() == after["predicted"].item()
    assert before["observed"].item() != after["observed"].item()


def test_twice_the_same_figures_give_twice_the_same_estimates(found: dict[str, pd.DataFrame]) -> None:
    area, observation = country(noise=0.15)
    shuffled = observation.sample(frac=1, random_state=3)
    again = measured(area, shuffled)
    for table in ("observation", "validation", "fold"):
        pd.testing.assert_frame_equal(found[table], again[table])


def test_the_scores_are_those_of_the_folds_by_hand(found: dict[str, pd.DataFrame]) -> None:
    for _, score in found["validation"].iterrows():
        rows = found["fold"][found["fold"]["design"] == score["design"]]
        pairs = list(zip(rows["observed"], rows["predicted"], rows["low"], rows["high"], strict=True))
        mean = sum(o for o, *_ in pairs) / len(pairs)
        lost, all_ = sum((o - p) ** 2 for o, p, *_ in pairs), sum((o - mean) ** 2 for o, *_ in pairs)
        assert score["r2"] == pytest.approx(1 - lost / all_)
        assert score["rmse"] == pytest.approx((lost / len(pairs)) ** 0.5)
        assert score["bias"] == pytest.approx(sum(p - o for o, p, *_ in pairs) / len(pairs))
        assert score["coverage"] == pytest.approx(sum(a <= o <= b for o, _, a, b in pairs) / len(pairs))


def test_a_fold_by_hand(found: dict[str, pd.DataFrame]) -> None:
    """One left-out district, straight from the definition: scale, fit the others, predict with 90 % intervals."""
    area, observation = country(noise=0.15)
    wide = observation[observation["indicator"].isin(PREDICTORS)].pivot(
        index="area", columns="indicator", values="value"
    )[list(PREDICTORS)]
    wide[["address_density", "home_value"]] = np.log(wide[["address_density", "home_value"]])
    y = observation.query("indicator == @TARGET and period == '2016'").set_index("area")["value"] / 100
    parent = area.set_index("code")["parent"]
    left_out = [a for a in y.index if parent[a] == "WK059903"]
    rest = [a for a in y.index if parent[a] != "WK059903"]
    mean, sd = wide.loc[rest].mean(), wide.loc[rest].std()
    model = BayesianRidge().fit(((wide.loc[rest] - mean) / sd).to_numpy(), logit(y[rest].to_numpy()))
    middle, spread = model.predict(((wide.loc[left_out] - mean) / sd).to_numpy(), return_std=True)
    rows = found["fold"].query("design == 'left_out'").set_index("area").loc[left_out]
    np.testing.assert_allclose(rows["predicted"], 100 * expit(middle), rtol=1e-6)
    np.testing.assert_allclose(rows["high"], 100 * expit(middle + norm.ppf(0.95) * spread), rtol=1e-6)


def test_few_areas_are_told_apart_where_only_chance_sets_them_apart() -> None:
    """A tenth lies outside a margin of 90 %; of all areas together none is told apart, but one made so is."""
    area, observation = country(noise=0.5, seed=5)
    own = (observation["indicator"] == TARGET) & (observation["period"] == "2016")
    odd = own & (observation["area"] == "BU05990001")
    for observed, told in ((None, set()), (97.0, {"BU05990001"})):
        observation.loc[odd, "value"] = observation.loc[odd, "value"] if observed is None else observed
        rows = measured(area, observation)["fold"].query("design == 'left_out'")
        outside = ~rows["observed"].between(rows["low"], rows["high"])
        assert 1 < outside.sum() < 0.2 * TRAINED
        assert set(rows[rows["apart"]]["area"]) == told
        # Benjamini and Hochberg by hand: the largest k of which the k-th smallest chance is below a tenth of k / n
        error = (logit(rows["observed"] / 100) - logit(rows["predicted"] / 100)).abs()
        sd = (logit(rows["high"] / 100) - logit(rows["predicted"] / 100)) / norm.ppf(0.95)
        chance = np.sort(2 * norm.sf(error / sd))
        below = np.flatnonzero(chance <= 0.1 * np.arange(1, TRAINED + 1) / TRAINED)
        assert rows["apart"].sum() == (below[-1] + 1 if len(below) else 0)


def test_intervals_of_the_coefficients_alone_would_be_false() -> None:
    """The first trap: without the variance between areas an interval holds far fewer of them than it promises."""
    area, observation = country(noise=0.5, seed=5)
    rows = measured(area, observation)["fold"].query("design == 'left_out'")
    held = rows["observed"].between(rows["low"], rows["high"]).mean()
    wide = observation[observation["indicator"].isin(PREDICTORS)].pivot(
        index="area", columns="indicator", values="value"
    )[list(PREDICTORS)]
    trained = wide.loc[rows["area"]]
    z = ((trained - trained.mean()) / trained.std()).to_numpy()
    model = BayesianRidge().fit(z, logit(rows["observed"].to_numpy() / 100))
    middle, spread = model.predict(z, return_std=True)
    alone = norm.ppf(0.95) * np.sqrt(spread**2 - 1 / model.alpha_)
    falsely = (np.abs(logit(rows["observed"].to_numpy() / 100) - middle) <= alone).mean()
    assert held > 0.8
    assert falsely < held - 0.2
