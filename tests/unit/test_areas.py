"""Areas: parents from codes, names that stayed the same, and figures of an earlier division."""

import pandas as pd
import pytest

from pipelines import areas

AREA = pd.DataFrame(
    {
        "code": ["GM0599", "WK059915", "BU05991571"],
        "name": ["Rotterdam", "Wijk 15 Charlois", "Tarwewijk"],
        "year": 2024,
        "population": [670_610, 68_000, 12_330],
    }
)


@pytest.mark.parametrize(
    ("code", "parent"),
    [
        ("BU05991571", "WK059915"),
        ("BU0363AD05", "WK0363AD"),
        ("WK059915", "GM0599"),
        ("GM0599", "NL00"),
        ("NL00", None),
    ],
)
def test_an_area_knows_its_parent(code: str, parent: str | None) -> None:
    assert areas.parent(code) == parent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wijk 15 Charlois", "Charlois"),
        ("'s-Gravenhage (gemeente)", "'s-gravenhage"),
        ("Súdwest-Fryslân", "SÚDWEST FRYSLÂN"),
    ],
)
def test_a_name_stays_the_same_however_it_is_written(one: str, other: str) -> None:
    assert areas.plain(one) == areas.plain(other)


def observation(**columns: object) -> pd.DataFrame:
    return pd.DataFrame([{"source": "s", "indicator": "i", "period": "2020", "value": 1.0, **columns}])


@pytest.mark.parametrize(
    ("columns", "kept"),
    [
        ({"area": "BU05991571", "area_year": 2024, "area_name": "anders"}, True),
        ({"area": "BU05991571", "area_year": 2020, "area_name": "Tarwewijk"}, True),
        ({"area": "BU05991571", "area_year": 2020, "area_name": "Carnisse"}, False),
        ({"area": "BU05991571", "area_year": 2020, "area_name": None}, True),
        ({"area": "BU05991571", "area_year": 2020}, True),
        ({"area": "BU99999999", "area_year": 2020, "area_name": "Tarwewijk"}, False),
    ],
)
def test_a_figure_is_carried_to_the_same_area_only(columns: dict[str, object], kept: bool) -> None:
    found, dropped = areas.carry(observation(**columns), AREA)
    assert (len(found), len(dropped)) == ((1, 0) if kept else (0, 1))


def test_what_is_dropped_is_said() -> None:
    _, dropped = areas.carry(observation(area="BU99999999", area_year=2020), AREA)
    assert dropped == ["  s: 1 areas of 2020 are no longer the same area; their figures are left out"]


@pytest.mark.parametrize(
    ("postcode", "number", "address"),
    [
        ("1234AB", "12", "1234AB-12"),
        ("1234 ab", "12a", "1234AB-12"),
        ("1234AB", "12-14", "1234AB-12"),
        ("1234AB", " 12 B", "1234AB-12"),
        ("1234AB", 12, "1234AB-12"),
        ("1234AB", "120", "1234AB-120"),
        ("1234AB", "ong", ""),
        ("1234AB", "A12", ""),
        ("1234AB", "", ""),
        ("1234AB", None, ""),
        ("1234", "12", ""),
        ("", "12", ""),
        (None, "12", ""),
    ],
)
def test_an_address_is_a_postcode_and_a_house_number_without_its_addition(
    postcode: object, number: object, address: str
) -> None:
    assert areas.address(pd.Series([postcode]), pd.Series([number])).tolist() == [address]


def test_a_blank_among_addresses_leaves_the_others_as_they_are() -> None:
    found = areas.address(pd.Series(["1234AB", None, "5678CD"]), pd.Series([12.0, 3.0, None]))
    assert found.tolist() == ["1234AB-12", "", ""]


def test_a_postcode_that_is_most_common_nowhere_is_of_the_neighbourhood_with_most_places_there() -> None:
    alias = pd.DataFrame({"area": ["BU1", "GM1"], "name": ["3011", "3036"], "kind": ["postcode", "name"]})
    rows = [
        ("BU1", "3011AA-1"),
        ("BU2", "3011AB-1"),  # known: of no other neighbourhood because a place stands there
        ("BU2", "3023AA-1"),
        ("BU3", "3023AB-1"),
        ("BU3", "3023AB-3"),
        ("BU2", "3036AA-1"),
        ("BU2", ""),
        ("BU2", None),
        (None, "3099AA-1"),
    ]
    place = pd.DataFrame(rows, columns=["area", "address"])
    found = areas.postcodes(place, alias)
    assert found.to_dict("records") == [
        {"area": "BU3", "name": "3023", "kind": "postcode"},
        {"area": "BU2", "name": "3036", "kind": "postcode"},
    ]
    assert areas.postcodes(place[["area"]], alias).empty
