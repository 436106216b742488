"""The country in six steps: what each says is counted again from the tables."""

import re
from html import unescape
from statistics import median
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboard import store
from dashboard.answer import groups, listed, money, story, unmeasured
from dashboard.download.files import answer_files
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import run, texts

LINK = "https://example.org/"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_step_is_a_question_with_a_picture_its_figures_and_a_way_on(lang: str) -> None:
    steps = [*story.steps(lang)]
    assert [s.name for s in steps] == list(story.STEPS)
    test = run("start", lang=lang)
    assert not test.exception
    content = texts(test)
    for n, step in enumerate(steps, 1):
        wording = step.answer.wording(lang)
        assert wording.title in [h.value for h in test.header]
        assert f"**{n}. {t(f'story_{step.name}', lang)}**" in [m.value for m in test.markdown]
        assert step.answer.diagram or step.answer.map
        assert wording.source
        assert wording.cautions
        rows = step.answer.rows()
        keys = [tuple(r[k] for k in step.answer.key) for r in rows]
        assert len(keys) == len(set(keys)) > 1
        assert all(make() for *_, make in answer_files(step.answer, LINK, lang))
    links = [urlsplit(link) for link in re.findall(r'href="(/[a-z]+\?[^"]*)"', unescape(content))]
    led = [(link.path[1:], parse_qs(link.query)) for link in links]
    for step in steps:
        assert any(
            page == step.page and all(asked.get(k) == [v] for k, v in step.asked.items())
            for page, asked in led
        )


@pytest.mark.parametrize("step", [s for s in story.steps("nl") if s.asked], ids=lambda s: s.name)
def test_a_way_on_leads_to_what_it_names(step: story.Step) -> None:
    test = run(step.page, **step.asked)
    assert not test.exception
    assert not test.warning


def one(sql: str, *values: object) -> Any:
    return store.rows(sql, *values)[0]["x"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_municipalities_spend_is_the_middle_and_the_ends(lang: str) -> None:
    answer = money.national(lang)
    assert answer
    assert answer.map
    known = {
        r["name"]: r["value"]
        for r in store.rows(
            """SELECT a.name, o.value FROM observation o JOIN area a ON a.code = o.area
               WHERE o.indicator = ? AND a.level = 'gemeente' AND o.value IS NOT NULL AND o.period = (
                 SELECT max(period) FROM observation WHERE indicator = o.indicator)""",
            money.INDICATOR,
        )
    }
    title = answer.wording(lang).title
    assert f"€ {number(median(known.values()), 0, lang)} " in title
    for end in (min(known, key=lambda n: known[n]), max(known, key=lambda n: known[n])):
        assert f"{end} € {number(known[end], 0, lang)}" in title
    assert answer.diagram
    assert answer.diagram().count("<circle ") == len(known)
    assert sum(m.isdigit() for m in answer.map.marks) == len(known)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_groups_are_as_published(lang: str) -> None:
    answer = groups.answer(lang)
    assert answer
    rows = answer.rows()
    for g in groups.groups():
        text, dimension = next(k for k, v in groups.ASKED.items() if v == g.asked)
        published = next(k for k, v in groups.GROUPS.items() if v == g.who)
        value = one(
            """SELECT value AS x FROM survey WHERE indicator_text = ? AND dimension = ? AND subgroup = ?
               AND period = ? AND unit = '%' AND source = ?""",
            text, dimension, published, g.period, groups.SOURCE,
        )  # fmt: skip
        assert value == g.value
        newest = one(
            "SELECT max(period) AS x FROM survey WHERE indicator_text = ? AND dimension = ? AND unit = '%'",
            text,
            dimension,
        )
        assert newest == g.period
    assert len(rows) == len(groups.groups()) >= 7
    assert "70" in answer.wording(lang).title


def test_of_a_kind_is_told_in_how_many_municipalities_we_know_one() -> None:
    known = listed.kinds()
    assert list(known.values()) == sorted(known.values(), reverse=True)
    for kind, n in known.items():
        assert n == one(
            """SELECT count(*) AS x FROM area m WHERE m.level = 'gemeente' AND EXISTS (
                 SELECT 1 FROM place p JOIN area a ON a.code = p.area
                 WHERE p.kind = ? AND a.municipality = m.code)""",
            kind,
        )
    assert "library" not in known  # our list holds a tenth of the libraries that there are
    assert "sports_building" not in known  # known as a polling place only
    assert "museum" in known


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_taking_part_was_asked_is_marked_on_the_map(lang: str) -> None:
    answer = unmeasured.answer(lang)
    assert answer.map
    marked = [r["name"] for r in answer.rows() if r["asked"]]
    assert marked == [m.name for m in unmeasured.asked()] == ["Rotterdam"]
    assert answer.map.marks.count("1") == 1
    assert len(answer.map.marks) == len(store.outlines("gemeente", store.country()))
    wording = answer.wording(lang)
    assert "Rotterdam" in wording.sentence
    assert f" 1 {'van de' if lang == 'nl' else 'of'} 342 " in wording.title
