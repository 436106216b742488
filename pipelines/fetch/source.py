"""What a source is, its snapshots, and the requests that make them.

A source is a file in `pipelines/sources` with four names: `SOURCE` (who publishes what, under which
licence), `probe(get)` (one or two small requests: does it answer in the shape we read? returns its
newest period), `fetch(get)` (the requests, in order) and `tidy(payloads, indicators)` (pure:
payloads to tables). The client is in `http.py`; snapshots with URL, time and sha256, resuming and
the lock are here.

A fetch writes to `<raw>/<source>.part/`. When it is complete, `tidy` accepts it and it is not much
smaller than the last good snapshot, the folder replaces `<raw>/<source>/`; until then that one
stays. What it replaces is kept as `<raw>/<source>.previous/` until a build with the new one has
passed. What will surprise you: a download that failed on the way is kept and resumed; one that was
complete but wrong (a vanished column, a value out of range) is thrown away, or the next run would
resume the poison. So is a page whose next link leads nowhere.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import importlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import httpx
import pandas as pd

from pipelines import PipelineError
from pipelines.catalogue import ROOT, Catalogue, Indicator
from pipelines.fetch.http import (
    COMPILED as COMPILED,
)  # a source's file needs no other module than this one
from pipelines.fetch.http import FILE_MEGABYTES, Http, Parse, parse_bytes, parse_file, parse_json
from pipelines.fetch.http import NoEndpoint as NoEndpoint

RAW = ROOT / "data" / "raw"
FRESH = timedelta(days=1)
LEAST = 0.9  # of the rows of the last good snapshot
FEW = 2  # rows that may go without a question: a kind of five loses one on any day
MANIFEST = "manifest.json"
COUNTS = "rows per table"  # beside the payloads in a manifest; no payload is called so
PARTS = {
    "place": "kind",
    "tie": "kind",
    "outline": "level",
}  # tables whose rows are counted per this column as well
_HELD: set[Path] = set()  # the locks of this process
RECORD = {"url", "key", "retrieved", "via", "version", "binary", "rows", "file", "sha256", "bytes"}

Payloads = Mapping[str, Any]
Tables = dict[str, pd.DataFrame]
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Who publishes what. `licence` is an SPDX id, or one of ours: `none-stated`, `source-named`
    (the only condition), `facts-quoted`.

    `url` is blank where we compute it ourselves: the dashboard says how.
    """

    title: str
    publisher: str
    licence: str
    url: str
    cadence: str
    attribution: str


class SourceModule(Protocol):
    """The four names of a source file."""

    SOURCE: Source

    def probe(self, get: Get) -> str: ...  # noqa: D102
    def fetch(self, get: Get) -> None: ...  # noqa: D102
    def tidy(self, payloads: Payloads, indicators: list[Indicator]) -> Tables: ...  # noqa: D102


class SourceError(PipelineError):
    """A source answered wrongly; the text names source, URL and problem."""


class RequestFailed(SourceError):
    """A request did not get what it asked for; what came before it is right and can be resumed."""


class StorageError(PipelineError):
    """The disk refused, not a publisher; the text names source, file and what to do."""


def module(name: str) -> SourceModule:
    """The source file of that name."""
    return cast(SourceModule, importlib.import_module(f"pipelines.sources.{name}"))


