"""One named request of a source, that leaves a snapshot and is not made twice.

What will surprise you: a download that failed on the way is kept and resumed; one that was complete
but wrong (a vanished column, a value out of range) is thrown away, or the next run would resume the
poison. So is a page whose next link leads nowhere.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import httpx

from pipelines import PipelineError
from pipelines.fetch.http import FILE_MEGABYTES, Http, Parse, parse_bytes, parse_file, parse_json
from pipelines.fetch.snapshot import (
    MANIFEST,
    RequestFailed,
    SourceError,
    is_unchanged,
    read_payload,
    read_records,
    storing,
    write_manifest,
)

FRESH = timedelta(days=1)
T = TypeVar("T")


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
        with storing(source, self.part):
            self.part.mkdir(parents=True, exist_ok=True)

    def _readable(self, folder: Path) -> dict[str, dict[str, Any]]:
        """What is in a snapshot; nothing where our own manifest is damaged, for all of it can be
        fetched again.
        """
        try:
            return read_records(folder)
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
            with storing(self.source, path):
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
            if not r["binary"] and url in str(read_payload(self.part, r))
        }

    def _forget(self, names: set[str]) -> None:
        if not names:
            return
        for name in names:
            record = self.records.pop(name, None) or self._resumable[name]
            self._resumable.pop(name, None)
            (self.part / record["file"]).unlink(missing_ok=True)
        with storing(self.source, self.part / MANIFEST):
            write_manifest(self.part, {**self._resumable, **self.records})

    def _old(self, name: str, key: str) -> tuple[dict[str, Any] | None, Path | None]:
        for folder, manifest in ((self.part, self._resumable), (self.good, self._last_good)):
            old = manifest.get(name)
            same = (
                old
                and old["key"] == key
                and old["via"] == self.http.via(key)
                and (folder / old["file"]).exists()
            )
            if old and same and (folder == self.good or is_unchanged(folder, old)):
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
        if not is_unchanged(folder, old):
            raise SourceError(
                f"{self.source}: {old['url']}: the snapshot {old['file']} was changed on disk; use --refresh"
            )
        if folder != self.part:
            with storing(self.source, path):
                shutil.copyfile(kept, path)
        self._record(name, old)
        return path

    def _record(self, name: str, record: dict[str, Any]) -> None:
        self.records[name] = record
        with storing(self.source, self.part / MANIFEST):
            write_manifest(self.part, {**self._resumable, **self.records})
