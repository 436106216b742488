"""Words of the taxonomy, of publishers and of places are text, wherever they stand."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dashboard.site import pages
from dashboard.site.metadata import Place
from tests.app.conftest import run, served

POISON = "<b onx=1>&"
WORDS = {
    "term": ("label_nl", "description_nl"),
    "indicator": ("label_nl", "description_nl", "caveat_nl"),
    "source": ("title", "publisher", "attribution"),
    "place": ("name", "address"),
    "actor": ("name",),
}


@pytest.fixture(scope="module")
def poisoned(changed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """An edition in which every word that others wrote looks like HTML."""
    file = Path(shutil.copy(changed, tmp_path_factory.mktemp("poisoned") / "poisoned.duckdb"))
    with duckdb.connect(str(file)) as con:
        for table, columns in WORDS.items():
            new = ", ".join(f"{column} = '{POISON}' || {column}" for column in columns)
            con.execute(f"UPDATE {table} SET {new}")
    with served(file):
        yield


@pytest.mark.usefixtures("poisoned")
@pytest.mark.parametrize(
    ("page", "asked"),
    [
        ("explore", {"indicator": "lonely_share", "level": "buurt"}),
        ("profile", {}),
        ("connections", {"ask": "ring"}),
        ("connections", {"ask": "network"}),
        ("gaps", {"ask": "find"}),
        ("reach", {}),
        ("data", {}),
    ],
)
def test_no_word_of_others_becomes_html(page: str, asked: dict[str, str]) -> None:
    test = run(page, area="GM0599", **asked)
    assert not test.exception
    assert not test.error
    drawn = [e.proto.body for e in test.get("html")]
    for part in (json.loads(e.proto.json) for e in test.get("bidi_component")):
        drawn += [part[key] for key in ("html", "svg") if key in part]
    whole = "".join(drawn)
    assert "&lt;b onx=1&gt;" in whole
    assert POISON[:6] not in whole


@pytest.mark.usefixtures("poisoned")
def test_nor_on_the_static_site() -> None:
    for path in ("nl/GM0599.html", "index.html"):
        page = (pages.file(path, Place("https://atlas.example/site/", "")) or b"").decode()
        assert "&lt;b onx=1&gt;" in page
        assert POISON[:6] not in page
