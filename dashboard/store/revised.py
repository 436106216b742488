"""What is new in an edition beside the one before it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.store.catalogue import scheme
from dashboard.store.database import cached, rows

REVISIONS = (
    "real",
    "boundary",
    "status",
    "correction",
    "untold",
    "noise",
)  # what is new in an edition, by sort


@dataclass(frozen=True, slots=True)
class Revision:
    """A figure, or (`indicator` None) an area itself, that is not what it was in the edition before
    this one.
    """

    area: str
    name: str
    level: str
    indicator: str | None
    since: str | None
    until: str | None
    before: float | None
    value: float | None
    allowed: float | None
    was: str | None
    status: str | None
    sort: str
    kind: str | None
    other: str | None


_REVISED = f"""SELECT {", ".join(f"r.{c}" for c in Revision.__dataclass_fields__)} FROM revision r
    LEFT JOIN indicator i ON i.id = r.indicator"""


@cached(512)
def revisions(code: str) -> list[Revision]:
    """What is new of one area in this edition: first of the area itself, then its figures in
    reading order.
    """
    return [
        Revision(**r)
        for r in rows(f"{_REVISED} WHERE r.area = ? ORDER BY i.position NULLS FIRST", code)
    ]


@cached(16)
def revisions_within(municipality: str) -> dict[str, list[Revision]]:
    """What is new in a municipality, by area: itself, its districts, its neighbourhoods, and what
    became part of it.
    """
    out: dict[str, list[Revision]] = {}
    for r in rows(
        f"""{_REVISED} WHERE r.municipality = ?
            ORDER BY list_position(?, r.level), r.name, r.area, i.position NULLS FIRST""",
        municipality,
        scheme("area_level"),
    ):
        out.setdefault(r["area"], []).append(Revision(**r))
    return out
