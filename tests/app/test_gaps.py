"""Gaps: six questions, each with its figures, margins and receipts, on the embedded edition."""

import csv
import io
import json
import re
from collections import Counter
from decimal import Decimal
from functools import partial
from html import escape, unescape

import numpy as np
import pytest
from babel.lists import format_list
from streamlit.testing.v1 import AppTest

from dashboard import controls, export, store
from dashboard.export import Inked
from dashboard.figures import adding_up, number
from dashboard.finder import ACCESS, Asked, Pair, Places
from dashboard.page import gaps
from dashboard.text import LANGUAGES, t
from tests.app.conftest import run, table, texts

QUESTIONS = ("need", "find", "participation", "whom", "known", "clusters")
SOCIAL = Places("domain", "social")
ROTTERDAM = Asked("everyone", SOCIAL, "buurt", "GM0599", 500)
LINK = "http://127.0.0.1/gaps"
UNSEEN = Inked("buurt", "GM0599", "", {}, [])


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
        ("need", "set", "sport"),
        ("need", "by", "plane"),
        ("need", "free", "maybe"),
        ("need", "m", "hours"),
        ("find", "least", "12"),
        ("find", "w", "1.1.1.9"),
        ("find", "w", "0.0.0.0"),
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


@pytest.mark.parametrize("weights", ["1.1.1.1", "5.0.2.1"])
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
    shown = Decimal(listed[t("gaps_column_score", "nl")][row].split(" (")[0])
    assert abs(shown - total) <= Decimal("0.55")  # in whole points beside tenths
    assert receipt[t("gaps_column_weight", "nl")][:-1] == weights.split(".")


def test_the_receipt_names_the_source_of_every_factor() -> None:
    row = next(ROTTERDAM.rows((1, 1, 1, 1)))
    receipt = table(found(), t("gaps_receipt", "nl", name=row["name"]))
    *named, total = receipt[t("column_source", "nl")]
    lines = ROTTERDAM.receipt((1, 1, 1, 1), row)
    *need, access = [store.sources()[x["source"]] for x in lines]
    publishers = [*(s["publisher"] for s in need), access["attribution"]]
    assert named == [escape(f"{p}, {x['period']}") for p, x in zip(publishers, lines, strict=True)]
    assert all(publisher in named[-1] for publisher in ("DUO", "Waar is mijn stemlokaal", "OpenStreetMap"))
    assert not total


def test_a_share_in_the_receipt_is_of_the_areas_with_a_figure() -> None:
    receipt = table(found(), t("gaps_receipt", "nl", name=next(ROTTERDAM.rows((1, 1, 1, 1)))["name"]))
    known = {
        name: store.rows(
            """SELECT count(o.value) AS n FROM observation o JOIN area a ON a.code = o.area
               WHERE a.level = 'buurt' AND o.indicator = ? AND o.period = ?""",
            name, store.periods(name, "buurt")[0],
        )[0]["n"]
        for name in ROTTERDAM.names if name != ACCESS
    }  # fmt: skip
    every = len(store.columns("buurt")["code"])
    assert all(0 < n < every for n in known.values())
    shares = receipt[t("gaps_column_percent", "nl")]
    assert [s.split(" % van ")[1] for s in shares[:3]] == [number(n, 0, "nl") for n in known.values()]


def test_a_chosen_area_without_a_score_is_told_why() -> None:
    test = run("gaps", ask="find", area="BU05990454")
    few = t("gaps_unscored_few", "nl", least="500", who="iedereen")
    assert [i.value for i in test.info] == [t("gaps_unscored", "nl", name="Schieveen", why=few)]
    first = next(ROTTERDAM.rows((1, 1, 1, 1)))
    assert test.selectbox(key="receipt").value == first["code"]
    assert table(test, t("gaps_receipt", "nl", name=first["name"]))


def test_where_nobody_lives_it_says_so_and_nothing_else() -> None:
    test = run("gaps", ask="find", area="BU05992295", least="0")
    assert [i.value for i in test.info] == [t("gaps_unscored", "nl", name="Vondelingenplaat", why="er woont niemand")]
    assert "minder dan 0" not in texts(test)
    assert t("gaps_find_edge_empty", "nl") in texts(test)
    assert t("gaps_find_edge", "nl", least="500") in texts(found(least="500"))


