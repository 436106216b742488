"""Connections and learning paths: every question, its table, its downloads, and a network that
somebody supplies.
"""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Any
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import store
from dashboard.answer import bridges, connections, ecosystem, network, partner, paths
from dashboard.download import files
from dashboard.download.files import answer_files
from dashboard.download.pack import Download
from dashboard.part import take
from dashboard.question import network as question_network
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, plain, t
from pipelines.methods import columns, networks, partnership, spreadsheet
from tests.app.conftest import run, table, texts

QUESTIONS = {
    "connections": ("bridges", "ring", "partner", "network", "path", "possible", "mine"),
}
ASKED = [(page, ask) for page, asks in QUESTIONS.items() for ask in asks]
TARWEWIJK = "BU05991571"
HEAD = ",".join(partnership.COLUMNS) + "\n"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("area", ["", "GM0599", "WK059915", TARWEWIJK, "GM0363", "BU05992295"])
@pytest.mark.parametrize(("page", "ask"), ASKED)
def test_every_question_of_every_kind_of_area(page: str, ask: str, area: str, lang: str) -> None:
    test = run(page, ask=ask, lang=lang, **{"area": area} if area else {})
    assert not test.exception
    assert not test.error
    assert not test.warning
    assert t(f"ties_{ask}_lead", lang) in texts(test)
    assert test.title


@pytest.mark.parametrize(
    ("page", "ask", "name", "value"),
    [
        ("connections", "path", "ask", "why"),
        ("connections", "path", "age", "toddler"),
        ("connections", "path", "mode", "car"),
        ("connections", "ring", "cell", "micro.cats.everyday"),
        ("connections", "partner", "actor", "<b>"),
        ("connections", "network", "tie", "friendship"),
        ("connections", "network", "actor", "nobody"),
    ],
)
def test_nonsense_in_the_address_is_named(page: str, ask: str, name: str, value: str) -> None:
    area = "GM0363" if ask == "network" else TARWEWIJK
    test = run(page, **{"ask": ask, "area": area, name: value})
    assert not test.exception
    assert len(test.warning) == 1
    assert value.strip("<>") in test.warning[0].value
    assert "<b>" not in test.warning[0].value
    assert test.title


# --- learning paths


def test_the_sentence_and_the_table_of_a_path_agree() -> None:
    test = run("connections", ask="path", area=TARWEWIJK)
    found = paths.path(TARWEWIJK, "child", "walk")
    head = t("ties_path_head", "nl", name="Tarwewijk", age="4 tot 12 jaar", mode="te voet")
    shown = table(test, head)
    assert len(shown["Domein"]) == len(found.cells)
    unknown = len(found.cells) - len(found.known)
    assert 0 < unknown < len(found.cells)
    assert shown[t("ties_column_state", "nl")].count(t("ties_state_unknown", "nl")) == unknown
    assert shown[t("column_status", "nl")].count(t("status_missing", "nl")) == unknown
    assert f"Van {len(found.known)} van de {len(found.cells)} combinaties" in texts(test)
    assert t("ties_who_knows", "nl") in texts(test)


def test_another_age_and_mode_is_another_path() -> None:
    test = run("connections", ask="path", area=TARWEWIJK, age="youth", mode="bike")
    assert not test.exception
    head = t("ties_path_head", "nl", name="Tarwewijk", age="12 tot 18 jaar", mode="met de fiets")
    statuses = {c.status for c in paths.path(TARWEWIJK, "youth", "bike").known}
    assert statuses == {"estimated"}
    assert f"{head}, {t('status_estimated', 'nl')}" in [h.value for h in test.title]


@pytest.mark.parametrize("area", [TARWEWIJK, "BU0363AD01"])
def test_my_path_is_in_no_address_and_says_what_is_missing(area: str) -> None:
    test = run("connections", ask="mine", area=area)
    before = dict(test.query_params)
    test.selectbox(key="mine-age").set_value("youth").run()
    test.selectbox(key="mine-interest").set_value("reading").run()
    assert not test.exception
    assert dict(test.query_params) == before
    steps = paths.steps(area, "youth", "reading", "walk")
    assert {s.form for s in steps} == {"formal", "non_formal", "informal"}
    for step in steps:
        label = store.term("learning_form", step.form, "nl")
        expected = step.stop.name if step.stop else t("ties_mine_missing", "nl", form=label)
        assert expected in texts(test)
        assert all(s.name in texts(test) for s in step.seen)
    assert any(s.stop for s in steps)
    assert t("ties_who_knows", "nl") in texts(test)


