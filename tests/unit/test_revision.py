"""Two editions that are known to the last figure: what is new is found, and of which sort it is."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from pipelines import catalogue
from pipelines.build import build, catalogue_rows, checks, edition, revision
from pipelines.measures import change

CATALOGUE = catalogue.load()
SORTS = {"real", "boundary", "correction", "status", "untold", "noise"}
TO_DEGREES = Transformer.from_crs(28992, 4326, always_xy=True)
X, Y = 90_000, 430_000  # metres, in the middle of the country
CODES = [f"BU0001{n:04}" for n in range(1, 61)]
Figure = tuple[str, str, str, float | None]  # area, indicator, period, value


@cache
def outline(west: float, south: float, east: float, north: float) -> str:
    box = shapely.segmentize(shapely.box(X + west, Y + south, X + east, Y + north), 100)
    return str(
        shapely.to_geojson(
            shapely.transform(box, lambda c: np.column_stack(TO_DEGREES.transform(*c.T)))
        )
    )


def grid(codes: Sequence[str] = CODES) -> dict[str, str]:
    """Neighbourhoods of a square kilometre side by side."""
    return {code: outline(1000 * n, 0, 1000 * n + 1000, 1000) for n, code in enumerate(codes)}


def tables(
    figures: Sequence[Figure | Mapping[str, Any]] = (),
    outlines: Mapping[str, str] | None = None,
    year: int = 2024,
    names: Mapping[str, str] | None = None,
    **more: pd.DataFrame,
) -> dict[str, pd.DataFrame]:
    """All tables of an edition of one municipality; a figure is measured unless its indicator is
    estimated.
    """
    outlines = grid() if outlines is None else outlines
    above = [
        ("NL00", "land", None, None),
        ("GM0001", "gemeente", "NL00", None),
        ("WK000100", "wijk", "GM0001", None),
    ]
    area = pd.DataFrame(
        [*above, *((c, "buurt", "WK000100", g) for c, g in outlines.items())],
        columns=["code", "level", "parent", "geometry"],
    )
    area["year"], area["population"] = year, 1000
    area["name"] = area["code"].map({c: c for c in area["code"]} | dict(names or {}))
    area["municipality"] = ("GM" + area["code"].str[2:6]).where(area["level"] != "land")
    area["province"] = "Zuid-Holland"
    area.loc[area["code"] == "GM0001", "geometry"] = outline(0, 0, 60_000, 1000)
    columns = ("area", "indicator", "period", "value")
    rows = [f if isinstance(f, Mapping) else dict(zip(columns, f, strict=False)) for f in figures]
    observation = pd.DataFrame(
        rows, columns=["area", "indicator", "period", "value", "low", "high", "status", "method"]
    )
    usual = observation["indicator"].map({i.id: i.status for i in CATALOGUE.indicators.values()})
    usual = usual.where(observation["value"].notna(), "missing")
    observation["status"] = observation["status"].where(observation["status"].notna(), usual)
    source = pd.DataFrame(
        {"id": sorted({i.source for i in CATALOGUE.indicators.values()}), "licence": "CC0-1.0"}
    )
    held = {
        "area": area,
        "observation": observation,
        "indicator": catalogue_rows.indicators(CATALOGUE),
        "source": source,
        "term": catalogue_rows.terms(CATALOGUE),
    }
    return {table: pd.DataFrame() for table in build.SCHEMA} | held | more


def found(last: Mapping[str, pd.DataFrame], this: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What is new in an edition beside another."""
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS last_build")
        for database, held in (("last_build", last), ("memory", this)):
            con.execute(f"USE {database}")
            for table in ("area", "indicator", "observation", "change"):
                con.execute(f"CREATE TABLE {table} ({build.SCHEMA[table].definition})")
                if len(held[table]):
                    build._insert(con, table, held[table])
        return revision.find(con, CATALOGUE)


def sorts(rows: pd.DataFrame) -> dict[tuple[str, str], str]:
    """By area and indicator (or what happened to the area) the sort."""
    what = rows["indicator"].where(rows["indicator"].notna(), rows["kind"])
    return dict(zip(zip(rows["area"], what, strict=True), rows["sort"], strict=True))


def everywhere(
    indicator: str, period: str, value: float, but: Mapping[str, float] | None = None
) -> list[Figure]:
    return [(code, indicator, period, (but or {}).get(code, value)) for code in CODES]