def test_a_chosen_area_whose_figure_is_withheld_is_told_which_and_why() -> None:
    asked = Asked("older", SOCIAL, "buurt", "GM0599", 0)
    status = store.figure_columns("older_residents_share", "buurt")["status"]
    code = next(c for c, s in zip(store.columns("buurt")["code"], status, strict=True) if s == "suppressed")
    test = run("gaps", ask="find", area=str(code), who="older", least="500")
    label = store.indicators()["older_residents_share"].text("label", "nl")
    assert [t("gaps_unscored_factor", "nl", factor=label, status="afgeschermd") in i.value for i in test.info] == [True]
    assert "minder dan" not in test.info[0].value  # how many there are is not known
    assert code not in {r["code"] for r in asked.rows((1, 1, 1, 1))}


def test_every_area_with_a_score_has_its_place_and_margins_above_its_receipt() -> None:
    row = next(r for r in ROTTERDAM.rows((1, 1, 1, 1)) if r["name"] == "Rozenburg")
    test = run("gaps", ask="find", area=row["code"])
    assert not test.info
    standing = table(test, t("gaps_standing", "nl"))
    assert [*standing] == [t("gaps_standing", "nl"), "Rozenburg"]
    listed = table(test, t("gaps_list", "nl"))
    assert standing[t("gaps_standing", "nl")] == [*listed][1:]
    assert standing["Rozenburg"][0] == str(row["band"])
    assert standing["Rozenburg"][1].startswith(f"{row['score']:.0f} (")
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
        assert test.info[0].value == t(said, "nl", name=other.name, levels="buurten", scope="Rotterdam")
    standing = [*table(test, t("gaps_standing", "nl"))][1:]
    assert standing == [next(ROTTERDAM.rows((1, 1, 1, 1)))["name"], *([] if said else [other.name])]
    assert all(table(test, t("gaps_receipt", "nl", name=name)) for name in standing)


def test_no_area_has_more_than_all_areas() -> None:
    """The one with most of something would be rounded up to that."""
    towns = Asked("everyone", SOCIAL, "gemeente", store.COUNTRY, 500)
    row = max(towns.rows((1, 1, 1, 1)), key=lambda r: r["parts"][0])
    assert round(4 * row["parts"][0]) == 100
    test = run("gaps", ask="find", area=row["code"], level="gemeente")
    receipt = table(test, t("gaps_receipt", "nl", name=row["name"]))
    known = [v for v in store.figure_columns(towns.names[0], "gemeente")["value"] if v == v]
    assert receipt[t("gaps_column_percent", "nl")][0] == f"99 % van {len(known)}"


def test_the_printed_parts_of_every_area_are_the_printed_score() -> None:
    for r in ROTTERDAM.rows((1, 1, 1, 1)):
        parts = adding_up(r["parts"], r["score"], 1)
        assert sum(round(10 * p) for p in parts) == round(10 * round(r["score"], 1))
        assert all(abs(p - exact) < 0.1 for p, exact in zip(parts, r["parts"], strict=True))


def test_another_weight_changes_the_list_and_the_address() -> None:
    test = found()
    before = table(test, t("gaps_list", "nl"))
    test.slider(key="w0").set_value(5).run()
    assert not test.exception
    assert test.query_params["w"] == "5.1.1.1"
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
    assert test.query_params["w"] == "5.2.1.1"
    assert [test.slider(key=f"w{n}").value for n in range(4)] == [5, 2, 1, 1]


def test_back_to_the_address_before_a_pick_takes_the_pick_back() -> None:
    test = found()
    test.slider(key="w0").set_value(5).run()
    del test.query_params["w"]
    test.run()
    assert "w" not in test.query_params
    assert test.slider(key="w0").value == 1


def test_no_weight_at_all_is_equal_weights() -> None:
    test = found(w="1.0.0.0")
    test.slider(key="w0").set_value(0).run()
    assert not test.exception
    assert not test.warning
    assert [test.slider(key=f"w{n}").value for n in range(4)] == [1, 1, 1, 1]


