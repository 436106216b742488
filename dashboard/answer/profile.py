"""An area on one page, as data: what stands out, and cards for a conversation.

Its figures are in `portrait.py`. The app's page, the static page, the downloads and the journalist's
pack all draw this. The cards are for a conversation: at most three facts (the rule is in
`standout.py`), one thing that is not known, and three open questions that ask for no cause and blame
nobody.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlencode

from dashboard import store
from dashboard.answer import ecosystem, standout
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.portrait import exact, figure_link, figures, rows
from dashboard.answer.standout import Standing
from dashboard.answer.view import level_name, name
from dashboard.store import Area
from dashboard.words.numbers import credit, date, interval, number, shown
from dashboard.words.text import t

ASKED = ("residents", "professionals", "policy")


@dataclass(frozen=True)
class Card:
    """A fact, what is not known, or a question; a fact has its figure, status, receipt (`small`)
    and address.
    """

    sort: str  # `fact`, `unknown` or `question`
    head: str
    text: str
    value: str = ""
    exact: float | None = None  # the figure as a machine reads it
    status: str = ""
    small: str = ""
    link: str = ""


def sources(area: Area) -> list[str]:
    """The sources of the figures, each once."""
    return [*dict.fromkeys(f.indicator.source for f in figures(area))]


def credited(area: Area) -> list[str]:
    """The sources of the facts, each once."""
    facts = standout.facts(standout.standings(area).values())
    return [*dict.fromkeys(s.indicator.source for s in facts)]


def map_of(area: Area, lang: str) -> tuple[str, str]:
    """The way to the map, with what stands out most, or else the first figure that the area has
    itself.
    """
    own = [s.indicator.id for s in standout.facts(standout.standings(area).values())]
    own = own or [f.indicator.id for f in figures(area) if f.of == area]
    asked = {"indicator": own[0], "level": area.level} if own and not area.is_country else {}
    return way_on("explore", "profile_map", area, lang, **asked)


def title(area: Area, lang: str) -> str:
    """What the page shows."""
    return t("profile_title", lang, name=name(area, lang))


def residents(area: Area, lang: str) -> str:
    """How many people live there, and what sort of area it is; blank where that is not known."""
    if area.population is None:
        return ""
    sort, n = (
        level_name(area, lang).capitalize(),
        number(area.population, 0, lang),
    )
    return t("residents_line", lang, count=area.population, kind=sort, n=n)


def made_of(area: Area, lang: str) -> str:
    """What a region is made of, and how its figures are; blank for any other area."""
    if not area.is_region:
        return ""
    n = number(len(store.children(area.code)), 0, lang)
    if area.is_selection:
        return t("region_own", lang, n=n)
    return t("region_official", lang, n=n, name=name(area, lang))


def nothing(area: Area, lang: str) -> str:
    """Why no figure stands out; blank where one does."""
    found = standout.standings(area)
    if standout.facts(found.values()):
        return ""
    if area.is_country:
        return t("profile_none_country", lang)
    if area.population == 0:
        return t("profile_none_empty", lang, name=name(area, lang))
    compared = sum(s.may_be_fact and s.typical is not None for s in found.values())
    if not compared:
        return t("profile_none_alike", lang, name=name(area, lang), fewest=standout.FEWEST)
    return t("profile_none", lang, name=name(area, lang), n=compared)


def rule(lang: str) -> str:
    """When a figure stands out."""
    return t("profile_rule", lang, share=_false(lang))


def cautions(lang: str) -> tuple[str, ...]:
    """What may not be concluded from what stands out."""
    rest = (t(key, lang) for key in ("not_conclude_area", "not_conclude_access"))
    return (t("profile_not", lang, share=_false(lang)), *rest)


def _false(lang: str) -> str:
    return f"{number(100 * standout.FALSE_SHARE, 0, lang)} {store.term('unit', 'percent', lang)}"


def feed_path(municipality: str, lang: str) -> str:
    """Where in the static site the feed of a municipality is."""
    return f"feed/{lang}/{municipality}.xml"


def answer(area: Area) -> Answer:
    """Every figure of an area."""
    key = ("area", "indicator")
    return Answer(
        ("profile", area.code), partial(wording, area), partial(rows, area), sources(area), key
    )


def wording(area: Area, lang: str) -> Wording:
    """What a caption says: the facts that stand out in words, each with its status."""
    said = [
        f"{c.head}: {c.value} ({t(f'status_{c.status}', lang)}). {c.text}"
        for c in cards(area, lang)
        if c.value
    ]
    sentence = " ".join(said) or nothing(area, lang)
    used = credited(area)
    source = credit(used, lang) if used else ""
    return Wording(title(area, lang), sentence, source, cautions(lang))


def cards(area: Area, lang: str) -> list[Card]:
    """The cards of an area, facts first."""
    facts = standout.facts(standout.standings(area).values())
    here = name(area, lang)
    out = [_fact(s, area, lang) for s in facts]
    if said := _unknown(area, lang):
        out.append(Card("unknown", t("profile_unknown", lang), said))
    for n, who in enumerate(ASKED if area.population != 0 else ASKED[1:]):
        about_ = (
            facts[n % len(facts)].indicator.text("label", lang)
            if facts
            else t("profile_theme", lang)
        )
        out.append(
            Card(
                "question",
                t(f"profile_for_{who}", lang),
                t(f"profile_ask_{who}", lang, name=here, theme=about_),
            )
        )
    return out


def _fact(s: Standing, area: Area, lang: str) -> Card:
    i, o, typical = s.indicator, s.observation, s.typical
    if o.value is None or typical is None:
        raise ValueError(f"{i.id} of {area.code} is beside nothing")
    sure, side = (
        "clear" if s.clear else "probable",
        "higher" if o.value > typical.median else "lower",
    )
    text = t(
        f"profile_{sure}_{side}",
        lang,
        group=group_words(s.group, area, lang),
        median=shown(replace(o, value=typical.median), i, lang),
    )
    source = store.sources()[i.source]
    receipt = [
        _sure(s, lang),
        t("profile_why", lang, n=number(typical.areas, 0, lang), times=number(s.distance, 1, lang)),
        t(
            "profile_source",
            lang,
            publisher=source["publisher"],
            period=s.period,
            date=date(source["retrieved"], lang),
        ),
    ]
    link, value = figure_link(i, s.period, area, lang), exact(o.value, i)
    return Card(
        "fact",
        i.text("label", lang),
        text,
        shown(o, i, lang),
        value,
        o.status,
        " ".join(receipt),
        link,
    )


def _unknown(area: Area, lang: str) -> str:
    found = standout.unknown(area, store.portrait(area.code), ecosystem.cells(area.code))
    here = name(area, lang)
    if not found:
        return ""
    if cell := found.cell:
        return t(
            "profile_unknown_cell",
            lang,
            name=here,
            level=t(f"profile_level_{cell.level}", lang),
            domain=t(f"profile_domain_{cell.domain}", lang),
            facet=t(f"profile_facet_{cell.facet}", lang),
            would=t(f"ties_would_{cell.level}", lang),
        )
    if found.indicator:
        why = t(f"status_{found.status}_text", lang)
        return t(
            "profile_unknown_figure",
            lang,
            name=here,
            label=found.indicator.text("label", lang),
            why=why,
        )
    return t("profile_unknown_part", lang, name=here, would=t("ties_would_micro", lang))


def markdown(area: Area, link: str, lang: str) -> bytes:
    """The cards as Markdown, to print or to paste."""
    found = cards(area, lang)
    lines = [f"# {title(area, lang)}"]
    for c in found:
        figure = f"**{c.value}** ({t(f'status_{c.status}', lang)}). " if c.sort == "fact" else ""
        lines += [f"## {c.head}", figure + c.text, *([c.small] if c.small else [])]
    if any(c.sort == "fact" for c in found):
        lines.append(rule(lang))
    lines += [t("made_by", lang, build=store.build()["id"]), link]
    return ("\n\n".join(lines) + "\n").encode()


def group_words(group: str, area: Area, lang: str) -> str:
    """`de buurten die er het meest op lijken`, `de andere buurten van Rotterdam`, ..."""
    municipality = store.area(area.municipality or "")
    where = {
        "municipality": municipality.name if municipality else "",
        "country": store.country_name(lang),
    }
    return t(
        f"profile_group_{group}",
        lang,
        levels=store.term("area_levels", area.level, lang),
        name=where.get(group, ""),
    )


def _sure(s: Standing, lang: str) -> str:
    """How sure a figure is: its margin, that nobody knows it, or that it was counted."""
    o = s.observation
    if o.low is not None and o.high is not None:
        return interval(o.low, o.high, s.indicator.decimals, lang, o.level) + "."
    if not standout.counted(o, s.indicator):
        return t("interval_none", lang)
    return t("profile_counted_places" if s.indicator.theme == "access" else "profile_counted", lang)


def address(page: str, area: Area, lang: str, **more: str) -> str:
    """The address of a page, or a question of one, about the area."""
    values = {
        "area": area.code,
        "lang": "" if lang == "nl" else lang,
        "edition": store.build()["id"],
        **more,
    }
    return f"/{page}?" + urlencode({k: v for k, v in values.items() if v})


def way_on(page: str, what: str, area: Area, lang: str, **more: str) -> tuple[str, str]:
    """The way to all of it, and how that is called."""
    return address(page, area, lang, **more), t("profile_see", lang, label=t(what, lang))
