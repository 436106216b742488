"""What stands for a page where it is shared."""

from __future__ import annotations

from dashboard.picture import scales
from dashboard.picture.svg import text, wrapped


def preview(title: str, lead: str) -> str:
    """What stands for a page where it is shared, as SVG of 1200 by 630: the sign, a title and what
    it says, as much of both as there is room for.
    """
    large = 84 if len(title) < 24 else 60
    lines, y = [], 270.0 + large
    for line in wrapped(title, large, 1020, True, 2):
        lines.append(text(90, y, line, large, scales.INK, True))
        y += 1.2 * large
    for line in wrapped(lead, 36, 1020, most=3):
        lines.append(text(90, y, line, 36, scales.INK))
        y += 48
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="{scales.PAPER}"/><rect width="1200" height="24" fill="#2f6ea8"/>'
        '<g transform="translate(90 90) scale(4)"><rect width="32" height="32" rx="7" fill="#2f6ea8"/>'
        '<path d="M6 22l6-13 5 8 4-5 5 10z" fill="#a5d7ab"/><circle cx="22" cy="9" r="3" fill="#fff"/></g>'
        f"{''.join(lines)}</svg>"
    )