def test_my_path_says_what_would_fit_whom_to_ask_and_which_places_go_with_an_interest() -> None:
    test = run("connections", ask="mine", area=TARWEWIJK)
    test.selectbox(key="mine-age").set_value("adult").run()
    shown, known = texts(test), store.audiences("interest")
    assert paths.no_kind("adult", "music") == ["formal"]
    label = store.term("learning_form", "formal", "nl")
    assert t("ties_mine_no_kind", "nl", form=label) in shown
    fitting = paths.sought("adult", "music", "informal")
    assert all(store.term("kind", k, "nl").lower() in shown for k in fitting)
    asked = paths.who_may_know(TARWEWIJK, "walk")
    assert {s.kind for s in asked} <= {*paths.ASK}
    assert len(asked) > 1
    assert all(s.name in shown for s in asked)
    rows = table(test, t("ties_mine_kinds", "nl"))
    for interest, kinds in known.items():
        column = dict(
            zip(
                rows[t("csv_kind", "nl")], rows[store.term("interest", interest, "nl")], strict=True
            )
        )
        assert {k for k, yes in column.items() if yes == t("reach_yes", "nl")} == {
            store.term("kind", k, "nl")
            for k in kinds
            if any(k in for_age for for_age in store.audiences("age").values())
        }


def test_my_path_goes_on_across_the_border() -> None:
    """The nearest is chosen wherever it is: of a neighbourhood of Ridderkerk that is in Rotterdam."""
    edge = "BU05971200"
    stops = [s.stop for s in paths.steps(edge, "youth", "reading", "bike") if s.stop]
    towns = [place.town("GM0597") for place in stops]
    assert "Rotterdam" in towns
    for place, town in zip(stops, towns, strict=True):
        here = store.area(place.area)
        assert here
        assert (here.municipality != "GM0597") == bool(town)
    test = run("connections", ask="mine", area=edge)
    test.selectbox(key="mine-age").set_value("youth").run()
    test.selectbox(key="mine-interest").set_value("reading").run()
    test.session_state["mine-mode"] = "bike"
    assert not test.run().exception
    assert t("ties_mine_border", "nl", town="Rotterdam") in texts(test)


def test_my_path_starts_at_a_postcode() -> None:
    test = run("connections", ask="mine", area=TARWEWIJK)
    test.text_input(key="mine-start").set_value("3011 AB").run()
    assert not test.exception
    assert "Stadsdriehoek" in test.title[0].value


def test_for_an_adult_nothing_is_known_and_that_is_said() -> None:
    test = run("connections", ask="mine", area=TARWEWIJK)
    test.selectbox(key="mine-age").set_value("adult").run()
    assert t("ties_mine_none", "nl") in texts(test)
    assert not any(s.kind for s in paths.steps(TARWEWIJK, "adult", "music", "walk"))


@pytest.mark.parametrize("postcode", ["3023", "3036", "3052", "3069", "3078", "3191", "3194"])
def test_a_postcode_of_schools_is_known_also_where_it_is_nowhere_the_most_common(
    postcode: str,
) -> None:
    found = store.postcode(postcode)
    assert found
    assert found.municipality == "GM0599"


@pytest.mark.parametrize("value", ["9999", "12", "'; DROP TABLE area; --", "<b>", "३०११"])
def test_a_postcode_that_nobody_knows_is_named(value: str) -> None:
    test = run("connections", ask="mine", area=TARWEWIJK)
    test.text_input(key="mine-start").set_value(value).run()
    assert not test.exception
    assert "Tarwewijk" in test.warning[0].value
    assert "<" not in test.warning[0].value


# --- bridges and the ring


