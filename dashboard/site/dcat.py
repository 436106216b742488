"""DCAT-AP-NL 3.0 as JSON-LD: a catalogue, the data set of this edition with its tables, the API, and
the sources that it is made from.

Valid by the SHACL shapes of the profile when the publisher gives a contact, which the profile asks
for. A source is what our data set is derived from (PROV-O), not a data set of this catalogue: who
publishes it describes it, and we do not know its contact or theme.

No table has one licence, for the figures keep that of their source: the licence says so, and stands
at each source that states one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from dashboard import store
from dashboard.download.table import LICENCES
from dashboard.site import geo
from dashboard.site.metadata import MEDIA, Place, about, pretty
from dashboard.words.text import LANGUAGES, t

AUTHORITY = "http://publications.europa.eu/resource/authority"
CULTURE = f"{AUTHORITY}/data-theme/EDUC"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
PUBLIC = {"dct:accessRights": {"@id": f"{AUTHORITY}/access-right/PUBLIC"}}
Node = dict[str, Any]


def catalogue(place: Place) -> bytes:
    """The whole description, for a site at this place."""
    sources = [_source(s, place) for s in store.sources().values()]
    dataset = _dataset(place, sources)
    services = [] if place.app is None else [_service(place, place.app, dataset)]
    whole = {
        "@id": f"{place.base}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _texts("site_home"),
        "dct:description": _texts("start_lead"),
        "foaf:homepage": {"@id": place.base},
        "dcat:dataset": [_link(dataset)],
        **({"dcat:service": [_link(service) for service in services]} if services else {}),
        **_by(place),
        **_version(),
    }
    publisher = {
        "@id": f"{place.base}#publisher",
        "@type": "foaf:Agent",
        "foaf:name": place.publisher,
    }
    licences = {
        "@id": f"{place.base}#licences",
        "@type": "dct:LicenseDocument",
        "dct:title": _texts("site_rights"),
        "dct:description": _texts("site_data_text"),
    }
    theme = {"@id": CULTURE, "@type": "skos:Concept", "skos:prefLabel": _texts("site_theme")}
    graph = [whole, dataset, *services, *sources, publisher, licences, theme]
    return pretty({"@context": CONTEXT, "@graph": graph})


def _dataset(place: Place, sources: list[Node]) -> Node:
    build = store.build()
    return {
        "@id": f"{place.base}#cultuuratlas",
        "@type": "dcat:Dataset",
        "dct:identifier": f"cultuuratlas-{build['id']}",
        "dcat:version": build["id"],
        "dct:title": _texts("site_home"),
        "dct:description": _texts("start_lead"),
        "dct:creator": {"@id": f"{place.base}#publisher"},
        "dcat:theme": {"@id": CULTURE},
        "dct:spatial": {"@id": f"{AUTHORITY}/country/NLD"},
        "dcat:landingPage": {"@id": place.base},
        "prov:wasDerivedFrom": [_link(s) for s in sources],
        "dcat:distribution": [
            *(_table(table, place) for table in store.schema()),
            *(_outlines(path, form, place) for path, form in geo.paths(store.country()).items()),
        ],
        **PUBLIC,
        **_by(place),
        **_version(),
    }


def _table(table: str, place: Place) -> Node:
    title = [_text(t("site_table", lang, name=table), lang) for lang in LANGUAGES]
    return _distribution(f"tables/{table}.parquet", f"table-{table}", title, place)


def _outlines(path: str, form: geo.Form, place: Place) -> Node:
    return _distribution(path, f"outlines-{path.rpartition('.')[2]}", _texts(form.label), place)


def _distribution(path: str, name: str, title: list[Node], place: Place) -> Node:
    address = {"@id": f"{place.base}{path}"}
    media = MEDIA[path.rpartition(".")[2]]
    kind = f"http://www.iana.org/assignments/media-types/{media}"
    return {
        "@id": f"{place.base}#{name}",
        "@type": "dcat:Distribution",
        "dct:title": title,
        "dct:license": {"@id": f"{place.base}#licences"},
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dcat:mediaType": {"@id": kind},
    }


def _service(place: Place, app: str, own: Node) -> Node:
    return {
        "@id": f"{place.base}#api",
        "@type": "dcat:DataService",
        "dct:identifier": "cultuuratlas-api-v1",
        "dct:title": _texts("site_api"),
        "dct:description": _texts("site_api_text"),
        "dcat:endpointURL": {"@id": urljoin(place.base, f"{app}/api/v1")},
        "dcat:endpointDescription": {"@id": urljoin(place.base, f"{app}/api/v1/openapi.json")},
        "dcat:servesDataset": [_link(own)],
        "dcat:theme": {"@id": CULTURE},
        "dct:license": {"@id": f"{place.base}#licences"},
        **PUBLIC,
        **_by(place),
    }


def _source(source: Mapping[str, Any], place: Place) -> Node:
    licence = LICENCES.get(source["licence"])
    return {
        "@id": f"{place.base}#{source['id']}",
        "@type": "prov:Entity",
        "dct:identifier": source["id"],
        "dct:title": _text(source["title"], "nl"),
        "dct:description": _text(source["attribution"], "nl"),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": source["publisher"]},
        "foaf:page": {"@id": about(source, place)},
        **({"dct:license": {"@id": licence}} if licence else {}),
    }


def _by(place: Place) -> Node:
    """Who publishes it, and where a question goes when that is known."""
    contact = {
        "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": place.publisher,
        "vcard:hasEmail": {"@id": f"mailto:{place.contact}"},
    }
    return {
        "dct:publisher": {"@id": f"{place.base}#publisher"},
        **({"dcat:contactPoint": contact} if place.contact else {}),
    }


def _version() -> Node:
    return {
        "dct:language": [{"@id": f"{AUTHORITY}/language/{code}"} for code in ("NLD", "ENG")],
        "dct:modified": {"@value": store.build()["built_at"], "@type": "xsd:dateTime"},
    }


def _link(node: Node) -> Node:
    return {"@id": node["@id"]}


def _text(words: str, lang: str) -> Node:
    return {"@value": words, "@language": lang}


def _texts(key: str) -> list[Node]:
    return [_text(t(key, lang), lang) for lang in LANGUAGES]