def test_the_list_is_in_order_of_bands_and_says_that_it_is_no_rank() -> None:
    test = found()
    listed = table(test, t("gaps_list", "nl"))
    bands = [int(b) for b in listed[t("gaps_column_band", "nl")]]
    assert bands == sorted(bands)
    named = {c: t(f"gaps_column_{c}", "nl") for c in ("tied", "steady")}
    assert set(named.values()) <= set(listed)
    assert t("gaps_list_text", "nl", **named) in texts(test)
    band = ROTTERDAM.scores((1, 1, 1, 1)).band
    first = int((band == 1).sum())
    assert t("gaps_find_sentence", "nl", count=first, n=first, all=len(band), levels="buurten") in texts(test)
    assert all(" tot " in r for r in listed[t("gaps_column_rank", "nl", n=len(band))])


def test_of_every_area_it_says_how_many_others_it_cannot_be_told_apart_from() -> None:
    rows = [*ROTTERDAM.rows((1, 1, 1, 1))]
    low, high = (dict(zip([r["code"] for r in sorted(rows, key=lambda r: r["at"])], end, strict=True))
                 for end in ROTTERDAM.scores((1, 1, 1, 1)).joint)  # fmt: skip
    by_hand = [sum(low[a] <= high[b] and low[b] <= high[a] for b in low if b != a) for a in (r["code"] for r in rows)]
    assert [r["tied"] for r in rows] == by_hand
    across = sum(n > sum(r["band"] == o["band"] for o in rows) for n, r in zip(by_hand, rows, strict=True))
    assert across > len(rows) / 2  # so a text that bands are apart would be false
    assert table(found(), t("gaps_list", "nl"))[t("gaps_column_tied", "nl")] == [str(n) for n in by_hand[:10]]


def test_where_a_band_is_cut_it_says_how_much_of_it_is_shown() -> None:
    towns = Asked("everyone", SOCIAL, "gemeente", store.COUNTRY, 500)
    first = int((towns.scores((1, 1, 1, 1)).band == 1).sum())
    assert first > 10
    cut = t("gaps_list_cut_band", "nl", band=1, n=10, all=first)
    assert cut in texts(run("gaps", ask="find", level="gemeente"))
    assert gaps._cut([1] * 6 + [2] * 4, ROTTERDAM.scores((1, 1, 1, 1)), "nl").count("Van band 2") == 1
    whole = Asked("older", SOCIAL, "wijk", "GM0599", 500)
    bands = sorted(whole.scores((1, 1, 1, 1)).band.tolist())
    assert gaps._cut(bands, whole.scores((1, 1, 1, 1)), "nl") == ""
    shown = [b for b in bands if b == 1]
    assert gaps._cut(shown, whole.scores((1, 1, 1, 1)), "nl") == t("gaps_list_cut", "nl", n=len(shown), all=len(bands))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_says_how_firm_the_list_is(lang: str) -> None:
    rows = [*ROTTERDAM.rows((1, 1, 1, 1))]
    firm = [r for r in rows if r["steady"] >= 0.9]
    first = [r for r in rows if r["band"] == 1]
    assert 0 < len(firm) < len(rows)
    said = {"n": len(firm), "worst": 15, "first": sum(r in first for r in firm), "band": len(first)}
    assert t("gaps_list_steady", lang, count=len(firm), share="90 %", **said) in texts(found(lang=lang))


def test_the_weights_are_told_while_the_sliders_are_closed() -> None:
    test = found()
    assert t("gaps_weights", "nl", list="1 · 1 · 1 · 1", said="gelijke gewichten") in [c.value for c in test.caption]
    test.slider(key="w0").set_value(5).run()
    assert t("gaps_weights", "nl", list="5 · 1 · 1 · 1", said="niet gelijk") in [c.value for c in test.caption]


@pytest.mark.parametrize("ask", ["need", "find"])
def test_it_says_that_a_domain_and_a_learning_form_cannot_be_combined(ask: str) -> None:
    assert t("gaps_places_one", "nl") in [c.value for c in run("gaps", ask=ask, area="GM0599").caption]


def test_few_residents_are_not_said_to_be_none() -> None:
    row = next(ROTTERDAM.rows((1, 1, 1, 1)))
    for residents, said in ((4.6, "< 10"), (14.9, "10"), (1_234.0, "1.230")):
        listed = gaps._listed(row | {"residents": residents}, 83, "GM0599", "nl")
        assert listed[t("gaps_column_residents", "nl")] == said