def test_the_pairs_of_the_table_are_those_of_the_matrix() -> None:
    test = run("connections", area="GM0599")
    found = bridges.bridges(store.within("GM0599"), store.ties("GM0599"))
    pairs = table(test, t("ties_all_pairs", "nl"))
    assert len(pairs["Domeinen"]) == len(found) == 10
    missing = [b for b in found if b.state == "missing"]
    assert len(table(test, t("ties_missing", "nl"))["Domeinen"]) == len(missing)
    assert all(b.nearest for b in missing)
    assert t("ties_missing_text", "nl") in texts(test)
    assert t("reach_complete", "nl") in [h.value for h in test.header]


def test_no_place_known_is_not_said_as_none() -> None:
    area = next(
        c
        for c in store.codes()
        if c.startswith("BU0599") and any(not all(b.places) for b in bridges.bridges([c], []))
    )
    pairs = table(run("connections", area=area), t("ties_all_pairs", "nl"))
    assert any(t("ties_none", "nl") in p for p in pairs[t("ties_column_both", "nl")])
    assert not any("0" in p.split(" – ") for p in pairs[t("ties_column_both", "nl")])


def test_what_is_not_measured_says_what_would_measure_it() -> None:
    cell = next(c for c in ecosystem.cells(TARWEWIJK) if c.state == ecosystem.UNKNOWN)
    test = run("connections", ask="ring", area=TARWEWIJK, cell=cell.id)
    would = t(f"ties_would_{cell.level}", "nl")
    assert t("ties_ring_unmeasured", "nl", would=would) in [m.value for m in test.markdown]


@pytest.mark.parametrize("code", ["NL00", "GM0599", "GM0363", TARWEWIJK])
def test_the_ring_counts_every_cell_once_and_lists_every_figure(code: str) -> None:
    test = run("connections", ask="ring", area=code, table="on")
    found = ecosystem.cells(code)
    counts = {s: sum(c.state == s for c in found) for s in ("full", "striped", "tint", "unknown")}
    assert sum(counts.values()) == 40
    assert f"Van {counts['full'] + counts['striped']} van de 40 vakken" in texts(test)
    area = store.area(code)
    assert area
    name = "Nederland" if code == "NL00" else area.name
    assert len(table(test, t("ties_ring_title", "nl", name=name))[t("ties_ring_cell", "nl")]) == 40


def test_a_figure_of_a_larger_area_never_passes_for_the_area_itself() -> None:
    for cell in ecosystem.cells(TARWEWIJK):
        if cell.state == ecosystem.WIDER:
            assert not cell.places
            assert all(f.of.code != TARWEWIJK for f in cell.figures)
        for f in cell.figures:
            assert f.observation.value is not None
            assert f.observation.code == f.of.code


def test_who_lives_there_fills_no_seat_and_money_for_the_arts_sits_in_leisure() -> None:
    found = {c.id: c for c in ecosystem.cells(TARWEWIJK)}
    for cell in found.values():
        assert not [f for f in cell.figures if f.indicator.theme == "residents"]
    assert found["macro.policy.institutional"].state == ecosystem.WIDER  # the money is Rotterdam's
    arts = found["macro.leisure.institutional"]
    assert {f.of.code for f in arts.figures} == {"GM0599"}
    assert {"spending_performing_arts", "spending_museums"} <= {
        f.indicator.id for f in arts.figures
    }
    test = run("connections", ask="ring", area=TARWEWIJK, cell=arts.id, table="on")
    shown = table(test, t("ties_ring_title", "nl", name="Tarwewijk"))
    row = shown[t("ties_ring_cell", "nl")].index(ecosystem.seat(arts, "nl"))
    assert "Uitgegeven aan musea (Rotterdam)" in shown[t("ties_ring_figures", "nl")][row]


def test_the_ties_of_an_area_stand_with_its_places_by_domain_and_kind() -> None:
    schools = next(c for c in ecosystem.cells(TARWEWIJK) if c.id == "meso.education.institutional")
    flows = next(link for link in schools.links if link["kind"] == "pupil_flow")
    tie, place = (store.table(n).to_pylist() for n in ("tie", "place"))
    here = {p["id"] for p in place if p["area"] == TARWEWIJK}
    assert flows["n"] == sum(t_["kind"] == "pupil_flow" and t_["b"] in here for t_ in tie) > 0
    test = run("connections", ask="ring", area=TARWEWIJK, cell=schools.id)
    said = table(test, ecosystem.seat(schools, "nl"))
    row = said[t("ties_ring_what", "nl")].index(store.term("tie", "pupil_flow", "nl"))
    assert said[t("column_value", "nl")][row] == f"{flows['n']} relaties"


