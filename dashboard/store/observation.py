"""One figure of one area, and how sure its margin is meant to be."""

from __future__ import annotations

from dataclasses import dataclass


def confidence(method: str | None) -> float:
    """The level of a margin, by what it rests on."""
    return 0.95 if method == "publisher_95" else 0.9


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one area; `value` is None unless measured or estimated."""

    code: str
    name: str
    value: float | None
    low: float | None
    high: float | None
    status: str
    method: str | None = None  # how it was made, and what its margin rests on; a term

    @property
    def level(self) -> float:
        """How sure its margin is meant to be: ours are of 90 %."""
        return confidence(self.method)
