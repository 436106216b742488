"""What must hold of a built database, and what changed since the last one. What fails here is not published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines import PipelineError

# each query returns the rows that break the rule; the message names the first of them
RULES = {
    "area twice": "SELECT code, year FROM area GROUP BY ALL HAVING count(*) > 1",
    "observation twice": "SELECT indicator, area, period FROM observation GROUP BY ALL HAVING count(*) > 1",
    "other name of no area": "SELECT area, name FROM alias WHERE area NOT IN (SELECT code FROM area)",
    "peer of another level": """SELECT p.area, p.peer FROM peer p JOIN area a ON a.code = p.area
        JOIN area b ON b.code = p.peer WHERE a.level <> b.level""",
    "place twice": "SELECT id FROM place GROUP BY ALL HAVING count(*) > 1",
    "indicator twice": "SELECT id FROM indicator GROUP BY ALL HAVING count(*) > 1",
    "area without its parent": """SELECT code, parent FROM area
        WHERE level <> 'land' AND parent NOT IN (SELECT code FROM area)""",
    "municipality without a province": "SELECT code, name FROM area WHERE level = 'gemeente' AND province IS NULL",
    "municipality without an outline": "SELECT code, name FROM area WHERE level = 'gemeente' AND geometry IS NULL",
    "observation of no area": "SELECT indicator, area FROM observation WHERE area NOT IN (SELECT code FROM area)",
    "observation of no indicator": """SELECT indicator, area FROM observation
        WHERE indicator NOT IN (SELECT id FROM indicator)""",
    "indicator without a source": "SELECT id, source FROM indicator WHERE source NOT IN (SELECT id FROM source)",
    "unknown status": """SELECT indicator, area, status FROM observation
        WHERE status IS NULL
          OR status NOT IN ('measured', 'estimated', 'suppressed', 'missing', 'refused', 'not_applicable')""",
    "status that contradicts the value": """SELECT indicator, area, status, value FROM observation
        WHERE (status IN ('measured', 'estimated')) <> (value IS NOT NULL)""",
    "value out of range": """SELECT o.indicator, o.area, o.value, i.lowest, i.highest
        FROM observation o JOIN indicator i ON i.id = o.indicator WHERE NOT o.value BETWEEN i.lowest AND i.highest""",
    "interval that does not hold its value": """SELECT indicator, area, low, value, high FROM observation
        WHERE low > value OR high < value""",
    "figure about fewer residents than the publisher's minimum": """SELECT o.indicator, o.area, a.population
        FROM observation o JOIN indicator i ON i.id = o.indicator JOIN area a ON a.code = o.area
        WHERE o.value IS NOT NULL AND a.population < i.minimum""",
    "estimate that did not pass its bar": """SELECT DISTINCT o.indicator FROM observation o
        JOIN validation v ON v.indicator = o.indicator WHERE NOT v.passed""",
    "place of no known kind": """SELECT id, kind FROM place
        WHERE kind NOT IN (SELECT id FROM term WHERE scheme = 'kind')""",
    "tie without source, period or proof": """SELECT kind, a, b FROM tie
        WHERE coalesce(period, '') = '' OR proof IS NULL OR source IS NULL OR source NOT IN (SELECT id FROM source)""",
    "tie twice": "SELECT kind, a, b, scheme, period, source FROM tie GROUP BY ALL HAVING count(*) > 1",
    "tie between whom nobody knows": """WITH known AS (SELECT id FROM place UNION ALL SELECT id FROM actor)
        SELECT kind, a, b FROM tie WHERE a IS NULL OR b IS NULL OR CASE kind
          WHEN 'pupil_flow' THEN NOT regexp_full_match(a, 'postcode:[0-9]{4}')
          ELSE a NOT IN (SELECT id FROM known) OR b NOT IN (SELECT id FROM known) END""",
    "masked tie with an exact number": """SELECT kind, a, b FROM tie
        WHERE status = 'suppressed' AND (weight IS NOT NULL OR low IS NULL OR high IS NULL OR low >= high)""",
    "missing tie with a number": """SELECT kind, a, b FROM tie
        WHERE status = 'missing' AND coalesce(weight, low, high) IS NOT NULL""",
    "actor twice": "SELECT id FROM actor GROUP BY ALL HAVING count(*) > 1",
    "revision twice": "SELECT area, indicator FROM revision GROUP BY ALL HAVING count(*) > 1",
    "revision of no sort": """SELECT area, indicator, sort FROM revision WHERE sort IS NULL
        OR sort NOT IN ('real', 'boundary', 'correction', 'status', 'untold', 'noise')
        OR indicator IS NULL AND (sort <> 'boundary' OR kind IS NULL)""",
    "revision called real that is not": """SELECT area, indicator, before, value FROM revision
        WHERE sort = 'real' AND NOT coalesce(until > since AND abs(value - before) > allowed - 1e-6, false)""",
    "withheld figure told as it was": """SELECT area, indicator, before FROM revision
        WHERE status = 'suppressed' AND before IS NOT NULL""",
    "source without licence": "SELECT id FROM source WHERE coalesce(licence, '') = ''",
}
LEAST_SHARE_KEPT = 0.9
COMPARED = {  # what must be there of the last build to be compared with it
    "observation": "indicator, area, period, value, low, high, status, method",
    "area": "code, year, level, name, municipality, population, geometry",
    "indicator": "id, unit, source",
    "margin": "indicator, level, sd",
    "build": "id, built_at",
}


def run(con: duckdb.DuckDBPyConnection, previous: Path | None = None) -> None:
    """Raise PipelineError with every broken rule, each with its first rows; `previous` also guards coverage."""
    problems = []
    for rule, query in RULES.items():
        broken = con.sql(f"SELECT *, count(*) OVER () FROM ({query}) ORDER BY ALL LIMIT 3").fetchall()
        if broken:
            rows = "; ".join(", ".join(str(v) for v in row[:-1]) for row in broken)
            problems.append(f"{rule}: {rows} ({broken[0][-1]:,} in all)")
    if previous:
        problems += _lost_coverage(con, previous)
    if problems:
        raise PipelineError("the build breaks its own rules and was not published:\n  " + "\n  ".join(problems))


@contextmanager
def last_build(con: duckdb.DuckDBPyConnection, previous: Path) -> Iterator[bool]:
    """The last build attached as `last_build`; False when there is none, or one that is of another shape."""
    there = previous.exists()
    if there:
        try:
            con.execute(f"ATTACH '{str(previous).replace(chr(39), chr(39) * 2)}' AS last_build (READ_ONLY)")
            for table, columns in COMPARED.items():
                con.sql(f"SELECT {columns} FROM last_build.{table} LIMIT 1").fetchall()
        except duckdb.Error:
            there = False
    try:
        yield there
    finally:
        con.execute("DETACH DATABASE IF EXISTS last_build")


def _lost_coverage(con: duckdb.DuckDBPyConnection, previous: Path) -> list[str]:
    """Fewer figures of the same period, or of the indicator at its best; a period may make place for a newer one."""
    with last_build(con, previous) as there:
        if not there:
            return []
        lost = con.execute(
            """WITH old AS (SELECT indicator, period, count(value) AS was FROM last_build.observation GROUP BY ALL),
                 new AS (SELECT indicator, period, count(value) AS now FROM observation GROUP BY ALL)
               SELECT indicator, period, was, now FROM old JOIN new USING (indicator, period) WHERE now < $1 * was
               UNION ALL
               SELECT indicator, 'in its best period', max(was), coalesce(any_value(best), 0) FROM old
                 LEFT JOIN (SELECT indicator, max(now) AS best FROM new GROUP BY ALL) USING (indicator)
                 WHERE indicator IN (SELECT id FROM indicator)
                 GROUP BY indicator HAVING coalesce(any_value(best), 0) < $1 * max(was)
               ORDER BY ALL LIMIT 5""",
            [LEAST_SHARE_KEPT],
        ).fetchall()
    return [f"coverage lost: {i} {p} had {was:,} figures, now {now:,}" for i, p, was, now in lost]


def changes(con: duckdb.DuckDBPyConnection, previous: Path) -> list[str]:
    """The change report: per indicator new, vanished and jumped figures since `previous`.

    A figure jumped when it moved by more than the distance between the first and third quarter of its indicator.
    """
    if not previous.exists():
        return ["Changes: first build, nothing to compare with"]
    with last_build(con, previous) as there:
        if not there:
            return ["Changes: the last build cannot be read or has another shape; nothing to compare with"]
        rows = con.sql(
            """WITH spread AS (
                 SELECT indicator, quantile_cont(value, 0.75) - quantile_cont(value, 0.25) AS iqr
                 FROM last_build.observation WHERE value IS NOT NULL GROUP BY indicator),
               pair AS (
                 SELECT indicator, area, period, n.value AS now, o.value AS was
                 FROM observation n FULL JOIN last_build.observation o USING (indicator, area, period))
               SELECT indicator, count(*) FILTER (now IS NOT NULL AND was IS NULL) AS new,
                 count(*) FILTER (now IS NULL AND was IS NOT NULL) AS vanished,
                 count(*) FILTER (abs(now - was) > iqr) AS jumped,
                 arg_max(area || ' ' || period || ': ' || was || ' to ' || now, abs(now - was))
                   FILTER (abs(now - was) > iqr) AS largest
               FROM pair LEFT JOIN spread USING (indicator) GROUP BY indicator
               HAVING new + vanished + jumped > 0 ORDER BY indicator"""
        ).fetchall()
    sorts = con.sql("SELECT sort, count(*) FROM revision GROUP BY sort ORDER BY sort").fetchall()
    told = [f"Newest figures that are not what they were: {', '.join(f'{n:,} {s}' for s, n in sorts)}"] if sorts else []
    if not rows:
        return ["Changes: none", *told]
    lines = [
        f"  {i}: {new:,} new, {gone:,} vanished, {jumped:,} jumped{f' (largest: {largest})' if largest else ''}"
        for i, new, gone, jumped, largest in rows
    ]
    return ["Changes since the last build (new, vanished, jumped figures):", *lines, *told]
