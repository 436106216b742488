"""Which places are suggested to nobody, and what of a fit counts."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from dashboard import store
from dashboard.answer import fit, partner, paths
from dashboard.answer.paths import Stop


def place(name: str, kind: str = "library", domain: str = "", minutes: float = 5.0) -> Stop:
    """A made place, each at a spot of its own."""
    seat = store.kinds()[kind]
    lon = 5 + len(name) / 100 + minutes / 1000
    return Stop(
        f"made:{name}", name, kind, domain or seat["domain"], seat["learning_form"], lon, 52.0,
        "unknown", "", "made", minutes,
    )  # fmt: skip


LIBRARY = place("Bibliotheek Zwolle")
ABSURD = {  # by the rule that bars it: who asks, and who is not suggested
    "itself": (LIBRARY, replace(LIBRARY, id="other:1", domain="social")),
    "same_domain": (LIBRARY, place("Theater De Spiegel", "theatre")),
    "nameless": (LIBRARY, place("", "community_centre")),
    "nobody_in_charge": (LIBRARY, place("Biljartcentrum De Dam", "polling_place")),
    "only_a_hall": (place("De Regenboog", "primary_school"), place("Gymzaal Zuid 2", "sports_building")),
    "of_sex": (place("De Regenboog", "primary_school"), place("Sexbioscoop Venus", "cinema")),
    "other_trade": (LIBRARY, place("Biljartcentrum De Dam", "community_centre")),
    "no_age_in_common": (place("De Regenboog", "primary_school"), place("Paradiso", "music_venue")),
    "drink_for_children": (place("Nationaal Likeurmuseum", "museum"), place("De Regenboog", "primary_school")),
}  # fmt: skip


@pytest.mark.parametrize("rule", fit.BARS)
def test_every_rule_bars_an_absurd_pair(rule: str) -> None:
    assert fit.bar(*ABSURD[rule]) == rule
    assert not fit.bar(LIBRARY, place("De Regenboog", "primary_school"))
    assert not fit.bar(LIBRARY, place("Hockeyclub Concordia", "community_centre"))


def test_each_part_of_a_fit_moves_it_alone() -> None:
    near = place("De Regenboog", "primary_school", minutes=1)
    first = fit.fit(LIBRARY, near)
    assert fit.fit(LIBRARY, replace(near, minutes=14)).near < first.near
    assert fit.fit(LIBRARY, replace(near, step_free="yes")).mean > first.mean
    assert fit.fit(LIBRARY, replace(near, step_free="no")).mean < first.mean
    assert fit.fit(LIBRARY, near, common=0.5).mean > first.mean
    assert fit.fit(LIBRARY, near, suggested=1).mean < first.mean
    assert fit.fit(LIBRARY, replace(near, form="informal")).form == 0 < first.form
    church = fit.fit(LIBRARY, place("Westerkerk", "church", minutes=1))
    assert {church.ages, church.interests, church.form} == {fit.HALF}  # not known of churches


def test_nothing_absurd_is_suggested_anywhere_in_a_sample() -> None:
    """Of 60 places drawn over all domains: no rule is broken, and who comes later is never first."""
    drawn = random.Random(20)
    columns = store.place_columns()
    named = [n for n, name in enumerate(columns["name"]) if name]
    suggested = 0
    for n in drawn.sample(named, 60):
        start = paths.stop(n, 0.0)
        suggestions = partner.suggestions(start.id, [])
        suggested += len(suggestions)
        assert not [s.stop.name for s in suggestions if fit.bar(start, s.stop)]
        assert not suggestions or suggestions[0].stop.kind not in fit.LATER
        later = [s.stop.kind in fit.LATER for s in suggestions]
        assert later == sorted(later)
    assert suggested > 60


def test_a_place_without_anybody_in_charge_cannot_ask() -> None:
    columns = store.place_columns()
    kinds = dict(zip(columns["id"], columns["kind"], strict=True))
    choices = partner.choices("GM0599")
    assert choices
    assert not fit.NOBODY & {kinds[place_id] for place_id in choices}
    assert {kinds[p] for p in store.named_places("GM0599")} & fit.NOBODY
