"""What if a place opens, closes or moves: who gains, who loses, and what a reader sees of it."""

import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from dashboard import store
from dashboard.answer import best_places, homes, paths, proof, spots, what_if, what_if_words
from dashboard.answer.best_places import Search
from dashboard.answer.what_if import Outcome, Scenario, outcome
from dashboard.download import difference
from dashboard.question import try_out
from dashboard.words.numbers import number
from dashboard.words.text import LANGUAGES, plain, t
from tests.app.conftest import area_of, run, table, texts

CITY, VILLAGE = (
    "GM0344",
    "GM1680",
)  # Utrecht, where CBS gives the distance to a library; Aa en Hunze
TOWNS = ((CITY, "primary_school"), (CITY, "library"), (VILLAGE, "secondary_school"))
FEW = settings(max_examples=25)


@some.composite
def scenarios(draw: some.DrawFn) -> Scenario:
    """A scenario with up to four places that open, and up to three that close."""
    town, kind = draw(some.sampled_from(TOWNS))
    every = [*spots.buildings(town, kind).values(), *spots.middles(town).values()]
    opened = draw(some.lists(some.sampled_from(every), max_size=4, unique=True))
    places = [*spots.places_of(town, kind)]
    closed = draw(some.lists(some.sampled_from(places), max_size=3, unique=True)) if places else []
    mode = draw(some.sampled_from(["walk", "bike"]))
    minutes = int(draw(some.sampled_from(what_if.LIMITS)))
    return Scenario(town, kind, "everyone", mode, minutes, tuple(opened), tuple(sorted(closed)))


def never_farther(near: Outcome, far: Outcome) -> None:
    """Nobody has a longer way in the one than in the other, at either end of the margin."""
    for end in ("metres", "low", "high"):
        a, b = getattr(near.after, end), getattr(far.after, end)
        assert (np.isnan(a) | (a <= b + 1e-6)).all()


@FEW
@given(scenarios())
def test_a_place_more_takes_nobodys_reach_and_a_place_less_gives_none(s: Scenario) -> None:
    whole, nothing = outcome(s), outcome(replace(s, opened=(), closed=()))
    never_farther(outcome(replace(s, closed=())), nothing)
    never_farther(nothing, outcome(replace(s, opened=())))
    for n in range(len(s.opened)):
        never_farther(whole, outcome(replace(s, opened=s.opened[:n] + s.opened[n + 1 :])))
    for n in range(len(s.closed)):
        never_farther(outcome(replace(s, closed=s.closed[:n] + s.closed[n + 1 :])), whole)
    assert not nothing.moved.any()


@FEW
@given(scenarios())
def test_gains_and_losses_are_what_differs_and_groups_add_up(s: Scenario) -> None:
    o = outcome(s)
    for group in homes.GROUPS:
        before, after = o.within(group, o.before), o.within(group, o.after)
        gain, loss = o.people(group, o.gains), o.people(group, o.losses)
        assert before.value + gain.value - loss.value == pytest.approx(after.value)
        for change in (before, after, gain, loss):
            assert 0 <= change.low <= change.value <= change.high
    people = o.homes.residents
    ages = people["children"] + people["between"] + people["older"]
    is_age = ages > 0
    assert ages[is_age] == pytest.approx(people["everyone"][is_age], rel=0.01)
    untold = people["everyone"][~is_age].sum()
    assert untold == pytest.approx(o.homes.unknown["between"], abs=1)


@FEW
@given(scenarios())
def test_the_same_again_and_in_another_order(s: Scenario) -> None:
    link = ".".join(p.id for p in s.opened), ".".join(s.closed)
    again, wrong = what_if.asked(replace(s, opened=(), closed=()), *link)
    back = ".".join(p.id for p in s.opened[::-1]), ".".join(s.closed[::-1])
    assert not wrong
    assert what_if.asked(replace(s, opened=(), closed=()), *back)[0] == again
    assert what_if.rows(outcome(again)) == what_if.rows(outcome(s))


