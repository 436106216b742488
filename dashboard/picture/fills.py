"""How the cells of a ring and a grid are filled: a state shows by pattern, never by colour
alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dashboard.picture import scales

FULL = "#2c80a6"


def fills(colours: Sequence[str], dark: bool) -> tuple[dict[tuple[str, str], str], str]:
    """How each state of a cell is filled with a colour, and the patterns this needs; what is
    unknown is dotted.
    """
    ink, paper = scales.tones(dark)
    fills = {("", "unknown"): "url(#unknown)", ("", "open"): paper}
    patterns = (
        f'<pattern id="unknown" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" '
        f'fill="{paper}"/><circle cx="2" cy="2" r="1" fill="{ink}"/></pattern>'
    )
    for c in sorted(set(colours)):
        fills |= {
            (c, "full"): c,
            (c, "striped"): f"url(#s{c[1:]})",
            (c, "tint"): _mixed(c, paper, 0.45),
        }
        patterns += (
            f'<pattern id="s{c[1:]}" width="7" height="7" patternUnits="userSpaceOnUse" '
            f'patternTransform="rotate(45)"><rect width="7" height="7" fill="{paper}"/><rect width="7" height="7" '
            f'fill="{c}" fill-opacity=".3"/><path d="M0 0V7" stroke="{c}" stroke-width="5"/></pattern>'
        )
    return fills, f"<defs>{patterns}</defs>"


def _mixed(colour: str, paper: str, share: float) -> str:
    """So much of the colour over paper; not as a pattern, whose seams show where it is scaled."""
    both = zip(scales.rgb(colour)[:3], scales.rgb(paper)[:3], strict=True)
    return "#" + "".join(f"{round(share * c + (1 - share) * p):02x}" for c, p in both)
