"""How many residents take part where nobody asked: an area-level model of the Rotterdam Wijkprofiel.

A Bayesian ridge regression on the logit of the share, after MacKay (1992) and Tipping (2001) as scikit-learn has it,
with predictors that exist for the whole country. Its predictive variance holds the uncertainty of the coefficients and
all variance between alike areas: the area's own and that of the survey, for the survey's sample sizes are not
published. Intervals are therefore wide, and honestly so.

Validated twice: leaving out one CBS wijk of buurten at a time, and fitting 2014 to predict 2016. An indicator that does
not pass the bar of the catalogue in both is not published. A measured area is shown by the fold that left it out, so
that no area predicts itself. An area unlike those of the training set is refused, by its leverage. What will surprise
you: the predictors are of 2020 and 2024, the outcome of 2016; only differences between areas that last can be learnt.
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
from pipelines.measures.change import FALSE_SHARE
from pipelines.source import Source, Tables

SOURCE = Source(
    title="Schatting van deelname uit wie er wonen",
    publisher="Cultuuratlas",
    licence="CC-BY-4.0",
    url="",
    cadence="with every build",
    attribution="Schatting: Cultuuratlas, op cijfers van Gemeente Rotterdam, CBS en RIVM",
)
LEVEL = "buurt"
FIRST, LAST = "2014", "2016"
SKEWED = ("address_density", "home_value")  # taken as logarithms
LEFT_OUT, AHEAD = "left_out", "ahead"  # the two designs of validation

Floats = NDArray[np.float64]


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Tables observation, model, validation(indicator, design, n, r2, rmse, bias, coverage, passed) and fold.

    fold(indicator, design, area, observed, predicted, low, high, apart) holds each validated prediction; `apart` is
    whether the observed is told apart from it: of all that are, of an indicator and design, no more than a tenth is
    expected to be so by chance (Benjamini and Hochberg, 1995). Shares are in percent, rmse and bias in percentage
    points, coverage is a share of 1.
    """
    area, observation = tables["area"], tables["observation"]
    settings = catalogue.participation_model
    about = area[area["level"] == LEVEL].set_index("code")
    features = _features(observation, about.index, settings.predictors)
    observations, validations, folds = [], [], []
    low, high = settings.coverage
    for indicator in catalogue.of_source("participation"):
        measured = observation[observation["indicator"] == indicator.column].dropna(subset=["value"])
        waves = {
            year: measured[measured["period"] == year].set_index("area")["value"].reindex(features.index).dropna()
            for year in (FIRST, LAST)
        }
        found = pd.concat(_folds(features, waves, about["parent"], settings.level), ignore_index=True)
        chance = _chance(found, settings.level)
        found["apart"] = chance.groupby(found["design"]).transform(false_discovery_control) <= FALSE_SHARE
        folds.append(found.assign(indicator=indicator.id))
        scores = pd.DataFrame([_score(str(design), rows) for design, rows in found.groupby("design")])
        scores["passed"] = (scores["r2"] >= settings.least_r2) & scores["coverage"].between(low, high)
        validations.append(scores.assign(indicator=indicator.id))
        if scores["passed"].all():
            own = found[found["design"] == LEFT_OUT].set_index("area")[["predicted", "low", "high"]]
            predicted = _predict_all(features, waves[LAST], about, own, indicator.minimum, settings.level)
            observations.append(predicted.assign(indicator=indicator.id))
    bar = {"predictors": list(settings.predictors), "level": settings.level, "least_r2": settings.least_r2}
    out = {
        "model": pd.DataFrame([{**bar, "low": low, "high": high}]),
        "validation": pd.concat(validations),
        "fold": pd.concat(folds),
    }
    if observations:
        out["observation"] = pd.concat(observations, ignore_index=True)
    return out


