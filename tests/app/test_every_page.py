"""Every page and every question of every kind of area: the country, a municipality, a district, a
neighbourhood.
"""

import pytest

from dashboard import app, question
from dashboard.words.text import LANGUAGES
from tests.app.conftest import run, texts

QUESTIONS = {
    "reach": question.of("reach"),
    "gaps": [*question.of("gaps")],
    "connections": [*question.of("connections")],
    "what_if": [*question.of("what_if")],
}
ASKED = [(page, ask) for page in map(app.name, app.pages()) for ask in QUESTIONS.get(page, [""])]
# the country, Utrecht, a district and a neighbourhood of it, and one where few people live
AREAS = ["NL00", "GM0344", "WK034401", "BU03440112", "BU16800000"]


@pytest.mark.parametrize("area", AREAS)
@pytest.mark.parametrize(("page", "ask"), ASKED)
def test_every_page_and_question_opens(page: str, ask: str, area: str) -> None:
    lang = LANGUAGES[(ASKED.index((page, ask)) + AREAS.index(area)) % len(LANGUAGES)]
    test = run(
        page, lang=lang, **{"ask": ask} if ask else {}, **{} if page == "start" else {"area": area}
    )
    assert not test.exception
    assert not test.error
    assert not test.warning
    seen = texts(test)
    assert not {"nan", "NaN"} & {word.strip("().,;:≈%<>") for word in seen.split()}
