"""Areas: parents from codes, names that stayed the same, and figures of an earlier division."""

import pandas as pd
import pytest

from pipelines import PipelineError, areas

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


def outlines(*codes: str, year: int = 2024) -> pd.DataFrame:
    box = '{"type": "Polygon", "coordinates": [[[4, 52], [4, 53], [5, 53], [4, 52]]]}'
    return pd.DataFrame({"code": codes, "name": "Oude Naam", "geometry": box}).assign(
        level="wijk", year=year, lon=4.1, lat=52.5, source="pdok_areas"
    )


def assembled(area: pd.DataFrame, outline: pd.DataFrame) -> pd.DataFrame:
    area = area.assign(level="wijk", municipality="GM0599", source="cbs_kwb")
    province = pd.DataFrame({"municipality": ["GM0599"], "province": ["Zuid-Holland"], "year": 2024})
    return areas.assemble(area, outline, province)


def test_an_outline_goes_to_its_area() -> None:
    found = assembled(AREA, outlines("WK059915")).set_index("code")
    assert found["geometry"].notna().to_dict() == {"GM0599": False, "WK059915": True, "BU05991571": False}
    assert (found.loc["WK059915", "west"], found.loc["WK059915", "parent"]) == (4, "GM0599")


def test_an_outline_of_an_area_with_another_code_names_both_sources() -> None:
    with pytest.raises(
        PipelineError, match=r"^pdok_areas: outline WK059999 \(Oude Naam\) .* of cbs_kwb; 1 such .*fetch"
    ):
        assembled(AREA, outlines("WK059915", "WK059999"))


def test_an_area_that_is_there_twice_is_named_with_its_source() -> None:
    with pytest.raises(PipelineError, match=r"^cbs_kwb: area GM0599 \(Rotterdam\) is there twice"):
        assembled(pd.concat([AREA, AREA[:1]]), outlines("WK059915"))
    with pytest.raises(PipelineError, match=r"^pdok_areas: area WK059915 \(Oude Naam\) is there twice"):
        assembled(AREA, outlines("WK059915", "WK059915"))
