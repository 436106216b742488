"""Fixtures that more than one folder of tests needs."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipelines import build, catalogue, edition

ROOT = Path(__file__).resolve().parent.parent
# One verdict whether or not `make data` has been run here, and whatever is set: who wants something else says what.
for name in ("URL", "MIRROR", "CONTACT", "COMPILED"):
    os.environ.pop(f"CULTUURATLAS_{name}", None)
os.environ["CULTUURATLAS_DATABASE"] = str(edition.FOLDER)
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


def as_file(file: Path) -> duckdb.DuckDBPyConnection:
    """The embedded edition as a database file."""
    con = duckdb.connect(str(file))
    for table in build.SCHEMA:
        con.execute(f"CREATE TABLE {table} AS FROM '{edition.FOLDER / table}.parquet'")
    return con


LAST = """
    UPDATE build SET id = '0123456789ab', built_at = '2025-11-03T08:00:00+00:00';
    UPDATE area SET year = 2023;
    UPDATE observation SET value = value + 12 WHERE indicator = 'home_value' AND area IN ('GM0599', 'BU05991571');
    UPDATE observation SET period = '2023', value = value - 5 WHERE indicator = 'population' AND area LIKE 'BU0599%';
    UPDATE observation SET value = value - 995 WHERE indicator = 'population' AND area = 'BU05991571';
    DELETE FROM observation WHERE indicator = 'lonely_share' AND area LIKE 'BU0599%' AND period < '2020';
    UPDATE observation SET period = '2012', value = value - 1 WHERE indicator = 'lonely_share' AND area LIKE 'BU0599%';
    UPDATE observation SET value = value - 29 WHERE indicator = 'lonely_share' AND area = 'BU05991571';
    UPDATE observation SET period = '2023' WHERE indicator = 'walk_to_care_place_min' AND area = 'BU05991571';
    UPDATE observation SET value = NULL, status = 'missing' WHERE indicator = 'employed_share' AND area = 'WK059915';
    DELETE FROM observation WHERE indicator = 'budget_culture' AND period = '2025';
    INSERT INTO area (code, year, level, name, parent, municipality, geometry)
        SELECT 'BU05999999', 2023, level, 'Oude Haven & <Kade>', parent, municipality, geometry
        FROM area WHERE code = 'BU05990110';
    UPDATE area SET geometry = (SELECT geometry FROM area WHERE code = 'BU05991571') WHERE code = 'BU05990110';
    DELETE FROM area WHERE code = 'BU05990111';
"""


@pytest.fixture(scope="session")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded edition beside a last one that the tests made up: something of every sort, most in Rotterdam."""
    folder = tmp_path_factory.mktemp("changed")
    with as_file(folder / "last.duckdb") as con:
        con.execute(LAST)
    with as_file(folder / "edition.duckdb") as con:
        build.compare(con, catalogue.load(), folder / "last.duckdb")
        con.execute("CHECKPOINT")
    # a copy: what a query left behind may hold the lock of the file until it is collected
    return Path(shutil.copy(folder / "edition.duckdb", folder / "changed.duckdb"))
