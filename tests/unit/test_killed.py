"""Killed at every step: what is served is the whole old or the whole new, and the same command again ends well.

A process counts what it does to files, through Python's audit events, and kills itself at the n-th; the next one goes
one step further, until one comes to its end. As SQLite tests that it survives a crash, without its disk.
"""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from pipelines.build import edition, kept
from pipelines.build.checks import SCHEMA
from pipelines.catalogue import ROOT
from pipelines.methods import sums

DRIVER = """
import os, shutil, signal, sys
from pathlib import Path
from dashboard import publish
from pipelines.build import edition, kept

CHANGES = ["open", "os.link", "os.mkdir", "os.rename", "shutil.rmtree", "ctypes.dlsym"]
begin = Path(sys.argv[1])
COMMANDS = {
    "swap": lambda here: kept.swap(here / "new.duckdb", here / "x.duckdb", 2),
    "back": lambda here: kept.back(here / "x.duckdb"),
    "edition": lambda here: edition.write(here / "x.duckdb", here / "edition"),
    "publish": lambda here: publish._swap(here / "site.new", here / "site", here / "site.old"),
}

def killed_at(step, run, here):
    count = 0
    def hook(event, given):
        nonlocal count
        removed = event == "os.remove" and here.name.startswith("swap")  # a build each, not a table
        if (event in CHANGES or removed) and (event != "open" or (given[1] or "r")[0] != "r"):
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(hook)
    run(here)
    os._exit(0)

for command, run in COMMANDS.items():
    for step in range(1, 100):
        here = begin.with_name(f"{command}.{step}")
        shutil.copytree(begin, here)
        if not (child := os.fork()):
            killed_at(step, run, here)
        if os.waitpid(child, 0)[1] == 0:
            break
    else:
        sys.exit(f"{command}: no end")
"""


def database(file: Path, build: str) -> Path:
    """Every table, without rows but that of the build."""
    with duckdb.connect(str(file)) as con:
        for table, declared in SCHEMA.items():
            con.execute(f"CREATE TABLE {table} ({declared.definition})")
        con.execute("INSERT INTO build (id, built_at, version, mirror) VALUES (?, '', '6', true)", [build])  # fmt: skip
    return file


@pytest.fixture(scope="module")
def left(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What each command leaves that is killed at each step. It began with a database `b` that is served, `a` before it
    and `c` to come; an edition of `a`; two sites.
    """
    here = tmp_path_factory.mktemp("killed") / "begin"
    here.mkdir()
    target = database(here / "x.duckdb", "a")
    edition.write(target, here / "edition")
    kept.swap(database(here / "new.duckdb", "b"), target, 2)
    database(here / "new.duckdb", "c")
    for site, page in (("site", "old"), ("site.new", "new")):
        (here / site).mkdir()
        for name in ("one", "two"):
            (here / site / name).write_text(page)
    subprocess.run([sys.executable, "-c", DRIVER, str(here)], cwd=ROOT, check=True, timeout=300)
    return here.parent


def steps(left: Path, command: str) -> list[Path]:
    """What was left by a kill at each step, and by the run that came to its end."""
    folders = sorted(left.glob(f"{command}.*"), key=lambda p: int(p.suffix[1:]))
    assert len(folders) > 2
    return folders


def build_of(folder: Path) -> str:
    """The one build whose files these are, by their hashes."""
    named = sums.hashes((folder / sums.FILE).read_text())
    assert named == {f.name: sums.digest(f.read_bytes()) for f in folder.glob("*.parquet")}
    return str(duckdb.sql(f"SELECT id FROM '{folder}/build.parquet'").fetchall()[0][0])


def test_a_build_is_swapped_in_whole(left: Path) -> None:
    *killed, last = steps(left, "swap")
    assert (kept._id(last / "x.duckdb"), [k.id for k in kept.builds(last / "x.duckdb")]) == (
        "c",
        ["a", "b", "c"],
    )
    for here in killed:
        assert kept._id(here / "x.duckdb") in ("b", "c")
        if (here / "new.duckdb").exists():
            kept.swap(here / "new.duckdb", here / "x.duckdb", 2)
        assert kept.back(here / "x.duckdb").id == "b"
        assert kept.back(here / "x.duckdb").id == "a"


def test_a_rollback_is_whole(left: Path) -> None:
    *killed, last = steps(left, "back")
    assert kept._id(last / "x.duckdb") == "a"
    for here in killed:
        before = kept._id(here / "x.duckdb")
        assert before in ("a", "b")
        if before == "b":
            assert kept.back(here / "x.duckdb").id == "a"
        assert kept.back(here / "x.duckdb", "b").id == "b"


def test_an_edition_is_written_whole(left: Path) -> None:
    *killed, last = steps(left, "edition")
    assert build_of(last / "edition") == "b"
    assert len(killed) > 4
    for here in killed:
        if (here / "edition").exists():  # else it stands whole under its old name
            assert build_of(here / "edition") in ("a", "b")
        else:
            assert build_of(here / "edition.old") == "a"
        edition.write(here / "x.duckdb", here / "edition")
        assert build_of(here / "edition") == "b"
        assert not [*here.glob("edition.*")]


def test_a_site_is_swapped_in_whole(left: Path) -> None:
    for here in steps(left, "publish"):
        pages = {file.read_text() for file in (here / "site").iterdir()}
        assert pages in ({"old"}, {"new"})
        assert len([*(here / "site").iterdir()]) == 2
