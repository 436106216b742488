"""`python -m pipelines smoke | fetch | restore | build | check | edition | catalogue`: exit code 1 on trouble."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import click
import duckdb

from pipelines import PipelineError, catalogue, checks, edition, locked, source

DATABASE = catalogue.ROOT / "data" / "cultuuratlas.duckdb"
raw_option = click.option("--raw", type=click.Path(path_type=Path), default=source.RAW, help="where the snapshots are")
database_option = click.option("--database", type=click.Path(path_type=Path), default=DATABASE, help="the DuckDB file")


@click.group(help=__doc__)
def cli() -> None:
    """The commands below."""


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--timeout", default=60.0, show_default=True, help="seconds a source may take")
def smoke(names: tuple[str, ...], timeout: float) -> None:
    """Ask every source (or those named) for a few kB: does it answer, and in the shape that we read?

    Nothing that was fetched is touched. Exit code 1 when a source fails.
    """
    from pipelines import smoke as probes

    chosen = _known(names)
    http = _http(attempts=1, wait=0, timeout=timeout, most_bytes=probes.MOST_BYTES, most_seconds=timeout)
    click.echo(f"Asking {len(chosen)} sources {_whence(http)}")
    results = [probes.probe(name, http) for name in chosen]
    click.echo(probes.table(results))
    failed = [r.source for r in results if r.failed]
    if failed:
        raise PipelineError(
            f"{len(failed)} of {len(chosen)} sources do not answer as we read them: {', '.join(failed)}"
        )


@cli.command()
@click.argument("names", nargs=-1)
@click.option("--refresh", is_flag=True, help="ask again for what is still fresh, and resume nothing")
@click.option("--accept", is_flag=True, help="take far fewer rows than before, of the sources named")
@click.option("--attempts", default=4, show_default=True, help="tries per request")
@click.option("--wait", default=2.0, show_default=True, help="seconds before the second try; doubles")
@click.option("--timeout", default=150.0, show_default=True, help="seconds a server may be silent")
@click.option("--most-seconds", default=source.MOST_SECONDS, show_default=True, help="for one request in all")
@click.option("--most-mb", default=source.MOST_BYTES // 10**6, show_default=True, help="of one answer, unpacked")
@raw_option
def fetch(
    names: tuple[str, ...],
    refresh: bool,
    accept: bool,
    attempts: int,
    wait: float,
    timeout: float,
    most_seconds: float,
    most_mb: int,
    raw: Path,
) -> None:
    """Fetch the sources (all, or those named). CULTUURATLAS_MIRROR reads from a mirror of the open data instead."""
    chosen = _known(names)
    if accept and not names:
        raise PipelineError("--accept needs the names of the sources whose fewer rows are right")
    cat = catalogue.load()
    http = _http(attempts=attempts, wait=wait, timeout=timeout, most_bytes=most_mb * 10**6, most_seconds=most_seconds)
    click.echo(f"Fetching {len(chosen)} sources {_whence(http)}")
    failed = []
    with locked(raw, "python -m pipelines fetch"):
        for number, name in enumerate(chosen, 1):
            began = time.monotonic()
            try:
                done = source.fetch(name, cat, http, raw, refresh, click.echo, accept)
            except source.NoEndpoint as e:
                click.echo(
                    f"[{number}/{len(chosen)}] {name}: skipped, {e}; the build keeps the embedded edition's rows"
                )
                continue
            except PipelineError as e:
                failed.append(name)
                click.echo(f"[{number}/{len(chosen)}] FAILED {e}", err=True)
                continue
            counts = ", ".join(f"{n:,} {what}" for what, n in done.items())
            click.echo(f"[{number}/{len(chosen)}] {name}: {counts} ({time.monotonic() - began:.1f} s)")
    if failed:
        raise PipelineError(f"{len(failed)} of {len(chosen)} sources failed; their last good snapshots stay in use")


def _known(names: tuple[str, ...]) -> list[str]:
    """The sources asked for, all where none is named."""
    known = catalogue.source_names()
    unknown = [n for n in names if n not in known]
    if unknown:
        raise PipelineError(f"unknown source {unknown[0]!r}; known: {', '.join(known)}")
    return list(names or known)


def _http(**limits: Any) -> source.Http:
    """A client as the environment says: which mirror, which compilation, who asks."""
    env = os.environ.get
    return source.Http(
        env("CULTUURATLAS_MIRROR"), env("CULTUURATLAS_COMPILED"), contact=env("CULTUURATLAS_CONTACT"), **limits
    )


def _whence(http: source.Http) -> str:
    return f"from the mirror {http.mirror}" if http.mirror else "live"


@cli.command()
@click.argument("names", nargs=-1, required=True)
@raw_option
def restore(names: tuple[str, ...], raw: Path) -> None:
    """Put back the snapshot that the last build was made of, for sources whose newer one makes no build."""
    with locked(raw, "python -m pipelines restore"):
        for name in _known(names):
            source.restore(name, raw)
            click.echo(f"{name}: the snapshot of before is back")


@cli.command()
@click.option("--accept", multiple=True, metavar="NAME", help="an indicator, kind or level whose great change is right")
@raw_option
@database_option
def build(accept: tuple[str, ...], raw: Path, database: Path) -> None:
    """Build the national database from the snapshots, check it, and swap it in.

    Refuses when too much of an indicator, a kind of place or tie, or the outlines of a level is not what it was in the
    last build; --accept, as often as needed, takes that knowingly, and the database says so.
    """
    from pipelines import build as builder  # geopandas: a second of import that the other commands need not wait for

    began = time.monotonic()
    click.echo("Building the national edition")
    counts = builder.build(catalogue.load(), raw, database, click.echo, accept)
    click.echo(", ".join(f"{n:,} {table}" for table, n in counts.items()))
    size = database.stat().st_size / 1e6
    click.echo(f"{database.name}: {size:.1f} MB in {time.monotonic() - began:.1f} s; restart the dashboard to see it")


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
    """Cut the small embedded edition from the national database."""
    sizes = edition.write(database)
    click.echo(", ".join(f"{table} {size / 1e3:,.0f} kB" for table, size in sizes.items()))
    click.echo(f"{edition.FOLDER.name}: {sum(sizes.values()) / 1e6:.2f} MB")


@cli.command(name="catalogue")
def write_catalogue() -> None:
    """Write the readable catalogue."""
    (catalogue.FOLDER / "README.md").write_text(catalogue.readable(catalogue.load()), encoding="utf-8")


def main() -> None:
    """The command line; a PipelineError is a message and exit code 1, never a traceback."""
    try:
        cli(standalone_mode=False)
    except PipelineError as e:
        click.echo(f"Error: {e}", err=True)
        sys.exit(1)
    except OSError as e:  # a full disk, a folder that may not be written
        click.echo(f"Error: {Path(str(e.filename or 'a file')).name}: {e.strerror or e}", err=True)
        sys.exit(1)
    except click.ClickException as e:
        e.show()
        sys.exit(e.exit_code)
    except click.Abort:
        click.echo("Stopped; run the same command again to go on.", err=True)
        sys.exit(130)


if __name__ == "__main__":
    main()
