"""Bridges between domains: what ties two of them, and what could."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.connections import known_places, span_of, tie_wording
from dashboard.answer.network import Tie
from dashboard.answer.paths import Stop
from dashboard.answer.view import name
from dashboard.picture.grid import Box, grid
from dashboard.store import Area
from dashboard.words.numbers import about, named
from dashboard.words.text import t
from pipelines.methods import one_place

BRIDGE_LOOK = {"known": "full", "shared": "striped", "missing": "open", "absent": "unknown"}
BRIDGE_PROOF = {"known": "known", "shared": "shared_site", "missing": "possible", "absent": ""}


@dataclass(frozen=True)
class Bridge:
    """Two domains in an area: places of each, pairs at one address, known ties, and the two places
    that are nearest.
    """

    first: str
    second: str
    places: tuple[int, int]
    shared: int
    known: int
    nearest: tuple[Stop, Stop] | None = None
    periods: tuple[str, ...] = ()  # of the ties

    @property
    def state(self) -> str:
        """`known` or `shared`, else `missing` when there are two places and no link that we know
        of, or `absent`.
        """
        if all(self.places) and (self.known or self.shared):
            return "known" if self.known else "shared"
        return "missing" if self.nearest else "absent"


def is_bridge(tie: Tie) -> bool:
    """Whether a tie joins two sides: money from one to the other does not say that they meet."""
    return bool(tie["kind"] != "funding")


def bridges(codes: Sequence[str], ties: Sequence[Tie]) -> list[Bridge]:
    """Every pair of domains over the areas `codes`; funding is no bridge."""
    inside = _inside()
    at = {
        d: np.array(sorted(n for code in codes for n in inside.get((code, d), ())), np.int64)
        for d in store.scheme("domain")
    }
    here = set(codes)
    known_ties: Counter[tuple[str, str, str]] = Counter()
    periods: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for tie in ties:
        if is_bridge(tie) and (tie["a_area"] in here or tie["b_area"] in here):
            known_ties[
                "shared" if tie["proof"] == "shared_site" else "known",
                tie["a_domain"],
                tie["b_domain"],
            ] += 1
            periods[tie["a_domain"], tie["b_domain"]].add(str(tie["period"]))
    out = []
    for a, b in combinations(at, 2):
        counts = {
            proof: known_ties[proof, a, b] + known_ties[proof, b, a]
            for proof in ("shared", "known")
        }
        sizes = (len(at[a]), len(at[b]))
        near = _nearest(at[a], at[b]) if all(sizes) and not any(counts.values()) else None
        when = tuple(sorted(periods[a, b] | periods[b, a]))
        out.append(Bridge(a, b, sizes, counts["shared"], counts["known"], near, when))
    return out


@store.cached(1)
def _inside() -> dict[tuple[str, str], list[int]]:
    """By area and domain the rows of `store.place_columns`."""
    place = store.place_columns()
    places_by_area: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for n, key in enumerate(zip(place["area"], place["domain"], strict=True)):
        places_by_area[key].append(n)
    return dict(places_by_area)


def pair(b: Bridge, lang: str) -> str:
    """The two domains of a bridge."""
    return f"{store.term('domain', b.first, lang)} – {store.term('domain', b.second, lang)}"


def _nearest(first: NDArray[np.int64], second: NDArray[np.int64]) -> tuple[Stop, Stop] | None:
    """The two places of two sets that are nearest each other, the second with its minutes from the
    first.

    None where all are one place.
    """
    place = store.place_columns()
    away = np.array(
        [
            paths.metres(
                place["lon"][n], place["lat"][n], place["lon"][second], place["lat"][second]
            )
            for n in first
        ]
    )
    while np.isfinite(least := float(away.min())):
        one, other = np.unravel_index(away.argmin(), away.shape)
        start = paths.stop(int(first[one]), 0.0)
        time = least * store.detour() / paths.METRES_PER_MIN["walk"]
        end = paths.stop(int(second[other]), time)
        if not one_place.same(start, end):
            return start, end
        away[one, other] = np.inf
    return None


def bridges_wording(
    found: Sequence[Bridge], area: Area, sources: Sequence[str], lang: str
) -> Wording:
    """The bridges of an area, in words."""
    both = [b for b in found if b.state != "absent"]
    linked = sum(b.state != "missing" for b in both)
    title = t("ties_bridges_title", lang, name=name(area, lang))
    sentence = t("ties_bridges_sentence", lang, count=len(both), both=len(both), linked=linked)
    return tie_wording(title, sentence, sources, lang, True, t("ties_bridges_note", lang))


def bridge_diagram(found: Sequence[Bridge], lang: str, phone: bool, dark: bool) -> str:
    """Every pair of domains as a cell of a grid, as SVG."""
    domains = store.scheme("domain")
    by = {(b.first, b.second): b for b in found}
    count = {d: b.places[n] for b in found for n, d in enumerate((b.first, b.second))}

    def box(row: str, column: str) -> Box:
        if row == column:
            places = t("ties_places_short", lang) if count[row] else ""
            return Box("text", known_places(count[row], lang), places)
        if not (b := by.get((row, column))):
            return Box("none")
        n = {"known": b.known, "shared": b.shared}.get(b.state)
        return Box(BRIDGE_LOOK[b.state], str(n) if n else "", t(f"ties_bridge_{b.state}", lang))

    names = [store.term("domain", d, lang) for d in domains]
    return grid(names, names, [[box(r, c) for c in domains] for r in domains], phone, dark)


def possible_row(b: Bridge, lang: str) -> dict[str, str]:
    """A bridge that could be, as a row of a table."""
    one, far = b.nearest or (None, None)
    return {
        t("ties_column_pair", lang): pair(b, lang),
        t("ties_column_one", lang): named(one.name, one.kind, lang) if one else "–",
        t("ties_column_other", lang): named(far.name, far.kind, lang) if far else "–",
        t("ties_column_apart", lang): about(far.minutes, lang) if far else "–",
    }


def pair_row(b: Bridge, lang: str) -> dict[str, str]:
    """A pair of domains as a row of a table."""
    return {
        t("ties_column_pair", lang): pair(b, lang),
        t("ties_column_both", lang): " – ".join(known_places(n, lang) for n in b.places),
        t("csv_shared_sites", lang): str(b.shared),
        t("csv_known_ties", lang): str(b.known),
        t("ties_column_link", lang): t(f"ties_bridge_{b.state}", lang),
    }


def answer(area: Area, lang: str) -> tuple[Answer, list[Bridge]]:
    """Every pair of domains in an area, and what ties them."""
    ties = store.ties(area.whole or "")
    pairs = bridges(store.within(area.code), ties)
    sources = {s["source"] for s in store.completeness(area.whole or "") if s["places"]}
    sources |= {tie["source"] for tie in ties if is_bridge(tie)} | {"shared_site"}

    def rows() -> list[dict[str, Any]]:
        return [
            {"area": area.code, "name": area.name, "first": b.first, "second": b.second}
            | {"first_places": b.places[0], "second_places": b.places[1], "shared_sites": b.shared}
            | {"known_ties": b.known, "state": "possible" if b.state == "missing" else b.state}
            | {"proof": BRIDGE_PROOF[b.state], "status": "measured"}
            | {
                "period": span_of(b.periods)
                if b.state in ("known", "shared")
                else store.access_period()
            }
            | {
                side: b.nearest[n].name if b.nearest else ""
                for n, side in enumerate(("one_side", "other_side"))
            }
            for b in pairs
        ]

    return Answer(
        ("bridges", area.code),
        partial(bridges_wording, pairs, area, sorted(sources)),
        rows,
        sorted(sources),
        ("area", "first", "second"),
        diagram=partial(bridge_diagram, pairs, lang, False, False),
    ), pairs
