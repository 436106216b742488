"""The static site: a light page per area in two languages, its figures as JSON and CSV, and what describes them.

`file` makes any file of the site by its path. `python -m dashboard.publish` writes them all for any web server; the app
answers the same paths under `/site/`. A page needs no JavaScript and asks no other host for anything.

The addresses inside a page are relative. What must be absolute (canonical address, sitemap, metadata) begins with
`base`; `app` is the address of the dashboard, None where there is none to link to.
"""

from __future__ import annotations

import hashlib
import io
import json
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import copysign
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

import pyarrow
import pyarrow.parquet
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from dashboard import export, feed, figures, pack, profile, store, worksheet
from dashboard.picture import svg
from dashboard.picture.locator import locator
from dashboard.picture.preview import preview as card
from dashboard.profile import Figure
from dashboard.store import Area
from dashboard.text import LANGUAGES, meaning, t
from dashboard.view import name

HERE = Path(__file__).parent
TEMPLATES = HERE / "template"
MEDIA = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "json": "application/json",
    "jsonld": "application/ld+json",
    "csv": "text/csv; charset=utf-8",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "parquet": "application/vnd.apache.parquet",
}
NAMES = {"nl": "Nederlands", "en": "English"}
HOME = {"nl": "index.html", "en": "index.en.html"}
FOLDERS = {f"{lang}/index.html": lang for lang in LANGUAGES}  # for who shortens the address of a page
LOST = "404.html"  # where web servers look for it
SHEETS = {f"{lang}/{worksheet.FILE}": lang for lang in LANGUAGES}
PREVIEWS = tuple(f"preview.{lang}.png" for lang in LANGUAGES)
FIXED = ("style.css", "icon.svg", LOST, *HOME.values(), *FOLDERS, *PREVIEWS, *SHEETS)
DESCRIBED = ("datapackage.json", "catalog.jsonld", "data/csv-metadata.json", "sitemap.xml", "robots.txt")
OFFERED = {  # to readers, and how each is called
    "datapackage.json": "site_datapackage",
    "catalog.jsonld": "site_catalog",
    "data/csv-metadata.json": "site_csv_metadata",
    "sitemap.xml": "site_sitemap",
}
CULTURE = "http://publications.europa.eu/resource/authority/data-theme/EDUC"
AUTHORITY = "http://publications.europa.eu/resource/authority"


@dataclass(frozen=True)
class Place:
    """Where a site is served: its address (with a slash at the end), that of the app, and who publishes it."""

    base: str
    app: str | None = None
    publisher: str = "Cultuuratlas"
    contact: str = ""


def of_area(code: str) -> list[str]:
    """The paths of the files of one area; a municipality has feeds too."""
    feeds = [feed.path(code, lang) for lang in LANGUAGES if code.startswith("GM")]
    return [*(f"{lang}/{code}.html" for lang in LANGUAGES), f"data/{code}.json", f"data/{code}.csv", *feeds]


def others() -> list[str]:
    """The paths of all other files."""
    return [*FIXED, *DESCRIBED, *(f"tables/{table}.parquet" for table in store.schema())]


def file(path: str, place: Place) -> bytes | None:
    """The bytes of a file of the site; None where there is none of that path."""
    folder, _, last = path.rpartition("/")
    stem, _, ending = last.partition(".")
    area = store.area(stem)
    if area and path in of_area(area.code):
        if ending == "xml":
            return feed.feed(area.code, folder.rpartition("/")[2], place.base)
        return {"html": _page, "json": _json, "csv": _csv}[ending](area, folder, place)
    if path in HOME.values():
        return _home(next(lang for lang in LANGUAGES if HOME[lang] == path), place)
    if path in FOLDERS:
        return _home(FOLDERS[path], place, "../")
    if path == LOST:
        return absent("", place)
    if path in SHEETS:
        lang = SHEETS[path]
        return worksheet.page(lang, f"../{HOME[lang]}" if place.app is None else f"{place.app}/?lang={lang}").encode()
    if path == "style.css":
        return (TEMPLATES / path).read_bytes()
    if path == "icon.svg":
        return (HERE / path).read_bytes()
    if path in PREVIEWS:
        return preview(path.split(".")[1])
    if folder == "tables" and stem in store.schema() and ending == "parquet":
        return table(stem)
    made = {
        "datapackage.json": package,
        "catalog.jsonld": catalogue,
        "data/csv-metadata.json": csvw,
        "sitemap.xml": sitemap,
        "robots.txt": robots,
    }.get(path)
    return made(place) if made else None


