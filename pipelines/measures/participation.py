"""How many residents take part where nobody asked: an area-level model of the Rotterdam
Wijkprofiel.

A Bayesian ridge regression on the logit of the share, after MacKay (1992) and Tipping (2001) as
scikit-learn has it, with predictors that exist for the whole country. Its predictive variance holds
the uncertainty of the coefficients and all variance between alike areas: the area's own and that of
the survey, for the survey's sample sizes are not published. Intervals are therefore wide, and
honestly so.

Validated twice: leaving out one CBS wijk of buurten at a time, and fitting 2014 to predict 2016. An
indicator that does not pass the bar of the catalogue in both is not published. A measured area is
shown by the fold that left it out, so that no area predicts itself. An area unlike those of the
training set is refused: one whose leverage is above three times the mean of the training areas, the
usual warning leverage (Gramatica, 2007), which no single area can set.

An estimate stays in the municipalities where taking part was measured; elsewhere it is refused.
Why, is tested: the same model of the same areas predicts health figures that are known in the whole
country (`transport` in the catalogue), and its intervals hold far fewer of them elsewhere than at
home. They lack the variance between municipalities, which one municipality cannot tell. It is
estimated from the errors elsewhere: half of the municipalities give it, the other half test it.
What was asked in one city cannot be tested in another: an estimate returns elsewhere when a second
city has asked, and when there, with that variance, the share of intervals that hold what was
measured reaches the bar of the catalogue. The health figures are made by a model themselves, so for
taking part the test is an indication.

What will surprise you: the predictors are of 2020 and 2024, the outcome of 2016; only differences
between areas that last can be learnt.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, logit
from scipy.stats import false_discovery_control, norm
from sklearn.linear_model import BayesianRidge

from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables
from pipelines.measures.change import FALSE_SHARE

TITLE = "Schatting van deelname uit wie er wonen"
FIRST, LAST = "2014", "2016"
SKEWED = ("address_density", "home_value")  # taken as logarithms
LEFT_OUT, AHEAD = "left_out", "ahead"  # the two designs of validation
ELSEWHERE, BETWEEN = (
    "elsewhere",
    "between",
)  # of transport: as the model is, and with the variance between cities
TIMES_MEAN = 3  # the leverage of the training areas
FEWEST_CITIES = 10  # elsewhere, to tell how they differ

Floats = NDArray[np.float64]


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Tables observation, model, validation(indicator, design, n, r2, rmse, bias, coverage,
    passed), fold, transport.

    fold(indicator, design, area, observed, predicted, low, high, apart) holds each validated
    prediction; `apart` is whether the observed is told apart from it: of all that are, of an
    indicator and design, no more than a tenth is expected to be so by chance (Benjamini and
    Hochberg, 1995). Shares are in percent, rmse and bias in percentage points, coverage is a share
    of 1. transport: see `_transport`.
    """
    area, observation = tables["area"], tables["observation"]
    settings = catalogue.participation_model
    about = area[area["level"] == catalogue.finest].set_index("code")
    features = _features(observation, about.index, settings.predictors)
    observations, validations, folds = [], [], []
    training: set[str] = set()
    low, high = settings.coverage
    for indicator in catalogue.of_source("participation"):
        measured = observation[observation["indicator"] == indicator.column].dropna(
            subset=["value"]
        )
        waves = {
            year: measured[measured["period"] == year]
            .set_index("area")["value"]
            .reindex(features.index)
            .dropna()
            for year in (FIRST, LAST)
        }
        training |= {*waves[LAST].index}
        predictions = pd.concat(
            [
                _left_out(features, waves[LAST], about["parent"], settings.level),
                _ahead(features, waves, settings.level),
            ],
            ignore_index=True,
        )
        chance = _chance(predictions, settings.level)
        predictions["apart"] = (
            chance.groupby(predictions["design"]).transform(false_discovery_control) <= FALSE_SHARE
        )
        folds.append(predictions.assign(indicator=indicator.id))
        scores = pd.DataFrame(
            [_score(str(design), rows) for design, rows in predictions.groupby("design")]
        )
        scores["passed"] = (scores["r2"] >= settings.least_r2) & scores["coverage"].between(
            low, high
        )
        validations.append(scores.assign(indicator=indicator.id))
        if scores["passed"].all():
            own = predictions[predictions["design"] == LEFT_OUT].set_index("area")[
                ["predicted", "low", "high"]
            ]
            predicted = _predict_all(
                features, waves[LAST], about, own, indicator.minimum, settings.level
            )
            observations.append(predicted.assign(indicator=indicator.id))
    bar = {
        "predictors": list(settings.predictors),
        "level": settings.level,
        "least_r2": settings.least_r2,
    }
    out = {
        "model": pd.DataFrame([{**bar, "low": low, "high": high}]),
        "validation": pd.concat(validations),
        "fold": pd.concat(folds),
        "transport": _transport(features, observation, about, training, catalogue),
    }
    if observations:
        out["observation"] = pd.concat(observations, ignore_index=True)
    return out


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of what was measured, of what it is predicted from, and of what the model is
    tested on.
    """
    model, measured = (
        catalogue.participation_model,
        (i.column for i in catalogue.of_source("participation")),
    )
    return catalogue.sources_of([*measured, *model.predictors, *model.transport])


def _features(
    observation: pd.DataFrame, codes: pd.Index, predictors: tuple[str, ...]
) -> pd.DataFrame:
    """The newest predictors of every area that has them all; areas by row, columns as given."""
    rows = observation[observation["indicator"].isin(predictors) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value").reindex(
        columns=list(predictors)
    )
    wide = wide.loc[wide.index.intersection(codes).sort_values()].dropna()
    for name in set(SKEWED) & set(predictors):
        wide[name] = np.log(wide[name].clip(lower=1))
    return wide


def _fit(features: pd.DataFrame, share: pd.Series) -> tuple[BayesianRidge, pd.Series, pd.Series]:
    """The model of a share in percent, and the mean and spread that its features were scaled
    with.
    """
    mean, spread = features.mean(), features.std()
    z = (features - mean) / spread
    return BayesianRidge().fit(z.to_numpy(), logit(share.to_numpy() / 100)), mean, spread


def _predict(
    fitted: tuple[BayesianRidge, pd.Series, pd.Series], features: pd.DataFrame, level: float
) -> pd.DataFrame:
    """Predicted share with its interval, in percent, by area."""
    model, mean, spread = fitted
    middle, sd = model.predict(((features - mean) / spread).to_numpy(), return_std=True)
    wide = norm.ppf(0.5 + level / 2) * sd
    shares = {"predicted": expit(middle), "low": expit(middle - wide), "high": expit(middle + wide)}
    return pd.DataFrame(shares, index=features.index) * 100


def _left_out(
    features: pd.DataFrame, share: pd.Series, group: pd.Series, level: float
) -> pd.DataFrame:
    """Every area of a group predicted from those of the other groups, beside what was observed."""
    out, of = [], group.reindex(share.index)
    for name in sorted(of.unique()):
        rest, left_out = share[of != name], share[of == name]
        predicted = _predict(
            _fit(features.loc[rest.index], rest), features.loc[left_out.index], level
        )
        out.append(predicted.assign(design=LEFT_OUT, observed=left_out))
    return pd.concat(out).rename_axis("area").reset_index()


def _ahead(features: pd.DataFrame, waves: dict[str, pd.Series], level: float) -> pd.DataFrame:
    """The last wave predicted from the first, beside what was observed."""
    both = waves[FIRST].index.intersection(waves[LAST].index)
    predicted = _predict(_fit(features.loc[both], waves[FIRST][both]), features.loc[both], level)
    return (
        predicted.assign(design=AHEAD, observed=waves[LAST][both]).rename_axis("area").reset_index()
    )


def _errors(rows: pd.DataFrame, level: float) -> tuple[pd.Series, pd.Series]:
    """By how much the logit of what was observed is above what was predicted, and its standard
    deviation.
    """
    names = ("observed", "predicted", "low", "high")
    observed, predicted, low, high = (pd.Series(logit(rows[c] / 100), rows.index) for c in names)
    return observed - predicted, (high - low) / 2 / norm.ppf(0.5 + level / 2)


def _chance(rows: pd.DataFrame, level: float) -> pd.Series:
    """How often a prediction is at least so far off, on either side: the logit of a share is taken
    to be normal.
    """
    error, sd = _errors(rows, level)
    return pd.Series(2 * norm.sf(error.abs() / sd), rows.index)


def _score(design: str, rows: pd.DataFrame) -> dict[str, object]:
    error = rows["predicted"] - rows["observed"]
    spread = rows["observed"] - rows["observed"].mean()
    return {
        "design": design,
        "n": len(rows),
        "r2": 1 - float((error**2).sum() / (spread**2).sum()),
        "rmse": float((error**2).mean() ** 0.5),
        "bias": float(error.mean()),
        "coverage": float(rows["observed"].between(rows["low"], rows["high"]).mean()),
    }


def _predict_all(
    features: pd.DataFrame,
    share: pd.Series,
    about: pd.DataFrame,
    own: pd.DataFrame,
    minimum: int,
    level: float,
) -> pd.DataFrame:
    """A row for every area: an estimate, or why there is none."""
    fitted = _fit(features.loc[share.index], share)
    found = _predict(fitted, features, level)
    found.loc[own.index] = own
    leverage = _leverage(features, share.index, fitted)
    inside = leverage <= TIMES_MEAN * leverage[share.index].mean()
    home = about["municipality"].isin(about.loc[share.index, "municipality"])
    out = found.reindex(about.index).rename(columns={"predicted": "value"})
    residents = about["population"].astype(float)
    status = pd.Series("estimated", about.index).mask(out["value"].isna(), "missing")
    unlike = ~inside.reindex(about.index, fill_value=True)
    status = status.mask((status == "estimated") & (unlike | ~home), "refused")
    status = status.mask(residents < minimum, "suppressed").mask(residents == 0, "not_applicable")
    out = out.where(status == "estimated").assign(
        status=status, period=LAST, area_year=about["year"], method="model"
    )
    return out.rename_axis("area").reset_index()


def _leverage(
    features: pd.DataFrame, training: pd.Index, fitted: tuple[BayesianRidge, pd.Series, pd.Series]
) -> pd.Series:
    """How far an area lies from the training set in the directions that the training set knows (hat
    value).
    """
    _, mean, spread = fitted
    z = ((features - mean) / spread).to_numpy()
    trained = z[features.index.isin(training)]
    inverse: Floats = np.linalg.inv(trained.T @ trained)
    return pd.Series(np.einsum("ij,jk,ik->i", z, inverse, z), features.index)


def _transport(
    features: pd.DataFrame,
    observation: pd.DataFrame,
    about: pd.DataFrame,
    training: set[str],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """How well the model of these training areas predicts what is known everywhere, at home and
    elsewhere.

    Columns indicator, design, n, r2, rmse, bias and coverage as of validation, municipalities,
    refused (areas that the leverage refuses) and spread. Designs: `left_out` at home, `elsewhere`,
    and `between`, which is `elsewhere` with the variance between cities, from the other half of the
    municipalities; its `spread` is the root of that of all, on the scale of logits. No rows where
    there are fewer than ten municipalities elsewhere.
    """
    out = []
    settings, least = (
        catalogue.participation_model,
        max(i.minimum for i in catalogue.of_source("participation")),
    )
    known = observation[observation["value"].notna()].sort_values("period")
    people, city = about["population"].astype(float), about["municipality"]
    home = city[city.index.isin(training)].unique()
    for name in settings.transport:
        share = (
            known[known["indicator"] == name]
            .drop_duplicates("area", keep="last")
            .set_index("area")["value"]
        )
        share = share.reindex(features.index[people[features.index] >= least]).dropna()
        share = share[
            share.between(0, 100, inclusive="neither")
        ]  # of nobody and of everybody there is no logit
        at_home, outside = share[share.index.isin(training)], share[~city[share.index].isin(home)]
        if city[outside.index].nunique() < FEWEST_CITIES:
            continue
        fitted = _fit(features.loc[at_home.index], at_home)
        leverage = _leverage(features, at_home.index, fitted)
        accepted = outside[leverage[outside.index] <= TIMES_MEAN * leverage[at_home.index].mean()]
        elsewhere = _predict(fitted, features.loc[accepted.index], settings.level).assign(
            observed=accepted
        )
        cities = city[accepted.index]
        error, sd = _errors(elsewhere, settings.level)
        half = cities.map({code: n % 2 for n, code in enumerate(sorted(cities.unique()))})
        other = half.map({n: between(error[half != n], cities[half != n]) for n in (0, 1)})
        middle, wide = (
            logit(elsewhere["predicted"] / 100),
            norm.ppf(0.5 + settings.level / 2) * np.sqrt(sd**2 + other),
        )
        widened = elsewhere.assign(low=expit(middle - wide) * 100, high=expit(middle + wide) * 100)
        where = {
            "indicator": name,
            "municipalities": cities.nunique(),
            "refused": len(outside) - len(accepted),
        }
        out += [
            _score(LEFT_OUT, _left_out(features, at_home, about["parent"], settings.level))
            | {"indicator": name, "municipalities": len(home), "refused": 0},
            _score(ELSEWHERE, elsewhere) | where,
            _score(BETWEEN, widened) | where | {"spread": between(error, cities) ** 0.5},
        ]
    return pd.DataFrame(out)


def between(error: pd.Series, city: pd.Series) -> float:
    """The variance of what cities have in common, by the method of moments (Hedges, 1983): never
    below zero.

    Of the squared mean error of a city, less what the differences between its areas add to it, the
    mean over cities. About zero and not about the mean of all cities, for it is not known where the
    city of the training areas lies.
    """
    groups = error.groupby(city)
    n = groups.size()
    within = ((error - groups.transform("mean")) ** 2).sum() / (len(error) - len(n))
    return max(float((groups.mean() ** 2 - within / n).mean()), 0.0)
