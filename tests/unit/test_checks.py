"""What is wrong with the ties and actors of a database is named, and a database without fault passes."""

from collections.abc import Iterator

import duckdb
import pandas as pd
import pytest

from pipelines import PipelineError, build, checks

GOOD = """
    INSERT INTO source (id, licence) VALUES ('s', 'CC0-1.0');
    INSERT INTO term (scheme, id) VALUES ('kind', 'library');
    INSERT INTO place (id, kind) VALUES ('s:place', 'library');
    INSERT INTO actor (id, name, source) VALUES ('s:koor', 'Koor', 's'), ('s:raad', 'Raad', 's');
    INSERT INTO tie (kind, proof, a, b, weight, low, high, status, period, source) VALUES
        ('funding', 'known', 's:raad', 's:koor', 100, NULL, NULL, 'measured', '2016', 's'),
        ('shared_site', 'shared_site', 's:place', 's:koor', NULL, NULL, NULL, 'measured', '2024', 's'),
        ('pupil_flow', 'known', 'postcode:3081', 'gone:school', NULL, 3, 9, 'suppressed', '2024', 's'),
        ('pupil_flow', 'known', 'postcode:3081', 's:place', 12, 12, 12, 'measured', '2024', 's');
"""
PERIOD = "tie without source, period or proof"
NOBODY = "tie between whom nobody knows"
MASKED = "masked tie with an exact number"
BROKEN = [
    (PERIOD, "UPDATE tie SET period = NULL WHERE kind = 'funding'", "funding, s:raad, s:koor (1 in all)"),
    (PERIOD, "UPDATE tie SET period = ''", "(4 in all)"),
    (PERIOD, "UPDATE tie SET proof = NULL WHERE kind = 'shared_site'", "shared_site, s:place, s:koor (1 in all)"),
    (PERIOD, "UPDATE tie SET source = NULL WHERE kind = 'funding'", "funding"),
    (PERIOD, "UPDATE tie SET source = 'other' WHERE kind = 'funding'", "funding"),
    (NOBODY, "UPDATE tie SET a = 's:nobody' WHERE kind = 'funding'", "funding, s:nobody, s:koor (1 in all)"),
    (NOBODY, "UPDATE tie SET b = 's:nobody' WHERE kind = 'shared_site'", "shared_site, s:place, s:nobody (1 in all)"),
    (NOBODY, "DELETE FROM actor WHERE id = 's:koor'", "(2 in all)"),
    (NOBODY, "DELETE FROM place", "shared_site"),
    (NOBODY, "UPDATE tie SET a = NULL WHERE kind = 'funding'", "funding, None, s:koor (1 in all)"),
    (NOBODY, "UPDATE tie SET a = 'postcode:40' WHERE low = 3", "pupil_flow, postcode:40, gone:school (1 in all)"),
    (MASKED, "UPDATE tie SET weight = 5 WHERE status = 'suppressed'", "pupil_flow, postcode:3081, gone:school"),
    (MASKED, "UPDATE tie SET low = NULL WHERE status = 'suppressed'", "pupil_flow"),
    (MASKED, "UPDATE tie SET high = NULL WHERE status = 'suppressed'", "pupil_flow"),
    (MASKED, "UPDATE tie SET high = low WHERE status = 'suppressed'", "pupil_flow"),
    ("missing tie with a number", "UPDATE tie SET status = 'missing' WHERE low = 3", "gone:school (1 in all)"),
    ("tie twice", "INSERT INTO tie SELECT * FROM tie WHERE kind = 'pupil_flow'", "(2 in all)"),
    ("actor twice", "INSERT INTO actor SELECT * FROM actor WHERE id = 's:koor'", "s:koor (1 in all)"),
    ("actor twice", "INSERT INTO actor (id, name, source) VALUES ('s:raad', 'Other', 't')", "s:raad (1 in all)"),
]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of the built shape, without a fault."""
    with duckdb.connect() as con:
        build.create(con, {table: pd.DataFrame() for table in build.SCHEMA}, "national")
        con.execute(GOOD)
        yield con


def test_a_database_without_a_fault_passes(con: duckdb.DuckDBPyConnection) -> None:
    checks.run(con)


@pytest.mark.parametrize(("rule", "fault", "names"), BROKEN, ids=[f"{rule}: {fault}" for rule, fault, _ in BROKEN])
def test_a_broken_rule_is_named_with_its_rows(
    con: duckdb.DuckDBPyConnection, rule: str, fault: str, names: str
) -> None:
    con.execute(fault)
    with pytest.raises(PipelineError) as caught:
        checks.run(con)
    line = next(line for line in str(caught.value).splitlines() if line.strip().startswith(f"{rule}: "))
    assert names in line


def test_the_same_two_may_be_tied_in_two_ways_and_by_two_schemes(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO tie SELECT * REPLACE ('partnership' AS kind) FROM tie WHERE kind = 'funding'")
    con.execute("INSERT INTO tie SELECT * REPLACE ('other' AS scheme) FROM tie WHERE kind = 'funding'")
    con.execute("INSERT INTO tie SELECT * REPLACE ('2017' AS period) FROM tie WHERE kind = 'partnership'")
    checks.run(con)
