"""The map in the browser: deck.gl through pydeck, with geometry by URL.

What will surprise you: Streamlit dims every area that is not selected by wrapping `getFillColor`;
the fill colour is therefore given to the sub-layer, where it is left alone.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pydeck

from dashboard import store
from dashboard.answer.view import Ground
from dashboard.map.camera import Box, Room, line_width, look, shown_box
from dashboard.map.file import address
from dashboard.map.paint import Paint, choose
from dashboard.picture import scales
from dashboard.picture.areas import BORDER, HALO
from dashboard.store import Area
from dashboard.words.root import rooted
from dashboard.words.text import t


@dataclass(frozen=True)
class Waypoint:
    """A point of a path: its sign in the circle, and its name beside it."""

    lon: float
    lat: float
    sign: str
    name: str


BACKGROUND, PATTERNS = "/map/background.json", "/map/patterns.png"
FILL, SIGNS = "areas", "places"
TOOLTIP = {
    "backgroundColor": scales.INK,
    "color": scales.PAPER,
    "fontFamily": "inherit",
    "maxWidth": "16rem",
}


def choropleth(
    ground: Ground,
    places: Sequence[dict[str, Any]],
    paint: Paint,
    *,
    background: bool,
    room: Room,
    dark: bool,
) -> pydeck.Deck:
    """The deck of one map: areas, patterns where not all is measured, borders, the chosen areas,
    places.
    """
    level, scope = ground.level, ground.scope.code
    camera = look(shown_box(ground), room)
    url = address(level, ground.scope, ground.lang)
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
                "polygons-fill": {
                    "getFillColor": paint.fill,
                    "updateTriggers": {"getFillColor": paint.trigger},
                },
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
                "fillPatternAtlas": rooted(PATTERNS),
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
    if scope != store.country() or level == store.area_levels().municipality:
        # a layer of its own: lines are the dear part of a frame, and picking draws a frame of the
        # pickable layers
        layers.append(
            {
                **shapes,
                "id": "lines",
                "stroked": True,
                "getLineColor": _line(dark),
                "lineWidthUnits": "pixels",
                "getLineWidth": line_width(ground),
            }
        )
    layers += _border("chosen", ground.area, scales.ACCENT) if ground.area != ground.scope else []
    layers += _border("other", ground.other, scales.OTHER) if ground.other else []
    if places:
        layers.append(_signs(places, paint.tip, ground.lang))
    return _Deck(
        layers=layers,
        initial_view_state=camera,
        # without a provider and with pydeck's own default style, Streamlit asks nobody for a
        # background
        **(
            {"map_provider": "maplibre", "map_style": rooted(BACKGROUND)}
            if background
            else {"map_provider": None}
        ),
        tooltip={
            "html": f"<b>{{n}}</b><br>{{{paint.tip}}}" if paint.tip else "<b>{n}</b>",
            "style": TOOLTIP,
        },
    )


def trail(
    stops: Sequence[Waypoint],
    seen: Sequence[Waypoint],
    outlines: Sequence[tuple[str, str]],
    box: Box,
    *,
    room: Room,
    dark: bool,
) -> pydeck.Deck:
    """The deck of a path along `stops` on outlines (name, GeoJSON text), all in it: it asks for no
    file of a map.

    What is `seen` beside the path is a dot with its name.
    """
    shapes = [
        {"type": "Feature", "geometry": json.loads(shape), "properties": {"n": name}}
        for name, shape in outlines
    ]
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
    camera, tooltip = look(box, room), {"html": "<b>{n}</b>", "style": TOOLTIP}
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
        layers=[ground, dots, *_path(stops, dark)],
        initial_view_state=camera,
        map_provider=None,
        tooltip=tooltip,
    )


def _line(dark: bool) -> list[int]:
    """The colour of borders."""
    return scales.BORDERS[dark]


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
        for part, width, drawn in (("halo", HALO, scales.PAPER), ("line", BORDER, colour))
    ]


def _signs(places: Sequence[dict[str, Any]], second_line: str, lang: str) -> dict[str, Any]:
    """Places as signs: a shape and a colour per domain; the tooltip says kind and entrance."""

    def said(place: dict[str, Any]) -> str:
        known = {True: "yes", False: "no", None: "unknown"}[place["step_free"]]
        return f"{store.term('kind', place['kind'], lang)}; {t(f'step_free_{known}', lang)}"

    return {
        "@@type": "TextLayer",
        "id": SIGNS,
        "data": [
            {
                "p": [p["lon"], p["lat"]],
                "d": p["domain"],
                "n": p["name"] or t("no_name", lang),
                second_line: said(p),
            }
            for p in places
        ],
        "getPosition": "@@=p",
        "getText": "@@=" + choose("d", {d: sign for d, (sign, _) in scales.DOMAIN.items()}),
        "getColor": "@@="
        + choose("d", {d: scales.rgb(colour) for d, (_, colour) in scales.DOMAIN.items()}),
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


def _path(stops: Sequence[Waypoint], dark: bool) -> list[dict[str, Any]]:
    """A line along the stops, and at each its number and name."""
    line = [[s.lon, s.lat] for s in stops]
    ink, paper = (scales.rgb(c) for c in scales.tones(dark))
    label = {
        "@@type": "TextLayer",
        "getPosition": "@@=p",
        "fontFamily": "sans-serif",
        "fontWeight": 700,
        "fontSettings": {"sdf": True, "fontSize": 48},
        "characterSet": "auto",
    }
    side = [[0, -24], [0, 24]]  # names by turns above and below, for stops may lie close together
    data = [
        {"p": at, "n": s.sign, "w": s.name, "o": side[n % 2]}
        for n, (at, s) in enumerate(zip(line, stops, strict=True))
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
            **label,
            "id": "numbers",
            "data": data,
            "getText": "@@=n",
            "getSize": 15,
            "getColor": scales.rgb(scales.PAPER),
        },
        {
            **label,
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


class _Deck(pydeck.Deck):
    """A deck whose description is sent without the white space that pydeck adds."""

    def to_json(self) -> str:
        """The description as JSON."""
        return json.dumps(json.loads(super().to_json()), ensure_ascii=False, separators=(",", ":"))


def background_style() -> dict[str, Any]:
    """The optional background: the Dutch government's raster tiles (PDOK, CC BY 4.0), no token
    needed.
    """
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
                # the control is a list
                "attribution": '<span role="listitem">Kadaster (PDOK), CC BY 4.0</span>',
            }
        },
        "layers": [{"id": "brt", "type": "raster", "source": "brt"}],
    }
