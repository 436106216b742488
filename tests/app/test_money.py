"""Money for culture beside comparable municipalities: the figures of the store, and the middle one
of the peers.
"""

import re
import xml.etree.ElementTree as ET
from statistics import median

import pytest

from dashboard import store
from dashboard.answer import money
from dashboard.words.text import LANGUAGES
from tests.app.conftest import run


def area_of(code: str) -> store.Area:
    area = store.area(code)
    assert area
    return area


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["GM0150", "GM0114", "GM0193", "GM0599", "BU05991571"])
def test_the_title_is_the_own_figure_and_the_middle_of_the_others(code: str, lang: str) -> None:
    answer = money.answer(area_of(code), lang)
    assert answer
    assert answer.diagram
    municipality = area_of(area_of(code).municipality or "").code
    values = {r["area"]: r["value"] for r in answer.rows()}
    peers = {p.code for p in store.peers(municipality)}
    if len(peers) >= money.FEWEST:
        assert set(values) == {municipality, *peers}
    else:
        assert len(values) > 300
    period = store.periods(money.INDICATOR, "gemeente")[0]
    for code_of, value in values.items():
        o = store.observation(money.INDICATOR, period, code_of)
        assert o
        assert o.value == value
    title = answer.wording(lang).title
    middle = median(v for code_of, v in values.items() if code_of != municipality)
    assert re.findall(r"€ ([\d.,]+)", title) == [f"{values[municipality]:.0f}", f"{middle:.0f}"]
    drawn = ET.fromstring(answer.diagram())
    if len(peers) >= money.FEWEST:
        looks = [e.get("class") for e in drawn.iter("{http://www.w3.org/2000/svg}rect")]
        assert looks.index("bar marked") == [*values].index(municipality)
        assert looks.count("bar marked") == 1
    else:
        assert answer.diagram().count("<circle ") == len(values)


def test_of_the_country_there_is_none() -> None:
    assert money.answer(area_of("NL00"), "nl") is None


def test_the_profile_has_it() -> None:
    answer = money.answer(area_of("GM0150"), "nl")
    assert answer
    assert answer.wording("nl").title in [h.value for h in run("profile", area="GM0150").header]