NEAR = {"low": 9, "high": 11, "method": "calibrated"}


def sure(figures: Sequence[Figure]) -> list[Figure]:
    """Figures with a margin of 90 %: two standard deviations of 2 wide."""
    half, names = revision.Z * 2, ("area", "indicator", "period", "value")
    given = [f if isinstance(f, Mapping) else dict(zip(names, f, strict=True)) for f in figures]
    return [
        {**f, "low": f["value"] - half, "high": f["value"] + half, "method": "model"} for f in given
    ]


def test_every_sort_of_a_figure_that_is_not_what_it_was(tmp_path: Path) -> None:
    """On files, as the command builds them."""
    a, b, c, d, e, *_ = CODES
    last = [
        *everywhere("home_value", "2023", 300),
        *everywhere("population", "2023", 1000),
        *everywhere("children_share", "2023", 20),
        *sure(everywhere("lonely_share", "2020", 50)),
        *everywhere("volunteers_share", "2020", 30),
        *everywhere("clubs_share", "2014", 20),
        *everywhere("owner_occupied_share", "2023", 40),
        ("GM0001", "population", "2023", 12_000),
        ("NL00", "museums_reach_share", "2016", 50),
        (a, "bike_to_secondary_school_min", "2023", 10),
        {
            "area": b,
            "indicator": "bike_to_secondary_school_min",
            "period": "2023",
            "value": 10,
            **NEAR,
        },
        {
            "area": c,
            "indicator": "bike_to_secondary_school_min",
            "period": "2023",
            "value": 10,
            "method": "calibrated",
        },
        {
            "area": d,
            "indicator": "bike_to_secondary_school_min",
            "period": "2023",
            "value": 10,
            **NEAR,
        },
    ]
    this = [
        # of the same period; within and beyond rounding; gone; back to an earlier period
        *everywhere("home_value", "2023", 300, {a: 310})[:1],
        (b, "home_value", "2024", 301),
        (c, "home_value", "2024", 330),
        (d, "home_value", "2023", None),
        (e, "home_value", "2022", 300),
        *everywhere("home_value", "2023", 300)[5:],
        # counts that are rounded to fives at random, and the exact ones of a municipality
        *everywhere("population", "2024", 1005, {b: 1010}),
        ("GM0001", "population", "2024", 12_005),
        # 20 percent of some 1,000 residents is off by half a point in either year
        *everywhere("children_share", "2024", 20.9, {b: 21.0}),
        *sure(everywhere("lonely_share", "2024", 51, {a: 70})),
        *everywhere("volunteers_share", "2024", 31, {a: 90}),  # without a margin, however far
        *everywhere("clubs_share", "2014", 20),
        *everywhere("clubs_share", "2016", 21, {a: 40, b: 30}),
        *everywhere("owner_occupied_share", "2023", 40, {a: 40.2}),
        ("NL00", "museums_reach_share", "2018", 53),
        (a, "bike_to_secondary_school_min", "2024", 12),
        {
            "area": b,
            "indicator": "bike_to_secondary_school_min",
            "period": "2024",
            "value": 15,
            **NEAR,
            "low": 14,
            "high": 16,
        },
        {
            "area": c,
            "indicator": "bike_to_secondary_school_min",
            "period": "2024",
            "value": 15,
            "method": "calibrated",
        },
        {
            "area": d,
            "indicator": "bike_to_secondary_school_min",
            "period": "2024",
            "value": 11,
            **NEAR,
            "high": 12,
        },
    ]
    waves = pd.DataFrame(
        {"area": [a, b], "apart": [True, False], "low": [12.0, 2.0], "high": [28.0, 18.0]}
    ).assign(indicator="clubs_share", since="2014", until="2016")
    target = tmp_path / "national.duckdb"
    said: list[str] = []
    build.write(tables(last), CATALOGUE, target, said.append)
    with duckdb.connect(str(target)) as con:
        assert con.sql("SELECT count(*) FROM revision").fetchall() == [(0,)]
        assert con.sql("SELECT compared, compared_at FROM build").fetchall() == [(None, None)]
        before = con.sql("SELECT id, built_at FROM build").fetchall()
    build.write(tables(this, change=waves), CATALOGUE, target, said.append)
    with duckdb.connect(str(target)) as con:
        rows = con.sql("FROM revision").df()
        assert con.sql("SELECT compared, compared_at FROM build").fetchall() == before
        assert con.sql(
            "SELECT count(other), count(kind), count(allowed) FILTER (sort = 'status') FROM revision"
        ).fetchall() == [(0, 0, 0)]
        checks.run(con)
    noise = "noise"
    assert sorts(rows) == {
        (a, "home_value"): "correction",
        (b, "home_value"): noise,
        (c, "home_value"): "real",
        (d, "home_value"): "status",
        (e, "home_value"): "correction",
        **{(code, "population"): noise for code in CODES},
        (b, "population"): "real",
        ("GM0001", "population"): "real",
        **{(code, "children_share"): noise for code in CODES},
        (b, "children_share"): "real",
        **{(code, "lonely_share"): noise for code in CODES},
        (a, "lonely_share"): "real",
        **{(code, "volunteers_share"): "untold" for code in CODES},
        **{(code, "clubs_share"): "untold" for code in CODES},
        (b, "clubs_share"): noise,
        (a, "clubs_share"): "real",  # as the measure of change says, and b is not
        ("NL00", "museums_reach_share"): "untold",
        (a, "bike_to_secondary_school_min"): "untold",
        (b, "bike_to_secondary_school_min"): "real",
        (c, "bike_to_secondary_school_min"): "untold",
        (d, "bike_to_secondary_school_min"): noise,
    }
    one = rows.set_index(["area", "indicator"]).loc[(a, "lonely_share")]
    assert (one["since"], one["until"], one["before"], one["value"]) == ("2020", "2024", 50, 70)
    assert one["allowed"] == pytest.approx(1.6449 * 2 * 2**0.5, rel=1e-3)
    assert rows.set_index(["area", "indicator"]).loc[(b, "population"), "allowed"] == 8
    assert "Newest figures that are not what they were: 2 correction" in said[-1]


