"""A scenario in words, on a map of the difference and as bars."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from babel.lists import format_list

from dashboard import store
from dashboard.answer import homes, what_if
from dashboard.answer.answer import Answer, MarkedMap, Wording
from dashboard.answer.view import borders
from dashboard.answer.what_if import Change, Outcome, Scenario
from dashboard.picture import scales
from dashboard.picture.ranked import Bar, ranked
from dashboard.words.numbers import about, credit, named, number, percent
from dashboard.words.text import t

# by effect the mark of a map and its colour; the darkest are what changes for sure
LOOKS = {
    "gains_sure": ("4", scales.DIVERGING[0]),
    "gains": ("3", scales.DIVERGING[1]),
    "within": ("1", "#c7ccc9"),
    "beyond": ("0", scales.DIVERGING[2]),
    "loses": ("5", scales.DIVERGING[3]),
    "loses_sure": ("6", scales.DIVERGING[4]),
}
UNKNOWN, EMPTY = "M", "N"  # a distance that is not known, and where nobody lives
TELLING = 0.02  # of the residents: of fewer it is not said that their age is not known


def answer(o: Outcome, lang: str, phone: bool = False, dark: bool = False) -> Answer:
    """What a scenario brings, with its map, its bars, and a row per neighbourhood."""
    s = o.scenario
    asked = {"kind": s.kind, "who": s.who, "mode": s.mode, "limit": str(s.minutes)}
    asked |= {"open": ".".join(p.id for p in s.opened), "close": ".".join(s.closed)}
    return Answer(
        ("what_if", s.municipality, s.kind, s.mode, str(s.minutes)),
        partial(wording, o),
        partial(what_if.rows, o),
        what_if.sources(o),
        ("area", "kind"),
        map=difference(o, lang),
        diagram=partial(bars, o, lang, phone, dark),
        asked={name: value for name, value in asked.items() if value},
    )


def difference(o: Outcome, lang: str) -> MarkedMap:
    """Every neighbourhood by what changes for it."""
    level, scope = store.area_levels().finest, o.scenario.municipality
    effects = {code: what_if.effect(o, n) for n, code in enumerate(o.homes.codes)}
    marks = "".join(
        UNKNOWN
        if effects.get(code) == "unknown"
        else LOOKS[effects[code]][0]
        if code in effects
        else EMPTY
        for code in store.outlines(level, scope)
    )
    looks = {mark: colour for mark, colour in LOOKS.values() if mark in marks}
    limit = limit_words(o.scenario, lang)
    labels = [
        t(f"what_if_effect_{effect}", lang, limit=limit)
        for effect, (mark, _) in LOOKS.items()
        if mark in marks
    ]
    first = [code for code, effect in effects.items() if effect[:5] in ("gains", "loses")]
    head = t("what_if_head", lang, kind=store.term("kind", o.scenario.kind, lang))
    return MarkedMap(level, scope, marks, looks, labels, head, first)


def limit_words(s: Scenario, lang: str) -> str:
    """`15 minuten te voet`."""
    return t("what_if_limit", lang, minutes=s.minutes, mode=t(f"ties_{s.mode}", lang))


def group_words(group: str, lang: str) -> str:
    """A group of residents."""
    return t(f"what_if_group_{group}", lang)


def bars(o: Outcome, lang: str, phone: bool, dark: bool) -> str:
    """Of each group who gains and who loses; without a change the share that is within reach."""
    out = []
    if not o.scenario.changes:
        for group in homes.GROUPS:
            total = float(o.homes.residents[group][o.known].sum())
            if total:
                near = o.within(group, o.before)
                ends = [100 * v / total for v in (near.value, near.low, near.high)]
                label = group_words(group, lang)
                share = percent(ends[0] / 100, lang)
                out.append(Bar(label, ends[0], share, group == o.scenario.who, (ends[1], ends[2])))
        return ranked(out, 100, phone, dark)
    for side, which in (("gains", o.gains), ("loses", o.losses)):
        for group in homes.GROUPS:
            change = o.people(group, which)
            asked = o.scenario.opened if side == "gains" else o.scenario.closed
            if change.high or (group == o.scenario.who and asked):
                label = t(f"what_if_bar_{side}", lang, group=group_words(group, lang))
                margin = (change.low, change.high)
                out.append(Bar(label, change.value, ranged(change, lang), side == "loses", margin))
    return ranked(out, max(1.0, *(b.margin[1] for b in out if b.margin)), phone, dark)


def ranged(change: Change, lang: str) -> str:
    """`≈ 1.240 (0 – 2.300)`."""
    low, value, high = (number(v, 0, lang) for v in (change.low, change.value, change.high))
    return f"≈ {value}" if low == high else f"≈ {value} ({low} – {high})"


def wording(o: Outcome, lang: str) -> Wording:
    """A scenario in words."""
    s = o.scenario
    town = store.area(s.municipality)
    where, kind = town.name if town else s.municipality, store.term("kind", s.kind, lang)
    heading = title(s, where, lang)
    text = sentence(o, where, lang)
    listed = (t("what_if_list_not", lang), t("what_if_list_link", lang)) if s.supplied else ()
    cautions = (
        t("what_if_access", lang),
        t("what_if_not_plan", lang),
        t("what_if_not_margin", lang),
        t("what_if_not_border", lang, name=where),
        t("what_if_not_size", lang),
        t("not_conclude_area", lang),
        *listed,
    )
    alt = t("map_alt", lang, title=heading, sentence=text)
    if s.changes:
        alt = f"{alt}\n\n{t('nation_alt', lang, list=_bar_list(o, lang))}"
    n = number(len(s.supplied), 0, lang)
    source = f"{t('what_if_list_source', lang, n=n)} " if s.supplied else ""
    source += f"{credit(what_if.sources(o), lang)} {borders(lang)}"
    key = t("what_if_key", lang, kind=kind.lower(), limit=limit_words(s, lang))
    return Wording(heading, text, source, cautions, alt, key)


def _bar_list(o: Outcome, lang: str) -> str:
    out = []
    for group in homes.GROUPS:
        gains, loses = (ranged(o.people(group, which), lang) for which in (o.gains, o.losses))
        both = t("what_if_both", lang, gains=gains, loses=loses)
        out.append(f"{group_words(group, lang)}: {both}")
    return "; ".join(out)


def title(s: Scenario, where: str, lang: str) -> str:
    """What is tried, as a question."""
    about_it: dict[str, Any] = {"kind": store.term("kind", s.kind, lang), "name": where}
    if not s.changes:
        limit = limit_words(s, lang)
        return t("what_if_now_title", lang, limit=limit, **about_it)
    parts = []
    if n := len(s.opened):
        parts.append(t("what_if_opens", lang, count=n, n=n))
    if n := len(s.closed):
        parts.append(t("what_if_closes", lang, count=n, n=n))
    return t("what_if_title", lang, parts=format_list(parts, "standard", lang), **about_it)


def sentence(o: Outcome, where: str, lang: str) -> str:
    """Who comes within reach and who goes out of it, or who is within reach now; and that a list
    of the reader's counts.
    """
    count, text = len(o.scenario.supplied), _sentence(o, where, lang)
    if not count:
        return text
    key = "what_if_list_all" if o.scenario.is_listed else "what_if_list_more"
    return f"{text} {t(key, lang, count=count, n=number(count, 0, lang))}"


def _sentence(o: Outcome, where: str, lang: str) -> str:
    s = o.scenario
    who, total = group_words(s.who, lang).lower(), float(o.homes.residents[s.who].sum())
    fill: dict[str, Any] = {
        "who": who,
        "kind": store.term("kind", s.kind, lang).lower(),
        "name": where,
    }
    fill["limit"] = limit_words(s, lang)
    if not s.changes:
        near = o.within(s.who, o.before)
        n, every = number(near.value, 0, lang), number(total, 0, lang)
        text = t("what_if_now", lang, n=n, all=every, margin=_margin(near, lang), **fill)
        return " ".join([text, *_unknown(o, lang)])
    parts: list[str] = []
    for side, which in (("gains", o.gains), ("loses", o.losses)):
        change = o.people(s.who, which)
        if change.value:
            n = number(change.value, 0, lang)
            parts.append(t(f"what_if_{side}", lang, n=n, margin=_margin(change, lang), **fill))
        elif change.high:
            high = number(change.high, 0, lang)
            parts.append(t(f"what_if_{side}_perhaps", lang, high=high, **fill))
    if not parts:
        moved = int(o.moved.sum())
        key = "what_if_nobody" if moved else "what_if_nothing"
        parts.append(t(key, lang, count=moved, n=number(moved, 0, lang), **fill))
    return " ".join([*parts, *_unknown(o, lang)])


def _margin(change: Change, lang: str) -> str:
    """From how many to how many; blank where the margin of the distances changes nothing."""
    low, high = (number(v, 0, lang) for v in (change.low, change.high))
    return t("what_if_margin", lang, low=low, high=high) if low != high else ""


def _unknown(o: Outcome, lang: str) -> list[str]:
    """Of how many residents it is not known how far they are, or not how old they are."""
    people = o.homes.residents["everyone"]
    out = []
    if n := float(people[~o.known].sum()):
        out.append(t("what_if_unknown_way", lang, n=number(n, 0, lang)))
    n = 0.0 if o.scenario.who == "everyone" else o.homes.unknown[o.scenario.who]
    if n > TELLING * people.sum():
        out.append(t("what_if_unknown_age", lang, n=number(n, 0, lang)))
    return out


def neighbourhoods(o: Outcome, lang: str) -> list[dict[str, str]]:
    """The neighbourhoods of which the way is another, as rows of a table; all of them where nothing
    changes.
    """
    who, out = o.scenario.who, []
    for row in what_if.rows(o):
        if o.scenario.changes and row["before_minutes"] == row["after_minutes"]:
            continue
        code = o.homes.codes.index(row["area"])
        people = float(o.homes.residents[who][code])
        out.append(
            {
                t("column_area", lang): row["name"],
                group_words(who, lang): number(people, 0, lang),
                t("what_if_column_before", lang): _minutes(row, "before", lang),
                **(
                    {t("what_if_column_after", lang): _minutes(row, "after", lang)}
                    if o.scenario.changes
                    else {}
                ),
                t("what_if_column_effect", lang): t(
                    f"what_if_effect_{row['effect']}", lang, limit=limit_words(o.scenario, lang)
                ),
            }
        )
    return out


def _minutes(row: Mapping[str, float | None], end: str, lang: str) -> str:
    value, low, high = (row[f"{end}_minutes{part}"] for part in ("", "_low", "_high"))
    if value is None:
        return "–"
    if low is None or high is None or low == high:
        return about(value, lang)
    ends = f"{number(low, 0, lang)} – {number(high, 0, lang)}"
    return f"{about(value, lang)} ({ends})"


def groups_table(o: Outcome, lang: str) -> list[dict[str, str]]:
    """Of each group who is within reach now, and who gains and who loses where anything changes."""
    out = []
    for group in homes.GROUPS:
        everyone = float(o.homes.residents[group].sum())
        row = {t("what_if_column_group", lang): group_words(group, lang)}
        row[t("what_if_column_all", lang)] = number(everyone, 0, lang)
        row[t("what_if_column_now", lang)] = ranged(o.within(group, o.before), lang)
        if o.scenario.changes:
            row[t("what_if_column_gains", lang)] = ranged(o.people(group, o.gains), lang)
            row[t("what_if_column_loses", lang)] = ranged(o.people(group, o.losses), lang)
        out.append(row)
    return out


def opened_words(s: Scenario, lang: str) -> list[str]:
    """The places that open and those that close, a line each."""
    closed = s.closable
    lines = [
        t("what_if_line_open", lang, name=named(p.name, p.kind, lang) if p.kind else p.name)
        for p in s.opened
    ]
    return [*lines, *(t("what_if_line_close", lang, name=closed[i].name) for i in s.closed)]
