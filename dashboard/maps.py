"""The map: deck.gl through pydeck, with geometry by URL and accessors that pick a character.

A map file carries, per area, one character for every series (see `store.marks`); a switch of indicator changes only
the accessor and its update trigger, so a few kilobytes. What will surprise you: Streamlit dims every area that is not
selected by wrapping `getFillColor`; the fill colour is therefore given to the sub-layer, where it is left alone.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pydeck
from PIL import Image, ImageDraw

from dashboard import store
from dashboard.figures import shown
from dashboard.picture import scales
from dashboard.store import Area, Observation
from dashboard.text import t
from dashboard.view import View

WIDE, NARROW = 640, 340  # the server does not know the width of the map, only whether it is asked by a phone
TILE = 512


@dataclass(frozen=True)
class Stop:
    """A point of a path: its sign in the circle, and its name beside it."""

    lon: float
    lat: float
    sign: str
    name: str


Box = tuple[float, float, float, float]  # west, south, east, north in degrees
BACKGROUND, PATTERNS = "/map/background.json", "/map/patterns.png"
FILL, SIGNS = "areas", "places"
WHITE_LINES, DARK_LINES = [255, 255, 255, 105], [20, 33, 61, 150]
TOOLTIP = {"backgroundColor": scales.INK, "color": scales.PAPER, "fontFamily": "inherit", "maxWidth": "16rem"}


def height(box: Box | None, phone: bool) -> int:
    """Height of the map in pixels, for what it shows; on a phone the figures below must be one thumb away."""
    west, south, east, north = box or store.NETHERLANDS
    ratio = 360 * (_mercator(south) - _mercator(north)) / max(east - west, 1e-6)
    most = 430 if phone else 560
    return round(max(240, min(most, ratio * (NARROW if phone else WIDE) + 24)))


def look(box: Box | None, phone: bool) -> dict[str, Any]:
    """Camera on the box, with some room around; on the country when there is none."""
    west, south, east, north = box or store.NETHERLANDS
    top, bottom = _mercator(north), _mercator(south)
    across = max((east - west) / 360, 1e-6)
    down = max(bottom - top, 1e-6)
    zoom = (
        min(math.log2((NARROW if phone else WIDE) / TILE / across), math.log2(height(box, phone) / TILE / down)) - 0.1
    )
    middle = math.degrees(math.atan(math.sinh(math.pi * (1 - (top + bottom)))))
    return {
        "longitude": (west + east) / 2,
        "latitude": middle,
        "zoom": round(min(zoom, 15), 2),
        "pitch": 0,
        "bearing": 0,
    }


def shown_box(view: View) -> Box | None:
    """What the map looks at first: its scope, or the district whose neighbourhoods are asked for."""
    area = view.area
    if area.level == "wijk" and view.level == "buurt" and area.west is not None:
        return area.west, area.south or 0, area.east or 0, area.north or 0
    return store.bounds(view.level, view.scope.code)


def _mercator(latitude: float) -> float:
    """Latitude to 0 (north) .. 1 (south) of the square web map."""
    return (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2


def address(level: str, scope: Area, lang: str) -> str:
    """Where the map file is served; the version of all that shapes it is in it, so it may be kept for ever."""
    return f"/map/{lang}/{level}/{scope.code}/{store.version()}.json"


@store.cached(32)
def file(level: str, scope: str, lang: str) -> bytes:
    """The gzipped GeoJSON of one map: outlines once, and per area one character for every series of its level.

    Properties: `code`, `i` its place in the file, `n` name, `c` the characters of `store.marks`, and where `_labelled`
    `v0`, `v1`, ...: what a tooltip says of the figure, in the language.
    """
    outlines, drawn = store.outlines(level, scope), store.series(level)
    labels: dict[str, dict[str, str]] = {code: {} for code in outlines}
    if _labelled(level, scope):
        figures = store.figures_of.load([*outlines])
        for code, (name, _) in outlines.items():
            for n, series in enumerate(drawn):
                o = figures[code].get(series) or Observation(code, name, None, None, None, "missing")
                labels[code][f"v{n}"] = shown(o, store.indicators()[series[0]], lang)
    features = []
    marks = store.marks(level, scope) if drawn else [""] * len(outlines)
    for n, ((code, (name, geometry)), mark) in enumerate(zip(outlines.items(), marks, strict=True)):
        known = {"code": code, "i": n, "n": name, "c": mark, **labels[code]}
        properties = json.dumps(known, ensure_ascii=False)
        features.append(f'{{"type":"Feature","geometry":{geometry},"properties":{properties}}}')
    body = '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"
    return gzip.compress(body.encode(), 6, mtime=0)


@dataclass(frozen=True)
class Paint:
    """How areas are filled: expressions of deck.gl's JSON for colour, pattern and the colour of its lines."""

    fill: str
    pattern: str
    lines: str | list[int]
    patterns: frozenset[str]  # the statuses that occur and have a pattern
    tip: str = ""  # the property that a tooltip says under the name

    @property
    def trigger(self) -> str:
        """What tells deck.gl that the fill has changed."""
        return hashlib.sha256(self.fill.encode()).hexdigest()[:8]


