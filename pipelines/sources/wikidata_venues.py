"""Wikidata: cultural venues in the Netherlands with coordinates, CC0.

The classes asked for are the Dutch labels in the taxonomy, so a kind and its classes are named in
one place; an item of no such class is left out, so one of a narrower class (a railway museum)
counts only when that class is there. Its name is its Dutch label, else that of all languages, else
the English one. Quirks: an item has a row per class, or its classes joined with `|`, and the first
kind in the order of the taxonomy decides. A client that gives no contact details is refused. An
item that was dissolved is left out, but many closed venues have no end date: of the 122 venues in
Rotterdam in 2022 47 are dissolved, none lacks a kind, and of the 75 left some 46, mostly cinemas,
are closed all the same.
"""

import re
from typing import Any

import pandas as pd

from pipelines import catalogue
from pipelines.catalogue import Indicator
from pipelines.fetch.source import Get, Payloads, Source, SourceError, Tables

SOURCE = Source(
    title="Culturele locaties in Wikidata",
    publisher="Wikidata",
    licence="CC0-1.0",
    url="https://query.wikidata.org",
    cadence="continuous",
    attribution="Bron: Wikidata",
)
URL = "https://query.wikidata.org/sparql"
QUERY = """SELECT ?item ?itemLabel ?coord ?typeLabel ?inception ?dissolved WHERE {
  VALUES ?typeLabel { %s }
  ?type rdfs:label ?typeLabel .
  ?item wdt:P31 ?type ; wdt:P17 wd:Q55 ; wdt:P625 ?coord .
  OPTIONAL { ?item wdt:P571 ?inception }
  OPTIONAL { ?item wdt:P576 ?dissolved }
  OPTIONAL { ?item rdfs:label ?nl FILTER(LANG(?nl) = "nl") }
  OPTIONAL { ?item rdfs:label ?mul FILTER(LANG(?mul) = "mul") }
  OPTIONAL { ?item rdfs:label ?en FILTER(LANG(?en) = "en") }
  BIND(COALESCE(?nl, ?mul, ?en) AS ?itemLabel)
}"""


def probe(get: Get) -> str:
    """One library; the answer is of today."""
    rows = _ask(get, ["bibliotheek"], " LIMIT 1")["results"]["bindings"]
    if gone := {"item", "coord", "typeLabel"} - set(rows[0]):
        raise get.fail(URL, f"variable {min(gone)!r} is gone")
    return ""


def fetch(get: Get) -> None:
    """One query for all classes of all kinds."""
    _ask(get, list(_kinds()))


def _ask(get: Get, labels: list[str], limit: str = "") -> Any:
    params = {
        "format": "json",
        "query": QUERY % " ".join(f'"{label}"@nl' for label in labels) + limit,
    }
    try:
        return get(
            "venues",
            URL,
            params=params,
            check=_has_bindings,
            rows=lambda body: len(body["results"]["bindings"]),
        )
    except SourceError as e:
        refused = "HTTP 403" in str(e) or "HTTP 429" in str(e)
        hint = (
            "; set CULTUURATLAS_CONTACT to a mail or web address: Wikidata asks for one"
            if refused
            else ""
        )
        raise SourceError(f"{e}{hint}") from e


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place."""
    bindings = payloads["venues"]["results"]["bindings"]
    df = pd.DataFrame([{name: cell["value"] for name, cell in row.items()} for row in bindings])
    if "dissolved" in df:
        df = df[df["dissolved"].isna()]
    kinds = _kinds()
    order = list(dict.fromkeys(kinds.values()))
    df = df.assign(kind=df["typeLabel"].str.split("|", regex=False)).explode("kind")
    df = df.assign(kind=df["kind"].map(kinds)).dropna(subset="kind")
    df = df.sort_values("kind", key=lambda k: k.map(order.index), kind="stable").drop_duplicates(
        "item"
    )
    number = df["item"].str.rsplit("/", n=1).str[-1]
    spots = df["coord"].map(_spot)
    place = pd.DataFrame(
        {
            "id": "wikidata_venues:" + number,
            "name": df["itemLabel"].where(df["itemLabel"] != number),
            "kind": df["kind"],
            "lon": spots.str[0],
            "lat": spots.str[1],
            "step_free": pd.Series(pd.NA, df.index, dtype="boolean"),
        }
    )
    return {"place": place.reset_index(drop=True)}


def _kinds() -> dict[str, str]:
    """Dutch label of a class to the kind it means."""
    return {
        label: kind for kind, entry in catalogue.load().kinds.items() for label in entry.wikidata
    }


def _spot(text: str) -> tuple[float, float]:
    match = re.fullmatch(r"Point\((\S+) (\S+)\)", text)
    if not match:
        raise ValueError(f"coordinates {text!r} are not Point(lon lat)")
    return float(match[1]), float(match[2])


def _has_bindings(body: object) -> None:
    if not isinstance(body, dict) or "results" not in body:
        raise ValueError("not a SPARQL answer: no 'results'")
    if not body["results"]["bindings"]:
        raise ValueError("200 without rows")
