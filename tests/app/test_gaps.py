"""Gaps: six questions, each with its figures, margins and receipts, on the embedded edition."""

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from html import escape, unescape

import numpy as np
import pytest
from babel.lists import format_list
from streamlit.testing.v1 import AppTest

from dashboard import store
from dashboard.answer import clusters, finder_words, gaps, need
from dashboard.answer.finder import Asked
from dashboard.answer.need import Pair
from dashboard.answer.underserved import worst
from dashboard.download.files import answer_files
from dashboard.part import controls
from dashboard.words.numbers import adding_up, number
from dashboard.words.text import LANGUAGES, t
from tests.app.conftest import run, table, texts

QUESTIONS = ("need", "find", "participation", "whom", "known", "clusters")
ROTTERDAM = Asked("everyone", "buurt", "GM0599", 500)
EQUAL = (1, 1, 1)
DISTANCE = "distance_library_km"
LINK = "http://127.0.0.1/gaps"


def points(text: str) -> float:
    return float(text.replace(".", "").replace(",", "."))


def found(**params: str) -> AppTest:
    test = run("gaps", ask="find", area="GM0599", **params)
    assert not test.exception
    return test


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", ["", "GM0599", "BU05991571", "GM0363", "BU05992295"])
@pytest.mark.parametrize("ask", QUESTIONS)
def test_every_question_of_every_kind_of_area(ask: str, area: str, lang: str) -> None:
    test = run("gaps", ask=ask, lang=lang, **{"area": area} if area else {})
    assert not test.exception
    assert not test.error
    assert not test.warning
    assert t(f"gaps_{ask}_lead", lang) in texts(test)
    assert test.title


@pytest.mark.parametrize(
    ("ask", "name", "value"),
    [
        ("need", "ask", "why"),
        ("need", "who", "cats"),
        ("need", "need", "happiness"),
        ("find", "least", "12"),
        ("find", "w", "1.1.9"),
        ("find", "w", "0.0.0"),
        ("find", "w", "1.1"),
        ("find", "w", "<b>"),
        ("find", "receipt", "BU00000000"),
        ("find", "level", "straat"),
        ("clusters", "cluster", "happiness"),
    ],
)
def test_nonsense_in_the_address_is_named(ask: str, name: str, value: str) -> None:
    test = run("gaps", **{"ask": ask, "area": "GM0599", name: value})
    assert not test.exception
    assert len(test.warning) == 1
    assert value.strip("<>") in test.warning[0].value
    assert "<b>" not in test.warning[0].value
    assert test.title


@pytest.mark.parametrize("weights", ["1.1.1", "5.0.2"])
def test_the_receipt_adds_up_to_the_score_of_the_list(weights: str) -> None:
    test = found(w=weights)
    name = test.selectbox(key="receipt").value
    area = store.area(name)
    assert area
    receipt = table(test, t("gaps_receipt", "nl", name=area.name))
    *parts, total = (Decimal(p.replace(",", ".")) for p in receipt[t("gaps_column_points", "nl")])
    assert sum(parts) == total
    listed = table(test, t("gaps_list", "nl"))
    row = listed[t("column_area", "nl")].index(area.name)
    shown = Decimal(listed[t("gaps_column_score", "nl")][row])
    assert abs(shown - total) <= Decimal("0.55")  # in whole points beside tenths
    assert receipt[t("gaps_column_weight", "nl")][:-1] == weights.split(".")


def test_the_receipt_names_the_source_of_every_factor() -> None:
    row = next(ROTTERDAM.rows(EQUAL))
    receipt = table(found(), t("gaps_receipt", "nl", name=row["name"]))
    *named, total = receipt[t("column_source", "nl")]
    lines = ROTTERDAM.receipt(EQUAL, row)
    publishers = [store.sources()[x["source"]]["publisher"] for x in lines]
    assert named == [escape(f"{p}, {x['period']}") for p, x in zip(publishers, lines, strict=True)]
    assert not total


def test_a_share_in_the_receipt_is_of_the_areas_with_a_figure() -> None:
    receipt = table(found(), t("gaps_receipt", "nl", name=next(ROTTERDAM.rows(EQUAL))["name"]))
    known = {
        name: store.rows(
            """SELECT count(o.value) AS n FROM observation o JOIN area a ON a.code = o.area
               WHERE a.level = 'buurt' AND o.indicator = ? AND o.period = ?""",
            name, store.periods(name, "buurt")[0],
        )[0]["n"]
        for name in ROTTERDAM.names
    }  # fmt: skip
    every = len(store.columns("buurt")["code"])
    assert all(0 < n < every for n in known.values())
    shares = receipt[t("gaps_column_percent", "nl")]
    assert [s.split(" % van ")[1] for s in shares[:-1]] == [
        number(n, 0, "nl") for n in known.values()
    ]