def painted(view: View) -> Paint:
    """The paint of one series of figures, of which the map file holds a character per area."""
    series = store.series(view.level).index((view.indicator.id, view.period))
    mark = f"properties.c[{series}]"
    colours = dict(zip("012345", [scales.rgb(c) for c in scales.palette(view.scale)], strict=False))
    estimates = dict(zip("abcdef", colours.values(), strict=False)) if "estimated" in view.statuses else {}
    blanks = {s[0].upper(): s for s in scales.STATUS_FILL if s in view.statuses}
    known = colours if "measured" in view.statuses else {}
    fills = {**known, **estimates, **{sign: scales.rgb(scales.STATUS_FILL[s]) for sign, s in blanks.items()}}
    patterns = {**({"a": "estimated"} if estimates else {}), **blanks, "": "measured"}
    return Paint(
        "@@=" + _choose(mark, fills),
        "@@=" + _choose(mark, patterns),
        "@@=" + _choose(mark, {"a": WHITE_LINES, "": DARK_LINES}),
        view.statuses - {"measured"},
        f"v{series}" if _labelled(view.level, view.scope.code) else "",
    )


def inked(marks: str, colours: dict[str, str]) -> Paint:
    """The paint of marks that a page computed: a character per area with an outline, by code.

    A mark is one of `colours`, or the capital of a status: white, with the pattern of that status. Several areas
    share a hexadecimal digit where there are few colours: with three, some 14,500 neighbourhoods are 11 kB.
    """
    blanks = {s[0].upper(): s for s in scales.STATUS_FILL if s[0].upper() in marks}
    fills = [*(scales.rgb(c) for c in colours.values()), scales.rgb(scales.PAPER)]
    order = {**{sign: n for n, sign in enumerate(colours)}, **dict.fromkeys(blanks, len(colours))}
    fill = _digits([order[m] for m in marks], len(fills))
    said = ["measured", *(s for s in blanks.values() if scales.PATTERN[s])]
    number = [said.index(blanks[m]) if m in blanks and blanks[m] in said else 0 for m in marks]
    pattern = _digits(number, max(2, len(said)))
    return Paint(f"@@=({_json(fills)})[{fill}]", f"@@=({_json(said)})[{pattern}]", DARK_LINES, frozenset(said[1:]))


def _digits(numbers: Sequence[int], base: int) -> str:
    """An expression for the number of an area, as many as fit to a hexadecimal digit; deck.gl's JSON calls nothing.

    Raises ValueError for numbers that do not fit.
    """
    share = max(n for n in range(1, 5) if base**n <= 16 or n == 1)
    if base > 16:
        raise ValueError(f"{base} colours do not fit a hexadecimal digit")
    powers = [base**n for n in range(share)]
    together = np.pad(np.array(numbers, dtype=int), (0, -len(numbers) % share)).reshape(-1, share) @ powers
    packed = "".join(np.array([*"0123456789abcdef"])[together])
    if share == 1:
        return f"+('0x'+('{packed}')[properties.i])"
    digit = f"+('0x'+('{packed}')[(properties.i/{share})|0])"
    return f"((({digit})/({_json(powers)})[properties.i%{share}])|0)%{base}"


