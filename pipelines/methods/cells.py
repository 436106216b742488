"""What a cell of somebody's network says: a domain, a kind, a place, a date or an amount as people
write them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

DOMAINS = ("education", "social", "care", "leisure", "policy")
KINDS = ("partnership", "funding")
LABELS = {  # of the taxonomy, for who writes words and not ids
    "onderwijs": "education", "sociaal domein": "social", "social domain": "social", "zorg": "care",
    "vrije tijd": "leisure", "beleid": "policy", "samenwerking": "partnership", "subsidie": "funding",
    "grant": "funding",
}  # fmt: skip
ALSO = {  # a kind in other words, and what a tool says of a tie that is no kind
    "partner": "partnership", "partners": "partnership", "samenwerkingspartner": "partnership",
    "partnerschap": "partnership", "samenwerkingsverband": "partnership", "collaboration": "partnership",
    "subsidies": "funding", "grants": "funding", "bijdrage": "funding", "shared_site": "shared_site",
    "undirected": "", "directed": "", "mutual": "",
}  # fmt: skip
MOST_TEXT = 200
UNKNOWN = (
    "onbekend",
    "unknown",
    "niet bekend",
    "not known",
    "n.v.t.",
    "nvt",
    "n/a",
    "geen",
    "none",
)

_POSTCODE = re.compile(r"([0-9]{4}) ?([A-Za-z]{2})?")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?(?:[T ]00:00(?::00)?)?")
_DAY_FIRST = re.compile(r"(?:([0-9]{1,2})([-/.]))?([0-9]{1,2})[-/.]([0-9]{4})")
_MONTH_NAMED = re.compile(r"(?:([0-9]{1,2})[ -])?([a-zé]{3,9})\.?[ -]([0-9]{4})")
_MONTHS = (
    ("jan",), ("feb",), ("mrt", "maa", "mar"), ("apr",), ("mei", "may"), ("jun",), ("jul",), ("aug",), ("sep",),
    ("okt", "oct"), ("nov",), ("dec",),
)  # fmt: skip
_DOTS = re.compile(r"[0-9]{1,3}(\.[0-9]{3})+")  # 1.250 in Dutch, or one and a quarter
_COMMAS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+")
_MONEY = re.compile(r"(?i)eur(o|os)?|€|,-+$|\.-+$|\s")


@dataclass(frozen=True)
class Cell:
    """What a cell says in our terms, why its row cannot be read, and what was changed in it."""

    value: str | float | None
    fault: str = ""
    note: str = ""
    shown: str = ""  # as it stands in the file, with what cannot be seen by its number


def cell(role: str, text: str, now: str, is_dutch: bool) -> Cell:
    """A cell in that role; `now` is the day of today, `is_dutch` whether 1.250 is a thousand and
    more.
    """
    value, hidden = _visible(text)
    if value[:1] == "'" and value[1:2] in ("+", "-", "@"):  # as our own downloads guard a name
        value = value[1:]
    shown = _by_number(text)[:MOST_TEXT] if hidden else value[:MOST_TEXT]
    if value.startswith("="):
        return Cell(value, "formula", shown=shown)
    if len(value) > MOST_TEXT:
        return Cell(value, "text", shown=value[:40])
    note = "hidden" if hidden else ""
    if value and not any(c.isalnum() for c in value):
        value, note = "", "dash"
    if role == "amount":
        number = amount(value, is_dutch) if value else None
        return Cell(number, "amount" * bool(value and number is None), note, shown)
    if not value:
        return Cell("", note=note, shown=shown)
    if role == "since":
        return _since(value, now)
    if role in _READ:
        value, changed = _READ[role](value)
        note = changed or note
    return Cell(value, note=note, shown=shown)


def _visible(text: str) -> tuple[str, bool]:
    """The text without what cannot be seen, its spaces as one, its lines apart; and whether it had
    any.
    """
    text = text.replace("\u00ad", "")
    hidden = not text.isprintable() and any(map(_is_hidden, text))
    if hidden:
        text = "".join(c for c in text if not _is_hidden(c))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(filter(None, lines)), hidden


def _is_hidden(sign: str) -> bool:
    """Whether it is a control or format character, or none at all; a cell may have lines."""
    return sign not in "\t\r\n" and (
        unicodedata.category(sign) in ("Cc", "Cf", "Cs") or ord(sign) & 0xFFFE == 0xFFFE
    )


def _by_number(text: str) -> str:
    return "".join(f"[U+{ord(c):04X}]" if _is_hidden(c) else c for c in text)


def _domain(value: str) -> tuple[str, str]:
    term = LABELS.get(value.lower(), value.lower())
    return (term, "") if term in DOMAINS else ("", "domain")


def _kind(value: str) -> tuple[str, str]:
    """The kind, or the word itself where it is none of ours."""
    word = value.lower()
    return ALSO.get(word, LABELS.get(word, word)), ""


def _place(value: str) -> tuple[str, str]:
    if not value[:1].isdigit():
        return value, ""
    match = _POSTCODE.fullmatch(value) if value.isascii() else None
    if not match:
        return "", "postcode"
    return " ".join(filter(None, (match[1], (match[2] or "").upper()))), ""


def _since(value: str, now: str) -> Cell:
    if value.lower() in UNKNOWN:
        return Cell("", shown=value)
    day, is_open = moment(value)
    if not day:
        return Cell(value, "since", shown=value)
    return Cell(day, "future" * (day > now[: len(day)]), "either" * is_open, value)


def moment(value: str) -> tuple[str, bool]:
    """A year, a month or a day as `2023`, `2023-09`, `2023-09-01`; blank if it is none.

    Of 1/9/2023 the day and the month could be either, so that only the year counts: the second of
    what is given.
    """
    lower = value.lower()
    if iso := _DATE.fullmatch(lower):
        return _day(*iso.groups()), False
    if named := _MONTH_NAMED.fullmatch(lower):
        month = next((n for n, names in enumerate(_MONTHS, 1) if named[2].startswith(names)), 0)
        return (_day(named[3], str(month), named[1]) if month else ""), False
    if not (written := _DAY_FIRST.fullmatch(lower)):
        return "", False
    day, sign, month_, year = written.groups()
    if sign == "/" and day and day != month_:
        if _day(year, month_, day) and _day(year, day, month_):
            return year, True
        return _day(year, month_, day) or _day(year, day, month_), False
    return _day(year, month_, day), False


def _day(year: str, month: str | None, day: str | None) -> str:
    parts = [int(year), *(int(part) for part in (month, day) if part)]
    try:
        date(*[*parts, 1, 1][:3])
    except ValueError:
        return ""
    return "-".join(f"{part:0>{4 if n == 0 else 2}}" for n, part in enumerate(parts)) * (
        parts[0] >= 1000
    )


def amount(value: str, is_dutch: bool) -> float | None:
    """An amount as people write it: `1.250,00`, `1,250.00`, `€ 1250,-`; none if it is no number."""
    text = _MONEY.sub("", value)
    sign = -1.0 if text.startswith("-") else 1.0
    text = text.removeprefix("-")
    if not re.fullmatch(r"[0-9][0-9.,]*", text) or not text.isascii():
        return None
    if "." in text and "," in text:
        decimal = max(".,", key=text.rfind)
    elif _DOTS.fullmatch(text) or _COMMAS.fullmatch(text):
        marks = text.count(".") + text.count(",")
        thousands = "." if is_dutch else ","
        decimal = "" if marks > 1 or text.count(thousands) else (".,"[is_dutch])
    else:
        decimal = "," if "," in text else "."
    whole, mark, part = text.rpartition(decimal) if decimal else (text, "", "")
    if not mark:
        whole, part = text, ""
    digits = re.sub(r"[.,]", "", whole)
    return sign * float(f"{digits or 0}.{part or 0}") if part.isdigit() or not part else None


def style(values: Iterable[str]) -> bool | None:
    """Whether a column writes 1.250 for a thousand and more: none if that cannot be told from it,
    and it matters.
    """
    clues, as_decimals = set(), set()
    for value in values:
        text = _MONEY.sub("", value).removeprefix("-")
        if _DOTS.fullmatch(text) or _COMMAS.fullmatch(text):
            if text.count(".") + text.count(",") > 1:
                clues.add("." in text)
            else:
                as_decimals.add("," in text)
        elif re.fullmatch(r"[0-9][0-9.,]*", text) and re.search(r"[.,]", text):
            clues.add(max(".,", key=text.rfind) == ",")
    if len(clues) > 1:
        return None
    is_dutch = clues.pop() if clues else None
    if as_decimals and (is_dutch is None or is_dutch in as_decimals):
        return None
    return is_dutch is not False


_READ = {
    "domain": _domain, "partner_domain": _domain, "kind": _kind, "place": _place, "partner_place": _place,
}  # fmt: skip
