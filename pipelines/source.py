"""What a source is, and the only code that talks to the network.

A source is a file in `pipelines/sources` with four names: `SOURCE` (who publishes what, under which licence),
`probe(get)` (one or two small requests: does it answer in the shape we read? returns its newest period), `fetch(get)`
(the requests, in order) and `tidy(payloads, indicators)` (pure: payloads to tables). Everything else is
here: retries, politeness, mirror rewriting, snapshots with URL, time and sha256, and resuming.

A fetch writes to `<raw>/<source>.part/`. When it is complete and `tidy` accepts it, the folder replaces
`<raw>/<source>/`; until then the last good snapshot stays. What will surprise you: a download that failed on the way
is kept and resumed; one that was complete but wrong (a vanished column, a value out of range) is thrown away, or the
next run would resume the poison.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping
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

Payloads = Mapping[str, Any]
Tables = dict[str, pd.DataFrame]
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Who publishes what. `licence` is an SPDX id, or `none-stated` where the publisher states none.

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
    ) -> None:
        self.mirror = (mirror or "").rstrip("/")
        self.compiled = (compiled or "").rstrip("/")
        self.attempts, self.wait, self.pause = attempts, wait, pause
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
        parse: Callable[[bytes, str], Any],
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: float = 0,
    ) -> tuple[httpx.Response, Any]:
        """Request, retry, parse. `parse(body, content_type)` raises ValueError on a body that is not what it claims.

        `patience` is the least number of seconds to wait after a 429 or 503. Raises ValueError with the problem.
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
            return retrying(self._once, url, parse, params, data, headers, patience)
        except _Failed as e:
            raise ValueError(str(e)) from e

    def _once(self, url: str, parse: Any, params: Any, data: Any, headers: Any, patience: float) -> Any:
        address = self.address(url)
        host = httpx.URL(url).host if not url.startswith(COMPILED) else COMPILED
        time.sleep(max(0.0, self._last.get(host, 0) + self.pause - time.monotonic()))
        try:
            response = self._client.request(
                "POST" if data else "GET", address, params=params, data=data, headers=headers
            )
        except httpx.TimeoutException as e:
            raise _Failed(f"timed out ({type(e).__name__})") from e
        except httpx.TransportError as e:
            raise _Failed(f"connection failed: {e or type(e).__name__}") from e
        except httpx.RequestError as e:  # a body that cannot be decompressed, redirects without end
            raise _Failed(f"unusable answer: {e or type(e).__name__}") from e
        finally:
            self._last[host] = time.monotonic()
        if response.status_code == 304:
            return response, None
        if response.status_code >= 400:
            after = response.headers.get("Retry-After", "")
            transient = response.status_code in RETRY_STATUS
            raise _Failed(
                f"HTTP {response.status_code} {response.reason_phrase}{_hint(response)}",
                transient,
                max(patience if response.status_code in (429, 503) else 0, float(after) if after.isdigit() else 0),
            )
        try:
            return response, parse(response.content, response.headers.get("Content-Type", ""))
        except ValueError as e:
            raise _Failed(str(e)) from e


def parse_json(body: bytes, content_type: str) -> Any:
    """JSON, or a ValueError that says what came instead."""
    _not_html(body, content_type)
    try:
        return json.loads(body)
    except ValueError as e:
        raise ValueError(f"truncated or malformed JSON ({len(body):,} bytes; {e})") from e


def parse_bytes(body: bytes, content_type: str) -> bytes:
    """A file as it is, unless it is a web page."""
    _not_html(body, content_type)
    if not body:
        raise ValueError("empty file")
    return body


def _not_html(body: bytes, content_type: str) -> None:
    if "html" in content_type.lower() or body.lstrip()[:5].lower() in (b"<html", b"<!doc"):
        title = re.search(rb"<title>(.*?)</title>", body, re.I | re.S)
        said = title[1].decode("utf-8", "replace").strip() if title else ""
        raise ValueError(f"a web page came instead of data (title {said!r})")


