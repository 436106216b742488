"""Ready charts on culture for an area: each with a claim as its title, the own municipality marked."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard import store
from dashboard.answer import among, groups, hardest, listed, money, nation, trend, unmeasured
from dashboard.answer.answer import Answer
from dashboard.answer.view import View
from dashboard.store import Area

AMONG = ("spending", "participation", "access")  # themes of which a municipality stands among all


def charts(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Iterator[Answer]:
    """Every chart that this edition can draw for the area, those on the area itself first."""
    looks = (lang, phone, dark)
    yield from filter(None, (money.answer(area, *looks), hardest.answer(area, *looks)))
    for i in store.indicators().values():
        if i.theme in AMONG and i.headline:
            yield from filter(None, (among.answer(i, area, *looks),))
    yield from filter(None, (nation.answer(*looks), groups.answer(*looks), listed.answer(*looks)))
    yield unmeasured.answer(*looks)
    country, level = store.area(store.country()), store.area_levels().country
    for i, period, _ in nation.figures() if country else ():
        if country and len(store.periods(i.id, level)) > 1:
            yield trend.answer(View(lang, i, period, level, country, None, "explore", ""))


def having(words: str, every: Iterator[Answer], lang: str) -> list[Answer]:
    """The charts whose title, sentence or source holds every word; all where there is no word."""
    sought = words.casefold().split()

    def text(a: Answer) -> str:
        wording = a.wording(lang)
        return f"{wording.title} {wording.sentence} {wording.source}".casefold()

    return [a for a in every if all(w in text(a) for w in sought)]
