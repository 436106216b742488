"""To how many digits a figure is kept: two more than are shown, so that every processor keeps the
same.

The last bits of a sum, a logarithm or a regression differ with processor, library and number of
threads. Hashing them made the same sources another edition elsewhere. So what is stored, and with
it the id of the build, is rounded here, in one place, by table and column; the measures themselves
compute with all digits.

Rounded to odd (Boldo and Melquiond, 2008): what the digits hold exactly is kept, and anything
between two even last digits gets the odd one. A figure is off by less than one in its last digit,
and it stays on its side of every round number: rounding it again, as is shown, gives what rounding
the figure itself would have given, 14.9951 minutes stay below 15 and 0.0001 percent does not become
none. And no figure that counts give (a half, 2.25, three eighths) lies where rounding turns, as it
would when rounding to the nearest: it is kept exactly, or it lies well inside. More than six digits
in all are kept only where more are shown.

What remains: a figure that lies as near to an even last digit as arithmetic may be off, without
being it, is kept otherwise where it falls on the other side. Without the newer instructions of a
processor (AVX2, FMA, other kernels of BLAS) the regression is off by 4e-13 of a figure at most and
nothing else is off at all; at 1e-12 no figure turned, of 9,900,000. Were all of them off by 1e-9 at
once, some 70 would turn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

BEYOND = 2  # digits after those that are shown: what the API and every download tell
MOST = 6  # digits in all, unless more are shown
# what arithmetic may be off, in last digits and of the figure, and still it is the figure that the
# digits hold
NEAR, NEAR_SHARE = 1e-6, 1e-8
OF_INDICATOR = None
SHOWN: dict[str, dict[str, int | None]] = {  # decimals, by table and column that we compute
    "observation": dict.fromkeys(("value", "low", "high"), OF_INDICATOR),
    "fold": dict.fromkeys(("observed", "predicted", "low", "high"), OF_INDICATOR),
    "change": dict.fromkeys(("value", "low", "high", "spread"), OF_INDICATOR),
    "access": dict.fromkeys(("metres", "low", "high"), 0),
    "validation": {"r2": 2, "rmse": 1, "bias": 1, "coverage": 2},
    "transport": {"r2": 2, "rmse": 1, "bias": 1, "coverage": 2, "spread": 2},
    "detour": dict.fromkeys(("low", "median", "high", "coverage"), 2),
    "cluster": {"chance": 2},
    "peer": {"distance": 2},
    "listing": {"estimate": 0, "high": 0},
}  # fmt: skip


def rounded(table: str, frame: pd.DataFrame, decimals: Mapping[str, int]) -> pd.DataFrame:
    """The rows of a table as they are kept; `decimals` are those shown of each indicator."""
    kept = {}
    for column, shown in SHOWN.get(table, {}).items():
        if column in frame:
            of = (
                frame["indicator"].map(decimals).fillna(0).to_numpy()
                if shown is OF_INDICATOR
                else np.array(shown)
            )
            kept[column] = to_odd(pd.to_numeric(frame[column]).to_numpy(dtype=float), of)
    return frame.assign(**kept)


def to_odd(figure: NDArray[np.float64], shown: NDArray[Any] | int) -> NDArray[np.float64]:
    """Figures with two decimals more than are shown, the last of them odd where they are not exact;
    a gap stays one.
    """
    size = np.floor(np.log10(np.maximum(np.abs(figure), 1e-9)))
    digits = 10.0 ** np.maximum(shown, np.minimum(shown + BEYOND, MOST - 1 - size))
    last = figure * digits
    even, near = 2 * np.round(last / 2), NEAR + NEAR_SHARE * np.abs(last)
    last = np.where(np.abs(last - even) <= near, even, 2 * np.floor(last / 2) + 1)
    return np.asarray(last / digits + 0.0)  # plus zero: never -0
