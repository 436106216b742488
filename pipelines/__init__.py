"""From open data to one DuckDB file: fetch, tidy, build. Never imports the dashboard."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class PipelineError(Exception):
    """Something a person must look at; its text names the thing and the value. The CLI prints it and exits with 1."""


@contextmanager
def locked(folder: Path, command: str) -> Iterator[None]:
    """Hold a folder (made where it is not there) for one command; it is let go when the process ends, however it does.

    Raises PipelineError when another command holds it: two at once would take each other's half-written files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)  # the folder itself: no file is left behind
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as e:
            raise PipelineError(
                f"{folder.name}: another command of the pipeline is at work here; run `{command}` again when it is done"
            ) from e
        yield
    finally:
        os.close(held)
