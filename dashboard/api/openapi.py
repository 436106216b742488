"""What the API takes and gives, as OpenAPI."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard import store
from dashboard.words.root import rooted
from dashboard.words.text import meaning

ROOT = "/api/v1"
MOST, USUAL = 1000, 100  # rows of a page
MANY = 100  # values of a filter
FURTHEST = 10_000  # rows that may be passed over; `after` goes on from there
AFTER = "^[\\w-]{1,1200}$"
FORMATS = {
    "json": "application/json",
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}


LICENCE = (
    "Every figure, place and tie keeps the licence of its publisher: see the columns source, publisher and licence, "
    f"and {ROOT}/sources. Name the source and the period when you show a figure, and keep its status."
)


CODE = "[A-Z][0-9A-Z]{0,11}"  # WK0363ER: letters are CBS's own
AREA = f"^{CODE}$"
# or a selection; a + in an address is a blank to who reads it
WHOLE = f"^{CODE}([+ ]{CODE}){{0,{store.MOST_PARTS - 1}}}$"


def formats(name: str) -> list[str]:
    """The formats of a resource: GeoJSON where it has a geometry."""
    return [f for f in FORMATS if f != "geojson" or store.RESOURCES[name].shape]


@store.cached(1)
def _values() -> dict[str, dict[str, Any]]:
    """The schema of every parameter; `resource.parameter` where a name means something else
    there.
    """

    def some(says: str, **kind: Any) -> dict[str, Any]:
        items = {"type": "string", **kind}
        says = f"{says}; several with commas between"
        return {
            "type": "array",
            "items": items,
            "minItems": 1,
            "maxItems": MANY,
            "description": says,
        }

    def one(values: Iterable[str], says: str) -> dict[str, Any]:
        return some(says, enum=[*values])

    def like(pattern: str, says: str) -> dict[str, Any]:
        return some(says, pattern=pattern)

    def whole(least: int, most: int, usual: int, says: str) -> dict[str, Any]:
        return {
            "type": "integer",
            "minimum": least,
            "maximum": most,
            "default": usual,
            "description": says,
        }

    ends = "or lies in it; a province (PV28) and a selection (GM0599+GM0518) are areas too"
    return {
        "area": like(AREA, "Code of an area, such as GM0599"),
        "places.area": like(WHOLE, f"Code of an area: every place that is in it {ends}"),
        "ties.area": like(WHOLE, f"Code of an area: every tie of which an end is in it {ends}"),
        "within": like(WHOLE, f"Code of an area: every row of what is that area {ends}"),
        "parent": like(AREA, "Code of the area directly above"),
        "municipality": like(AREA, "Code of a municipality"),
        "level": one(
            store.scheme("area_level"), "Country, municipality, district or neighbourhood"
        ),
        "indicator": one(store.indicators(), "Id of an indicator"),
        "observations.period": one(store.known_periods("observation"), "Year of the figure"),
        "ties.period": one(store.known_periods("tie"), "Year of the tie"),
        "status": one(store.STATUSES, "Status of the figure"),
        "source": one(store.sources(), "Id of a source"),
        "sort": one(store.REVISIONS, "Sort of what is new"),
        "since": {
            "type": "string",
            "pattern": "^([0-9a-f]{12}|[0-9]{4}-[0-9]{2}-[0-9]{2})$",
            "description": "The edition that you have, or a day on which you took the newest: what is new since. "
            "An edition knows that of the one before it only (`compared`, where the API begins). The column of "
            "that name is the period of the figure before",
        },
        "theme": one(store.scheme("theme"), "Theme of the indicator"),
        "domain": one(store.scheme("domain"), "Domain"),
        "ecosystem_level": one(store.scheme("level"), "Level of the cultural learning ecosystem"),
        "learning_form": one(store.scheme("learning_form"), "Learning form"),
        "facet": one(store.scheme("facet"), "Institutional or everyday"),
        "places.kind": one(store.scheme("kind"), "Kind of place"),
        "ties.kind": one(store.scheme("tie"), "Kind of tie"),
        "proof": one(("known", "shared_site", "possible"), "How the tie is known"),
        "end": {  # one, for an id may hold a comma
            "type": "string",
            "pattern": "^[^\\x00-\\x1f\\x7f]{1,200}$",
            "description": "Id of an actor, place or postcode at either end",
        },
        "step_free": one(("yes", "no", "unknown"), "Whether the entrance has no steps"),
        "limit": whole(1, MOST, USUAL, "Rows of a page"),
        "offset": whole(
            0,
            FURTHEST,
            0,
            "Rows to pass over. Further on, follow `next`, or take the whole table as Parquet (`tables` at the root)",
        ),
        "after": {
            "type": "string",
            "pattern": AFTER,
            "description": "Where the page before this one ended, as its `next` says",
        },
        "format": {
            "type": "string",
            "enum": [*FORMATS],
            "description": "Format of the answer; goes before the header Accept",
        },
    }


@store.cached(16)
def parameters(name: str) -> dict[str, dict[str, Any]]:
    """The parameters of a resource with their schemas."""
    values = _values()
    known = {
        f: values.get(f"{name}.{f}") or values[f]
        for f in (*store.RESOURCES[name].filters, "limit", "offset", "after")
    }
    return {**known, "format": {**values["format"], "enum": formats(name)}}


def _columns(name: str) -> dict[str, Any]:
    """The schema of a row of a resource."""
    kinds = {"string": "string", "double": "number", "int32": "integer", "int64": "integer"}
    out: dict[str, Any] = {}
    for field in store.page(name, {}, 0, 0)[0].schema:
        out[field.name] = {"type": [kinds[str(field.type)], "null"]}
        out[field.name]["description"] = meaning(name.removesuffix("s"), field.name, "en")
    if "status" in out:
        out["status"]["enum"] = [*store.STATUSES, None]
    return {"type": "object", "properties": out, "required": [*out], "additionalProperties": False}


@store.cached(1)
def openapi() -> dict[str, Any]:
    """The OpenAPI document."""

    def ref(name: str) -> dict[str, Any]:
        return {"$ref": f"#/components/schemas/{name}"}

    def operation(
        about: str, answers: dict[str, Any], given: list[dict[str, Any]], name: str
    ) -> dict[str, Any]:
        refusals = {
            "400": "A malformed parameter",
            "404": "Nothing here",
            "405": "Another method than allowed",
        }
        refusals |= {
            "406": "No format that is accepted",
            "429": "Too much at once; see Retry-After",
        }
        refusals |= {"503": "No database to serve, or too busy; see Retry-After"}
        described = {
            k: {"description": v, "content": {FORMATS["json"]: {"schema": ref("error")}}}
            for k, v in refusals.items()
        }
        good = {"description": "Found", "headers": HEADERS, "content": answers}
        responses = {
            "200": good,
            "304": {"description": "Not changed since the ETag given"},
            **described,
        }
        return {
            "get": {
                "operationId": name,
                "summary": about,
                "parameters": given,
                "responses": responses,
            }
        }

    def listed(name: str) -> dict[str, Any]:
        schema: dict[str, dict[str, Any]] = {"json": ref(f"{name}_page"), "csv": {"type": "string"}}
        schema |= {"geojson": {"type": "object"}, "parquet": {"type": "string", "format": "binary"}}
        return {FORMATS[f]: {"schema": schema[f]} for f in formats(name)}

    def given(known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "query",
                "explode": False,
                "description": schema["description"],
                "schema": {k: v for k, v in schema.items() if k != "description"},
            }
            for name, schema in known.items()
        ]

    plain = {FORMATS["json"]: {"schema": {"type": "object"}}}
    paths = {
        "/": operation("What there is", plain, [], "index"),
        "/openapi.json": operation("This description", plain, [], "openapi"),
    }
    schemas: dict[str, Any] = {
        "error": {
            "type": "object",
            "properties": {
                "error": {"type": "string"},
                "parameter": {"type": ["string", "null"]},
                "value": {"type": ["string", "null"], "maxLength": 40},
            },
            "required": ["error", "parameter", "value"],
        }
    }
    for name, resource in store.RESOURCES.items():
        paths[f"/{name}"] = operation(resource.about, listed(name), given(parameters(name)), name)
        schemas[name] = _columns(name)
        schemas[f"{name}_page"] = {
            "type": "object",
            "properties": {
                "edition": {"type": "string"},
                "count": {"type": "integer", "minimum": 0},
                "next": {"type": ["string", "null"]},
                "data": {"type": "array", "items": ref(name), "maxItems": MOST},
            },
            "required": ["edition", "count", "next", "data"],
        }
    code = {
        "name": "code",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "pattern": AREA},
    }
    form = {"format": parameters("areas")["format"]}
    paths["/areas/{code}"] = operation(
        "One area, as a page of one row", listed("areas"), [code, *given(form)], "area"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cultuuratlas", "version": "1", "description": LICENCE},
        "servers": [{"url": rooted(ROOT)}],
        "paths": paths,
        "components": {"schemas": schemas},
    }


HEADERS = {
    name: {"description": says, "schema": {"type": "string"}}
    for name, says in {
        "ETag": "Edition and query",
        "Link": "The next page, where there is one",
        "X-Total-Count": "Rows in all",
    }.items()
}