def test_a_chosen_area_without_a_score_is_told_why() -> None:
    test = run("gaps", ask="find", area="BU05990454")
    few = t("gaps_unscored_few", "nl", least="500", who="iedereen")
    assert [i.value for i in test.info] == [t("gaps_unscored", "nl", name="Schieveen", why=few)]
    first = next(ROTTERDAM.rows(EQUAL))
    assert test.selectbox(key="receipt").value == first["code"]
    assert table(test, t("gaps_receipt", "nl", name=first["name"]))


def test_where_nobody_lives_it_says_so_and_nothing_else() -> None:
    test = run("gaps", ask="find", area="BU05992295", least="0")
    assert [i.value for i in test.info] == [
        t("gaps_unscored", "nl", name="Vondelingenplaat", why="er woont niemand")
    ]
    assert "minder dan 0" not in texts(test)
    assert t("gaps_find_edge_empty", "nl") in texts(test)
    assert t("gaps_find_edge", "nl", least="500") in texts(found(least="500"))


def test_a_chosen_area_whose_figure_is_withheld_is_told_which_and_why() -> None:
    asked = Asked("older", "buurt", "GM0599", 0)
    status = store.figure_columns("older_residents_share", "buurt")["status"]
    code = next(
        c for c, s in zip(store.columns("buurt")["code"], status, strict=True) if s == "suppressed"
    )
    test = run("gaps", ask="find", area=str(code), who="older", least="500")
    label = store.indicators()["older_residents_share"].text("label", "nl")
    assert [
        t("gaps_unscored_factor", "nl", factor=label, status="afgeschermd") in i.value
        for i in test.info
    ] == [True]
    assert "minder dan" not in test.info[0].value  # how many there are is not known
    assert code not in {r["code"] for r in asked.rows(EQUAL)}


def test_every_area_with_a_score_has_its_place_and_margins_above_its_receipt() -> None:
    row = next(r for r in ROTTERDAM.rows(EQUAL) if r["name"] == "Rozenburg")
    test = run("gaps", ask="find", area=row["code"])
    assert not test.info
    standing = table(test, t("gaps_standing", "nl"))
    assert [*standing] == [t("gaps_standing", "nl"), "Rozenburg"]
    listed = table(test, t("gaps_list", "nl"))
    assert standing[t("gaps_standing", "nl")] == [*listed][1:]
    assert standing["Rozenburg"][1] == t(f"gaps_band_{row['band']}", "nl")
    assert (
        standing["Rozenburg"][2] == f"{row['score']:.0f}"
    )  # without a margin: that of no factor is known
    assert standing["Rozenburg"][3] == "–"
    assert table(test, t("gaps_receipt", "nl", name="Rozenburg"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("BU05991571", ""),
        ("BU05990452", "gaps_unscored"),
        ("GM0363", "gaps_uncompared"),
        ("NL00", "gaps_uncompared"),
    ],
)
def test_the_area_beside_it_has_its_own_receipt_or_a_reason(code: str, said: str) -> None:
    test = found(**{"with": code})
    other = store.area(code)
    assert other
    assert len(test.info) == bool(said)
    assert ("heeft geen score" in texts(test)) == (said == "gaps_unscored")
    if said == "gaps_uncompared":
        assert test.info[0].value == t(
            said, "nl", name=other.name, levels="buurten", scope="Rotterdam"
        )
    standing = [*table(test, t("gaps_standing", "nl"))][1:]
    assert standing == [next(ROTTERDAM.rows(EQUAL))["name"], *([] if said else [other.name])]
    assert all(table(test, t("gaps_receipt", "nl", name=name)) for name in standing)


def test_no_area_has_more_than_all_areas() -> None:
    """The one with most of something would be rounded up to that."""
    towns = Asked("everyone", "gemeente", store.country(), 500)
    row = max(towns.rows(EQUAL), key=lambda r: r["parts"][0])
    assert round(3 * row["parts"][0]) == 100
    test = run("gaps", ask="find", area=row["code"], level="gemeente")
    receipt = table(test, t("gaps_receipt", "nl", name=row["name"]))
    known = [v for v in store.figure_columns(towns.names[0], "gemeente")["value"] if v == v]
    assert receipt[t("gaps_column_percent", "nl")][0] == f"99 % van {len(known)}"


