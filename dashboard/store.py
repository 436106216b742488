"""The only SQL of the dashboard: one read-only database per process, a cursor per query.

Serves the database that `make data` built when there is one (`data/cultuuratlas.duckdb`), else the embedded edition,
read into memory; or what CULTUURATLAS_DATABASE names: a DuckDB file, or the folder of an edition. What will surprise
you: an open database does not see a newer build that was swapped in; restart to serve it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, Generic, TypeVar

import duckdb
import numpy as np
import pyarrow

from pipelines.methods.schema import Table, tables

ROOT = Path(__file__).resolve().parent.parent
DATABASE = ROOT / "data" / "cultuuratlas.duckdb"
EDITION = ROOT / "data" / "edition"
SHAPING = (".py", ".toml", ".html", ".css", ".js", ".svg")  # files that can shape what is served
COUNTRY = "NL00"
MODELLED = "participation"  # the source of our own estimates of taking part
POLLED = "kiesraad_places"  # the source of polling places
NETHERLANDS = (3.36, 50.75, 7.23, 53.56)  # west, south, east, north in degrees
LEVELS = ("gemeente", "wijk", "buurt")
T = TypeVar("T")
SURVEYED = ("participation", "wellbeing", "welcome")  # themes of which a measured figure is a sample and no count
STATUSES = ("measured", "estimated", "suppressed", "missing", "refused", "not_applicable")
REVISIONS = ("real", "boundary", "status", "correction", "untold", "noise")  # what is new in an edition, by sort


class StoreError(Exception):
    """The database cannot be served; `key` is a text of the interface, `detail` the file and the reason."""

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.key, self.detail = key, detail


@dataclass(frozen=True)
class Area:
    """An official area of one year."""

    code: str
    year: int
    level: str
    name: str
    parent: str | None
    municipality: str | None
    province: str | None
    population: int | None
    lon: float | None
    lat: float | None
    west: float | None
    south: float | None
    east: float | None
    north: float | None


@dataclass(frozen=True)
class Indicator:
    """One thing we measure, with the texts of both languages."""

    id: str
    theme: str
    source: str
    domain: str
    level: str
    learning_form: str | None
    facet: str | None
    unit: str
    decimals: int
    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    caveat_nl: str
    caveat_en: str
    headline: int

    def text(self, field: str, lang: str) -> str:
        """`label`, `description` or `caveat` in the language."""
        return str(getattr(self, f"{field}_{lang}") or "")


@dataclass(frozen=True)
class Scale:
    """The colour classes of an indicator at a level: inner bounds, and how they were chosen.

    `kind` is `quantile` (fifths of the areas of the country), `fixed` (set in the catalogue) or `diverging` (below and
    above `reference`).
    """

    breaks: tuple[float, ...]
    kind: str = "quantile"
    reference: float | None = None

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.breaks) + 1


def confidence(method: str | None) -> float:
    """The level of a margin, by what it rests on."""
    return 0.95 if method == "publisher_95" else 0.9


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one area; `value` is None unless measured or estimated."""

    code: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    status: str
    method: str | None = None  # how it was made, and what its margin rests on; a term

    @property
    def level(self) -> float:
        """How sure its margin is meant to be: ours are of 90 %."""
        return confidence(self.method)


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure, or (`indicator` None) an area itself, that is not what it was in the edition before this one."""

    area: str
    name: str
    level: str
    indicator: str | None
    since: str | None
    until: str | None
    before: float | None
    value: float | None
    allowed: float | None
    was: str | None
    status: str | None
    sort: str
    kind: str | None
    other: str | None


@lru_cache(maxsize=1)
def schema() -> dict[str, Table]:
    """Every table that there must be, by name."""
    return tables((ROOT / "data" / "schema.sql").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def opened() -> tuple[duckdb.DuckDBPyConnection, StoreError | None]:
    """The database, and what was wrong with the one that was asked for when the edition stands in for it.

    Raises StoreError when neither can be read.
    """
    named = os.environ.get("CULTUURATLAS_DATABASE")
    file = Path(named) if named else DATABASE
    trouble = None
    if named and not file.exists():
        trouble = StoreError("database_missing", file.name)
    elif file.is_dir():
        return _edition(file), None
    elif file.exists():
        try:
            return _checked(duckdb.connect(str(file), read_only=True), file.name), None
        except (duckdb.Error, StoreError) as e:
            trouble = e if isinstance(e, StoreError) else StoreError("database_unreadable", f"{file.name}: {_first(e)}")
    return _edition(EDITION), trouble


def _edition(folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:")

    def read(table: str) -> None:
        file = folder / f"{table}.parquet"
        if not file.exists():
            raise StoreError("edition_missing", f"{folder.name}/{file.name}")
        try:
            con.cursor().execute(f"CREATE TABLE {table} AS SELECT * FROM read_parquet(?)", [str(file)])
        except duckdb.Error as e:
            raise StoreError("edition_unreadable", f"{folder.name}/{file.name}: {_first(e)}") from e

    with ThreadPoolExecutor() as pool:  # a file is unpacked by one thread
        list(pool.map(read, schema()))
    return _checked(con, folder.name)


def _checked(con: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyConnection:
    """The connection, locked, after a look at every column of the schema."""
    try:
        for table, declared in schema().items():
            con.execute(f"SELECT {', '.join(declared.columns)} FROM {table} LIMIT 1")
        if not con.execute("SELECT id, built_at, mirror, compared, compared_at FROM build").fetchone():
            raise StoreError("database_unreadable", f"{name}: table build is empty")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except duckdb.Error as e:
        raise StoreError("database_unreadable", f"{name}: {_first(e)}") from e
    return con


def _first(error: Exception) -> str:
    return str(error).splitlines()[0][:200]


def rows(sql: str, *args: Any) -> list[dict[str, Any]]:
    """The result of a parameterised query, a dict per row."""
    cursor = opened()[0].cursor().execute(sql, list(args))
    names = [d[0] for d in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@lru_cache(maxsize=1)
def build() -> dict[str, Any]:
    """The one row of `build`."""
    return rows("SELECT * FROM build")[0]


@lru_cache(maxsize=1)
def version() -> str:
    """The version of everything that is served: the build, the one it was compared with, our code, texts and templates,
    and the libraries. Whatever may be kept for ever has it in its address.
    """
    digest = hashlib.sha256(str(build()["compared"]).encode())
    files = (p for folder in ("dashboard", "pipelines") for p in (ROOT / folder).rglob("*") if p.suffix in SHAPING)
    for file in [*sorted(files), ROOT / "data" / "schema.sql", ROOT / "requirements.lock"]:
        digest.update(file.read_bytes())
    return f"{build()['id']}-{digest.hexdigest()[:12]}"


@lru_cache(maxsize=1)
def access_period() -> str:
    """The year of the residents behind the travel times: that of the areas."""
    return str(rows("SELECT max(year) AS year FROM area")[0]["year"])


@lru_cache(maxsize=1)
def terms() -> dict[tuple[str, str], dict[str, Any]]:
    """Every term of the taxonomy by (scheme, id), in the taxonomy's order."""
    return {(t["scheme"], t["id"]): t for t in rows("SELECT * FROM term ORDER BY scheme, position")}


@lru_cache(maxsize=32)
def scheme(name: str) -> list[str]:
    """The ids of the terms of a scheme, in the taxonomy's order."""
    return [term for of, term in terms() if of == name]


