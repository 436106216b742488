"""An edition: one database that is served, and what was read of it.

Serves the database that `make data` built when there is one (`data/cultuuratlas.duckdb`), else the
embedded edition, read into memory; or what CULTUURATLAS_DATABASE names: a DuckDB file, or the
folder of an edition. A build that is swapped in is taken up by whoever asks next; who has begun
with an edition (`pinned`) ends with it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import re
import stat
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import cache, lru_cache, wraps
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeVar

import duckdb
import numpy as np
import pyarrow

from dashboard.store import limits
from pipelines.methods import sums
from pipelines.methods.schema import Table, tables

ROOT = Path(__file__).resolve().parent.parent.parent
DATABASE = ROOT / "data" / "cultuuratlas.duckdb"
EDITION = ROOT / "data" / "edition"
SHAPING = (".py", ".toml", ".html", ".css", ".js", ".svg")  # files that can shape what is served
# what a database says that is not what it was when it was opened
LOST = (
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.IOException,
    duckdb.SerializationException,
)
LATEST = 2  # editions that stay open: the newest, and the one whose pages are still on screens
T = TypeVar("T")
P = ParamSpec("P")
log = logging.getLogger(__name__)


class StoreError(Exception):
    """The database cannot be served; `key` is a text of the interface, `detail` the file and the
    reason.
    """

    def __init__(self, key: str, detail: str) -> None:
        super().__init__(f"{key}: {detail}")
        self.key, self.detail = key, detail


class Edition:
    """A database, and what was read of it by the function that read it.

    `stamp` tells the file from another that takes its place. `trouble` is why the edition that was
    asked for is not the one that is served. `file` is the file that the database reads from, and
    what it was when it was opened; None for a database in memory.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        stamp: object = None,
        trouble: StoreError | None = None,
        file: tuple[str, os.stat_result | None] | None = None,
    ) -> None:
        self.connection, self.stamp, self.trouble, self.file = connection, stamp, trouble, file
        self.kept: dict[Any, Any] = {}

    @property
    def overwritten(self) -> bool:
        """Whether the file that is read from was written to: what it now gives may be anything. One
        that is gone, or that another took the place of, is read on as it was.
        """
        if not self.file or not self.file[1]:
            return False
        then, now = self.file[1], _status(self.file[0])
        return (
            now is not None
            and now.st_ino == then.st_ino
            and (now.st_mtime_ns, now.st_size) != (then.st_mtime_ns, then.st_size)
        )

    @property
    def embedded(self) -> bool:
        """Whether this is an edition in files, read into memory, and not a database that was built."""
        return self.file is None

    @property
    def version(self) -> str:
        """The version of all that is served of it: see `version`."""
        with pinned(self):
            return version()


_pinned: ContextVar[Edition | None] = ContextVar("edition", default=None)
_latest: deque[Edition] = deque(maxlen=LATEST)
_opening = threading.Lock()


@cache
def schema() -> dict[str, Table]:
    """Every table that there must be, by name."""
    return tables((ROOT / "data" / "schema.sql").read_text(encoding="utf-8"))


def edition() -> Edition:
    """The edition in use: the pinned one, else the newest. Raises StoreError when none can be
    read.
    """
    return _pinned.get() or newest()


def newest() -> Edition:
    """The edition to serve from now on, opened when it is another than the last.

    One that cannot be read is named in the log and in `trouble`, and the last one keeps serving,
    or the embedded one where the last was overwritten. Raises StoreError when there is none.
    """
    if now := unchanged():
        return now
    with _opening:
        for harmed in [e for e in _latest if e.overwritten]:
            _latest.remove(harmed)
        file, stamp = _asked()
        known = next((e for e in reversed(_latest) if e.stamp == stamp), None)
        if known is None:
            try:
                known = _opened(file, stamp)
            except StoreError as e:
                if not _latest:
                    raise
                log.error("not served: %s", e)
                last, trouble = _latest[-1], StoreError("edition_kept", e.detail)
                known = Edition(last.connection, stamp, trouble, last.file)
                known.kept = last.kept
        if known not in _latest:
            _latest.append(known)
        elif known is not _latest[-1]:
            _latest.remove(known)
            _latest.append(known)
        return known


def unchanged() -> Edition | None:
    """The last edition, where it is still the newest: that is seen in microseconds, opening another
    takes a second.
    """
    last = _latest[-1] if _latest else None
    return last if last and last.stamp == _asked()[1] else None


