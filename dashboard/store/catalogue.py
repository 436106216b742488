"""What we measure: indicators, their terms, sources, periods and classes of colour."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dashboard.store.database import cached, rows, schema

MODELLED = "participation"  # the source of our own estimates of taking part
STATUSES = ("measured", "estimated", "suppressed", "missing", "refused", "not_applicable")


@dataclass(frozen=True)
class Indicator:
    """One thing we measure, with the texts of both languages."""

    id: str
    theme: str
    source: str
    domain: str
    level: str
    learning_form: str | None
    facet: str | None
    unit: str
    decimals: int
    label_nl: str
    label_en: str
    description_nl: str
    description_en: str
    caveat_nl: str
    caveat_en: str
    headline: int

    def text(self, field: str, lang: str) -> str:
        """`label`, `description` or `caveat` in the language."""
        return str(getattr(self, f"{field}_{written(lang)}") or "")


@dataclass(frozen=True)
class Scale:
    """The colour classes of an indicator at a level: inner bounds, and how they were chosen.

    `kind` is `quantile` (fifths of the areas of the country), `fixed` (set in the catalogue) or
    `diverging` (below and above `reference`).
    """

    breaks: tuple[float, ...]
    kind: str = "quantile"
    reference: float | None = None

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.breaks) + 1


@cached(1)
def terms() -> dict[tuple[str, str], dict[str, Any]]:
    """Every term of the taxonomy by (scheme, id), in the taxonomy's order."""
    return {(t["scheme"], t["id"]): t for t in rows("SELECT * FROM term ORDER BY scheme, position")}


@cached(32)
def scheme(name: str) -> list[str]:
    """The ids of the terms of a scheme, in the taxonomy's order."""
    return [term for scheme_of_term, term in terms() if scheme_of_term == name]


def country_name(lang: str, alone: bool = False) -> str:
    """The name of the country, as in running text or by itself: `the Netherlands`, `The
    Netherlands`.
    """
    name = term("country", "country", lang)
    return name[0].upper() + name[1:] if alone else name


def term(scheme: str, name: str, lang: str) -> str:
    """The label of a term."""
    return term_text(scheme, name, "label", lang)


def term_text(scheme: str, name: str, field: str, lang: str) -> str:
    """The `label` or `description` of a term."""
    return str(terms()[scheme, name][f"{field}_{written(lang)}"] or "")


def written(lang: str) -> str:
    """In which of its languages the catalogue is read by readers of a language: English where it
    has not their own.
    """
    return lang if lang in ("nl", "en") else "en"


@cached(1)
def indicators() -> dict[str, Indicator]:
    """Every indicator, in reading order."""
    columns = ", ".join(Indicator.__dataclass_fields__)
    return {
        r["id"]: Indicator(**r) for r in rows(f"SELECT {columns} FROM indicator ORDER BY position")
    }


@cached(1)
def sources() -> dict[str, dict[str, Any]]:
    """Every source by id."""
    return {s["id"]: s for s in rows("SELECT * FROM source ORDER BY publisher, id")}


@cached(1)
def coverage() -> list[dict[str, Any]]:
    """Per indicator, level and period: how many areas have a figure, by status."""
    return rows(
        """SELECT o.indicator, a.level, o.period, count(o.value) AS figures, count(*) AS areas,
             count(*) FILTER (o.status = 'estimated') AS estimated
           FROM observation o JOIN area a ON a.code = o.area GROUP BY ALL ORDER BY ALL"""
    )


@cached(512)
def levels(indicator: str) -> list[str]:
    """The levels with at least one figure of the indicator, from coarse to fine."""
    known = {c["level"] for c in coverage() if c["indicator"] == indicator and c["figures"]}
    return [level for level in scheme("area_level") if level in known]


@cached(1024)
def periods(indicator: str, level: str) -> list[str]:
    """The periods with figures, newest first."""
    known = {
        c["period"]
        for c in coverage()
        if (c["indicator"], c["level"]) == (indicator, level) and c["figures"]
    }
    return sorted(known, reverse=True)


@cached(8)
def series(level: str) -> list[tuple[str, str]]:
    """The (indicator, period) pairs of a level, in the order in which the map files carry them."""
    known = {
        (c["indicator"], c["period"]) for c in coverage() if c["level"] == level and c["figures"]
    }
    order = {name: at for at, name in enumerate(indicators())}
    return sorted(known, key=lambda s: (order[s[0]], s[1]))


@cached(512)
def scale(indicator: str, level: str) -> Scale:
    """The colour classes: the same for map, legend and chart."""
    records = rows(
        "SELECT breaks, kind, reference FROM scale WHERE indicator = ? AND level = ?",
        indicator,
        level,
    )
    return (
        Scale(tuple(records[0]["breaks"]), records[0]["kind"], records[0]["reference"])
        if records
        else Scale(())
    )


def sources_of(names: list[str]) -> list[str]:
    """The sources of some indicators, each once."""
    return [*dict.fromkeys(indicators()[i].source for i in names)]


@cached(64)
def sources_of_table(name: str) -> list[str]:
    """The sources that the rows of a table name, themselves or by their indicator; none where the
    table names none.
    """
    declared = schema()[name]
    if declared.references.get("source") == "source":
        sql = f"SELECT DISTINCT source FROM {name} WHERE source IS NOT NULL"
    elif "indicator" in declared.references:
        sql = f"SELECT DISTINCT i.source FROM {name} t JOIN indicator i ON i.id = t.indicator"
    else:
        return []
    return sorted(r["source"] for r in rows(sql))