@pytest.mark.parametrize(("lang", "rank"), [("nl", "1.234 tot 7.064"), ("en", "1,234 to 7,064")])
def test_every_number_of_a_rank_is_written_as_the_reader_does(lang: str, rank: str) -> None:
    row = next(ROTTERDAM.rows((1, 1, 1, 1))) | {"best": 1234, "worst": 7064}
    listed = gaps._listed(row, 14_574, "GM0599", lang)
    assert listed[t("gaps_column_rank", lang, n=number(14_574, 0, lang))] == rank


def test_a_figure_in_a_table_stays_on_one_line_and_words_do_not() -> None:
    html = next(e.proto.body for e in found().get("html") if t("gaps_list", "nl") in e.proto.body)
    assert "<td>" not in html
    html = next(e.proto.body for e in run("gaps", ask="known").get("html") if t("gaps_statuses", "nl") in e.proto.body)
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
    assert (int(Asked("everyone", SOCIAL, "buurt", "GM0599", int(least)).chosen.sum()) > ROTTERDAM.chosen.sum()) == more


def test_children_and_older_residents_are_counted_as_such() -> None:
    for who in ("children", "older"):
        test = found(who=who, least="100")
        assert store.term("need", who, "nl") in test.title[0].value
        asked = Asked(who, SOCIAL, "buurt", "GM0599", 100)
        assert len(test.get("slider")) == len(asked.names)
        assert asked.chosen.sum() < Asked(who, SOCIAL, "buurt", "GM0599", 0).chosen.sum()


def test_where_nothing_is_left_it_says_what_is_lacking() -> None:
    """Libraries are known only where OpenStreetMap was asked, and that was not Rotterdam."""
    test = found(set="kind:library")
    assert [i.value for i in test.info if "74 gebieden" in i.value and "te voet (74)" in i.value]
    assert not test.get("download_button")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", ["GM0363", "NL00"])
def test_where_taking_part_was_not_measured_one_text_says_so_above_need_and_access(area: str, lang: str) -> None:
    test = run("gaps", ask="participation", area=area, lang=lang)
    assert not test.exception
    where, city = store.area(area), store.area("GM0599")
    assert where
    assert city
    said = {
        "GM0363": t("gaps_not_measured", lang, name=where.name, city=city.name),
        "NL00": t("gaps_not_measured_country", lang, name=t("country", lang), city=city.name),
    }
    beside = [t("reach_complete_country", lang)] if area == "NL00" else []
    assert [i.value for i in test.info] == [said[area], *beside]
    need = run("gaps", ask="need", area=area, lang=lang)
    assert test.title[0].value == need.title[0].value
    assert len(test.get("deck_gl_json_chart")) == len(need.get("deck_gl_json_chart")) == 1
    assert t("gaps_grid", lang) in texts(test)
    test.button(key="to-GM0599").click().run()
    assert not test.exception
    assert t("gaps_apart", lang) in [h.value for h in test.header]


def test_clusters_are_not_drawn_where_taking_part_was_not_measured() -> None:
    test = run("gaps", ask="clusters", area="GM0363")
    assert t("gaps_clusters_elsewhere", "nl", name="Amsterdam", city="Rotterdam") in [i.value for i in test.info]
    test.button(key="to-GM0599").click().run()
    assert "Rotterdam" in test.title[0].value


