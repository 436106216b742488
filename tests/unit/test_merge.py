"""Entries of several sources that are one place, on made cases: what is joined, what is kept, and
what stays apart.
"""

import math

import pandas as pd
import pytest

from pipelines.build import merge, table_rows
from pipelines.catalogue import load
from pipelines.methods import one_place

CATALOGUE = load()
OSM, WIKIDATA, RCE, DUO = "osm_places", "wikidata_venues", "rce_museums", "duo_schools"
POLLED = merge.POLLED
Given = tuple[str, str | None, float]  # source, name and metres east of one spot
EAST_M = 1 / (111_320 * math.cos(math.radians(52.0)))


def places(*given: Given, kind: str = "museum") -> pd.DataFrame:
    rows = [
        (f"{source}:{n}", name, kind, 5.0 + east * EAST_M, 52.0, source)
        for n, (source, name, east) in enumerate(given)
    ]
    place = pd.DataFrame(rows, columns=["id", "name", "kind", "lon", "lat", "source"])
    place["step_free"] = pd.array([pd.NA] * len(place), dtype="boolean")
    domain = CATALOGUE.kinds[kind].domain
    return place.assign(area="BU00010000", domain=domain, address=None, period=None)


def merged(*given: Given, kind: str = "museum") -> list[set[int]]:
    """The numbers of the entries that each place is made of, in order."""
    return groups(merge.merge(places(*given, kind=kind), CATALOGUE))


def groups(found: pd.DataFrame) -> list[set[int]]:
    ids = [[i, *(also or "").split()] for i, also in zip(found["id"], found["also"], strict=True)]
    return sorted(({int(i.rpartition(":")[2]) for i in group} for group in ids), key=min)


@pytest.mark.parametrize(
    ("one", "other", "far", "is_one"),
    [
        ("Museum Flehite", "Museum Flehite", 240, True),
        ("Museum Flehite", "Museum Flehite", 260, False),
        ("Radiomuseum", "Radio Museum", 30, True),
        ("Grachtenhuis", "Het Grachtenhuis", 240, True),
        ("Natura Docet", "Museum Natura Docet Wonderryck", 90, True),
        ("Natura Docet", "Museum Natura Docet Wonderryck", 110, False),
        ("Kasteel De Cannenburgh", "Kasteel Cannenburch", 24, True),
        ("Fotomuseum Den Haag", "Kunstmuseum Den Haag", 10, False),
        ("Fries Verzetsmuseum", "Fries Museum", 14, False),
        ("Literatuurmuseum", "Kinderboekenmuseum", 20, False),
        ("Aaltens Industrie Museum", "Nationaal Onderduikmuseum", 6, False),
        ("Museum", "Theater", 1, False),
    ],
)
def test_names_alike_are_one_place_near_and_the_same_name_farther(
    one: str, other: str, far: float, is_one: bool
) -> None:
    expected = [{0, 1}] if is_one else [{0}, {1}]
    assert merged((OSM, one, 0), (WIKIDATA, other, far)) == expected
    assert merged((WIKIDATA, other, far), (OSM, one, 0)) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # what has no name is the nearest that has one, and only one of them
        ([(OSM, "Foam", 0), (RCE, None, 140)], [{0, 1}]),
        ([(OSM, "Foam", 0), (RCE, None, 160)], [{0}, {1}]),
        ([(OSM, "Foam", 0), (OSM, "Museum Van Loon", 60), (RCE, None, 50)], [{0}, {1, 2}]),
        ([(OSM, "Foam", 0), (RCE, None, 10), (RCE, None, 120)], [{0, 1}, {2}]),
        # and it joins no two with different names
        ([(OSM, "Storyworld", 0), (RCE, None, 55), (WIKIDATA, "GRID", 76)], [{0}, {1, 2}]),
        (
            [(OSM, "Foam", 0), (WIKIDATA, "Foam Fotografiemuseum", 90), (RCE, None, 100)],
            [{0, 1, 2}],
        ),
        # two museums in one building each find their own
        (
            [
                (OSM, "Museum Elburg", 0),
                (OSM, "Museum Sjoel Elburg", 10),
                (WIKIDATA, "Museum Sjoel Elburg", 0),
            ],
            [{0}, {1, 2}],
        ),
        # one source lists it twice, or two of a chain; two of different names are two
        ([(OSM, "Kijkhuis", 0), (OSM, "Kijkhuis", 45), (WIKIDATA, "Kijkhuis", 20)], [{0, 1, 2}]),
        ([(OSM, "Kijkhuis", 0), (OSM, "Kijkhuis", 55)], [{0}, {1}]),
        ([(OSM, "Museum Gouda", 0), (OSM, "Sint-Janskerk Gouda", 5)], [{0}, {1}]),
        ([(OSM, "Stadsmuseum", 0), (OSM, None, 5)], [{0}, {1}]),
        ([], []),
    ],
)
def test_who_finds_whom(given: list[Given], expected: list[set[int]]) -> None:
    assert merged(*given) == expected


