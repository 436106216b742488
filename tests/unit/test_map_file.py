"""The outlines of a map file."""

import json

from dashboard import store
from dashboard.map.file import DEGREES, coarse


def test_outlines_of_the_country_are_within_half_a_step_of_what_they_were() -> None:
    outlines = store.outlines(store.area_levels().municipality, store.country())
    exact = next(shape for _, shape in outlines.values() if "MultiPolygon" not in shape)
    rings, rounded = (json.loads(s)["coordinates"] for s in (exact, coarse(exact)))
    points = [p for ring in rings for p in ring]
    moved = [p for ring in rounded for p in ring]
    assert len(points) == len(moved) > 3
    assert any(p != m for p, m in zip(points, moved, strict=True))
    for point, there in zip(points, moved, strict=True):
        for a, b in zip(point, there, strict=True):
            assert abs(a - b) <= 0.5000001 * 10**-DEGREES
    assert len(coarse(exact)) < len(exact)
