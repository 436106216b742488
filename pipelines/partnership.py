"""Networks that somebody supplies: one CSV file with who works with whom since when, and where that stands.

The same file goes two ways: into `data/partnerships/` where a municipality publishes it, and into the page Connections
for one session. Light on purpose, for the page imports it. A file is read whole or not at all; every row that is wrong
is named by its number, its column and why. Cells that a spreadsheet would run as a formula are refused.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pipelines import PipelineError

FOLDER = Path(__file__).parents[1] / "data" / "partnerships"
SOURCE = "partnerships"
COLUMNS = ("actor", "domain", "place", "partner", "kind", "since", "source")
REQUIRED = ("actor", "domain", "place", "source")
DOMAINS = ("education", "social", "care", "leisure", "policy")
KINDS = ("partnership", "funding")
MOST_ROWS, MOST_BYTES, MOST_TEXT = 100_000, 20_000_000, 200
SPACE = ("\t", "\r", "\n")  # before a cell: a spreadsheet may drop it and run what follows
FORMULA = ("=", "+", "-", "@", *SPACE)
TEMPLATE = ",".join(COLUMNS) + "\n"

_POSTCODE = re.compile(r"[0-9]{4}( ?[A-Za-z]{2})?")
_DATE = re.compile(r"(19|20)[0-9]{2}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True)
class Fault:
    """What is wrong: with a row, a column and a value; row 0 is the whole file.

    Rows are numbered as a spreadsheet does: the names stand in row 1, and a blank row counts.
    `reason` is a word: blank, domain, postcode, kind, since, future, text, formula, same, double, differs, columns,
    rows, bytes, encoding, cells.
    """

    reason: str
    row: int = 0
    column: str = ""
    value: str = ""


@dataclass(frozen=True)
class Network:
    """Actors (`id`, `name`, `domain`, `place`) and ties (as table `tie`; `scheme`: where it stands), as in the file."""

    actors: list[dict[str, Any]]
    ties: list[dict[str, Any]]
    faults: list[Fault]
    encoding: str = "utf-8"

    @property
    def source(self) -> dict[str, Any]:
        """The row of table `source`, without its id."""
        said = "; ".join(sorted({a["said"] for a in self.actors})[:3])
        about = {"title": said, "publisher": said, "attribution": said, "licence": "CC0-1.0", "url": "", "via": "file"}
        return {**about, "cadence": "supplied", "retrieved": None, "rows": len(self.ties) + len(self.actors)}


def read(body: bytes, source: str = SOURCE) -> Network:
    """A network out of a file; with any fault it has no actors and no ties. Ids of actors start with `source`."""
    if len(body) > MOST_BYTES:
        return _none(Fault("bytes", value=f"{len(body):,}"))
    text, encoding = _decoded(body)
    if text is None:
        return _none(Fault("encoding"))
    head = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        cells = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        lines = [(number, line) for number, line in enumerate(cells, 1) if any(c.strip() for c in line)]
    except csv.Error as e:
        return _none(Fault("cells", value=str(e)))
    names = [c.strip().lower() for c in lines[0][1]] if lines else []
    if missing := [c for c in COLUMNS if names.count(c) != 1]:
        return _none(Fault("columns", value=", ".join(missing)))
    if not lines[1:] or len(lines) - 1 > MOST_ROWS:
        return _none(Fault("rows", value=f"{len(lines) - 1:,}"))
    return _network(names, lines[1:], encoding, source)


def published(file: Path) -> Network:
    """A file of `data/partnerships/`. Raises PipelineError that names every row that is wrong."""
    body = file.read_bytes()
    network = read(body, f"{SOURCE}_{file.stem}")
    if network.faults:
        said = "; ".join(
            f"row {f.row}, {f.column}: {f.reason} {f.value!r}" if f.row else f"{f.reason} {f.value}"
            for f in network.faults
        )
        raise PipelineError(f"{file.name}: {said}")
    return network


def _none(*faults: Fault, encoding: str = "") -> Network:
    return Network([], [], list(faults), encoding)


def _decoded(body: bytes) -> tuple[str | None, str]:
    """The text, and as what it was read: as its mark says, else UTF-8, else as older spreadsheets write."""
    marks = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
    marked = [name for mark, name in marks.items() if body.startswith(mark)]
    for encoding in marked or ("utf-8", "cp1252"):
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        return (None if "\0" in text else text), encoding
    return None, ""


def _network(names: list[str], lines: list[tuple[int, list[str]]], encoding: str, source: str) -> Network:
    actors: dict[str, dict[str, Any]] = {}
    ties: list[dict[str, Any]] = []
    faults: list[Fault] = []
    seen: set[tuple[str, ...]] = set()
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    for number, line in lines:
        if len(line) != len(names):
            faults.append(Fault("cells", number, value=str(len(line))))
            continue
        row = {c: v if v[:1] in SPACE else v.strip() for c, v in zip(names, line, strict=True) if c in COLUMNS}
        found = _faults(row, number, now)
        key = _key(row)
        if not found and key in seen:
            found = [Fault("double", number, "partner", row["partner"])]
        mine = {"id": _id(row["actor"], source), "name": row["actor"], "domain": row["domain"].lower()}
        mine |= {"place": row["place"], "said": row["source"]}
        before = actors.get(row["actor"].casefold(), mine)
        if not found:
            found = [Fault("differs", number, c, row[c]) for c in ("domain", "place") if before[c] != mine[c]]
        seen.add(key)
        faults += found
        if found:
            continue
        actors[row["actor"].casefold()] = before
        if row["partner"]:
            ties.append(
                {
                    "kind": row["kind"].lower() or KINDS[0],
                    "a": _id(row["actor"], source),
                    "b": _id(row["partner"], source),
                    "period": row["since"],
                    "status": "measured",
                    "scheme": row["source"],
                    "partner": row["partner"],
                }
            )
    if faults:
        return _none(*faults, encoding=encoding)
    for tie in ties:  # a partner without a row of its own is known by name alone
        named = {"id": tie["b"], "name": tie["partner"], "domain": None, "place": "", "said": tie["scheme"]}
        actors.setdefault(tie["partner"].casefold(), named)
    return Network(list(actors.values()), ties, [], encoding)


def _id(name: str, source: str) -> str:
    return f"{source}:{hashlib.sha256(name.casefold().encode()).hexdigest()[:12]}"


def _key(row: dict[str, str]) -> tuple[str, ...]:
    """What may be said once: an actor alone, who pays whom, or who works with whom, in whichever order."""
    kind, ends = row["kind"].lower() or KINDS[0], [row["actor"].casefold(), row["partner"].casefold()]
    if not row["partner"]:
        return (ends[0],)
    return (kind, *(sorted(ends) if kind == "partnership" else ends))


def _is_date(text: str) -> bool:
    """Whether it is a year, a month or a day of the calendar."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat((text + "-01-01")[:10])
    except ValueError:
        return False
    return True


def _faults(row: dict[str, str], number: int, now: str) -> list[Fault]:
    out = []
    for column, value in row.items():
        if value.startswith(FORMULA):
            out.append(Fault("formula", number, column, value))
        elif len(value) > MOST_TEXT:
            out.append(Fault("text", number, column, value[:40]))
        elif column in REQUIRED and not value:
            out.append(Fault("blank", number, column))
    if out:
        return out
    if row["domain"].lower() not in DOMAINS:
        out.append(Fault("domain", number, "domain", row["domain"]))
    if row["place"][:1].isdigit() and not _POSTCODE.fullmatch(row["place"]):
        out.append(Fault("postcode", number, "place", row["place"]))
    if row["kind"] and row["kind"].lower() not in KINDS:
        out.append(Fault("kind", number, "kind", row["kind"]))
    if row["partner"]:
        if row["partner"].casefold() == row["actor"].casefold():
            out.append(Fault("same", number, "partner", row["partner"]))
        if not _is_date(row["since"]):
            out.append(Fault("since", number, "since", row["since"]))
        elif row["since"] > now:
            out.append(Fault("future", number, "since", row["since"]))
    return out