def choropleth(
    view: View,
    places: Sequence[dict[str, Any]],
    paint: Paint,
    *,
    background: bool,
    phone: bool,
    dark: bool,
) -> pydeck.Deck:
    """The deck of one map: areas, patterns where not all is measured, borders, the chosen areas, places."""
    level, scope = view.level, view.scope.code
    camera = look(shown_box(view), phone)
    url = address(level, view.scope, view.lang)
    metres = 156_543 * math.cos(math.radians(camera["latitude"])) / 2 ** (camera["zoom"] + 1)
    shapes = {"@@type": "GeoJsonLayer", "data": url, "filled": False, "stroked": False}
    layers: list[dict[str, Any]] = [
        {
            **shapes,
            "id": FILL,
            "pickable": True,
            "autoHighlight": True,
            "highlightColor": [255, 255, 255, 70],
            "filled": True,
            "opacity": scales.OVER_BACKGROUND if background else 1,
            "_subLayerProps": {
                "polygons-fill": {"getFillColor": paint.fill, "updateTriggers": {"getFillColor": paint.trigger}},
            },
        }
    ]
    if paint.patterns:
        layers.append(
            {
                **shapes,
                "id": "patterns",
                "filled": True,
                "extensions": [{"@@type": "FillStyleExtension", "pattern": True}],
                "fillPatternAtlas": PATTERNS,
                "fillPatternMapping": {
                    s: {"x": n * 64, "y": 0, "width": 32, "height": 32}
                    for n, s in enumerate(store.STATUSES)
                    if s in {*paint.patterns, "measured"}
                },
                "fillPatternMask": True,
                "getFillPattern": paint.pattern,
                "getFillPatternScale": round(metres * 0.8, 2),
                "updateTriggers": {"getFillPattern": paint.trigger},
                "_subLayerProps": {
                    "polygons-fill": {
                        "getFillColor": paint.lines,
                        "updateTriggers": {"getFillColor": paint.trigger},
                    }
                },
            }
        )
    if scope != store.COUNTRY or level == "gemeente":
        # a layer of its own: lines are the dear part of a frame, and picking draws a frame of the pickable layers
        layers.append(
            {
                **shapes,
                "id": "lines",
                "stroked": True,
                "getLineColor": _line(dark),
                "lineWidthUnits": "pixels",
                "getLineWidth": 0.6 if scope == store.COUNTRY else 1,
            }
        )
    layers += _border("chosen", view.area, scales.ACCENT) if view.area != view.scope else []
    layers += _border("other", view.other, scales.OTHER) if view.other else []
    if places:
        layers.append(_signs(places, paint.tip, view.lang))
    return _Deck(
        layers=layers,
        initial_view_state=camera,
        # without a provider and with pydeck's own default style, Streamlit asks nobody for a background
        **({"map_provider": "maplibre", "map_style": BACKGROUND} if background else {"map_provider": None}),
        tooltip={
            "html": f"<b>{{n}}</b><br>{{{paint.tip}}}" if paint.tip else "<b>{n}</b>",
            "style": TOOLTIP,
        },
    )