def term(scheme: str, name: str, lang: str) -> str:
    """The label of a term."""
    return str(terms()[scheme, name][f"label_{lang}"])


@lru_cache(maxsize=1)
def indicators() -> dict[str, Indicator]:
    """Every indicator, in reading order."""
    columns = ", ".join(Indicator.__dataclass_fields__)
    return {r["id"]: Indicator(**r) for r in rows(f"SELECT {columns} FROM indicator ORDER BY position")}


@lru_cache(maxsize=1)
def sources() -> dict[str, dict[str, Any]]:
    """Every source by id."""
    return {s["id"]: s for s in rows("SELECT * FROM source ORDER BY publisher, id")}


@lru_cache(maxsize=1)
def coverage() -> list[dict[str, Any]]:
    """Per indicator, level and period: how many areas have a figure, by status."""
    return rows(
        """SELECT o.indicator, a.level, o.period, count(o.value) AS figures, count(*) AS areas,
             count(*) FILTER (o.status = 'estimated') AS estimated
           FROM observation o JOIN area a ON a.code = o.area GROUP BY ALL ORDER BY ALL"""
    )


@lru_cache(maxsize=512)
def levels(indicator: str) -> list[str]:
    """The levels with at least one figure of the indicator, from coarse to fine; `land` first where it has one."""
    found = {c["level"] for c in coverage() if c["indicator"] == indicator and c["figures"]}
    return [level for level in ("land", *LEVELS) if level in found]


def offered(indicator: str, area: Area) -> list[str]:
    """The levels that a map can show for the area: what was measured in one municipality is no map of the country."""
    here = area.municipality or COUNTRY
    below = here != COUNTRY or len(municipalities(indicator)) > 1
    return [
        level
        for level in levels(indicator)
        if level == "gemeente" or (level in LEVELS and below and bounds(level, here) is not None)
    ]


@lru_cache(maxsize=64)
def municipalities(indicator: str) -> list[Area]:
    """The municipalities with a figure of the indicator for a district or neighbourhood, the largest first."""
    columns = ", ".join(Area.__dataclass_fields__)
    areas = rows(
        f"""SELECT {columns} FROM area WHERE code IN (
              SELECT a.municipality FROM observation o JOIN area a ON a.code = o.area
              WHERE o.indicator = ? AND o.value IS NOT NULL AND a.level IN ('wijk', 'buurt'))
            ORDER BY population DESC NULLS LAST, code""",
        indicator,
    )
    return [Area(**r) for r in areas]


@lru_cache(maxsize=8)
def surveyed(theme: str) -> list[str]:
    """The indicators of a theme that a municipality asked its own residents, in reading order."""
    return [i.id for i in indicators().values() if i.theme == theme and i.source != MODELLED and municipalities(i.id)]


@lru_cache(maxsize=1024)
def periods(indicator: str, level: str) -> list[str]:
    """The periods with figures, newest first."""
    found = {c["period"] for c in coverage() if (c["indicator"], c["level"]) == (indicator, level) and c["figures"]}
    return sorted(found, reverse=True)


@lru_cache(maxsize=4096)
def area(code: str) -> Area | None:
    """One area, or None when there is no such code in this edition."""
    columns = ", ".join(Area.__dataclass_fields__)
    found = rows(f"SELECT {columns} FROM area WHERE code = ?", code)
    return Area(**found[0]) if found else None


@lru_cache(maxsize=1024)
def children(code: str) -> list[Area]:
    """The areas directly below, by name."""
    columns = ", ".join(Area.__dataclass_fields__)
    return [Area(**r) for r in rows(f"SELECT {columns} FROM area WHERE parent = ? ORDER BY name, code", code)]


def lineage(found: Area) -> list[Area]:
    """The area and everything above it, the country first."""
    out = [found]
    while out[0].parent and (above := area(out[0].parent)):
        out.insert(0, above)
    return out


def search(query: str, limit: int = 8) -> list[dict[str, Any]]:
    """Areas by name, by another name, or by the four digits of a postcode; `found_by` is the other name or postcode.

    Case, accents and signs do not matter. Exact first, then larger first. When no name holds the words, the names that
    look most like them.
    """
    words = re.sub(r"[^\w]+", " ", query.casefold()).split()[:6]
    if not words:
        return []
    if re.fullmatch(r"[1-9]\d{3}([a-z]{2})?", words[0]):  # a postcode, with or without its letters
        words = [words[0][:4]]
    asked = " ".join(words)
    plain = "trim(regexp_replace(strip_accents(lower({})), '[^a-z0-9]+', ' ', 'g'))"
    names = f"""
        SELECT code, {plain.format("name")} AS said, NULL AS found_by FROM area
        UNION ALL SELECT area, {plain.format("name")}, name FROM alias"""
    closest = f"jaro_winkler_similarity(n.said, {plain.format('?')})"
    holds = " AND ".join([f"contains(n.said, {plain.format('?')})"] * len(words))
    for match, values in ((holds, words), (f"{closest} > 0.9", [asked])):
        found = rows(
            f"""SELECT a.code, a.name, a.level, m.name AS municipality, n.found_by FROM ({names}) n
                JOIN area a USING (code)
                LEFT JOIN area m ON m.code = a.municipality AND a.level NOT IN ('land', 'gemeente') WHERE {match}
                QUALIFY row_number() OVER (PARTITION BY a.code ORDER BY {closest} DESC, n.found_by NULLS FIRST) = 1
                ORDER BY {closest} < 1, a.population DESC NULLS LAST, a.code LIMIT ?""",
            *values,
            asked,
            asked,
            limit,
        )
        if found:
            return found
    return []


_FOUND = """SELECT a.code, a.name, o.value, o.low, o.high, coalesce(o.status, 'missing') AS status, o.method FROM area a
    LEFT JOIN observation o ON o.area = a.code AND o.indicator = ? AND o.period = ?
    WHERE a.level = ? AND (? = 'NL00' OR a.municipality = ?)"""


@lru_cache(maxsize=16)  # a national one is large; `summary` says most of what is drawn of it
def observations(indicator: str, period: str, level: str, scope: str) -> list[Observation]:
    """The figures of every area of a level within `scope` (a municipality, or the country), by name.

    An area that the source does not mention is `missing`.
    """
    found = rows(f"{_FOUND} ORDER BY a.name, a.code", indicator, period, level, scope, scope)
    return [Observation(**r) for r in found]


@dataclass(frozen=True)
class Summary:
    """The figures of one map in a few: areas by status, the lowest and the highest area, the middle half."""

    statuses: dict[str, int]
    lowest: Observation | None
    highest: Observation | None
    quartiles: tuple[float, float] | None
    ties: tuple[int, int]  # how many areas are as low as the lowest and as high as the highest, as shown

    @property
    def areas(self) -> int:
        """The number of areas, with and without a figure."""
        return sum(self.statuses.values())

    @property
    def figures(self) -> int:
        """The number of areas with a figure."""
        return self.statuses.get("measured", 0) + self.statuses.get("estimated", 0)


