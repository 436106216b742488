"""What a reader may mean who has typed a part of it: an area, a figure or a place."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

from dashboard import store
from dashboard.store import spoken
from dashboard.words.text import t

AREAS, FIGURES, PLACES = 6, 3, 3  # suggestions of a sort, at most
LOOKED_AT = 50  # areas of which the ones that begin as the query does come first
LONG = 60  # characters of a query that are looked at


@dataclass(frozen=True)
class Suggestion:
    """What it is called, what sort it is in words, and what it chooses: an area and its level, or
    an indicator.
    """

    name: str
    about: str
    area: str = ""
    level: str = ""
    indicator: str = ""


def suggestions(query: str, lang: str, *, only_areas: bool = False) -> list[dict[str, Any]]:
    """The suggestions for a query: areas first (or alone), then figures, then places."""
    query = query[:LONG]
    terms = spoken.words(query)
    if not terms:
        return []
    hits = store.search(query, LOOKED_AT)
    meant = spoken.meant(query)  # what begins so comes first, else as the search has them
    hits.sort(key=lambda hit: _begins(hit["found_by"] or hit["name"], meant))
    matches = [_area(hit, lang) for hit in hits[:AREAS]]
    if not only_areas:
        for i in store.indicators().values():
            label = i.text("label", lang)
            if all(w in label.casefold() for w in terms) and store.levels(i.id):
                about = f"{t('suggest_figure', lang)}: {store.term('theme', i.theme, lang)}"
                matches.append(Suggestion(label, about, indicator=i.id))
            if sum(bool(s.indicator) for s in matches) == FIGURES:
                break
        matches += [
            Suggestion(
                p["name"],
                f"{store.term('kind', p['kind'], lang)}, {p['town'] or p['area_name']}",
                p["area"],
                p["level"],
            )
            for p in store.places_called(terms, PLACES)
        ]
    return [asdict(s) for s in matches]


def _begins(name: str, words: list[str]) -> int:
    """0 for a name that begins with the first word, 1 where another word of it does, else 2."""
    parts = re.sub(r"[^\w]+", " ", name.casefold()).split()
    begun = [n for n, part in enumerate(parts) if part.startswith(words[0])]
    return 2 if not begun else min(begun[0], 1)


def _area(hit: dict[str, Any], lang: str) -> Suggestion:
    where = (store.term("area_level", hit["level"], lang), hit["municipality"], hit["found_by"])
    return Suggestion(hit["name"], ", ".join(w for w in where if w), hit["code"], hit["level"])
