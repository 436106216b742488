"""What a source is, and the only code that talks to the network.

A source is a file in `pipelines/sources` with four names: `SOURCE` (who publishes what, under which licence),
`probe(get)` (one or two small requests: does it answer in the shape we read? returns its newest period), `fetch(get)`
(the requests, in order) and `tidy(payloads, indicators)` (pure: payloads to tables). Everything else is
here: retries, politeness, mirror rewriting, snapshots with URL, time and sha256, and resuming.

A fetch writes to `<raw>/<source>.part/`. When it is complete, `tidy` accepts it and it has hardly fewer rows than the
last good snapshot, the folder replaces `<raw>/<source>/`; until then the last good snapshot stays, and after that it
stays as `<raw>/<source>.previous/` until a build with the new one has passed. What will surprise you: a download that
failed on the way is kept and resumed; one that was complete but wrong (a vanished column, a value out of range) is
thrown away, and so is a page whose next link led nowhere, or the next run would resume the poison.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import httpx
import pandas as pd
import tenacity

from pipelines import PipelineError
from pipelines.catalogue import ROOT, Catalogue, Indicator

RAW = ROOT / "data" / "raw"
FRESH = timedelta(days=1)
USER_AGENT = "Cultuuratlas/0.1 (public dashboard of cultural participation; open-data pipeline{})"
COMPILED = "compiled:"
RETRY_STATUS = {429, 500, 502, 503, 504}
MOST_BYTES = 300_000_000  # of one body, unpacked; an extract of OpenStreetMap has up to 250 MB
REFUSAL_BYTES = 100_000  # of an answer that is no data, read for what it says
MOST_SECONDS = 900.0  # for one request, from the first byte sent to the last one read
MOST_REQUESTS = 1_000  # of one source; pages without end are an error of the publisher
LEAST_ROWS_KEPT = 0.9  # of the last good snapshot, below which an answer was probably cut short
FEW_ROWS = 20  # a table or kind of fewer rows may shrink by any number
COUNTED_BY = {"place": "kind", "tie": "kind", "outline": "level", "area": "level"}
PREVIOUS = ".previous"
MANIFEST, COUNTS = "manifest.json", "counts.json"

Payloads = Mapping[str, Any]
Tables = dict[str, pd.DataFrame]
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Who publishes what. `licence` is an SPDX id, or one of ours: `none-stated`, `source-named` (the only
    condition), `facts-quoted`.

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


class NoEndpoint(PipelineError):
    """The figures were compiled by hand from publications; nobody serves them and no compilation was pointed at."""


class _Failed(Exception):
    """One request failed; `transient` says whether another attempt may help."""

    def __init__(self, problem: str, transient: bool = True, retry_after: float = 0) -> None:
        super().__init__(problem)
        self.transient, self.retry_after = transient, retry_after


def module(name: str) -> SourceModule:
    """The source file of that name."""
    return cast(SourceModule, importlib.import_module(f"pipelines.sources.{name}"))


class Http:
    """A polite client: a real User-Agent, timeouts, a pause per host, retries with backoff that respect Retry-After.

    `mirror` rewrites `https://<host>/<path>` to `<mirror>/<host>/<path>` in this one place, and recorded URLs stay the
    live ones. `contact` is a mail or web address for the publisher, in every User-Agent. `compiled:<path>` stands for
    a file that no publisher serves: `<mirror>/files/<path>`, or `<path>` under `compiled` when that is given.
    """

    def __init__(
        self,
        mirror: str | None = None,
        compiled: str | None = None,
        attempts: int = 4,
        wait: float = 2.0,
        timeout: float = 150.0,
        pause: float = 0.1,
        contact: str | None = None,
        most_bytes: int = MOST_BYTES,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self.mirror = (mirror or "").rstrip("/")
        self.compiled = (compiled or "").rstrip("/")
        self.attempts, self.wait, self.pause = attempts, wait, pause
        self.most_bytes, self.most_seconds = most_bytes, most_seconds
        self.answers = 0  # of whatever status
        self._last: dict[str, float] = {}
        self._client = httpx.Client(
            headers={
                "User-Agent": USER_AGENT.format(f"; {contact}" if contact else ""),
                "Accept": "application/json, */*;q=0.5",
            },
            timeout=httpx.Timeout(timeout, connect=min(timeout, 20)),
            follow_redirects=True,
        )

    def via(self, url: str) -> str:
        """`mirror`, `live` or `compiled` (by hand, from publications): where the bytes really come from."""
        if url.startswith(COMPILED) and self.compiled:
            return "compiled"
        return "mirror" if self.mirror else "live"

    def canonical(self, url: str) -> str:
        """The publisher's own address, also when the mirror wrote it into a next link."""
        if self.mirror and url.startswith(self.mirror + "/"):
            return "https://" + url[len(self.mirror) + 1 :]
        return url

    def address(self, url: str) -> str:
        """Where the request goes. Raises NoEndpoint for a compiled file that nobody serves."""
        if url.startswith(COMPILED):
            base = self.compiled or (f"{self.mirror}/files" if self.mirror else "")
            if not base:
                raise NoEndpoint("no publisher serves this file; set CULTUURATLAS_COMPILED to where the compilation is")
            return f"{base}/{url[len(COMPILED) :]}"
        return re.sub(r"^https?://", self.mirror + "/", url) if self.mirror else url

    def read(
        self,
        url: str,
        *,
        file: Path,
        parse: Callable[[Path, str], Any],
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = 0,
    ) -> tuple[httpx.Response, Any]:
        """Request, retry, parse. The body goes to `file`, unpacked; after a failure there is no such file.

        `parse(file, content_type)` raises ValueError on a body that is not what it claims. `patience` is the least
        number of seconds to wait after a 429 or 503. Raises ValueError with the problem.
        """

        def pace(state: tenacity.RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            after = error.retry_after if isinstance(error, _Failed) else 0
            return min(max(after, self.wait * 2 ** (state.attempt_number - 1)), 120) if self.wait else 0

        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.attempts),
            wait=pace,
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, _Failed) and e.transient),
            reraise=True,
        )
        try:
            return retrying(self._once, url, file, parse, params, data, headers, patience)
        except _Failed as e:
            file.unlink(missing_ok=True)
            raise ValueError(str(e)) from e

    def _once(
        self, url: str, file: Path, parse: Any, params: Any, data: Any, headers: Any, patience: float
    ) -> tuple[httpx.Response, Any]:
        address = self.address(url)
        host = httpx.URL(url).host if not url.startswith(COMPILED) else COMPILED
        time.sleep(max(0.0, self._last.get(host, 0) + self.pause - time.monotonic()))
        request = self._client.build_request(
            "POST" if data else "GET", address, params=params, data=data, headers=headers
        )
        try:
            response, refusal = self._before_the_deadline(request, file)
        except httpx.TimeoutException as e:
            raise _Failed(f"timed out ({type(e).__name__})") from e
        except httpx.TransportError as e:
            raise _Failed(f"connection failed: {e or type(e).__name__}") from e
        except httpx.RequestError as e:  # a body that cannot be decompressed, redirects without end
            raise _Failed(f"unusable answer: {e or type(e).__name__}") from e
        finally:
            self._last[host] = time.monotonic()
        self.answers += 1
        if response.status_code == 304:
            return response, None
        if response.status_code >= 400:
            after = response.headers.get("Retry-After", "")
            transient = response.status_code in RETRY_STATUS
            raise _Failed(
                f"HTTP {response.status_code} {response.reason_phrase}{_hint(refusal)}",
                transient,
                max(patience if response.status_code in (429, 503) else 0, float(after) if after.isdigit() else 0),
            )
        try:
            return response, parse(file, response.headers.get("Content-Type", ""))
        except ValueError as e:
            raise _Failed(str(e)) from e

    def _before_the_deadline(self, request: httpx.Request, file: Path) -> tuple[httpx.Response, bytes]:
        """The response, with its body in `file` or, where it is a refusal, beside it.

        In a thread of its own, for a server may let every single read just not time out. A thread that is still at it
        after the deadline is left behind; it ends with the process.
        """
        answer: Future[tuple[httpx.Response, bytes]] = Future()

        def work() -> None:
            try:
                answer.set_result(self._received(request, file))
            except BaseException as e:
                answer.set_exception(e)

        threading.Thread(target=work, daemon=True).start()
        try:
            return answer.result(timeout=self.most_seconds)
        except FutureTimeout as e:
            more = "a later try or --most-seconds may help"
            raise _Failed(f"not complete after {self.most_seconds:,.0f} seconds; {more}", False) from e

    def _received(self, request: httpx.Request, file: Path) -> tuple[httpx.Response, bytes]:
        until = time.monotonic() + self.most_seconds
        response = self._client.send(request, stream=True)
        try:
            if response.status_code != 200:
                return response, next(response.iter_bytes(REFUSAL_BYTES), b"")
            size = 0
            with file.open("wb") as out:
                for chunk in response.iter_bytes():
                    size += len(chunk)
                    if size > self.most_bytes:
                        raise _Failed(f"more than {self.most_bytes / 1e6:,.0f} MB; --most-mb allows more", False)
                    if time.monotonic() > until:  # nobody waits for it any more
                        break
                    out.write(chunk)
            return response, b""
        finally:
            response.close()


