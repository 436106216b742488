"""Figures as CSV that spreadsheets and W3C Tabular Metadata understand."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboard import store
from dashboard.download import pack
from dashboard.words.numbers import licence

DIGITS = 10  # decimals, more than any figure has
LICENCES = {  # the addresses of the licences of the sources, by SPDX id
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
}


def sheet(
    found: list[dict[str, Any]], columns: Iterable[str] = (), *, dutch: bool = False
) -> bytes:
    """Rows as CSV in UTF-8 with a byte order mark; `columns` are the head where there is no row.

    `dutch`: with semicolons and decimal commas, as a spreadsheet in Dutch reads it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";" if dutch else ",", lineterminator="\r\n")
    writer.writerow(found[0] if found else columns)
    for row in found:
        cells = map(_cell, row.values())
        writer.writerow(_comma(cell) for cell in cells) if dutch else writer.writerow(cells)
    return ("\ufeff" + out.getvalue()).encode()


def figure(value: float) -> float:
    """A number without what only the computer added: 1865.64 for 1865.6399999999999, 3 for 3.0."""
    short = round(value, DIGITS)
    return int(short) if short == int(short) and abs(short) < 1e15 else short


def _comma(cell: Any) -> Any:
    """A number with a comma and never with an exponent; anything else as it is."""
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return cell
    text = f"{cell:.{DIGITS}f}".rstrip("0").rstrip(".") if isinstance(cell, float) else str(cell)
    return text.replace(".", ",")


def _cell(value: Any) -> Any:
    """Text that a spreadsheet does not take for a formula, and yes and no as W3C Tabular Metadata
    writes them.
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and math.isfinite(value):
        return figure(value)
    return (
        f"'{value}"
        if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r")
        else value
    )


def origin(sources: Sequence[Mapping[str, Any]], link: str, lang: str) -> dict[str, Any]:
    """Where figures come from, as W3C Tabular Metadata: a licence by its address, and in words
    where none is stated.
    """
    licences = dict.fromkeys(LICENCES[s["licence"]] for s in sources if s["licence"] in LICENCES)
    return {
        "dc:source": [pack.address(s, link) for s in sources],
        "dc:creator": [s["publisher"] for s in sources],
        "dc:license": [{"@id": address} for address in licences],
        "dc:rights": [
            f"{s['publisher']}, {s['title']}: {licence(s['licence'], lang)}" for s in sources
        ],
        "dc:identifier": link,
    }


def csvw(
    url: str, columns: dict[str, tuple[str, str]], key: list[str], lang: str, about: dict[str, Any]
) -> bytes:
    """W3C Tabular Metadata of a CSV: `columns` are name to datatype and meaning."""
    out = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": lang}],
        "url": url,
        **about,
        "schema:version": store.build()["id"],
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"]},
        "tableSchema": {
            "columns": [
                {"name": n, "datatype": kind, "dc:description": says}
                for n, (kind, says) in columns.items()
            ],
            "primaryKey": key,
        },
    }
    return (json.dumps(out, ensure_ascii=False, indent=2) + "\n").encode()
