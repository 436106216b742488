"""Every page in both languages, on the embedded edition, through Streamlit's own test runner: what
the reader sees.
"""

import re
import shutil
from html import unescape
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qsl
from xml.etree import ElementTree

import duckdb
import pytest
from babel.numbers import format_percent

from dashboard import app, store
from dashboard.answer.view import name
from dashboard.store import database
from dashboard.words.numbers import date, number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import close, forget, run, table, texts

PAGES = [app.name(m) for m in app.pages()]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_page_in_every_language(page: str, lang: str) -> None:
    test = run(page, lang=lang)
    assert not test.exception
    assert not test.error
    title = {"start": "start_title", "data": "data_title"}.get(page)
    if title:
        assert test.title[0].value == t(title, lang)
    assert t("edition_built", lang, date=date(store.build()["built_at"], lang)) in texts(test)


def test_the_whole_name_is_in_the_logo_whichever_letters_the_browser_has() -> None:
    logo = ElementTree.fromstring(
        (Path(app.__file__).parent / "logo.svg").read_text(encoding="utf-8")
    )
    name = logo.find("{*}text")
    assert name is not None
    assert name.text == "Cultuuratlas"
    assert float(name.attrib["x"]) + float(name.attrib["textLength"]) <= float(
        logo.attrib["viewBox"].split()[2]
    )


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "nl",
            [
                "Voelt zich eenzaam per buurt in Rotterdam, 2020",
                "≈ 55,7 %",
                "≈ 47,0 %",
                "670.610 inwoners",
                "RIVM",
            ],
        ),
        (
            "en",
            [
                "Feels lonely by neighbourhood in Rotterdam, 2020",
                "≈ 55.7 %",
                "≈ 47.0 %",
                "670,610 residents",
                "RIVM",
            ],
        ),
    ],
)
def test_explore_shows_the_published_figures(lang: str, expected: list[str]) -> None:
    test = run(lang=lang, indicator="lonely_share", area="GM0599", level="buurt")
    seen = texts(test)
    for text in expected:
        assert text in seen, text


def test_a_measured_figure_is_not_called_an_estimate() -> None:
    seen = texts(
        run(indicator="cultural_facilities_share", area="BU05991571", level="buurt", period="2014")
    )
    assert "32,6 %" in seen
    assert "≈ 32,6" not in seen
    assert t("status_measured_text", "nl") in seen
    assert t("licence_none-stated", "nl") in seen


def test_an_estimate_of_our_own_carries_its_margin_and_ranks_nobody() -> None:
    seen = texts(run(indicator="going_out_estimate", area="BU05991571", level="buurt"))
    assert "Onzekerheidsmarge" in seen
    assert t("status_estimated", "nl") in seen
    assert "Het laagst is" not in seen
    assert "Cultuuratlas, Schatting" in seen


def test_the_reach_page_shows_every_test_and_says_why_an_estimate_is_not_there() -> None:
    test = run("reach")
    shown = table(test, t("reach_estimated", "nl"))
    assert len(shown[t("reach_column_passed", "nl")]) == len(store.validations())
    assert {"ja", "nee"} == set(shown[t("reach_column_passed", "nl")])
    test.selectbox(key="test").set_value("active_volunteers_estimate").run()
    assert t("reach_failed", "nl") in texts(test)
    assert test.query_params["test"] in (
        "active_volunteers_estimate",
        ["active_volunteers_estimate"],
    )


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_reach_page_says_why_there_is_no_estimate_elsewhere(lang: str) -> None:
    """Every row of the test, and in a sentence the least and the most that the margins of each
    design hold.
    """
    test = run("reach", lang=lang)
    shown = table(test, t("reach_transport", lang, city="Rotterdam"))
    tests = store.transport()
    columns = zip(
        shown[t("reach_column_design", lang)], shown[t("reach_column_tested", lang)], strict=True
    )
    assert [*columns] == [
        (t(f"reach_transport_{v['design']}", lang, city="Rotterdam"), number(v["n"], 0, lang))
        for v in tests
    ]
    start = {
        "nl": "Omdat de marge daar niet klopt",
        "en": "Because the margin does not hold there",
    }[lang]
    (said,) = (m.value for m in test.markdown if m.value.startswith(start))
    for design in ("left_out", "elsewhere", "between"):
        coverages = [v["coverage"] for v in tests if v["design"] == design]
        assert len(coverages) == 5
        for end in (min(coverages), max(coverages)):
            assert str(format_percent(end, locale=lang)) in said
    assert max(v["coverage"] for v in tests if v["design"] == "elsewhere") < store.model()["low"]


