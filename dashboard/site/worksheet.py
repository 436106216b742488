"""My learning environment: a worksheet to fill in, as one HTML page that keeps nothing and sends
nothing.

Streamlit sends every letter to the server, so this is a page of its own, without a framework.
Everything is in it, and its policy lets the browser load and send nothing at all. The same bytes
stand as a file in a folder per language.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from dashboard.words.text import LANGUAGES, t

HERE = Path(__file__).parent
TEMPLATES = HERE / "template"
FILE = "learning-environment.html"
PLACES = ("home", "school", "free_time")
ROWS = ("offer", "people", "chances", "barriers", "where")
KINDS = ("institutional", "everyday")
STAGES = ("child", "teen", "adult")


def address(lang: str) -> str:
    """The address of the page, without the host."""
    return f"/site/{lang}/{FILE}"


@lru_cache(maxsize=1)
def policy() -> str:
    """What the browser may do with the page: run its one script, draw its one style and the
    pictures that it makes.
    """
    script, style = (
        b64encode(sha256(_part(part).encode()).digest()).decode() for part in ("js", "css")
    )
    return (
        "default-src 'none'; connect-src 'none'; form-action 'none'; base-uri 'none'; "
        f"script-src 'sha256-{script}'; style-src 'sha256-{style}'; img-src data: blob:"
    )


def templates() -> Environment:
    """The templates of the site: what stands in them is escaped, and a name that is not given is an
    error.
    """
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@lru_cache(maxsize=8)
def page(lang: str, home: str) -> str:
    """The whole page; `home` is the address of the start page as seen from this one."""
    icon = (HERE.parent / "icon.svg").read_text(encoding="utf-8").strip()

    def place(p: str) -> tuple[str, str, str]:
        return p, t(f"worksheet_place_{p}", lang), t(f"worksheet_place_{p}_also", lang)

    def row(r: str) -> tuple[str, str, dict[str, str]]:
        return (
            r,
            t(f"worksheet_row_{r}", lang),
            {p: t(f"worksheet_think_{p}_{r}", lang) for p in PLACES},
        )

    return (
        templates()
        .get_template("worksheet.html")
        .render(
            t=partial(t, lang=lang),
            lang=lang,
            others=[other for other in LANGUAGES if other != lang],
            home=home,
            file=FILE,
            policy=policy(),
            style=_part("css"),
            script=_part("js"),
            icon=icon,
            icon_address="data:image/svg+xml," + quote(icon),
            places=[place(p) for p in PLACES],
            rows=[row(r) for r in ROWS],
            kinds=[(k, t(f"worksheet_kind_{k}", lang)) for k in KINDS],
            stages=[(s, t(f"worksheet_stage_{s}", lang)) for s in STAGES],
        )
    )


@lru_cache(maxsize=2)
def _part(ending: str) -> str:
    return (TEMPLATES / f"worksheet.{ending}").read_text(encoding="utf-8")
