"""The questions of the pages: a file each, layout only; what they say and draw comes from `answer`.

A file names its `PAGE` and its `ORDER` there, and draws itself: `draw(lang)`.
"""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def of(page: str) -> dict[str, ModuleType]:
    """The questions of a page by the name of their file, in reading order."""
    every = [
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    ]
    mine = sorted((m for m in every if page == m.PAGE), key=lambda m: m.ORDER)
    return {m.__name__.rpartition(".")[2]: m for m in mine}
