"""Profile: every kind of area, the figures of the store, and cards that say what is estimated and
blame nobody.
"""

import csv
import io
import json
import re
from dataclasses import replace
from html import unescape

import pytest

from dashboard import store
from dashboard.answer import ecosystem, every_figure, portrait, profile, profile_sections, standout
from dashboard.download.files import answer_files
from dashboard.page.profile import drawn
from dashboard.part.every_figure import html as table_of_all
from dashboard.words.numbers import shown
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import area_of, run, texts

AREAS = ["NL00", "GM0363", "GM0599", "GM1680", "WK059915", "BU05991571", "BU05992295"]
LINK = "http://localhost:8501/profile"


def cards(code: str, lang: str) -> list[profile.Card]:
    area = store.area(code)
    assert area
    return profile.cards(area, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_every_kind_of_area(area: str, lang: str) -> None:
    test = run("profile", area=area, lang=lang)
    assert not test.exception
    assert not test.error
    assert not test.warning
    seen = unescape(texts(test))
    for card in cards(area, lang):
        assert card.head in seen
        assert card.text in seen
    assert t("profile_for_policy", lang) in seen


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_the_table_of_every_figure_is_that_of_the_store(code: str, lang: str) -> None:
    area = area_of(code)
    lines = every_figure.lines(area, lang)
    assert len(lines) == len(portrait.figures(area)) > 10
    by_name = {i.text("label", lang): i for i in store.indicators().values()}
    wider = 0
    for line in lines:
        cells, i = line.cells, by_name[line.cells[t("column_indicator", lang)]]
        o = store.observation(i.id, cells[t("column_period", lang)], code)
        assert o
        assert cells[portrait.headings(area, lang)[code]] == shown(o, i, lang)
        assert cells[t("column_status", lang)] == t(f"status_{o.status}", lang)
        assert cells[t("every_theme", lang)] == store.term("theme", i.theme, lang)
        assert cells[t("every_level", lang)] == store.term("level", i.level, lang)
        assert line.terms == {"theme": i.theme, "level": i.level, "status": o.status}
        assert f"indicator={i.id}" in line.link
        if area.level not in store.levels(i.id):  # known of a larger area only, and shown as its
            wider += 1
            above = [portrait.headings(area, lang)[a.code] for a in portrait.upwards(area)[1:]]
            assert any(cells[head] != "–" for head in above)
    assert bool(wider) == (area.level != "land")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_that_occurs_can_be_filtered_by(lang: str) -> None:
    area = area_of("BU05991571")
    lines = every_figure.lines(area, lang)
    html = table_of_all(lines, "Tarwewijk", lang)
    for scheme in every_figure.SCHEMES:
        body = re.search(f'<select name="{scheme}">(.*?)</select>', html)
        assert body
        offered = re.findall(r'<option value="([^"]+)">', body[1])
        assert set(offered) == {line.terms[scheme] for line in lines}
        assert len(offered) == len(set(offered)) > 1
    assert html.count('<tr role="row" data-theme=') == len(lines)
    assert not re.search("<script|onerror", html)
    evil = replace(lines[0], cells={"a": "<script>", "b": '"><img onerror=x>'}, description='"<b')
    assert not re.search("<script|<img|<b", table_of_all([evil], '"><b', lang))


def test_a_figure_that_is_twice_on_a_page_is_told_one_way() -> None:
    """The published distance to a kind of place stands among the figures and among the places."""
    compared = dict.fromkeys(store.scheme("area_level"), 0)
    for code in [*AREAS, "PV28", *store.codes()[::150]]:
        area = store.area(code)
        assert area
        here, margin = portrait.headings(area, "nl")[code], t("profile_column_margin", "nl")
        near, inside = store.near(code), store.kinds_within(code)
        kind_of = {k["distance"]: name for name, k in store.kinds().items() if k["distance"]}
        for f in portrait.figures(area):
            k = kind_of.get(f.indicator.id)
            if k and f.observation.value is not None:
                above = every_figure.row(f, area, "nl")
                below = profile_sections._place(k, near[k], inside.get(k), "nl")
                assert above[here].removesuffix(" km") == below[t("reach_column_km", "nl")], (
                    code,
                    k,
                )
                assert above[margin] == below[margin] == "–", (code, k)
                assert below[t("column_status", "nl")] == t("status_measured", "nl")
                compared[area.level] += 1
    assert all(compared.values()), compared


def test_a_national_figure_leads_to_its_publication() -> None:
    assert not any(
        "per cijfer" in s["attribution"] + s["publisher"] for s in store.sources().values()
    )
    for part in (
        "attribution",
        "title",
    ):  # which the profile, the files, the API, a caption or a citation show
        assert t("page_data", "nl") in store.sources()[every_figure.NATIONAL][part]
    country = store.area("NL00")
    assert country
    sections = [
        s
        for s in profile_sections.sections(country, "nl")
        if s.title == store.term("theme", "participation", "nl")
    ]
    assert sections[0].more == profile.way_on("data", "profile_publication", country, "nl")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_why_a_distance_is_not_known_is_said(lang: str) -> None:
    area = store.area("GM0599")
    assert area
    near = next(
        s for s in profile_sections.sections(area, lang) if s.title == t("profile_near", lang)
    )
    far = {r[t("csv_kind", lang)]: r[t("reach_column_km", lang)] for r in near.rows}
    assert far[store.term("kind", "library", lang)] == t("status_missing", lang)
    assert t("profile_near_unknown", lang) in near.source


def test_a_figure_that_nobody_has_at_this_level_is_listed_and_is_no_row() -> None:
    area = store.area("BU05991571")
    assert area
    themes = {store.term("theme", theme, "nl") for theme in store.scheme("theme")}
    sections = [
        s for s in profile_sections.sections(area, "nl") if s.title.partition(": ")[0] in themes
    ]
    rows = [f for s in sections for f in s.figures]
    assert all(area.level in store.levels(f.indicator.id) for f in rows)
    folded = {f.indicator for f in portrait.figures(area)} - {f.indicator for f in rows}
    assert len(folded) > 20
    said = " ".join(s.said for s in sections)
    assert all(i.text("label", "nl") in said for i in folded)
    assert "als geheel: " in said


def test_a_theme_of_which_the_area_has_no_figure_says_so_in_its_title() -> None:
    """Taking part in Deventer, where nobody asked; in Rotterdam, where residents were, it does not."""
    theme = store.term("theme", "participation", "nl")
    for code, asked in (("GM0150", False), ("GM0599", True)):
        area = area_of(code)
        titles = [s.title for s in profile_sections.sections(area, "nl")]
        assert (theme in titles) == asked
        none = t("profile_theme_none", "nl", theme=theme, name=area.name)
        assert (none in titles) != asked


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_cell_is_said_in_words(lang: str) -> None:
    said = next(c.text for c in cards("GM0599", lang) if c.sort == "unknown")
    assert t("profile_level_micro", lang) in said
    for scheme in ("level", "facet"):
        for term in store.scheme(scheme):
            assert store.term(scheme, term, lang).partition(":")[0] not in said


def test_a_row_to_take_away_names_its_own_source_and_the_caption_is_short() -> None:
    area = store.area("GM0599")
    assert area
    rows = portrait.rows(area)
    files = answer_files(profile.answer(area), LINK, "nl", packed=False)
    held = [*csv.DictReader(io.StringIO(files[0][-1]().decode("utf-8-sig")))]
    assert len(held) == len(rows)
    assert all(r["source"] == store.indicators()[r["indicator"]].source for r in held)
    for lang in LANGUAGES:
        wording = profile.wording(area, lang)
        assert wording.source.count("(") == len(profile.credited(area))
        assert len(wording.sentence + wording.source) < 900


def test_nonsense_in_the_address_is_named() -> None:
    test = run("profile", area="<b>GM9999")
    assert not test.exception
    assert len(test.warning) == 1
    assert "GM9999" in test.warning[0].value
    assert "<b>" not in test.warning[0].value
    assert test.title[0].value == t("profile_title", "nl", name="Nederland")


def test_the_address_holds_area_language_and_edition() -> None:
    test = run("profile", area="GM0363", lang="en", indicator="population")
    found = dict(test.query_params)
    assert {"area", "lang", "edition"} <= set(found)
    assert "ask" not in found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("level", ["gemeente", *store.area_levels().parts])
def test_no_card_of_a_modelled_figure_without_saying_so(level: str, lang: str) -> None:
    estimated = 0
    for code in store.columns(level)["code"][:: {"gemeente": 4, "wijk": 40, "buurt": 160}[level]]:
        area = store.area(code)
        assert area
        facts = standout.facts(standout.standings(area).values())
        assert len(facts) <= 3
        assert len({s.indicator.theme for s in facts}) == len(facts)
        for s in facts:
            assert s.indicator.source != "participation"
            assert s.indicator.theme not in ecosystem.MADE_OF_OTHERS
            card = profile._fact(s, area, lang)
            if s.observation.status == "estimated":
                estimated += 1
                assert card.value.startswith("≈")
                assert t("status_estimated", lang) in drawn([card], lang)
                assert t("status_estimated", lang) in profile.markdown(area, LINK, lang).decode()
    assert estimated


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_three_open_questions_that_name_no_cause(area: str, lang: str) -> None:
    found = [c.text for c in cards(area, lang) if c.sort == "question"]
    here = store.area(area)
    assert here
    assert len(found) == (2 if here.population == 0 else 3)  # nobody to ask where nobody lives
    for text in found:
        assert text.endswith("?")
        assert re.search("wat |what ", text)
        assert not re.search(
            r"waarom|omdat|doordat|komt door|schuld|why|because|fault|blame", text.lower()
        )


def test_what_is_not_known_is_told_in_order() -> None:
    area = store.area("GM0363")
    empty = store.area("BU05992295")
    assert area
    assert empty
    cells = ecosystem.cells("GM0363")
    found = standout.unknown(area, store.portrait("GM0363"), cells)
    assert found == standout.Unknown()  # taking part was not measured in Amsterdam
    part = [{"id": "clubs_share", "status": "measured"}]
    withheld = [
        *part,
        {"id": "going_out_gap", "status": "missing"},
        {"id": "lonely_share", "status": "suppressed"},
    ]
    found = standout.unknown(area, withheld, cells)
    assert found
    assert found.indicator
    assert (found.indicator.id, found.status) == ("lonely_share", "suppressed")
    found = standout.unknown(area, part, cells)
    assert found
    assert found.cell == next(c for c in cells if c.state == ecosystem.UNKNOWN)
    assert standout.unknown(area, part, [c for c in cells if c.state != ecosystem.UNKNOWN]) is None
    there = standout.unknown(empty, store.portrait(empty.code), ecosystem.cells(empty.code))
    assert there
    assert there != standout.Unknown()


def test_links_lead_to_the_page_that_shows_the_figure() -> None:
    area = store.area("BU05991571")
    assert area
    for i, (page, ask) in {
        "clubs_share": ("reach", "take_part"),
        "bike_to_secondary_school_min": ("reach", "get_there"),
        "money_worries_share": ("reach", "barriers"),
        "going_out_gap": ("gaps", "participation"),
        "home_value": ("explore", ""),
    }.items():
        indicator = store.indicators()[i]
        link = portrait.figure_link(indicator, store.periods(i, "buurt")[0], area, "en")
        assert link.startswith(f"/{page}?")
        assert f"indicator={i}" in link
        assert ("ask=" + ask in link) == bool(ask)
        asked = dict(pair.split("=") for pair in link.partition("?")[2].split("&"))
        there = run(page, **asked)
        assert not there.exception
        assert not there.warning
        assert indicator.text("label", "en") in texts(there)


def test_a_figure_that_nobody_has_leads_to_its_page_too() -> None:
    area = store.area("BU05991571")
    assert area
    nobody = replace(store.indicators()["children_share"], id="of_nobody")
    assert not store.levels(nobody.id)
    assert not store.periods(nobody.id, "buurt")
    link = portrait.figure_link(nobody, "2024", area, "nl")
    assert link.startswith("/explore?area=BU05991571&indicator=of_nobody&level=buurt&period=2024")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", AREAS)
def test_the_download_and_its_description(code: str, lang: str) -> None:
    area = store.area(code)
    assert area
    files = {what: make for what, *_, make in answer_files(profile.answer(area), LINK, lang)}
    body, about = files["download_csv"](), files["download_csvw"]()
    found = list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    described = [c["name"] for c in json.loads(about)["tableSchema"]["columns"]]
    assert list(found[0]) == described
    assert len({(r["area"], r["indicator"]) for r in found}) == len(found)
    for r in found:
        o = store.observation(r["indicator"], r["period"], code)
        assert o
        assert r["status"] == o.status
        exact = portrait.exact(
            o.value, store.indicators()[r["indicator"]]
        )  # rounded, as in the API
        assert (float(r["value"]) if r["value"] else None) == exact


@pytest.mark.parametrize("some", [True, False])
def test_the_cards_stand_alone_in_a_page_elsewhere(some: bool) -> None:
    every = (a for code in store.columns("gemeente")["code"] if (a := store.area(code)))
    area = next(a for a in every if bool(standout.facts(standout.standings(a).values())) == some)
    text = profile.markdown(area, LINK, "nl").decode()
    assert text.startswith(f"# {profile.title(area, 'nl')}\n")
    assert text.rstrip().endswith(LINK)
    facts = sum(c.sort == "fact" for c in cards(area.code, "nl"))
    assert (profile.rule("nl") in text) == some == bool(facts)
    assert bool(profile.nothing(area, "nl")) != some
    assert (
        "niets op" in texts(run("profile", area=area.code))
    ) != some  # said in a sentence where nothing does
    assert text.count("## ") == facts + 4


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", AREAS)
def test_embedded_it_is_its_cards_their_source_and_the_way_to_the_whole(
    area: str, lang: str
) -> None:
    test = run("profile", embedded=True, area=area, lang=lang)
    assert not test.exception
    assert not test.error
    seen = unescape(texts(test))
    here = store.area(area)
    assert here
    facts = standout.facts(standout.standings(here).values())
    for card in cards(area, lang):
        assert card.head in seen
        assert card.text in seen
    for s in facts:
        assert store.sources()[s.indicator.source]["attribution"].removeprefix("Bron: ") in seen
    assert re.search(
        rf'<a href="[^"]*/profile\?[^"]*" target="_blank"[^>]*>{t("open_whole", lang)}</a>', seen
    )
    assert ("area=" + area in seen) == (area != "NL00")
    assert 'target="_self"' not in seen  # a click on a card opens beside the page that embeds it
    for gone in ("header", "expander", "text_input", "popover"):
        assert not test.get(gone), gone
    assert not test.button
    assert 'class="scroll"' not in seen  # nor a table


def test_the_card_of_the_map_leads_to_the_profile() -> None:
    seen = texts(run("explore", area="GM0363", indicator="children_share"))
    assert re.search(r'href="/profile\?area=GM0363&amp;edition=[^"]*"', seen)


def test_the_places_near_say_of_which_elections_polling_places_are() -> None:
    seen = texts(run("profile", area="BU05991571"))
    assert t("not_conclude_polled", "nl", days="15 maart 2023 en 22 november 2023") in seen


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_sources_of_all_figures_are_folded(lang: str) -> None:
    area = area_of("BU05991571")
    lines = every_figure.source_lines(portrait.figures(area), lang)
    assert len(lines) > 5
    test = run("profile", area=area.code, lang=lang)
    (folded,) = (e.proto.body for e in test.get("html") if "<details" in e.proto.body)
    assert [line for line in lines if line not in unescape(folded)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", ["GM0150", "BU05991571"])
def test_where_one_only_votes_is_no_place_near(code: str, lang: str) -> None:
    assert "polling_place" in store.kinds_within(code)
    titled = {s.title: s for s in profile_sections.sections(area_of(code), lang)}
    kinds = {row[t("csv_kind", lang)] for row in titled[t("profile_near", lang)].rows}
    assert len(kinds) > 3
    assert store.term("kind", "polling_place", lang) not in kinds
