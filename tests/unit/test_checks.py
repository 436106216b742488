"""What is wrong with a database, or too different from the last one, is named; one without fault
passes.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import build, checks
from tests.conftest import as_file

GOOD = """
    INSERT INTO source (id, licence) VALUES ('s', 'CC0-1.0');
    INSERT INTO proof (method, item, published, ours, tolerance) VALUES ('gini', '1940', 0.354, 0.35372, 0.0005);
    INSERT INTO term (scheme, id) VALUES ('kind', 'library');
    INSERT INTO place (id, kind) VALUES ('s:place', 'library');
    INSERT INTO actor (id, name, source) VALUES ('s:koor', 'Koor', 's'), ('s:raad', 'Raad', 's');
    INSERT INTO tie (kind, proof, a, b, weight, low, high, status, period, source) VALUES
        ('funding', 'known', 's:raad', 's:koor', 100, NULL, NULL, 'measured', '2016', 's'),
        ('shared_site', 'shared_site', 's:place', 's:koor', NULL, NULL, NULL, 'measured', '2024', 's'),
        ('pupil_flow', 'known', 'postcode:3081', 'gone:school', NULL, 3, 9, 'suppressed', '2024', 's'),
        ('pupil_flow', 'known', 'postcode:3081', 's:place', 12, 12, 12, 'measured', '2024', 's');
"""
NO_PERIOD, NO_PROOF, NO_SOURCE = (
    f"tie against {column} IS NOT NULL" for column in ("period", "proof", "source")
)
NOBODY = "tie between whom nobody knows"
PROVEN = "proof against COALESCE((abs((ours - published)) <= tolerance), false)"
MASKED = "tie against ((status IS DISTINCT FROM 'suppressed') OR COALESCE(((weight IS NULL) AND (low < high)), false))"
MISSING = (
    "tie against ((status IS DISTINCT FROM 'missing') OR (COALESCE(weight, low, high) IS NULL))"
)
BROKEN = [
    (NO_PERIOD, "UPDATE tie SET period = NULL WHERE kind = 'funding'", "funding, s:raad, s:koor"),
    ("tie against (period != '')", "UPDATE tie SET period = ''", "(4 in all)"),
    (
        NO_PROOF,
        "UPDATE tie SET proof = NULL WHERE kind = 'shared_site'",
        "shared_site, s:place, s:koor",
    ),
    (NO_SOURCE, "UPDATE tie SET source = NULL WHERE kind = 'funding'", "funding"),
    (
        "tie without a source",
        "UPDATE tie SET source = 'other' WHERE kind = 'funding'",
        "funding, s:raad, s:koor (1 in all)",
    ),
    (
        NOBODY,
        "UPDATE tie SET a = 's:nobody' WHERE kind = 'funding'",
        "funding, s:nobody, s:koor (1 in all)",
    ),
    (
        NOBODY,
        "UPDATE tie SET b = 's:nobody' WHERE kind = 'shared_site'",
        "shared_site, s:place, s:nobody (1 in all)",
    ),
    (NOBODY, "DELETE FROM actor WHERE id = 's:koor'", "(2 in all)"),
    (NOBODY, "DELETE FROM place", "shared_site"),
    (
        "tie against a IS NOT NULL",
        "UPDATE tie SET a = NULL WHERE kind = 'funding'",
        "funding, None, s:koor",
    ),
    (
        NOBODY,
        "UPDATE tie SET a = 'postcode:40' WHERE low = 3",
        "pupil_flow, postcode:40, gone:school (1 in all)",
    ),
    (PROVEN, "UPDATE proof SET ours = 0.3534", "gini, 1940, 0.3534, 0.354, 0.0005 (1 in all)"),
    (PROVEN, "UPDATE proof SET ours = 'nan'", "gini, 1940"),
    (PROVEN, "UPDATE proof SET ours = NULL", "gini, 1940"),
    (PROVEN, "UPDATE proof SET tolerance = NULL", "gini, 1940"),
    (
        MASKED,
        "UPDATE tie SET weight = 5 WHERE status = 'suppressed'",
        "pupil_flow, postcode:3081, gone:school",
    ),
    (MASKED, "UPDATE tie SET low = NULL WHERE status = 'suppressed'", "pupil_flow"),
    (MASKED, "UPDATE tie SET high = NULL WHERE status = 'suppressed'", "pupil_flow"),
    (MASKED, "UPDATE tie SET high = low WHERE status = 'suppressed'", "pupil_flow"),
    (MISSING, "UPDATE tie SET status = 'missing' WHERE low = 3", "gone:school"),
    ("place of no area", "UPDATE place SET area = 'BU00000000'", "s:place, BU00000000 (1 in all)"),
    ("source against (licence != '')", "UPDATE source SET licence = ''", "s,  (1 in all)"),
    ("term twice", "INSERT INTO term SELECT * FROM term", "kind, library (1 in all)"),
    ("tie twice", "INSERT INTO tie SELECT * FROM tie WHERE kind = 'pupil_flow'", "(2 in all)"),
    (
        "actor twice",
        "INSERT INTO actor SELECT * FROM actor WHERE id = 's:koor'",
        "s:koor (1 in all)",
    ),
    (
        "actor twice",
        "INSERT INTO actor (id, name, source) VALUES ('s:raad', 'Other', 't')",
        "s:raad (1 in all)",
    ),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the built shape, without a fault."""
    with duckdb.connect() as con:
        build.create(con, {table: pd.DataFrame() for table in build.SCHEMA})
        con.execute(GOOD)
        yield con


