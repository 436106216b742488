"""Interface strings, Dutch and English side by side in `texts/`; where a count decides, one per
plural form.

Another language is one file in `languages/`, by key; what it does not have yet is said in English.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from babel import Locale
from babel.plural import PluralRule

from dashboard.store import country_name

TEXTS, MORE = (Path(__file__).parent / folder for folder in ("texts", "languages"))
LANGUAGES = ("nl", "en", *sorted(p.stem for p in MORE.glob("*.toml")))


@lru_cache(maxsize=1)
def strings() -> dict[str, dict[str, str | dict[str, str]]]:
    """Key to language to text, or to one text per plural form (`one`, `other`).

    Raises ValueError for a language file with a key that there is not.
    """
    out: dict[str, dict[str, str | dict[str, str]]] = {}
    for file in sorted(TEXTS.glob("*.toml")):
        out |= tomllib.loads(file.read_text(encoding="utf-8"))
    for file in sorted(MORE.glob("*.toml")):
        texts = tomllib.loads(file.read_text(encoding="utf-8"))
        if unknown := [key for key in texts if key not in out]:
            raise ValueError(f"{file.name}: no text is called {unknown[0]}")
        out |= {key: {**out[key], file.stem: text} for key, text in texts.items()}
    return out


def t(key: str, lang: str, *, count: int = 0, **values: object) -> str:
    """The text of a key, with its {values} filled in, and {country} by itself; `count` chooses the
    plural form where it has several.

    Raises KeyError for a key or value that is not there.
    """
    texts = strings()[key]
    if lang not in texts:
        lang = "en"
    text = texts[lang]
    if isinstance(text, dict):
        text = text[_plural(lang)(count)]
    if "{country" in text:
        names = {"country": country_name(lang), "country_name": country_name(lang, alone=True)}
        values = {**names, **values}
    return text.format(**values)


def meaning(table: str, column: str, lang: str) -> str:
    """What a column of a table holds: its own text, or else the one that columns of that name
    share.

    Raises KeyError for a column without either.
    """
    own = f"csv_{table}_{column}"
    return t(own if own in strings() else f"csv_{column}", lang)


def plain(words: str) -> str:
    """Words of somebody else, such as a name, for where Markdown is drawn: they look as they are,
    on one line.

    A web address that is written out stays one that can be clicked.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", " ".join(words.split()))


@lru_cache(maxsize=2)
def _plural(lang: str) -> PluralRule:
    return Locale.parse(lang).plural_form
