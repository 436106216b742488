"""The cards for a conversation on one sheet of paper, as an HTML page that needs nothing else."""

from __future__ import annotations

from dashboard import store
from dashboard.answer import conversation
from dashboard.answer.view import name
from dashboard.site import worksheet
from dashboard.store import Area
from dashboard.words.text import t


def sheet(area: Area, role: str, link: str, lang: str) -> bytes:
    """The cards of a role for an area, to print on one A4."""
    page = worksheet.templates().get_template("talk.html")
    return page.render(
        lang=lang,
        title=title(area, role, lang),
        how=t("talk_how", lang),
        cards=conversation.talks(area, role, lang),
        made_by=t("made_by", lang, build=store.build()["id"]),
        link=link,
    ).encode()


def title(area: Area, role: str, lang: str) -> str:
    """For whom the cards are, and of which area."""
    return t("talk_title", lang, name=name(area, lang), role=t(f"talk_role_{role}", lang))
