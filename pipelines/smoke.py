"""Does every source still answer in the shape that we read? A few kB of each, and a table of what came."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from pipelines import PipelineError, source

MOST_BYTES = 2_000_000  # of one answer; usual are a few kB


@dataclass(frozen=True)
class Probe:
    """What one source answered; `problem` is blank where all is well, `skipped` says why it was not asked."""

    source: str
    address: str
    answers: bool
    newest: str
    seconds: float
    kilobytes: float
    problem: str = ""
    skipped: str = ""

    @property
    def failed(self) -> bool:
        """Whether somebody must look at it."""
        return bool(self.problem)


def probe(name: str, http: source.Http) -> Probe:
    """Ask one source, in a folder that is gone afterwards."""
    began, before = time.monotonic(), http.answers
    newest = problem = skipped = ""
    with tempfile.TemporaryDirectory() as folder:
        get = source.Get(name, http, Path(folder), refresh=True, say=lambda line: None)
        try:
            newest = source.module(name).probe(get)
        except source.NoEndpoint as e:
            skipped = str(e)
        except PipelineError as e:
            problem = str(e)
        except Exception as e:  # an answer of another shape than the source's file expects
            problem = f"{name}: unexpected answer ({type(e).__name__}: {e})"
    size = sum(r["bytes"] for r in get.records.values()) / 1e3
    address = httpx.URL(get.asked[0]) if get.asked else None
    shown = f"{address.host}{address.path}" if address else ""
    answers = http.answers > before
    return Probe(name, shown, answers, newest, time.monotonic() - began, size, problem, skipped)


def table(results: Sequence[Probe]) -> str:
    """The results in columns, and below them what is wrong, in full."""
    head = ("source", "answers", "shape fits", "newest period", "seconds", "kB", "address")
    rows = [
        (
            r.source,
            "-" if r.skipped else "yes" if r.answers else "NO",
            "-" if r.skipped else "yes" if not r.problem else "NO",
            r.newest or "-",
            f"{r.seconds:.1f}",
            f"{r.kilobytes:,.1f}",
            r.address,
        )
        for r in results
    ]
    widths = [max(len(row[n]) for row in (head, *rows)) for n in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in (head, *rows)
    ]
    notes = [f"{r.source}: skipped, {r.skipped}" for r in results if r.skipped]
    return "\n".join([*lines, *notes, *(r.problem for r in results if r.problem)])
