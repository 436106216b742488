"""Places that more than one source lists, or one source twice, made one place.

Entries of one kind are one place when

* they lie within 100 metres and are one place by name (`one_place.py`), or three in four letters of
  their names are the same; or they lie within 250 metres and have the same name;
* they lie within 150 metres and one of them has no name, as every museum of the state's list;
* in one source only where they lie within 50 metres and have the same name, more than a word for
  any building: there two names are two places, and farther apart so are the two playgrounds of one
  square.

A polling place (`polling_place.py`) can be an entry of another kind too, by `one_place.py`: a
school building is a school of the register, also when that is the only one at its address, and one
of which nothing more is known is any building that another source lists. Its entry never leads: the
place is what the other source says.

The best pair first: the names most alike, no name last, then the nearest. A place takes one entry
of each source, so that of two museums in one building each finds its own, and what has no name
never joins two that have different ones. Kinds that a register holds, which have no tags, are left
as they are: it lists every place once. What stays apart although it is one place (another name in
each source) is counted twice: rather that than a museum that vanishes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import KDTree

from pipelines.build import polling_place
from pipelines.catalogue import Catalogue
from pipelines.methods import one_place
from pipelines.methods.road import metres

NAMELESS = 2.0
TWICE_M, NEAR_M, NAMELESS_M, SAME_NAME_M = 50, one_place.NEAR_M, 150, 250
POLLED, SCHOOLS = "kiesraad_places", "duo_schools"
OPEN_AIR = {
    "park",
    "playground",
    "square",
    "marketplace",
}  # a building on De Brink is not the square


def merge(place: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The places by id, each once; `also` has the ids of its other entries, with a space between.

    A place is the entry of a source that can cover a municipality (`completeness.py`), else one
    with a name; a polling place comes last. What that entry lacks it takes from the others.
    """
    place = place.reset_index(drop=True).assign(also=None)
    spelled = {name for name, kind in catalogue.kinds.items() if kind.osm or kind.wikidata}
    listed = place["kind"].isin(spelled) & place["lon"].notna()
    projection = catalogue.country.projection
    groups = [
        g for _, rows in place[listed].groupby("kind", sort=True) for g in _groups(rows, projection)
    ]
    groups = _with_polled(place, groups, projection)
    of = {row: n for n, group in enumerate(groups) for row in group}
    many = place.loc[list(of)].assign(group=list(of.values()))
    many = many.assign(
        partial=~many["source"].isin(catalogue.completeness), nameless=many["name"].isna()
    )
    many = many.assign(polled=many["source"] == POLLED)
    best = many.sort_values(["group", "polled", "partial", "nameless", "source", "id"]).groupby(
        "group"
    )
    one = best.first()  # of every column the first that is known
    one["also"] = best["id"].agg(lambda ids: " ".join(sorted(ids.iloc[1:])))
    one = one.astype(place.dtypes.drop("also").to_dict())[place.columns]
    return pd.concat([place.drop(index=list(of)), one]).sort_values("id", ignore_index=True)


def _with_polled(place: pd.DataFrame, groups: list[list[int]], projection: int) -> list[list[int]]:
    """The rows that are one place, with the polling places that are a place of another kind."""
    group_of = {row: group for group in groups for row in group}
    spots = metres(place["lon"], place["lat"], projection)
    entry: list[Any] = list(place.assign(**place[["name", "address"]].fillna("")).itertuples())
    known = place["lon"].notna() & place["name"].notna()
    eligible = (
        known
        & (place["source"] == POLLED)
        & place["kind"].isin(["school_building", polling_place.NOTHING])
    )
    polled = np.flatnonzero(eligible & ~place.index.isin(group_of))
    other = np.flatnonzero(known & (place["source"] != POLLED) & ~place["kind"].isin(OPEN_AIR))
    near = KDTree(spots[polled]).query_ball_tree(KDTree(spots[other]), NEAR_M)
    pair = {
        (i, j)
        for i, within in zip(polled.tolist(), near, strict=True)
        for j in other[within].tolist()
    }
    schools: dict[str, list[int]] = {}
    for j in other.tolist():
        if entry[j].source == SCHOOLS and entry[j].address:
            schools.setdefault(entry[j].address, []).append(j)
    pair |= {(i, j) for i in polled.tolist() for j in schools.get(entry[i].address, [])}
    candidates = []
    for i, j in pair:
        one, to = entry[i], entry[j]
        alone = one.kind == "school_building" and schools.get(one.address) == [j]
        if alone or (
            (one.kind != "school_building" or to.source == SCHOOLS) and one_place.same(one, to)
        ):
            candidates.append(
                (
                    1 - one_place.alike(one.name, to.name),
                    float(np.hypot(*(spots[i] - spots[j]))),
                    i,
                    j,
                )
            )
    polled_already = {
        row for group in groups if any(entry[r].source == POLLED for r in group) for row in group
    }
    out = [*groups]
    for _, _, i, j in sorted(candidates):
        if i not in group_of and j not in polled_already:
            if j not in group_of:
                group_of[j] = [j]
                out.append(group_of[j])
            group_of[j].append(i)
            group_of[i] = group_of[j]
            polled_already |= {*group_of[j]}
    return out


def _groups(rows: pd.DataFrame, projection: int) -> list[list[int]]:
    """The rows of one kind that are one place with another, by place."""
    spots = metres(rows["lon"], rows["lat"], projection)
    name = rows["name"].fillna("").to_numpy()
    source = rows["source"].to_numpy()
    pair: NDArray[np.int64] = KDTree(spots).query_pairs(SAME_NAME_M, output_type="ndarray")
    named = (name[pair] != "").all(axis=1)
    pair = pair[named | (source[pair[:, 0]] != source[pair[:, 1]])]
    entries: list[Any] = list(rows.assign(name=name, address="").itertuples())
    away = np.hypot(*(spots[pair[:, 0]] - spots[pair[:, 1]]).T)
    found = [
        (unlike, far, i, j)
        for (i, j), far in zip(pair.tolist(), away.tolist(), strict=True)
        if (unlike := _unlike(entries[i], entries[j], far, within=source[i] == source[j]))
        is not None
    ]
    group = {i: [i] for i in range(len(rows))}
    for unlike, _, i, j in sorted(found):
        one, other = group[i], group[j]
        twice = {*source[one]} & {*source[other]}
        bridge = (
            unlike == NAMELESS and name[one].any() and name[other].any()
        )  # two names, and between them one that has none
        if one is not other and twice <= {source[i]} & {source[j]} and not bridge:
            one += other
            group |= dict.fromkeys(other, one)
    return [
        [int(rows.index[i]) for i in g]
        for n, g in sorted(group.items())
        if len(g) > 1 and min(g) == n
    ]


def _unlike(entry: Any, other: Any, metres: float, within: bool) -> float | None:
    """How much the names of one place differ in two entries, NAMELESS where one has none; None for
    two places.

    `within` one source two names are two places.
    """
    if not (entry.name and other.name):
        return NAMELESS if metres <= NAMELESS_M else None
    same = one_place.alike(entry.name, other.name)
    if within:
        one = metres <= TWICE_M and same == 1 and one_place.same(entry, other)
    else:
        one = same == 1 or (
            metres <= NEAR_M and (same >= one_place.ALIKE or one_place.same(entry, other))
        )
    return 1 - same if one else None