def parse_json(file: Path, content_type: str) -> Any:
    """JSON, or a ValueError that says what came instead."""
    body = file.read_bytes()
    _not_html(body, content_type)
    try:
        return json.loads(body)
    except ValueError as e:
        raise ValueError(f"truncated or malformed JSON ({len(body):,} bytes; {e})") from e


def parse_bytes(file: Path, content_type: str) -> bytes:
    """A file as it is, unless it is a web page."""
    body = file.read_bytes()
    _not_html(body, content_type)
    if not body:
        raise ValueError("empty file")
    return body


def parse_file(file: Path, content_type: str) -> Path:
    """A file that stays on disk, unless it is a web page."""
    with file.open("rb") as start:
        _not_html(start.read(REFUSAL_BYTES), content_type)
    if not file.stat().st_size:
        raise ValueError("empty file")
    return file


def _not_html(body: bytes, content_type: str) -> None:
    if "html" in content_type.lower() or body.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        title = re.search(rb"<title>(.*?)</title>", body, re.I | re.S)
        text = title[1].decode("utf-8", "replace").strip() if title else ""
        raise ValueError(f"a web page came instead of data (title {text!r})")


def _hint(body: bytes) -> str:
    """What the server says of its refusal, when it says it in JSON."""
    try:
        refusal = json.loads(body)
    except ValueError:
        return ""
    texts = re.findall(r"'(?:value|message|detail|error)': '([^']{1,200})'", str(refusal))
    return f": {texts[0]}" if texts else ""


