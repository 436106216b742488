"""Where an organisation can begin: the first of the finder's list, and who is there."""

import pytest

from dashboard import store
from dashboard.answer import begin, paths
from dashboard.download.files import answer_files
from dashboard.words.text import LANGUAGES, t
from pipelines.methods import one_place
from tests.app.conftest import area_of, run, texts

AREAS = ("GM0150", "GM0114", "GM0034", "GM0957", "GM0599", "GM0363", "BU05991571")


@pytest.mark.parametrize("who", store.needs())
@pytest.mark.parametrize("code", AREAS)
def test_three_neighbourhoods_are_the_first_of_the_list_each_with_places_near(
    code: str, who: str
) -> None:
    area = area_of(code)
    asked = begin.asked_of(area, who)
    starts = begin.beginnings(asked, "leisure")
    counted = int(asked.chosen.sum())
    listed = [*asked.rows((1,) * len(asked.names))][:3] if counted >= 10 else []
    assert [b.area.code for b in starts] == [r["code"] for r in listed if r["chance"] >= 0.2]
    if not starts:
        assert begin.answer(area, who, "leisure", "nl") is None
    ages = store.audiences("age")
    allowed = {k for age in begin.AGES.get(who, ages) for k in ages[age]}
    for b in starts:
        assert len(b.places) <= begin.PLACES
        assert all(s.minutes <= paths.WITHIN_MIN and s.kind in allowed and s.name for s in b.places)
        assert len({s.kind for s in b.places}) == len(b.places)
        is_own = [s.domain == "leisure" for s in b.places]
        assert is_own == sorted(is_own)  # another domain first
        pairs = [(a, c) for n, a in enumerate(b.places) for c in b.places[n + 1 :]]
        assert not any(one_place.same(a, c) for a, c in pairs)


def test_no_place_is_a_polling_station_or_of_a_kind_that_is_for_nobody() -> None:
    seen = set()
    for m in store.all_municipalities()[:30]:
        for b in begin.beginnings(begin.asked_of(m, "everyone"), "leisure"):
            seen |= {s.kind for s in b.places}
    assert len(seen) > 3
    assert not seen & {"polling_place", "special_school", "care_building", "town_hall", "church"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_names_the_neighbourhoods_why_and_whom_to_visit(lang: str) -> None:
    area = area_of("GM0150")
    answer = begin.answer(area, "everyone", "education", lang)
    assert answer
    test = run("gaps", ask="begin", area=area.code, domain="education", lang=lang)
    assert not test.exception
    assert not test.warning
    assert test.title[0].value == answer.wording(lang).title
    page = texts(test)
    asked = begin.asked_of(area, "everyone")
    starts = begin.beginnings(asked, "education")
    assert [h.value for h in test.subheader] == [
        f"{n}. {b.area.name}" for n, b in enumerate(starts, 1)
    ]
    for b in starts:
        assert begin.why(asked, b, lang) in page
        assert all(begin.who_is_there(s, lang) in page for s in b.places)
    assert answer.map
    assert answer.map.marks.count("1") == len(starts) == 3
    files = {key: make() for key, _, _, make in answer_files(answer, "https://example.org/", lang)}
    assert all(files.values())
    table = files["download_csv"].decode("utf-8-sig")
    assert all(s.name in table for b in starts for s in b.places)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_of_the_country_it_asks_where(lang: str) -> None:
    test = run("gaps", ask="begin", lang=lang)
    assert not test.exception
    assert test.title[0].value == t("begin_where", lang)
    assert [f.key for f in test.text_input] == ["ties-search"]


def test_a_place_of_sex_is_suggested_to_nobody() -> None:
    starts = begin.beginnings(begin.asked_of(area_of("GM0599"), "everyone"), "leisure")
    names = [s.name for b in starts for s in b.places]
    assert names
    assert not [n for n in names if "sex" in n.lower()]
    centre = store.centre(next(b.area.code for b in starts if b.area.name == "Feijenoord"))
    assert centre
    near = {s.name: paths.for_everyone(s) for s in paths.around(*centre, "walk", 15)}
    assert near["Blind Date Sex Bios"] is False  # it is there, and first among the cinemas
    assert near["Huis van de Wijk De Dam"] is True
    assert sum(not fit for fit in near.values()) == 1


def test_an_address_is_written_as_people_do() -> None:
    assert begin._written("7414EA-1") == "7414 EA 1"
    assert begin._written("Kerkstraat 3, Assen") == "Kerkstraat 3, Assen"
