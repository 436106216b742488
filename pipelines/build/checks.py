"""What must hold of a built database, and what changed since the last one. What fails here is not
published.

A figure may be possible and still wrong: all shares of a source divided by a hundred are, and so is
a map that lost its libraries. Such a build is refused until a person says with `--accept` that it
is right. What is a great change was chosen by what real revisions do, on the national build:

* MOST_JUMPED: of the same period a build of the same sources moves nothing, and publishers correct
  few figures. A division by ten or a hundred moves a fifth of the areas or more beyond the middle
  half of them, however skewed the indicator is; another rule for which places count moved 15 to 99
  %. Half of the least of these is too much.
* MOST_MOVED: from one period to the next samples move farther than areas lie apart in up to 34 % of
  them (Rotterdam, 2014 to 2016), accounts and budgets of municipalities in 1 %.
* MOST_TIMES: in every two periods that follow each other the middle one of what figures are times
  what they were lies between 0.85 and 1.27; another unit makes it ten, a hundred or a thousand.
* LEAST_SHARE_KEPT and FEW: registers lose a few per cent from year to year; three places may close,
of however few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines import PipelineError
from pipelines.catalogue import ROOT, Catalogue
from pipelines.methods import schema

SCHEMA = schema.tables((ROOT / "data" / "schema.sql").read_text(encoding="utf-8"))
# rules over more tables than a row; each query returns the rows that break the rule, and the
# message names the first
RULES = {
    "more than one country": "SELECT code FROM area WHERE parent IS NULL QUALIFY count(*) OVER () > 1",
    "area not below its parent": """WITH step AS (FROM term WHERE scheme = 'area_level')
        SELECT a.code, a.level, p.level AS above FROM area a JOIN area p ON p.code = a.parent
        JOIN step t ON t.id = a.level JOIN step u ON u.id = p.level WHERE t.position <= u.position""",
    "area of no known level": """SELECT code, level FROM area
        WHERE level NOT IN (SELECT id FROM term WHERE scheme = 'area_level')""",
    "peer of another level": """SELECT p.area, p.peer FROM peer p JOIN area a ON a.code = p.area
        JOIN area b ON b.code = p.peer WHERE a.level <> b.level""",
    "indicator without a source": "SELECT id, source FROM indicator WHERE source NOT IN (SELECT id FROM source)",
    "value out of range": """SELECT o.indicator, o.area, o.value, i.lowest, i.highest
        FROM observation o JOIN indicator i ON i.id = o.indicator WHERE NOT o.value BETWEEN i.lowest AND i.highest""",
    "estimate that did not pass its bar": """SELECT DISTINCT o.indicator FROM observation o
        JOIN validation v ON v.indicator = o.indicator WHERE NOT v.passed""",
    "place of no known kind": """SELECT id, kind FROM place
        WHERE kind NOT IN (SELECT id FROM term WHERE scheme = 'kind')""",
    "tie without a source": "SELECT kind, a, b FROM tie WHERE source NOT IN (SELECT id FROM source)",
    "tie between whom nobody knows": """WITH known AS (SELECT id FROM place UNION ALL SELECT id FROM actor)
        SELECT kind, a, b FROM tie WHERE CASE kind
          WHEN 'pupil_flow' THEN NOT regexp_full_match(a, 'postcode:[0-9]{4}')
          ELSE a NOT IN (SELECT id FROM known) OR b NOT IN (SELECT id FROM known) END""",
}
LEAST_SHARE_KEPT = 0.9  # of figures, places, ties and outlines
MOST_JUMPED, MOST_MOVED = 0.1, 0.5  # share of figures, of the same period and of a newer one
MOST_TIMES = 5.0  # the middle of what figures are times what they were, or one over it
FEW = 3  # figures, places, ties or outlines that may change however little there are
COMPARED = {  # what must be there of the last build to be compared with it
    "observation": "indicator, area, period, value, low, high, status, method",
    "area": "code, year, level, name, municipality, population, geometry",
    "indicator": "id, unit, source",
    "place": "id, kind, area, source",
    "tie": "kind, a, b, source",
    "build": "id, built_at",
}
# not made of the figures of its parts, which are looked at themselves
OWN = "NOT starts_with(coalesce(method, ''), 'parts_')"
# the first and third quarter of an indicator, at a level, in the last build
SPREAD = """SELECT indicator, level, quantile_cont(value, 0.75) - quantile_cont(value, 0.25) AS iqr
    FROM last_build.observation JOIN last_build.area a ON a.code = area WHERE value IS NOT NULL GROUP BY ALL"""
# figures of the same period; and the newest of an area, where the period moved on. Where areas do
# not differ, a figure jumped when it moved by more than half of itself
PAIRS = f"""WITH spread AS ({SPREAD}),
      newest AS (SELECT indicator, area, period, value FROM observation WHERE value IS NOT NULL AND {OWN}
        QUALIFY row_number() OVER (PARTITION BY indicator, area ORDER BY period DESC) = 1),
      before AS (SELECT indicator, area, period, value FROM last_build.observation WHERE value IS NOT NULL
        QUALIFY row_number() OVER (PARTITION BY indicator, area ORDER BY period DESC) = 1),
      pair AS (
        SELECT indicator, area, o.period AS since, n.period AS until, o.value AS was, n.value AS now
        FROM observation n JOIN last_build.observation o USING (indicator, area, period)
        WHERE n.value IS NOT NULL AND o.value IS NOT NULL AND {OWN.replace("method", "n.method")}
        UNION ALL
        SELECT indicator, area, o.period, n.period, o.value, n.value
        FROM newest n JOIN before o USING (indicator, area) WHERE n.period <> o.period)
    SELECT indicator, level, since, until, count(*) AS figures,
      count(*) FILTER (abs(now - was) > coalesce(nullif(iqr, 0), abs(was) / 2)) AS jumped,
      median(now / was) FILTER (was <> 0) AS times,
      arg_max(area || ': ' || round(was, 3) || ', now ' || round(now, 3), abs(now - was)) AS largest
    FROM pair JOIN last_build.area a ON a.code = area JOIN spread USING (indicator, level)
      JOIN indicator i ON i.id = indicator JOIN last_build.indicator USING (id, unit)
    GROUP BY ALL ORDER BY ALL"""
HELD = """SELECT 'places of kind' AS what, kind AS name, p.source, municipality AS here
      FROM {0}place p LEFT JOIN {0}area a ON a.code = p.area
    UNION ALL SELECT 'ties of kind', kind, source, a FROM {0}tie
    UNION ALL SELECT 'outlines of level', level, '', municipality FROM {0}area WHERE geometry IS NOT NULL"""
# numbers by name and by name and source, and where most is gone
SHRUNK = f"""WITH held AS (
        SELECT what, name, source, here, sum(was) AS was, sum(now) AS now
        FROM (SELECT *, 1 AS was, 0 AS now FROM ({HELD.format("last_build.")})
          UNION ALL SELECT *, 0, 1 FROM ({HELD.format("")}))
        GROUP BY GROUPING SETS ((what, name, here), (what, name, source, here)))
    SELECT name, what || ' ' || name || coalesce(' of ' || source, ''), sum(was)::BIGINT, sum(now)::BIGINT,
      arg_max(coalesce(here, '?') || ': ' || was || ', now ' || now, was - now)
    FROM held WHERE (source IS NULL OR source IN (SELECT id FROM source))
      AND (what LIKE 'outlines%' OR name IN (SELECT id FROM term WHERE scheme IN ('kind', 'tie')))
    GROUP BY what, name, source HAVING sum(now) < $1 * sum(was) AND sum(was) - sum(now) > $2
    ORDER BY what, name, source NULLS FIRST"""


def known(accept: Sequence[str], catalogue: Catalogue) -> None:
    """Raise PipelineError for a name that is nothing whose change could be accepted, with all that
    are.
    """
    names = [*catalogue.indicators, *catalogue.kinds, *catalogue.ties, *catalogue.area_levels]
    for name in accept:
        if name not in names:
            raise PipelineError(
                f"--accept {name}: no indicator, kind of place or tie, or level; known: {', '.join(sorted(names))}"
            )


def run(
    con: duckdb.DuckDBPyConnection, previous: Path | None = None, accept: Sequence[str] = ()
) -> list[str]:
    """Raise PipelineError with every broken rule, each with its first rows, and what changed too
    much since `previous`.

    Of the names in `accept` a great change is right; returned are those that did change so.
    """
    problems = []
    for rule, query in (*_declared(), *RULES.items()):
        broken = con.sql(
            f"SELECT *, count(*) OVER () FROM ({query}) ORDER BY ALL LIMIT 3"
        ).fetchall()
        if broken:
            rows = "; ".join(", ".join(str(v) for v in row[:-1]) for row in broken)
            problems.append(f"{rule}: {rows} ({broken[0][-1]:,} in all)")
    changed = _changed(con, previous) if previous else {}
    refused = {name: said for name, said in changed.items() if name not in accept}
    problems += [
        f"{said[0]}{f' (and {len(said) - 1:,} more)' if said[1:] else ''}"
        for said in refused.values()
    ]
    if problems:
        way_on = (
            f"\n  if these changes are right: --accept {' --accept '.join(refused)}"
            if refused
            else ""
        )
        raise PipelineError(
            "the build breaks its own rules and was not published:\n  "
            + "\n  ".join(problems)
            + way_on
        )
    return [name for name in changed if name in accept]


def _declared() -> Iterator[tuple[str, str]]:
    """The rules of the schema: no key twice, no reference to nothing, and what must hold of a
    row.
    """
    for name, table in SCHEMA.items():
        key = ", ".join(table.key)
        if key:
            yield f"{name} twice", f"SELECT {key} FROM {name} GROUP BY ALL HAVING count(*) > 1"
        for column, other in table.references.items():
            known = f"SELECT {', '.join(SCHEMA[other].key)} FROM {other}"
            columns = ", ".join(dict.fromkeys([*table.key, column]))
            yield (
                f"{name} of no {other}",
                f"SELECT {columns} FROM {name} WHERE {column} IS NOT NULL AND {column} NOT IN ({known})",
            )
        for rule, needed in table.rules.items():
            columns = ", ".join(f'"{c}"' for c in dict.fromkeys([*table.key, *needed]))
            yield f"{name} against {rule}", f"SELECT {columns} FROM {name} WHERE NOT ({rule})"


def _changed(con: duckdb.DuckDBPyConnection, previous: Path) -> dict[str, list[str]]:
    """By indicator, kind or level what is too different from the last build to be taken without a
    word.
    """
    found: dict[str, list[str]] = {}
    with last_build(con, previous) as there:
        if not there:
            return {}
        for name, said in (*_lost_coverage(con), *_jumped(con)):
            found.setdefault(name, []).append(said)
        for name, what, was, now, largest in con.execute(
            SHRUNK, [LEAST_SHARE_KEPT, FEW]
        ).fetchall():
            found.setdefault(name, []).append(
                f"{what}: {was:,}, now {now:,} (most of them in {largest})"
            )
    return found


def _jumped(con: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str]]:
    """Indicators of which too many figures jumped, or all became so many times what they were."""
    for name, level, since, until, figures, jumped, times, largest in con.sql(PAIRS).fetchall():
        most = MOST_JUMPED if since == until else MOST_MOVED
        said = f"{name}: {jumped:,} of {figures:,} figures of {level} jumped, {since} to {until} (largest: {largest})"
        if jumped > max(FEW, most * figures):
            yield name, said
        elif times is not None and not 1 / MOST_TIMES < times < MOST_TIMES:
            yield name, f"{said}; the middle one of them is {times:.3g} times what it was"


@contextmanager
def last_build(con: duckdb.DuckDBPyConnection, previous: Path) -> Iterator[bool]:
    """The last build attached as `last_build`; False when there is none, or one that is of another
    shape.
    """
    there = previous.exists()
    if there:
        try:
            con.execute(
                f"ATTACH '{str(previous).replace(chr(39), chr(39) * 2)}' AS last_build (READ_ONLY)"
            )
            for table, columns in COMPARED.items():
                con.sql(f"SELECT {columns} FROM last_build.{table} LIMIT 1").fetchall()
        except duckdb.Error:
            there = False
    try:
        yield there
    finally:
        con.execute("DETACH DATABASE IF EXISTS last_build")


def _lost_coverage(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Fewer figures of the same period, or of the indicator at its best; a period may make place
    for a newer one.
    """
    lost = con.execute(
        """WITH old AS (SELECT indicator, period, count(value) AS was FROM last_build.observation GROUP BY ALL),
             new AS (SELECT indicator, period, count(value) AS now FROM observation GROUP BY ALL)
           SELECT indicator, period, was, now FROM old JOIN new USING (indicator, period) WHERE now < $1 * was
           UNION ALL
           SELECT indicator, 'in its best period', max(was), coalesce(any_value(best), 0) FROM old
             LEFT JOIN (SELECT indicator, max(now) AS best FROM new GROUP BY ALL) USING (indicator)
             WHERE indicator IN (SELECT id FROM indicator)
             GROUP BY indicator HAVING coalesce(any_value(best), 0) < $1 * max(was)
           ORDER BY ALL""",
        [LEAST_SHARE_KEPT],
    ).fetchall()
    return [
        (i, f"coverage lost: {i} {p} had {was:,} figures, now {now:,}") for i, p, was, now in lost
    ]


