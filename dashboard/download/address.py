"""The address of a view: short enough to print under a picture, and with an ending a file.

`/v/money?area=GM0599` leads to the page that shows it; `/v/money.svg?area=GM0599` is its picture.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from dashboard.answer.views import VIEWS
from dashboard.words.root import rooted

ROOT = "/v/"


def short(name: str, asked: Mapping[str, str], link: str) -> str:
    """The short address of a view; `link` is that of the page that shows it, host included.

    A parameter is as the page has it, or else as `asked` says. What has no address of its own keeps
    that of its page.
    """
    if name not in VIEWS:
        return link
    given = {**asked, **dict(parse_qsl(urlsplit(link).query))}
    kept = {k: given[k] for k in (*VIEWS[name].parameters, "lang") if k in given}
    kept |= {"show": asked["show"]} if "show" in asked else {}
    return urljoin(link, rooted(ROOT) + f"{name}{'?' if kept else ''}{urlencode(kept)}")


def page(name: str, given: Mapping[str, str]) -> str:
    """The address of the page that shows a view, without the host."""
    view = VIEWS[name]
    query = urlencode({**view.asked, **given})
    return f"/{view.page}{'?' if query else ''}{query}"
