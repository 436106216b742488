"""What the colours and patterns of a map stand for."""

from __future__ import annotations

from html import escape

from dashboard.answer.view import View
from dashboard.picture import scales
from dashboard.words.numbers import class_labels, number
from dashboard.words.text import t


def legend(view: View, background: bool = False) -> str:
    """The legend as an HTML list: the same classes as map and chart, and only the statuses that are
    there.
    """
    lang, scale = view.lang, view.scale
    kind = "estimated" if view.estimated else "measured"
    labels = class_labels(scale.breaks, view.indicator, lang)
    items = [
        f'<li><span class="swatch {kind}" style="--c:{colour}"></span>{escape(label)}</li>'
        for colour, label in zip(scales.palette(scale), labels, strict=True)
    ]
    blank = [s for s in scales.STATUS_FILL if s in view.statuses]
    items += [
        f'<li><span class="swatch {s}" style="--c:{scales.STATUS_FILL[s]}"></span>{t(f"status_{s}", lang)}</li>'
        for s in blank
    ]
    head = " · ".join([escape(view.unit), *([escape(known)] if (known := view.known) else [])])
    reference = number(scale.reference or 0, view.indicator.decimals, lang)
    note = t(
        f"legend_note_{scale.kind}", lang, levels=view.levels, reference=f"{reference} {view.unit}"
    )
    note = " ".join(
        [
            note,
            *(
                f"{t(f'status_{s}', lang).capitalize()}: {t(f'status_{s}_text', lang)}"
                for s in blank
            ),
        ]
    )
    over = f' style="--over:{scales.OVER_BACKGROUND}"' if background else ""
    return f'<div class="legend"{over}><p>{head}</p><ul>{"".join(items)}</ul><p class="note">{escape(note)}</p></div>'