def test_a_database_without_a_fault_passes(con: duckdb.DuckDBPyConnection) -> None:
    checks.run(con)


@pytest.mark.parametrize(
    ("rule", "fault", "names"), BROKEN, ids=[f"{rule}: {fault}" for rule, fault, _ in BROKEN]
)
def test_a_broken_rule_is_named_with_its_rows(
    con: duckdb.DuckDBPyConnection, rule: str, fault: str, names: str
) -> None:
    con.execute(fault)
    with pytest.raises(PipelineError) as caught:
        checks.run(con)
    line = next(
        line for line in str(caught.value).splitlines() if line.strip().startswith(f"{rule}: ")
    )
    assert names in line


def test_the_same_two_may_be_tied_in_two_ways_and_by_two_schemes(
    con: duckdb.DuckDBPyConnection,
) -> None:
    con.execute(
        "INSERT INTO tie SELECT * REPLACE ('partnership' AS kind) FROM tie WHERE kind = 'funding'"
    )
    con.execute(
        "INSERT INTO tie SELECT * REPLACE ('other' AS scheme) FROM tie WHERE kind = 'funding'"
    )
    con.execute(
        "INSERT INTO tie SELECT * REPLACE ('2017' AS period) FROM tie WHERE kind = 'partnership'"
    )
    checks.run(con)


