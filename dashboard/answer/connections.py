"""Words that the questions of Connections share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboard import store
from dashboard.answer.answer import Wording
from dashboard.words.numbers import credit, number, polled
from dashboard.words.text import t

CAUTIONS = ("ties_not_0", "ties_not_1")


def tie_wording(
    title: str, sentence: str, sources: Sequence[str], lang: str, drawn: bool = False, key: str = ""
) -> Wording:
    """What is shown in words, with a picture of it or (not `drawn`) without."""
    first = [t("not_conclude_polled", lang, days=polled(lang))] if store.POLLED in sources else []
    cautions = (*first, *(t(c, lang) for c in CAUTIONS))
    source = " ".join([*first, credit(sources, lang)])
    return Wording(title, sentence, source, cautions, f"{title}. {sentence}" if drawn else "", key)


def span_of(periods: Sequence[str]) -> str:
    """`2016 – 2023`, or `2023`."""
    return " – ".join(dict.fromkeys([periods[0], periods[-1]]))


def known_places(places: int, lang: str) -> str:
    """How many places our sources know; that they know none does not say that there are none."""
    return number(places, 0, lang) if places else t("ties_none", lang)


def proof_words(tie: Mapping[str, Any], own: bool, lang: str) -> str:
    """The proof in words; nobody has checked what the reader supplied."""
    return t("ties_proof_own" if own else f"ties_proof_{tie['proof']}", lang)


def coach_label(tie: Mapping[str, Any], lang: str) -> str:
    """Which sectors culture coaches connect, in words."""
    a, b = (store.term("sector", tie[end], lang) for end in "ab")
    return t("ties_coach", lang, a=a, b=b)


LISTED = 15
