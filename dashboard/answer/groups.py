"""Who takes part less: national figures of a survey by age, education and household, as published.

Each question is of one survey; groups of different questions are not compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.picture.ranked import Bar, ranked
from dashboard.words.numbers import credit, number
from dashboard.words.text import t

SOURCE = "national_surveys"
# a question and its groups, as the publications have them in English; the key of their text
ASKED = {
    ("library member", "age"): "library_age",
    ("household with at least one library member", "household"): "library_household",
    (
        "visited concert, stage, museum or cinema at least once in the year",
        "education",
    ): "visit_education",
}
GROUPS = {
    "4-8 (4 to 9)": "age_4",
    "9-14 (9 to 15)": "age_9",
    "15-17 (15 to 18)": "age_15",
    "18+": "age_18",
    "couples with children": "couples",
    "single-parent households": "single_parents",
    "all households": "all",
    "primary only": "primary",
    "hbo/university": "higher",
}


@dataclass(frozen=True)
class Group:
    """The share of a group in a year, in percent; `asked` and `who` are keys of texts."""

    asked: str
    who: str
    period: str
    value: float
    publication: str


def groups() -> list[Group]:
    """The groups of the newest year of each question, in its order."""
    out = []
    for (text, dimension), asked in ASKED.items():
        rows = [
            s
            for s in store.surveys(SOURCE)
            if s["indicator_text"] == text and s["dimension"] == dimension and s["unit"] == "%"
        ]
        newest = max((s["period"] for s in rows), default="")
        of = {s["subgroup"]: s for s in rows if s["period"] == newest}
        out += [
            Group(asked, key, newest, of[group]["value"], of[group]["publication"])
            for group, key in GROUPS.items()
            if group in of
        ]
    return out


def answer(lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every group as a bar; None in an edition without two groups of the first question."""
    known = groups()
    if sum(g.asked == next(iter(ASKED.values())) for g in known) < 2:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "label": t(f"groups_{g.asked}", lang),
                "group": t(f"groups_{g.who}", lang),
                "period": g.period,
                "value": g.value,
                "unit": "percent",
                "publication": g.publication,
            }
            for g in known
        ]

    wording = partial(_wording, known)
    drawn = partial(_bars, known, lang, phone, dark)
    key = ("label", "group", "period")
    return Answer(("groups", SOURCE), wording, rows, [SOURCE], key, diagram=drawn)


def _bars(known: list[Group], lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(
            f"{t(f'groups_{g.asked}', lang)}: {t(f'groups_{g.who}', lang)} ({g.period})",
            g.value,
            f"{number(g.value, 0, lang)} %",
        )
        for g in known
    ]
    return ranked(bars, 100, phone, dark)


def _wording(known: list[Group], lang: str) -> Wording:
    first = [g for g in known if g.asked == known[0].asked]
    most, least = max(first, key=lambda g: g.value), min(first, key=lambda g: g.value)
    values: dict[str, Any] = {
        "most": t(f"groups_{most.who}", lang),
        "least": t(f"groups_{least.who}", lang),
        "high": number(most.value, 0, lang),
        "low": number(least.value, 0, lang),
        "period": known[0].period,
    }
    title = t("groups_title", lang, asked=t(f"groups_{known[0].asked}", lang), **values)
    published = "; ".join(dict.fromkeys(g.publication for g in known))
    source = f"{credit([SOURCE], lang)} {t('groups_published', lang, list=published)}"
    listed = "; ".join(
        f"{t(f'groups_{g.asked}', lang)}, {t(f'groups_{g.who}', lang)}, {g.period}: {number(g.value, 0, lang)} %"
        for g in known
    )
    cautions = (t("nation_not", lang), t("groups_not", lang))
    alt = t("nation_alt", lang, list=listed)
    return Wording(title, t("groups_text", lang), source, cautions, alt, " ".join(cautions))