def test_a_build_of_the_same_content_keeps_what_was_new(tmp_path: Path) -> None:
    first, second = (
        tables(everywhere("home_value", "2023", 300)),
        tables(everywhere("home_value", "2024", 330)),
    )
    target, alone = tmp_path / "national.duckdb", tmp_path / "alone.duckdb"
    kept = []
    for rows in (first, second, second):
        build.write(rows, CATALOGUE, target, lambda line: None)
        with duckdb.connect(str(target)) as con:
            kept.append(
                (
                    con.sql("FROM revision ORDER BY ALL").fetchall(),
                    con.sql("SELECT compared FROM build").fetchall(),
                )
            )
            made = con.sql("SELECT id FROM build").fetchall()
    assert len(kept[1][0]) == len(CODES)
    assert kept[2] == kept[1]
    build.write(second, CATALOGUE, alone, lambda line: None)
    with duckdb.connect(str(alone)) as con:
        assert (
            con.sql("SELECT id FROM build").fetchall() == made
        )  # what it was compared with is no content


@pytest.mark.parametrize("shape", ["table", "column", "bytes"])
def test_a_last_build_of_another_shape_is_not_compared_with(tmp_path: Path, shape: str) -> None:
    target = tmp_path / "national.duckdb"
    if shape == "bytes":
        target.write_bytes(b"no database")
    else:
        build.write(
            tables(everywhere("home_value", "2023", 300)), CATALOGUE, target, lambda line: None
        )
        with duckdb.connect(str(target)) as con:
            column = "DROP INDEX observation_area; ALTER TABLE observation DROP COLUMN method"
            con.execute("DROP TABLE tie" if shape == "table" else column)
    said: list[str] = []
    build.write(tables(everywhere("home_value", "2024", 330)), CATALOGUE, target, said.append)
    with duckdb.connect(str(target)) as con:
        assert con.sql("SELECT count(*) FROM revision").fetchall() == [(0,)]
        assert con.sql("SELECT compared, compared_at FROM build").fetchall() == [(None, None)]
    assert "another shape" in said[-1]


