"""Networks that somebody supplies: one CSV file with who works with whom since when, and where that
stands.

The same file goes two ways: into `data/partnerships/` where a municipality publishes it, and into
the page Connections for one session. Light on purpose, for the page imports it. A file is read
whole or not at all; every row that is wrong is named by its number, its column and why. Cells that
a spreadsheet would run as a formula are refused, and so is what cannot be seen: it breaks drawings
and hides a formula.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

SOURCE = "partnerships"
COLUMNS = ("actor", "domain", "place", "partner", "kind", "since", "source")
REQUIRED = ("actor", "domain", "place", "source")
DOMAINS = ("education", "social", "care", "leisure", "policy")
KINDS = ("partnership", "funding")
LABELS = {  # of the taxonomy, for who writes words and not ids
    "onderwijs": "education", "sociaal domein": "social", "social domain": "social", "zorg": "care",
    "vrije tijd": "leisure", "beleid": "policy", "samenwerking": "partnership", "subsidie": "funding",
    "grant": "funding",
}  # fmt: skip
MOST_ROWS, MOST_BYTES, MOST_TEXT = 100_000, 20_000_000, 200
SPACE = ("\t", "\r", "\n")  # before a cell: a spreadsheet may drop it and run what follows
FORMULA = ("=", "+", "-", "@", *SPACE)
TEMPLATE = ",".join(COLUMNS) + "\n"

_POSTCODE = re.compile(r"[0-9]{4}( ?[A-Za-z]{2})?")
_DATE = re.compile(r"(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?")
_DAY_FIRST = re.compile(
    r"([0-9]{1,2})-([0-9]{1,2})-([0-9]{4})"
)  # as a Dutch spreadsheet makes of a day
_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # tells Excel, and is no row there
_SOFT_HYPHEN = "\u00ad"


@dataclass(frozen=True)
class Fault:
    """What is wrong: with a row, a column and a value; row 0 is the whole file.

    Rows are numbered as a spreadsheet does: the names stand in row 1, and a blank row counts.
    `reason` is a word: blank, domain, postcode, kind, since, future, text, formula, hidden, same,
    double, differs, columns, rows, bytes, encoding, cells.
    """

    reason: str
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Network:
    """Actors (`id`, `name`, `domain`, `place`) and ties (as table `tie`; `scheme`: where it
    stands), as in the file.
    """

    actors: list[dict[str, Any]]
    ties: list[dict[str, Any]]
    faults: list[Fault]
    encoding: str = "utf-8"


def read(body: bytes, source: str = SOURCE) -> Network:
    """A network out of a file; with any fault it has no actors and no ties. Ids of actors start
    with `source`.
    """
    if len(body) > MOST_BYTES:
        return _none(Fault("bytes", value=f"{len(body):,}"))
    text, encoding = _decoded(body)
    if text is None:
        return _none(Fault("encoding"))
    if said := _SEPARATOR.match(text):
        text, delimiter = text[said.end() :], said[1]
    else:
        head = text.lstrip("\r\n").split("\n", 1)[0]
        delimiter = max(",;\t", key=head.count)
    cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines, number = [], 0
    try:
        for number, line in enumerate(cells, 1):
            if any(c.strip() for c in line):
                lines.append((number, line))
    except csv.Error as e:
        return _none(Fault("text" if "field limit" in str(e) else "cells", number + 1))
    names = [c.strip().lower() for c in lines[0][1]] if lines else []
    if missing := [c for c in COLUMNS if names.count(c) != 1]:
        return _none(Fault("columns", value=", ".join(missing)))
    if not lines[1:] or len(lines) - 1 > MOST_ROWS:
        return _none(Fault("rows", value=f"{len(lines) - 1:,}"))
    return _network(names, lines[1:], encoding, source)


def _none(*faults: Fault, encoding: str = "") -> Network:
    return Network([], [], list(faults), encoding)


def _decoded(body: bytes) -> tuple[str | None, str]:
    """The text, and as what it was read: as its mark says, else UTF-8, else as older spreadsheets
    write.
    """
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    marked = [name for mark, name in marks.items() if body.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (None if "\0" in text else text), encoding
    return None, ""


def _network(
    names: list[str], lines: list[tuple[int, list[str]]], encoding: str, source: str
) -> Network:
    actors: dict[str, dict[str, Any]] = {}
    ties: list[dict[str, Any]] = []
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    # what a file says, it says often: every cell is looked at once, and what is equal is kept once
    columns: list[tuple[int, str, dict[str, tuple[str, str]]]]
    columns = [(at, column, {}) for at, column in enumerate(names) if column in COLUMNS]
    ids: dict[str, str] = {"": ""}
    for number, line in lines:
        if len(line) != len(names):
            faults.append(Fault("cells", number, value=str(len(line))))
            continue
        row, found = {}, []
        for at, column, known in columns:
            if (cell := line[at]) not in known:
                known[cell] = _cell(column, cell, now)
            row[column], reason = known[cell]
            if reason:
                found.append(Fault(reason, number, column, row[column]))
        for name in (row["actor"], row["partner"]):
            if name not in ids:
                ids[name] = _id(name, source)
        a, b = ids[row["actor"]], ids[row["partner"]]
        if not b:  # without a partner no date is asked
            found = [f for f in found if f.column != "since" or f.reason not in ("since", "future")]
        elif a == b:
            found.append(Fault("same", number, "partner", row["partner"]))
        key = _key(row, a, b)
        if not found and key in seen:
            found = [Fault("double", number, "partner", row["partner"])]
        before = actors.get(a)
        if not found and before:
            found = [
                Fault("differs", number, c, row[c])
                for c in ("domain", "place")
                if before[c] != row[c]
            ]
        seen.add(key)
        faults += found
        if found:
            continue
        if not before:
            mine = {"id": a, "name": row["actor"], "domain": row["domain"]}
            actors[a] = mine | {"place": row["place"], "said": row["source"]}
        if b:
            tie = {
                "kind": row["kind"],
                "a": a,
                "b": b,
                "period": row["since"],
                "status": "measured",
            }
            ties.append(tie | {"scheme": row["source"], "partner": row["partner"]})
    if faults:
        return _none(*faults, encoding=encoding)
    for tie in ties:  # a partner without a row of its own is known by name alone
        if tie["b"] not in actors:
            named = {
                "id": tie["b"],
                "name": tie["partner"],
                "domain": None,
                "place": "",
                "said": tie["scheme"],
            }
            actors[tie["b"]] = named
    return Network(list(actors.values()), ties, [], encoding)


def _id(name: str, source: str) -> str:
    return f"{source}:{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


def _key(row: dict[str, str], a: str, b: str) -> tuple[str, ...]:
    """What may be said once: an actor alone, who works with whom in whichever order, or one grant.

    A funder may pay the same one again: in another year, or by another scheme.
    """
    if not b:
        return (a,)
    if row["kind"] == "funding":
        return ("funding", a, b, row["since"], row["source"])
    return (row["kind"], *sorted((a, b)))


def _cell(column: str, cell: str, now: str) -> tuple[str, str]:
    """What a cell says, in our words, and why it is refused (a reason of `Fault`, or nothing)."""
    cell = cell.replace(_SOFT_HYPHEN, "")
    value = cell if cell[:1] in SPACE else cell.strip()
    if not value.isprintable() and (hidden := {c for c in value if _is_hidden(c)}):
        for c in hidden:
            value = value.replace(c, f"[U+{ord(c):04X}]")
        return value[:MOST_TEXT], "hidden"
    if value.startswith(FORMULA):
        return value, "formula"
    if len(value) > MOST_TEXT:
        return value[:40], "text"
    if not value:
        return KINDS[0] if column == "kind" else "", "blank" if column in REQUIRED else "since" * (
            column == "since"
        )
    if column in ("domain", "kind"):
        word = LABELS.get(value.lower(), value.lower())
        return (word, "") if word in (DOMAINS if column == "domain" else KINDS) else (value, column)
    if column == "place" and value[:1].isdigit() and not _POSTCODE.fullmatch(value):
        return value, "postcode"
    if column == "since":
        found = _date(value)
        return (found, "future" * (found > now)) if found else (value, "since")
    return value, ""


def _is_hidden(sign: str) -> bool:
    """Whether it is a control or format character, or none at all; a cell may have lines."""
    return sign not in SPACE and (
        unicodedata.category(sign) in ("Cc", "Cf") or ord(sign) & 0xFFFE == 0xFFFE
    )


def _date(text: str) -> str:
    """A year, a month or a day of the calendar (`2023`, `2023-09`, `2023-09-01`, also `1-9-2023`);
    blank if none.
    """
    if day_first := _DAY_FIRST.fullmatch(text):
        day, month, year = day_first.groups()
        text = f"{year}-{month:0>2}-{day:0>2}"
    if not _DATE.fullmatch(text):
        return ""
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return ""
    return text
