"""Interface strings, Dutch and English side by side in `text.toml`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("nl", "en")


@lru_cache(maxsize=1)
def strings() -> dict[str, dict[str, str]]:
    """Key to language to text."""
    return tomllib.loads((Path(__file__).parent / "text.toml").read_text(encoding="utf-8"))


def t(key: str, lang: str, **values: object) -> str:
    """The text of a key, with its {values} filled in. Raises KeyError for a key or value that is not there."""
    return strings()[key][lang].format(**values)