class Get:
    """What a source's `fetch` calls: one named request that leaves a snapshot.

    `get("page/0", url, params=...)` returns the parsed body. A snapshot of the same request is used again instead when
    it is younger than a day or, with `version` (the publisher's own date of change), when that is unchanged; else the
    server is asked with If-None-Match or If-Modified-Since where it gave the means.
    """

    def __init__(self, source: str, http: Http, raw: Path, refresh: bool, say: Callable[[str], None]) -> None:
        self.source, self.http, self.refresh, self.say = source, http, refresh, say
        self.good, self.part = raw / source, raw / f"{source}.part"
        self.records: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.requests = 0
        try:
            self._resumable = {} if refresh else _manifest(self.part)
        except PipelineError:
            self._resumable = {}
        if not self._resumable:
            shutil.rmtree(self.part, ignore_errors=True)
        self.part.mkdir(parents=True, exist_ok=True)
        self._last_good = {} if refresh else _manifest(self.good)

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
        version: str | None = None,
        patience: float = 0,
        check: Callable[[Any], None] | None = None,
        rows: Callable[[Any], int] | None = None,
        linked_from: str | None = None,
    ) -> Any:
        """The parsed body of one request; `check` raises ValueError where the body is well formed but wrong.

        `binary`: the bytes as they are; `file`: the path of the file that they went to, for a body that is too large
        for memory. `rows` counts the publisher's rows in a body, for the record of the source. `linked_from` names the
        page whose link this is: when it leads nowhere, that page is not resumed.
        """
        url = self.http.canonical(url)
        shown = str(httpx.URL(url, params=dict(params))) if params else url
        key = shown if not data else f"{shown}#{hashlib.sha256(repr(sorted(data.items())).encode()).hexdigest()[:12]}"
        parser = parse_file if file else parse_bytes if binary else parse_json

        def parse(body: Path, content_type: str) -> Any:
            parsed = parser(body, content_type)
            if check:
                check(parsed)
            return parsed

        old, folder = self._old(name, key)
        if old and folder and self._usable(old, version):
            return self._keep(name, old, folder, parser)
        conditional = dict(headers or {})
        if old and folder == self.good and not version:
            conditional |= {"If-None-Match": old["etag"]} if old.get("etag") else {}
            conditional |= {"If-Modified-Since": old["last_modified"]} if old.get("last_modified") else {}
        self.requests += 1
        self.asked.append(shown)
        if self.requests > MOST_REQUESTS:
            raise self.fail(shown, f"more than {MOST_REQUESTS:,} requests: its pages seem to have no end")
        body = self.part / (re.sub(r"[^\w.-]+", "_", name) + ("" if binary or file else ".json"))
        try:
            response, parsed = self.http.read(
                url, file=body, parse=parse, params=params, data=data, headers=conditional, patience=patience
            )
        except ValueError as e:
            if linked_from:
                self._forget({linked_from})
            raise SourceError(f"{self.source}: {shown}: {e}") from e
        if response.status_code == 304 and old and folder:
            return self._keep(name, old, folder, parser)
        self._save(
            name,
            body,
            {
                "url": shown,
                "key": key,
                "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
                "via": self.http.via(url),
                "version": version,
                "binary": binary or file,
                "path": file,
                "etag": response.headers.get("ETag"),
                "last_modified": response.headers.get("Last-Modified"),
                "rows": rows(parsed) if rows else 0,
            },
        )
        self.say(f"  {self.source}: {name} ({body.stat().st_size / 1e3:,.0f} kB)")
        return parsed

    def first(self, *attempts: Callable[[], T]) -> T:
        """What the first attempt that does not fail returns: addresses or editions of the same thing, best first.

        An attempt that failed leaves no payload. Raises SourceError with all problems when every attempt failed.
        """
        problems = []
        for attempt in attempts:
            before = set(self.records)
            try:
                return attempt()
            except SourceError as e:
                problems.append(str(e))
                self._forget(set(self.records) - before)
                if len(attempts) > 1:
                    self.say(f"  {e}")
        raise SourceError("; ".join(problems))

    def fail(self, url: str, problem: str) -> SourceError:
        """The error for a body that is well formed but not usable; raise it. What came is not resumed."""
        self._forget(set(self.records))
        return SourceError(f"{self.source}: {url}: {problem}")

    def _forget(self, names: set[str]) -> None:
        for name in names & set(self.records):
            (self.part / self.records.pop(name)["file"]).unlink()
            self._resumable.pop(name, None)
        _write_manifest(self.part, {**self._resumable, **self.records})

    def _old(self, name: str, key: str) -> tuple[dict[str, Any] | None, Path | None]:
        for folder, manifest in ((self.part, self._resumable), (self.good, self._last_good)):
            old = manifest.get(name)
            if old and old["key"] == key and old["via"] == self.http.via(key) and (folder / old["file"]).exists():
                return old, folder
        return None, None

    def _usable(self, old: dict[str, Any], version: str | None) -> bool:
        if version is not None:
            return bool(old.get("version") == version)
        return datetime.now(UTC) - datetime.fromisoformat(old["retrieved"]) < FRESH

    def _keep(self, name: str, old: dict[str, Any], folder: Path, parser: Callable[[Path, str], Any]) -> Any:
        body = self.part / old["file"]
        if folder != self.part:
            shutil.copyfile(folder / old["file"], body)
        if _digest(body) != old["sha256"]:
            raise SourceError(
                f"{self.source}: {old['url']}: the snapshot {old['file']} was changed on disk; use --refresh"
            )
        self._save(name, body, old)
        return parser(body, "")

    def _save(self, name: str, body: Path, record: dict[str, Any]) -> None:
        size, digest = body.stat().st_size, _digest(body)
        self.records[name] = {**record, "file": body.name, "sha256": digest, "bytes": size}
        _write_manifest(self.part, {**self._resumable, **self.records})


