"""The whole line on the mirror: fetch, build, edition. Counts are those that the mirror's README
lists.
"""

from dataclasses import replace
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import (
    build,
    catalogue_rows,
    edition,
    own_places,
    partnerships,
    table_rows,
)
from pipelines.fetch import source
from pipelines.fetch.http import Http
from pipelines.methods import partnership
from tests.national.conftest import run

pytestmark = pytest.mark.mirror

# what the publishers' tables hold, by the mirror's README; OpenStreetMap is asked for our kinds of
# place only
ROWS = {
    "cbs_kwb": 18_310,
    "cbs_regions": 342,
    "cbs_wijken": 3_340,
    "cbs_proximity": 2 * 123,  # 2019 and 2023
    "rivm_health": 4 * 17_341,  # three waves of adults, and the newest of 65 and over
    "iv3_culture": 27_360,
    "pdok_areas": 14_566 + 3_393 + 342,
    "kiesraad_places": 9_140 + 8_669,
    "wikidata_venues": 122 + 575,
    "rce_museums": 629,
    "national_surveys": 149,
    "culture_coaches": 3 + 15,
    "duo_pupils": 110_853,
    "amsterdam_subsidies": 12_468,
}


def one(database: Path, sql: str) -> object:
    with duckdb.connect(str(database), read_only=True) as con:
        return con.sql(sql).fetchall()[0][0]


def test_every_area_of_the_country(national: Path) -> None:
    database = national / "national.duckdb"
    assert (
        one(database, "SELECT count(*) FROM area WHERE level = 'gemeente' AND geometry IS NOT NULL")
        == 342
    )
    assert one(database, "SELECT count(*) FROM area WHERE level = 'wijk'") == 3_393
    assert one(database, "SELECT count(*) FROM area WHERE level = 'buurt'") == 14_574
    assert (
        one(database, "SELECT count(*) FROM area WHERE level = 'buurt' AND geometry IS NOT NULL")
        == 14_566
    )
    assert one(database, "SELECT population FROM area WHERE code = 'NL00'") == 17_942_942


@pytest.mark.parametrize(("name", "rows"), ROWS.items())
def test_every_row_of_a_source_came(national: Path, name: str, rows: int) -> None:
    assert one(national / "national.duckdb", f"SELECT rows FROM source WHERE id = '{name}'") == rows


def test_every_source_has_a_row_and_a_licence(national: Path) -> None:
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        found = con.sql(
            """SELECT id FROM source WHERE licence <> '' AND rows > 0
               AND if(via = 'computed', url = '', url LIKE 'https://%')"""
        ).fetchall()
    assert sorted(r[0] for r in found) == sorted(
        [*catalogue.source_names(), *catalogue.measure_names()]
    )


def test_only_estimates_that_passed_both_tests_are_published(national: Path) -> None:
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        passed = con.sql(
            "SELECT indicator FROM validation GROUP BY 1 HAVING bool_and(passed) ORDER BY 1"
        ).fetchall()
        published = con.sql(
            "SELECT DISTINCT indicator FROM observation WHERE indicator LIKE '%_estimate' ORDER BY 1"
        )
        assert published.fetchall() == passed
        r2 = dict(con.sql("SELECT indicator, min(r2) FROM validation GROUP BY 1").fetchall())
        counts = dict(
            con.sql(
                "SELECT status, count(*) FROM observation WHERE indicator = 'going_out_estimate' GROUP BY 1"
            ).fetchall()
        )
    # the trial of the method: going out well, volunteering never
    assert r2["going_out_estimate"] > 0.7
    assert r2["active_volunteers_estimate"] < 0.3
    assert sum(counts.values()) == 14_574
    assert counts["refused"] > 10_000


def test_estimates_stay_in_rotterdam_for_their_margins_do_not_hold_elsewhere(
    national: Path,
) -> None:
    """An earlier audit found 85 to 90 % at home and 49 to 71 % elsewhere, of five figures like
    these.
    """
    with duckdb.connect(str(national / "national.duckdb"), read_only=True) as con:
        shown = con.sql(
            """SELECT municipality, count(*) FROM observation JOIN area ON code = area
               WHERE indicator = 'going_out_estimate' AND value IS NOT NULL GROUP BY 1"""
        ).fetchall()
        coverage = {
            design: found
            for design, found in con.sql(
                "SELECT design, list(coverage) FROM transport GROUP BY 1"
            ).fetchall()
        }
        refused = con.sql(
            "SELECT DISTINCT refused FROM transport WHERE design = 'elsewhere'"
        ).fetchall()
    assert [m for m, _ in shown] == ["GM0599"]
    assert shown[0][1] > 50
    assert {design: len(found) for design, found in coverage.items()} == {
        "left_out": 5,
        "elsewhere": 5,
        "between": 5,
    }
    assert max(coverage["elsewhere"]) < 0.8 <= min(coverage["left_out"])
    assert all(0.85 <= held <= 0.96 for held in coverage["between"])
    assert all(n > 5_000 for (n,) in refused)


