"""The participation model: validated by what it never saw, refused where it knows nothing, silent
below its bar.
"""

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
TRAINED, OTHERS, CITIES = 60, 600, 60
FAR, NOBODY, FEW, UNKNOWN = (f"BU0599990{n}" for n in range(4))
OUTCOMES = CATALOGUE.participation_model.transport


def country(noise: float, seed: int = 1, apart: float = 0.0) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Areas whose participation follows from their predictors, and four special ones, all of one
    municipality.

    And areas of others, of which health figures are known that follow likewise; `apart` is the
    standard deviation of what the areas of a municipality have in common on top of that, on the
    scale of logits.
    """
    random = np.random.default_rng(seed)
    codes = [f"BU0599{n // 5:02d}{n:02d}" for n in range(TRAINED)]
    codes += [f"BU{1000 + n % CITIES}{n // CITIES:04d}" for n in range(OTHERS)] + [
        FAR,
        NOBODY,
        FEW,
        UNKNOWN,
    ]
    area = pd.DataFrame({"code": codes, "level": "buurt", "year": 2024, "population": 1000})
    area["parent"], area["municipality"] = (
        [f"WK{c[2:8]}" for c in codes],
        [f"GM{c[2:6]}" for c in codes],
    )
    area.loc[area["code"] == NOBODY, "population"] = 0
    area.loc[area["code"] == FEW, "population"] = 50
    z = random.normal(size=(len(codes), len(PREDICTORS)))
    z[codes.index(FAR)] = 25
    values = pd.DataFrame(30 + 5 * z, codes, list(PREDICTORS)).clip(lower=1.0)
    values.loc[UNKNOWN, PREDICTORS[0]] = np.nan
    rows = [(i, a, "2024", v) for a, row in values.iterrows() for i, v in row.items()]
    for year in (participation.FIRST, participation.LAST):
        share = (
            expit(0.5 * z[:TRAINED, 0] - 0.4 * z[:TRAINED, 1] + noise * random.normal(size=TRAINED))
            * 100
        )
        rows += [(TARGET, a, year, v) for a, v in zip(codes[:TRAINED], share, strict=True)]
    city = area["municipality"].map(
        {m: apart * random.normal() for m in area["municipality"].unique()}
    )
    city = city.mask(area["municipality"] == "GM0599", 0)
    for outcome in OUTCOMES:
        own = 0.5 * z[:, 2] + city + noise * random.normal(size=len(codes))
        rows += [(outcome, a, "2020", v) for a, v in zip(codes, 100 * expit(own), strict=True)]
    return area, pd.DataFrame(rows, columns=["indicator", "area", "period", "value"])


def only_target() -> catalogue.Catalogue:
    kept = {
        k: i
        for k, i in CATALOGUE.indicators.items()
        if i.source != "participation" or k == ESTIMATE
    }
    bar = CATALOGUE.participation_model.model_copy(
        update={"coverage": (0.75, 1.0)}
    )  # sixty areas leave it some room
    return replace(CATALOGUE, indicators=kept, participation_model=bar)


def measured(area: pd.DataFrame, observation: pd.DataFrame) -> dict[str, pd.DataFrame]:
    return participation.measure({"area": area, "observation": observation}, only_target())


@pytest.fixture(scope="module")
def found() -> dict[str, pd.DataFrame]:
    return measured(*country(noise=0.15))


def test_a_model_that_passes_its_bar_is_published_with_an_interval(
    found: dict[str, pd.DataFrame],
) -> None:
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
    assert set(status[:TRAINED]) == {"estimated"}
    assert found["observation"].query("status != 'estimated'")["value"].isna().all()


def test_an_estimate_stays_where_taking_part_was_measured(found: dict[str, pd.DataFrame]) -> None:
    """Wherever an area elsewhere has an estimate at all, it is refused; what it lacks or who lives
    there goes first.
    """
    area, observation = country(noise=0.15)
    elsewhere = [c for c in area["code"] if c[2:6] != "0599"]
    area = area.set_index("code")
    area.loc[elsewhere[:2], "population"] = 0, 50
    gone = (observation["area"] == elsewhere[2]) & (observation["indicator"] == PREDICTORS[0])
    status = measured(area.reset_index(), observation[~gone])["observation"].set_index("area")[
        "status"
    ][elsewhere]
    assert status[:3].tolist() == ["not_applicable", "suppressed", "missing"]
    assert set(status[3:]) == {"refused"}
    assert set(found["observation"].set_index("area")["status"][elsewhere]) == {"refused"}


def test_no_single_area_sets_the_bar_of_refusal() -> None:
    """An area of the training set that is unlike the others does not let in who is as unlike: both
    are refused.
    """
    area, observation = country(noise=0.15)
    odd = "BU05990001"
    wild = (observation["area"] == odd) & observation["indicator"].isin(PREDICTORS)
    observation.loc[wild, "value"] = observation.loc[
        observation["area"] == FAR, "value"
    ].to_numpy()[: wild.sum()]
    status = measured(area, observation)["observation"].set_index("area")["status"]
    assert (status[odd], status[FAR]) == ("refused", "refused")
    assert (status[:TRAINED] == "refused").sum() == 1


@pytest.mark.parametrize("apart", [0.0, 0.5])
def test_transport_tells_whether_municipalities_differ(apart: float) -> None:
    """Where they do, the margin of home holds too few elsewhere, and the variance between them
    mends it.
    """
    area, observation = country(noise=0.15, apart=apart)
    transport = measured(area, observation)["transport"].set_index(["design", "indicator"])
    assert {*transport.index} == {
        (d, o) for d in ("left_out", "elsewhere", "between") for o in OUTCOMES
    }
    coverage = transport["coverage"]
    assert coverage["left_out"].between(0.8, 1).all()
    assert coverage["between"].between(0.85, 0.95).all()
    assert (coverage["elsewhere"] > 0.8).all() if not apart else (coverage["elsewhere"] < 0.5).all()
    assert transport.loc["between", "spread"].between(0.7 * apart, 1.3 * apart + 0.1).all()
    assert (transport.loc["elsewhere", "n"] + transport.loc["elsewhere", "refused"] == OTHERS).all()
    assert (transport.loc["elsewhere", "refused"] > 0).all()
    assert set(transport["municipalities"]["elsewhere"]) == {CITIES}


def test_the_tested_half_of_the_municipalities_gives_no_variance() -> None:
    """What the errors of a municipality are says nothing of the margin that they are tested
    with.
    """
    area, observation = country(noise=0.15, apart=0.5)
    even = [c for c in sorted(area["municipality"].unique()) if c != "GM0599"][::2]
    odd = observation["area"].map(area.set_index("code")["municipality"]).isin(even)
    far = odd & observation["indicator"].isin(OUTCOMES)
    moved = observation.assign(
        value=observation["value"].mask(far, 100 * expit(logit(observation["value"] / 100) + 9))
    )
    was, now = (
        measured(area, o)["transport"].query("design == 'between'")["coverage"]
        for o in (observation, moved)
    )
    assert (was > 0.85).all()
    assert (
        now < 0.55
    ).all()  # of the half that moved none; of the other, whose margin is now too wide, all


def test_the_variance_between_cities_is_that_of_the_moments() -> None:
    """Three cities by hand: means 1, -1 and 3, and within them one squared deviation of 2 per city
    of two areas.
    """
    error = pd.Series([2.0, 0.0, 0.0, -2.0, 4.0, 2.0])
    city = pd.Series(["a", "a", "b", "b", "c", "c"])
    assert participation.between(error, city) == pytest.approx((1 + 1 + 9) / 3 - 2 / 2)
    assert participation.between(0 * error, city) == 0


def test_too_few_municipalities_elsewhere_tell_nothing() -> None:
    area, observation = country(noise=0.15)
    few = area[area["municipality"].isin(["GM0599", *sorted(area["municipality"].unique())[-5:]])]
    assert measured(few, observation[observation["area"].isin(few["code"])])["transport"].empty


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
        measured(area, o)["fold"].query("design == 'left_out' and area == 'BU05990001'")
        for o in (observation, changed)
    )
    assert before["predicted"].item() == after["predicted"].item()
    assert before["observed"].item() != after["observed"].item()


def test_twice_the_same_figures_give_twice_the_same_estimates(
    found: dict[str, pd.DataFrame],
) -> None:
    area, observation = country(noise=0.15)
    shuffled = observation.sample(frac=1, random_state=3)
    again = measured(area, shuffled)
    for table in ("observation", "validation", "fold"):
        pd.testing.assert_frame_equal(found[table], again[table])


def test_the_scores_are_those_of_the_folds_by_hand(found: dict[str, pd.DataFrame]) -> None:
    for _, score in found["validation"].iterrows():
        rows = found["fold"][found["fold"]["design"] == score["design"]]
        pairs = list(
            zip(rows["observed"], rows["predicted"], rows["low"], rows["high"], strict=True)
        )
        mean = sum(o for o, *_ in pairs) / len(pairs)
        lost, all_ = (
            sum((o - p) ** 2 for o, p, *_ in pairs),
            sum((o - mean) ** 2 for o, *_ in pairs),
        )
        assert score["r2"] == pytest.approx(1 - lost / all_)
        assert score["rmse"] == pytest.approx((lost / len(pairs)) ** 0.5)
        assert score["bias"] == pytest.approx(sum(p - o for o, p, *_ in pairs) / len(pairs))
        assert score["coverage"] == pytest.approx(
            sum(a <= o <= b for o, _, a, b in pairs) / len(pairs)
        )


def test_a_fold_by_hand(found: dict[str, pd.DataFrame]) -> None:
    """One left-out district, straight from the definition: scale, fit the others, predict with 90 %
    intervals.
    """
    area, observation = country(noise=0.15)
    wide = observation[observation["indicator"].isin(PREDICTORS)].pivot(
        index="area", columns="indicator", values="value"
    )[list(PREDICTORS)]
    wide[["address_density", "home_value"]] = np.log(wide[["address_density", "home_value"]])
    y = (
        observation.query("indicator == @TARGET and period == '2016'").set_index("area")["value"]
        / 100
    )
    parent = area.set_index("code")["parent"]
    left_out = [a for a in y.index if parent[a] == "WK059903"]
    rest = [a for a in y.index if parent[a] != "WK059903"]
    mean, sd = wide.loc[rest].mean(), wide.loc[rest].std()
    model = BayesianRidge().fit(
        ((wide.loc[rest] - mean) / sd).to_numpy(), logit(y[rest].to_numpy())
    )
    middle, spread = model.predict(((wide.loc[left_out] - mean) / sd).to_numpy(), return_std=True)
    rows = found["fold"].query("design == 'left_out'").set_index("area").loc[left_out]
    np.testing.assert_allclose(rows["predicted"], 100 * expit(middle), rtol=1e-6)
    np.testing.assert_allclose(
        rows["high"], 100 * expit(middle + norm.ppf(0.95) * spread), rtol=1e-6
    )


def test_few_areas_are_told_apart_where_only_chance_sets_them_apart() -> None:
    """A tenth lies outside a margin of 90 %; of all areas together none is told apart, but one made
    so is.
    """
    area, observation = country(noise=0.5, seed=5)
    own = (observation["indicator"] == TARGET) & (observation["period"] == "2016")
    odd = own & (observation["area"] == "BU05990001")
    for observed, told in ((None, set()), (97.0, {"BU05990001"})):
        observation.loc[odd, "value"] = (
            observation.loc[odd, "value"] if observed is None else observed
        )
        rows = measured(area, observation)["fold"].query("design == 'left_out'")
        outside = ~rows["observed"].between(rows["low"], rows["high"])
        assert 1 < outside.sum() < 0.2 * TRAINED
        assert set(rows[rows["apart"]]["area"]) == told
        # Benjamini and Hochberg by hand: the largest k of which the k-th smallest chance is below a
        # tenth of k / n
        error = (logit(rows["observed"] / 100) - logit(rows["predicted"] / 100)).abs()
        sd = (logit(rows["high"] / 100) - logit(rows["predicted"] / 100)) / norm.ppf(0.95)
        chance = np.sort(2 * norm.sf(error / sd))
        below = np.flatnonzero(chance <= 0.1 * np.arange(1, TRAINED + 1) / TRAINED)
        assert rows["apart"].sum() == (below[-1] + 1 if len(below) else 0)


def test_intervals_of_the_coefficients_alone_would_be_false() -> None:
    """The first trap: without the variance between areas an interval holds far fewer of them than
    it promises.
    """
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