def test_an_area_that_is_not_the_same_goes_before_everything() -> None:
    a, b, c, d, e, f, g, *rest = CODES
    last = grid()
    this = {code: last[code] for code in rest}
    this[a] = outline(0, 0, 1000, 1000)
    this[b] = outline(1000, 0, 1800, 1000)  # lost a fifth to c
    this[c] = outline(1800, 0, 3000, 1000)
    this[d] = outline(3030, 0, 4000, 1000)  # as far off as two simplified outlines are
    this["BU00010099"] = outline(4000, 0, 6000, 1000)  # e and f are one now
    this["BU00010098"] = last[g]  # g by another code
    this["BU00010097"] = outline(0, 30_000, 1000, 31_000)
    last["BU00010095"] = outline(0, 40_000, 1000, 41_000)
    figures = [*everywhere("home_value", "2023", 300), ("BU00010095", "home_value", "2023", 300)]
    later = [
        *everywhere("home_value", "2024", 400, {c: 300})[:4],
        *everywhere("home_value", "2023", 300)[7:],
    ]
    later += [
        (code, "home_value", "2024", 300) for code in ("BU00010099", "BU00010098", "BU00010097")
    ]
    rows = found(tables(figures, last, 2023), tables(later, this, 2024))
    boundary = "boundary"
    assert sorts(rows) == {
        (a, "home_value"): "real",
        (d, "home_value"): "real",
        (b, "outline"): boundary,
        (b, "home_value"): boundary,
        (c, "outline"): boundary,
        (c, "home_value"): boundary,
        (e, "merged"): boundary,
        (f, "merged"): boundary,
        ("BU00010099", "new"): boundary,
        ("BU00010098", "recoded"): boundary,
        ("BU00010097", "new"): boundary,
        ("BU00010095", "gone"): boundary,
    }
    other = rows[rows["other"].notna()].set_index("area")["other"].to_dict()
    assert other == {e: "BU00010099", f: "BU00010099", "BU00010098": g}
    assert rows.loc[rows["sort"] == boundary, "allowed"].isna().all()
    years = rows[rows["kind"] == "outline"]
    assert (set(years["since"]), set(years["until"])) == ({"2023"}, {"2024"})


def test_a_piece_of_land_that_is_divided_is_gone_and_one_that_joins_another_municipality_is_told_there() -> (
    None
):
    last = grid(["BU00010001", "BU00020001", "BU00020002"])
    this = {"BU00010001": outline(0, 0, 2000, 1000), "BU00010002": outline(2000, 0, 2500, 1000)}
    this["BU00010003"] = outline(2500, 0, 3000, 1000)
    rows = found(tables(outlines=last, year=2023), tables(outlines=this)).set_index("area")
    told = rows[["kind", "other", "municipality"]].fillna("").T.to_dict("list")
    assert told["BU00020001"] == ["merged", "BU00010001", "GM0001"]
    assert told["BU00020002"] == ["gone", "", "GM0002"]
    assert told["BU00010001"] == ["outline", "", "GM0001"]


def test_in_one_year_an_outline_is_only_drawn_anew() -> None:
    drawn = grid() | {CODES[0]: outline(500, 0, 1000, 1000)}
    rows = found(
        tables(everywhere("home_value", "2023", 300)),
        tables(everywhere("home_value", "2023", 310), drawn),
    )
    assert set(rows["sort"]) == {"correction"}
    without = {c: g for c, g in grid().items() if c != CODES[0]}
    assert sorts(found(tables(), tables(outlines=without))) == {(CODES[0], "gone"): "boundary"}


def test_a_figure_that_is_withheld_is_not_told_as_it_was() -> None:
    last = everywhere("lonely_share", "2020", 50)
    withheld = [
        {"area": c, "indicator": "lonely_share", "period": "2020", "status": "suppressed"}
        for c in CODES[:2]
    ]
    this = [
        *withheld,
        (CODES[1], "lonely_share", "2024", 70.0),
        *everywhere("lonely_share", "2020", 50)[2:],
    ]
    rows = found(tables(last), tables(this))
    assert sorts(rows) == {
        (CODES[0], "lonely_share"): "status",
        (CODES[1], "lonely_share"): "untold",
    }
    assert rows["before"].isna().all()


def test_an_indicator_that_means_something_else_is_not_compared() -> None:
    last, this = (
        tables(everywhere("home_value", "2023", 300)),
        tables(everywhere("home_value", "2024", 400)),
    )
    assert len(found(last, this)) == len(CODES)
    last["indicator"] = last["indicator"].assign(unit="percent")
    assert found(last, this).empty


