"""Places of different domains at one address: each pair once, and nothing where the address is not known."""

import pandas as pd
import pytest

from pipelines import areas
from pipelines.catalogue import load
from pipelines.measures import shared_site


def pairs(*places: tuple[str, str, str | None]) -> list[tuple[str, str]]:
    place = pd.DataFrame(places, columns=["id", "domain", "address"])
    tie = shared_site.measure({"place": place}, load()).get("tie")
    if tie is None:
        return []
    assert set(tie["kind"]) == set(tie["source"]) == {"shared_site"}
    assert set(tie["status"]) == {"measured"}
    assert tie["period"].str.fullmatch(r"\d{4}").all()
    return list(zip(tie["a"], tie["b"], strict=True))


SCHOOL, HALL, CLUB = ("s", "education", "1234AB-12"), ("h", "social", "1234AB-12"), ("c", "leisure", "1234AB-12")


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
        ([SCHOOL, HALL, CLUB], [("s", "c"), ("s", "h"), ("c", "h")]),
        ([SCHOOL, HALL, ("i", "social", "1234AB-12")], [("s", "h"), ("s", "i")]),
    ],
)
def test_two_domains_at_one_address_are_a_pair_and_each_pair_is_there_once(
    places: list[tuple[str, str, str | None]], found: list[tuple[str, str]]
) -> None:
    assert sorted(pairs(*places)) == sorted(found)


def test_without_addresses_there_are_no_shared_sites() -> None:
    assert shared_site.measure({"place": pd.DataFrame({"id": ["s"], "domain": ["care"]})}, load()) == {}


def test_doors_of_one_building_are_one_address() -> None:
    address = areas.address(pd.Series(["1234AB", "1234 ab"]), pd.Series(["12a", "12 bis"]))
    assert pairs(("s", "education", address[0]), ("h", "social", address[1])) == [("s", "h")]
