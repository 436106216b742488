"""What stands for a page where it is shared."""

from __future__ import annotations

import textwrap
from html import escape

from dashboard.picture import scales
from dashboard.picture.svg import TYPEFACE


def preview(title: str, lead: str) -> str:
    """What stands for a page where it is shared, as SVG of 1200 by 630: the sign, a title and a
    line below it.
    """
    lines = "".join(
        f'<text x="90" y="{430 + 52 * n}" font-size="40">{escape(line)}</text>'
        for n, line in enumerate(textwrap.wrap(lead, 48)[:3])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630">'
        f'<rect width="1200" height="630" fill="{scales.PAPER}"/><rect width="1200" height="24" fill="#2f6ea8"/>'
        '<g transform="translate(90 110) scale(4)"><rect width="32" height="32" rx="7" fill="#2f6ea8"/>'
        '<path d="M6 22l6-13 5 8 4-5 5 10z" fill="#a5d7ab"/><circle cx="22" cy="9" r="3" fill="#fff"/></g>'
        f'<g fill="{scales.INK}" font-family="{TYPEFACE}"><text x="90" y="345" font-size="84" font-weight="700">'
        f"{escape(title)}</text>{lines}</g></svg>"
    )
