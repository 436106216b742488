"""Which areas meet some conditions: of up to five figures, each more or less than a value.

An area meets them when it meets every one, and does not when a known figure breaks one; else nobody
knows, and it is told why. Figures are compared as they are shown. A margin on both sides of a bound
changes nothing, but is counted and told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.gaps import source_of
from dashboard.answer.view import name
from dashboard.picture import scales
from dashboard.store import Observation
from dashboard.words.numbers import number, with_unit
from dashboard.words.text import t

MOST, NAMED = 5, 3
SIDES = ("more", "less")
MARKS = {"no": "0", "yes": "1"}
LOOKS = {"0": scales.RAMP[0], "1": scales.RAMP[4]}


@dataclass(frozen=True)
class Condition:
    """A figure that must be more or less than a value; exactly the value is neither."""

    indicator: str
    side: str
    value: float

    def met(self, o: Observation | None) -> bool | None:
        """Whether a figure meets it; None where it is not known."""
        if o is None or o.value is None:
            return None
        shown = round(o.value, store.indicators()[self.indicator].decimals)
        return shown > self.value if self.side == "more" else shown < self.value

    def unsure(self, o: Observation | None) -> bool:
        """Whether the margin of a figure lies on both sides of the value."""
        return bool(
            o and o.low is not None and o.high is not None and o.low <= self.value <= o.high
        )

    def words(self, lang: str) -> str:
        """The condition in words: `voelt zich eenzaam: meer dan 50 %`."""
        i = store.indicators()[self.indicator]
        value = with_unit(self.value, i, lang)
        return t(f"conditions_{self.side}", lang, label=i.text("label", lang), value=value)


def read(text: str) -> tuple[Condition, ...]:
    """Conditions as an address has them: `lonely_share.more.50,children_share.less.10.5`. Raises
    ValueError for what is none, and for none or more than MOST.
    """
    every = text.split(",")
    if len(every) > MOST:
        raise ValueError(f"more than {MOST} conditions")
    out = []
    for one in every:
        parts = re.fullmatch(r"(\w+)\.(more|less)\.(-?\d{1,9}(?:\.\d{1,3})?)", one, re.ASCII)
        if not parts or parts[1] not in store.indicators() or not store.levels(parts[1]):
            raise ValueError(f"{one!r} is no condition")
        out.append(Condition(parts[1], parts[2], float(parts[3])))
    return tuple(out)


def written(conditions: Sequence[Condition]) -> str:
    """Conditions as an address has them."""
    values = (f"{c.value:.3f}".rstrip("0").rstrip(".") for c in conditions)
    return ",".join(f"{c.indicator}.{c.side}.{v}" for c, v in zip(conditions, values, strict=True))


class Known(tuple[str, ...]):
    """Every text that `read` takes; none of them is listed."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        try:
            return bool(read(str(text)))
        except ValueError:
            return False


def first_of(indicator: str) -> Condition:
    """A condition to begin with: more than three quarters of the municipalities have."""
    levels = store.levels(indicator)
    level = next((v for v in (store.area_levels().municipality,) if v in levels), levels[-1])
    period = store.periods(indicator, level)[0]
    quartiles = store.summary(indicator, period, level, store.country()).quartiles
    value = quartiles[1] if quartiles else 0.0
    return Condition(indicator, "more", round(value, store.indicators()[indicator].decimals))


@store.cached(1)
def usual() -> str:
    """The conditions to begin with: the first two figures of the need of everyone."""
    first, *_ = store.needs().values()
    return written([first_of(n) for n in first[:2]])


@dataclass(frozen=True)
class Row:
    """An area, its figure for each condition, and whether it meets them: `yes`, `no` or
    `unknown`.
    """

    code: str
    name: str
    figures: tuple[Observation, ...]
    meets: str
    unsure: bool


