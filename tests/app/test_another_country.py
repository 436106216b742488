"""An edition of another country, with codes, levels and a projection of its own, needs no other code."""

import asyncio
import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy as np
import pandas as pd
import pytest
from pyproj import Geod

from dashboard import server, store
from dashboard.map.file import file as map_file
from dashboard.site import metadata, pages
from pipelines import catalogue
from pipelines.build import build, catalogue_rows
from pipelines.methods import road
from tests.app.conftest import run, served, texts

CODE = re.compile(r"(NL00)|(GM\d{4})|(WK\d{4}..)|(BU\d{4}....)")
LEVELS = {
    "land": "country",
    "gemeente": "commune",
    "buurt": "section",
}  # without provinces and districts
CITY, SECTION = "C0599", "S05991571"
NATION = """
[country]
label_nl = "Heuvelland"
label_en = "the Hills"
projection = 2169
[area_level.country]
label_nl = "land"
label_en = "country"
plural_nl = "landen"
plural_en = "countries"
code = 'X'
[area_level.commune]
label_nl = "commune"
label_en = "commune"
plural_nl = "communes"
plural_en = "communes"
code = 'C(\\d{4})'
[area_level.section]
label_nl = "sectie"
label_en = "section"
plural_nl = "secties"
plural_en = "sections"
code = 'S(\\d{4})\\d{4}'

[domain.education]"""


def renamed(code: str) -> str:
    """A code of the other country."""
    return "X" if code == "NL00" else {"GM": "C", "BU": "S"}[code[:2]] + code[2:]


def declared(folder: Path) -> catalogue.Catalogue:
    """The catalogue with the other country's levels and codes."""
    folder.mkdir()
    for file in catalogue.FOLDER.glob("*.toml"):
        text = file.read_text(encoding="utf-8")
        if file.stem == "taxonomy":
            begin, end = text.index("[country]"), text.index("[domain.education]")
            text = text[:begin] + NATION.lstrip() + text[end + len("[domain.education]") :]
        text = re.sub(r"^PV\d\d = .*\n", "", text, flags=re.M)
        text = re.sub(r"\bGM(\d{4})\b", r"C\1", text)
        for line in re.findall(r"^levels = \[.*\]$", text, re.M):
            names = dict.fromkeys(LEVELS.get(n, "section") for n in re.findall(r'"(\w+)"', line))
            text = text.replace(line, f"levels = {json.dumps([*names])}")
        (folder / file.name).write_text(text, encoding="utf-8")
    return catalogue.load(folder)


def moved(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of the other country; those of provinces and districts go."""
    rows = rows.copy()
    if {"code", "parent"} <= {*rows.columns}:
        section = rows["level"] == "buurt"
        rows["parent"] = rows["parent"].mask(section, rows["municipality"])
        rows["parent"] = rows["parent"].mask(rows["level"] == "gemeente", "NL00")
    for column in rows.select_dtypes(["object", "str"]).columns:
        text = rows[column].where(rows[column].map(lambda v: isinstance(v, str)), "")
        rows = rows[~text.str.fullmatch(r"PV\d\d|WK\d{4}..|provincie|wijk")]
        text = text.loc[rows.index]
        codes = text.str.fullmatch(CODE)
        rows.loc[codes, column] = text[codes].map(renamed)
        if column == "level":
            rows[column] = rows[column].replace(LEVELS)
    return rows


@pytest.fixture(scope="module", autouse=True)
def _other(
    tmp_path_factory: pytest.TempPathFactory, part_rows: dict[str, pd.DataFrame]
) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("other")
    there = declared(folder / "catalogue")
    rows = {table: moved(frame) for table, frame in part_rows.items()}
    rows["term"] = catalogue_rows.terms(there)
    file = folder / "other.duckdb"
    build.write(rows, there, file, lambda line: None)
    with served(file):
        yield


def test_its_levels_and_country_are_those_of_the_edition() -> None:
    levels = store.area_levels()
    assert (levels.country, levels.below, levels.municipality) == (
        "country",
        ("commune", "section"),
        "commune",
    )
    assert store.country() == "X"
    section = store.area(SECTION)
    assert section
    assert [a.code for a in store.lineage(section)] == ["X", CITY, SECTION]


@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("start", {}),
        ("profile", {"area": "X"}),
        ("profile", {"area": CITY}),
        ("profile", {"area": SECTION}),
        ("explore", {"area": CITY, "indicator": "lonely_share", "level": "section"}),
        ("reach", {"area": CITY}),
        ("gaps", {"area": CITY, "ask": "find"}),
        ("connections", {"area": SECTION}),
        ("data", {}),
    ],
)
def test_its_pages_are_drawn(page: str, asked: dict[str, str]) -> None:
    test = run(page, lang="en", **asked)
    assert not test.exception
    assert not test.warning
    assert not test.error
    assert not re.search(r"\b(NL00|GM\d{4}|BU\d{8})\b|the Netherlands", texts(test))


def test_its_static_page_and_map_hold_its_areas() -> None:
    page = (pages.file(f"en/{SECTION}.html", metadata.Place("https://x.example/")) or b"").decode()
    assert "Tarwewijk" in page
    assert re.search(r"[Tt]he Hills", page)
    body = gzip.decompress(map_file("section", CITY, "nl"))
    assert SECTION in {f["properties"]["code"] for f in json.loads(body)["features"]}


def test_its_api_answers() -> None:
    async def ask(path: str) -> list[dict[str, str]]:
        over = httpx.ASGITransport(server.create())
        async with httpx.AsyncClient(transport=over, base_url="http://x.example/api/v1/") as client:
            answer = await client.get(path)
            assert answer.status_code == 200, answer.text
            return list(answer.json()["data"])

    areas = asyncio.run(ask(f"areas?municipality={CITY}&level=section&limit=1000"))
    assert SECTION in {a["area"] for a in areas}
    assert {a["parent"] for a in areas} == {CITY}


def test_distances_are_in_metres_of_its_projection() -> None:
    lon, lat = np.array([6.1, 6.2]), np.array([49.6, 49.7])
    flat = np.hypot(*np.diff(road.metres(lon, lat, 2169), axis=0)[0])
    assert flat == pytest.approx(Geod(ellps="WGS84").line_length(lon, lat), rel=1e-3)
