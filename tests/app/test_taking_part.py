"""Taking part in an area: what was asked there, or that it was not and what asking would need."""

import re

import pytest

from dashboard import store
from dashboard.answer import taking_part
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, t
from pipelines.methods.sample import respondents
from tests.app.conftest import area_of, run, texts


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["GM0599", "BU05991571"])
def test_where_residents_were_asked_it_is_a_bar_each(code: str, lang: str) -> None:
    area = area_of(code)
    answer = taking_part.answer(area, lang)
    assert answer
    assert answer.diagram
    rows = answer.rows()
    assert answer.diagram().count("<rect ") == len(rows) > 3
    for r in rows:
        i = store.indicators()[r["indicator"]]
        assert (i.theme, r["status"]) == ("participation", "measured")
        assert i.headline
        o = store.observation(i.id, r["period"], code)
        assert o
        assert o.value == r["value"]
    title = answer.wording(lang).title
    assert area.name in title
    beside = store.observation(rows[0]["indicator"], rows[0]["period"], "GM0599")
    assert beside
    assert beside.value
    assert number(beside.value, 1, lang) in title
    assert "Rotterdam" in title


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["GM0150", "GM0957", "GM0088", "BU01500000"])
def test_where_it_was_not_the_survey_that_would_is_counted(code: str, lang: str) -> None:
    area = store.area(code) or store.children("GM0150")[0]
    assert taking_part.answer(area, lang) is None
    sentence = taking_part.survey(area, lang)
    assert area.population
    assert number(respondents(area.population), 0, lang) in sentence
    below = [a for a in store.children(area.code) if a.population]
    total = number(sum(respondents(a.population or 0) for a in below), 0, lang)
    if len(below) > 1 and area.level == "gemeente":
        assert total in sentence
    else:  # a municipality of one district is said once
        assert store.term("area_levels", store.area_levels().below[1], lang) not in sentence


def test_the_page_says_it_and_the_country_is_asked_nothing() -> None:
    assert t("asking_title", "nl") in texts(run("profile", area="GM0150"))
    for code in ("NL00", "BU05991571"):
        assert t("asking_title", "nl") not in texts(run("profile", area=code))


def test_where_nobody_lives_nothing_is_asked() -> None:
    assert not taking_part.survey(area_of("BU05992295"), "nl")
    assert not re.search(r"\bNone\b", texts(run("profile", area="BU05992295")))
