"""Where two figures cannot both be so: looked for at every build, and listed, for we cannot tell
which one is wrong.

* `school`: pupils at a site that the table of schools does not have.
* `distance`: the distance to a primary school that the statistics office publishes, and ours to the
  nearest one in the table of schools, differ by more than a factor two and more than a kilometre.
* `parts`: a share of an area is higher or lower than that of each of its inhabited parts, or its
  residents are more or fewer than those of its parts together.
* `waves`: an area changed between two waves by more than ten times what areas of its level usually
changed.
"""

from __future__ import annotations

import pandas as pd

from pipelines.catalogue import Catalogue, measure_names
from pipelines.measures.access import TRUTH, TRUTH_OF

KINDS = ("school", "distance", "parts", "waves")
MOST_TIMES, MOST_KM = 2.0, 1.0
COUNTED_IN = 5  # residents, to which counts are rounded before a share is made of them
SPREADS = (
    10.0  # a change of so many times the usual spread (1.4826 times the median absolute deviation)
)
NORMAL = 1.4826
COLUMNS = [
    "kind",
    "area",
    "name",
    "indicator",
    "period",
    "value",
    "source",
    "other",
    "other_period",
    "other_source",
]


def find(
    area: pd.DataFrame,
    observation: pd.DataFrame,
    access: pd.DataFrame,
    tie: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Table contradiction: `value` of `source` against `other` of `other_source`.

    `name` is the area, or the code of the site; `other` is blank where the other source has
    nothing. Figures that we computed ourselves are compared with those of others, never with each
    other.
    """
    known = area.set_index("code")
    about = pd.DataFrame(
        [(i.id, i.source, i.unit, i.decimals) for i in catalogue.indicators.values()],
        columns=["indicator", "source", "unit", "decimals"],
    )
    figures = observation[observation["value"].notna()].merge(
        about[~about["source"].isin(measure_names())]
    )
    figures = figures.assign(level=figures["area"].map(known["level"]))
    kinds = [
        _school(tie),
        _distance(figures[figures["level"] == catalogue.finest], access),
        _parts(figures, known),
        _waves(figures),
    ]
    rows = pd.concat(kinds, ignore_index=True)
    return rows.assign(name=rows["name"].fillna(rows["area"].map(known["name"]))).reindex(
        columns=COLUMNS
    )


def _school(tie: pd.DataFrame) -> pd.DataFrame:
    """Sites with pupils that are at no address of the table of schools, with the postcodes that
    they come from.
    """
    flow = tie[(tie["kind"] == "pupil_flow") & tie["b"].str.fullmatch(r"duo_schools:\w+")]
    site = flow.groupby(["b", "period"])["a"].nunique().rename("value").reset_index()
    return site.assign(
        kind="school",
        name=site["b"].str.split(":").str[1],
        source="duo_pupils",
        other_source="duo_schools",
    )


def _distance(figures: pd.DataFrame, access: pd.DataFrame) -> pd.DataFrame:
    """Neighbourhoods where the published distance to a primary school is far from ours, both in
    kilometres.
    """
    ours = access[access["kind"] == TRUTH_OF].set_index("area")["metres"] / 1_000
    theirs = figures[figures["indicator"] == TRUTH]
    both = theirs.assign(other=theirs["area"].map(ours)).dropna(subset="other")
    low, high = both[["value", "other"]].min(axis=1), both[["value", "other"]].max(axis=1)
    return both[(high > MOST_TIMES * low) & (high - low > MOST_KM)].assign(
        kind="distance", other_source="duo_schools"
    )


def _parts(figures: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Shares outside those of all inhabited parts (`other` is the nearest), numbers of residents
    that do not add up.
    """
    lived = known[known["population"].fillna(0) > 0]
    parts = figures[figures["area"].isin(lived.index)].assign(
        parent=lambda df: df["area"].map(known["parent"])
    )
    parts = (
        parts.groupby(["indicator", "period", "parent"])["value"]
        .agg(["min", "max", "sum", "size"])
        .reset_index()
    )
    parts = parts[parts["size"] == parts["parent"].map(lived.groupby("parent").size())]
    whole = figures.merge(
        parts.rename(columns={"parent": "area"}), on=["indicator", "period", "area"]
    )
    whole = whole.assign(kind="parts", other_source=whole["source"], other_period=whole["period"])
    share, count = whole[whole["unit"] == "percent"], whole[whole["unit"] == "residents"]
    # a share that is made of rounded counts is off by as much, in the whole and in each part
    residents = share["area"].map(known["population"]).astype(float)
    allowed = 1.5 * 10.0 ** -share["decimals"] + 100 * COUNTED_IN / residents
    below, above = share["min"] - share["value"], share["value"] - share["max"]
    share = share.assign(other=share["min"].where(below > above, share["max"]))
    count = count.assign(other=count["sum"])
    off = (count["value"] - count["sum"]).abs() > COUNTED_IN * count["size"]
    return pd.concat([share[(below > allowed) | (above > allowed)], count[off]])


def _waves(figures: pd.DataFrame) -> pd.DataFrame:
    """Changes between two waves that are far from what areas of that level usually changed; `other`
    is the earlier.
    """
    rows = figures.sort_values(["indicator", "area", "period"])
    before = rows.groupby(["indicator", "area"])[["value", "period"]].shift()
    rows = rows.assign(other=before["value"], other_period=before["period"]).dropna(subset="other")
    moved = rows["value"] - rows["other"]
    key = [rows[c] for c in ("indicator", "level", "other_period", "period")]
    away = moved - moved.groupby(key).transform("median")
    usual = NORMAL * away.abs().groupby(key).transform("median")
    far = (away.abs() > SPREADS * usual) & (usual > 0)
    return rows[far].assign(kind="waves", other_source=rows["source"])
