"""Four levels, four short stories: of figures of the area, with what is not known."""

import pytest

from dashboard import store
from dashboard.answer import here, profile_sections, stories
from dashboard.words.numbers import shown
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, table

# of a city, a neighbourhood where few live, a village, a city, a district
SOME = ["BU05991571", "BU05992295", "BU16800000", "GM0150", "WK034401"]


def test_the_levels_are_those_of_the_ecosystem() -> None:
    assert [*stories.TOLD] == [*store.scheme("level")]
    for level, indicators in stories.TOLD.items():
        assert {store.indicators()[i].level for i in indicators} == {level}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", SOME)
def test_a_story_is_of_the_figures_of_the_area(code: str, lang: str) -> None:
    area = area_of(code)
    for level in stories.TOLD:
        story = stories.story(area, level, lang)
        for f in stories.figures(area, level):
            o = store.observation(f.indicator.id, f.period, f.of.code)
            assert o
            assert o.value is not None
            assert shown(o, f.indicator, lang) in story
            assert t(f"status_{o.status}", lang) in story
            assert f.period in story
            assert f.of.level != "land" or level == "exo"
    asked = any(
        f.of == area and f.indicator.theme == "participation"
        for f in stories.figures(area, "micro")
    )
    unknown = t("stories_not_micro", lang, name=area.name)
    assert (unknown in stories.story(area, "micro", lang)) != asked
    none = t("stories_places_none", lang) in stories.story(area, "meso", lang)
    assert none != bool(here.counts(area))
    before = t("stories_not_macro", lang) in stories.story(area, "macro", lang)
    assert before == (area.level != "gemeente")


def test_my_area_tells_them_and_the_country_does_not() -> None:
    area = area_of("BU16800000")
    test = run("profile", area=area.code)
    columns = table(test, t("stories_title", "nl", name=area.name))
    assert next(iter(columns.values())) == [stories.level_said(v, "nl") for v in stories.TOLD]
    country = profile_sections.below_figures(area_of(store.country()), "nl")
    assert not [s for s in country if t("stories_level", "nl") in (s.rows or [{}])[0]]
