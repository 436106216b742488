"""The country, fetched and built once from the mirror by the commands of `make data`."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import catalogue


def run(mirror: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipelines", *arguments]
    environment = {
        "CULTUURATLAS_MIRROR": mirror,
        "CULTUURATLAS_CONTACT": "info@example.org",
        "PATH": "/usr/bin:/bin",
    }
    return subprocess.run(
        command,
        cwd=catalogue.ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="session")
def national(mirror: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `raw/` and `national.duckdb`, made by the commands of `make data`."""
    folder = tmp_path_factory.mktemp("national")
    fetched = run(mirror, "fetch", "--raw", str(folder / "raw"))
    assert fetched.returncode == 0, fetched.stderr
    built = run(
        mirror, "build", "--raw", str(folder / "raw"), "--database", str(folder / "national.duckdb")
    )
    assert built.returncode == 0, built.stderr
    return folder