def trail(
    stops: Sequence[Stop],
    seen: Sequence[Stop],
    outlines: Sequence[tuple[str, str]],
    box: Box,
    *,
    phone: bool,
    dark: bool,
) -> pydeck.Deck:
    """The deck of a path along `stops` on outlines (name, GeoJSON text), all in it: it asks for no file of a map.

    What is `seen` beside the path is a dot with its name.
    """
    shapes = [{"type": "Feature", "geometry": json.loads(shape), "properties": {"n": name}} for name, shape in outlines]
    ground = {
        "@@type": "GeoJsonLayer",
        "id": "ground",
        "data": {"type": "FeatureCollection", "features": shapes},
        "pickable": True,
        "filled": True,
        "getFillColor": scales.rgb("#3a434e" if dark else "#e3e8ee"),
        "stroked": True,
        "getLineColor": _line(dark),
        "lineWidthUnits": "pixels",
        "getLineWidth": 1,
    }
    camera, tooltip = look(box, phone), {"html": "<b>{n}</b>", "style": TOOLTIP}
    dots = {
        "@@type": "ScatterplotLayer",
        "id": "seen",
        "data": [{"p": [s.lon, s.lat], "n": s.name} for s in seen],
        "getPosition": "@@=p",
        "pickable": True,
        "radiusUnits": "pixels",
        "getRadius": 6,
        "getFillColor": scales.rgb(scales.tones(dark)[1]),
        "stroked": True,
        "lineWidthUnits": "pixels",
        "getLineWidth": 2,
        "getLineColor": scales.rgb(scales.tones(dark)[0]),
    }
    return _Deck(
        layers=[ground, dots, *_path(stops, dark)], initial_view_state=camera, map_provider=None, tooltip=tooltip
    )


def _line(dark: bool) -> list[int]:
    """The colour of borders."""
    return [232, 237, 242, 150] if dark else DARK_LINES


def _border(name: str, area: Area, colour: str) -> list[dict[str, Any]]:
    """A line around an area, on a light halo that keeps it apart from every fill."""
    outline = store.outline(area.code)
    if not outline:
        return []
    feature = {"type": "Feature", "geometry": json.loads(outline), "properties": {}}
    return [
        {
            "@@type": "GeoJsonLayer",
            "id": f"{name}-{part}",
            "data": feature,
            "filled": False,
            "stroked": True,
            "lineWidthUnits": "pixels",
            "getLineWidth": width,
            "getLineColor": scales.rgb(drawn),
        }
        for part, width, drawn in (("halo", 7, scales.PAPER), ("line", 3.5, colour))
    ]


def _labelled(level: str, scope: str) -> bool:
    """Whether tooltips hold figures; on a national map of neighbourhoods the file would grow threefold."""
    return scope != store.COUNTRY or level == "gemeente"


def _signs(places: Sequence[dict[str, Any]], second_line: str, lang: str) -> dict[str, Any]:
    """Places as signs: a shape and a colour per domain; the tooltip says kind and entrance."""

    def said(place: dict[str, Any]) -> str:
        known = {True: "yes", False: "no", None: "unknown"}[place["step_free"]]
        return f"{store.term('kind', place['kind'], lang)}; {t(f'step_free_{known}', lang)}"

    return {
        "@@type": "TextLayer",
        "id": SIGNS,
        "data": [
            {"p": [p["lon"], p["lat"]], "d": p["domain"], "n": p["name"] or t("no_name", lang), second_line: said(p)}
            for p in places
        ],
        "getPosition": "@@=p",
        "getText": "@@=" + _choose("d", {d: sign for d, (sign, _) in scales.DOMAIN.items()}),
        "getColor": "@@=" + _choose("d", {d: scales.rgb(colour) for d, (_, colour) in scales.DOMAIN.items()}),
        "characterSet": "".join(sign for sign, _ in scales.DOMAIN.values()),
        "sizeUnits": "meters",
        "getSize": 220,
        "sizeMinPixels": 4,
        "sizeMaxPixels": 20,
        "fontFamily": "sans-serif",
        "fontSettings": {"sdf": True, "fontSize": 48},
        "outlineWidth": 3,
        "outlineColor": [255, 255, 255, 255],
        "pickable": True,
    }


