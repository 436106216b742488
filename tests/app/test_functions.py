"""What culture costs by function, beside comparable municipalities: the figures of the store."""

import re
from statistics import median

import pytest

from dashboard import store
from dashboard.answer import functions
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, as_table, table


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["GM0150", "GM0599", "BU16800000"])
def test_each_line_is_the_municipality_its_peers_and_the_country(code: str, lang: str) -> None:
    area = area_of(code)
    answer = functions.answer(area, lang)
    assert answer
    assert answer.diagram
    home, rows = area_of(area.municipality or ""), answer.rows()
    assert {"net_cost_culture", "net_cost_sport"} <= {r["indicator"] for r in rows}
    peers = {p.code for p in store.peers(home.code)}
    for r in rows:
        every = store.observations(r["indicator"], r["period"], home.level, "NL00")
        known = {o.code: o.value for o in every if o.value is not None}
        assert r["value"] == known[home.code]
        assert r["middle_municipality"] == median(known.values())
        alike = [v for c, v in known.items() if c in peers]
        assert r["median"] == (median(alike) if len(alike) >= functions.FEWEST else None)
    dots = answer.diagram().count('class="other"')
    assert dots == sum(r["alike"] or 0 for r in rows)
    wording = answer.wording(lang)
    values = [r["value"] for r in rows if r["indicator"] in ("net_cost_culture", *functions.AROUND)]
    assert re.findall(r"€ (-?\d+)", wording.title) == [f"{v:.0f}" for v in values]
    asked = t("functions_not_asked", lang, name=home.name) not in wording.sentence
    assert asked == (home.name == "Rotterdam")
    assert t("functions_not_reported", lang) in wording.cautions


def test_my_area_has_it_and_the_country_has_not() -> None:
    assert functions.answer(area_of("NL00"), "nl") is None
    answer = functions.answer(area_of("GM0150"), "nl")
    assert answer
    shown = table(
        as_table("profile", "download-functions", area="GM0150"), answer.wording("nl").title
    )
    assert {"Gouda", "Deventer", t("money_middle", "nl")} <= shown.keys()
