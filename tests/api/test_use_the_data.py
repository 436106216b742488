"""What "Use the data" says is done here to the letter."""

import re
from typing import Any

import httpx
import pytest

from pipelines.catalogue import ROOT

TEXT = (ROOT / "docs" / "use-the-data.md").read_text(encoding="utf-8")
WRITTEN = "http://localhost:8501"


@pytest.fixture(scope="module")
def done(site: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that all its Python gives, run where nothing else is."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as place:
        place.chdir(tmp_path_factory.mktemp("data"))
        for code in re.findall(r"```python\n(.*?)```", TEXT, re.S):
            exec(code.replace(WRITTEN, site), names)
    return names


def test_the_figures_of_pandas_are_those_of_the_api(
    done: dict[str, Any], api: httpx.Client
) -> None:
    answer = api.get(f"observations?{done['asked']}".replace("format=csv", "format=json")).json()
    assert answer["next"] is None  # that was all
    assert len(answer["data"]) > 100
    assert [*done["figures"]["area"]] == [row["area"] for row in answer["data"]]
    assert 0 < len(done["known"]) < len(done["figures"])


def test_the_tables_answer_a_question_in_sql(done: dict[str, Any]) -> None:
    assert len(done["largest"]) == 10
    assert all(value > 0 for _, value, _ in done["largest"])


def test_the_outlines_are_those_of_the_neighbourhoods(done: dict[str, Any]) -> None:
    assert done["outlines"].geometry.is_valid.all()
    assert done["outlines"].crs.to_epsg() == 4326
    rotterdam = done["rotterdam"].set_index("area")
    shared = rotterdam.index.intersection(done["outlines"].set_index("area").index)
    assert len(shared) > 50
    assert rotterdam.geometry.is_valid.all()


def test_every_address_that_it_names_answers(site: str) -> None:
    named = {*re.findall(rf"{WRITTEN}([^'\"\s`]+)", TEXT), *re.findall(r"`(/[^`]+[a-z])`", TEXT)}
    named = {n for n in named if "{" not in n and n != "/site/tables/"}
    assert len(named) > 3
    for path in named:
        assert httpx.get(f"{site}{path}", trust_env=False, timeout=60).is_success, path
