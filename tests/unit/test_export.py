"""What a reader downloads: opened again and read back."""

import csv
import io
import json
import sqlite3
import xml.etree.ElementTree as ET

import pyarrow.parquet
import pytest
from PIL import Image

from dashboard import store
from dashboard.answer.answer import Answer
from dashboard.answer.view import View
from dashboard.download.files import answer_files, rows, table, view_files
from dashboard.download.table import LICENCES
from dashboard.store import Observation
from dashboard.words.text import t

LINK = "https://example.org"


@pytest.fixture(scope="module")
def view() -> View:
    area = store.area("BU05991571")
    assert area
    return View("nl", store.indicators()["lonely_share"], "2020", "buurt", area)


@pytest.fixture(scope="module")
def made(view: View) -> dict[str, bytes]:
    return make_all(view)


def make_all(view: View) -> dict[str, bytes]:
    every = view_files(view, LINK + view.link())
    return {key: make() for files in every.values() for key, _, _, make in files}


def test_the_table_holds_every_area_with_its_status_and_licence(
    view: View, made: dict[str, bytes]
) -> None:
    text = made["download_csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["area"] for r in rows] == [o.code for o in view.found]
    assert {r["status"] for r in rows} <= set(store.STATUSES)
    assert all(
        r["licence"] == "CC-BY-4.0" and r["publisher"] and r["source"] and r["period"] == "2020"
        for r in rows
    )
    tarwewijk = next(r for r in rows if r["area"] == "BU05991571")
    assert tarwewijk["status"] == "estimated"
    assert float(tarwewijk["value"]) == next(o.value for o in view.found if o.code == "BU05991571")


def test_every_form_of_the_figures_holds_the_same(view: View, made: dict[str, bytes]) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(made["download_parquet"])).to_pylist()
    assert table == rows(view)
    outlined = json.loads(made["download_geojson"])
    assert [f["properties"] for f in outlined["features"]] == table
    assert all(f["geometry"]["type"].endswith("Polygon") for f in outlined["features"])
    with sqlite3.connect(":memory:") as con:
        con.deserialize(made["download_geopackage"])
        asked = "SELECT area, value, status, licence, geometry IS NOT NULL FROM buurt ORDER BY fid"
        assert con.execute(asked).fetchall() == [
            (*(row[c] for c in ("area", "value", "status", "licence")), 1) for row in table
        ]
    written = list(csv.DictReader(io.StringIO(made["download_csv"].decode("utf-8-sig"))))
    assert [float(r["value"]) if r["value"] else None for r in written] == [
        r["value"] for r in table
    ]


def test_the_description_names_every_column_and_the_licence(
    view: View, made: dict[str, bytes]
) -> None:
    said = json.loads(made["download_csvw"])
    assert [c["name"] for c in said["tableSchema"]["columns"]] == made["download_csv"].decode(
        "utf-8-sig"
    ).split("\r\n")[0].split(",")
    assert said["dc:license"] == [{"@id": LICENCES["CC-BY-4.0"]}]
    assert said["url"] == next(
        name for key, name, *_ in view_files(view, LINK)["figures"] if key == "download_csv"
    )
    assert said["dc:identifier"] == LINK + view.link()
    known = {"dc", "skos", "schema"}  # prefixes that a reader of CSVW knows without being told
    assert {key.split(":")[0] for key in said if ":" in key} <= known


def test_yes_and_no_are_written_as_the_description_says(view: View) -> None:
    made = [{"area": "GM0599", "apart": True}, {"area": "GM0363", "apart": False}]
    named = ["rotterdam_wijkprofiel", "cluster"]
    files = {
        key: make()
        for key, *_, make in answer_files(
            Answer(("x",), view.wording, lambda: made, named), LINK, view.lang
        )
    }
    rows = csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))
    assert [row["apart"] for row in rows] == ["true", "false"]
    said = json.loads(files["download_csvw"])
    assert {c["name"]: c["datatype"] for c in said["tableSchema"]["columns"]}["apart"] == "boolean"
    assert said["dc:license"] == [{"@id": LICENCES["CC-BY-4.0"]}]  # of two sources one states none
    assert t("licence_none-stated", view.lang) in said["dc:rights"][0]


def test_a_name_cannot_become_a_formula(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Observation("BU1", '=HYPERLINK("x")', 1.0, None, None, "measured")]
    monkeypatch.setattr(store, "observations", lambda *_: found)
    assert "'=HYPERLINK" in table(view).decode("utf-8-sig")


@pytest.mark.parametrize("key", ["download_map_svg", "download_chart_svg"])
def test_title_source_licence_and_date_are_stamped_in_the_drawing(
    view: View, made: dict[str, bytes], key: str
) -> None:
    texts = " ".join(
        "".join(e.itertext())
        for e in ET.fromstring(made[key]).iter("{http://www.w3.org/2000/svg}text")
    )
    for word in (
        "Eenzaam",
        "2020",
        "Rotterdam",
        "RIVM",
        "CC-BY-4.0",
        "Opgehaald op",
        store.build()["id"],
        "geschat",
        LINK,
    ):
        assert word.lower() in texts.lower(), word


@pytest.mark.parametrize("key", ["download_map_png", "download_chart_png"])
def test_the_picture_is_large_enough_to_print(made: dict[str, bytes], key: str) -> None:
    picture = Image.open(io.BytesIO(made[key]))
    assert picture.format == "PNG"
    assert picture.width >= 1600
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 20


def test_twice_the_same_view_gives_twice_the_same_bytes(view: View, made: dict[str, bytes]) -> None:
    assert make_all(view) == made


@pytest.mark.parametrize("key", ["download_map_social", "download_chart_social"])
def test_the_picture_for_social_media_lies_16_by_9(made: dict[str, bytes], key: str) -> None:
    assert Image.open(io.BytesIO(made[key])).size == (1200, 675)
