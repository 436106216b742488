"""Rules of sources that the recorded answers do not show: the shapes that only the live endpoints
have.
"""

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines import catalogue
from pipelines.fetch import ckan, snapshot
from pipelines.sources import (
    amsterdam_subsidies,
    cbs_wijken,
    duo_pupils,
    iv3_culture,
    kiesraad_places,
    rce_museums,
    wikidata_venues,
)

PAYLOADS = Path(__file__).parent.parent / "payloads"
OLDER, NEWER = (
    "stembureaus-provinciale-statenverkiezingen-2023",
    "stembureaus-tweede-kamerverkiezingen-2023",
)


def tidied(module: Any, payloads: dict[str, Any], table: str) -> pd.DataFrame:
    name = module.__name__.rsplit(".", 1)[-1]
    df: pd.DataFrame = module.tidy(payloads, catalogue.load().of_source(name))[table]
    return df


def test_the_share_of_higher_education_is_computed_from_the_counts_of_statline() -> None:
    payloads = snapshot.load_payloads(PAYLOADS / "cbs_wijken")
    properties = payloads["85318NED/DataProperties"]["value"]
    properties[:] = [p for p in properties if p["Title"] != cbs_wijken.HIGHER]
    for at, level in enumerate(("laag", "middelbaar", "hoog"), 64):
        key = f"Opleidingsniveau{level.title()}_{at}"
        properties.append(
            {"ID": at, "ParentID": None, "Key": key, "Title": f"Opleidingsniveau {level}"}
        )
        for row in payloads["85318NED/TypedDataSet/0"]["value"]:
            row[key] = {"laag": 20, "middelbaar": 30, "hoog": 150}[level]
    observation = tidied(cbs_wijken, payloads, "observation").set_index("indicator")["value"]
    assert set(observation["higher_education_share"]) == {75.0}


def binding(item: str, label: str, **more: str) -> dict[str, Any]:
    cells = {
        "item": item,
        "itemLabel": item,
        "coord": "Point(4.5 51.9)",
        "typeLabel": label,
        **more,
    }
    return {name: {"value": value} for name, value in cells.items()}


def museums(
    system: str | None, *spots: tuple[str, float, float], matched: int | None = None
) -> dict[str, Any]:
    features = [
        {"id": f"overzichtmusea.{n}", "geometry": {"type": "Point", "coordinates": [*xy]}}
        for n, *xy in spots
    ]
    crs = {"crs": {"type": "name", "properties": {"name": system}}} if system else {}
    return {
        "type": "FeatureCollection",
        "features": features,
        "numberMatched": matched or len(spots),
        **crs,
    }


@pytest.mark.parametrize(
    ("system", "x", "y"),
    [
        ("urn:ogc:def:crs:EPSG::28992", 155_000, 463_000),
        ("EPSG:28992", 155_000, 463_000),
        ("urn:ogc:def:crs:EPSG::4326", 5.387206, 52.155174),
        ("urn:ogc:def:crs:OGC:1.3:CRS84", 5.387206, 52.155174),
        (None, 5.387206, 52.155174),
    ],
)
def test_museums_of_the_state_are_in_the_system_that_the_answer_names(
    system: str | None, x: float, y: float
) -> None:
    place = tidied(
        rce_museums, {"museums": museums(system, ("1", x, y))}, "place"
    )  # the centre of the Dutch grid
    assert place[["lon", "lat"]].to_numpy().tolist() == [
        [pytest.approx(5.387206), pytest.approx(52.155174)]
    ]


def test_a_museum_at_the_position_of_another_is_skipped_and_counted_in_any_order() -> None:
    spots = [("10", 155_000.0, 463_000.0), ("9", 155_000.0, 463_000.0), ("2", 155_000.0, 463_200.0)]
    for given in (spots, spots[::-1]):
        place = tidied(rce_museums, {"museums": museums("EPSG:28992", *given)}, "place")
        assert list(place["id"]) == ["rce_museums:2", "rce_museums:9"]
        assert place.attrs["skipped"] == 1


def test_museums_that_are_fewer_than_announced_or_in_another_system_are_refused() -> None:
    spots = [("1", 155_000.0, 463_000.0), ("2", 155_000.0, 463_200.0)]
    rce_museums._whole(museums("EPSG:28992", *spots))
    with pytest.raises(ValueError, match="2 museums came and the answer says that there are 629"):
        rce_museums._whole(museums("EPSG:28992", *spots, matched=629))
    with pytest.raises(ValueError, match="positions are in 'EPSG:3857'"):
        tidied(rce_museums, {"museums": museums("EPSG:3857", *spots)}, "place")
    with pytest.raises(ValueError, match="positions are not east, north"):
        tidied(
            rce_museums, {"museums": museums("EPSG:28992", ("1", 463_000.0, 155_000.0))}, "place"
        )
    lost = museums("EPSG:28992", *spots)
    lost["features"][1]["geometry"] = None
    with pytest.raises(
        ValueError, match=r"museum 'overzichtmusea\.2' has no number or no position"
    ):
        rce_museums._whole(lost)