def test_schools_and_places_of_openstreetmap(national: Path, shared: Path) -> None:
    database = national / "national.duckdb"
    assert (
        one(database, "SELECT count(*) FROM place WHERE source = 'duo_schools'")
        == 6_153 + 1_624 + 894
    )
    tags = [tag.split("=") for kind in catalogue.load().kinds.values() for tag in kind.osm]
    where = " OR ".join(f"json_extract_string(tags, '$.{key}') = '{value}'" for key, value in tags)
    copies = shared / "data" / "osm" / "overpass" / "*.parquet"
    expected = duckdb.sql(
        f"SELECT count(DISTINCT type || id) FROM '{copies}' WHERE {where}"
    ).fetchall()[0][0]
    entries = "SELECT id FROM place UNION ALL SELECT unnest(string_split(also, ' ')) FROM place WHERE also IS NOT NULL"
    came = one(database, f"SELECT count(DISTINCT id) FROM ({entries}) WHERE id LIKE 'osm_places:%'")
    assert came == expected - 6 > 1_000  # six playgrounds lie across the border


def test_a_museum_of_three_sources_is_one_place(national: Path) -> None:
    database = national / "national.duckdb"
    assert (
        one(
            database, "SELECT count(*) FROM place WHERE kind = 'museum' AND name = 'Museum Flehite'"
        )
        == 1
    )
    also = one(database, "SELECT also FROM place WHERE kind = 'museum' AND name = 'Museum Flehite'")
    assert also == "rce_museums:336 wikidata_venues:Q29908492"
    # each entry is in one place only, and no kind of the map is complete in the whole country
    twice = "SELECT unnest(string_split(also, ' ')) AS id FROM place UNION ALL SELECT id FROM place"
    assert (
        one(database, f"SELECT count(*) - count(DISTINCT id) FROM ({twice}) WHERE id IS NOT NULL")
        == 0
    )
    assert one(database, "SELECT count(*) FROM listing WHERE complete") == 0


def test_published_figures_arrive_unchanged(national: Path) -> None:
    """Figures checked by hand against the publishers' tables, one per source."""
    expected = {
        ("lonely_share", "GM0599", "2020"): 55.7,
        ("population", "BU05991571", "2024"): 12_330,
    }
    for (indicator, area, period), value in expected.items():
        sql = f"SELECT value FROM observation WHERE (indicator, area, period) = ('{indicator}', '{area}', '{period}')"
        assert one(national / "national.duckdb", sql) == value


def test_culture_spending_adds_up_to_the_published_total(national: Path) -> None:
    """Expenditure of all municipalities on fields 5.3 to 5.6 in the accounts of 2023: 2,298,994
    thousand euros.
    """
    total = one(
        national / "national.duckdb",
        """SELECT sum(o.value * a.population) / 1000 FROM observation o JOIN area a ON a.code = o.area
           WHERE o.indicator = 'spending_culture' AND o.period = '2023' AND a.code = a.municipality""",
    )
    assert total == pytest.approx(
        2_298_994, rel=0.002
    )  # figures are per resident, residents are of 2024


def test_a_second_fetch_asks_for_nothing(national: Path, mirror: str) -> None:
    again = run(mirror, "fetch", "--raw", str(national / "raw"))
    assert again.returncode == 0, again.stderr
    counts = [line for line in again.stdout.splitlines() if "] " in line]
    assert len(counts) == len(catalogue.source_names())
    asked = {line.split()[1].rstrip(":") for line in counts if " 0 requests" not in line}
    # what does not answer is asked again every time, for it may be newer: an edition, an election,
    # an extract
    assert asked == {
        "cbs_former_areas",
        "cbs_wijken",
        "kiesraad_places",
        "osm_places",
        "rivm_health",
    }, again.stdout


@pytest.fixture(scope="module")
def tables(national: Path) -> dict[str, pd.DataFrame]:
    """Every table computed again, in another process than the command's."""
    return table_rows.of_every_table(catalogue.load(), national / "raw", lambda line: None)


