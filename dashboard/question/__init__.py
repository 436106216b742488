"""The questions of the pages: a file each, layout only; what they say and draw comes from `answer`.

A file names its `PAGE` and its `ORDER` there, and draws itself: `draw(lang)`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import streamlit as st

from dashboard.part import controls


def of(page: str) -> dict[str, ModuleType]:
    """The questions of a page by the name of their file, in reading order."""
    every = [
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    ]
    mine = sorted((m for m in every if page == m.PAGE), key=lambda m: m.ORDER)
    return {m.__name__.rpartition(".")[2]: m for m in mine}


def draw(page: str, keys: str = "") -> None:
    """Draw the question of a page that the link asks for, and the way to the others; the texts of
    their names begin with `keys`, the page's own name where blank.
    """
    lang, questions = st.session_state["lang"], of(page)
    questions[controls.question(lambda q: f"{keys or page}_{q}", [*questions], lang)].draw(lang)
