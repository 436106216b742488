"""`python -m pipelines smoke | fetch | restore | build | rollback | check | edition | catalogue`.

Each says what it does, exit code 1 on trouble.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click
import duckdb
import pandas as pd

from pipelines import PipelineError, catalogue, ideas
from pipelines.build import checks, edition, kept
from pipelines.fetch import http, snapshot, source
from pipelines.fetch import smoke as probing
from pipelines.methods.settings import SettingError, setting, settings

# a build looks codes up by the million: a seventh quicker and a fifth smaller than strings of Arrow
pd.set_option("mode.string_storage", "python")
DATABASE = catalogue.ROOT / "data" / "cultuuratlas.duckdb"
raw_option = click.option(
    "--raw", type=click.Path(path_type=Path), default=source.RAW, help="where the snapshots are"
)
database_option = click.option(
    "--database", type=click.Path(path_type=Path), default=DATABASE, help="the DuckDB file"
)


@click.group(help=__doc__)
def cli() -> None:
    """The commands below."""


def _sources(names: tuple[str, ...]) -> tuple[str, ...]:
    """The sources of those names, or all of them."""
    known = catalogue.source_names()
    unknown = [n for n in names if n not in known]
    if unknown:
        raise PipelineError(f"unknown source {unknown[0]!r}; known: {', '.join(known)}")
    return names or tuple(known)


def _http(**options: Any) -> http.Http:
    """The client that the environment asks for."""
    mirror, compiled, contact = (
        setting(name, os.environ) for name in ("MIRROR", "COMPILED", "CONTACT")
    )
    return http.Http(mirror, compiled, contact=contact, **options)


def _where(client: http.Http) -> str:
    return f"from the mirror {client.mirror}" if client.mirror else "live"


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--refresh", is_flag=True, help="ask again for what is still fresh")
@click.option(
    "--accept",
    multiple=True,
    metavar="SOURCE",
    help="a source that may have far fewer rows than before",
)
@click.option("--attempts", default=4, show_default=True, help="tries per request")
@click.option(
    "--wait", default=2.0, show_default=True, help="seconds before the second try; doubles"
)
@click.option("--timeout", default=150.0, show_default=True, help="seconds a server may be silent")
@click.option("--seconds", default=http.SECONDS, show_default=True, help="for one request in all")
@click.option(
    "--megabytes", default=http.MEGABYTES, show_default=True, help="of one answer, once unpacked"
)
@click.option("--requests", default=http.REQUESTS, show_default=True, help="for one source")
@raw_option
def fetch(
    names: tuple[str, ...], refresh: bool, accept: tuple[str, ...], raw: Path, **options: Any
) -> None:
    """Fetch the sources (all, or those named). CULTUURATLAS_MIRROR reads from a mirror of the open
    data instead.

    A source of which less than 90 % of the rows of its last good snapshot came is refused;
    --accept, as often as needed, takes that knowingly.
    """
    names = _sources(names)
    _sources(accept)
    client = _http(**options)
    click.echo(f"Fetching {len(names)} sources {_where(client)}")
    with snapshot.locked(raw, "fetch"):
        _fetch(names, client, raw, refresh, accept)


def _fetch(
    names: tuple[str, ...], client: http.Http, raw: Path, refresh: bool, accept: tuple[str, ...]
) -> None:
    cat = catalogue.load()
    failed = []
    for number, name in enumerate(names, 1):
        began = time.monotonic()
        try:
            done = source.fetch(name, cat, client, raw, refresh, click.echo, name in accept)
        except source.NoEndpoint as e:
            click.echo(
                f"[{number}/{len(names)}] {name}: skipped, {e}; the build keeps the embedded edition's rows"
            )
            continue
        except PipelineError as e:
            failed.append(name)
            click.echo(f"[{number}/{len(names)}] FAILED {e}", err=True)
            continue
        counts = ", ".join(f"{n:,} {what}" for what, n in done.items())
        click.echo(f"[{number}/{len(names)}] {name}: {counts} ({time.monotonic() - began:.1f} s)")
    if failed:
        raise PipelineError(
            f"{len(failed)} of {len(names)} sources failed; their last good snapshots stay in use"
        )


@cli.command()
@click.argument("names", nargs=-1, required=True)
@raw_option
def restore(names: tuple[str, ...], raw: Path) -> None:
    """Put back the snapshot of a source as it was when a build last passed."""
    names = _sources(names)
    with snapshot.locked(raw, "restore"):
        for name in names:
            click.echo(f"{name}: the snapshot of {snapshot.restore(raw, name)} is back")


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--timeout", default=30.0, show_default=True, help="seconds a server may be silent")
@click.option(
    "--megabytes", default=probing.MEGABYTES, show_default=True, help="of one answer, once unpacked"
)
def smoke(names: tuple[str, ...], timeout: float, megabytes: float) -> None:
    """Ask every source (or those named) one or two small things: does it answer, in the shape we
    read, how new is it?

    Nothing is kept. CULTUURATLAS_MIRROR asks a mirror instead.
    """
    names = _sources(names)
    client = _http(attempts=2, timeout=timeout, seconds=2 * timeout, megabytes=megabytes)
    click.echo(f"Asking {len(names)} sources {_where(client)}")
    click.echo(probing.HEAD)
    failed = []
    for name in names:
        answer = probing.ask(name, client)
        click.echo("\n".join(probing.lines(answer)))
        if not answer.fits and not answer.skipped:
            failed.append(name)
    if failed:
        raise PipelineError(
            f"{len(failed)} of {len(names)} sources do not answer as they should: {', '.join(failed)}"
        )


@cli.command()
@click.option(
    "--accept",
    multiple=True,
    metavar="NAME",
    help="an indicator, kind or level whose great change is right",
)
@raw_option
@database_option
def build(accept: tuple[str, ...], raw: Path, database: Path) -> None:
    """Build the database from the snapshots, check it, and swap it in.

    Refuses when too much of an indicator, a kind of place or tie, or the outlines of a level is not
    what it was in the last build; --accept, as often as needed, takes that knowingly, and the
    database says so.
    """
    from pipelines.build import (
        build as builder,  # geopandas: a second of import that the other commands need not wait for
    )

    began = time.monotonic()
    click.echo("Building the database")
    most = setting("EDITIONS", os.environ)
    counts = builder.build(catalogue.load(), raw, database, click.echo, accept, most)
    click.echo(", ".join(f"{n:,} {table}" for table, n in counts.items()))
    size = database.stat().st_size / 1e6
    click.echo(
        f"{database.name}: {size:.1f} MB in {time.monotonic() - began:.1f} s; a running dashboard takes it up"
    )


@cli.command()
@click.argument("build", required=False)
@database_option
def rollback(build: str | None, database: Path) -> None:
    """Serve the build before this one again, or the one with that id; a running dashboard takes it up."""
    chosen = kept.back(database, build)
    click.echo(f"{database.name}: build {chosen.id} is served; a running dashboard takes it up")
    click.echo(f"kept: {', '.join(k.id for k in kept.builds(database))}")


@cli.command()
@database_option
def check(database: Path) -> None:
    """Check a database against every rule."""
    if not database.exists():
        raise PipelineError(f"{database.name}: not found; run `python -m pipelines build` first")
    with duckdb.connect(str(database), read_only=True) as con:
        checks.run(con)
    click.echo(f"{database.name}: all {len(checks.RULES)} rules hold")


@cli.command(name="edition")
@database_option
def write_edition(database: Path) -> None:
    """Write the edition that comes with the repository: every table of the database, as Parquet."""
    sizes = edition.write(database)
    click.echo(", ".join(f"{table} {size / 1e3:,.0f} kB" for table, size in sizes.items()))
    click.echo(f"{edition.FOLDER.name}: {sum(sizes.values()) / 1e6:.2f} MB")


@cli.command(name="catalogue")
def write_catalogue() -> None:
    """Write the readable catalogue, and for how much of the country there is something of each idea."""
    (catalogue.FOLDER / "README.md").write_text(
        catalogue.readable(catalogue.load()), encoding="utf-8"
    )
    ideas.PAGE.write_text(ideas.readable(ideas.load()), encoding="utf-8")


def main() -> None:
    """The command line; a PipelineError is a message and exit code 1, never a traceback."""
    try:
        settings(os.environ)
        cli(standalone_mode=False)
    except SettingError as e:
        click.echo(f"Error: {e}", err=True)
        sys.exit(1)
    except PipelineError as e:
        click.echo(f"Error: {e}", err=True)
        sys.exit(1)
    except OSError as e:
        what = f"{e.filename}: {e.strerror}" if e.filename else e
        click.echo(
            f"Error: {what}; see to the file or the disk and run the same command again", err=True
        )
        sys.exit(1)
    except click.ClickException as e:
        e.show()
        sys.exit(e.exit_code)
    except click.Abort:
        click.echo("Stopped; run the same command again to go on.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