SHARES = "indicator IN (SELECT id FROM indicator WHERE source = 'cbs_kwb' AND unit = 'percent')"
NEWER = "SELECT * REPLACE ('2099' AS period, value / 1000 AS value) FROM observation WHERE indicator = 'home_value'"
TIED = "SELECT unnest([a, b]) FROM tie WHERE kind = 'shared_site'"  # places that no tie may lose
FAULTS = {  # what was done to a build: what is refused, and what is said of it
    f"UPDATE observation SET value = value / 100 WHERE {SHARES}": {
        "children_share": r"\d+ of \d+ figures of buurt jumped, 2024 to 2024 \(largest: \w+: [\d.]+, now 0\.\d+\)",
        "older_residents_share": "figures of buurt jumped",
        "owner_occupied_share": "figures of buurt jumped",
    },
    f"INSERT INTO observation {NEWER}": {"home_value": "figures of buurt jumped, 2024 to 2099"},
    "UPDATE observation SET value = value / 10 WHERE indicator = 'library_members_share'": {
        "library_members_share": "the middle one of them is 0.1 times what it was"
    },
    "DELETE FROM observation WHERE indicator = 'lonely_share' AND area LIKE 'BU%'": {
        "lonely_share": r"coverage lost: lonely_share 2012 had 450 figures, now \d+"
    },
    f"DELETE FROM place WHERE kind = 'primary_school' AND hash(id) % 2 = 0 AND id NOT IN ({TIED})": {
        "primary_school": r"places of kind primary_school: 171, now \d+ \(most of them in GM0599: 171, now \d+\)"
    },
    # what one source lost another made up for
    """UPDATE place SET source = 'osm_places' WHERE kind = 'primary_school' AND hash(id) % 2 = 0""": {
        "primary_school": r"places of kind primary_school of duo_schools: 171, now \d+"
    },
    "DELETE FROM tie WHERE kind = 'pupil_flow' AND hash(a, b) % 5 = 0": {
        "pupil_flow": "ties of kind pupil_flow: 6,777"
    },
    "UPDATE area SET geometry = NULL WHERE level = 'buurt' AND hash(code) % 2 = 0": {
        "buurt": r"outlines of level buurt: \d+, now \d+ \(most of them in GM0599"
    },
}
ALLOWED = [
    "CREATE TABLE nothing (i INTEGER)",
    "UPDATE observation SET value = value + 0.5 WHERE indicator = 'lonely_share'",
    "UPDATE observation SET value = value / 100 WHERE indicator = 'lonely_share' AND area IN ('GM0599', 'GM0363')",
    "DELETE FROM place WHERE id = (SELECT min(id) FROM place WHERE kind = 'cinema')",
    "DELETE FROM place WHERE id IN (SELECT id FROM place WHERE kind = 'library' ORDER BY id LIMIT 3)",
    "UPDATE area SET geometry = NULL WHERE code IN ('BU05991571', 'BU05990110')",
    "INSERT INTO observation SELECT * REPLACE ('2099' AS period, value * 1.4 AS value) FROM observation "
    "WHERE indicator = 'budget_culture' AND period = '2025'",
]


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of the embedded edition as the last build."""
    file = tmp_path_factory.mktemp("last") / "last.duckdb"
    as_file(file).close()
    return file


@contextmanager
def after(last: Path, fault: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """A build of the same with something done to it."""
    with as_file(":memory:") as con:
        con.execute(fault)
        yield con


@pytest.mark.parametrize("fault", FAULTS)
def test_a_change_that_is_too_great_is_refused_by_name_until_it_is_accepted(
    last: Path, fault: str
) -> None:
    with after(last, fault) as con:
        with pytest.raises(PipelineError) as caught:
            checks.run(con, last)
        for name, said in FAULTS[fault].items():
            assert re.search(said, str(caught.value)), (name, str(caught.value))
            assert f"--accept {name}" in str(caught.value)
        assert str(caught.value).count("--accept ") == len(FAULTS[fault])
        assert sorted(checks.run(con, last, [*FAULTS[fault], "going_out_share"])) == sorted(
            FAULTS[fault]
        )


@pytest.mark.parametrize("change", ALLOWED)
def test_what_a_revision_does_is_not_refused(last: Path, change: str) -> None:
    with after(last, change) as con:
        assert checks.run(con, last) == []


@pytest.mark.parametrize(
    ("was", "now", "refused"), [(5, 4, False), (5, 2, False), (48, 3, True), (50, 45, False)]
)
def test_a_few_places_may_go(tmp_path: Path, was: int, now: int, refused: bool) -> None:
    def held(con: duckdb.DuckDBPyConnection, number: int) -> None:
        build.create(con, {table: pd.DataFrame() for table in build.SCHEMA})
        con.execute(f"{GOOD} UPDATE place SET source = 's';")
        con.execute(
            f"INSERT INTO place (id, kind, source) SELECT 's:' || range, 'library', 's' FROM range({number - 1})"
        )

    with duckdb.connect(str(tmp_path / "last.duckdb")) as con:
        held(con, was)
    with duckdb.connect() as con:
        held(con, now)
        said = f"places of kind library: {was}, now {now}"
        with pytest.raises(PipelineError, match=said) if refused else nullcontext():
            checks.run(con, tmp_path / "last.duckdb")


def test_an_unknown_name_to_accept_is_an_error_that_says_which_are_known(tmp_path: Path) -> None:
    with pytest.raises(
        PipelineError, match=r"--accept liberry: .*buurt.*library.*lonely_share.*pupil_flow"
    ):
        build.build(
            catalogue.load(), tmp_path, tmp_path / "x.duckdb", accept=["library", "liberry"]
        )


def test_what_was_accepted_is_recorded_and_stays_with_the_same_content(
    tmp_path: Path, part_rows: dict[str, pd.DataFrame]
) -> None:
    rows = part_rows
    shared = rows["tie"][rows["tie"]["kind"] == "shared_site"]
    tied = rows["place"]["id"].isin({*shared["a"], *shared["b"]})  # a place that no tie may lose
    few = rows["place"][(rows["place"]["kind"] != "primary_school") | tied]
    target = tmp_path / "x.duckdb"
    for held, accept in (
        (rows, []),
        ({**rows, "place": few}, ["primary_school", "library"]),
        ({**rows, "place": few}, []),
    ):
        build.write(held, catalogue.load(), target, lambda line: None, accept)
    with duckdb.connect(str(target)) as con:
        assert con.sql("SELECT accepted FROM build").fetchall() == [("primary_school",)]
    before = target.read_bytes()
    half = few[(few["kind"] != "secondary_school") | tied[few.index]]
    with pytest.raises(PipelineError, match="secondary_school"):
        build.write({**rows, "place": half}, catalogue.load(), target, lambda line: None)
    assert target.read_bytes() == before
    assert {f.name for f in tmp_path.iterdir()} == {target.name, f"{target.name}.editions"}
