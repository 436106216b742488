"""Where our addresses begin, as a reader asks for them: at a host of our own, or behind a path of one
(`CULTUURATLAS_URL=https://host/atlas`).

Within the server every address begins at `/`; whatever is sent to a reader goes through `rooted`.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from pipelines.methods.settings import setting


def root() -> str:
    """The path that all our addresses have before them: `/atlas`, or blank."""
    return urlsplit(setting("URL", os.environ)).path


def rooted(address: str) -> str:
    """An address of ours that begins at `/`, as a reader asks for it."""
    return f"{root()}{address}"
