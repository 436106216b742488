"""The public data API under `/api/v1`: `store.RESOURCES` as JSON, CSV, GeoJSON and Parquet, and their description.

A parameter is described once, in JSON Schema: the same schema refuses a malformed request and stands in the OpenAPI
document. What will surprise you: a parameter that is not known is refused too, for a filter with a typing error would
otherwise give all rows. The API speaks English only.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pyarrow
import pyarrow.parquet
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import Response

from dashboard import store
from dashboard.export import sheet
from dashboard.text import meaning, t

ROOT = "/api/v1"
METHODS = "GET, HEAD, OPTIONS"
MOST, USUAL = 1000, 100  # rows of a page
MANY = 100  # values of a filter
FURTHEST = 100_000_000
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
AREA = "^(NL[0-9]{2}|GM[0-9]{4}|WK[0-9]{4}[0-9A-Z]{2}|BU[0-9]{4}[0-9A-Z]{4})$"  # WK0363ER: letters are CBS's own
CODES = ("area", "parent", "municipality", "code")  # what must be an area of this edition
COMMON = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count",
    "Vary": "Accept",
}


@dataclass
class Refused(Exception):
    """A request that is not answered: the status of HTTP, why, and the parameter at fault with its value."""

    status: int
    error: str
    parameter: str | None = None
    value: str | None = None


class Endpoint(HTTPEndpoint):
    """Everything under `/api`; the work is done beside the event loop."""

    async def dispatch(self) -> None:
        """Answer a request of any method."""
        request = Request(self.scope, self.receive)
        response = await asyncio.to_thread(answer, request)
        await response(self.scope, self.receive, self.send)


def answer(request: Request) -> Response:
    """The answer to a request, a refusal included."""
    if request.method == "OPTIONS":
        allowed = {
            "Allow": METHODS,
            "Access-Control-Allow-Methods": METHODS,
            "Access-Control-Allow-Headers": "Accept, If-None-Match",
            "Access-Control-Max-Age": "86400",
        }
        return Response(status_code=204, headers=COMMON | allowed)
    try:
        if request.method not in METHODS.split(", "):
            raise Refused(405, f"only {METHODS}", "method", request.method)
        return _found(request, request.path_params.get("path", ""))
    except Refused as e:
        said = {"error": e.error, "parameter": _clean(e.parameter), "value": _clean(e.value)}
        headers = COMMON | {"Cache-Control": "no-store"} | ({"Allow": METHODS} if e.status == 405 else {})
        return Response(_json(said), e.status, headers, FORMATS["json"])
    except store.StoreError as e:
        said = {"error": t(e.key, "en", detail=e.detail), "parameter": None, "value": None}
        return Response(_json(said), 503, COMMON | {"Cache-Control": "no-store"}, FORMATS["json"])


def _found(request: Request, path: str) -> Response:
    """What is at a path below `/api/`. Raises Refused."""
    asked = request.query_params
    match path.removesuffix("/").split("/"):
        case [""] | ["v1"]:
            _checked(asked.multi_items(), {})
            return _kept(request, "", lambda: Response(_json(index()), media_type=FORMATS["json"]))
        case ["v1", "openapi.json"]:
            _checked(asked.multi_items(), {})
            return _kept(request, "openapi", lambda: Response(_json(openapi()), media_type=FORMATS["json"]))
        case ["v1", "areas", code]:
            if not re.fullmatch(AREA, code) or not store.area(code):
                raise Refused(404, "no such area in this edition", "code", code)
            filters = _checked(asked.multi_items(), {"format": parameters("areas")["format"]})
            return _page(request, "areas", {**filters, "area": code})
        case ["v1", name] if name in store.RESOURCES:
            return _page(request, name, _checked(asked.multi_items(), parameters(name)))
    raise Refused(404, f"nothing here; {ROOT} says what there is", "path", f"/api/{path}")


def _page(request: Request, name: str, asked: dict[str, str]) -> Response:
    """A page of a resource in the format asked for."""
    offered = formats(name)
    form = asked.pop("format", None) or _accepted(request.headers.get("accept", ""), offered)
    limit, offset = int(asked.pop("limit", USUAL)), int(asked.pop("offset", 0))
    key = _json([name, sorted(asked.items()), limit, offset, form]).decode()

    def found() -> Response:
        filters = {f: _several(v, parameters(name)[f]) for f, v in asked.items()}
        table, count = store.page(name, filters, limit, offset, shape=form == "geojson")
        headers = {"X-Total-Count": str(count)}
        onward = None
        if offset + limit < min(count, FURTHEST):
            onward = f"{ROOT}/{name}?{urlencode({**asked, 'format': form, 'limit': limit, 'offset': offset + limit})}"
            headers["Link"] = f'<{onward}>; rel="next"'
        if form in ("csv", "parquet"):
            headers["Content-Disposition"] = f'attachment; filename="cultuuratlas-{name}-{store.build()["id"]}.{form}"'
        about = {"edition": store.build()["id"], "count": count, "next": onward}
        return Response(_body(form, table, about), 200, headers, FORMATS[form])

    return _kept(request, key, found)


def _body(form: str, table: pyarrow.Table, about: dict[str, Any]) -> bytes:
    """Rows in a format; `about` is the edition, the number of rows in all and the address of the next page."""
    if form == "parquet":
        out = io.BytesIO()
        said = {"edition": about["edition"], "licence": LICENCE}
        pyarrow.parquet.write_table(table.replace_schema_metadata(said), out)
        return out.getvalue()
    rows = table.to_pylist()
    if form == "csv":
        return sheet(rows, table.column_names)
    if form == "json":
        return _json({**about, "data": rows})
    features = [
        f'{{"type":"Feature","geometry":{row.pop("shape") or "null"},"properties":{_json(row).decode()}}}'
        for row in rows
    ]
    head = _json({"type": "FeatureCollection", **about}).decode()[:-1]
    return f'{head},"features":[{",".join(features)}]}}'.encode()


def _kept(request: Request, key: str, found: Callable[[], Response]) -> Response:
    """An answer that may be kept for an hour; when the reader has it already, nothing is looked up or sent.

    The ETag is weak because Streamlit gzips what is longer than 1 kB, after us: the same figures in other bytes.
    """
    tag = f'"{store.version()}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"'
    known = [k.strip().removeprefix("W/") for k in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        response = Response(status_code=304, headers=COMMON | {"Vary": "Accept, Accept-Encoding"})
    else:
        response = found()
        response.headers.update(COMMON)
    response.headers.update({"ETag": f"W/{tag}", "Cache-Control": "public, max-age=3600"})
    return response


def _checked(given: Iterable[tuple[str, str]], known: Mapping[str, dict[str, Any]]) -> dict[str, str]:
    """The parameters, each once and as its schema says. Raises Refused."""
    out: dict[str, str] = {}
    for name, value in given:
        if name not in known:
            says = f"known are {', '.join(known)}" if known else "there are none here"
            raise Refused(400, f"no such parameter; {says}", name, value)
        several = _several(value, known[name])
        if name in out:
            hint = "; several values go in one, with commas between" if known[name]["type"] == "array" else ""
            raise Refused(400, f"given twice{hint}", name, value)
        if len(several) > MANY:
            raise Refused(400, f"must be at most {MANY} values", name, value)
        for one in several:
            if fault := _fault(one, known[name].get("items", known[name])):
                raise Refused(400, fault, name, one)
            if name in CODES and not store.area(one):
                raise Refused(404, "no such area in this edition", name, one)
        out[name] = value
    return out


def _several(value: str, schema: Mapping[str, Any]) -> list[str]:
    """The values that a parameter holds."""
    return value.split(",") if schema["type"] == "array" else [value]


def _fault(value: str, schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a value, if anything."""
    if schema["type"] == "integer":
        whole = re.fullmatch("[0-9]{1,9}", value)
        right = whole and schema["minimum"] <= int(value) <= schema["maximum"]
        return None if right else f"must be a whole number from {schema['minimum']} to {schema['maximum']}"
    if "enum" in schema:
        some = ", ".join(schema["enum"][:12]) + (", ..." if len(schema["enum"]) > 12 else "")
        return None if value in schema["enum"] else f"must be one of: {some}"
    return None if re.fullmatch(schema["pattern"], value) else f"must look like {schema['pattern']}"


