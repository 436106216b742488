"""Snapshots on disk: the payloads of one source with URL, time and sha256, their swap, and the lock
of a folder.

A complete snapshot is `<raw>/<source>/`, one on its way `<source>.part/`, the one before it
`<source>.previous/`, kept until a build with the new one has passed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from pipelines import PipelineError
from pipelines.fetch.http import parse_file

MANIFEST = "manifest.json"
COUNTS = "rows per table"  # beside the payloads in a manifest; no payload is called so
RECORD = {"url", "key", "retrieved", "via", "version", "binary", "rows", "file", "sha256", "bytes"}
_HELD: set[Path] = set()  # the locks of this process
Payloads = Mapping[str, Any]


class SourceError(PipelineError):
    """A source answered wrongly; the text names source, URL and problem."""


class RequestFailed(SourceError):
    """A request did not get what it asked for; what came before it is right and can be resumed."""


class StorageError(PipelineError):
    """The disk refused, not a publisher; the text names source, file and what to do."""


def load_payloads(folder: Path) -> dict[str, Any]:
    """Name to payload of a snapshot: parsed JSON, bytes, or the path of what was asked for as a
    file.
    """
    return {name: read_payload(folder, record) for name, record in read_records(folder).items()}


def read_payload(folder: Path, record: Mapping[str, Any]) -> Any:
    """One payload as it was fetched: parsed JSON, bytes, or a path. Raises PipelineError when damaged."""
    file = folder / record["file"]
    try:
        if record.get("as_file"):
            return parse_file(file)
        return file.read_bytes() if record["binary"] else json.loads(file.read_bytes())
    except (OSError, ValueError) as e:
        raise _damaged(file, e) from e


def described(folder: Path) -> dict[str, Any]:
    """What a snapshot is: URLs, time of the oldest part, one sha256 over all parts, and how it was
    reached.
    """
    records = read_records(folder)
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


def is_unchanged(folder: Path, record: Mapping[str, Any]) -> bool:
    """Whether a payload on disk is still the one that was recorded."""
    with (folder / record["file"]).open("rb") as body:
        return bool(hashlib.file_digest(body, "sha256").hexdigest() == record["sha256"])


def read_records(folder: Path) -> dict[str, dict[str, Any]]:
    """The record of every payload; nothing where there is no snapshot. Raises PipelineError when it
    is damaged.
    """
    records = {name: record for name, record in read_manifest(folder).items() if name != COUNTS}
    for name, record in records.items():
        lacks = RECORD - record.keys() if isinstance(record, dict) else RECORD
        if lacks:
            raise _damaged(folder / MANIFEST, f"{name!r} lacks {', '.join(sorted(lacks))}")
    return records


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot, counts of rows included; empty where there is none."""
    file = folder / MANIFEST
    try:
        manifest = json.loads(file.read_bytes()) if file.exists() else {}
    except (OSError, ValueError) as e:
        raise _damaged(file, e) from e
    if not isinstance(manifest, dict):
        raise _damaged(file, "not a JSON object")
    return manifest


def write_manifest(folder: Path, records: Mapping[str, Any]) -> None:
    """Write the manifest whole or not at all."""
    new = folder / f"{MANIFEST}.{os.getpid()}.new"
    try:
        new.write_text(json.dumps(records, indent=1, ensure_ascii=False), encoding="utf-8")
        new.replace(folder / MANIFEST)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)


def _damaged(file: Path, problem: object) -> PipelineError:
    name = file.parent.name.partition(".")[0]
    return PipelineError(
        f"{name}: our own file {file.parent.name}/{file.name} is damaged ({problem}); "
        f"`python -m pipelines fetch {name} --refresh` makes it anew"
    )


def finish_swap(raw: Path, name: str) -> None:
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
        with storing(previous.stem, previous):
            shutil.rmtree(previous)


def restore(raw: Path, name: str) -> str:
    """Put the snapshot of before back, which is that of the last build that passed; returns since
    when it is.

    Raises PipelineError where there is none.
    """
    good, previous = raw / name, raw / f"{name}.previous"
    with storing(name, good):
        if not previous.exists():
            raise PipelineError(
                f"{name}: nothing to restore; what a fetch replaced is kept until a build has passed"
            )
        since = described(previous)["retrieved"]
        shutil.rmtree(good, ignore_errors=True)
        previous.rename(good)
    return str(since)


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
            holder = lock.read() or "another command"
            raise PipelineError(
                f"{command}: {holder} is at work in {folder}; run this again when it is done"
            ) from e
        lock.truncate(0)
        lock.write(
            f"`{command}` of {datetime.now().astimezone():%d %B %Y %H:%M:%S} (process {os.getpid()})"
        )
        lock.flush()
        for kept in folder.glob(f"*.old/{MANIFEST}"):  # the command before this one was killed
            finish_swap(folder, kept.parent.stem)
        _HELD.add(file)
        try:
            yield
        finally:
            _HELD.remove(file)


@contextmanager
def storing(source: str, file: Path) -> Iterator[None]:
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
    remedy = (
        "make room"
        if e.errno in full
        else "make its folder writable or choose another (--raw)"
        if e.errno in closed
        else "see to the disk"
    )
    return f"cannot write {file}: {e.strerror or e}; {remedy} and run the same command again"
