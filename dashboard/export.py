"""Downloads: figures as CSV, Parquet and GeoJSON with their description, map and chart as PNG and SVG.

Every picture carries its title, sentence, unit, source, licence, date and the address that shows it again. Pictures are
drawn on the server with matplotlib, so that what is printed is the same in every browser. SVG output is free of dates
and random ids: twice the same view gives twice the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import math
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal

from dashboard import pack, scales, store
from dashboard.figures import class_labels, licence
from dashboard.finder import Asked, Pair
from dashboard.pack import CSV, Download, Telling, Told, file_name
from dashboard.text import meaning, t
from dashboard.view import BORDERS, View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PACK = ".pakket.zip"
SOCIAL_IN, SOCIAL_PX = (12.0, 6.75), (1200, 675)
PRINT_IN, PRINT_DPI, SOCIAL_DPI = 8.0, 200, 100
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

    what = (i.id, "land", store.COUNTRY)
    return files(what, made, [i.source], tell, link, view.lang, ("area", "indicator", "period"))


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
        out += _pictures("chart", name, partial(_diagram, diagram, tell, link, lang))
    out += more
    return [pack.download(name(PACK), tell, credits, out, link, lang), *out] if packed else out


def _diagram(draw: Callable[[], str], tell: Telling, link: str, lang: str, form: str, shape: str) -> bytes:
    """A diagram as `png` or `svg`, stamped with title, sentence, source and address."""
    svg = (_beside if shape == "social" else _below)(draw(), tell(lang), link, lang)
    return f"{svg}\n".encode() if form == "svg" else png(svg, 1 if shape == "social" else 3)


def _below(svg: str, told: Told, link: str, lang: str) -> str:
    """A sheet with a diagram below its title and sentence, as high as it needs."""
    inner, high = _size(svg)
    wide = max(inner, 640)
    head, y = _lines([(told.title, 20, "bold"), (told.sentence, 14, "normal")], 14, wide, 14)
    top = y + 14
    foot, y = _lines(_foot(told, link, lang, 11), 14, wide, top + high + 6)
    return _sheet(wide + 28, round(y + 14), head + foot, svg, (14 + (wide - inner) / 2, top, inner, high))


def _beside(svg: str, told: Told, link: str, lang: str) -> str:
    """A sheet of 16 by 9 with a diagram to the right of its title and sentence."""
    (inner, high), (wide, tall), column = _size(svg), SOCIAL_PX, 400
    foot_lines = _foot(told, link, lang, 13)
    _, deep = _lines(foot_lines, 24, wide - 48, 0)
    bottom = tall - deep - 20
    head, y = _lines([(told.title, 26, "bold")], 24, column, 20)
    room = max(1, int((bottom - y - 12) / (1.3 * 18)))
    said, _ = _lines([(told.sentence, 18, "normal")], 24, column, y + 8, room)
    foot, _ = _lines(foot_lines, 24, wide - 48, bottom)
    left, across, down = column + 40, wide - column - 64, bottom - 32
    scale = min(across / inner, down / high)
    place = (left + (across - scale * inner) / 2, 20 + (down - scale * high) / 2, scale * inner, scale * high)
    return _sheet(wide, tall, head + said + foot, svg, place)


def _size(svg: str) -> tuple[int, int]:
    found = re.search(r'width="(\d+)" height="(\d+)"', svg)
    if not found:
        raise ValueError("a diagram without its size")
    return int(found[1]), int(found[2])


def _foot(told: Told, link: str, lang: str, size: int) -> list[tuple[str, int, str]]:
    """How to read it, where it comes from, whether from a mirror, and who made it."""
    build = store.build()
    mirror = t("edition_mirror", lang) if build["mirror"] else ""
    made_by = f"{t('made_by', lang, build=build['id'])} · {link}"
    return [(text, size, "normal") for text in (told.key, told.source, mirror, made_by) if text]


def _lines(
    texts: Sequence[tuple[str, int, str]], x: float, wide: float, y: float, most: int | None = None
) -> tuple[str, float]:
    """Texts (with size and weight) below one another as SVG, and where they end; no more than `most` lines each."""
    out = []
    for text, size, weight in texts:
        fit = int(wide / (0.6 * size))
        for line in textwrap.wrap(text, fit, break_on_hyphens=False, max_lines=most, placeholder=" …"):
            y += 1.3 * size
            # as a style: the style sheet of a diagram holds for the whole sheet, and wins from attributes
            look = f"font:{weight} {size}px 'Source Sans 3',Arial,sans-serif;text-anchor:start;fill:{scales.INK}"
            out.append(f'<text x="{x:.0f}" y="{y:.0f}" style="{look}">{escape(line)}</text>')
    return "".join(out), y


def _sheet(wide: int, high: int, texts: str, svg: str, place: tuple[float, float, float, float]) -> str:
    """A white sheet with texts and a diagram in its place: left, top, width and height."""
    x, y, across, down = place
    at = f'<svg x="{x:.0f}" y="{y:.0f}" '
    placed = re.sub(r'width="\d+" height="\d+"', f'width="{across:.0f}" height="{down:.0f}"', svg, count=1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
        f'<rect width="100%" height="100%" fill="{scales.PAPER}"/>{texts}{placed.replace("<svg ", at, 1)}</svg>'
    )


def png(svg: str, zoom: int) -> bytes:
    """A picture of an SVG, so many pixels to each of its own; in a font that comes along, so the same everywhere."""
    import matplotlib
    import resvg_py

    family = "DejaVu Sans"
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            zoom=zoom,
            skip_system_fonts=True,
            font_dirs=[f"{matplotlib.get_data_path()}/fonts/ttf"],
            font_family=family,
            sans_serif_family=family,
        )
    )


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


def chart(view: View, link: str, form: str, shape: str) -> bytes:
    """The distribution as `png` or `svg`, for print or (`social`) lying 16 by 9."""
    from matplotlib.ticker import MaxNLocator

    drawn = view.distribution
    if not drawn:
        raise ValueError(f"no figures to draw for {view.title}")
    told = replace(view.told(view.lang), title=drawn.title)
    figure, axes = _page(told, link, view.lang, shape, 4.2)
    axes.bar(
        [left for left, *_ in drawn.bars],
        [count for *_, count, _ in drawn.bars],
        width=[right - left for left, right, *_ in drawn.bars],
        align="edge",
        color=[c for *_, c in drawn.bars],
        edgecolor=scales.INK,
        linewidth=0.6,
    )
    axes.set_xlabel(drawn.axis)
    axes.set_ylabel(drawn.count_axis)
    for n, (value, text) in enumerate(drawn.marks):
        axes.axvline(value, color=scales.PAPER, linewidth=4)
        axes.axvline(value, color=scales.INK, linewidth=1.6, linestyle=("-", "--", ":", "-.")[n % 4])
        axes.annotate(
            text,
            (value, 1.0),
            xytext=(0, 4 + 12 * n),
            xycoords=("data", "axes fraction"),
            textcoords="offset points",
            ha="left" if value < sum(axes.get_xlim()) / 2 else "right",
            fontsize=9,
        )
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(lambda value, _: format_decimal(value, locale=view.lang))
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#e3e5ea", linewidth=0.8)
    axes.set_axisbelow(True)
    return _bytes(figure, form)


Fill = tuple[str, str]  # colour, and the status that it has the pattern of


def map_picture(view: View, link: str, form: str, shape: str) -> bytes:
    """The map as `png` or `svg`, with its legend; a pattern per status, so it survives grey print."""
    colours = scales.palette(view.scale)
    fills = {
        o.code: (
            scales.STATUS_FILL[o.status]
            if o.value is None
            else colours[scales.class_of(round(o.value, view.indicator.decimals), view.scale.breaks)],
            o.status,
        )
        for o in view.found
    }
    labels = class_labels(view.scale.breaks, view.indicator, view.lang)
    legend = [
        ((c, "estimated" if view.estimated else "measured"), label) for c, label in zip(colours, labels, strict=True)
    ]
    legend += [((f, s), t(f"status_{s}", view.lang)) for s, f in scales.STATUS_FILL.items() if s in view.statuses]
    head = f"{view.unit} ({view.known})" if "estimated" in view.statuses else view.unit
    return _map(view.level, view.scope.code, fills, legend, head, view.told(view.lang), link, view.lang, form, shape)


def _inked_map(inked: Inked, tell: Telling, link: str, lang: str, form: str, shape: str) -> bytes:
    """A map of marks as `png` or `svg`."""
    looks: dict[str, Fill] = {m: (c, "measured") for m, c in inked.colours.items()}
    legend = [*zip(looks.values(), inked.labels, strict=True)]
    for status in (s for s in scales.STATUS_FILL if s[0].upper() in inked.marks):
        looks[status[0].upper()] = (scales.PAPER, status)
        legend.append((looks[status[0].upper()], t(f"gaps_blank_{status}", lang)))
    codes = store.outlines(inked.level, inked.scope)
    fills = {code: looks[mark] for code, mark in zip(codes, inked.marks, strict=True)}
    return _map(inked.level, inked.scope, fills, legend, inked.head, tell(lang), link, lang, form, shape)


def _map(
    level: str, scope: str, fills: Mapping[str, Fill], legend: Sequence[tuple[Fill, str]], head: str,
    told: Told, link: str, lang: str, form: str, shape: str,
) -> bytes:  # fmt: skip
    """Areas by code with their fill, and the legend: what each fill means, with what over it."""
    from matplotlib.collections import PathCollection
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    outlines = store.outlines(level, scope)
    west, south, east, north = store.bounds(level, scope) or store.NETHERLANDS
    aspect = 1 / math.cos(math.radians((south + north) / 2))
    high = 0.84 * PRINT_IN * (north - south) * aspect / (east - west) + 1.2
    figure, axes = _page(told, link, lang, shape, 0.5 + max(3.0, min(9.0, high)))
    by_status: dict[str, tuple[list[Any], list[str]]] = {}
    for code, (colour, status) in fills.items():
        if code in outlines:
            paths, colours = by_status.setdefault(status, ([], []))
            paths.append(_path(json.loads(outlines[code][1])))
            colours.append(colour)
    # so many lines would grey the colours; in the colour of the area they close the seams between areas
    many = len(outlines) > 5000
    edge, line = ("face", 0.1) if many else (scales.INK, 0.25 if len(outlines) > 500 else 0.5)
    for status, (paths, colours) in by_status.items():
        pattern: dict[str, Any] = {"hatch": _hatch(status), "hatchcolor": scales.INK}
        # in pixels a pattern per area takes twice the time of one over all areas, and in SVG half of it
        each, over_all = ({}, pattern) if form == "png" else (pattern, {})
        fill: dict[str, Any] = {"facecolors": colours, "edgecolors": edge, "linewidths": line}
        axes.add_collection(PathCollection(paths, **fill, **each), autolim=False)
        if over_all.get("hatch"):
            every = Path.make_compound_path(*paths)
            axes.add_artist(PathPatch(every, facecolor="none", linewidth=0, zorder=1, **over_all))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(aspect)
    axes.axis("off")
    _legend(figure, axes, legend, head, shape)
    return _bytes(figure, form)


def _hatch(status: str) -> str | None:
    return scales.PATTERN[status][:2] or None


def _legend(figure: Figure, axes: Axes, legend: Sequence[tuple[Fill, str]], head: str, shape: str) -> None:
    from matplotlib.patches import Patch

    entries = [Patch(fc=c, ec=scales.INK, lw=0.6, label=label, hatch=_hatch(s)) for (c, s), label in legend]
    size = 10 if len(entries) <= 8 else 8
    looks: dict[str, Any] = {"handles": entries, "title": head, "frameon": False, "fontsize": size}
    if shape == "social":
        figure.legend(loc="lower left", bbox_to_anchor=(0.03, 0.14), alignment="left", **looks)
    else:
        fit = int(960 / size / (max(len(label) for _, label in legend) + 7))  # columns: 96 signs of 10 points in all
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 0), ncols=max(1, min(4, fit)), **looks)


def _path(geometry: dict[str, Any]) -> Any:
    """A polygon or multipolygon as one path; holes are left open by the even-odd direction of their rings."""
    from matplotlib.path import Path

    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for polygon in parts for ring in polygon]
    if len(rings) == 1:
        return Path(rings[0], closed=True)
    return Path.make_compound_path(*[Path(ring, closed=True) for ring in rings])


def _page(told: Told, link: str, lang: str, shape: str, height_in: float) -> tuple[Figure, Axes]:
    """A figure with title, sentence, source, maker and axes: below one another, or (`social`) side by side."""
    from matplotlib.figure import Figure

    wide = shape == "social"
    title = textwrap.wrap(told.title, 30 if wide else 50)
    words = textwrap.wrap(told.sentence, 46 if wide else 90)
    made_by = f"{t('made_by', lang, build=store.build()['id'])} · {link}"
    foot = [
        line
        for text in (told.source, made_by)
        for line in textwrap.wrap(text, 155 if wide else 98, break_on_hyphens=False)
    ]
    if wide:
        figure = Figure(figsize=SOCIAL_IN, dpi=SOCIAL_DPI, facecolor=scales.PAPER)
        _, total = SOCIAL_IN
        place: tuple[float, float, float, float] = (0.4, 0.19, 0.57, 0.73)
    else:
        above, below = 0.32 + 0.28 * len(title) + 0.19 * len(words), 0.3 + 0.17 * len(foot)
        total = height_in + above + below
        figure = Figure(figsize=(PRINT_IN, total), dpi=PRINT_DPI, facecolor=scales.PAPER)
        place = (0.1, (below + 0.45) / total, 0.84, (height_in - 0.75) / total)
    left, top = (0.03, 0.35) if wide else (0.06, 0.18)
    figure.text(left, 1 - top / total, "\n".join(title), va="top", fontsize=15, fontweight="bold", color=scales.INK)
    lead = 1 - (top + 0.06 + 0.28 * len(title)) / total
    figure.text(left, lead, "\n".join(words), va="top", fontsize=10, color=scales.INK)
    figure.text(left, 0.12 / total, "\n".join(foot), va="bottom", fontsize=8.5, color=scales.QUIET)
    return figure, figure.add_axes(place)


def _bytes(figure: Figure, form: str) -> bytes:
    import matplotlib
    import numpy as np

    out = io.BytesIO()
    fixed: Any = {"svg.hashsalt": "cultuuratlas", "svg.fonttype": "none", "hatch.linewidth": 0.5}
    # numbers are written as numpy prints them, which another library may have changed for the whole process
    with matplotlib.rc_context(fixed), np.printoptions(legacy=False):
        figure.savefig(out, format=form, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()