def test_noise_alone_is_seldom_called_real() -> None:
    codes = [f"BU0001{n:04}" for n in range(500)]
    called, moved = 0, 0
    for seed in range(8):
        random = np.random.default_rng(seed)
        first, second = random.normal(50, 2, (2, 500))
        second[:20] += 25
        last = sure([(c, "lonely_share", "2020", v) for c, v in zip(codes, first, strict=True)])
        this = sure([(c, "lonely_share", "2024", v) for c, v in zip(codes, second, strict=True)])
        bare = dict.fromkeys(codes, None)
        rows = found(tables(last, bare), tables(this, bare))  # type: ignore[arg-type]
        real = set(rows.loc[rows["sort"] == "real", "area"])
        called, moved = called + len(real - set(codes[:20])), moved + len(real & set(codes[:20]))
    assert moved == 8 * 20
    assert called <= 2 * change.FALSE_SHARE * 8 * 20


STATUSES = st.sampled_from(
    ["measured", "measured", "measured", "missing", "suppressed", "not_applicable"]
)
EDITION = st.lists(
    st.fixed_dictionaries(
        {
            "area": st.sampled_from([*CODES[:4], "GM0001", "NL00"]),
            "indicator": st.sampled_from(
                ["home_value", "population", "clubs_share", "lonely_share"]
            ),
            "period": st.sampled_from(["2020", "2022", "2024"]),
            "value": st.floats(0, 100),
            "status": STATUSES,
        }
    ),
    max_size=12,
    unique_by=lambda f: (f["area"], f["indicator"], f["period"]),
)


def drawn(figures: list[dict[str, Any]], shift: float = 0) -> dict[str, pd.DataFrame]:
    """An edition of such figures; `shift` moves an outline."""
    rows = []
    for f in figures:
        estimated = f["status"] == "measured" and f["indicator"] == "lonely_share"
        value = f["value"] if f["status"] == "measured" else None
        rows.append({**f, "value": value, "status": "estimated" if estimated else f["status"]})
        if estimated:
            rows[-1] = sure(rows[-1:])[0]
    outlines = grid(CODES[:4]) | {CODES[0]: outline(shift, 0, 1000, 1000)}
    return tables(rows, outlines, 2024 if shift else 2023)


@settings(max_examples=20)
@given(EDITION, EDITION, st.sampled_from([0, 50, 500]))
def test_every_row_has_one_sort_and_an_edition_beside_itself_has_none(
    last: list[dict[str, Any]], this: list[dict[str, Any]], shift: float
) -> None:
    assert found(drawn(this, shift), drawn(this, shift)).empty
    rows = found(drawn(last), drawn(this, shift))
    assert set(rows["sort"]) <= SORTS
    assert not rows.duplicated(["area", "indicator"]).any()
    pd.testing.assert_frame_equal(rows, found(drawn(last), drawn(this, shift)))
    real = rows[rows["sort"] == "real"]
    assert ((real["value"] - real["before"]).abs() > real["allowed"]).all()
    assert (real["until"] > real["since"]).all()
    assert (CODES[0] in set(rows.loc[rows["kind"] == "outline", "area"])) == (shift == 500)


@settings(max_examples=20)
@given(st.lists(st.floats(-30, 30), min_size=4, max_size=4))
def test_swapped_values_are_real_where_they_were_and_nowhere_else(steps: list[float]) -> None:
    def figures(period: str, more: Sequence[float]) -> list[Figure]:
        return [
            (c, i, period, 50 + s)
            for c, s in zip(CODES, more, strict=False)
            for i in ("home_value", "lonely_share")
        ]

    none = [0.0] * 4
    there = found(tables(sure(figures("2020", none))), tables(sure(figures("2024", steps))))
    back = found(tables(sure(figures("2020", steps))), tables(sure(figures("2024", none))))
    assert sorts(there) == sorts(back)


def test_the_edition_takes_along_what_is_new_and_what_it_was_compared_with(
    changed: Path, tmp_path: Path
) -> None:
    edition.write(changed, tmp_path / "edition")
    with duckdb.connect(str(changed), read_only=True) as con:
        for table in ("revision", "build"):
            file = tmp_path / "edition" / f"{table}.parquet"
            rows = con.sql(f"FROM {table} ORDER BY ALL").fetchall()
            assert rows
            assert con.sql(f"FROM '{file}' ORDER BY ALL").fetchall() == rows
        assert con.sql("SELECT compared_at FROM build").fetchall() == [
            ("2025-11-03T08:00:00+00:00",)
        ]
