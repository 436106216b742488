"""The country in six steps, each a question with its answer and the page that says more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dashboard import store
from dashboard.answer import groups, hardest, listed, money, nation, unmeasured
from dashboard.answer.answer import Answer

STEPS = ("who", "who_not", "near", "hard", "cost", "unknown")


@dataclass(frozen=True)
class Step:
    """A step: its question is the text `story_<name>`; `page` and `asked` lead on."""

    name: str
    answer: Answer
    page: str
    asked: dict[str, str] = field(default_factory=dict)


def steps(lang: str, phone: bool = False, dark: bool = False) -> Iterator[Step]:
    """The steps that this edition has an answer to, in order."""
    country = store.area(store.country())
    looks = (lang, phone, dark)
    answers: tuple[tuple[Answer | None, str, dict[str, str]], ...] = (
        (nation.answer(*looks), "reach", {}),
        (groups.answer(*looks), "reach", {}),
        (listed.answer(*looks), "reach", {"ask": "get_there"}),
        (hardest.answer(country, *looks) if country else None, "gaps", {"ask": "find"}),
        (
            money.national(*looks),
            "explore",
            {"indicator": money.INDICATOR, "level": store.area_levels().municipality},
        ),
        (unmeasured.answer(*looks), "gaps", {"ask": "known"}),
    )
    for name, (answer, page, asked) in zip(STEPS, answers, strict=True):
        if answer:
            yield Step(name, answer, page, asked)
