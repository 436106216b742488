"""What a page shows, as one value: an indicator in a period, per level, with one area chosen and
maybe one beside it.

Map, chart, table, card, downloads and links all draw the same `View`. What is costly to make of
thousands of figures (the sentence, the bars) is kept per map, apart from the area that was chosen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from dashboard import store
from dashboard.answer import spread
from dashboard.answer.answer import Wording
from dashboard.answer.spread import Distribution
from dashboard.picture import scales
from dashboard.picture.areas import Fill
from dashboard.store import Area, Indicator, Observation, Scale
from dashboard.words.numbers import known, shown, source_line, titled
from dashboard.words.text import t

BORDERS = "pdok_areas"  # the source of every outline


@dataclass(frozen=True)
class Ground:
    """What a map lies on: the areas of a level, one chosen and maybe one beside it."""

    lang: str
    level: str
    area: Area
    other: Area | None = None

    @property
    def scope(self) -> Area:
        """What the map covers."""
        return scope(self.area, self.level)


@dataclass(frozen=True)
class View:
    """One state of a page that shows figures on a map."""

    lang: str
    indicator: Indicator
    period: str
    level: str
    area: Area
    other: Area | None = None
    page: str = "explore"
    ask: str = ""  # which question of the page

    @property
    def ground(self) -> Ground:
        """What the map lies on."""
        return Ground(self.lang, self.level, self.area, self.other)

    @property
    def scope(self) -> Area:
        """What the map covers."""
        return self.ground.scope

    @property
    def unit(self) -> str:
        """The unit, in the language."""
        return store.term("unit", self.indicator.unit, self.lang)

    @property
    def label(self) -> str:
        """What is shown, in the language."""
        return self.indicator.text("label", self.lang)

    @property
    def levels(self) -> str:
        """The level in the plural, in the language."""
        return store.term("area_levels", self.level, self.lang)

    @property
    def scale(self) -> Scale:
        """The colour classes."""
        return store.scale(self.indicator.id, self.level)

    @property
    def found(self) -> list[Observation]:
        """The figures of every area in the scope."""
        return store.observations(self.indicator.id, self.period, self.level, self.scope.code)

    @property
    def fills(self) -> dict[str, Fill]:
        """The look of every area on the map, by code."""
        colours, breaks = scales.palette(self.scale), self.scale.breaks
        return {
            o.code: Fill(
                scales.STATUS_FILL[o.status]
                if o.value is None
                else colours[scales.class_of(round(o.value, self.indicator.decimals), breaks)],
                o.status,
            )
            for o in self.found
        }

    @property
    def title(self) -> str:
        """What the map shows."""
        scope, level = name(self.scope, self.lang), store.term("area_level", self.level, self.lang)
        title = t(
            "map_title", self.lang, label=self.label, level=level, scope=scope, period=self.period
        )
        return titled(title, self.statuses, self.lang)

    @property
    def sentence(self) -> str:
        """What the map means."""
        return self._drawn.sentence

    @property
    def statuses(self) -> frozenset[str]:
        """Every status that occurs."""
        return frozenset(
            store.summary(self.indicator.id, self.period, self.level, self.scope.code).statuses
        )

    @property
    def source(self) -> str:
        """Where the figures and the borders come from."""
        return f"{source_line(self.indicator, self.period, self.lang)} {borders(self.lang)}"

    @property
    def sources(self) -> tuple[str, str]:
        """Of the figures and of the borders."""
        return self.indicator.source, BORDERS

    @property
    def cautions(self) -> tuple[str, ...]:
        """What may not be concluded, what matters most first."""
        lines = [t("not_conclude_estimated", self.lang)] if "estimated" in self.statuses else []
        lines.append(self.indicator.text("caveat", self.lang))
        if self.indicator.theme == "access":
            lines.append(t("not_conclude_access", self.lang))
        lines.append(t("not_conclude_area", self.lang))
        year = store.division(self.indicator.id, self.period)
        if year and year != self.area.year and self.level != store.area_levels().country:
            lines.append(t("not_conclude_year", self.lang, year=year))
        return tuple(line for line in lines if line)

    @property
    def alt(self) -> str:
        """What the map shows, for who cannot see it."""
        return t("map_alt", self.lang, title=self.title, sentence=self.sentence)

    @property
    def chart_alt(self) -> str:
        """What the chart shows, for who cannot see it; blank where there is none."""
        return (
            t("distribution_alt", self.lang, sentence=self.sentence)
            if self._drawn.distribution
            else ""
        )

    def wording(self, lang: str) -> Wording:
        """What it shows, in words of that language."""
        v = replace(self, lang=lang)
        alt = "\n\n".join(part for part in (v.alt, v.chart_alt) if part)
        return Wording(
            v.title, v.sentence, v.source, v.cautions, alt, v.indicator.text("description", lang)
        )

    @property
    def compared(self) -> list[Area]:
        """The chosen area, the one beside it, its municipality and the country."""
        line = [a for a in reversed(store.lineage(self.area)) if a == self.area or not a.is_part]
        return [
            line[0],
            *([self.other] if self.other else []),
            *(a for a in line[1:] if a != self.other),
        ]

    @property
    def estimated(self) -> bool:
        """Whether every figure is estimated."""
        return "estimated" in self.statuses and "measured" not in self.statuses

    @property
    def known(self) -> str:
        """How the figures are known: measured, estimated, or both; blank where there is none."""
        return known(self.statuses, self.lang)

    @property
    def distribution(self) -> Distribution | None:
        """How the areas are spread, with the compared ones marked; None when there is no figure."""
        drawn = self._drawn.distribution
        if not drawn:
            return None
        marks = []
        for area in self.compared:
            o = self.observation(area)
            if o and o.value is not None:
                words = t(
                    "here",
                    self.lang,
                    name=name(area, self.lang, alone=True),
                    value=shown(o, self.indicator, self.lang),
                )
                marks.append((o.value, words))
        return replace(drawn, marks=tuple(marks))

    def observation(self, area: Area) -> Observation | None:
        """The figure of one area."""
        return store.observation(self.indicator.id, self.period, area.code)

    def link(self, **more: str) -> str:
        """The address that shows exactly this, edition included, without the host."""
        values = {
            "area": self.area.code if not self.area.is_country else "",
            "with": self.other.code if self.other else "",
            "indicator": self.indicator.id,
            "level": self.level,
            "period": self.period,
            "lang": "" if self.lang == "nl" else self.lang,
            "edition": store.build()["id"],
            "ask": self.ask,
            **more,
        }
        return f"/{self.page}?" + urlencode({k: v for k, v in values.items() if v})

    @property
    def _drawn(self) -> _Drawn:
        return _drawn(self.lang, self.indicator.id, self.period, self.level, self.scope.code)


@dataclass(frozen=True)
class _Drawn:
    sentence: str
    distribution: Distribution | None


@store.cached(2048)
def _drawn(lang: str, indicator: str, period: str, level: str, scope: str) -> _Drawn:
    where = store.area(scope)
    title = t(
        "distribution_title",
        lang,
        levels=store.term("area_levels", level, lang),
        scope=name(where, lang) if where else scope,
        label=store.indicators()[indicator].text("label", lang),
        period=period,
    )
    axis = t("distribution_axis", lang, levels=store.term("area_levels", level, lang))
    series = (indicator, period)
    title = titled(title, store.summary(*series, level, scope).statuses, lang)
    return _Drawn(
        spread.sentence(series, level, scope, lang),
        spread.distribution(series, level, scope, title, axis, lang),
    )


def scope(area: Area, level: str) -> Area:
    """What a map of the level covers when the area is chosen: its municipality, or the country; a
    region for all levels that it is made of.
    """
    named = store.area_levels()
    finer = named.parts if not area.is_region else (named.municipality, *named.parts)
    code = area.whole if level in finer else None
    chosen = store.area(code or store.country())
    if not chosen:
        raise store.StoreError("database_unreadable", f"no area {code or store.country()}")
    return chosen


def first_level(area: Area, levels: Sequence[str]) -> str:
    """The level that a map begins with: of the area, else municipalities."""
    usual = store.area_levels().municipality
    return next((level for level in (area.level, usual) if level in levels), levels[0])


def level_name(area: Area, lang: str) -> str:
    """What sort of area it is: `gemeente`, `provincie`, or a selection of one's own."""
    if area.is_selection:
        return t("own_selection", lang)
    return store.term("area_level", area.level, lang)


def borders(lang: str) -> str:
    """Whom to credit for the outlines of a map."""
    return t("borders", lang, credit=store.sources()[BORDERS]["attribution"])


def name(area: Area, lang: str, alone: bool = False) -> str:
    """The area's name; the country's is in the reader's language, as in running text or `alone`, by
    itself.
    """
    return store.country_name(lang, alone) if area.is_country else area.name