def load(codes: Sequence[str]) -> None:
    """Read what is known of some areas at once, before their files are made."""
    for known in (store.figures_of, store.typical["peers"], store.kinds_within):
        known.load(codes)


def media(path: str) -> str:
    """What sort of file is at a path; the way in where it is blank."""
    return feed.MEDIA if path.startswith("feed/") else MEDIA[path.rpartition(".")[2] or "html"]


# --- pages


@lru_cache(maxsize=1)
def _templates() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    shared: dict[str, Any] = {"t": t, "languages": NAMES, "home": HOME, "away": _away, "raw": _raw}
    shared |= {"how": figures.how, "licence": figures.licence}
    shared |= {"status": lambda s, lang: t(f"status_{s}", lang), "levels": lambda lv, lang: t(f"levels_{lv}", lang)}
    found.globals |= shared
    return found


def _rendered(template: str, lang: str, place: Place, **values: Any) -> bytes:
    about = {"lang": lang, "base": place.base, "app": place.app, "build": store.build()}
    about |= {"edition": figures.edition(lang)}
    return _templates().get_template(template).render(**about, **values).encode()


def _home(lang: str, place: Place, root: str = "") -> bytes:
    """The way in: every municipality, the data, and the sources."""
    return _rendered(
        "index.html",
        lang,
        place,
        root=root,
        path=HOME[lang],
        paths=HOME,
        title=t("site_home", lang),
        description=t("start_lead", lang),
        country=store.COUNTRY,
        sheet=f"{lang}/{worksheet.FILE}",
        below=[a for a in store.children(store.COUNTRY) if a.level == "gemeente"],
        data=OFFERED,
        sources=store.sources().values(),
    )


def absent(path: str, place: Place) -> bytes:
    """What a reader sees where there is no such file; the page names it, in the language of its folder."""
    lang = next((lang for lang in LANGUAGES if path.startswith(f"{lang}/")), LANGUAGES[0])
    asked = path.rpartition("/")[2].partition(".")[0][:40]
    return _rendered(
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
    description = textwrap.shorten(profile.told(area, lang).sentence, 300, placeholder=" …")
    paths = {other: f"{other}/{area.code}.html" for other in LANGUAGES}
    return _rendered(
        "area.html",
        lang,
        place,
        root="../",
        path=paths[lang],
        paths=paths,
        title=title,
        description=description,
        area=area,
        name=name(area, lang, "country_name"),
        way=[(a.code, name(a, lang, "country_name")) for a in store.lineage(area)[:-1]],
        residents=profile.residents(area, lang),
        nothing=profile.nothing(area, lang),
        cards=[(sort, found) for sort, found in (("facts", facts), ("talk", cards[len(facts) :])) if found],
        locator=Markup(_locator(area, lang)),
        drawn=area.level != "land",  # which has no comparable areas
        sections=list(profile.sections(area, lang)),
        rule=profile.rule(lang),
        cautions=profile.cautions(lang),
        below=store.children(area.code),
        feed=feed.path(area.code, lang) if area.level == "gemeente" else "",
        open=profile.address("profile", area, lang),
        sheet=worksheet.FILE,
        dataset=Markup(_dataset(area, lang, title, description, place)),
    )


def _raw(figure: Figure) -> str:
    """The figure as a machine reads it, as in the API."""
    return json.dumps(profile.exact(figure.observation.value, figure.indicator))


def _away(figure: Figure) -> int | None:
    """How far a figure lies from that of comparable areas: ten a spread with its margin, at most 40 to either side."""
    s, value = figure.standing, figure.observation.value
    if not s or not s.typical or value is None:
        return None
    return round(copysign(min(10 * s.distance, 40), value - s.typical.median))


def _locator(area: Area, lang: str) -> str:
    """Where the area lies: in its municipality, or among all municipalities."""
    own = store.outline(area.code)
    if not own:
        return ""
    whole = store.outline(area.municipality or "") if area.level in ("wijk", "buurt") else None
    points = () if whole else _centres()
    alt = t("site_locator", lang, name=name(area, lang))
    return locator(json.loads(own), json.loads(whole) if whole else None, points, alt)


@store.cached(1)
def _centres() -> tuple[tuple[float, float], ...]:
    """A point of every municipality."""
    found = (a for a in store.children(store.COUNTRY) if a.lon is not None and a.lat is not None)
    return tuple((a.lon, a.lat) for a in found if a.lon is not None and a.lat is not None)


def _dataset(area: Area, lang: str, title: str, description: str, place: Place) -> str:
    """The figures of an area as schema.org Dataset, for search engines."""
    here = [f for f in profile.figures(area) if f.observation.value is not None]
    periods = sorted({f.period for f in here})
    used = [store.sources()[s] for s in dict.fromkeys(f.indicator.source for f in here)]
    box = [area.south, area.west, area.north, area.east]
    spatial: dict[str, Any] = {"@type": "Place", "name": area.name, "identifier": area.code}
    if None not in box:
        spatial["geo"] = {"@type": "GeoShape", "box": " ".join(f"{v:.4f}" for v in box if v is not None)}
    said = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": description if len(description) >= 50 else f"{description} {t('start_lead', lang)}",
        "url": f"{place.base}{lang}/{area.code}.html",
        "identifier": f"{area.code}-{store.build()['id']}",
        "version": store.build()["id"],
        "dateModified": store.build()["built_at"][:10],
        "inLanguage": lang,
        "isAccessibleForFree": True,
        "license": sorted({export.LICENCES[s["licence"]] for s in used if s["licence"] in export.LICENCES}),
        "creator": {"@type": "Organization", "name": place.publisher},
        "isBasedOn": sorted({_about(s, place) for s in used}),
        "spatialCoverage": spatial,
        "temporalCoverage": f"{periods[0]}/{periods[-1]}" if periods else None,
        "variableMeasured": [f.indicator.text("label", lang) for f in here],
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": kind, "contentUrl": f"{place.base}data/{area.code}.{ending}"}
            for ending, kind in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }
    # "<" would end the script where a name holds it
    return _compact({k: v for k, v in said.items() if v is not None}).replace("<", "\\u003c")


