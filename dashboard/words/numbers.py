"""Figures as people read them: numbers, units and dates in the reader's language, through Babel."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from math import floor
from typing import Any

from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from dashboard import store
from dashboard.store import Area, Indicator, Observation, Revision
from dashboard.words.text import strings, t


@lru_cache(maxsize=32_768)  # a profile shows hundreds, and the same ones come back
def number(value: float, decimals: int, lang: str) -> str:
    """`1234.5` as `1.234,5` (nl) or `1,234.5` (en), always with that many decimals."""
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(
        format_decimal(round(value, decimals) + 0.0, pattern, locale=lang)
    )  # plus zero: never -0


def adding_up(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """Parts of a total, each rounded up or down so that together they are the rounded total: by
    largest remainder.
    """
    steps = 10**decimals
    whole = [floor(part * steps) for part in parts]
    short = round(round(total, decimals) * steps) - sum(whole)
    for n in sorted(range(len(parts)), key=lambda n: whole[n] - parts[n] * steps)[:short]:
        whole[n] += 1
    return [w / steps for w in whole]


def with_unit(value: float, indicator: Indicator, lang: str) -> str:
    """A figure with its unit: `55,7 %`, `2.540 inwoners per km²`; an index has none."""
    return _with_unit(number(value, indicator.decimals, lang), indicator, lang)


def shown(observation: Observation, indicator: Indicator, lang: str) -> str:
    """What stands where the figure would stand: the figure as `bare` with its unit, or why there is
    none.
    """
    if observation.value is None:
        return t(f"status_{observation.status}", lang)
    return _with_unit(bare(observation.value, observation.status, indicator, lang), indicator, lang)


def _with_unit(said: str, indicator: Indicator, lang: str) -> str:
    """`7 minuten`, `≈ < 1 minuut`, `1,0 km`."""
    if indicator.unit == "index":
        return said
    one = f"unit_one_{indicator.unit}"  # a unit that is the same after a one has none
    alone = said.split()[-1] == "1" and one in strings()
    return f"{said} {t(one, lang) if alone else store.term('unit', indicator.unit, lang)}"


def bare(value: float, status: str, indicator: Indicator, lang: str) -> str:
    """A figure without its unit, `≈` before an estimate; of minutes as `around`, so that it reads
    alike everywhere.
    """
    if indicator.unit == "minutes":
        return around(value, lang)
    return ("≈ " if status == "estimated" else "") + number(value, indicator.decimals, lang)


def between(low: float, high: float, decimals: int, lang: str) -> str:
    """A margin: `6 – 9`, or how little it is at most where both ends read alike: `< 1`."""
    ends = [number(v, decimals, lang) for v in (low, high)]
    return f"< {number(10**-decimals, decimals, lang)}" if ends[0] == ends[1] else " – ".join(ends)


def interval(low: float, high: float, decimals: int, lang: str, level: float) -> str:
    """A margin as a sentence without its full stop, with how sure it is."""
    return t(
        "interval",
        lang,
        level=number(100 * level, 0, lang),
        margin=between(low, high, decimals, lang),
    )


def change(indicator: Indicator, found: Mapping[str, Any] | None, lang: str) -> str:
    """A change between two waves (as `store.changes`) with its interval, and whether it is told
    apart from noise.
    """
    if not found:
        return "–"

    def signed(value: float) -> str:
        return ("+" if value > 0 else "") + number(value, indicator.decimals, lang)

    value, low, high = (signed(found[k]) for k in ("value", "low", "high"))
    verdict = "reach_change_unsure" if not found["apart"] else "reach_change_up"
    if found["apart"] and found["value"] < 0:
        verdict = "reach_change_down"
    return t("reach_change", lang, verdict=t(verdict, lang), value=value, low=low, high=high)


def changes_said(indicators: Sequence[Indicator], area: Area, lang: str) -> str:
    """What the changes of indicators of one source are worth, and how many are told apart at the
    area's level.
    """
    changes, own, counts = (
        store.changes(area.code),
        store.figures_of(area.code),
        store.told_apart(area.level),
    )
    mine = [i.id for i in indicators if i.id in changes]
    apart, areas = (sum(counts[i][at] for i in mine) for at in (0, 1))
    said = t(
        "reach_change_text",
        lang,
        count=apart,
        apart=apart,
        areas=areas,
        levels=store.term("area_levels", area.level, lang),
    )
    modelled = any(own[i, changes[i]["until"]].status == "estimated" for i in mine)
    return f"{said} {t('reach_change_model', lang)}" if modelled else said


def then_and_now(r: Revision, indicator: Indicator, lang: str) -> tuple[str, str]:
    """A figure in the last edition and in this one, each with its period, or why there is none."""

    def said(value: float | None, status: str | None, period: str | None) -> str:
        if value is None and status in (
            "measured",
            "estimated",
        ):  # there was one, that is withheld now
            return "–"
        figure = shown(
            Observation(r.area, r.name, value, None, None, status or "missing"), indicator, lang
        )
        return f"{figure} ({period})" if value is not None else figure

    return said(r.before, r.was, r.since), said(r.value, r.status, r.until)


def difference(r: Revision, indicator: Indicator, lang: str) -> str:
    """By how much a figure differs, as shown, and what its margin allows; blank where the two
    cannot be subtracted.
    """
    if r.before is None or r.value is None or r.sort in ("boundary", "status"):
        return ""
    by = round(r.value, indicator.decimals) - round(r.before, indicator.decimals)
    said = ("+" if by > 0 else "") + number(by, indicator.decimals, lang)
    if r.allowed is None:
        return said
    decimals = max(indicator.decimals, 0 if r.allowed.is_integer() else 1)
    return f"{said} (± {number(r.allowed, decimals, lang)})"


def became(r: Revision, lang: str) -> str:
    """What happened to an area itself, as a sentence."""
    other = store.area(r.other) if r.other and r.kind == "merged" else None
    return t(
        f"revision_kind_{r.kind}",
        lang,
        name=r.name,
        other=other.name if other else r.other,
        since=r.since,
    )


def date(iso: str, lang: str) -> str:
    """`2026-11-23T...` as `23 november 2026` or `November 23, 2026`."""
    return str(format_date(datetime.fromisoformat(iso), "long", locale=lang))


def polled(lang: str) -> str:
    """The days of the elections that polling places are of: `15 maart 2023 en 22 november 2023`."""
    days = [date(day, lang) if len(day) > len("2023") else day for day in store.polled()]
    return str(format_list(days, "standard", lang))


def known(statuses: Collection[str], lang: str) -> str:
    """How figures are known: measured, estimated, or both; blank where there is none."""
    names = [t(f"status_{s}", lang) for s in ("measured", "estimated") if s in statuses]
    return str(format_list(names, "standard", lang))


def titled(title: str, statuses: Collection[str], lang: str) -> str:
    """A title that says how the figures are known where an estimate is among them."""
    return f"{title}, {known(statuses, lang)}" if "estimated" in statuses else title


def edition(lang: str) -> str:
    """When this edition was built, and whether its figures come from a mirror, as Markdown."""
    build = store.build()
    built = t("edition_built", lang, date=date(build["built_at"], lang))
    return f"{built} {t('edition_mirror', lang)}" if build["mirror"] else built


def licence(spdx: str, lang: str) -> str:
    """A licence as written under a figure: its SPDX id, or a sentence where there is none."""
    return (
        t(f"licence_{spdx}", lang)
        if spdx in ("none-stated", "source-named", "facts-quoted")
        else spdx
    )


def source_line(indicator: Indicator, period: str, lang: str) -> str:
    """Publisher, title, period, licence, and when and how it was fetched, or that we computed
    it.
    """
    source = store.sources()[indicator.source]
    return t(
        "source_line",
        lang,
        publisher=source["publisher"],
        title=source["title"],
        period=period,
        licence=licence(source["licence"], lang),
        how=how(source, lang),
    )


def how(source: Mapping[str, Any], lang: str) -> str:
    """When and where a source was fetched; of what we computed ourselves how old the oldest of its
    data is.
    """
    via = source["via"]
    return t(f"via_{via}", lang, date=date(source["retrieved"], lang))


def credit(names: Sequence[str], lang: str) -> str:
    """Whom to credit for some sources and under which licence, each once."""
    found = [store.sources()[n] for n in names]
    said = [
        f"{f['attribution'].removeprefix('Bron: ')} ({licence(f['licence'], lang)})" for f in found
    ]
    return t("sources_line", lang, list="; ".join(dict.fromkeys(said)))


def around(minutes: float, lang: str) -> str:
    """Estimated minutes without their unit: `≈ 7`, or `≈ < 1`, for a way is never nothing."""
    return f"≈ {number(minutes, 0, lang)}" if minutes >= 1 else f"≈ < {number(1, 0, lang)}"


def about(minutes: float, lang: str) -> str:
    """`≈ 7 min`, or `≈ < 1 min`."""
    return t("about_minutes", lang, around=around(minutes, lang))


def named(place: str, of: str, lang: str) -> str:
    """A place with its kind: `De Globe (basisschool)`."""
    return f"{place or t('no_name', lang)} ({store.term('kind', of, lang).lower()})"


def class_labels(breaks: tuple[float, ...], indicator: Indicator, lang: str) -> list[str]:
    """The text of each colour class, low to high: `< 10`, `10 – 20`, `≥ 20`."""
    bounds = [number(b, indicator.decimals, lang) for b in breaks]
    if not bounds:
        return [t("class_all", lang)]
    middle = [f"{a} – {b}" for a, b in pairwise(bounds)]
    return [f"< {bounds[0]}", *middle, f"≥ {bounds[-1]}"]


def origins(names: Sequence[str]) -> str:
    """Sources as a cell of a CSV names them: publisher, title and licence of each."""
    sources = (store.sources()[n] for n in names)
    return "; ".join(f"{s['publisher']}, {s['title']} ({s['licence']})" for s in sources)


def percent(share: float, lang: str) -> str:
    """A share of 0 to 1 in whole percents."""
    return str(format_percent(share, locale=lang))
