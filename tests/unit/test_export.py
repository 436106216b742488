"""What a reader downloads: opened again and read back."""

import csv
import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from dashboard import export, store
from dashboard.page.explore import Shown, _downloads
from dashboard.store import Observation

ROTTERDAM = "GM0599"


@pytest.fixture(scope="module")
def view() -> Shown:
    area, scope = store.area("BU05991571"), store.area(ROTTERDAM)
    assert area
    assert scope
    return Shown("nl", store.indicators()["lonely_share"], "2020", "buurt", area, scope)


@pytest.fixture(scope="module")
def made(view: Shown) -> dict[str, bytes]:
    return {key: make() for key, _, _, make in _downloads(view)}


def test_the_table_holds_every_area_with_its_status_and_licence(view: Shown, made: dict[str, bytes]) -> None:
    text = made["download_csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [r["area"] for r in rows] == [o.code for o in view.found]
    assert {r["status"] for r in rows} <= set(store.STATUSES)
    assert all(r["licence"] == "CC-BY-4.0" and r["publisher"] and r["source"] and r["period"] == "2020" for r in rows)
    tarwewijk = next(r for r in rows if r["area"] == "BU05991571")
    assert tarwewijk["status"] == "estimated"
    assert float(tarwewijk["value"]) == next(o.value for o in view.found if o.code == "BU05991571")


def test_a_name_cannot_become_a_formula(view: Shown) -> None:
    found = [Observation("BU1", '=HYPERLINK("x")', 1.0, None, None, "measured")]
    source = store.sources()[view.indicator.source]
    rows = export.table(found, view.indicator, "2020", "buurt", "%", source, "nl").decode("utf-8-sig")
    assert "'=HYPERLINK" in rows


@pytest.mark.parametrize("key", ["download_map_svg", "download_chart_svg"])
def test_title_source_licence_and_date_are_stamped_in_the_drawing(
    view: Shown, made: dict[str, bytes], key: str
) -> None:
    texts = " ".join("".join(e.itertext()) for e in ET.fromstring(made[key]).iter("{http://www.w3.org/2000/svg}text"))
    for word in ("Eenzaam", "2020", "Rotterdam", "RIVM", "CC-BY-4.0", "Opgehaald op", store.build()["id"], "geschat"):
        assert word.lower() in texts.lower(), word


@pytest.mark.parametrize("key", ["download_map_png", "download_chart_png"])
def test_the_picture_is_large_enough_to_print(made: dict[str, bytes], key: str) -> None:
    picture = Image.open(io.BytesIO(made[key]))
    assert picture.format == "PNG"
    assert picture.width >= 1600
    assert len(picture.convert("RGB").getcolors(1 << 24)) > 20


def test_twice_the_same_view_gives_twice_the_same_bytes(view: Shown, made: dict[str, bytes]) -> None:
    assert {key: make() for key, _, _, make in _downloads(view)} == made