def test_the_printed_parts_of_every_area_are_the_printed_score() -> None:
    for r in ROTTERDAM.rows(EQUAL):
        parts = adding_up(r["parts"], r["score"], 1)
        assert sum(round(10 * p) for p in parts) == round(10 * round(r["score"], 1))
        assert all(abs(p - exact) < 0.1 for p, exact in zip(parts, r["parts"], strict=True))


def test_another_weight_changes_the_list_and_the_address() -> None:
    test = found()
    before = table(test, t("gaps_list", "nl"))
    test.slider(key="w0").set_value(5).run()
    assert not test.exception
    assert test.query_params["w"] == "5.1.1"
    after = table(test, t("gaps_list", "nl"))
    assert before[t("gaps_column_score", "nl")] != after[t("gaps_column_score", "nl")]
    test.slider(key="w0").set_value(1).run()
    assert "w" not in test.query_params
    assert table(test, t("gaps_list", "nl")) == before


def test_a_pick_before_the_address_has_followed_the_last_one_loses_neither() -> None:
    test = found()
    test.slider(key="w0").set_value(5).run()
    del test.query_params["w"]  # the address as the browser still has it
    test.slider(key="w1").set_value(2).run()
    assert test.query_params["w"] == "5.2.1"
    assert [test.slider(key=f"w{n}").value for n in range(3)] == [5, 2, 1]


def test_back_to_the_address_before_a_pick_takes_the_pick_back() -> None:
    test = found()
    test.slider(key="w0").set_value(5).run()
    del test.query_params["w"]
    test.run()
    assert "w" not in test.query_params
    assert test.slider(key="w0").value == 1