@lru_cache(maxsize=2048)
def summary(indicator: str, period: str, level: str, scope: str) -> Summary:
    """What a sentence and a legend need to know; quartiles are figures that occur. Ties go to the first name."""
    columns = ", ".join(f"{c} := {c}" for c in Observation.__dataclass_fields__)
    end, shown = f"struct_pack({columns})", indicators()[indicator].decimals
    found = rows(
        f"""WITH o AS ({_FOUND})
            SELECT histogram(status) AS statuses, quantile_disc(value, [0.25, 0.75]) AS quartiles,
              arg_min({end}, (value, name, code)) FILTER (value IS NOT NULL) AS lowest,
              arg_max({end}, (value, name, code)) FILTER (value IS NOT NULL) AS highest,
              [count(*) FILTER (round(value, {shown}) = (SELECT round(min(value), {shown}) FROM o)),
               count(*) FILTER (round(value, {shown}) = (SELECT round(max(value), {shown}) FROM o))] AS ties
            FROM o""",
        *(indicator, period, level, scope, scope),
    )[0]
    ends = [Observation(**found[e]) if found[e] else None for e in ("lowest", "highest")]
    quartiles = tuple(found["quartiles"]) if ends[0] else None
    low, high = found["ties"]
    return Summary(dict(found["statuses"] or {}), ends[0], ends[1], quartiles, (low, high))


def histogram(indicator: str, period: str, level: str, scope: str, start: float, step: float, bins: int) -> list[int]:
    """How many areas have a figure in each of `bins` steps from `start`; the last holds its upper bound too."""
    found = rows(
        f"""WITH o AS ({_FOUND})
            SELECT least(floor((value - ?) / ? + 1e-9), ?)::INT AS bin, count(*) AS n FROM o
            WHERE value IS NOT NULL GROUP BY bin""",
        *(indicator, period, level, scope, scope),
        start,
        step,
        bins - 1,
    )
    counts = {r["bin"]: r["n"] for r in found}
    return [counts.get(n, 0) for n in range(bins)]


@lru_cache(maxsize=8192)
def observation(indicator: str, period: str, code: str) -> Observation | None:
    """The figure of one area, or None when the area is not in this edition."""
    found = rows(
        """SELECT a.code, a.name, o.value, o.low, o.high, coalesce(o.status, 'missing') AS status, o.method FROM area a
           LEFT JOIN observation o ON o.area = a.code AND o.indicator = ? AND o.period = ? WHERE a.code = ?""",
        indicator,
        period,
        code,
    )
    return Observation(**found[0]) if found else None


class ByArea(Generic[T]):
    """What is known of one area, kept for some time; `load` reads it for many areas at once, which is far quicker.

    `read` gives it for areas by code; an area that it leaves out has `empty()`.
    """

    def __init__(self, read: Callable[[Sequence[str]], dict[str, T]], empty: Callable[[], T], most: int = 1024) -> None:
        self.read, self.empty, self.most = read, empty, most
        self.kept: dict[str, T] = {}

    def __call__(self, code: str) -> T:
        """What is known of an area."""
        found = self.kept.get(code)
        return found if found is not None else self.load([code])[code]

    def cache_clear(self) -> None:
        """Forget all."""
        self.kept = {}

    def load(self, codes: Sequence[str]) -> dict[str, T]:
        """Read some areas and keep them, for `most` or as many as these in place of what was kept longest."""
        found = self.read(codes)
        new = {code: found.get(code) or self.empty() for code in codes}
        self.kept = dict([*self.kept.items(), *new.items()][-max(self.most, len(new)) :])
        return new


def _figures_of(codes: Sequence[str]) -> dict[str, dict[tuple[str, str], Observation]]:
    out: dict[str, dict[tuple[str, str], Observation]] = {}
    for r in rows(
        """SELECT o.indicator, o.period, a.code, a.name, o.value, o.low, o.high, o.status, o.method
           FROM observation o JOIN area a ON a.code = o.area WHERE o.area IN (SELECT unnest(?))""",
        [*codes],
    ):
        series = (r.pop("indicator"), r.pop("period"))
        out.setdefault(r["code"], {})[series] = Observation(**r)
    return out


figures_of = ByArea(_figures_of, dict)  # every figure of one area, or why there is none, by indicator and period


def portrait(code: str) -> list[dict[str, Any]]:
    """The newest figure that there is of every indicator for one area, or why there is none, in reading order."""
    newest: dict[str, tuple[bool, str, Observation]] = {}
    for (indicator, period), o in figures_of(code).items():
        newest[indicator] = max(newest.get(indicator, (False, "", o)), (o.value is not None, period, o))
    parts = ("value", "low", "high", "status", "method")
    return [
        {"id": i, "period": newest[i][1]} | {k: getattr(newest[i][2], k) for k in parts}
        for i in indicators()
        if i in newest
    ]


def trend(indicator: str, code: str) -> list[dict[str, Any]]:
    """Every period of one indicator for one area, oldest first."""
    return rows(
        "SELECT period, value, low, high, status FROM observation WHERE indicator = ? AND area = ? ORDER BY period",
        indicator,
        code,
    )


@lru_cache(maxsize=512)
def scale(indicator: str, level: str) -> Scale:
    """The colour classes: the same for map, legend and chart."""
    found = rows("SELECT breaks, kind, reference FROM scale WHERE indicator = ? AND level = ?", indicator, level)
    return Scale(tuple(found[0]["breaks"]), found[0]["kind"], found[0]["reference"]) if found else Scale(())


@lru_cache(maxsize=1024)
def peers(code: str) -> list[Area]:
    """The areas most like this one in who lives there, nearest first; see the terms of scheme `peer_feature`."""
    found = rows("SELECT peer FROM peer WHERE area = ? ORDER BY position", code)
    return [a for r in found if (a := area(r["peer"]))]


GROUPS = {  # of areas to compare each of some with, the best first
    "peers": "SELECT area, peer AS code FROM peer WHERE area IN (SELECT unnest(?))",
    "municipality": """SELECT a.code AS area, o.code FROM area o JOIN area a USING (level, municipality)
        WHERE a.code IN (SELECT unnest(?)) AND level <> 'gemeente' AND o.code <> a.code""",
    "country": """SELECT a.code AS area, o.code FROM area o JOIN area a USING (level)
        WHERE a.code IN (SELECT unnest(?)) AND o.code <> a.code""",
}


@dataclass(frozen=True)
class Typical:
    """A figure in a group of areas: how many have it, its median, and its standard deviation."""

    areas: int
    median: float
    spread: float


def _typical(group: str, codes: Sequence[str]) -> dict[str, dict[tuple[str, str, str], Typical]]:
    out: dict[str, dict[tuple[str, str, str], Typical]] = {}
    for r in rows(
        f"""SELECT g.area, o.indicator, o.period, o.status, count(*) AS areas, median(o.value) AS median,
              coalesce(stddev_samp(o.value), 0) AS spread
            FROM observation o JOIN ({GROUPS[group]}) g ON g.code = o.area WHERE o.value IS NOT NULL GROUP BY ALL""",
        [*codes],
    ):
        area, series = r.pop("area"), (r.pop("indicator"), r.pop("period"), r.pop("status"))
        out.setdefault(area, {})[series] = Typical(**r)
    return out


# by group the figures of the areas that an area is compared with, by indicator, period and status
typical = {group: ByArea(partial(_typical, group), dict) for group in GROUPS}


