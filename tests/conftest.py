"""Fixtures that more than one folder of tests needs."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("CULTUURATLAS_SHARED") or ROOT.parent / "shared" / "open-data")


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """A mirror of the open data of one's own on a free port: its URL. Skips the test where there is no mirror."""
    if not (SHARED / "serve.py").exists():
        pytest.skip(f"no mirror of the open data in {SHARED.name}; point CULTUURATLAS_SHARED at it")
    command = [sys.executable, str(SHARED / "serve.py"), "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            if "http://" not in line:
                pytest.fail(f"the mirror did not start: {line!r}")
            yield line.split()[-1]
        finally:
            process.terminate()


@pytest.fixture(scope="session")
def mirror() -> Iterator[str]:
    """The URL of a mirror without faults, one for all tests."""
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def shared(mirror: str) -> Path:
    """The folder of the mirror, to compare with its own tables."""
    return SHARED


@pytest.fixture(scope="module")
def own_mirror() -> Iterator[str]:
    """The URL of a mirror that one module may set faults on."""
    with serving() as url:
        yield url
