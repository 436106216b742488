"""Grants by size and year: counted again from the ties of the edition."""

import pytest

from dashboard import store
from dashboard.answer import grants, network
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, table, texts

CITY = "GM0363"
TOGETHER = """SELECT c.name, sum(t.weight) AS euros, count(DISTINCT t.a) AS funders,
    (SELECT min(u.period) FROM tie u WHERE u.b = t.b AND u.kind = 'funding') = t.period AS first
    FROM tie t JOIN actor c ON c.id = t.b
    WHERE t.kind = 'funding' AND t.period = ? AND c.domain = 'leisure' GROUP BY t.b, c.name, t.period"""


@pytest.mark.parametrize("year", ["2018", "2020"])
def test_each_recipient_is_in_its_class_once(year: str) -> None:
    answer = grants.answer(area_of(CITY), year, "nl")
    assert answer
    rows = {r["recipient"]: r for r in answer.rows()}
    counted = {r["name"]: r for r in store.rows(TOGETHER, year)}
    assert rows.keys() == counted.keys()
    for who, r in rows.items():
        assert r["value"] == pytest.approx(counted[who]["euros"], abs=0.01)
        assert r["least"] <= r["value"] < (r["most"] or float("inf"))
        assert r["first_time"] == counted[who]["first"]
    wording, few = answer.wording("nl"), [r for r in rows.values() if r["most"] is None]
    share = 100 * sum(r["value"] for r in few) / sum(r["value"] for r in rows.values())
    assert f"{len(few)} van de {len(rows)}" in wording.title
    assert f"{share:.0f} %" in wording.title
    joined = sum(r["funders"] > 1 for r in counted.values())
    assert t("grants_joined", "nl", n=str(joined), all=str(len(rows))) in wording.sentence


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_year_is_chosen_in_the_link_and_holds_for_network_and_grants(lang: str) -> None:
    area = area_of(CITY)
    test = run("connections", ask="network", area=CITY, tie="funding", year="2019", lang=lang)
    assert not test.exception
    assert not test.warning
    answer = grants.answer(area, "2019", lang)
    assert answer
    assert answer.wording(lang).title in [h.value for h in test.header]
    assert t("grants_office", lang) in texts(test)
    assert len(table(test, answer.wording(lang).title)[t("grants_column_size", lang)]) == 4
    shown = table(test, t("ties_table", lang))
    assert {*shown[t("ties_column_period", lang)]} == {"2019"}
    ties = network.kinds_of(area)["funding"]
    one = network.in_year(ties, "2019")
    assert {tie["period"] for tie in one.ties} == {"2019"}
    assert 0 < len(one.graph) < len(ties.graph)


def test_where_no_register_is_open_there_is_none() -> None:
    assert grants.answer(area_of("GM0150"), "", "nl") is None
    assert grants.answer(area_of("NL00"), "", "nl") is None
