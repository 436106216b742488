"""Ready charts on culture: each a claim with a number, the municipality marked, found by a word."""

import re
import xml.etree.ElementTree as ET
from statistics import median

import pytest

from dashboard import store
from dashboard.answer import among, charts
from dashboard.download.files import answer_files
from dashboard.question.charts import SHOWN
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, texts

SVG = "{http://www.w3.org/2000/svg}"
LINK = "https://example.org/"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["NL00", "GM0150", "GM0088", "BU05991571"])
def test_every_chart_has_a_claim_a_picture_a_source_and_its_figures(code: str, lang: str) -> None:
    every = [*charts.charts(area_of(code), lang)]
    assert len(every) > 10
    ids = [a.id for a in every]
    assert len(set(ids)) == len(ids)
    for a in every:
        wording = a.wording(lang)
        assert wording.source
        assert a.diagram or a.map
        assert len(a.rows()) > 1
        if a.id[0] != "hardest":  # that one names areas
            assert re.search(r"\d", wording.title), wording.title
    for a in every[2:5]:
        assert all(make() for *_, make in answer_files(a, LINK, lang))


@pytest.mark.parametrize("indicator", ["spending_culture", "spending_museums", "budget_culture"])
def test_a_municipality_stands_among_all(indicator: str) -> None:
    i, area = store.indicators()[indicator], area_of("GM0150")
    answer = among.answer(i, area, "nl")
    assert answer
    period = store.periods(indicator, "gemeente")[0]
    known = {
        r["code"]: r["value"]
        for r in store.rows(
            """SELECT a.code, o.value FROM observation o JOIN area a ON a.code = o.area
               WHERE o.indicator = ? AND o.period = ? AND a.level = 'gemeente' AND o.value IS NOT NULL""",
            indicator,
            period,
        )
    }
    title = answer.wording("nl").title
    middle, own = (number(x, i.decimals, "nl") for x in (median(known.values()), known["GM0150"]))
    assert f"Deventer {own} euro per inwoner" in title
    assert f"de middelste gemeente {middle} euro per inwoner ({period})" in title
    assert answer.diagram
    dots = [*ET.fromstring(answer.diagram()).iter(f"{SVG}circle")]
    assert len(dots) == len(known)
    assert [d.findtext(f"{SVG}title") for d in dots if d.get("class") == "chosen"] == [
        f"Deventer: {own} euro per inwoner"
    ]
    assert among.answer(store.indicators()["museums_reach_share"], area, "nl") is None


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_narrows_the_charts(lang: str) -> None:
    area = area_of("GM0150")
    every = [*charts.charts(area, lang)]
    for word in ("museum", "2023", {"nl": "podia 2023", "en": "stages 2023"}[lang]):
        matches = charts.having(word, iter(every), lang)
        assert 0 < len(matches) < len(every)
        wordings = [a.wording(lang) for a in matches]
        assert all(
            w in f"{s.title} {s.sentence} {s.source}".lower()
            for s in wordings
            for w in word.split()
        )
    test = run("reach", ask="charts", area="GM0150", lang=lang)
    assert not test.exception
    assert len(test.header) == SHOWN
    test.text_input(key="charts-search").set_value("museum").run()
    matches = charts.having("museum", iter(every), lang)
    assert [h.value for h in test.header] == [a.wording(lang).title for a in matches[:SHOWN]]
    test.text_input(key="charts-search").set_value("xyzzy <b>").run()
    assert not test.exception
    assert not test.header
    assert t("charts_found", lang, count=0, n=0, shown=0) in texts(test)