# --- partners and networks


def test_a_partner_has_a_reason_another_domain_and_no_tie() -> None:
    place, label = next(iter(partner.choices(TARWEWIJK).items()))
    test = run("connections", ask="partner", area=TARWEWIJK, actor=place)
    shown = table(test, t("ties_partner_title", "nl", name=label))
    suggestions = partner.suggestions(place, store.ties("GM0599"))
    assert len(shown[t("ties_column_who", "nl")]) == len(suggestions) > 0
    assert all(why.startswith("ander domein") for why in shown[t("ties_column_why", "nl")])
    assert all("drempel" in e for e in shown[t("ties_column_step_free", "nl")])


def test_an_area_without_ties_says_so_and_how_to_add_them() -> None:
    code = "BU05992295"  # a harbour where nobody lives
    area = store.area(code)
    assert area
    test = run("connections", ask="network", area=code)
    assert t("ties_known_none", "nl", name=area.name) in [i.value for i in test.info]
    assert t("ties_own", "nl") in [h.value for h in test.header]


@pytest.mark.parametrize("area", ["WK059915", TARWEWIJK])
def test_pupils_are_ties_too(area: str) -> None:
    found = store.area(area)
    assert found
    test = run("connections", ask="network", area=area)
    assert [i.value for i in test.info] == [t("ties_known_pupils", "nl", name=found.name)]


def test_pupils_of_a_neighbourhood_stand_with_proof_and_source() -> None:
    test = run("connections", ask="network", area=TARWEWIJK)
    pupils = table(test, t("ties_pupils", "nl", name="Tarwewijk"))
    assert any("afgeschermd" in v for v in pupils[t("ties_column_weight", "nl")])
    assert {*pupils[t("ties_column_proof", "nl")]} == {t("ties_proof_known", "nl")}
    assert {*pupils[t("ties_column_source", "nl")]} == {store.sources()["duo_pupils"]["publisher"]}


def test_of_the_country_nothing_is_denied() -> None:
    test = run("connections", ask="network", area="NL00")
    assert [i.value for i in test.info] == [t("ties_choose", "nl")]


def test_a_school_lists_where_its_pupils_live_before_it_says_what_is_not_known() -> None:
    names = partner.choices("GM0599")
    school = next(place for place in names if store.pupils_of(place))
    test = run("connections", ask="partner", area="GM0599", actor=school)
    shown = table(test, t("ties_school", "nl", name=names[school]))
    every = [r["postcode"] for r in store.pupils_of(school)]
    assert shown[t("ties_column_postcode", "nl")] == every[:15]
    assert (t("ties_school_cut", "nl", n=15, all=len(every)) in texts(test)) == (len(every) > 15)
    assert {*shown[t("ties_column_proof", "nl")]} == {t("ties_proof_known", "nl")}
    assert [i.value for i in test.info] == [t("ties_known_pupils", "nl", name=plain(names[school]))]
    other = next(place for place in names if not store.pupils_of(place))
    test = run("connections", ask="partner", area="GM0599", actor=other)
    assert [i.value for i in test.info] == [t("ties_known_none", "nl", name=plain(names[other]))]


def test_the_pupils_of_a_district_are_those_of_its_postcodes_each_once() -> None:
    found = store.pupils("WK059915")
    postcodes = {p for r in found for p in r["postcodes"].split(", ")}
    tie = store.table("tie").to_pylist()
    flows = [
        t_
        for t_ in tie
        if t_["kind"] == "pupil_flow" and t_["a"].removeprefix("postcode:") in postcodes
    ]
    for r in found:
        own = [flow["high"] for flow in flows if flow["b"] == r["id"]]
        assert r["high"] == (None if None in own else sum(own))
    assert any(r["high"] for r in found)
    test = run("connections", ask="network", area="WK059915")
    assert (
        len(table(test, t("ties_pupils", "nl", name="Charlois"))[t("ties_column_to", "nl")])
        == connections.LISTED
    )


