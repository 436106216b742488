"""How the country takes part: the same figures on the start page, in the download and on a page
without its own.
"""

import csv
import io
import re
import xml.etree.ElementTree as ET
import zipfile

import pytest

from dashboard import store
from dashboard.answer import nation, surveys
from dashboard.download.files import answer_files
from dashboard.words.text import LANGUAGES, strings, t
from tests.app.conftest import run, texts

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("phone", [False, True])
def test_every_national_figure_is_a_bar_as_long_as_it_says(lang: str, phone: bool) -> None:
    answer = nation.answer(lang, phone)
    assert answer
    assert answer.diagram
    drawn = ET.fromstring(answer.diagram())
    long = [float(e.get("width", "")) for e in drawn.iter(f"{SVG}rect")]
    values = [o.value or 0 for *_, o in nation.figures()]
    assert len(long) == len(values) > 8
    assert values == sorted(values, reverse=True)
    assert all(
        one / long[0] == pytest.approx(value / values[0], abs=0.01)
        for one, value in zip(long, values, strict=True)
    )
    texts = " ".join(e.text or "" for e in drawn.iter(f"{SVG}text"))
    assert all(f"({period})" in texts for _, period, _ in nation.figures())


def test_the_title_is_the_newest_figure_and_no_other_year_is_given_to_it() -> None:
    answer = nation.answer("nl")
    assert answer
    title = answer.wording("nl").title
    match = re.fullmatch(r"(.+): (\d+) van de 100 mensen in Nederland \((\d{4})\)", title)
    assert match
    newest = max(period for _, period, _ in nation.figures())
    assert match[3] == newest
    assert (match[1], float(match[2])) in [
        (i.label_nl, round(o.value or 0)) for i, period, o in nation.figures() if period == newest
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_download_holds_every_figure_with_source_and_caution(lang: str) -> None:
    answer = nation.answer(lang)
    assert answer
    files = {
        key: make() for key, _, _, make in answer_files(answer, "https://atlas.example/", lang)
    }
    rows = [*csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))]
    assert [(r["indicator"], r["period"], float(r["value"])) for r in rows] == [
        (i.id, period, o.value) for i, period, o in nation.figures()
    ]
    assert all(r["source"] for r in rows)
    with zipfile.ZipFile(io.BytesIO(files["download_pack"])) as pack:
        inside = {n: pack.read(n) for n in pack.namelist()}
    assert t("nation_not", lang) in inside[f"not-to-conclude.{lang}.txt"].decode()
    assert any(n.endswith(".svg") for n in inside)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_start_page_says_it_below_the_search(lang: str) -> None:
    test = run("start", lang=lang)
    assert not test.exception
    answer = nation.answer(lang)
    assert answer
    assert test.header[0].value == answer.wording(lang).title
    order = [e.type for e in test.main]
    below = order[order.index("text_input") :]
    assert 0 < below.index("bidi_component") < max(n for n, e in enumerate(below) if e == "button")


def test_where_it_was_not_asked_is_said_with_where_it_was() -> None:
    title = t("nation_none", "nl", name="Deventer")
    test = run("profile", area="GM0150")
    assert title in [h.value for h in test.header]
    where = t("nation_where", "nl", count=1, n=1, all=store.size()["gemeente"], names="Rotterdam")
    assert where in [m.value for m in test.markdown]
    for code in ("NL00", "BU05991571"):  # the country, and where residents were asked
        area = store.area(code)
        assert area
        assert t("nation_none", "nl", name=area.name) not in texts(run("profile", area=code))


def test_every_word_of_a_national_survey_is_written_in_dutch_too() -> None:
    shown = [s for dimension in ("total", "age") for s in surveys.newest(dimension)]
    originals = {
        s[k] for s in shown for k in ("indicator_text", "discipline", "subgroup", "population")
    }
    originals |= {s["publication"] for s in shown}
    originals |= {s["sample"] for s in shown if s["sample"] not in surveys.UNSTATED}
    keys = {surveys.key(w) for w in originals if w and w != "total"}
    assert len(shown) > 50
    assert keys <= {*strings()}
    assert {k for k in strings() if k.startswith("survey_")} <= keys


@pytest.mark.parametrize("lang", LANGUAGES)
def test_national_figures_are_pictures_first_and_then_tables(lang: str) -> None:
    test = run("reach", lang=lang)
    every, by_age = [e.table[0].value for e in test.expander if e.table][:2]
    assert len(every) + len(by_age) == sum(len(surveys.newest(d)) for d in ("total", "age"))
    written = " ".join(every[t("column_indicator", lang)])
    assert ("doet zelf" in written, "practises" in written) == (lang == "nl", lang == "en")
    answer = nation.answer(lang)
    assert answer
    assert answer.wording(lang).title in [h.value for h in test.header]
