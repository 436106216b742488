"""What a page shows before Streamlit's code has come: its title, what stands out and its first
picture, as HTML in Streamlit's own page, which takes its place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextlib import suppress
from math import ceil

from markupsafe import Markup
from starlette.datastructures import QueryParams

from dashboard import store
from dashboard.answer import hardest, profile
from dashboard.answer.answer import Answer
from dashboard.answer.profile import Card
from dashboard.answer.view import View, name
from dashboard.answer.views import Request, Unknown
from dashboard.map import still
from dashboard.map.camera import ratio, shown_box
from dashboard.map.legend import legend
from dashboard.picture.svg import WIDER, size, width
from dashboard.site import metadata, pages
from dashboard.store import Area
from dashboard.words.root import root, rooted
from dashboard.words.text import t

FIRST = "figure"  # the question that All figures begins with


def first(page: str, asked: QueryParams, lang: str) -> str:
    """The first screen of My area (`profile`), of a figure on a map (`explore`), or of the start page
    (blank) as far as it is text, as HTML; else nothing.

    Nothing either where the page is embedded, or where the address names no area that there is.
    """
    try:
        area = store.area(asked.get("area", store.country()))
        if not area or asked.get("embed") == "true":
            return ""
        if page == "profile":
            return _of_area(area, lang)
        if not page:
            title, lead = t("start_title", lang), t("start_lead", lang)
            return _html(lang, "start", title, lead, metadata.HOME[lang])
        if page == "explore" and not asked.get("eco") and (view := mapped(asked, lang)):
            return _of_map(view) if still.offered(view) else ""
    except store.StoreError:
        pass  # the page itself says what is wrong
    except Exception:  # a foretaste may fail; the page may not
        logging.getLogger(__name__).exception("a first screen failed")
    return ""


@store.cached(256)  # some thousand letters each: a link in the news is asked for again and again
def _of_area(area: Area, lang: str) -> str:
    return _html(
        lang,
        "profile",
        profile.title(area, lang),
        profile.residents(area, lang),
        metadata.HOME[lang] if area.is_selection else f"{lang}/{area.code}.html",
        [hardest.answer(area, lang, phone) for phone in (False, True)],
        [c for c in profile.cards(area, lang) if c.sort == "fact"],
    )


def mapped(asked: QueryParams, lang: str) -> View | None:
    """The figures whose map `explore` begins with; None where it begins with something else, or
    where the address asks for what there is not.
    """
    if asked.get("ask", FIRST) != FIRST or asked.get("show", "map") != "map":
        return None
    with suppress(Unknown):
        view = Request(dict(asked), lang).view
        if view.level in store.offered(view.indicator.id, view.area):
            return view
    return None


@store.cached(64)  # with their pictures some 150 thousand letters each
def _of_map(view: View) -> str:
    lang, scope, (*above, here) = view.lang, view.scope, store.lineage(view.area)
    levels = store.offered(view.indicator.id, view.area)
    page = metadata.HOME[lang] if scope.is_selection else f"{lang}/{scope.code}.html"
    return (
        pages.templates()
        .get_template("first_map.html")
        .render(
            lang=lang,
            # in our letters, whichever there are yet: what stands beside each other does not move
            wide=lambda words, size, bold=False: ceil(width(words, size, bold) / WIDER),
            above=[name(area, lang, alone=True) for area in above],
            here=name(here, lang, alone=True),
            wording=view.wording(lang),
            picture=still.address(view),
            ratio=round(ratio(shown_box(view.ground)), 4),
            legend=Markup(legend(view)),
            levels=[store.term("area_level", level, lang) for level in levels],
            periods=store.periods(view.indicator.id, view.level),
            still=rooted(f"/site/{page}"),
        )
    )


def _html(
    lang: str,
    page: str,
    title: str,
    lead: str,
    still: str,
    answers: Sequence[Answer | None] = (),
    facts: Sequence[Card] = (),
) -> str:
    """`still` is where the static site has the same, for who waits in vain; `answers` are one, drawn
    for a wide page and for a narrow one.
    """
    wording = answers[0].wording(lang) if answers and answers[0] else None
    drawings = [a.diagram() for a in answers if a and a.diagram]
    return (
        pages.templates()
        .get_template("first.html")
        .render(
            lang=lang,
            page=page,
            title=title,
            lead=lead,
            still=rooted(f"/site/{still}"),
            wording=wording,
            # each as wide as the page will draw it
            pictures=[(Markup(drawn), round(1.2 * size(drawn)[0])) for drawn in drawings],
            cards=[("facts", facts)] if facts else [],
            app=root(),
        )
    )
