"""The places in `data/places/`: a CSV file, described by a TOML file of the same name.

A list is read whole or not at all; every row that is wrong is named by its number, as a spreadsheet
counts. Where a place is stands there in degrees: a build asks nobody for an address.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import PipelineError
from pipelines.build.own_figures import SHOWN, files
from pipelines.catalogue import ROOT, Catalogue, supplier
from pipelines.methods.own_places import POSTCODE, OwnPlace, kind_of, proposal, read, table
from pipelines.methods.spreadsheet import UnreadableError

FOLDER = ROOT / "data" / "places"
SOURCE = "places"  # what the ids of these sources begin with
STEP_FREE = {"yes": True, "no": False, "unknown": pd.NA}


def published(catalogue: Catalogue) -> dict[str, tuple[pd.DataFrame, dict[str, Any]]]:
    """By id of its source the places of each list as table place, and the row of table source.

    Raises PipelineError that names file, rows and reasons.
    """
    out = {}
    for file in files(FOLDER):
        places = places_of(file, catalogue)
        when = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="seconds")
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
        about = supplier(file.with_suffix(".toml")).model_dump()
        how = {"cadence": "supplied", "via": "file", "retrieved": when, "sha256": digest}
        out[f"{SOURCE}_{file.stem}"] = places, {**about, **how, "rows": len(places)}
    return out


def places_of(file: Path, catalogue: Catalogue) -> pd.DataFrame:
    """A list as table place. Raises PipelineError that names every row that is wrong."""
    try:
        sheet = table(file.read_bytes())
    except UnreadableError as e:
        raise PipelineError(f"{file.name}: no table in it ({e.fault.reason})") from e
    columns = proposal(sheet.names)
    if not {"name", "kind", "lat", "lon"} <= {*columns.at}:
        needs = "name, kind, lat and lon"
        raise PipelineError(f"{file.name}: it has {', '.join(sheet.names)}; it needs {needs}")
    listing = read(sheet, columns)
    faults = [(f.row, f"{f.reason.removeprefix('places_')} {f.value!r}") for f in listing.faults]
    labels = {
        label: name
        for name, kind in catalogue.kinds.items()
        for label in (name, kind.label_nl, kind.label_en)
    }
    rows = []
    for place in listing.places:
        kind = kind_of(place.kind, labels)
        faults += [(place.row, problem) for problem in _faults(place, kind, catalogue)]
        key = f"{place.name}|{kind}|{place.lon}|{place.lat}".encode()
        rows.append(
            {
                "id": f"{SOURCE}_{file.stem}:{hashlib.sha256(key).hexdigest()[:12]}",
                "name": place.name,
                "kind": kind,
                "lon": place.lon,
                "lat": place.lat,
                "step_free": STEP_FREE[place.step_free],
                "address": _address(place.address),
            }
        )
    if faults or not rows:
        texts = [f"row {row}: {problem}" for row, problem in sorted(faults)]
        more = f" (and {len(texts) - SHOWN:,} more)" if len(texts) > SHOWN else ""
        raise PipelineError(f"{file.name}: {'; '.join(texts[:SHOWN]) or 'no rows'}{more}")
    return pd.DataFrame(rows).astype({"step_free": "boolean"})


def _faults(place: OwnPlace, kind: str, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a place for everybody, beyond what is for a visitor."""
    if place.lon is None:
        yield f"{place.name!r} has no lat and lon; the page What if gives a list back with them"
    if not kind:
        yield f"{place.kind!r} is no kind of place; known are {', '.join(catalogue.kinds)}"
    elif not (catalogue.kinds[kind].osm or catalogue.kinds[kind].wikidata):
        yield f"{kind} is listed by a register or by polling places: tell them what is missing"


def _address(text: str) -> str:
    """`1234AB-12`, as of `areas.address`; blank where postcode or number is not there."""
    code = POSTCODE.search(text)
    number = re.search(r"[0-9]+", POSTCODE.sub(" ", text))
    return f"{code[1]}{code[2].upper()}-{number[0]}" if code and number else ""


def must_be_seated(places: pd.DataFrame, seated: pd.DataFrame) -> None:
    """Raises PipelineError for a place of a list that lies in no neighbourhood."""
    mine = places[places["source"].str.startswith(f"{SOURCE}_")]
    lost = mine[~mine["id"].isin(seated["id"])]
    if len(lost):
        texts = [
            f"{r.name_} ({r.lat}, {r.lon})"
            for r in lost.rename(columns={"name": "name_"}).itertuples()
        ]
        name = str(lost["source"].iloc[0]).removeprefix(f"{SOURCE}_")
        raise PipelineError(
            f"{name}.csv: in no neighbourhood, so is lat and lon right? {'; '.join(texts[:SHOWN])}"
        )
