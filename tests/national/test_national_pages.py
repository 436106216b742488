"""The pages as readers see them: on the national build, of the country, a municipality, a district, a neighbourhood."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard import app, store
from dashboard.page import connections, gaps, learning_paths, reach
from dashboard.text import LANGUAGES, t
from tests.app.conftest import forget, run, texts
from tests.app.test_gaps import (  # noqa: F401
    test_every_figure_lies_between_the_bounds_of_its_third,
    test_in_a_page_elsewhere_every_question_ends_with_its_source_and_the_whole,
)
from tests.app.test_profile import (  # noqa: F401
    test_a_figure_that_is_twice_on_a_page_has_one_margin,
    test_every_kind_of_area,
    test_the_figures_of_the_tables_are_those_of_the_store,
)

pytestmark = pytest.mark.mirror

QUESTIONS = {
    "reach": reach.QUESTIONS,
    "gaps": gaps.QUESTIONS,
    "learning_paths": learning_paths.QUESTIONS,
    "connections": connections.QUESTIONS,
}
ASKED = [(page, ask) for page in map(app.name, app.pages()) for ask in QUESTIONS.get(page, [""])]
# the country, Utrecht, a district and a neighbourhood of it, and one where few people live: none of them in full in the
# embedded edition
AREAS = ["NL00", "GM0344", "WK034401", "BU03440112", "BU16800000"]


@pytest.fixture(scope="module", autouse=True)
def _served(national: Path) -> Iterator[None]:
    """What is served is the national build."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CULTUURATLAS_DATABASE", str(national / "national.duckdb"))
        forget()
        assert store.build()["edition"] == "national"
        yield
    forget()


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize(("page", "ask"), ASKED)
def test_every_page_and_question_opens(page: str, ask: str, area: str) -> None:
    lang = LANGUAGES[(ASKED.index((page, ask)) + AREAS.index(area)) % len(LANGUAGES)]
    test = run(page, lang=lang, **{"ask": ask} if ask else {}, **{} if page == "start" else {"area": area})
    assert not test.exception
    assert not test.error
    assert not test.warning
    seen = texts(test)
    assert t("edition_embedded", lang) not in seen
    assert not {"nan", "NaN"} & {word.strip("().,;:≈%<>") for word in seen.split()}
