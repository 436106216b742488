"""A prepared message to who runs the atlas: what is missing or wrong in a list of places.

Nothing is sent or kept here: the reader's own mail program, or the tracker of the project, opens
with the area, the place and the edition filled in.
"""

from __future__ import annotations

import os
from urllib.parse import quote, urlencode

from dashboard import store
from dashboard.answer.profile import address
from dashboard.answer.view import name
from dashboard.store import Area
from dashboard.words.text import t
from pipelines.methods.settings import setting


def message(area: Area, lang: str, place: str = "", origin: str = "", contact: str = "") -> str:
    """The address that opens the message (`mailto:`, or a new issue of a tracker); blank where
    nobody said who to write to.

    `place` is the name of the one place that it is about, `origin` where the page is; `contact` is
    who to write to, else the setting.
    """
    contact = contact or setting("CONTACT", os.environ)
    if not contact:
        return ""
    where = f"{name(area, lang, alone=True)} ({area.code})"
    about = f"{place}, {where}" if place else where
    lines = [
        t("correction_area", lang, name=where),
        *([t("correction_place", lang, name=place)] if place else []),
        t("correction_edition", lang, id=store.build()["id"]),
        origin + address("profile", area, lang),
        "",
        t("correction_ask", lang),
        "",
    ]
    subject, body = t("correction_subject", lang, about=about), "\n".join(lines)
    if contact.startswith("http"):
        return f"{contact}{'&' if '?' in contact else '?'}{urlencode({'title': subject, 'body': body})}"
    return f"mailto:{contact}?subject={quote(subject)}&body={quote(body)}"
