"""Where it is hard, at the top of a profile: the finder's own list, said relative to whom it is
compared with.
"""

import re
import xml.etree.ElementTree as ET

import pytest

from dashboard import store
from dashboard.answer import hardest, portrait, profile, profile_sections
from dashboard.answer.view import name
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run

AREAS = ["NL00", "GM0150", "GM0193", "GM0114", "GM0599", "WK059915", "BU05991571"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_the_names_and_counts_are_those_of_the_finder(code: str, lang: str) -> None:
    area = area_of(code)
    answer = hardest.answer(area, lang)
    assert answer
    asked = hardest.asked_of(area)
    rows = [*asked.rows((1,) * len(asked.names))]
    wording = answer.wording(lang)
    compared = name(area_of(asked.scope), lang)
    assert compared in wording.title  # worse than what, for a worst fifth there is everywhere
    if area.level in ("land", "gemeente"):
        worst = [r["name"] for r in rows if r["band"] == 1]
        assert all(n in wording.title for n in worst[:3])
        assert f"{len(worst)} " in wording.sentence
    if area.level == "wijk":
        inside = {a.name for a in store.children(code)}
        named = wording.title.partition(": ")[2]
        assert any(n in named for n in inside)
        assert not any(r["name"] in named for r in rows if r["name"] not in inside)
    assert t("hardest_not", lang) in wording.sentence
    assert {r["area"] for r in answer.rows()} == {r["code"] for r in rows}


@pytest.mark.parametrize("code", AREAS)
def test_every_area_with_a_figure_is_a_dot_and_what_is_named_has_its_own_figure(code: str) -> None:
    area = area_of(code)
    answer = hardest.answer(area, "nl")
    assert answer
    assert answer.diagram
    drawn = answer.diagram()
    texts = [e.text or "" for e in ET.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    label = next(
        i for i in store.indicators().values() if any(i.label_nl in text for text in texts)
    )
    asked = hardest.asked_of(area)
    period = store.periods(label.id, asked.level)[0]
    known = [
        o
        for o in store.observations(label.id, period, asked.level, asked.scope)
        if o.value is not None
    ]
    assert drawn.count("<circle ") == len(known)
    figure = re.search(r"≈ ([\d,]+)", next(text for text in texts if "≈" in text))
    assert figure
    assert float(figure[1].replace(",", ".")) in [round(o.value or 0, 1) for o in known]
    assert any("geschat" in text for text in texts)


@pytest.mark.parametrize("code", ["GM0096", "GM0376", "BU03760102"])
def test_of_few_areas_the_figures_stand_by_name_without_a_rank(code: str) -> None:
    area = area_of(code)
    asked = hardest.asked_of(area)
    assert 0 < asked.chosen.sum() < hardest.FEWEST
    assert hardest.answer(area, "nl") is None
    (section,) = profile_sections.few(area, "nl")
    names = [row[t("column_area", "nl")] for row in section.rows]
    assert names == sorted(r["name"] for r in asked.rows((1,) * len(asked.names)))
    indicator = store.indicators()[asked.names[0]]
    period = store.periods(indicator.id, "buurt")[0]
    known = store.observations(indicator.id, period, "buurt", asked.scope)
    assert all(
        f"{o.value:.{indicator.decimals}f}".replace(".", ",") in row[indicator.label_nl]
        for row in section.rows
        for o in known
        if o.name == row[t("column_area", "nl")] and o.value is not None
    )
    test = run("profile", area=code)
    assert not test.exception
    assert test.header[0].value == section.title


def test_the_list_is_of_few_areas_only() -> None:
    for code in ("NL00", "GM0150", "GM1992"):  # many, many, and none with a figure
        assert not [*profile_sections.few(area_of(code), "nl")]


@pytest.mark.parametrize("code", ["GM0150", "BU05991571"])
def test_the_picture_comes_before_the_questions_and_every_table_of_figures_is_folded(
    code: str,
) -> None:
    test = run("profile", area=code)
    assert not test.exception
    answer = hardest.answer(area_of(code), "nl")
    assert answer
    assert test.header[0].value == answer.wording("nl").title
    order = [e.type for e in test.main if e.type in ("header", "bidi_component", "html")]
    pages = [e.proto.body for e in test.get("html")]
    questions = max(n for n, body in enumerate(pages) if 'class="cards talk"' in body)
    assert (
        order.index("bidi_component")
        < [n for n, kind in enumerate(order) if kind == "html"][questions]
    )
    n = len(portrait.figures(area_of(code)))
    label = t("every_title", "nl", count=n, n=n, name=name(area_of(code), "nl"))
    folded = next(e for e in test.expander if e.label == label)
    assert not folded.proto.expanded
    assert any(e.proto.component_name == "every_figure" for e in folded.get("bidi_component"))


def test_where_nothing_stands_out_the_picture_comes_before_what_is_not_known() -> None:
    code = "BU05991571"
    assert profile.nothing(area_of(code), "nl")
    order = [
        e.proto.body if e.type == "html" else e.type
        for e in run("profile", area=code).main
        if e.type in ("html", "bidi_component")
    ]
    unknown = next(n for n, body in enumerate(order) if 'class="card unknown"' in body)
    assert order.index("bidi_component") < unknown
