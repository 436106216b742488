"""A build that cannot be finished says why in a sentence and leaves everything as it was."""

import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import build, edition, table_rows
from pipelines.methods import sums
from tests.conftest import as_file, room_for

CATALOGUE = catalogue.load()
LEFT = [
    "x.duckdb.new",
    "x.duckdb.new.wal",
    "x.duckdb.12345.new",
    "x.duckdb.12345.new.wal",
    "x.duckdb.12345.new.tmp",
]


def files(folder: Path) -> set[str]:
    return {f.name for f in folder.iterdir()} - {".lock"}


@pytest.fixture
def rows(
    monkeypatch: pytest.MonkeyPatch, part_rows: dict[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """What the sources say: a part of the embedded edition."""
    monkeypatch.setattr(build, "of_every_table", lambda *given: part_rows)
    return part_rows


@pytest.mark.usefixtures("rows")
def test_a_full_disk_is_a_sentence_and_the_last_build_stays(tmp_path: Path) -> None:
    target = tmp_path / "data" / "x.duckdb"
    target.parent.mkdir()
    as_file(target).close()
    before = target.read_bytes()
    with (
        room_for(200_000),
        pytest.raises(
            PipelineError, match=r"^x\.duckdb.* cannot be .*; the last build is untouched$"
        ),
    ):
        build.build(CATALOGUE, tmp_path / "raw", target)
    assert target.read_bytes() == before
    assert files(target.parent) == {"x.duckdb"}
    build.build(CATALOGUE, tmp_path / "raw", target, lambda line: None)


@pytest.mark.usefixtures("rows")
def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(PipelineError, match="file"):
        build.build(CATALOGUE, tmp_path / "raw", tmp_path / "file" / "x.duckdb")


@pytest.mark.usefixtures("rows")
def test_what_a_dead_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    kept = {"x.duckdb.bak", "x.duckdb.renewed", "y.duckdb.1.new", "new"}
    for name in (*LEFT, *kept):
        (tmp_path / name).write_text("half")
    build.build(CATALOGUE, tmp_path / "raw", tmp_path / "x.duckdb", lambda line: None)
    assert files(tmp_path) == {"x.duckdb", "x.duckdb.editions", "raw", *kept}


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("held", ["raw", "data"])
def test_two_at_once_are_told_so(tmp_path: Path, held: str) -> None:
    folder = f"Path({str(tmp_path / held)!r})"
    holding = (
        f"with snapshot.locked({folder}, 'fetch'):\n    print('held', flush=True)\n    input()"
    )
    holding = f"from pathlib import Path\nfrom pipelines.fetch import snapshot\n{holding}"
    with subprocess.Popen(
        [sys.executable, "-c", holding],
        cwd=catalogue.ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        with pytest.raises(PipelineError, match="is at work"):
            build.build(CATALOGUE, tmp_path / "raw", tmp_path / "data" / "x.duckdb")
        other.communicate("\n")
    build.build(CATALOGUE, tmp_path / "raw", tmp_path / "data" / "x.duckdb", lambda line: None)


def test_what_no_step_foresaw_is_a_sentence_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "of_every_table", lambda *given: {}["area"])
    with pytest.raises(
        PipelineError,
        match=r"cannot be put together \(KeyError: 'area'\); the last build is untouched",
    ):
        build.build(CATALOGUE, tmp_path / "raw", tmp_path / "x.duckdb")
    assert files(tmp_path) == {"raw"}


def test_a_measure_that_fails_is_named(part_rows: dict[str, pd.DataFrame]) -> None:
    tables = {t: part_rows[t] for t in ("area", "observation", "place", "completeness", "source")}
    tables |= {"street": pd.DataFrame(), "place": tables["place"][:0]}
    with pytest.raises(PipelineError, match=r"^access cannot be computed from these sources \("):
        table_rows._measures(tables, CATALOGUE, tables["source"].to_dict("records"))


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """A database and an edition that was cut from it before."""
    as_file(tmp_path / "x.duckdb").close()
    edition.write(tmp_path / "x.duckdb", tmp_path / "edition")
    return tmp_path / "edition"


def test_an_edition_is_written_whole_or_not_at_all(
    cut: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {f.name: f.read_bytes() for f in cut.iterdir()}
    assert set(before) == {*(f"{table}.parquet" for table in build.SCHEMA), sums.FILE}
    with duckdb.connect(str(cut.parent / "x.duckdb")) as con:
        con.execute("UPDATE observation SET value = value + 1; UPDATE source SET title = 'other'")
    with (
        room_for(60_000),
        pytest.raises(
            PipelineError, match=r"edition: cannot be written .*last edition is untouched"
        ),
    ):
        edition.write(cut.parent / "x.duckdb", cut)
    monkeypatch.setattr(edition, "LIMIT_BYTES", 1)
    with pytest.raises(PipelineError, match="more than 1"):
        edition.write(cut.parent / "x.duckdb", cut)
    assert {f.name: f.read_bytes() for f in cut.iterdir()} == before
    assert files(cut.parent) == {"x.duckdb", "edition"}
    monkeypatch.undo()
    edition.write(cut.parent / "x.duckdb", cut)
    assert {f.name for f in cut.iterdir()} == set(before)
    assert (cut / "source.parquet").read_bytes() != before["source.parquet"]


def test_an_edition_that_was_killed_between_two_names_is_put_back(cut: Path) -> None:
    cut.rename(cut.with_name("edition.old"))
    shutil.copytree(cut.with_name("edition.old"), cut.with_name("edition.new"))
    cut.with_name("x.duckdb").rename(cut.with_name("y.duckdb"))
    (cut.parent / "x.duckdb").write_text("no database")
    with pytest.raises(PipelineError):
        edition.write(cut.parent / "x.duckdb", cut)
    assert len(files(cut)) == len(build.SCHEMA) + 1
    assert files(cut.parent) == {"x.duckdb", "y.duckdb", "edition"}


def test_a_folder_with_something_else_in_it_is_not_replaced(cut: Path) -> None:
    (cut / "thesis.txt").write_text("the only copy")
    with pytest.raises(PipelineError, match=r"edition: thesis\.txt is no table"):
        edition.write(cut.parent / "x.duckdb", cut)
    assert (cut / "thesis.txt").exists()


def test_what_a_publisher_gives_is_shown_and_only_its_blanks_are_withheld() -> None:
    """The bar is the publisher's on its own residents; a share of ours, from rounded counts, keeps
    to its bar.
    """
    area = pd.DataFrame({"code": ["few", "many", "nobody"], "population": [40, 4_000, 0]})
    given = {
        "income_per_resident": ([None, 30.0, None], ["suppressed", "measured", "not_applicable"]),
        "lonely_share": ([44.0, None, 41.0], ["estimated", "missing", "estimated"]),
        "children_share": ([10.0, 400.0, 0.0], ["suppressed", "measured", "not_applicable"]),
    }
    rows = [
        (i, a, v)
        for i, (values, _) in given.items()
        for a, v in zip(area["code"], values, strict=True)
    ]
    seen = pd.DataFrame(rows, columns=["indicator", "area", "value"]).assign(
        period="2024", area_year=2024
    )
    observations = table_rows._observations(seen, area, CATALOGUE)
    assert observations["status"].tolist() == [
        s for _, statuses in given.values() for s in statuses
    ]
    value = observations.set_index(["indicator", "area"])["value"]
    assert value.dropna().to_dict() == {
        ("income_per_resident", "many"): 30, ("lonely_share", "few"): 44, ("lonely_share", "nobody"): 41,
        ("children_share", "many"): 10,
    }  # fmt: skip


CBS = {"attribution": "Bron: CBS", "licence": "CC-BY-4.0", "retrieved": "2026-11-02"}
OSM = {
    "attribution": "© OpenStreetMap contributors",
    "licence": "ODbL-1.0",
    "retrieved": "2026-11-01",
}


def test_what_we_compute_credits_what_it_rests_on_and_keeps_a_licence_that_asks_so() -> None:
    of_cbs, of_both = (
        table_rows.computed("Afstand", [CBS, CBS]),
        table_rows.computed("Afstand", [CBS, OSM]),
    )
    assert of_cbs["attribution"] == "Berekening: Cultuuratlas, op gegevens van CBS"
    assert (
        of_both["attribution"]
        == "Berekening: Cultuuratlas, op gegevens van CBS; © OpenStreetMap contributors"
    )
    assert (of_cbs["licence"], of_both["licence"]) == ("CC-BY-4.0", "ODbL-1.0")
    assert (of_cbs["retrieved"], of_both["retrieved"]) == ("2026-11-02", "2026-11-01")
    many = table_rows.computed(
        "Afstand", [CBS | {"attribution": f"Bron: {n}"} for n in range(table_rows.CREDITED + 1)]
    )
    assert many["attribution"].startswith(
        f"Berekening: Cultuuratlas, op gegevens van {table_rows.CREDITED + 1} bronnen"
    )
    assert table_rows.computed("Afstand", [])["attribution"] == "Berekening: Cultuuratlas"


def test_places_at_one_address_credit_the_sources_of_those_places() -> None:
    parquet = {table: f"'{edition.FOLDER / table}.parquet'" for table in ("tie", "place", "source")}
    with duckdb.connect() as con:
        credited = con.sql(
            f"""SELECT DISTINCT s.attribution FROM {parquet["tie"]} t JOIN {parquet["place"]} p ON p.id IN (t.a, t.b)
                JOIN {parquet["source"]} s ON s.id = p.source WHERE t.source = 'shared_site'"""
        ).fetchall()
        ours = con.sql(
            f"SELECT attribution FROM {parquet['source']} WHERE id = 'shared_site'"
        ).fetchall()[0][0]
    names = ours.partition(" op gegevens van ")[2].split("; ")
    assert sorted(names) == sorted(
        attribution.removeprefix("Bron: ") for (attribution,) in credited
    )