class Get:
    """What a source's `fetch` calls: one named request that leaves a snapshot.

    `get("page/0", url, params=...)` returns the parsed body. A snapshot of the same request is used
    again instead when it is younger than a day or, with `version` (the publisher's own date of
    change), when that is unchanged; else the server is asked with If-None-Match or
    If-Modified-Since where it gave the means. `asked` are the URLs that the network was asked for.
    """

    def __init__(
        self, source: str, http: Http, raw: Path, refresh: bool, say: Callable[[str], None]
    ) -> None:
        self.source, self.http, self.refresh, self.say = source, http, refresh, say
        self.good, self.part = raw / source, raw / f"{source}.part"
        self.records: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self._last_good = self._readable(self.good)
        self._resumable = {} if refresh else self._readable(self.part)
        if not self._resumable:
            shutil.rmtree(self.part, ignore_errors=True)
        with _storing(source, self.part):
            self.part.mkdir(parents=True, exist_ok=True)

    def _readable(self, folder: Path) -> dict[str, dict[str, Any]]:
        """What is in a snapshot; nothing where our own manifest is damaged, for all of it can be
        fetched again.
        """
        try:
            return _manifest(folder)
        except PipelineError as e:
            self.say(f"  {e}")
            return {}

    def __call__(
        self,
        name: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        binary: bool = False,
        file: bool = False,
        megabytes: float = 0,
        version: str | None = None,
        patience: float = 0,
        check: Callable[[Any], None] | None = None,
        rows: Callable[[Any], int] | None = None,
    ) -> Any:
        """The parsed body of one request; `check` raises ValueError where the body is well formed
        but wrong.

        It is JSON, or with `binary` the bytes, or with `file` the path of a file that was never in
        memory. `megabytes` is a cap of its own for an answer that may be larger than others; `rows`
        counts the publisher's rows in a body, for the record of the source.
        """
        linked, url = url, self.http.canonical(url)
        shown = str(httpx.URL(url, params=dict(params))) if params else url
        key = (
            shown
            if not data
            else f"{shown}#{hashlib.sha256(repr(sorted(data.items())).encode()).hexdigest()[:12]}"
        )
        parser: Parse = parse_file if file else parse_bytes if binary else parse_json

        def parse(body: Path, content_type: str) -> Any:
            parsed = parser(body, content_type)
            if check:
                check(parsed)
            return parsed

        old, folder = self._old(name, key)
        if old and folder and self._usable(old, version, folder):
            return parser(self._keep(name, old, folder), "")
        conditional = dict(headers or {})
        if old and folder == self.good and not self.refresh and not version:
            conditional |= {"If-None-Match": old["etag"]} if old.get("etag") else {}
            conditional |= (
                {"If-Modified-Since": old["last_modified"]} if old.get("last_modified") else {}
            )
        if len(self.asked) >= self.http.requests:
            problem = (
                f"more than {self.http.requests:,} requests; if it is right that there are so many"
            )
            raise self.fail(shown, f"{problem}, raise --requests")
        self.asked.append(shown)
        suffix = "".join(Path(httpx.URL(url).path).suffixes) if file else "" if binary else ".json"
        path = self.part / (re.sub(r"[^\w.-]+", "_", name) + suffix)
        new = path.with_name(f"{path.name}.{os.getpid()}.new")
        try:
            with _storing(self.source, path):
                received, parsed = self.http.read(
                    url,
                    new,
                    parse=parse,
                    megabytes=megabytes or (FILE_MEGABYTES if file else 0),
                    params=params,
                    data=data,
                    headers=conditional,
                    patience=patience,
                )
                if received.status == 304 and old and folder:
                    return parser(self._keep(name, old, folder), "")
                new.replace(path)
        except ValueError as e:
            if not params:
                self._forget(self._naming(linked))
            raise RequestFailed(f"{self.source}: {shown}: {e}") from e
        finally:
            with suppress(OSError):
                new.unlink(missing_ok=True)
        self._record(
            name,
            {
                "url": shown,
                "key": key,
                "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
                "via": self.http.via(url),
                "version": version,
                "binary": binary,
                **({"as_file": True} if file else {}),
                "etag": received.headers.get("ETag"),
                "last_modified": received.headers.get("Last-Modified"),
                "rows": rows(path if file else parsed) if rows else 0,
                "file": path.name,
                "sha256": received.sha256,
                "bytes": received.size,
            },
        )
        self.say(f"  {self.source}: {name} ({received.size / 1e3:,.0f} kB)")
        return path if file else parsed

    def first(self, *attempts: Callable[[], T]) -> T:
        """What the first attempt that does not fail returns: addresses or editions of the same
        thing, best first.

        An attempt that failed leaves no payload. Raises SourceError with all problems when every
        attempt failed.
        """
        problems: list[SourceError] = []
        for attempt in attempts:
            before = set(self.records)
            try:
                return attempt()
            except SourceError as e:
                problems.append(e)
                failed = {name: self.records.pop(name) for name in set(self.records) - before}
                self._resumable |= failed
                if not isinstance(e, RequestFailed):
                    self._forget(set(failed))
                if len(attempts) > 1:
                    self.say(f"  {e}")
        kind = RequestFailed if any(isinstance(e, RequestFailed) for e in problems) else SourceError
        raise kind("; ".join(map(str, problems)))

    def fail(self, url: str, problem: str) -> SourceError:
        """The error for a body that is well formed but not usable; raise it. What came is not
        resumed.
        """
        return SourceError(f"{self.source}: {self.http.canonical(url)}: {problem}")

    def _naming(self, url: str) -> set[str]:
        """The payloads that name an address, as a next link does."""
        return {
            n
            for n, r in self.records.items()
            if not r["binary"] and url in str(_payload(self.part, r))
        }

    def _forget(self, names: set[str]) -> None:
        if not names:
            return
        for name in names:
            record = self.records.pop(name, None) or self._resumable[name]
            self._resumable.pop(name, None)
            (self.part / record["file"]).unlink(missing_ok=True)
        with _storing(self.source, self.part / MANIFEST):
            _write_manifest(self.part, {**self._resumable, **self.records})

    def _old(self, name: str, key: str) -> tuple[dict[str, Any] | None, Path | None]:
        for folder, manifest in ((self.part, self._resumable), (self.good, self._last_good)):
            old = manifest.get(name)
            same = (
                old
                and old["key"] == key
                and old["via"] == self.http.via(key)
                and (folder / old["file"]).exists()
            )
            if old and same and (folder == self.good or _is_unchanged(folder, old)):
                return old, folder
        return None, None

    def _usable(self, old: dict[str, Any], version: str | None, folder: Path) -> bool:
        if self.refresh and folder == self.good:
            return False
        if version is not None:
            return bool(old.get("version") == version)
        return datetime.now(UTC) - datetime.fromisoformat(old["retrieved"]) < FRESH

    def _keep(self, name: str, old: dict[str, Any], folder: Path) -> Path:
        kept, path = folder / old["file"], self.part / old["file"]
        if not _is_unchanged(folder, old):
            raise SourceError(
                f"{self.source}: {old['url']}: the snapshot {old['file']} was changed on disk; use --refresh"
            )
        if folder != self.part:
            with _storing(self.source, path):
                shutil.copyfile(kept, path)
        self._record(name, old)
        return path

    def _record(self, name: str, record: dict[str, Any]) -> None:
        self.records[name] = record
        with _storing(self.source, self.part / MANIFEST):
            _write_manifest(self.part, {**self._resumable, **self.records})


