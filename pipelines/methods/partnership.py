"""Networks that somebody supplies: who works with whom, or pays whom, since when, and where that
stands, in a table as people have it.

The same table goes two ways: into `data/partnerships/` where a municipality publishes it, and into
the page Connections for one session. Light on purpose, for the page imports it. What harms nothing
is taken and told as a note; a row that cannot be read is left out and told as a fault; what could
make another network than is meant is asked, and before it is answered there is none.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pipelines.methods import cells, columns, spreadsheet
from pipelines.methods.columns import COLUMNS, Columns
from pipelines.methods.spreadsheet import Fault, Note, Sheet, UnreadableError

SOURCE = "partnerships"
TEMPLATE = ",".join(COLUMNS) + "\n"
NAMES = ("actor", "partner")
EXAMPLES = 3

# What is asked, with what may be answered; the texts of the page have the same names.
QUESTIONS = {
    "columns": (),
    "several": ("parted", "one"),
    "placeholder": ("none", "name"),
    "numbers": ("name", "none"),
    "spelling": ("one", "apart"),
    "places": ("one", "apart"),
    "kind": ("partnership", "funding", "none"),
    "decimal": ("thousands", "decimals"),
    "twice": ("once", "each"),
}
PLACEHOLDERS = {
    "geen", "geen partner", "none", "n v t", "nvt", "niet van toepassing", "n a", "na", "not applicable", "onbekend",
    "unknown", "nog niet bekend", "n n b", "nnb", "n n", "tbd", "diverse", "divers", "various", "anoniem", "anonymous",
    "overig", "overige", "other", "others", "anders", "meerdere", "totaal", "total",
    "subtotaal", "niet ingevuld", "leeg", "x", "xx", "xxx", "nee", "no", "null", "nan",
}  # fmt: skip

_SEVERAL = re.compile(r"\s*[;|\n]\s*|\s*,\s*|\s+/\s+")
_LEGAL = re.compile(
    r"\b(stichting|st|vereniging|ver|foundation|association|de|het|the|bv|nv|vzw)\b"
)


@dataclass(frozen=True)
class Network:
    """Actors (`id`, `name`, `domain`, `place`) and ties (as table `tie`; `scheme`: where it
    stands), as in the file; none while something is asked.
    """

    actors: list[dict[str, Any]] = field(default_factory=list)
    ties: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    questions: list[Note] = field(default_factory=list)


Row = dict[str, Any]


def table(body: bytes) -> Sheet:
    """The table in a file. Raises UnreadableError."""
    return spreadsheet.sheet(body, columns.is_known)


def read(
    body: bytes, source: str = SOURCE, title: str = "", answers: Mapping[str, str] | None = None
) -> Network:
    """A network out of a file, its columns as their names tell; see `network`."""
    try:
        sheet = table(body)
    except UnreadableError as e:
        return Network(faults=[e.fault])
    return network(sheet, columns.proposal(sheet.names), source, title, answers or {})


def network(
    sheet: Sheet, chosen: Columns, source: str, title: str, answers: Mapping[str, str]
) -> Network:
    """A network out of a table. Ids of actors start with `source`; `title` is where a tie stands
    that has no source of its own; `answers` are to QUESTIONS.
    """
    if any(role not in {*chosen.at, *chosen.fixed} for role in NAMES):
        return Network(faults=sheet.faults, notes=sheet.notes, questions=[Note("columns")])
    if unread := chosen.unread(sheet.names):
        sheet = replace(sheet, notes=[*sheet.notes, Note("unread", len(unread), tuple(unread))])
    at = chosen.at.get("amount")
    amounts = [] if at is None else [row[at] for _, row in sheet.rows]
    style = cells.style(amounts)
    is_dutch = answers.get("decimal") != "decimals"
    rows, faults, notes = _rows(sheet, chosen, title, is_dutch if style is None else style)
    notes = [*sheet.notes, *notes]
    asked = [*_asked(rows, "actor_id" in chosen.at and "partner_id" in chosen.at)]
    if style is None:
        asked.append(
            Note("decimal", len(amounts), _first(a for a in amounts if re.search("[.,]", a)))
        )
    faults += sheet.faults
    if asked := [question for question in asked if question.reason not in answers]:
        return Network(faults=faults, notes=notes, questions=asked)
    rows, more, together = _answered(rows, answers)
    actors, ties, merged, which = _tied(rows, source, answers.get("places") == "apart")
    faults = sorted([*faults, *more, *which], key=lambda fault: fault.row)
    if not actors and not faults:
        faults = [Fault("rows", value="0")]
    return Network(actors, ties, faults, [*notes, *together, *merged])


def _first(examples: Iterable[str]) -> tuple[str, ...]:
    return tuple(islice(dict.fromkeys(filter(None, examples)), EXAMPLES))


def _rows(
    sheet: Sheet, chosen: Columns, title: str, is_dutch: bool
) -> tuple[list[Row], list[Fault], list[Note]]:
    """The rows in our terms, those that cannot be read, and what was changed in the others."""
    now = datetime.now(UTC).strftime("%Y-%m-%d")
    read: dict[str, dict[str, cells.Cell]] = {role: {} for role in columns.ROLES}
    rows: list[Row] = []
    faults: list[Fault] = []
    changed: defaultdict[str, list[str]] = defaultdict(list)
    for number, line in sheet.rows:
        row: Row = {"row": number, "line": line}
        wrong: list[Fault] = []
        for role, known in read.items():
            text = line[chosen.at[role]] if role in chosen.at else chosen.fixed.get(role, "")
            if text not in known:  # a file says the same often: looked at once
                known[text] = cells.cell(role, text, now, is_dutch)
            cell = known[text]
            row[role] = cell.value
            column = sheet.names[chosen.at[role]] if role in chosen.at else role
            if cell.fault:
                wrong.append(Fault(cell.fault, number, column, cell.shown))
            if cell.note:
                changed[cell.note].append(cell.shown)
        if not row["partner"]:  # without a partner no date is asked
            wrong = [fault for fault in wrong if fault.reason not in ("since", "future")]
            row["since"] = ""
        if not row["actor"] and not wrong:
            wrong.append(Fault("blank", number, _title(sheet, chosen, "actor")))
        faults += wrong
        if wrong:
            continue
        if row["partner"] and not row["since"]:
            changed["undated"].append(str(row["partner"]))
        row["source"] = row["source"] or title
        rows.append(row)
    return rows, faults, [Note(why, len(all_), _first(all_)) for why, all_ in changed.items()]


def _title(sheet: Sheet, chosen: Columns, role: str) -> str:
    return sheet.names[chosen.at[role]] if role in chosen.at else role


def _asked(rows: Sequence[Row], has_ids: bool) -> Iterator[Note]:
    """What must be asked of rows before they make a network; what has ids needs no more names."""
    kinds = [row["kind"] for row in rows if row["kind"] not in ("", *cells.KINDS, "shared_site")]
    if kinds:
        yield Note("kind", len(kinds), _first(kinds))
    seen = Counter(row["line"] for row in rows if row["amount"] is not None)
    if twice := [line for line, count in seen.items() if count > 1]:
        yield Note("twice", len(twice), _first(" ".join(filter(None, line)) for line in twice))
    if has_ids:
        return
    names = Counter(name for row in rows for role in NAMES if (name := row[role]))
    for reason, is_so in (
        ("several", lambda name: len(parted(name)) > 1),
        ("placeholder", lambda name: columns.plain(name) in PLACEHOLDERS),
        ("numbers", str.isdecimal),
    ):
        if those := [name for name in names if is_so(name)]:
            yield Note(reason, sum(names[name] for name in those), _first(those))
    spelt: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name in names:
        spelt[_spelling(name)][_key(name)] = name
    if groups := [[*group.values()] for group in spelt.values() if len(group) > 1]:
        yield Note("spelling", len(groups), _first(" = ".join(group) for group in groups))
    places: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, place in {(row["actor"], row["place"]): None for row in rows if row["place"]}:
        places[_key(name)][place] = name
    if apart := [next(iter(at.values())) for at in places.values() if len(at) > 1]:
        yield Note("places", len(apart), _first(apart))


def parted(name: str) -> list[str]:
    """The names in a cell, one if it holds no sign that parts them."""
    return [part for part in _SEVERAL.split(name) if any(c.isalnum() for c in part)]


def _key(name: str) -> str:
    """What tells a name from another: not its capitals and not how its letters are stored."""
    return unicodedata.normalize("NFKC", name).casefold()


def _spelling(name: str) -> str:
    """What spellings of one name have in common: the same without accents, signs and legal form."""
    letters = columns.plain(name.replace("(", " ").replace(")", " "))
    return _LEGAL.sub("", letters).replace(" ", "") or letters or name


def _answered(
    rows: Sequence[Row], answers: Mapping[str, str]
) -> tuple[list[Row], list[Fault], list[Note]]:
    """The rows as the answers have them, those that they leave out, and amounts for several."""
    spelt: dict[str, str] = {}
    seen: set[tuple[str, ...]] = set()
    kept: list[Row] = []
    faults: list[Fault] = []
    together: list[str] = []
    for row in rows:
        line = row["line"]
        if line in seen and row["amount"] is not None and answers.get("twice") == "once":
            faults.append(Fault("double", row["row"], value=str(row["partner"])))
            continue
        seen.add(line)
        names = {role: [row[role]] for role in NAMES}
        for role in NAMES:
            if answers.get("several") == "parted":
                names[role] = parted(row[role]) or [row[role]]
            out = [name for name in names[role] if _is_out(name, answers)]
            faults += [Fault("left_out", row["row"], value=name) for name in out]
            names[role] = [name for name in names[role] if name not in out]
        kind = row["kind"] or cells.KINDS[0]
        if kind not in (*cells.KINDS, "shared_site"):
            kind = answers["kind"]
        if kind == "none":
            faults.append(Fault("left_out", row["row"], value=row["kind"]))
            continue
        pairs = len(names["actor"]) * len(names["partner"])
        if pairs > 1 and row["amount"] is not None:  # how it is shared is not known
            row = {**row, "amount": None}
            together.append(str(row["partner"]))
        for actor in names["actor"]:
            for partner in names["partner"] or [""]:
                ends = {"actor": actor, "partner": partner}
                if answers.get("spelling") == "one":
                    ends = {
                        r: spelt.setdefault(_spelling(n), n) if n else n for r, n in ends.items()
                    }
                kept.append({**row, **ends, "kind": kind})
    notes = [Note("together", len(together), _first(together))] if together else []
    return kept, faults, notes


def _is_out(name: str, answers: Mapping[str, str]) -> bool:
    """Whether the reader says that it is no name."""
    return (answers.get("numbers") == "none" and name.isdecimal()) or (
        answers.get("placeholder") == "none" and columns.plain(name) in PLACEHOLDERS
    )


def _tied(
    rows: Sequence[Row], source: str, by_place: bool
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[Note], list[Fault]]:
    """Actors, ties, what was merged, and what is tied to a name that stands in several places."""
    places: defaultdict[str, set[str]] = defaultdict(set)
    if by_place:
        for row in rows:
            places[_key(row["actor"])] |= {row["place"]} - {""}
    several = {name for name, at in places.items() if len(at) > 1}
    actors: dict[str, dict[str, Any]] = {}
    partners: dict[str, dict[str, Any]] = {}
    ties: dict[tuple[str, ...], dict[str, Any]] = {}
    merged: defaultdict[str, list[str]] = defaultdict(list)
    faults: list[Fault] = []
    for row in rows:
        ends = []
        for role, before in (("actor", ""), ("partner", "partner_")):
            name, place = row[role], row[f"{before}place"]
            key = row[f"{role}_id"] or _key(name)
            if name and _key(name) in several:
                key = f"{key}|{place}"
                if not place:
                    faults.append(Fault("which", row["row"], value=name))
            end = {"id": _id(key, source) if name else "", "name": name}
            ends.append(
                end
                | {"domain": row[f"{before}domain"] or None, "place": place, "said": row["source"]}
            )
        if faults and faults[-1].row == row["row"]:
            continue
        actor, partner = ends
        before_ = actors.setdefault(actor["id"], actor)
        if any(before_[c] and actor[c] and before_[c] != actor[c] for c in ("domain", "place")):
            merged["differs"].append(actor["name"])
        for column in ("domain", "place"):
            before_[column] = before_[column] or actor[column]
        if not partner["name"]:
            continue
        if partner["id"] == actor["id"]:
            merged["same"].append(f"{partner['name']} ({row['row']})")
            continue
        partners.setdefault(partner["id"], partner)
        _add(ties, row, actor["id"], partner["id"], merged)
    for id_, partner in partners.items():
        mine = actors.setdefault(id_, partner)
        for column in ("domain", "place"):
            mine[column] = mine[column] or partner[column]
    notes = [Note(why, len(all_), _first(all_)) for why, all_ in merged.items()]
    return [*actors.values()], [*ties.values()], notes, faults


def _add(
    ties: dict[tuple[str, ...], dict[str, Any]],
    row: Row,
    a: str,
    b: str,
    merged: Mapping[str, list[str]],
) -> None:
    """Add a tie; one that is there already has its amount added, and its earliest date.

    Who works with whom is one tie in whichever order; a funder may pay the same one again, in
    another year or by another scheme.
    """
    kind, since = row["kind"], row["since"]
    key = (kind, a, b, since, row["source"]) if kind == "funding" else (kind, *sorted((a, b)))
    tie = ties.get(key)
    unit = row["unit"] or ("euros" if row["amount"] is not None else None)
    if not tie:
        ties[key] = {
            "kind": kind, "a": a, "b": b, "period": since, "status": "measured", "scheme": row["source"],
            "weight": row["amount"], "unit": unit,
        }  # fmt: skip
        return
    is_paid = row["amount"] is not None
    merged["added" if is_paid else "double" if tie["a"] == a else "both"].append(row["partner"])
    if is_paid:
        tie |= {"weight": (tie["weight"] or 0) + row["amount"], "unit": unit}
    tie["period"] = min(filter(None, (tie["period"], since)), default="")


def _id(key: str, source: str) -> str:
    return f"{source}:{hashlib.sha256(key.encode()).hexdigest()[:12]}"
