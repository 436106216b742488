"""Grants for culture and sport by size, in one year of an open register: the small beside the
large, and who is there for the first time.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard.answer.answer import Answer, Wording
from dashboard.answer.network import Tie, sources_of, ties_of
from dashboard.answer.view import name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import t

KIND, DOMAIN = "funding", "leisure"
BOUNDS = (0, 5_000, 50_000, 500_000)  # euros together in a year; each class from its bound on
NAMED = 3


@dataclass(frozen=True)
class Size:
    """The recipients of a class of size, those with most first; `euros` by recipient, `new` those
    that no earlier year of the register has.
    """

    least: int
    most: int | None
    euros: dict[str, float]
    new: frozenset[str]


def grants(area: Area) -> list[Tie]:
    """The grants to organisations of culture and sport that a register of the area has."""
    return [tie for tie in ties_of(area) if tie["kind"] == KIND and tie["b_domain"] == DOMAIN]


def fullest(ties: Sequence[Tie]) -> str:
    """The year with most of the ties, the newest of several."""
    count = Counter(str(tie["period"]) for tie in ties)
    return max(count, key=lambda year: (count[year], year))


def sizes(ties: Sequence[Tie], year: str) -> list[Size]:
    """The recipients of a year by how much each had together, the smallest class first."""
    euros: defaultdict[str, float] = defaultdict(float)
    for tie in ties:
        if tie["period"] == year:
            euros[str(tie["b_name"])] += tie["weight"] or 0
    earlier = {str(tie["b_name"]) for tie in ties if tie["period"] < year}
    new = euros.keys() - earlier if earlier else set()
    order = sorted(euros.items(), key=lambda both: (-both[1], both[0]))
    ends = [*BOUNDS[1:], None]
    out = []
    for least, most in zip(BOUNDS, ends, strict=True):
        inside = {n: v for n, v in order if v >= least and (most is None or v < most)}
        out.append(Size(least, most, inside, frozenset(new & inside.keys())))
    return out


def answer(
    area: Area, year: str, lang: str, phone: bool = False, dark: bool = False
) -> Answer | None:
    """The recipients of a year by size; None where no register of grants is open."""
    ties = grants(area)
    if not ties:
        return None
    chosen = year or fullest(ties)
    every = sizes(ties, chosen)

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": area.code,
                "period": chosen,
                "recipient": n,
                "value": round(v, 2),
                "unit": "euros",
                "least": s.least,
                "most": s.most,
                "first_time": n in s.new if any(e.new for e in every) else None,
            }
            for s in every
            for n, v in s.euros.items()
        ]

    return Answer(
        ("grants", area.code, chosen),
        partial(_wording, area, ties, chosen, every),
        rows,
        sources_of(ties, KIND),
        ("area", "period", "recipient"),
        diagram=partial(_bars, every, lang, phone, dark),
        asked={"year": chosen},
    )


def label(size: Size, lang: str) -> str:
    """From how much to how much money a class goes."""
    low, high = (number(v or 0, 0, lang) for v in (size.least, size.most))
    if size.most is None:
        return t("grants_from", lang, low=low)
    return (
        t("grants_below", lang, high=high)
        if not size.least
        else t("grants_between", lang, low=low, high=high)
    )


def table(area: Area, year: str, lang: str) -> list[dict[str, str]]:
    """A row per class of size, with the recipients that have most in it."""
    ties = grants(area)
    every = sizes(ties, year or fullest(ties))
    total = sum(sum(s.euros.values()) for s in every) or 1
    return [
        {
            t("grants_column_size", lang): label(s, lang),
            t("grants_column_recipients", lang): number(len(s.euros), 0, lang),
            t(
                "grants_column_share", lang
            ): f"{number(100 * sum(s.euros.values()) / total, 1, lang)} %",
            t("grants_column_new", lang): number(len(s.new), 0, lang)
            if any(e.new for e in every)
            else "–",
            t("grants_column_most", lang): "; ".join([*s.euros][:NAMED]) or "–",
        }
        for s in every
    ]


def _bars(every: Sequence[Size], lang: str, phone: bool, dark: bool) -> str:
    total = sum(sum(s.euros.values()) for s in every) or 1
    bars = [
        Bar(
            label(s, lang),
            len(s.euros),
            t(
                "grants_words",
                lang,
                n=number(len(s.euros), 0, lang),
                share=number(100 * sum(s.euros.values()) / total, 1, lang),
            ),
        )
        for s in every
    ]
    return ranked(bars, max(1, *(len(s.euros) for s in every)), phone, dark)


def _wording(
    area: Area, ties: Sequence[Tie], year: str, every: Sequence[Size], lang: str
) -> Wording:
    euros = {n: v for s in reversed(every) for n, v in s.euros.items()}
    total, few = sum(euros.values()) or 1, len(every[-1].euros)
    title = t(
        "grants_title",
        lang,
        year=year,
        count=few,
        few=number(few, 0, lang),
        all=number(len(euros), 0, lang),
        name=name(area, lang),
        share=number(100 * sum(every[-1].euros.values()) / total, 0, lang),
        least=number(every[-1].least, 0, lang),
    )
    funders: defaultdict[str, set[str]] = defaultdict(set)
    for tie in ties:
        if tie["period"] == year:
            funders[str(tie["b_name"])].add(str(tie["a_name"]))
    joined = sum(len(offices) > 1 for offices in funders.values())
    parts = [
        t("grants_joined", lang, n=number(joined, 0, lang), all=number(len(euros), 0, lang)),
        t("grants_office", lang),
    ]
    new = sum(len(s.new) for s in every)
    if new:
        small = sum(len(s.new) for s in every[:2])
        bound = number(BOUNDS[2], 0, lang)
        counted = {"n": number(new, 0, lang), "small": number(small, 0, lang)}
        text = t("grants_new", lang, count=new, bound=bound, **counted)
        parts.insert(0, text)
    per_year = Counter(str(tie["period"]) for tie in ties)
    count = "; ".join(f"{y}: {number(n, 0, lang)}" for y, n in sorted(per_year.items()))
    cautions = (
        t("grants_years", lang, list=count),
        t("grants_not", lang),
        t("grants_office", lang),
    )
    listed = "; ".join(f"{label(s, lang)}: {len(s.euros)}" for s in every)
    return Wording(
        title,
        " ".join(parts),
        credit(sources_of(ties, KIND), lang),
        cautions,
        t("nation_alt", lang, list=listed),
        f"{t('grants_key', lang)} {cautions[0]}",
    )
