"""What the finder found, in words."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
from babel.lists import format_list

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.finder import Asked
from dashboard.answer.gaps import (
    as_percent,
    chance_words,
    levels_of,
    map_wording,
    source_of,
    statuses_of,
    unknown_distance,
)
from dashboard.answer.underserved import CHANCES
from dashboard.answer.view import name
from dashboard.picture import scales
from dashboard.store import Area
from dashboard.words.numbers import number, titled
from dashboard.words.text import plain, t

FEWEST = 10  # residents that are told: counts are shown in tens


def answer_line(asked: Asked, r: dict[str, Any], lang: str) -> str:
    """An area, in how many of ten lists it is among the worst fifth, and what adds most to that."""
    most = max(range(len(r["parts"])), key=lambda n: r["parts"][n])
    label = store.indicators()[asked.names[most]].text("label", lang)
    town = store.area(r["municipality"])
    beside = (
        f" ({town.name})"
        if town and asked.scope == store.country() and town.code != r["code"]
        else ""
    )
    often, share = often_words(r["chance"], lang), chance_words(r["chance"], lang)
    return t(
        "gaps_answer", lang, name=plain(r["name"] + beside), often=often, share=share, factor=label
    )


def often_words(chance: float, lang: str) -> str:
    """A chance in words: `in 8 van de 10 lijsten`; of nearly all and nearly none it says that."""
    tenths = round(10 * chance)
    if chance > 0.95 or chance < 0.05:
        return t("gaps_often_nearly_all" if chance > 0.5 else "gaps_often_hardly_any", lang)
    return t("gaps_often", lang, n=min(max(tenths, 1), 9))


def sureness(asked: Asked, weights: tuple[int, ...], lang: str) -> list[str]:
    """What the chance rests on: what is drawn, of how many figures the margin is not known, and the
    distance.
    """
    unsure, counted = asked.unsure(weights), sum(map(bool, weights))
    out = [t("gaps_draws", lang)]
    if unsure:
        labels = [store.indicators()[n].text("label", lang) for n in unsure]
        listed = format_list(labels, "standard", lang)
        every = "_all" if len(unsure) == counted else ""
        out.append(
            t(
                f"gaps_unsure{every}",
                lang,
                count=len(unsure),
                n=len(unsure),
                all=counted,
                labels=listed,
            )
        )
    if not asked.far:
        out.append(unknown_distance(asked.distance, lang))
    return [*out, t("gaps_worst_find", lang)]


def find_title(asked: Asked, lang: str) -> str:
    """What the list is of."""
    where, group = store.area(asked.scope), store.term("need", asked.who, lang)
    scope_said = name(where, lang) if where else asked.scope
    title = t(
        "gaps_find_title",
        lang,
        who=group,
        levels=store.term("area_levels", asked.level, lang),
        scope=scope_said,
    )
    return titled(
        title, {s for i in asked.names for s in statuses_of(i, asked.level, asked.inside)}, lang
    )


def find_wording(asked: Asked, weights: tuple[int, ...], lang: str) -> Wording:
    """The list, in words."""
    band = asked.scores(weights).band
    levels = levels_of(asked.level, len(band), lang)
    first, every = int((band == 1).sum()), number(len(band), 0, lang)
    key = "gaps_find_sentence" if first else "gaps_find_sentence_none"
    sentence = t(key, lang, count=first, n=number(first, 0, lang), all=every, levels=levels)
    cautions = [
        *sureness(asked, weights, lang)[1:-1],
        *(t(f"gaps_find_not_{n}", lang) for n in range(4)),
    ]
    cautions += [t(key, lang) for key in ("not_conclude_area", "not_conclude_access")]
    return map_wording(find_title(asked, lang), sentence, list_sources(asked, lang), cautions, lang)


def factor_label(factor: str, lang: str) -> str:
    """What a factor is called."""
    return store.indicators()[factor].text("label", lang)


def listed_row(r: dict[str, Any], n: int, where: str, lang: str) -> dict[str, str]:
    """An area as a row of the list of `n`."""
    town = store.area(r["municipality"])
    beside = (
        f" ({town.name})" if town and where == store.country() and town.code != r["code"] else ""
    )
    score, rank = number(r["score"], 0, lang), "–"
    if r["low"] is not None:
        low, high = (number(r[end], 0, lang) for end in ("low", "high"))
        score = t("gaps_margin", lang, value=score, low=low, high=high)
        best, worst_of = (number(r[end], 0, lang) for end in ("best", "worst"))
        rank = t("gaps_rank", lang, best=best, worst=worst_of)
    return {
        t("column_area", lang): r["name"] + beside,
        t("gaps_column_chance", lang): chance_words(r["chance"], lang),
        t("gaps_column_band", lang): t(f"gaps_band_{r['band']}", lang),
        t("gaps_column_score", lang): score,
        t("gaps_column_rank", lang, n=number(n, 0, lang)): rank,
        t("gaps_column_residents", lang): _residents(r["residents"], lang),
    }


def _residents(people: float, lang: str) -> str:
    """In tens, and never none: nobody lives nowhere that has a score."""
    return f"< {FEWEST}" if people < FEWEST else number(round(people, -1), 0, lang)


def unscored(asked: Asked, area: Area, lang: str) -> str:
    """Why an area that the list could hold has no score."""
    at = np.flatnonzero(store.columns(asked.level)["code"] == area.code)[0]
    every = zip(asked.names, asked.factors, strict=True)
    if not store.columns(asked.level)["population"][at]:
        return t("gaps_unscored", lang, name=area.name, why=t("gaps_unscored_empty", lang))
    lacking = [factor for factor, f in every if np.isnan(f.percent[at])]
    why = []
    # where their share is not known we cannot say that they are few
    if not asked.enough[at] and store.groups()[asked.who]["residents"] not in lacking:
        group = store.term("need", asked.who, lang).lower()
        why.append(t("gaps_unscored_few", lang, least=number(asked.least, 0, lang), who=group))
    for factor in lacking:
        status = store.figure_columns(factor, asked.level)["status"][at]
        label = factor_label(factor, lang)
        why.append(
            t("gaps_unscored_factor", lang, factor=label, status=t(f"status_{status}", lang))
        )
    return t("gaps_unscored", lang, name=area.name, why=format_list(why, "standard", lang))


def uncompared(asked: Asked, other: Area, lang: str) -> str:
    """Why the area beside it has no receipt: it is not in the list, or could be but has no
    score.
    """
    if other.level == asked.level and asked.scope in (store.country(), other.municipality):
        return unscored(asked, other, lang)
    where = store.area(asked.scope)
    return t(
        "gaps_uncompared",
        lang,
        name=name(other, lang, alone=True),
        levels=store.term("area_levels", asked.level, lang),
        scope=name(where, lang) if where else asked.scope,
    )


def list_sources(asked: Asked, lang: str) -> str:
    """Where the figures of a list come from."""
    return " ".join(sorted({source_of(name, asked.level, lang) for name in asked.names}))


def answer(asked: Asked, weights: tuple[int, ...], lang: str) -> Answer:
    """Every area with its score, bounds and receipt, and the weights, filters and sources; with the
    map of chances.
    """
    bounds = [as_percent(c, lang) for c in CHANCES]
    figures = [f"< {bounds[0]}", *(f"{a} – {b}" for a, b in pairwise(bounds)), f"≥ {bounds[-1]}"]
    labels = [f"{t(f'gaps_band_{3 - n}', lang)} ({figure})" for n, figure in enumerate(figures)]
    colours = dict(zip("012", scales.RAMP[::2], strict=True))

    def rows() -> list[dict[str, Any]]:
        same = {"scope": asked.scope, "least_residents": asked.least}
        out = []
        for r in asked.rows(weights):
            row: dict[str, Any] = {
                "area": r["code"],
                "name": r["name"],
                "municipality": r["municipality"],
            }
            row |= {
                "level": asked.level,
                "group": asked.who,
                "residents": round(r["residents"]),
                "band": r["band"],
            }
            row |= {"chance_worst_fifth": round(r["chance"], 4)}
            row |= {k: None if r[k] is None else round(r[k], 2) for k in ("score", "low", "high")}
            row |= {"rank_best": r["best"], "rank_worst": r["worst"]}
            for line in asked.receipt(weights, r):
                factor = line["factor"]
                row |= {
                    factor: round(line["value"], line["decimals"] + 2),
                    f"{factor}:status": line["status"],
                }
                row |= {
                    f"{factor}:period": line["period"],
                    f"{factor}:percent": round(line["percent"], 4),
                }
                row |= {
                    f"{factor}:weight": line["weight"],
                    f"{factor}:points": round(line["points"], 4),
                }
            out.append({**row, **same})
        return out

    return Answer(
        ("finder", asked.who, asked.level, asked.scope),
        partial(find_wording, asked, weights),
        rows,
        store.sources_of([*asked.names]),
        map=MarkedMap(
            asked.level,
            asked.scope,
            asked.marks(weights),
            colours,
            labels,
            t("gaps_chance_head", lang),
            [r["code"] for r in asked.rows(weights) if r["band"] == 1],
        ),
    )
