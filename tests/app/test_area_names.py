"""Areas that CBS names or codes in a way that is easily taken for another: each has its own
figures.
"""

import json
from html import escape
from pathlib import Path

import pytest
from starlette.requests import Request

from dashboard import store
from dashboard.answer import portrait
from dashboard.api import endpoint
from dashboard.site import metadata, pages
from dashboard.words.numbers import shown
from dashboard.words.text import t
from tests.app.conftest import every_figure, run
from tests.conftest import as_file

DISTRICT = "WK0599ER"  # letters, as every district of Amsterdam has
NAMESAKE = f"""
    UPDATE area SET code = '{DISTRICT}', name = 'Rotterdam' WHERE code = 'WK059915';
    UPDATE area SET parent = '{DISTRICT}' WHERE parent = 'WK059915';
    UPDATE observation SET area = '{DISTRICT}' WHERE area = 'WK059915';
    UPDATE access SET area = '{DISTRICT}' WHERE area = 'WK059915';
    UPDATE peer SET area = '{DISTRICT}' WHERE area = 'WK059915';
    UPDATE peer SET peer = '{DISTRICT}' WHERE peer = 'WK059915';
"""


@pytest.fixture(autouse=True)
def _namesake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The embedded edition with a district that is called like its municipality and has letters in
    its code.
    """
    with as_file(tmp_path / "namesake.duckdb") as con:
        con.execute(NAMESAKE)
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(tmp_path / "namesake.duckdb"))


def test_a_district_called_like_its_municipality_shows_its_own_figures_on_every_surface() -> None:
    district = store.area(DISTRICT)
    assert district
    own = [
        f
        for f in portrait.figures(district)
        if f.indicator.theme == "residents" and f.of == district
    ]
    assert len(own) > 5
    cells = [shown(f.observation, f.indicator, "nl") for f in own]
    columns = every_figure(run("profile", area=DISTRICT))
    theme = columns[t("every_theme", "nl")]
    rows = [n for n, name in enumerate(theme) if name == store.term("theme", "residents", "nl")]
    shown_here = [columns["Rotterdam (wijk)"][n] for n in rows]
    assert shown_here[: len(cells)] == cells
    assert {*shown_here[len(cells) :]} <= {t("status_missing", "nl")}
    assert [columns["Rotterdam (gemeente)"][n] for n in rows][: len(cells)] != cells
    page = (
        pages.file(f"nl/{DISTRICT}.html", metadata.Place("https://atlas.example/")) or b""
    ).decode()
    assert "Rotterdam (wijk)" in page
    assert [cell for cell in cells if f">{escape(cell)}<" not in page] == []


@pytest.mark.parametrize("path", [f"v1/areas/{DISTRICT}", "v1/observations"])
def test_the_api_takes_a_code_with_letters(path: str) -> None:
    query = b"" if path.endswith(DISTRICT) else f"area={DISTRICT}".encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/api/{path}",
        "headers": [],
        "query_string": query,
    }
    answer = endpoint.answer(Request({**scope, "path_params": {"path": path}}))
    assert answer.status_code == 200
    rows = json.loads(bytes(answer.body))["data"]
    assert rows
    assert {r.get("area", r.get("code")) for r in rows} == {DISTRICT}
