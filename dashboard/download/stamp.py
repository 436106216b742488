"""Pictures to take away: each carries its title, sentence, unit, source, licence, date and
address.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dashboard import store
from dashboard.answer.answer import MarkedMap, Wording
from dashboard.answer.view import View
from dashboard.picture import scales
from dashboard.picture.areas import Fill, Name, areas
from dashboard.picture.bars import bars
from dashboard.picture.sheet import Legend, Words, picture
from dashboard.words.numbers import class_labels, shown
from dashboard.words.text import t


def stamped(
    words: Wording,
    link: str,
    lang: str,
    drawn: str,
    form: str,
    shape: str,
    legend: Legend = (),
    head: str = "",
) -> bytes:
    """A drawing as `png` or `svg`, stamped with title, sentence, source, maker and address.

    How to read it is said where there is no legend.
    """
    build = store.build()
    mirror = t("edition_mirror", lang) if build["mirror"] else ""
    made_by = " ".join([*([mirror] if mirror else []), t("made_by", lang, build=build["id"])])
    foot = ("" if legend else words.key, words.source, made_by, link)
    return picture(drawn, Words(words.title, words.sentence, foot, legend, head), form, shape)


def chart(view: View, link: str, form: str, shape: str) -> bytes:
    """The distribution as `png` or `svg`, for print or (`social`) lying 16 by 9."""
    drawn = view.distribution
    if not drawn:
        raise ValueError(f"no figures to draw for {view.title}")
    wording = replace(view.wording(view.lang), title=drawn.title, key="")
    return stamped(wording, link, view.lang, bars(drawn, view.lang, False, False), form, shape)


def map_picture(view: View, link: str, form: str, shape: str) -> bytes:
    """The map as `png` or `svg`, with its legend; a pattern per status, so it survives grey
    print.
    """
    colours = scales.palette(view.scale)
    labels = class_labels(view.scale.breaks, view.indicator, view.lang)
    known = "estimated" if view.estimated else "measured"
    legend = [(Fill(c, known), label) for c, label in zip(colours, labels, strict=True)]
    blanks = [(s, f) for s, f in scales.STATUS_FILL.items() if s in view.statuses]
    legend += [(Fill(f, s), t(f"status_{s}", view.lang)) for s, f in blanks]
    head = f"{view.unit} ({view.known})" if "estimated" in view.statuses else view.unit
    drawn = _map(view.level, view.scope.code, view.fills)
    return stamped(view.wording(view.lang), link, view.lang, drawn, form, shape, legend, head)


def map_svg(view: View, zoom: float = 1) -> str:
    """The map as SVG, its names `zoom` times as large as usual; every area says its name and
    figure.
    """
    values = {o.code: f"{o.name}: {shown(o, view.indicator, view.lang)}" for o in view.found}
    return _map(view.level, view.scope.code, view.fills, (), values, zoom)


def marked_map(
    marked: MarkedMap, words: Wording, link: str, lang: str, form: str, shape: str
) -> bytes:
    """A map of marks as `png` or `svg`."""
    looks = _looks(marked)
    legend = [*zip(looks.values(), _labels(marked, looks, lang), strict=True)]
    return stamped(words, link, lang, marked_svg(marked), form, shape, legend, marked.head)


def marked_svg(marked: MarkedMap, dark: bool = False, zoom: float = 1, lang: str = "") -> str:
    """A map of marks as SVG, its names `zoom` times as large as usual.

    With a language every area says its name and what its colour stands for.
    """
    looks, outlines = _looks(marked, dark), store.outlines(marked.level, marked.scope)
    fills = {code: looks[m] for code, m in zip(outlines, marked.marks, strict=True)}
    labels = dict(zip(looks, _labels(marked, looks, lang), strict=True)) if lang else {}
    values = {
        code: f"{name}: {labels[m]}"
        for (code, (name, _)), m in zip(outlines.items(), marked.marks, strict=True)
        if lang
    }
    return _map(marked.level, marked.scope, fills, marked.first, values, zoom)


def _labels(marked: MarkedMap, looks: Mapping[str, Fill], lang: str) -> list[str]:
    """What each look stands for."""
    blanks = [*looks][len(marked.colours) :]
    return [*marked.labels, *(t(f"gaps_blank_{looks[m].status}", lang) for m in blanks)]


def _looks(marked: MarkedMap, dark: bool = False) -> dict[str, Fill]:
    """The fill of every mark: the colours, and then the statuses without a figure that occur."""
    looks = {m: Fill(c) for m, c in marked.colours.items()}
    blank = [s for s in scales.STATUS_FILL if s[0].upper() in marked.marks]
    return looks | {s[0].upper(): Fill(scales.tones(dark)[1], s) for s in blank}


def _map(
    level: str,
    scope: str,
    fills: Mapping[str, Fill],
    first: Sequence[str] = (),
    values: Mapping[str, str] | None = None,
    zoom: float = 1,
) -> str:
    outlines = {code: shape for code, (_, shape) in store.outlines(level, scope).items()}
    names = {code: Name(*at) for code, at in store.map_names(level, scope).items()}
    order = [names[code] for code in dict.fromkeys([*first, *names]) if code in names]
    box = store.bounds(level, scope) or store.country_bounds()
    return areas(outlines, fills, box, order, values, zoom)