def test_funding_is_told_as_funding_and_one_kind_of_tie_stands_alone() -> None:
    test = run("connections", ask="network", area="GM0363")
    assert "financiering, geen samenwerking" in texts(test)
    ties = [tie for tie in store.ties("GM0363") if tie["kind"] == "funding"]
    assert f"{len(ties):,}".replace(",", ".") in texts(test)
    shown = table(test, t("ties_table", "nl"))
    assert len(shown[t("ties_column_from", "nl")]) == connections.LISTED
    assert all("euro" in v for v in shown[t("ties_column_weight", "nl")])
    assert set(shown[t("ties_column_proof", "nl")]) == {t("ties_proof_known", "nl")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_measures_of_a_network_stand_beside_chance(lang: str) -> None:
    test = run("connections", ask="network", area="GM0363", lang=lang)
    test.session_state["measures"] = True  # as opening the section does
    test.run(timeout=60)
    assert not test.exception
    shown = table(test, t("ties_measures", lang))
    assert len(shown[t("ties_measure", lang)]) == 6
    few = len(network.by_kind(store.ties("GM0363"))["funding"].graph) > networks.LARGE
    of_ties = ("ties_range_few", networks.NULLS_LARGE) if few else ("ties_range", networks.NULLS)
    draws = [
        ("ties_range", networks.SHUFFLES),
        *[of_ties] * 4,
        ("ties_range", networks.SHUFFLES),
    ]  # first and last: domains
    said = [
        t(key, lang, low="", high="", n=number(n, 0, lang)).partition("(")[2] for key, n in draws
    ]
    assert [v.partition("(")[2] for v in shown[t("ties_by_chance", lang)]] == said


def uploaded(body: bytes, lang: str = "nl") -> AppTest:
    test = run("connections", ask="network", area=TARWEWIJK, lang=lang)
    test.file_uploader[0].set_value(("network.csv", body, "text/csv"))
    return test.run()


def test_a_network_of_ones_own_is_drawn_beside_ours_and_leaves_with_the_session() -> None:
    body = (
        HEAD
        + "Koor,leisure,3081,Globe,partnership,2023,jaarverslag\nGlobe,education,3081 HZ,,,,jaarverslag\n"
    )
    test = uploaded(body.encode())
    assert not test.exception
    assert not test.error
    assert t("ties_taken", "nl", actors=2, ties=1) in [s.value for s in test.success]
    assert t("ties_own_kind", "nl", kind="samenwerking") in [
        h.value for h in test.header
    ]  # in no area of ours
    assert t("ties_proof_own", "nl") in texts(test)
    assert t("share_link", "nl") not in texts(test)
    shown = table(test, t("ties_table", "nl"))
    assert shown[t("ties_column_to", "nl")] == ["Globe"]
    assert shown[t("ties_column_source", "nl")] == ["jaarverslag"]
    assert shown[t("ties_column_proof", "nl")] == [t("ties_proof_own", "nl")]
    assert t("ties_few", "nl", n="2", least=30, most="30.000") in texts(test)
    assert "actor" not in test.query_params  # not even as a number
    assert "Koor" not in texts(run("connections", ask="network", area=TARWEWIJK))  # another session


def test_a_file_of_ones_own_is_forgotten_after_another_question_too() -> None:
    test = uploaded((HEAD + "Koor,leisure,3081,Globe,partnership,2023,jaarverslag\n").encode())
    test.radio(key="ask").set_value("ring").run()
    test.radio(key="ask").set_value("network").run()
    assert "Koor" in texts(test)
    assert test.file_uploader[0].value is None
    test.button(key="own-forget").click().run()
    assert not test.exception
    assert "Koor" not in texts(test)
    assert not [b for b in test.button if b.key == "own-forget"]


def test_a_fault_is_not_told_again_after_another_question() -> None:
    test = uploaded((HEAD + "=x,leisure,3081,,,,jaarverslag\n").encode())
    assert len(test.error) == 1
    test.radio(key="ask").set_value("ring").run()
    test.radio(key="ask").set_value("network").run()
    assert not test.error


def test_forgetting_empties_the_uploader_and_another_file_takes_its_place() -> None:
    test = uploaded((HEAD + "Koor,leisure,3081,Globe,partnership,2023,jaarverslag\n").encode())
    test.button(key="own-forget").click().run()
    assert test.file_uploader[0].value is None
    for name in ("Circus", "Fanfare"):
        body = (HEAD + f"{name},leisure,3081,Globe,partnership,2023,jaarverslag\n").encode()
        test.file_uploader[0].set_value((f"{name}.csv", body, "text/csv"))
        test.run()
        assert name in texts(test)
    assert "Circus" not in texts(test)
    assert "Koor" not in texts(test)


def test_a_name_is_drawn_as_it_is_written() -> None:
    name = "**G** [x](https://example.org) #1 $a$ :red[b] `c`"
    test = uploaded((HEAD + f"{name},leisure,3081,Globe,partnership,2023,jaarverslag\n").encode())
    test.selectbox(key="own-actor").select(name).run()
    assert t("ties_position_title", "nl", name=plain(name)) in [s.value for s in test.subheader]
    assert name not in "".join(m.value for m in (*test.subheader, *test.markdown))


def test_a_position_counts_neighbours_by_domain() -> None:
    rows = [
        "Fonds,policy,3081,A,funding,2023,b",
        "A,care,3081,,,,b",
        "Fonds,policy,3081,B,funding,2023,b",
    ]
    rows += [
        "B,care,3081,,,,b",
        "Fonds,policy,3081,C,funding,2023,b",
        "C,education,3081,D,funding,2023,b",
    ]
    rows += ["Fonds,policy,3081,E,funding,2023,b"]
    test = uploaded((HEAD + "\n".join(rows)).encode())
    assert "naar domein: zorg (2), onderwijs (1) en domein niet bekend (1)" in texts(test)


def test_a_postcode_of_no_area_is_named() -> None:
    test = uploaded(
        (HEAD + "Koor,leisure,0999,Globe,partnership,2023,b\nGlobe,care,3081,,,,b\n").encode()
    )
    assert [w.value for w in test.warning] == [t("ties_strange", "nl", n="1", postcodes="0999")]


def test_who_stands_in_our_sources_under_the_same_name_and_postcode_is_told() -> None:
    place, name = next((p, n) for p, n in store.named_places(TARWEWIJK).items() if n.isalpha())
    for postcode, ours in (("3081", True), ("3011", False)):
        body = HEAD + f"{name.upper()},leisure,{postcode},Een ander,partnership,2023,b\n"
        test = uploaded(body.encode())
        test.selectbox(key="own-actor").select(name.upper()).run()
        kind = next(r["kind"] for r in store.rows("SELECT kind FROM place WHERE id = ?", place))
        said = t("ties_also_ours", "nl", kinds=store.term("kind", kind, "nl").lower())
        assert (said in texts(test)) == ours, (name, postcode)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_row_that_cannot_be_read_is_told_by_number_and_reason_and_the_rest_is_drawn(
    lang: str,
) -> None:
    rows = [
        "Koor,leisure,3081,Globe,partnership,2023,bron",
        "=1+1,leisure,3081,,,,bron",
        "A,cats,30,B,,20x,",
    ]
    test = uploaded((HEAD + "\n".join(rows)).encode(), lang)
    assert not test.exception
    assert t("ties_left_out", lang, count=2, n=2) in [w.value for w in test.warning]
    shown = table(test, t("ties_own", lang))
    assert shown[t("ties_fault_row", lang)] == ["3", "4"]  # the names included
    assert t("ties_fault_since", lang) in shown[t("ties_fault_reason", lang)]
    assert t("ties_taken", lang, actors=2, ties=1) in [s.value for s in test.success]


REGISTER = "Register 2023\nVerstrekker;Ontvanger;Jaar;Bedrag;Opmerking\n"


def test_the_columns_of_another_file_are_proposed_and_the_reader_decides() -> None:
    rows = "Gemeente X;Koor A;2023;500;a\nGemeente X;Koor B;2023;750;b\n"
    test = uploaded((REGISTER + rows).encode())
    assert not test.exception
    assert not test.success  # nothing counts yet
    assert test.selectbox(key="own-role-partner").value == 1
    assert test.selectbox(key="own-role-kind").value == "funding"
    test.selectbox(key="own-role-amount").select(-1)
    next(b for b in test.button if b.label == t("ties_columns_take", "nl")).click()
    test.run()
    assert not test.exception
    assert t("ties_taken", "nl", actors=3, ties=2) in [s.value for s in test.success]
    assert table(test, t("ties_table", "nl"))[t("ties_column_weight", "nl")] == ["–", "–"]
    assert any("Bedrag" in i.value and "Opmerking" in i.value for i in test.info), test.info
    test.button(key="own-again").click().run()
    assert not test.success
    next(b for b in test.button if b.label == t("ties_columns_take", "nl")).click()
    test.run()
    weights = table(test, t("ties_table", "nl"))[t("ties_column_weight", "nl")]
    assert sorted(weights) == ["500 euro", "750 euro"]


def test_a_choice_of_columns_that_makes_no_tie_is_refused() -> None:
    test = uploaded((REGISTER + "Gemeente X;Koor A;2023;500;a\n").encode())
    test.selectbox(key="own-role-partner").select(0)
    next(b for b in test.button if b.label == t("ties_columns_take", "nl")).click()
    test.run()
    assert [e.value for e in test.error] == [t("ties_columns_twice", "nl")]
    test.selectbox(key="own-role-partner").select(-1)
    next(b for b in test.button if b.label == t("ties_columns_take", "nl")).click()
    test.run()
    assert [e.value for e in test.error] == [t("ties_columns_missing", "nl")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_could_be_another_network_is_asked_before_it_counts(lang: str) -> None:
    body = (
        HEAD + 'Koor,leisure,3081,"Globe, Circus",,2023,bron\nKoor,leisure,3081,geen,,2023,bron\n'
    )
    test = uploaded(body.encode(), lang)
    assert not test.exception
    assert not test.success
    send = t("ties_questions_take", lang)
    test.radio(key="own-ask-several").set_value("parted")
    next(b for b in test.button if b.label == send).click()
    test.run()
    assert t("ties_questions_open", lang) in [e.value for e in test.error]
    test.radio(key="own-ask-placeholder").set_value("none")
    next(b for b in test.button if b.label == send).click()
    test.run()
    assert t("ties_taken", lang, actors=3, ties=2) in [s.value for s in test.success]
    assert (
        t("ties_fault_left_out", lang)
        in table(test, t("ties_own", lang))[t("ties_fault_reason", lang)]
    )


def test_a_date_that_is_not_known_is_said_to_be_so() -> None:
    test = uploaded((HEAD + "Koor,leisure,3081,Globe,partnership,,bron\n").encode())
    assert table(test, t("ties_table", "nl"))[t("ties_column_period", "nl")] == ["niet bekend"]


@pytest.mark.parametrize("kind", ["funding", "shared_site"])
def test_a_download_of_ours_goes_in_again_as_it_came_out(kind: str) -> None:
    area = store.area("GM0363")
    assert area
    kinds = network.kinds_of(area)
    if kind not in kinds:
        pytest.skip(f"this edition has no ties of kind {kind}")
    answer = network.answer(kinds[kind], kind, "", area, "nl")
    body = next(
        make() for key, _, _, make in answer_files(answer, "", "nl") if key == "download_csv"
    )
    sheet = partnership.table(body)
    supplied = network.own(sheet, columns.proposal(sheet.names), "x.csv", {})
    assert (supplied.questions, supplied.faults) == ([], [])
    drawn = supplied.kinds[network.OWN + kind]

    def told(ties: Sequence[network.Tie]) -> tuple[list[tuple[str, ...]], list[float]]:
        keys = ("a_name", "b_name", "a_domain", "scheme", "period")
        rows = sorted(
            (tuple(" ".join(str(tie[key] or "x.csv").split()) for key in keys), tie["weight"] or 0)
            for tie in ties
        )
        return [names for names, _ in rows], [float(weight) for _, weight in rows]

    names, weights = told(kinds[kind].ties)
    assert told(drawn.ties)[0] == names
    assert told(drawn.ties)[1] == pytest.approx(weights)  # sums of payments, in another order
    assert len(drawn.graph) == len(kinds[kind].graph)


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00\x01\xff", b"<html>nope</html>", "naam;domein\n".encode("utf-16"), b"PK\3\4x"],
)
def test_a_broken_file_is_an_error_that_names_what_is_wrong(body: bytes) -> None:
    test = uploaded(body)
    assert not test.exception
    assert len(test.error) == 1
    assert len(table(test, t("ties_own", "nl"))[t("ties_fault_reason", "nl")]) >= 1


def test_a_hundred_thousand_rows_are_drawn_by_sixty_at_most() -> None:
    rows = (
        f"Actor {n},leisure,3081,Actor {n + 1},partnership,2023,bron"
        for n in range(spreadsheet.MOST_ROWS)
    )
    sheet = partnership.table((HEAD + "\n".join(rows)).encode())
    read = network.own(sheet, columns.proposal(sheet.names), "network.csv", {})
    assert not read.faults
    drawn, ties = read.kinds["own-partnership"].graph, read.kinds["own-partnership"].ties
    assert len(ties) == spreadsheet.MOST_ROWS
    assert len(network.largest(drawn, network.DRAWN)) == network.DRAWN
    assert networks.measured(drawn) == []  # too many to measure while somebody waits


# --- downloads


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "ask", "area", "pictures"),
    [
        ("connections", "path", TARWEWIJK, True),
        ("connections", "bridges", "GM0599", True),
        ("connections", "ring", TARWEWIJK, True),
        ("connections", "partner", TARWEWIJK, False),
        ("connections", "network", "GM0363", True),
    ],
)
def test_downloads_describe_every_column_and_carry_source_proof_and_address(
    page: str, ask: str, area: str, pictures: bool, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Download] = []

    def kept(make: Callable[..., list[Download]]) -> Callable[..., list[Download]]:
        def spy(*given: Any, **more: Any) -> list[Download]:
            made.extend(out := make(*given, **more))
            return out

        return spy

    for module in (files, take, question_network):  # a page is read anew, what it uses is not
        monkeypatch.setattr(module, "answer_files", kept(answer_files))
    test = run(page, ask=ask, area=area, lang=lang)
    if ask == "path":
        test.session_state["path-away"] = True
        test.run()
    assert not test.exception
    got = {key: make() for key, _, _, make in made}
    rows = [*csv.DictReader(io.StringIO(got["download_csv"].decode("utf-8-sig")))]
    about = json.loads(got["download_csvw"])
    assert [c["name"] for c in about["tableSchema"]["columns"]] == [*rows[0]]
    assert all(c["dc:description"] for c in about["tableSchema"]["columns"])
    assert (
        t("not_conclude_access" if ask == "path" else "ties_not_0", lang) in about["skos:scopeNote"]
    )
    keys = about["tableSchema"]["primaryKey"]
    assert len({tuple(r[k] for k in keys) for r in rows}) == len(rows)
    assert all((r["source"] or r["status"] == "missing") and page in r["link"] for r in rows)
    if ask in ("partner", "network"):
        assert {r["proof"] for r in rows} == {"possible" if ask == "partner" else "known"}
    if ask == "bridges":
        proof = {"known": "known", "shared": "shared_site", "possible": "possible", "absent": ""}
        assert all(r["proof"] == proof[r["state"]] for r in rows)
    if ask == "ring":
        assert {r["state"] for r in rows} <= {"measured", "estimated", "wider", "missing"}
        assert (
            len({r["source"] for r in rows}) > 5
        )  # each figure its own, not all of them on every row
        assert {r["source"] for r in rows if r["figure"] == "spending_museums"} == {
            s for s in {r["source"] for r in rows} if "Iv3" in s
        }
    assert ("download_chart_svg" in got) == pictures
    if pictures:
        svg = ElementTree.fromstring(got["download_chart_svg"])
        said = "".join(svg.itertext())
        assert store.build()["id"] in said
        assert t("sources_line", lang, list="").strip(" .") in said
        assert got["download_chart_png"].startswith(b"\x89PNG")
        assert len(got["download_chart_png"]) > 20_000
