"""What a publisher gives is shown, what it leaves blank is withheld, and no other table tells what
is withheld.
"""

from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import source

pytestmark = pytest.mark.mirror

CATALOGUE = catalogue.load()
# figures with a bar of their publisher, as they are published; a share that we compute of a count
# is none
BARRED = [
    i
    for i in CATALOGUE.indicators.values()
    if i.minimum and not i.denominator and i.source in catalogue.source_names()
]


@pytest.mark.parametrize("of", sorted({i.source for i in BARRED}))
def test_what_the_publisher_gives_is_shown_and_only_its_blanks_are_withheld(
    national: Path, of: str
) -> None:
    given = source.tidied(of, CATALOGUE, national / "raw" / of)["observation"]
    given = given.dropna(subset="value").set_index(["indicator", "area", "period"])["value"]
    barred = [i.id for i in BARRED if i.source == of]
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        rows = con.execute(
            """SELECT indicator, area, o.period, value, status, decimals, population
               FROM observation o JOIN indicator i ON i.id = indicator JOIN area ON code = area
               WHERE list_contains(?, indicator)""",
            [barred],
        ).df()
    assert set(rows["indicator"]) == set(barred)
    shown, blank = rows[rows["value"].notna()], rows[rows["value"].isna()]
    theirs = given.reindex(
        pd.MultiIndex.from_frame(shown[["indicator", "area", "period"]])
    ).to_numpy()
    moved = pd.isna(
        theirs
    )  # the area had another code then, and its figure came along with its name
    assert moved.mean() < 0.05  # all of Amsterdam
    off = (shown["value"] - theirs)[~moved].abs()
    assert (off <= 10.0 ** -(shown["decimals"][~moved] + 2)).mean() > 0.99
    least = blank["indicator"].map({i.id: i.minimum for i in BARRED})
    people = blank["population"].astype(float)
    why = (
        pd.Series("missing", blank.index)
        .mask(people < least, "suppressed")
        .mask(people == 0, "not_applicable")
    )
    assert blank["status"].tolist() == why.tolist()
    assert (
        given.reindex(pd.MultiIndex.from_frame(blank[["indicator", "area", "period"]]))
        .dropna()
        .empty
    )


def test_no_other_table_tells_a_withheld_figure(national: Path) -> None:
    """Neither a change between two periods nor a cluster is computed from what is withheld."""
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        for table, period in (
            ("change", "c.since"),
            ("change", "c.until"),
            ("cluster", "c.period"),
        ):
            told = con.sql(
                f"""SELECT count(*) FROM {table} c JOIN observation o USING (indicator, area)
                    WHERE o.period = {period} AND o.status = 'suppressed'"""
            ).fetchall()
            assert told == [(0,)], (table, period)
