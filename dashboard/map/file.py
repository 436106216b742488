"""The map file: outlines once, and per area one character for every series (see `store.marks`).

A switch of indicator changes only the accessor and its update trigger, so a few kilobytes."""

from __future__ import annotations

import gzip
import json
import re

from dashboard import store
from dashboard.store import Area, Observation
from dashboard.words.numbers import shown
from dashboard.words.root import rooted

DEGREES = 4  # decimals of a degree on a map of the country: some 10 metres
KEPT = 512  # files of some tens of kB: every municipality in one language, or most of what is read


def address(level: str, scope: Area, lang: str) -> str:
    """Where the map file is served; the version of all that shapes it is in it, so it may be kept
    for ever.
    """
    return rooted(f"/map/{lang}/{level}/{scope.code}/{store.version()}.json")


@store.cached(KEPT)
def file(level: str, scope: str, lang: str) -> bytes:
    """The gzipped GeoJSON of one map: outlines once, and per area one character for every series of
    its level.

    Properties: `code`, `i` its place in the file, `n` name, `c` the characters of `store.marks`,
    and where `_labelled` `v0`, `v1`, ...: what a tooltip says of the figure, in the language.
    """
    outlines, drawn = store.outlines(level, scope), store.series(level)
    whole = scope == store.country()
    labels: dict[str, dict[str, str]] = {code: {} for code in outlines}
    if labelled(level, scope):
        figures = store.figures_of.load([*outlines])
        for code, (name, _) in outlines.items():
            for n, series in enumerate(drawn):
                o = figures[code].get(series) or Observation(
                    code, name, None, None, None, "missing"
                )
                labels[code][f"v{n}"] = shown(o, store.indicators()[series[0]], lang)
    features = []
    marks = store.marks(level, scope) if drawn else [""] * len(outlines)
    for n, ((code, (name, geometry)), mark) in enumerate(zip(outlines.items(), marks, strict=True)):
        known = {"code": code, "i": n, "n": name, "c": mark, **labels[code]}
        properties = json.dumps(known, ensure_ascii=False)
        shape = coarse(geometry) if whole else geometry
        features.append(f'{{"type":"Feature","geometry":{shape},"properties":{properties}}}')
    body = '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"
    return gzip.compress(body.encode(), 6, mtime=0)


def coarse(geometry: str) -> str:
    """An outline (GeoJSON text) in `DEGREES` decimals; the same for neighbours, so without seams."""
    return re.sub(r"-?\d+\.\d+", lambda n: str(round(float(n[0]), DEGREES)), geometry)


def labelled(level: str, scope: str) -> bool:
    """Whether tooltips hold figures; on a national map of neighbourhoods the file would grow
    threefold.
    """
    return scope != store.country() or level == store.area_levels().municipality
