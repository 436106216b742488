"""Fixtures that more than one folder of tests needs."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from pipelines import catalogue
from pipelines.build import build, catalogue_rows, edition
from pipelines.methods.settings import PREFIX, SETTINGS

ROOT = Path(__file__).resolve().parent.parent
# One verdict whether or not `make data` has been run here, and whatever is set: who wants something
# else says what.
for one in SETTINGS:
    if one.room != "tests":
        os.environ.pop(f"{PREFIX}{one.name}", None)
os.environ["CULTUURATLAS_DATABASE"] = str(edition.FOLDER)
settings.register_profile(
    "untimed", deadline=None
)  # how slow the machine is, is not what is tested
settings.load_profile("untimed")
SHARED = Path(os.environ.get("CULTUURATLAS_SHARED") or ROOT.parent / "shared" / "open-data")


class ByFile(LoadScopeScheduling):  # type: ignore[misc]
    """Who runs tests together runs those of a file, and all that make the national build, in one
    process.

    Not by the marks of `--dist loadgroup`: xdist 3.8 writes those into what pytest 9 does not read.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "national" if "/national/" in file else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile | None:
    """The scheduler of `--dist loadscope`."""
    return ByFile(config, log) if config.getvalue("dist") == "loadscope" else None


@contextmanager
def serving(*options: str) -> Iterator[str]:
    """A mirror of the open data of one's own on a free port: its URL. Skips the test where there is
    no mirror.
    """
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


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A disk on which no file grows beyond that size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


# Some of the edition, for tests that write it: every municipality, and one city in full.
HERE = "area IN (SELECT code FROM area)"
PART = {
    "area": "level IN ('land', 'provincie', 'gemeente') OR municipality = 'GM0599'",
    "observation": HERE,
    "place": HERE,
    "access": HERE,
    "alias": HERE,
    "change": HERE,
    "peer": f"{HERE} AND peer IN (SELECT code FROM area)",
    "tie": "kind NOT IN ('pupil_flow', 'shared_site') OR b IN (SELECT id FROM place)",
}


def as_file(file: Path | str, areas: str = PART["area"]) -> duckdb.DuckDBPyConnection:
    """A part of the embedded edition as a database file, or in memory; `areas` are the areas of it."""
    part = PART | {"area": areas}
    con = duckdb.connect(str(file))
    con.register("words", catalogue_rows.terms(catalogue.load()))
    for table in build.SCHEMA:  # areas and places come before what is tied to them
        condition = part.get(table, "true")
        con.execute(
            f"CREATE TABLE {table} AS FROM '{edition.FOLDER / table}.parquet' WHERE {condition}"
        )
    con.execute(  # words that are newer than the edition
        "INSERT INTO term BY NAME FROM words WHERE scheme NOT IN (SELECT scheme FROM term)"
    )
    con.unregister("words")
    return con


@pytest.fixture(scope="session")
def part_rows() -> dict[str, pd.DataFrame]:
    """The rows of a part of the embedded edition, by table."""
    with as_file(":memory:") as con:
        return {table: con.sql(f"FROM {table}").df() for table in build.SCHEMA}


SURE = """
    UPDATE observation SET low = value - 3, high = value + 3, method = 'publisher_95'
        WHERE indicator = 'lonely_share' AND area LIKE 'BU0599%' AND value IS NOT NULL;
"""
LAST = """
    UPDATE build SET id = '0123456789ab', built_at = '2025-11-03T08:00:00+00:00';
    UPDATE area SET year = 2023;
    UPDATE observation SET value = value + 12 WHERE indicator = 'home_value' AND area IN ('GM0599', 'BU05991571');
    UPDATE observation SET period = '2023', value = value - 5 WHERE indicator = 'population' AND area LIKE 'BU0599%';
    UPDATE observation SET value = value - 995 WHERE indicator = 'population' AND area = 'BU05991571';
    DELETE FROM observation WHERE indicator = 'lonely_share' AND area LIKE 'BU0599%' AND period < '2020';
    UPDATE observation SET period = '2012', value = value - 1 WHERE indicator = 'lonely_share' AND area LIKE 'BU0599%';
    UPDATE observation SET value = value - 29 WHERE indicator = 'lonely_share' AND area = 'BU05991571';
    UPDATE observation SET period = '2023'
        WHERE indicator = 'primary_schools_per_1000_children' AND area = 'BU05991571';
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
    """The embedded edition beside a last one that the tests made up: something of every sort, most
    in Rotterdam.

    The lonely have a margin in both, as of a publisher: of what has none a change is untold.
    """
    folder = tmp_path_factory.mktemp("changed")
    with as_file(folder / "last.duckdb") as con:
        con.execute(LAST + SURE)
    with as_file(folder / "edition.duckdb") as con:
        con.execute(SURE)
        build.compare(con, catalogue.load(), folder / "last.duckdb")
        con.execute("CHECKPOINT")
    # a copy: what a query left behind may hold the lock of the file until it is collected
    return Path(shutil.copy(folder / "edition.duckdb", folder / "changed.duckdb"))
