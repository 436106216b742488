"""The hashes that an edition carries, in the form of `sha256sum`: a line for every file.

`sha256sum -c SHA256SUMS` in the folder of an edition checks them without us.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

FILE = "SHA256SUMS"


def digest(body: bytes) -> str:
    """The SHA-256 of a file, in hexadecimals."""
    return hashlib.sha256(body).hexdigest()


def written(hashes: Mapping[str, str]) -> str:
    """Hashes by the name of their file, as the text of `FILE`."""
    return "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))


def hashes(text: str) -> dict[str, str]:
    """The hash of every file by its name; of a line of another form nothing."""
    pairs = (line.split("  ", 1) for line in text.splitlines())
    return {pair[1]: pair[0] for pair in pairs if len(pair) == 2}
