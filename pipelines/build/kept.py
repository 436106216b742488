"""The build that is served and those before it, kept to go back to.

They stand in a folder beside the database, numbered as they came and never by a clock; a name holds
the number, the id of the build and the first digits of the hash of the file, so that a file that
changed is not gone back to. A build of the same content takes the place of the one before it, or
a week of quiet nights would leave nothing to go back to.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines import PipelineError
from pipelines.build.checks import SCHEMA
from pipelines.fetch import snapshot

NAME = re.compile(r"(\d{6})\.(\w+)\.([0-9a-f]{16})\.duckdb", re.ASCII)


@dataclass(frozen=True)
class Kept:
    """A build that was served: its place in the row, its id, and the beginning of its hash."""

    number: int
    id: str
    hash: str
    file: Path


def builds(target: Path) -> list[Kept]:
    """The builds that are kept for a database, in the order in which they came."""
    folder = target.with_name(f"{target.name}.editions")
    there = sorted(folder.iterdir()) if folder.exists() else []
    matches = ((NAME.fullmatch(file.name), file) for file in there)
    return [Kept(int(m[1]), m[2], m[3], file) for m, file in matches if m]


def swap(new: Path, target: Path, most: int) -> None:
    """Put a new build in the place of the one that is served; it is kept, and `most` before it.

    What was gone back from is not kept any longer: a new build comes after the one that is served.
    """
    served = _numbered(target)
    for later in builds(target):
        if served and later.number > served.number:
            later.file.unlink()
    os.replace(new, target)
    added = _numbered(target)
    if served and added and added.id == served.id and added != served:
        served.file.unlink()
    for old in builds(target)[: -most - 1]:
        old.file.unlink()


def back(target: Path, to: str | None = None) -> Kept:
    """Serve the build before this one again, or that with the id `to`; returns which it is.

    The one that was served is kept, until a next build comes. Where there is no database, or one
    that cannot be read, the last that is kept comes back. One whose file changed since, or that
    this version cannot serve, is passed over. Raises PipelineError when there is none, or another
    command is at work.
    """
    with snapshot.locked(target.parent, "rollback"):
        served = _numbered(target)
        choices = [
            k
            for k in reversed(builds(target))
            if (k.id == to if to else served is None or k.number < served.number)
        ]
        kept = ", ".join(k.id for k in builds(target)) or "none"
        chosen = next((k for k in choices if not _fault(k)), None)
        if chosen is None:
            why = "; ".join(f"{k.id}: {_fault(k)}" for k in choices)
            raise PipelineError(
                f"{target.name}: no build {to or 'before this one'} to go back to "
                f"({why or 'none was kept'}); kept are {kept}"
            )
        if chosen != served:
            link = target.with_name(f"{target.name}.back")
            link.unlink(missing_ok=True)
            os.link(chosen.file, link)
            os.replace(link, target)
        return chosen


def _numbered(target: Path) -> Kept | None:
    """The build that is served, with a place in the row of what is kept; None when there is none to
    keep.
    """
    build = _id(target)
    if build is None:
        return None
    known, hashed = builds(target), _hash(target)
    served = next((k for k in reversed(known) if (k.id, k.hash) == (build, hashed)), None)
    if served is None:
        number = (known[-1].number if known else 0) + 1
        name = f"{number:06}.{build}.{hashed}.duckdb"
        served = Kept(number, build, hashed, target.with_name(f"{target.name}.editions") / name)
        served.file.parent.mkdir(exist_ok=True)
        os.link(target, served.file)
    return served


def _id(database: Path) -> str | None:
    try:
        with duckdb.connect(str(database), read_only=True) as con:
            rows = con.sql("SELECT id FROM build").fetchall()
    except duckdb.Error:
        return None
    return str(rows[0][0]) if rows else None


def _hash(file: Path) -> str:
    with file.open("rb") as body:
        return hashlib.file_digest(body, "sha256").hexdigest()[:16]


def _fault(kept: Kept) -> str:
    """Why a build cannot be gone back to; blank when it can."""
    if _hash(kept.file) != kept.hash:
        return "its file is not what it was"
    try:
        with duckdb.connect(str(kept.file), read_only=True) as con:
            for table, declared in SCHEMA.items():
                con.execute(f"SELECT {', '.join(declared.columns)} FROM {table} LIMIT 1")
    except duckdb.Error as e:
        return f"this version cannot serve it, {str(e).splitlines()[0]}"
    return ""
