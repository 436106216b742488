"""Every view as a file at an address of its own: `/v/<view>.<ending>`; without an ending the page
that shows it.

A mistake is told in the reader's language. Few are drawn at once, so that who asks for many
pictures makes nobody else wait.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Mapping

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from dashboard import store
from dashboard.answer import views
from dashboard.answer.answer import Answer
from dashboard.answer.view import View
from dashboard.answer.views import VIEWS, Unknown
from dashboard.api.endpoint import COMMON, kept
from dashboard.download import address, files
from dashboard.picture import svg
from dashboard.words.numbers import origins
from dashboard.words.root import rooted
from dashboard.words.text import LANGUAGES, t

# By ending which downloads it may be, as their texts are called. Another format is another entry.
ENDINGS = {
    "svg": "download_{show}_svg",
    "png": "download_{show}_{shape}",
    "csv": "download_csv",
    "csv-metadata.json": "download_csvw",
    "json": "download_json",
    "geojson": "download_geojson",
    "gpkg": "download_geopackage",
    "parquet": "download_parquet",
    "xlsx": "download_xlsx",
    "zip": "download_pack",
}
HOW = {"lang": LANGUAGES, "show": ("chart", "map"), "shape": ("print", "social")}
SHAPES = {"print": "png", "social": "social"}  # in the names of downloads
LONGEST, AT_ONCE, KEPT = 120, 2, 32  # characters of a value; drawings; files
POLICY = "default-src 'none'; img-src data:; style-src "

drawing = asyncio.Semaphore(AT_ONCE)


class Refused(Exception):
    """What is not answered: the status of HTTP, and why, in the reader's language."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


async def answer(request: Request) -> Response:
    """The file or page at an address below `/v/`."""
    asked = request.query_params
    lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nl"
    public = os.environ.get("CULTUURATLAS_URL")
    try:
        name, _, ending = request.path_params["path"].partition(".")
        given = _checked(name, asked.multi_items(), lang)
        if not ending:
            return RedirectResponse(rooted(address.page(name, given)), 302)
        host = (public or str(request.base_url)).rstrip("/")

        def found() -> Response:
            return Response(*_file(name, ending, tuple(sorted(given.items())), lang, host))

        key = json.dumps([name, ending, sorted(given.items()), host])
        async with drawing:
            response = await asyncio.to_thread(kept, request, key, found)
    except Refused as e:
        return PlainTextResponse(e.words, e.status, COMMON | {"Cache-Control": "no-store"})
    if not public:  # the address in it begins as the request says, which anybody can make up
        response.headers["Cache-Control"] = "private, max-age=3600"
    drawn = svg.styles(bytes(response.body).decode()) if ending == "svg" else ""
    response.headers["Content-Security-Policy"] = POLICY + (drawn or "'none'")
    return response


def _checked(name: str, given: list[tuple[str, str]], lang: str) -> dict[str, str]:
    """The parameters of a view, each once and known. Raises Refused."""
    if name not in VIEWS:
        known = ", ".join(VIEWS)
        raise Refused(404, t("view_unknown", lang, value=_clean(name), list=known))
    parameters = (*VIEWS[name].parameters, *HOW)
    out: dict[str, str] = {}
    for key, value in given:
        if key not in parameters:
            known = ", ".join(parameters)
            raise Refused(400, t("view_parameter", lang, view=name, name=_clean(key), list=known))
        if key in out:
            raise Refused(400, t("view_twice", lang, name=key))
        if len(value) > LONGEST or (key in HOW and value not in HOW[key]):
            raise Refused(400, _no_value(Unknown(key, value, tuple(HOW.get(key, ()))), lang))
        out[key] = value
    return out


@store.cached(KEPT)
def _file(
    name: str, ending: str, given: tuple[tuple[str, str], ...], lang: str, host: str
) -> tuple[bytes, int, None, str]:
    """What is at an address: the bytes, a status and the type. Raises Refused."""
    asked = dict(given)
    if ending not in ENDINGS:
        offered = ", ".join(f".{e}" for e in ENDINGS)
        raise Refused(404, t("view_ending", lang, view=name, value=_clean(ending), list=offered))
    try:
        shown = VIEWS[name].make(views.Request(asked, lang))
    except Unknown as e:
        raise Refused(404 if e.name == "area" else 400, _no_value(e, lang)) from e
    if shown is None:
        raise Refused(404, t("view_nothing", lang, view=name))
    forms = _offered(shown, host + address.page(name, asked), lang)
    shows = [asked["show"]] if "show" in asked else _shows(shown)
    shape = SHAPES[asked.get("shape", "print")]
    for show in shows:
        if file := forms.get(ENDINGS[ending].format(show=show, shape=shape)):
            make, media = file
            return make(), 200, None, media
    has = [
        f".{e}"
        for e, key in ENDINGS.items()
        if any(key.format(show=s, shape=shape) in forms for s in HOW["show"])
    ]
    raise Refused(404, t("view_ending", lang, view=name, value=ending, list=", ".join(has)))


def _shows(made: Answer | View) -> tuple[str, ...]:
    """Which picture stands for it: of figures on a map that map, of an answer its chart."""
    return ("map", "chart") if isinstance(made, View) else ("chart", "map")


def _offered(
    made: Answer | View, link: str, lang: str
) -> Mapping[str, tuple[Callable[[], bytes], str]]:
    """By the name of its text every download, and JSON: what makes it, and of which type it is."""
    if isinstance(made, View):
        given = [file for group in files.view_files(made, link).values() for file in group]
    else:
        given = files.answer_files(made, link, lang)
    offered = {key: (make, media) for key, _, media, make in given}
    return {**offered, "download_json": (lambda: _json(made, link, lang), "application/json")}


def _json(made: Answer | View, link: str, lang: str) -> bytes:
    """The rows with their words, as JSON."""
    wording, build = made.wording(lang), store.build()
    about = {
        "title": wording.title,
        "text": wording.sentence,
        "source": wording.source,
        "sources": origins(made.sources),
        "not_to_conclude": wording.cautions,
        "edition": build["id"],
        "mirror": build["mirror"],
        "link": link,
        "data": files.rows(made) if isinstance(made, View) else made.rows(),
    }
    return json.dumps(about, ensure_ascii=False, default=str).encode()


def _no_value(e: Unknown, lang: str) -> str:
    """That a parameter cannot have a value, and what it can have."""
    sentence = t("view_value", lang, name=e.name, value=_clean(e.value))
    few = ", ".join(e.offered[:20])
    return f"{sentence} {t('view_values', lang, list=few)}" if few else sentence


def _clean(text: str) -> str:
    """At most 40 characters of what somebody sent, without what does not print."""
    return "".join(c if c.isprintable() else "\ufffd" for c in text[:40])