@pytest.mark.parametrize("indicator", ["going_out_gap", "cultural_facilities_gap"])
def test_more_or_less_than_expected_is_said_of_what_is_no_chance_among_all_areas(indicator: str) -> None:
    """Of 60 areas about 6 lie outside a margin of 90 % by chance alone."""
    every = [
        o for o in store.observations(indicator, "2016", "buurt", "GM0599") if o.low is not None and o.high is not None
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
        assert measured == pytest.approx([a + b for a, b in zip(expected, difference, strict=True)], abs=0.11)
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
        fold = next(f for f in store.folds("cultural_facilities_estimate", "left_out") if f["apart"])
        name, verdict = fold["name"], "more" if fold["observed"] > fold["predicted"] else "less"
    o = next(o for o in store.observations(indicator, "2016", "buurt", "GM0599") if o.name == name)
    test = run("gaps", ask="participation", area=o.code, indicator=indicator)
    own = t("gaps_own_none", "nl", name=name) if verdict == "none" else t(f"gaps_own_{verdict}", "nl")
    assert own in texts(test)
    if o.value is not None and o.low is not None and o.high is not None:
        value, low, high = (number(v, 1, "nl") for v in (o.value, o.low, o.high))
        assert f"{value} procentpunt (marge: {low} tot {high})" in texts(test)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_number_within_reach_is_many_or_few_and_says_between_which_bounds(lang: str) -> None:
    """In most neighbourhoods of Rotterdam no place is within 5 minutes: that is few, and the middle third is empty."""
    pair = Pair(store.needs()["everyone"][0], SOCIAL, "within_5", "buurt", "GM0599")
    near, middle, far = pair.spans[1]
    assert (far[:2], middle[2]) == ((0, 0), 0)
    assert near[0] > 0
    seen = texts(run("gaps", area="GM0599", m="within_5", lang=lang)).replace(gaps.WHOLE, " ")
    places = store.term("unit", "places", lang)
    assert f"{t('gaps_access_places_0', lang)} (≥ {near[0]:.0f} {places})" in seen
    assert f"{t('gaps_access_places_1', lang)} ({t('gaps_third_none', lang)})" in seen
    assert f"{t('gaps_access_places_2', lang)} (0 {places})" in seen
    shares = format_list([f"{100 * s:.0f} %" for *_, s in pair.spans[1]], "standard", lang)
    levels, axis = t("levels_buurt", lang), t("gaps_column_access", lang)
    assert t("gaps_thirds_uneven", lang, axis=axis, levels=levels, shares=shares) in seen
    timed = Pair(pair.need, SOCIAL, "minutes", "buurt", "GM0599")
    assert gaps._uneven(timed, lang) == []
    assert all(a.startswith(t(f"gaps_access_minutes_{n}", lang)) for n, a in enumerate(gaps._bounded(timed, lang)[1]))


@pytest.mark.parametrize("level", ["gemeente", "buurt"])
@pytest.mark.parametrize("measure", ["minutes", "within_5", "within_15"])
def test_every_figure_lies_between_the_bounds_of_its_third(measure: str, level: str) -> None:
    """And where no place is within reach that is the least, also where most areas are so."""
    pair = Pair("lonely_share", SOCIAL, measure, level, store.COUNTRY)
    if measure != "minutes":
        assert set(pair.thirds[1][pair.values[1] == 0]) <= {2}
    for values, thirds, spans in zip(pair.values, pair.thirds, pair.spans, strict=True):
        assert sum(share for *_, share in spans) == pytest.approx(1)
        for value, third in zip(values, thirds, strict=True):
            if third == third:
                low, high, _ = spans[int(third)]
                assert low <= value <= high


def test_what_counts_as_a_place_is_named_with_how_complete_it_is() -> None:
    test = run("gaps", area="GM0599")
    kinds = [store.term("kind", k, "nl") for k in ("meeting_place", "public_building")]
    said = t("gaps_counted_set", "nl", kinds=format_list(kinds, "standard", "nl"))
    assert said in [c.value for c in test.caption]
    assert said in gaps._pair_told(Pair("lonely_share", SOCIAL, "minutes", "buurt", "GM0599"), Counter(), "nl").cautions
    assert "OpenStreetMap" in table(test, t("reach_complete", "nl"))[t("column_source", "nl")]
    library = gaps._counted(Places("kind", "library"), "nl")
    assert library == t("gaps_counted_kind", "nl", kinds=store.term("kind", "library", "nl"))


def test_step_free_places_are_those_known_to_be() -> None:
    assert t("gaps_known_free", "nl") in run("gaps", area="GM0599", free="on").title[0].value
    assert t("gaps_known_free", "nl") not in run("gaps", area="GM0599").title[0].value


@pytest.mark.parametrize("who", ["everyone", "children", "older"])
def test_why_a_group_has_these_needs_stands_where_it_is_chosen(who: str) -> None:
    said = store.terms()["need", who]["description_nl"]
    assert said in [c.value for c in run("gaps", area="GM0599", who=who).caption]


def test_the_largest_are_named_as_such_and_a_few_as_all_of_them() -> None:
    pair = Pair("lonely_share", SOCIAL, "minutes", "buurt", "GM0599")
    assert pair.marks().count("8") > 1
    for both, key in ((2, "gaps_need_sentence_few"), (40, "gaps_need_sentence")):
        names = format_list(pair.largest(3), "standard", "nl")
        said = t(key, "nl", n=both, all=both, levels="buurten", names=names)
        assert gaps._pair_told(pair, Counter({"8": both}), "nl").sentence == said


def test_a_model_says_nothing_of_fewer_than_a_hundred_residents() -> None:
    about = store.columns("buurt")
    few = (about["population"] > 0) & (about["population"] < 100)
    assert few.any()
    for name in store.needs()["everyone"]:
        figures = store.figure_columns(name, "buurt")
        statuses = set(figures["status"][few])
        assert "suppressed" in statuses <= {"suppressed", "missing"}  # missing: of areas that are no area of today
        assert not (few & ~np.isnan(figures["value"])).any()


def test_at_the_level_of_the_country_no_question_says_that_nothing_was_measured() -> None:
    said = run("gaps", ask="clusters").info[0].value
    assert said == t("gaps_clusters_elsewhere_country", "nl", name=t("country", "nl"), city="Rotterdam")


@pytest.mark.parametrize("area", ["GM0599", "NL00", "GM0363"])
@pytest.mark.parametrize("ask", QUESTIONS)
def test_in_a_page_elsewhere_every_question_ends_with_its_source_and_the_whole(ask: str, area: str) -> None:
    test = run("gaps", embedded=True, ask=ask, area=area)
    assert not test.exception
    assert re.search(r"Licentie: |Bronnen: ", "\n".join(c.value for c in test.caption))
    assert t("open_whole", "nl") in texts(test)


def test_the_grid_counts_every_area_of_the_map_once() -> None:
    test = run("gaps", area="GM0599")
    pair = Pair(store.needs()["everyone"][0], SOCIAL, "minutes", "buurt", "GM0599")
    marks = pair.marks()
    said = f"van de {sum(m.isdigit() for m in marks)} buurten"
    assert said in texts(test)
    assert sum(marks.count(str(n)) for n in range(9)) == sum(m.isdigit() for m in marks)


def test_the_table_has_both_axes_of_every_area() -> None:
    test = run("gaps", area="GM0599", table="on")
    shown = table(test, t("table", "nl"))
    assert len(next(iter(shown.values()))) == 91
    assert t("gaps_column_need", "nl") in shown


def test_inequality_gives_each_figure_its_margin_and_a_word() -> None:
    test = run("gaps", ask="whom", area="GM0599")
    shown = table(test, t("gaps_whom_all", "nl", name="Rotterdam"))
    figures = [i for i in store.indicators().values() if i.source == "inequality"]
    assert shown[t("column_indicator", "nl")] == [i.text("label", "nl") for i in figures]
    assert all("(" in v for v in shown["Rotterdam"])
    assert t("gaps_ecological", "nl") in texts(test)
    assert t("gaps_whom_country", "nl") not in texts(test)
    between = store.observation("meeting_places_theil_between", "2024", "GM0599")
    assert between
    share = round(between.value or 0)
    said = t("gaps_verdict_between", "nl", between=f"{share} %", within=f"{100 - share} %")
    assert said in shown[t("gaps_verdict", "nl")]


@pytest.mark.parametrize("area", ["NL00", "GM0599", "GM0060"])
def test_for_whom_leaves_no_sentence_blank(area: str) -> None:
    """Ameland has too few districts to say anything of."""
    where = store.area(area)
    assert where
    test = run("gaps", ask="whom", area=area)
    said = table(test, t("gaps_whom_all", "nl", name=where.name))[t("gaps_verdict", "nl")]
    assert all(s.endswith((".", ")")) for s in said)
    assert (t("gaps_verdict_few", "nl") in said) == (area == "GM0060")
    assert (t("gaps_whom_country", "nl") in texts(test)) == (area == "NL00")
    gini = store.observation("meeting_places_gini", "2024", area)
    if area == "NL00" and gini and gini.value:
        value, apart = number(gini.value, 2, "nl"), f"{200 * gini.value:.0f} %"
        assert t("gaps_verdict_gini", "nl", value=value, apart=apart) in said
        assert t("gaps_verdict_level", "nl") in said


@pytest.mark.parametrize("area", ["GM0599", "NL00"])
def test_for_whom_says_in_a_sentence_who_has_more(area: str) -> None:
    where = store.area(area)
    assert where
    test = run("gaps", ask="whom", area=area)
    shown = table(test, t("gaps_whom_all", "nl", name=where.name))
    assert [*shown][1] == t("gaps_verdict", "nl")  # in sight on a phone
    said = dict(zip(shown[t("column_indicator", "nl")], shown[t("gaps_verdict", "nl")], strict=True))
    for ranked in ("income", "education"):
        for measure, equal in (("concentration", 0), ("relative", 1)):
            i = store.indicators()[f"meeting_places_{measure}_{ranked}"]
            o = store.observation(i.id, "2024", area)
            assert o
            assert o.low is not None
            assert o.high is not None
            sentence = said[i.text("label", "nl")]
            if o.low <= equal <= o.high:
                low, high = (number(v, 2, "nl") for v in (o.low, o.high))
                assert f"van {low} tot {high} en {equal} is gelijk" in sentence
            else:  # the figure of the relative index is of those at the bottom over those at the top
                top_has_more = (o.low > equal) == (measure == "concentration")
                assert sentence.endswith(f"hebben er {'meer' if top_has_more else 'minder'}.")


def test_the_download_of_the_finder_carries_weights_filters_bounds_and_sources() -> None:
    weights = (1, 0, 2, 5)
    given = export.finder_files(ROTTERDAM, weights, partial(gaps._find_told, ROTTERDAM, weights), UNSEEN, LINK, "nl")
    files = {key: make() for key, _, _, make in given if key in ("download_csv", "download_csvw")}
    rows = [*csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))]
    assert len(rows) == ROTTERDAM.chosen.sum()
    for row in rows:
        assert int(row["rank_best"]) <= int(row["rank_worst"])
        assert 0 <= int(row["tied"]) < len(rows)
        assert float(row["low"]) <= float(row["score"]) <= float(row["high"])
        assert tuple(int(row[f"{n}:weight"]) for n in ROTTERDAM.names) == weights
        assert sum(float(row[f"{n}:points"]) for n in ROTTERDAM.names) == pytest.approx(float(row["score"]), abs=0.01)
        assert (row["places"], row["mode"], row["step_free"]) == ("domain:social", "walk", "false")
        assert (row["scope"], row["least_residents"], row["link"]) == ("GM0599", "500", LINK)
        assert "RIVM" in row["source"]
    about = json.loads(files["download_csvw"])
    assert [c["name"] for c in about["tableSchema"]["columns"]] == [*rows[0]]
    assert t("gaps_find_not_0", "nl") in about["skos:scopeNote"]
    assert all(about["dc:license"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_column_of_the_other_downloads_is_described(lang: str) -> None:
    pair = Pair("lonely_share", SOCIAL, "within_15", "buurt", "GM0599")
    indicator = next(n for n in store.indicators() if store.clusters(n))
    city = store.area("GM0599")
    assert city
    for given in (
        export.pair_files(pair, partial(gaps._pair_told, pair, Counter(pair.marks())), UNSEEN, LINK, lang),
        export.cluster_files(
            indicator, partial(gaps._clusters_told, store.indicators()[indicator], city), UNSEEN, LINK, lang
        ),
    ):
        files = {key: make() for key, _, _, make in given if key in ("download_csv", "download_csvw")}
        rows = [*csv.DictReader(io.StringIO(files["download_csv"].decode("utf-8-sig")))]
        assert rows
        columns = json.loads(files["download_csvw"])["tableSchema"]["columns"]
        assert [c["name"] for c in columns] == [*rows[0]]


def test_what_was_withheld_is_in_no_download() -> None:
    """Neither the finder nor need beside access says anything of a figure that its publisher withheld."""
    level, name = "buurt", "older_residents_share"
    hidden = {
        code
        for code, status in zip(
            store.columns(level)["code"], store.figure_columns(name, level)["status"], strict=True
        )
        if status == "suppressed"
    }  # fmt: skip
    assert hidden
    pair = Pair(name, SOCIAL, "minutes", level, store.COUNTRY)
    assert all(r["need"] is None and r["need_third"] is None for r in pair.rows() if r["code"] in hidden)
    asked = Asked("older", SOCIAL, level, store.COUNTRY)
    assert ACCESS in asked.names
    assert not hidden & {r["code"] for r in asked.rows((1,) * len(asked.names))}
