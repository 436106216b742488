"""The embedded edition: what a bare clone starts with, every table of a national database as
Parquet.

The same rows under the same id, so that it makes no difference to a reader which of the two is
served; only the database can be made anew. Every source is credited in its `source` table, with the
licence or the lack of one. The hash of every file stands beside them; who reads an edition refuses
a file that has another.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pandas as pd

from pipelines import PipelineError
from pipelines.catalogue import ROOT
from pipelines.fetch import snapshot
from pipelines.methods import sums

FOLDER = ROOT / "data" / "edition"
LIMIT_BYTES = 12_000_000
# One row group per table, packed as small as zstd can: half of what the defaults make, for seconds
# of writing.
FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 19, ROW_GROUP_SIZE 10_000_000"


def write(database: Path, folder: Path = FOLDER) -> dict[str, int]:
    """Write the tables of `database` into `folder`, all of them or nothing; returns bytes per
    table.

    Raises PipelineError when there is no database, the edition grows beyond twelve megabytes,
    `folder` holds what is no table, another command is at work, or the disk is full.
    """
    if not database.exists():
        raise PipelineError(f"{database.name}: not found; run `python -m pipelines build` first")
    new, old = (folder.with_name(f"{folder.name}.{state}") for state in ("new", "old"))
    try:
        with snapshot.locked(folder.parent, "edition"):
            _sweep(folder, new, old)
            other = (
                [f.name for f in folder.iterdir() if f.suffix != ".parquet" and f.name != sums.FILE]
                if folder.exists()
                else []
            )
            if other:
                raise PipelineError(
                    f"{folder.name}: {min(other)} is no table; an edition has a folder of its own"
                )
            try:
                sizes = _copy(database, new)
                if folder.exists():
                    folder.rename(old)
                new.rename(folder)
            finally:
                _sweep(folder, new, old)
    except (OSError, duckdb.Error) as e:
        said = getattr(e, "strerror", None) or str(e).splitlines()[0]
        raise PipelineError(
            f"{folder.name}: cannot be written ({said}); the last edition is untouched"
        ) from e
    return sizes


def _sweep(folder: Path, new: Path, old: Path) -> None:
    """Remove what is half made or replaced; a run that died between two renames left the edition
    under its old name.
    """
    if old.exists() and not folder.exists():
        old.rename(folder)
    for left in (new, old):
        shutil.rmtree(left, ignore_errors=True)


def _copy(database: Path, folder: Path) -> dict[str, int]:
    """Write every table of the database into a new folder, and their hashes last."""
    folder.mkdir()
    sizes, hashes = {}, {}
    with duckdb.connect(str(database), read_only=True) as con:
        con.execute("SET enable_progress_bar = false")
        for (table,) in con.sql(
            "SELECT table_name FROM duckdb_tables() ORDER BY table_name"
        ).fetchall():
            file = folder / f"{table}.parquet"
            con.execute(f"COPY (FROM {table} ORDER BY ALL) TO ? ({FORMAT})", [str(file)])
            sizes[table] = file.stat().st_size
            hashes[file.name] = sums.digest(file.read_bytes())
    if sum(sizes.values()) > LIMIT_BYTES:
        raise PipelineError(
            f"the edition is {sum(sizes.values()):,} bytes, more than {LIMIT_BYTES:,}"
        )
    (folder / sums.FILE).write_text(sums.written(hashes), encoding="utf-8")
    return sizes


def read(table: str, folder: Path = FOLDER) -> pd.DataFrame:
    """One table of the edition, empty when there is none.

    Raises PipelineError when the file is not the one that the edition names.
    """
    file = folder / f"{table}.parquet"
    if not file.exists():
        return pd.DataFrame()
    named = sums.hashes((folder / sums.FILE).read_text(encoding="utf-8"))
    if named.get(file.name) != sums.digest(file.read_bytes()):
        raise PipelineError(
            f"{folder.name}/{file.name}: not as {sums.FILE} says; `git checkout data/edition` restores it"
        )
    return pd.read_parquet(file)