@lru_cache(maxsize=8)
def series(level: str) -> list[tuple[str, str]]:
    """The (indicator, period) pairs of a level, in the order in which the map files carry them."""
    found = {(c["indicator"], c["period"]) for c in coverage() if c["level"] == level and c["figures"]}
    order = {name: at for at, name in enumerate(indicators())}
    return sorted(found, key=lambda s: (order[s[0]], s[1]))


@lru_cache(maxsize=512)
def bounds(level: str, scope: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north of the outlines of a level within a scope, in degrees; None when there are none."""
    found = rows(
        """SELECT min(west) AS w, min(south) AS s, max(east) AS e, max(north) AS n FROM area
           WHERE level = ? AND (? = 'NL00' OR municipality = ?) AND geometry IS NOT NULL""",
        level,
        scope,
        scope,
    )[0]
    return (found["w"], found["s"], found["e"], found["n"]) if found["w"] is not None else None


def outlines(level: str, scope: str) -> dict[str, tuple[str, str]]:
    """Code to name and outline (GeoJSON text), by code."""
    found = rows(
        """SELECT code, name, geometry FROM area
           WHERE level = ? AND (? = 'NL00' OR municipality = ?) AND geometry IS NOT NULL ORDER BY code""",
        level,
        scope,
        scope,
    )
    return {r["code"]: (r["name"], r["geometry"]) for r in found}


def outlines_within(box: tuple[float, float, float, float], most: int = 60) -> list[tuple[str, str]]:
    """Name and outline (GeoJSON text) of the neighbourhoods in a box of degrees, or of its municipalities.

    The latter where there would be more than `most`, or where this edition holds no neighbourhoods.
    """
    west, south, east, north = box
    for level in ("buurt", "gemeente"):
        found = rows(
            """SELECT name, geometry FROM area WHERE level = ? AND geometry IS NOT NULL
                 AND west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY code""",
            level,
            east,
            west,
            north,
            south,
        )
        if 0 < len(found) <= most:
            break
    return [(r["name"], r["geometry"]) for r in found]


def marks(level: str, scope: str) -> list[str]:
    """Per area with an outline, by code, one character for every series of the level that says how to draw it.

    A measured figure is its colour class (`0`, `1`, ...), an estimated one the same as a letter (`a`, `b`, ...), and
    an area without a figure the first letter of why, as a capital.
    """
    drawn = series(level)
    areas = rows(
        """WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS indicator, unnest(?::VARCHAR[]) AS period,
               unnest(range(?)) AS n),
             here AS (
               SELECT code FROM area
               WHERE level = ? AND (? = 'NL00' OR municipality = ?) AND geometry IS NOT NULL),
             figure AS (
               SELECT o.area, o.indicator, o.period, o.status,
                 coalesce(len(list_filter(s.breaks, lambda b: b <= round(o.value, i.decimals))), 0) AS class
               FROM observation o JOIN here h ON h.code = o.area JOIN indicator i ON i.id = o.indicator
               LEFT JOIN scale s ON s.indicator = o.indicator AND s.level = ?)
           SELECT string_agg(CASE f.status
               WHEN 'measured' THEN f.class::VARCHAR WHEN 'estimated' THEN chr(97 + f.class::INT)
               ELSE upper(coalesce(f.status, 'missing'))[1] END, '' ORDER BY w.n) AS marks
           FROM here h CROSS JOIN wanted w
           LEFT JOIN figure f ON f.area = h.code AND f.indicator = w.indicator AND f.period = w.period
           GROUP BY h.code ORDER BY h.code""",
        [indicator for indicator, _ in drawn],
        [period for _, period in drawn],
        len(drawn),
        level,
        scope,
        scope,
        level,
    )
    return [r["marks"] for r in areas]


@lru_cache(maxsize=64)
def outline(code: str) -> str | None:
    """The outline of one area, as GeoJSON text."""
    found = rows("SELECT geometry FROM area WHERE code = ?", code)
    return found[0]["geometry"] if found else None


@lru_cache(maxsize=64)
def places(scope: str) -> list[dict[str, Any]]:
    """The places within a municipality."""
    return rows(
        """SELECT p.id, p.name, p.kind, p.domain, p.lon, p.lat, p.step_free, p.source FROM place p
           JOIN area a ON a.code = p.area WHERE a.municipality = ? AND p.lon IS NOT NULL ORDER BY p.domain, p.id""",
        scope,
    )


@lru_cache(maxsize=1)
def size() -> dict[str, int]:
    """How many areas of each level, and how many places, this edition holds."""
    found = {r["level"]: r["n"] for r in rows("SELECT level, count(*) AS n FROM area GROUP BY level")}
    return {**dict.fromkeys(LEVELS, 0), **found, "place": rows("SELECT count(*) AS n FROM place")[0]["n"]}


@lru_cache(maxsize=512)
def division(indicator: str, period: str) -> int | None:
    """The year of the division into areas that the publisher used; the earliest where there are several."""
    found = rows("SELECT min(area_year) AS y FROM observation WHERE indicator = ? AND period = ?", indicator, period)
    return int(found[0]["y"]) if found[0]["y"] is not None else None


@lru_cache(maxsize=1)
def validations() -> list[dict[str, Any]]:
    """How well each modelled indicator predicts what was measured: a row per indicator and design of validation."""
    return rows(
        """SELECT v.*, i.position FROM validation v JOIN indicator i ON i.id = v.indicator
           ORDER BY i.position, v.design DESC"""
    )


@lru_cache(maxsize=1)
def transport() -> list[dict[str, Any]]:
    """How well the same model predicts what is known everywhere: a row per indicator and design, home first."""
    return rows(
        """SELECT v.*, i.position FROM transport v JOIN indicator i ON i.id = v.indicator
           ORDER BY i.position, list_position(['left_out', 'elsewhere', 'between'], v.design)"""
    )


@lru_cache(maxsize=1)
def model() -> dict[str, Any]:
    """The participation model: its `predictors`, and the bar: `least_r2`, `low` to `high` coverage at `level`."""
    return rows("SELECT * FROM model")[0]


@lru_cache(maxsize=32)
def folds(indicator: str, design: str) -> list[dict[str, Any]]:
    """Every validated prediction of a modelled indicator beside what was observed, with its interval.

    `apart`: whether the two are told apart from chance, of all areas of the design together.
    """
    return rows(
        """SELECT f.area, a.name, f.observed, f.predicted, f.low, f.high, f.apart
           FROM fold f JOIN area a ON a.code = f.area
           WHERE f.indicator = ? AND f.design = ? ORDER BY f.observed, f.area""",
        indicator,
        design,
    )


def surveys(source: str = "national_surveys") -> list[dict[str, Any]]:
    """Every figure of a survey that is on no area of ours, as published."""
    return rows("SELECT * FROM survey WHERE source = ? ORDER BY ALL", source)


@lru_cache(maxsize=512)
def changes(code: str) -> dict[str, dict[str, Any]]:
    """By indicator the change of an area between its last two waves, with its interval and whether it is `apart`."""
    return {r["indicator"]: r for r in rows("SELECT * FROM change WHERE area = ?", code)}


@lru_cache(maxsize=4)
def told_apart(level: str) -> dict[str, tuple[int, int]]:
    """By indicator how many areas of a level have a change told apart from noise, and of how many one is known."""
    found = rows(
        """SELECT indicator, count(*) FILTER (apart) AS apart, count(*) AS areas FROM change c
           JOIN area a ON a.code = c.area WHERE a.level = ? GROUP BY ALL""",
        level,
    )
    return {r["indicator"]: (r["apart"], r["areas"]) for r in found}


_REVISED = f"""SELECT {", ".join(f"r.{c}" for c in Revision.__dataclass_fields__)} FROM revision r
    LEFT JOIN indicator i ON i.id = r.indicator"""


@lru_cache(maxsize=512)
def revisions(code: str) -> list[Revision]:
    """What is new of one area in this edition: first of the area itself, then its figures in reading order."""
    return [Revision(**r) for r in rows(f"{_REVISED} WHERE r.area = ? ORDER BY i.position NULLS FIRST", code)]


@lru_cache(maxsize=16)
def revisions_within(municipality: str) -> dict[str, list[Revision]]:
    """What is new in a municipality, by area: itself, its districts, its neighbourhoods, and what became part of it."""
    out: dict[str, list[Revision]] = {}
    for r in rows(
        f"""{_REVISED} WHERE r.municipality = ?
            ORDER BY list_position(['gemeente', 'wijk', 'buurt'], r.level), r.name, r.area, i.position NULLS FIRST""",
        municipality,
    ):
        out.setdefault(r["area"], []).append(Revision(**r))
    return out


@lru_cache(maxsize=512)
def near(code: str) -> dict[str, dict[str, Any]]:
    """By kind of place, in the taxonomy's order, how far the nearest is from an area: `metres`, with `low` and `high`.

    The distance by road that a publisher gives of the area, else ours (`estimated`), of kinds that are listed in full.
    With `status`, `period` and `source`. A kind of which neither is known is not there.
    """
    nearest = rows(
        """SELECT k.id AS kind, coalesce(1000 * o.value, x.metres) AS metres,
             CASE WHEN o.value IS NULL THEN x.low END AS low, CASE WHEN o.value IS NULL THEN x.high END AS high,
             coalesce(o.status, 'estimated') AS status, coalesce(o.period, ?) AS period,
             coalesce(i.source, 'access') AS source
           FROM kind k JOIN term t ON t.scheme = 'kind' AND t.id = k.id
           LEFT JOIN (SELECT * FROM observation WHERE area = ? AND value IS NOT NULL
             QUALIFY row_number() OVER (PARTITION BY indicator ORDER BY period DESC) = 1) o ON o.indicator = k.distance
           LEFT JOIN indicator i ON i.id = o.indicator LEFT JOIN access x ON x.area = ? AND x.kind = k.id
           WHERE coalesce(o.value, x.metres) IS NOT NULL ORDER BY t.position""",
        access_period(),
        code,
        code,
    )
    return {r.pop("kind"): r for r in nearest}


@lru_cache(maxsize=1)
def complete() -> set[str]:
    """The kinds of which every place is listed, so that the nearest is known by name."""
    return {r["kind"] for r in rows("SELECT DISTINCT kind FROM access")}


@lru_cache(maxsize=1)
def detour() -> float:
    """How many times the straight line the road is, in the middle of all neighbourhoods; 1 where that is not known."""
    medians = rows("SELECT median FROM detour WHERE since IS NULL")
    return float(medians[0]["median"]) if medians else 1.0


@lru_cache(maxsize=1)
def detours() -> list[dict[str, Any]]:
    """The same per class of distance (`since`, `until`, metres) and urbanity (`sparse`, `dense`), with its margin."""
    return rows("SELECT * FROM detour WHERE since IS NOT NULL ORDER BY since, sparse")


@lru_cache(maxsize=512)
def completeness(municipality: str) -> list[dict[str, Any]]:
    """The sources of places: how many `places` each has in the municipality, and which of its `kinds` are `covered`."""
    return rows(
        """SELECT source, sum(places)::INTEGER AS places, count(*) AS kinds,
             coalesce(list(kind ORDER BY kind) FILTER (covered), []) AS covered
           FROM completeness WHERE municipality = ? GROUP BY source ORDER BY bool_or(covered) DESC, source""",
        municipality,
    )


@lru_cache(maxsize=1)
def listing() -> list[dict[str, Any]]:
    """By kind of place how many are listed, once merged, beside how many there are by count and by estimate.

    `towns` is the number of municipalities where the kind counts.
    """
    return rows(
        """SELECT l.*, (SELECT count(DISTINCT c.municipality) FROM completeness c
             WHERE c.kind = l.kind AND c.covered) AS towns
           FROM listing l JOIN term t ON t.scheme = 'kind' AND t.id = l.kind ORDER BY t.position"""
    )


@lru_cache(maxsize=1)
def classification() -> list[dict[str, Any]]:
    """By kind how many polling places of a sample a reader labelled so, the rule told so, and both; the kinds first."""
    return rows(
        """SELECT c.* FROM classification c JOIN term t ON t.scheme = 'kind' AND t.id = c.kind
           ORDER BY c.kind = 'polling_place', t.position"""
    )


@lru_cache(maxsize=1)
def proofs() -> list[dict[str, Any]]:
    """By method the published number from which ours is farthest; `n` is how many numbers there are of it."""
    return rows(
        """SELECT *, count(*) OVER (PARTITION BY method) AS n FROM proof
           QUALIFY row_number() OVER (PARTITION BY method ORDER BY difference DESC, item) = 1 ORDER BY method"""
    )


@lru_cache(maxsize=512)
def step_free(municipality: str) -> list[dict[str, Any]]:
    """By domain, how many places of a municipality have a step-free entrance: `yes`, `no`, or `unknown`."""
    return rows(
        """SELECT p.domain, count(*) FILTER (p.step_free) AS yes, count(*) FILTER (NOT p.step_free) AS no,
             count(*) FILTER (p.step_free IS NULL) AS unknown, count(*) AS places
           FROM place p JOIN area a ON a.code = p.area JOIN term t ON t.scheme = 'domain' AND t.id = p.domain
           WHERE a.municipality = ? GROUP BY p.domain, t.position ORDER BY t.position""",
        municipality,
    )


# --- whole columns, for what is computed over all areas of a level at once


def _columns(sql: str, *args: Any) -> dict[str, Any]:
    """The result of a query as numpy arrays; what is not there is nan, or None among text."""
    found = opened()[0].cursor().execute(sql, list(args)).fetchnumpy()
    return {
        name: values.filled(None if values.dtype == object else np.nan)
        if isinstance(values, np.ma.MaskedArray)
        else values
        for name, values in found.items()
    }


@lru_cache(maxsize=4)
def columns(level: str) -> dict[str, Any]:
    """`code`, `name`, `municipality`, `population` and `drawn` (has an outline) of every area of a level, by code."""
    return _columns(
        """SELECT code, name, coalesce(municipality, code) AS municipality, geometry IS NOT NULL AS drawn,
             coalesce(population, 0)::DOUBLE AS population FROM area WHERE level = ? ORDER BY code""",
        level,
    )


@lru_cache(maxsize=32)
def figure_columns(indicator: str, level: str) -> dict[str, Any]:
    """`value`, `low`, `high`, `status` and `method` of the newest figure of every area of a level, by code."""
    newest = periods(indicator, level)
    return _columns(
        """SELECT o.value, o.low, o.high, coalesce(o.status, 'missing') AS status, o.method
           FROM area a LEFT JOIN observation o ON o.area = a.code AND o.indicator = ? AND o.period = ?
           WHERE a.level = ? ORDER BY a.code""",
        indicator,
        newest[0] if newest else "",
        level,
    )


@lru_cache(maxsize=1)
def needs() -> dict[str, list[str]]:
    """By group of residents the indicators of its need, in order."""
    out: dict[str, list[str]] = {}
    for r in rows(
        "SELECT n.* FROM need n JOIN term t ON t.scheme = 'need' AND t.id = n.who ORDER BY t.position, n.position"
    ):
        out.setdefault(r["who"], []).append(r["indicator"])
    return out


@lru_cache(maxsize=1)
def groups() -> dict[str, dict[str, Any]]:
    """By group of residents its share of all (`residents`; blank for everyone), and what the page begins with."""
    return {r["who"]: r for r in rows("SELECT DISTINCT who, residents, distance, least FROM need")}


@lru_cache(maxsize=32)
def clusters(indicator: str) -> list[dict[str, Any]]:
    """Local Moran of a measured indicator, by area: `kind`, `chance`, and whether it is told `apart` from chance."""
    return rows(
        """SELECT c.*, a.name FROM cluster c JOIN area a ON a.code = c.area WHERE c.indicator = ? ORDER BY c.area""",
        indicator,
    )


# --- places, who they are for, and what ties them


@lru_cache(maxsize=1)
def kinds() -> dict[str, dict[str, Any]]:
    """The seat of every kind of place, in the taxonomy's order."""
    found = rows("SELECT k.* FROM kind k JOIN term t ON t.scheme = 'kind' AND t.id = k.id ORDER BY t.position")
    return {r["id"]: r for r in found}


