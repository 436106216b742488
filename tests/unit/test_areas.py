"""Areas: parents from codes, names that stayed the same, and figures of an earlier division."""

import json

import pandas as pd
import pytest

from pipelines import PipelineError, catalogue
from pipelines.build import areas
from pipelines.sources import cbs_kwb

CATALOGUE = catalogue.load()


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
    assert cbs_kwb.parent(code) == parent


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wijk 15 Charlois", "Charlois"),
        ("'s-Gravenhage (gemeente)", "'s-gravenhage"),
        ("Súdwest-Fryslân", "SUDWEST FRYSLÂN"),
        (
            "Wijk 06 Van Stolkpark en Scheveningse Bosjes",
            "Wijk 06 Van Stolkpark en Scheveningse Bo",
        ),
    ],
)
def test_a_name_stays_the_same_however_it_is_written(one: str, other: str) -> None:
    assert areas.plain(one) == areas.plain(other)


AREA = pd.DataFrame(
    {
        "code": ["GM0599", "WK059915", "BU05991571"],
        "name": ["Rotterdam", "Wijk 15 Charlois", "Tarwewijk"],
        "year": 2024,
        "population": [670_610, 68_000, 12_330],
    }
)
TODAY = pd.DataFrame(
    [
        ("NL00", "Nederland", 17_900_000),
        ("GM0762", "Deurne", 32_000),
        ("WK076201", "Deurne", 13_800),  # the code of Vlierden until 2023
        ("WK076205", "Vlierden", 2_000),
        ("WK076206", "Wijk 06 Helenaveen", 1_000),
        ("WK076207", "Zandbos", 4_000),
        ("WK076208", "Koolhof", 5_000),
        ("WK076209", "Heiakker", 6_000),
        ("WK076210", "Twee", 900),
        ("WK076211", "Twee", 900),
        ("BU07620601", "Helenaveen-Dorp", 600),
        ("BU07620101", "Centrum", 3_000),
        ("BU07629901", "Los", 100),
        ("WK049901", "Vlierden", 2_000),  # of another municipality
    ],
    columns=["code", "name", "population"],
).assign(year=2024, parent=lambda today: today["code"].map(cbs_kwb.parent))
FORMER = pd.DataFrame(
    [
        ("WK076201", 2019, "Wijk 01 Vlierden", None),
        ("WK076201", 2022, "Wijk 01 Vlierden", 1_950),
        ("WK076206", 2022, "helenaveen", 1_010),
        ("WK076207", 2022, "Zandbosch", 4_000),
        ("WK076208", 2022, "Koolhof", 12_000),
        ("WK076209", 2022, "Heiakker", 2_500),
        ("WK076212", 2022, "Opgeheven", 300),
        ("WK076213", 2022, "Twee", 900),
        ("WK076210", 2012, "Twee", 900),
    ],
    columns=["code", "year", "name", "population"],
)


def observation(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        [{"source": "s", "indicator": "i", "period": "2020", "value": 1.0, **columns}]
    )


@pytest.mark.parametrize(
    ("code", "year", "name", "outcome"),
    [
        ("WK076201", 2024, "however it is called", "WK076201"),  # the areas of today
        (
            "WK076201",
            2020,
            None,
            "WK076205",
        ),  # a code that was used again: the figure moves along with the name
        ("WK076201", 2020, "Wijk 01 Vlierden", "WK076205"),
        ("WK076201", 2020, "Deurne", "WK076201"),  # the publisher's own name of then goes first
        ("WK076206", 2020, None, "WK076206"),
        ("WK076207", 2020, None, "renamed"),
        ("WK076208", 2020, None, "resized"),  # split
        ("WK076209", 2020, None, "resized"),  # merged
        ("WK076212", 2020, None, "gone"),
        (
            "WK076213",
            2020,
            None,
            "gone",
        ),  # moved to one of two that are called the same: nobody knows which
        ("WK076210", 2020, None, "unnamed"),  # a name of eight years earlier tells nothing
        ("WK076210", 2020, "Twee", "WK076210"),
        ("BU07620601", 2020, None, "unnamed"),
        ("BU07629901", 2020, "Los", "BU07629901"),
        ("GM0762", 2023, "Deurne", "GM0762"),
        ("GM9999", 2023, "Deurne", "gone"),  # another municipality of the same name
        ("NL00", 2020, None, "NL00"),
    ],
)
def test_a_figure_of_earlier_areas_reaches_the_same_area_only(
    code: str, year: int, name: str | None, outcome: str
) -> None:
    rows = observation(area=code, area_year=year, area_name=name)
    carried, left_out = areas.carry(rows, TODAY, FORMER, CATALOGUE)
    if outcome in areas.REASONS:
        assert carried.empty
        assert left_out[["source", "year", "code", "reason"]].to_numpy().tolist() == [
            ["s", year, code, outcome]
        ]
    else:
        assert left_out.empty
        assert carried[["area", "indicator", "value", "area_year"]].to_numpy().tolist() == [
            [outcome, "i", 1.0, year]
        ]


def test_a_neighbourhood_whose_name_of_then_nobody_tells_is_the_same_where_its_district_is() -> (
    None
):
    codes = ["WK076206", "BU07620601", "WK076201", "BU07620101", "BU07629901"]
    rows = pd.concat([observation(area=code, area_year=2020) for code in codes])
    carried, left_out = areas.carry(rows, TODAY, FORMER, CATALOGUE)
    # Helenaveen is itself, so is its neighbourhood; Vlierden moved, and nobody knows where its
    # neighbourhood went
    assert sorted(carried["area"]) == ["BU07620601", "WK076205", "WK076206"]
    assert sorted(left_out["code"]) == ["BU07620101", "BU07629901"]
    assert left_out.set_index("code").loc["BU07620101", "now"] == "Centrum"


