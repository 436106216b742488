"""Sources to tables: one new DuckDB file, checked, then swapped in.

The same snapshots and catalogue give the same tables on every machine (`precision.py`); only
`build.built_at` differs. What will surprise you: figures about an earlier division of areas are
carried to the areas of today only where code and, when the publisher gives one, name are the same;
codes are reused for other areas, so the rest is dropped and counted.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pandas as pd

from pipelines import PipelineError
from pipelines.build import checks, kept, precision, revision
from pipelines.build.checks import SCHEMA
from pipelines.build.table_rows import of_every_table
from pipelines.catalogue import Catalogue
from pipelines.fetch import snapshot

VERSION = "6"
EDITIONS = 3  # builds that are kept to go back to


def build(
    catalogue: Catalogue,
    raw: Path,
    target: Path,
    say: Callable[[str], None] = print,
    accept: Sequence[str] = (),
    most: int = EDITIONS,
) -> dict[str, int]:
    """Build the database from the snapshots in `raw` into `target`; returns rows per table.

    `accept` names the indicators, kinds and levels of which a great change since the last build is
    right; the last `most` builds are kept to go back to. Raises PipelineError, and leaves `target`
    as it was, when a snapshot is missing, a figure is impossible, a check fails, another build is
    at work, or the disk is full.
    """
    checks.known(accept, catalogue)
    try:
        with snapshot.locked(raw, "build"), snapshot.locked(target.parent, "build"):
            rows = of_every_table(catalogue, raw, say)
            counts = write(rows, catalogue, target, say, accept, most)
            snapshot.settle(raw)
            return counts
    except (OSError, duckdb.Error) as e:
        file = Path(str(getattr(e, "filename", None) or target)).name
        reason = getattr(e, "strerror", None) or str(e).splitlines()[0]
        raise PipelineError(
            f"{file}: cannot be read or written ({reason}); the last build is untouched"
        ) from e
    except PipelineError:
        raise
    except Exception as e:  # what no step below has a sentence for
        raise PipelineError(
            f"what the sources say cannot be put together ({type(e).__name__}: {e}); the last build is untouched"
        ) from e


def write(
    rows: dict[str, pd.DataFrame],
    catalogue: Catalogue,
    target: Path,
    say: Callable[[str], None],
    accept: Sequence[str] = (),
    most: int = EDITIONS,
) -> dict[str, int]:
    """Write the tables to a new file beside `target`, compare and check it, print what changed, and
    swap it in.

    The folder is locked, so what other runs left of such files beside it is of the dead.
    """
    new = target.with_name(f"{target.name}.{os.getpid()}.new")
    _sweep(target)
    try:
        with duckdb.connect(str(new)) as con:
            create(con, rows)
            compare(con, catalogue, target)
            counts = {t: con.sql(f"SELECT count(*) FROM {t}").fetchall()[0][0] for t in SCHEMA}
            accepted = checks.run(con, previous=target if target.exists() else None, accept=accept)
            if accepted:
                con.execute("UPDATE build SET accepted = ?", [", ".join(accepted)])
            for line in checks.changes(con, target):
                say(line)
        kept.swap(new, target, most)
    finally:
        _sweep(target)
    return counts


def _sweep(target: Path) -> None:
    """Remove half-made files of `target`, with what DuckDB keeps beside them."""
    for left in target.parent.iterdir():
        if re.fullmatch(re.escape(target.name) + r"(\.\d+)?\.new(\.\w+)?", left.name):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


def create(con: duckdb.DuckDBPyConnection, rows: dict[str, pd.DataFrame]) -> None:
    """Create every table and fill it, in a fixed order of rows, and the one row of `build` with a
    hash of all of them.

    `revision` stays empty: what an edition is beside another is no content of its own.
    """
    digest = hashlib.sha256(VERSION.encode())
    decimals = dict(rows["indicator"].reindex(columns=["id", "decimals"]).to_numpy())
    for table, declared in SCHEMA.items():
        con.execute(f"CREATE TABLE {table} ({declared.definition})")
        if table in ("revision", "build"):
            continue
        _insert(con, table, precision.rounded(table, rows[table], decimals))
        # how and when it was fetched is no content, and answers hold times and addresses: the
        # figures make the build
        skip = "EXCLUDE (retrieved, sha256, via)" if table == "source" else ""
        digest.update(
            repr(
                con.sql(
                    f"SELECT sum(hash(t)), count(*) FROM (SELECT * {skip} FROM {table}) t"
                ).fetchall()
            ).encode()
        )
    con.execute(
        "CREATE INDEX observation_area ON observation (area)"
    )  # one area's figures without reading all
    mirror = con.sql("SELECT bool_or(via = 'mirror') FROM source").fetchall()[0][0]
    con.execute(
        "INSERT INTO build VALUES (?, ?, ?, ?, NULL, NULL, NULL)",
        [
            digest.hexdigest()[:12],
            datetime.now(UTC).isoformat(timespec="seconds"),
            VERSION,
            bool(mirror),
        ],
    )


def compare(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, previous: Path) -> None:
    """Fill `revision` with what is new since the last build, and say in `build` which one that was.

    A build of the same content takes over what the last one was compared with, and what was
    accepted then: what is new in it did not become old.
    """
    with checks.last_build(con, previous) as there:
        if not there:
            return
        revisions = revision.find(con, catalogue)
        if (
            revisions.empty
            and con.sql("SELECT id FROM build INTERSECT SELECT id FROM last_build.build").fetchall()
        ):
            con.execute("INSERT INTO revision FROM last_build.revision")
            con.execute(
                "UPDATE build SET compared = o.compared, compared_at = o.compared_at FROM last_build.build o"
            )
            if "accepted" in con.sql("FROM last_build.build").columns:
                con.execute("UPDATE build SET accepted = o.accepted FROM last_build.build o")
        else:
            _insert(con, "revision", revisions)
            con.execute(
                "UPDATE build SET compared = o.id, compared_at = o.built_at FROM last_build.build o"
            )


def _insert(con: duckdb.DuckDBPyConnection, table: str, frame: pd.DataFrame) -> None:
    """Fill a table in a fixed order of rows; a column that the frame does not have is blank."""
    names = [*SCHEMA[table].columns]
    for column in names:
        if column not in frame:
            frame = frame.assign(**{column: None})
    con.register("frame", frame[names])
    con.execute(f"INSERT INTO {table} SELECT * FROM frame ORDER BY ALL")
    con.unregister("frame")