def _digest(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()


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

    Fewer rows than LEAST_ROWS_KEPT of the last good snapshot are refused unless `accept`. Returns the number of
    requests and payloads, and the rows of each table. Raises PipelineError; then the last good snapshot is untouched.
    """
    try:
        return _fetch(name, catalogue, http, raw, refresh, say, accept)
    except OSError as e:
        file = Path(str(e.filename)).name if e.filename else raw.name
        raise PipelineError(
            f"{name}: {file} cannot be written in {raw.name} ({e.strerror or e}); the last good snapshot is untouched"
        ) from e


def _fetch(
    name: str, catalogue: Catalogue, http: Http, raw: Path, refresh: bool, say: Callable[[str], None], accept: bool
) -> dict[str, int]:
    source = module(name)
    get = Get(name, http, raw, refresh, say)
    try:
        source.fetch(get)
    except NoEndpoint:
        shutil.rmtree(get.part)
        raise
    except PipelineError:
        if not _manifest(get.part):
            shutil.rmtree(get.part)
        raise
    except OSError:
        raise
    except Exception as e:  # an answer of another shape than the source's file expects
        error = get.fail(module(name).SOURCE.url, f"unexpected answer ({type(e).__name__}: {e})")
        shutil.rmtree(get.part)
        raise error from e
    try:
        _write_manifest(get.part, get.records)
        for file in get.part.iterdir():  # leftovers of an older, different request list
            if file.name != MANIFEST and file.name not in {r["file"] for r in get.records.values()}:
                file.unlink()
        tables = tidied(name, catalogue, get.part)
        counts = _counts(tables)
        if not accept:
            _refuse_if_shrunk(name, counts, get.good)
        (get.part / COUNTS).write_text(json.dumps(counts, indent=1), encoding="utf-8")
    except Exception:
        shutil.rmtree(get.part)
        raise
    _replace(get.part, get.good)
    return {"requests": get.requests, "payloads": len(get.records), **{t: len(df) for t, df in tables.items()}}


def _counts(tables: Tables) -> dict[str, int]:
    """Rows per table and, of places, ties and areas, per kind or level (`place library`)."""
    counts = {table: len(df) for table, df in tables.items()}
    for table, column in COUNTED_BY.items():
        if table in tables and column in tables[table]:
            counts |= {f"{table} {k}": int(n) for k, n in tables[table][column].value_counts(sort=False).items()}
    return counts


def _refuse_if_shrunk(name: str, counts: Mapping[str, int], good: Path) -> None:
    """Raise SourceError where a table or kind has far fewer rows than in the last good snapshot."""
    file = good / COUNTS
    try:
        last: dict[str, int] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except ValueError as e:
        raise PipelineError(f"{name}: our own file {name}/{COUNTS} is damaged ({e}); delete it") from e
    shrunk = [
        f"{of}: {counts.get(of, 0):,} rows, {was:,} before"
        for of, was in last.items()
        if was > FEW_ROWS and counts.get(of, 0) < LEAST_ROWS_KEPT * was
    ]
    if shrunk:
        raise SourceError(
            f"{name}: {module(name).SOURCE.url}: the answer seems cut short ({'; '.join(shrunk)}). "
            f"If it is right: `python -m pipelines fetch {name} --accept`"
        )


def _replace(part: Path, good: Path) -> None:
    """Make `part` the good snapshot; the one that the last build was made of stays until a build with this passes."""
    previous = good.with_name(good.name + PREVIOUS)
    if good.exists():
        if previous.exists():
            shutil.rmtree(good)
        else:
            good.rename(previous)
    part.rename(good)


def settle(raw: Path) -> None:
    """Forget the snapshots of before: a build with the present ones has passed."""
    for previous in raw.glob(f"*{PREVIOUS}"):
        shutil.rmtree(previous)


def restore(name: str, raw: Path) -> None:
    """Put the snapshot of the last passed build back in place of the newer one. Raises PipelineError without one."""
    good, previous = raw / name, raw / f"{name}{PREVIOUS}"
    if not previous.exists():
        raise PipelineError(f"{name}: no earlier snapshot in {raw.name}; it is kept until a build has passed")
    shutil.rmtree(good, ignore_errors=True)
    previous.rename(good)


def tidied(name: str, catalogue: Catalogue, folder: Path) -> Tables:
    """The tables of a snapshot. Raises SourceError with source, URL and problem when they are not what they must be."""
    manifest = _manifest(folder)
    urls = [r["url"] for r in manifest.values()]
    shown = f"{urls[0]}{f' and {len(urls) - 1} more' if len(urls) > 1 else ''}" if urls else folder.name
    try:
        tables = module(name).tidy(load_payloads(folder), catalogue.of_source(name))
        for table, df in tables.items():
            if df.empty:
                raise ValueError(f"no rows for table {table}")
        _in_range(tables.get("observation"), catalogue)
        _in_the_netherlands(tables)
    except PipelineError:
        raise
    except Exception as e:  # whatever a source's file trips over is wrong with what came
        problem = f"field {e} is gone" if isinstance(e, KeyError) else e if isinstance(e, ValueError) else repr(e)
        raise SourceError(f"{name}: {shown}: {problem}") from e
    return tables


def load_payloads(folder: Path) -> dict[str, Any]:
    """Name to parsed JSON (or bytes) of every payload of a snapshot."""
    out: dict[str, Any] = {}
    for name, record in _manifest(folder).items():
        file = folder / record["file"]
        out[name] = (
            file if record.get("path") else file.read_bytes() if record["binary"] else json.loads(file.read_bytes())
        )
    return out


def snapshot(folder: Path) -> dict[str, Any]:
    """What a snapshot is: URLs, time of the oldest part, one sha256 over all parts, and how it was reached."""
    records = _manifest(folder)
    if not records:
        raise SourceError(f"{folder.name}: no snapshot in {folder.parent.name}; run `python -m pipelines fetch`")
    digest = hashlib.sha256("".join(r["sha256"] for _, r in sorted(records.items())).encode()).hexdigest()
    return {
        "retrieved": min(r["retrieved"] for r in records.values()),
        "sha256": digest,
        "rows": sum(r["rows"] for r in records.values()),
        "via": next(v for v in ("mirror", "compiled", "live") if any(r["via"] == v for r in records.values())),
    }


def _in_range(observation: pd.DataFrame | None, catalogue: Catalogue) -> None:
    """Refuse a figure outside what its indicator can be. Amounts still to be divided are checked in the build."""
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
    """Refuse coordinates that are no coordinates; a place abroad within the box is dropped by the build, not here."""
    for name, df in tables.items():
        if "lon" in df and "lat" in df:
            wrong = df[(~df["lon"].between(-1, 12) | ~df["lat"].between(48, 57)) & df["lon"].notna()]
            if len(wrong):
                first = wrong.iloc[0]
                raise ValueError(f"{name}: coordinates {first['lon']}, {first['lat']} are not near the Netherlands")


def _manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """The records of a snapshot, none where there is no snapshot. Raises PipelineError where the file is damaged."""
    file = folder / MANIFEST
    if not file.exists():
        return {}
    try:
        records: dict[str, dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
        if not all(
            {"file", "key", "via", "sha256", "retrieved", "binary", "url", "rows"} <= set(r) for r in records.values()
        ):
            raise ValueError("a record lacks a field")
    except (ValueError, AttributeError, TypeError) as e:
        raise PipelineError(
            f"{folder.name}: our own file {folder.name}/{MANIFEST} is damaged ({e}); "
            f"`python -m pipelines fetch {folder.name} --refresh` makes it anew"
        ) from e
    return records


def _write_manifest(folder: Path, records: Mapping[str, Any]) -> None:
    new = folder / f"{MANIFEST}.new"
    new.write_text(json.dumps(records, indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(new, folder / MANIFEST)


def described(name: str) -> dict[str, str]:
    """The source as a row: id and the fields of `Source`."""
    return {"id": name, **asdict(module(name).SOURCE)}
