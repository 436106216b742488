"""Two figures of the same areas against each other."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from dashboard import store
from dashboard.answer import beside
from dashboard.answer.beside import Both
from dashboard.picture.scatter import CELLS, MOST, Axes, Dot, scatter
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import run, table

SVG = "{http://www.w3.org/2000/svg}"
TARWEWIJK = "BU05991571"


def both(figure: str, against: str, level: str, area: str = "NL00") -> Both:
    known, where = store.indicators(), store.area(area)
    assert where
    return Both(known[figure], known[against], level, where)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_area_with_both_figures_is_a_dot_and_the_others_are_counted(lang: str) -> None:
    answer = beside.answer(both("lonely_share", "volunteers_share", "buurt", TARWEWIJK), lang)
    assert answer
    assert answer.diagram
    rows = answer.rows()
    known = [r for r in rows if None not in (r["value"], r["volunteers_share:value"])]
    svg = ET.fromstring(answer.diagram())
    read = [e.text or "" for e in svg.iter(f"{SVG}title")]
    assert sorted(r["name"] for r in known) == sorted(x.partition(":")[0] for x in read)
    assert [e.get("data-code") for e in svg.iter() if e.get("class") == "chosen"] == [TARWEWIJK]
    wording = answer.wording(lang)
    assert wording.title.startswith("Tarwewijk")
    assert f"{len(rows) - len(known)} " in wording.sentence
    assert t("beside_not", lang) in wording.key
    assert t("beside_not_model", lang) in wording.cautions


def test_the_bounds_of_chance_hold_nine_of_ten_shuffles() -> None:
    draw = np.random.default_rng(1)
    high = np.arange(200) < 100
    counts = [int((high & draw.permutation(high)).sum()) for _ in range(2000)]
    low, most = beside.by_chance(100, 100, 200)
    share = sum(low <= n <= most for n in counts) / len(counts)
    assert 0.9 <= share < 0.96
    assert beside.by_chance(0, 100, 200) == (0, 0)


def test_one_far_area_does_not_press_the_others_together() -> None:
    near = [Dot(n, n % 7, f"{n}", f"{n}", "") for n in range(60)]
    svg = ET.fromstring(
        scatter([*near, Dot(9000, 3, "far", "far", "")], "", Axes("x", "y", ""), "nl", False, False)
    )
    places = [float(e.get("cx", 0)) for e in svg.iter(f"{SVG}circle")]
    assert max(places) - min(places) > 500
    (triangle,) = (e for e in svg.iter(f"{SVG}path") if e.get("data-code") == "far")
    assert triangle[0].text == "far"


def test_more_than_can_be_told_apart_are_counted_in_cells() -> None:
    dots = [Dot(n % 31, n % 37, "", f"{n}", "") for n in range(MOST + 200)]
    svg = ET.fromstring(scatter(dots, "5", Axes("x", "y", "buurten"), "nl", True, True))
    cells = [e[0].text or "" for e in svg.iter(f"{SVG}rect")]
    assert 0 < len(cells) <= CELLS**2
    assert sum(int(c.split()[0]) for c in cells) == len(dots)
    assert sum(1 for e in svg.iter(f"{SVG}circle")) == 1


def test_the_page_says_what_it_does_not_prove_and_gives_the_figures() -> None:
    test = run("explore", ask="beside", area="GM0599", table="on")
    assert not test.exception
    assert not test.warning
    assert any(t("beside_not", "nl") in c.value for c in test.caption)
    figures = table(test, test.title[0].value)
    at = figures[t("column_area", "nl")].index("Rotterdam")
    for label in ("Uitgegeven aan cultuur", "Gemiddeld inkomen per inwoner"):
        assert f"{label} {figures[label][at]}" in test.title[0].value


def test_what_no_area_has_both_of_is_told() -> None:
    test = run(
        "explore", ask="beside", indicator="cultural_facilities_share", against="budget_culture"
    )
    assert not test.exception
    assert test.info[0].value == t("beside_few", "nl", levels="gemeenten")