def test_a_place_that_closes_and_opens_again_where_it_was_changes_nothing() -> None:
    places = store.place_columns()
    for place in [*spots.places_of(CITY, "primary_school")][:5]:
        n = int(np.flatnonzero(places["id"] == place)[0])
        at = f"@{places['lat'][n]:.9f};{places['lon'][n]:.9f}".replace(".", ",")
        s, wrong = what_if.asked(Scenario(CITY, "primary_school"), at, place)
        assert not wrong
        o = outcome(s)
        assert np.allclose(o.after.metres, o.before.metres, rtol=1e-4)
        assert not o.people("everyone", o.gains).value
        assert not o.people("everyone", o.losses).value


@pytest.mark.parametrize("kind", ["primary_school", "secondary_school"])
def test_now_is_what_reach_shows_and_ours_is_made_alike(kind: str) -> None:
    for town in (CITY, VILLAGE):
        o = outcome(Scenario(town, kind))
        for code, metres in [*zip(o.homes.codes, o.before.metres, strict=True)][::15]:
            assert metres == store.near(code)[kind]["metres"]
        base = homes.now(town, kind)
        ours = homes.by_road(base.first, base.homes.density).metres
        if kind not in {k for k, seat in store.kinds().items() if seat["distance"]}:
            assert np.median(np.abs(ours / o.before.metres - 1)) < 0.02


def test_by_road_a_longer_line_is_never_a_shorter_way() -> None:
    line = np.sort(np.random.default_rng(3).uniform(0, 9_000, 4_000))
    for density in (100.0, 700.0, 1_200.0, 2_000.0, 4_000.0, np.nan):
        distances = homes.by_road(line, np.full(len(line), density))
        for end in (distances.metres, distances.low, distances.high):
            assert (np.diff(end) >= 0).all()
        assert (distances.low <= distances.metres).all()
        assert (distances.metres <= distances.high).all()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scenario_on_the_page(lang: str) -> None:
    spot = next(iter(spots.buildings(CITY, "library")))
    test = run("what_if", area="BU03440521", lang=lang, kind="library", open=spot)
    o = outcome(what_if.asked(Scenario(CITY, "library"), spot, "")[0])
    gain = o.people("everyone", o.gains)
    assert gain.value
    assert not test.exception
    assert not test.warning
    seen = texts(test)
    for value in (gain.value, gain.low, gain.high):
        assert number(value, 0, lang) in seen
    assert seen.count(t("what_if_access", lang)) == 1
    assert t("what_if_not_border", lang, name=area_of(CITY).name) in seen
    rows = table(test, t("what_if_by_area", lang))
    changed = sum(r["before_minutes"] != r["after_minutes"] for r in what_if.rows(o))
    assert len(rows[t("column_area", lang)]) == min(changed, try_out.LISTED)
    assert len(table(test, t("what_if_by_group", lang))) == 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_country_and_a_kind_without_a_list_say_how_to_go_on(lang: str) -> None:
    assert t("what_if_choose_text", lang) in texts(run("what_if", lang=lang))
    test = run("what_if", area=VILLAGE, kind="theatre", lang=lang)
    assert len(test.info) == 1
    assert store.term("kind", "primary_school", lang).lower() in test.info[0].value


SEARCHES = [
    Search(Scenario(town, kind, who), aim, among, 4)
    for town, kind, who, aim, among in (
        (CITY, "library", "everyone", "most", "buildings"),
        (CITY, "library", "older", "need", "everywhere"),
        (VILLAGE, "secondary_school", "everyone", "farthest", "everywhere"),
    )
]


@pytest.mark.parametrize("search", SEARCHES, ids=lambda s: f"{s.base.kind} {s.aim}")
def test_the_quick_choice_is_what_its_scenario_brings_and_the_proof_is_no_worse(
    search: Search,
) -> None:
    best = best_places.quick(search)
    o = best.outcome
    assert 0 < len(best.spots) <= search.most
    sure = best_places.proved(search)
    assert sure.proved
    assert sure.seconds is not None
    if search.aim == "farthest":
        minutes = o.after.metres[o.known].max() / paths.METRES_PER_MIN["walk"]
        assert best.value == pytest.approx(minutes)
        assert best.bound - 1e-9 <= sure.bound <= sure.value <= best.value
        return
    weight = o.homes.residents[search.base.who] * (o.homes.hard if search.aim == "need" else 1)
    assert best.value == pytest.approx(weight[o.gains[0]].sum())
    assert best.value <= sure.value <= sure.bound <= best.bound + 1e-6
    assert best.value >= (1 - 1 / np.e) * sure.value
    fewer = best_places.quick(replace(search, most=2))
    assert best.adds[:2] == fewer.adds


