"""What machines read: Data Package, W3C Tabular Metadata, schema.org, sitemap and robots; DCAT-AP-NL
is in `dcat`.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import pyarrow.parquet

from dashboard import store
from dashboard.answer import portrait
from dashboard.download import pack
from dashboard.download.table import LICENCES
from dashboard.site import geo, worksheet
from dashboard.store import Area
from dashboard.words.text import LANGUAGES, meaning, t

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
    "gpkg": "application/geopackage+sqlite3",
}

KINDS = {  # of Data Package, by the type of a column of Parquet
    "int32": "integer",
    "int64": "integer",
    "double": "number",
    "float": "number",
    "bool": "boolean",
}
HOME = {lang: "index.html" if lang == "nl" else f"index.{lang}.html" for lang in LANGUAGES}
SHEETS = {f"{lang}/{worksheet.FILE}": lang for lang in LANGUAGES}
HERE = b"@here@"  # the address of a site, in what is written before that is known
DESCRIBED = (
    "datapackage.json",
    "catalog.jsonld",
    "data/csv-metadata.json",
    "sitemap.xml",
    "robots.txt",
)


@dataclass(frozen=True)
class Place:
    """Where a site is served: its address (with a slash at the end), that of the app, and who
    publishes it.
    """

    base: str
    app: str | None = None
    publisher: str = "Cultuuratlas"
    contact: str = ""

    @property
    def is_app(self) -> bool:
        """Whether the app itself serves the site, so that what it makes when asked is there too."""
        return self.app is not None and not self.app.startswith(("http://", "https://"))


def dataset(area: Area, lang: str, title: str, description: str, place: Place) -> str:
    """The figures of an area as schema.org Dataset, for search engines."""
    here = [f for f in portrait.figures(area) if f.observation.value is not None]
    periods = sorted({f.period for f in here})
    used = [store.sources()[s] for s in dict.fromkeys(f.indicator.source for f in here)]
    box = [area.south, area.west, area.north, area.east]
    spatial: dict[str, Any] = {"@type": "Place", "name": area.name, "identifier": area.code}
    if None not in box:
        spatial["geo"] = {
            "@type": "GeoShape",
            "box": " ".join(f"{v:.4f}" for v in box if v is not None),
        }
    said = {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": description
        if len(description) >= 50
        else f"{description} {t('start_lead', lang)}",
        "url": f"{place.base}{lang}/{area.code}.html",
        "identifier": f"{area.code}-{store.build()['id']}",
        "version": store.build()["id"],
        "dateModified": store.build()["built_at"][:10],
        "inLanguage": lang,
        "isAccessibleForFree": True,
        "license": sorted({LICENCES[s["licence"]] for s in used if s["licence"] in LICENCES}),
        "creator": {"@type": "Organization", "name": place.publisher},
        "isBasedOn": sorted({about(s, place) for s in used}),
        "spatialCoverage": spatial,
        "temporalCoverage": f"{periods[0]}/{periods[-1]}" if periods else None,
        "variableMeasured": [f.indicator.text("label", lang) for f in here],
        "distribution": [
            {
                "@type": "DataDownload",
                "encodingFormat": kind,
                "contentUrl": f"{place.base}data/{area.code}.{ending}",
            }
            for ending, kind in (("csv", "text/csv"), ("json", "application/json"))
        ],
    }
    # "<" would end the script where a name holds it
    return compact({k: v for k, v in said.items() if v is not None}).replace("<", "\\u003c")


@store.cached()
def table(of: str) -> bytes:
    """A table of the database as Parquet."""
    out = io.BytesIO()
    found: pyarrow.Table = store.table(of).replace_schema_metadata({"edition": store.build()["id"]})
    pyarrow.parquet.write_table(found, out, compression="zstd")
    return out.getvalue()


def package(place: Place) -> bytes:
    """The tables as a Data Package (version 2, of Frictionless Data).

    The licences are those of the sources that a table names: there is none of the whole, for each
    source has its own, and some state none.
    """
    build = store.build()
    described = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "cultuuratlas",
        "id": f"cultuuratlas-{build['id']}",
        "title": t("site_home", "en"),
        "description": f"{t('start_lead', 'en')} {t('site_data_text', 'en')}",
        "version": f"{build['version']}.0.0+{build['id']}",
        "created": build["built_at"],
        "homepage": place.base,
        "sources": _sources(store.sources(), place),
        "contributors": [{"title": place.publisher, "roles": ["publisher"]}],
        "resources": [
            *(_resource(of, place) for of in store.schema()),
            *(_outlines(path, form, place) for path, form in geo.paths(store.country()).items()),
        ],
    }
    return pretty(described)


@store.cached()
def _file(name: str) -> dict[str, Any]:
    """What a package says of the file of a table, which is read once for every edition."""
    body = table(name)
    return {
        "bytes": len(body),
        "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
        "schema": {"fields": [_field(name, f) for f in store.table(name).schema]} | _keys(name),
    }


def _resource(of: str, place: Place) -> dict[str, Any]:
    """A table of the package. Lists that would be empty are left out, as the standard asks."""
    sources = store.sources_of_table(of)
    licences = {store.sources()[s]["licence"] for s in sources} & set(LICENCES)
    lists = {
        "sources": _sources(sources, place),
        "licenses": [{"name": name, "path": LICENCES[name]} for name in sorted(licences)],
    }
    return {
        "name": of,
        "description": store.schema()[of].meaning,
        "type": "table",
        "path": f"tables/{of}.parquet",
        "format": "parquet",
        "mediatype": MEDIA["parquet"],
        **_file(of),
        **{name: values for name, values in lists.items() if values},
    }


def _outlines(path: str, form: geo.Form, place: Place) -> dict[str, Any]:
    """A file for a map program, as a resource of the package. It has no size or hash here: it is
    made when it is asked for.
    """
    ending = path.rpartition(".")[2]
    return {
        "name": f"outlines-{ending}",
        "description": t(form.label, "en"),
        "path": path,
        "format": ending,
        "mediatype": MEDIA[ending],
        "sources": _sources(geo.sources(form), place),
    }


def _field(of: str, column: pyarrow.Field) -> dict[str, Any]:
    kind = "array" if str(column.type).startswith("list") else KINDS.get(str(column.type), "string")
    return {"name": column.name, "type": kind, "description": meaning(of, column.name, "en")}


def _keys(of: str) -> dict[str, Any]:
    declared = store.schema()[of]
    foreign = [
        {
            "fields": [column],
            "reference": {"resource": other, "fields": [*store.schema()[other].key]},
        }
        for column, other in declared.references.items()
    ]
    keys = {"primaryKey": [*declared.key], "foreignKeys": foreign}
    return {name: value for name, value in keys.items() if value}


def _sources(names: Iterable[str], place: Place) -> list[dict[str, str]]:
    every = [store.sources()[name] for name in names]
    return [
        {"title": f"{s['publisher']}: {s['title']} ({s['licence']})", "path": about(s, place)}
        for s in every
    ]


def about(source: Mapping[str, Any], place: Place) -> str:
    """The address of a source; of what we computed ourselves that of the page that says how, or of
    our list.
    """
    return source["url"] or (
        place.base if place.app is None else urljoin(place.base, f"{place.app}{pack.METHOD}")
    )


def csvw(place: Place) -> bytes:
    """What the columns of every CSV of an area mean, as W3C Tabular Metadata, where that standard
    looks for it.
    """
    columns = [
        {"name": n, "titles": n, "datatype": kind, "dc:description": meaning("profile", n, "en")}
        for n, kind in portrait.COLUMNS.items()
    ]
    return pretty(
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


def sitemap(place: Place) -> bytes:
    """Every page with its other language, as sitemaps.org describes."""
    return _sitemap().replace(HERE, escape(place.base, {'"': "&quot;"}).encode())


@store.cached(1)
def _sitemap() -> bytes:
    """The sitemap of a site that is `HERE`, written once: it has 36,000 addresses."""
    here = HERE.decode()
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
            ElementTree.SubElement(entry, f"{{{site}}}loc").text = here + quote(paths[lang])
            ElementTree.SubElement(entry, f"{{{site}}}lastmod").text = store.build()["built_at"][
                :10
            ]
            for other in LANGUAGES:
                link = {
                    "rel": "alternate",
                    "hreflang": other,
                    "href": here + quote(paths[other]),
                }
                ElementTree.SubElement(entry, f"{{{html}}}link", link)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def robots(place: Place) -> bytes:
    """Where the sitemap is."""
    return f"User-agent: *\nAllow: /\nSitemap: {place.base}sitemap.xml\n".encode()


def compact(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def pretty(value: Any) -> bytes:
    """JSON to be read by people too."""
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
