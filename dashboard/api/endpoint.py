"""The public data API under `/api/v1`: `store.RESOURCES` as JSON, CSV, GeoJSON and Parquet, and
their description.

A parameter is described once, in JSON Schema: the same schema refuses a malformed request and
stands in the OpenAPI document. What will surprise you: a parameter that is not known is refused
too, for a filter with a typing error would otherwise give all rows. The API speaks English only.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

import pyarrow.parquet
from starlette.endpoints import HTTPEndpoint
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from dashboard import store
from dashboard.api.openapi import (
    AREA,
    FORMATS,
    FURTHEST,
    LICENCE,
    MANY,
    ROOT,
    USUAL,
    formats,
    openapi,
    parameters,
)
from dashboard.download.geojson import wound
from dashboard.download.table import sheet
from dashboard.words.root import rooted

METHODS = "GET, HEAD, OPTIONS"
# what must be an area of this edition
CODES = ("area", "parent", "municipality", "within", "code")
WITHIN = ("places", "ties")  # whose area is that and all within it
FORM = "api.html"  # the page to try it on, in the folder of each language of the site
TABLES = "/site/tables"  # each whole, in one file that can be read in parts
ANYTHING = "_"  # what scripts add so that no cache answers; it says nothing
COMMON = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, X-Total-Count",
    "Vary": "Accept",
}


@dataclass
class Refused(Exception):
    """A request that is not answered: the status of HTTP, why, and the parameter at fault with its
    value.
    """

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
        headers = (
            COMMON | {"Cache-Control": "no-store"} | ({"Allow": METHODS} if e.status == 405 else {})
        )
        return Response(_json(said), e.status, headers, FORMATS["json"])


def _found(request: Request, path: str) -> Response:
    """What is at a path below `/api/`. Raises Refused."""
    asked = request.query_params
    match path.removesuffix("/").split("/"):
        case [""] if not asked and request.headers.get("accept", "").startswith("text/html"):
            return RedirectResponse(rooted(f"/site/nl/{FORM}"), 303, COMMON)  # somebody looks
        case [""] | ["v1"]:
            _checked(asked.multi_items(), {})
            return kept(request, "", lambda: Response(_json(index()), media_type=FORMATS["json"]))
        case ["v1", "openapi.json"]:
            _checked(asked.multi_items(), {})
            return kept(
                request, "openapi", lambda: Response(_json(openapi()), media_type=FORMATS["json"])
            )
        case ["v1", "areas", code]:
            if not re.fullmatch(AREA, code) or not store.area(code):
                raise Refused(404, "no such area in this edition", "code", code)
            filters = _checked(asked.multi_items(), {"format": parameters("areas")["format"]})
            return _page(request, "areas", {**filters, "area": code})
        case ["v1", name] if name in store.RESOURCES:
            filters = _checked(asked.multi_items(), parameters(name))
            _checked_together(name, filters)
            return _page(request, name, filters)
    raise Refused(404, f"nothing here; {ROOT} says what there is", "path", f"/api/{path}")


def _page(request: Request, name: str, asked: dict[str, str]) -> Response:
    """A page of a resource in the format asked for."""
    offered = formats(name)
    form = asked.pop("format", None) or _accepted(request.headers.get("accept", ""), offered)
    limit, offset = int(asked.pop("limit", USUAL)), int(asked.pop("offset", 0))
    after = asked.pop("after", "")
    key = _json([name, sorted(asked.items()), limit, offset, after, form]).decode()

    def found() -> Response:
        filters = {f: _several(v, parameters(name)[f]) for f, v in asked.items()}
        try:
            table, count, end = store.page(
                name, filters, limit, offset, _row(after), shape=form == "geojson"
            )
        except (ValueError, RecursionError) as e:
            raise Refused(404, "is of no page of this resource", "after", after) from e
        headers = {"X-Total-Count": str(count)}
        onward = None
        if end:
            query = {**asked, "format": form, "limit": limit, "after": _after(end)}
            onward = f"{rooted(ROOT)}/{name}?{urlencode(query)}"
            headers["Link"] = f'<{onward}>; rel="next"'
        if form in ("csv", "parquet"):
            headers["Content-Disposition"] = (
                f'attachment; filename="cultuuratlas-{name}-{store.build()["id"]}.{form}"'
            )
        about = {"edition": store.build()["id"], "count": count, "next": onward}
        return Response(_body(form, table, about), 200, headers, FORMATS[form])

    return kept(request, key, found)


def _after(row: Sequence[str]) -> str:
    """What tells a row from all others, as it stands in an address."""
    return base64.urlsafe_b64encode(_json(row)).decode().rstrip("=")


def _row(after: str) -> list[str]:
    """The row that an address names; none for none. Raises ValueError for what names no row."""
    if not after:
        return []
    row = json.loads(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)))
    if not isinstance(row, list) or not all(isinstance(part, str) for part in row):
        raise ValueError(after)
    return row


def _body(form: str, table: pyarrow.Table, about: dict[str, Any]) -> bytes:
    """Rows in a format; `about` is the edition, the number of rows in all and the address of the
    next page.
    """
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
        f'{{"type":"Feature","geometry":{wound(row.pop("shape") or "null")},"properties":{_json(row).decode()}}}'
        for row in rows
    ]
    head = _json({"type": "FeatureCollection", **about}).decode()[:-1]
    return f'{head},"features":[{",".join(features)}]}}'.encode()


def kept(request: Request, key: str, found: Callable[[], Response]) -> Response:
    """An answer that may be kept for an hour; when the reader has it already, nothing is looked up
    or sent.

    The ETag is weak because Streamlit gzips what is longer than 1 kB, after us: the same figures in
    other bytes.
    """
    tag = f'"{store.version()}-{hashlib.sha256(key.encode()).hexdigest()[:16]}"'
    known = [
        k.strip().removeprefix("W/") for k in request.headers.get("if-none-match", "").split(",")
    ]
    if tag in known or "*" in known:
        response = Response(status_code=304, headers=COMMON | {"Vary": "Accept, Accept-Encoding"})
    else:
        response = found()
        response.headers.update(COMMON)
    response.headers.update({"ETag": f"W/{tag}", "Cache-Control": "public, max-age=3600"})
    return response


def _checked(
    given: Iterable[tuple[str, str]], known: Mapping[str, dict[str, Any]]
) -> dict[str, str]:
    """The parameters, each once and as its schema says. Raises Refused."""
    out: dict[str, str] = {}
    for name, value in given:
        if name == ANYTHING:
            continue
        if name not in known:
            says = f"known are {', '.join(known)}" if known else "there are none here"
            raise Refused(400, f"no such parameter; {says}", name, value)
        several = _several(value, known[name])
        if name in out:
            hint = (
                "; several values go in one, with commas between"
                if known[name]["type"] == "array"
                else ""
            )
            raise Refused(400, f"given twice{hint}", name, value)
        if len(several) > MANY:
            raise Refused(400, f"must be at most {MANY} values", name, value)
        for one in several:
            if fault := _fault(one, known[name].get("items", known[name])):
                if name == "area" and store.JOIN in one.replace(" ", store.JOIN):
                    fault = "a selection has no row of its own; ask with within for those in it"
                raise Refused(400, fault, name, one)
            if name in CODES and not store.area(one):
                raise Refused(404, "no such area in this edition", name, one)
            if name == "municipality" and (area := store.area(one)) and not area.is_municipality:
                raise Refused(400, "is no municipality", name, one)
        out[name] = value
    return out


def _checked_together(name: str, asked: Mapping[str, str]) -> None:
    """Raises Refused for filters that together can only give nothing: of an area that is not of
    that level, or not in that municipality; or of what is below a neighbourhood.
    """

    def areas(parameter: str) -> list[store.Area]:
        codes = asked[parameter].split(",") if parameter in asked else []
        return [area for code in codes if (area := store.area(code))]

    if "since" in asked:
        _checked_since(asked["since"])
    if wholes := areas("within"):
        _checked_within(wholes, areas("area"), asked)
    given, levels = areas("area"), asked.get("level", "").split(",")
    within = asked.get("municipality", "").split(",")
    hint = "ask with municipality or parent for what is within an area"
    if given and "level" in asked and not any(a.level in levels for a in given):
        raise Refused(400, f"no area asked for is of this level; {hint}", "level", asked["level"])
    is_apart = not any(a.municipality in within for a in given)
    if given and within != [""] and name not in WITHIN and is_apart:
        raise Refused(400, "no area asked for is in it", "municipality", asked["municipality"])
    if within != [""] and levels == [store.area_levels().country]:
        raise Refused(400, "the country is in no municipality", "level", levels[0])
    if (above := areas("parent")) and all(a.level == store.area_levels().finest for a in above):
        raise Refused(400, "there is no area below a neighbourhood", "parent", asked["parent"])


def _checked_within(
    wholes: Sequence[store.Area], named: Sequence[store.Area], asked: Mapping[str, str]
) -> None:
    """Raises Refused where none of the areas asked for lies in the wholes, or none in them is of
    the levels that are asked for.
    """
    if any(whole.is_country for whole in wholes):
        return
    inside = {code for whole in wholes for code in store.within(whole.code)}
    if named and not any(area.code in inside for area in named):
        raise Refused(400, "no area asked for lies in it", "within", asked["within"])
    if "level" in asked:
        order = store.scheme("area_level")
        parts = [p for w in wholes for p in (store.children(w.code) if w.is_selection else [w])]
        coarsest = min(order.index(part.level) for part in parts)
        if all(order.index(level) < coarsest for level in asked["level"].split(",")):
            raise Refused(400, "no area within is of this level", "level", asked["level"])


def _checked_since(since: str) -> None:
    """Raises Refused where this edition does not know what is new since an edition or a day: it was
    compared with the one before it, or with none.
    """
    build = store.build()
    if since in (build["id"], build["compared"]):
        return
    if "-" in since:
        try:
            date.fromisoformat(since)
        except ValueError as e:
            raise Refused(404, "there is no such day", "since", since) from e
        last = (build["compared_at"] if build["compared"] else build["built_at"])[:10]
        if since > last:
            return
    known = (
        f"edition {build['compared']} of {build['compared_at']}" if build["compared"] else "none"
    )
    raise Refused(
        404,
        f"this edition ({build['id']}) was compared with {known}; what is new since another or an "
        f"earlier day it does not know: take the whole from {TABLES}",
        "since",
        since,
    )


def _several(value: str, schema: Mapping[str, Any]) -> list[str]:
    """The values that a parameter holds."""
    return value.split(",") if schema["type"] == "array" else [value]


def _fault(value: str, schema: Mapping[str, Any]) -> str | None:
    """What is wrong with a value, if anything."""
    if schema["type"] == "integer":
        whole = re.fullmatch("[0-9]{1,9}", value)
        right = whole and schema["minimum"] <= int(value) <= schema["maximum"]
        fault = f"must be a whole number from {schema['minimum']} to {schema['maximum']}"
        if schema["maximum"] == FURTHEST:
            fault += f"; further on follow next, or take the whole table from {TABLES}"
        return None if right else fault
    if "enum" in schema:
        some = ", ".join(schema["enum"][:12]) + (", ..." if len(schema["enum"]) > 12 else "")
        return None if value in schema["enum"] else f"must be one of: {some}"
    return None if re.fullmatch(schema["pattern"], value) else f"must look like {schema['pattern']}"


def _accepted(header: str, offered: list[str]) -> str:
    """The format that the reader would rather have; JSON where it is all the same. Raises
    Refused.
    """
    wanted: list[tuple[float, str]] = []
    for part in header.split(",") if header.strip() else ["*/*"]:
        media, *rest = (p.strip().lower() for p in part.split(";"))
        quality = next((r[2:] for r in rest if r.startswith("q=")), "1")
        wanted.append(
            (float(quality) if re.fullmatch(r"[01](\.[0-9]{0,3})?", quality) else 0.0, media)
        )
    for weight, media in sorted(wanted, key=lambda w: -w[0]):
        for form in offered:
            if weight > 0 and media in (FORMATS[form], "*/*", FORMATS[form].split("/")[0] + "/*"):
                return form
    raise Refused(406, f"offered are {', '.join(FORMATS[f] for f in offered)}", "Accept", header)


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
        "openapi": f"{rooted(ROOT)}/openapi.json",
        "try": rooted(f"/site/en/{FORM}"),
        "resources": {name: f"{rooted(ROOT)}/{name}" for name in store.RESOURCES},
        "tables": {name: f"{rooted(TABLES)}/{name}.parquet" for name in store.schema()},
    }


def _clean(text: str | None) -> str | None:
    """At most 40 characters of what somebody sent, without what does not print."""
    return None if text is None else "".join(c if c.isprintable() else "\ufffd" for c in text[:40])


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
