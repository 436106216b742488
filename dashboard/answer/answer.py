"""An answer as a value: what a page, a download, an embedded part and a file of the static site say
and draw alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Wording:
    """What is shown, in words, in one language."""

    title: str
    sentence: str
    source: str
    cautions: tuple[str, ...]  # what may not be concluded
    alt: str = ""  # of the pictures there are, a paragraph each
    key: str = ""  # how to read a picture that has no legend of its own


@dataclass(frozen=True)
class MarkedMap:
    """A map of marks: a character per area with an outline, by code.

    A mark is one of `colours`, each with its label, or the capital of a status. `head` says what
    the legend is of. `first` are the areas whose names matter most.
    """

    level: str
    scope: str
    marks: str
    colours: dict[str, str]
    labels: Sequence[str]
    head: str = ""
    first: Sequence[str] = ()


@dataclass(frozen=True)
class Answer:
    """A table with its words, its sources and maybe a picture.

    `id` tells it from all else of the edition. `wording` is by language; `rows` are made when they
    are asked for, and `key` are the columns that tell any two apart. A row that says its own
    `source` keeps it; any other is of all `sources`. `diagram` is SVG with `width` and `height`.
    `asked` are parameters of its address that the page which shows it does not have.
    """

    id: Sequence[str]
    wording: Callable[[str], Wording]
    rows: Callable[[], list[dict[str, Any]]]
    sources: Sequence[str]
    key: Sequence[str] = ("area",)
    map: MarkedMap | None = None
    diagram: Callable[[], str] | None = None
    asked: dict[str, str] = field(default_factory=dict)
