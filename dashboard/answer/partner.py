"""Possible partners of a place: who is near, of another domain, how well they fit, and where to
meet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from babel.lists import format_list

from dashboard import store
from dashboard.answer import fit, paths
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.bridges import is_bridge
from dashboard.answer.connections import tie_wording
from dashboard.answer.fit import Fit
from dashboard.answer.network import Tie, graph
from dashboard.answer.paths import Stop
from dashboard.words.numbers import about, named
from dashboard.words.text import t
from pipelines.methods import one_place

MEETING = ("community_centre", "library", "arts_centre")
ONESELF = "self"  # the id of who is in no source
SUGGESTED, PER_DOMAIN, MEETINGS = 9, 3, 3


@dataclass(frozen=True)
class Suggestion:
    """A possible partner: a place near by of another domain without a tie, how well it fits, who
    both know, and where to meet.
    """

    start: Stop
    stop: Stop
    fit: Fit
    common: list[str]
    meet: list[tuple[Stop, float]]  # a place, and the minutes from the one that has farthest to go


def choices(area: str) -> dict[str, str]:
    """By id the places of an area that can ask for a partner: those where somebody is in charge."""
    named_here = store.named_places(area, leave_out=tuple(sorted(fit.NOBODY)))
    return {place: label for place, label in named_here.items() if not fit.is_hall(label)}


def suggestions(place_id: str, ties: Sequence[Tie]) -> list[Suggestion]:
    """Possible partners, the best fit first (`answer/fit.py`), each place once.

    Whom both are tied to counts by the index of Adamic and Adar (2003) as a share of it and one. A
    kind of `fit.LATER` comes after the others, and is left out where there are no others.

    Raises KeyError for a place that is not there.
    """
    place = store.place_columns()
    at = np.flatnonzero(place["id"] == place_id)
    if not len(at):
        raise KeyError(place_id)
    return suggested_to(paths.stop(int(at[0]), 0.0), ties)


def entered(name: str, domain: str, digits: str) -> Stop | None:
    """Who is in no source of ours, as a place in the middle of the neighbourhood of a postcode of
    four digits; None where that is not known. Of its kind, and so of its ages, nothing is known.
    """
    here = store.postcode(digits)
    point = store.centre(here.code) if here else None
    if not here or not point:
        return None
    return Stop(ONESELF, name, "", domain, "", *point, "unknown", "", "", 0.0, here.code)


def suggested_to(start: Stop, ties: Sequence[Tie]) -> list[Suggestion]:
    """The same to a place that need not be in our sources."""
    import networkx as nx

    place_id = start.id
    near = paths.around(start.lon, start.lat, "walk", paths.WITHIN_MIN)
    tied = graph(filter(is_bridge, ties))
    mine = set(tied[place_id]) if place_id in tied else set()

    def known(s: Stop) -> float:
        if place_id not in tied or s.id not in tied:
            return 0.0
        index = float(next(nx.adamic_adar_index(tied, [(place_id, s.id)]))[2])
        return index / (1 + index)

    open_to = {s: known(s) for s in near if s.id not in mine and not fit.bar(start, s)}
    out: list[Suggestion] = []
    count: Counter[str] = Counter()
    while open_to and len(out) < SUGGESTED:
        fits = {s: fit.fit(start, s, both, count[s.domain]) for s, both in open_to.items()}
        s = min(fits, key=lambda s: (s.kind in fit.LATER, -fits[s].mean, s.id))
        if s.kind in fit.LATER and not out:
            break
        count[s.domain] += 1
        common = mine & set(tied[s.id]) if s.id in tied else ()
        names = sorted(str(tied.nodes[n]["name"]) for n in common)
        out.append(Suggestion(start, s, fits[s], names, _meeting(start, s, near)))
        open_to = {
            o: both
            for o, both in open_to.items()
            if count[o.domain] < PER_DOMAIN and not one_place.same(s, o)
        }
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
    title = t("ties_partner_title", lang, name=place)
    return tie_wording(title, sentence, sources, lang, key=t("ties_partner_note", lang))


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
    """Why a partner is suggested, in one line: the domain, how far, and what of the fit is so."""
    domain, minutes = store.term("domain", s.stop.domain, lang).lower(), about(s.stop.minutes, lang)
    parts = [t("ties_reason", lang, domain=domain, minutes=minutes)]
    if s.common:
        parts.append(t("ties_reason_common", lang, common=format_list(s.common, "standard", lang)))
    for scheme, key in (("age", "ties_reason_age"), ("interest", "ties_reason_interest")):
        if both := fit.in_common(scheme, s.start, s.stop):
            labels = [store.term(scheme, group, lang).lower() for group in both]
            listed = format_list(labels, "standard", lang)
            parts.append(t(key, lang, listed=listed))
    if fit.is_learning(s.start, s.stop) and s.start.form != s.stop.form:
        form = store.term("learning_form", s.stop.form, lang).lower()
        parts.append(t("ties_reason_form", lang, form=form))
    return "; ".join(parts)


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
            | {"fit": round(100 * s.fit.mean), "step_free": s.stop.step_free}
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