def _features(observation: pd.DataFrame, codes: pd.Index, predictors: tuple[str, ...]) -> pd.DataFrame:
    """The newest predictors of every area that has them all; areas by row, columns as given."""
    rows = observation[observation["indicator"].isin(predictors) & observation["value"].notna()]
    newest = rows.sort_values("period").drop_duplicates(["indicator", "area"], keep="last")
    wide = newest.pivot(index="area", columns="indicator", values="value").reindex(columns=list(predictors))
    wide = wide.loc[wide.index.intersection(codes).sort_values()].dropna()
    for name in set(SKEWED) & set(predictors):
        wide[name] = np.log(wide[name].clip(lower=1))
    return wide


def _fit(features: pd.DataFrame, share: pd.Series) -> tuple[BayesianRidge, pd.Series, pd.Series]:
    """The model of a share in percent, and the mean and spread that its features were scaled with."""
    mean, spread = features.mean(), features.std()
    z = (features - mean) / spread
    return BayesianRidge().fit(z.to_numpy(), logit(share.to_numpy() / 100)), mean, spread


def _predict(fitted: tuple[BayesianRidge, pd.Series, pd.Series], features: pd.DataFrame, level: float) -> pd.DataFrame:
    """Predicted share with its interval, in percent, by area."""
    model, mean, spread = fitted
    middle, sd = model.predict(((features - mean) / spread).to_numpy(), return_std=True)
    wide = norm.ppf(0.5 + level / 2) * sd
    shares = {"predicted": expit(middle), "low": expit(middle - wide), "high": expit(middle + wide)}
    return pd.DataFrame(shares, index=features.index) * 100


def _folds(features: pd.DataFrame, waves: dict[str, pd.Series], group: pd.Series, level: float) -> list[pd.DataFrame]:
    """Every prediction of both designs beside what was observed."""
    out = []
    last = waves[LAST]
    of = group.reindex(last.index)
    for name in sorted(of.unique()):
        rest, left_out = last[of != name], last[of == name]
        found = _predict(_fit(features.loc[rest.index], rest), features.loc[left_out.index], level)
        out.append(found.assign(design=LEFT_OUT, observed=left_out))
    both = waves[FIRST].index.intersection(last.index)
    ahead = _predict(_fit(features.loc[both], waves[FIRST][both]), features.loc[both], level)
    out.append(ahead.assign(design=AHEAD, observed=last[both]))
    return [frame.rename_axis("area").reset_index() for frame in out]


def _chance(rows: pd.DataFrame, level: float) -> pd.Series:
    """How often a prediction is at least so far off, on either side: the logit of a share is taken to be normal."""
    observed, predicted, low, high = (logit(rows[c] / 100) for c in ("observed", "predicted", "low", "high"))
    sd = (high - low) / 2 / norm.ppf(0.5 + level / 2)
    return pd.Series(2 * norm.sf(abs(observed - predicted) / sd), rows.index)


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
    features: pd.DataFrame, share: pd.Series, about: pd.DataFrame, own: pd.DataFrame, minimum: int, level: float
) -> pd.DataFrame:
    """A row for every area: an estimate, or why there is none."""
    fitted = _fit(features.loc[share.index], share)
    found = _predict(fitted, features, level)
    found.loc[own.index] = own
    leverage = _leverage(features, share.index, fitted)
    inside = leverage <= leverage[share.index].max()
    out = found.reindex(about.index).rename(columns={"predicted": "value"})
    residents = about["population"].astype(float)
    status = pd.Series("estimated", about.index).mask(out["value"].isna(), "missing")
    status = status.mask(~inside.reindex(about.index, fill_value=True), "refused")
    status = status.mask(residents < minimum, "suppressed").mask(residents == 0, "not_applicable")
    out = out.where(status == "estimated").assign(status=status, period=LAST, area_year=about["year"])
    return out.rename_axis("area").reset_index()


def _leverage(
    features: pd.DataFrame, training: pd.Index, fitted: tuple[BayesianRidge, pd.Series, pd.Series]
) -> pd.Series:
    """How far an area lies from the training set in the directions that the training set knows (hat value)."""
    _, mean, spread = fitted
    z = ((features - mean) / spread).to_numpy()
    trained = z[features.index.isin(training)]
    inverse: Floats = np.linalg.inv(trained.T @ trained)
    return pd.Series(np.einsum("ij,jk,ik->i", z, inverse, z), features.index)
