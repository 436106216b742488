"""Two waves as lines from the one to the other: who changed stands out, with its name at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from dashboard.picture import scales
from dashboard.picture.axis import short, ticks
from dashboard.picture.svg import TYPEFACE, fitted, width, wrapped

LABELLED, LINE = (
    6,
    18,
)  # names at most beside the one that is named, and pixels from one to the next


@dataclass(frozen=True)
class Slope:
    """An area in two waves: its name, its figures and how they are read; `look` is `named`, `apart`
    (more than noise) or `quiet`.
    """

    name: str
    since: float
    until: float
    words: str
    look: str = "quiet"


def slope(
    slopes: Sequence[Slope], waves: tuple[str, str], axis: str, lang: str, phone: bool, dark: bool
) -> str:
    """The lines of all areas as SVG; `waves` are the names of both, `axis` what is measured.

    Named are the one that is `named` and those that changed most of the ones `apart`.
    """
    wide = 360 if phone else 760
    named = [s for s in slopes if s.look == "named"]
    apart = sorted((s for s in slopes if s.look == "apart"), key=lambda s: -abs(s.until - s.since))
    labelled = [*named, *apart[:LABELLED]]
    names = [_label(s, 130 if phone else 210) for s in labelled]
    room = max([width(n, 13, True) for n in names] or [0.0]) + 14
    title = wrapped(axis, 13, wide - 14)
    left, right, top = 54, wide - max(room, 40.0), 24 + 17 * len(title)
    floor = top + (320 if phone else 360)
    values = [v for s in slopes for v in (s.since, s.until)]
    low, high = min(values), max(values)
    spread = high - low or 1.0

    def y(value: float) -> float:
        return floor - (value - low) / spread * (floor - top)

    out = [
        f'<text x="0" y="{14 + 17 * n}" {fitted(line, 13)}>{escape(line)}</text>'
        for n, line in enumerate(title)
    ]
    for value in ticks(low, high, 5, 3):
        out.append(f'<path d="M{left} {y(value):.1f}H{right:.1f}" class="grid"/>')
        out.append(
            f'<text x="{left - 10}" y="{y(value) + 4:.1f}" class="e">{short(value, lang)}</text>'
        )
    for x, wave in zip((left, right), waves, strict=True):
        out.append(f'<path d="M{x:.1f} {top}V{floor}" class="wave"/>')
        out.append(f'<text x="{x:.1f}" y="{floor + 20}" class="m b">{escape(wave)}</text>')
    for s in sorted(slopes, key=lambda s: ("quiet", "apart", "named").index(s.look)):
        line = f'd="M{left} {y(s.since):.1f}L{right:.1f} {y(s.until):.1f}"'
        out.append(f'<path {line} class="{s.look}"><title>{escape(s.words)}</title></path>')
    for s in labelled:
        out += [
            f'<circle cx="{x:.1f}" cy="{y(v):.1f}" r="4" class="dot {s.look}"/>'
            for x, v in ((left, s.since), (right, s.until))
        ]
    for (s, label), at in zip(
        _in_order(labelled, names),
        _apart([y(s.until) for s, _ in _in_order(labelled, names)], floor),
        strict=True,
    ):
        fit = fitted(label, 13, bold=True)
        out.append(
            f'<text x="{right + 10:.1f}" y="{at + 4:.1f}" class="b {s.look}-name" {fit}>{escape(label)}</text>'
        )
    accent, blue = scales.accent(dark), "#8fc1f2" if dark else "#1d4f80"
    ink = scales.tones(dark)[0]
    style = (
        f"text{{fill:{ink};font:13px {TYPEFACE}}}.m{{text-anchor:middle}}.e{{text-anchor:end}}.b{{font-weight:bold}}"
        f".grid{{stroke:{ink};stroke-opacity:.12}}.wave{{stroke:{ink};stroke-opacity:.5}}"
        f"path.quiet{{stroke:{ink};stroke-opacity:.28;stroke-width:1.2}}path.apart{{stroke:{blue};stroke-width:2}}"
        f"path.named{{stroke:{accent};stroke-width:3.5}}.dot.apart{{fill:{blue}}}.dot.named{{fill:{accent}}}"
        f".apart-name{{fill:{blue}}}.named-name{{fill:{accent}}}"
    )
    high_px = round(floor + 32)
    size = f'viewBox="0 0 {wide} {high_px}" width="{wide}" height="{high_px}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><style>{style}</style>{"".join(out)}</svg>'
    )


def _label(s: Slope, room: int) -> str:
    """The name, as much of it as there is room for."""
    return wrapped(s.name, 13, room, bold=True, most=1)[0]


def _in_order(told: Sequence[Slope], names: Sequence[str]) -> list[tuple[Slope, str]]:
    """From the top down."""
    return sorted(zip(told, names, strict=True), key=lambda both: (-both[0].until, both[1]))


def _apart(places: Sequence[float], floor: float) -> list[float]:
    """Places from the top down so that no two touch, none below the floor, each as near to its own as
    can be.
    """
    out: list[float] = []
    for at in places:
        out.append(max(at, out[-1] + LINE) if out else at)
    limit = float(floor)
    for n in range(len(out) - 1, -1, -1):
        out[n] = min(out[n], limit)
        limit = out[n] - LINE
    return out