def test_a_register_and_other_kinds_are_left_as_they_are() -> None:
    assert merged(
        ("duo_schools", "De Brug", 0), ("duo_schools", "De Brug", 0), kind="primary_school"
    ) == [{0}, {1}]
    assert merged((OSM, "Speeltuin", 0), (OSM, "Speeltuin", 5), kind="playground") == [
        {0},
        {1},
    ]  # any playground
    two = pd.concat(
        [places((OSM, "Concordia", 0)), places((WIKIDATA, "Concordia", 0), kind="theatre")]
    )
    assert merge.merge(two, CATALOGUE)["also"].isna().all()


def test_the_entry_that_counts_is_kept_and_takes_what_it_lacks_from_the_others() -> None:
    given = places((RCE, None, 0), (WIKIDATA, "Museum Flehite", 5), (OSM, None, 10))
    given["step_free"] = pd.array([True, pd.NA, pd.NA], dtype="boolean")
    found = merge.merge(given, CATALOGUE)
    assert len(found) == 1
    kept = found.iloc[0]
    assert (kept["id"], kept["name"], kept["source"]) == (f"{OSM}:2", "Museum Flehite", OSM)
    assert kept["also"] == f"{RCE}:0 {WIKIDATA}:1"
    assert kept["lon"] == given["lon"].iloc[2]
    assert kept["step_free"]
    assert found["step_free"].dtype == "boolean"


def beside(polled: pd.DataFrame, *others: pd.DataFrame) -> pd.DataFrame:
    """The polling places, and entries of other kinds, numbered on."""
    place = pd.concat([polled, *others], ignore_index=True)
    return place.assign(id=place["source"] + ":" + place.index.astype(str))


@pytest.mark.parametrize(
    ("kind", "name", "other", "source", "called", "far", "is_one"),
    [
        # told to be what another source lists: the rules of any two entries of one kind
        ("theatre", "Theater De Kom", "theatre", OSM, "De Kom", 240, True),
        ("theatre", "Theater De Kom", "theatre", OSM, "De Kom", 260, False),
        ("theatre", "Theater De Kom", "arts_centre", OSM, "De Kom", 10, False),
        # a school building is a school of the register and nothing else
        (
            "school_building",
            "OBS De Brug",
            "primary_school",
            DUO,
            "Openbare Basisschool De Brug",
            90,
            True,
        ),
        (
            "school_building",
            "OBS De Brug",
            "primary_school",
            DUO,
            "Openbare Basisschool De Brug",
            110,
            False,
        ),
        ("school_building", "OBS De Brug", "primary_school", DUO, "De Boog", 10, False),
        ("school_building", "OBS De Brug", "theatre", OSM, "De Brug", 10, False),
        # what the name does not tell is what another source lists there under that name
        ("polling_place", "LantarenVenster", "cinema", OSM, "Lantarenvenster", 90, True),
        ("polling_place", "LantarenVenster", "cinema", OSM, "Lantarenvenster", 110, False),
        ("polling_place", "De Brug", "primary_school", DUO, "Basisschool De Brug", 20, True),
        ("polling_place", "De Brug", "museum", OSM, None, 1, False),
        ("polling_place", "De Brink", "square", OSM, "De Brink", 20, False),  # stands on it
        # a sports hall is listed by nobody else, whatever is called like it
        ("sports_building", "Sporthal De Brug", "primary_school", DUO, "De Brug", 10, False),
    ],
)
def test_a_polling_place_becomes_the_place_that_another_source_lists(
    kind: str, name: str, other: str, source: str, called: str | None, far: float, is_one: bool
) -> None:
    place = beside(places((POLLED, name, 0), kind=kind), places((source, called, far), kind=other))
    place["address"] = ["3011AB-1", None]
    place["period"] = ["2023-11-22", None]
    merged = merge.merge(place, CATALOGUE)
    assert groups(merged) == ([{0, 1}] if is_one else [{0}, {1}])
    if is_one:
        kept = merged.iloc[0]
        assert (kept["id"], kept["kind"], kept["source"], kept["name"]) == (
            f"{source}:1",
            other,
            source,
            called,
        )
        assert kept["also"] == f"{POLLED}:0"
        assert (kept["address"], kept["period"]) == ("3011AB-1", "2023-11-22")  # what it lacks


