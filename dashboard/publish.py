"""`python -m dashboard.publish`: write the static site, for any web server to serve.

The site is written into a new folder beside the one that is served (`site.new`), which takes its
place whole when all is there: whoever reads it meanwhile reads one edition. What decides whether a
file is right is its content, never a time. `.edition` in the folder says what the site is made of
and holds the hash of every file: of the same edition, by the same code, a file that has its hash is
not made again, so that a run that was cut short goes on where it stopped. A file that is the same as
before is a hard link to it, so that its time stays.
"""

from __future__ import annotations

import ctypes
import fcntl
import itertools
import multiprocessing
import os
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager, suppress
from dataclasses import astuple
from functools import partial
from pathlib import Path
from typing import TextIO

import click

from dashboard import store
from dashboard.site import pages
from dashboard.site.metadata import Place
from dashboard.words.text import t
from pipelines.methods import sums
from pipelines.methods.settings import SettingError, settings

MARK = ".edition"
LOCAL = "http://localhost:8000"
HERE, EXCHANGE = -100, 2  # of renameat2: paths as they are given, and both stay


class PublishError(Exception):
    """The site cannot be written there; the message names the folder and says why."""


def publish(
    folder: Path, place: Place, jobs: int, *, docs: Path | None = None, quiet: bool = False
) -> dict[str, int]:
    """Write the site in the place of `folder` by so many processes; how many files are `new`, the
    `same` as before, and `gone`. The files of `docs` go along, under `docs/`.

    Raises PublishError for a folder that holds something else, when another run is at work, when
    the disk refuses, and when another edition takes the place of this one meanwhile; StoreError
    when there is no database to publish. The site that was there is untouched then.
    """
    folder = folder.resolve()
    new, old = (folder.with_name(f"{folder.name}.{state}") for state in ("new", "old"))
    try:
        with store.pinned(), _begun(folder, new, old, place) as (mark, known):
            done = _made(folder, new, place, jobs, mark, known, docs, quiet)
            _swap(new, folder, old)
        return done
    except OSError as e:
        raise PublishError(
            f"{folder.name}: cannot be written ({e.strerror or e}); the site that was there is "
            f"untouched, and the next run goes on with {new.name}"
        ) from e


