"""The static site: a light page per area in two languages, its figures as JSON and CSV, and what
describes them.

`file` makes any file of the site by its path. `python -m dashboard.publish` writes them all for any
web server; the app answers the same paths under `/site/`. A page needs no JavaScript and asks no
other host for anything.

The addresses inside a page are relative. What must be absolute (canonical address, sitemap,
metadata) begins with `base`; `app` is the address of the dashboard, None where there is none to
link to.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from math import copysign
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from dashboard import store
from dashboard.answer import correction, portrait, profile, profile_sections
from dashboard.answer.portrait import Figure
from dashboard.answer.view import name
from dashboard.download.table import sheet
from dashboard.picture import svg
from dashboard.picture.locator import locator
from dashboard.picture.preview import preview as card
from dashboard.site import dcat, feed, geo, worksheet
from dashboard.site.metadata import (
    DESCRIBED,
    HOME,
    MEDIA,
    SHEETS,
    Place,
    compact,
    csvw,
    dataset,
    package,
    robots,
    sitemap,
    table,
)
from dashboard.store import Area
from dashboard.words import numbers
from dashboard.words.text import LANGUAGES, strings, t

HERE = Path(__file__).parent
TEMPLATES = HERE / "template"
ICONS = HERE.parent
FOLDERS = {
    f"{lang}/index.html": lang for lang in LANGUAGES
}  # for who shortens the address of a page
LOST = "404.html"  # where web servers look for it
PREVIEWS = tuple(f"preview.{lang}.png" for lang in LANGUAGES)
FIXED = ("style.css", "icon.svg", LOST, *HOME.values(), *FOLDERS, *PREVIEWS, *SHEETS)
OFFERED = {  # to readers, and how each is called
    "datapackage.json": "site_datapackage",
    "catalog.jsonld": "site_catalog",
    "data/csv-metadata.json": "site_csv_metadata",
    "sitemap.xml": "site_sitemap",
}


def of_area(code: str) -> list[str]:
    """The paths of the files of one area; a municipality has feeds too."""
    municipal = {m.code for m in store.all_municipalities()}
    feeds = [profile.feed_path(code, lang) for lang in LANGUAGES if code in municipal]
    return [
        *(f"{lang}/{code}.html" for lang in LANGUAGES),
        f"data/{code}.json",
        f"data/{code}.csv",
        *feeds,
    ]


def others() -> list[str]:
    """The paths of all other files."""
    tables = (f"tables/{table}.parquet" for table in store.schema())
    return [*FIXED, *DESCRIBED, *tables, *geo.paths(store.country())]


def file(path: str, place: Place) -> bytes | None:
    """The bytes of a file of the site; None where there is none of that path."""
    folder, _, last = path.rpartition("/")
    stem, _, ending = last.partition(".")
    area = store.area(stem)
    if area and not area.is_selection and path in of_area(area.code):
        if ending == "xml":
            return feed.feed(area.code, folder.rpartition("/")[2], place.base)
        return {"html": _page, "json": _json, "csv": _csv}[ending](area, folder, place)
    if area and path in geo.paths(area.code):
        return geo.file(area.code, ending)
    if area and folder in LANGUAGES and ending == "png":
        return _card(area, folder)
    if path.startswith("preview.") and path.count(".") == 3:
        return _named_preview(*path.split(".")[1:])
    if path in HOME.values():
        return _home(next(lang for lang in LANGUAGES if HOME[lang] == path), place)
    if path in FOLDERS:
        return _home(FOLDERS[path], place, "../")
    if path == LOST:
        return absent("", place)
    if path in SHEETS:
        lang = SHEETS[path]
        return worksheet.page(
            lang, f"../{HOME[lang]}" if place.app is None else f"{place.app}/?lang={lang}"
        ).encode()
    if path == "style.css":
        return (TEMPLATES / path).read_bytes()
    if path == "icon.svg":
        return (ICONS / path).read_bytes()
    if path in PREVIEWS:
        return preview(path.split(".")[1])
    if folder == "tables" and stem in store.schema() and ending == "parquet":
        return table(stem)
    fixed = {
        "datapackage.json": package,
        "catalog.jsonld": dcat.catalogue,
        "data/csv-metadata.json": csvw,
        "sitemap.xml": sitemap,
        "robots.txt": robots,
    }.get(path)
    return fixed(place) if fixed else None


def load(codes: Sequence[str]) -> None:
    """Read what is known of some areas at once, before their files are made."""
    for known in (store.figures_of, store.typical_of_peers, store.kinds_within):
        known.load(codes)


def media(path: str) -> str:
    """What sort of file is at a path; the way in where it is blank."""
    return feed.MEDIA if path.startswith("feed/") else MEDIA[path.rpartition(".")[2] or "html"]


@lru_cache(maxsize=1)
def templates() -> Environment:
    """The templates of the site, with all that every page needs."""
    environment = worksheet.templates()
    names = {lang: t("language_name", lang) for lang in LANGUAGES}
    shared: dict[str, Any] = {
        "t": t,
        "languages": names,
        "home": HOME,
        "away": _away,
        "raw": _raw,
    }
    shared |= {"how": numbers.how, "licence": numbers.licence}
    shared |= {
        "status": lambda s, lang: t(f"status_{s}", lang),
        "country_name": store.country_name,
        "levels": lambda lv, lang: store.term("area_levels", lv, lang),
    }
    environment.globals |= shared
    return environment


def rendered(template: str, lang: str, place: Place, **values: Any) -> bytes:
    """A page made of a template with what every page has."""
    about: dict[str, Any] = {
        "lang": lang,
        "base": place.base,
        "app": place.app,
        "build": store.build(),
    }
    about |= {"edition": numbers.edition(lang), "is_app": place.is_app}
    return templates().get_template(template).render(**about, **values).encode()


def _home(lang: str, place: Place, root: str = "") -> bytes:
    """The way in: every municipality, the data, and the sources."""
    return rendered(
        "index.html",
        lang,
        place,
        root=root,
        path=HOME[lang],
        paths=HOME,
        title=t("site_home", lang),
        description=t("start_lead", lang),
        country=store.country(),
        level=store.area_levels().municipality,
        sheet=f"{lang}/{worksheet.FILE}",
        below=store.all_municipalities(),
        data={path: form.label for path, form in geo.paths(store.country()).items()} | OFFERED,
        sources=store.sources().values(),
    )


def absent(path: str, place: Place) -> bytes:
    """What a reader sees where there is no such file; the page names it, in the language of its
    folder.
    """
    lang = next((lang for lang in LANGUAGES if path.startswith(f"{lang}/")), LANGUAGES[0])
    asked = path.rpartition("/")[2].partition(".")[0][:40]
    return rendered(
        "absent.html",
        lang,
        place,
        root=place.base,
        path="",
        paths=HOME,
        title=t("site_absent", lang),
        description=t("start_lead", lang),
        said=t("site_absent_text", lang, asked=asked) if asked else t("site_absent", lang),
    )


def _page(area: Area, lang: str, place: Place) -> bytes:
    """The profile of an area."""
    cards = profile.cards(area, lang)
    facts = [c for c in cards if c.sort == "fact"]
    title = profile.title(area, lang)
    description = textwrap.shorten(profile.wording(area, lang).sentence, 300, placeholder=" …")
    paths = {other: f"{other}/{area.code}.html" for other in LANGUAGES}
    return rendered(
        "area.html",
        lang,
        place,
        root="../",
        path=paths[lang],
        paths=paths,
        title=title,
        description=description,
        # made when it is asked for, so only where the app serves the page
        card=f"{place.base}{lang}/{area.code}.png" if place.app == "" else "",
        area=area,
        name=name(area, lang, alone=True),
        way=[(a.code, name(a, lang, alone=True)) for a in store.lineage(area)[:-1]],
        residents=profile.residents(area, lang),
        made_of=profile.made_of(area, lang),
        nothing=profile.nothing(area, lang),
        cards=[
            (sort, of_sort)
            for sort, of_sort in (("facts", facts), ("talk", cards[len(facts) :]))
            if of_sort
        ],
        locator=Markup(_locator(area, lang)),
        drawn=not area.is_country,  # which has no comparable areas
        sections=list(profile_sections.sections(area, lang)),
        rule=profile.rule(lang),
        cautions=profile.cautions(lang),
        below=store.children(area.code),
        feed=profile.feed_path(area.code, lang) if area.is_municipality else "",
        geographic=[
            (f"{place.app}/site/{path}", form.label)
            for path, form in geo.paths(area.code).items()
            if place.is_app
        ],
        open=profile.address("profile", area, lang),
        correction=correction.message(area, lang, origin=place.app or "", contact=place.contact),
        sheet=worksheet.FILE,
        dataset=Markup(dataset(area, lang, title, description, place)),
    )


def _raw(figure: Figure) -> str:
    """The figure as a machine reads it, as in the API."""
    return json.dumps(portrait.exact(figure.observation.value, figure.indicator))


def _away(figure: Figure) -> int | None:
    """How far a figure lies from that of comparable areas: ten a spread with its margin, at most 40
    to either side.
    """
    s, value = figure.standing, figure.observation.value
    if not s or not s.typical or value is None:
        return None
    return round(copysign(min(10 * s.distance, 40), value - s.typical.median))


def _locator(area: Area, lang: str) -> str:
    """Where the area lies: in its municipality, or among all municipalities."""
    outline = store.outline(area.code)
    if not outline:
        return ""
    whole = store.outline(area.municipality or "") if area.is_part else None
    points = () if whole else _centres()
    alt = t("site_locator", lang, name=name(area, lang))
    return locator(json.loads(outline), json.loads(whole) if whole else None, points, alt)


@store.cached(1)
def _centres() -> tuple[tuple[float, float], ...]:
    """A point of every municipality."""
    municipalities = (
        a for a in store.all_municipalities() if a.lon is not None and a.lat is not None
    )
    return tuple((a.lon, a.lat) for a in municipalities if a.lon is not None and a.lat is not None)


@store.cached(2)
def preview(lang: str) -> bytes:
    """What a link looks like where it is shared: name and lead, 1200 by 630."""
    return svg.png(card(t("site", lang), t("site_preview", lang)), zoom=1)


def lead_of(key: str) -> str:
    """The key of the text that says what a page or question is about, of the key of its name; blank
    where there is none.
    """
    lead = f"{key.removesuffix('_title')}_lead"
    return lead if {key, lead} <= strings().keys() else ""


def _named_preview(lang: str, key: str, ending: str) -> bytes | None:
    """What a link to a page or question looks like that has no picture of its own: its name, and
    what it is about.
    """
    if lang not in LANGUAGES or ending != "png" or not (lead := lead_of(key)):
        return None
    with suppress(KeyError):  # a text that is of something: it has no page of its own
        return _drawn_preview(t(key, lang), t(lead, lang))
    return None


@store.cached(64)
def _drawn_preview(title: str, lead: str) -> bytes:
    return svg.png(card(title, lead), zoom=1)


def _card(area: Area, lang: str) -> bytes:
    """What a link to the page of an area looks like where it is shared: its title and what it
    says.
    """
    sentence = profile.wording(area, lang).sentence.replace("**", "")
    return svg.png(card(profile.title(area, lang), sentence), zoom=1)


def _json(area: Area, folder: str, place: Place) -> bytes:
    """The area, its cards in both languages, and its figures."""
    build = store.build()
    about = {
        k: getattr(area, k)
        for k in ("code", "name", "level", "year", "parent", "municipality", "province")
    }
    cards = {
        lang: [{"sort": c.sort, "head": c.head, "text": c.text, "value": c.value or None, "status": c.status or None}
               for c in profile.cards(area, lang)]
        for lang in LANGUAGES
    }  # fmt: skip
    edition = {"edition": build["id"], "built_at": build["built_at"], "mirror": build["mirror"]}
    return compact(
        {
            **edition,
            "area": {**about, "population": area.population},
            "cards": cards,
            "figures": portrait.rows(area),
        }
    ).encode()


def _csv(area: Area, folder: str, place: Place) -> bytes:
    """The figures, a row each."""
    return sheet(portrait.rows(area), portrait.COLUMNS)
