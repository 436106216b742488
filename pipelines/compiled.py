"""Files that no publisher serves: compiled by hand from publications, read from a mirror or from a folder of one's own.

They carry no version and no row count, so a file that was cut off on the way is known by its last byte alone.
"""

from __future__ import annotations

import io

import pandas as pd

from pipelines.source import COMPILED, Get, Payloads


def fetch_csv(get: Get, path: str) -> None:
    """Snapshot a CSV file under its own path."""
    get(path, f"{COMPILED}{path}", binary=True, check=_is_whole, rows=lambda body: len(_frame(body)))


def read_csv(payloads: Payloads, path: str) -> pd.DataFrame:
    """The file as text, blanks as empty text."""
    return _frame(payloads[path])


def _is_whole(body: bytes) -> None:
    if not body.endswith(b"\n"):
        raise ValueError(f"truncated CSV: {len(body):,} bytes, the last line has no end")


def _frame(body: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(body), dtype=str, keep_default_na=False)