@contextmanager
def _begun(
    folder: Path, new: Path, old: Path, place: Place
) -> Iterator[tuple[TextIO, dict[str, str]]]:
    """The mark of the new folder, to add hashes to, and the hashes of what is right already."""
    if old.exists() and not folder.exists():  # killed between two names
        old.rename(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise PublishError(
            f"{folder.name} is not empty and holds no site of ours; choose another folder with --to"
        )
    new.mkdir(parents=True, exist_ok=True)
    with (new / MARK).open("a+", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise PublishError(f"{folder.name}: another run is writing it") from e
        shutil.rmtree(old, ignore_errors=True)
        made_of = " ".join([store.version(), *map(str, astuple(place))])
        known = _hashes(folder / MARK, made_of)
        mark.seek(0)
        if not os.path.samestat(os.fstat(mark.fileno()), (new / MARK).stat()):
            raise PublishError(f"{folder.name}: another run has just written it")
        if mark.readline() == f"{made_of}\n":
            known |= sums.hashes(mark.read())
        else:
            for left in new.iterdir():
                if left.name != MARK:
                    shutil.rmtree(left) if left.is_dir() else left.unlink()
            mark.truncate(0)
            mark.write(f"{made_of}\n")
            mark.flush()
        yield mark, known


def _hashes(mark: Path, made_of: str) -> dict[str, str]:
    """The hashes of a site, when it is made of this."""
    with suppress(OSError):
        first, _, lines = mark.read_text(encoding="utf-8").partition("\n")
        return sums.hashes(lines) if first == made_of else {}
    return {}


def _made(
    folder: Path,
    new: Path,
    place: Place,
    jobs: int,
    mark: TextIO,
    known: Mapping[str, str],
    docs: Path | None,
    quiet: bool,
) -> dict[str, int]:
    """Write every file into the new folder."""
    version, codes = store.version(), store.codes()
    groups = [list(g) for _, g in itertools.groupby(codes, _municipality)]
    work = [*groups, None]  # None: everything that is not of an area
    done, every = {"new": 0, "same": 0}, set[str]()
    # not a fork: a process with threads and an open database cannot be copied safely
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, spawn, initializer=_end_together) as pool:
        running = [
            pool.submit(_write, folder, new, place, version, group, _of(group, known))
            for group in work
        ]
        try:
            with click.progressbar(
                as_completed(running), len(running), file=sys.stderr, hidden=quiet
            ) as finished:
                for one in finished:
                    count, hashes = one.result()
                    mark.write(sums.written(hashes))
                    mark.flush()
                    done["new"] += count
                    done["same"] += len(hashes) - count
                    every |= hashes.keys()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    for file in sorted(docs.rglob("*")) if docs else ():
        if docs is None or not file.is_file():
            continue
        path, body = f"docs/{file.relative_to(docs).as_posix()}", file.read_bytes()
        done["new" if _written(new / path, body, folder / path) else "same"] += 1
        every.add(path)
    for left in _files(new) - every:  # half a file, of a run that was killed
        (new / left).unlink()
    return done | {"gone": len(_files(folder) - every)}


def _end_together() -> None:
    """End this process when the one that began it does, be it by a kill: it would write its edition
    into what the next run makes.
    """
    parent = multiprocessing.parent_process()

    def wait() -> None:
        if parent:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _municipality(code: str) -> str:
    area = store.area(code)
    return (area.municipality if area else None) or code


def _paths(codes: Sequence[str] | None) -> list[str]:
    return pages.others() if codes is None else [p for code in codes for p in pages.of_area(code)]


def _of(codes: Sequence[str] | None, known: Mapping[str, str]) -> dict[str, str]:
    """The hashes of the files of some areas, or of all others."""
    return {path: known[path] for path in _paths(codes) if path in known}


def _files(folder: Path) -> set[str]:
    there = (p for p in folder.rglob("*") if p.is_file()) if folder.exists() else ()
    return {p.relative_to(folder).as_posix() for p in there} - {MARK}


def _write(
    folder: Path,
    new: Path,
    place: Place,
    version: str,
    codes: Sequence[str] | None,
    known: Mapping[str, str],
) -> tuple[int, dict[str, str]]:
    """Write the files of some areas, or all others; how many are new, and the hash of each."""
    with store.pinned():
        if store.version() != version:
            raise PublishError(
                f"another edition came in while {folder.name} was written; publish again"
            )
        paths = _paths(codes)
        hashes = {path: known[path] for path in paths if _taken(path, folder, new, known)}
        wanted = [path for path in paths if path not in hashes]
        if codes is not None and wanted:
            pages.load(codes)
        count = 0
        for path in wanted:
            body = pages.file(path, place) or b""
            count += _written(new / path, body, folder / path)
            hashes[path] = sums.digest(body)
        return count, hashes


def _taken(path: str, folder: Path, new: Path, known: Mapping[str, str]) -> bool:
    """Whether a file need not be made: it is in the new folder, or in the old one and linked, with
    the hash that it had when it was made.
    """
    if path not in known:
        return False
    for there in (new / path, folder / path):
        with suppress(OSError):
            if sums.digest(there.read_bytes()) == known[path]:
                if there != new / path:
                    _linked(there, new / path)
                return True
    return False


def _written(path: Path, body: bytes, before: Path) -> bool:
    """Whether this is another file than before; a file is there whole or not at all."""
    with suppress(OSError):
        if before.read_bytes() == body:
            _linked(before, path)
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(body)
    part.replace(path)
    return True


def _linked(file: Path, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.link(file, path)


def _swap(new: Path, folder: Path, old: Path) -> None:
    """Put the new folder in the place of the other, in one step where the system can, which is then
    taken away.
    """
    if folder.exists():
        try:
            _exchange(new, folder)
            new.rename(old)
        except (OSError, AttributeError):  # not Linux, or a disk that cannot
            folder.rename(old)
            new.rename(folder)
    else:
        new.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> None:
    """Let two folders change names in one step. Raises OSError or AttributeError where that cannot
    be done.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))


def _address(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.startswith(("http://", "https://")):
        raise click.BadParameter(f"{value!r} does not begin with https:// or http://")
    return value


address = partial(click.option, callback=_address)


@click.command(help=__doc__)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    default=store.ROOT / "site",
    help="the folder",
)
@address("--url", default=LOCAL, help="where the site will be, for what must be absolute")
@address("--app", help="where the dashboard is, for links to it; none without")
@click.option("--publisher", default=Place.publisher, help="who publishes the site")
@click.option(
    "--contact", default="", help="mail address of the publisher, which DCAT-AP-NL asks for"
)
@click.option(
    "--docs",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="the documentation, made by `make docs`, to go along under docs/",
)
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="processes")
def main(
    to: Path, url: str, app: str | None, publisher: str, contact: str, docs: Path | None, jobs: int
) -> None:
    """Say what is not given, write the site, and say what was done."""
    try:
        settings(os.environ)
    except SettingError as e:
        raise click.ClickException(str(e)) from e
    if url == LOCAL:
        click.echo(f"No --url: canonical addresses, previews and sitemap begin with {LOCAL}/.")
    if not contact:
        click.echo("No --contact: DCAT-AP-NL asks for one in catalog.jsonld.")
    place = Place(url.rstrip("/") + "/", app and app.rstrip("/"), publisher, contact)
    try:
        done = publish(to, place, jobs, docs=docs)
    except PublishError as e:
        raise click.ClickException(str(e)) from e
    except store.StoreError as e:
        raise click.ClickException(t(e.key, "en", detail=e.detail)) from e
    click.echo(
        f"{to.name}: {done['new']:,} files written, {done['same']:,} the same as before, {done['gone']:,} taken away"
    )


if __name__ == "__main__":
    main()
