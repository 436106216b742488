"""Places of different domains at one address: each pair once, none of a place with itself or of
unknown addresses.
"""

import pandas as pd
import pytest

from pipelines.build import areas
from pipelines.catalogue import load
from pipelines.measures import shared_site


def pairs(*places: tuple[str, str, str | None], **names: str) -> list[tuple[str, str]]:
    place = pd.DataFrame(places, columns=["id", "domain", "address"]).assign(lon=4.5, lat=51.9)
    place["period"] = (
        place["domain"]
        .map({"education": None, "leisure": "2021-03-17"})
        .where(lambda p: p.notna(), "2023-11-22")
    )
    place["period"] = place["period"].mask(place["domain"] == "education")
    place["kind"] = place["domain"].map(
        {"education": "primary_school", "social": "community_centre"}
    )
    place["kind"] = (
        place["kind"].fillna("sports_building").mask(place["domain"] == "policy", "polling_place")
    )
    place["name"] = place["id"].map(lambda i: names.get(i, i * 3))
    tie = shared_site.measure({"place": place}, load()).get("tie")
    if tie is None:
        return []
    assert set(tie["kind"]) == set(tie["source"]) == {"shared_site"}
    assert set(tie["status"]) == {"measured"}
    assert tie["period"].str.fullmatch(r"\d{4}").all()
    return list(zip(tie["a"], tie["b"], strict=True))


SCHOOL, HALL, CLUB = (
    ("s", "education", "1234AB-12"),
    ("h", "social", "1234AB-12"),
    ("c", "leisure", "1234AB-12"),
)


@pytest.mark.parametrize(
    ("places", "found"),
    [
        ([SCHOOL, HALL], [("s", "h")]),
        ([HALL, SCHOOL], [("s", "h")]),
        ([SCHOOL, ("t", "education", "1234AB-12")], []),
        ([SCHOOL, ("h", "social", "1234AB-13")], []),
        ([SCHOOL, ("h", "social", "1234AC-12")], []),
        ([("s", "education", ""), ("h", "social", "")], []),
        ([("s", "education", None), ("h", "social", None)], []),
        ([SCHOOL], []),
        ([SCHOOL, ("v", "policy", "1234AB-12")], []),  # of a plain polling place nothing is known
        ([SCHOOL, HALL, CLUB], [("s", "c"), ("s", "h"), ("c", "h")]),
        ([SCHOOL, HALL, ("i", "social", "1234AB-12")], [("s", "h"), ("s", "i")]),
    ],
)
def test_two_domains_at_one_address_are_a_pair_and_each_pair_is_there_once(
    places: list[tuple[str, str, str | None]], found: list[tuple[str, str]]
) -> None:
    assert sorted(pairs(*places)) == sorted(found)


def test_a_place_that_is_listed_twice_shares_nothing_with_itself() -> None:
    assert pairs(SCHOOL, HALL, s="INOVA basisschool", h="OBS Inova") == []
    assert pairs(SCHOOL, HALL, s="Dr E Boekman", h="IKC De Kleine Reus") == []
    assert pairs(SCHOOL, HALL, CLUB, s="De Dobbe", h="Dorpshuis De Dobbe", c="Sporthal Oost") == [
        ("s", "c"),
        ("c", "h"),
    ]


def test_a_school_building_that_no_register_lists_shares_nothing() -> None:
    place = pd.DataFrame(
        {
            "id": ["s", "h"],
            "kind": ["school_building", "community_centre"],
            "domain": ["education", "social"],
        }
    ).assign(
        address="1234AB-12", name=["Hogeschool", "De Brink"], period="2023-11-22", lon=4.5, lat=51.9
    )
    assert shared_site.measure({"place": place}, load()) == {}
    place["kind"] = ["primary_school", "community_centre"]
    assert len(shared_site.measure({"place": place}, load())["tie"]) == 1


def test_without_addresses_there_are_no_shared_sites() -> None:
    assert (
        shared_site.measure({"place": pd.DataFrame({"id": ["s"], "domain": ["care"]})}, load())
        == {}
    )


def test_doors_of_one_building_are_one_address() -> None:
    address = areas.address(pd.Series(["1234AB", "1234 ab"]), pd.Series(["12a", "12 bis"]))
    assert pairs(("s", "education", address[0]), ("h", "social", address[1])) == [("s", "h")]
