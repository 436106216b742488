"""A workbook of another sort than XLSX (ODS, XLS) read in a process of its own, with little memory and
time.

How much such a file fills is not known before it is read: a few bytes of ODS repeat a cell a million
times, and what reads XLS believes the sizes that stand in it, and ends its process when there is no
such memory. That may never be the process that serves. Run as a program, this file takes a workbook
and gives its sheets as JSON.
"""

from __future__ import annotations

import io
import json
import resource
import signal
import subprocess
import sys
from datetime import date, datetime
from typing import Any

MOST_MEMORY, MOST_SECONDS = 700_000_000, 20
# of a sheet; of all sheets, the empty ones between others too
MOST_ROWS, MOST_CELLS = 200_000, 4_000_000
FULL, LOCKED, BROKEN, LONG = 3, 4, 5, 6  # how the program ends when there is no table


class ApartError(ValueError):
    """It cannot be read: `reason` is `bytes` (it fills too much), `rows`, `password` or `workbook`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def sheets(body: bytes) -> dict[str, list[list[str]]]:
    """The rows of each sheet of a workbook by its name, in the order of the workbook. Raises
    ApartError.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__],
            input=body,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=2 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as e:
        raise ApartError("bytes") from e
    if done.returncode == 0:
        by_name: dict[str, list[list[str]]] = json.loads(done.stdout)
        return by_name
    killed = (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT)  # too long, or no such memory
    reasons = {**dict.fromkeys((FULL, *killed), "bytes"), LONG: "rows", LOCKED: "password"}
    raise ApartError(reasons.get(done.returncode, "workbook"))


def text(cell: Any) -> str:
    """A cell of a workbook as it would stand in a text: 3081 for 3081.0, 2023-09-01 for that day."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _read() -> int:
    """The sheets of what comes in, as JSON; how it went."""
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        by_name: dict[str, list[list[str]]] = {}
        cells = 0
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if len(rows) > MOST_ROWS:
                return LONG
            cells += sum(map(len, rows))
            if cells > MOST_CELLS:
                return FULL
            by_name[name] = [[*map(text, row)] for row in rows]
        sys.stdout.buffer.write(json.dumps(by_name).encode())
    except PasswordError:
        return LOCKED
    except MemoryError:
        return FULL
    except (CalamineError, ValueError, OSError):
        return BROKEN
    return 0


if __name__ == "__main__":
    sys.exit(_read())
