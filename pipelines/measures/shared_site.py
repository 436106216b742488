"""Shared sites: different places of different domains at one address.

An address is a postcode and a house number; additions to it (`12a`) are taken as doors of one
building. Only sources that give addresses can tell (schools and polling places), so a site that is
not here may still be shared. One place that is listed twice shares nothing (`one_place.py`), and
neither does a polling place of which nothing more is known or a school building that no register
lists: kinds that are not `counted`. That two places share a roof does not say that they work
together. The year is that of the older of the two, as far as their sources say when a place was
there: of schools they do not, so it is that of the election.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from pipelines.catalogue import Catalogue
from pipelines.fetch.source import Tables
from pipelines.methods import one_place

TITLE = "Plekken uit verschillende domeinen op één adres"


def measure(tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> Tables:
    """Table tie, of places, each pair once."""
    place = tables["place"]
    if "address" not in place:
        return {}
    counted = (
        place["kind"]
        .map({name: kind.counted for name, kind in catalogue.kinds.items()})
        .astype(bool)
    )
    known = place[counted & place["address"].notna() & (place["address"] != "")].assign(
        name=place["name"].fillna("")
    )
    entry: dict[Any, Any] = {e.id: e for e in known.itertuples()}
    known = known[["id", "domain", "address", "period"]]
    pair = known.merge(known, on="address", suffixes=("_a", "_b"))
    pair = pair[(pair["domain_a"] < pair["domain_b"])]
    one = [
        one_place.same(entry[a], entry[b]) for a, b in zip(pair["id_a"], pair["id_b"], strict=True)
    ]
    pair = pair[~np.array(one, dtype=bool)]
    tie = {
        "kind": "shared_site",
        "a": pair["id_a"],
        "b": pair["id_b"],
        "status": "measured",
        "period": [
            min(filter(pd.notna, both))[:4]
            for both in zip(pair["period_a"], pair["period_b"], strict=True)
        ],
        "source": "shared_site",
    }
    return {"tie": pd.DataFrame(tie).reset_index(drop=True)} if len(pair) else {}


def used(found: Tables, tables: Mapping[str, pd.DataFrame], catalogue: Catalogue) -> set[str]:
    """The sources of the places that share an address."""
    ends = {end for tie in found.values() for side in ("a", "b") for end in tie[side]}
    place = tables["place"]
    return {*place.loc[place["id"].isin(ends), "source"]}
