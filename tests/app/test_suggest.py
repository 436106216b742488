"""What a reader may mean who has typed a part of it."""

import pytest

from dashboard import store
from dashboard.answer.suggest import AREAS, FIGURES, PLACES, suggestions
from dashboard.words.text import LANGUAGES, t


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("dev", "Deventer"),
        ("ZWOL", "Zwolle"),
        ("3081", "Tarwewijk"),
        ("3081 AB", "Tarwewijk"),
        ("sudwest", "Súdwest-Fryslân"),
        ("den haag", "'s-Gravenhage"),
        ("tarwewi", "Tarwewijk"),
    ],
)
def test_the_area_that_is_meant_comes_first(asked: str, name: str) -> None:
    first, *_ = suggestions(asked, "nl")
    assert first["name"] == name
    area = store.area(first["area"])
    assert area
    assert (area.name, area.level) == (name, first["level"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_and_places_are_suggested_too_and_lead_to_something(lang: str) -> None:
    query = {"nl": "bibliotheek", "en": "library"}[lang]
    matches = suggestions(query, lang)
    figures = [s for s in matches if s["indicator"]]
    assert 0 < len(figures) <= FIGURES
    assert all(query in s["name"].lower() and store.levels(s["indicator"]) for s in figures)
    assert all(s["about"].startswith(t("suggest_figure", lang)) for s in figures)
    places = [s for s in suggestions("museum boijmans", lang) if not s["indicator"]]
    assert any("Boijmans" in s["name"] for s in places)
    assert all(store.area(s["area"]) for s in places)
    assert len(matches) <= AREAS + FIGURES + PLACES
    assert not [s for s in suggestions(query, lang, only_areas=True) if s["indicator"]]


@pytest.mark.parametrize(
    "asked", ["", " ", "%", "'; DROP TABLE area", "\u0000", "x" * 10_000, "?!"]
)
def test_nonsense_is_no_trouble(asked: str) -> None:
    assert isinstance(suggestions(asked, "nl"), list)
    assert store.area("GM0599")
