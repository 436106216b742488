"""Does every source still answer, in the shape we read? One or two small requests each; nothing is
kept.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines import PipelineError
from pipelines.fetch import snapshot, source
from pipelines.fetch.http import Http, NoEndpoint

MEGABYTES = (
    10.0  # of one answer; a probe asks for a few kB, but not every server can send a part of a file
)
WIDE = 52  # characters of an address
ROW = f"{{:<22}} {{:<{WIDE}}} {{:<7}} {{:<4}} {{:<10}} {{:>7}} {{:>6}}"
HEAD = ROW.format("source", "address", "answers", "fits", "newest", "seconds", "kB")


@dataclass(frozen=True)
class Answer:
    """What a source said to its probe: its newest period, bytes, and a problem that is blank when
    all is well.

    It is skipped when nobody serves it, so nobody can be asked.
    """

    name: str
    address: str = ""
    answers: bool = False
    fits: bool = False
    newest: str = ""
    seconds: float = 0
    size: int = 0
    problem: str = ""
    skipped: bool = False


def ask(name: str, http: Http) -> Answer:
    """Run the probe of one source in a folder that is thrown away; its address is the first that
    answered, if any.
    """
    began, before = time.monotonic(), http.received
    with tempfile.TemporaryDirectory() as folder:
        get = source.Get(name, http, Path(folder), refresh=True, say=lambda _: None)
        newest, problem = "", ""
        try:
            newest = source.module(name).probe(get)
        except NoEndpoint as e:
            return Answer(name, problem=str(e), skipped=True)
        except snapshot.StorageError:
            raise
        except PipelineError as e:
            problem = str(e)
        except Exception as e:  # whatever a probe trips over is of another shape than it expects
            problem = f"{name}: unexpected answer ({type(e).__name__}: {e})"
    address = next((r["url"] for r in get.records.values()), get.asked[0] if get.asked else "")
    size = http.received - before
    return Answer(
        name, address, size > 0, not problem, newest, time.monotonic() - began, size, problem
    )


def lines(a: Answer) -> Iterator[str]:
    """A row of the table, and below it what is wrong or why it was skipped."""
    yes = ["-" if a.skipped else "yes" if it else "no" for it in (a.answers, a.fits)]
    yield ROW.format(
        a.name, _short(a.address), *yes, a.newest, f"{a.seconds:.1f}", f"{a.size / 1e3:,.1f}"
    )
    if a.problem:
        yield f"    {'skipped, ' if a.skipped else ''}{a.problem}"


def _short(url: str) -> str:
    """Host and the end of the path: `opendata.cbs.nl/…/85984NED/TableInfos`."""
    path = re.sub(r"^https?://|[?#].*$", "", url)
    host, _, rest = path.partition("/")
    return path if len(path) <= WIDE else f"{host}/…{rest[len(host) + 2 - WIDE :]}"
