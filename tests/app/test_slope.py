"""Two waves as a picture: every area of the table `change` is a line, and only what is apart there is
marked.
"""

import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest

from dashboard import store
from dashboard.answer import slope
from dashboard.answer.views import Request
from dashboard.picture.slope import LABELLED, Slope
from dashboard.picture.slope import slope as drawn
from dashboard.words.text import LANGUAGES, t

SVG = "{http://www.w3.org/2000/svg}"
TARWEWIJK = "BU05991571"


def asked(area: str, lang: str = "nl", level: str = "buurt") -> Request:
    return Request({"area": area, "indicator": "lonely_share", "level": level}, lang)


@pytest.mark.parametrize("phone", [False, True])
def test_a_line_is_marked_only_where_the_change_is_more_than_noise(phone: bool) -> None:
    answer = slope.answer(asked("GM0599").view, phone)
    assert answer
    assert answer.diagram
    rows = answer.rows()
    lines = {
        title.text.split(":")[0]: path.get("class")
        for path in ET.fromstring(answer.diagram()).iter(f"{SVG}path")
        if (title := path.find(f"{SVG}title")) is not None and title.text
    }
    apart = {r["name"] for r in rows if store.changes(r["area"])["lonely_share"]["apart"]}
    assert len(lines) == len(rows) > len(apart) > 0
    assert {n for n, look in lines.items() if look == "apart"} == apart
    title = answer.wording("nl").title
    assert f"{len(apart)} van de {len(rows)} buurten" in title


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_title_says_of_the_chosen_area_whether_it_changed(lang: str) -> None:
    for r in store.changes_within("lonely_share", "buurt", "GM0599"):
        answer = slope.answer(asked(r["area"], lang).view)
        assert answer
        title = answer.wording(lang).title
        assert title.startswith(r["name"])
        assert (t("reach_change_unsure", lang) in title) == (not r["more_than_chance"])
        assert r["change"] == pytest.approx(r["last_value"] - r["first_value"])


def test_no_picture_where_there_is_no_table_of_changes() -> None:
    assert slope.answer(asked("NL00", level="gemeente").view) is None
    far = Request({"area": TARWEWIJK, "indicator": "distance_library_km", "level": "buurt"}, "nl")
    assert slope.answer(far.view) is None


def test_names_never_touch_and_stay_inside() -> None:
    same = [Slope(f"Buurt {n}", 10.0 + n, 0.0, "x", "apart") for n in range(12)]
    svg = ET.fromstring(drawn(same, ("2016", "2020"), "x", "nl", True, False))
    names = [e for e in svg.iter(f"{SVG}text") if (e.get("class") or "").endswith("apart-name")]
    places = [float(e.get("y", "")) for e in names]
    assert len(places) == LABELLED
    assert all(b - a >= 17.9 for a, b in pairwise(places))
    assert max(places) < float(svg.get("height", "")) - 20
