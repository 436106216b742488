"""Which places of culture we know in an area, and per 10,000 residents beside others: counted again
from the list of places.
"""

import pytest

from dashboard import store
from dashboard.answer import here
from dashboard.download.files import answer_files
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, as_table, run, table

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
    rows = {r["kind"]: r["places"] for r in answer.rows() if r["places"]}
    assert rows == {k: n for k, (n, _) in listed.items() if k in rows}
    assert not rows.keys() & {"sports_building", "polling_place", "church", "town_hall"}
    assert {"museum", "theatre", "playground"} & listed.keys() <= rows.keys()
    formal = sum(n for kind, n in rows.items() if listed[kind][1] == "institutional")
    title = answer.wording(lang).title
    assert area.name in title
    assert (f" {formal} " in title) == (formal > 0)
    assert answer.diagram
    assert answer.diagram().count('class="open"') == sum(
        r["per_10000"] is not None for r in answer.rows()
    )
    assert t("here_unlisted", lang) in answer.diagram()
    assert 'class="full"' not in answer.diagram()  # no list is complete
    assert all(make() for *_, make in answer_files(answer, "https://example.org/", lang))


PLACES = """SELECT count(*) AS n FROM place p LEFT JOIN area a ON a.code = p.area
    WHERE p.kind = ? AND (? = '' OR list_contains(?, a.code) OR list_contains(?, a.parent)
      OR list_contains(?, a.municipality))"""


@pytest.mark.parametrize("code", ["GM0150", "WK059915", "BU16800000"])
def test_what_is_compared_is_of_all_those_areas_together(code: str) -> None:
    area, country = area_of(code), area_of("NL00")
    answer = here.answer(area, "en")
    assert answer
    peers = [p for p in store.peers(code) if p.population]
    sides = (
        ("per_10000", [code], area.population),
        ("alike_per_10000", [p.code for p in peers], sum(p.population or 0 for p in peers)),
        ("country_per_10000", [], country.population),
    )
    compared = [r for r in answer.rows() if r["country_per_10000"]]
    assert {"playground", "museum"} <= {r["kind"] for r in compared}
    for row in compared:
        for column, codes, residents in sides:
            n = store.rows(PLACES, row["kind"], "".join(codes), *[codes] * 3)[0]["n"]
            expected = pytest.approx(10_000 * n / residents, abs=1e-4) if n else None
            assert row[column] == expected
    sentence = answer.wording("en").sentence
    assert f"{max(r['per_10000'] or 0 for r in compared):.1f} per 10,000" in sentence
    shown = table(
        as_table("profile", "download-here", area=code, lang="en"), answer.wording("en").title
    )
    assert len(shown["Known to us"]) == len(answer.rows())
    assert "0" not in shown["Known to us"]  # what we do not know is not nothing


def test_of_few_residents_nothing_is_divided() -> None:
    answer = here.answer(area_of("GM0088"), "nl")  # Schiermonnikoog, 972
    assert answer
    assert not any(r["per_10000"] for r in answer.rows())
    assert t("here_too_few", "nl", n="1.000") in answer.wording("nl").sentence


def test_where_none_is_known_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here, "counts", lambda area: {})
    test = run("profile", area="GM0150")
    assert not test.exception
    assert t("here_none", "nl", name="Deventer") in [h.value for h in test.header]


def test_of_the_country_nothing_is_counted() -> None:
    assert here.answer(area_of("NL00"), "nl") is None