def changes(con: duckdb.DuckDBPyConnection, previous: Path) -> list[str]:
    """The change report: per indicator new, vanished and jumped figures since `previous`.

    A figure jumped when it moved by more than the distance between the first and third quarter of
    its indicator at its level.
    """
    if not previous.exists():
        return ["Changes: first build, nothing to compare with"]
    with last_build(con, previous) as there:
        if not there:
            return [
                "Changes: the last build cannot be read or has another shape; nothing to compare with"
            ]
        rows = con.sql(
            f"""WITH spread AS ({SPREAD}),
               pair AS (
                 SELECT indicator, area, period, n.value AS now, o.value AS was
                 FROM observation n FULL JOIN last_build.observation o USING (indicator, area, period))
               SELECT indicator, count(*) FILTER (now IS NOT NULL AND was IS NULL) AS new,
                 count(*) FILTER (now IS NULL AND was IS NOT NULL) AS vanished,
                 count(*) FILTER (abs(now - was) > iqr) AS jumped,
                 arg_max(area || ' ' || period || ': ' || was || ' to ' || now, abs(now - was))
                   FILTER (abs(now - was) > iqr) AS largest
               FROM pair LEFT JOIN last_build.area a ON a.code = area LEFT JOIN spread USING (indicator, level)
               GROUP BY indicator
               HAVING new + vanished + jumped > 0 ORDER BY indicator"""
        ).fetchall()
    sorts = con.sql("SELECT sort, count(*) FROM revision GROUP BY sort ORDER BY sort").fetchall()
    told = (
        [f"Newest figures that are not what they were: {', '.join(f'{n:,} {s}' for s, n in sorts)}"]
        if sorts
        else []
    )
    if not rows:
        return ["Changes: none", *told]
    lines = [
        f"  {i}: {new:,} new, {gone:,} vanished, {jumped:,} jumped{f' (largest: {largest})' if largest else ''}"
        for i, new, gone, jumped, largest in rows
    ]
    return ["Changes since the last build (new, vanished, jumped figures):", *lines, *told]
