"""OpenStreetMap: an extract written here and an answer of Overpass, with elements that lack what a
place needs.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import osmium
import pandas as pd
import pytest

from pipelines.fetch.source import Tables
from pipelines.sources import osm_places

Spot = tuple[float, float]
CORNERS: list[Spot] = [(4.47, 51.92), (4.474, 51.92), (4.474, 51.926), (4.47, 51.926)]
new = osmium.osm.mutable


def written(
    file: Path,
    nodes: Sequence[tuple[Spot, dict[str, str]]],
    ways: Sequence[tuple[list[int], dict[str, str]]] = (),
    relations: Sequence[tuple[list[tuple[str, int, str]], dict[str, str]]] = (),
    time: str = "2026-11-27T21:21:02Z",
) -> Path:
    """An extract; everything is numbered from 1, and members refer to that."""
    header = osmium.io.Header()
    if time:
        header.set("osmosis_replication_timestamp", time)
    with osmium.SimpleWriter(str(file), header=header) as writer:
        for at, (spot, tags) in enumerate(nodes, 1):
            writer.add_node(new.Node(id=at, location=spot, tags=tags))
        for at, (refs, tags) in enumerate(ways, 1):
            writer.add_way(new.Way(id=at, nodes=refs, tags=tags))
        for at, (members, tags) in enumerate(relations, 1):
            writer.add_relation(new.Relation(id=at, members=members, tags=tags))
    return file


def tidied(**payloads: Any) -> Tables:
    return osm_places.tidy({name.replace("_", "-"): body for name, body in payloads.items()}, [])


def answer(*elements: dict[str, Any], time: str = "2021-11-01T00:00:00Z") -> dict[str, Any]:
    return {"osm3s": {"timestamp_osm_base": time}, "elements": list(elements)}


def element(number: int, **tags: str) -> dict[str, Any]:
    return {"type": "way", "id": number, "center": {"lat": 52.0, "lon": 5.0}, "tags": tags}


def test_nodes_ways_and_relations_of_an_extract_are_places_in_the_middle_of_their_box(
    tmp_path: Path,
) -> None:
    corners = [(spot, {}) for spot in CORNERS]
    library = ((4.5, 51.9), {"amenity": "library", "name": "Bieb", "wheelchair": "yes"})
    ways = [
        ([1, 2, 3, 1], {"leisure": "park", "name": "Driehoek"}),
        ([2, 3, 4], {}),  # without a tag: a member, and no place of its own
        ([1, 2], {"building": "yes"}),
    ]
    relations = [
        ([("w", 2, "outer"), ("n", 5, "entrance")], {"type": "multipolygon", "tourism": "museum"}),
        (
            [("w", 99, "outer")],
            {"type": "multipolygon", "leisure": "park"},
        ),  # beyond the border of the extract
    ]
    plenty = [((4.6, 51.8), {"leisure": "playground"})] * 10
    file = written(tmp_path / "a.osm.pbf", [*corners, library, *plenty], ways, relations)
    place = tidied(drenthe=file)["place"]
    assert place.attrs["skipped"] == 1
    found = place.set_index("id")
    assert set(found.index) == {
        *(f"osm_places:node/{n}" for n in range(5, 16)),
        "osm_places:way/1",
        "osm_places:relation/1",
    }
    assert set(found["period"]) == {"2026-11-27"}
    rows = {
        i: (r["name"], r["kind"], r["lon"], r["lat"])
        for i, r in found.fillna({"name": ""}).iterrows()
    }
    assert rows["osm_places:node/5"] == ("Bieb", "library", 4.5, 51.9)
    assert found.loc["osm_places:node/5", "step_free"]
    assert rows["osm_places:way/1"] == (
        "Driehoek",
        "park",
        pytest.approx(4.472),
        pytest.approx(51.923),
    )
    # the way from 4.47 to 4.474 and 51.92 to 51.926, and the node at 4.5, 51.9
    assert rows["osm_places:relation/1"] == (
        "",
        "museum",
        pytest.approx(4.485),
        pytest.approx(51.913),
    )


def test_an_extract_and_overpass_say_the_same_of_the_same_elements(tmp_path: Path) -> None:
    """A centre as Overpass gives it, and one of a node and of a way that two extracts both hold."""
    nodes = [(spot, {}) for spot in CORNERS] + [
        ((4.5, 51.9), {"tourism": "museum", "amenity": "library"})
    ]
    ways = [([1, 2, 3, 4, 1], {"leisure": "playground", "wheelchair": "no"})]
    file = written(tmp_path / "a.osm.pbf", nodes, ways)
    tables = tidied(utrecht=file, gelderland=file)
    library = {
        "type": "node",
        "id": 5,
        "lon": 4.5,
        "lat": 51.9,
        "tags": {"amenity": "library", "tourism": "museum"},
    }
    way = {"type": "way", "id": 1, "center": {"lon": 4.472, "lat": 51.923}}
    bodies = {
        "library": answer(library),
        "museum": answer(library),
        "playground": answer({**way, "tags": {"leisure": "playground", "wheelchair": "no"}}),
    }
    pd.testing.assert_frame_equal(
        tables["place"].drop(columns="period"),
        tidied(**bodies)["place"].drop(columns="period"),
        rtol=1e-9,
    )
    assert tables.keys() == {"place"}


def test_an_extract_without_a_date_has_places_without_a_period(tmp_path: Path) -> None:
    file = written(tmp_path / "a.osm.pbf", [((4.5, 51.9), {"amenity": "library"})], time="")
    assert tidied(zeeland=file)["place"]["period"].tolist() == [None]


def test_a_truncated_extract_is_an_error(tmp_path: Path) -> None:
    file = written(
        tmp_path / "a.osm.pbf",
        [((4.5 + n / 1e4, 51.9), {"amenity": "library"}) for n in range(1_000)],
    )
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(RuntimeError, match=r"PBF|EOF"):
        tidied(zeeland=file)


def test_an_element_of_two_kinds_is_of_the_first_and_wheelchair_tags_are_read() -> None:
    place = tidied(
        library=answer(element(1, wheelchair="yes"), element(2, wheelchair="limited")),
        theatre=answer(element(2, name="second"), element(3, wheelchair="no")),
    )["place"]
    assert list(place["kind"]) == ["library", "library", "theatre"]
    assert [None if pd.isna(v) else bool(v) for v in place["step_free"]] == [True, None, False]


def test_elements_without_a_place_or_tags_are_skipped_and_counted_unless_they_are_many() -> None:
    whole = [element(n, name="x") for n in range(1, 20)]
    place = {"type": "relation", "id": 20, "tags": {"name": "a relation of relations"}}
    tags = {"type": "node", "id": 21, "lat": 52.0, "lon": 5.0}
    found = tidied(park=answer(*whole, place, tags))["place"]
    assert len(found) == 19
    assert found.attrs["skipped"] == 2
    assert set(found["period"]) == {"2021-11-01"}
    with pytest.raises(
        ValueError, match="3 of 22 elements lack a place or tags, most of them tags"
    ):
        tidied(park=answer(*whole, place, tags, {**tags, "id": 22}))