def test_of_two_that_would_be_one_area_of_today_the_one_of_its_code_is() -> None:
    rows = pd.concat(
        [
            observation(area=code, area_year=2020, area_name="Heiakker")
            for code in ("WK076209", "WK076299")
        ]
    )
    carried, left_out = areas.carry(rows, TODAY, FORMER[:0], CATALOGUE)
    assert list(carried["area"]) == ["WK076209"]
    assert left_out[["code", "reason"]].to_numpy().tolist() == [["WK076299", "gone"]]


def test_the_order_of_the_rows_decides_nothing() -> None:
    rows = pd.concat(
        [
            observation(area=code, area_year=2020)
            for code in sorted({*FORMER["code"], *TODAY["code"]})
        ]
    )
    one, other = (
        areas.carry(r, TODAY, f, CATALOGUE) for r, f in ((rows, FORMER), (rows[::-1], FORMER[::-1]))
    )
    for a, b in zip(one, other, strict=True):
        key = [c for c in a.columns if c in ("area", "code")]
        pd.testing.assert_frame_equal(
            a.sort_values(key, ignore_index=True), b.sort_values(key, ignore_index=True)
        )


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


def test_a_postcode_that_is_most_common_nowhere_is_of_the_neighbourhood_with_most_places_there() -> (
    None
):
    alias = pd.DataFrame(
        {"area": ["BU1", "GM1"], "name": ["3011", "3036"], "kind": ["postcode", "name"]}
    )
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
    parent = area["code"].map(cbs_kwb.parent)
    area = area.assign(level="wijk", parent=parent, municipality="GM0599", source="cbs_kwb")
    province = pd.DataFrame(
        {
            "municipality": ["GM0599"],
            "code": ["PV28"],
            "province": ["Zuid-Holland"],
            "year": 2024,
        }
    )
    return areas.assemble(area, outline, province)


def test_an_outline_goes_to_its_area() -> None:
    found = assembled(AREA, outlines("WK059915")).set_index("code")
    assert found["geometry"].notna().to_dict() == {
        "GM0599": False,
        "WK059915": True,
        "BU05991571": False,
        "PV28": False,
    }
    assert (found.loc["WK059915", "west"], found.loc["WK059915", "parent"]) == (4, "GM0599")


def test_a_province_is_the_sum_of_its_municipalities() -> None:
    box = '{{"type":"Polygon","coordinates":[[[{0},52],[{1},52],[{1},53],[{0},53],[{0},52]]]}}'
    area = pd.DataFrame(
        [
            ("NL00", "land", None, None, 30),
            ("GM0001", "gemeente", "NL00", "GM0001", 10),
            ("GM0002", "gemeente", "NL00", "GM0002", 20),
            ("WK000100", "wijk", "GM0001", "GM0001", 10),
        ],
        columns=["code", "level", "parent", "municipality", "population"],
    ).assign(name="Naam", year=2024, source="cbs_kwb")
    outline = pd.DataFrame(
        {"code": ["GM0001", "GM0002"], "geometry": [box.format(4, 5), box.format(5, 6)]}
    ).assign(name="Naam", level="gemeente", year=2024, lon=4.5, lat=52.5, source="pdok_areas")
    province = pd.DataFrame({"municipality": ["GM0001", "GM0002"], "code": "PV28"}).assign(
        province="Zuid-Holland", year=2024
    )
    assembled = areas.assemble(area, outline, province).set_index("code")
    province_row = assembled.loc["PV28"]
    assert (province_row["name"], province_row["level"], province_row["parent"]) == (
        "Zuid-Holland",
        "provincie",
        "NL00",
    )
    assert province_row["population"] == 30
    assert tuple(province_row[["west", "south", "east", "north"]]) == (4, 52, 6, 53)
    assert len(json.loads(province_row["geometry"])["coordinates"]) == 1  # one outline, no seam
    assert assembled.loc[["GM0001", "GM0002", "WK000100"], "parent"].tolist() == [
        "PV28",
        "PV28",
        "GM0001",
    ]


def test_an_outline_of_an_area_with_another_code_names_both_sources() -> None:
    with pytest.raises(
        PipelineError,
        match=r"^pdok_areas: outline WK059999 \(Oude Naam\) .* of cbs_kwb; 1 such .*fetch",
    ):
        assembled(AREA, outlines("WK059915", "WK059999"))


def test_an_area_that_is_there_twice_is_named_with_its_source() -> None:
    with pytest.raises(PipelineError, match=r"^cbs_kwb: area GM0599 \(Rotterdam\) is there twice"):
        assembled(pd.concat([AREA, AREA[:1]]), outlines("WK059915"))
    with pytest.raises(
        PipelineError, match=r"^pdok_areas: area WK059915 \(Oude Naam\) is there twice"
    ):
        assembled(AREA, outlines("WK059915", "WK059915"))


def test_what_was_never_fetched_is_named_with_the_way_on() -> None:
    with pytest.raises(PipelineError, match=r"no areas in pdok_areas: run `.* fetch pdok_areas`"):
        assembled(AREA, pd.DataFrame())
