"""Which places of culture we know in an area, by kind: never how many there are."""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.listed import of_culture
from dashboard.answer.view import name
from dashboard.picture.ranked import Bar, ranked
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import t


def counts(area: Area) -> dict[str, int]:
    """How many places of each kind we know in an area: institutional culture before everyday, the
    most first.
    """
    inside = store.kinds_within(area.code)
    known = {k: int(inside[k]["n"]) for k in of_culture() if k in inside}
    return dict(sorted(known.items(), key=lambda both: (not _formal(both[0]), -both[1], both[0])))


def _formal(kind: str) -> bool:
    return bool(store.kinds()[kind]["facet"] == "institutional")


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every kind as a bar; None for the country, and where no such place is known."""
    known = counts(area)
    if area.is_country or not known:
        return None

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": area.code,
                "kind": kind,
                "label": store.term("kind", kind, lang),
                "places": n,
            }
            for kind, n in known.items()
        ]

    sources = sorted({s for k in known for s in store.kinds_within(area.code)[k]["sources"]})
    drawn = partial(_bars, known, lang, phone, dark)
    return Answer(
        ("here", area.code),
        partial(_wording, area, known, sources),
        rows,
        sources,
        ("area", "kind"),
        diagram=drawn,
    )


def _bars(known: dict[str, int], lang: str, phone: bool, dark: bool) -> str:
    bars = [Bar(store.term("kind", k, lang), n, number(n, 0, lang)) for k, n in known.items()]
    return ranked(bars, max(known.values()), phone, dark)


def _wording(area: Area, known: dict[str, int], sources: list[str], lang: str) -> Wording:
    n = sum(m for kind, m in known.items() if _formal(kind))
    first = next(iter(known))
    about: dict[str, Any] = {
        "name": name(area, lang),
        "kind": store.term("kind", first, lang).lower(),
        "most": number(known[first], 0, lang),
    }
    title = t("here_title" if n else "here_title_everyday", lang, count=n, n=n, **about)
    listed = "; ".join(f"{store.term('kind', k, lang)}: {m}" for k, m in known.items())
    cautions = (t("listed_not", lang), t("not_conclude_access", lang))
    return Wording(
        title,
        t("here_text", lang),
        credit(sources, lang),
        cautions,
        t("nation_alt", lang, list=listed),
        t("listed_not", lang),
    )
