"""Figures of one's own in `data/figures/`: a CSV file, described by a TOML file of the same name.

Checked like what a publisher serves, row by row, and credited to whom the TOML names. A file is
read whole or not at all; every row that is wrong is named by its number, as a spreadsheet counts.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from pipelines import PipelineError
from pipelines.catalogue import OWN, Catalogue, Indicator, own_source

REQUIRED, OPTIONAL = ("area", "period", "value"), ("low", "high", "status", "name")
NUMBERS = ("value", "low", "high")
STATUSES = {
    True: ("measured", "estimated"),
    False: ("suppressed", "missing", "not_applicable"),
}  # with a value or not
METHOD = "publisher_95"
SHOWN = 10  # faults in one message


def files(folder: Path = OWN) -> list[Path]:
    """Every file of figures. Raises PipelineError for a CSV file without TOML, or the reverse."""
    found = {suffix: {f.stem for f in folder.glob(f"*{suffix}")} for suffix in (".csv", ".toml")}
    for has, lacks in ((".csv", ".toml"), (".toml", ".csv")):
        for stem in sorted(found[has] - found[lacks]):
            raise PipelineError(f"{stem}{has}: {stem}{lacks} must stand beside it")
    return [folder / f"{stem}.csv" for stem in sorted(found[".csv"])]


def read(file: Path, catalogue: Catalogue, area: pd.DataFrame) -> pd.DataFrame:
    """The rows of a file as table observation; `area` are the areas of today.

    Raises PipelineError that names file, rows and reasons. A row of an earlier year than the areas
    may be of an area that is no more: the build leaves it out and says so.
    """
    name = own_source(file)
    (indicator,) = catalogue.of_source(name)
    year = catalogue.own[name].area_year
    try:
        head, *lines = csv.reader(file.read_text(encoding="utf-8-sig").splitlines())
    except ValueError as e:  # not UTF-8, or nothing
        raise PipelineError(
            f"{file.name}: not a CSV file in UTF-8 with the names of its columns ({e})"
        ) from e
    lacks, strange = set(REQUIRED) - set(head), set(head) - {*REQUIRED, *OPTIONAL}
    if lacks or strange:
        column = f"no column {min(lacks)!r}" if lacks else f"unknown column {min(strange)!r}"
        raise PipelineError(
            f"{file.name}: {column}; it has {', '.join(head)}. Are the cells parted by commas?"
        )
    for n, line in enumerate(lines, 2):
        if len(line) != len(head):
            problem = f"{len(line)} cells under {len(head)} columns"
            raise PipelineError(
                f"{file.name}: row {n}: {problem}; write 12.5 for twelve and a half"
            )
    rows = pd.DataFrame([[cell.strip() for cell in line] for line in lines], columns=head)
    today = area[area["year"] == year]["code"]
    known = set(today) if len(today) else None
    records = rows.to_dict("records")
    faults = [
        f"row {n}: {said}"
        for n, r in enumerate(records, 2)
        for said in _faults(r, indicator, catalogue.level_of(r["area"]), known)
    ]
    twice = rows.duplicated(["area", "period"])
    faults += [
        f"row {n + 2}: {rows['area'][n]} {rows['period'][n]} stands there twice"
        for n in rows.index[twice]
    ]
    if faults or rows.empty:
        more = f" (and {len(faults) - SHOWN:,} more)" if len(faults) > SHOWN else ""
        raise PipelineError(f"{file.name}: {'; '.join(faults[:SHOWN]) or 'no rows'}{more}")
    out = rows.assign(**{c: pd.to_numeric(rows[c].replace("", None)) for c in NUMBERS if c in rows})
    if "status" in out:
        out["status"] = out["status"].replace("", None)
    if "low" in out:
        out["method"] = METHOD
    out = out.rename(columns={"name": "area_name"})
    return out.assign(indicator=indicator.id, area_year=year, source=name)


def source(file: Path, catalogue: Catalogue, rows: int) -> dict[str, Any]:
    """The row of table source."""
    name = own_source(file)
    said = catalogue.own[name].model_dump(exclude={"area_year"})
    when = datetime.fromtimestamp(file.stat().st_mtime, UTC).isoformat(timespec="seconds")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    how = {"cadence": "supplied", "via": "file", "retrieved": when, "sha256": digest, "rows": rows}
    return {"id": name, **said, **how}


def _faults(
    row: Mapping[Any, str], indicator: Indicator, level: str | None, known: set[str] | None
) -> Iterator[str]:
    """What is wrong with a row."""
    code, period, status = row["area"], row["period"], row.get("status", "")
    if level not in indicator.levels:
        yield f"area {code!r} is of none of the levels {', '.join(indicator.levels)}"
    elif known is not None and code not in known:
        yield f"area {code!r} is not known"
    if not re.fullmatch(r"(19|20)\d\d", period):
        yield f"period {period!r} is no year"
    number: dict[str, float] = {}
    for column in NUMBERS:
        if text := row.get(column, ""):
            try:
                number[column] = float(text)
            except ValueError:
                yield f"{column} {text!r} is no number; write 12.5 for twelve and a half"
                return
    lowest, highest = indicator.range
    for column, value in number.items():
        if (
            not indicator.denominator and not lowest <= value <= highest
        ):  # what is still to be divided: in the build
            yield f"{column} {value:g} is outside {lowest:g} to {highest:g}"
    if ("low" in number) != ("high" in number) or ("low" in number and "value" not in number):
        yield "low and high come together, with a value"
    elif "low" in number and not number["low"] <= number["value"] <= number["high"]:
        yield f"value {number['value']:g} is not between low and high"
    allowed = STATUSES["value" in number]
    if status and status not in allowed:
        yield f"status {status!r} {'with' if 'value' in number else 'without'} a value; one of {', '.join(allowed)}"
