"""What people call an area, as it is called here: abbreviations, nicknames, and words around a name."""

from __future__ import annotations

import re

# What stands around a name and is no part of it, at its beginning and at its end.
BEFORE = (
    "gemeente ", "gem ", "de gemeente ", "stad ", "de stad ", "municipality of ", "city of ", "the city of ",
)  # fmt: skip
AFTER = (
    " nederland", " nl", " the netherlands", " netherlands", " holland", " gemeente", " gem", " municipality",
)  # fmt: skip
PROVINCES = ("noord holland", "zuid holland")  # whose second word is no country
ABBREVIATIONS = {"st": "sint", "ste": "sinte", "a d": "aan den", "o d": "over de"}
NICKNAMES = {
    "r dam": "rotterdam", "rdam": "rotterdam", "a dam": "amsterdam", "adam": "amsterdam", "mokum": "amsterdam",
    "den briel": "brielle", "boz": "bergen op zoom", "denbosch": "den bosch", "the netherlands": "nederland",
    "netherlands": "nederland", "holland": "nederland",
}  # fmt: skip


def words(query: str) -> list[str]:
    """The words of a query, in lower case and without signs."""
    return re.sub(r"[^\w]+", " ", query.casefold()).split()


def meant(query: str) -> list[str]:
    """The words of the name that a query means: `Gemeente Rotterdam`, `Rotterdam, Nederland` and
    `R'dam` are Rotterdam, `St. Anthonis` is Sint Anthonis.
    """
    text = " ".join(words(query))
    if text in NICKNAMES:
        return NICKNAMES[text].split()
    if text.removeprefix("provincie ") in PROVINCES:
        return text.split()
    for before in sorted(BEFORE, key=len, reverse=True):
        if text.startswith(before):
            text = text.removeprefix(before)
            break
    for after in AFTER:
        if text.endswith(after):
            text = text.removesuffix(after)
            break
    for short, whole in ABBREVIATIONS.items():
        text = re.sub(rf"\b{short}\b", whole, text)
    return NICKNAMES.get(text, text).split()