def test_no_weight_at_all_is_equal_weights() -> None:
    test = found(w="1.0.0")
    test.slider(key="w0").set_value(0).run()
    assert not test.exception
    assert not test.warning
    assert [test.slider(key=f"w{n}").value for n in range(3)] == [1, 1, 1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_answer_comes_first_with_its_chance_and_why(lang: str) -> None:
    test = found(lang=lang)
    rows = [*ROTTERDAM.rows(EQUAL)]
    assert [r["chance"] for r in rows] == sorted((r["chance"] for r in rows), reverse=True)
    assert [r["band"] for r in rows] == sorted(r["band"] for r in rows)
    first = sum(r["chance"] >= 0.8 for r in rows)
    assert 0 < first < len(rows)
    sentence = t(
        "gaps_find_sentence",
        lang,
        count=first,
        n=first,
        all=len(rows),
        levels=store.term("area_levels", "buurt", lang),
    )
    _, lead, answers, sure, *_ = [m.value for m in test.markdown]
    assert lead == sentence
    assert answers.count("\n- ") == 2
    for r, line in zip(rows, answers.split("\n"), strict=False):
        most = max(range(3), key=lambda n, r=r: r["parts"][n])
        assert r["name"] in unescape(line)
        assert store.indicators()[ROTTERDAM.names[most]].text("label", lang) in line
        assert gaps.chance_words(r["chance"], lang) in line
    labels = [store.indicators()[n].text("label", lang) for n in ROTTERDAM.names]
    none = t(
        "gaps_unsure_all", lang, labels=format_list(labels, "standard", lang), n=3, all=3, count=3
    )
    assert none in sure
    assert gaps.unknown_distance(DISTANCE, lang) in sure
    listed = table(test, t("gaps_list", lang))
    assert listed[t("gaps_column_chance", lang)] == [
        escape(gaps.chance_words(r["chance"], lang)) for r in rows[:10]
    ]
    assert set(listed[t("gaps_column_rank", lang, n=len(rows))]) == {
        "–"
    }  # no margin, so no bounds of a place
    assert t("gaps_list_cut", lang, n=10, all=len(rows)) in texts(test)


@pytest.mark.parametrize(
    ("chance", "nl", "en"),
    [
        (1.0, "in bijna elke lijst", "nearly every list"),
        (0.951, "in bijna elke lijst", "nearly every list"),
        (0.949, "in 9 van de 10 lijsten", "in 9 of 10 lists"),
        (0.8, "in 8 van de 10 lijsten", "in 8 of 10 lists"),
        (0.051, "in 1 van de 10 lijsten", "in 1 of 10 lists"),
        (0.04, "in bijna geen lijst", "hardly any list"),
    ],
)
def test_a_chance_in_words(chance: float, nl: str, en: str) -> None:
    assert nl in finder_words.often_words(chance, "nl")
    assert en in finder_words.often_words(chance, "en")


def test_of_how_many_figures_no_margin_is_known_is_said_and_taken_as_exact() -> None:
    """The share of children is rounded, so that its margin is known; of the others it is not."""
    asked = Asked("children", "buurt", "GM0599", 100)
    assert asked.unsure((1, 1)) == ["money_worries_share"]
    assert asked.unsure((1, 0)) == []
    label = store.indicators()["money_worries_share"].text("label", "nl")
    sentence = t("gaps_unsure", "nl", count=1, n=1, all=2, labels=label)
    assert "Dat cijfer telt als precies" in sentence
    test = found(who="children", least="100")
    assert sentence in texts(test)
    sure = found(who="children", least="100", w="1.0")
    assert label not in sure.markdown[2].value
    row = next(asked.rows((1, 0)))
    listed = table(sure, t("gaps_list", "nl"))
    assert (
        listed[t("gaps_column_rank", "nl", n=len([*asked.rows((1, 0))]))][0]
        == f"{row['best']} tot {row['worst']}"
    )
    assert row["best"] <= row["worst"]
    assert row["low"] < row["score"] < row["high"]


def test_where_the_distance_is_known_it_counts_and_elsewhere_it_is_said_who_could_tell() -> None:
    known = store.rows(
        """SELECT a.municipality, count(*) AS n FROM observation o JOIN area a ON a.code = o.area
           WHERE o.indicator = ? AND o.value IS NOT NULL AND a.level = 'buurt' GROUP BY 1 ORDER BY n DESC""",
        DISTANCE,
    )[0]["municipality"]
    there = Asked("everyone", "buurt", known, 0)
    assert there.names == (*ROTTERDAM.names, DISTANCE)
    assert not ROTTERDAM.far
    assert not Asked("everyone", "buurt", store.country(), 0).far  # known in too few of its areas
    rows = [*there.rows((1, 1, 1, 1))]
    assert all(len(r["parts"]) == 4 for r in rows)
    assert there.receipt((1, 1, 1, 1), rows[0])[-1]["factor"] == DISTANCE
    test = run("gaps", ask="find", area=known)
    assert not test.exception
    assert store.indicators()[DISTANCE].text("label", "nl") in texts(test)
    assert "niet bekend" not in texts(test).split(t("gaps_list", "nl"))[0].split("marge bekend")[0]
    sentence = gaps.unknown_distance(DISTANCE, "nl")
    assert "CBS" in sentence
    assert sentence not in texts(test)
    assert sentence in texts(found())
    assert sentence in [i.value for i in run("gaps", ask="need", area="GM0599").info]
    assert sentence not in [i.value for i in run("gaps", ask="need", area=known).info]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_worst_is_something_else_it_says_how(lang: str) -> None:
    assert t("gaps_worst_need", lang) in [
        c.value for c in run("gaps", area="GM0599", lang=lang).caption
    ]
    assert t("gaps_worst_find", lang) in texts(found(lang=lang))


def test_the_weights_are_told_while_the_sliders_are_closed() -> None:
    test = found()
    assert t("gaps_weights", "nl", list="1 · 1 · 1", said="gelijke gewichten") in [
        c.value for c in test.caption
    ]
    test.slider(key="w0").set_value(5).run()
    assert t("gaps_weights", "nl", list="5 · 1 · 1", said="niet gelijk") in [
        c.value for c in test.caption
    ]


def test_few_residents_are_not_said_to_be_none() -> None:
    row = next(ROTTERDAM.rows(EQUAL))
    for residents, said in ((4.6, "< 10"), (14.9, "10"), (1_234.0, "1.230")):
        listed = finder_words.listed_row(row | {"residents": residents}, 83, "GM0599", "nl")
        assert listed[t("gaps_column_residents", "nl")] == said


@pytest.mark.parametrize(("lang", "rank"), [("nl", "1.234 tot 7.064"), ("en", "1,234 to 7,064")])
def test_every_number_of_a_rank_is_written_as_the_reader_does(lang: str, rank: str) -> None:
    row = next(ROTTERDAM.rows(EQUAL)) | {"low": 1.0, "high": 99.0, "best": 1234, "worst": 7064}
    listed = finder_words.listed_row(row, 14_574, "GM0599", lang)
    assert listed[t("gaps_column_rank", lang, n=number(14_574, 0, lang))] == rank


def test_a_figure_in_a_table_stays_on_one_line_and_words_do_not() -> None:
    html = next(e.proto.body for e in found().get("html") if t("gaps_list", "nl") in e.proto.body)
    labels = {t(f"gaps_band_{n}", "nl") for n in (1, 2, 3)} | {
        "–"
    }  # how often, and what is not known
    assert set(re.findall("<td>([^<]*)", html)) <= labels
    html = next(
        e.proto.body
        for e in run("gaps", ask="known").get("html")
        if t("gaps_statuses", "nl", n=6) in e.proto.body
    )
    assert 'class="figure"' not in html
    sentence = "≈ 3 min lopen naar de dichtstbijzijnde plek"
    figures = ["1 tot 14", "> 99 %", "-13,0 (-19,6 – -7,0)", sentence]
    assert [bool(controls.FIGURE.fullmatch(v)) for v in figures] == [True, True, True, False]


@pytest.mark.parametrize(("least", "more"), [("0", True), ("5000", False)])
def test_the_least_number_of_residents_is_kept(least: str, more: bool) -> None:
    test = found(least=least)
    said = table(test, t("gaps_list", "nl"))[t("gaps_column_residents", "nl")]
    few = [points(unescape(n).removeprefix("< ")) for n in said]
    assert more or min(few) >= 5_000
    assert (
        int(Asked("everyone", "buurt", "GM0599", int(least)).chosen.sum()) > ROTTERDAM.chosen.sum()
    ) == more


def test_children_and_older_residents_are_counted_as_such() -> None:
    for who in ("children", "older"):
        test = found(who=who, least="100")
        assert store.term("need", who, "nl") in test.title[0].value
        asked = Asked(who, "buurt", "GM0599", 100)
        assert len(test.get("slider")) == len(asked.names)
        assert asked.chosen.sum() < Asked(who, "buurt", "GM0599", 0).chosen.sum()


def test_where_nothing_is_left_it_says_what_is_lacking() -> None:
    """In a municipality whose large neighbourhoods have no figure."""
    status = store.figure_columns("lonely_share", "buurt")["status"]
    about = store.columns("buurt")
    town = next(
        m
        for m in dict.fromkeys(about["municipality"])
        if ((about["municipality"] == m) & (about["population"] >= 5_000)).any()
        and not (
            (about["municipality"] == m) & (about["population"] >= 5_000) & (status == "estimated")
        ).any()
    )
    asked = Asked("everyone", "buurt", town, 5_000)
    test = run("gaps", ask="find", area=str(town), least="5000")
    missing = [
        f"{store.indicators()[n].text('label', 'nl')} ({k})" for n, k in asked.lacking.items()
    ]
    n, lacking = int(asked.enough.sum()), format_list(missing, "standard", "nl")
    assert t("gaps_find_none", "nl", count=n, n=n, lacking=lacking) in [i.value for i in test.info]
    assert not test.get("download_button")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", ["GM0363", "NL00"])
def test_where_taking_part_was_not_measured_one_text_says_so_above_need_and_access(
    area: str, lang: str
) -> None:
    test = run("gaps", ask="participation", area=area, lang=lang)
    assert not test.exception
    where, city = store.area(area), store.area("GM0599")
    assert where
    assert city
    said = {
        "GM0363": t("gaps_not_measured", lang, name=where.name, city=city.name),
        "NL00": t("gaps_not_measured_country", lang, name=store.country_name(lang), city=city.name),
    }
    assert [i.value for i in test.info] == [said[area], gaps.unknown_distance(DISTANCE, lang)]
    need = run("gaps", ask="need", area=area, lang=lang)
    assert test.title[0].value == need.title[0].value
    assert len(test.get("deck_gl_json_chart")) == len(need.get("deck_gl_json_chart")) == 1
    test.button(key="to-GM0599").click().run()
    assert not test.exception
    assert t("gaps_apart", lang) in [h.value for h in test.header]


def test_clusters_are_not_drawn_where_taking_part_was_not_measured() -> None:
    test = run("gaps", ask="clusters", area="GM0363")
    assert t("gaps_clusters_elsewhere", "nl", name="Amsterdam", city="Rotterdam") in [
        i.value for i in test.info
    ]
    test.button(key="to-GM0599").click().run()
    assert "Rotterdam" in test.title[0].value


@pytest.mark.parametrize("indicator", ["going_out_gap", "cultural_facilities_gap"])
def test_more_or_less_than_expected_is_said_of_what_is_no_chance_among_all_areas(
    indicator: str,
) -> None:
    """Of 60 areas about 6 lie outside a margin of 90 % by chance alone."""
    every = [
        o
        for o in store.observations(indicator, "2016", "buurt", "GM0599")
        if o.low is not None and o.high is not None
    ]
    outside = {o.name: o.low > 0 for o in every if o.low > 0 or o.high < 0}
    folds = store.folds(indicator.replace("_gap", "_estimate"), "left_out")
    told = {f["name"] for f in folds if f["apart"]}
    assert told < outside.keys()
    sides = {side: {n for n in told if outside[n] == (side == "more")} for side in ("more", "less")}
    test = run("gaps", ask="participation", area="GM0599", indicator=indicator)
    for name in outside.keys() - told:
        for side in sides:
            assert t(f"gaps_apart_{side}_text", "nl", names=name) not in texts(test)
    for side, names in sides.items():
        if not names:
            assert t(f"gaps_apart_{side}", "nl", n=0) in texts(test)
            continue
        shown = table(test, t(f"gaps_apart_{side}", "nl", n=len(names)))
        assert {unescape(n) for n in shown[t("column_area", "nl")]} == names
        measured, expected, difference = (
            [points(v.removeprefix("≈ ").split(" ")[0]) for v in shown[t(f"gaps_column_{c}", "nl")]]
            for c in ("observed", "expected", "difference")
        )
        assert measured == pytest.approx(
            [a + b for a, b in zip(expected, difference, strict=True)], abs=0.11
        )
        assert all((d > 0) == (side == "more") for d in difference)
    said = {"n": len(outside), "all": len(every), "chance": 6, "margin": "90 %"}
    assert t("gaps_apart_text", "nl", count=len(outside), **said) in texts(test)
    n, rest = len(told), len(every) - len(told)
    assert t("gaps_apart_left", "nl", count=n, n=n, rest=rest) in texts(test)


@pytest.mark.parametrize(
    ("indicator", "name", "verdict"),
    [
        ("going_out_gap", "Feijenoord", "out"),
        ("going_out_gap", "Carnisse", "out"),
        ("going_out_gap", "Tarwewijk", "same"),
        ("going_out_gap", "Noord Kethel", "none"),
        ("cultural_facilities_gap", "", "told"),
    ],
)
def test_of_the_chosen_area_it_says_whether_the_difference_can_be_told_from_chance(
    indicator: str, name: str, verdict: str
) -> None:
    if verdict == "told":
        fold = next(
            f for f in store.folds("cultural_facilities_estimate", "left_out") if f["apart"]
        )
        name, verdict = fold["name"], "more" if fold["observed"] > fold["predicted"] else "less"
    o = next(o for o in store.observations(indicator, "2016", "buurt", "GM0599") if o.name == name)
    test = run("gaps", ask="participation", area=o.code, indicator=indicator)
    own = (
        t("gaps_own_none", "nl", name=name) if verdict == "none" else t(f"gaps_own_{verdict}", "nl")
    )
    assert own in texts(test)
    if o.value is not None and o.low is not None and o.high is not None:
        value, low, high = (number(v, 1, "nl") for v in (o.value, o.low, o.high))
        assert f"{value} procentpunt (marge: {low} tot {high})" in texts(test)


def known_town() -> str:
    """The municipality with most neighbourhoods of which the distance is known."""
    far = ~np.isnan(store.figure_columns(DISTANCE, "buurt")["value"])
    return Counter(store.columns("buurt")["municipality"][far].tolist()).most_common(1)[0][0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_third_says_between_which_figures_it_lies(lang: str) -> None:
    town = known_town()
    pair = Pair("lonely_share", DISTANCE, "buurt", town)
    assert pair.far
    near, _, far = pair.spans[1]
    seen = texts(run("gaps", area=town, need="lonely_share", lang=lang)).replace(need.WHOLE, " ")
    assert f"{t('gaps_distance_0', lang)} (≤ {number(near[1], 1, lang)} km)" in unescape(seen)
    assert f"{t('gaps_distance_2', lang)} (≥ {number(far[0], 1, lang)} km)" in unescape(seen)
    for values, thirds, spans in zip(pair.values, pair.thirds, pair.spans, strict=True):
        assert sum(share for *_, share in spans) == pytest.approx(1)
        for value, third in zip(values, thirds, strict=True):
            if third == third:
                low, high, _ = spans[int(third)]
                assert low <= value <= high


@pytest.mark.parametrize("who", ["everyone", "children", "older"])
def test_why_a_group_has_these_needs_stands_where_it_is_chosen(who: str) -> None:
    said = store.terms()["need", who]["description_nl"]
    assert said in [c.value for c in run("gaps", area="GM0599", who=who).caption]


def test_the_largest_are_named_as_such_and_a_few_as_all_of_them() -> None:
    pair = Pair("lonely_share", DISTANCE, "buurt", "GM0599")
    assert pair.marks().count("2") > 1
    for both, key in ((2, "gaps_need_sentence_few_alone"), (40, "gaps_need_sentence_alone")):
        names = format_list(pair.largest(3), "standard", "nl")
        sentence = t(key, "nl", count=both, n=both, all=both, levels="buurten", names=names)
        assert need.need_wording(pair, Counter({"2": both}), "nl").sentence == sentence


def test_of_fewer_than_a_hundred_residents_a_publisher_may_say_something_but_our_own_model_nothing() -> (
    None
):
    about = store.columns("buurt")
    few = (about["population"] > 0) & (about["population"] < 100)
    assert few.any()
    theirs, ours = (
        store.figure_columns(name, "buurt") for name in ("lonely_share", "going_out_estimate")
    )
    for figures, known in ((theirs, {"estimated", "suppressed"}), (ours, {"suppressed"})):
        assert (
            known <= set(figures["status"][few]) <= {*known, "missing"}
        )  # of areas that are no area of today
        assert ((figures["status"] == "estimated") == ~np.isnan(figures["value"]))[few].all()


def test_at_the_level_of_the_country_no_question_says_that_nothing_was_measured() -> None:
    said = run("gaps", ask="clusters").info[0].value
    assert said == t(
        "gaps_clusters_elsewhere_country", "nl", name=store.country_name("nl"), city="Rotterdam"
    )


@pytest.mark.parametrize("area", ["GM0599", "NL00", "GM0363"])
@pytest.mark.parametrize("ask", QUESTIONS)
def test_in_a_page_elsewhere_every_question_ends_with_its_source_and_the_whole(
    ask: str, area: str
) -> None:
    test = run("gaps", embedded=True, ask=ask, area=area)
    assert not test.exception
    assert re.search(r"Licentie: |Bronnen: ", "\n".join(c.value for c in test.caption))
    assert t("open_whole", "nl") in texts(test)


def test_the_grid_counts_every_area_of_the_map_once() -> None:
    town = known_town()
    test = run("gaps", area=town)
    marks = Pair(store.needs()["everyone"][0], DISTANCE, "buurt", town).marks()
    assert f"van de {sum(m.isdigit() for m in marks)} buurten" in texts(test)
    grid = next(e.proto.body for e in test.get("html") if t("gaps_grid", "nl") in e.proto.body)
    counts = [int(n) for n in re.findall(r"<td style[^>]*>(\d+)</td>", grid)]
    assert sorted(counts) == sorted(marks.count(str(n)) for n in range(9))
    assert sum(counts) == sum(m.isdigit() for m in marks)


def test_where_the_distance_is_not_known_the_map_is_of_need_alone() -> None:
    test = run("gaps", area="GM0599")
    marks = Pair(store.needs()["everyone"][0], DISTANCE, "buurt", "GM0599").marks()
    assert {m for m in marks if m.isdigit()} <= {"0", "1", "2"}
    assert t("gaps_grid", "nl") not in texts(test)
    assert store.indicators()[DISTANCE].text("label", "nl") not in test.title[0].value
    assert f"van de {sum(m.isdigit() for m in marks)} buurten" in texts(test)


def test_the_table_has_both_axes_of_every_area() -> None:
    test = run("gaps", area="GM0599", table="on")
    shown = table(test, t("table", "nl"))
    assert len(next(iter(shown.values()))) == 91
    assert t("gaps_column_need", "nl") in shown


UTRECHT = "GM0344"  # the distances of CBS in the edition are of its areas


def test_inequality_gives_each_figure_in_words_and_none_a_margin() -> None:
    """It is of all areas, and their figures have no margin; so nothing is in brackets, and nothing
    is judged.
    """
    test = run("gaps", ask="whom", area=UTRECHT)
    shown = table(test, t("gaps_whom_all", "nl", name="Utrecht"))
    figures = [i for i in store.indicators().values() if i.source == "inequality"]
    assert shown[t("column_indicator", "nl")] == [i.text("label", "nl") for i in figures]
    assert [*shown][1] == t("gaps_words", "nl")  # in sight on a phone
    assert not any("(" in v for v in shown["Utrecht"])
    assert t("gaps_ecological", "nl") in texts(test)
    assert t("gaps_whom_country", "nl") not in texts(test)
    sentences = dict(zip((i.id for i in figures), shown[t("gaps_words", "nl")], strict=True))
    for i in figures:
        o = store.observation(i.id, store.periods(i.id, "gemeente")[0], UTRECHT)
        assert o
        assert o.value is not None
        assert (o.low, o.high) == (None, None)
        share = round(o.value)
        expected = {
            "library_distance_theil_between": f"{share} % tussen wijken en {100 - share} % binnen",
            "library_distance_gini": f"{200 * o.value:.0f} % van de gemiddelde afstand",
        }.get(i.id, number(o.value, 2, "nl"))
        assert expected in sentences[i.id]


@pytest.mark.parametrize("area", ["NL00", UTRECHT, "GM0060"])
def test_for_whom_leaves_no_sentence_blank(area: str) -> None:
    """Ameland has too few districts to say anything of, and what is known of Utrecht is not known
    of the country.
    """
    where = store.area(area)
    assert where
    test = run("gaps", ask="whom", area=area)
    sentences = table(test, t("gaps_whom_all", "nl", name=where.name))[t("gaps_words", "nl")]
    assert all(s.endswith((".", ")")) for s in sentences)
    assert (t("gaps_words_none", "nl") in sentences) == (area != UTRECHT)
    assert (t("gaps_whom_country", "nl") in texts(test)) == (area == "NL00")


@pytest.mark.parametrize("margins", [0, 5])
def test_the_download_of_the_finder_carries_weights_filters_bounds_and_sources(
    margins: int,
) -> None:
    asked, weights = Asked("children", "buurt", "GM0599", 500), (2, margins)
    given = answer_files(finder_words.answer(asked, weights, "nl"), LINK, "nl")
    files = {key: make() for key, _, _, make in given if key in ("download_csv", "download_csvw")}
    rows = [*csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))]
    assert len(rows) == asked.chosen.sum()
    assert sum(float(row["chance_worst_fifth"]) for row in rows) == pytest.approx(
        worst(len(rows)), abs=0.01
    )
    for row in rows:
        if margins:  # of one of the two figures no margin is known
            assert row["rank_best"] == row["rank_worst"] == row["low"] == row["high"] == ""
        else:
            assert int(row["rank_best"]) <= int(row["rank_worst"])
            assert float(row["low"]) <= float(row["score"]) <= float(row["high"])
        assert tuple(int(row[f"{n}:weight"]) for n in asked.names) == weights
        assert sum(float(row[f"{n}:points"]) for n in asked.names) == pytest.approx(
            float(row["score"]), abs=0.01
        )
        assert (row["scope"], row["least_residents"], row["link"]) == ("GM0599", "500", LINK)
        assert "RIVM" in row["source"]
        assert "CBS" in row["source"]
    about = json.loads(files["download_csvw"])
    assert [c["name"] for c in about["tableSchema"]["columns"]] == [*rows[0]]
    assert t("gaps_find_not_0", "nl") in about["skos:scopeNote"]
    assert all(about["dc:license"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_the_other_downloads_is_described(lang: str) -> None:
    pair = Pair("lonely_share", DISTANCE, "buurt", "GM0599")
    indicator = next(n for n in store.indicators() if store.clusters(n))
    city = store.area("GM0599")
    assert city
    for given in (
        answer_files(need.answer(pair, lang), LINK, lang),
        answer_files(clusters.answer(store.indicators()[indicator], city, lang), LINK, lang),
    ):
        files = {
            key: make() for key, _, _, make in given if key in ("download_csv", "download_csvw")
        }
        rows = [*csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))]
        assert rows
        columns = json.loads(files["download_csvw"])["tableSchema"]["columns"]
        assert [c["name"] for c in columns] == [*rows[0]]


def test_what_was_withheld_is_in_no_download() -> None:
    """Neither the finder nor need beside access says anything of a figure that its publisher
    withheld.
    """
    level, name = "buurt", "older_residents_share"
    hidden = {
        code
        for code, status in zip(
            store.columns(level)["code"], store.figure_columns(name, level)["status"], strict=True
        )
        if status == "suppressed"
    }  # fmt: skip
    assert hidden
    pair = Pair(name, DISTANCE, level, store.country())
    assert all(
        r["need"] is None and r["need_third"] is None for r in pair.rows() if r["code"] in hidden
    )
    asked = Asked("older", level, store.country())
    assert name in asked.names
    assert not hidden & {r["code"] for r in asked.rows((1,) * len(asked.names))}
