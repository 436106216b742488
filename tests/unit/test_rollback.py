"""Going back to the build before: always a whole one, the right one, and none that changed since."""

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines import PipelineError
from pipelines.build import kept
from pipelines.build.checks import SCHEMA


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every table and no row."""
    file = tmp_path_factory.mktemp("empty") / "empty.duckdb"
    with duckdb.connect(str(file)) as con:
        for table, declared in SCHEMA.items():
            con.execute(f"CREATE TABLE {table} ({declared.definition})")
    return file


@pytest.fixture
def target(empty: Path, tmp_path: Path) -> Path:
    """Where a database is served from; four builds were, the last of which is `d`."""
    for build in "abcd":
        swapped(tmp_path / "x.duckdb", empty, build)
    return tmp_path / "x.duckdb"


def swapped(target: Path, empty: Path, build: str, most: int = 2) -> None:
    new = Path(shutil.copy(empty, target.with_name("new")))
    with duckdb.connect(str(new)) as con:
        con.execute(
            "INSERT INTO build (id, built_at, version, mirror) VALUES (?, '2020', '6', false)",
            [build],
        )
    kept.swap(new, target, most)


def served(target: Path) -> str | None:
    return kept._id(target)


def ids(target: Path) -> list[str]:
    return [k.id for k in kept.builds(target)]


def test_back_goes_one_build_at_a_time_and_a_new_one_comes_after_what_is_served(
    target: Path, empty: Path
) -> None:
    assert (served(target), ids(target)) == ("d", ["b", "c", "d"])
    assert kept.back(target).id == served(target) == "c"
    assert kept.back(target).id == served(target) == "b"
    with pytest.raises(PipelineError, match=r"no build before this one .*kept are b, c, d"):
        kept.back(target)
    assert kept.back(target, "d").id == served(target) == "d"
    kept.back(target, "c")
    swapped(target, empty, "e")
    assert (served(target), ids(target)) == ("e", ["b", "c", "e"])  # `d` was gone back from
    assert kept.back(target).id == "c"
    assert {f.name for f in target.parent.iterdir()} == {"x.duckdb", "x.duckdb.editions", ".lock"}


def test_builds_of_the_same_content_are_one(target: Path, empty: Path) -> None:
    for _ in range(3):  # quiet nights
        swapped(target, empty, "d")
    assert ids(target) == ["b", "c", "d"]
    assert kept.back(target).id == "c"


def test_a_database_that_is_gone_or_broken_is_put_back(target: Path) -> None:
    target.unlink()
    assert kept.back(target).id == served(target) == "d"
    target.unlink()
    target.write_bytes(b"cut short")
    assert kept.back(target).id == served(target) == "d"
    target.write_bytes(b"cut short")  # the file that was kept too
    assert kept.back(target).id == served(target) == "c"


def test_a_file_that_changed_or_is_of_another_shape_is_passed_over(target: Path) -> None:
    first, second, _ = kept.builds(target)
    with duckdb.connect(str(second.file)) as con:
        con.execute("INSERT INTO build (id, built_at, version, mirror) VALUES ('x', '', '', true)")
    assert kept.back(target).id == served(target) == "b"
    kept.back(target, "d")
    before = target.read_bytes()
    with duckdb.connect(str(first.file)) as con:
        con.execute("DROP TABLE area")
    first.file.rename(first.file.with_name(f"000001.b.{kept._hash(first.file)}.duckdb"))
    with pytest.raises(PipelineError, match=r"c: its file is not what.*b: this version cannot .*b, c, d$"):  # fmt: skip
        kept.back(target)
    with pytest.raises(PipelineError, match=r"^x\.duckdb: no build f .*none was kept"):
        kept.back(target, "f")
    assert target.read_bytes() == before
