"""`python -m dashboard.publish`: write the static site, for any web server to serve.

What was written of the same edition by the same code is left alone, so that a run that was cut
short goes on where it stopped; of another edition only what differs is written. A file is known to
be of this edition by being newer than `.edition` in the same folder, which says what the site is
made of.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import sys
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import astuple
from functools import partial
from pathlib import Path

import click

from dashboard import store
from dashboard.site import pages
from dashboard.site.metadata import Place
from dashboard.words.text import t
from pipelines.methods.settings import SettingError, settings

MARK = ".edition"
LOCAL = "http://localhost:8000"


class PublishError(Exception):
    """The site cannot be written there; the message names the folder and says why."""


def publish(folder: Path, place: Place, jobs: int, *, quiet: bool = False) -> dict[str, int]:
    """Write the site into `folder` by so many processes; how many files are `new`, the `same` as
    before, and `gone`.

    Raises PublishError for a folder that holds something else and when another edition takes the
    place of this one meanwhile, StoreError when there is no database to publish.
    """
    with store.pinned():
        return _published(folder, place, jobs, quiet)


def _published(folder: Path, place: Place, jobs: int, quiet: bool) -> dict[str, int]:
    began, version = _begun(folder, place), store.version()
    codes = store.codes()
    groups = [list(g) for _, g in itertools.groupby(codes, _municipality)]
    work = [*groups, None]  # None: everything that is not of an area
    done = {"new": 0, "same": 0}
    # not a fork: a process with threads and an open database cannot be copied safely
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(_write, folder, place, began, version, group) for group in work]
        with click.progressbar(
            as_completed(running), len(running), file=sys.stderr, hidden=quiet
        ) as finished:
            for one in finished:
                new, same = one.result()
                done["new"] += new
                done["same"] += same
    return done | {
        "gone": _cleaned(
            folder, {p for code in codes for p in pages.of_area(code)} | {*pages.others()}
        )
    }


def _municipality(code: str) -> str:
    area = store.area(code)
    return (area.municipality if area else None) or code


def _begun(folder: Path, place: Place) -> int:
    """When the writing of this edition began, in nanoseconds; a new one begins now."""
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise PublishError(
            f"{folder.name} is not empty and holds no site of ours; choose another folder with --to"
        )
    made_of = " ".join([store.version(), *map(str, astuple(place))])
    if not mark.exists() or mark.read_text(encoding="utf-8") != made_of:
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(made_of, encoding="utf-8")
    return mark.stat().st_mtime_ns


def _write(
    folder: Path, place: Place, began: int, version: str, codes: Sequence[str] | None
) -> tuple[int, int]:
    """Write the files of some areas, or all others; how many are new, and how many the same."""
    with store.pinned():
        if store.version() != version:
            raise PublishError(
                f"another edition came in while {folder.name} was written; publish again"
            )
        paths = (
            pages.others() if codes is None else [p for code in codes for p in pages.of_area(code)]
        )
        wanted = [p for p in paths if not _fresh(folder / p, began)]
        if codes is not None and wanted:
            pages.load(codes)
        new = sum(_written(folder / path, pages.file(path, place) or b"") for path in wanted)
        return new, len(paths) - new


def _fresh(path: Path, began: int) -> bool:
    return path.exists() and path.stat().st_mtime_ns >= began


def _written(path: Path, body: bytes) -> bool:
    """Whether this changed the file; a file is there whole or not at all."""
    if path.exists() and path.read_bytes() == body:
        os.utime(path)
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    part.write_bytes(body)
    part.replace(path)
    return True


def _cleaned(folder: Path, known: Iterable[str]) -> int:
    """Take away what an earlier edition left; how many files."""
    keep = {folder / path for path in known} | {folder / MARK}
    gone = [p for p in folder.rglob("*") if p.is_file() and p not in keep]
    for path in gone:
        path.unlink()
    return len(gone)


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
@click.option("--jobs", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="processes")
def main(to: Path, url: str, app: str | None, publisher: str, contact: str, jobs: int) -> None:
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
        done = publish(to, place, jobs)
    except PublishError as e:
        raise click.ClickException(str(e)) from e
    except store.StoreError as e:
        raise click.ClickException(t(e.key, "en", detail=e.detail)) from e
    click.echo(
        f"{to.name}: {done['new']:,} files written, {done['same']:,} the same as before, {done['gone']:,} taken away"
    )


if __name__ == "__main__":
    main()
