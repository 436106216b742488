"""What changed between two surveys: the figures, the sentence and the picture are of the table."""

from __future__ import annotations

from statistics import median
from xml.etree import ElementTree as ET

import pytest

from dashboard import store
from dashboard.answer import changed
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import run, table, texts

SVG = "{http://www.w3.org/2000/svg}"
AREAS = ("GM0150", "WK059915", "BU05991571")


@pytest.mark.parametrize("code", AREAS)
def test_each_change_is_the_difference_of_its_two_figures(code: str) -> None:
    area = store.area(code)
    assert area
    every = changed.changes(area)
    assert len(every) == len(store.changes(code)) > 5
    for c in every:
        assert c.after - c.before == pytest.approx(c.value, abs=0.06)
        assert c.low <= c.value <= c.high
    order = [c.sure for c in every]
    assert order == sorted(order, reverse=True)  # what surely changed comes first


def test_the_middle_area_is_of_all_areas_of_the_level() -> None:
    rows = store.table("change").to_pylist()
    levels = {a: store.area(a).level for a in {r["area"] for r in rows[:400]}}  # type: ignore[union-attr]
    level = next(iter(levels.values()))
    every = set(map(str, store.columns(level)["code"]))
    indicator = rows[0]["indicator"]
    mine = [r["value"] for r in rows if r["indicator"] == indicator and r["area"] in every]
    assert store.middle_changes(level)[indicator] == (pytest.approx(median(mine)), len(mine))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_the_question_says_what_the_table_holds(code: str, lang: str) -> None:
    area = store.area(code)
    assert area
    test = run("reach", ask="changed", area=code, lang=lang)
    assert not test.exception
    assert not test.warning
    every = changed.changes(area)
    answer = changed.answer(area, lang)
    assert answer
    shown = table(test, answer.wording(lang).title)
    verdicts = shown[t("changed_column_sure", lang)]
    assert verdicts.count(t("changed_sure", lang)) == sum(c.sure for c in every)
    assert changed.sentence(area, every, lang) in texts(test)
    first = number(every[0].after, every[0].indicator.decimals, lang)
    assert first in changed.sentence(area, every, lang)


def test_of_no_change_nothing_is_claimed() -> None:
    for code, key in (("NL00", "changed_unknown_country"), ("BU05992295", "changed_unknown")):
        area = store.area(code)
        assert area
        assert changed.answer(area, "nl") is None
        test = run("reach", ask="changed", area=code)
        assert not test.exception
        assert len(test.info) == 1
        assert test.info[0].value.startswith(t(key, "nl", name="#").partition("#")[0])
    quiet = store.area("GM0150")
    assert quiet
    unsure = [c for c in changed.changes(quiet) if not c.sure]
    assert "toeval" in changed.sentence(quiet, unsure, "nl")


@pytest.mark.parametrize("phone", [False, True])
def test_the_picture_tells_sure_from_unsure_without_colour(phone: bool) -> None:
    area = store.area("GM0150")
    assert area
    answer = changed.answer(area, "nl", phone, False)
    assert answer
    assert answer.diagram
    dots = [c.get("class") for c in ET.fromstring(answer.diagram()).iter(f"{SVG}circle")]
    every = changed.changes(area)[: changed.DRAWN]
    assert dots == ["sure" if c.sure else "unsure" for c in every]
    assert {"sure", "unsure"} == set(dots)