def test_rows_per_class_are_one_venue_and_closed_ones_and_unknown_classes_are_left_out() -> None:
    bindings = [
        binding("Q1", "bioscoop"),
        binding("Q1", "museum"),
        binding("Q2", "museum", dissolved="1940-05-14T00:00:00Z"),
        binding("Q3", "koffiehuis"),
    ]
    place = tidied(wikidata_venues, {"venues": {"results": {"bindings": bindings}}}, "place")
    assert place[["id", "kind"]].to_numpy().tolist() == [["wikidata_venues:Q1", "museum"]]
    assert place["name"].isna().all()  # a label that is only the number is no name


def polling_places() -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """The recorded rows of the older and of the newer election."""
    payloads = snapshot.load_payloads(PAYLOADS / "kiesraad_places")
    older, newer = (ckan.read_only(payloads, p).to_dict("records") for p in (OLDER, NEWER))
    return older, newer


def in_datastore(older: list[dict[str, str]], newer: list[dict[str, str]]) -> dict[str, object]:
    """The same rows as a package that is in the datastore gives them: numbers are numbers, and
    blanks null.
    """
    out: dict[str, object] = {}
    for package, found in ((OLDER, older), (NEWER, newer)):
        rows = [{k: v if k == "Postcode" else as_json(v) for k, v in row.items()} for row in found]
        out |= {package: {}, f"{package}/0": {"result": {"records": rows[:2]}}}
        out |= {f"{package}/1": {"result": {"records": rows[2:]}}}
    return out


def as_json(text: str) -> str | float | None:
    try:
        return (int if text.isdigit() else float)(text)
    except ValueError:
        return text or None


def test_swapped_coordinates_are_put_right_and_the_newest_election_says_what_an_address_is() -> (
    None
):
    old, new = polling_places()
    old.append({**new[0], "Naam stembureau": "An older name"})
    old.append({**new[0], "Naam stembureau": "Elsewhere", "Postcode": "1234AB"})
    new[0]["Latitude"], new[0]["Longitude"] = new[0]["Longitude"], new[0]["Latitude"]
    place = tidied(kiesraad_places, in_datastore(old, new), "place").set_index("name")
    assert "An older name" not in place.index
    assert place.loc[new[0]["Naam stembureau"], "lat"] > 50
    assert place.loc[new[0]["Naam stembureau"], "period"] == "2023-11-22"
    assert place.loc["Elsewhere", "period"] == "2023-03-15"


def test_the_name_says_what_a_polling_place_is_the_permit_and_the_address_do_not() -> None:
    old, new = polling_places()
    new[0] |= {
        "Naam stembureau": "Zaal Hoogkerk",
        "Gebruiksdoel van het gebouw": "gezondheidszorgfunctie",
    }
    new[0] |= {"Straatnaam": "Zuiderweg", "Plaats": "Hoogkerk"}
    new[2] |= {"Naam stembureau": "Share &amp; Care"}
    new[1] |= {"Naam stembureau": "Dorpshuis", "Gebruiksdoel van het gebouw": "onderwijsfunctie"}
    place = tidied(kiesraad_places, in_datastore(old, new), "place").set_index("name")
    assert place.loc["Zaal Hoogkerk", "kind"] == "polling_place"
    assert place.loc["Dorpshuis", "kind"] == "community_centre"
    assert "Share & Care" in place.index


def test_a_polling_place_is_the_same_from_the_datastore_and_from_a_linked_file() -> None:
    payloads = snapshot.load_payloads(PAYLOADS / "kiesraad_places")
    file = tidied(kiesraad_places, payloads, "place")
    pd.testing.assert_frame_equal(
        tidied(kiesraad_places, in_datastore(*polling_places()), "place"), file, check_dtype=False
    )


def test_only_the_two_newest_days_of_election_are_used() -> None:
    older, newer = polling_places()
    payloads = in_datastore(older, newer)
    third = [
        {**r, "Naam stembureau": f"{r['Naam stembureau']} of old", "Postcode": "1234AB"}
        for r in older
    ]
    for row in third:
        row["Openingstijd"] = "2022-03-16T07:30:00"
    payloads |= {"stembureaus-gemeenteraadsverkiezingen-2022": {}}
    payloads["stembureaus-gemeenteraadsverkiezingen-2022/0"] = {"result": {"records": third}}
    place = tidied(kiesraad_places, payloads, "place")
    assert sorted(place["period"].unique()) == ["2023-03-15", "2023-11-22"]
    assert not place["name"].str.endswith("of old").any()


