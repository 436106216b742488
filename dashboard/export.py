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
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

from babel.numbers import format_decimal

from dashboard import scales, store
from dashboard.figures import class_labels
from dashboard.finder import ACCESS, Asked, Pair, Places
from dashboard.text import t
from dashboard.view import View

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Download = tuple[str, str, str, Callable[[], bytes]]
SOCIAL_IN = (12.0, 6.75)
PRINT_IN, PRINT_DPI, SOCIAL_DPI = 8.0, 200, 100
COLUMNS = {
    "area": "string", "name": "string", "level": "string", "indicator": "string", "label": "string",
    "period": "string", "value": "number", "low": "number", "high": "number", "unit": "string", "status": "string",
    "method": "string", "source": "string", "publisher": "string", "licence": "string", "retrieved": "date",
    "via": "string",
}  # fmt: skip


def downloads(view: View, link: str) -> dict[str, list[Download]]:
    """Per group the downloads: text key, end of the file name, media type, and what makes the bytes when asked.

    `link` is the address, host included, that shows the view.
    """
    figures: list[Download] = [
        ("download_csv", "csv", "text/csv", partial(table, view)),
        ("download_csvw", "csv-metadata.json", "application/csvm+json", partial(description, view, link)),
        ("download_parquet", "parquet", "application/vnd.apache.parquet", partial(parquet, view)),
        ("download_geojson", "geojson", "application/geo+json", partial(geojson, view)),
    ]
    pictures: dict[str, list[Download]] = {}
    for what, ending, draw in (("map", "kaart", map_picture), ("chart", "grafiek", chart)):
        if what == "chart" and not view.distribution:
            continue
        pictures[what] = [
            (f"download_{what}_png", f"{ending}.png", "image/png", partial(draw, view, link, "png", "print")),
            (
                f"download_{what}_social",
                f"{ending}-liggend.png",
                "image/png",
                partial(draw, view, link, "png", "social"),
            ),
            (f"download_{what}_svg", f"{ending}.svg", "image/svg+xml", partial(draw, view, link, "svg", "print")),
        ]
    return {"figures": figures, **pictures}


def file_name(view: View, ending: str) -> str:
    """A name that says what is in the file, edition included."""
    parts = ("cultuuratlas", view.indicator.id, view.level, view.scope.code, view.period, store.build()["id"])
    return f"{'-'.join(parts)}.{ending}"


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
        writer.writerow([_plain(v) if isinstance(v, str) else v for v in row.values()])
    return ("\ufeff" + out.getvalue()).encode()


def _plain(text: str) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return "'" + text if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def description(view: View, link: str) -> bytes:
    """What the CSV holds, as W3C Tabular Metadata: title, source, licence, and what each column means."""
    source = store.sources()[view.indicator.source]
    return _csvw(
        file_name(view, "csv"),
        {name: (kind, t(f"csv_{name}", view.lang)) for name, kind in COLUMNS.items()},
        ["area", "indicator", "period"],
        view.lang,
        {
            "dc:title": view.title,
            "dc:description": f"{view.indicator.text('description', view.lang)} {view.sentence}",
            "dc:source": source["url"],
            "dc:creator": source["publisher"],
            "dc:license": source["licence"],
            "dc:identifier": link,
            "cultuuratlas:not_to_conclude": view.indicator.text("caveat", view.lang),
        },
    )


def _csvw(url: str, columns: dict[str, tuple[str, str]], key: list[str], lang: str, about: dict[str, Any]) -> bytes:
    """W3C Tabular Metadata of a CSV: `columns` are name to datatype and meaning."""
    out = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": url,
        **about,
        "cultuuratlas:edition": store.build()["id"],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [{"name": n, "datatype": kind, "dc:description": says} for n, (kind, says) in columns.items()],
            "primaryKey": key,
        },
    }
    return json.dumps(out, ensure_ascii=False, indent=2).encode()


def pair_files(pair: Pair, title: str, link: str, lang: str) -> list[Download]:
    """Downloads of need beside access: the CSV and its description."""

    def made() -> list[dict[str, Any]]:
        same = {"level": pair.level, "indicator": pair.need, "measure": pair.measure, **_places(pair.places)}
        return [{"area": r.pop("code"), **r, **same} for r in pair.rows()]

    return files("need", made, [*credited([pair.need]), ACCESS], "gaps_not_participation", title, link, lang)