@store.cached(2)
def preview(lang: str) -> bytes:
    """What a link looks like where it is shared: name and lead, 1200 by 630."""
    return svg.png(card(t("site", lang), t("site_preview", lang)), zoom=1)


# --- data


def _json(area: Area, folder: str, place: Place) -> bytes:
    """The area, its cards in both languages, and its figures."""
    build = store.build()
    about = {k: getattr(area, k) for k in ("code", "name", "level", "year", "parent", "municipality", "province")}
    cards = {
        lang: [{"sort": c.sort, "head": c.head, "text": c.text, "value": c.value or None, "status": c.status or None}
               for c in profile.cards(area, lang)]
        for lang in LANGUAGES
    }  # fmt: skip
    said = {"edition": build["id"], "built_at": build["built_at"], "mirror": build["mirror"]}
    return _compact(
        {**said, "area": {**about, "population": area.population}, "cards": cards, "figures": profile.rows(area)}
    ).encode()


def _csv(area: Area, folder: str, place: Place) -> bytes:
    """The figures, a row each."""
    return export.sheet(profile.rows(area), profile.COLUMNS)


@store.cached(4)
def table(of: str) -> bytes:
    """A table of the database as Parquet."""
    out = io.BytesIO()
    found: pyarrow.Table = store.table(of).replace_schema_metadata({"edition": store.build()["id"]})
    pyarrow.parquet.write_table(found, out, compression="zstd")
    return out.getvalue()


# --- what describes it


