"""Whether there are enough places, as the residents of an area see it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer import changed, does
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.portrait import Figure, figures, row
from dashboard.answer.view import name
from dashboard.picture.beside import beside
from dashboard.store import Area
from dashboard.words.numbers import shown, source_line
from dashboard.words.text import t

ASKED = (  # of whom and for what
    "enough_for_youth_share",
    "enough_places_together_share",
    "enough_places_worship_share",
    "enough_for_children_share",
    "enough_for_older_share",
)


def known(area: Area) -> list[Figure]:
    """What residents of the area itself were asked, in the order of ASKED."""
    here = {f.indicator.id: f for f in figures(area) if f.of == area and f.observation.value}
    return [here[i] for i in ASKED if i in here]


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every share as a line, with the wave before; None where residents were not asked."""
    every = known(area)
    if not every:
        return None

    def rows() -> list[dict[str, Any]]:
        return [row(f, lang) for f in every]

    return Answer(
        ("enough", area.code),
        partial(_wording, area, every),
        rows,
        store.sources_of([f.indicator.id for f in every]),
        ("area", "indicator"),
        diagram=partial(_picture, area, every, lang, phone, dark),
    )


def _picture(area: Area, every: Sequence[Figure], lang: str, phone: bool, dark: bool) -> str:
    before = {c.indicator.id: c for c in changed.changes(area)}
    lines = [does.line(f, before.get(f.indicator.id), lang) for f in every]
    return beside(lines, lang, phone, dark, axis=t("does_axis", lang))


def _wording(area: Area, every: Sequence[Figure], lang: str) -> Wording:
    least = min(every, key=lambda f: f.observation.value or 0)
    title = t(
        "enough_title",
        lang,
        name=name(area, lang),
        label=least.indicator.text("label", lang).lower(),
        value=shown(least.observation, least.indicator, lang),
        period=least.period,
    )
    listed = "; ".join(
        f"{f.indicator.text('label', lang)}: {shown(f.observation, f.indicator, lang)}"
        for f in every
    )
    cautions = (t("enough_not", lang), least.indicator.text("caveat", lang))
    return Wording(
        title,
        t("enough_text", lang),
        source_line(least.indicator, least.period, lang),
        cautions,
        t("nation_alt", lang, list=listed),
        f"{t('enough_key', lang)} {cautions[0]}",
    )