def test_the_same_snapshots_give_the_same_content(
    national: Path, tables: dict[str, pd.DataFrame]
) -> None:
    second = national / "second.duckdb"
    build.write(tables, catalogue.load(), second, lambda line: None)
    assert one(second, "SELECT id FROM build") == one(
        national / "national.duckdb", "SELECT id FROM build"
    )
    with duckdb.connect(str(second)) as con:
        con.execute(f"ATTACH '{national / 'national.duckdb'}' AS other (READ_ONLY)")
        for table in set(build.SCHEMA) - {"build"}:
            different = con.sql(
                f"(FROM {table} EXCEPT ALL FROM other.{table}) UNION ALL (FROM other.{table} EXCEPT ALL FROM {table})"
            )
            assert not different.fetchall(), table


def test_the_change_report_names_what_is_new_gone_and_jumped(
    national: Path, tables: dict[str, pd.DataFrame]
) -> None:
    old = national / "old.duckdb"
    old.write_bytes((national / "national.duckdb").read_bytes())
    with duckdb.connect(str(old)) as con:
        con.execute(
            "UPDATE observation SET value = 0 WHERE indicator = 'lonely_share' AND area = 'GM0599' AND period = '2020'"
        )
        con.execute("DELETE FROM observation WHERE indicator = 'home_value' AND area = 'GM0363'")
        # a period that makes place for a newer one is no loss of coverage
        con.execute(
            "INSERT INTO observation SELECT * REPLACE ('2019' AS period) FROM observation "
            "WHERE indicator = 'household_size'"
        )
    said: list[str] = []
    build.write(tables, catalogue.load(), old, said.append)
    report = "\n".join(said)
    assert "home_value: 1 new, 0 vanished, 0 jumped" in report
    assert "lonely_share: 0 new, 0 vanished, 1 jumped (largest: GM0599 2020: 0.0 to 55.7)" in report
    assert one(old, "SELECT count(*) FROM revision") == 2
    assert one(old, "SELECT sort FROM revision WHERE area = 'GM0599'") == "correction"
    assert one(old, "SELECT sort FROM revision WHERE area = 'GM0363'") == "status"
    assert one(old, "SELECT id = compared FROM build")  # the old one was changed behind its back


