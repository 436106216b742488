"""All ideas are written down with what there is of each, counted in the embedded edition."""

import shutil
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from dashboard import app, question
from dashboard.address import known
from dashboard.words.text import t
from pipelines import ideas
from pipelines.build import edition
from pipelines.catalogue import CatalogueError

KEYS = {"connections": "ties"}  # of the texts of a page's questions


def test_every_idea_is_there_once_and_the_page_is_fresh() -> None:
    every = ideas.load()
    assert [i.number for i in every] == [*range(1, 23)]
    assert len({i.name_nl for i in every}) == len({i.name_en for i in every}) == 22
    assert all(i.screens and i.rests_on for i in every)
    assert ideas.PAGE.read_text(encoding="utf-8") == ideas.readable(every), "run `make catalogue`"


def test_every_screen_is_there_and_called_as_it_is_there() -> None:
    """That each question opens too is in `tests/app/test_every_page.py`."""
    titles = {app.name(m): m.TITLE for m in app.pages()}
    for address, name in {a: n for i in ideas.load() for a, n in i.screens.items()}.items():
        parts = urlsplit(address)
        page, asked = parts.path.removeprefix("/"), parse_qs(parts.query)
        assert known(parts.path)
        assert asked.keys() <= {"ask"}
        questions = [*question.of(page)]
        headings = [t(titles[page], "en")]
        if questions:
            ask = asked.get("ask", questions[:1])[0]
            assert ask in questions
            headings.append(t(f"{KEYS.get(page, page)}_{ask}", "en"))
        assert name == ": ".join(headings)


def test_coverage_is_that_of_the_tables() -> None:
    """A figure counts for its own area, a place for those around it too."""
    areas, _, size = ideas._counted(ideas.load(), edition.FOLDER)
    area, place = edition.read("area").set_index("code"), edition.read("place")
    seen = edition.read("observation").query("indicator == 'lonely_share' and value == value").area
    assert areas["indicators", "lonely_share"]["wijk"] == {c for c in seen if c[:2] == "WK"}
    libraries = area.loc[place.area[place.kind == "library"].dropna()]
    assert areas["kinds", "library"]["gemeente"] == {*libraries.municipality}
    assert areas["kinds", "library"]["wijk"] <= {*libraries.parent}
    assert size == {level: int((area.level == level).sum()) for level in ideas.LEVELS}


def test_the_page_follows_the_edition(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(edition.FOLDER, tmp_path / "edition"))
    access = pd.read_parquet(folder / "access.parquet")
    access[access.area != "GM0344"].to_parquet(folder / "access.parquet")
    assert ideas.readable(ideas.load(), folder) != ideas.PAGE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("number = 2\n", "number = 3\n", "numbers"),
        ('"lonely_share"', '"lonely"', "'lonely'"),
        ('missing = "What came', 'lacking = "What came', "missing"),
        ("[[idea]]", "[[idea", "cannot be read"),
    ],
)
def test_a_wrong_entry_is_refused_by_name(tmp_path: Path, old: str, new: str, named: str) -> None:
    file = tmp_path / "ideas.toml"
    text = ideas.FILE.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError, match=rf"ideas\.toml.*{named}"):
        ideas.readable(ideas.load(file))