def finder_files(asked: Asked, weights: tuple[int, ...], title: str, link: str, lang: str) -> list[Download]:
    """Downloads of the finder: every area with its score, bounds and receipt, and the weights, filters and sources."""

    def made() -> list[dict[str, Any]]:
        same = {**_places(asked.places), "scope": asked.scope, "least_residents": asked.least}
        out = []
        for r in asked.rows(weights):
            row: dict[str, Any] = {"area": r["code"], "name": r["name"], "municipality": r["municipality"]}
            row |= {"level": asked.level, "group": asked.who, "residents": round(r["residents"]), "band": r["band"]}
            row |= {k: round(r[k], 2) for k in ("score", "low", "high")}
            row |= {"rank_best": r["best"], "rank_worst": r["worst"]}
            row |= {"chance_worst_fifth": round(r["chance"], 4), "steady": r["steady"]}
            for line in asked.receipt(weights, r):
                factor = line["factor"]
                row |= {factor: round(line["value"], line["decimals"] + 2), f"{factor}:status": line["status"]}
                row |= {f"{factor}:period": line["period"], f"{factor}:percent": round(line["percent"], 4)}
                row |= {f"{factor}:weight": line["weight"], f"{factor}:points": round(line["points"], 4)}
            out.append({**row, **same})
        return out

    needs = [n for n in asked.names if n != ACCESS]
    return files("finder", made, [*credited(needs), ACCESS], "gaps_find_not_0", title, link, lang)


def cluster_files(indicator: str, title: str, link: str, lang: str) -> list[Download]:
    """Downloads of the clusters of a measured indicator."""
    made = partial(store.clusters, indicator)
    return files("clusters", made, credited([indicator]), "gaps_clusters_not", title, link, lang)


def credited(indicators: list[str]) -> list[str]:
    """The sources of some indicators, each once."""
    return [*dict.fromkeys(store.indicators()[i].source for i in indicators)]


def _places(places: Places) -> dict[str, Any]:
    return {"places": f"{places.scheme}:{places.term}", "mode": places.mode, "step_free": places.step_free}


def files(
    what: str,
    made: Callable[[], list[dict[str, Any]]],
    named: list[str],
    caveat: str,
    title: str,
    link: str,
    lang: str,
    key: Sequence[str] = ("area",),
) -> list[Download]:
    """The CSV and its description, sources included, of rows that a page computes when they are asked for."""
    name = f"cultuuratlas-{what}-{store.build()['id']}.csv"
    sources = [store.sources()[s] for s in named]
    said = "; ".join(f"{s['publisher']}, {s['title']} ({s['licence']})" for s in sources)

    def rows() -> list[dict[str, Any]]:
        return [{**row, "source": said, "link": link} for row in made()]

    def meaning(column: str) -> str:
        factor, _, part = column.partition(":")
        known = store.indicators().get(factor)
        label = known.text("label", lang) if known else t(f"csv_{factor}", lang)
        return f"{label}: {t(f'csv_{part}', lang)}" if part else label

    def kind(values: list[Any]) -> str:
        first = next((v for v in values if v is not None), 0.0)
        return {bool: "boolean", str: "string"}.get(type(first), "number")

    def about() -> bytes:
        found = rows()
        columns = {c: (kind([r[c] for r in found]), meaning(c)) for c in found[0]} if found else {}
        facts = {
            "dc:title": title,
            "dc:source": [s["url"] for s in sources],
            "dc:creator": [s["publisher"] for s in sources],
            "dc:license": [s["licence"] for s in sources],
            "dc:identifier": link,
            "cultuuratlas:not_to_conclude": t(caveat, lang),
        }
        return _csvw(name, columns, [*key], lang, facts)

    return [
        ("download_csv", f"{what}-{store.build()['id']}.csv", "text/csv", lambda: sheet(rows())),
        ("download_csvw", f"{what}-{store.build()['id']}.csv-metadata.json", "application/csvm+json", about),
    ]


def diagram_files(what: str, svg: str, title: str, sentence: str, source: str, link: str, lang: str) -> list[Download]:
    """A diagram (SVG with `width` and `height`) as SVG and PNG, stamped with title, sentence, source and address."""
    stamped = partial(_stamped, svg, title, sentence, source, link, lang)
    name = f"{what}-{store.build()['id']}"
    return [
        ("download_chart_png", f"{name}.png", "image/png", lambda: png(stamped())),
        ("download_chart_svg", f"{name}.svg", "image/svg+xml", lambda: stamped().encode()),
    ]


def _stamped(svg: str, title: str, sentence: str, source: str, link: str, lang: str) -> str:
    found = re.search(r'width="(\d+)" height="(\d+)"', svg)
    if not found:
        raise ValueError("a diagram without its size")
    inner, high = map(int, found.groups())
    wide = max(inner, 640)
    made_by = f"{t('made_by', lang, build=store.build()['id'])} · {link}"
    lines, y = [], 14.0
    parts = ((title, 20, "bold"), (sentence, 14, "normal"))
    for text, size, weight in parts:
        for line in textwrap.wrap(text, int(wide / (0.56 * size))):
            y += 1.3 * size
            lines.append(f'<text x="14" y="{y:.0f}" font-size="{size}" font-weight="{weight}">{escape(line)}</text>')
    top = y + 14
    y = top + high + 6
    for text in (source, made_by):
        for line in textwrap.wrap(text, int(wide / 6.2), break_on_hyphens=False):
            y += 15
            lines.append(f'<text x="14" y="{y:.0f}" font-size="11">{escape(line)}</text>')
    box = f'width="{wide + 28}" height="{y + 14:.0f}" viewBox="0 0 {wide + 28} {y + 14:.0f}"'
    placed = svg.replace("<svg ", f'<svg x="{14 + (wide - inner) / 2:.0f}" y="{top:.0f}" ', 1)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {box}><rect width="100%" height="100%" fill="{scales.PAPER}"/>'
        f'<g fill="{scales.INK}" font-family="Source Sans 3,Arial,sans-serif">{"".join(lines)}</g>{placed}</svg>'
    )


