"""Two editions at once: a build that is swapped in is taken up, and who began with the old one ends
with it.
"""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import httpx
import pytest
from click.testing import CliRunner

from dashboard import publish, store
from dashboard.site.metadata import Place
from dashboard.store import StoreError
from pipelines.__main__ import cli
from pipelines.build import kept
from tests.app.conftest import close, run, texts
from tests.browser.conftest import serve


@pytest.fixture
def swap(changed: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Put a database with an id of its own in the place of the one that is served."""

    def put(build: str) -> Path:
        new = Path(shutil.copy(changed, tmp_path / "new.duckdb"))
        with duckdb.connect(str(new)) as con:
            con.execute("UPDATE build SET id = ?", [build])
            con.execute("UPDATE area SET name = ? WHERE code = 'GM0599'", [f"Rotterdam {build}"])
        os.utime(new, (0, 0))  # no clock says which is newer
        kept.swap(new, tmp_path / "served.duckdb", 3)
        return tmp_path / "served.duckdb"

    return put


@pytest.fixture
def served(swap: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    file = swap("a" * 12)
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(file))
    close()
    return file


def rotterdam() -> str:
    area = store.area("GM0599")
    assert area
    return area.name


@pytest.mark.usefixtures("served")
def test_a_swapped_build_is_taken_up_by_who_asks_next_and_nothing_is_mixed(
    swap: Callable[[str], Path],
) -> None:
    first = rotterdam()
    with store.pinned() as old:
        swap("b" * 12)
        assert rotterdam() == first
        assert store.build()["id"] == "a" * 12
        assert (
            store.table("build").to_pylist()[0]["id"] == "a" * 12
        )  # what was not asked before, too
        later = store.bound(lambda: store.build()["id"])
        with store.pinned():  # within a run there is one edition
            assert rotterdam() == first
    assert rotterdam() == f"Rotterdam {'b' * 12}"
    assert later() == "a" * 12
    assert store.version() != old.version
    assert store.find(old.version) is old
    assert store.find(store.version()) is store.edition()
    assert store.find("none") is None


def test_a_build_that_cannot_be_read_leaves_the_last_one_serving(
    served: Path, swap: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    assert store.edition().trouble is None
    broken = served.with_name("broken.duckdb")
    broken.write_bytes(b"cut short")
    broken.replace(served)
    with caplog.at_level(logging.ERROR):
        assert rotterdam() == f"Rotterdam {'a' * 12}"
        assert rotterdam() == f"Rotterdam {'a' * 12}"
    assert (
        len([r for r in caplog.records if "served.duckdb" in r.message]) == 1
    )  # asked once, not at every query
    test = run("profile", area="GM0599")
    assert "served.duckdb" in test.warning[0].value
    assert "vorige" in test.warning[0].value
    swap("c" * 12)
    assert rotterdam() == f"Rotterdam {'c' * 12}"
    assert store.edition().trouble is None


def test_a_file_that_is_written_to_is_not_read_on(
    served: Path, changed: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = store.rows("SELECT count(*) AS n FROM area")
    with store.pinned():
        os.truncate(served, 4096)
        with pytest.raises(StoreError, match="database_lost"):
            store.rows("SELECT count(*) AS n FROM area WHERE level = 'gemeente'")
    assert store.edition().trouble  # the embedded one, as after a start
    assert rotterdam() == "Rotterdam"
    assert "the file was written to" in caplog.text
    with store.pinned():
        shutil.copyfile(changed, served)  # in its place, as cp does
        assert "Rotterdam" in texts(run("profile", area="GM0599"))
    assert store.rows("SELECT count(*) AS n FROM area") == before
    assert store.edition().trouble is None


@pytest.mark.usefixtures("served")
def test_a_question_that_takes_too_much_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CULTUURATLAS_SECONDS", "1")
    for asked in (
        "count(*) AS n FROM range(10000000000) WHERE range % 7 = 3",
        "list(range) AS n FROM range(500000000)",
    ):
        with pytest.raises(StoreError, match="database_busy"):
            store.rows(f"SELECT {asked}")
    assert rotterdam() == f"Rotterdam {'a' * 12}"


@pytest.mark.usefixtures("served")
def test_a_reader_goes_on_where_he_was(swap: Callable[[str], Path]) -> None:
    test = run("profile", area="GM0599", lang="en")
    assert "a" * 12 in texts(test)
    swap("b" * 12)
    test.run()
    assert not test.exception
    assert not test.warning
    assert "a" * 12 not in texts(test)
    assert test.query_params["edition"] == "b" * 12
    assert any(f"Rotterdam {'b' * 12}" in e.value for e in test.title)


def test_a_server_takes_it_up_and_goes_back_without_a_restart(
    swap: Callable[[str], Path], tmp_path: Path
) -> None:
    file = swap("a" * 12)
    with (
        serve(tmp_path / "log.txt", CULTUURATLAS_DATABASE=str(file)) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):

        def preloaded() -> str:
            page = client.get("/explore?area=GM0599&level=buurt&indicator=children_share").text
            return next(part for part in page.split('"') if part.startswith("/map/"))

        def named() -> str:
            return str(client.get("/api/v1/areas?area=GM0599").json()["data"][0]["name"])

        old = preloaded()
        assert named() == f"Rotterdam {'a' * 12}"
        swap("b" * 12)
        assert named() == f"Rotterdam {'b' * 12}"
        new = preloaded()
        assert old != new
        assert (
            client.get(old).status_code == client.get(new).status_code == 200
        )  # the page of before is still open
        assert client.get(old.replace("a" * 12, "d" * 12)).status_code == 404
        done = CliRunner().invoke(cli, ["rollback", "--database", str(file)])
        assert done.output.endswith(f"kept: {'a' * 12}, {'b' * 12}\n")
        assert named() == f"Rotterdam {'a' * 12}"
        assert preloaded() == old
        assert client.get(new).status_code == 200
        assert client.get("/health").json()["edition"] == "a" * 12
        log = (tmp_path / "log.txt").read_text()
    assert "Traceback" not in log
    assert os.path.getsize(tmp_path / "log.txt") < 10_000


@pytest.mark.usefixtures("served")
def test_a_site_is_never_made_of_two_editions(swap: Callable[[str], Path], tmp_path: Path) -> None:
    old = store.version()
    swap("b" * 12)
    with pytest.raises(
        publish.PublishError, match="another edition came in while site was written"
    ):
        publish._write(
            tmp_path / "site", tmp_path, Place("https://atlas.example/", None), old, ["GM0599"], {}
        )
    assert not (tmp_path / "site").exists()
