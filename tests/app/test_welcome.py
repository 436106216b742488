"""Entrances without steps and whether there are enough places: as the store has them, what is not
known first.
"""

import pytest

from dashboard import store
from dashboard.answer import enough, step_free
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_stands_in_the_way_says_both_with_what_is_not_known_first(lang: str) -> None:
    area = area_of("GM0599")
    test = run("reach", ask="barriers", area="GM0599", lang=lang)
    assert not test.exception
    headers = [h.value for h in test.header]
    of_places, of_residents = step_free.answer(area, lang), enough.answer(area, lang)
    assert of_places
    assert of_residents
    assert {of_places.wording(lang).title, of_residents.wording(lang).title} <= {*headers}
    shown = table(test, of_places.wording(lang).title)
    heads = [t(f"reach_step_{s}", lang) for s in step_free.STATES]
    assert [*shown][1:] == heads == [t(f"reach_step_{s}", lang) for s in ("unknown", "yes", "no")]
    counted = store.rows(
        """SELECT count(*) AS n, count(p.step_free) AS known FROM place p
           JOIN area a ON a.code = p.area WHERE a.municipality = 'GM0599'"""
    )[0]
    rows = of_places.rows()
    assert sum(r["places"] for r in rows) == counted["n"]
    unknown = sum(r["step_free_unknown"] for r in rows)
    assert unknown == counted["n"] - counted["known"] > 0
    for r in of_residents.rows():
        o = store.observation(r["indicator"], r["period"], "GM0599")
        assert o
        assert r["value"] == o.value
    least = min(of_residents.rows(), key=lambda r: r["value"])
    assert str(least["label"]).lower() in of_residents.wording(lang).title


def test_where_nobody_asked_nothing_is_drawn() -> None:
    assert enough.answer(area_of("GM0150"), "nl") is None
    test = run("reach", ask="barriers", area="GM0150")
    assert not test.exception
    assert t("reach_not_measured", "nl", name="#", city="#").split("#")[0] in test.info[0].value
