"""What would complete a learning path: missing only where that is known, with a way on that holds."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from dashboard import store
from dashboard.answer import fit, paths, possibilities
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, plain, t
from pipelines.build import edition
from tests.app.conftest import area_of, run, table, texts

ABSTEDE = "BU03440521"  # in Utrecht, where CBS tells how far the library is
NAMED_FOR = {"nl": "bibliotheek", "en": "library"}
# everywhere in the country: a city, villages, an industrial area, districts
SOME = ["BU05991571", "BU16800000", ABSTEDE, "BU05992295", "WK059915", "WK034401", "BU0363AD01"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_missing_kind_has_its_way_on(lang: str) -> None:
    possible = possibilities.possibilities(ABSTEDE, "child", "walk")
    (library,) = [p for p in possible if p.missing]
    assert library.cell.kind == "library"
    assert library.nearest
    assert library.building
    assert library.building.kind in possibilities.HOLDS
    assert library.building.minutes <= paths.WITHIN_MIN
    test = run("connections", ask="possible", area=ABSTEDE, lang=lang)
    seen = texts(test)
    for place in library.stops:
        assert plain(place.name) in seen
    assert plain(number(library.residents, 0, lang)) in seen
    assert NAMED_FOR[lang] in seen
    assert len(table(test, test.title[0].value)[t("csv_kind", lang)]) == len(possible)


def test_residents_are_of_whom_it_is_far_now_and_would_be_near() -> None:
    """Counted again from the tables: CBS gives the distance of neighbourhoods of Utrecht."""
    possible = possibilities.possibilities(ABSTEDE, "adult", "walk")
    (library,) = [p for p in possible if p.missing]
    assert library.building
    observed = (
        edition.read("observation")
        .query("indicator == 'distance_library_km'")
        .dropna(subset="value")
    )
    newest = observed.sort_values("period").groupby("area").value.last()
    areas = edition.read("area").query("level == 'buurt' and population > 0").set_index("code")
    limit = paths.WITHIN_MIN * paths.METRES_PER_MIN["walk"]
    served = 0
    for code, km in newest.items():
        if code in areas.index and 1000 * km > limit:
            near = {
                s.id: s.minutes for s in paths.around(areas.lon[code], areas.lat[code], "walk", 30)
            }
            if near.get(library.building.id, 99) <= paths.WITHIN_MIN:
                served += areas.population[code]
    assert served > 0
    assert library.residents == served


@pytest.mark.parametrize("age", ["child", "youth", "adult", "older"])
@pytest.mark.parametrize("area", SOME)
def test_what_is_not_known_is_never_missing(area: str, age: str) -> None:
    known = store.near(area)
    for mode in ("walk", "bike"):
        possible = possibilities.possibilities(area, age, mode)
        limit = paths.WITHIN_MIN * paths.METRES_PER_MIN[mode]
        assert [p.cell.kind for p in possible] == [
            k for k in store.kinds() if k in store.audiences("age")[age]
        ]
        for p in possible:
            near = known.get(p.cell.kind)
            if near is None:
                assert p.cell.state == paths.UNKNOWN
                assert not p.missing
                assert not p.building
            elif p.missing:
                assert (near["low"] or near["metres"]) > limit
            for s in p.offers:
                assert age in fit.for_kind("age", s.kind)
                assert s.kind not in fit.NOBODY
        sentence = possibilities.sentence(possible, "X", "en")
        told = [p for p in possible if p.cell.state != paths.UNKNOWN]
        assert ("Nothing is known to be missing" in sentence) == bool(
            told and not any(p.missing for p in possible)
        )
        assert ("cannot be told" in sentence) == (not told)


def test_a_school_that_is_far_has_no_other_building_and_the_nearest_by_name() -> None:
    observed = edition.read("observation").query("indicator == 'distance_primary_school_km'")
    areas = edition.read("area").set_index("code")
    far = observed[observed.value > 3].area
    village = next(c for c in far if c[:2] == "BU" and areas.population[c] > 200)
    (school,) = [p for p in possibilities.possibilities(village, "child", "walk") if p.missing]
    assert school.nearest
    assert school.nearest.kind == "primary_school"
    assert not school.building
    assert not school.residents
    sentences = possibilities.lines(school, "X", "en")
    assert t("possible_school", "en") in sentences
    assert school.nearest.name in sentences[0]


@pytest.mark.parametrize("area", ["NL00", "GM0344"])
def test_of_a_larger_area_one_is_asked_to_choose_a_smaller(area: str) -> None:
    test = run("connections", ask="possible", area=area)
    assert t("possible_choose", "nl") in texts(test)
    assert area_of(area).level in ("land", "gemeente")


def test_a_missing_kind_leads_to_what_if_with_that_kind_and_its_building() -> None:
    (library,) = [p for p in possibilities.possibilities(ABSTEDE, "child", "walk") if p.missing]
    test = run("connections", ask="possible", area=ABSTEDE)
    link = next(
        m[1]
        for e in test.get("html")
        if (m := re.search(r'href="(/what_if\?[^"]*)"', e.proto.body))
    )
    asked = dict(parse_qsl(urlsplit(unescape(link)).query))
    assert library.building
    assert asked["kind"] == "library"
    assert asked["open"] == library.building.id
    there = run("what_if", **asked)
    assert not there.exception
    assert not there.warning
    assert plain(library.building.name) in texts(there)
