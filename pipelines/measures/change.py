"""Did it change between two waves of a survey, or is it what two samples differ by anyway?

The surveys behind the waves publish no sample sizes or margins, so their noise is estimated from
the waves themselves: the spread of the changes of all areas of a level around their median (1.4826
times the median absolute deviation, after Rousseeuw and Croux, 1993). That counts real differences
between areas as noise too, so a change is called real too seldom and not too often. Of the areas
that are told apart, no more than a tenth is expected to be so by chance (Benjamini and Hochberg,
1995). What will surprise you: where all areas change alike, as when a question was put differently,
none needs to stand out.

A model estimate moves with who lives in an area and with what the whole country answered, so the
change of an area says that it moved, and not that something done there moved it. What the country
moves by is in it: where fewer volunteer everywhere, most areas are told apart. The spread is nearly
the same for areas of every size (2016 to 2020: districts of fewer than 500 residents have 1.1 to
1.6 times that of all districts, neighbourhoods 1.0 to 1.2 times), so one serves. An indicator of
which a figure has a margin of its publisher is left to that.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from scipy.stats import false_discovery_control, norm

from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables

TITLE = "Verandering tussen twee metingen"
SURVEYS = {
    "rotterdam_wijkprofiel": ("buurt",),
    "rivm_health": ("gemeente", "wijk", "buurt"),
}  # and their levels
INTERVAL = 0.9
FALSE_SHARE = 0.1
FEWEST = 30  # areas to know a spread from


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table change(indicator, area, since, until, value, low, high, spread, apart): of every area
    the last two waves.

    In the unit of the indicator; `low` to `high` is where the change lies with 90 % confidence,
    `apart` whether it is told apart from noise. An indicator known of fewer than 30 areas of a
    level in both waves, or of which half did not change at all, has no rows there: nothing to know
    a spread from.
    """
    levels = tables["area"].set_index("code")["level"]
    observation = tables["observation"]
    found = []
    for indicator, level in (
        (i, v) for s, at in SURVEYS.items() for i in catalogue.of_source(s) for v in at
    ):
        own = observation[(observation["indicator"] == indicator.id) & observation["value"].notna()]
        own = own[own["area"].map(levels) == level]
        waves = own.pivot(index="area", columns="period", values="value").sort_index(axis=1)
        if waves.shape[1] < 2 or own["low"].notna().any():
            continue
        since, until = waves.columns[-2:]
        difference = (waves[until] - waves[since]).dropna()
        spread = 1.4826 * (difference - difference.median()).abs().median()
        if len(difference) < FEWEST or not spread:
            continue
        margin = norm.ppf(0.5 + INTERVAL / 2) * spread
        chance = 2 * norm.sf(difference.abs() / spread)
        found.append(
            pd.DataFrame(
                {
                    "indicator": indicator.id,
                    "area": difference.index,
                    "since": since,
                    "until": until,
                    "value": difference.to_numpy(),
                    "low": difference.to_numpy() - margin,
                    "high": difference.to_numpy() + margin,
                    "spread": spread,
                    "apart": false_discovery_control(chance) <= FALSE_SHARE,
                }
            )
        )
    return {"change": pd.concat(found, ignore_index=True)} if found else {}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the figures that have a change."""
    return catalogue.sources_of(name for frame in found.values() for name in frame["indicator"])