@lru_cache(maxsize=2)
def audiences(scheme: str) -> dict[str, list[str]]:
    """By age group (`age`) or `interest` the kinds of place that are for it, in the taxonomy's order."""
    out: dict[str, list[str]] = {}
    for r in rows(
        """SELECT u.id, u.kind FROM audience u JOIN term t ON t.scheme = u.scheme AND t.id = u.id
           WHERE u.scheme = ? ORDER BY t.position, u.kind""",
        scheme,
    ):
        out.setdefault(r["id"], []).append(r["kind"])
    return out


@lru_cache(maxsize=1)
def place_columns() -> dict[str, Any]:
    """Places by id, in columns: `id`, `name`, `kind`, `domain`, `learning_form`, `lon`, `lat`, `area`, `step_free`,
    `source`, `address`; a name or address that is not known is blank.
    """
    return _columns(
        """SELECT id, coalesce(name, '') AS name, kind, domain, learning_form, lon, lat, area, source,
             coalesce(address, '') AS address,
             CASE WHEN step_free THEN 'yes' WHEN NOT step_free THEN 'no' ELSE 'unknown' END AS step_free
           FROM place WHERE lon IS NOT NULL ORDER BY id"""
    )


@lru_cache(maxsize=512)
def centre(code: str) -> tuple[float, float] | None:
    """Longitude and latitude of the point of an area that travel times start from; None where there is none."""
    found = rows("SELECT lon, lat FROM area WHERE code = ? AND lon IS NOT NULL", code)
    return (found[0]["lon"], found[0]["lat"]) if found else None


