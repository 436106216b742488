"""Which places of culture we know in an area, from everyday to institutional: never how many there
are. Per 10,000 residents beside comparable areas and the country.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from dashboard import store
from dashboard.answer import listed
from dashboard.answer.answer import Answer, Wording
from dashboard.answer.view import name
from dashboard.picture.beside import Beside, beside
from dashboard.store import Area
from dashboard.words.numbers import credit, number
from dashboard.words.text import t

PER = 10_000  # residents
LEAST = 1_000  # residents; of fewer, a number per 10,000 says nothing
FEWEST = 3  # comparable areas, as for money
UNLISTED = ("mural", "choir", "party")  # everyday culture that no source of ours lists
EVERYDAY, FORMAL = "everyday", "institutional"


@dataclass(frozen=True)
class Known:
    """How many places of a kind we know in an area; per 10,000 residents here, in the comparable
    areas together and in the country, where that can be compared.
    """

    kind: str
    facet: str
    places: int
    here: float | None = None
    alike: float | None = None
    whole: float | None = None


def counts(area: Area) -> dict[str, int]:
    """How many places of each kind we know in an area: institutional culture before everyday, the
    most first.
    """
    inside = store.kinds_within(area.code)
    known = {k: int(inside[k]["n"]) for k in listed.of_culture() if k in inside}
    return dict(sorted(known.items(), key=lambda both: (not _formal(both[0]), -both[1], both[0])))


def _formal(kind: str) -> bool:
    return bool(store.kinds()[kind]["facet"] == FORMAL)


def alike(area: Area) -> list[Area]:
    """The comparable areas in which people live; none where they are too few to compare with."""
    peers = [p for p in store.peers(area.code) if p.population]
    return peers if len(peers) >= FEWEST else []


@store.cached(256)
def scale(area: Area) -> list[Known]:
    """The kinds that we know in the area or that are known in much of the country, everyday first.

    A kind that is listed in few municipalities is compared with nothing.
    """
    here, peers = counts(area), alike(area)
    every = {r["kind"]: r["places"] for r in store.listing()}
    country, compared = store.area(store.country()), listed.kinds()
    residents = sum(p.population or 0 for p in peers)
    inside = store.places_inside(area.level, tuple(compared)) if peers else {}
    out = []
    for kind in (k for k in listed.of_culture() if k in here or k in compared):
        n, facet = here.get(kind, 0), str(store.kinds()[kind]["facet"])
        if kind not in compared or (area.population or 0) < LEAST:
            out.append(Known(kind, facet, n))
            continue
        near = sum(inside.get(p.code, {}).get(kind, 0) for p in peers)
        out.append(
            Known(
                kind,
                facet,
                n,
                _per(n, area.population),
                _per(near, residents),
                _per(every[kind], country.population if country else None),
            )
        )
    return sorted(out, key=lambda k: k.facet != EVERYDAY)


def _per(places: int, residents: int | None) -> float | None:
    """Places per 10,000 residents; None where we know none, which is not to say that there is none."""
    return places / residents * PER if places and residents else None


def answer(area: Area, lang: str, phone: bool = False, dark: bool = False) -> Answer | None:
    """Every kind as a line; None for the country, and where no such place is known."""
    known = counts(area)
    if area.is_country or not known:
        return None
    every, peers = scale(area), alike(area)

    def rows() -> list[dict[str, Any]]:
        return [
            {
                "area": area.code,
                "kind": k.kind,
                "label": store.term("kind", k.kind, lang),
                "facet": k.facet,
                "places": k.places or None,
                "per_10000": _rounded(k.here),
                "alike_per_10000": _rounded(k.alike),
                "alike": len(peers) if k.alike is not None else None,
                "country_per_10000": _rounded(k.whole),
            }
            for k in every
        ]

    sources = _sources(tuple(k.kind for k in every))
    return Answer(
        ("here", area.code),
        partial(_wording, area, known, every, sources),
        rows,
        sources,
        ("area", "kind"),
        diagram=partial(_picture, every, lang, phone, dark),
    )


@store.cached(64)
def _sources(kinds: tuple[str, ...]) -> list[str]:
    return store.sources_of_kinds([*kinds])


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def table(area: Area, lang: str) -> list[dict[str, str]]:
    """The kinds as rows of a table, in the order of the picture."""
    levels = store.term("area_levels", area.level, lang)
    head = (
        t("csv_kind", lang),
        t("here_column_facet", lang),
        t("here_column_places", lang),
        t("here_column_here", lang),
        t("here_column_alike", lang, levels=levels),
        t("here_column_country", lang),
    )
    return [
        dict(
            zip(
                head,
                (
                    store.term("kind", k.kind, lang),
                    store.term("facet", k.facet, lang),
                    number(k.places, 0, lang) if k.places else t("here_not_known", lang),
                    *(_said(v, lang) for v in (k.here, k.alike, k.whole)),
                ),
                strict=True,
            )
        )
        for k in scale(area)
    ]


def _said(per: float | None, lang: str) -> str:
    return "–" if per is None else number(per, 1 if per >= 1 else 2, lang)


def _picture(every: Sequence[Known], lang: str, phone: bool, dark: bool) -> str:
    lines = []
    for facet in (EVERYDAY, FORMAL):
        for k in (k for k in every if k.facet == facet):
            text = t("here_not_known", lang)
            if k.places:
                n, key = number(k.places, 0, lang), "here_words" if k.here else "here_words_only"
                text = t(key, lang, n=n, per=_said(k.here, lang))
            label = store.term("kind", k.kind, lang)
            lines.append(
                Beside(
                    label,
                    text,
                    k.here,
                    middle=k.alike,
                    whole=k.whole,
                    open=True,
                    says=f"{label}: {text}",
                )
            )
        if facet == EVERYDAY:
            none = t("here_unlisted", lang)
            lines += [Beside(t(f"here_unlisted_{u}", lang), none) for u in UNLISTED]
    starts = {0: EVERYDAY, sum(k.facet == EVERYDAY for k in every) + len(UNLISTED): FORMAL}
    headed = [
        Beside(**{**vars(b), "head": store.term("facet", starts[n], lang)}) if n in starts else b
        for n, b in enumerate(lines)
    ]
    return beside(headed, lang, phone, dark)


def _wording(
    area: Area, known: dict[str, int], every: Sequence[Known], sources: list[str], lang: str
) -> Wording:
    n = sum(m for kind, m in known.items() if _formal(kind))
    first = next(iter(known))
    about: dict[str, Any] = {
        "name": name(area, lang),
        "kind": store.term("kind", first, lang).lower(),
        "most": number(known[first], 0, lang),
    }
    title = t("here_title" if n else "here_title_everyday", lang, count=n, n=n, **about)
    counts_said = "; ".join(f"{store.term('kind', k, lang)}: {m}" for k, m in known.items())
    parts = [t("here_text", lang), _compared(area, every, lang)]
    cautions = [t("listed_not", lang), t("here_mapped", lang), t("not_conclude_access", lang)]
    if LEAST <= (area.population or 0) < PER:
        cautions.insert(1, t("here_few", lang))
    if (area.population or 0) < LEAST:
        parts.append(t("here_too_few", lang, n=number(LEAST, 0, lang)))
    key = [t("here_key", lang)] if any(k.here for k in every) else []
    if alike(area):
        levels = store.term("area_levels", area.level, lang)
        key.append(t("here_key_alike", lang, levels=levels, n=len(alike(area))))
    return Wording(
        title,
        " ".join(part for part in parts if part),
        credit(sources, lang),
        tuple(cautions),
        t("here_alt", lang, list=counts_said),
        " ".join([*key, *cautions[:-1]]),
    )


def _compared(area: Area, every: Sequence[Known], lang: str) -> str:
    """Of everyday culture and of institutions the kind that we know most of here, each beside the
    comparable areas and the country.
    """
    order = sorted((k for k in every if k.here is not None), key=lambda k: -k.places)
    ends = (next((k for k in order if k.facet == f), None) for f in (EVERYDAY, FORMAL))
    return " ".join(
        t(
            "here_compared" if k.alike is not None else "here_compared_country",
            lang,
            kind=store.term("kind", k.kind, lang),
            here=_said(k.here, lang),
            alike=_said(k.alike, lang),
            levels=store.term("area_levels", area.level, lang),
            country=store.country_name(lang),
            whole=_said(k.whole, lang),
        )
        for k in ends
        if k
    )
