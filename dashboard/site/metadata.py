"""What machines read: Data Package, W3C Tabular Metadata, DCAT-AP-NL, schema.org, sitemap and
robots.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urljoin
from xml.etree import ElementTree

import pyarrow.parquet

from dashboard import store
from dashboard.answer import profile
from dashboard.download import pack
from dashboard.download.table import LICENCES
from dashboard.site import worksheet
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
}


HOME = {lang: "index.html" if lang == "nl" else f"index.{lang}.html" for lang in LANGUAGES}
SHEETS = {f"{lang}/{worksheet.FILE}": lang for lang in LANGUAGES}
DESCRIBED = (
    "datapackage.json",
    "catalog.jsonld",
    "data/csv-metadata.json",
    "sitemap.xml",
    "robots.txt",
)
CULTURE = "http://publications.europa.eu/resource/authority/data-theme/EDUC"
AUTHORITY = "http://publications.europa.eu/resource/authority"


@dataclass(frozen=True)
class Place:
    """Where a site is served: its address (with a slash at the end), that of the app, and who
    publishes it.
    """

    base: str
    app: str | None = None
    publisher: str = "Cultuuratlas"
    contact: str = ""


def dataset(area: Area, lang: str, title: str, description: str, place: Place) -> str:
    """The figures of an area as schema.org Dataset, for search engines."""
    here = [f for f in profile.figures(area) if f.observation.value is not None]
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
        "isBasedOn": sorted({_about(s, place) for s in used}),
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


@store.cached(4)
def table(of: str) -> bytes:
    """A table of the database as Parquet."""
    out = io.BytesIO()
    found: pyarrow.Table = store.table(of).replace_schema_metadata({"edition": store.build()["id"]})
    pyarrow.parquet.write_table(found, out, compression="zstd")
    return out.getvalue()


def package(place: Place) -> bytes:
    """The tables as a Data Package (version 2, of Frictionless Data)."""
    build, kinds = (
        store.build(),
        {"int32": "integer", "int64": "integer", "double": "number", "float": "number"},
    )

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
        return about | {
            "hash": f"sha256:{hashlib.sha256(body).hexdigest()}",
            "schema": {"fields": fields} | keys(of),
        }

    def keys(of: str) -> dict[str, Any]:
        declared = store.schema()[of]
        foreign = [
            {
                "fields": [column],
                "reference": {"resource": other, "fields": [*store.schema()[other].key]},
            }
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
    """DCAT-AP-NL as JSON-LD: a catalogue, the data set of this edition with its tables, the API,
    and the sources.

    A contact is asked for by the profile and is there when the publisher gives one. No table has
    one licence, for the figures keep that of their source: the licence says so, and stands at each
    source that states one.
    """
    build = store.build()
    publisher = {
        "@id": f"{place.base}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": place.publisher,
    }

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
            "dcat:mediaType": {
                "@id": f"http://www.iana.org/assignments/media-types/{MEDIA['parquet']}"
            },
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
        known = LICENCES.get(s["licence"])
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
                    **(
                        {"dcat:service": [{"@id": service["@id"]} for service in services]}
                        if services
                        else {}
                    ),
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
            ElementTree.SubElement(entry, f"{{{site}}}lastmod").text = store.build()["built_at"][
                :10
            ]
            for other in LANGUAGES:
                link = {
                    "rel": "alternate",
                    "hreflang": other,
                    "href": place.base + quote(paths[other]),
                }
                ElementTree.SubElement(entry, f"{{{html}}}link", link)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def robots(place: Place) -> bytes:
    """Where the sitemap is."""
    return f"User-agent: *\nAllow: /\nSitemap: {place.base}sitemap.xml\n".encode()


def compact(value: Any) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _pretty(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
