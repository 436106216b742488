"""Possible partners of a place: who is near, of another domain, and where to meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from babel.lists import format_list

from dashboard import store
from dashboard.answer import paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.bridges import is_bridge
from dashboard.answer.connections import tie_wording
from dashboard.answer.network import Tie, graph
from dashboard.answer.paths import Stop
from dashboard.words.numbers import about, named
from dashboard.words.text import t
from pipelines.methods import one_place

MEETING = ("community_centre", "library", "arts_centre")
SUGGESTED, PER_DOMAIN, MEETINGS = 9, 3, 3


@dataclass(frozen=True)
class Suggestion:
    """A possible partner: a place near by of another domain without a tie, who both know, and where
    to meet.
    """

    stop: Stop
    common: list[str]
    meet: list[tuple[Stop, float]]  # a place, and the minutes from the one that has farthest to go


def suggestions(place_id: str, ties: Sequence[Tie]) -> list[Suggestion]:
    """Possible partners, best first: what both are tied to (Adamic and Adar, 2003), less with every
    minute of walking.

    The place itself under another kind is none of them, and what is one place
    (`methods/one_place.py`) is there once.

    Raises KeyError for a place that is not there.
    """
    import networkx as nx

    place = store.place_columns()
    at = np.flatnonzero(place["id"] == place_id)
    if not len(at):
        raise KeyError(place_id)
    start = paths.stop(int(at[0]), 0.0)
    near = paths.around(start.lon, start.lat, "walk", paths.WITHIN_MIN)
    tied = graph(filter(is_bridge, ties))
    mine = set(tied[place_id]) if place_id in tied else set()
    others = [
        s
        for s in near
        if s.domain != start.domain
        and s.id not in mine
        and s.name
        and paths.for_everyone(s)
        and not one_place.same(start, s)
    ]

    def score(s: Stop) -> float:
        known = place_id in tied and s.id in tied
        index = next(nx.adamic_adar_index(tied, [(place_id, s.id)]))[2] if known else 0
        return float((1 + index) * np.exp(-s.minutes / paths.WITHIN_MIN))

    out: list[Suggestion] = []
    count: Counter[str] = Counter()
    for s in sorted(others, key=lambda s: (-score(s), s.id)):
        again = any(one_place.same(s, o.stop) for o in out)
        if count[s.domain] < PER_DOMAIN and len(out) < SUGGESTED and not again:
            count[s.domain] += 1
            both = (
                sorted(str(tied.nodes[n]["name"]) for n in mine & set(tied[s.id]))
                if s.id in tied
                else []
            )
            out.append(Suggestion(s, both, _meeting(start, s, near)))
    return out


def _meeting(one: Stop, other: Stop, near: Sequence[Stop]) -> list[tuple[Stop, float]]:
    """Places to meet within a quarter of an hour of both, the fairest first; never one of the two,
    each place once.
    """
    meeting = {
        s.id: s
        for s in near
        if s.kind in MEETING and not any(one_place.same(s, end) for end in (one, other))
    }
    from_other = {
        s.id: s.minutes for s in paths.around(other.lon, other.lat, "walk", paths.WITHIN_MIN)
    }
    both = [(s, max(s.minutes, from_other[i])) for i, s in meeting.items() if i in from_other]
    out: list[tuple[Stop, float]] = []
    for meet, far in sorted(both, key=lambda m: (m[1], m[0].id)):
        if len(out) < MEETINGS and not any(one_place.same(meet, m) for m, _ in out):
            out.append((meet, far))
    return out


def partner_wording(
    found: Sequence[Suggestion], place: str, sources: Sequence[str], lang: str
) -> Wording:
    """The suggestions for a place, in words."""
    count = len(found)
    sentence = (
        t("ties_partner_sentence", lang, count=count, n=count)
        if found
        else t("ties_partner_none", lang)
    )
    return tie_wording(t("ties_partner_title", lang, name=place), sentence, sources, lang)


def suggested_row(s: Suggestion, lang: str) -> dict[str, str]:
    """A suggestion as a row of a table."""
    meet = [
        f"{m.name} ({about(minutes, lang)}; {t(f'step_free_short_{m.step_free}', lang)})"
        for m, minutes in s.meet
    ]
    return {
        t("ties_column_who", lang): named(s.stop.name, s.stop.kind, lang),
        t("ties_column_why", lang): reason(s, lang),
        t("ties_column_step_free", lang): t(f"step_free_short_{s.stop.step_free}", lang),
        t("ties_column_meet", lang): "; ".join(meet) or "–",
    }


def reason(s: Suggestion, lang: str) -> str:
    """Why a partner is suggested."""
    values: dict[str, Any] = {
        "domain": store.term("domain", s.stop.domain, lang).lower(),
        "minutes": about(s.stop.minutes, lang),
    }
    if s.common:
        return t(
            "ties_reason_common", lang, common=format_list(s.common, "standard", lang), **values
        )
    return t("ties_reason", lang, **values)


def answer(place: str, label: str, suggested: Sequence[Suggestion], lang: str) -> Answer:
    """The suggestions for a place."""
    stops = [stop for s in suggested for stop in (s.stop, *(m for m, _ in s.meet))]
    sources = paths.sources(stops)

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "a": place,
                "a_name": label,
                "b": s.stop.id,
                "b_name": s.stop.name,
                "kind": s.stop.kind,
            }
            | {"domain": s.stop.domain, "minutes": round(s.stop.minutes, 1), "proof": "possible"}
            | {"why": reason(s, lang)}
            | {
                "meet": "; ".join(
                    f"{m.name} ({t(f'step_free_{m.step_free}', lang)})" for m, _ in s.meet
                )
            }
            | {"status": "estimated", "period": store.access_period()}
            for s in suggested
        ]

    return Answer(
        ("partners", place),
        partial(partner_wording, suggested, label, sources),
        rows,
        sources,
        ("a", "b"),
    )
