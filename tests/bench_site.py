"""`make bench`, the static site: the whole country written anew, and again, and what reading areas
together saves.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from pipelines.catalogue import ROOT

JOBS = 2
# the profiles of a municipality in two languages, read together or an area at a time, in a process
# of their own
PROFILES = """
import sys, time
from dashboard.answer import profile
from dashboard.answer import profile_sections
from dashboard.site import pages
from dashboard import store
codes = store.within(sys.argv[1])
began = time.perf_counter()
with store.pinned():  # as whoever serves or publishes
    if sys.argv[2] == "together":
        pages.load(codes)
    for code in codes:
        for lang in ("nl", "en"):
            list(profile_sections.sections(store.area(code), lang))
print(time.perf_counter() - began)
"""


def rows(database: Path, folder: Path) -> Iterator[tuple[object, ...]]:
    """The rows of the table; the site goes into `folder`."""
    environment = {**os.environ, "CULTUURATLAS_DATABASE": str(database), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "dashboard.publish", "--to", str(folder), "--jobs", str(JOBS)]
    took, peak = [], 0
    for _ in range(2):
        began = time.monotonic()
        with subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
        ) as process:
            while process.poll() is None:
                peak = max(peak, _memory(psutil.Process(process.pid)))
                time.sleep(0.5)
        took.append(time.monotonic() - began)
    files = [p.stat().st_size for p in folder.rglob("*") if p.is_file()]
    heaviest = max(p.stat().st_size for p in folder.rglob("*.html"))
    yield f"static site: the country, {JOBS} processes", f"{took[0]:.0f} s", ""
    yield "static site: again, nothing changed", f"{took[1]:.0f} s", ""
    yield "static site: peak memory", f"{peak / 1e6:.0f} MB", ""
    yield (
        "static site: files, size, heaviest page",
        f"{len(files):,}, {sum(files) / 1e9:.1f} GB, {heaviest / 1e3:.0f} kB",
        "",
    )


def profiles(database: Path, code: str) -> tuple[object, ...]:
    """The row of the profiles of an area and all within it."""
    environment = {**os.environ, "CULTUURATLAS_DATABASE": str(database), "PYTHONPATH": str(ROOT)}
    together, alone = (
        float(
            subprocess.check_output(
                [sys.executable, "-c", PROFILES, code, how], cwd=ROOT, env=environment
            )
        )
        for how in ("together", "alone")
    )
    what = f"profiles of {code}: read together, or one by one"
    return what, f"{together:.1f} s", f"{alone:.1f} s ({alone / together:.1f}×)"


def _memory(process: psutil.Process) -> int:
    """Bytes of a process and its children."""
    try:
        return sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))
    except psutil.Error:
        return 0
