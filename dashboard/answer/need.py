"""Need beside distance: both in thirds, and what that says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.finder import enough, inside
from dashboard.answer.gaps import as_percent, levels_of, map_wording, source_of, statuses_of
from dashboard.answer.underserved import Bools, Floats, percentile
from dashboard.answer.view import name
from dashboard.picture import scales
from dashboard.words.numbers import known, number, titled
from dashboard.words.text import t

THIRD = 100 / 3


Span = tuple[float, float, float]


WHOLE = "\u00a0"  # a space that breaks no line
UNEVEN = 0.05  # of all areas, that a third may differ from a third without a word
NAMED = 3


@dataclass(frozen=True)
class Pair:
    """Need beside distance, each in thirds of the areas of the country that have the figure."""

    need: str
    distance: str
    level: str
    scope: str

    @property
    def values(self) -> tuple[Floats, Floats]:
        """Need and distance of every area of the level."""
        need, far = (
            store.figure_columns(name, self.level)["value"] for name in (self.need, self.distance)
        )
        return need, far

    @property
    def far(self) -> bool:
        """Whether the distance is known of nearly all areas inside of which the need is."""
        need, far = (~np.isnan(v) for v in self.values)
        return enough(far[self.inside & need])

    @property
    def thirds(self) -> tuple[Floats, Floats]:
        """0, 1 or 2 of each: from little to much need, and from near to far; nan where not
        known.
        """
        a, b = (np.minimum(percentile(v, v) // THIRD, 2) for v in self.values)
        return a, b

    @property
    def spans(self) -> tuple[list[Span], list[Span]]:
        """Of need and of distance each third: its lowest and highest figure, and its share of the
        areas with a figure.

        Equal figures share a third, so thirds may be unequal, and nan to nan where none is left.
        """
        need, far = (
            [_span(v[third == n], int((~np.isnan(third)).sum())) for n in range(3)]
            for v, third in zip(self.values, self.thirds, strict=True)
        )
        return need, far

    @property
    def inside(self) -> Bools:
        """The areas of the level that lie in the scope."""
        return inside(self.level, self.scope)

    def marks(self) -> str:
        """A character per area inside with an outline: `0` to `8`, three times the third of need
        plus the other.

        Where the distance is not known inside: `0` to `2`, the third of need.
        """
        need, far = self.thirds
        status = store.figure_columns(self.need, self.level)["status"]
        why = np.array([s[0].upper() for s in status])
        why[~np.isnan(need)] = "M"  # the need is known, so it is the distance that is not
        empty = store.columns(self.level)["population"] == 0
        mark = 3 * need + far if self.far else need
        marks = np.where(
            np.isnan(mark), np.where(empty, "N", why), np.nan_to_num(mark).astype(int).astype(str)
        )
        return "".join(marks[self.inside & store.columns(self.level)["drawn"]])

    def largest(self, n: int) -> list[str]:
        """The names of the areas with most residents where need is great and, where that is known,
        far from a place.
        """
        need, far = self.thirds
        area = store.columns(self.level)
        positions = np.flatnonzero(self.inside & (need == 2) & ((far == 2) | (not self.far)))
        return [
            str(area["name"][at])
            for at in sorted(positions, key=lambda at: (-area["population"][at], at))[:n]
        ]

    def rows(self) -> Iterator[dict[str, Any]]:
        """A row per area inside: figures and thirds, None where not known; most need and farthest
        first.
        """
        need, far = self.values
        a, b = self.thirds
        area = store.columns(self.level)
        status, known = (
            store.figure_columns(name, self.level)["status"] for name in (self.need, self.distance)
        )
        at = np.flatnonzero(self.inside)
        for n in at[np.lexsort((at, -np.nan_to_num(b[at], nan=-1), -np.nan_to_num(a[at], nan=-1)))]:
            yield {
                "code": str(area["code"][n]),
                "name": str(area["name"][n]),
                "municipality": str(area["municipality"][n]),
                "need": None if np.isnan(need[n]) else float(need[n]),
                "status": str(status[n]),
                "need_third": None if np.isnan(a[n]) else int(a[n]),
                "place_distance": None if np.isnan(far[n]) else float(far[n]),
                "place_distance_status": str(known[n]),
                "place_distance_third": None if np.isnan(b[n]) else int(b[n]),
            }


def _span(figures: Floats, of: int) -> Span:
    if not len(figures):
        return np.nan, np.nan, 0.0
    return float(figures.min()), float(figures.max()), len(figures) / of


def axes(pair: Pair, lang: str) -> tuple[str, str]:
    """The need and the distance, in words."""
    need, far = (
        store.indicators()[name].text("label", lang) for name in (pair.need, pair.distance)
    )
    return need, far


def need_wording(pair: Pair, counts: Counter[str], lang: str) -> Wording:
    """Need beside distance in words; `counts` are the areas by mark."""
    label, far = axes(pair, lang)
    every, where = sum(counts[str(n)] for n in range(9)), store.area(pair.scope)
    scope_said = name(where, lang) if where else pair.scope
    alone = "" if pair.far else "_alone"
    title = t(
        f"gaps_need_title{alone}",
        lang,
        label=label,
        far=far,
        levels=store.term("area_levels", pair.level, lang),
        scope=scope_said,
    )
    values: dict[str, Any] = {
        "all": number(every, 0, lang),
        "levels": levels_of(pair.level, every, lang),
    }
    sentence = t(f"gaps_need_sentence_none{alone}", lang, **values)
    if both := counts["8" if pair.far else "2"]:
        names_said = format_list(pair.largest(NAMED), "standard", lang)
        few = "_few" if both <= NAMED else ""  # all of them are named
        sentence = t(
            f"gaps_need_sentence{few}{alone}",
            lang,
            count=both,
            n=number(both, 0, lang),
            names=names_said,
            **values,
        )
    shown_of = [pair.need, *([pair.distance] if pair.far else [])]
    title = titled(
        title, {s for i in shown_of for s in statuses_of(i, pair.level, pair.inside)}, lang
    )
    source = " ".join(source_of(name, pair.level, lang) for name in shown_of)
    cautions = [
        t(key, lang)
        for key in ("gaps_not_participation", "not_conclude_access", "not_conclude_area")
    ]
    return map_wording(title, sentence, source, cautions, lang)


def steps(lang: str) -> tuple[list[str], list[str]]:
    """What the thirds of need and of distance are called."""
    return [t(f"gaps_need_{n}", lang) for n in range(3)], [
        t(f"gaps_distance_{n}", lang) for n in range(3)
    ]


def bounded(pair: Pair, lang: str) -> tuple[list[str], list[str]]:
    """The thirds of need and of distance, each with the figures that are in it."""
    out: list[list[str]] = []
    for names, spans, indicator in zip(
        steps(lang), pair.spans, (pair.need, pair.distance), strict=True
    ):
        i, labels = store.indicators()[indicator], []
        for n, (name_of, (low, high, share)) in enumerate(zip(names, spans, strict=True)):
            if not share:
                labels.append(f"{name_of} ({t('gaps_third_none', lang)})")
                continue
            ends = [number(v, i.decimals, lang) for v in (low, high)]
            bound = f"≤ {ends[1]}" if n == 0 else f"≥ {ends[0]}" if n == 2 else " – ".join(ends)
            figures = (
                f"{ends[0] if ends[0] == ends[1] else bound} {store.term('unit', i.unit, lang)}"
            )
            labels.append(f"{name_of} ({figures.replace(' ', WHOLE)})")
        out.append(labels)
    return out[0], out[1]


def uneven(pair: Pair, lang: str) -> list[str]:
    """Of each axis whose thirds are far from a third, a sentence of how large they are and why."""
    out = []
    for axis, spans in zip(("need", "distance"), pair.spans, strict=True):
        shares = [share for *_, share in spans]
        if any(shares) and max(abs(share - 1 / 3) for share in shares) > UNEVEN:
            listed = format_list([as_percent(share, lang) for share in shares], "standard", lang)
            label, levels = (
                t(f"gaps_column_{axis}", lang),
                store.term("area_levels", pair.level, lang),
            )
            out.append(t("gaps_thirds_uneven", lang, axis=label, levels=levels, shares=listed))
    return out


def answer(pair: Pair, lang: str) -> Answer:
    """Need beside distance of every area, with the map of both."""
    marks = pair.marks()
    needs, distances = steps(lang)  # in a picture there is no room for bounds
    thirds = [f"{n}, {d}" for n in needs for d in distances] if pair.far else needs
    colours = dict(
        zip("012345678", scales.BIVARIATE if pair.far else scales.RAMP[::2], strict=False)
    )
    head, far_head = (
        known(statuses_of(i, pair.level, pair.inside), lang) for i in (pair.need, pair.distance)
    )
    head = t("gaps_both_axes", lang, need=head, distance=far_head) if pair.far else head

    def rows() -> list[dict[str, Any]]:
        same = {
            "level": pair.level,
            "indicator": pair.need,
            "place_distance:indicator": pair.distance,
        }
        newest = [
            next(iter(store.periods(i, pair.level)), None) for i in (pair.need, pair.distance)
        ]
        dated = dict(zip(("period", "place_distance:period"), newest, strict=True))
        return [{"area": r.pop("code"), **r, **same, **dated} for r in pair.rows()]

    return Answer(
        ("need", pair.need, pair.level, pair.scope),
        partial(need_wording, pair, Counter(marks)),
        rows,
        store.sources_of([pair.need, pair.distance]),
        map=MarkedMap(pair.level, pair.scope, marks, colours, thirds, head),
    )
