"""The page on which the API can be tried: a form for each table, made of our own OpenAPI description,
with the address that it makes, lines for programs, and the first rows of the answer.

The form asks its own page, and the server asks the API: nothing runs in the browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from starlette.requests import Request

from dashboard import store
from dashboard.api import endpoint
from dashboard.api.openapi import ROOT, openapi
from dashboard.site import pages
from dashboard.site.metadata import Place
from dashboard.words.numbers import number
from dashboard.words.root import rooted
from dashboard.words.text import LANGUAGES, meaning, t

TABLE = "table"  # which table is asked, in the address of the page
FIRST = "observations"
IN_FULL = 3  # rows of the answer that stand there as JSON too
PAGING = ("offset", "after")  # no fields: a link goes on to the next rows
SCHEMES = {  # of a parameter, the terms that its values are
    "level": "area_level", "theme": "theme", "domain": "domain", "ecosystem_level": "level",
    "learning_form": "learning_form", "facet": "facet", "places.kind": "kind", "ties.kind": "tie",
}  # fmt: skip
CSV = (
    ("Python", 'import pandas as pd\nrows = pd.read_csv("{address}")'),
    ("R", 'rows <- read.csv("{address}", fileEncoding = "UTF-8-BOM")'),
)
PROGRAMS = {  # by format: what reads it in a few lines; JSON is read as CSV, which is a table
    "json": CSV,
    "csv": CSV,
    "parquet": (
        ("Python", 'import pandas as pd\nrows = pd.read_parquet("{address}")'),
        ("R", 'rows <- arrow::read_parquet("{address}")'),
    ),
    "geojson": (
        ("Python", 'import geopandas as gpd\nrows = gpd.read_file("{address}")'),
        ("R", 'rows <- sf::st_read("{address}")'),
    ),
}


def page(lang: str, query: str, place: Place) -> bytes:
    """The page in a language, for the query of its address. What the API refuses stands on it."""
    pairs = [(k, v.strip()) for k, v in parse_qsl(query, errors="replace") if v.strip()]
    name = next((v for k, v in pairs if k == TABLE and v in store.RESOURCES), FIRST)
    asked = {k: v for k, v in pairs if k not in (TABLE, "lang")}
    answer = _answer(name, asked)
    here = urlencode({TABLE: name, **asked})
    address = urljoin(place.base, f"{rooted(ROOT)}/{name}")
    rows = answer.get("data", [])
    count = number(answer.get("count", 0), 0, lang)
    return pages.rendered(
        "api.html",
        lang,
        place,
        root="../",
        path=f"{lang}/{endpoint.FORM}",
        paths={other: f"{other}/{endpoint.FORM}?{here}" for other in LANGUAGES},
        title=t("api_try", lang),
        description=t("api_lead", lang),
        table=TABLE,
        name=name,
        tables={other: t(f"api_{other}", lang) for other in store.RESOURCES},
        about=t(f"api_{name}_text", lang),
        fields=_fields(name, asked, lang),
        areas=[(a.code, a.name) for a in _suggested()],
        openapi=rooted(f"{ROOT}/openapi.json"),
        address=f"{address}?{urlencode(asked)}" if asked else address,
        programs=_programs(address, asked),
        refused=answer.get("error"),
        fault=" = ".join(str(answer[k]) for k in ("parameter", "value") if answer.get(k)),
        rows=rows,
        counted=t("api_counted", lang, n=count, shown=number(len(rows), 0, lang)),
        onward=_onward(name, answer.get("next")),
        full=json.dumps({**answer, "data": rows[:IN_FULL]}, ensure_ascii=False, indent=2),
        columns={c: meaning(name.removesuffix("s"), c, lang) for c in (rows or [{}])[0]},
    )


def _answer(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """What the API answers, as JSON: rows, or why it refuses. A format that it does not know is
    refused too.
    """
    known = {"format": "json"} if asked.get("format") in endpoint.formats(name) else {}
    query = urlencode({**asked, **known})
    scope = {"type": "http", "method": "GET", "headers": [], "query_string": query.encode()}
    response = endpoint.answer(Request(scope | {"path_params": {"path": f"v1/{name}"}}))
    answer: dict[str, Any] = json.loads(bytes(response.body))
    return answer


def _fields(name: str, asked: Mapping[str, str], lang: str) -> list[dict[str, Any]]:
    """A field for each parameter: its name, what it means, its value, and what can be chosen."""
    fields = []
    for parameter in openapi()["paths"][f"/{name}"]["get"]["parameters"]:
        called, schema = parameter["name"], parameter["schema"]
        if called in PAGING:
            continue
        values = schema.get("items", schema).get("enum")
        value = asked.get(called, "")
        within = called == "area" and name in endpoint.WITHIN
        chosen = {v: _label(name, called, v, lang) for v in values or ()}
        if values and value and value not in chosen:  # several, or what the API refuses
            chosen[value] = value
        fields.append(
            {
                "name": called,
                "label": t(f"api_field_{'within' if within else called}", lang),
                "value": value,
                "choices": chosen,
                "is_area": called in endpoint.CODES,
                "whole": schema if schema["type"] == "integer" else None,
            }
        )
    return fields


def _label(name: str, parameter: str, value: str, lang: str) -> str:
    """A value as readers know it, with what it is called in an address."""
    labels: dict[str, Callable[[], str]] = {
        "indicator": lambda: store.indicators()[value].text("label", lang),
        "status": lambda: t(f"status_{value}", lang),
        "source": lambda: str(store.sources()[value]["title"]),
    }
    scheme = SCHEMES.get(f"{name}.{parameter}") or SCHEMES.get(parameter)
    if scheme:
        return f"{store.term(scheme, value, lang)} ({value})"
    return f"{labels[parameter]()} ({value})" if parameter in labels else value


@store.cached(1)
def _suggested() -> list[store.Area]:
    """The areas that a field suggests: the country, what is directly below it, and every
    municipality.
    """
    top = store.area(store.country())
    below = [*([top] if top else []), *store.children(store.country()), *store.all_municipalities()]
    return [*{area.code: area for area in below}.values()]


def _programs(address: str, asked: Mapping[str, str]) -> list[tuple[str, str]]:
    """By program a few lines that take the same rows."""
    form = asked.get("format", "json")
    read = {**asked, "format": "csv" if form == "json" else form}
    curl = f"{address}?{urlencode(asked)}" if asked else address
    lines = PROGRAMS.get(form, CSV)
    return [
        ("curl", f"curl '{curl}'"),
        *(
            (program, line.format(address=f"{address}?{urlencode(read)}"))
            for program, line in lines
        ),
    ]


def _onward(name: str, following: str | None) -> str:
    """The query of this page that shows the next rows; blank after the last."""
    if not following:
        return ""
    query = {k: v for k, v in parse_qsl(urlsplit(following).query) if k != "format"}
    return urlencode({TABLE: name, **query})
