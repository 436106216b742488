"""Every figure of an area: the newest of each indicator, beside comparable areas and the larger ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard import store
from dashboard.answer import standout
from dashboard.answer.standout import Standing
from dashboard.answer.underserved import LEVEL
from dashboard.answer.view import View, level_name, name
from dashboard.store import Area, Indicator, Observation
from dashboard.words.numbers import between, number, shown
from dashboard.words.text import t

PLACE = {  # by theme the page that shows its figures, and the question there
    "participation": ("reach", "take_part"),
    "spending": ("reach", "take_part"),
    "access": ("reach", "get_there"),
    "wellbeing": ("reach", "barriers"),
    "welcome": ("reach", "barriers"),
}


MEASURE = {
    "gap": "participation",
    "inequality": "whom",
    "coverage": "known",
}  # the question of Gaps, by source


COLUMNS = {  # of the figures to take away, as W3C Tabular Metadata types them
    "area": "string", "name": "string", "level": "string", "indicator": "string", "label_nl": "string",
    "label_en": "string", "period": "string", "value": "number", "low": "number", "high": "number",
    "method": "string", "unit": "string", "status": "string", "compared_with": "string", "compared": "integer",
    "median": "number", "distance": "number", "gemeente_value": "number", "land_value": "number",
    "source": "string", "publisher": "string", "licence": "string", "retrieved": "date",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """The newest figure of an indicator that is known `of` the area, or of a larger one.

    `standing` is where it stands among comparable areas; `wider` the same figure by level of a
    larger area.
    """

    indicator: Indicator
    period: str
    observation: Observation
    standing: Standing | None
    wider: dict[str, Observation | None]
    of: Area

    @property
    def margin(self) -> tuple[float, float] | None:
        """How far the figure may be off, where that is known."""
        o = self.observation
        return None if o.low is None or o.high is None else (o.low, o.high)


@store.cached(256)
def figures(area: Area) -> tuple[Figure, ...]:
    """Of every indicator the newest figure, of the area or of the smallest larger one that has it,
    in reading order.
    """
    line, newest = upwards(area), dict[str, tuple[str, Area]]()
    for a in line:
        for r in store.portrait(a.code):
            if r["id"] not in newest and (
                r["value"] is not None or (a == area and r["status"] != "missing")
            ):
                newest[r["id"]] = (r["period"], a)
    standings = standout.standings(area)
    missing = Observation(area.code, area.name, None, None, None, "missing")
    out = []
    for i in store.indicators().values():
        if i.id in newest:
            period, owner = newest[i.id]
            wider = {a.level: store.figures_of(a.code).get((i.id, period)) for a in line[1:]}
            observation = store.figures_of(area.code).get((i.id, period), missing)
            out.append(Figure(i, period, observation, standings.get(i.id), wider, owner))
    return tuple(out)


def upwards(area: Area) -> list[Area]:
    """The area, its municipality and the country."""
    return [
        area,
        *(a for a in reversed(store.lineage(area)[:-1]) if not a.is_part),
    ]


def headings(area: Area, lang: str) -> dict[str, str]:
    """Code to column heading of the area, its municipality and the country; with the level where
    two share a name.
    """
    names = {a.code: name(a, lang, alone=True) for a in upwards(area)}
    shared = {n for n in names.values() if list(names.values()).count(n) > 1}
    return {
        a.code: f"{n} ({level_name(a, lang)})" if (n := names[a.code]) in shared else n
        for a in upwards(area)
    }


def margin_words(f: Figure, lang: str) -> str:
    """The margin of the figure; one that is not of the level of the column says of which it is."""
    o = f.observation
    if o.low is None or o.high is None:
        return "–"
    margin = between(o.low, o.high, f.indicator.decimals, lang)
    if o.level == LEVEL:
        return margin
    return t("profile_margin", lang, margin=margin, level=number(100 * o.level, 0, lang))


def row(f: Figure, lang: str) -> dict[str, Any]:
    """A figure of an area as a row to take away."""
    return {
        "area": f.of.code,
        "indicator": f.indicator.id,
        "label": f.indicator.text("label", lang),
        "period": f.period,
        "value": f.observation.value,
        "low": f.observation.low,
        "high": f.observation.high,
        "unit": f.indicator.unit,
        "status": f.observation.status,
    }


def cells(f: Figure, lang: str) -> dict[str, str]:
    """A figure of an area as a row to read."""
    return {
        t("column_indicator", lang): f.indicator.text("label", lang),
        t("column_value", lang): shown(f.observation, f.indicator, lang),
        t("profile_column_margin", lang): margin_words(f, lang),
        t("column_status", lang): t(f"status_{f.observation.status}", lang),
        t("column_period", lang): f.period,
        t("column_publisher", lang): store.sources()[f.indicator.source]["publisher"],
    }


def figure_link(i: Indicator, period: str, area: Area, lang: str) -> str:
    """The address of a figure of the area, on the page that is about it."""
    page, ask = PLACE.get(
        i.theme, ("gaps", MEASURE[i.source]) if i.source in MEASURE else ("explore", "")
    )
    levels = (
        store.offered(i.id, area) or store.levels(i.id) or [area.level]
    )  # a figure that nobody has may be blank
    level = area.level if area.level in levels else levels[-1]
    known = store.periods(i.id, level) or [period]
    view = View(lang, i, period if period in known else known[0], level, area, page=page)
    return view.link(ask=ask)


def exact(value: float | None, indicator: Indicator) -> float | None:
    """A figure as it is taken away: with two decimals more than are shown, as in the API."""
    return None if value is None else round(value, indicator.decimals + 2)


def rows(area: Area) -> list[dict[str, Any]]:
    """Every figure, to take away, as COLUMNS; one that is known of a larger area only is `missing`
    here.
    """
    named = store.area_levels()
    wider = {"gemeente_value": named.municipality, "land_value": named.country}
    out = []
    for f in figures(area):
        i, o, s = f.indicator, f.observation, f.standing
        typical, source = s.typical if s else None, store.sources()[i.source]
        row: dict[str, Any] = {
            "area": area.code,
            "name": area.name,
            "level": area.level,
            "indicator": i.id,
        }
        row |= {"label_nl": i.label_nl, "label_en": i.label_en, "period": f.period}
        row |= {k: exact(getattr(o, k), i) for k in ("value", "low", "high")}
        row |= {"method": o.method, "unit": i.unit, "status": o.status}
        row |= {
            "compared_with": s.group if s else "",
            "compared": typical.areas if typical else None,
        }
        row |= {"median": exact(typical.median, i) if typical else None}
        row |= {"distance": round(s.distance, 2) if s and typical else None}
        for column, level in wider.items():
            there = f.wider.get(level)
            row[column] = exact(there.value, i) if there else None
        row |= {"source": i.source, "publisher": source["publisher"], "licence": source["licence"]}
        row |= {"retrieved": source["retrieved"][:10]}
        out.append(row)
    return out