@lru_cache(maxsize=64)
def postcode(digits: str) -> Area | None:
    """The neighbourhood of a four-digit postcode, that with most residents of several; None where it is not known."""
    found = rows(
        """SELECT l.area FROM alias l JOIN area a ON a.code = l.area WHERE l.kind = 'postcode' AND l.name = ?
           ORDER BY a.population DESC NULLS LAST, a.code LIMIT 1""",
        digits,
    )
    return area(found[0]["area"]) if found else None


@lru_cache(maxsize=1)
def postcodes() -> frozenset[str]:
    """The four digits of every postcode that is in an area of this edition."""
    return frozenset(r["name"] for r in rows("SELECT DISTINCT name FROM alias WHERE kind = 'postcode'"))


@lru_cache(maxsize=64)
def ties(municipality: str) -> list[dict[str, Any]]:
    """Ties with an end in a municipality, pupil flows aside: kind, proof, both ends with name and domain, source."""
    return rows(
        """WITH point AS (
             SELECT p.id, coalesce(p.name, t.label_nl) AS name, p.domain, a.municipality, p.area FROM place p
               JOIN area a ON a.code = p.area JOIN term t ON t.scheme = 'kind' AND t.id = p.kind
             UNION ALL
             SELECT c.id, c.name, c.domain, coalesce(a.municipality, c.area), c.area FROM actor c
               LEFT JOIN area a ON a.code = c.area)
           SELECT t.kind, t.proof, t.a, t.b, a.name AS a_name, b.name AS b_name, a.domain AS a_domain,
             b.domain AS b_domain, a.area AS a_area, b.area AS b_area, t.weight, t.unit, t.scheme, t.period, t.source
           FROM tie t JOIN point a ON a.id = t.a JOIN point b ON b.id = t.b
           WHERE a.municipality = ? OR b.municipality = ? ORDER BY t.kind, t.a, t.b, t.scheme, t.period""",
        municipality,
        municipality,
    )


@lru_cache(maxsize=256)
def pupils(code: str) -> list[dict[str, Any]]:
    """The primary schools of children from the postcodes of an area: `low` to `high`, `weight` where not masked.

    All three are None where a number is missing.
    Of a district or municipality those of all its neighbourhoods, each postcode once.
    """
    return rows(
        """SELECT p.id, p.name, p.area, any_value(b.name) AS place,
             CASE WHEN bool_and(t.status <> 'missing') THEN sum(t.low) END AS low,
             CASE WHEN bool_and(t.status <> 'missing') THEN sum(t.high) END AS high,
             CASE WHEN bool_and(t.weight IS NOT NULL) THEN sum(t.weight) END AS weight, any_value(t.period) AS period,
             any_value(t.unit) AS unit, any_value(t.proof) AS proof, any_value(t.source) AS source,
             string_agg(DISTINCT l.name, ', ' ORDER BY l.name) AS postcodes
           FROM (SELECT DISTINCT l.name FROM alias l JOIN area c ON c.code = l.area
                 WHERE l.kind = 'postcode' AND ? IN (c.code, c.parent, c.municipality)) l
           JOIN tie t ON t.kind = 'pupil_flow' AND t.a = 'postcode:' || l.name
           JOIN place p ON p.id = t.b LEFT JOIN area b ON b.code = p.area
           GROUP BY p.id, p.name, p.area ORDER BY high DESC NULLS LAST, p.id""",
        code,
    )


@lru_cache(maxsize=256)
def pupils_of(school: str) -> list[dict[str, Any]]:
    """From which postcodes children go to a primary school, most first; `low` to `high`, `weight` where not masked."""
    return rows(
        """SELECT split_part(a, ':', 2) AS postcode, weight, low, high, unit, period, proof, source FROM tie
           WHERE kind = 'pupil_flow' AND b = ? ORDER BY high DESC NULLS LAST, a""",
        school,
    )


@lru_cache(maxsize=1)
def grants() -> list[dict[str, Any]]:
    """Of every year in the register of grants their number `n`, the `euros`, and those to recipients in `leisure`."""
    return rows(
        """SELECT t.period, count(*) AS n, sum(t.weight) AS euros,
             sum(CASE WHEN c.domain = 'leisure' THEN t.weight END) AS leisure
           FROM tie t JOIN actor c ON c.id = t.b WHERE t.source = 'amsterdam_subsidies'
           GROUP BY t.period ORDER BY t.period"""
    )


