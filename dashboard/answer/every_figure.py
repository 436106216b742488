"""Every figure of an area as rows of a table, and what stands below such a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import store
from dashboard.answer.portrait import (
    Figure,
    figure_link,
    figures,
    headings,
    margin_words,
    upwards,
)
from dashboard.answer.profile import group_words, way_on
from dashboard.store import Area, Indicator
from dashboard.words.numbers import bare, shown, source_line
from dashboard.words.text import t

# a source of many publications; which one it is stands with each figure on `data`
NATIONAL = "national_surveys"
SCHEMES = ("theme", "level", "status")  # by which the table can be filtered


@dataclass(frozen=True)
class Line:
    """A row: its cells by heading, its address, its terms by scheme, and what it measures in a
    sentence.
    """

    cells: dict[str, str]
    link: str
    terms: dict[str, str]
    description: str


def lines(area: Area, lang: str) -> list[Line]:
    """A row for every figure of the area, by theme; what only a larger area has comes last in its
    theme, with the figure of that area.
    """
    themes = [*store.scheme("theme")]
    order = sorted(
        figures(area), key=lambda f: (themes.index(f.indicator.theme), not at_its_level(f, area))
    )
    return [_line(f, area, lang) for f in order]


def at_its_level(f: Figure, area: Area) -> bool:
    """Whether a figure is of the area, or of others of its level."""
    return f.of == area or area.level in store.levels(f.indicator.id)


def _line(f: Figure, area: Area, lang: str) -> Line:
    i = f.indicator
    terms = {"theme": i.theme, "level": i.level, "status": f.observation.status}
    more = {
        t(f"every_{scheme}", lang): label(scheme, terms[scheme], lang) for scheme in SCHEMES[:2]
    }
    return Line(
        row(f, area, lang) | more,
        figure_link(i, f.period, area, lang),
        terms,
        i.text("description", lang),
    )


def label(scheme: str, term: str, lang: str) -> str:
    """What a term that the table can be filtered by is called."""
    return t(f"status_{term}", lang) if scheme == "status" else store.term(scheme, term, lang)


def row(f: Figure, area: Area, lang: str) -> dict[str, str]:
    """The figure with its unit, and those that it is compared with without."""
    i, typical = f.indicator, f.standing.typical if f.standing else None

    def beside(value: float | None, status: str) -> str:
        return "–" if value is None else bare(value, status, i, lang)

    heading = headings(area, lang)
    cells = {
        t("column_indicator", lang): i.text("label", lang),
        heading[area.code]: shown(f.observation, i, lang),
    }
    if not area.is_country:
        cells[t("profile_column_alike", lang)] = beside(
            typical.median if typical else None, f.observation.status
        )
    for a in upwards(area)[1:]:
        there = f.wider[a.level]
        cells[heading[a.code]] = beside(there.value, there.status) if there else "–"
    return cells | {
        t("profile_column_margin", lang): margin_words(f, lang),
        t("column_status", lang): t(f"status_{f.observation.status}", lang),
        t("column_period", lang): f.period,
        t("column_source", lang): store.sources()[i.source]["publisher"],
    }


def notes(some: Sequence[Figure], area: Area, lang: str) -> list[str]:
    """Which group each of some figures is compared with, and a line for each of their sources."""
    return compared(some, area, lang) + source_lines(some, lang)


def compared(some: Sequence[Figure], area: Area, lang: str) -> list[str]:
    """Which group each of some figures is compared with."""
    groups = [f.standing.group for f in some if f.standing and f.standing.group]
    return [
        t(
            "profile_beside",
            lang,
            group=group_words(g, area, lang),
            n=groups.count(g),
            count=groups.count(g),
        )
        for g in store.GROUPS
        if g in groups
    ]


def source_lines(some: Sequence[Figure], lang: str) -> list[str]:
    """A line for each source of some figures, with its periods and licence."""
    periods: dict[str, tuple[Indicator, set[str]]] = {}
    for f in some:
        periods.setdefault(f.indicator.source, (f.indicator, set()))[1].add(f.period)
    return [source_line(i, ", ".join(sorted(p)), lang) for i, p in periods.values()]


def publications(some: Sequence[Figure], area: Area, lang: str) -> tuple[str, str] | None:
    """The way to which publication each national figure is of; None where there is none among some
    figures.
    """
    national = any(f.indicator.source == NATIONAL for f in some)
    return way_on("data", "profile_publication", area, lang) if national else None
