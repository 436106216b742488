"""Which places of culture we know in an area: counted again from the list of places."""

import pytest

from dashboard import store
from dashboard.answer import here
from dashboard.download.files import answer_files
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run

AREAS = ("GM0150", "GM0114", "GM0088", "WK059915", "BU05991571", "BU16800000")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_the_counts_and_the_title_are_those_of_the_list(code: str, lang: str) -> None:
    area = area_of(code)
    answer = here.answer(area, lang)
    assert answer
    listed = {
        r["kind"]: (r["n"], r["facet"])
        for r in store.rows(
            """SELECT p.kind, p.facet, count(*) AS n FROM place p JOIN area a ON a.code = p.area
               WHERE ? IN (a.code, a.parent, a.municipality) AND p.domain = 'leisure' GROUP BY ALL""",
            code,
        )
    }
    rows = {r["kind"]: r["places"] for r in answer.rows()}
    assert rows == {k: n for k, (n, _) in listed.items() if k in rows}
    assert not rows.keys() & {"sports_building", "polling_place", "church", "town_hall"}
    assert {"museum", "theatre", "playground"} & listed.keys() <= rows.keys()
    formal = sum(n for kind, n in rows.items() if listed[kind][1] == "institutional")
    title = answer.wording(lang).title
    assert area.name in title
    assert (f" {formal} " in title) == (formal > 0)
    assert answer.diagram
    assert answer.diagram().count("<rect ") == len(rows)
    assert all(make() for *_, make in answer_files(answer, "https://example.org/", lang))


def test_where_none_is_known_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "counts", lambda area: {})
    test = run("profile", area="GM0150")
    assert not test.exception
    assert t("here_none", "nl", name="Deventer") in [h.value for h in test.header]


def test_of_the_country_nothing_is_counted() -> None:
    assert here.answer(area_of("NL00"), "nl") is None