def png(svg: str, zoom: int = 3) -> bytes:
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
    figure, axes = _page(view, drawn.title, link, shape, 4.2)
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


def map_picture(view: View, link: str, form: str, shape: str) -> bytes:
    """The map as `png` or `svg`, with its legend; a pattern per status, so it survives grey print."""
    from matplotlib.collections import PathCollection

    outlines = store.outlines(view.level, view.scope.code)
    west, south, east, north = store.bounds(view.level, view.scope.code) or store.NETHERLANDS
    aspect = 1 / math.cos(math.radians((south + north) / 2))
    high = 0.84 * PRINT_IN * (north - south) * aspect / (east - west) + 1.2
    figure, axes = _page(view, view.title, link, shape, 0.5 + max(3.0, min(9.0, high)))
    colours = scales.palette(view.scale)
    by_status: dict[str, tuple[list[Any], list[str]]] = {}
    for o in view.found:
        if o.code in outlines:
            paths, fills = by_status.setdefault(o.status, ([], []))
            paths.append(_path(json.loads(outlines[o.code][1])))
            fills.append(
                scales.STATUS_FILL[o.status]
                if o.value is None
                else colours[scales.class_of(round(o.value, view.indicator.decimals), view.scale.breaks)]
            )
    # so many lines would grey the colours; in the colour of the area they close the seams between areas
    many = len(outlines) > 5000
    edge, line = ("face", 0.1) if many else (scales.INK, 0.25 if len(outlines) > 500 else 0.5)
    for status, (paths, fills) in by_status.items():
        hatch = scales.PATTERN[status][:2] or None
        looks: dict[str, Any] = {
            "facecolors": fills,
            "edgecolors": edge,
            "linewidths": line,
            "hatch": hatch,
            "hatchcolors": scales.INK,
        }
        axes.add_collection(PathCollection(paths, **looks))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect(aspect)
    axes.axis("off")
    _legend(view, figure, axes, shape)
    return _bytes(figure, form)


def _legend(view: View, figure: Figure, axes: Axes, shape: str) -> None:
    from matplotlib.patches import Patch

    estimated = "estimated" in view.statuses and "measured" not in view.statuses
    labels = class_labels(view.scale.breaks, view.indicator, view.lang)
    looks = [
        (c, label, "//" if estimated else None) for c, label in zip(scales.palette(view.scale), labels, strict=True)
    ]
    looks += [
        (fill, t(f"status_{s}", view.lang), scales.PATTERN[s][:2] or None)
        for s, fill in scales.STATUS_FILL.items()
        if s in view.statuses
    ]
    entries = [Patch(fc=c, ec=scales.INK, lw=0.6, label=label, hatch=hatch) for c, label, hatch in looks]
    title = f"{view.unit} ({t('status_estimated', view.lang)})" if estimated else view.unit
    if shape == "social":
        figure.legend(
            handles=entries, title=title, loc="lower left", bbox_to_anchor=(0.03, 0.14), frameon=False, alignment="left"
        )
    else:
        axes.legend(handles=entries, title=title, loc="upper center", bbox_to_anchor=(0.5, 0), ncols=4, frameon=False)


def _path(geometry: dict[str, Any]) -> Any:
    """A polygon or multipolygon as one path; holes are left open by the even-odd direction of their rings."""
    from matplotlib.path import Path

    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    rings = [ring for polygon in parts for ring in polygon]
    if len(rings) == 1:
        return Path(rings[0], closed=True)
    return Path.make_compound_path(*[Path(ring, closed=True) for ring in rings])


def _page(view: View, heading: str, link: str, shape: str, height_in: float) -> tuple[Figure, Axes]:
    """A figure with title, sentence, source, maker and axes: below one another, or (`social`) side by side."""
    from matplotlib.figure import Figure

    wide = shape == "social"
    title = textwrap.wrap(heading, 30 if wide else 60)
    words = textwrap.wrap(view.sentence, 46 if wide else 90)
    made_by = f"{t('made_by', view.lang, build=store.build()['id'])} · {link}"
    foot = [
        line
        for text in (view.source, made_by)
        for line in textwrap.wrap(text, 165 if wide else 105, break_on_hyphens=False)
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

    out = io.BytesIO()
    fixed: Any = {"svg.hashsalt": "cultuuratlas", "svg.fonttype": "none", "hatch.linewidth": 0.5}
    with matplotlib.rc_context(fixed):
        figure.savefig(out, format=form, metadata={"Date": None} if form == "svg" else {"Software": None})
    return out.getvalue()