REACH = {
    "take_part": (
        ["reach_measured", "reach_national", "reach_estimated"],
        {"participation", "spending"},
    ),
    "get_there": (["reach_complete"], {"access"}),
    "barriers": (["reach_welcome"], {"wellbeing", "welcome"}),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("ask", REACH)
def test_reach_keeps_its_questions_apart(ask: str, lang: str) -> None:
    test = run("reach", ask=ask, lang=lang, area="BU05991571")
    assert not test.exception
    heads, themes = REACH[ask]
    every = {t(h, lang) for known, _ in REACH.values() for h in known}
    assert every & {h.value for h in test.header} == {t(h, lang) for h in heads}
    chosen = test.selectbox(key="indicator").value
    assert store.indicators()[chosen].theme in themes


@pytest.mark.parametrize("area", ["BU05991571", "GM0344", "NL00"])
def test_reach_says_what_is_within_reach_and_of_whom_that_is(area: str) -> None:
    test = run("reach", ask="get_there", area=area)
    here = store.area(area)
    assert here
    shown = table(test, t("reach_within", "nl", name=name(here, "nl")))
    near = store.near(area)
    assert shown[t("reach_column_places", "nl")] == [store.term("kind", k, "nl") for k in near]
    assert {"measured", "estimated"} == {r["status"] for r in near.values()}
    assert shown[t("column_status", "nl")] == [
        t(f"status_{r['status']}", "nl") for r in near.values()
    ]
    assert all(k in store.complete() for k, r in near.items() if r["status"] == "estimated")
    assert shown[t("reach_column_km", "nl")] == [
        number(r["metres"] / 1_000, 1, "nl") for r in near.values()
    ]
    margins = shown[t("reach_column_margin", "nl")]
    assert [m == "–" for m in margins] == [r["low"] is None for r in near.values()]
    assert (here.level == "buurt") == any(m != "–" for m in margins)
    assert re.search(r"ligt 8\d\s?% tot [89]\d\s?% van de buurten binnen de marge", texts(test))


def test_reach_tells_change_apart_from_noise_and_names_what_has_no_map() -> None:
    test = run("reach", area="BU05991571")
    shown = test.table[0].value
    told = [
        c
        for c in shown[t("reach_column_change", "nl")]
        if not c.startswith(t("reach_change_unsure", "nl"))
    ]
    assert 0 < len(told) < len(shown)
    assert "8" in next(e.label for e in test.expander if "CBS" in e.label)


def test_reach_narrowed_by_learning_form_offers_only_that() -> None:
    test = run("reach", ask="get_there", form="informal")
    wanted = {
        i.text("label", "nl") for i in store.indicators().values() if i.learning_form == "informal"
    }
    offered = {o.split(": ", 1)[-1] for o in test.selectbox(key="indicator").options}
    assert offered
    assert offered <= wanted


def test_reach_where_nobody_lives_says_so() -> None:
    test = run(
        "reach", ask="get_there", area="BU05992295", indicator="bike_to_secondary_school_min"
    )
    assert not test.exception
    here = store.area("BU05992295")
    assert here
    assert t("reach_within_none", "nl", name=here.name) in [i.value for i in test.info]
    assert t("status_not_applicable", "nl") in texts(test)


def test_reach_without_sources_of_places_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "bare.duckdb"
    with duckdb.connect(str(file)) as con:
        for held in store.schema():
            con.execute(f"CREATE TABLE {held} AS SELECT * FROM '{store.EDITION / held}.parquet'")
        for held in ("access", "place", "completeness", "detour", "change", "survey"):
            con.execute(f"DELETE FROM {held}")
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(file))
    for ask in REACH:
        forget()
        test = run("reach", ask=ask, area="GM0599")
        assert not test.exception, ask
        assert not test.error
        if ask == "get_there":
            shown = table(test, t("reach_within", "nl", name="Rotterdam"))
            assert set(shown[t("column_status", "nl")]) == {
                t("status_measured", "nl")
            }  # what CBS publishes


