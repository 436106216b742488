"""Participation gap: what was measured of an area minus what is expected of residents like these.

Only where participation was measured, for elsewhere the "observed" would be the model itself. What
is expected comes from the validated model with the whole gebied of the area left out, so no area
predicts itself; the margin is that of the prediction (see `participation.py`), in which the noise
of the survey is included.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables
from pipelines.measures import participation

TITLE = "Deelname vergeleken met wat bij de bewoners te verwachten is"
AFTER = ("participation",)


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table observation, in percentage points; `column` is the estimate whose left-out predictions
    are expected.

    An estimate that did not pass its tests gives no gap.
    """
    validation, fold = tables["validation"], tables["fold"]
    passed = validation.groupby("indicator")["passed"].all()
    years = tables["area"].set_index("code")["year"]
    out = []
    for indicator in catalogue.of_source("gap"):
        if not passed.get(indicator.column, False):
            continue
        own = fold[
            (fold["indicator"] == indicator.column) & (fold["design"] == participation.LEFT_OUT)
        ]
        frame = pd.DataFrame(
            {
                "area": own["area"],
                "value": own["observed"] - own["predicted"],
                "low": own["observed"] - own["high"],
                "high": own["observed"] - own["low"],
                "area_year": own["area"].map(years),
            }
        )
        out.append(
            frame.assign(
                indicator=indicator.id,
                period=participation.LAST,
                status="estimated",
                method="model",
            )
        )
    return {"observation": pd.concat(out, ignore_index=True)} if out else {}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of what was measured, and of what the expectation rests on."""
    return participation.used(found, tables, catalogue)
