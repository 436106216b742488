"""What a polling place is beside that: told from its name, and measured on names that were labelled
by reading.
"""

import re

import pandas as pd
import pytest

from pipelines.build import polling_place
from pipelines.catalogue import load


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Bibliotheek Neude", "library"),
        ("Stembureau CODA museum", "museum"),
        ("Parktheater", "theatre"),
        ("M.F.C. De Spil", "community_centre"),
        ("Doarpshûs De Stjelp", "community_centre"),
        ("Huis van de Wijk De Bonte Koe", "community_centre"),
        ("Sociaal-Cultureel Centrum De Brink", "community_centre"),
        ("Gereformeerde Gemeente Gouda", "church"),
        ("Emmakerk", "church"),
        ("Kantine v.v. Arnhemse Boys", "sports_building"),
        ("P.C.B.S. De Zonnewijzer", "school_building"),
        ("Woonzorgcentrum De Gooyer", "care_building"),
        ("Stadhuis", "town_hall"),
        # the first word that tells decides
        ("Dorpshuis De Oude School", "community_centre"),
        ("Theater De Kerk", "theatre"),
        ("Kerk De School", "church"),
        ("Gymzaal OBS De Brug", "sports_building"),
        ("Wijkcentrum De Schakel / Maranathakerk", "community_centre"),
        # words that tell what it is not
        ("Café Het Stadhuis", "polling_place"),
        ("Voormalig gemeentehuis Born", "polling_place"),
        ("Oude Stadhuis", "polling_place"),
        ("D'Ouwe School", "polling_place"),
        ("Oude Kerk", "church"),  # is one still
        ("Lokaal naast de school", "polling_place"),
        ("Muziekschool", "polling_place"),
        ("College voor de Rechten van de Mens", "polling_place"),
        # a word counts as a whole, or as the end of one
        ("Kerkstraat 5", "polling_place"),
        ("Museumplein", "polling_place"),
        ("De Schoolmeester", "polling_place"),
        ("Raadhuis", "polling_place"),  # as often the former one
        ("De Brink", "polling_place"),
        ("", "polling_place"),
    ],
)
def test_the_name_tells_what_a_polling_place_is(name: str, kind: str) -> None:
    assert polling_place.kind(name) == kind
    assert polling_place.kind(name.upper()) == kind


def test_a_word_of_the_address_tells_nothing() -> None:
    assert polling_place.kind("Zaal Hoogkerk", "Zuiderweg", "Groningen") == "church"
    assert polling_place.kind("Zaal Hoogkerk", "Zuiderweg", "Hoogkerk") == "polling_place"
    assert polling_place.kind("Kerk Hoogkerk", "Zuiderweg", "Hoogkerk") == "church"


def test_the_kinds_that_a_name_tells_are_kinds_of_the_catalogue() -> None:
    assert set(polling_place.WORDS) <= set(load().kinds)


def test_three_hundred_names_were_labelled_by_reading_and_hold_no_persons_home() -> None:
    sample = pd.read_csv(polling_place.LABELS, keep_default_na=False)
    assert len(sample) == sample["id"].nunique() == 300
    assert set(sample["label"]) == set(polling_place.WORDS)
    assert (
        not sample["name"]
        .str.fullmatch(r"\D*(straat|laan|weg|plein) ?\d+\w?", flags=re.IGNORECASE)
        .any()
    )


def test_what_the_rule_tells_is_right_in_nineteen_of_twenty() -> None:
    seen = polling_place.measured().set_index("kind")
    assert seen["labelled"].sum() == seen["told"].sum() == 300
    assert (seen["correct"] <= seen[["labelled", "told"]].min(axis=1)).all()
    of_kinds = seen.drop(index=polling_place.NOTHING)
    assert (of_kinds["correct"] / of_kinds["told"] >= 0.95).all()
    assert of_kinds["correct"].sum() / of_kinds["labelled"].sum() >= 0.9
    large = of_kinds[of_kinds["labelled"] >= 10]
    assert (large["correct"] / large["labelled"] >= 0.8).all()
