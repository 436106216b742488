"""Barriers of an area: those that were measured in the order of how many they touch, and the rest said."""

import pytest

from dashboard import store
from dashboard.answer import barriers
from dashboard.download.files import answer_files
from dashboard.picture.ranked import Bar, ranked
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, texts

AREAS = ["NL00", "GM0150", "GM0599", "GM0088", "WK059915", "BU05991571", "BU05992295"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_every_barrier_is_a_figure_of_the_store_or_is_said_to_be_unmeasured(
    code: str, lang: str
) -> None:
    area = area_of(code)
    answer = barriers.answer(area, lang)
    rows = {str(r["indicator"]): r for r in answer.rows()}
    assert rows.keys() == {i for of in barriers.BARRIERS.values() for i in of}
    newest = {r["id"]: r for r in store.portrait(code)}
    known = {i for i, r in newest.items() if r["value"] is not None}
    for i, r in rows.items():
        if i in known:
            assert [r[k] for k in ("value", "low", "high", "status", "period")] == [
                newest[i][k] for k in ("value", "low", "high", "status", "period")
            ]
        else:
            assert (r["value"], r["status"]) == (
                None,
                newest.get(i, {"status": "missing"})["status"],
            )
    sentence = answer.wording(lang).sentence
    for barrier, of in barriers.BARRIERS.items():
        assert (t(f"barrier_{barrier}", lang) in sentence) == (not known & {*of}), barrier
    shares = [f.observation.value for f in barriers.counted(area)]
    assert shares == sorted(shares, key=lambda v: -(v or 0))
    assert bool(answer.diagram) == bool(shares)
    if answer.diagram:
        assert answer.diagram().count("<rect ") == len(shares)
        assert barriers.counted(area)[0].indicator.text("label", lang) in answer.wording(lang).title
        assert all(make() for *_, make in answer_files(answer, "https://example.org/", lang))


def test_where_no_margin_is_known_the_order_is_said_to_be_unsure() -> None:
    bars = barriers.counted(area_of("GM0150"))
    assert any(f.margin is None for f in bars)
    assert (
        t("barriers_no_margin", "nl") in barriers.answer(area_of("GM0150"), "nl").wording("nl").key
    )


def test_a_margin_is_drawn_where_there_is_one() -> None:
    drawn = ranked([Bar("a", 40, "40", margin=(30, 60)), Bar("b", 20, "20")], 100, False, False)
    assert drawn.count('class="margin"') == 1
    assert "M" in drawn.split('class="margin"')[0][-60:]


@pytest.mark.parametrize("page", ["profile", "reach"])
def test_both_pages_show_the_same(page: str) -> None:
    test = run(page, area="GM0599", **({"ask": "barriers"} if page == "reach" else {}))
    assert not test.exception
    for row in barriers.table(area_of("GM0599"), "nl"):
        assert row[t("column_indicator", "nl")] in texts(test)
    assert t("barrier_distance", "nl") in texts(test)