def package(place: Place) -> bytes:
    """The tables as a Data Package (version 2, of Frictionless Data)."""
    build, kinds = store.build(), {"int32": "integer", "int64": "integer", "double": "number", "float": "number"}

    def field(of: str, column: pyarrow.Field) -> dict[str, Any]:
        kind = kinds.get(str(column.type), "boolean" if str(column.type) == "bool" else "string")
        kind = "array" if str(column.type).startswith("list") else kind
        return {"name": column.name, "type": kind, "description": meaning(of, column.name, "en")}

    def resource(of: str) -> dict[str, Any]:
        body = table(of)
        about: dict[str, Any] = {
            "name": of,
            "description": store.schema()[of].meaning,
            "type": "table",
            "path": f"tables/{of}.parquet",
            "format": "parquet",
        }
        about |= {"mediatype": MEDIA["parquet"], "bytes": len(body)}
        fields = [field(of, f) for f in store.table(of).schema]
        return about | {"hash": f"sha256:{hashlib.sha256(body).hexdigest()}", "schema": {"fields": fields} | keys(of)}

    def keys(of: str) -> dict[str, Any]:
        declared = store.schema()[of]
        foreign = [
            {"fields": [column], "reference": {"resource": other, "fields": [*store.schema()[other].key]}}
            for column, other in declared.references.items()
        ]
        declared_keys = {"primaryKey": [*declared.key], "foreignKeys": foreign}
        return {name: value for name, value in declared_keys.items() if value}

    # no `licenses` of the whole: each source has its own, and some state none
    said = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "cultuuratlas",
        "id": f"cultuuratlas-{build['id']}",
        "title": t("site_home", "en"),
        "description": f"{t('start_lead', 'en')} {t('site_data_text', 'en')}",
        "version": f"{build['version']}.0.0+{build['id']}",
        "created": build["built_at"],
        "homepage": place.base,
        "sources": [
            {"title": f"{s['publisher']}: {s['title']} ({s['licence']})", "path": _about(s, place)}
            for s in store.sources().values()
        ],
        "contributors": [{"title": place.publisher, "roles": ["publisher"]}],
        "resources": [resource(of) for of in store.schema()],
    }
    return _pretty(said)


def _about(source: Mapping[str, Any], place: Place) -> str:
    """The address of a source; of what we computed ourselves that of the page that says how, or of our list."""
    return source["url"] or (place.base if place.app is None else urljoin(place.base, f"{place.app}{pack.METHOD}"))


def csvw(place: Place) -> bytes:
    """What the columns of every CSV of an area mean, as W3C Tabular Metadata, where that standard looks for it."""
    columns = [
        {"name": n, "titles": n, "datatype": kind, "dc:description": meaning("profile", n, "en")}
        for n, kind in profile.COLUMNS.items()
    ]
    return _pretty(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "dc:title": t("site_home", "en"),
            "dc:creator": place.publisher,
            "dc:identifier": store.build()["id"],
            "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
            "tableSchema": {"columns": columns, "primaryKey": ["area", "indicator"]},
            "tables": [{"url": f"{code}.csv"} for code in store.codes()],
        }
    )


