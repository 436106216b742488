"""An outline of the reader's own as a selection of neighbourhoods: which ones, and how well they fit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from dashboard import store
from dashboard.store import Area
from dashboard.words.numbers import number
from dashboard.words.text import t
from pipelines.methods.outline import Counted, OutlineError, counted, read

MOST = 2_000  # neighbourhoods that are looked at


@dataclass(frozen=True)
class Fitted:
    """The area that stands for an outline, and how well."""

    area: Area
    neighbourhoods: int
    fit: Counted


def fitted(content: bytes) -> Fitted:
    """The area of a file with an outline. Raises OutlineError."""
    outline = read(content)
    near = store.neighbourhoods_in(outline.box)
    if not near:
        west, south, east, north = outline.box
        turned = store.neighbourhoods_in((south, west, north, east))
        raise OutlineError("turned" if turned else "abroad")
    if len(near) > MOST:
        raise OutlineError("large", n=store.MOST_PARTS)
    residents = np.array([r["population"] or 0 for r in near], dtype=float)
    fit = counted(outline, [r["geometry"] for r in near], residents)
    codes = [r["code"] for r, counts in zip(near, fit.counts, strict=True) if counts]
    code = store.JOIN.join(_largest(codes))
    if not (area := store.area(code)):
        raise OutlineError("large", n=store.MOST_PARTS)
    return Fitted(area, len(codes), fit)


def _largest(codes: Iterable[str]) -> list[str]:
    """The same areas in as few codes as can be: all inhabited neighbourhoods of a district are that
    district, and all districts of a municipality the municipality.
    """
    known = {*codes}
    for _ in store.area_levels().parts:
        above = {a.parent for code in known if (a := store.area(code)) and a.is_part and a.parent}
        for parent in sorted(above):
            below = {a.code for a in store.children(parent) if a.population}
            if below and below <= known:
                known = known - {a.code for a in store.children(parent)} | {parent}
    return sorted(known)


def words(fitting: Fitted, lang: str) -> str:
    """Which neighbourhoods count, and how many people they are too many or too few."""
    n, fit = fitting.neighbourhoods, fitting.fit
    rounded: dict[str, Any] = {
        k: number(round(getattr(fit, k), -1), 0, lang)
        for k in ("inside", "missed", "extra", "residents")
    }
    return t("outline_fits", lang, count=n, n=number(n, 0, lang), **rounded)


def refused(fault: OutlineError, lang: str) -> str:
    """Why an outline is not taken, and what would be."""
    values: dict[str, Any] = {
        k: number(v, 0, lang) if isinstance(v, (int, float)) else v for k, v in fault.values.items()
    }
    return t(f"outline_{fault.key}", lang, **values)
