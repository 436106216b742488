"""Files that no publisher serves: compiled by hand from publications, read from a mirror or from a
folder of one's own.

A CSV file, also one that a publisher links to, carries no version and no row count: one that was
cut off on the way is known by its last byte alone.
"""

from __future__ import annotations

import io
from collections.abc import Iterable

import pandas as pd

from pipelines.fetch.source import COMPILED, Get, Payloads

HEAD_BYTES = 8192
HEAD = {
    "Range": f"bytes=0-{HEAD_BYTES - 1}"
}  # the names of the columns and a few rows; who does not know it sends all


def fetch_csv(get: Get, path: str) -> None:
    """Snapshot a CSV file under its own path."""
    get(path, f"{COMPILED}{path}", binary=True, check=is_whole, rows=lambda body: len(frame(body)))


def read_csv(payloads: Payloads, path: str) -> pd.DataFrame:
    """The file as text, blanks as empty text."""
    return frame(payloads[path])


def probe_csv(get: Get, path: str) -> pd.DataFrame:
    """The file, for these are small. Raises SourceError when it is cut off or has no rows."""
    body: bytes = get(path, f"{COMPILED}{path}", binary=True, check=is_whole)
    return frame(body)


def is_whole(body: bytes) -> None:
    """Raise ValueError for a CSV file that was cut off, or has no rows."""
    if not body.endswith(b"\n"):
        raise ValueError(f"truncated CSV: {len(body):,} bytes, the last line has no end")
    if body.count(b"\n") < 2:
        raise ValueError("200 without rows")


def frame(body: bytes, encoding: str = "utf-8-sig", separator: str = ",") -> pd.DataFrame:
    """The rows of a CSV file as text, blanks as empty text."""
    return pd.read_csv(
        io.BytesIO(body), dtype=str, keep_default_na=False, encoding=encoding, sep=separator
    )


def must_have(get: Get, url: str, rows: pd.DataFrame, columns: Iterable[str]) -> None:
    """Raise SourceError when a column is gone."""
    if gone := [c for c in columns if c not in rows]:
        raise get.fail(
            url, f"field {gone[0]!r} is gone; there is {', '.join(map(str, rows.columns))}"
        )