def test_a_school_building_is_the_only_school_at_its_address_or_the_one_of_its_name() -> None:
    schools = places((DUO, "De Boog", 0), (DUO, "De Brug", 300), kind="primary_school")
    place = beside(places((POLLED, "School De Brug", 0), kind="school_building"), schools)
    place["address"] = ["3011AB-1", "3011AB-1", "3011AB-2"]
    assert groups(merge.merge(place, CATALOGUE)) == [
        {0, 1},
        {2},
    ]  # called otherwise now, and the only one there
    place["address"] = "3011AB-1"
    assert groups(merge.merge(place, CATALOGUE)) == [{0, 2}, {1}]
    place["name"] = ["School De Brink", "De Boog", "De Brug"]
    assert groups(merge.merge(place, CATALOGUE)) == [{0}, {1}, {2}]  # either of them


def test_a_place_takes_one_polling_place_the_most_alike_and_never_one_that_was_merged() -> None:
    polled = places((POLLED, "De Kom 1", 5), (POLLED, "De Kom", 50), kind="polling_place")
    theatre = places((OSM, "De Kom", 0), (WIKIDATA, "De Kom", 1), kind="theatre")
    merged = merge.merge(beside(polled, theatre), CATALOGUE)
    assert groups(merged) == [{0}, {1, 2, 3}]
    entries = beside(polled, theatre, places((POLLED, "Theater De Kom", 60), kind="theatre"))
    assert groups(merge.merge(entries, CATALOGUE)) == [{0}, {1}, {2, 3, 4}]


def test_no_polling_place_leads_where_another_source_lists_the_place() -> None:
    place = places((POLLED, "Theater De Kom", 0), (WIKIDATA, "De Kom", 5), kind="theatre")
    assert merge.merge(place, CATALOGUE)["id"].tolist() == [f"{WIKIDATA}:1"]


def test_places_without_a_name_alone_keep_none() -> None:
    found = merge.merge(places((RCE, None, 0), (RCE, None, 10)), CATALOGUE)
    assert len(found) == 2
    assert found[["name", "also"]].isna().all(axis=None)


def test_a_tie_with_a_merged_entry_is_with_the_place_that_it_is() -> None:
    place = merge.merge(
        places((OSM, "Museum Flehite", 0), (WIKIDATA, "Museum Flehite", 5)), CATALOGUE
    )
    ends = [{"a": f"{WIKIDATA}:1", "b": f"{OSM}:0"}, {"a": "x:1", "b": f"{WIKIDATA}:1"}]
    tie = table_rows._ties([pd.DataFrame(ends).assign(kind="partnership")], place, CATALOGUE)
    assert tie[["a", "b"]].to_numpy().tolist() == [[f"{OSM}:0", f"{OSM}:0"], ["x:1", f"{OSM}:0"]]


def test_how_much_two_names_are_alike() -> None:
    assert one_place.alike("Comeniusmuseum", "Comenius Museum") == 1
    assert one_place.alike("Museum", "Museum") == 0  # no name
    assert one_place.alike("Kasteel De Cannenburgh", "Kasteel Cannenburch") == one_place.alike(
        "Kasteel Cannenburch", "Kasteel De Cannenburgh"
    )
