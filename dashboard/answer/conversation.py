"""Cards for a conversation, a set per role: each a fact about culture in an area, or that it is not
known, and the question that belongs to it, in words for a kitchen table.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.answer import barriers, changed, here, money, taking_part
from dashboard.answer.answer import Answer
from dashboard.answer.profile import ASKED
from dashboard.answer.view import name
from dashboard.store import Area
from dashboard.words.text import t

ROLES = ASKED  # residents, professionals, policy
# what a card is about; where nobody knows it the question is another one
TOPICS = (
    "part",
    "part_not",
    "places",
    "places_not",
    "money",
    "barriers",
    "barriers_not",
    "changed",
    "changed_not",
)


@dataclass(frozen=True)
class Talk:
    """A fact with its source, and the question that belongs to it."""

    topic: str  # of TOPICS
    fact: str
    question: str
    source: str


def talks(area: Area, role: str, lang: str) -> list[Talk]:
    """The cards of a role, in the order of TOPICS; none for the country."""
    if area.is_country:
        return []
    here_known, spent = here.answer(area, lang), money.answer(area, lang)
    of_part, course = taking_part.answer(area, lang), changed.answer(area, lang)
    stops = barriers.answer(area, lang)
    called, sure = name(area, lang), any(c.sure for c in changed.changes(area))
    facts: list[tuple[str, str, Answer | None]] = [
        ("part", "", of_part)
        if of_part
        else ("part_not", t("nation_none", lang, name=called), None),
        ("places", "", here_known)
        if here_known
        else ("places_not", t("here_none", lang, name=called), None),
        ("barriers" if stops.diagram else "barriers_not", "", stops),
        *([("money", "", spent)] if spent else []),
        *([("changed" if sure else "changed_not", "", course)] if course else []),
    ]
    out = []
    for topic, unknown, answer in facts:
        wording = answer.wording(lang) if answer else None
        fact, source = (wording.title, wording.source) if wording else (unknown, "")
        out.append(Talk(topic, fact, t(f"talk_{topic}_{role}", lang), source))
    return sorted(out, key=lambda card: TOPICS.index(card.topic))
