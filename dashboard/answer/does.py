"""What culture does: taking part in an area beside how people are doing there, each as it was
measured. No figure here shows a cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer import changed, taking_part
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.changed import Change
from dashboard.answer.portrait import Figure, cells, figures, row
from dashboard.answer.view import name
from dashboard.picture.beside import Beside, beside
from dashboard.store import Area
from dashboard.words.numbers import credit, shown, with_unit
from dashboard.words.text import t

BESIDE = (  # how people are doing, as far as an area has figures of it
    "volunteers_share",
    "lonely_share",
    "good_health_share",
    "control_over_life_share",
    "at_home_share",
)
DRAWN = 3  # of taking part


def known(area: Area) -> tuple[list[Figure], list[Figure]]:
    """Of the area itself the figures of taking part, and those of how people are doing."""
    here = {f.indicator.id: f for f in figures(area) if f.of == area}
    doing = [here[i] for i in BESIDE if i in here and here[i].observation.value is not None]
    return taking_part.known(area)[:DRAWN], doing


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Both below one another; None for the country, and where how people are doing is not known."""
    part, doing = known(area)
    if area.is_country or not doing:
        return None
    every = [*part, *doing]
    before = {c.indicator.id: c for c in changed.changes(area)}

    def rows() -> list[dict[str, Any]]:
        out = []
        for f in every:
            c = before.get(f.indicator.id)
            record = {"area": area.code, "name": area.name} | row(f, lang) | {"median": _middle(f)}
            record |= {"country_value": _country(f), "source": f.indicator.source}
            record |= {"first_period": c.since if c else "", "first_value": c.before if c else None}
            out.append(record | {"more_than_chance": c.sure if c else None})
        return out

    return Answer(
        ("does", area.code),
        partial(_wording, area, part, doing, before),
        rows,
        store.sources_of([f.indicator.id for f in every]),
        ("area", "indicator"),
        diagram=partial(_picture, part, doing, before, lang, phone, dark),
    )


def _middle(f: Figure) -> float | None:
    """The middle figure of the areas that the area is compared with."""
    return f.standing.typical.median if f.standing and f.standing.typical else None


def _country(f: Figure) -> float | None:
    country = f.wider.get(store.area_levels().country)
    return country.value if country else None


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """The figures as rows of a table, with the wave before."""
    part, doing = known(area)
    return rows_of([*part, *doing], area, lang)


def rows_of(every: Sequence[Figure], area: Area, lang: str) -> list[dict[str, str]]:
    """Figures of an area as rows of a table, with the wave before."""
    before = {c.indicator.id: c for c in changed.changes(area)}
    return [
        cells(f, lang) | {t("does_column_before", lang): _change(before.get(f.indicator.id), lang)}
        for f in every
    ]


def _change(c: Change | None, lang: str) -> str:
    """The wave before, and whether the difference is more than chance."""
    if not c:
        return "–"
    verdict = t("changed_sure" if c.sure else "changed_unsure", lang)
    return f"{with_unit(c.before, c.indicator, lang)} ({c.since}): {verdict}"


def line(f: Figure, before: Change | None, lang: str, head: str = "") -> Beside:
    """A figure as it is drawn: with the wave before, the areas that it is compared with and the
    country.
    """
    figure = shown(f.observation, f.indicator, lang)
    label = f"{f.indicator.text('label', lang)} ({f.period})"
    return Beside(
        label,
        figure,
        f.observation.value,
        f.margin,
        others=(before.before,) if before else (),
        middle=_middle(f),
        whole=_country(f),
        open=f.observation.status == "estimated",
        head=head,
        says=f"{label}: {figure}",
    )


def _picture(
    part: Sequence[Figure],
    doing: Sequence[Figure],
    before: dict[str, Change],
    lang: str,
    phone: bool,
    dark: bool,
) -> str:
    lines = []
    for head, every in (("does_part", part), ("does_doing", doing)):
        for n, f in enumerate(every):
            lines.append(line(f, before.get(f.indicator.id), lang, "" if n else t(head, lang)))
    if not part:
        asked = Beside(t("does_not_asked", lang), t("status_missing", lang))
        lines.insert(0, Beside(asked.label, asked.words, head=t("does_part", lang)))
    return beside(lines, lang, phone, dark, axis=t("does_axis", lang))


def _wording(
    area: Area,
    part: Sequence[Figure],
    doing: Sequence[Figure],
    before: dict[str, Change],
    lang: str,
) -> Wording:
    every, here = [*part, *doing], name(area, lang)
    values: dict[str, Any] = {
        "name": here,
        "label": doing[0].indicator.text("label", lang).lower(),
        "value": shown(doing[0].observation, doing[0].indicator, lang),
        "period": doing[0].period,
    }
    title = t("does_title_not", lang, **values)
    if part:
        first = part[0]
        title = t(
            "does_title",
            lang,
            part=first.indicator.text("label", lang),
            share=shown(first.observation, first.indicator, lang),
            year=first.period,
            **values,
        )
    sure = [c for f in every if (c := before.get(f.indicator.id)) and c.sure]
    parts = [t("does_text", lang)]
    if any(f.indicator.id in before for f in every):
        lines = "; ".join(changed.line(c, lang) for c in sure)
        parts.append(t("does_changed", lang, list=lines) if sure else t("does_same", lang))
    listed = "; ".join(
        f"{f.indicator.text('label', lang)} ({f.period}): {shown(f.observation, f.indicator, lang)}"
        for f in every
    )
    cautions = [t("does_no_cause", lang), t("does_apart", lang), t("does_trust", lang)]
    if any(f.observation.status == "estimated" for f in every):
        cautions.append(t("not_conclude_estimated", lang))
    if any(f.margin is None for f in every):
        cautions.append(t("does_no_margin", lang))
    return Wording(
        title,
        " ".join(parts),
        credit(sorted({f.indicator.source for f in every}), lang),
        (*cautions, t("not_conclude_area", lang)),
        t("does_alt", lang, list=listed),
        " ".join([t("does_key", lang), *cautions[1:]]),
    )
