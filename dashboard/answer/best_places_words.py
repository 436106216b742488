"""The best places in words, with what each of them adds, and who is still left out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer import best_places, homes, what_if
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.best_places import AIMS, Best, Search
from dashboard.answer.paths import METRES_PER_MIN
from dashboard.answer.spots import Spot
from dashboard.answer.what_if_words import (
    bars,
    difference,
    group_words,
    limit_words,
    wording,
)
from dashboard.picture.ranked import Bar, ranked
from dashboard.words.numbers import about, named, number, percent
from dashboard.words.text import t


def answer(best: Best, lang: str, phone: bool = False, dark: bool = False) -> Answer:
    """The best places with the map of what they change; a row per place."""
    s, search = best.search.base, best.search
    asked = {"kind": s.kind, "who": s.who, "mode": s.mode, "limit": str(s.minutes)}
    asked |= {"aim": search.aim, "among": search.among, "many": str(search.most)}
    return Answer(
        ("best_places", s.municipality, s.kind, search.aim, str(search.most)),
        partial(wording_of, best),
        partial(rows, best),
        what_if.sources(best.outcome),
        ("position",),
        map=difference(best.outcome, lang),
        diagram=partial(curve, best, lang, phone, dark),
        asked=asked,
    )


def rows(best: Best) -> list[dict[str, Any]]:
    """A row per place, in the order of choosing."""
    search = best.search
    same: dict[str, Any] = {
        "kind": search.base.kind,
        "group": search.base.who,
        "mode": search.base.mode,
    }
    same |= {"limit_minutes": search.base.minutes, "aim": search.aim}
    adds = best.adds or (None,) * len(best.spots)
    return [
        {"area": search.base.municipality, "position": n, "place": s.id, "name": s.name}
        | {"lon": round(s.lon, 6), "lat": round(s.lat, 6)}
        | same
        | {"adds": add if add is None else round(add, 1), "total": round(best.value, 1)}
        | {"bound": round(best.bound, 1), "proved": best.proved, "status": "estimated"}
        for n, (s, add) in enumerate(zip(best.spots, adds, strict=True), 1)
    ]


def spot_words(s: Spot, lang: str) -> str:
    """A building with its kind, or the middle of a neighbourhood."""
    return named(s.name, s.kind, lang) if s.kind else t("what_if_middle", lang, name=s.name)


def aim_words(aim: str, lang: str) -> str:
    """An aim."""
    return t(f"what_if_aim_{aim}", lang)


def unit_words(search: Search, lang: str) -> str:
    """What a choice is counted in."""
    who = group_words(search.base.who, lang).lower()
    return t(f"what_if_unit_{search.aim}", lang, who=who, limit=limit_words(search.base, lang))


def curve(best: Best, lang: str, phone: bool, dark: bool) -> str:
    """What each place adds; of the longest way, whom all of them bring within the limit."""
    if not best.adds:
        return bars(best.outcome, lang, phone, dark)
    drawn = [
        Bar(f"{n}. {spot_words(s, lang)}", add, f"≈ {number(add, 0, lang)}")
        for n, (s, add) in enumerate(zip(best.spots, best.adds, strict=True), 1)
    ]
    return ranked(drawn, max(best.adds), phone, dark)


def wording_of(best: Best, lang: str) -> Wording:
    """The choice in words: which places, what they bring, and how sure it is that they are best."""
    search, o = best.search, best.outcome
    town = store.area(search.base.municipality)
    where = town.name if town else search.base.municipality
    tried = wording(o, lang)
    heading = title(search, where, lang)
    text = " ".join(lines(best, where, lang))
    cautions = (tried.cautions[0], t("what_if_not_best", lang), *tried.cautions[1:])
    alt = t("map_alt", lang, title=heading, sentence=text)
    if best.adds:
        each = zip(best.spots, best.adds, strict=True)
        listed = "; ".join(f"{spot_words(s, lang)}: ≈ {number(a, 0, lang)}" for s, a in each)
        alt = f"{alt}\n\n{t('what_if_alt_curve', lang, list=listed)}"
    unit = t("what_if_curve_text", lang, unit=unit_words(search, lang)) if best.adds else tried.key
    return Wording(heading, text, tried.source, cautions, alt, unit)


def title(search: Search, where: str, lang: str) -> str:
    """What is looked for, as a question."""
    kind, n = store.term("kind", search.base.kind, lang), search.most
    return t("what_if_best_title", lang, count=n, n=n, kind=kind, name=where)


def lines(best: Best, where: str, lang: str) -> list[str]:
    """A sentence each: the places, what they bring, and how sure it is."""
    search, aim = best.search, aim_words(best.search.aim, lang)
    if not best.spots:
        limit, o = limit_words(search.base, lang), best.outcome
        if search.aim != "farthest" and not best_places.left_out(o, search.base.who):
            who = group_words(search.base.who, lang).lower()
            kind = store.term("kind", search.base.kind, lang).lower()
            return [t("what_if_best_all", lang, name=where, who=who, kind=kind, limit=limit)]
        return [t("what_if_best_none", lang, name=where, aim=aim, limit=limit)]
    names = format_list([spot_words(s, lang) for s in best.spots], "standard", lang)
    out = [t("what_if_best_names", lang, aim=aim, names=names)]
    if len(best.spots) < search.most:
        out.append(t("what_if_best_fewer", lang))
    if search.aim == "farthest":
        o = best.outcome
        before = float(o.before.metres[o.known].max()) / METRES_PER_MIN[search.base.mode]
        longest: dict[str, Any] = {"before": about(before, lang), "after": about(best.value, lang)}
        out.append(t("what_if_best_longest", lang, **longest))
    out.append(wording(best.outcome, lang).sentence)
    return [*out, *sureness(best, lang)]


def sureness(best: Best, lang: str) -> list[str]:
    """Whether a better choice may exist, and how much better it can be at most."""
    search = best.search
    spots = best_places.candidates(search.base.municipality, search.base.kind, search.among)
    n, gap = number(len(spots), 0, lang), percent(max(0.01, best.gap), lang)
    if best.proved:
        out = [t("what_if_proof_best", lang, n=n)]
        if best.seconds:
            out.append(t("what_if_proof_took", lang, seconds=number(best.seconds, 1, lang)))
        return out
    if best.seconds is None:
        return [t("what_if_proof_quick", lang, n=n, gap=gap)]
    return [t("what_if_proof_stopped", lang, n=n, gap=gap, seconds=number(best.seconds, 1, lang))]


def fair_table(search: Search, lang: str) -> list[dict[str, str]]:
    """Of each group who is left out now, and after the best choice by every aim."""
    every = {aim: best.outcome for aim, best in best_places.beside(search).items()}
    first = every[AIMS[0]]
    out = []
    for group in homes.GROUPS:
        residents = first.homes.residents[group][first.known]
        now = float(residents.sum()) - first.within(group, first.before).value
        row = {t("what_if_column_group", lang): group_words(group, lang)}
        row[t("what_if_column_before", lang)] = number(now, 0, lang)
        for aim, o in every.items():
            row[aim_words(aim, lang)] = number(best_places.left_out(o, group), 0, lang)
        out.append(row)
    return out


def fair_lines(search: Search, lang: str) -> Sequence[str]:
    """Which groups another aim would do more for, a sentence each."""
    return [
        t(
            "what_if_fair_worse",
            lang,
            group=group_words(group, lang).lower(),
            aim=aim_words(aim, lang),
            n=number(more, 0, lang),
        )
        for group, (aim, more) in best_places.worse_off(search).items()
    ] or [t("what_if_fair_none", lang)]
