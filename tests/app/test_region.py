"""A province, and a selection of areas of one's own, are areas like another."""

import json
from html import escape, unescape

import pytest

from dashboard import store
from dashboard.answer import hardest, here, portrait, profile, side_by_side
from dashboard.answer.view import scope
from dashboard.site import pages
from dashboard.site.metadata import Place
from dashboard.words import numbers
from dashboard.words.text import t
from tests.app.conftest import area_of, run, table, texts

OWN, PROVINCE = "GM0518+GM0599", "PV28"


def parts(code: str) -> list[store.Area]:
    return store.children(code)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ("GM0599 GM0518", OWN),  # what an address makes of a plus
        ("GM0599+GM0518+WK059915", OWN),  # a part of a part is no part more
        ("GM0599+GM9999", None),
        ("GM0599+WK059915", None),
        ("GM0599+NL00", None),
        ("+".join(["GM0599"] * 61), None),
    ],
)
def test_some_areas_are_one_area(asked: str, code: str | None) -> None:
    selection = store.area(asked)
    assert (selection.code if selection else None) == code


def test_a_selection_holds_what_its_parts_hold() -> None:
    selection, both = area_of(OWN), [area_of(c) for c in OWN.split("+")]
    assert selection.population == sum(a.population or 0 for a in both)
    assert set(store.within(OWN)) == {c for a in both for c in store.within(a.code)}
    assert here.counts(selection) == {
        kind: sum(here.counts(a).get(kind, 0) for a in both) for kind in here.counts(selection)
    }
    assert len(json.loads(store.outline(OWN) or "")["coordinates"]) >= 2
    assert scope(selection, store.area_levels().municipality) == selection
    assert {o.code for o in store.observations("population", "2024", "gemeente", OWN)} == set(
        OWN.split("+")
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_selection_has_its_page_and_its_address(lang: str) -> None:
    test = run("profile", area="GM0599 GM0518", lang=lang)
    assert not test.exception
    assert test.query_params["area"] == OWN
    assert area_of(OWN).name in test.title[0].value
    assert profile.made_of(area_of(OWN), lang) in texts(test)
    assert f"/site/{lang}/{OWN}.html" not in texts(test)  # which only official areas have
    assert pages.file(f"{lang}/{OWN}.html", Place("", "")) is None


def test_the_list_of_a_region_says_of_which_municipality_an_area_is() -> None:
    answer = hardest.answer(area_of(OWN), "nl")
    assert answer
    title = answer.wording("nl").title
    assert "(Rotterdam)" in title or "('s-Gravenhage)" in title


def test_figures_of_a_selection_follow_from_its_parts() -> None:
    both = [area_of(c) for c in OWN.split("+")]
    known = {
        f.indicator.id: f.observation for f in portrait.figures(area_of(OWN)) if f.of.code == OWN
    }
    residents = [a.population or 0 for a in both]
    spent = [store.figures_of(a.code)["spending_culture", "2023"].value or 0 for a in both]
    mean = sum(r * s for r, s in zip(residents, spent, strict=True)) / sum(residents)
    assert known["spending_culture"].value == pytest.approx(mean)
    assert known["spending_culture"].method == "parts_residents"
    assert known["population"].value == sum(residents)
    assert "home_value" not in known
    shown = run("explore", area=OWN, indicator="spending_culture")
    assert store.term("method", "parts_residents", "nl") in texts(shown)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_areas_stand_side_by_side(lang: str) -> None:
    compared, left_out = side_by_side.areas(area_of(OWN))
    assert ([a.code for a in compared], left_out) == (["GM0599", "GM0518"], 0)
    six = area_of("+".join(a.code for a in store.all_municipalities()[:6]))
    assert (len(side_by_side.areas(six)[0]), side_by_side.areas(six)[1]) == (5, 1)
    test = run("reach", ask="side_by_side", area=OWN, indicator="spending_culture", lang=lang)
    assert not test.exception
    shown = table(test, t("side_by_side_table", lang))
    row = shown[t("column_indicator", lang)].index(
        store.indicators()["spending_culture"].text("label", lang)
    )
    for a in compared:
        o = store.figures_of(a.code)["spending_culture", shown[t("column_period", lang)][row]]
        written = numbers.shown(o, store.indicators()["spending_culture"], lang)
        assert shown[escape(a.name)][row] == escape(written)
        assert written in texts(test)


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_a_province_is_an_area_like_another(lang: str) -> None:
    province, towns = area_of(PROVINCE), parts(PROVINCE)
    assert province.population == sum(a.population or 0 for a in towns)
    assert {a.province for a in towns} == {province.name}
    assert store.lineage(area_of("GM0599"))[1] == province
    assert store.figures_of(PROVINCE)["distance_library_km", "2018"].method is None  # of CBS itself
    test = run("profile", area=PROVINCE, lang=lang)
    assert not test.exception
    assert profile.made_of(province, lang) in texts(test)
    page = pages.file(f"{lang}/{PROVINCE}.html", Place("", ""))
    assert page
    assert profile.made_of(province, lang) in unescape(page.decode())


def test_a_name_of_a_city_and_a_province_is_the_city_first() -> None:
    assert [h["level"] for h in store.search("utrecht")[:2]] == ["gemeente", "provincie"]
    assert store.search("provincie Utrecht")[0]["code"] == "PV26"
    assert store.search("Zuid-Holland")[0]["code"] == PROVINCE
