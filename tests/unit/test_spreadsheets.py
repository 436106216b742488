"""Figures as a workbook and as a CSV for a spreadsheet in Dutch: every number stays that number."""

import csv
import io
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import View
from dashboard.download.files import answer_dutch, answer_files, answer_workbook, rows, view_files
from dashboard.download.table import figure, sheet
from dashboard.words.text import LANGUAGES, t

LINK = "https://example.org/explore"
VALUES: list[Any] = [
    12.345,
    1_234,
    1234567.8,
    0.1,
    -0.5,
    1_250.0,
    1865.6399999999999,
    3e-7,
    1e15,
    None,
]
WORDS = Wording("Titel", "Zin.", "Bron: x.", ("Niet dit.", "Niet dat."))


def answer(values: list[Any]) -> Answer:
    def made() -> list[dict[str, Any]]:
        return [
            {"area": f"GM{n:04}", "name": name, "value": value, "period": "2023", "apart": True}
            for n, (name, value) in enumerate(
                zip(["=1+1", "+Kunst", "3081", *"abcdefg"], values, strict=True)
            )
        ]

    return Answer(("x",), lambda _: WORDS, made, ["rotterdam_wijkprofiel"])


def read(body: bytes) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(body))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def numbers(table: list[list[Any]], column: str = "value") -> list[Any]:
    at = table[0].index(column)
    return [None if row[at] == "" else row[at] for row in table[1:]]


EXACT = [v if v is None else pytest.approx(v, rel=1e-12) for v in VALUES]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_workbook_has_numbers_as_numbers_and_a_sheet_that_describes_them(lang: str) -> None:
    sheets = read(answer_workbook(answer(VALUES), LINK, lang))
    figures, description = (
        sheets[t("workbook_figures", lang)],
        sheets[t("workbook_description", lang)],
    )
    assert numbers(figures) == EXACT
    assert numbers(figures, "name")[:3] == ["=1+1", "+Kunst", "3081"]  # text, and no formula
    assert numbers(figures, "period") == ["2023"] * len(VALUES)
    assert numbers(figures, "apart") == [True] * len(VALUES)
    described = {str(row[0]): str(row[1]) for row in description[1:]}
    assert described[t("workbook_source", lang)] == WORDS.source
    assert described[t("workbook_link", lang)] == LINK
    assert all(caution in described[t("not_conclude", lang)] for caution in WORDS.cautions)
    assert all(described[name] for name in figures[0])


def test_a_csv_for_a_dutch_spreadsheet_has_semicolons_and_decimal_commas() -> None:
    text = answer_dutch(answer(VALUES), LINK, "nl").decode("utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    values = [row["value"] for row in table]
    assert values == [
        "12,345", "1234", "1234567,8", "0,1", "-0,5", "1250", "1865,64", "0,0000003", "1000000000000000", "",
    ]  # fmt: skip
    assert [row["name"] for row in table[:2]] == ["'=1+1", "'+Kunst"]
    assert {row["apart"] for row in table} == {"true"}


@pytest.mark.parametrize(
    ("value", "short"),
    [(1865.6399999999999, 1865.64), (0.1 + 0.2, 0.3), (3.0, 3), (38.925, 38.925)],
)
def test_a_figure_has_no_decimals_that_only_the_computer_added(value: float, short: float) -> None:
    assert figure(value) == short
    assert sheet([{"a": value}]).decode("utf-8-sig") == f"a\r\n{short}\r\n"


def test_both_are_beside_the_standard_csv_and_are_the_same_each_time() -> None:
    files = answer_files(answer(VALUES), LINK, "nl", packed=False)
    assert [key for key, *_ in files] == [
        "download_csv", "download_csvw", "download_xlsx", "download_csv_dutch",
    ]  # fmt: skip
    assert all(make() == make() for *_, make in files)


def test_a_view_has_them_too() -> None:
    area = store.area("GM0599")
    assert area
    view = View("nl", store.indicators()["lonely_share"], "2020", "buurt", area)
    files = {key: make for key, _, _, make in view_files(view, LINK)["figures"]}
    assert numbers(read(files["download_xlsx"]())["Cijfers"]) == [r["value"] for r in rows(view)]


# --- in LibreOffice


def converted(
    body: bytes, ending: str, folder: Path, infilter: str = ""
) -> dict[str, list[list[Any]]]:
    """What a spreadsheet in Dutch makes of a file."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office:
        pytest.skip("no LibreOffice here: on Debian, libreoffice-calc-nogui")
    (folder / f"in{ending}").write_bytes(body)
    (folder / "out").mkdir()
    command = [office, f"-env:UserInstallation={(folder / 'user').as_uri()}", "--headless"]
    command += [
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        *([f"--infilter={infilter}"] if infilter else []),
    ]
    command += ["--outdir", str(folder / "out"), str(folder / f"in{ending}")]
    environment = {
        **os.environ,
        "LANG": "nl_NL.UTF-8",
        "LC_ALL": "nl_NL.UTF-8",
        "HOME": str(folder),
    }
    subprocess.run(command, check=True, capture_output=True, timeout=120, env=environment)
    return read((folder / "out" / "in.xlsx").read_bytes())


DUTCH = "CSV:{},34,76,1,,1043,false,true"  # separator, quote, UTF-8, from row 1, Dutch, numbers are found


def test_every_number_is_right_in_a_dutch_spreadsheet(tmp_path: Path) -> None:
    body = answer_dutch(answer(VALUES), LINK, "nl")
    (table,) = converted(body, ".csv", tmp_path, DUTCH.format(59)).values()
    assert numbers(table) == EXACT


def test_the_figures_that_were_read_a_thousand_times_too_high_are_right(tmp_path: Path) -> None:
    area, indicator = store.area("GM0599"), store.indicators()["cultural_facilities_share"]
    assert area
    view = View("nl", indicator, store.periods(indicator.id, "buurt")[0], "buurt", area)
    files = {key: make for key, _, _, make in view_files(view, LINK)["figures"]}
    (table,) = converted(files["download_csv_dutch"](), ".csv", tmp_path, DUTCH.format(59)).values()
    values = [row["value"] for row in rows(view)]
    assert sum(value is not None for value in values) > 50
    assert numbers(table) == values


def test_a_workbook_opens_in_a_dutch_spreadsheet_with_every_number_right(tmp_path: Path) -> None:
    body = answer_workbook(answer(VALUES), LINK, "nl")
    assert numbers(converted(body, ".xlsx", tmp_path)["Cijfers"]) == EXACT


def test_a_standard_csv_in_a_dutch_spreadsheet_is_what_the_other_is_there_for(
    tmp_path: Path,
) -> None:
    """It reads 12.345 as twelve thousand: if it no longer does, one CSV is enough."""
    (table,) = converted(sheet(answer(VALUES).rows()), ".csv", tmp_path, DUTCH.format(44)).values()
    assert numbers(table)[0] == 12345
