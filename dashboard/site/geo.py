"""Outlines and places as files for a map program, of the country, a province or a municipality:
`geo/<code>.gpkg` and `geo/<code>.parquet`.

Those of the country are part of the site; the app makes the others when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dashboard import store
from dashboard.answer.view import BORDERS
from dashboard.download import geo
from dashboard.download.geo import Layer

FOLDER = "geo"
EVERYTHING = 1_000_000_000  # rows


@dataclass(frozen=True)
class Form:
    """A form of such a file: the key of what readers call it, what makes it of the code of an area,
    and whether the places are in it.
    """

    label: str
    make: Callable[[str], bytes]
    has_places: bool


def paths(code: str) -> dict[str, Form]:
    """The files of an area by their path; none of a selection or of what is below a municipality."""
    area = store.area(code)
    if not area or area.is_part or area.is_selection:
        return {}
    return {f"{FOLDER}/{code}.{ending}": form for ending, form in FORMS.items()}


@store.cached(4)  # read in parts, one after another
def file(code: str, ending: str) -> bytes:
    """The file of an area. Raises KeyError for an ending that is not one of FORMS."""
    return FORMS[ending].make(code)


def sources(form: Form) -> list[str]:
    """The sources of what is in a file of this form."""
    return [BORDERS, *(store.sources_of_table("place") if form.has_places else [])]


def _geoparquet(code: str) -> bytes:
    about = {"edition": store.build()["id"], "attribution": _credit()}
    return geo.geoparquet(_layer("areas", {"within": [code]}, "areas"), about)


def _geopackage(code: str) -> bytes:
    """A layer for each level that has an outline there, from coarse to fine, and the places."""
    layers = [
        _layer("areas", {"within": [code], "level": [level]}, level)
        for level in store.area_levels().below
    ]
    layers.append(_layer("places", {"area": [code]}, "place"))
    return geo.geopackage(layer for layer in layers if layer.table.num_rows)


FORMS = {
    "gpkg": Form("site_geo_gpkg", _geopackage, True),
    "parquet": Form("site_geo_parquet", _geoparquet, False),
}


def _layer(resource: str, filters: dict[str, list[str]], name: str) -> Layer:
    """The rows of a table of the API that have a geometry."""
    rows, _, _ = store.page(resource, filters, EVERYTHING, shape=True)
    drawn = rows.filter(rows["shape"].is_valid())
    credit = [_credit()] if resource == "areas" else []  # a place names its source in its row
    edition = f"Cultuuratlas, edition {store.build()['id']}."
    says = " ".join([store.RESOURCES[resource].about, edition, *credit])
    return Layer(name, drawn.drop_columns("shape"), drawn["shape"].to_pylist(), says)


def _credit() -> str:
    return str(store.sources()[BORDERS]["attribution"])
