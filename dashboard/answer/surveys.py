"""The national figures of surveys as they were published, with their words in the reader's
language.
"""

from __future__ import annotations

import re
from typing import Any

from babel.numbers import format_decimal

from dashboard import store
from dashboard.words.text import strings, t

UNSTATED = ("", "not stated")  # of a sample
NEWEST_OF = ("indicator_text", "discipline", "mode", "subgroup")  # what tells two figures apart


def newest(dimension: str) -> list[dict[str, Any]]:
    """The newest share of everything that was asked of everyone (`total`) or by `age`, the last
    asked first.
    """
    latest: dict[tuple[str, ...], dict[str, Any]] = {}
    for s in store.surveys():
        key = tuple(s[k] for k in NEWEST_OF)
        if key not in latest or s["period"] > latest[key]["period"]:
            latest[key] = s
    shares = [s for s in latest.values() if s["dimension"] == dimension and s["unit"] == "%"]
    return sorted(shares, key=lambda s: s["period"], reverse=True)


def key(words: str) -> str:
    """The key of the text for words of a survey."""
    plain = re.sub(r"[^a-z0-9+]+", "_", words.lower()).replace("+", "_plus").strip("_")
    return f"survey_{plain}"


def said(words: str, lang: str) -> str:
    """Words of a survey in a language; as they are where nobody has written them in it yet."""
    return t(key(words), lang) if key(words) in strings() else words


def row(s: dict[str, Any], lang: str) -> dict[str, str]:
    """A figure as a row of a table."""
    group = (s[k] for k in ("discipline", "subgroup", "population"))
    publication = said(s["publication"], lang)
    return {
        t("column_indicator", lang): said(s["indicator_text"], lang),
        t("column_group", lang): " · ".join(said(g, lang) for g in group if g and g != "total"),
        t("column_period", lang): s["period"],
        t("column_value", lang): f"{format_decimal(s['value'], locale=lang)} {s['unit']}",
        t("reach_column_sample", lang): t("reach_no_sample", lang)
        if s["sample"] in UNSTATED
        else said(s["sample"], lang),
        t("column_source", lang): f"[{publication}]({s['url']})" if s["url"] else publication,
    }