@lru_cache(maxsize=1)
def left_out() -> list[dict[str, Any]]:
    """The earlier areas whose figures are on no area of today, by source, with what their code is called now."""
    return rows(
        """SELECT source, year, code, name, now, reason, residents FROM left_out
           ORDER BY source, residents DESC NULLS LAST, code"""
    )


@lru_cache(maxsize=1)
def contradictions() -> list[dict[str, Any]]:
    """Figures that cannot both be so, by kind: the figure of one source, and the other, which may be blank."""
    return rows("SELECT * FROM contradiction ORDER BY kind, indicator, name, area, period")


@lru_cache(maxsize=1)
def polled() -> list[str]:
    """The days of the elections that polling places are of, oldest first."""
    days = rows("SELECT DISTINCT period FROM place WHERE source = ? AND period <> '' ORDER BY period", POLLED)
    return [r["period"] for r in days]


@lru_cache(maxsize=256)
def has_pupils(code: str) -> bool:
    """Whether a flow of pupils begins or ends in an area."""
    found = rows(
        """WITH inside AS (SELECT code FROM area WHERE ? IN (code, parent, municipality)),
             ends AS (SELECT 'postcode:' || l.name AS id FROM alias l JOIN inside i ON l.area = i.code
                        WHERE l.kind = 'postcode'
                      UNION ALL SELECT p.id FROM place p JOIN inside i ON p.area = i.code)
           SELECT count(*) AS n FROM tie t WHERE t.kind = 'pupil_flow'
             AND (t.a IN (SELECT id FROM ends) OR t.b IN (SELECT id FROM ends))""",
        code,
    )
    return bool(found[0]["n"])


@lru_cache(maxsize=1)
def coaches() -> list[dict[str, Any]]:
    """Which sectors culture coaches connect, in percent of municipalities, most first; `a`, `b`: terms of `sector`."""
    return rows(
        """SELECT split_part(t.a, ':', 2) AS a, split_part(t.b, ':', 2) AS b, c.domain AS b_domain, t.weight, t.period,
             t.source, t.proof
           FROM tie t JOIN actor c ON c.id = t.b WHERE t.kind = 'culture_coach' ORDER BY t.weight DESC, t.a, t.b"""
    )


@lru_cache(maxsize=512)
def within(code: str) -> tuple[str, ...]:
    """An area and all areas below it."""
    found = rows("SELECT code FROM area WHERE ? IN (code, parent, municipality) ORDER BY code", code)
    return tuple(r["code"] for r in found)


@lru_cache(maxsize=256)
def named_places(code: str) -> dict[str, str]:
    """By id the name of every place with a name in a neighbourhood, district or municipality, by name."""
    found = rows(
        """SELECT p.id, p.name FROM place p JOIN area a ON a.code = p.area
           WHERE p.name IS NOT NULL AND p.lon IS NOT NULL AND ? IN (a.code, a.parent, a.municipality)
           ORDER BY p.name, p.id""",
        code,
    )
    return {r["id"]: r["name"] for r in found}


def same_name(name: str, postcode: str) -> list[dict[str, Any]]:
    """Places of exactly this name, signs and case aside, in the areas of a postcode of four digits: id and kind."""
    plain = "regexp_replace(strip_accents(lower({})), '[^a-z0-9]+', ' ', 'g')"
    return rows(
        f"""SELECT DISTINCT p.id, p.kind FROM place p JOIN alias l ON l.area = p.area AND l.kind = 'postcode'
            WHERE l.name = ? AND trim({plain.format("p.name")}) = trim({plain.format("?")}) ORDER BY p.id""",
        postcode,
        name,
    )


def _kinds_within(codes: Sequence[str]) -> dict[str, dict[str, dict[str, Any]]]:
    out: dict[str, dict[str, dict[str, Any]]] = {}
    for r in rows(
        """SELECT c.code, p.kind, count(*) AS n, list_sort(list(DISTINCT p.source)) AS sources
           FROM (SELECT unnest(?) AS code) c JOIN area a ON c.code IN (a.code, a.parent, a.municipality)
           JOIN place p ON p.area = a.code JOIN term t ON t.scheme = 'kind' AND t.id = p.kind
           GROUP BY c.code, p.kind, t.position ORDER BY t.position""",
        [*codes],
    ):
        out.setdefault(r.pop("code"), {})[r["kind"]] = r
    return out


# by kind the number `n` of places in a neighbourhood, district or municipality, and their `sources`
kinds_within = ByArea(_kinds_within, dict)