def fetch(
    name: str,
    catalogue: Catalogue,
    http: Http,
    raw: Path = RAW,
    refresh: bool = False,
    say: Callable[[str], None] = print,
    accept: bool = False,
) -> dict[str, int]:
    """Fetch one source and, when `tidy` accepts what came, make it the last good snapshot.

    Returns the number of requests and payloads, and the rows of each table. Raises SourceError;
    then the previous snapshot is untouched. So it does when less than 90 % of the last good rows
    came, unless `accept` takes that.
    """
    source = module(name)
    get = Get(name, http, raw, refresh, say)
    try:
        try:
            source.fetch(get)
        except (PipelineError, OSError):
            raise
        except Exception as e:  # an answer of another shape than the source's file expects
            raise get.fail(source.SOURCE.url, f"unexpected answer ({type(e).__name__}: {e})") from e
        tables = tidied(name, catalogue, get.part, get.records)
        counts = counted(tables)
        if not accept:
            _not_cut_short(name, counts, _last_counts(name, catalogue, get.good))
        with _storing(name, get.part / MANIFEST):
            _write_manifest(get.part, {**get.records, COUNTS: counts})
            for file in get.part.iterdir():  # leftovers of an older, different request list
                if file.name not in {MANIFEST, *(r["file"] for r in get.records.values())}:
                    file.unlink()
    except (RequestFailed, StorageError):
        if not get.records and not get._resumable:
            shutil.rmtree(get.part, ignore_errors=True)
        raise
    except Exception:
        shutil.rmtree(get.part, ignore_errors=True)
        raise
    with _storing(name, get.good):
        if get.good.exists():
            get.good.rename(raw / f"{name}.old")
        get.part.rename(get.good)
        _swapped(raw, name)
    rows = {t: len(df) for t, df in tables.items()} | (
        {"skipped": skipped(tables)} if skipped(tables) else {}
    )
    return {"requests": len(get.asked), "payloads": len(get.records), **rows}


