"""Everything that can be taken away of an answer or of a view: figures, pictures, and the
journalist's pack of all.

Twice the same gives twice the same bytes.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pyarrow
import pyarrow.parquet

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import BORDERS, View
from dashboard.download import geo, pack, workbook
from dashboard.download.address import short
from dashboard.download.geojson import wound
from dashboard.download.pack import CSV, Download, file_name
from dashboard.download.stamp import chart, map_picture, marked_map, stamped
from dashboard.download.table import csvw, origin, sheet
from dashboard.words.numbers import origins
from dashboard.words.text import meaning, t

PACK = ".pakket.zip"
COLUMNS = {
    "area": "string", "name": "string", "level": "string", "indicator": "string", "label": "string",
    "period": "string", "value": "number", "low": "number", "high": "number", "unit": "string", "status": "string",
    "method": "string", "source": "string", "publisher": "string", "licence": "string", "retrieved": "date",
    "via": "string",
}  # fmt: skip


def view_files(view: View, link: str) -> dict[str, list[Download]]:
    """Per group the downloads, the journalist's pack of all of them first.

    `link` is the address, host included, that shows the view.
    """
    name = partial(file_name, view.indicator.id, view.level, view.scope.code, view.period)
    described: list[Download] = [
        ("download_csv", name(".csv"), CSV, partial(table, view)),
        (
            "download_csvw",
            name(".csv-metadata.json"),
            "application/csvm+json",
            partial(description, view, link),
        ),
    ]
    figures: list[Download] = [
        *described,
        *spreadsheets(
            name,
            partial(rows, view),
            lambda: {column: meaning("view", column, view.lang) for column in COLUMNS},
            partial(view.wording, view.lang),
            link,
            view.lang,
        ),
        (
            "download_parquet",
            name(".parquet"),
            "application/vnd.apache.parquet",
            partial(parquet, view),
        ),
        ("download_geojson", name(".geojson"), "application/geo+json", partial(geojson, view)),
        ("download_geopackage", name(".gpkg"), geo.GEOPACKAGE, partial(geopackage, view)),
    ]
    pictures = {
        "map": _pictures("map", name, partial(map_picture, view, short("explore", {}, link)))
    }
    if view.distribution:
        printed = short("explore", {"show": "chart"}, link)
        pictures["chart"] = _pictures("chart", name, partial(chart, view, printed))
    packed = [*described, *(file for files in pictures.values() for file in files)]
    whole = pack.download(name(PACK), view.wording, view.sources, packed, link, view.lang)
    return {"pack": [whole], "figures": figures, **pictures}


def spreadsheets(
    name: Callable[[str], str],
    rows: Callable[[], list[dict[str, Any]]],
    columns: Callable[[], dict[str, str]],
    wording: Callable[[], Wording],
    link: str,
    lang: str,
) -> list[Download]:
    """A workbook of figures and their description, and a CSV that a Dutch spreadsheet reads."""

    def about() -> dict[str, str]:
        wordings = wording()
        return {
            t("workbook_title", lang): f"{wordings.title}. {wordings.sentence}",
            t("workbook_source", lang): wordings.source,
            t("not_conclude", lang): " ".join(wordings.cautions),
            t("workbook_link", lang): link,
            t("workbook_edition", lang): store.build()["id"],
        }

    def made() -> bytes:
        return workbook.figures(rows(), columns(), about(), lang)

    return [
        ("download_xlsx", name(".xlsx"), workbook.MIME, made),
        ("download_csv_dutch", name(".nl.csv"), CSV, lambda: sheet(rows(), columns(), dutch=True)),
    ]


def _pictures(
    what: str, name: Callable[[str], str], draw: Callable[[str, str], bytes]
) -> list[Download]:
    """A `map` or `chart` for print, for social media and as SVG; `draw` makes it in a form and a
    shape.
    """
    stem = {"map": ".kaart", "chart": ".grafiek"}[what]
    return [
        (f"download_{what}_png", name(f"{stem}.png"), "image/png", partial(draw, "png", "print")),
        (
            f"download_{what}_social",
            name(f"{stem}-liggend.png"),
            "image/png",
            partial(draw, "png", "social"),
        ),
        (
            f"download_{what}_svg",
            name(f"{stem}.svg"),
            "image/svg+xml",
            partial(draw, "svg", "print"),
        ),
    ]


def rows(view: View) -> list[dict[str, Any]]:
    """The figures, a row per area, each with unit, status, source and licence; the keys are
    COLUMNS.
    """
    source = store.sources()[view.indicator.source]
    digits = view.indicator.decimals + 2
    return [
        {
            "area": o.code,
            "name": o.name,
            "level": view.level,
            "indicator": view.indicator.id,
            "label": view.label,
            "period": view.period,
            "value": None if o.value is None else round(o.value, digits),
            "low": None if o.low is None else round(o.low, digits),
            "high": None if o.high is None else round(o.high, digits),
            "unit": view.unit,
            "status": o.status,
            "method": o.method,
            "source": source["title"],
            "publisher": source["publisher"],
            "licence": source["licence"],
            "retrieved": source["retrieved"][:10],
            "via": source["via"],
        }
        for o in view.found
    ]


def table(view: View) -> bytes:
    """The figures as CSV in UTF-8 with a byte order mark."""
    return sheet(rows(view))


def description(view: View, link: str) -> bytes:
    """What the CSV holds, as W3C Tabular Metadata: title, source, licence, and what each column
    means.
    """
    source = store.sources()[view.indicator.source]
    return csvw(
        file_name(view.indicator.id, view.level, view.scope.code, view.period, ".csv"),
        {name: (kind, meaning("view", name, view.lang)) for name, kind in COLUMNS.items()},
        ["area", "indicator", "period"],
        view.lang,
        {
            "dc:title": view.title,
            "dc:description": f"{view.indicator.text('description', view.lang)} {view.sentence}",
            **origin([source], link, view.lang),
            "skos:scopeNote": " ".join(view.cautions),
        },
    )


def _arrow(view: View) -> pyarrow.Table:
    """The figures as a table of Arrow."""
    kinds = {"string": pyarrow.string(), "number": pyarrow.float64(), "date": pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    return pyarrow.Table.from_pylist(rows(view), schema=schema)


def parquet(view: View) -> bytes:
    """The figures as Parquet."""
    out = io.BytesIO()
    pyarrow.parquet.write_table(_arrow(view), out)
    return out.getvalue()


def geopackage(view: View) -> bytes:
    """The figures and outlines as a GeoPackage of one layer; an area without an outline has none."""
    outlines = store.outlines(view.level, view.scope.code)
    shapes = [outlines[o.code][1] if o.code in outlines else None for o in view.found]
    says = f"{view.title}. {view.source}"
    return geo.geopackage([geo.Layer(view.level, _arrow(view), shapes, says)])


def geojson(view: View) -> bytes:
    """The figures and outlines as GeoJSON; an area without an outline has none here either."""
    outlines = store.outlines(view.level, view.scope.code)
    features = []
    for row in rows(view):
        geometry = wound(outlines[row["area"]][1]) if row["area"] in outlines else "null"
        properties = json.dumps(row, ensure_ascii=False)
        features.append(f'{{"type":"Feature","geometry":{geometry},"properties":{properties}}}')
    head = json.dumps({"title": view.title, "source": view.source}, ensure_ascii=False)[1:-1]
    return f'{{"type":"FeatureCollection",{head},"features":[{",".join(features)}]}}'.encode()


def answer_files(
    answer: Answer, link: str, lang: str, more: Sequence[Download] = (), *, packed: bool = True
) -> list[Download]:
    """Downloads of an answer, made when they are asked for; `link` is the address that shows it
    again.

    The journalist's pack of all of them first (where `packed`), the CSV and its description,
    sources included, the map or diagram where there is one, and what the page makes itself.
    """
    name = partial(file_name, *answer.id)
    rows = partial(_rows, answer, link)
    out: list[Download] = [
        ("download_csv", name(".csv"), CSV, lambda: sheet(rows())),
        (
            "download_csvw",
            name(".csv-metadata.json"),
            "application/csvm+json",
            lambda: _described(answer, rows(), link, lang),
        ),
    ]
    credits, area_map, diagram = [*answer.sources], answer.map, answer.diagram

    def printed(show: str) -> str:
        """What stands under a picture; what is in no edition has no address of its own."""
        asked = answer.asked | ({"show": show} if show == "map" and diagram else {})
        return short(answer.id[0], asked, link) if packed else link

    if area_map:
        draw = partial(marked_map, area_map)
        at = printed("map")
        out += _pictures("map", name, lambda *form: draw(answer.wording(lang), at, lang, *form))
        credits.append(BORDERS)
    if diagram:
        here = printed("chart")
        out += _pictures(
            "chart", name, lambda *form: stamped(answer.wording(lang), here, lang, diagram(), *form)
        )
    out += more
    whole = pack.download(name(PACK), answer.wording, credits, out, link, lang)
    return [*([whole] if packed else []), *out[:2], *_spreadsheets(answer, link, lang), *out[2:]]


def answer_workbook(answer: Answer, link: str, lang: str) -> bytes:
    """The table of an answer as a workbook; `link` is the address that shows it again."""
    return _spreadsheets(answer, link, lang)[0][3]()


def answer_dutch(answer: Answer, link: str, lang: str) -> bytes:
    """The table of an answer as a CSV for a spreadsheet in Dutch."""
    return _spreadsheets(answer, link, lang)[1][3]()


def _spreadsheets(answer: Answer, link: str, lang: str) -> list[Download]:
    def columns() -> dict[str, str]:
        return {column: _says(column, lang) for column in (_rows(answer, link) or [{}])[0]}

    return spreadsheets(
        partial(file_name, *answer.id),
        partial(_rows, answer, link),
        columns,
        partial(answer.wording, lang),
        link,
        lang,
    )


def _rows(answer: Answer, link: str) -> list[dict[str, Any]]:
    """The rows of an answer, each with its source and the address that shows it."""
    source = origins(answer.sources)
    return [{**row, "source": row.get("source", source), "link": link} for row in answer.rows()]


def _says(column: str, lang: str) -> str:
    """What a column of an answer means; one of a factor is called `factor:column`."""
    factor, _, part = column.partition(":")
    known = store.indicators().get(factor)
    label = known.text("label", lang) if known else meaning("files", factor, lang)
    return f"{label}: {meaning('files', part, lang)}" if part else label


def _described(answer: Answer, rows: list[dict[str, Any]], link: str, lang: str) -> bytes:
    """What the CSV of an answer holds, as W3C Tabular Metadata."""

    def kind(values: list[Any]) -> str:
        first = next((v for v in values if v is not None), 0.0)
        return {bool: "boolean", str: "string"}.get(type(first), "number")

    wording = answer.wording(lang)
    columns = {c: (kind([r[c] for r in rows]), _says(c, lang)) for c in rows[0]} if rows else {}
    about = {
        "dc:title": wording.title,
        **origin([store.sources()[s] for s in answer.sources], link, lang),
        "skos:scopeNote": " ".join(wording.cautions),
    }
    return csvw(file_name(*answer.id, ".csv"), columns, [*answer.key], lang, about)