def alive() -> Edition:
    """The newest edition, after it has answered a question; one that cannot is opened anew by who
    asks next. Raises StoreError when there is none.
    """
    served = newest()
    with pinned(served):
        rows("SELECT count(*) AS n FROM area")
    return served


def find(version: str) -> Edition | None:
    """The open edition of that version, None when there is none."""
    newest()
    return next((e for e in reversed(_latest) if e.version == version), None)


@contextmanager
def pinned(chosen: Edition | None = None) -> Iterator[Edition]:
    """Use one edition until the end: the `chosen`, else the one that is pinned already, else the
    newest.
    """
    token = _pinned.set(chosen or edition())
    try:
        yield edition()
    finally:
        _pinned.reset(token)


def bound(make: Callable[[], T]) -> Callable[[], T]:
    """What is made later, of the edition in use now."""
    now = edition()

    def made() -> T:
        with pinned(now):
            return make()

    return made


def cached(most: int | None = None) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Keep the `most` last results (all, when not given) of a function, apart for every edition."""

    def decorate(read: Callable[P, T]) -> Callable[P, T]:
        @wraps(read)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            kept = edition().kept
            known = kept.get(call)
            if known is None:
                known = kept.setdefault(call, lru_cache(most)(read))
            result: T = known(*args, **kwargs)
            return result

        return call

    return decorate


class ByArea(Generic[T]):
    """What is known of one area, kept for some time; `load` reads it for many areas at once, which
    is far quicker.

    `read` gives it for areas by code; an area that it leaves out has `empty()`.
    """

    def __init__(
        self,
        read: Callable[[Sequence[str]], dict[str, T]],
        empty: Callable[[], T],
        most: int = 1024,
    ) -> None:
        self.read, self.empty, self.most = read, empty, most

    def __call__(self, code: str) -> T:
        """What is known of an area."""
        known: T | None = edition().kept.get(self, {}).get(code)
        return known if known is not None else self.load([code])[code]

    def load(self, codes: Sequence[str]) -> dict[str, T]:
        """Read some areas and keep them, for `most` or as many as these in place of what was kept
        longest.
        """
        now = edition()
        read = self.read(codes)
        new = {code: read.get(code) or self.empty() for code in codes}
        now.kept[self] = dict(
            [*now.kept.get(self, {}).items(), *new.items()][-max(self.most, len(new)) :]
        )
        return new


def _asked() -> tuple[str, object]:
    """The file or folder to serve, and what tells it from another that takes its place.

    With plain paths, for every question that is asked outside of `pinned` begins here.
    """
    named = os.environ.get("CULTUURATLAS_DATABASE")  # looked at for every question: not parsed
    file = named or str(DATABASE)
    status = _status(file)
    if status is None and not named:
        file = str(EDITION)
        status = _status(file)
    if status and stat.S_ISDIR(status.st_mode):
        status = _status(f"{file}/{sums.FILE}")
    return file, (file, status.st_ino, status.st_mtime_ns, status.st_size) if status else (file,)


def _status(file: str) -> os.stat_result | None:
    try:
        return os.stat(file)
    except OSError:
        return None


def _opened(path: str, stamp: object) -> Edition:
    """The edition of a file, or with the reason the embedded one where nothing is served yet."""
    file = Path(path)
    if file.is_dir():
        return Edition(_unpacked(file), stamp)
    try:
        if not file.exists():
            raise StoreError("database_missing", file.name)
        status = _status(path)
        return Edition(_attached(file), stamp, file=(path, status))
    except StoreError as e:
        if _latest:
            raise
        return Edition(_unpacked(EDITION), stamp, e)


def _attached(file: Path) -> duckdb.DuckDBPyConnection:
    """A database file, read-only.

    Attached to a database of its own and not connected to: DuckDB gives who connects to a path
    again the file that was there before.
    """
    con = limits.connected()
    try:
        con.execute(f"ATTACH '{str(file).replace(chr(39), 2 * chr(39))}' AS file (READ_ONLY)")
        for table in schema():
            con.execute(f"CREATE VIEW {table} AS FROM file.{table}")
    except duckdb.Error as e:
        raise StoreError("database_unreadable", f"{file.name}: {_first(e)}") from e
    return _checked(con, file.name)


def _unpacked(folder: Path) -> duckdb.DuckDBPyConnection:
    """The folder of an edition, read into memory, when every file is the one that the edition names.

    The hashes are read first and compared last: of an edition that is swapped meanwhile nothing is
    mixed, it is refused, and read by who asks next.
    """
    con = limits.connected()
    try:
        named = sums.hashes((folder / sums.FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError) as e:
        raise StoreError("edition_missing", f"{folder.name}/{sums.FILE}") from e

    def read(table: str) -> None:
        file = folder / f"{table}.parquet"
        try:
            con.cursor().execute(
                f"CREATE TABLE {table} AS SELECT * FROM read_parquet(?)", [str(file)]
            )
            hashed = sums.digest(file.read_bytes())
        except (OSError, duckdb.Error) as e:
            key = "edition_unreadable" if file.exists() else "edition_missing"
            detail = f": {_first(e)}" if file.exists() else ""
            raise StoreError(key, f"{folder.name}/{file.name}{detail}") from e
        if hashed != named.get(file.name):
            raise StoreError(
                "edition_unreadable", f"{folder.name}/{file.name}: not as {sums.FILE} says"
            )

    with ThreadPoolExecutor() as pool:  # a file is unpacked by one thread
        list(pool.map(read, schema()))
    return _checked(con, folder.name)


def _checked(con: duckdb.DuckDBPyConnection, name: str) -> duckdb.DuckDBPyConnection:
    """The connection, locked, after a look at every column of the schema."""
    try:
        for table, declared in schema().items():
            con.execute(f"SELECT {', '.join(declared.columns)} FROM {table} LIMIT 1")
        if not con.execute(
            "SELECT id, built_at, mirror, compared, compared_at FROM build"
        ).fetchone():
            raise StoreError("database_unreadable", f"{name}: table build is empty")
        con.execute("SET enable_external_access = false")
        con.execute("SET lock_configuration = true")
    except duckdb.Error as e:
        raise StoreError("database_unreadable", f"{name}: {_first(e)}") from e
    return con


def _first(error: Exception) -> str:
    """What DuckDB says, without the folders of this machine, for readers see it."""
    return re.sub(r"(?:/[^/\s\"']+)*/(?=[^/\s])", "", str(error).splitlines()[0])[:200]


def answered(ask: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """What is asked of the edition in use, within its limits.

    Raises StoreError when it takes too long or too much memory, and when the database is not what
    it was: then whoever asks next opens it anew.
    """
    now = edition()
    cursor = now.connection.cursor()
    try:
        with limits.watched(cursor):
            answer = ask(cursor)
    except (duckdb.InterruptException, duckdb.OutOfMemoryException) as e:
        log.warning("a question was stopped: %s", _first(e))
        raise StoreError("database_busy", "") from e
    except duckdb.Error as e:
        if not isinstance(e, LOST) and not now.overwritten:
            raise
        raise _lost(now, _first(e)) from e
    if now.overwritten:
        raise _lost(now, "the file was written to")
    return answer


def _lost(edition: Edition, reason: str) -> StoreError:
    """No edition is served any more from this database; what to raise."""
    log.error("the database is lost: %s", reason)
    with _opening, suppress(ValueError):
        _latest.remove(edition)
    return StoreError("database_lost", "")


def rows(sql: str, *args: Any) -> list[dict[str, Any]]:
    """The result of a parameterised query, a dict per row."""

    def ask(cursor: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
        cursor.execute(sql, list(args))
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    return answered(ask)


def arrays(sql: str, *args: Any) -> dict[str, Any]:
    """The result of a query as numpy arrays; what is not there is nan, or None among text."""
    columns = answered(lambda cursor: cursor.execute(sql, list(args)).fetchnumpy())
    return {
        name: values.filled(None if values.dtype == object else np.nan)
        if isinstance(values, np.ma.MaskedArray)
        else values
        for name, values in columns.items()
    }


def table(name: str) -> pyarrow.Table:
    """A whole table of the schema. Raises KeyError for any other."""
    if name not in schema():
        raise KeyError(name)
    whole: pyarrow.Table = answered(
        lambda cursor: cursor.sql(f"SELECT * FROM {name}").to_arrow_table()
    )
    return whole


@cached()
def build() -> dict[str, Any]:
    """The one row of `build`."""
    return rows("SELECT * FROM build")[0]


@cached()
def version() -> str:
    """The version of everything that is served: the build, the one it was compared with, our code,
    texts and templates, and the libraries. Whatever may be kept for ever has it in its address.
    """
    digest = hashlib.sha256(str(build()["compared"]).encode())
    files = (
        p
        for folder in ("dashboard", "pipelines")
        for p in (ROOT / folder).rglob("*")
        if p.suffix in SHAPING
    )
    for file in [*sorted(files), ROOT / "data" / "schema.sql", ROOT / "requirements.lock"]:
        digest.update(file.read_bytes())
    return f"{build()['id']}-{digest.hexdigest()[:12]}"
