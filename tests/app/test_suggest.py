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


MEANT = {
    "Gemeente Rotterdam": "GM0599", "gem. Rotterdam": "GM0599", "Rotterdam, Nederland": "GM0599",
    "Rotterdam (gemeente)": "GM0599", "City of Rotterdam": "GM0599", "GM0599": "GM0599", "gm 0599": "GM0599",
    "BU05991571": "BU05991571", "WK059915": "WK059915", "NL00": "NL00", "The Netherlands": "NL00", "Nederland": "NL00",
    "Hengelo": "GM0164", "Laren": "GM0417", "Beek": "GM0888", "Rijswijk": "GM0603", "Middelburg": "GM0687",
    "R'dam": "GM0599", "A'dam": "GM0363", "rdam": "GM0599", "St. Anthonis": "GM1982", "Sint Anthonis": "GM1982",
    "Den Briel": "GM1992", "Brielle": "GM1992", "Uden": "GM1991", "Haren": "GM0014", "Alphen a/d Rijn": "GM0484",
    "Capelle a.d. IJssel": "GM0502", "Den Bosch": "GM0796", "Wijk bij Duurstede": "GM0352",
}  # fmt: skip


@pytest.mark.parametrize("asked", MEANT)
def test_an_area_is_understood_as_people_call_it(asked: str) -> None:
    assert suggestions(asked, "nl")[0]["area"] == MEANT[asked]
    assert store.search(asked)[0]["code"] == MEANT[asked]


def test_a_neighbourhood_that_is_called_so_is_still_there() -> None:
    assert "BU05900104" in [s["area"] for s in suggestions("Den Briel", "nl")]
    assert "WK098420" in [s["area"] for s in suggestions("St. Antoniusveld", "nl")]


@pytest.mark.parametrize("asked", ["GM9999", "BU00000000", "wk", "gm x"])
def test_a_code_of_no_area_gives_nothing_by_that_code(asked: str) -> None:
    assert all(store.area(s["area"]) for s in suggestions(asked, "nl") if s["area"])


def test_municipalities_come_first_by_their_own_name() -> None:
    """With a province in parentheses or without; where two are called so, the larger."""
    level = "gemeente"
    rows = store.rows("SELECT code, name FROM area WHERE level = ? ORDER BY population DESC", level)
    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(row["name"].partition(" (")[0], row["code"])
    wrong = {n: c for n, c in [*first.items()][::7] if suggestions(n, "nl")[0]["area"] != c}
    assert not wrong


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
