"""Areas by two figures: the one chart that is explored by hand, so drawn by plotly in the
browser.
"""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import numpy.typing as npt
from babel import Locale

from dashboard.picture import scales


def scatter(
    x: npt.NDArray[np.float64],
    y: npt.NDArray[np.float64],
    thirds: npt.NDArray[np.int_],
    names: Any,
    codes: Any,
    axes: tuple[str, str],
    chosen: str,
    lang: str,
    dark: bool,
    *,
    most: int,
) -> dict[str, Any]:
    """Areas by two figures, coloured by their thirds, as a plain dict for plotly; beyond `most` as
    counts in a grid.
    """
    ink, line = ("#e8edf2", "#3a4150") if dark else (scales.INK, "#e3e5ea")
    farthest = max(
        1.0, 1.05 * float(np.quantile(x, 0.98))
    )  # a single island would press all others to the side
    if len(x) > most:
        counts, right, top = np.histogram2d(
            x, y, bins=24, range=[[0, farthest], [y.min(), y.max() + 1e-9]]
        )
        data: dict[str, Any] = {
            "type": "heatmap",
            "x": ((right[1:] + right[:-1]) / 2).round(2).tolist(),
            "y": ((top[1:] + top[:-1]) / 2).round(2).tolist(),
            "z": [[int(n) or None for n in row] for row in counts.T],
            "colorscale": [[n / (len(scales.RAMP) - 1), c] for n, c in enumerate(scales.RAMP)],
            "hoverongaps": False,
            "showscale": False,
        }
    else:
        data = {
            "type": "scatter",
            "mode": "markers",
            "x": x.round(2).tolist(),
            "y": y.round(2).tolist(),
            "text": list(names),
            "customdata": list(codes),
            "hovertemplate": "%{text}<extra></extra>",
            "marker": {
                "size": [15 if code == chosen else 9 for code in codes],
                "color": [scales.BIVARIATE[n] for n in thirds],
                "line": {
                    "width": [3 if code == chosen else 0.8 for code in codes],
                    "color": [scales.ACCENT if code == chosen else ink for code in codes],
                },
            },
        }
    axis = {"gridcolor": line, "zeroline": False, "fixedrange": True, "automargin": True}
    return {
        "data": [data],
        "layout": {
            "height": 340,
            "margin": {"l": 48, "r": 8, "t": 8, "b": 48},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "font": {"color": ink, "size": 13, "family": "Source Sans, sans-serif"},
            "separators": "".join(
                Locale.parse(lang).number_symbols["latn"][s] for s in ("decimal", "group")
            ),
            "dragmode": False,
            "clickmode": "event+select",
            "xaxis": {
                **axis,
                "range": [0, farthest],
                "title": {"text": "<br>".join(textwrap.wrap(axes[0], 42))},
            },
            "yaxis": {**axis, "title": {"text": "<br>".join(textwrap.wrap(axes[1], 36))}},
        },
    }
