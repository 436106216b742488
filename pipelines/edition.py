"""The embedded edition: what a bare clone starts with, cut from a national database.

All municipalities, and one city at full depth, as Parquet tables of our own with simplified outlines. Colour classes
stay those of the whole country. Every source is credited in its `source` table, with the licence or the lack of one.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import shapely

from pipelines import PipelineError, source
from pipelines.catalogue import ROOT

FOLDER = ROOT / "data" / "edition"
CITY = "GM0599"
TOLERANCE_DEG = {"gemeente": 0.003, "wijk": 0.0004, "buurt": 0.0002}
LIMIT_BYTES = 5_000_000

HELD = f"level IN ('land', 'gemeente') OR municipality = '{CITY}'"
CUTS = {
    "area": HELD,
    "observation": f"area IN (SELECT code FROM area WHERE {HELD})",
    "access": f"area IN (SELECT code FROM area WHERE {HELD})",
    "alias": f"area IN (SELECT code FROM area WHERE {HELD})",
    "change": f"area IN (SELECT code FROM area WHERE {HELD})",
    "revision": HELD,
    "peer": f"area IN (SELECT code FROM area WHERE {HELD}) AND peer IN (SELECT code FROM area WHERE {HELD})",
    "tie": f"""kind NOT IN ('pupil_flow', 'shared_site')
        OR b IN (SELECT p.id FROM place p JOIN area a ON a.code = p.area WHERE municipality = '{CITY}')""",
    "place": f"area IN (SELECT code FROM area WHERE municipality = '{CITY}')",
}
COLUMNS = {  # other tables than the national build, so other ids: they are in every address
    "build": """* REPLACE ('embedded' AS edition, left(sha256('embedded ' || id), 12) AS id,
        left(sha256('embedded ' || compared), 12) AS compared)""",
}


def write(database: Path, folder: Path = FOLDER) -> dict[str, int]:
    """Cut the edition from `database` into `folder`, all of it or nothing; returns bytes per table.

    Raises PipelineError when there is no database to cut from, the edition grows beyond five megabytes, `folder` holds
    what is no table, another command is at work, or the disk is full.
    """
    if not database.exists():
        raise PipelineError(f"{database.name}: not found; run `python -m pipelines build` first")
    new, old = (folder.with_name(f"{folder.name}.{state}") for state in ("new", "old"))
    try:
        with source.locked(folder.parent, "edition"):
            _sweep(folder, new, old)
            other = [f.name for f in folder.iterdir() if f.suffix != ".parquet"] if folder.exists() else []
            if other:
                raise PipelineError(f"{folder.name}: {min(other)} is no table; an edition has a folder of its own")
            try:
                sizes = _cut(database, new)
                if folder.exists():
                    folder.rename(old)
                new.rename(folder)
            finally:
                _sweep(folder, new, old)
    except (OSError, duckdb.Error) as e:
        said = getattr(e, "strerror", None) or str(e).splitlines()[0]
        raise PipelineError(f"{folder.name}: cannot be written ({said}); the last edition is untouched") from e
    return sizes


def _sweep(folder: Path, new: Path, old: Path) -> None:
    """Remove what is half made or replaced; a run that died between two renames left the edition under its old name."""
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)


def _cut(database: Path, folder: Path) -> dict[str, int]:
    """Write every table of the edition into a new folder."""
    folder.mkdir()
    sizes = {}
    with duckdb.connect(str(database), read_only=True) as con:
        for (table,) in con.sql("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall():
            columns, held = COLUMNS.get(table, "*"), CUTS.get(table, "true")
            rows = con.sql(f"SELECT {columns} FROM {table} WHERE {held} ORDER BY ALL")
            if table == "area":
                frame = rows.df()
                rows = duckdb.from_df(frame.assign(geometry=_simplified(frame)))
            file = folder / f"{table}.parquet"
            rows.write_parquet(str(file), compression="zstd")
            sizes[table] = file.stat().st_size
    if sum(sizes.values()) > LIMIT_BYTES:
        raise PipelineError(f"the edition is {sum(sizes.values()):,} bytes, more than {LIMIT_BYTES:,}")
    return sizes


def read(table: str, folder: Path = FOLDER) -> pd.DataFrame:
    """One table of the edition, empty when there is none."""
    file = folder / f"{table}.parquet"
    return pd.read_parquet(file) if file.exists() else pd.DataFrame()


def _simplified(area: pd.DataFrame) -> pd.Series:
    """Outlines with fewer points, simplified as one coverage per level so that neighbours keep a common border."""
    out = area["geometry"].copy()
    for level, tolerance in TOLERANCE_DEG.items():
        here = (area["level"] == level) & area["geometry"].notna()
        shapes = shapely.from_geojson(area.loc[here, "geometry"].to_numpy())
        simple = shapely.coverage_simplify(shapes, tolerance)
        simple = shapely.set_precision(simple, 1e-4 if level == "gemeente" else 1e-5)
        out[here] = [text if s.is_empty else shapely.to_geojson(s) for s, text in zip(simple, out[here], strict=True)]
    return out.map(lambda text: json.dumps(json.loads(text), separators=(",", ":")) if isinstance(text, str) else text)
