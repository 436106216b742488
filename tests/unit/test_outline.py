"""An outline that somebody brings: what is read, what is refused and why, and what it becomes."""

import json
from typing import Any

import numpy as np
import pytest
from pyproj import Transformer

from dashboard import store
from dashboard.answer import own_outline
from pipelines.methods import outline
from pipelines.methods.outline import OutlineError

GRID = {"properties": {"name": "urn:ogc:def:crs:EPSG::28992"}}
SQUARE = [[4.4, 51.9], [4.5, 51.9], [4.5, 51.95], [4.4, 51.95], [4.4, 51.9]]


def polygon(ring: list[list[float]], **more: Any) -> bytes:
    return json.dumps({"type": "Polygon", "coordinates": [ring], **more}).encode()


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"no json", "text"),
        (b"[" * 100_000, "text"),
        (b'{"type": "Point", "coordinates": [4, 52]}', "polygon"),
        (polygon([[4, 52], [5, 53]]), "corner"),
        (b'{"type": "Polygon", "coordinates": [[["a", 1], [2, 3], [4, 5]]]}', "corner"),
        (polygon([[155_000, 463_000], [156_000, 463_000], [156_000, 464_000]]), "degrees"),
        (polygon(SQUARE, crs={"properties": {"name": "local"}}), "projection"),
        (polygon(SQUARE, crs={"properties": {"name": "EPSG:2154"}}), "projection"),
        (polygon([[4, 52], [5, 53], [5, 52], [4, 53]]), "crossing"),
        (polygon([[4 + n * 1e-5, 52] for n in range(10_001)]), "corners"),
        (b" " * 2_000_001, "bytes"),
    ],
)
def test_what_is_no_outline_says_why(content: bytes, key: str) -> None:
    with pytest.raises(OutlineError) as fault:
        outline.read(content)
    assert fault.value.key == key
    for lang in ("nl", "en"):
        assert own_outline.refused(fault.value, lang)


@pytest.mark.parametrize(("projection", "off"), [(28992, 0.5), (3857, 0.01)])
def test_a_named_projection_is_read_as_degrees(projection: int, off: float) -> None:
    """Beside what PROJ makes of it, in metres; over the whole country."""
    lon, lat = np.meshgrid(np.linspace(3.4, 7.2, 9), np.linspace(50.8, 53.5, 9))
    to = Transformer.from_crs(4326, projection, always_xy=True)
    at = np.column_stack(to.transform(lon.ravel(), lat.ravel()))
    ours = outline._degrees(at, projection)
    away = (ours - np.column_stack([lon.ravel(), lat.ravel()])) * (68_000, 111_000)
    assert np.abs(away).max() < off


def test_an_outline_of_a_district_is_that_district() -> None:
    district = store.area("WK059915")
    assert district
    drawn = json.loads(store.outline(district.code) or "")
    feature = {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": drawn}]}
    fit = own_outline.fitted(json.dumps(feature).encode())
    assert fit.area == district
    assert fit.fit.inside == pytest.approx(district.population, rel=0.02)
    assert fit.fit.missed + fit.fit.extra < 0.03 * fit.fit.residents  # outlines are simplified
    for lang in ("nl", "en"):
        assert str(fit.neighbourhoods) in own_outline.words(fit, lang)


@pytest.mark.parametrize(
    ("ring", "key"),
    [
        ([[4.4800, 51.9200], [4.4801, 51.9200], [4.4801, 51.9201]], "few"),  # round one house
        ([[51.9, 4.4], [51.95, 4.4], [51.95, 4.5]], "turned"),
        ([[13.3, 52.4], [13.5, 52.4], [13.5, 52.6]], "abroad"),
        ([[3, 50], [8, 50], [8, 54], [3, 54]], "large"),
    ],
)
def test_an_outline_that_cannot_be_told_of_is_refused(ring: list[list[float]], key: str) -> None:
    with pytest.raises(OutlineError) as fault:
        own_outline.fitted(polygon(ring))
    assert fault.value.key == key


def test_a_drawn_square_is_a_selection_of_what_lies_mostly_inside() -> None:
    drawn = own_outline.fitted(polygon(SQUARE))
    assert drawn.area.is_selection
    fit = drawn.fit
    assert fit.residents == pytest.approx(fit.inside - fit.missed + fit.extra, rel=1e-6)
    assert store.area(drawn.area.code) == drawn.area