def _accepted(header: str, offered: list[str]) -> str:
    """The format that the reader would rather have; JSON where it is all the same. Raises Refused."""
    wanted: list[tuple[float, str]] = []
    for part in header.split(",") if header.strip() else ["*/*"]:
        media, *rest = (p.strip().lower() for p in part.split(";"))
        quality = next((r[2:] for r in rest if r.startswith("q=")), "1")
        wanted.append((float(quality) if re.fullmatch(r"[01](\.[0-9]{0,3})?", quality) else 0.0, media))
    for weight, media in sorted(wanted, key=lambda w: -w[0]):
        for form in offered:
            if weight > 0 and media in (FORMATS[form], "*/*", FORMATS[form].split("/")[0] + "/*"):
                return form
    raise Refused(406, f"offered are {', '.join(FORMATS[f] for f in offered)}", "Accept", header)


def formats(name: str) -> list[str]:
    """The formats of a resource: GeoJSON where it has a geometry."""
    return [f for f in FORMATS if f != "geojson" or store.RESOURCES[name].shape]


def index() -> dict[str, Any]:
    """Where to begin: what there is, the edition, and what may be done with it."""
    build = store.build()
    return {
        "edition": build["id"],
        "built_at": build["built_at"],
        "compared": build["compared"],
        "compared_at": build["compared_at"],
        "mirror": build["mirror"],
        "licence": LICENCE,
        "openapi": f"{ROOT}/openapi.json",
        "resources": {name: f"{ROOT}/{name}" for name in store.RESOURCES},
    }


