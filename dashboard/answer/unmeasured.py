"""What nobody measures: in how many municipalities taking part was asked per district or
neighbourhood.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.nation import THEME
from dashboard.picture import scales
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import t


def asked() -> list[Area]:
    """The municipalities where taking part was asked per district or neighbourhood."""
    by_code = {m.code: m for i in store.surveyed(THEME) for m in store.municipalities(i)}
    return sorted(by_code.values(), key=lambda m: m.name)


def answer(lang: str, phone: bool = False, dark: bool = False) -> Answer:
    """Every municipality: asked there or not, as a map."""
    known = {m.code for m in asked()}
    level = store.area_levels().municipality
    every = store.outlines(level, store.country())
    marks = "".join("1" if code in known else "0" for code in every)
    looks = {"0": scales.tones(dark)[1], "1": scales.accent(dark)}
    labels = [t("unmeasured_not", lang), t("unmeasured_asked", lang)]

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": code, "name": name, "asked": code in known}
            for code, (name, _) in every.items()
        ]

    drawn = MarkedMap(
        level, store.country(), marks, looks, labels, t("unmeasured_head", lang), [*known]
    )
    sources = store.sources_of(store.surveyed(THEME))
    return Answer(("unmeasured", THEME), partial(_wording, sources), rows, sources, map=drawn)


def _wording(sources: list[str], lang: str) -> Wording:
    known, every = asked(), store.size()[store.area_levels().municipality]
    n, all_of = len(known), number(every, 0, lang)
    names = ", ".join(m.name for m in known)
    title = t("unmeasured_title", lang, count=n, n=n, all=all_of)
    text = t("unmeasured_text", lang, names=names) if known else t("unmeasured_none", lang)
    cautions = (t("unmeasured_caution", lang),)
    return Wording(title, text, credit(sources, lang), cautions, title, cautions[0])
