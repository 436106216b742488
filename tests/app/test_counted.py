"""What changed in what was counted: the rule counted again from the figures."""

import numpy as np
import pytest

from dashboard import store
from dashboard.answer import counted
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, table

TWICE = """SELECT a.area, b.value - a.value AS moved FROM observation a JOIN observation b USING (indicator, area)
    JOIN area c ON c.code = a.area WHERE a.indicator = ? AND a.period = ? AND b.period = ? AND c.level = ?
    AND a.value IS NOT NULL AND b.value IS NOT NULL"""


@pytest.mark.parametrize("code", ["GM0150", "GM0599", "BU03440511"])
def test_more_than_usual_is_beyond_nine_out_of_ten(code: str) -> None:
    area = area_of(code)
    answer = counted.answer(area, "nl")
    assert answer
    for r in answer.rows():
        asked = (r["indicator"], r["first_period"], r["last_period"], area.level)
        every = {x["area"]: round(x["moved"], 6) for x in store.rows(TWICE, *asked)}
        assert r["change"] == pytest.approx(every[code], abs=1e-3)
        assert r["areas"] == len(every)
        low, high = np.quantile([*every.values()], [0.05, 0.95]).round(6)
        assert len(every) >= counted.FEWEST
        assert (r["usual_low"], r["usual_high"]) == pytest.approx((low, high))
        assert r["more_than_usual"] == (not low <= every[code] <= high)
        inside = sum(low <= v <= high for v in every.values())
        assert 0.89 < inside / len(every) < 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_says_it_with_its_rule(lang: str) -> None:
    area = area_of("GM0150")
    answer = counted.answer(area, lang)
    assert answer
    wording, test = answer.wording(lang), run("reach", ask="changed", area="GM0150", lang=lang)
    assert not test.exception
    assert wording.title in [h.value for h in test.header]
    n = str(answer.rows()[0]["areas"])
    rule = t("counted_rule", lang, levels=store.term("area_levels", "gemeente", lang), n=n)
    assert rule in wording.sentence
    shown = table(test, wording.title)
    verdicts = [
        t(f"counted_{'more' if r['more_than_usual'] else 'usual'}", lang) for r in answer.rows()
    ]
    assert shown[t("counted_column_more", lang)] == verdicts


def test_where_nothing_is_known_twice_there_is_none() -> None:
    assert counted.answer(area_of("BU05991571"), "nl") is None
    assert counted.answer(area_of("NL00"), "nl") is None