# --- the description: parameters, columns, and the OpenAPI document


@store.cached(1)
def _values() -> dict[str, dict[str, Any]]:
    """The schema of every parameter; `resource.parameter` where a name means something else there."""

    def some(says: str, **kind: Any) -> dict[str, Any]:
        items = {"type": "string", **kind}
        says = f"{says}; several with commas between"
        return {"type": "array", "items": items, "minItems": 1, "maxItems": MANY, "description": says}

    def one(values: Iterable[str], says: str) -> dict[str, Any]:
        return some(says, enum=[*values])

    def like(pattern: str, says: str) -> dict[str, Any]:
        return some(says, pattern=pattern)

    def whole(least: int, most: int, usual: int, says: str) -> dict[str, Any]:
        return {"type": "integer", "minimum": least, "maximum": most, "default": usual, "description": says}

    return {
        "area": like(AREA, "Code of an area, such as GM0599"),
        "parent": like(AREA, "Code of the area directly above"),
        "municipality": like("^GM[0-9]{4}$", "Code of a municipality"),
        "level": one(("land", *store.LEVELS), "Country, municipality, district or neighbourhood"),
        "indicator": one(store.indicators(), "Id of an indicator"),
        "observations.period": one(store.known_periods("observation"), "Year of the figure"),
        "ties.period": one(store.known_periods("tie"), "Year of the tie"),
        "status": one(store.STATUSES, "Status of the figure"),
        "source": one(store.sources(), "Id of a source"),
        "sort": one(store.REVISIONS, "Sort of what is new"),
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
        "offset": whole(0, FURTHEST, 0, "Rows to pass over"),
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
    known = {f: values.get(f"{name}.{f}") or values[f] for f in (*store.RESOURCES[name].filters, "limit", "offset")}
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

    def operation(about: str, answers: dict[str, Any], given: list[dict[str, Any]], name: str) -> dict[str, Any]:
        refusals = {"400": "A malformed parameter", "404": "Nothing here", "405": "Another method than allowed"}
        refusals |= {"406": "No format that is accepted", "503": "No database to serve"}
        said = {
            k: {"description": v, "content": {FORMATS["json"]: {"schema": ref("error")}}} for k, v in refusals.items()
        }
        good = {"description": "Found", "headers": HEADERS, "content": answers}
        responses = {"200": good, "304": {"description": "Not changed since the ETag given"}, **said}
        return {"get": {"operationId": name, "summary": about, "parameters": given, "responses": responses}}

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
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string", "pattern": AREA}}
    form = {"format": parameters("areas")["format"]}
    paths["/areas/{code}"] = operation("One area, as a page of one row", listed("areas"), [code, *given(form)], "area")
    return {
        "openapi": "3.1.0",
        "info": {"title": "Cultuuratlas", "version": "1", "description": LICENCE},
        "servers": [{"url": ROOT}],
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


def _clean(text: str | None) -> str | None:
    """At most 40 characters of what somebody sent, without what does not print."""
    return None if text is None else "".join(c if c.isprintable() else "\ufffd" for c in text[:40])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
