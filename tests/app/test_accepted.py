"""A change that was too great to be published without a word is told on the page Data and
method.
"""

from pathlib import Path

import pytest

from dashboard import store
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import forget, run
from tests.conftest import as_file


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("accepted", ["lonely_share, library, funding, buurt", None])
def test_what_was_accepted_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, accepted: str | None
) -> None:
    with as_file(tmp_path / "x.duckdb") as con:
        con.execute("ALTER TABLE build ADD COLUMN IF NOT EXISTS accepted VARCHAR")
        con.execute("UPDATE build SET accepted = ?", [accepted])
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(tmp_path / "x.duckdb"))
    forget()
    test = run("data", lang=lang)
    assert not test.exception
    names = [
        store.indicators()["lonely_share"].text("label", lang),
        store.term("kind", "library", lang),
        store.term("tie", "funding", lang),
        store.term("area_level", "buurt", lang),
    ]
    told = t("data_accepted", lang, names=", ".join(names))
    assert (told in [i.value for i in test.info]) == bool(accepted)
    forget()