def test_a_group_that_another_aim_does_more_for_is_named() -> None:
    search = SEARCHES[0]
    every = {a: b.outcome for a, b in best_places.beside(search).items()}
    worse = best_places.worse_off(search)
    assert worse
    for group in homes.GROUPS:
        left = {a: best_places.left_out(o, group) for a, o in every.items()}
        assert (group in worse) == (left["most"] - min(left.values()) >= 1)
        if group in worse:
            aim, more = worse[group]
            assert more == left["most"] - left[aim]
    assert "everyone" not in worse


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_best_places_on_the_page_with_who_is_left_out(lang: str) -> None:
    test = run("what_if", ask="best", area=CITY, kind="library", lang=lang)
    best = best_places.quick(Search(Scenario(CITY, "library")))
    assert not test.exception
    assert not test.warning
    seen = texts(test)
    for spot in best.spots:
        assert plain(spot.name) in seen
    assert not best.proved
    assert len(table(test, t("what_if_fair", lang))) == 2 + len(best_places.AIMS)
    for group, (_, more) in best_places.worse_off(best.search).items():
        assert t(f"what_if_group_{group}", lang).lower() in seen
        assert number(more, 0, lang) in seen


def test_who_has_to_wait_for_a_proof_is_told_and_sees_the_quick_choice() -> None:
    search = {"ask": "best", "area": CITY, "kind": "library", "many": "5", "prove": "on"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proof, "WAIT_S", 0.01)
        with proof._free:
            test = run("what_if", lang="en", **search)
    assert not test.exception
    assert t("what_if_proof_busy", "en") in texts(test)
    assert "Chosen quickly" in texts(test)


def test_the_map_to_take_away_has_every_neighbourhood_and_every_place() -> None:
    spot = next(iter(spots.buildings(CITY, "primary_school")))
    school = next(iter(spots.places_of(CITY, "primary_school")))
    o = outcome(what_if.asked(Scenario(CITY, "primary_school"), spot, school)[0])
    taken = json.loads(difference.geojson(o, "en", what_if_words.answer(o, "en")))
    assert len(taken["features"]) == len(o.homes.codes) + 2
    points = [f for f in taken["features"] if f["geometry"]["type"] == "Point"]
    assert [p["properties"]["change"] for p in points] == ["opens", "closes"]
    assert taken["source"]
    assert taken["not_to_conclude"]


WRONG = {
    "@52,1;3,2": "outside",  # in the sea
    "@51,2;6,7": "outside",  # in Germany
    "@52,37;4,9": "outside",  # in Amsterdam
    "BU03630000": "unknown",
    "duo_schools:nothing": "unknown",
    "<script>": "unknown",
    ".".join(map(str, range(1_000))): "many",
}


@pytest.mark.parametrize(("opened", "reason"), WRONG.items())
def test_what_is_wrong_in_a_link_is_said(opened: str, reason: str) -> None:
    wrong = what_if.asked(Scenario(CITY, "library"), opened, "x")[1]
    assert (reason, opened if reason != "many" else "1000") in wrong
    assert ("unlisted", "x") in wrong
    test = run("what_if", area=CITY, kind="library", open=opened)
    assert not test.exception
    assert test.warning


def test_ten_thousand_places_in_a_link_are_refused_with_a_way_on() -> None:
    test = run("what_if", area=CITY, open=".".join(map(str, range(10_000))))
    assert not test.exception
    assert len(test.warning) == 1
    assert str(what_if.MOST) in test.warning[0].value


@FEW
@given(scenarios(), some.sampled_from(LANGUAGES))
def test_the_sentence_says_what_the_figures_do(s: Scenario, lang: str) -> None:
    o = outcome(s)
    text = what_if_words.sentence(o, "X", lang)
    for which in (o.gains, o.losses):
        change = o.people("everyone", which)
        for value in (change.value, change.high):
            assert not value or number(value, 0, lang) in text
        if change.high and not change.value:
            assert {"nl": "Waarschijnlijk", "en": "Probably"}[lang] in text
    assert not re.search(r"\b(ongeveer|about) 0\b", text) or not s.changes
