"""Polling places of the two newest elections that answer (Waar is mijn stemlokaal), CC0.

No register of anything: which buildings people may vote in. What a building is beside that, its
name tells or nothing does (`polling_place.py`). The newest election that used an address says what
is there; an older one only adds addresses. The day of an election is when most of its places open.
Quirks: every election is a package, newer ones in the datastore, older ones a linked file, some
listed and not there; lists of one day (provincial and water board) are one election; mobile polling
places are no place and are left out, as is the Caribbean Netherlands; latitude and longitude are
typed by hand and may be swapped; columns on accessibility change per election; the purposes in the
building permit are of the whole building, a flat above a school, and say nothing of the hall; a name
may hold `&amp;`.
"""

import html
import re
from functools import partial
from itertools import groupby

import pandas as pd

from pipelines.build import areas, polling_place
from pipelines.catalogue import Indicator
from pipelines.fetch import ckan, compiled
from pipelines.fetch.source import Get, Payloads, Source, SourceError, Tables

SOURCE = Source(
    title="Stembureaus (Waar is mijn stemlokaal)",
    publisher="Open State Foundation, gemeenten",
    licence="CC0-1.0",
    url="https://data.waarismijnstemlokaal.nl",
    cadence="every election",
    attribution="Bron: Waar is mijn stemlokaal",
)
HOST = "data.waarismijnstemlokaal.nl"
PACKAGE = re.compile(r"stembureaus-.+-(20\d\d)")
ELECTIONS = 2
OPENS = "Openingstijd"
STEP_FREE = "Toegankelijk voor mensen met een lichamelijke beperking"
NEEDED = (
    *("Naam stembureau", "Type stembureau", "CBS gemeentecode", "Straatnaam", "Plaats"),
    *("Postcode", "Huisnummer", "Huisletter", "Latitude", "Longitude"),
)
CARIBBEAN = "GM9"


def probe(get: Get) -> str:
    """The first rows of the elections of the newest year that answers; the day of the last of
    them.
    """
    problems = []
    for _, packages in groupby(_packages(get), key=lambda package: package[-4:]):
        days = []
        for package in packages:
            try:
                rows = get.first(partial(ckan.probe_only, get, HOST, package))
            except SourceError as e:
                problems.append(str(e))
                continue
            compiled.must_have(
                get, f"{SOURCE.url}/dataset/{package}", _renamed(rows), (*NEEDED, STEP_FREE)
            )
            days.append(_day(rows, package))
        if days:
            return max(days)
    raise SourceError("; ".join(problems))


def fetch(get: Get) -> None:
    """The polling places of the newest elections, back from the newest until two days of election
    have answered.
    """
    days: dict[str, str] = {}
    problems = []
    for package in _packages(get):
        if len(set(days.values())) >= ELECTIONS and package[-4:] < [*days][-1][-4:]:
            break
        try:
            days[package] = _day(get.first(partial(ckan.fetch_only, get, HOST, package)), package)
        except SourceError as e:
            problems.append(str(e))
            get.say(f"  {e}")
    if len(set(days.values())) < ELECTIONS:
        raise SourceError("; ".join(problems))


def _packages(get: Get) -> list[str]:
    """Every election that is listed, newest year first."""
    url = f"https://{HOST}/api/3/action/package_list"
    found = [p for p in get("package_list", url, check=_lists)["result"] if PACKAGE.fullmatch(p)]
    if not found:
        raise get.fail(url, "no package is named stembureaus-{election}-{year}")
    return sorted(found, key=lambda p: (-int(p[-4:]), p))


def _lists(body: object) -> None:
    if not isinstance(body, dict) or not isinstance(body.get("result"), list):
        raise ValueError("not a list of packages: no 'result'")


def _day(rows: pd.DataFrame, package: str) -> str:
    """The day (ISO) on which most polling places open, else the year in the name of the package."""
    if OPENS not in rows:
        return package[-4:]
    opens = rows[OPENS].astype(str).str.extract(r"^(\d{4}-\d\d-\d\d)", expand=False)
    return str(next(iter(opens.mode()), package[-4:]))


def _renamed(rows: pd.DataFrame) -> pd.DataFrame:
    """With the column on step-free access under one name: its end changes per election."""
    return rows.rename(
        columns={c: STEP_FREE for c in rows if str(c).startswith("Toegankelijk voor mensen")}
    )


def tidy(payloads: Payloads, indicators: list[Indicator]) -> Tables:
    """Table place: one per address and name; a name has one address in a postcode, also where the
    number is blank.
    """
    frames = []
    for package in (p for p in payloads if PACKAGE.fullmatch(p)):
        rows = _renamed(ckan.read_only(payloads, package))
        frames.append(
            pd.DataFrame({c: rows[c] for c in (*NEEDED, STEP_FREE)}).assign(
                period=_day(rows, package)
            )
        )
    df = pd.concat(frames, ignore_index=True)
    df = df.assign(age=df["period"].rank(method="dense", ascending=False)).query(
        "age <= @ELECTIONS"
    )
    df = df[(df["Type stembureau"] != "mobiel") & ~df["CBS gemeentecode"].str.startswith(CARIBBEAN)]
    df = df.sort_values("age", kind="stable")
    name = df["Naam stembureau"].map(html.unescape, na_action="ignore").str.strip()
    postcode, number, letter = (
        df[c].fillna("").astype(str) for c in ("Postcode", "Huisnummer", "Huisletter")
    )
    slug = name.str.casefold().str.replace(r"\W+", "-", regex=True).str.strip("-")
    df = df.assign(
        name=name,
        slug=slug,
        postcode=postcode,
        address=(postcode + number + letter).str.replace(" ", ""),
    )
    df = df[df["age"] == df.groupby("address")["age"].transform("min")]
    df = df.drop_duplicates(["postcode", "slug"])
    street, town = (df[c].fillna("").astype(str) for c in ("Straatnaam", "Plaats"))
    lat, lon = pd.to_numeric(df["Latitude"]), pd.to_numeric(df["Longitude"])
    swapped = lat < lon  # nowhere in the Netherlands
    access = df[STEP_FREE].astype(object).str.strip().str.casefold()
    place = pd.DataFrame(
        {
            "id": "kiesraad_places:" + df["address"] + "-" + df["slug"],
            "name": df["name"],
            "kind": [polling_place.kind(*of) for of in zip(df["name"], street, town, strict=True)],
            "address": areas.address(df["postcode"], df["Huisnummer"]),
            "lon": lon.mask(swapped, lat),
            "lat": lat.mask(swapped, lon),
            "step_free": access.map({"ja": True, "nee": False}).astype("boolean"),
            "period": df["period"],
        }
    )
    return {"place": place.reset_index(drop=True)}