def _links_within(codes: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    out: dict[str, list[dict[str, Any]]] = {}
    for r in rows(
        """WITH point AS (
             SELECT id, domain, facet, area FROM place UNION ALL SELECT id, domain, NULL, area FROM actor),
           here AS (
             SELECT c.code, p.id, p.domain, p.facet FROM (SELECT unnest(?) AS code) c
             JOIN area a ON c.code IN (a.code, a.parent, a.municipality) JOIN point p ON p.area = a.code
             WHERE p.domain IS NOT NULL),
           tied AS (
             SELECT h.code, h.domain, h.facet, t.* FROM tie t JOIN here h ON h.id = t.a
             UNION SELECT h.code, h.domain, h.facet, t.* FROM tie t JOIN here h ON h.id = t.b)
           SELECT code, domain, facet, kind, proof, count(*) AS n, min(period) AS since, max(period) AS until,
             list_sort(list(DISTINCT source)) AS sources
           FROM tied GROUP BY code, domain, facet, kind, proof ORDER BY ALL""",
        [*codes],
    ):
        out.setdefault(r.pop("code"), []).append(r)
    return out


# the number `n` of ties with an end in an area, by `kind`, `proof`, and `domain` and `facet` (None: both) of that end
links_within = ByArea(_links_within, list)


# --- what the public API serves


@dataclass(frozen=True)
class Resource:
    """A table of the public API: an entry of RESOURCES is all it takes.

    Each filter is a condition with one `?`; `order` tells any two rows apart, so that pages hold every row once;
    `shape` is the geometry as GeoJSON text, where there is one.
    """

    about: str
    columns: str
    tables: str
    order: str
    filters: dict[str, str]
    shape: str | None = None


RESOURCES = {
    "areas": Resource(
        "The country, municipalities, districts and neighbourhoods of CBS, of one year.",
        """a.code AS area, a.name, a.level, a.year, a.parent, a.municipality, a.province, a.population, a.lon, a.lat,
           a.west, a.south, a.east, a.north""",
        "area a",
        "a.code",
        {
            "area": "a.code = ?",
            "level": "a.level = ?",
            "parent": "a.parent = ?",
            "municipality": "a.municipality = ?",
        },
        "a.geometry",
    ),
    "indicators": Resource(
        "What is measured, with unit, meaning and what it does not say, in Dutch and English.",
        """i.id AS indicator, i.theme, i.domain, i.level AS ecosystem_level, i.learning_form, i.facet, i.unit,
           i.decimals, i.label_nl, i.label_en, i.description_nl, i.description_en, i.caveat_nl, i.caveat_en, i.source,
           s.publisher, s.licence""",
        "indicator i JOIN source s ON s.id = i.source",
        "i.position, i.id",
        {
            "indicator": "i.id = ?",
            "theme": "i.theme = ?",
            "domain": "i.domain = ?",
            "ecosystem_level": "i.level = ?",
            "learning_form": "i.learning_form = ?",
            "facet": "i.facet = ?",
            "source": "i.source = ?",
        },
    ),
    "observations": Resource(
        "Figures: one of an indicator, area and period. Only `measured` and `estimated` have a value; every other "
        "status says why there is none. A source that does not mention an area has no row for it: missing, not zero.",
        """o.area, a.name, a.level, o.indicator, o.period, round(o.value, i.decimals + 2) AS value,
           round(o.low, i.decimals + 2) AS low, round(o.high, i.decimals + 2) AS high, i.unit, o.status, o.method,
           i.source, s.publisher, s.licence, left(s.retrieved, 10) AS retrieved""",
        """observation o JOIN area a ON a.code = o.area JOIN indicator i ON i.id = o.indicator
           JOIN source s ON s.id = i.source""",
        "o.area, o.indicator, o.period",
        {
            "area": "o.area = ?",
            "indicator": "o.indicator = ?",
            "period": "o.period = ?",
            "status": "o.status = ?",
            "level": "a.level = ?",
            "municipality": "a.municipality = ?",
            "theme": "i.theme = ?",
            "domain": "i.domain = ?",
            "source": "i.source = ?",
        },
    ),
    "revisions": Resource(
        "What is new in this edition beside the one before it (`compared`, where the API begins): figures that are "
        "not what they were, and of which sort: `real`, `noise` (within the margin), `untold`, `correction` (of the "
        "same period), `status`, or `boundary` (the area is not the same). A row without an indicator is of the area "
        "itself. Empty where there is no earlier edition.",
        """r.area, r.name, r.level, r.municipality, r.indicator, r.since, r.until,
           round(r.before, i.decimals + 2) AS before, round(r.value, i.decimals + 2) AS value,
           round(r.allowed, i.decimals + 2) AS allowed, i.unit, r.was, r.status, r.sort, r.kind, r.other, i.source,
           s.publisher, s.licence, left(s.retrieved, 10) AS retrieved""",
        "revision r LEFT JOIN indicator i ON i.id = r.indicator LEFT JOIN source s ON s.id = i.source",
        "r.area, r.indicator NULLS FIRST",
        {
            "area": "r.area = ?",
            "municipality": "r.municipality = ?",
            "level": "r.level = ?",
            "indicator": "r.indicator = ?",
            "sort": "r.sort = ?",
            "source": "i.source = ?",
        },
    ),
    "places": Resource(
        "Places where people may learn and meet. A place that no source knows of may still exist.",
        """p.id AS place, p.name, p.kind, p.domain, p.level AS ecosystem_level, p.learning_form, p.facet, p.lon, p.lat,
           p.area, a.municipality, CASE WHEN p.step_free THEN 'yes' WHEN NOT p.step_free THEN 'no' ELSE 'unknown' END
           AS step_free, p.address, p.period, p.source, p.also, s.publisher, s.licence""",
        "place p JOIN source s ON s.id = p.source LEFT JOIN area a ON a.code = p.area",
        "p.id",
        {
            "area": "p.area = ?",
            "municipality": "a.municipality = ?",
            "kind": "p.kind = ?",
            "domain": "p.domain = ?",
            "ecosystem_level": "p.level = ?",
            "learning_form": "p.learning_form = ?",
            "facet": "p.facet = ?",
            "step_free": "CASE WHEN p.step_free THEN 'yes' WHEN NOT p.step_free THEN 'no' ELSE 'unknown' END = ?",
            "source": "p.source = ?",
        },
        """CASE WHEN p.lon IS NOT NULL AND p.lat IS NOT NULL
           THEN '{"type":"Point","coordinates":[' || p.lon || ',' || p.lat || ']}' END""",
    ),
    "ties": Resource(
        "What ties two actors, places or postcodes, with its proof. A masked number has no weight but `low` and "
        "`high`; one that we were not given (`missing`) has none of them. Kinds are never added up.",
        """t.kind, t.proof, t.a, a.name AS a_name, a.area AS a_area, t.b, b.name AS b_name, b.area AS b_area, t.weight,
           t.low, t.high, t.unit, t.status, t.scheme, t.period, t.source, s.publisher, s.licence""",
        """tie t JOIN source s ON s.id = t.source
           LEFT JOIN (SELECT id, name, area FROM place UNION ALL SELECT id, name, area FROM actor) a ON a.id = t.a
           LEFT JOIN (SELECT id, name, area FROM place UNION ALL SELECT id, name, area FROM actor) b ON b.id = t.b""",
        "t.kind, t.a, t.b, t.scheme, t.period, t.proof, t.source",
        {
            "area": "? IN (a.area, b.area)",
            "end": "? IN (t.a, t.b)",
            "kind": "t.kind = ?",
            "proof": "t.proof = ?",
            "status": "t.status = ?",
            "period": "t.period = ?",
            "source": "t.source = ?",
        },
    ),
    "sources": Resource(
        "Who publishes what, under which licence, and when it was fetched.",
        """s.id AS source, s.title, s.publisher, s.licence, s.url, s.cadence, s.attribution, s.retrieved, s.sha256,
           s.rows, s.via""",
        "source s",
        "s.id",
        {"source": "s.id = ?"},
    ),
}


@lru_cache(maxsize=2)
def known_periods(of: str) -> list[str]:
    """The periods that a table (`observation` or `tie`) has a row of, oldest first."""
    return [r["period"] for r in rows(f"SELECT DISTINCT period FROM {of} WHERE period IS NOT NULL ORDER BY period")]


def table(name: str) -> pyarrow.Table:
    """A whole table of the schema. Raises KeyError for any other."""
    if name not in schema():
        raise KeyError(name)
    found: pyarrow.Table = opened()[0].cursor().sql(f"SELECT * FROM {name}").to_arrow_table()
    return found


@lru_cache(maxsize=1)
def codes() -> list[str]:
    """The code of every area, municipality by municipality."""
    return [r["code"] for r in rows("SELECT code FROM area ORDER BY coalesce(municipality, ''), code")]


def page(
    name: str, filters: Mapping[str, list[str]], limit: int, offset: int, *, shape: bool = False
) -> tuple[pyarrow.Table, int]:
    """A page of a resource, and how many rows there are in all; with `shape` a last column of that name.

    A filter keeps the rows that hold one of its values. Raises KeyError for a resource or filter that is not there.
    """
    resource = RESOURCES[name]
    columns = resource.columns + (f", {resource.shape} AS shape" if shape else "")
    where = " AND ".join(["true", *(f"({' OR '.join([resource.filters[f]] * len(v))})" for f, v in filters.items())])
    values = [value for wanted in filters.values() for value in wanted]
    tables = f"FROM {resource.tables} WHERE {where}"
    sql = f"SELECT {columns} {tables} ORDER BY {resource.order} LIMIT ? OFFSET ?"
    found: pyarrow.Table = opened()[0].cursor().execute(sql, [*values, limit, offset]).to_arrow_table()
    if 0 < found.num_rows < limit:
        return found, offset + found.num_rows
    return found, rows(f"SELECT count(*) AS n {tables}", *values)[0]["n"]