def test_a_build_that_breaks_a_rule_leaves_the_last_one(
    national: Path, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    target = tmp_path / "target.duckdb"
    target.write_bytes((national / "national.duckdb").read_bytes())
    before = target.read_bytes()
    cat = catalogue.load()
    narrow = cat.indicators["lonely_share"].model_copy(update={"range": (0.0, 40.0)})
    broken = replace(cat, indicators={**cat.indicators, "lonely_share": narrow})
    with pytest.raises(PipelineError, match=r"value out of range: lonely_share, .*, 40\.0"):
        build.write(
            {**tables, "indicator": catalogue_rows.indicators(broken)},
            broken,
            target,
            lambda line: None,
        )
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["target.duckdb"]


def test_the_embedded_edition_is_what_the_pipeline_makes(national: Path, tmp_path: Path) -> None:
    """Nothing in it may be invented: write it again and compare, but for how it was fetched."""
    edition.write(national / "national.duckdb", tmp_path)
    for file in sorted(tmp_path.glob("*.parquet")):
        if file.stem == "revision":
            continue  # is of the edition before it, that we do not have here
        how = {"source": "retrieved, sha256", "build": "built_at, compared, compared_at"}.get(
            file.stem
        )
        keep = f"* EXCLUDE ({how})" if how else "*"
        mine, theirs = (f"(SELECT {keep} FROM '{f}')" for f in (file, edition.FOLDER / file.name))
        different = duckdb.sql(
            f"(FROM {mine} EXCEPT ALL FROM {theirs}) UNION ALL (FROM {theirs} EXCEPT ALL FROM {mine})"
        )
        assert not different.fetchall(), f"{file.stem}: run `make data edition`"
    compared, new = duckdb.sql(
        f"""SELECT (SELECT compared FROM '{edition.FOLDER / "build.parquet"}'),
              (SELECT count(*) FROM '{edition.FOLDER / "revision.parquet"}')"""
    ).fetchall()[0]
    assert compared or not new
    assert {f.name for f in edition.FOLDER.glob("*.parquet")} == {
        f.name for f in tmp_path.glob("*.parquet")
    }
    assert sum(f.stat().st_size for f in edition.FOLDER.iterdir()) < edition.LIMIT_BYTES


COMPILED = ("culture_coaches", "national_surveys", "rotterdam_wijkprofiel")


@pytest.fixture(scope="module")
def live(national: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build as it is live: nobody serves the compiled tables, and two municipalities publish a
    network, one a list of places.
    """
    folder = tmp_path_factory.mktemp("live")
    raw, networks = folder / "raw", folder / "partnerships"
    raw.mkdir()
    networks.mkdir()
    for snapshot in (national / "raw").iterdir():
        if (
            (snapshot / "manifest.json").exists()
            and "." not in snapshot.name
            and snapshot.name not in COMPILED
        ):
            (raw / snapshot.name).symlink_to(snapshot)
    names = partnership.TEMPLATE
    (networks / "rotterdam.csv").write_text(
        f"{names}Huis van de Wijk,social,3081 PE,Muziekschool,,2023,Wijkplan 2024\n"
        "Muziekschool,leisure,Den Haag,Koor,funding,2022-05,Jaarverslag\n",
        encoding="utf-8",
    )
    (networks / "utrecht.csv").write_text(
        f"{names}Koor,leisure,3533,,,,Jaarverslag\n", encoding="utf-8"
    )
    lists = folder / "places"
    lists.mkdir()
    (lists / "utrecht.csv").write_text(
        "name,kind,lat,lon\nKoorhuis,buurthuis,52.0910,5.1215\n", encoding="utf-8"
    )
    credit = (
        '[source]\ntitle = "T"\npublisher = "P"\nlicence = "CC0-1.0"\nattribution = "Bron: P"\n'
    )
    (lists / "utrecht.toml").write_text(credit, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(partnerships, "FOLDER", networks)
        patch.setattr(own_places, "FOLDER", lists)
        build.build(catalogue.load(), raw, folder / "live.duckdb", lambda line: None)
    return folder / "live.duckdb"


def test_a_source_that_nobody_serves_keeps_the_rows_of_the_edition(
    national: Path, live: Path, tmp_path: Path
) -> None:
    """Live, the compiled tables have no address: `fetch` says so and goes on, `build` takes the
    edition's rows.
    """
    for name in COMPILED:
        with pytest.raises(source.NoEndpoint):
            source.fetch(name, catalogue.load(), Http(), tmp_path, say=lambda line: None)
        assert not list(tmp_path.glob(f"{name}*"))
    target = live
    for table in ("survey", "tie", "actor"):
        own = "" if table == "survey" else "WHERE source NOT LIKE 'partnerships_%'"
        assert one(target, f"SELECT count(*) FROM {table} {own}") == one(
            national / "national.duckdb", f"SELECT count(*) FROM {table}"
        )
    sql = """SELECT count(*) FROM observation o JOIN indicator i ON i.id = o.indicator
             WHERE i.source = 'rotterdam_wijkprofiel'"""
    assert one(target, sql) == one(national / "national.duckdb", sql) > 0


def test_a_list_of_places_is_part_of_the_build_and_credited(live: Path) -> None:
    with duckdb.connect(str(live), read_only=True) as con:
        places = con.sql(
            """SELECT p.name, p.kind, p.domain, a.municipality, s.attribution FROM place p
               JOIN area a ON a.code = p.area JOIN source s ON s.id = p.source
               WHERE p.source LIKE 'places_%'"""
        ).fetchall()
    assert places == [("Koorhuis", "community_centre", "social", "GM0344", "Bron: P")]


def test_a_network_that_a_municipality_publishes_is_part_of_the_build(live: Path) -> None:
    """Two files, one actor in both: each with its own source, in the area of its postcode or
    town.
    """
    with duckdb.connect(str(live), read_only=True) as con:
        actors = con.sql(
            "SELECT name, domain, area, source FROM actor WHERE source LIKE 'partnerships_%' ORDER BY ALL"
        )
        assert actors.fetchall() == [
            ("Huis van de Wijk", "social", "BU05991571", "partnerships_rotterdam"),
            (
                "Koor",
                "leisure",
                "WK034401",
                "partnerships_utrecht",
            ),  # several of its neighbourhoods have this postcode
            ("Koor", None, None, "partnerships_rotterdam"),
            ("Muziekschool", "leisure", "GM0518", "partnerships_rotterdam"),
        ]
        ties = con.sql(
            """SELECT t.kind, t.proof, a.name, b.name, t.period, t.scheme, t.status, s.licence, s.title
               FROM tie t JOIN actor a ON a.id = t.a JOIN actor b ON b.id = t.b JOIN source s ON s.id = t.source
               WHERE t.source LIKE 'partnerships_%' ORDER BY ALL"""
        ).fetchall()
    said = ("CC0-1.0", "Jaarverslag; Wijkplan 2024")
    assert ties == [
        ("funding", "known", "Muziekschool", "Koor", "2022-05", "Jaarverslag", "measured", *said),
        (
            "partnership",
            "known",
            "Huis van de Wijk",
            "Muziekschool",
            "2023",
            "Wijkplan 2024",
            "measured",
            *said,
        ),
    ]
