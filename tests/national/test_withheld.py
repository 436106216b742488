"""What a publisher withheld cannot be worked out from the national database: by subtraction, or from another table."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipelines import catalogue

pytestmark = pytest.mark.mirror

CLOSE = 0.1  # of the figure
SWEEPS = 6  # twice the levels, up and down
WITHHELD = [  # what a model makes of few residents is withheld as too unsure, and no secret
    i for i in catalogue.load().indicators.values() if i.minimum and len(i.levels) > 1 and i.status == "measured"
]


def attacked(rows: pd.DataFrame) -> pd.DataFrame:
    """`low` and `high` of the total of each area, narrowed from above and below until nothing more is learnt.

    The attacker knows the residents, that a parent is the sum of its children, how far each figure may be rounded, and
    that none is below nothing or above twice the highest.
    """
    highest = 2 * rows["value"].max()
    out = pd.DataFrame({"parent": rows["parent"]}, index=rows.index)
    out["low"] = ((rows["value"] - rows["rounding"]) * rows["population"]).fillna(0).clip(lower=0)
    out["high"] = ((rows["value"] + rows["rounding"]) * rows["population"]).fillna(highest * rows["population"])

    def learn(low: pd.Series | np.ndarray, high: pd.Series | np.ndarray) -> None:
        """Where published figures contradict each other, nothing is learnt."""
        low, high = np.fmax(out["low"], low), np.fmin(out["high"], high)
        out["low"], out["high"] = out["low"].where(low > high, low), out["high"].where(low > high, high)

    for _ in range(SWEEPS):
        below = out.groupby("parent")[["low", "high"]].sum()
        learn(*below.reindex(out.index).to_numpy().T)
        above = out[["low", "high"]].reindex(out["parent"]).set_axis(out.index)
        beside = below.reindex(out["parent"]).set_axis(out.index) - out[["low", "high"]]
        learn(above["low"] - beside["high"], above["high"] - beside["low"])
    return out


def seen(database: Path, indicator: catalogue.Indicator) -> dict[str, pd.DataFrame]:
    """By period every area and its figure."""
    with duckdb.connect(str(database), read_only=True) as con:
        rows = con.execute(
            """SELECT a.code, a.parent, a.population, o.period, o.value, o.status
               FROM observation o JOIN area a ON a.code = o.area
               WHERE o.indicator = ? AND a.population > 0""",
            [indicator.id],
        ).df()
    # shares were computed from counts rounded to fives, so by at most two; other figures are rounded themselves
    counted = 100 * 2 / rows["population"]
    rows = rows.assign(rounding=counted if indicator.denominator else 0.5 / 10**indicator.decimals).set_index("code")
    return {str(period): own for period, own in rows.groupby("period")}


@pytest.mark.parametrize("indicator", WITHHELD, ids=lambda i: i.id)
def test_no_withheld_figure_is_found_by_subtraction(national: Path, indicator: catalogue.Indicator) -> None:
    """In no period, nor in two together by who supposes that the figure did not change."""
    found = []
    for rows in seen(national / "national.duckdb", indicator).values():
        assert (rows["status"] == "suppressed").any()
        ends = attacked(rows)[["low", "high"]].div(rows["population"], axis=0)
        found.append(ends[(rows["population"] < indicator.minimum) & (rows["status"] == "suppressed")])
    every = pd.concat(found).groupby(level=0).agg(low=("low", "max"), high=("high", "min"))
    for ends in (*found, every[every["low"] <= every["high"]]):
        sure = ends[ends["high"] - ends["low"] <= CLOSE * (ends["high"] + ends["low"])]
        assert sure.empty, sure


def test_no_other_table_tells_a_withheld_figure(national: Path) -> None:
    """Neither a change between two periods nor a cluster is computed from what is withheld."""
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        for table, period in (("change", "c.since"), ("change", "c.until"), ("cluster", "c.period")):
            told = con.sql(
                f"""SELECT count(*) FROM {table} c JOIN observation o USING (indicator, area)
                    WHERE o.period = {period} AND o.status = 'suppressed'"""
            ).fetchall()
            assert told == [(0,)], (table, period)