def test_the_column_on_step_free_access_is_known_by_how_it_begins() -> None:
    older, newer = polling_places()
    for row in newer:
        row["Toegankelijk voor mensen met een beperking"] = row.pop(kiesraad_places.STEP_FREE)
    place = tidied(kiesraad_places, in_datastore(older, newer), "place").set_index("name")
    assert place.loc["Gemeentehuis", "step_free"]
    del newer[0]["Toegankelijk voor mensen met een beperking"]
    with pytest.raises(KeyError, match="lichamelijke beperking"):
        tidied(kiesraad_places, in_datastore(older, newer[:1]), "place")


REGISTER = (PAYLOADS / "amsterdam_subsidies" / "register").read_bytes()


def older_shape(register: bytes) -> bytes:
    """The register as it was published until 2023: semicolons, capitals, a line of dashes and a
    footer.
    """
    rows = list(csv.reader(io.StringIO(register.decode("latin-1"))))
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([[c.upper() for c in rows[0]], *rows[1:]])
    return (out.getvalue() + "-" * 40 + "\r\n9 rows selected.\r\n").encode("latin-1")


def zipped(body: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("register.csv", body)
    return out.getvalue()


@pytest.mark.parametrize(
    "body", [older_shape(REGISTER), zipped(REGISTER), zipped(older_shape(REGISTER))]
)
def test_every_shape_of_the_register_of_grants_gives_the_same(body: bytes) -> None:
    for table in ("tie", "actor"):
        found, known = (
            tidied(amsterdam_subsidies, {"register": b}, table) for b in (body, REGISTER)
        )
        pd.testing.assert_frame_equal(found, known)
    amsterdam_subsidies._is_whole(body)


@pytest.mark.parametrize(
    "body",
    [REGISTER[:-9], zipped(REGISTER)[:-9], zipped(REGISTER[:-9]), REGISTER.split(b"\n")[0] + b"\n"],
)
def test_a_register_that_was_cut_off_or_is_empty_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"truncated|without rows"):
        amsterdam_subsidies._is_whole(body)


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("Particulier", False),
        ("particulieren", False),
        ("Particulierehuurdersvereniging De Makroon", True),
        ("Mevrouw P. Jansen", False),
        ("Stichting", False),
        ("", False),
        ("Stichting Buurtkrant", True),
    ],
)
def test_private_persons_and_nobody_receive_no_grant_here(name: str, there: bool) -> None:
    body = REGISTER.replace(b"Stichting Koninklijk Concertgebouworkest", name.encode())
    assert body != REGISTER
    assert (name in set(tidied(amsterdam_subsidies, {"register": body}, "actor")["name"])) == there


def test_a_kind_of_education_with_a_number_and_one_without_make_no_number() -> None:
    payloads = snapshot.load_payloads(PAYLOADS / "duo_pupils")
    page = next(p for n, p in payloads.items() if n.endswith("naar postcode4/0"))["result"][
        "records"
    ]
    known = next(r for r in page if r["POSTCODE4_DEELNEMER"] == 3533)

    def told(*numbers: int | None) -> list[object]:
        page[:] = [{**known, "AANTAL_LEERLINGEN": n} for n in numbers]
        (tie,) = tidied(duo_pupils, payloads, "tie").to_dict("records")
        return [None if pd.isna(tie[c]) else tie[c] for c in ("weight", "low", "high", "status")]

    assert told(12) == [12, 12, 12, "measured"]
    assert told(12, 5) == [17, 17, 17, "measured"]
    assert told(12, -1) == [None, 13, 16, "suppressed"]
    assert told(12, None) == [None, None, None, "missing"]
    assert told(-1, None) == [None, None, None, "missing"]


def test_amounts_that_are_no_longer_in_thousands_are_refused() -> None:
    payloads = snapshot.load_payloads(PAYLOADS / "iv3_culture")
    for row in payloads["45063NED/TypedDataSet/0"]["value"]:
        row["k_2ePlaatsing_2"] = (row["k_2ePlaatsing_2"] or 1) * 1000
    with pytest.raises(ValueError, match="still in thousands"):
        tidied(iv3_culture, payloads, "observation")


def test_the_second_placing_corrects_the_first_where_there_is_one() -> None:
    payloads = snapshot.load_payloads(PAYLOADS / "iv3_culture")
    before = tidied(iv3_culture, payloads, "observation")
    swapped = json.loads(
        json.dumps(payloads)
        .replace("k_2ePlaatsing_2", "k_9")
        .replace("k_1ePlaatsing_1", "k_2ePlaatsing_2")
    )
    first_only = json.loads(json.dumps(swapped).replace("k_9", "k_1ePlaatsing_1"))
    for table in ("45063NED", "45067NED", "45071NED"):
        first_only[f"{table}/DataProperties"] = payloads[f"{table}/DataProperties"]
    pd.testing.assert_frame_equal(tidied(iv3_culture, first_only, "observation"), before)
