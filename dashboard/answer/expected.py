"""More or less than expected: what was observed beside what the others let expect."""

from __future__ import annotations

from typing import Any

from dashboard.answer.gaps import as_percent
from dashboard.words.numbers import number
from dashboard.words.text import t

LEFT_OUT = "left_out"  # what is expected of an area comes from the others


def own_words(f: dict[str, Any], lang: str) -> str:
    """Observed, expected and their difference of one area in words, and whether it can be told from
    chance.
    """
    observed, expected = (as_percent(f[k] / 100, lang, 1) for k in ("observed", "predicted"))
    sentence = t(
        "gaps_own",
        lang,
        name=f["name"],
        observed=observed,
        expected=expected,
        **difference(f, lang),
    )
    return f"{sentence} {t(f'gaps_own_{side_of(f)}', lang)}"


def side_of(f: dict[str, Any]) -> str:
    """More or less than expected; of what is not told apart whether the margin leaves zero
    `out`side or not.
    """
    if f["apart"]:
        return "more" if f["observed"] > f["predicted"] else "less"
    return "same" if f["low"] <= f["observed"] <= f["high"] else "out"


def difference(f: dict[str, Any], lang: str) -> dict[str, Any]:
    """Observed minus expected, with its margin, which is that of what was expected."""
    ends = {"value": "predicted", "low": "high", "high": "low"}
    return {k: number(f["observed"] - f[end], 1, lang) for k, end in ends.items()}
