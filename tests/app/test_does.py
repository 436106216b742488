"""What culture does: each figure is that of the store, and the page claims no cause."""

import re

import pytest

from dashboard import store
from dashboard.answer import changed, does
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, as_table, table, texts


@pytest.mark.parametrize("code", ["GM0150", "BU05991571", "BU16800000"])
def test_each_figure_is_that_of_the_store_and_the_wave_before_it(code: str) -> None:
    area = area_of(code)
    answer = does.answer(area, "nl")
    assert answer
    rows = answer.rows()
    assert {r["indicator"] for r in rows} & {"volunteers_share", "lonely_share"}
    before = {c.indicator.id: c for c in changed.changes(area)}
    for r in rows:
        o = store.observation(r["indicator"], r["period"], code)
        assert o
        assert (r["value"], r["status"]) == (o.value, o.status)
        assert store.indicators()[r["indicator"]].unit == "percent"  # one scale for all
        c = before.get(r["indicator"])
        assert r["first_value"] == (c.before if c else None)
        assert r["more_than_chance"] == (c.sure if c else None)
    assert answer.diagram
    drawn = answer.diagram()
    looks = re.findall(r'class="(full|open)"', drawn)
    assert looks == ["open" if r["status"] == "estimated" else "full" for r in rows]
    asked = {r["indicator"] for r in rows} - {*does.BESIDE}
    assert bool(asked) == (code == "BU05991571")
    assert (t("does_not_asked", "nl") in drawn.split(t("does_doing", "nl"))[0]) is True


@pytest.mark.parametrize("lang", LANGUAGES)
def test_my_area_says_that_no_cause_is_shown(lang: str) -> None:
    area = area_of("GM0150")
    answer = does.answer(area, lang)
    assert answer
    wording = answer.wording(lang)
    test = as_table("profile", "download-does", area="GM0150", lang=lang)
    assert wording.title in [h.value for h in test.header]
    assert t("does_text", lang) in texts(test)
    assert t("does_no_cause", lang) in wording.cautions
    sure = [c for c in changed.changes(area) if c.sure and c.indicator.id in does.BESIDE]
    assert all(changed.line(c, lang) in wording.sentence for c in sure)
    shown = table(test, wording.title)
    verdicts = shown[t("does_column_before", lang)]
    assert sum(t("changed_sure", lang) in v for v in verdicts) == len(sure) > 0


def test_of_the_country_and_where_nothing_is_known_there_is_none() -> None:
    assert does.answer(area_of("NL00"), "nl") is None
    assert does.answer(area_of("BU05992295"), "nl") is None
