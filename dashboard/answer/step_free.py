"""Of how many places of each kind nobody tells whether one can get in without steps, and of how many
it is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import t

STATES = ("unknown", "yes", "no")  # what is not known first


def answer(town: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Per kind of place of a municipality how much is not known, as bars; None without places."""
    kinds = store.step_free(town.code)
    if not kinds:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": town.code,
                "kind": k["kind"],
                "label": store.term("kind", k["kind"], lang),
                "places": k["places"],
                **{f"step_free_{state}": k[state] for state in STATES},
            }
            for k in kinds
        ]

    return Answer(
        ("step_free", town.code),
        partial(_wording, town, kinds),
        rows,
        sorted({s for k in kinds for s in k["sources"]}),
        ("area", "kind"),
        diagram=partial(_bars, kinds, lang, phone, dark),
    )


def table(town: Area, lang: str) -> list[dict[str, str]]:
    """A row per kind of place, with what is not known first."""
    return [
        {
            t("csv_kind", lang): store.term("kind", k["kind"], lang),
            **{t(f"reach_step_{s}", lang): number(k[s], 0, lang) for s in STATES},
        }
        for k in store.step_free(town.code)
    ]


def _bars(kinds: Sequence[dict[str, Any]], lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(
            store.term("kind", k["kind"], lang),
            100 * k["unknown"] / k["places"],
            t(
                "step_free_words",
                lang,
                n=number(k["unknown"], 0, lang),
                all=number(k["places"], 0, lang),
            ),
        )
        for k in kinds
    ]
    return ranked(bars, 100, phone, dark)


def _wording(town: Area, kinds: Sequence[dict[str, Any]], lang: str) -> Wording:
    n = {state: sum(k[state] for k in kinds) for state in STATES}
    counts: dict[str, Any] = {state: number(v, 0, lang) for state, v in n.items()}
    title = t(
        "step_free_title",
        lang,
        name=name(town, lang),
        all=number(sum(n.values()), 0, lang),
        unknown=counts["unknown"],
    )
    listed = "; ".join(
        f"{store.term('kind', k['kind'], lang)}: {k['unknown']}/{k['places']}" for k in kinds
    )
    caution = t("step_free_caution", lang)
    return Wording(
        title,
        t("step_free_sentence", lang, yes=counts["yes"], no=counts["no"]),
        credit(sorted({s for k in kinds for s in k["sources"]}), lang),
        (caution, t("listed_not", lang)),
        t("nation_alt", lang, list=listed),
        f"{t('step_free_key', lang)} {caution}",
    )