def _path(stops: Sequence[Stop], dark: bool) -> list[dict[str, Any]]:
    """A line along the stops, and at each its number and name."""
    line = [[s.lon, s.lat] for s in stops]
    ink, paper = (scales.rgb(c) for c in scales.tones(dark))
    words = {
        "@@type": "TextLayer",
        "getPosition": "@@=p",
        "fontFamily": "sans-serif",
        "fontWeight": 700,
        "fontSettings": {"sdf": True, "fontSize": 48},
        "characterSet": "auto",
    }
    side = [[0, -24], [0, 24]]  # names by turns above and below, for stops may lie close together
    data = [
        {"p": at, "n": s.sign, "w": s.name, "o": side[n % 2]} for n, (at, s) in enumerate(zip(line, stops, strict=True))
    ]
    return [
        {
            "@@type": "PathLayer",
            "id": "path",
            "data": [{"path": line}],
            "getPath": "@@=path",
            "getColor": scales.rgb(scales.ACCENT),
            "widthUnits": "pixels",
            "getWidth": 3,
        },
        {
            "@@type": "ScatterplotLayer",
            "id": "stops",
            "data": data,
            "getPosition": "@@=p",
            "radiusUnits": "pixels",
            "getRadius": 12,
            "getFillColor": scales.rgb(scales.ACCENT),
            "stroked": True,
            "lineWidthUnits": "pixels",
            "getLineWidth": 2,
            "getLineColor": paper,
        },
        {
            **words,
            "id": "numbers",
            "data": data,
            "getText": "@@=n",
            "getSize": 15,
            "getColor": scales.rgb(scales.PAPER),
        },
        {
            **words,
            "id": "names",
            "data": data,
            "getText": "@@=w",
            "getSize": 14,
            "getColor": ink,
            "getPixelOffset": "@@=o",
            "outlineWidth": 4,
            "outlineColor": paper,
        },
    ]


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


def _choose(name: str, options: dict[str, Any]) -> str:
    """An expression that picks by value: conditions in a chain.

    The last option is what is left. `a` alone stands for every small letter: all estimates.
    """
    *first, (_, last) = options.items()
    out = json.dumps(last, ensure_ascii=False, separators=(",", ":"))
    for value, chosen in reversed(first):
        test = ">=" if value == "a" and "b" not in options else "=="
        said = json.dumps(chosen, ensure_ascii=False, separators=(",", ":"))
        out = f"{name}{test}'{value}'?{said}:({out})"
    return out


class _Deck(pydeck.Deck):
    """A deck whose description is sent without the white space that pydeck adds."""

    def to_json(self) -> str:
        """The description as JSON."""
        return json.dumps(json.loads(super().to_json()), ensure_ascii=False, separators=(",", ":"))


@lru_cache(maxsize=1)
def patterns() -> bytes:
    """The patterns of the statuses as PNG, apart so that none bleeds into the next; only opacity is used."""
    image = Image.new("RGBA", (64 * len(store.STATUSES), 32), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    solid = (255, 255, 255, 255)
    for n, status in enumerate(store.STATUSES):
        left, sign = n * 64, scales.PATTERN[status][:1]
        for step in range(0, 32, 16):
            if sign in ("/", "x"):  # two parallels that meet across the edge of the tile
                _diagonal(draw, left, step, solid)
            if sign == "x":
                _diagonal(draw, left, step, solid, falling=True)
            if sign == "-":
                draw.rectangle((left, step + 6, left + 31, step + 8), fill=solid)
            if sign == ".":
                for row in (6, 22):
                    draw.ellipse((left + step + 5, row, left + step + 10, row + 5), fill=solid)
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _diagonal(draw: ImageDraw.ImageDraw, left: int, step: int, solid: Any, falling: bool = False) -> None:
    for x in range(32):
        y = (x + step) % 32 if falling else (step - x) % 32
        draw.rectangle((left + x, y, left + x, min(y + 2, 31)), fill=solid)


def background_style() -> dict[str, Any]:
    """The optional background: the Dutch government's raster tiles (PDOK, CC BY 4.0), no token needed."""
    tiles = "https://service.pdok.nl/brt/achtergrondkaart/wmts/v2_0/grijs/EPSG:3857/{z}/{x}/{y}.png"
    return {
        "version": 8,
        "sources": {
            "brt": {
                "type": "raster",
                "tiles": [tiles],
                "tileSize": 256,
                "minzoom": 6,
                "maxzoom": 19,
                "attribution": '<span role="listitem">Kadaster (PDOK), CC BY 4.0</span>',  # the control is a list
            }
        },
        "layers": [{"id": "brt", "type": "raster", "source": "brt"}],
    }
