"""The four levels of the ecosystem as four short stories of an area: what is known at each, and
what is not.
"""

from __future__ import annotations

from dashboard import store
from dashboard.answer import ecosystem, here
from dashboard.answer.ecosystem import Figure
from dashboard.answer.view import name
from dashboard.store import Area
from dashboard.words.numbers import shown
from dashboard.words.text import t

# what a story tells first, as far as it is known
TOLD = {
    "micro": (
        "cultural_facilities_share",
        "local_cultural_activities_share",
        "volunteers_share",
        "lonely_share",
    ),
    "meso": ("distance_library_km", "enough_places_together_share", "distance_primary_school_km"),
    "exo": ("culture_coaches_fte",),
    "macro": ("spending_culture", "spending_community_work"),
}
FIGURES = 2  # in a story, at most


def figures(area: Area, level: str) -> list[Figure]:
    """The figures of a story: of the area, or of the smallest larger one that has them; of the
    country only where there is no other.
    """
    known = {f.indicator.id: f for c in ecosystem.cells(area.code) for f in c.figures}
    every = [known[i] for i in TOLD[level] if i in known]
    return ([f for f in every if not f.of.is_country] or every)[:FIGURES]


def level_said(level: str, lang: str) -> str:
    """What a level of the ecosystem is, in a sentence."""
    return t(f"stories_{level}", lang)


def story(area: Area, level: str, lang: str) -> str:
    """What is known of a municipality, district or neighbourhood at a level, then what is not."""
    every = figures(area, level)
    parts = [_figure(f, lang) for f in every]
    asked = any(f.indicator.theme == "participation" and f.of == area for f in every)
    if level == "meso":
        parts.insert(0, _places(area, lang))
    elif not parts:
        parts.append(t("stories_nothing", lang))
    if level == "micro" and not asked:
        parts.append(t("stories_not_micro", lang, name=name(area, lang)))
    elif level == "exo":
        parts.append(t("stories_not_exo", lang))
    elif level == "macro" and every and not area.is_municipality:
        parts.append(t("stories_not_macro", lang))
    return " ".join(parts)


def _figure(f: Figure, lang: str) -> str:
    return t(
        "stories_figure",
        lang,
        label=f.indicator.text("label", lang),
        value=shown(f.observation, f.indicator, lang),
        name=name(f.of, lang, alone=True),
        period=f.period,
        status=t(f"status_{f.observation.status}", lang),
    )


def _places(area: Area, lang: str) -> str:
    counts = here.counts(area)
    if not counts:
        return t("stories_places_none", lang)
    listed = (f"{store.term('kind', k, lang).lower()} {n}" for k, n in counts.items())
    return t("stories_places", lang, list=", ".join(listed))


def sources(area: Area) -> list[str]:
    """The sources of the stories, each once."""
    of_figures = [f.indicator.source for level in TOLD for f in figures(area, level)]
    inside = store.kinds_within(area.code)
    of_places = sorted({s for k in here.counts(area) for s in inside[k]["sources"]})
    return [*dict.fromkeys([*of_figures, *of_places])]
