"""The tables that follow from the catalogue: what is measured, its classes, and its words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipelines.build import precision
from pipelines.build.checks import SCHEMA
from pipelines.catalogue import SCHEMES, Catalogue
from pipelines.entries import Indicator, Label
from pipelines.methods.parts import RULES, term

CLASSES = 5
COUNTRY = "country"  # the one term of that scheme


def indicators(catalogue: Catalogue) -> pd.DataFrame:
    """Every indicator in the order of its theme."""
    order = sorted(catalogue.indicators.values(), key=lambda i: catalogue.themes[i.theme].order)
    columns = [*SCHEMA["indicator"].columns]
    return pd.DataFrame(
        [
            {
                **{n: getattr(i, n) for n in Indicator.model_fields if n in columns},
                "lowest": i.range[0],
                "highest": i.range[1],
                "headline": catalogue.themes[i.theme].headline if i.headline else 0,
                "position": at,
            }
            for at, i in enumerate(order)
        ]
    )


def scales(observation: pd.DataFrame, area: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Inner class bounds per indicator and level, over all periods.

    `fixed`: those of the catalogue. `diverging`: around its reference, a fifth of the areas in the
    middle class and the same width on both sides. `quantile`: fifths of the areas.
    """
    level = observation["area"].map(area.set_index("code")["level"])
    out = []
    for (name, at), values in observation[observation["value"].notna()].groupby(
        ["indicator", level]
    )["value"]:
        indicator = catalogue.indicators[str(name)]
        kind, breaks = "quantile", values.quantile([n / CLASSES for n in range(1, CLASSES)])
        if indicator.breaks:
            kind, breaks = "fixed", pd.Series(indicator.breaks)
        elif indicator.reference is not None:
            near, far = (values - indicator.reference).abs().quantile([1 / CLASSES, 3 / CLASSES])
            kind, breaks = "diverging", indicator.reference + pd.Series([-far, -near, near, far])
        kept = precision.to_odd(
            np.asarray(breaks, dtype=float), indicator.decimals
        )  # a half that is none by its last bit
        rounded = sorted({round(float(b), indicator.decimals) for b in kept})
        if kind == "quantile":
            rounded = [b for b in rounded if values.min() < b <= values.max()]
        out.append(
            {
                "indicator": name,
                "level": at,
                "breaks": rounded,
                "kind": kind,
                "reference": indicator.reference,
            }
        )
    return pd.DataFrame(out)


def needs(catalogue: Catalogue) -> pd.DataFrame:
    """The figures of every need, one row each."""
    return pd.DataFrame(
        [
            {
                "who": who,
                "indicator": indicator,
                "position": at,
                **need.model_dump(exclude={"indicators"}),
            }
            for who, need in catalogue.needs.items()
            for at, indicator in enumerate(need.indicators)
        ]
    )


def kinds(catalogue: Catalogue) -> pd.DataFrame:
    """The seat of every kind of place, and the published distance to the nearest."""
    return pd.DataFrame(
        [
            {
                "id": name,
                **{s: getattr(kind, s) for s in SCHEMES},
                "distance": kind.distance or None,
            }
            for name, kind in catalogue.kinds.items()
        ]
    )


def audiences(catalogue: Catalogue) -> pd.DataFrame:
    """The kinds of place that are for an age or an interest."""
    every = (
        (s, name, kind)
        for s, found in catalogue.audiences.items()
        for name, a in found.items()
        for kind in a.kinds
    )
    return pd.DataFrame(every, columns=["scheme", "id", "kind"])


def terms(catalogue: Catalogue) -> pd.DataFrame:
    """Every word of the taxonomy, in the order of the catalogue."""
    groups: dict[str, Mapping[str, Any]] = {
        **catalogue.terms,
        "country": {COUNTRY: catalogue.country},
        "area_level": catalogue.area_levels,
        "area_levels": {
            name: Label(label_nl=level.plural_nl, label_en=level.plural_en)
            for name, level in catalogue.area_levels.items()
        },
        "unit": catalogue.units,
        "kind": catalogue.kinds,
        "theme": catalogue.themes,
        "completeness": catalogue.completeness,
        "need": catalogue.needs,
        **catalogue.audiences,
        "tie": catalogue.ties,
        "sector": catalogue.sectors,
        "sampled_theme": {name: catalogue.themes[name] for name in catalogue.sampled_themes},
        **{
            term(rule): {i.id: i for i in catalogue.indicators.values() if i.parts == rule}
            for rule in RULES
        },
        "peer_feature": {name: catalogue.indicators[name] for name in catalogue.peer_features},
    }
    rows = []
    for scheme, entries in groups.items():
        for at, (name, entry) in enumerate(entries.items()):
            labels = {
                k: v
                for k, v in entry.model_dump().items()
                if k.startswith(("label", "description"))
            }
            rows.append(
                {"scheme": scheme, "id": name, "position": getattr(entry, "order", at), **labels}
            )
    return pd.DataFrame(rows)


def other_names(catalogue: Catalogue) -> pd.DataFrame:
    """Other names of municipalities, which the search takes."""
    rows = [(code, name, "name") for code, names in catalogue.other_names.items() for name in names]
    return pd.DataFrame(rows, columns=["area", "name", "kind"])