def catalogue(place: Place) -> bytes:
    """DCAT-AP-NL as JSON-LD: a catalogue, the data set of this edition with its tables, the API, and the sources.

    A contact is asked for by the profile and is there when the publisher gives one. No table has one licence, for the
    figures keep that of their source: the licence says so, and stands at each source that states one.
    """
    build = store.build()
    publisher = {"@id": f"{place.base}#publisher", "@type": "foaf:Agent", "foaf:name": place.publisher}

    def said(words: str, lang: str) -> dict[str, str]:
        return {"@value": words, "@language": lang}

    def both(key: str) -> list[dict[str, str]]:
        return [said(t(key, lang), lang) for lang in LANGUAGES]

    contact = (
        {"dcat:contactPoint": {"@type": "vcard:Organization", "vcard:fn": place.publisher, "vcard:hasEmail": {
            "@id": f"mailto:{place.contact}"}}}
        if place.contact else {}
    )  # fmt: skip
    whole = {
        "dct:publisher": {"@id": publisher["@id"]},
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("NLD", "ENG")],
        "dct:modified": {"@value": build["built_at"], "@type": "xsd:dateTime"},
        **contact,
    }
    licences = {
        "@id": f"{place.base}#licences",
        "@type": "dct:LicenseDocument",
        "dct:title": both("site_rights"),
        "dct:description": both("site_data_text"),
    }
    public = {"dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"}}

    def distribution(of: str) -> dict[str, Any]:
        address = {"@id": f"{place.base}tables/{of}.parquet"}
        return {
            "@id": f"{place.base}#table-{of}",
            "@type": "dcat:Distribution",
            "dct:title": [said(t("site_table", lang, name=of), lang) for lang in LANGUAGES],
            "dct:license": {"@id": licences["@id"]},
            "dcat:accessURL": address,
            "dcat:downloadURL": address,
            "dcat:mediaType": {"@id": f"http://www.iana.org/assignments/media-types/{MEDIA['parquet']}"},
        }

    def source(s: dict[str, Any]) -> dict[str, Any]:
        out = {
            "@id": f"{place.base}#{s['id']}",
            "@type": "dcat:Dataset",
            "dct:identifier": s["id"],
            "dct:title": said(s["title"], "nl"),
            "dct:description": said(s["attribution"], "nl"),
            "dct:publisher": {"@type": "foaf:Agent", "foaf:name": s["publisher"]},
            "dcat:landingPage": {"@id": _about(s, place)},
            **public,
        }
        known = export.LICENCES.get(s["licence"])
        return out | ({"dct:license": {"@id": known}} if known else {})

    used = [source(s) for s in store.sources().values()]
    own = {
        "@id": f"{place.base}#cultuuratlas",
        "@type": "dcat:Dataset",
        "dct:identifier": f"cultuuratlas-{build['id']}",
        "dcat:version": build["id"],
        "dct:title": both("site_home"),
        "dct:description": both("start_lead"),
        "dcat:theme": {"@id": CULTURE},
        "dct:spatial": {"@id": f"{AUTHORITY}/country/NLD"},
        "dcat:landingPage": {"@id": place.base},
        "prov:wasDerivedFrom": [{"@id": s["@id"]} for s in used],
        "dcat:distribution": [distribution(of) for of in store.schema()],
        **public,
        **whole,
    }
    services = [] if place.app is None else [
        {
            "@id": f"{place.base}#api",
            "@type": "dcat:DataService",
            "dct:identifier": "cultuuratlas-api-v1",
            "dct:title": both("site_api"),
            "dcat:endpointURL": {"@id": urljoin(place.base, f"{place.app}/api/v1")},
            "dcat:endpointDescription": {"@id": urljoin(place.base, f"{place.app}/api/v1/openapi.json")},
            "dcat:servesDataset": [{"@id": own["@id"]}],
            "dcat:theme": {"@id": CULTURE},
            "dct:license": {"@id": licences["@id"]},
            **public,
            "dct:publisher": whole["dct:publisher"],
            **contact,
        }
    ]  # fmt: skip
    return _pretty(
        {
            "@context": {
                "dcat": "http://www.w3.org/ns/dcat#",
                "dct": "http://purl.org/dc/terms/",
                "foaf": "http://xmlns.com/foaf/0.1/",
                "prov": "http://www.w3.org/ns/prov#",
                "vcard": "http://www.w3.org/2006/vcard/ns#",
                "xsd": "http://www.w3.org/2001/XMLSchema#",
            },
            "@graph": [
                {
                    "@id": f"{place.base}catalog.jsonld",
                    "@type": "dcat:Catalog",
                    "dct:title": both("site_home"),
                    "dct:description": both("start_lead"),
                    "foaf:homepage": {"@id": place.base},
                    "dcat:dataset": [{"@id": own["@id"]}],
                    **({"dcat:service": [{"@id": service["@id"]} for service in services]} if services else {}),
                    **whole,
                },
                own,
                *services,
                *used,
                publisher,
                licences,
            ],
        }
    )


def sitemap(place: Place) -> bytes:
    """Every page with its other language, as sitemaps.org describes."""
    site, html = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.w3.org/1999/xhtml"
    ElementTree.register_namespace("", site)
    ElementTree.register_namespace("xhtml", html)
    root = ElementTree.Element(f"{{{site}}}urlset")
    pages = [
        HOME,
        {lang: path for path, lang in SHEETS.items()},
        *({lang: f"{lang}/{code}.html" for lang in LANGUAGES} for code in store.codes()),
    ]
    for paths in pages:
        for lang in LANGUAGES:
            entry = ElementTree.SubElement(root, f"{{{site}}}url")
            ElementTree.SubElement(entry, f"{{{site}}}loc").text = place.base + quote(paths[lang])
            ElementTree.SubElement(entry, f"{{{site}}}lastmod").text = store.build()["built_at"][:10]
            for other in LANGUAGES:
                link = {"rel": "alternate", "hreflang": other, "href": place.base + quote(paths[other])}
                ElementTree.SubElement(entry, f"{{{html}}}link", link)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def robots(place: Place) -> bytes:
    """Where the sitemap is."""
    return f"User-agent: *\nAllow: /\nSitemap: {place.base}sitemap.xml\n".encode()


def _compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