def skipped(tables: Tables) -> int:
    """How many of the publisher's rows `tidy` could not use and said so: `attrs["skipped"]` of a
    table.
    """
    return sum(df.attrs.get("skipped", 0) for df in tables.values())


def _swapped(raw: Path, name: str) -> None:
    """Finish, or undo, the exchange of a snapshot: what it replaced becomes the previous one.

    When there is a previous one already, that of the last build that passed, it stays.
    """
    good, old, previous = raw / name, raw / f"{name}.old", raw / f"{name}.previous"
    if not old.exists():
        return
    if not good.exists():
        old.rename(good)
    elif previous.exists():
        shutil.rmtree(old)
    else:
        old.rename(previous)


def settle(raw: Path) -> None:
    """A build of the snapshots in `raw` has passed: the ones before them are not needed any
    more.
    """
    for previous in raw.glob("*.previous"):
        with _storing(previous.stem, previous):
            shutil.rmtree(previous)


def restore(raw: Path, name: str) -> str:
    """Put the snapshot of before back, which is that of the last build that passed; returns since
    when it is.

    Raises PipelineError where there is none.
    """
    good, previous = raw / name, raw / f"{name}.previous"
    with _storing(name, good):
        if not previous.exists():
            raise PipelineError(
                f"{name}: nothing to restore; what a fetch replaced is kept until a build has passed"
            )
        said = snapshot(previous)["retrieved"]
        shutil.rmtree(good, ignore_errors=True)
        previous.rename(good)
    return str(said)


@contextmanager
def locked(folder: Path, command: str) -> Iterator[None]:
    """Keep the folder to one command; a second one is told at once, by PipelineError, which it is
    and since when.

    A command may lock a folder that it has locked already, as when snapshots and database are in
    one.
    """
    file = (folder / ".lock").resolve()
    if file in _HELD:
        yield
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = file.open("a+", encoding="utf-8")
    except OSError as e:
        raise StorageError(f"{command}: {_refused(file, e)}") from e
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            lock.seek(0)
            held = lock.read() or "another command"
            raise PipelineError(
                f"{command}: {held} is at work in {folder}; run this again when it is done"
            ) from e
        lock.truncate(0)
        lock.write(
            f"`{command}` of {datetime.now().astimezone():%d %B %Y %H:%M:%S} (process {os.getpid()})"
        )
        lock.flush()
        for kept in folder.glob(f"*.old/{MANIFEST}"):  # the command before this one was killed
            _swapped(folder, kept.parent.stem)
        _HELD.add(file)
        try:
            yield
        finally:
            _HELD.remove(file)


@contextmanager
def _storing(source: str, file: Path) -> Iterator[None]:
    """What the disk refuses is told with source, file and what to do; it is never the publisher's
    fault.
    """
    try:
        yield
    except OSError as e:
        raise StorageError(f"{source}: {_refused(file, e)}") from e


