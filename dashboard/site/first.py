"""What a page shows before Streamlit's code has come: its title, what stands out and its first
picture, as HTML in Streamlit's own page, which takes its place.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from html import escape

from markupsafe import Markup
from starlette.datastructures import QueryParams

from dashboard import store
from dashboard.answer import hardest, profile
from dashboard.answer.answer import Answer
from dashboard.answer.profile import Card
from dashboard.picture.svg import size
from dashboard.site import metadata, pages
from dashboard.words.text import t


def first(page: str, asked: QueryParams, lang: str, phone: bool) -> str:
    """The first screen of My area (`profile`), or of the start page (blank) as far as it is text, as
    HTML; else nothing.

    Nothing either where the page is embedded, or where the address names no area that there is.
    """
    try:
        area = store.area(asked.get("area", store.country()))
        if not area or asked.get("embed") == "true":
            return ""
        if page == "profile":
            return _html(
                lang,
                page,
                profile.title(area, lang),
                profile.residents(area, lang),
                f"{lang}/{area.code}.html",
                hardest.answer(area, lang, phone),
                [c for c in profile.cards(area, lang) if c.sort == "fact"],
            )
        if not page:
            title, lead = t("start_title", lang), t("start_lead", lang)
            return _html(lang, "start", title, lead, metadata.HOME[lang])
    except store.StoreError:
        pass  # the page itself says what is wrong
    except Exception:  # a foretaste may fail; the page may not
        logging.getLogger(__name__).exception("a first screen failed")
    return ""


def _html(
    lang: str,
    page: str,
    title: str,
    lead: str,
    still: str,
    answer: Answer | None = None,
    facts: Sequence[Card] = (),
) -> str:
    """`still` is where the static site has the same, for who waits in vain."""
    wording = answer.wording(lang) if answer else None
    picture = answer.diagram() if answer and answer.diagram else ""
    if wording:
        named = f'<svg role="img" aria-label="{escape(wording.alt)}" '
        picture = picture.replace("<svg ", named, 1)
    template = pages.templates().get_template("first.html")
    return template.render(
        lang=lang,
        page=page,
        title=title,
        lead=lead,
        still=f"/site/{still}",
        wording=wording,
        picture=Markup(picture),
        widest=round(1.2 * size(picture)[0]) if picture else 0,  # as the page draws it
        cards=[("facts", facts)] if facts else [],
        app="",
    )
