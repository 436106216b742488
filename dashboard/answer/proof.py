"""How good a choice of places is, proved in a process of its own.

A solver keeps a processor busy for seconds, so it runs beside the server, on what the pages leave
over, at most `AT_ONCE` together and never longer than its limit. `python -m dashboard.answer.proof`
is such a process: it reads what to solve and writes the answer.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from threading import BoundedSemaphore
from time import monotonic
from typing import Any

from dashboard.store.database import ROOT

AT_ONCE = 1
SECONDS = 5.0  # that the solver may take
START_S = 60  # for a process to begin, on a busy machine
WAIT_S = 8  # for those before it

_free = BoundedSemaphore(AT_ONCE)


class Busy(Exception):
    """Others are being served, or the process did not come back in time."""


def apart(method: str, *problem: Any, seconds: float = SECONDS) -> tuple[Any, float]:
    """What a function of `pipelines.methods.locate` gives for a problem and so many seconds, computed
    in another process, and the seconds that it took. Raises Busy.
    """
    if not _free.acquire(timeout=WAIT_S):
        raise Busy
    try:
        answer = subprocess.run(
            [sys.executable, "-m", __name__],
            input=pickle.dumps((method, problem, seconds)),
            capture_output=True,
            timeout=seconds + START_S,
            check=True,
            cwd=ROOT,
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as e:
        raise Busy from e
    finally:
        _free.release()
    solved: tuple[Any, float] = pickle.loads(answer.stdout)  # of our own process
    return solved


def solve() -> None:
    """Answer what is asked on standard input, after everything else that the machine does."""
    from pipelines.methods import locate

    os.nice(10)
    method, problem, seconds = pickle.loads(sys.stdin.buffer.read())
    began = monotonic()
    answer = getattr(locate, method)(*problem, seconds)
    sys.stdout.buffer.write(pickle.dumps((answer, monotonic() - began)))


if __name__ == "__main__":
    solve()
