"""Figures of one's own: read as written and credited, or refused with the row and the reason."""

from pathlib import Path

import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import own_figures

TOML = """
[source]
title = "Residents' survey"
publisher = "Gemeente Voorbeeld"
licence = "CC-BY-4.0"
attribution = "Bron: Gemeente Voorbeeld"
area_year = 2024

[indicator.choir_share]
theme = "participation"
label_nl = "Zingt in een koor"
label_en = "Sings in a choir"
description_nl = "Aandeel bewoners dat in een koor zingt."
description_en = "Share of residents who sing in a choir."
unit = "percent"
decimals = 1
levels = ["gemeente", "buurt"]
range = [0, 100]
domain = "leisure"
level = "micro"
"""
GOOD = "area,period,value,low,high,status\nGM0599,2025,12.5,10,15,\nBU05991571,2025,,,,suppressed\n"
AREA = pd.DataFrame({"code": ["GM0599", "BU05991571"], "year": 2024})


def written(folder: Path, rows: str = GOOD, toml: str = TOML) -> Path:
    (folder / "choirs.toml").write_text(toml, encoding="utf-8")
    (folder / "choirs.csv").write_text(rows, encoding="utf-8")
    return folder / "choirs.csv"


def test_a_file_is_a_source_with_an_indicator_and_its_figures(tmp_path: Path) -> None:
    file = written(tmp_path)
    assert own_figures.files(tmp_path) == [file]
    cat = catalogue.load(own=tmp_path)
    assert [(i.id, i.theme) for i in cat.of_source("own_choirs")] == [
        ("choir_share", "participation")
    ]
    city, buurt = own_figures.read(file, cat, AREA).to_dict("records")
    assert (city["value"], city["low"], city["high"], city["method"]) == (
        12.5,
        10,
        15,
        own_figures.METHOD,
    )
    assert (city["indicator"], city["period"], city["area_year"], city["source"]) == (
        "choir_share", "2025", 2024, "own_choirs",
    )  # fmt: skip
    assert pd.isna(city["status"])  # follows from the value, as with every source
    assert (pd.isna(buurt["value"]), buurt["status"]) == (True, "suppressed")
    said = own_figures.source(file, cat, 2)
    assert {
        "publisher": "Gemeente Voorbeeld",
        "licence": "CC-BY-4.0",
        "via": "file",
        "rows": 2,
    }.items() <= said.items()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("12.5", "12,5", "row 2: 7 cells under 6 columns"),
        ("12.5", "many", "row 2: value 'many' is no number"),
        ("12.5", "125", "row 2: value 125 is outside 0 to 100"),
        ("12.5", "nan", "row 2: value nan is outside 0 to 100"),
        ("12.5", "9", "row 2: value 9 is not between low and high"),
        ("10,15", "10,", "row 2: low and high come together"),
        ("GM0599", "GM9999", "row 2: area 'GM9999' is not known"),
        ("GM0599", "WK059901", "row 2: area 'WK059901' is of none of the levels"),
        ("GM0599,2025", "GM0599,spring", "row 2: period 'spring' is no year"),
        ("suppressed", "measured", "row 3: status 'measured' without a value"),
        (
            "BU05991571,2025,,,,suppressed",
            "GM0599,2025,1,,,",
            "row 3: GM0599 2025 stands there twice",
        ),
        ("area,", "gebied,", "no column 'area'"),
        ("status\n", "state\n", "unknown column 'state'"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    file = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(PipelineError, match=f"choirs.csv: .*{problem}"):
        own_figures.read(file, catalogue.load(own=tmp_path), AREA)


def test_a_file_alone_is_refused(tmp_path: Path) -> None:
    written(tmp_path).unlink()
    with pytest.raises(PipelineError, match=r"choirs.toml: choirs.csv must stand beside it"):
        own_figures.files(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"participation"', '"dancing"', "theme: unknown theme (found 'dancing')"),
        ("area_year = 2024\n", "", "source.area_year: missing"),
        (
            "[indicator.choir_share]\n",
            '[indicator.choir_share]\nsource = "cbs_kwb"\n',
            "source: follows",
        ),
    ],
)
def test_an_entry_that_is_wrong_is_named(tmp_path: Path, old: str, new: str, problem: str) -> None:
    written(tmp_path, toml=TOML.replace(old, new, 1))
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(own=tmp_path)
    assert problem in str(caught.value)
