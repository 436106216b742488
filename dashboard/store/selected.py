"""Figures of a selection of areas, put together from those of its parts (`methods/parts.py`)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from dashboard.store.areas import JOIN, Area, area
from dashboard.store.catalogue import scheme
from dashboard.store.database import cached
from dashboard.store.observation import Observation
from pipelines.methods import parts

CHILDREN, OLDER = "children_share", "older_residents_share"
Figures = Mapping[tuple[str, str], Observation]  # by indicator and period


@cached(1)
def rules() -> dict[str, str]:
    """By indicator the rule that puts figures of parts together; one without a rule is not there."""
    return {indicator: rule for rule in parts.RULES for indicator in scheme(parts.term(rule))}


def figures(code: str, figures_of: Mapping[str, Figures]) -> dict[tuple[str, str], Observation]:
    """The figures of a selection, from those `of` each of its parts; what its parts do not tell is
    not there.
    """
    whole, members = area(code), [a for a in map(area, code.split(JOIN)) if a]
    if not whole:
        return {}
    residents = np.array([a.population or 0 for a in members], dtype=float)
    children, older = (_shares(members, figures_of, share) for share in (CHILDREN, OLDER))
    weight = {rule: parts.weights(rule, residents, children, older) for rule in parts.RULES}
    out = {}
    for series in sorted({s for known in figures_of.values() for s in known}):
        rule = rules().get(series[0])
        observations = [figures_of[a.code].get(series) for a in members]
        if not rule:
            continue
        value, low, high = (
            parts.whole(rule, _column(observations, end), weight[rule], residents)
            for end in ("value", "low", "high")
        )
        if value is None:
            continue
        methods = {o.method for o in observations if o and o.method}
        bounded = low is not None and high is not None and len(methods) == 1
        out[series] = Observation(
            whole.code,
            whole.name,
            value,
            low if bounded else None,
            high if bounded else None,
            parts.status({o.status if o else "missing" for o in observations}),
            methods.pop() if bounded else parts.term(rule),
        )
    return out


def _column(observations: list[Observation | None], end: str) -> parts.Floats:
    every = (getattr(o, end) if o else None for o in observations)
    return np.array([np.nan if v is None else v for v in every], dtype=float)


def _shares(members: list[Area], figures_of: Mapping[str, Figures], share: str) -> parts.Floats:
    """The newest figure of a share of residents in each part; nan where it is not known."""
    known = (
        [
            (period, o.value)
            for (i, period), o in figures_of[a.code].items()
            if i == share and o.value is not None
        ]
        for a in members
    )
    return np.array([max(k, default=("", np.nan))[1] for k in known], dtype=float)
