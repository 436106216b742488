"""What one question to a database may cost: memory, threads and seconds, as the settings say."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import duckdb

from pipelines.methods.settings import setting

LOOK_S = 0.2  # how often is looked whether a question takes too long

_running: dict[object, tuple[float, duckdb.DuckDBPyConnection]] = {}


def connected() -> duckdb.DuckDBPyConnection:
    """A new database in memory that keeps to its limits; nothing is written to a disk."""
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": f"{setting('MEMORY', os.environ)}MB",
        "threads": setting("THREADS", os.environ),
        "temp_directory": "",
    }
    return duckdb.connect(":memory:", config=limits)


@contextmanager
def watched(cursor: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """End what is asked of a cursor within when it takes longer than CULTUURATLAS_SECONDS: it then
    raises duckdb.InterruptException.
    """
    _watch()
    key = object()
    _running[key] = (time.monotonic() + setting("SECONDS", os.environ), cursor)
    try:
        yield
    finally:
        del _running[key]


@cache
def _watch() -> None:
    """One thread that looks at all questions: one for each would cost more than most answers."""

    def look() -> None:
        while True:
            time.sleep(LOOK_S)
            _stop_late()

    threading.Thread(target=look, name="limits", daemon=True).start()


def _stop_late() -> None:
    now = time.monotonic()
    for until, cursor in list(_running.values()):
        if now > until:
            cursor.interrupt()