def _refused(file: Path, e: OSError) -> str:
    full, closed = (
        (errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        (errno.EROFS, errno.EACCES, errno.EPERM),
    )
    way = (
        "make room"
        if e.errno in full
        else "make its folder writable or choose another (--raw)"
        if e.errno in closed
        else "see to the disk"
    )
    return f"cannot write {file}: {e.strerror or e}; {way} and run the same command again"


def counted(tables: Tables) -> dict[str, int]:
    """Rows per table and, as `place museum`, per kind of place and tie and per level of outline."""
    counts = {table: len(df) for table, df in tables.items()}
    for table, column in PARTS.items():
        if column in tables.get(table, ()):
            counts |= {
                f"{table} {what}": int(n)
                for what, n in tables[table][column].value_counts().items()
            }
    return counts


def _not_cut_short(name: str, counts: Mapping[str, int], last: Mapping[str, int]) -> None:
    """Refuse when any count is below 90 % of the last good one, but for a row or two of a small
    kind.
    """
    short = [
        f"{what}: {counts.get(what, 0):,} rows came and there were {n:,}"
        for what, n in last.items()
        if counts.get(what, 0) < LEAST * n and (n - counts.get(what, 0) > FEW or what not in counts)
    ]
    if short:
        raise SourceError(
            f"{name}: cut short, {'; '.join(short)}; the last good snapshot stays. If it is right, take it knowingly: "
            f"python -m pipelines fetch {name} --accept {name}"
        )


def _last_counts(name: str, catalogue: Catalogue, folder: Path) -> dict[str, int]:
    """The counts of the last good snapshot: from its manifest or, when it is older than those, from
    its tables.
    """
    try:
        counts = _read_manifest(folder).get(COUNTS)
        return dict(
            counts or (counted(tidied(name, catalogue, folder)) if _manifest(folder) else {})
        )
    except PipelineError:  # no good any more: damaged, or of a shape that is read no longer
        return {}


def tidied(
    name: str, catalogue: Catalogue, folder: Path, manifest: Mapping[str, Any] | None = None
) -> Tables:
    """The tables of a snapshot, or of the payloads in `manifest` alone.

    Raises SourceError with source, URL and problem when they are not what they must be.
    """
    manifest = _manifest(folder) if manifest is None else manifest
    urls = [r["url"] for r in manifest.values()]
    shown = (
        f"{urls[0]}{f' and {len(urls) - 1} more' if len(urls) > 1 else ''}" if urls else folder.name
    )
    payloads = {payload: _payload(folder, record) for payload, record in manifest.items()}
    try:
        tables = module(name).tidy(payloads, catalogue.of_source(name))
        for table, df in tables.items():
            if df.empty:
                raise ValueError(f"no rows for table {table}")
        _in_range(tables.get("observation"), catalogue)
        _in_the_netherlands(tables)
    except (PipelineError, MemoryError):
        raise
    except Exception as e:  # whatever a source's file trips over is wrong with what came
        field = re.search("'[^']+'", str(e)) if isinstance(e, KeyError) else None
        problem = (
            f"field {field[0]} is gone" if field else e if isinstance(e, ValueError) else repr(e)
        )
        raise SourceError(f"{name}: {shown}: {problem}") from e
    return tables


def load_payloads(folder: Path) -> dict[str, Any]:
    """Name to payload of a snapshot: parsed JSON, bytes, or the path of what was asked for as a
    file.
    """
    return {name: _payload(folder, record) for name, record in _manifest(folder).items()}


def _payload(folder: Path, record: Mapping[str, Any]) -> Any:
    file = folder / record["file"]
    try:
        if record.get("as_file"):
            return parse_file(file)
        return file.read_bytes() if record["binary"] else json.loads(file.read_bytes())
    except (OSError, ValueError) as e:
        raise _damaged(file, e) from e


def snapshot(folder: Path) -> dict[str, Any]:
    """What a snapshot is: URLs, time of the oldest part, one sha256 over all parts, and how it was
    reached.
    """
    records = _manifest(folder)
    if not records:
        raise SourceError(
            f"{folder.name}: no snapshot in {folder.parent.name}; run `python -m pipelines fetch`"
        )
    digest = hashlib.sha256(
        "".join(r["sha256"] for _, r in sorted(records.items())).encode()
    ).hexdigest()
    return {
        "retrieved": min(r["retrieved"] for r in records.values()),
        "sha256": digest,
        "rows": sum(r["rows"] for r in records.values()),
        "via": next(
            v
            for v in ("mirror", "compiled", "live")
            if any(r["via"] == v for r in records.values())
        ),
    }


def _in_range(observation: pd.DataFrame | None, catalogue: Catalogue) -> None:
    """Refuse a figure outside what its indicator can be. Amounts still to be divided are checked in
    the build.
    """
    if observation is None:
        return
    for name, rows in observation.groupby("indicator", sort=False):
        indicator = catalogue.indicators[str(name)]
        if indicator.denominator:
            continue
        lo, hi = indicator.range
        wrong = rows[(rows["value"] < lo) | (rows["value"] > hi)]
        if len(wrong):
            first = wrong.iloc[0]
            raise ValueError(
                f"{indicator.id} ({indicator.column!r}): {first['value']:g} in area {first['area']} is outside "
                f"{lo:g} to {hi:g}; {len(wrong):,} such values"
            )


def _in_the_netherlands(tables: Tables) -> None:
    """Refuse coordinates that are no coordinates; a place abroad within the box is dropped by the
    build, not here.
    """
    for name, df in tables.items():
        if "lon" in df and "lat" in df:
            wrong = df[
                (~df["lon"].between(-1, 12) | ~df["lat"].between(48, 57)) & df["lon"].notna()
            ]
            if len(wrong):
                first = wrong.iloc[0]
                raise ValueError(
                    f"{name}: coordinates {first['lon']}, {first['lat']} are not near the Netherlands"
                )


def _is_unchanged(folder: Path, record: Mapping[str, Any]) -> bool:
    with (folder / record["file"]).open("rb") as body:
        return bool(hashlib.file_digest(body, "sha256").hexdigest() == record["sha256"])


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The record of every payload; nothing where there is no snapshot. Raises PipelineError when it
    is damaged.
    """
    records = {name: record for name, record in _read_manifest(folder).items() if name != COUNTS}
    for name, record in records.items():
        lacks = RECORD - record.keys() if isinstance(record, dict) else RECORD
        if lacks:
            raise _damaged(folder / MANIFEST, f"{name!r} lacks {', '.join(sorted(lacks))}")
    return records


def _read_manifest(folder: Path) -> dict[str, Any]:
    file = folder / MANIFEST
    try:
        found = json.loads(file.read_bytes()) if file.exists() else {}
    except (OSError, ValueError) as e:
        raise _damaged(file, e) from e
    if not isinstance(found, dict):
        raise _damaged(file, "not a JSON object")
    return found


def _damaged(file: Path, problem: object) -> PipelineError:
    name = file.parent.name.partition(".")[0]
    return PipelineError(
        f"{name}: our own file {file.parent.name}/{file.name} is damaged ({problem}); "
        f"`python -m pipelines fetch {name} --refresh` makes it anew"
    )


def _write_manifest(folder: Path, records: Mapping[str, Any]) -> None:
    new = folder / f"{MANIFEST}.{os.getpid()}.new"
    try:
        new.write_text(json.dumps(records, indent=1, ensure_ascii=False), encoding="utf-8")
        new.replace(folder / MANIFEST)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def described(name: str) -> dict[str, str]:
    """The source as a row: id and the fields of `Source`."""
    return {"id": name, **asdict(module(name).SOURCE)}
