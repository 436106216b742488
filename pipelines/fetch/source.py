"""What a source is, and how its snapshot is fetched and read.

A source is a file in `pipelines/sources` with four names: `SOURCE` (who publishes what, under which
licence), `probe(get)` (one or two small requests: does it answer in the shape we read? returns its
newest period), `fetch(get)` (the requests, in order) and `tidy(payloads, indicators)` (pure:
payloads to tables, those of `TIDY`). The client is in `http.py`, one request that leaves a snapshot in `get.py`,
the snapshots in `snapshot.py`.

A fetch writes to `<raw>/<source>.part/`. When it is complete, `tidy` accepts it and it is not much
smaller than the last good snapshot, the folder replaces `<raw>/<source>/`; until then that one
stays.
"""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, cast

import pandas as pd

from pipelines import PipelineError
from pipelines.catalogue import ROOT, Catalogue, Indicator

# a source's file needs no other module than this one
from pipelines.fetch.get import Get as Get
from pipelines.fetch.http import COMPILED as COMPILED
from pipelines.fetch.http import Http
from pipelines.fetch.http import NoEndpoint as NoEndpoint
from pipelines.fetch.snapshot import (
    COUNTS,
    MANIFEST,
    RequestFailed,
    StorageError,
    finish_swap,
    read_manifest,
    read_payload,
    read_records,
    storing,
    write_manifest,
)
from pipelines.fetch.snapshot import Payloads as Payloads
from pipelines.fetch.snapshot import SourceError as SourceError

RAW = ROOT / "data" / "raw"
LEAST = 0.9  # of the rows of the last good snapshot
FEW = 2  # rows that may go without a question: a kind of five loses one on any day
PARTS = {
    "place": "kind",
    "tie": "kind",
    "outline": "level",
}  # tables whose rows are counted per this column as well
Tables = dict[str, pd.DataFrame]

# what `tidy` may give: per table the columns it must have, those it may have, and what tells its rows apart
TIDY: dict[str, tuple[str, str, str]] = {
    "area": ("code year level name parent municipality population", "", "code year"),
    "outline": ("code year level name geometry lon lat", "", "code year"),
    "province": ("municipality year code province", "", "municipality"),
    "alias": ("area name kind", "", "area name"),
    "observation": (
        "indicator area area_year period value",
        "area_name low high method status",
        "indicator area period",
    ),
    "place": ("id name kind lon lat step_free", "address period", "id"),
    "actor": ("id name domain area", "", "id"),
    "tie": ("kind a b weight period status", "low high scheme", "kind a b period scheme"),
    "survey": (
        "indicator_text discipline mode dimension subgroup period value unit population sample publication url note",
        "",
        "indicator_text discipline mode dimension subgroup period population publication",
    ),
    "former": ("code year name population", "", "code year"),
}


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


def module(name: str) -> SourceModule:
    """The source file of that name."""
    return cast(SourceModule, importlib.import_module(f"pipelines.sources.{name}"))


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
        with storing(name, get.part / MANIFEST):
            write_manifest(get.part, {**get.records, COUNTS: counts})
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
    with storing(name, get.good):
        if get.good.exists():
            get.good.rename(raw / f"{name}.old")
        get.part.rename(get.good)
        finish_swap(raw, name)
    rows = {t: len(df) for t, df in tables.items()} | (
        {"skipped": skipped(tables)} if skipped(tables) else {}
    )
    return {"requests": len(get.asked), "payloads": len(get.records), **rows}


def skipped(tables: Tables) -> int:
    """How many of the publisher's rows `tidy` could not use and said so: `attrs["skipped"]` of a
    table.
    """
    return sum(df.attrs.get("skipped", 0) for df in tables.values())


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
        counts = read_manifest(folder).get(COUNTS)
        return dict(
            counts or (counted(tidied(name, catalogue, folder)) if read_records(folder) else {})
        )
    except PipelineError:  # no good any more: damaged, or of a shape that is read no longer
        return {}


def tidied(
    name: str, catalogue: Catalogue, folder: Path, manifest: Mapping[str, Any] | None = None
) -> Tables:
    """The tables of a snapshot, or of the payloads in `manifest` alone.

    Raises SourceError with source, URL and problem when they are not what they must be.
    """
    manifest = read_records(folder) if manifest is None else manifest
    urls = [r["url"] for r in manifest.values()]
    shown = (
        f"{urls[0]}{f' and {len(urls) - 1} more' if len(urls) > 1 else ''}" if urls else folder.name
    )
    payloads = {payload: read_payload(folder, record) for payload, record in manifest.items()}
    try:
        tables = module(name).tidy(payloads, catalogue.of_source(name))
        for table, df in tables.items():
            _as_agreed(table, df)
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


def _as_agreed(table: str, df: pd.DataFrame) -> None:
    """Refuse a table without rows, with other columns than agreed, or with one row twice."""
    if df.empty:
        raise ValueError(f"no rows for table {table}")
    if table not in TIDY:
        raise ValueError(f"{table} is no table that a source gives; there are {', '.join(TIDY)}")
    required, optional, key = (words.split() for words in TIDY[table])
    lacking = set(required) - set(df.columns)
    beside = set(df.columns) - {*required, *optional}
    if lacking or beside:
        faults = [f"lacks {', '.join(sorted(lacking))}"] if lacking else []
        faults += [f"has {', '.join(sorted(beside))} that nobody reads"] if beside else []
        raise ValueError(f"table {table} {' and '.join(faults)}")
    by = [column for column in key if column in df]
    same = df.duplicated(by)
    if same.any():
        first = ", ".join(f"{column} {df.loc[same, column].iloc[0]}" for column in by)
        raise ValueError(f"table {table} has {same.sum():,} rows twice, the first of {first}")
    if df[by].isna().any(axis=None):
        raise ValueError(f"table {table} has rows without {' or '.join(by)}")


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


def described(name: str) -> dict[str, str]:
    """The source as a row: id and the fields of `Source`."""
    return {"id": name, **asdict(module(name).SOURCE)}