@store.cached(32)
def rows_of(conditions: tuple[Condition, ...], level: str, scope: str) -> tuple[Row, ...]:
    """Every area of the level in the scope, those with most of the first figure first."""
    columns = []
    for c in conditions:
        periods = store.periods(c.indicator, level)
        every = store.observations(c.indicator, periods[0] if periods else "", level, scope)
        columns.append({o.code: o for o in every})
    out = []
    for code, first in columns[0].items():
        figures = tuple(column[code] for column in columns)
        each = [c.met(o) for c, o in zip(conditions, figures, strict=True)]
        meets = "no" if False in each else "unknown" if None in each else "yes"
        unsure = any(c.unsure(o) for c, o in zip(conditions, figures, strict=True))
        out.append(Row(code, first.name, figures, meets, unsure))
    sign = -1 if conditions[0].side == "more" else 1
    return tuple(sorted(out, key=lambda r: (_last(r, sign), r.name, r.code)))


def _last(row: Row, sign: int) -> float:
    value = row.figures[0].value
    return float("inf") if value is None else sign * value


def answer(conditions: tuple[Condition, ...], level: str, scope: str, lang: str) -> Answer:
    """Every area with its figures, and whether it meets the conditions."""
    every = rows_of(conditions, level, scope)

    def rows() -> list[dict[str, Any]]:
        out = []
        for r in every:
            for n, (c, o) in enumerate(zip(conditions, r.figures, strict=True), 1):
                i = store.indicators()[c.indicator]
                periods = store.periods(c.indicator, level)
                out.append(
                    {"area": r.code, "name": r.name, "meets": r.meets, "condition": n}
                    | {"indicator": c.indicator, "side": c.side, "threshold": c.value}
                    | {"value": o.value, "low": o.low, "high": o.high, "unit": i.unit}
                    | {"status": o.status, "period": periods[0] if periods else ""}
                )
        return out

    by_code = {r.code: r for r in every}
    labels = [t("conditions_no", lang), t("conditions_yes", lang)]
    marks = "".join(_mark(by_code[code]) for code in store.outlines(level, scope))
    return Answer(
        ("conditions", written(conditions), level, scope),
        partial(_wording, conditions, level, scope),
        rows,
        store.sources_of([c.indicator for c in conditions]),
        ("area", "condition"),
        map=MarkedMap(level, scope, marks, LOOKS, labels, t("conditions_head", lang))
        if marks
        else None,
    )


def _mark(row: Row) -> str:
    """Its mark on the map; where it is not known whether the area meets them, why."""
    if row.meets in MARKS:
        return MARKS[row.meets]
    return _why(row)[0].upper()


def _why(row: Row) -> str:
    """The status of the first figure that an area lacks."""
    return next(o.status for o in row.figures if o.value is None)


def _wording(conditions: tuple[Condition, ...], level: str, scope: str, lang: str) -> Wording:
    every = rows_of(conditions, level, scope)
    count = Counter(r.meets for r in every)
    where = store.area(scope)
    n, levels = count["yes"], store.term("area_levels", level, lang)
    about: dict[str, Any] = {"n": number(n, 0, lang), "all": number(len(every), 0, lang)}
    about |= {"levels": levels, "name": name(where, lang) if where else scope}
    title = t("conditions_title", lang, count=n, **about)
    asked = format_list([c.words(lang) for c in conditions], "standard", lang)
    first = [r.name for r in every if r.meets == "yes"][:NAMED]
    lines = [t("conditions_asked", lang, list=asked)]
    if first:
        lines.append(t("conditions_first", lang, names=format_list(first, "standard", lang)))
    if count["unknown"]:
        why = Counter(_why(r) for r in every if r.meets == "unknown")
        reasons = "; ".join(
            f"{t(f'status_{s}', lang)}: {number(m, 0, lang)}" for s, m in why.most_common()
        )
        unknown = count["unknown"]
        lines.append(
            t("conditions_unknown", lang, count=unknown, n=number(unknown, 0, lang), why=reasons)
        )
    if unsure := sum(r.unsure for r in every):
        lines.append(t("conditions_unsure", lang, count=unsure, n=number(unsure, 0, lang)))
    known = [c.indicator for c in conditions if level in store.levels(c.indicator)]
    source = " ".join(dict.fromkeys(source_of(i, level, lang) for i in known))
    cautions = (
        t("conditions_not", lang),
        t("not_conclude_area", lang),
        t("not_conclude_access", lang),
    )
    sentence = " ".join(lines)
    alt = t("map_alt", lang, title=title, sentence=sentence)
    return Wording(title, sentence, source, cautions, alt)
