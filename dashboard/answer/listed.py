"""In how many municipalities we know at least one place of a kind: never how many there are."""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.picture.ranked import Bar, ranked
from dashboard.words.numbers import credit
from dashboard.words.text import t

DOMAIN = "leisure"
FEWEST = 0.1  # of the municipalities; a kind known in fewer is the list of a few cities
HALF = 0.5  # of the places that there are by official count; of a kind listed less nothing is said


def of_culture() -> list[str]:
    """The kinds of place of leisure that some source lists as what they are."""
    polled = {r["kind"] for r in store.listing() if r["complete"] is None}
    return [k for k, seat in store.kinds().items() if seat["domain"] == DOMAIN and k not in polled]


def kinds() -> dict[str, int]:
    """By kind of place of culture in how many municipalities one is known, the most first."""
    every, towns = store.size()[store.area_levels().municipality], store.municipalities_with()
    few = {r["kind"] for r in store.listing() if r["total"] and r["places"] < HALF * r["total"]}
    known = {
        kind: towns[kind]
        for kind in of_culture()
        if towns.get(kind, 0) >= FEWEST * every and kind not in few
    }
    return dict(sorted(known.items(), key=lambda both: (-both[1], both[0])))


def answer(lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every kind as a bar; None in an edition without two of them."""
    known, every = kinds(), store.size()[store.area_levels().municipality]
    if len(known) < 2:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "kind": kind,
                "label": store.term("kind", kind, lang),
                "municipalities": n,
                "of": every,
            }
            for kind, n in known.items()
        ]

    drawn = partial(_bars, known, every, lang, phone, dark)
    sources = store.sources_of_kinds([*known])
    return Answer(
        ("listed", DOMAIN), partial(_wording, known, every), rows, sources, ("kind",), diagram=drawn
    )


def _bars(known: dict[str, int], every: int, lang: str, phone: bool, dark: bool) -> str:
    bars = [
        Bar(store.term("kind", kind, lang), n, t("listed_of", lang, n=n, all=every))
        for kind, n in known.items()
    ]
    return ranked(bars, every, phone, dark)


def _wording(known: dict[str, int], every: int, lang: str) -> Wording:
    (most, n), *_, (least, fewer) = [
        *((kind, n) for kind, n in known.items() if n < every),
        *known.items(),
    ][: max(2, sum(n < every for n in known.values()))]
    first, last = (store.term("kind", kind, lang) for kind in (most, least))
    title = t("listed_title", lang, n=n, few=fewer, all=every, kind=first, last=last)
    listed = "; ".join(f"{store.term('kind', k, lang)}: {n}" for k, n in known.items())
    cautions = (t("listed_not", lang), t("not_conclude_access", lang))
    source = credit(store.sources_of_kinds([*known]), lang)
    alt = t("nation_alt", lang, list=listed)
    return Wording(title, t("listed_text", lang), source, cautions, alt, t("listed_not", lang))
