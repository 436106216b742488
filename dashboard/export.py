"""Downloads: figures as CSV, Parquet and GeoJSON with their description, map and chart as PNG and SVG.

Every picture carries its title, sentence, unit, source, licence, date and the address that shows it again. Pictures are
the SVG that is on the screen, made into pixels on the server. Twice the same view gives twice the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from dashboard import pack, store
from dashboard.figures import class_labels, licence
from dashboard.finder import Asked, Pair
from dashboard.pack import CSV, Download, Telling, Told, file_name
from dashboard.picture import scales
from dashboard.picture.areas import Fill, areas
from dashboard.picture.bars import bars
from dashboard.picture.sheet import Legend, Words, picture
from dashboard.picture.trend import Point, trend
from dashboard.text import meaning, t
from dashboard.view import BORDERS, View

PACK = ".pakket.zip"
LICENCES = {  # the addresses of the licences of the sources, by SPDX id
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}
COLUMNS = {
    "area": "string", "name": "string", "level": "string", "indicator": "string", "label": "string",
    "period": "string", "value": "number", "low": "number", "high": "number", "unit": "string", "status": "string",
    "method": "string", "source": "string", "publisher": "string", "licence": "string", "retrieved": "date",
    "via": "string",
}  # fmt: skip


def downloads(view: View, link: str) -> dict[str, list[Download]]:
    """Per group the downloads, the journalist's pack of all of them first.

    `link` is the address, host included, that shows the view.
    """
    name = partial(file_name, view.indicator.id, view.level, view.scope.code, view.period)
    described: list[Download] = [
        ("download_csv", name(".csv"), CSV, partial(table, view)),
        ("download_csvw", name(".csv-metadata.json"), "application/csvm+json", partial(description, view, link)),
    ]
    figures: list[Download] = [
        *described,
        ("download_parquet", name(".parquet"), "application/vnd.apache.parquet", partial(parquet, view)),
        ("download_geojson", name(".geojson"), "application/geo+json", partial(geojson, view)),
    ]
    pictures = {"map": _pictures("map", name, partial(map_picture, view, link))}
    if view.distribution:
        pictures["chart"] = _pictures("chart", name, partial(chart, view, link))
    packed = [*described, *(file for files in pictures.values() for file in files)]
    whole = pack.download(name(PACK), view.told, view.sources, packed, link, view.lang)
    return {"pack": [whole], "figures": figures, **pictures}


def _pictures(what: str, name: Callable[[str], str], draw: Callable[[str, str], bytes]) -> list[Download]:
    """A `map` or `chart` for print, for social media and as SVG; `draw` makes it in a form and a shape."""
    stem = {"map": ".kaart", "chart": ".grafiek"}[what]
    return [
        (f"download_{what}_png", name(f"{stem}.png"), "image/png", partial(draw, "png", "print")),
        (f"download_{what}_social", name(f"{stem}-liggend.png"), "image/png", partial(draw, "png", "social")),
        (f"download_{what}_svg", name(f"{stem}.svg"), "image/svg+xml", partial(draw, "svg", "print")),
    ]


def rows(view: View) -> list[dict[str, Any]]:
    """The figures, a row per area, each with unit, status, source and licence; the keys are COLUMNS."""
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


def sheet(found: list[dict[str, Any]], columns: Iterable[str] = COLUMNS) -> bytes:
    """Rows as CSV in UTF-8 with a byte order mark; `columns` are the head where there is no row."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(found[0] if found else columns)
    for row in found:
        writer.writerow(map(_cell, row.values()))
    return ("\ufeff" + out.getvalue()).encode()