def _hint(response: httpx.Response) -> str:
    """What the server says of its refusal, when it says it in JSON."""
    try:
        said = response.json()
    except ValueError:
        return ""
    texts = re.findall(r"'(?:value|message|detail|error)': '([^']{1,200})'", str(said))
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
        self.part.mkdir(parents=True, exist_ok=True)
        self.records: dict[str, dict[str, Any]] = {}
        self.requests = 0
        self._resumable = _manifest(self.part)

    def __call__(
        self,
        name: str,
        url: str,
        *,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        binary: bool = False,
        version: str | None = None,
        patience: float = 0,
        check: Callable[[Any], None] | None = None,
        rows: Callable[[Any], int] | None = None,
    ) -> Any:
        """The parsed body of one request; `check` raises ValueError where the body is well formed but wrong.

        `rows` counts the publisher's rows in a body, for the record of the source.
        """
        url = self.http.canonical(url)
        shown = str(httpx.URL(url, params=dict(params))) if params else url
        key = shown if not data else f"{shown}#{hashlib.sha256(repr(sorted(data.items())).encode()).hexdigest()[:12]}"
        parser = parse_bytes if binary else parse_json

        def parse(body: bytes, content_type: str) -> Any:
            parsed = parser(body, content_type)
            if check:
                check(parsed)
            return parsed

        old, folder = self._old(name, key)
        if old and folder and self._usable(old, version, folder):
            return self._keep(name, old, folder, parser)
        conditional = dict(headers or {})
        if old and folder == self.good and not self.refresh and not version:
            conditional |= {"If-None-Match": old["etag"]} if old.get("etag") else {}
            conditional |= {"If-Modified-Since": old["last_modified"]} if old.get("last_modified") else {}
        self.requests += 1
        try:
            response, parsed = self.http.read(
                url, parse=parse, params=params, data=data, headers=conditional, patience=patience
            )
        except ValueError as e:
            raise SourceError(f"{self.source}: {shown}: {e}") from e
        if response.status_code == 304 and old and folder:
            return self._keep(name, old, folder, parser)
        self._save(
            name,
            response.content,
            {
                "url": shown,
                "key": key,
                "retrieved": datetime.now(UTC).isoformat(timespec="seconds"),
                "via": self.http.via(url),
                "version": version,
                "binary": binary,
                "etag": response.headers.get("ETag"),
                "last_modified": response.headers.get("Last-Modified"),
                "rows": rows(parsed) if rows else 0,
            },
        )
        self.say(f"  {self.source}: {name} ({len(response.content) / 1e3:,.0f} kB)")
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
        for name in names:
            (self.part / self.records.pop(name)["file"]).unlink()
            self._resumable.pop(name, None)
        _write_manifest(self.part, {**self._resumable, **self.records})

    def _old(self, name: str, key: str) -> tuple[dict[str, Any] | None, Path | None]:
        for folder, manifest in ((self.part, self._resumable), (self.good, _manifest(self.good))):
            old = manifest.get(name)
            if old and old["key"] == key and old["via"] == self.http.via(key) and (folder / old["file"]).exists():
                return old, folder
        return None, None

    def _usable(self, old: dict[str, Any], version: str | None, folder: Path) -> bool:
        if self.refresh and folder == self.good:
            return False
        if version is not None:
            return bool(old.get("version") == version)
        return datetime.now(UTC) - datetime.fromisoformat(old["retrieved"]) < FRESH

    def _keep(self, name: str, old: dict[str, Any], folder: Path, parser: Callable[[bytes, str], Any]) -> Any:
        body = (folder / old["file"]).read_bytes()
        if hashlib.sha256(body).hexdigest() != old["sha256"]:
            raise SourceError(
                f"{self.source}: {old['url']}: the snapshot {old['file']} was changed on disk; use --refresh"
            )
        self._save(name, body, old)
        return parser(body, "")

    def _save(self, name: str, body: bytes, record: dict[str, Any]) -> None:
        file = re.sub(r"[^\w.-]+", "_", name) + ("" if record["binary"] else ".json")
        (self.part / file).write_bytes(body)
        digest = hashlib.sha256(body).hexdigest()
        self.records[name] = {**record, "file": file, "sha256": digest, "bytes": len(body)}
        _write_manifest(self.part, {**self._resumable, **self.records})


def fetch(
    name: str,
    catalogue: Catalogue,
    http: Http,
    raw: Path = RAW,
    refresh: bool = False,
    say: Callable[[str], None] = print,
) -> dict[str, int]:
    """Fetch one source and, when `tidy` accepts what came, make it the last good snapshot.

    Returns the number of requests and payloads, the rows of each table, and what was skipped. Raises SourceError; then
    the previous snapshot is untouched.
    """
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
    except Exception as e:  # an answer of another shape than the source's file expects
        error = get.fail(module(name).SOURCE.url, f"unexpected answer ({type(e).__name__}: {e})")
        shutil.rmtree(get.part)
        raise error from e
    try:
        _write_manifest(get.part, get.records)
        for file in get.part.iterdir():  # leftovers of an older, different request list
            if file.name != "manifest.json" and file.name not in {r["file"] for r in get.records.values()}:
                file.unlink()
        tables = tidied(name, catalogue, get.part)
    except Exception:
        shutil.rmtree(get.part)
        raise
    old = raw / f"{name}.old"
    shutil.rmtree(old, ignore_errors=True)
    if get.good.exists():
        get.good.rename(old)
    get.part.rename(get.good)
    shutil.rmtree(old, ignore_errors=True)
    rows = {t: len(df) for t, df in tables.items()} | ({"skipped": skipped(tables)} if skipped(tables) else {})
    return {"requests": get.requests, "payloads": len(get.records), **rows}


def skipped(tables: Tables) -> int:
    """How many of the publisher's rows `tidy` could not use and said so: `attrs["skipped"]` of a table."""
    return sum(df.attrs.get("skipped", 0) for df in tables.values())


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
        body = (folder / record["file"]).read_bytes()
        out[name] = body if record["binary"] else json.loads(body)
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
    file = folder / "manifest.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def _write_manifest(folder: Path, records: Mapping[str, Any]) -> None:
    new = folder / "manifest.json.new"
    new.write_text(json.dumps(records, indent=1, ensure_ascii=False), encoding="utf-8")
    os.replace(new, folder / "manifest.json")


def described(name: str) -> dict[str, str]:
    """The source as a row: id and the fields of `Source`."""
    return {"id": name, **asdict(module(name).SOURCE)}