def test_a_second_city_that_asks_its_residents_needs_no_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The figures of a survey of other areas are shown there with their source, and both cities are
    named elsewhere.
    """
    file, there = tmp_path / "two.duckdb", "GM0344"
    with duckdb.connect(str(file)) as con:
        for table_name in store.schema():
            con.execute(
                f"CREATE TABLE {table_name} AS SELECT * FROM '{store.EDITION / table_name}.parquet'"
            )
        con.execute(
            "INSERT INTO source SELECT * REPLACE ('utrecht' AS id, 'Inwonerspeiling' AS title) FROM source LIMIT 1"
        )
        con.execute(
            """INSERT INTO indicator SELECT * REPLACE ('utrecht_share' AS id, 'utrecht' AS source)
               FROM indicator WHERE id = 'cultural_facilities_share'"""
        )
        con.execute(
            """INSERT INTO observation SELECT o.* REPLACE ('utrecht_share' AS indicator, b.code AS area)
               FROM observation o, (SELECT code FROM area WHERE municipality = ? AND level IN ('gemeente', 'buurt')) b
               WHERE o.indicator = 'cultural_facilities_share' AND o.area = 'GM0599'""",
            [there],
        )
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(file))
    forget()
    assert [m.code for m in store.municipalities("utrecht_share")] == [there]
    seen = texts(run("reach", ask="take_part", area=there))
    assert "Inwonerspeiling" in seen
    assert t("reach_unmatched_text", "nl") not in seen  # those are of the other city
    elsewhere = run("reach", ask="take_part", area="GM0363")
    assert not elsewhere.exception
    sentence = t("reach_not_measured", "nl", name="Amsterdam", city="Rotterdam en Utrecht")
    assert sentence in [info.value for info in elsewhere.info]


@pytest.mark.parametrize(
    ("name", "value"), [("ask", "why"), ("domain", "sport"), ("form", "unlearning"), ("eco", "x")]
)
def test_a_question_that_reach_does_not_know_is_named(name: str, value: str) -> None:
    test = run("reach", **{name: value})
    assert not test.exception
    assert len(test.warning) == 1
    assert value in test.warning[0].value


def test_a_national_figure_gets_no_map() -> None:
    test = run(indicator="museums_reach_share")
    assert t("national_only", "nl") in texts(test)
    assert not test.get("deck_gl_json_chart")
    assert "53 %" in test.table[0].value.to_string()


def test_choosing_an_indicator_changes_title_and_address() -> None:
    test = run(area="GM0599")
    test.selectbox(key="indicator").set_value("good_health_share").run()
    assert "Voelt zich gezond per gemeente in Nederland, 2020" in test.title[0].value
    assert test.query_params["indicator"] in ("good_health_share", ["good_health_share"])
    assert test.query_params["area"] in ("GM0599", ["GM0599"])


def test_choosing_from_the_list_goes_down_a_level() -> None:
    test = run(indicator="lonely_share", area="GM0599", level="buurt")
    test.session_state["other-area"] = True
    test.run()
    test.selectbox(key="child-GM0599").set_value("WK059915").run()
    assert test.query_params["area"] in ("WK059915", ["WK059915"])
    assert "Charlois" in [s.value for s in test.subheader]


def test_search_finds_an_area_without_accents_and_opens_it() -> None:
    test = run()
    test.session_state["other-area"] = True
    test.run()
    test.text_input(key="explore-search").set_value("sudwest fryslan").run()
    test.button(key="explore-search-GM1900").click().run()
    assert test.query_params["area"] in ("GM1900", ["GM1900"])
    assert "Súdwest-Fryslân" in [s.value for s in test.subheader]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("asked", "code"), [("3081", "BU05991571"), ("sudwest", "GM1900"), ("nederland", "NL00")]
)
def test_the_start_page_leads_to_what_stands_out_and_from_there_to_the_map(
    asked: str, code: str, lang: str
) -> None:
    test = run("start", lang=lang)
    test.text_input(key="start-search").set_value(asked).run()
    test.button(key=f"start-search-{code}").click().run()
    area = store.area(code)
    assert area
    here = store.country_name(lang) if code == "NL00" else area.name
    assert test.title[0].value == t("profile_title", lang, name=here)
    label = re.escape(t("profile_see", lang, label=t("profile_map", lang)))
    address = unescape(re.findall(rf'href="/explore\?([^"]*)"[^>]*>{label}<', texts(test))[0])
    there = run("explore", **dict(parse_qsl(address)))
    assert not there.exception
    assert not there.warning
    assert (store.country_name(lang, alone=True) if code == "NL00" else area.name) in [
        s.value for s in there.subheader
    ]
    assert there.session_state["level"] == ("gemeente" if code == "NL00" else area.level)


def test_an_area_that_the_indicator_does_not_know_opens_on_one_that_does() -> None:
    test = run()
    test.session_state["other-area"] = True
    test.run()
    test.text_input(key="explore-search").set_value("3081").run()
    test.button(key="explore-search-BU05991571").click().run()
    assert "per buurt in Rotterdam" in test.title[0].value
    seen = texts(test)
    assert t("status_measured_text", "nl") in seen


def test_search_without_result_says_so() -> None:
    test = run("start")
    test.text_input(key="start-search").set_value("xyzzy <b>").run()
    assert "xyzzy b" in test.info[0].value


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "asked"), [("start", ""), ("profile", ""), ("connections", "mine")]
)
def test_the_worksheet_is_one_click_away(page: str, asked: str, lang: str) -> None:
    params = {"ask": asked} if asked else {}
    link = f'href="/site/{lang}/learning-environment.html"'
    assert link in texts(run(page, lang=lang, **params))
    if page != "start":
        assert link not in texts(run(page, embedded=True, lang=lang, **params))


@pytest.mark.parametrize("door", ["door_area", "door_chart", "door_gaps"])
def test_each_door_opens_a_page(door: str) -> None:
    test = run("start")
    test.button(key=f"open-{door}").click().run()
    assert not test.exception
    assert test.title


def test_the_table_shows_the_figures_of_the_map() -> None:
    test = run(indicator="lonely_share", area="GM0599", level="buurt")
    test.toggle(key="table").set_value(True).run()
    shown = test.table[0].value
    assert len(shown) == 91
    row = shown[shown["Code"] == "BU05991571"].iloc[0]
    assert (row["Gebied"], row["Cijfer"], row["Status"]) == ("Tarwewijk", "≈ 63,6 %", "geschat")


@pytest.mark.parametrize("area", ["", "GM0363", "GM0599", "BU05991571"])
@pytest.mark.parametrize("indicator", ["clubs_share", "distance_library_km", "museums_reach_share"])
def test_what_is_known_of_one_city_is_not_called_the_country(area: str, indicator: str) -> None:
    test = (
        run(indicator=indicator, level="buurt", area=area)
        if area
        else run(indicator=indicator, level="buurt")
    )
    assert not test.exception
    assert not test.error
    seen = texts(test)
    assert "per buurt in Nederland" not in seen
    assert "per wijk in Nederland" not in seen
    assert "0 buurten" not in seen


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("name", "value"),
    [("area", "BU99999999"), ("indicator", "happiness"), ("level", "straat"), ("period", "1066")],
)
def test_a_link_with_nonsense_is_named_and_the_page_still_works(
    name: str, value: str, lang: str
) -> None:
    test = run(lang=lang, **{name: value})
    assert not test.exception
    assert len(test.warning) == 1
    assert value in test.warning[0].value
    assert test.title


def test_an_unknown_language_is_named() -> None:
    test = run(lang="fr")
    assert "fr" in test.warning[0].value
    assert test.title


def test_markup_in_a_link_is_not_drawn() -> None:
    test = run(indicator="[x](javascript:alert(1))<script>")
    assert "<script>" not in test.warning[0].value
    assert "](" not in test.warning[0].value


def test_a_database_that_was_asked_for_but_is_not_there(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(tmp_path / "gone.duckdb"))
    close()
    test = run()
    assert "gone.duckdb" in test.warning[0].value
    assert "make data" in test.warning[0].value
    assert test.title


@pytest.mark.parametrize("content", [b"not a database", b""])
def test_a_database_that_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "broken.duckdb"
    file.write_bytes(content)
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(file))
    close()
    test = run()
    assert not test.exception
    assert "broken.duckdb" in test.warning[0].value
    assert test.title


def test_a_database_with_a_column_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "old.duckdb"
    with duckdb.connect(str(file)) as con:
        for table in store.schema():
            con.execute(f"CREATE TABLE {table} AS SELECT * FROM '{store.EDITION / table}.parquet'")
        con.execute("ALTER TABLE observation DROP COLUMN status")
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(file))
    close()
    test = run()
    assert "status" in test.warning[0].value
    assert test.title


@pytest.mark.parametrize("damage", ["missing", "broken", "of another edition"])
def test_without_database_and_edition_there_is_a_way_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: str
) -> None:
    shutil.copytree(store.EDITION, tmp_path, dirs_exist_ok=True)
    area = tmp_path / "area.parquet"
    if damage == "missing":
        area.unlink()
    elif damage == "broken":
        area.write_bytes(b"PAR1 no")
    else:  # as a copy that was stopped halfway leaves it: readable, and not of these hashes
        duckdb.sql(f"COPY (FROM '{store.EDITION / area.name}' LIMIT 400) TO '{area}'")
    monkeypatch.setattr(database, "EDITION", tmp_path)
    monkeypatch.setattr(database, "DATABASE", tmp_path / "none.duckdb")
    monkeypatch.delenv("CULTUURATLAS_DATABASE")
    close()
    test = run()
    assert not test.exception
    assert "area.parquet" in test.error[0].value
    assert "git checkout data/edition" in test.error[0].value


def test_a_national_database_goes_before_the_edition_and_a_named_one_before_both(
    changed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compared() -> bool:
        forget()
        return bool(store.revisions("GM0599"))

    assert not compared()  # the tests name the edition, a folder
    monkeypatch.delenv("CULTUURATLAS_DATABASE")
    monkeypatch.setattr(database, "DATABASE", tmp_path / "none.duckdb")
    assert not compared()
    monkeypatch.setattr(database, "DATABASE", changed)
    assert compared()
    monkeypatch.setattr(database, "DATABASE", tmp_path / "none.duckdb")
    monkeypatch.setenv("CULTUURATLAS_DATABASE", str(changed))
    assert compared()


def test_a_fault_in_a_page_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(store, "lineage", fails)
    test = run()
    assert not test.exception
    assert test.error[0].value.startswith(t("trouble", "nl"))
    assert "secret detail" not in texts(test)


def test_a_year_of_the_register_that_holds_far_less_is_said_not_to_compare() -> None:
    found = {r["period"]: r for r in store.grants()}
    middle = {c: sorted(r[c] for r in found.values())[len(found) // 2] for c in ("n", "leisure")}
    less = {p for p, r in found.items() if any(2 * r[c] < middle[c] for c in middle)}
    column = t("data_grants_covers", "nl")
    told = table(
        run("data"), t("data_grants", "nl", title=store.sources()["amsterdam_subsidies"]["title"])
    )
    years = told[t("column_period", "nl")]
    assert [*years] == [*found]
    assert {
        year
        for year, says in zip(years, told[column], strict=True)
        if says != t("data_grants_whole", "nl")
    } == less
    assert {"2016", "2020"} == less  # without the Kunstenplan; until 9 March


@pytest.mark.parametrize("lang", LANGUAGES)
def test_how_often_a_polling_place_is_told_right_is_shown_with_the_sample(lang: str) -> None:
    test = run("data", lang=lang)
    rows = store.classification()
    sample = sum(r["labelled"] for r in rows)
    assert sample == 300
    assert t("data_polled_text", lang, n=number(sample, 0, lang)) in texts(test)
    shown = table(test, t("data_polled", lang))
    assert shown[t("data_polled_labelled", lang)] == [number(r["labelled"], 0, lang) for r in rows]
    assert shown[t("scheme_kind", lang)][-1] == t("data_polled_nothing", lang)
    church = [r["kind"] for r in rows].index("church")
    right = rows[church]["correct"]
    assert (
        shown[t("data_polled_precision", lang)][church]
        == f"{100 * right / rows[church]['told']:.0f} %"
    )
    assert (
        shown[t("data_polled_recall", lang)][church]
        == f"{100 * right / rows[church]['labelled']:.0f} %"
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_method_stands_beside_its_published_number_with_a_link(lang: str) -> None:
    every = store.rows("SELECT * FROM proof")
    test = run("data", lang=lang)
    methods = {r["method"] for r in every}
    said = t(
        "data_proofs_text",
        lang,
        methods=number(len(methods), 0, lang),
        n=number(len(every), 0, lang),
    )
    assert said in texts(test)
    method, source, ours = (
        t("data_proofs_method", lang),
        t("column_source", lang),
        t("data_proofs_ours", lang),
    )
    told = next(f.value for f in test.table if method in f.value).set_index(method)
    assert sorted(told.index) == sorted(t(f"proof_{m}", lang) for m in methods)
    for m in methods:
        row = told.loc[t(f"proof_{m}", lang)]
        mine = [r for r in every if r["method"] == m]
        far = max(r["difference"] for r in mine)
        assert row[t("data_proofs_n", lang)] == number(len(mine), 0, lang)
        assert any(
            row[source] == f"[{r['source']}]({r['url']})" for r in mine if r["difference"] == far
        )
    klein = told.loc[t("proof_rank_bounds", lang)]
    assert (klein[t("data_proofs_published", lang)], klein[ours]) == (
        number(3.081, 3, lang),
        number(3.0809, 5, lang),
    )
    assert klein[t("data_proofs_difference", lang)] == number(0.0001, 5, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_that_contradict_each_other_are_listed_with_both_sources(lang: str) -> None:
    test = run("data", lang=lang)
    kinds = {k: [*rows] for k, rows in groupby(store.contradictions(), key=lambda r: r["kind"])}
    assert {*kinds} == {"school", "distance", "parts", "waves"}
    for kind in kinds:
        test.session_state[f"contradictions-{kind}"] = True
    test.run()
    assert not test.exception
    for kind, rows in kinds.items():
        n = len(rows)
        columns = table(test, t(f"data_contradictions_{kind}", lang, count=n, n=number(n, 0, lang)))
        names = [f"{r['name']} ({r['area']})" if r["area"] else r["name"] for r in rows]
        assert [unescape(name) for name in columns[t("column_area", lang)]] == names
        for side, of in (("one", "source"), ("other", "other_source")):
            cells = columns[t(f"data_contradictions_{side}", lang)]
            assert all(
                store.sources()[r[of]]["publisher"] in unescape(c)
                for r, c in zip(rows, cells, strict=True)
            )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_earlier_area_that_is_none_of_today_is_listed_with_the_reason(lang: str) -> None:
    test = run("data", lang=lang)
    sources = {s: [*rows] for s, rows in groupby(store.left_out(), key=lambda r: r["source"])}
    assert "rivm_health" in sources
    for source in sources:
        test.session_state[f"left-out-{source}"] = True
    test.run()
    assert not test.exception
    for source, rows in sources.items():
        years, n = " / ".join(str(y) for y in sorted({r["year"] for r in rows})), len(rows)
        title = store.sources()[source]["title"]
        label = t("data_left_out", lang, count=n, n=number(n, 0, lang), source=title, years=years)
        columns = table(test, label)
        assert columns[t("column_code", lang)] == [r["code"] for r in rows]
        assert columns[t("data_left_out_why", lang)] == [
            t(f"data_left_out_{r['reason']}", lang) for r in rows
        ]