def _cell(value: Any) -> Any:
    """Text that a spreadsheet does not take for a formula, and yes and no as W3C Tabular Metadata writes them."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def description(view: View, link: str) -> bytes:
    """What the CSV holds, as W3C Tabular Metadata: title, source, licence, and what each column means."""
    source = store.sources()[view.indicator.source]
    return _csvw(
        file_name(view.indicator.id, view.level, view.scope.code, view.period, ".csv"),
        {name: (kind, meaning("view", name, view.lang)) for name, kind in COLUMNS.items()},
        ["area", "indicator", "period"],
        view.lang,
        {
            "dc:title": view.title,
            "dc:description": f"{view.indicator.text('description', view.lang)} {view.sentence}",
            **_origin([source], link, view.lang),
            "skos:scopeNote": " ".join(view.cautions),
        },
    )


def _origin(sources: Sequence[Mapping[str, Any]], link: str, lang: str) -> dict[str, Any]:
    """Where figures come from, as W3C Tabular Metadata: a licence by its address, and in words where none is stated."""
    licences = dict.fromkeys(LICENCES[s["licence"]] for s in sources if s["licence"] in LICENCES)
    return {
        "dc:source": [pack.address(s, link) for s in sources],
        "dc:creator": [s["publisher"] for s in sources],
        "dc:license": [{"@id": address} for address in licences],
        "dc:rights": [f"{s['publisher']}, {s['title']}: {licence(s['licence'], lang)}" for s in sources],
        "dc:identifier": link,
    }


def _csvw(url: str, columns: dict[str, tuple[str, str]], key: list[str], lang: str, about: dict[str, Any]) -> bytes:
    """W3C Tabular Metadata of a CSV: `columns` are name to datatype and meaning."""
    out = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": url,
        **about,
        "schema:version": store.build()["id"],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [{"name": n, "datatype": kind, "dc:description": says} for n, (kind, says) in columns.items()],
            "primaryKey": key,
        },
    }
    return (json.dumps(out, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True)
class Inked:
    """A map of marks that a page computed: a character per area with an outline, by code.

    A mark is one of `colours`, each with its label, or the capital of a status.
    """

    level: str
    scope: str
    marks: str
    colours: dict[str, str]
    labels: Sequence[str]
    head: str = ""


def pair_files(pair: Pair, tell: Telling, inked: Inked, link: str, lang: str) -> list[Download]:
    """Downloads of need beside access."""

    def made() -> list[dict[str, Any]]:
        same = {"level": pair.level, "indicator": pair.need, "place_distance:indicator": pair.distance}
        same |= {"period": store.periods(pair.need, pair.level)[0]}
        same |= {"place_distance:period": store.periods(pair.distance, pair.level)[0]}
        return [{"area": r.pop("code"), **r, **same} for r in pair.rows()]

    what = ("need", pair.need, pair.level, pair.scope)
    return files(what, made, credited([pair.need, pair.distance]), tell, link, lang, inked=inked)


def finder_files(
    asked: Asked, weights: tuple[int, ...], tell: Telling, inked: Inked, link: str, lang: str
) -> list[Download]:
    """Downloads of the finder: every area with its score, bounds and receipt, and the weights, filters and sources."""

    def made() -> list[dict[str, Any]]:
        same = {"scope": asked.scope, "least_residents": asked.least}
        out = []
        for r in asked.rows(weights):
            row: dict[str, Any] = {"area": r["code"], "name": r["name"], "municipality": r["municipality"]}
            row |= {"level": asked.level, "group": asked.who, "residents": round(r["residents"]), "band": r["band"]}
            row |= {"chance_worst_fifth": round(r["chance"], 4)}
            row |= {k: None if r[k] is None else round(r[k], 2) for k in ("score", "low", "high")}
            row |= {"rank_best": r["best"], "rank_worst": r["worst"]}
            for line in asked.receipt(weights, r):
                factor = line["factor"]
                row |= {factor: round(line["value"], line["decimals"] + 2), f"{factor}:status": line["status"]}
                row |= {f"{factor}:period": line["period"], f"{factor}:percent": round(line["percent"], 4)}
                row |= {f"{factor}:weight": line["weight"], f"{factor}:points": round(line["points"], 4)}
            out.append({**row, **same})
        return out

    what = ("finder", asked.who, asked.level, asked.scope)
    return files(what, made, credited([*asked.names]), tell, link, lang, inked=inked)


def cluster_files(indicator: str, tell: Telling, inked: Inked, link: str, lang: str) -> list[Download]:
    """Downloads of the clusters of a measured indicator."""

    def made() -> list[dict[str, Any]]:
        return [{**r, "status": "estimated"} for r in store.clusters(indicator)]

    return files(("clusters", indicator), made, [*credited([indicator]), "cluster"], tell, link, lang, inked=inked)


def trend_files(view: View, tell: Telling, link: str) -> list[Download]:
    """Downloads of a figure of the country only: all its periods."""
    i = view.indicator

    def made() -> list[dict[str, Any]]:
        same = {"area": store.COUNTRY, "level": "land", "indicator": i.id, "label": view.label, "unit": view.unit}
        return [{**same, **r} for r in store.trend(i.id, store.COUNTRY)]

    points = trend_points(i.id)
    drawn = partial(trend, points, view.unit, i.decimals, view.lang, False, False) if len(points) > 1 else None
    what, key = (i.id, "land", store.COUNTRY), ("area", "indicator", "period")
    return files(what, made, [i.source], tell, link, view.lang, key, diagram=drawn)


def trend_points(indicator: str) -> list[Point]:
    """The figures of the country, oldest first."""
    known = (r for r in store.trend(indicator, store.COUNTRY) if r["value"] is not None)
    return [Point(r["period"], r["value"], r["low"], r["high"]) for r in known]


def credited(indicators: list[str]) -> list[str]:
    """The sources of some indicators, each once."""
    return [*dict.fromkeys(store.indicators()[i].source for i in indicators)]


def origins(names: Sequence[str]) -> str:
    """Sources as a cell of a CSV names them: publisher, title and licence of each."""
    found = (store.sources()[n] for n in names)
    return "; ".join(f"{s['publisher']}, {s['title']} ({s['licence']})" for s in found)


def files(
    what: Sequence[str],
    made: Callable[[], list[dict[str, Any]]],
    named: Sequence[str],
    tell: Telling,
    link: str,
    lang: str,
    key: Sequence[str] = ("area",),
    *,
    inked: Inked | None = None,
    diagram: Callable[[], str] | None = None,
    more: Sequence[Download] = (),
    packed: bool = True,
) -> list[Download]:
    """Downloads of what a page computes when they are asked for; `what` tells it from all else of the edition.

    The journalist's pack of all of them first (where `packed`), the CSV and its description, sources included, the
    map or diagram (SVG with `width` and `height`) where there is one, and what the page makes itself. A row that says
    its own `source` keeps it; any other is of all that are `named`.
    """
    name = partial(file_name, *what)
    sources = [store.sources()[s] for s in named]
    said = origins(named)

    def rows() -> list[dict[str, Any]]:
        return [{**row, "source": row.get("source", said), "link": link} for row in made()]

    def says(column: str) -> str:
        factor, _, part = column.partition(":")
        known = store.indicators().get(factor)
        label = known.text("label", lang) if known else meaning("files", factor, lang)
        return f"{label}: {meaning('files', part, lang)}" if part else label

    def kind(values: list[Any]) -> str:
        first = next((v for v in values if v is not None), 0.0)
        return {bool: "boolean", str: "string"}.get(type(first), "number")

    def about() -> bytes:
        found, told = rows(), tell(lang)
        columns = {c: (kind([r[c] for r in found]), says(c)) for c in found[0]} if found else {}
        facts = {
            "dc:title": told.title,
            **_origin(sources, link, lang),
            "skos:scopeNote": " ".join(told.cautions),
        }
        return _csvw(name(".csv"), columns, [*key], lang, facts)

    out: list[Download] = [
        ("download_csv", name(".csv"), CSV, lambda: sheet(rows())),
        ("download_csvw", name(".csv-metadata.json"), "application/csvm+json", about),
    ]
    credits = [*named]
    if inked:
        out += _pictures("map", name, partial(_inked_map, inked, tell, link, lang))
        credits.append(BORDERS)
    if diagram:
        out += _pictures("chart", name, lambda *form: _sheet(tell(lang), link, lang, diagram(), *form))
    out += more
    return [pack.download(name(PACK), tell, credits, out, link, lang), *out] if packed else out


def parquet(view: View) -> bytes:
    """The figures as Parquet."""
    import pyarrow
    import pyarrow.parquet

    kinds = {"string": pyarrow.string(), "number": pyarrow.float64(), "date": pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in COLUMNS.items()])
    out = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows(view), schema=schema), out)
    return out.getvalue()


def geojson(view: View) -> bytes:
    """The figures and outlines as GeoJSON; an area without an outline has none here either."""
    outlines = store.outlines(view.level, view.scope.code)
    features = []
    for row in rows(view):
        geometry = outlines[row["area"]][1] if row["area"] in outlines else "null"
        properties = json.dumps(row, ensure_ascii=False)
        features.append(f'{{"type":"Feature","geometry":{geometry},"properties":{properties}}}')
    head = json.dumps({"title": view.title, "source": view.source}, ensure_ascii=False)[1:-1]
    return f'{{"type":"FeatureCollection",{head},"features":[{",".join(features)}]}}'.encode()


def _sheet(
    told: Told, link: str, lang: str, drawn: str, form: str, shape: str, legend: Legend = (), head: str = ""
) -> bytes:
    """A drawing as `png` or `svg`, stamped with title, sentence, source, maker and address.

    How to read it is said where there is no legend.
    """
    build = store.build()
    mirror = t("edition_mirror", lang) if build["mirror"] else ""
    made_by = " ".join([*([mirror] if mirror else []), t("made_by", lang, build=build["id"])])
    foot = ("" if legend else told.key, told.source, made_by, link)
    return picture(drawn, Words(told.title, told.sentence, foot, legend, head), form, shape)


def chart(view: View, link: str, form: str, shape: str) -> bytes:
    """The distribution as `png` or `svg`, for print or (`social`) lying 16 by 9."""
    drawn = view.distribution
    if not drawn:
        raise ValueError(f"no figures to draw for {view.title}")
    told = replace(view.told(view.lang), title=drawn.title, key="")
    return _sheet(told, link, view.lang, bars(drawn, view.lang, False, False), form, shape)


def map_picture(view: View, link: str, form: str, shape: str) -> bytes:
    """The map as `png` or `svg`, with its legend; a pattern per status, so it survives grey print."""
    colours = scales.palette(view.scale)
    fills = {
        o.code: Fill(
            scales.STATUS_FILL[o.status]
            if o.value is None
            else colours[scales.class_of(round(o.value, view.indicator.decimals), view.scale.breaks)],
            o.status,
        )
        for o in view.found
    }
    labels = class_labels(view.scale.breaks, view.indicator, view.lang)
    known = "estimated" if view.estimated else "measured"
    legend = [(Fill(c, known), label) for c, label in zip(colours, labels, strict=True)]
    blanks = [(s, f) for s, f in scales.STATUS_FILL.items() if s in view.statuses]
    legend += [(Fill(f, s), t(f"status_{s}", view.lang)) for s, f in blanks]
    head = f"{view.unit} ({view.known})" if "estimated" in view.statuses else view.unit
    drawn = _map(view.level, view.scope.code, fills)
    return _sheet(view.told(view.lang), link, view.lang, drawn, form, shape, legend, head)


def _inked_map(inked: Inked, tell: Telling, link: str, lang: str, form: str, shape: str) -> bytes:
    """A map of marks as `png` or `svg`."""
    looks = {m: Fill(c) for m, c in inked.colours.items()}
    legend = [*zip(looks.values(), inked.labels, strict=True)]
    for status in (s for s in scales.STATUS_FILL if s[0].upper() in inked.marks):
        looks[status[0].upper()] = Fill(scales.PAPER, status)
        legend.append((looks[status[0].upper()], t(f"gaps_blank_{status}", lang)))
    codes = store.outlines(inked.level, inked.scope)
    fills = {code: looks[mark] for code, mark in zip(codes, inked.marks, strict=True)}
    return _sheet(tell(lang), link, lang, _map(inked.level, inked.scope, fills), form, shape, legend, inked.head)


def _map(level: str, scope: str, fills: Mapping[str, Fill]) -> str:
    outlines = {code: shape for code, (_, shape) in store.outlines(level, scope).items()}
    return areas(outlines, fills, store.bounds(level, scope) or store.NETHERLANDS)
