"""Words that the questions of Gaps share."""

from __future__ import annotations

from collections.abc import Sequence

from dashboard import store
from dashboard.answer.answer import Wording
from dashboard.answer.underserved import Bools
from dashboard.answer.view import borders
from dashboard.picture import scales
from dashboard.store import Area, Indicator
from dashboard.words.numbers import number, source_line
from dashboard.words.text import t


def choice_of(measure: str, area: Area, lang: str) -> tuple[dict[str, Indicator], str]:
    """The indicators of one of our measures, and the first of them."""
    indicators = {
        n: i for n, i in store.indicators().items() if i.source == measure and store.levels(n)
    }
    return indicators, next(iter(indicators))


def compared_levels(area: Area, indicator: str) -> tuple[list[str], str]:
    """The levels to compare, and the one to begin with; of a country the municipalities first, of a
    municipality its neighbourhoods.
    """
    levels = [
        level for level in store.offered(indicator, area) if level in store.area_levels().below
    ]
    usual = store.area_levels().municipality
    if area.municipality and levels:
        return levels, levels[-1]
    first = usual if usual in levels else (levels or [usual])[0]
    return levels or [first], first


def blanks(marks: str) -> list[str]:
    """The statuses without a figure that occur among marks."""
    return [s for s in scales.STATUS_FILL if s[0].upper() in marks]


def statuses_of(indicator: str, level: str, inside: Bools) -> set[str]:
    """The statuses of an indicator in the areas of a level that are `inside`."""
    return {*store.figure_columns(indicator, level)["status"][inside]}


def unknown_distance(distance: str, lang: str) -> str:
    """That how far places of culture are is not known here, and who could tell."""
    i = store.indicators()[distance]
    who = store.sources()[i.source]["publisher"]
    return t("gaps_distance_unknown", lang, label=i.text("label", lang), publisher=who)


def source_of(indicator: str, level: str, lang: str) -> str:
    """Where the newest figures of an indicator at a level come from."""
    return source_line(store.indicators()[indicator], store.periods(indicator, level)[0], lang)


def map_wording(
    title: str, sentence: str, source: str, cautions: Sequence[str], lang: str
) -> Wording:
    """What a map of marks shows, in words."""
    alt = t("map_alt", lang, title=title, sentence=sentence)
    return Wording(title, sentence, f"{source} {borders(lang)}", tuple(cautions), alt)


def levels_of(level: str, n: int, lang: str) -> str:
    """`buurten`, or `buurt` after a one."""
    return (
        store.term("area_level", level, lang).lower()
        if n == 1
        else store.term("area_levels", level, lang)
    )


def as_percent(share: float, lang: str, decimals: int = 0) -> str:
    """A share as `55,7 %`."""
    return f"{number(100 * share, decimals, lang)} {store.term('unit', 'percent', lang)}"


def chance_words(share: float, lang: str) -> str:
    """Never quite sure: below one percent and above ninety-nine it says no more than that."""
    if share < 0.01 or share > 0.99:
        return f"{'<' if share < 0.01 else '>'} {as_percent(0.01 if share < 0.01 else 0.99, lang)}"
    return as_percent(share, lang)
